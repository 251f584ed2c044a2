//! The records that stores and files share.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::model::{
    Actor, Annotation, Article, By, Id, Label, LineEnds, Link, Metadata, Origin, Rest, Target,
};
use crate::text::{CodePoint, Span, edges};

/// How many code points of context stand before and after a span.
const CONTEXT: usize = 32;

/// So many bytes are hashed in one call.
const HASHED_AT_ONCE: usize = 8_192;

/// Members that this version does not know; they are kept.
pub(super) type Unknown = Map<String, Value>;

#[derive(Serialize, Deserialize)]
pub(super) struct SpanRecord {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) exact: String,
    #[serde(default)]
    pub(super) prefix: String,
    #[serde(default)]
    pub(super) suffix: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct OriginRecord {
    by: String,
    #[serde(default)]
    coder: String,
    created: String,
    modified: String,
}

#[derive(Serialize)]
pub(super) struct AnnotationRecord {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) spans: Vec<SpanRecord>,
    attributes: Map<String, Value>,
    note: String,
    actor: Option<String>,
    origin: Option<OriginRecord>,
    #[serde(flatten)]
    unknown: Unknown,
}

/// Reads a record member by member. Serde's own `flatten` would first make a tree of the
/// whole record, and of all that is in it.
macro_rules! read_by_member {
    ($record:ident: must { $($must:ident)* } may { $($may:ident)* }) => {
        impl<'de> Deserialize<'de> for $record {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$record, D::Error> {
                struct Members;
                impl<'de> Visitor<'de> for Members {
                    type Value = $record;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("an object")
                    }
                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<$record, A::Error> {
                        $(let mut $must = None;)*
                        $(let mut $may = None;)*
                        let mut unknown = Unknown::new();
                        while let Some(name) = map.next_key::<Cow<'_, str>>()? {
                            match name.as_ref() {
                                $(stringify!($must) if $must.is_none() => $must = Some(map.next_value()?),)*
                                $(stringify!($may) if $may.is_none() => $may = Some(map.next_value()?),)*
                                $(stringify!($must) => return Err(A::Error::duplicate_field(stringify!($must))),)*
                                $(stringify!($may) => return Err(A::Error::duplicate_field(stringify!($may))),)*
                                _ => {
                                    unknown.insert(name.into_owned(), map.next_value()?);
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
read_by_member!(LinkRecord: must { id kind from to } may {});
read_by_member!(LabelRecord: must { id name } may { key definition });
read_by_member!(ActorRecord: must { id name } may { kind aliases });
read_by_member!(MetadataRecord: must {} may { outlet author published url language });
read_by_member!(ArticleRecord: must { id title text } may { metadata added line_ends sha256 annotations links });

#[derive(Serialize)]
pub(super) struct LinkRecord {
    id: String,
    kind: String,
    from: String,
    to: TargetRecord,
    #[serde(flatten)]
    unknown: Unknown,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum TargetRecord {
    Annotation(String),
    Actor(String),
}

#[derive(Serialize)]
pub(super) struct LabelRecord {
    pub(super) id: String,
    name: String,
    key: String,
    definition: String,
    #[serde(flatten)]
    unknown: Unknown,
}

#[derive(Serialize)]
pub(super) struct ActorRecord {
    id: String,
    name: String,
    kind: String,
    aliases: Vec<String>,
    #[serde(flatten)]
    unknown: Unknown,
}

#[derive(Serialize, Deserialize)]
pub(super) struct RestRecord {
    id: String,
    members: Unknown,
}

#[derive(Serialize, Default)]
pub(super) struct MetadataRecord {
    outlet: String,
    author: String,
    published: String,
    url: String,
    language: String,
    #[serde(flatten)]
    unknown: Unknown,
}

#[derive(Serialize)]
pub(super) struct ArticleRecord {
    pub(super) id: String,
    pub(super) title: String,
    metadata: MetadataRecord,
    added: Option<String>,
    /// "lf", or "converted" when CRLF or CR became LF.
    line_ends: Option<String>,
    pub(super) text: String,
    pub(super) sha256: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) annotations: Option<Vec<AnnotationRecord>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) links: Option<Vec<LinkRecord>>,
    #[serde(flatten)]
    unknown: Unknown,
}

/// What is wrong with a record that is well-formed JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong(pub(super) String);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn wrong(message: impl Into<String>) -> Wrong {
    Wrong(message.into())
}

pub(super) fn id(text: &str) -> Result<Id, Wrong> {
    Id::new(text).map_err(|_| {
        let shown: String = text.chars().take(40).flat_map(char::escape_debug).collect();
        wrong(format!("\"{shown}\" is no id: 1 to {} of the characters A–Z a–z 0–9 . _ : - are", Id::MAX_LEN))
    })
}

fn kept(unknown: Unknown) -> Option<Rc<str>> {
    (!unknown.is_empty()).then(|| Value::Object(unknown).to_string().into())
}

pub(super) fn unknown(kept: Option<&Rc<str>>) -> Unknown {
    kept.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
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

/// A span as a record.
pub(super) fn span_record(article: &Article, span: Span) -> SpanRecord {
    let text = article.text();
    let offset = |byte| article.offsets().code_point_from_byte(text, byte).map_or(0, |it| it.0);
    let before = text.get(..span.start()).unwrap_or_default();
    let from = before.char_indices().rev().take(CONTEXT).last().map_or(before.len(), |(at, _)| at);
    SpanRecord {
        start: offset(span.start()),
        end: offset(span.end()),
        exact: article.words(span).to_owned(),
        prefix: before[from..].to_owned(),
        suffix: text.get(span.end()..).unwrap_or_default().chars().take(CONTEXT).collect(),
    }
}

/// A record as a span, checked against the text.
pub(super) fn span(article: &Article, record: &SpanRecord) -> Result<Span, Wrong> {
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
    let span = Span::between(byte(*start)?, byte(*end)?);
    if span.of(text) != Some(exact) {
        let found: String = article.words(span).chars().take(60).collect();
        return Err(wrong(format!("the words at {start}..{end} are “{found}”, not those of `exact`")));
    }
    if !edges::is_grapheme_edge(text, span.start()) || !edges::is_grapheme_edge(text, span.end()) {
        return Err(wrong(format!("the span {start}..{end} begins or ends inside a character (grapheme)")));
    }
    if !text[..span.start()].ends_with(prefix.as_str()) || !text[span.end()..].starts_with(suffix.as_str()) {
        return Err(wrong(format!("what stands around {start}..{end} is not its `prefix` and `suffix`")));
    }
    Ok(span)
}

impl AnnotationRecord {
    pub(super) fn of(annotation: &Annotation, article: &Article) -> AnnotationRecord {
        let by = match &annotation.origin.by {
            By::Hand => "hand",
            By::Import => "import",
            By::Other(other) => other,
        };
        let value = |json: &Rc<str>| serde_json::from_str(json).unwrap_or(Value::Null);
        AnnotationRecord {
            id: annotation.id.to_string(),
            label: annotation.label.to_string(),
            spans: annotation.spans().iter().map(|span| span_record(article, *span)).collect(),
            attributes: annotation
                .attributes
                .iter()
                .map(|(name, json)| (name.to_string(), value(json)))
                .collect(),
            note: annotation.note.to_string(),
            actor: annotation.actor.as_ref().map(Id::to_string),
            origin: Some(OriginRecord {
                by: by.to_owned(),
                coder: annotation.origin.coder.to_string(),
                created: time_text(annotation.origin.created),
                modified: time_text(annotation.origin.modified),
            }),
            unknown: unknown(annotation.unknown.as_ref()),
        }
    }

    /// The annotation; on failure with the number of the span that is wrong.
    pub(super) fn annotation(self, article: &Article) -> Result<Annotation, (Option<usize>, Wrong)> {
        let whole = |wrong| (None, wrong);
        let mut spans = Vec::with_capacity(self.spans.len());
        for (index, record) in self.spans.iter().enumerate() {
            spans.push(span(article, record).map_err(|wrong| (Some(index), wrong))?);
        }
        let origin = match self.origin {
            None => Origin { by: By::Import, coder: "".into(), created: 0, modified: 0 },
            Some(origin) => Origin {
                by: match origin.by.as_str() {
                    "hand" => By::Hand,
                    "import" => By::Import,
                    other => By::Other(other.into()),
                },
                coder: origin.coder.into(),
                created: milliseconds(&origin.created).map_err(whole)?,
                modified: milliseconds(&origin.modified).map_err(whole)?,
            },
        };
        let id_of = |text: &str| id(text).map_err(whole);
        let made =
            Annotation::of_spans(id_of(&self.id)?, article.id.clone(), id_of(&self.label)?, &spans, origin);
        let mut annotation =
            made.ok_or_else(|| whole(wrong("its spans are missing, overlap or are out of order")))?;
        let attribute = |(name, value): (String, Value)| (Rc::from(name), Rc::from(value.to_string()));
        annotation.attributes = self.attributes.into_iter().map(attribute).collect::<BTreeMap<_, _>>();
        annotation.note = self.note.into();
        annotation.actor = self.actor.map(|actor| id_of(&actor)).transpose()?;
        annotation.unknown = kept(self.unknown);
        Ok(annotation)
    }
}

impl LinkRecord {
    pub(super) fn of(link: &Link) -> LinkRecord {
        LinkRecord {
            id: link.id.to_string(),
            kind: link.kind.to_string(),
            from: link.from.to_string(),
            to: match &link.to {
                Target::Annotation(id) => TargetRecord::Annotation(id.to_string()),
                Target::Actor(id) => TargetRecord::Actor(id.to_string()),
            },
            unknown: unknown(link.unknown.as_ref()),
        }
    }

    pub(super) fn link(self, article: &Id) -> Result<Link, Wrong> {
        Ok(Link {
            id: id(&self.id)?,
            article: article.clone(),
            kind: self.kind.into(),
            from: id(&self.from)?,
            to: match self.to {
                TargetRecord::Annotation(to) => Target::Annotation(id(&to)?),
                TargetRecord::Actor(to) => Target::Actor(id(&to)?),
            },
            unknown: kept(self.unknown),
        })
    }
}

impl LabelRecord {
    pub(super) fn of(label: &Label) -> LabelRecord {
        LabelRecord {
            id: label.id.to_string(),
            name: label.name.to_string(),
            key: label.key.to_string(),
            definition: label.definition.to_string(),
            unknown: unknown(label.unknown.as_ref()),
        }
    }

    pub(super) fn label(self) -> Result<Label, Wrong> {
        Ok(Label {
            id: id(&self.id)?,
            name: self.name.into(),
            key: self.key.into(),
            definition: self.definition.into(),
            unknown: kept(self.unknown),
        })
    }
}

impl RestRecord {
    pub(super) fn of(rest: &Rest) -> RestRecord {
        RestRecord { id: rest.id.to_string(), members: unknown(Some(&rest.members)) }
    }

    pub(super) fn rest(self) -> Result<Rest, Wrong> {
        Ok(Rest { id: id(&self.id)?, members: Value::Object(self.members).to_string().into() })
    }
}

impl ActorRecord {
    pub(super) fn of(actor: &Actor) -> ActorRecord {
        ActorRecord {
            id: actor.id.to_string(),
            name: actor.name.to_string(),
            kind: actor.kind.to_string(),
            aliases: actor.aliases.iter().map(|alias| alias.to_string()).collect(),
            unknown: unknown(actor.unknown.as_ref()),
        }
    }

    pub(super) fn actor(self) -> Result<Actor, Wrong> {
        Ok(Actor {
            id: id(&self.id)?,
            name: self.name.into(),
            kind: self.kind.into(),
            aliases: self.aliases.into_iter().map(Rc::from).collect(),
            unknown: kept(self.unknown),
        })
    }
}

impl ArticleRecord {
    /// Without annotations and links.
    pub(super) fn of(article: &Article) -> ArticleRecord {
        let metadata = &article.metadata;
        ArticleRecord {
            id: article.id.to_string(),
            title: article.title.to_string(),
            metadata: MetadataRecord {
                outlet: metadata.outlet.clone(),
                author: metadata.author.clone(),
                published: metadata.published.clone(),
                url: metadata.url.clone(),
                language: metadata.language.clone(),
                unknown: unknown(metadata.unknown.as_ref()),
            },
            added: Some(time_text(article.added)),
            line_ends: Some(if article.line_ends == LineEnds::Lf { "lf" } else { "converted" }.to_owned()),
            text: article.text().to_owned(),
            sha256: Some(sha256(article.text())),
            annotations: None,
            links: None,
            unknown: unknown(article.unknown.as_ref()),
        }
    }

    /// The article, and what stands in it.
    pub(super) fn article(self) -> Result<(Article, Vec<AnnotationRecord>, Vec<LinkRecord>), Wrong> {
        if self.text.contains('\r') {
            return Err(wrong(
                "the text holds a carriage return; line ends must be LF, since offsets count them",
            ));
        }
        if self.sha256.as_ref().is_some_and(|hash| *hash != sha256(&self.text)) {
            return Err(wrong("the text is not the one that `sha256` was taken from"));
        }
        let added = self.added.as_deref().map_or(Ok(0), milliseconds)?;
        let mut article = Article::new(id(&self.id)?, &self.title, &self.text, added);
        if self.line_ends.as_deref() == Some("converted") {
            article.line_ends = LineEnds::Converted;
        }
        let MetadataRecord { outlet, author, published, url, language, unknown } = self.metadata;
        article.metadata = Metadata { outlet, author, published, url, language, unknown: kept(unknown) };
        article.unknown = kept(self.unknown);
        Ok((article, self.annotations.unwrap_or_default(), self.links.unwrap_or_default()))
    }
}

/// The SHA-256 of a text's UTF-8 bytes, in hexadecimal.
pub(super) fn sha256(text: &str) -> String {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    // In pieces: a browser swaps in its optimised code between calls, never within one.
    text.as_bytes().chunks(HASHED_AT_ONCE).for_each(|piece| hash.update(piece));
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
