//! What a selection grows to: word, phrase, quotation, clause, sentence, paragraph.
//!
//! Words and sentences follow UAX #29 by the crate `unicode-segmentation`.

use unicode_segmentation::UnicodeSegmentation;

use super::{Span, edges, quotations};

/// What divides clauses, in the scripts that we know.
const CLAUSE_ENDS: &str = ";:—–()[]…；：（）؛";
/// What divides phrases besides.
const PHRASE_ENDS: &str = ",.!?，、。！？،؟۔“”„«»‹›「」『』\"";

/// The next larger unit of the paragraph that holds a span; `None` when the span is the whole
/// paragraph already.
///
/// The units are the word, the phrase between punctuation, the quotation without and with its
/// marks, the clause, the sentence with a closing mark that belongs to it, and the paragraph;
/// all without white space at their ends. The smallest that is larger than the span is taken.
#[must_use]
pub fn wider(text: &str, paragraph: Span, span: Span) -> Option<Span> {
    let larger = |it: &Span| it.contains(span) && *it != span;
    units(text, paragraph, span).into_iter().filter(larger).min_by_key(|it| it.len())
}

/// The largest unit that lies within a span and holds `at`, and is smaller than the span; `None`
/// when it is a word or less.
#[must_use]
pub fn narrower(text: &str, paragraph: Span, span: Span, at: usize) -> Option<Span> {
    let at = at.clamp(span.start(), edges::previous_grapheme(text, span.end()).max(span.start()));
    let here = Span::between(at, edges::next_grapheme(text, at));
    let smaller = |it: &Span| span.contains(*it) && *it != span;
    units(text, paragraph, here).into_iter().filter(smaller).max_by_key(|it| it.len())
}

/// The units that hold a span.
fn units(text: &str, paragraph: Span, span: Span) -> Vec<Span> {
    let mut units: Vec<Span> = Vec::new();
    units.extend(edges::word_around(text, paragraph, span.start()));
    units.extend(between(text, paragraph, span, |c| CLAUSE_ENDS.contains(c) || PHRASE_ENDS.contains(c)));
    units.extend(quotations(text, paragraph).into_iter().flat_map(|it| [it.inner, it.outer]));
    units.extend(sentence_around(text, paragraph, span).into_iter().flat_map(|sentence| {
        [between(text, sentence, span, |c| CLAUSE_ENDS.contains(c)), Some(sentence)].into_iter().flatten()
    }));
    units.push(paragraph);
    units.into_iter().filter_map(|it| edges::tidy(text, it)).filter(|it| it.contains(span)).collect()
}

/// What lies around a span between two characters that divide; `None` when one of them is in it.
fn between(text: &str, window: Span, span: Span, divides: impl Fn(char) -> bool) -> Option<Span> {
    if span.of(text)?.contains(&divides) {
        return None;
    }
    let before = text.get(window.start()..span.start())?;
    let after = text.get(span.end()..window.end())?;
    let start = before.char_indices().rev().find(|(_, c)| divides(*c)).map_or(0, |(at, c)| at + c.len_utf8());
    let end = after.char_indices().find(|(_, c)| divides(*c)).map_or(after.len(), |(at, _)| at);
    edges::tidy(text, Span::between(window.start() + start, span.end() + end))
}

/// The sentences that a span touches, as one.
fn sentence_around(text: &str, paragraph: Span, span: Span) -> Option<Span> {
    let touched = sentences(text, paragraph).filter(|it| it.overlaps(span) || it.contains(span));
    let whole = touched.reduce(|a, b| Span::between(a.start(), b.end()))?;
    edges::tidy(text, whole)
}

/// The sentences of a paragraph, with the white space after them.
pub fn sentences(text: &str, paragraph: Span) -> impl Iterator<Item = Span> + '_ {
    let words = paragraph.of(text).unwrap_or_default();
    let span = move |(at, it): (usize, &str)| {
        Span::between(paragraph.start() + at, paragraph.start() + at + it.len())
    };
    words.split_sentence_bound_indices().map(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str, from: &str) -> Vec<String> {
        let at = text.find(from).expect("it is there");
        let mut now = Span::between(at, at + from.len());
        let all = Span::between(0, text.len());
        let mut told = Vec::new();
        while let Some(next) = wider(text, all, now) {
            told.push(next.of(text).expect("edges are fine").to_owned());
            now = next;
        }
        told
    }

    #[test]
    fn a_selection_grows_by_word_phrase_quotation_clause_sentence_paragraph() {
        let text = "Who knows? He said: “We agree, 😃 but not now.” Then e\u{301} left.\n";
        assert_eq!(
            steps(text, "gre"),
            [
                "agree",
                "We agree",
                "We agree, 😃 but not now.",
                "“We agree, 😃 but not now.”",
                "He said: “We agree, 😃 but not now.”",
                "Who knows? He said: “We agree, 😃 but not now.” Then e\u{301} left.",
            ]
        );
        assert_eq!(
            steps("外交部长说：「会议，很重要」。他走了。", "很")[..3],
            ["很重要", "会议，很重要", "「会议，很重要」"]
        );
        assert_eq!(
            steps("قال الوزير، إن السلام ممكن. ثم ذهب.", "سلا")[..3],
            ["السلام", "إن السلام ممكن", "قال الوزير، إن السلام ممكن."]
        );
    }

    #[test]
    fn it_shrinks_the_same_way() {
        let text = "He said: “We agree, 😃 but not now.” Then he left.";
        let all = Span::between(0, text.len());
        let at = text.find("agree").expect("it is there");
        let mut now = all;
        let mut told = Vec::new();
        while let Some(next) = narrower(text, all, now, at) {
            told.push(next.of(text).expect("edges are fine"));
            now = next;
        }
        assert_eq!(
            told,
            [
                "He said: “We agree, 😃 but not now.”",
                "“We agree, 😃 but not now.”",
                "We agree, 😃 but not now.",
                "We agree",
                "agree"
            ]
        );
    }

    /// Whatever is selected: every step is larger, on grapheme edges and ends at the paragraph.
    #[test]
    fn growing_always_ends_at_the_paragraph() {
        let text = " “A ‘b’ e\u{301}, 👨‍👩‍👧‍👦 c; d” (سلام) 中文。 \n";
        let all = Span::between(0, text.len());
        for a in 0..text.len() {
            for b in a + 1..=text.len() {
                let Some(mut now) = edges::tidy(text, Span::between(a, b)) else { continue };
                while let Some(next) = wider(text, all, now) {
                    assert!(next.contains(now) && next != now);
                    assert_eq!(edges::tidy(text, next), Some(next));
                    now = next;
                }
                assert_eq!(Some(now), edges::tidy(text, all));
            }
        }
    }
}
