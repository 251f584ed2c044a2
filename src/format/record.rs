//! The records that stores and files share.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::rc::Rc;

use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::members::{Members, attributes_of, object_of};
use crate::model::{Annotation, Annotations, Article, By, Id, LineEnds, Metadata, Origin};
use crate::text::{CodePoint, Span, edges};

/// How many code points of context stand before and after a span.
const CONTEXT: usize = 32;

/// So many bytes are hashed in one call.
const HASHED_AT_ONCE: usize = 8_192;

/// Members that this version does not know; they are kept.
pub(super) type Unknown = Map<String, Value>;

/// A text that is borrowed where it can be: from the model when it is written, and from the
/// JSON when it is read and nothing in it is escaped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text<'a>(Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Text<'a> {
        Text(Cow::Borrowed(text))
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Text(Cow::Owned(text))
    }
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text<'a>, D::Error> {
        struct Words;
        impl<'de> Visitor<'de> for Words {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(text.into())
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(text.to_owned().into())
            }
        }
        deserializer.deserialize_str(Words)
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct SpanRecord<'a> {
    pub(super) start: usize,
    pub(super) end: usize,
    #[serde(borrow)]
    pub(super) exact: Text<'a>,
    #[serde(borrow, default)]
    pub(super) prefix: Text<'a>,
    #[serde(borrow, default)]
    pub(super) suffix: Text<'a>,
}

/// Of spans there is nearly always one, which then takes no memory of its own.
pub(super) enum SpanRecords<'a> {
    One(SpanRecord<'a>),
    Parts(Vec<SpanRecord<'a>>),
}

impl<'a> Deref for SpanRecords<'a> {
    type Target = [SpanRecord<'a>];
    fn deref(&self) -> &[SpanRecord<'a>] {
        match self {
            SpanRecords::One(one) => std::slice::from_ref(one),
            SpanRecords::Parts(parts) => parts,
        }
    }
}

/// For writing, which does not keep it.
impl<'a> FromIterator<SpanRecord<'a>> for SpanRecords<'a> {
    fn from_iter<T: IntoIterator<Item = SpanRecord<'a>>>(all: T) -> SpanRecords<'a> {
        SpanRecords::Parts(all.into_iter().collect())
    }
}

impl Serialize for SpanRecords<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&**self)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for SpanRecords<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<SpanRecords<'a>, D::Error> {
        struct Spans;
        impl<'de> Visitor<'de> for Spans {
            type Value = SpanRecords<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a sequence")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<SpanRecords<'de>, A::Error> {
                let Some(one) = all.next_element()? else { return Ok(SpanRecords::Parts(Vec::new())) };
                let Some(second) = all.next_element()? else { return Ok(SpanRecords::One(one)) };
                let mut parts = vec![one, second];
                while let Some(part) = all.next_element()? {
                    parts.push(part);
                }
                Ok(SpanRecords::Parts(parts))
            }
        }
        deserializer.deserialize_seq(Spans)
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct OriginRecord<'a> {
    #[serde(borrow)]
    by: Text<'a>,
    #[serde(borrow, default)]
    coder: Text<'a>,
    #[serde(borrow)]
    created: Text<'a>,
    #[serde(borrow)]
    modified: Text<'a>,
    #[serde(default, skip_serializing_if = "is_zero")]
    codebook: u64,
}

#[derive(Serialize)]
pub(super) struct AnnotationRecord<'a> {
    pub(super) id: Text<'a>,
    pub(super) label: Text<'a>,
    pub(super) spans: SpanRecords<'a>,
    attributes: Map<String, Value>,
    note: Text<'a>,
    actor: Option<Text<'a>>,
    origin: Option<OriginRecord<'a>>,
    #[serde(flatten)]
    unknown: Unknown,
}

