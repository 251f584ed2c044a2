//! The file of a project: written, and taken in.

use std::collections::HashSet;
use std::rc::Rc;

use serde::Serialize;
use serde_json::Value;

use super::contents::{Contained, Contents, FORMAT, OFFSETS, Problem, VERSION, contents};
use super::layout::{Layout, json_in_pieces};
use super::members::{Members, of_actor, of_label, of_link};
use super::record::{AnnotationRecords, ArticleRecord, Unknown, unknown};
use crate::model::{Arrivals, Article, Id, Label, Link, Objection, Part, Project, Record, Rest};

#[derive(Serialize)]
struct FileRecord<'a> {
    format: &'static str,
    version: u64,
    offsets: &'static str,
    codebook: CodebookRecord,
    actors: Vec<Members>,
    articles: Vec<ArticleRecord<'a>>,
    #[serde(flatten)]
    unknown: Unknown,
}

#[derive(Serialize)]
struct CodebookRecord {
    labels: Vec<Members>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    topics: Vec<Members>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attributes: Vec<Members>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u64>,
    #[serde(flatten)]
    unknown: Unknown,
}

/// The project as a file, canonically: the same project always gives the same bytes.
///
/// Articles by id; annotations in text order, then by id; links and actors by id.
#[must_use]
pub fn export(project: &Project, articles: &[Id]) -> String {
    let mut file = Vec::new();
    export_in_pieces(project, articles, &mut |piece| file.extend_from_slice(piece));
    String::from_utf8(file).unwrap_or_default()
}

/// The same, UTF-8 handed over piece by piece: all at once would take as much memory as the file is
/// long, and a page's memory never shrinks.
pub fn export_in_pieces(project: &Project, articles: &[Id], hand: &mut dyn FnMut(&[u8])) {
    file(project, articles, project.actors().map(|actor| of_actor(actor)).collect(), hand);
}

/// The codebook alone as a file: one without actors and articles.
pub fn export_codebook(project: &Project, hand: &mut dyn FnMut(&[u8])) {
    file(project, &[], Vec::new(), hand);
}

/// The labels, with one for each that annotations still have and the codebook has no longer: two
/// tabs may bring that about, and a file without it could not be read.
fn labels(project: &Project) -> Vec<Members> {
    let mut missing: Vec<&Id> = Vec::new();
    for annotation in project.annotations() {
        let label = &annotation.label;
        if project.label(label).is_none() && !missing.contains(&label) {
            missing.push(label);
        }
    }
    if missing.is_empty() {
        return entries(project, Part::Label);
    }
    // Each where it stands once the file is read.
    let missing = missing.into_iter().map(|id| Label::new(id.clone(), Part::Label, id.as_str()));
    let whole = project.with_all(missing.map(|label| Record::Label(Rc::new(label))));
    entries(&whole.unwrap_or_else(|| project.clone()), Part::Label)
}

fn file(project: &Project, articles: &[Id], actors: Vec<Members>, hand: &mut dyn FnMut(&[u8])) {
    let mut ids: Vec<&Id> = articles.iter().collect();
    ids.sort_unstable();
    ids.dedup();
    let articles = ids.into_iter().filter_map(|id| project.article(id)).map(|article| {
        let mut record = ArticleRecord::of(article);
        record.annotations = Some(AnnotationRecords::Of(project.annotations_of(&article.id), article));
        record.links = Some(project.links_of(&article.id).map(|link| of_link(link)).collect());
        record
    });
    let rest = |object: &str| unknown(project.rest(object).map(|rest| &rest.members));
    let file = FileRecord {
        format: FORMAT,
        version: VERSION,
        offsets: OFFSETS,
        codebook: CodebookRecord {
            labels: labels(project),
            topics: entries(project, Part::Topic),
            attributes: entries(project, Part::Attribute),
            version: Some(project.codebook_version()).filter(|version| *version > 0),
            unknown: rest(Rest::CODEBOOK),
        },
        actors,
        articles: articles.collect(),
        unknown: rest(Rest::FILE),
    };
    json_in_pieces(&file, Layout::indented(), hand);
}

