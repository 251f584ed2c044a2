use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::rc::Rc;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::layout::{Layout, json};
use super::record::{
    ActorRecord, AnnotationRecord, ArticleRecord, LabelRecord, LinkRecord, Unknown, read_by_member, unknown,
};
use crate::model::{Article, Id, Project, Record, Rest};

const FORMAT: &str = "verbatim";
const VERSION: u64 = 1;
/// At most this many characters of a parser's words are told.
const MESSAGE: usize = 200;
const OFFSETS: &str = "code-points";

#[derive(Serialize)]
struct FileRecord {
    format: String,
    version: u64,
    offsets: String,
    codebook: CodebookRecord,
    actors: Vec<ActorRecord>,
    articles: Vec<ArticleRecord>,
    #[serde(flatten)]
    unknown: Unknown,
}

#[derive(Default, Serialize)]
struct CodebookRecord {
    labels: Vec<LabelRecord>,
    #[serde(flatten)]
    unknown: Unknown,
}

read_by_member!(FileRecord: must { format version offsets articles } may { codebook actors });
read_by_member!(CodebookRecord: must {} may { labels });

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

/// The project as a file, canonically: the same project always gives the same bytes.
///
/// Articles by id; annotations in text order, then by id; links and actors by id.
#[must_use]
pub fn export(project: &Project, articles: &[Id]) -> String {
    let mut ids: Vec<&Id> = articles.iter().collect();
    ids.sort_unstable();
    ids.dedup();
    let articles = ids.into_iter().filter_map(|id| project.article(id)).map(|article| {
        let annotations = project.annotations_of(&article.id).into_iter().flat_map(|all| all.iter());
        let mut record = ArticleRecord::of(article);
        record.annotations = Some(annotations.map(|it| AnnotationRecord::of(it, article)).collect());
        record.links = Some(project.links_of(&article.id).map(|link| LinkRecord::of(link)).collect());
        record
    });
    let rest = |object: &str| unknown(project.rest(object).map(|rest| &rest.members));
    let file = FileRecord {
        format: FORMAT.into(),
        version: VERSION,
        offsets: OFFSETS.into(),
        codebook: CodebookRecord {
            labels: project.labels().into_iter().map(|it| LabelRecord::of(it)).collect(),
            unknown: rest(Rest::CODEBOOK),
        },
        actors: project.actors().map(|actor| ActorRecord::of(actor)).collect(),
        articles: articles.collect(),
        unknown: rest(Rest::FILE),
    };
    let mut text = json(&file, Layout::indented());
    text.push('\n');
    text
}

/// What is wrong with a file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A path such as `articles[0].annotations[3].spans[0]`, or line and column.
    pub place: String,
    /// What is wrong there.
    pub message: String,
}

/// What an import does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The articles that the file's annotations stand in.
    pub articles: Vec<(Id, String)>,
    /// How many annotations are new.
    pub new: usize,
    /// How many replace an older one of the same id.
    pub changed: usize,
    /// How many are here already, just so.
    pub same: usize,
    /// Which ones are not taken, and why.
    pub refused: Vec<String>,
}

/// What a file holds, ready for a command.
#[derive(Clone, Debug)]
pub struct Imported {
    /// What to put in, articles before what stands in them.
    pub records: Vec<Record>,
    /// What that does.
    pub report: Report,
}

/// Reads a file against the project that it is to come into. All or nothing.
///
/// An article that is here already, by its id or by the same text, keeps its title
/// and metadata; the file's annotations come onto it.
///
/// # Errors
/// Everything that is wrong with it; the first problem alone when it is not JSON or
/// not of this format.
pub fn import(json: &str, project: &Project) -> Result<Imported, Vec<Problem>> {
    let file = parse(json).map_err(|problem| vec![problem])?;
    let mut reader = Reader {
        project,
        problems: Vec::new(),
        records: Vec::new(),
        report: Report::default(),
        seen: HashMap::new(),
    };
    reader.read(file);
    if reader.problems.is_empty() {
        Ok(Imported { records: reader.records, report: reader.report })
    } else {
        Err(reader.problems)
    }
}

