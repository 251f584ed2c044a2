//! Where a span may begin and end: graphemes, words, white space.
//!
//! Edges follow UAX #29 (extended grapheme clusters, word boundaries) by the crate
//! `unicode-segmentation`. The functions look only at the neighbourhood of an
//! offset, except for [`word_around`] and the word steps, which read one paragraph.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use super::Span;

/// Whether a grapheme begins or the text ends at `byte`. False past the end and
/// inside a character.
#[must_use]
pub fn is_grapheme_edge(text: &str, byte: usize) -> bool {
    // Between two ASCII characters there is an edge, except within CRLF.
    if let Some(&[before, after]) = byte.checked_sub(1).and_then(|from| text.as_bytes().get(from..=byte))
        && before.is_ascii()
        && after.is_ascii()
    {
        return (before, after) != (b'\r', b'\n');
    }
    text.is_char_boundary(byte)
        && GraphemeCursor::new(byte, text.len(), true).is_boundary(text, 0).unwrap_or(true)
}

/// The nearest grapheme edge at or before `byte`.
#[must_use]
pub fn grapheme_edge_before(text: &str, byte: usize) -> usize {
    let mut byte = byte.min(text.len());
    while !is_grapheme_edge(text, byte) {
        byte -= 1;
    }
    byte
}

/// The nearest grapheme edge at or after `byte`.
#[must_use]
pub fn grapheme_edge_after(text: &str, byte: usize) -> usize {
    let mut byte = byte.min(text.len());
    while !is_grapheme_edge(text, byte) {
        byte += 1;
    }
    byte
}

/// One grapheme forward; the end of the text stays.
#[must_use]
pub fn next_grapheme(text: &str, byte: usize) -> usize {
    grapheme_edge_after(text, (byte + 1).min(text.len()))
}

/// One grapheme back; the start of the text stays.
#[must_use]
pub fn previous_grapheme(text: &str, byte: usize) -> usize {
    grapheme_edge_before(text, byte.saturating_sub(1))
}

/// The span without white space at its ends and grown outward to whole graphemes;
/// `None` when nothing is left.
///
/// Growing outward never touches white space: a combining mark alone would be cut
/// from its base, so the base comes in.
#[must_use]
pub fn tidy(text: &str, span: Span) -> Option<Span> {
    let whole =
        Span::between(grapheme_edge_before(text, span.start()), grapheme_edge_after(text, span.end()));
    let mut start = whole.start();
    let mut end = whole.end();
    while start < end {
        let next = next_grapheme(text, start);
        if !is_blank(&text[start..next]) {
            break;
        }
        start = next;
    }
    while start < end {
        let previous = previous_grapheme(text, end);
        if !is_blank(&text[previous..end]) {
            break;
        }
        end = previous;
    }
    (start < end).then(|| Span::between(start, end))
}

/// Whether a character runs from right to left (Unicode's bidirectional classes R and AL, by
/// their blocks).
#[must_use]
pub fn runs_from_right(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFF}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
        && !c.is_numeric()
}

/// Whether a grapheme is white space through and through.
fn is_blank(grapheme: &str) -> bool {
    grapheme.chars().all(char::is_whitespace)
}

/// The next place to the right where a word ends, within `window` and after `byte`;
/// the window's end when there is none.
#[must_use]
pub fn word_end_after(text: &str, window: Span, byte: usize) -> usize {
    words(text, window).map(|word| word.end()).find(|end| *end > byte).unwrap_or(window.end())
}

/// The next place to the left where a word begins, within `window` and before
/// `byte`; the window's start when there is none.
#[must_use]
pub fn word_start_before(text: &str, window: Span, byte: usize) -> usize {
    words(text, window)
        .map(|word| word.start())
        .take_while(|start| *start < byte)
        .last()
        .unwrap_or(window.start())
}

/// The word that covers `byte`, looked for within `window`.
#[must_use]
pub fn word_around(text: &str, window: Span, byte: usize) -> Option<Span> {
    words(text, window).find(|word| word.start() <= byte && byte < word.end())
}

/// The words of a window; what is neither letter nor number is no word.
pub fn words(text: &str, window: Span) -> impl Iterator<Item = Span> + '_ {
    window
        .of(text)
        .unwrap_or_default()
        .unicode_word_indices()
        .map(move |(at, word)| Span::between(window.start() + at, window.start() + at + word.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRICKY: &str = " a\r\nb😃 e\u{301}x\n中文 سلام 👨‍👩‍👧‍👦 🇦🇫🇷🇺 ";

    /// Exhaustive over all pairs of offsets, cut characters included.
    #[test]
    fn a_tidy_span_never_cuts_a_grapheme_nor_begins_or_ends_with_space() {
        let edges: Vec<usize> =
            TRICKY.grapheme_indices(true).map(|(at, _)| at).chain([TRICKY.len()]).collect();
        for a in 0..=TRICKY.len() {
            assert_eq!(is_grapheme_edge(TRICKY, a), edges.contains(&a), "byte {a}");
            for b in a..=TRICKY.len() {
                let Some(span) = tidy(TRICKY, Span::between(a, b)) else { continue };
                assert!(edges.contains(&span.start()) && edges.contains(&span.end()));
                let words = span.of(TRICKY).expect("edges are character boundaries");
                assert_eq!(words, words.trim());
                assert!(!words.is_empty());
            }
        }
    }

    #[test]
    fn a_part_of_a_grapheme_brings_in_the_whole() {
        let family = TRICKY.find('👨').expect("it is there");
        let span = tidy(TRICKY, Span::between(family + 7, family + 8)).expect("not blank");
        assert_eq!(span.of(TRICKY), Some("👨‍👩‍👧‍👦"));
    }

    #[test]
    fn steps_go_by_grapheme_and_word() {
        let text = "He said: e\u{301}😃 well";
        let all = Span::between(0, text.len());
        assert_eq!(word_end_after(text, all, 0), 2);
        assert_eq!(word_end_after(text, all, 2), 7);
        assert_eq!(word_start_before(text, all, 5), 3);
        assert_eq!(word_start_before(text, all, 3), 0);
        assert_eq!(next_grapheme(text, 9), 12);
        assert_eq!(previous_grapheme(text, 12), 9);
        assert_eq!(next_grapheme(text, text.len()), text.len());
        assert_eq!(previous_grapheme(text, 0), 0);
        assert_eq!(word_around(text, all, 4).and_then(|word| word.of(text)), Some("said"));
    }
}