/// Reads a record member by member. Serde's own `flatten` would first make a tree of the
/// whole record, and of all that is in it.
macro_rules! read_by_member {
    ($record:ident: must { $($must:ident)* } may { $($may:ident)* }) => {
        impl<'de: 'a, 'a> Deserialize<'de> for $record<'a> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$record<'a>, D::Error> {
                struct Members;
                impl<'de> Visitor<'de> for Members {
                    type Value = $record<'de>;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("an object")
                    }
                    // A browser swaps in its optimised code between calls, never within one.
                    #[inline(never)]
                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<$record<'de>, A::Error> {
                        $(let mut $must = None;)*
                        $(let mut $may = None;)*
                        let mut unknown = Unknown::new();
                        while let Some(name) = map.next_key::<Text<'de>>()? {
                            match &*name {
                                $(stringify!($must) if $must.is_none() => $must = Some(map.next_value()?),)*
                                $(stringify!($may) if $may.is_none() => $may = Some(map.next_value()?),)*
                                $(stringify!($must) => return Err(A::Error::duplicate_field(stringify!($must))),)*
                                $(stringify!($may) => return Err(A::Error::duplicate_field(stringify!($may))),)*
                                _ => {
                                    unknown.insert(name.to_string(), map.next_value()?);
                                }
                            }
                        }
                        Ok($record {
                            $($must: $must.ok_or_else(|| A::Error::missing_field(stringify!($must)))?,)*
                            $($may: $may.unwrap_or_default(),)*
                            unknown,
                        })
                    }
                }
                deserializer.deserialize_map(Members)
            }
        }
    };
}

pub(super) use read_by_member;

read_by_member!(AnnotationRecord: must { id label spans } may { attributes note actor origin });
read_by_member!(MetadataRecord: must {} may { outlet author published url language });
read_by_member!(ArticleRecord: must { id title text } may { metadata added line_ends sha256 annotations links });

#[derive(Serialize, Default)]
pub(super) struct MetadataRecord<'a> {
    outlet: Text<'a>,
    author: Text<'a>,
    published: Text<'a>,
    url: Text<'a>,
    language: Text<'a>,
    #[serde(flatten)]
    unknown: Unknown,
}

#[derive(Serialize)]
pub(super) struct ArticleRecord<'a> {
    pub(super) id: Text<'a>,
    pub(super) title: Text<'a>,
    metadata: MetadataRecord<'a>,
    added: Option<Text<'a>>,
    /// "lf", or "converted" when CRLF or CR became LF.
    line_ends: Option<Text<'a>>,
    pub(super) text: Text<'a>,
    pub(super) sha256: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) annotations: Option<AnnotationRecords<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) links: Option<Vec<Members>>,
    #[serde(flatten)]
    unknown: Unknown,
}

/// What stands in an article.
pub(super) enum AnnotationRecords<'a> {
    /// As a file has it.
    Read(Pieces<AnnotationRecord<'a>>),
    /// As it is to be written, one by one: all records together would weigh more than the annotations.
    Of(Option<&'a Annotations>, &'a Article),
}

impl Serialize for AnnotationRecords<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            AnnotationRecords::Read(all) => serializer.collect_seq(all.0.iter().flatten()),
            AnnotationRecords::Of(all, article) => {
                let all = all.iter().flat_map(|all| all.iter());
                serializer.collect_seq(all.map(|it| AnnotationRecord::of(it, article)))
            }
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for AnnotationRecords<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<AnnotationRecords<'a>, D::Error> {
        Pieces::deserialize(deserializer).map(AnnotationRecords::Read)
    }
}

/// At most so many stand in one piece.
const PIECE: usize = 4_096;

/// Many, in pieces that stay where they are: a vector that grows is copied again and again, each time
/// into memory that the system has to provide.
pub(super) struct Pieces<T>(pub(super) Vec<Vec<T>>);

impl<T> Default for Pieces<T> {
    fn default() -> Pieces<T> {
        Pieces(Vec::new())
    }
}