fn entries(project: &Project, part: Part) -> Vec<Members> {
    project.entries(part).into_iter().map(|it| of_label(it).without_part()).collect()
}

/// What an import does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The articles that the file's annotations stand in.
    pub articles: Vec<(Id, String)>,
    /// Those of them whose title, metadata or other members the file has otherwise; what is here stays.
    pub articles_kept: Vec<String>,
    /// How many annotations are new.
    pub new: usize,
    /// How many replace an older one of the same id.
    pub changed: usize,
    /// How many are here already, just so.
    pub same: usize,
    /// Which ones, and which links, are not taken, and why.
    pub refused: Vec<String>,
    /// The labels that the file describes otherwise than the codebook here, which stays.
    pub labels_kept: Vec<String>,
    /// The entries of the codebook that the file has in a newer revision, and which it brings.
    pub labels_new: Vec<String>,
    /// How many actors are new.
    pub actors: usize,
    /// The actors that the file describes otherwise than the registry here, which stays.
    pub actors_kept: Vec<String>,
    /// How many links are new.
    pub links: usize,
}

/// What a file holds, ready for a command.
#[derive(Clone, Debug)]
pub struct Imported {
    /// What to put in: as a whole where all of its articles and annotations are new.
    pub records: Arrivals,
    /// What that does.
    pub report: Report,
}

/// Reads a file against the project that it is to come into: [`contents`], then [`merge`].
///
/// # Errors
/// Everything that is wrong with it; the first problem alone when it is not JSON or
/// not of this format.
pub fn import(json: &str, project: &Project) -> Result<Imported, Vec<Problem>> {
    merge(contents(json)?, project)
}

/// What a file's contents mean for a project. All or nothing.
///
/// An article that is here already, by its id or by the same text, keeps its title
/// and metadata, which is told; the file's annotations come onto it, and members that we do not know
/// and it has not.
///
/// # Errors
/// Everything that contradicts what is here.
pub fn merge(contents: Contents, project: &Project) -> Result<Imported, Vec<Problem>> {
    let (problems, records, links) = (Vec::new(), Vec::new(), Vec::new());
    let here = contents.articles.iter().filter_map(|it| project.article(&it.article.id));
    let taken = here.map(|article| article.id.clone()).collect();
    let (whole, report) = (Project::default(), Report::default());
    let mut merger = Merger { project, problems, whole, records, report, links, taken };
    merger.take(contents);
    merger.link();
    if merger.problems.is_empty() {
        let Merger { whole, records, report, .. } = merger;
        Ok(Imported { records: Arrivals { whole, others: records }, report })
    } else {
        Err(merger.problems)
    }
}

/// Members that we do not know with those of a file that are new; `None` where none is.
fn more(here: Option<&Rc<str>>, members: Option<&Rc<str>>) -> Option<Rc<str>> {
    let mut all = unknown(here);
    let before = all.len();
    for (name, value) in unknown(members) {
        all.entry(name).or_insert(value);
    }
    (all.len() > before).then(|| Value::Object(all).to_string().into())
}

struct Merger<'a> {
    project: &'a Project,
    problems: Vec<Problem>,
    whole: Project,
    records: Vec<Record>,
    report: Report,
    /// Each with its place in the file.
    links: Vec<(String, Link)>,
    /// The articles here that one of the file's is: two of one text stay two.
    taken: Vec<Id>,
}

