use std::rc::Rc;

use super::Id;
use crate::text::Span;

/// Named values of an annotation, such as `type: direct` of a quote. A value is
/// JSON text, so that what a later version writes is kept as it is.
///
/// Few, and in order of their names: a list, where a map would be more code for every visitor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes(Vec<(Rc<str>, Rc<str>)>);

impl Attributes {
    /// None.
    #[must_use]
    pub fn new() -> Attributes {
        Attributes::default()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(here, _)| (**here).cmp(name))
    }

    /// The value of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Rc<str>> {
        self.place(name).ok().and_then(|at| self.0.get(at)).map(|(_, value)| value)
    }

    /// Whether there is a value of that name.
    #[must_use]
    pub fn contains_key(&self, name: &str) -> bool {
        self.place(name).is_ok()
    }

    /// Gives a value, in place of the one of that name.
    pub fn insert(&mut self, name: Rc<str>, value: Rc<str>) {
        match self.place(&name) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (name, value)),
        }
    }

    /// Takes a value away.
    pub fn remove(&mut self, name: &str) -> Option<Rc<str>> {
        self.place(name).ok().map(|at| self.0.remove(at).1)
    }

    /// Names and values, in order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&Rc<str>, &Rc<str>)> {
        self.0.iter().map(|(name, value)| (name, value))
    }
}

impl FromIterator<(Rc<str>, Rc<str>)> for Attributes {
    fn from_iter<T: IntoIterator<Item = (Rc<str>, Rc<str>)>>(all: T) -> Attributes {
        let mut attributes = Attributes::new();
        for (name, value) in all {
            attributes.insert(name, value);
        }
        attributes
    }
}

/// A text as the value of an attribute: a JSON string (RFC 8259).
#[must_use]
pub fn text_value(text: &str) -> Rc<str> {
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            // As serde_json writes them: a value that was stored is the same as before.
            '\u{8}' => json += "\\b",
            '\t' => json += "\\t",
            '\n' => json += "\\n",
            '\u{c}' => json += "\\f",
            '\r' => json += "\\r",
            c if u32::from(c) < 0x20 => json += &format!("\\u{:04x}", u32::from(c)),
            c => json.push(c),
        }
    }
    json.push('"');
    json.into()
}

/// The word of an attribute, such as `direct`; `None` for any value but a plain string.
#[must_use]
pub fn word(value: &str) -> Option<&str> {
    let word = value.strip_prefix('"')?.strip_suffix('"')?;
    (!word.contains(['\\', '"'])).then_some(word)
}

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
    /// The version of the codebook that it was made under; 0 for the one of the beginning.
    pub codebook: u64,
}

/// Nearly all annotations have one span, which then takes no memory of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Spans {
    One(Span),
    Parts(Rc<[Span]>),
}

impl Spans {
    fn of(spans: &[Span]) -> Spans {
        match spans {
            [one] => Spans::One(*one),
            parts => Spans::Parts(parts.into()),
        }
    }
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
    spans: Spans,
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
    /// The attribute that says direct, indirect, mixed or scare of a quote.
    pub const TYPE: &str = "type";
    /// The attribute that says unknown or anonymous of a quote whose source is nobody; it has the
    /// name of the link that would lead to somebody, as [`Annotation::ADDRESSEE`] has.
    pub const SOURCE: &str = super::Link::SOURCE;
    /// The same of who is spoken to.
    pub const ADDRESSEE: &str = super::Link::ADDRESSEE;
    /// The attribute that says activation, constraint … of a condition.
    pub const KIND: &str = "kind";
    /// The attribute that says open, met, refused or unclear of a condition.
    pub const STATUS: &str = "status";
    /// The attribute that says how the conditions of an annotation combine: [`super::Logic`].
    pub const LOGIC: &str = "conditions";

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
            spans: Spans::of(spans),
            attributes: Attributes::new(),
            // Most coders have no name: the same empty text does for both.
            note: if origin.coder.is_empty() { Rc::clone(&origin.coder) } else { "".into() },
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
        match &self.spans {
            Spans::One(span) => std::slice::from_ref(span),
            Spans::Parts(spans) => spans,
        }
    }

    /// A named value's word; `None` when there is none, or no word.
    #[must_use]
    pub fn word(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).and_then(|value| word(value))
    }

    /// From the start of the first span to the end of the last.
    #[must_use]
    pub fn extent(&self) -> Span {
        let first = self.spans().first().map_or(0, |span| span.start());
        let last = self.spans().last().map_or(0, |span| span.end());
        Span::between(first, last)
    }
}
