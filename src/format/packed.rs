//! What the second module hands to the page: bytes that are quickly made and quickly read,
//! of this very version, never kept.

use std::fmt;
use std::iter;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::contents::{Contents, Item, Problem, first_text, read};
use super::exchange::export;
use super::layout::{Layout, json};
use super::members::{self, Members, of_actor, of_label, of_link};
use super::record::{Same, by_of, by_text, sha256};
use super::text_file::{Decoded, decode};
use crate::model::{Annotation, Article, By, Id, LineEnds, Metadata, Origin, Project, Record};
use crate::text::Span;

/// What a file turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum FileRead {
    /// A text.
    Text(Decoded),
    /// A project.
    Project(Box<Contents>),
    /// Neither, for these reasons.
    Bad(Vec<Problem>),
}

/// One thing of what a file turned out to be.
#[derive(Serialize, Deserialize)]
enum Packed<'a> {
    /// Of a project: one annotation of the last article. The first of all, since it is most of
    /// what is packed.
    #[serde(borrow)]
    Annotation(PackedAnnotation<'a>),
    /// Of a project, perhaps: the text of its first article, ahead of all else.
    Ahead(&'a str),
    /// Of a project: what comes first.
    Top(PackedTop<'a>),
    /// Of a project: one article.
    Article(PackedArticle<'a>),
    /// Of a project: one link of the last article, as JSON.
    Link(String),
    /// The end of a project, and how many things came before: with one less it is not whole.
    Project(usize),
    /// A text.
    Text(Decoded),
    /// The end of what is neither; what came before means nothing.
    Bad(Vec<Problem>),
}

#[derive(Serialize, Deserialize)]
struct PackedTop<'a> {
    /// Labels and actors are few: as JSON.
    labels: Vec<String>,
    actors: Vec<String>,
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
    /// None for the one that came ahead.
    text: Option<&'a str>,
    sha256: &'a str,
}

#[derive(Serialize, Deserialize)]
struct PackedAnnotation<'a> {
    id: &'a str,
    label: &'a str,
    /// Byte offsets of the first span, and of further ones, which are rare.
    span: (usize, usize),
    more: Vec<(usize, usize)>,
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

/// So many bytes are packed into a piece, and what the last thing in it has beyond them.
const PIECE: usize = 256 * 1024;

/// Of files of so many bytes the first text comes ahead: it can be laid while the rest is read.
const LONG: usize = 1024 * 1024;

/// So many bytes of a file have the first text among them, mostly: each look for it goes through all
/// that is there.
const ENOUGH: usize = 8 * LONG;

/// Takes the packed pieces of a file.
pub type Hand<'a> = dyn FnMut(&[u8]) + 'a;

/// Reads a file's bytes as what its name says that it is, as [`Reading`] does.
pub fn read_file(name: &str, bytes: &[u8], hand: &mut Hand<'_>) {
    let mut reading = Reading::new(name, bytes.len(), Box::new(hand));
    reading.take(bytes);
    reading.finish();
}

/// The reading of a file as what its name says that it is, while its bytes come.
///
/// What it turned out to be is handed over in packed pieces, as an [`Unpacker`] takes them: whoever
/// takes them works on one while the next is read, and never has all of them in memory. Not generic:
/// what is rehearsed is what reads later.
pub struct Reading<'a> {
    is_json: bool,
    /// What has come, as far as it is UTF-8, and from its beginning.
    text: String,
    /// What came after that: less than a character, or all of a file that is not UTF-8.
    bytes: Vec<u8>,
    is_utf8: bool,
    /// With so many bytes the first text may be among them.
    enough: usize,
    packer: Packer<'a>,
}

impl<'a> Reading<'a> {
    /// Of a file of about `size` bytes.
    #[must_use]
    pub fn new(name: &str, size: usize, hand: Box<Hand<'a>>) -> Reading<'a> {
        let is_json = name.to_ascii_lowercase().ends_with(".json");
        let (text, bytes) = if is_json { (size, 0) } else { (0, size) };
        Reading {
            is_json,
            text: String::with_capacity(text),
            bytes: Vec::with_capacity(bytes),
            is_utf8: is_json,
            enough: ENOUGH,
            packer: Packer { piece: Vec::with_capacity(PIECE + PIECE / 4), packed: 0, ahead: None, hand },
        }
    }

    /// Takes the bytes that come next.
    pub fn take(&mut self, bytes: &[u8]) {
        if !self.is_utf8 {
            self.bytes.extend_from_slice(bytes);
        } else if self.bytes.is_empty() {
            self.take_text(bytes);
        } else {
            let whole = [&self.bytes, bytes].concat();
            self.bytes.clear();
            self.take_text(&whole);
        }
        if self.text.len() >= self.enough {
            self.look_ahead();
        }
    }

    /// Looks for the first text in what is there.
    fn look_ahead(&mut self) {
        self.enough = self.text.len() * 2;
        if self.packer.ahead.is_none()
            && let Some(text) = first_text(json_of(&self.text))
        {
            self.packer.go_ahead(&text);
        }
    }

    fn take_text(&mut self, bytes: &[u8]) {
        let Err(error) = str::from_utf8(bytes).map(|text| self.text.push_str(text)) else { return };
        let (text, rest) = bytes.split_at(error.valid_up_to());
        self.text.push_str(str::from_utf8(text).unwrap_or_default());
        self.bytes.extend_from_slice(rest);
        if error.error_len().is_some() {
            self.no_utf8();
        }
    }

    fn no_utf8(&mut self) {
        let before = std::mem::take(&mut self.text).into_bytes();
        self.bytes = [before, std::mem::take(&mut self.bytes)].concat();
        self.is_utf8 = false;
    }

    /// Hands over what the file turned out to be.
    pub fn finish(mut self) {
        if !self.bytes.is_empty() && self.is_utf8 {
            // It ends within a character.
            self.no_utf8();
        }
        if !self.is_json {
            self.packer.pack(&Packed::Text(decode(&self.bytes)));
            return self.packer.hand_over();
        }
        if self.text.len() >= LONG {
            self.look_ahead();
        }
        // Most are UTF-8, and need no second copy.
        let text = if self.is_utf8 { self.text } else { decode(&self.bytes).text };
        let mut packer = self.packer;
        let ahead = packer.ahead.clone();
        let read = read(json_of(&text), ahead.as_ref(), &mut |item| packer.item(&item));
        let packed = packer.packed;
        packer.pack(&read.map_or_else(Packed::Bad, |()| Packed::Project(packed)));
        packer.hand_over();
    }
}

impl fmt::Debug for Reading<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading")
            .field("taken", &(self.text.len() + self.bytes.len()))
            .finish_non_exhaustive()
    }
}

