use std::cell::OnceCell;
use std::rc::Rc;

use super::Id;
use crate::text::{Offsets, Paragraph, Span, paragraphs};

/// What the lines of an article ended with when it came in. Inside they always end
/// with LF.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineEnds {
    /// LF throughout, or a single line.
    #[default]
    Lf,
    /// At least one CRLF or lone CR, which became LF.
    Converted,
}

/// Where an article is from. Every member may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The paper, agency or station.
    pub outlet: String,
    /// Who wrote it.
    pub author: String,
    /// The day, as ISO 8601 as far as it is known.
    pub published: String,
    /// Where it stood.
    pub url: String,
    /// BCP 47 tag.
    pub language: String,
    /// Members that we do not know, as a JSON object, kept for the next reader.
    pub unknown: Option<Rc<str>>,
}

/// A title and a text that never changes under its annotations.
///
/// Invariant: the text holds no CR. Equality looks at ids and words, not at derived
/// values.
#[derive(Clone, Debug)]
pub struct Article {
    /// Its name for ever.
    pub id: Id,
    /// What people call it.
    pub title: Rc<str>,
    /// Where it is from.
    pub metadata: Metadata,
    /// What the line ends were.
    pub line_ends: LineEnds,
    /// When it was added, in milliseconds since 1970 (UTC).
    pub added: u64,
    /// Members that we do not know, as a JSON object.
    pub unknown: Option<Rc<str>>,
    body: Rc<Body>,
}

#[derive(Debug)]
struct Body {
    text: String,
    /// These are made when they are asked for: a text is read without the one, and shown without the
    /// others.
    paragraphs: OnceCell<Vec<Paragraph>>,
    offsets: OnceCell<Offsets>,
    sha256: OnceCell<Rc<str>>,
}

impl Article {
    /// An article of this text; CRLF and CR become LF, and that is noted.
    #[must_use]
    pub fn new(id: Id, title: &str, text: &str, added: u64) -> Article {
        let line_ends = if text.contains('\r') { LineEnds::Converted } else { LineEnds::Lf };
        let text = match line_ends {
            LineEnds::Lf => text.to_owned(),
            LineEnds::Converted => text.replace("\r\n", "\n").replace('\r', "\n"),
        };
        let body =
            Body { text, paragraphs: OnceCell::new(), offsets: OnceCell::new(), sha256: OnceCell::new() };
        Article {
            id,
            title: title.into(),
            metadata: Metadata::default(),
            line_ends,
            added,
            unknown: None,
            body: Rc::new(body),
        }
    }

    /// Another article of the same text, which is there once.
    #[must_use]
    pub fn with_text_of(other: &Article, id: Id, title: &str, added: u64) -> Article {
        Article {
            id,
            title: title.into(),
            metadata: Metadata::default(),
            line_ends: other.line_ends,
            added,
            unknown: None,
            body: Rc::clone(&other.body),
        }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.body.text
    }

    /// Whether the texts of the two are one value: always right when it says yes, and it looks
    /// at no letter.
    #[must_use]
    pub fn has_text_of(&self, other: &Article) -> bool {
        Rc::ptr_eq(&self.body, &other.body)
    }

    /// The paragraphs, in order; together they are the whole text.
    #[must_use]
    pub fn paragraphs(&self) -> &[Paragraph] {
        self.body.paragraphs.get_or_init(|| paragraphs(self.text()))
    }

    /// Converts offsets of the text.
    #[must_use]
    pub fn offsets(&self) -> &Offsets {
        self.body.offsets.get_or_init(|| Offsets::new(self.text()))
    }

    /// The SHA-256 of the text's UTF-8 bytes in hexadecimal, which `hash` is asked for once.
    pub fn sha256(&self, hash: impl FnOnce(&str) -> Rc<str>) -> &Rc<str> {
        self.body.sha256.get_or_init(|| hash(self.text()))
    }

    /// The words of a span; empty when the span does not fit the text.
    #[must_use]
    pub fn words(&self, span: Span) -> &str {
        span.of(self.text()).unwrap_or_default()
    }

    /// The number of the paragraph that holds a byte offset; the last one for the
    /// end of the text, 0 for an empty text.
    #[must_use]
    pub fn paragraph_at(&self, byte: usize) -> usize {
        self.paragraphs().partition_point(|part| part.span.start() <= byte).saturating_sub(1)
    }

    /// The same, found sooner where it is paragraph `near` or the next one.
    pub(super) fn paragraph_near(&self, near: usize, byte: usize) -> usize {
        let holds = |it: &usize| {
            let part = self.paragraphs().get(*it);
            part.is_some_and(|part| (part.span.start()..part.span.end()).contains(&byte))
        };
        (near..near + 2).find(holds).unwrap_or_else(|| self.paragraph_at(byte))
    }
}

impl PartialEq for Article {
    fn eq(&self, other: &Article) -> bool {
        self.id == other.id
            && self.title == other.title
            && self.metadata == other.metadata
            && self.line_ends == other.line_ends
            && self.added == other.added
            && self.unknown == other.unknown
            && (Rc::ptr_eq(&self.body, &other.body) || self.body.text == other.body.text)
    }
}

impl Eq for Article {}