impl Merger<'_> {
    fn problem(&mut self, place: String, message: impl Into<String>) {
        self.problems.push(Problem { place, message: message.into() });
    }

    /// Members that we do not know come to those of earlier files; what is here stays.
    fn rest(&mut self, object: &str, members: Option<&Rc<str>>) {
        let here = self.project.rest(object).map(|rest| &rest.members);
        let (Ok(id), Some(members)) = (Id::new(object), more(here, members)) else { return };
        self.records.push(Record::Rest(Rc::new(Rest { id, members })));
    }

    fn take(&mut self, contents: Contents) {
        let Contents { labels: new_labels, actors, articles, codebook_version, unknown, .. } = contents;
        let (codebook_unknown, ready) = (contents.codebook_unknown, contents.ready);
        self.rest(Rest::FILE, unknown.as_ref());
        self.rest(Rest::CODEBOOK, codebook_unknown.as_ref());
        let mut labels: Vec<Id> = self.project.labels().iter().map(|label| label.id.clone()).collect();
        let mut coming: Vec<Label> = Vec::new();
        for label in new_labels {
            match self.project.entry(&label.id) {
                Some(ours) if ours.revision < label.revision && ours.part == label.part => {
                    self.report.labels_new.push(label.name.to_string());
                    coming.push(label);
                }
                // What the codebook says here already stays.
                Some(ours) if **ours != label => self.report.labels_kept.push(label.name.to_string()),
                Some(_) => {}
                None if labels.contains(&label.id) => {}
                None => {
                    if label.part == Part::Label {
                        labels.push(label.id.clone());
                    }
                    coming.push(label);
                }
            }
        }
        // The codebook as it will be, where nothing may come to stand below itself.
        let as_record = |label: &Label| Record::Label(Rc::new(label.clone()));
        let put = |after: &Project, label: &Label| after.with(as_record(label)).unwrap_or(after.clone());
        let mut after = coming.iter().fold(self.project.clone(), |after, label| put(&after, label));
        // Of a circle the last one gives way.
        for label in coming.iter_mut().rev() {
            let above = label.parent.as_ref().map(|parent| after.lineage(parent)).unwrap_or_default();
            if above.iter().any(|it| it.id == label.id) {
                label.parent = None;
                after = put(&after, label);
                let name = &label.name;
                let told = format!("codebook: “{name}” would stand below itself; it stands alone now");
                self.report.refused.push(told);
            }
        }
        self.records.extend(coming.iter().map(as_record));
        if codebook_version > after.codebook_version() {
            self.records.extend(Rest::version(codebook_version).map(|rest| Record::Rest(Rc::new(rest))));
        }
        for actor in actors {
            match self.project.actor(&actor.id) {
                Some(ours) if **ours != actor => self.report.actors_kept.push(actor.name.to_string()),
                Some(_) => {}
                None => {
                    self.report.actors += 1;
                    self.records.push(Record::Actor(Rc::new(actor)));
                }
            }
        }
        let here: Vec<&str> = self.project.articles().into_iter().map(|it| it.text()).collect();
        let is_new = |it: &Contained| !here.contains(&it.article.text());
        let ready = ready.filter(|_| articles.iter().all(is_new));
        // It fits where none of its articles and annotations is here.
        let whole = ready.filter(|ready| self.project.joined(ready).is_some());
        let comes_whole = whole.is_some();
        self.whole = whole.unwrap_or_default();
        for (index, contained) in articles.into_iter().enumerate() {
            let place = format!("articles[{index}]");
            self.check_labels(&contained, &place, &labels);
            if comes_whole {
                let Contained { article, annotations, links } = contained;
                self.report.articles.push((article.id.clone(), article.title.to_string()));
                self.report.new += annotations.len();
                self.take_links(links, &article.id, &place);
            } else {
                self.article(contained, &place);
            }
        }
    }

    /// Takes the links that make sense once everything else is here.
    fn link(&mut self) {
        if self.links.is_empty() || !self.problems.is_empty() {
            return;
        }
        // What does not fit is said when the records are put in.
        let after = self.project.joined(&self.whole);
        let Some(mut after) = after.and_then(|it| it.with_all(self.records.iter().cloned())) else { return };
        let ends = |link: &Link| (link.kind.clone(), link.from.clone(), link.to.clone());
        let here: HashSet<_> = after.links().map(|link| ends(link)).collect();
        for (place, link) in std::mem::take(&mut self.links) {
            // Two coders may have made the same link, each with an id of its own; one file may
            // have two that differ in their attributes.
            if here.contains(&ends(&link)) {
                let why = "what it links is linked so already, and stays as it is";
                self.report.refused.push(format!("{place}: {why}"));
                continue;
            }
            let why = match after.objection(&link) {
                None => {
                    self.report.links += 1;
                    let record = Record::Link(Rc::new(link));
                    if matches!(&record, Record::Link(link) if *link.kind == *Link::CONDITIONS) {
                        // The next one may close a circle with it.
                        after = after.with(record.clone()).unwrap_or(after);
                    }
                    self.records.push(record);
                    continue;
                }
                Some(Objection::NoSuchAnnotation) => "an annotation that it links is not in its article",
                Some(Objection::NoSuchActor) => "its actor is not in the registry",
                Some(Objection::NoSuchTopic) => "its topic is not in the codebook",
                Some(Objection::ToItself) => "it leads to where it begins",
                Some(Objection::Circle) => "by it something would condition itself",
            };
            self.report.refused.push(format!("{place}: {why}"));
        }
    }

    fn check_labels(&mut self, contained: &Contained, place: &str, labels: &[Id]) {
        for (index, annotation) in contained.annotations.iter().enumerate() {
            if !labels.contains(&annotation.label) {
                self.problem(
                    format!("{place}.annotations[{index}].label"),
                    format!("the codebook has no label \"{}\"", annotation.label),
                );
            }
        }
    }

    fn article(&mut self, contained: Contained, place: &str) {
        let Contained { article, annotations, links } = contained;
        let by_id = self.project.article(&article.id);
        if by_id.is_some_and(|ours| ours.text() != article.text()) {
            return self.problem(place.to_owned(), "an article of this id is here with another text");
        }
        let free = |ours: &&Rc<Article>| !self.taken.contains(&ours.id) && ours.text() == article.text();
        let same_text = || self.project.articles().into_iter().find(free);
        let article: Rc<Article> = match by_id.or_else(same_text) {
            Some(ours) => {
                self.taken.push(ours.id.clone());
                let mut ours = Rc::clone(ours);
                // As those of the file itself.
                if let Some(members) = more(ours.unknown.as_ref(), article.unknown.as_ref()) {
                    Rc::make_mut(&mut ours).unknown = Some(members);
                    self.records.push(Record::Article(Rc::clone(&ours)));
                }
                let (here, there) = (unknown(ours.unknown.as_ref()), unknown(article.unknown.as_ref()));
                let otherwise = there.iter().any(|(name, value)| here.get(name) != Some(value));
                if ours.title != article.title || ours.metadata != article.metadata || otherwise {
                    self.report.articles_kept.push(article.title.to_string());
                }
                ours
            }
            None => {
                self.records.push(Record::Article(Rc::clone(&article)));
                article
            }
        };
        self.report.articles.push((article.id.clone(), article.title.to_string()));
        self.records.reserve(annotations.len() + links.len());
        for (index, mut annotation) in annotations.into_iter().enumerate() {
            if annotation.article != article.id {
                Rc::make_mut(&mut annotation).article = article.id.clone();
            }
            match self.project.annotation(&annotation.id) {
                None => self.report.new += 1,
                Some(ours) if **ours == *annotation => {
                    self.report.same += 1;
                    continue;
                }
                Some(ours) => {
                    let why = if ours.article != annotation.article {
                        "its id belongs to an annotation of another article here"
                    } else if ours.origin.modified > annotation.origin.modified {
                        "the one here was changed later, and stays"
                    } else {
                        self.report.changed += 1;
                        self.records.push(Record::Annotation(annotation));
                        continue;
                    };
                    self.report.refused.push(format!("{place}.annotations[{index}]: {why}"));
                    continue;
                }
            }
            self.records.push(Record::Annotation(annotation));
        }
        self.take_links(links, &article.id, place);
    }

    fn take_links(&mut self, links: Vec<Link>, article: &Id, place: &str) {
        for (index, mut link) in links.into_iter().enumerate() {
            link.article = article.clone();
            let place = || format!("{place}.links[{index}]");
            match self.project.link(&link.id) {
                None => self.links.push((place(), link)),
                Some(ours) if **ours == link => {}
                Some(_) => {
                    self.report.refused.push(format!("{}: the one here is another, and stays", place()));
                }
            }
        }
    }
}
