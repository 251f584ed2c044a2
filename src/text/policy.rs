use super::{Span, edges, quotations};

/// Whether something at the edge of a span belongs to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Side {
    /// As it was selected.
    #[default]
    AsSelected,
    /// Always.
    In,
    /// Never.
    Out,
}

/// Where spans begin and end, so that two analysts who select alike get the same offsets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// The quotation marks around the span.
    pub quotation_marks: Side,
    /// The mark that ends a sentence, or with [`Side::Out`] also a comma, colon or semicolon.
    pub final_punctuation: Side,
}

/// What may end a sentence.
const SENTENCE_ENDS: &str = ".!?…。！？؟۔";
/// What ends less than that.
const LESSER_ENDS: &str = ",;:，、；：،؛";

impl Policy {
    /// The span as the policy wants it: first its quotation marks, then its punctuation.
    /// `paragraph` is the one that the span begins in. A span that would be left empty stays.
    #[must_use]
    pub fn settle(self, text: &str, paragraph: Span, span: Span) -> Span {
        let span = self.settle_marks(text, paragraph, span);
        let span = self.settle_punctuation(text, paragraph, span);
        // A mark may have something that joins it: a stray joiner, a variation selector.
        edges::tidy(text, span).unwrap_or(span)
    }

    fn settle_marks(self, text: &str, paragraph: Span, span: Span) -> Span {
        // Whether the final punctuation was selected as well, or stands with a space before the
        // closing mark, as in French, makes no difference to whose marks they are.
        let bare = |it: Span| without_end(text, edges::tidy(text, it).unwrap_or(it));
        let all = || quotations(text, paragraph).into_iter();
        match self.quotation_marks {
            Side::AsSelected => span,
            Side::In => {
                let whole = all().find(|it| it.inner == span || bare(it.inner) == bare(span));
                whole.map_or(span, |it| it.outer)
            }
            Side::Out => {
                let whole = all().find(|it| it.outer == span || bare(span) == it.outer);
                whole.and_then(|it| edges::tidy(text, it.inner)).unwrap_or(span)
            }
        }
    }

    fn settle_punctuation(self, text: &str, paragraph: Span, span: Span) -> Span {
        match self.final_punctuation {
            Side::AsSelected => span,
            Side::Out => without_end(text, span),
            Side::In => {
                let after = text.get(span.end()..paragraph.end()).unwrap_or_default();
                let left = after.trim_start_matches(|c| SENTENCE_ENDS.contains(c));
                Span::between(span.start(), span.end() + after.len() - left.len())
            }
        }
    }
}

/// Without the punctuation at its end.
fn without_end(text: &str, span: Span) -> Span {
    let words = span.of(text).unwrap_or_default();
    let left = words.trim_end_matches(|c| SENTENCE_ENDS.contains(c) || LESSER_ENDS.contains(c));
    edges::tidy(text, Span::between(span.start(), span.start() + left.len())).unwrap_or(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "He 😃 said: “We agree.” Then (سلام) e\u{301} left.";

    fn settled(words: &str, quotation_marks: Side, final_punctuation: Side) -> &'static str {
        let at = TEXT.find(words).expect("it is there");
        let policy = Policy { quotation_marks, final_punctuation };
        let span = policy.settle(TEXT, Span::between(0, TEXT.len()), Span::between(at, at + words.len()));
        span.of(TEXT).expect("edges are fine")
    }

    #[test]
    fn two_who_select_alike_get_the_same() {
        for selected in ["“We agree.”", "We agree.", "We agree"] {
            assert_eq!(settled(selected, Side::In, Side::AsSelected), "“We agree.”");
        }
        for selected in ["“We agree.”", "We agree.", "We agree"] {
            assert_eq!(settled(selected, Side::Out, Side::Out), "We agree");
            assert_eq!(settled(selected, Side::Out, Side::In), "We agree.");
        }
        assert_eq!(settled("“We agree.”", Side::AsSelected, Side::Out), "“We agree.”");
        assert_eq!(settled("e\u{301} left", Side::AsSelected, Side::In), "e\u{301} left.");
        assert_eq!(settled("e\u{301} left.", Side::In, Side::Out), "e\u{301} left");
        assert_eq!(settled("agree", Side::In, Side::AsSelected), "agree");
    }

    #[test]
    fn two_who_select_alike_get_the_same_in_french() {
        let text = "😃 « É\u{301}té\u{a0}! Oui.\u{a0}» dit-il.";
        let whole = Span::between(0, text.len());
        let at = |words: &str| {
            let at = text.find(words).expect("it is there");
            Span::between(at, at + words.len())
        };
        let marks = at("« É\u{301}té\u{a0}! Oui.\u{a0}»");
        let policy = Policy { quotation_marks: Side::In, final_punctuation: Side::AsSelected };
        for words in ["É\u{301}té\u{a0}! Oui", "É\u{301}té\u{a0}! Oui."] {
            assert_eq!(policy.settle(text, whole, at(words)), marks);
        }
        assert_eq!(policy.settle(text, whole, marks), marks);
    }

    #[test]
    fn no_span_ends_inside_a_character() {
        for (text, words, ends) in [
            ("کتاب.\u{200c} بعد", "کتاب", "کتاب.\u{200c}"),
            ("中文。\u{fe00}他", "中文", "中文。\u{fe00}"),
            ("“No 😃”\u{200c} he", "No 😃", "“No 😃”\u{200c}"),
        ] {
            let at = text.find(words).expect("it is there");
            let policy = Policy { quotation_marks: Side::In, final_punctuation: Side::In };
            let span = policy.settle(text, Span::between(0, text.len()), Span::between(at, at + words.len()));
            assert_eq!(span.of(text), Some(ends));
            assert_eq!(edges::tidy(text, span), Some(span));
        }
    }

    #[test]
    fn a_span_of_nothing_but_punctuation_stays() {
        assert_eq!(settled(".”", Side::Out, Side::Out), ".”");
        assert_eq!(settled(".", Side::Out, Side::Out), ".");
    }
}