impl<T> Pieces<T> {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.iter().map(Vec::len).sum()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pieces<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Pieces<T>, D::Error> {
        struct Each<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Each<T> {
            type Value = Pieces<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a sequence")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Pieces<T>, A::Error> {
                let mut pieces = Pieces::default();
                let mut last = Vec::new();
                while let Some(one) = all.next_element()? {
                    if last.len() == last.capacity() {
                        let room = (2 * last.len()).clamp(8, PIECE);
                        pieces.0.push(std::mem::replace(&mut last, Vec::with_capacity(room)));
                    }
                    last.push(one);
                }
                pieces.0.push(last);
                Ok(pieces)
            }
        }
        deserializer.deserialize_seq(Each(PhantomData))
    }
}

/// What is wrong with a record that is well-formed JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong(pub(super) String);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

pub(super) fn wrong(message: impl Into<String>) -> Wrong {
    Wrong(message.into())
}

pub(super) fn id(text: &str) -> Result<Id, Wrong> {
    Id::new(text).map_err(|_| {
        let shown: String = text.chars().take(40).flat_map(char::escape_debug).collect();
        wrong(format!("\"{shown}\" is no id: 1 to {} of the characters A–Z a–z 0–9 . _ : - are", Id::MAX_LEN))
    })
}

pub(super) fn kept(unknown: Unknown) -> Option<Rc<str>> {
    (!unknown.is_empty()).then(|| Value::Object(unknown).to_string().into())
}

pub(super) fn unknown(kept: Option<&Rc<str>>) -> Unknown {
    kept.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

fn time_text(milliseconds: u64) -> String {
    let time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(milliseconds) * 1_000_000);
    time.ok().and_then(|time| time.format(&Rfc3339).ok()).unwrap_or_default()
}

fn milliseconds(text: &str) -> Result<u64, Wrong> {
    let time = OffsetDateTime::parse(text, &Rfc3339)
        .map_err(|_| wrong("a time is not written as RFC 3339, such as 2026-11-24T09:00:00Z"))?;
    u64::try_from(time.unix_timestamp_nanos() / 1_000_000).map_err(|_| wrong("a time lies before 1970"))
}

/// So many labels take turns.
const LABELS: usize = 8;

/// What most annotations have in common with those before: one copy does for all of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Same {
    labels: Vec<Id>,
    coder: Option<Rc<str>>,
    note: Option<Rc<str>>,
    time: Option<(String, u64)>,
}

impl Same {
    /// The id of a label; `None` when it is none.
    pub(super) fn label(&mut self, text: &str) -> Option<Id> {
        if let Some(same) = self.labels.iter().find(|it| it.as_str() == text) {
            return Some(same.clone());
        }
        let new = Id::new(text).ok()?;
        if self.labels.len() == LABELS {
            self.labels.clear();
        }
        self.labels.push(new.clone());
        Some(new)
    }

    pub(super) fn coder(&mut self, text: &str) -> Rc<str> {
        Same::text(&mut self.coder, text)
    }

    pub(super) fn note(&mut self, text: &str) -> Rc<str> {
        Same::text(&mut self.note, text)
    }

    fn text(last: &mut Option<Rc<str>>, text: &str) -> Rc<str> {
        match last {
            Some(last) if **last == *text => Rc::clone(last),
            _ => Rc::clone(last.insert(text.into())),
        }
    }

    fn milliseconds(&mut self, text: &str) -> Result<u64, Wrong> {
        match &self.time {
            Some((last, time)) if last == text => Ok(*time),
            _ => {
                let time = milliseconds(text)?;
                self.time = Some((text.to_owned(), time));
                Ok(time)
            }
        }
    }
}

/// A span as a record.
pub(super) fn span_record(article: &Article, span: Span) -> SpanRecord<'_> {
    let text = article.text();
    let offset = |byte| article.offsets().code_point_from_byte(text, byte).map_or(0, |it| it.0);
    let before = text.get(..span.start()).unwrap_or_default();
    let from = before.char_indices().rev().take(CONTEXT).last().map_or(before.len(), |(at, _)| at);
    let after = text.get(span.end()..).unwrap_or_default();
    let to = after.char_indices().nth(CONTEXT).map_or(after.len(), |(at, _)| at);
    SpanRecord {
        start: offset(span.start()),
        end: offset(span.end()),
        exact: article.words(span).into(),
        prefix: before[from..].into(),
        suffix: after[..to].into(),
    }
}