/// A file's text without a byte order mark.
fn json_of(text: &str) -> &str {
    text.trim_start_matches('\u{FEFF}')
}

/// A small file with all in it that large files have much of: what reads it a few times is warm.
#[must_use]
pub fn rehearsal() -> String {
    const WORDS: &str = "“Come,” she said. ";
    const ANNOTATIONS: usize = 40;
    let named = |name: &str| Id::new(name).ok();
    let project = || {
        let id = named("rehearsal")?;
        let article = Article::new(id.clone(), "", &WORDS.repeat(ANNOTATIONS), 0);
        let mark = |number: usize| {
            let start = number * WORDS.len();
            let span = Span::between(start, start + WORDS.trim_end().len());
            let origin = Origin { by: By::Hand, coder: "".into(), created: 0, modified: 0, codebook: 0 };
            let name = named(&format!("rehearsal-{number}"))?;
            let mark = Annotation::of_spans(name, id.clone(), named("quote")?, &[span], origin)?;
            Some(Record::Annotation(Rc::new(mark)))
        };
        let marks = (0..ANNOTATIONS).filter_map(mark);
        Project::default().with(Record::Article(Rc::new(article.clone())))?.with_all(marks)
    };
    project().map(|project| export(&project, named("rehearsal").as_slice())).unwrap_or_default()
}

