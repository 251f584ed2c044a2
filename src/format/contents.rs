//! What a file says, read and checked by itself, whatever is here already. Done by the second
//! module, off the page's thread.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::iter;
use std::rc::Rc;

use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::members::{self, Members};
use super::record::{AnnotationRecord, ArticleRecord, Same, Text, Unknown, kept, read_by_member};
use crate::model::{Actor, Annotation, Article, Id, Label, Link, Part, Project, Record};

pub(super) const FORMAT: &str = "verbatim";
pub(super) const VERSION: u64 = 1;
pub(super) const OFFSETS: &str = "code-points";
/// At most this many characters of a parser's words are told.
const MESSAGE: usize = 200;

/// What a file holds. Each of its ids is used once, and each span fits its article's text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contents {
    /// The codebook's entries.
    pub labels: Vec<Label>,
    /// The registry.
    pub actors: Vec<Actor>,
    /// The articles.
    pub articles: Vec<Contained>,
    /// The codebook's version; 0 where the file names none.
    pub codebook_version: u64,
    /// Members at the top that we do not know, as a JSON object.
    pub unknown: Option<Rc<str>>,
    /// The codebook's members that we do not know, as a JSON object.
    pub codebook_unknown: Option<Rc<str>>,
    /// A project of these articles with their annotations, put together while the file is read.
    pub(super) ready: Option<Project>,
    /// So many of the last article's annotations are in it.
    pub(super) placed: usize,
}

/// An article and what stands in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Contained {
    /// The article.
    pub article: Rc<Article>,
    /// Its annotations.
    pub annotations: Vec<Rc<Annotation>>,
    /// Its links.
    pub links: Vec<Link>,
}

/// One thing that a file holds.
pub(super) enum Item<'a> {
    /// What stands before its articles, which are none yet.
    Top(Contents),
    /// The next article.
    Article(&'a Article),
    /// The next annotation of the last article.
    Annotation(Annotation),
    /// The next link of the last article.
    Link(Link),
}

impl Contents {
    /// Takes the next thing, in the file's order; `None` for what stands in no article.
    pub(super) fn put(&mut self, item: Item<'_>) -> Option<()> {
        match item {
            Item::Top(top) => *self = Contents { ready: Some(Project::default()), ..top },
            Item::Article(article) => {
                self.settle();
                let article = Rc::new(article.clone());
                self.make_ready(&mut iter::once(Record::Article(Rc::clone(&article))));
                let (annotations, links) = (Vec::new(), Vec::new());
                self.articles.push(Contained { article, annotations, links });
                self.placed = 0;
            }
            Item::Annotation(it) => self.articles.last_mut()?.annotations.push(Rc::new(it)),
            Item::Link(it) => self.articles.last_mut()?.links.push(it),
        }
        Some(())
    }

    /// Puts what came since the last time in its place.
    pub(super) fn settle(&mut self) {
        let Some(last) = self.articles.last() else { return };
        let new = last.annotations[self.placed..].to_vec();
        self.placed = last.annotations.len();
        self.make_ready(&mut new.into_iter().map(Record::Annotation));
    }

    fn make_ready(&mut self, records: &mut dyn Iterator<Item = Record>) {
        // What does not fit is of a file that is not fine.
        if self.ready.as_mut().is_some_and(|ready| ready.put_all(records).is_none()) {
            self.ready = None;
        }
    }
}

/// What is wrong with a file, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// A path such as `articles[0].annotations[3].spans[0]`, or line and column.
    pub place: String,
    /// What is wrong there.
    pub message: String,
}

struct FileRecord<'a> {
    format: Text<'a>,
    version: u64,
    offsets: Text<'a>,
    codebook: Members,
    actors: Vec<Members>,
    articles: Vec<ArticleRecord<'a>>,
    unknown: Unknown,
}

read_by_member!(FileRecord: must { format version offsets articles } may { codebook actors });

/// What must be looked at before anything else of a file is.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    format: Option<String>,
    #[serde(default)]
    version: Option<u64>,
    #[serde(default)]
    offsets: Option<String>,
}