fn parse(json: &str) -> Result<FileRecord, Problem> {
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
    let whole: Result<FileRecord, _> = serde_json::from_str(json);
    if let Ok(file) = &whole
        && file.format == FORMAT
        && file.version == VERSION
        && file.offsets == OFFSETS
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
    project: &'a Project,
    problems: Vec<Problem>,
    records: Vec<Record>,
    report: Report,
    /// Ids of the file, each with its kind.
    seen: HashMap<&'static str, HashSet<Box<str>>>,
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

    /// Members that we do not know come to those of earlier files; what is here stays.
    fn rest(&mut self, object: &str, members: Unknown) {
        let here = self.project.rest(object).map(|rest| &rest.members);
        let mut all = unknown(here);
        for (name, value) in members {
            all.entry(name).or_insert(value);
        }
        let Ok(id) = Id::new(object) else { return };
        let rest = Rest { id, members: Value::Object(all).to_string().into() };
        if *rest.members != *here.map_or("{}", |here| here) {
            self.records.push(Record::Rest(Rc::new(rest)));
        }
    }

    fn read(&mut self, file: FileRecord) {
        self.rest(Rest::FILE, file.unknown);
        self.rest(Rest::CODEBOOK, file.codebook.unknown);
        let mut labels: Vec<Id> = self.project.labels().iter().map(|label| label.id.clone()).collect();
        for (index, label) in file.codebook.labels.into_iter().enumerate() {
            let place = format!("codebook.labels[{index}]");
            self.once("label", &label.id, &place);
            match label.label() {
                // What the codebook says here already stays.
                Ok(label) if labels.contains(&label.id) => {}
                Ok(label) => {
                    labels.push(label.id.clone());
                    self.records.push(Record::Label(Rc::new(label)));
                }
                Err(wrong) => self.problem(place, wrong.0),
            }
        }
        for (index, actor) in file.actors.into_iter().enumerate() {
            let place = format!("actors[{index}]");
            match actor.actor() {
                Ok(actor) => {
                    self.once("actor", actor.id.as_str(), &place);
                    if !self.project.actors().any(|ours| ours.id == actor.id) {
                        self.records.push(Record::Actor(Rc::new(actor)));
                    }
                }
                Err(wrong) => self.problem(place, wrong.0),
            }
        }
        for (index, article) in file.articles.into_iter().enumerate() {
            self.article(article, &format!("articles[{index}]"), &labels);
        }
    }

    fn article(&mut self, record: ArticleRecord, place: &str, labels: &[Id]) {
        self.once("article", &record.id, place);
        let (article, annotations, links) = match record.article() {
            Ok(read) => read,
            Err(wrong) => return self.problem(place.to_owned(), wrong.0),
        };
        let by_id = self.project.article(&article.id);
        if by_id.is_some_and(|ours| ours.text() != article.text()) {
            return self.problem(place.to_owned(), "an article of this id is here with another text");
        }
        let same_text = || self.project.articles().into_iter().find(|ours| ours.text() == article.text());
        let article: Rc<Article> = match by_id.or_else(same_text) {
            Some(ours) => Rc::clone(ours),
            None => {
                let article = Rc::new(article);
                self.records.push(Record::Article(Rc::clone(&article)));
                article
            }
        };
        self.report.articles.push((article.id.clone(), article.title.to_string()));
        for (index, annotation) in annotations.into_iter().enumerate() {
            self.annotation(annotation, &article, &format!("{place}.annotations[{index}]"), labels);
        }
        for (index, link) in links.into_iter().enumerate() {
            let place = format!("{place}.links[{index}]");
            match link.link(&article.id) {
                Ok(link) => {
                    self.once("link", link.id.as_str(), &place);
                    if !self.project.links_of(&article.id).any(|ours| ours.id == link.id) {
                        self.records.push(Record::Link(Rc::new(link)));
                    }
                }
                Err(wrong) => self.problem(place, wrong.0),
            }
        }
    }

    fn annotation(&mut self, record: AnnotationRecord, article: &Article, place: &str, labels: &[Id]) {
        self.once("annotation", &record.id, place);
        let annotation = match record.annotation(article) {
            Ok(annotation) => annotation,
            Err((Some(span), wrong)) => return self.problem(format!("{place}.spans[{span}]"), wrong.0),
            Err((None, wrong)) => return self.problem(place.to_owned(), wrong.0),
        };
        if !labels.contains(&annotation.label) {
            return self.problem(
                format!("{place}.label"),
                format!("the codebook has no label \"{}\"", annotation.label),
            );
        }
        match self.project.annotation(&annotation.id) {
            None => self.report.new += 1,
            Some(ours) if **ours == annotation => {
                self.report.same += 1;
                return;
            }
            Some(ours) if ours.article != annotation.article => {
                self.report
                    .refused
                    .push(format!("{place}: its id belongs to an annotation of another article here"));
                return;
            }
            Some(ours) if ours.origin.modified > annotation.origin.modified => {
                self.report.refused.push(format!("{place}: the one here was changed later, and stays"));
                return;
            }
            Some(_) => self.report.changed += 1,
        }
        self.records.push(Record::Annotation(Rc::new(annotation)));
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_hash_is_the_standards() {
        // FIPS 180-4, the hash of the empty message.
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(super::super::record::sha256(""), empty);
    }
}