struct Packer<'a> {
    piece: Vec<u8>,
    /// An article of the text that was handed over ahead.
    ahead: Option<Article>,
    /// So many things were packed.
    packed: usize,
    hand: Box<Hand<'a>>,
}

impl Packer<'_> {
    fn go_ahead(&mut self, text: &str) {
        self.pack(&Packed::Ahead(text));
        self.hand_over();
        self.ahead = ahead(text);
        if let Some(article) = &self.ahead {
            // While the rest of the file comes; its spans are checked with both.
            article.sha256(sha256);
            let _ = article.offsets();
        }
    }

    fn item(&mut self, item: &Item<'_>) {
        match item {
            Item::Top(top) => self.pack(&Packed::Top(pack_top(top))),
            Item::Article(article) => {
                let ahead = self.ahead.take().is_some_and(|it| it.has_text_of(article));
                let packed = pack_article(article);
                let text = packed.text.filter(|_| !ahead);
                self.pack(&Packed::Article(PackedArticle { text, ..packed }));
            }
            Item::Annotation(it) => self.pack(&Packed::Annotation(pack_annotation(it))),
            Item::Link(link) => self.pack(&Packed::Link(json(&of_link(link), Layout::Compact))),
        }
    }

    fn pack(&mut self, packed: &Packed<'_>) {
        self.packed += 1;
        // Memory takes it; of what it did not the reader would miss something.
        self.piece = postcard::to_extend(packed, std::mem::take(&mut self.piece)).unwrap_or_default();
        if self.piece.len() >= PIECE {
            self.hand_over();
        }
    }

    fn hand_over(&mut self) {
        (self.hand)(&self.piece);
        self.piece.clear();
    }
}

/// Makes of packed pieces what the file turned out to be.
#[derive(Debug, Default)]
pub struct Unpacker {
    contents: Contents,
    same: Same,
    ahead: Option<Article>,
    /// So many things came.
    taken: usize,
    read: Option<FileRead>,
    broken: bool,
}

impl Unpacker {
    /// Takes the next piece of [`read_file`].
    pub fn take(&mut self, piece: &[u8]) {
        let mut left = piece;
        while !self.broken && !left.is_empty() {
            let rest = postcard::take_from_bytes(left).ok().filter(|_| self.read.is_none());
            let taken = rest.and_then(|(packed, rest)| {
                left = rest;
                self.put(packed)
            });
            self.broken = taken.is_none();
        }
        self.contents.settle();
    }

    fn put(&mut self, packed: Packed<'_>) -> Option<()> {
        match packed {
            Packed::Annotation(packed) => {
                let article = &self.contents.articles.last()?.article;
                let it = unpack_annotation(packed, article, &mut self.same)?;
                self.contents.put(Item::Annotation(it))?;
            }
            Packed::Link(packed) => {
                let article = &self.contents.articles.last()?.article.id;
                let link = members::link(read_members(&packed)?, article).ok()?;
                self.contents.put(Item::Link(link))?;
            }
            Packed::Top(packed) => self.contents.put(Item::Top(unpack_top(&packed)?))?,
            Packed::Ahead(text) => self.ahead = Some(ahead(text)?),
            Packed::Article(packed) => {
                let article = unpack_article(&packed, self.ahead.as_ref())?;
                self.contents.put(Item::Article(&article))?;
            }
            Packed::Project(packed) if packed != self.taken => return None,
            Packed::Project(_) => {
                self.contents.settle();
                let contents = Box::new(std::mem::take(&mut self.contents));
                self.read = Some(FileRead::Project(contents));
            }
            Packed::Text(text) => self.read = Some(FileRead::Text(text)),
            Packed::Bad(problems) => self.read = Some(FileRead::Bad(problems)),
        }
        self.taken += 1;
        Some(())
    }