/// Reads a file. All or nothing.
///
/// # Errors
/// Everything that is wrong with it; the first problem alone when it is not JSON or
/// not of this format.
pub fn contents(json: &str) -> Result<Contents, Vec<Problem>> {
    let mut contents = Contents::default();
    read(json, None, &mut |item| {
        // An article comes before what stands in it.
        let _ = contents.put(item);
    })?;
    contents.settle();
    Ok(contents)
}

/// Reads a file, and hands over one thing after the other. Only at the end it is known whether they
/// mean something. `ahead` may have the text of one of its articles already.
///
/// # Errors
/// As [`contents`] has them: what was handed over means nothing.
pub(super) fn read(
    json: &str,
    ahead: Option<&Article>,
    hand: &mut dyn FnMut(Item<'_>),
) -> Result<(), Vec<Problem>> {
    let file = parse(json).map_err(|problem| vec![problem])?;
    let (problems, seen, annotations) = (Vec::new(), HashMap::new(), HashSet::new());
    let mut reader = Reader { hand, ahead, problems, seen, annotations };
    reader.read(file);
    if reader.problems.is_empty() { Ok(()) } else { Err(reader.problems) }
}

/// The text of a file's first article where it stands before what is long, so that it is known
/// soon. Whether the file is fine is not known yet.
pub(super) fn first_text(json: &str) -> Option<Text<'_>> {
    struct First<'a, 'de>(&'a mut Option<Text<'de>>);
    impl<'de> DeserializeSeed<'de> for First<'_, 'de> {
        type Value = ();
        fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
            deserializer.deserialize_any(self)
        }
    }
    impl<'de> Visitor<'de> for First<'_, 'de> {
        type Value = ();
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("articles")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            while let Some(name) = map.next_key::<Text<'de>>()? {
                match &*name {
                    "articles" => map.next_value_seed(First(self.0))?,
                    "text" => *self.0 = Some(map.next_value()?),
                    "annotations" | "links" => {}
                    _ => {
                        map.next_value::<IgnoredAny>()?;
                        continue;
                    }
                }
                break;
            }
            Err(A::Error::custom("no more is needed"))
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<(), A::Error> {
            all.next_element_seed(First(self.0))?;
            Err(A::Error::custom("no more is needed"))
        }
    }
    let mut first = None;
    // It stops by an error.
    let _ = serde_json::Deserializer::from_str(json).deserialize_any(First(&mut first));
    first
}

fn parse(json: &str) -> Result<FileRecord<'_>, Problem> {
    let problem = |error: serde_json::Error| {
        let what = if error.is_eof() { "the file ends too early: " } else { "" };
        // It quotes what it found, which may be the whole file.
        let why: String = error.to_string().chars().take(MESSAGE).collect();
        Problem {
            place: format!("line {}, column {}", error.line(), error.column()),
            message: format!("{what}{why}"),
        }
    };
    let here = |place: &str, message: String| Problem { place: place.into(), message };
    let whole: Result<FileRecord<'_>, _> = serde_json::from_str(json);
    if let Ok(file) = &whole
        && *file.format == *FORMAT
        && file.version == VERSION
        && *file.offsets == *OFFSETS
    {
        return whole.map_err(problem);
    }
    // Not a file of ours, or not a whole one: the head says which.
    let head: Head = serde_json::from_str(json).map_err(problem)?;
    if head.format.as_deref() != Some(FORMAT) {
        return Err(here(
            "format",
            "this is JSON, but not a Verbatim file: `format` is not \"verbatim\"".into(),
        ));
    }
    match head.version {
        Some(VERSION) => {}
        Some(newer) if newer > VERSION => {
            return Err(here(
                "version",
                format!("the file has version {newer}; this Verbatim reads version {VERSION}"),
            ));
        }
        _ => return Err(here("version", "the version is missing or unknown".into())),
    }
    if head.offsets.as_deref() != Some(OFFSETS) {
        return Err(here("offsets", "offsets must be counted in \"code-points\"".into()));
    }
    whole.map_err(problem)
}

struct Reader<'a> {
    hand: &'a mut dyn FnMut(Item<'_>),
    ahead: Option<&'a Article>,
    problems: Vec<Problem>,
    /// Ids of the file, each with its kind.
    seen: HashMap<&'static str, HashSet<Box<str>>>,
    /// Ids of annotations, which may be many: the ids themselves.
    annotations: HashSet<Id>,
}

