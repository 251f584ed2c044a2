use std::fmt;

use regex::{Match, Regex, RegexBuilder};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, compose};
use unicode_segmentation::UnicodeSegmentation;

use crate::text::{Span, edges, paragraphs};

/// No more places than this are told.
const MOST: usize = 10_000;
const APOSTROPHES: [char; 2] = ['\'', '’'];
/// A pattern's machine may weigh so many bytes.
const MACHINE: usize = 4 << 20;
/// What is refused is looked through again, for what is in it: at most so many times a text's length,
/// since an expression may find something everywhere that is refused.
const AGAIN: usize = 16;

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Find {
    /// Words, or a regular expression in the syntax of the crate `regex`.
    pub pattern: String,
    /// Whether it is a regular expression.
    pub regular: bool,
    /// Only whole words, by UAX #29; an apostrophe is an edge too.
    pub whole_words: bool,
    /// Whether capitals count.
    pub match_case: bool,
    /// Whether accents count.
    pub match_accents: bool,
}

/// Where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hits {
    /// The number of the text, and the span in it, in order. Tidy, and none is empty.
    pub places: Vec<(usize, Span)>,
    /// Whether there are more than are told.
    pub more: bool,
}

/// What is no pattern, in words that say where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bad(pub String);

impl fmt::Display for Bad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Find {
    /// A regular expression.
    pub const REGULAR: u32 = 1;
    /// Only whole words.
    pub const WHOLE_WORDS: u32 = 2;
    /// Capitals count.
    pub const MATCH_CASE: u32 = 4;
    /// Accents count.
    pub const MATCH_ACCENTS: u32 = 8;

    /// What is looked for, with what it is told to mind as flags.
    #[must_use]
    pub fn with_flags(pattern: &str, flags: u32) -> Find {
        let has = |flag| flags & flag != 0;
        Find {
            pattern: pattern.to_owned(),
            regular: has(Find::REGULAR),
            whole_words: has(Find::WHOLE_WORDS),
            match_case: has(Find::MATCH_CASE),
            match_accents: has(Find::MATCH_ACCENTS),
        }
    }

    /// Looks through texts, in time that grows with their length and never faster: the crate
    /// `regex` does not go back. Of words, any white space in them stands for any other.
    ///
    /// # Errors
    /// [`Bad`] when the pattern is none, or would take too much memory.
    pub fn in_texts<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> Result<Hits, Bad> {
        let machine = self.machine()?;
        let mut hits = Hits { places: Vec::new(), more: false };
        for (number, text) in texts.into_iter().enumerate() {
            let folded = self.folded(text);
            let mut words = Words::default();
            let mut room = AGAIN * folded.text.len();
            let mut from = 0;
            while from <= folded.text.len()
                && let Some(mut hit) = machine.find_at(&folded.text, from)
            {
                let begun = hit.start();
                let mut span = self.span(text, &folded, &mut words, &hit);
                while span.is_none()
                    && self.whole_words
                    && room >= hit.len()
                    && let Some(shorter) = self.shorter(&machine, &folded.text, &hit)
                {
                    room -= hit.len();
                    hit = shorter;
                    span = self.span(text, &folded, &mut words, &hit);
                }
                let Some(span) = span else {
                    // It may have something in it that begins later.
                    let next = folded.text[begun..].chars().next().map_or(1, char::len_utf8);
                    from = if room < hit.len() { hit.end().max(begun + next) } else { begun + next };
                    room = room.saturating_sub(hit.len());
                    continue;
                };
                from = hit.end();
                if hits.places.last().is_some_and(|(of, last)| *of == number && last.overlaps(span)) {
                    continue;
                }
                if hits.places.len() == MOST {
                    hits.more = true;
                    return Ok(hits);
                }
                hits.places.push((number, span));
            }
        }
        Ok(hits)
    }

    /// What a hit stands for; `None` where it is nothing that is looked for.
    fn span(&self, text: &str, folded: &Folded, words: &mut Words, hit: &Match<'_>) -> Option<Span> {
        // Where nothing is matched, as at every place by `x*`, nothing is found.
        if hit.is_empty() {
            return None;
        }
        let (start, end) = folded.original((hit.start(), hit.end()))?;
        // Half a letter is another letter, where accents count.
        let whole = |at| edges::is_grapheme_edge(text, at);
        if self.match_accents && !(whole(start) && whole(end)) {
            return None;
        }
        let span = edges::tidy(text, Span::between(start, end))?;
        (!self.whole_words || words.are_whole(text, span)).then_some(span)
    }

