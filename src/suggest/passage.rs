use std::ops::Range;

use super::language::{LANGUAGES, Language, has, is_capital, is_in_capitals, is_small, same, stands_for};
use crate::text::{Quotation, Span, edges, quotations, scopes};

/// What is farther from the spans than this has nothing to do with them; bytes.
const REACH: usize = 2_000;

/// The neighbourhood of some spans within their paragraph: words, sentences, quotations.
pub(super) struct Passage<'a> {
    pub(super) text: &'a str,
    /// No span that is told reaches past it.
    pub(super) paragraph: Span,
    /// Without apostrophes; what follows one is a word of its own.
    pub(super) words: Vec<Span>,
    /// How each word begins ([`fold`]).
    letters: Vec<u8>,
    /// Which words the spans touch.
    pub(super) taken: Vec<bool>,
    /// In order; none ends within a quotation or at an abbreviation.
    pub(super) sentences: Vec<Span>,
    pub(super) quotations: Vec<Quotation>,
    pub(super) language: &'static Language,
}

/// A phrase of a list, found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// Numbers of words.
    pub(super) words: Range<usize>,
    /// The number of the list's group.
    pub(super) group: usize,
}

impl<'a> Passage<'a> {
    /// Reads what is near `spans`; `list` tells which of a language's lists will be asked.
    pub(super) fn new(
        text: &'a str,
        paragraph: Span,
        spans: &[Span],
        list: fn(&Language) -> &'static str,
    ) -> Passage<'a> {
        let first = spans.iter().map(|it| it.start()).min().unwrap_or(paragraph.start());
        let last = spans.iter().map(|it| it.end()).max().unwrap_or(paragraph.end());
        let from = edges::grapheme_edge_after(text, first.saturating_sub(REACH));
        let to = edges::grapheme_edge_before(text, last.saturating_add(REACH));
        let window = Span::between(from, to.max(from)).clip(paragraph).unwrap_or(paragraph);
        let window = if window.of(text).is_some() { window } else { Span::between(0, 0) };
        let mut quotations = quotations(text, paragraph);
        quotations.retain(|it| it.outer.overlaps(window));
        let words: Vec<Span> = edges::words(text, window).flat_map(|word| parts(text, word)).collect();
        let taken = words.iter().map(|word| spans.iter().any(|it| it.overlaps(*word))).collect();
        let letters = |word: &Span| text.as_bytes().get(word.start()).copied().map_or(0, fold);
        let letters = words.iter().map(letters).collect();
        let sentences = sentences(text, window, &quotations);
        let mut passage = Passage {
            text,
            paragraph,
            words,
            letters,
            taken,
            sentences,
            quotations,
            language: &LANGUAGES[0],
        };
        passage.language = passage.spoken(list);
        passage
    }

    /// The language with the most common words here, the spans' own aside; of those with as many
    /// the one with the most phrases of the list.
    fn spoken(&self, list: fn(&Language) -> &'static str) -> &'static Language {
        let count = |language: &Language| {
            let lists = [language.stops, language.articles, language.pronouns];
            let common = lists.iter().flat_map(|it| it.split(' '));
            common
                .map(|it| self.those(it).filter(|at| !self.taken(*at) && same(it, self.word(*at))).count())
                .sum()
        };
        let counts: [usize; LANGUAGES.len()] = LANGUAGES.each_ref().map(count);
        let most = counts.iter().copied().max().unwrap_or(0);
        let (mut best, mut hits) = (&LANGUAGES[0], None);
        for (language, _) in LANGUAGES.iter().zip(counts).filter(|(_, count)| *count == most) {
            let found = self.find(list(language), language.endings, language.dates);
            let found = found.iter().filter(|it| !self.taken(it.words.start)).count();
            if hits.is_none_or(|hits| found > hits) {
                (best, hits) = (language, Some(found));
            }
        }
        best
    }

    /// Where the phrases of a list stand, in text order; of those that overlap the longest, then
    /// the one of an earlier group.
    pub(super) fn find(&self, list: &str, endings: &str, dates: &str) -> Vec<Hit> {
        // The best that begins at each word.
        let mut found: Vec<Option<Hit>> = vec![None; self.words.len()];
        for (group, phrases) in list.split(';').enumerate() {
            for phrase in phrases.split('|').filter(|it| !it.is_empty()) {
                for first in self.those(phrase) {
                    let Some(end) = self.phrase_end(phrase, endings, dates, first) else { continue };
                    let Some(best) = found.get_mut(first) else { continue };
                    if best.as_ref().is_none_or(|it| it.words.end < end) {
                        *best = Some(Hit { words: first..end, group });
                    }
                }
            }
        }
        let mut hits: Vec<Hit> = Vec::new();
        for hit in found.into_iter().flatten() {
            match hits.last_mut() {
                Some(last) if last.words.end > hit.words.start => {
                    if last.words.len() < hit.words.len() {
                        *last = hit;
                    }
                }
                _ => hits.push(hit),
            }
        }
        hits
    }

    /// The words that begin as a phrase does, by the first byte: few do, and that is quickly told.
    fn those(&self, phrase: &str) -> impl Iterator<Item = usize> {
        let letter = phrase.bytes().next().map(fold);
        let letters = self.letters.iter().enumerate();
        letters.filter(move |(_, it)| Some(**it) == letter).map(|(at, _)| at)
    }

    /// The number of the word after a phrase that begins at a word.
    fn phrase_end(&self, phrase: &str, endings: &str, dates: &str, first: usize) -> Option<usize> {
        let mut at = first;
        for pattern in phrase.split(' ') {
            if at > first && !self.joined(at - 1) {
                return None;
            }
            let word = self.word(at);
            if pattern == "@" {
                let date = word.starts_with(|c: char| c.is_ascii_digit()) || has(dates, word);
                // Of two, an article may come first: by the end of.
                let next = at + usize::from(!date);
                let date = date || self.joined(at) && has(dates, self.word(next));
                return date.then_some(at);
            }
            if word.is_empty() || !stands_for(pattern, endings, word) {
                return None;
            }
            at += 1;
        }
        Some(at)
    }

    /// A word; empty past the last.
    pub(super) fn word(&self, at: usize) -> &'a str {
        self.words.get(at).and_then(|it| it.of(self.text)).unwrap_or_default()
    }

    /// Whether a list has a word.
    pub(super) fn is(&self, list: &str, at: usize) -> bool {
        has(list, self.word(at))
    }

    /// Whether a word is a pronoun; US is none.
    pub(super) fn is_pronoun(&self, at: usize) -> bool {
        let word = self.word(at);
        !is_in_capitals(word) && has(self.language.pronouns, word)
    }

    /// Whether a word begins with a capital.
    pub(super) fn is_capital(&self, at: usize) -> bool {
        is_capital(self.word(at))
    }

    /// Whether the spans touch a word.
    pub(super) fn taken(&self, at: usize) -> bool {
        self.taken.get(at).copied().unwrap_or(false)
    }

    /// What stands between a word and the next; `None` when there is no next one.
    pub(super) fn gap(&self, at: usize) -> Option<&'a str> {
        self.text.get(self.words.get(at)?.end()..self.words.get(at + 1)?.start())
    }

    /// Whether a word and the next may belong to one phrase: nothing divides them.
    pub(super) fn joined(&self, at: usize) -> bool {
        let Some(gap) = self.gap(at) else { return false };
        let (word, next) = (self.word(at), self.word(at + 1));
        let plain = |c: char| c.is_whitespace() || "-‑'’·&/\u{200C}".contains(c);
        let abbreviates =
            || is_abbreviation(word) && gap.strip_prefix('.').is_some_and(|it| it.trim().is_empty());
        if !(gap.chars().all(plain) && !gap.contains('\n') || abbreviates()) || next.is_empty() {
            return false;
        }
        // ‘Never’ he says: a quotation mark and not an apostrophe.
        let (Some(this), Some(next)) = (self.words.get(at), self.words.get(at + 1)) else { return false };
        let within = |byte: usize| this.end() <= byte && byte < next.start();
        !gap.contains(['\'', '’'])
            || !self.quotations.iter().any(|it| within(it.outer.start()) || within(it.outer.end() - 1))
    }

    /// The sentence of a byte, by its number.
    pub(super) fn sentence(&self, byte: usize) -> usize {
        self.sentences.partition_point(|it| it.end() <= byte)
    }

    /// The sentence of a word, by its number.
    pub(super) fn sentence_of_word(&self, at: usize) -> usize {
        self.words.get(at).map_or(self.sentences.len(), |it| self.sentence(it.start()))
    }

    /// The words of a span: those that end after its start and begin before its end.
    pub(super) fn words_of(&self, span: Span) -> Range<usize> {
        let start = self.words.partition_point(|it| it.end() <= span.start());
        start..self.words.partition_point(|it| it.start() < span.end()).max(start)
    }

    /// The span of some words.
    pub(super) fn span(&self, words: &Range<usize>) -> Option<Span> {
        let first = self.words.get(words.start)?;
        let last = self.words.get(words.end.checked_sub(1)?)?;
        let whole = edges::tidy(self.text, Span::between(first.start(), last.end()))?;
        self.paragraph.contains(whole).then_some(whole)
    }
}

