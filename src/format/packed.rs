//! What the second module hands to the page: bytes that are quickly made and quickly read,
//! of this very version, never kept.

use std::ops::Range;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::contents::{Contained, Contents, Problem, contents};
use super::layout::{Layout, json};
use super::members::{self, Members, of_actor, of_label, of_link};
use super::record::{by_of, by_text, sha256};
use super::text_file::{Decoded, decode};
use crate::model::{Annotation, Article, Id, LineEnds, Metadata, Origin};
use crate::text::Span;

/// What a file turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum FileRead {
    /// A text.
    Text(Decoded),
    /// A project.
    Project(Contents),
    /// Neither, for these reasons.
    Bad(Vec<Problem>),
}

/// Reads a file's bytes as what its name says that it is.
#[must_use]
pub fn read_file(name: &str, bytes: &[u8]) -> FileRead {
    if !name.ends_with(".json") {
        return FileRead::Text(decode(bytes));
    }
    // Most are UTF-8, and need no second copy.
    let read = match str::from_utf8(bytes) {
        Ok(json) => contents(json.trim_start_matches('\u{FEFF}')),
        Err(_) => contents(&decode(bytes).text),
    };
    read.map_or_else(FileRead::Bad, FileRead::Project)
}

#[derive(Serialize, Deserialize)]
enum Packed<'a> {
    Text(Decoded),
    #[serde(borrow)]
    Project(PackedContents<'a>),
    Bad(Vec<Problem>),
}

#[derive(Serialize, Deserialize)]
struct PackedContents<'a> {
    /// Labels, actors and links are few: as JSON.
    labels: Vec<String>,
    actors: Vec<String>,
    #[serde(borrow)]
    articles: Vec<PackedArticle<'a>>,
    codebook_version: u64,
    unknown: Option<&'a str>,
    codebook_unknown: Option<&'a str>,
}

#[derive(Serialize, Deserialize)]
struct PackedArticle<'a> {
    id: &'a str,
    title: &'a str,
    /// Outlet, author, published, url, language, unknown members.
    metadata: (&'a str, &'a str, &'a str, &'a str, &'a str, Option<&'a str>),
    converted: bool,
    added: u64,
    unknown: Option<&'a str>,
    text: &'a str,
    sha256: &'a str,
    /// So many [`PackedAnnotation`]s follow after everything else, article by article: reading
    /// one at a time, the page never holds all of them twice.
    annotations: usize,
    links: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct PackedAnnotation<'a> {
    id: &'a str,
    label: &'a str,
    /// Byte offsets.
    spans: Vec<(usize, usize)>,
    #[serde(borrow)]
    attributes: Vec<(&'a str, &'a str)>,
    note: &'a str,
    actor: Option<&'a str>,
    by: &'a str,
    coder: &'a str,
    created: u64,
    modified: u64,
    codebook: u64,
    unknown: Option<&'a str>,
}

/// Packs what a file turned out to be.
#[must_use]
pub fn pack(read: &FileRead) -> Vec<u8> {
    let packed = match read {
        FileRead::Text(text) => Packed::Text(text.clone()),
        FileRead::Project(contents) => Packed::Project(pack_contents(contents)),
        FileRead::Bad(problems) => Packed::Bad(problems.clone()),
    };
    // Memory takes it; a reader takes no bytes for broken ones.
    let head = postcard::to_allocvec(&packed).unwrap_or_default();
    let mut bytes = [&(head.len() as u64).to_le_bytes()[..], &head].concat();
    if let FileRead::Project(contents) = read {
        for annotation in contents.articles.iter().flat_map(|it| &it.annotations) {
            bytes = postcard::to_extend(&pack_annotation(annotation), bytes).unwrap_or_default();
        }
    }
    bytes
}