    /// The text of the first article, once it is known and before the file has been read: whether
    /// it will be an article is not known then.
    #[must_use]
    pub fn ahead(&self) -> Option<&Article> {
        self.ahead.as_ref()
    }

    /// What the file turned out to be; `None` when the pieces are not all of those of a file.
    #[must_use]
    pub fn finish(self) -> Option<FileRead> {
        self.read.filter(|_| !self.broken)
    }
}

fn pack_top(top: &Contents) -> PackedTop<'_> {
    PackedTop {
        labels: top.labels.iter().map(|it| json(&of_label(it), Layout::Compact)).collect(),
        actors: top.actors.iter().map(|it| json(&of_actor(it), Layout::Compact)).collect(),
        codebook_version: top.codebook_version,
        unknown: top.unknown.as_deref(),
        codebook_unknown: top.codebook_unknown.as_deref(),
    }
}

fn pack_article(article: &Article) -> PackedArticle<'_> {
    let Metadata { outlet, author, published, url, language, unknown } = &article.metadata;
    PackedArticle {
        id: article.id.as_str(),
        title: &article.title,
        metadata: (outlet, author, published, url, language, unknown.as_deref()),
        converted: article.line_ends == LineEnds::Converted,
        added: article.added,
        unknown: article.unknown.as_deref(),
        text: Some(article.text()),
        sha256: article.sha256(sha256),
    }
}

fn pack_annotation(annotation: &Annotation) -> PackedAnnotation<'_> {
    let mut spans = annotation.spans().iter().map(|span| (span.start(), span.end()));
    PackedAnnotation {
        id: annotation.id.as_str(),
        label: annotation.label.as_str(),
        span: spans.next().unwrap_or_default(),
        more: spans.collect(),
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

/// What a text is known as before its article has been read.
fn ahead(text: &str) -> Option<Article> {
    Some(Article::new(id("ahead")?, "", text, 0))
}

fn read_members(json: &str) -> Option<Members> {
    serde_json::from_str(json).ok()
}

fn shared(text: Option<&str>) -> Option<Rc<str>> {
    text.map(Rc::from)
}

fn unpack_top(packed: &PackedTop<'_>) -> Option<Contents> {
    let mut top = Contents {
        codebook_version: packed.codebook_version,
        unknown: shared(packed.unknown),
        codebook_unknown: shared(packed.codebook_unknown),
        ..Contents::default()
    };
    for label in &packed.labels {
        top.labels.push(members::label(read_members(label)?).ok()?);
    }
    for actor in &packed.actors {
        top.actors.push(members::actor(read_members(actor)?).ok()?);
    }
    Some(top)
}

fn unpack_article(packed: &PackedArticle<'_>, ahead: Option<&Article>) -> Option<Article> {
    let id = id(packed.id)?;
    let mut article = match packed.text {
        Some(text) => Article::new(id, packed.title, text, packed.added),
        None => Article::with_text_of(ahead?, id, packed.title, packed.added),
    };
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
    Some(article)
}

fn unpack_annotation(it: PackedAnnotation<'_>, article: &Article, same: &mut Same) -> Option<Annotation> {
    let origin = Origin {
        by: by_of(it.by),
        coder: same.coder(it.coder),
        created: it.created,
        modified: it.modified,
        codebook: it.codebook,
    };
    let (name, label) = (id(it.id)?, same.label(it.label)?);
    let span = |(start, end)| Span::between(start, end);
    let mut annotation = if it.more.is_empty() {
        Annotation::of_spans(name, article.id.clone(), label, &[span(it.span)], origin)?
    } else {
        let spans: Vec<Span> = iter::once(it.span).chain(it.more).map(span).collect();
        Annotation::of_spans(name, article.id.clone(), label, &spans, origin)?
    };
    for (name, value) in it.attributes {
        annotation.attributes.insert(name.into(), value.into());
    }
    annotation.note = same.note(it.note);
    annotation.actor = match it.actor {
        Some(actor) => Some(id(actor)?),
        None => None,
    };
    annotation.unknown = shared(it.unknown);
    Some(annotation)
}