/// A record as a span, checked against the text.
pub(super) fn span(article: &Article, record: &SpanRecord<'_>) -> Result<Span, Wrong> {
    let text = article.text();
    let SpanRecord { start, end, exact, prefix, suffix } = record;
    if start >= end {
        return Err(wrong(format!("the span {start}..{end} is empty or runs backwards")));
    }
    let byte = |offset: usize| {
        article.offsets().byte_from_code_point(text, CodePoint(offset)).ok_or_else(|| {
            let len = article.offsets().len().0;
            wrong(format!("the span {start}..{end} reaches past the text, which has {len} code points"))
        })
    };
    let from = byte(*start)?;
    // Words that stand there say where they end: counted sooner than looked up.
    let stand = text[from..].starts_with(&**exact) && exact.chars().count() == end - start;
    if !stand {
        let found: String = article.words(Span::between(from, byte(*end)?)).chars().take(60).collect();
        return Err(wrong(format!("the words at {start}..{end} are “{found}”, not those of `exact`")));
    }
    let span = Span::between(from, from + exact.len());
    if !edges::is_grapheme_edge(text, span.start()) || !edges::is_grapheme_edge(text, span.end()) {
        return Err(wrong(format!("the span {start}..{end} begins or ends inside a character (grapheme)")));
    }
    if !text[..span.start()].ends_with(&**prefix) || !text[span.end()..].starts_with(&**suffix) {
        return Err(wrong(format!("what stands around {start}..{end} is not its `prefix` and `suffix`")));
    }
    Ok(span)
}

impl<'a> AnnotationRecord<'a> {
    pub(super) fn of(annotation: &'a Annotation, article: &'a Article) -> AnnotationRecord<'a> {
        let created = time_text(annotation.origin.created);
        let modified = match annotation.origin.modified {
            same if same == annotation.origin.created => created.clone(),
            later => time_text(later),
        };
        AnnotationRecord {
            id: annotation.id.as_str().into(),
            label: annotation.label.as_str().into(),
            spans: annotation.spans().iter().map(|span| span_record(article, *span)).collect(),
            attributes: object_of(&annotation.attributes),
            note: (&*annotation.note).into(),
            actor: annotation.actor.as_ref().map(|actor| actor.as_str().into()),
            origin: Some(OriginRecord {
                by: by_text(&annotation.origin.by).into(),
                coder: (&*annotation.origin.coder).into(),
                created: created.into(),
                modified: modified.into(),
                codebook: annotation.origin.codebook,
            }),
            unknown: unknown(annotation.unknown.as_ref()),
        }
    }

    /// The annotation; on failure with the number of the span that is wrong.
    pub(super) fn annotation(
        self,
        article: &Article,
        same: &mut Same,
    ) -> Result<Annotation, (Option<usize>, Wrong)> {
        let whole = |wrong| (None, wrong);
        let span_of = |index: usize, record| span(article, record).map_err(|wrong| (Some(index), wrong));
        let origin = match self.origin {
            None => Origin { by: By::Import, coder: same.coder(""), created: 0, modified: 0, codebook: 0 },
            Some(origin) => Origin {
                by: by_of(&origin.by),
                coder: same.coder(&origin.coder),
                created: same.milliseconds(&origin.created).map_err(whole)?,
                modified: same.milliseconds(&origin.modified).map_err(whole)?,
                codebook: origin.codebook,
            },
        };
        let id_of = |text: &str| id(text).map_err(whole);
        let label = same.label(&self.label).map_or_else(|| id_of(&self.label), Ok)?;
        let name = id_of(&self.id)?;
        let made = match &self.spans[..] {
            [one] => Annotation::of_spans(name, article.id.clone(), label, &[span_of(0, one)?], origin),
            parts => {
                let parts = parts.iter().enumerate().map(|(index, part)| span_of(index, part));
                let parts: Vec<Span> = parts.collect::<Result<_, _>>()?;
                Annotation::of_spans(name, article.id.clone(), label, &parts, origin)
            }
        };
        let mut annotation =
            made.ok_or_else(|| whole(wrong("its spans are missing, overlap or are out of order")))?;
        annotation.attributes = attributes_of(self.attributes);
        annotation.note = same.note(&self.note);
        annotation.actor = self.actor.map(|actor| id_of(&actor)).transpose()?;
        annotation.unknown = kept(self.unknown);
        Ok(annotation)
    }
}