/// Unpacks what [`pack`] made, `len` bytes of it, asking for a piece at a time, so that they need
/// not be in memory beside what is made of them; `None` for other bytes.
#[must_use]
pub fn unpack(len: usize, mut bytes: impl FnMut(Range<usize>) -> Vec<u8>) -> Option<FileRead> {
    let mut piece = |range: Range<usize>| (range.end <= len).then(|| bytes(range));
    let head_len = usize::try_from(u64::from_le_bytes(piece(0..HEAD)?.try_into().ok()?)).ok()?;
    let begin = HEAD.checked_add(head_len)?;
    let head = piece(HEAD..begin)?;
    let contents = match postcard::from_bytes(&head).ok()? {
        Packed::Text(text) => return Some(FileRead::Text(text)),
        Packed::Bad(problems) => return Some(FileRead::Bad(problems)),
        Packed::Project(contents) => contents,
    };
    let (mut contents, counts) = unpack_contents(contents)?;
    drop(head);
    let mut window = Window { bytes: Vec::new(), used: 0, at: begin, len };
    for (contained, n) in contents.articles.iter_mut().zip(counts) {
        // The bytes are ours, but a number is only a number.
        contained.annotations = Vec::with_capacity(n.min(len));
        for _ in 0..n {
            let last = contained.annotations.last();
            let made = window.next(&mut piece, |it| unpack_annotation(it, &contained.article.id, last))?;
            contained.annotations.push(Rc::new(made));
        }
    }
    Some(FileRead::Project(contents))
}

/// So many bytes say how long the head is.
const HEAD: usize = size_of::<u64>();
/// So many bytes are asked for at once.
const PIECE: usize = 256 * 1024;

/// What is at hand of the bytes after the head.
struct Window {
    bytes: Vec<u8>,
    /// So many of them have been read.
    used: usize,
    /// Where the next piece begins.
    at: usize,
    len: usize,
}

impl Window {
    /// Makes something of the next annotation.
    fn next<T>(
        &mut self,
        piece: &mut impl FnMut(Range<usize>) -> Option<Vec<u8>>,
        make: impl FnOnce(PackedAnnotation<'_>) -> Option<T>,
    ) -> Option<T> {
        loop {
            let left = &self.bytes[self.used..];
            match postcard::take_from_bytes::<PackedAnnotation<'_>>(left) {
                Ok((it, rest)) => {
                    self.used = self.bytes.len() - rest.len();
                    return make(it);
                }
                Err(postcard::Error::DeserializeUnexpectedEnd) if self.at < self.len => {
                    let end = (self.at + PIECE).min(self.len);
                    self.bytes.drain(..self.used);
                    self.bytes.extend(piece(self.at..end)?);
                    (self.used, self.at) = (0, end);
                }
                Err(_) => return None,
            }
        }
    }
}

fn pack_contents(contents: &Contents) -> PackedContents<'_> {
    PackedContents {
        labels: contents.labels.iter().map(|it| json(&of_label(it), Layout::Compact)).collect(),
        actors: contents.actors.iter().map(|it| json(&of_actor(it), Layout::Compact)).collect(),
        articles: contents.articles.iter().map(pack_article).collect(),
        codebook_version: contents.codebook_version,
        unknown: contents.unknown.as_deref(),
        codebook_unknown: contents.codebook_unknown.as_deref(),
    }
}

fn pack_article(contained: &Contained) -> PackedArticle<'_> {
    let Contained { article, annotations, links } = contained;
    let Metadata { outlet, author, published, url, language, unknown } = &article.metadata;
    PackedArticle {
        id: article.id.as_str(),
        title: &article.title,
        metadata: (outlet, author, published, url, language, unknown.as_deref()),
        converted: article.line_ends == LineEnds::Converted,
        added: article.added,
        unknown: article.unknown.as_deref(),
        text: article.text(),
        sha256: article.sha256(sha256),
        annotations: annotations.len(),
        links: links.iter().map(|it| json(&of_link(it), Layout::Compact)).collect(),
    }
}