impl Reader<'_> {
    fn problem(&mut self, place: String, message: impl Into<String>) {
        self.problems.push(Problem { place, message: message.into() });
    }

    fn once(&mut self, kind: &'static str, id: &str, place: &str) {
        if !self.seen.entry(kind).or_default().insert(id.into()) {
            self.problem(place.to_owned(), format!("the id \"{id}\" is used twice"));
        }
    }

    fn read(&mut self, file: FileRecord<'_>) {
        let mut contents = Contents { unknown: kept(file.unknown), ..Contents::default() };
        let mut codebook = file.codebook;
        for (part, name) in
            [(Part::Label, "labels"), (Part::Topic, "topics"), (Part::Attribute, "attributes")]
        {
            let entries = codebook.take_records(name).unwrap_or_else(|wrong| {
                self.problem("codebook".into(), wrong.0);
                Vec::new()
            });
            for (index, entry) in entries.into_iter().enumerate() {
                let place = format!("codebook.{name}[{index}]");
                self.once("label", entry.id(), &place);
                match members::label(entry) {
                    Ok(label) if label.part != Part::Label && label.part != part => {
                        self.problem(place, "its `part` is not that of the list that it stands in");
                    }
                    Ok(label) => contents.labels.push(Label { part, ..label }),
                    Err(wrong) => self.problem(place, wrong.0),
                }
            }
        }
        let newest = contents.labels.iter().map(|entry| entry.revision).max().unwrap_or(0);
        match codebook.take_number("version") {
            Ok(version) if version != 0 && version < newest => {
                let message = format!("the version is {version}, and an entry is of revision {newest}");
                self.problem("codebook.version".into(), message);
            }
            Ok(version) => contents.codebook_version = version,
            Err(wrong) => self.problem("codebook.version".into(), wrong.0),
        }
        contents.codebook_unknown = codebook.left();
        for (index, actor) in file.actors.into_iter().enumerate() {
            let place = format!("actors[{index}]");
            match members::actor(actor) {
                Ok(actor) => {
                    self.once("actor", actor.id.as_str(), &place);
                    contents.actors.push(actor);
                }
                Err(wrong) => self.problem(place, wrong.0),
            }
        }
        (self.hand)(Item::Top(contents));
        for (index, article) in file.articles.into_iter().enumerate() {
            self.article(article, &format!("articles[{index}]"));
        }
    }

    fn article(&mut self, record: ArticleRecord<'_>, place: &str) {
        self.once("article", &record.id, place);
        let (article, annotations, links) = match record.article(self.ahead) {
            Ok(read) => read,
            Err(wrong) => return self.problem(place.to_owned(), wrong.0),
        };
        (self.hand)(Item::Article(&article));
        self.annotations.reserve(annotations.len());
        let mut same = Same::default();
        for (index, record) in annotations.0.into_iter().flatten().enumerate() {
            self.annotation(record, &article, &mut same, &|| format!("{place}.annotations[{index}]"));
        }
        for (index, link) in links.into_iter().enumerate() {
            let place = format!("{place}.links[{index}]");
            match members::link(link, &article.id) {
                Ok(link) => {
                    self.once("link", link.id.as_str(), &place);
                    (self.hand)(Item::Link(link));
                }
                Err(wrong) => self.problem(place, wrong.0),
            }
        }
    }

    /// Not inlined: of a call that lasts as long as the file a browser never runs the optimised code.
    #[inline(never)]
    fn annotation(
        &mut self,
        record: AnnotationRecord<'_>,
        article: &Article,
        same: &mut Same,
        place: &dyn Fn() -> String,
    ) {
        match record.annotation(article, same) {
            Ok(annotation) => {
                if !self.annotations.insert(annotation.id.clone()) {
                    self.problem(place(), format!("the id \"{}\" is used twice", annotation.id));
                }
                (self.hand)(Item::Annotation(annotation));
            }
            Err((Some(span), wrong)) => self.problem(format!("{}.spans[{span}]", place()), wrong.0),
            Err((None, wrong)) => self.problem(place(), wrong.0),
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_hash_is_the_standards() {
        // FIPS 180-4, the hash of the empty message.
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(&*super::super::record::sha256(""), empty);
    }
}