/// How an annotation came to be, as records say it.
pub(super) fn by_text(by: &By) -> &str {
    match by {
        By::Hand => "hand",
        By::Import => "import",
        By::Other(other) => other,
    }
}

/// The reverse of [`by_text`].
pub(super) fn by_of(text: &str) -> By {
    match text {
        "hand" => By::Hand,
        "import" => By::Import,
        other => By::Other(other.into()),
    }
}

impl<'a> ArticleRecord<'a> {
    /// Without annotations and links.
    pub(super) fn of(article: &'a Article) -> ArticleRecord<'a> {
        let metadata = &article.metadata;
        ArticleRecord {
            id: article.id.as_str().into(),
            title: (&*article.title).into(),
            metadata: MetadataRecord {
                outlet: metadata.outlet.as_str().into(),
                author: metadata.author.as_str().into(),
                published: metadata.published.as_str().into(),
                url: metadata.url.as_str().into(),
                language: metadata.language.as_str().into(),
                unknown: unknown(metadata.unknown.as_ref()),
            },
            added: Some(time_text(article.added).into()),
            line_ends: Some(if article.line_ends == LineEnds::Lf { "lf" } else { "converted" }.into()),
            text: article.text().into(),
            sha256: Some((&**article.sha256(sha256)).into()),
            annotations: None,
            links: None,
            unknown: unknown(article.unknown.as_ref()),
        }
    }

    /// The article, and what stands in it. Where its text is that of `ahead` it is not looked through again.
    pub(super) fn article(
        self,
        ahead: Option<&Article>,
    ) -> Result<(Article, Pieces<AnnotationRecord<'a>>, Vec<Members>), Wrong> {
        if self.text.contains('\r') {
            return Err(wrong(
                "the text holds a carriage return; line ends must be LF, since offsets count them",
            ));
        }
        let added = self.added.as_deref().map_or(Ok(0), milliseconds)?;
        let id = id(&self.id)?;
        let mut article = match ahead.filter(|it| *it.text() == *self.text) {
            Some(ahead) => Article::with_text_of(ahead, id, &self.title, added),
            None => Article::new(id, &self.title, &self.text, added),
        };
        if self.sha256.as_ref().is_some_and(|hash| **hash != **article.sha256(sha256)) {
            return Err(wrong("the text is not the one that `sha256` was taken from"));
        }
        if self.line_ends.as_deref() == Some("converted") {
            article.line_ends = LineEnds::Converted;
        }
        let MetadataRecord { outlet, author, published, url, language, unknown } = self.metadata;
        article.metadata = Metadata {
            outlet: outlet.to_string(),
            author: author.to_string(),
            published: published.to_string(),
            url: url.to_string(),
            language: language.to_string(),
            unknown: kept(unknown),
        };
        article.unknown = kept(self.unknown);
        let annotations = match self.annotations {
            Some(AnnotationRecords::Read(all)) => all,
            _ => Pieces::default(),
        };
        Ok((article, annotations, self.links.unwrap_or_default()))
    }
}

/// The SHA-256 of a text's UTF-8 bytes, in hexadecimal.
pub(super) fn sha256(text: &str) -> Rc<str> {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    // In pieces: a browser swaps in its optimised code between calls, never within one.
    text.as_bytes().chunks(HASHED_AT_ONCE).for_each(|piece| hash.update(piece));
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect::<String>().into()
}
