use super::{Span, edges};

/// A line that is longer, in bytes, is taken in parts: as one block it would be laid out anew as a
/// whole with every mark in it.
const LONG: usize = 8_192;
/// A part ends with the first sentence that ends after so many bytes,
const ENOUGH: usize = 3_072;
/// or else between two words, or two letters, and has at most so many bytes.
const MOST: usize = 4_096;
/// What ends a sentence where white space comes after it,
const SENTENCE_ENDS: &str = ".!?…؟۔।";
/// and wherever it stands.
const WIDE_SENTENCE_ENDS: &str = "。！？";
/// What may come between the end of a sentence and the white space.
const CLOSING: &str = "”’»“\"')]」』）";

/// One line of a text, with its line feed, or a part of a very long one: what the page shows as one
/// block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paragraph {
    /// The line and its line feed; of a long line a part, between two graphemes.
    pub span: Span,
    /// Whether there is nothing but white space.
    pub blank: bool,
}

/// The paragraphs of a text, in order; together they are the whole text.
#[must_use]
pub fn paragraphs(text: &str) -> Vec<Paragraph> {
    let mut start = 0;
    let mut all = Vec::new();
    for mut line in text.split_inclusive('\n') {
        while !line.is_empty() {
            let len = if line.len() > LONG { part_of(line) } else { line.len() };
            let (part, left) = line.split_at(len);
            all.push(Paragraph { span: Span::between(start, start + len), blank: part.trim().is_empty() });
            (start, line) = (start + len, left);
        }
    }
    all
}

/// How much of a long line the next part takes, in bytes.
fn part_of(line: &str) -> usize {
    let end = edges::grapheme_edge_before(line, MOST);
    let Some(window) = line.get(..end).filter(|window| !window.is_empty()) else {
        // Nothing but marks on one letter.
        return edges::grapheme_edge_after(line, MOST);
    };
    // After the first space behind each word for which it holds.
    let places = |holds: fn(&str) -> bool| {
        let words = window.split_inclusive(char::is_whitespace).scan(0, |at, word| {
            *at += word.len();
            Some((*at, word.strip_suffix(char::is_whitespace)))
        });
        words.filter_map(move |(at, word)| word.is_some_and(holds).then_some(at))
    };
    let ends_sentence = |word: &str| {
        let last = word.trim_end_matches(|c| CLOSING.contains(c)).chars().next_back();
        last.is_some_and(|c| SENTENCE_ENDS.contains(c) || WIDE_SENTENCE_ENDS.contains(c))
    };
    let wide = window.char_indices().find(|(at, c)| *at >= ENOUGH && WIDE_SENTENCE_ENDS.contains(*c));
    let at = places(ends_sentence)
        .find(|at| *at >= ENOUGH)
        .or_else(|| {
            let (at, c) = wide?;
            let closing = window[at + c.len_utf8()..].chars().take_while(|c| CLOSING.contains(*c));
            Some(at + c.len_utf8() + closing.map(char::len_utf8).sum::<usize>())
        })
        .or_else(|| places(|word| !word.is_empty()).last())
        .unwrap_or(end);
    // A mark may stand on a space.
    Some(edges::grapheme_edge_before(line, at)).filter(|at| *at > 0).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parts(text: &str) -> Vec<&str> {
        paragraphs(text).iter().filter_map(|part| part.span.of(text)).collect()
    }

    #[test]
    fn paragraphs_tile_the_text() {
        for text in ["", "a", "a\n", "\n\n", "Title\n\n😃 é\u{301}\nسلام 中", "\u{2028}x\n"] {
            assert_eq!(parts(text).concat(), text);
        }
        assert!(paragraphs("a\n \nb")[1].blank);
    }

    #[test]
    fn a_long_line_is_taken_in_parts_that_end_with_a_sentence_where_one_ends() {
        let sentence = "He said 😃: “We may e\u{301}tudy it, سلام, 中文.” ";
        let line = sentence.repeat(3_000);
        let all = parts(&line);
        assert!(all.len() > 20 && all.iter().all(|part| part.ends_with(".” ") && part.len() <= LONG));
        assert_eq!(parts(&format!("{}\n", "x ".repeat(4_095))).len(), 1, "what is not long stays whole");
        let line = "外交部长说：「会议，很重要。」".repeat(2_000);
        assert!(parts(&line).iter().all(|part| part.ends_with("。」")));
        // Between words, else between letters, else after all marks of one.
        assert!(parts(&"word 中文 ".repeat(2_000)).iter().all(|part| part.ends_with(' ')));
        let decimals = format!("{}3.14159 ", "x ".repeat(2_047)).repeat(3);
        assert!(parts(&decimals).iter().all(|part| part.ends_with(' ')), "a full stop alone ends nothing");
        assert!(parts(&"e\u{301}".repeat(9_000)).iter().all(|part| part.ends_with("e\u{301}")));
        let marks = format!("{}\n", "\u{301}".repeat(9_000));
        assert_eq!(parts(&marks).concat(), marks);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn long_lines_are_tiled_between_graphemes(words in prop::collection::vec("[a-z. “”e\u{301}😃س中。\u{200d}]{1,40}", 1..900)) {
            let line = words.concat();
            let all = parts(&line);
            prop_assert_eq!(all.concat(), line.clone());
            let mut at = 0;
            for part in &all {
                at += part.len();
                prop_assert!(edges::grapheme_edge_before(&line, at) == at && part.len() <= LONG);
            }
        }
    }
}
