//! Where a boundary goes.

use crate::model::Article;
use crate::text::{Span, edges, scopes};

/// One end of a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// Where it begins.
    Start,
    /// Where it ends.
    End,
}

/// How far a boundary goes at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// One grapheme that is not white space.
    Grapheme,
    /// To the next edge of a word.
    Word,
    /// To the next edge of a sentence.
    Sentence,
}

/// A span with one boundary moved by a unit, on in the text or back; `None` when there is
/// nowhere to go: the text ends, or nothing would be left of the span.
#[must_use]
pub(super) fn nudged(article: &Article, span: Span, edge: Edge, unit: Unit, forward: bool) -> Option<Span> {
    let text = article.text();
    let (mut at, other) = match edge {
        Edge::Start => (span.start(), span.end()),
        Edge::End => (span.end(), span.start()),
    };
    loop {
        at = next_place(article, at, edge, unit, forward)?;
        let is_left = match edge {
            Edge::Start => at < other,
            Edge::End => at > other,
        };
        if !is_left {
            return None;
        }
        // A boundary never rests beside white space: on to where it makes a difference.
        if let Some(moved) = edges::tidy(text, Span::between(at, other)).filter(|moved| *moved != span) {
            let onward = match edge {
                Edge::Start => (moved.start() > span.start()) == forward,
                Edge::End => (moved.end() > span.end()) == forward,
            };
            if onward {
                return Some(moved);
            }
        }
    }
}

/// The next place of a unit's edge.
fn next_place(article: &Article, at: usize, edge: Edge, unit: Unit, forward: bool) -> Option<usize> {
    let text = article.text();
    match unit {
        Unit::Grapheme if forward => (at < text.len()).then(|| edges::next_grapheme(text, at)),
        Unit::Grapheme => (at > 0).then(|| edges::previous_grapheme(text, at)),
        Unit::Word | Unit::Sentence => {
            let parts = article.paragraphs();
            let here = article.paragraph_at(at);
            let within = |paragraph: usize| {
                let window = parts.get(paragraph)?.span;
                let side = |it: Span| match edge {
                    Edge::Start => it.start(),
                    Edge::End => it.end(),
                };
                let beyond = |place: &usize| if forward { *place > at } else { *place < at };
                let places = |units: &mut dyn Iterator<Item = Span>| {
                    let mut places = units.map(side).filter(beyond);
                    if forward { places.next() } else { places.last() }
                };
                match unit {
                    Unit::Word => places(&mut edges::words(text, window)),
                    _ => places(&mut scopes::sentences(text, window).filter_map(|it| edges::tidy(text, it))),
                }
            };
            if forward {
                (here..parts.len()).find_map(within)
            } else {
                (0..=here.min(parts.len().checked_sub(1)?)).rev().find_map(within)
            }
        }
    }
}

/// Spans without what another span covers.
#[must_use]
pub(super) fn without(spans: &[Span], hole: Span) -> Vec<Span> {
    let around = |span: &Span| {
        let before = Span::between(span.start(), hole.start().clamp(span.start(), span.end()));
        let after = Span::between(hole.end().clamp(span.start(), span.end()), span.end());
        if span.overlaps(hole) { [before, after] } else { [*span, Span::between(span.end(), span.end())] }
    };
    spans.iter().flat_map(around).filter(|span| !span.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Id;

    const TEXT: &str = "Töne e\u{301}! “Wir, 👨‍👩‍👧‍👦,” said سلام at 中文.\n\nIf it rains, no.\n";

    fn article() -> Article {
        Article::new(Id::new("t").expect("a fine id"), "t", TEXT, 0)
    }

    /// The words of the span after each step, from the word "said" on.
    fn told(edge: Edge, unit: Unit, forward: bool, steps: usize) -> Vec<String> {
        let at = TEXT.find("said").expect("it is there");
        let mut span = Span::between(at, at + 4);
        let mut told = Vec::new();
        for _ in 0..steps {
            let Some(next) = nudged(&article(), span, edge, unit, forward) else { break };
            told.push(next.of(TEXT).expect("edges are fine").to_owned());
            span = next;
        }
        told
    }

    #[test]
    fn a_boundary_goes_by_grapheme_word_and_sentence_both_ways() {
        assert_eq!(told(Edge::End, Unit::Grapheme, true, 2), ["said س", "said سل"]);
        assert_eq!(told(Edge::End, Unit::Grapheme, false, 9), ["sai", "sa", "s"]);
        assert_eq!(told(Edge::Start, Unit::Grapheme, false, 3), ["” said", ",” said", "👨‍👩‍👧‍👦,” said"]);
        assert_eq!(told(Edge::Start, Unit::Grapheme, true, 9), ["aid", "id", "d"]);
        assert_eq!(told(Edge::End, Unit::Word, true, 2), ["said سلام", "said سلام at"]);
        assert_eq!(told(Edge::Start, Unit::Word, false, 2), ["Wir, 👨‍👩‍👧‍👦,” said", "e\u{301}! “Wir, 👨‍👩‍👧‍👦,” said"]);
        assert_eq!(told(Edge::End, Unit::Word, false, 2), [""; 0]);
        let at = TEXT.find("“Wir").expect("it is there");
        let sentence = &TEXT[at..TEXT.find("\n\n").expect("it is there")];
        let to_end = &TEXT[TEXT.find("said").expect("it is there")..TEXT.find("\n\n").expect("it is there")];
        assert_eq!(told(Edge::End, Unit::Sentence, true, 1), [to_end]);
        let from_start = &sentence[..sentence.find(" سلام").expect("it is there")];
        assert_eq!(told(Edge::Start, Unit::Sentence, false, 1), [from_start]);
        // Into the next paragraph.
        assert!(told(Edge::End, Unit::Sentence, true, 9).last().is_some_and(|it| it.ends_with("rains, no.")));
    }

    #[test]
    fn a_hole_splits_shortens_and_removes() {
        let spans = [Span::between(0, 4), Span::between(6, 9), Span::between(10, 20)];
        let hole = |a, b| without(&spans, Span::between(a, b));
        assert_eq!(hole(4, 6), spans);
        assert_eq!(hole(3, 12), [Span::between(0, 3), Span::between(12, 20)]);
        assert_eq!(hole(12, 13).len(), 4);
        assert_eq!(hole(0, 20), []);
    }
}
