//! How conditions combine: and, or, not, in groups of any depth.

use std::iter::Peekable;
use std::str::Chars;

use super::Id;

/// A combination of conditions (Institutional Grammar 2.0, without its exclusive or).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Logic {
    /// This condition, an annotation.
    Is(Id),
    /// Not this.
    Not(Box<Logic>),
    /// All of these.
    All(Vec<Logic>),
    /// At least one of these.
    Any(Vec<Logic>),
}

/// What is wrong with a formula, and at which character, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadFormula {
    /// A condition, "not" or "(" should stand here.
    Wanted(usize),
    /// There is no condition of this letter.
    NoSuch(usize),
    /// A ")" is missing here.
    Unclosed(usize),
    /// This is too much.
    TooMuch(usize),
    /// Groups in groups, deeper than [`Logic::DEEPEST`].
    TooDeep(usize),
}

impl Logic {
    /// Brackets are read as deep as this. Each may hold an "or" of "and"s, two groups, and JSON
    /// readers stop at 128 levels: what is kept must be read again.
    pub const DEEPEST: usize = 24;

    /// Reads a formula over conditions that are called A, B, C …: `A and (B or not C)`. Words and
    /// letters may be in either case; "and" binds before "or".
    ///
    /// # Errors
    /// What is wrong first, and where.
    pub fn parse(formula: &str, conditions: &[Id]) -> Result<Logic, BadFormula> {
        let mut reader = Reader { rest: formula.chars().peekable(), at: 0, conditions, depth: 0 };
        let logic = reader.any()?;
        reader.skip_space();
        match reader.rest.peek() {
            Some(_) => Err(BadFormula::TooMuch(reader.at)),
            None => Ok(logic),
        }
    }

    /// The formula over conditions that are called A, B, C … [`Logic::parse`] reads it.
    #[must_use]
    pub fn formula(&self, conditions: &[Id]) -> String {
        let name = |id: &Id| conditions.iter().position(|it| it == id).map_or("?".into(), letters);
        self.told(&name, ["not ", " and ", " or "])
    }

    /// In words, each condition as `name` calls it; groups within groups in brackets. The words
    /// are those for not, and, or.
    pub fn told(&self, name: &dyn Fn(&Id) -> String, words: [&str; 3]) -> String {
        let part = |it: &Logic| {
            let told = it.told(name, words);
            if matches!(it, Logic::All(_) | Logic::Any(_)) { format!("({told})") } else { told }
        };
        let joined = |parts: &[Logic], by: &str| parts.iter().map(part).collect::<Vec<_>>().join(by);
        match self {
            Logic::Is(id) => name(id),
            Logic::Not(it) => format!("{}{}", words[0], part(it)),
            Logic::All(parts) => joined(parts, words[1]),
            Logic::Any(parts) => joined(parts, words[2]),
        }
    }

    /// Without the conditions that `is_here` does not know; `None` when nothing is left.
    #[must_use]
    pub fn pruned(self, is_here: &dyn Fn(&Id) -> bool) -> Option<Logic> {
        let left = |parts: Vec<Logic>| parts.into_iter().filter_map(|it| it.pruned(is_here)).collect();
        match self {
            Logic::Is(id) => is_here(&id).then_some(Logic::Is(id)),
            Logic::Not(it) => Some(Logic::Not(Box::new(it.pruned(is_here)?))),
            Logic::All(parts) => group(left(parts), Logic::All),
            Logic::Any(parts) => group(left(parts), Logic::Any),
        }
    }

    /// Whether a condition stands in it.
    #[must_use]
    pub fn has(&self, condition: &Id) -> bool {
        match self {
            Logic::Is(id) => id == condition,
            Logic::Not(it) => it.has(condition),
            Logic::All(parts) | Logic::Any(parts) => parts.iter().any(|it| it.has(condition)),
        }
    }

    /// This and further conditions, all of them.
    #[must_use]
    pub fn and(self, more: Vec<Id>) -> Logic {
        if more.is_empty() {
            return self;
        }
        let mut parts = if let Logic::All(parts) = self { parts } else { vec![self] };
        parts.extend(more.into_iter().map(Logic::Is));
        Logic::All(parts)
    }
}

/// The letters of a condition by its number: A to Z, then AA.
#[must_use]
pub fn letters(number: usize) -> String {
    let last = char::from(b'A' + (number % 26) as u8);
    match number / 26 {
        0 => last.to_string(),
        more => letters(more - 1) + &last.to_string(),
    }
}

/// One alone is no group.
fn group(mut parts: Vec<Logic>, of: fn(Vec<Logic>) -> Logic) -> Option<Logic> {
    if parts.len() > 1 { Some(of(parts)) } else { parts.pop() }
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    at: usize,
    conditions: &'a [Id],
    depth: usize,
}

