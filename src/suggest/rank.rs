use crate::text::{fit, in_order};

/// One of the names of an actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// In lower case, without accents.
    pub folded: String,
    /// Whose name it is; several names may be of one actor.
    pub actor: usize,
    /// Whether it is the name that the actor is listed by.
    pub main: bool,
}

// How well a name fits; smaller is better.
const EXACT: usize = 0;
const BEGINS: usize = 1;
const WORD_BEGINS: usize = 2;
const INITIALS: usize = 3;
const WORDS_BEGIN: usize = 4;
/// Less what [`fit`] says.
const FITS: usize = 1_000_000;

/// What divides the words of a name.
const DIVIDES: [char; 8] = [' ', '-', '\'', '’', '.', ',', '(', '\u{A0}'];

/// The actors that one of their names fits, each once, the best first and no more than `most`.
///
/// `wanted` is in lower case, without accents. It fits best as the whole name, then as the
/// beginning of a name, of a later word, as initials, as beginnings of several words, and last
/// in order with gaps ([`fit`]). Of those that fit alike the one of smaller `recency` comes
/// first: how long ago, or how far away, an actor was last seen. Nothing wanted is by recency
/// alone.
#[must_use]
pub fn rank(wanted: &str, names: &[Name], recency: &dyn Fn(usize) -> usize, most: usize) -> Vec<usize> {
    let wanted = wanted.trim();
    let mut places = Vec::new();
    for (number, name) in names.iter().enumerate() {
        if let Some(fits) = fits(wanted, &name.folded) {
            // Of one actor's names the main one comes first.
            let order = number + if name.main { 0 } else { names.len() };
            places.push((fits, recency(name.actor), order));
        }
    }
    let mut ranked: Vec<usize> = Vec::new();
    for (.., order) in in_order(places) {
        if ranked.len() >= most {
            break;
        }
        let Some(name) = names.get(order % names.len()) else { continue };
        if !ranked.contains(&name.actor) {
            ranked.push(name.actor);
        }
    }
    ranked
}

/// How well a name fits; smaller is better. Allocates nothing.
fn fits(wanted: &str, name: &str) -> Option<usize> {
    if wanted.is_empty() || wanted == name {
        return Some(EXACT);
    }
    if name.starts_with(wanted) {
        return Some(BEGINS);
    }
    // A cheap look first: most names have no such letter.
    let first = wanted.chars().next()?;
    if !name.contains(first) {
        return None;
    }
    let words = || name.split(DIVIDES).filter(|it| !it.is_empty());
    // With what follows: a later word's beginning may be `united nat`.
    let later = |(at, _): (usize, char)| {
        name.get(at..).and_then(|it| it.get(1..)).is_some_and(|it| it.starts_with(wanted))
    };
    if name.char_indices().filter(|(_, c)| *c != '\u{A0}' && *c != '’' && DIVIDES.contains(c)).any(later) {
        return Some(WORD_BEGINS);
    }
    if are_initials(wanted, words()) {
        return Some(INITIALS);
    }
    if wanted.contains(' ') && wanted.split(' ').all(|part| words().any(|it| it.starts_with(part))) {
        return Some(WORDS_BEGIN);
    }
    let fit = fit(wanted, name)?;
    Some(FITS.saturating_sub(usize::try_from(fit).unwrap_or(0)))
}

/// Whether letters are those that a name's words begin with; of, the and other small words may
/// be left out.
fn are_initials<'a>(wanted: &str, mut words: impl Iterator<Item = &'a str>) -> bool {
    let mut length = 0;
    for letter in wanted.chars().filter(|it| !DIVIDES.contains(it)) {
        length += 1;
        loop {
            match words.next() {
                Some(word) if word.starts_with(letter) => break,
                Some(word) if length > 1 && word.len() <= 3 => {}
                _ => return false,
            }
        }
    }
    length > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Vec<Name> {
        let all = [
            ("sergei lavrov", 7, true),
            ("foreign minister lavrov", 7, false),
            ("united nations", 3, true),
            ("un", 3, false),
            ("taliban", 1, true),
            ("united states of america", 4, true),
            ("سرگئی لاوروف", 9, true),
            ("e\u{301}lan 😃", 2, true),
            ("sergei lawson", 5, true),
            ("al-qaida", 6, true),
        ];
        all.map(|(folded, actor, main)| Name { folded: folded.to_owned(), actor, main }).to_vec()
    }

    fn ranked(wanted: &str) -> Vec<usize> {
        rank(wanted, &names(), &|actor| actor, 3)
    }

    #[test]
    fn better_fits_come_first() {
        assert_eq!(ranked("un")[..2], [3, 4]);
        assert_eq!(ranked("united")[..2], [3, 4]);
        assert_eq!(ranked("lav")[0], 7);
        assert_eq!(ranked("la")[..2], [5, 7]);
        assert_eq!(ranked("sl")[..2], [5, 7]);
        assert_eq!(ranked("usa")[0], 4);
        assert_eq!(ranked("ser lav")[0], 7);
        assert_eq!(ranked("lavrov ser")[0], 7);
        assert_eq!(ranked("qai")[0], 6);
        assert_eq!(ranked("tlbn"), [1]);
        assert_eq!(ranked("لاو"), [9]);
        assert_eq!(ranked("😃"), [2]);
        assert!(ranked("xyz").is_empty());
    }

    #[test]
    fn ties_and_nothing_wanted_are_by_recency() {
        assert_eq!(ranked(""), [1, 2, 3]);
        assert_eq!(rank("sergei", &names(), &|actor| 10 - actor, 9), [7, 5]);
        assert_eq!(rank("sergei", &names(), &|_| 0, 1), [7]);
        assert!(rank("", &[], &|_| 0, 5).is_empty());
        assert!(rank("a", &names(), &|_| 0, 0).is_empty());
    }
}
