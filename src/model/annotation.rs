use std::collections::BTreeMap;
use std::rc::Rc;

use super::Id;
use crate::text::Span;

/// Named values of an annotation, such as `type: direct` of a quote. A value is
/// JSON text, so that what a later version writes is kept as it is.
pub type Attributes = BTreeMap<Rc<str>, Rc<str>>;

/// How an annotation came to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// A person marked it.
    Hand,
    /// It came with a file that did not say how it was made.
    Import,
    /// Another way that a file told, such as `suggestion`.
    Other(Rc<str>),
}

impl By {
    /// What [`By::Other`] says of annotations that were found and marked all at once.
    pub const FOUND: &str = "find-all";
}

/// How an annotation came to be, by whom, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// In which way.
    pub by: By,
    /// The coder's name; may be empty.
    pub coder: Rc<str>,
    /// Milliseconds since 1970 (UTC).
    pub created: u64,
    /// Milliseconds since 1970 (UTC); the last change.
    pub modified: u64,
}

/// One label on one or more spans of an article.
///
/// Invariant: `spans` is not empty, its spans are not empty, in text order and do
/// not overlap; [`Annotation::of_spans`] checks. None cuts a grapheme: commands and
/// readers check that, since they have the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// Its name for ever.
    pub id: Id,
    /// The article it stands in.
    pub article: Id,
    /// The label's id.
    pub label: Id,
    spans: Rc<[Span]>,
    /// Named values.
    pub attributes: Attributes,
    /// The analyst's own words about it.
    pub note: Rc<str>,
    /// Who is meant, for a mention: an actor of the registry.
    pub actor: Option<Id>,
    /// How it came to be.
    pub origin: Origin,
    /// Members that we do not know, as a JSON object.
    pub unknown: Option<Rc<str>>,
}

impl Annotation {
    /// An annotation without attributes and note. `None` when the spans break the
    /// invariant.
    #[must_use]
    pub fn of_spans(id: Id, article: Id, label: Id, spans: &[Span], origin: Origin) -> Option<Annotation> {
        let apart = spans.windows(2).all(|pair| pair[0].end() <= pair[1].start());
        let fine = !spans.is_empty() && apart && spans.iter().all(|span| !span.is_empty());
        fine.then(|| Annotation {
            id,
            article,
            label,
            spans: spans.into(),
            attributes: Attributes::new(),
            note: "".into(),
            actor: None,
            origin,
            unknown: None,
        })
    }

    /// The same annotation on other spans. `None` when they break the invariant.
    #[must_use]
    pub fn with_spans(&self, spans: &[Span]) -> Option<Annotation> {
        let (id, article, label) = (self.id.clone(), self.article.clone(), self.label.clone());
        let made = Annotation::of_spans(id, article, label, spans, self.origin.clone())?;
        Some(Annotation { spans: made.spans, ..self.clone() })
    }

    /// The spans, in text order.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// From the start of the first span to the end of the last.
    #[must_use]
    pub fn extent(&self) -> Span {
        let first = self.spans.first().map_or(0, |span| span.start());
        let last = self.spans.last().map_or(0, |span| span.end());
        Span::between(first, last)
    }
}
