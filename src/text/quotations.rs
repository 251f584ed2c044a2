//! Quotations in a paragraph: which marks belong together.

use super::{Span, in_order};

/// Words between quotation marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotation {
    /// With its marks. Without a closing mark it ends with the paragraph's last word, as the
    /// paragraphs of a long quotation do.
    pub outer: Span,
    /// Without its marks.
    pub inner: Span,
}

/// The marks that can close what a mark opens; empty for what opens nothing.
///
/// English “…” ‘…’, German „…“ ‚…‘ »…« ›…‹, French «…» ‹…›, Polish „…”, Swedish ”…” ’…’,
/// Chinese and Japanese 「…」 『…』 《…》 〈…〉 ＂…＂, and the straight ones.
fn closers(open: char) -> &'static str {
    match open {
        '“' => "”",
        '„' => "“”",
        '‘' => "’",
        '‚' => "‘’",
        '«' => "»",
        '»' => "«»",
        '‹' => "›",
        '›' => "‹›",
        '「' => "」",
        '『' => "』",
        '《' => "》",
        '〈' => "〉",
        '〝' => "〞〟",
        '＂' => "＂",
        '"' => "\"",
        '\'' => "'",
        '”' => "”",
        '’' => "’",
        _ => "",
    }
}

/// Quotations that stand so deep in others are not looked for: in a text of nothing but opening
/// marks each would be compared with all.
const DEEPEST: usize = 32;

/// Whether a mark may be a closing one or an apostrophe as well.
fn is_ambiguous(mark: char) -> bool {
    matches!(mark, '"' | '\'' | '’' | '”' | '»' | '›')
}

/// The quotations of a paragraph, those within others after them.
///
/// A mark closes the innermost quotation that it can close, and with it those within that were
/// left open. A straight or curly mark between two letters is an apostrophe. What is never
/// closed ends with the paragraph.
#[must_use]
pub fn quotations(text: &str, paragraph: Span) -> Vec<Quotation> {
    let Some(words) = paragraph.of(text) else { return Vec::new() };
    let end = paragraph.start() + words.trim_end().len();
    let mut open: Vec<(char, usize, usize)> = Vec::new();
    let mut found: Vec<Quotation> = Vec::new();
    let mut before = ' ';
    let mut letters = words.char_indices().peekable();
    while let Some((at, mark)) = letters.next() {
        // Most are; none of them is a mark.
        if mark.is_ascii_alphanumeric() || mark == ' ' {
            before = mark;
            continue;
        }
        let at = paragraph.start() + at;
        let next = letters.peek().map_or(' ', |(_, next)| *next);
        // Asked of few: looking up a letter takes its time.
        let within_word = || before.is_alphanumeric() && next.is_alphanumeric();
        let closes = open.iter().rposition(|(opener, ..)| closers(*opener).contains(mark));
        if is_ambiguous(mark) && within_word() {
            // An apostrophe.
        } else if let Some(level) = closes {
            let (_, start, after) = open[level];
            open.truncate(level);
            found.push(Quotation {
                outer: Span::between(start, at + mark.len_utf8()),
                inner: Span::between(after, at),
            });
        } else if open.len() < DEEPEST
            && !(closers(mark).is_empty() || is_ambiguous(mark) && before.is_alphanumeric())
        {
            open.push((mark, at, at + mark.len_utf8()));
        }
        before = mark;
    }
    // A straight single mark that nothing closes is an apostrophe: ’tis, '90s.
    let unclosed = open.into_iter().filter(|(mark, ..)| !matches!(mark, '\'' | '’'));
    found.extend(unclosed.filter(|(.., after)| *after < end).map(|(_, start, after)| Quotation {
        outer: Span::between(start, end),
        inner: Span::between(after, end),
    }));
    found.retain(|it| !it.inner.is_empty());
    let place = |(number, it): (usize, &Quotation)| (it.outer.start(), usize::MAX - it.outer.end(), number);
    in_order(found.iter().enumerate().map(place).collect()).into_iter().map(|(.., it)| found[it]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<&str> {
        let all = quotations(text, Span::between(0, text.len()));
        all.iter().filter_map(|it| it.inner.of(text)).collect()
    }

    #[test]
    fn marks_of_many_languages_are_paired() {
        assert_eq!(told("He said: “We agree.” Then 😃 left."), ["We agree."]);
        assert_eq!(told("“We agree,” he said, “but not now.”"), ["We agree,", "but not now."]);
        assert_eq!(told("„Ja“, sagte er. »Nein«, sie. „Tak”, on."), ["Ja", "Nein", "Tak"]);
        assert_eq!(told("«Oui», dit-il; ‹non›. ”Ja”, sa han."), ["Oui", "non", "Ja"]);
        assert_eq!(told("部长说：「会议『很』重要」。"), ["会议『很』重要", "很"]);
        assert_eq!(told("\"Yes,\" he said. 'No.'"), ["Yes,", "No."]);
        assert_eq!(told("قال «السلام ممكن» اليوم"), ["السلام ممكن"]);
    }

    #[test]
    fn a_quotation_within_another_is_found_too() {
        assert_eq!(
            told("“He told me ‘never’ and e\u{301} left,” she said."),
            ["He told me ‘never’ and e\u{301} left,", "never"]
        );
        assert_eq!(told("\"He said 'no' twice\""), ["He said 'no' twice", "no"]);
    }

    #[test]
    fn apostrophes_are_no_quotation_marks() {
        assert!(told("It’s the ministers’ view, isn't it? Rock 'n roll.").is_empty());
        assert_eq!(told("“It’s the ministers’ view.”"), ["It’s the ministers’ view."]);
    }

    #[test]
    fn what_is_not_closed_ends_with_the_paragraph() {
        assert_eq!(told("“A long one. \n"), ["A long one."]);
        assert_eq!(told("“Outer ‘inner and out”"), ["Outer ‘inner and out"]);
        assert!(told("“").is_empty());
        assert_eq!(told(&"“e\u{301}".repeat(100_000)).len(), DEEPEST);
    }
}