    /// A hit that begins where this one does and ends before it, as of the shorter of two names.
    fn shorter<'a>(&self, machine: &Regex, text: &'a str, hit: &Match<'_>) -> Option<Match<'a>> {
        let (cut, _) = text[..hit.end()].char_indices().next_back()?;
        // Where the text is cut something would seem to end.
        let looks_on = self.regular && ["$", r"\b", r"\B", r"\z"].iter().any(|it| self.pattern.contains(it));
        let begins = |it: &Match<'_>| it.start() == hit.start() && (it.end() < cut || !looks_on);
        machine.find_at(&text[..cut], hit.start()).filter(begins)
    }

    /// What is compared: letters fall into what they are made of, and accents that do not count away.
    /// An expression names whole letters, as in `[가-힣]`, so there they are put together again.
    fn folded(&self, text: &str) -> Folded {
        Folded::new(text, self.match_accents, self.regular)
    }

    fn machine(&self) -> Result<Regex, Bad> {
        let wanted = self.folded(&self.pattern).text;
        let pattern = if self.regular {
            wanted
        } else {
            let words: Vec<String> = wanted.split_whitespace().map(regex::escape).collect();
            words.join(r"\s+")
        };
        if pattern.is_empty() {
            return Err(Bad("There is nothing to look for.".into()));
        }
        let machine = RegexBuilder::new(&pattern)
            .case_insensitive(!self.match_case)
            .multi_line(true)
            .size_limit(MACHINE)
            .build();
        machine.map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => Bad("This expression would take too much memory.".into()),
            other => Bad(other.to_string()),
        })
    }
}

/// A text as it is compared, and where each piece of it came from.
struct Folded {
    text: String,
    /// For each character: where it stands here, and where the one that it comes from begins.
    from: Vec<(usize, usize)>,
    end: usize,
}

impl Folded {
    fn new(text: &str, accents: bool, whole: bool) -> Folded {
        let mut folded = Folded { text: String::new(), from: Vec::new(), end: text.len() };
        let mut last = None;
        let mut letters = text.char_indices().peekable();
        while let Some((at, c)) = letters.next() {
            // With the marks after it, whose order does not count.
            let mut end = at + c.len_utf8();
            let is_mark = |c: char| !c.is_ascii() && canonical_combining_class(c) != 0;
            while let Some((more, mark)) = letters.next_if(|(_, next)| is_mark(*next)) {
                end = more + mark.len_utf8();
            }
            let mut put = |part: char| {
                let whole = last.filter(|_| whole && !part.is_ascii()).and_then(|last| compose(last, part));
                if whole.is_some() {
                    folded.text.pop();
                } else {
                    folded.from.push((folded.text.len(), at));
                }
                let part = whole.unwrap_or(part);
                folded.text.push(part);
                last = Some(part);
            };
            if end == at + 1 {
                put(c);
            } else {
                text[at..end].nfd().filter(|part| accents || !is_accent(*part)).for_each(put);
            }
        }
        folded
    }

    /// What a piece of the folded text was, with the accents after it; `None` where it begins or ends
    /// inside a character that fell into several, such as a Korean syllable.
    fn original(&self, (start, end): (usize, usize)) -> Option<(usize, usize)> {
        let of = |at: usize| {
            let number = self.from.partition_point(|(here, _)| *here < at);
            let there = self.from.get(number).map_or(self.end, |(_, there)| *there);
            let before = number.checked_sub(1).and_then(|before| self.from.get(before));
            before.is_none_or(|(_, before)| *before != there).then_some(there)
        };
        Some((of(start)?, of(end)?))
    }
}

/// Whether a mark is an accent, a vowel point or the like, that words are often written without. In
/// other scripts, such as those of India, marks are letters of a word.
fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}'
        // Cyrillic, Hebrew, Arabic, Syriac.
        | '\u{483}'..='\u{489}'
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}' | '\u{5c7}'
        | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}'
        | '\u{6e7}' | '\u{6e8}' | '\u{6ea}'..='\u{6ed}'
        | '\u{711}' | '\u{730}'..='\u{74a}')
}

/// The edges of words around the last place that was asked about.
#[derive(Default)]
struct Words {
    paragraph: Option<Span>,
    edges: Vec<usize>,
    paragraphs: Vec<Span>,
}