/// The first byte of a word without its case: no more of a letter that is not ASCII is told.
fn fold(first: u8) -> u8 {
    if first.is_ascii() { first.to_ascii_lowercase() } else { u8::MAX }
}

/// A word without apostrophes.
fn parts(text: &str, word: Span) -> impl Iterator<Item = Span> {
    let letters = word.of(text).unwrap_or_default();
    let mut at = word.start();
    letters.split_inclusive(['\'', '’']).filter_map(move |part| {
        let bare = part.trim_end_matches(['\'', '’']);
        let span = Span::between(at, at + bare.len());
        at += part.len();
        (!bare.is_empty()).then_some(span)
    })
}

/// The sentences, those joined that a quotation or an abbreviation parts.
fn sentences(text: &str, window: Span, quotations: &[Quotation]) -> Vec<Span> {
    let mut all: Vec<Span> = Vec::new();
    for next in scopes::sentences(text, window) {
        let words = next.of(text).unwrap_or_default();
        let quoted = |it: &Quotation| it.outer.start() < next.start() && next.start() < it.outer.end();
        match all.last_mut() {
            Some(last)
                if quotations.iter().any(quoted)
                    || is_small(words)
                    || ends_abbreviated(last.of(text).unwrap_or_default()) =>
            {
                *last = Span::between(last.start(), next.end());
            }
            _ => all.push(next),
        }
    }
    all
}

/// Whether what looks like the end of a sentence is that of an abbreviation.
fn ends_abbreviated(sentence: &str) -> bool {
    let Some(words) = sentence.trim_end().strip_suffix('.') else { return false };
    is_abbreviation(words.rsplit(char::is_whitespace).next().unwrap_or_default())
}

/// Whether a full stop after a word belongs to it: a title, or the initial of a name.
fn is_abbreviation(word: &str) -> bool {
    has("mr mrs ms dr prof st gen sen rep gov lt col hr fr mme m sr sra", word) && is_capital(word)
        || word.chars().count() == 1 && is_capital(word)
}