fn pack_annotation(annotation: &Annotation) -> PackedAnnotation<'_> {
    PackedAnnotation {
        id: annotation.id.as_str(),
        label: annotation.label.as_str(),
        spans: annotation.spans().iter().map(|span| (span.start(), span.end())).collect(),
        attributes: annotation.attributes.iter().map(|(name, value)| (&**name, &**value)).collect(),
        note: &annotation.note,
        actor: annotation.actor.as_ref().map(Id::as_str),
        by: by_text(&annotation.origin.by),
        coder: &annotation.origin.coder,
        created: annotation.origin.created,
        modified: annotation.origin.modified,
        codebook: annotation.origin.codebook,
        unknown: annotation.unknown.as_deref(),
    }
}

fn id(text: &str) -> Option<Id> {
    Id::new(text).ok()
}

fn read(json: &str) -> Option<Members> {
    serde_json::from_str(json).ok()
}

fn shared(text: Option<&str>) -> Option<Rc<str>> {
    text.map(Rc::from)
}

/// The contents without their annotations, and how many of those each article has.
fn unpack_contents(packed: PackedContents<'_>) -> Option<(Contents, Vec<usize>)> {
    let mut contents = Contents {
        codebook_version: packed.codebook_version,
        unknown: shared(packed.unknown),
        codebook_unknown: shared(packed.codebook_unknown),
        ..Contents::default()
    };
    for label in &packed.labels {
        contents.labels.push(members::label(read(label)?).ok()?);
    }
    for actor in &packed.actors {
        contents.actors.push(members::actor(read(actor)?).ok()?);
    }
    let counts = packed.articles.iter().map(|it| it.annotations).collect();
    for article in packed.articles {
        contents.articles.push(unpack_article(article)?);
    }
    Some((contents, counts))
}

fn unpack_article(packed: PackedArticle<'_>) -> Option<Contained> {
    let mut article = Article::new(id(packed.id)?, packed.title, packed.text, packed.added);
    if packed.converted {
        article.line_ends = LineEnds::Converted;
    }
    let (outlet, author, published, url, language, unknown) = packed.metadata;
    article.metadata = Metadata {
        outlet: outlet.into(),
        author: author.into(),
        published: published.into(),
        url: url.into(),
        language: language.into(),
        unknown: shared(unknown),
    };
    article.unknown = shared(packed.unknown);
    article.sha256(|_| packed.sha256.into());
    let mut links = Vec::with_capacity(packed.links.len());
    for link in &packed.links {
        links.push(members::link(read(link)?, &article.id).ok()?);
    }
    Some(Contained { article, annotations: Vec::new(), links })
}

/// Most annotations have label, coder and an empty note in common with the `last` one: one copy
/// does for all of them.
fn unpack_annotation(
    it: PackedAnnotation<'_>,
    article: &Id,
    last: Option<&Rc<Annotation>>,
) -> Option<Annotation> {
    let label = match last.filter(|last| last.label.as_str() == it.label) {
        Some(last) => last.label.clone(),
        None => id(it.label)?,
    };
    let same = |text: &str, other: Option<&Rc<str>>| match other.filter(|other| ***other == *text) {
        Some(other) => Rc::clone(other),
        None => text.into(),
    };
    let origin = Origin {
        by: by_of(it.by),
        coder: same(it.coder, last.map(|last| &last.origin.coder)),
        created: it.created,
        modified: it.modified,
        codebook: it.codebook,
    };
    let note = same(it.note, last.map(|last| &last.note));
    let spans: Vec<Span> = it.spans.iter().map(|(start, end)| Span::between(*start, *end)).collect();
    let mut annotation = Annotation::of_spans(id(it.id)?, article.clone(), label, &spans, origin)?;
    for (name, value) in it.attributes {
        annotation.attributes.insert(name.into(), value.into());
    }
    annotation.note = note;
    annotation.actor = match it.actor {
        Some(actor) => Some(id(actor)?),
        None => None,
    };
    annotation.unknown = shared(it.unknown);
    Some(annotation)
}