impl Reader<'_> {
    fn take(&mut self) -> Option<char> {
        self.at += 1;
        self.rest.next()
    }

    fn take_all(&mut self, characters: usize) {
        for _ in 0..characters {
            self.take();
        }
    }

    fn skip_space(&mut self) {
        while self.rest.peek().is_some_and(|c| c.is_whitespace()) {
            self.take();
        }
    }

    /// The word that follows, in capitals, without going past it; empty when none does.
    fn word(&mut self) -> String {
        self.skip_space();
        self.rest.clone().take_while(char::is_ascii_alphabetic).map(|c| c.to_ascii_uppercase()).collect()
    }

    fn skip(&mut self, word: &str) -> bool {
        let is = self.word() == word;
        if is {
            self.take_all(word.len());
        }
        is
    }

    fn any(&mut self) -> Result<Logic, BadFormula> {
        let mut parts = vec![self.all()?];
        while self.skip("OR") {
            parts.push(self.all()?);
        }
        group(parts, Logic::Any).ok_or(BadFormula::Wanted(self.at))
    }

    fn all(&mut self) -> Result<Logic, BadFormula> {
        let mut parts = vec![self.one()?];
        while self.skip("AND") {
            parts.push(self.one()?);
        }
        group(parts, Logic::All).ok_or(BadFormula::Wanted(self.at))
    }

    fn one(&mut self) -> Result<Logic, BadFormula> {
        self.depth += 1;
        if self.depth > Logic::DEEPEST {
            return Err(BadFormula::TooDeep(self.at));
        }
        let read = self.part();
        self.depth -= 1;
        read
    }

    fn part(&mut self) -> Result<Logic, BadFormula> {
        if self.skip("NOT") {
            return Ok(Logic::Not(Box::new(self.one()?)));
        }
        let word = self.word();
        let at = self.at;
        if self.rest.peek() == Some(&'(') {
            self.take();
            let within = self.any()?;
            self.skip_space();
            return if self.take() == Some(')') {
                Ok(within)
            } else {
                Err(BadFormula::Unclosed(self.at - 1))
            };
        }
        if word.is_empty() || word == "AND" || word == "OR" {
            return Err(BadFormula::Wanted(at));
        }
        let number = (0..self.conditions.len()).find(|number| letters(*number) == word);
        let id = number.and_then(|number| self.conditions.get(number)).ok_or(BadFormula::NoSuch(at))?;
        self.take_all(word.len());
        Ok(Logic::Is(id.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(n: usize) -> Vec<Id> {
        (0..n).map(|it| Id::new(&format!("c{it}")).expect("an id")).collect()
    }

    #[test]
    fn formulas_are_read_and_written() {
        let all = ids(30);
        for (given, written) in [
            ("a", "A"),
            ("A and B or c", "(A and B) or C"),
            (" a AND ( b or not C )", "A and (B or not C)"),
            ("not (a or b) and not not c", "not (A or B) and not not C"),
            ("ad or z", "AD or Z"),
        ] {
            let logic = Logic::parse(given, &all).expect(given);
            assert_eq!(logic.formula(&all), written);
            assert_eq!(Logic::parse(written, &all), Ok(logic), "{given}");
        }
        for (bad, why) in [
            ("", BadFormula::Wanted(0)),
            ("a and", BadFormula::Wanted(5)),
            ("a b", BadFormula::TooMuch(2)),
            ("(a or b", BadFormula::Unclosed(7)),
            ("a or é😃", BadFormula::Wanted(5)),
            ("a or zz", BadFormula::NoSuch(5)),
        ] {
            assert_eq!(Logic::parse(bad, &all), Err(why), "{bad}");
        }
        let deep = "(".repeat(100_000);
        assert!(matches!(Logic::parse(&deep, &all), Err(BadFormula::TooDeep(_))));
    }

    #[test]
    fn what_is_gone_is_left_out() {
        let all = ids(4);
        let logic = Logic::parse("a and (b or c) and not d", &all).expect("a formula");
        let without = |gone: &str| logic.clone().pruned(&|id| id.as_str() != gone);
        assert_eq!(without("c1").map(|it| it.formula(&all)).as_deref(), Some("A and C and not D"));
        assert_eq!(without("c3").map(|it| it.formula(&all)).as_deref(), Some("A and (B or C)"));
        assert_eq!(logic.clone().pruned(&|_| false), None);
        assert!(logic.has(&all[3]));
        assert_eq!(Logic::Is(all[0].clone()).and(vec![all[1].clone()]).formula(&all), "A and B");
    }
}