impl Words {
    fn are_whole(&mut self, text: &str, span: Span) -> bool {
        if self.paragraphs.is_empty() {
            self.paragraphs = paragraphs(text).into_iter().map(|it| it.span).collect();
        }
        let around = |at: usize, paragraphs: &[Span]| {
            let number = paragraphs.partition_point(|it| it.start() <= at).saturating_sub(1);
            paragraphs.get(number).copied().unwrap_or(Span::between(0, text.len()))
        };
        let first = around(span.start(), &self.paragraphs);
        let last = around(span.end().saturating_sub(1), &self.paragraphs);
        let window = Span::between(first.start(), last.end());
        if self.paragraph != Some(window) {
            self.paragraph = Some(window);
            let words = window.of(text).unwrap_or_default();
            let starts = words.split_word_bound_indices().map(|(at, _)| window.start() + at);
            self.edges = starts.chain([window.end()]).collect();
        }
        // An apostrophe divides a name from what is put to it: the Taliban’s, l’OTAN.
        let begins = text[..span.start()].ends_with(APOSTROPHES);
        let ends = text[span.end()..].starts_with(APOSTROPHES);
        let edge = |at: usize| self.edges.binary_search(&at).is_ok();
        (begins || edge(span.start())) && (ends || edge(span.end()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_half_of_a_character_and_no_letter_of_a_word_is_an_accent() {
        let found = |pattern: &str, text: &'static str| -> Vec<&'static str> {
            let hits = Find::with_flags(pattern, 0).in_texts([text]).expect("a pattern");
            hits.places.iter().map(|(_, span)| span.of(text).expect("edges are fine")).collect()
        };
        assert_eq!(found("서우", "😃 서울 서우"), ["서우"]);
        assert_eq!(found("울", "서울"), ["울"]);
        assert_eq!(found("ㅜ", "서울"), [""; 0]);
        assert_eq!(found("का", "की का कि"), ["का"]);
        assert_eq!(found("か", "が か"), ["か"]);
        assert_eq!(found("ete", "E\u{301}te\u{301} été"), ["E\u{301}te\u{301}", "été"]);
        assert_eq!(found("각가", "각각가"), ["각가"], "half of the first syllable hides none");
        assert_eq!(found("سلام", "سَلَام"), ["سَلَام"]);
    }

    #[test]
    fn expressions_name_whole_letters_and_no_places_between_them() {
        let found = |pattern: &str, text: &'static str| -> Vec<&'static str> {
            let hits = Find::with_flags(pattern, Find::REGULAR).in_texts([text]).expect("a pattern");
            hits.places.iter().map(|(_, span)| span.of(text).expect("edges are fine")).collect()
        };
        assert_eq!(found("[가-힣]+", "😃 서울 é"), ["서울"]);
        assert_eq!(found("[が-ん]", "あがん"), ["が", "ん"]);
        assert_eq!(found("서.", "서울"), ["서울"]);
        // However a letter is written.
        assert_eq!(found("가|が|ज़", "\u{1100}\u{1161} か\u{3099} ज\u{93c} \u{95b}").len(), 4);
        assert_eq!(found("\u{1100}\u{1161}", "가각"), ["가"]);
        assert_eq!(found("[e]t.", "e\u{301}te\u{301} été"), ["e\u{301}te\u{301}", "été"]);
        for text in ["🇦🇫", "का", "👨‍👩‍👧 x", "سَلَام"] {
            assert_eq!(found(r"\d*", text), [""; 0]);
        }
        assert_eq!(found("x*", "👨‍👩‍👧 xx"), ["xx"]);
    }

    #[test]
    fn where_accents_count_letters_are_the_same_however_they_are_written() {
        let flags = Find::MATCH_ACCENTS | Find::MATCH_CASE;
        let found = |pattern: &str, text: &'static str| -> Vec<&'static str> {
            let hits = Find::with_flags(pattern, flags).in_texts([text]).expect("a pattern");
            hits.places.iter().map(|(_, span)| span.of(text).expect("edges are fine")).collect()
        };
        let text = "Café 😃 Cafe\u{301} Cafe 서울";
        assert_eq!(found("Café", text), ["Café", "Cafe\u{301}"]);
        assert_eq!(found("Cafe\u{301}", text), ["Café", "Cafe\u{301}"]);
        assert_eq!(found("Cafe", text), ["Cafe"]);
        assert_eq!(found("서우", text), [""; 0]);
    }

    #[test]
    fn the_order_of_marks_on_a_letter_does_not_count() {
        let flags = Find::MATCH_ACCENTS;
        let text = "Vi\u{1EC7}t 😃 Vi\u{EA}\u{323}t Vie\u{323}\u{302}t Viet مُدّ";
        for pattern in ["Vi\u{1EC7}t", "Vi\u{EA}\u{323}t", "Vie\u{302}\u{323}t"] {
            let hits = Find::with_flags(pattern, flags).in_texts([text]).expect("a pattern");
            let found: Vec<_> = hits.places.iter().filter_map(|(_, span)| span.of(text)).collect();
            assert_eq!(found, ["Vi\u{1EC7}t", "Vi\u{EA}\u{323}t", "Vie\u{323}\u{302}t"], "{pattern}");
        }
        // Without, all four; a place goes on to the end of its marks.
        let hits = Find::with_flags("viet", 0).in_texts([text]).expect("a pattern");
        assert_eq!(hits.places.len(), 4);
        // Shadda and fatha, either way round.
        let text = "قال السَّلام";
        for pattern in ["س\u{64e}\u{651}", "س\u{651}\u{64e}"] {
            let hits = Find::with_flags(pattern, flags).in_texts([text]).expect("a pattern");
            assert_eq!(hits.places.len(), 1, "{pattern}");
        }
    }

    #[test]
    fn what_is_no_whole_word_hides_none_that_is() {
        let found = |pattern: &str, flags: u32, text: &'static str| -> Vec<&'static str> {
            let hits =
                Find::with_flags(pattern, flags | Find::WHOLE_WORDS).in_texts([text]).expect("a pattern");
            hits.places.iter().filter_map(|(_, span)| span.of(text)).collect()
        };
        assert_eq!(found("na na", 0, "😃 bana na na"), ["na na"]);
        let names = r"White\s+House\s+official|White\s+House";
        let text = "سلام White House officials met, a White House official said. 中文";
        assert_eq!(found(names, Find::REGULAR, text), ["White House", "White House official"]);
        assert_eq!(found("ét|é", Find::REGULAR, "e\u{301}t éte"), ["e\u{301}t"]);
        // What only seems to end where a longer one was cut.
        assert_eq!(
            found("White House offic$|White House official", Find::REGULAR, text),
            ["White House official"]
        );
        // Everything is refused, and that is soon known.
        let long = "x".repeat(20_000);
        let hits =
            Find::with_flags("x.*x", Find::WHOLE_WORDS | Find::REGULAR).in_texts([&*format!("{long}y")]);
        assert_eq!(hits.expect("a pattern").places, []);
    }

    const TEXT: &str = "Kabul, KABUL and Kabuli 😃. Café, cafe\u{301}, CAFE.\nThe Taliban\nmovement. قال السَّلام والسلام. 外交部长说外交。\n";

    fn found(find: &Find) -> Vec<&'static str> {
        let hits = find.in_texts([TEXT]).expect("a fine pattern");
        hits.places.iter().filter_map(|(_, span)| span.of(TEXT)).collect()
    }

    fn words(pattern: &str) -> Find {
        Find { pattern: pattern.into(), ..Find::default() }
    }

    #[test]
    fn words_are_found_with_or_without_case_accents_and_neighbours() {
        assert_eq!(found(&words("kabul")), ["Kabul", "KABUL", "Kabul"]);
        assert_eq!(found(&Find { whole_words: true, ..words("kabul") }), ["Kabul", "KABUL"]);
        let possessive =
            Find { whole_words: true, ..words("taliban") }.in_texts(["the Taliban’s, Talibans, l'OTAN"]);
        assert_eq!(possessive.map(|hits| hits.places), Ok(vec![(0, Span::between(4, 11))]));
        assert_eq!(found(&Find { match_case: true, ..words("Kabul") }), ["Kabul", "Kabul"]);
        assert_eq!(found(&words("cafe")), ["Café", "cafe\u{301}", "CAFE"]);
        assert_eq!(found(&Find { match_accents: true, ..words("cafe") }), ["CAFE"]);
        assert_eq!(found(&words("taliban movement")), ["Taliban\nmovement"]);
        assert_eq!(found(&words("السلام")), ["السَّلام", "السلام"]);
        assert_eq!(found(&words("外交")), ["外交", "外交"]);
        assert_eq!(found(&words("😃.")), ["😃."]);
    }

    #[test]
    fn expressions_are_read_and_bad_ones_refused_in_words() {
        assert_eq!(found(&Find { regular: true, ..words("k.b.l\\b|caf.") })[..2], ["Kabul", "KABUL"]);
        let bad = Find { regular: true, ..words("(a") }.in_texts([TEXT]);
        assert!(bad.is_err_and(|bad| bad.0.contains("unclosed group")));
        assert!(words("  ").in_texts([TEXT]).is_err());
        let huge = Find { regular: true, ..words("(\\w{1000}){1000}") }.in_texts([TEXT]);
        assert!(huge.is_err_and(|bad| bad.0.contains("memory")));
        // What matches nothing at every place is no place.
        assert!(found(&Find { regular: true, ..words("x*") }).is_empty());
    }

    /// What hangs a machine that goes back.
    #[test]
    fn no_expression_makes_it_hang() {
        let text = "a".repeat(100_000);
        let hits = Find { regular: true, ..words("(a|a)*(a|a)*b") }.in_texts([text.as_str()]);
        assert_eq!(hits.map(|hits| hits.places.len()), Ok(0));
    }
}
