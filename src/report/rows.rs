use std::rc::Rc;

use super::field::Field;
use super::{BETWEEN, Table, by_date};
use crate::model::{Actor, Annotation, Article, Attributes, Id, Label, Link, Project, Role, Target, word};
use crate::text::{CodePoint, edges, in_order};

/// One annotation, as words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which annotation.
    pub annotation: Id,
    /// The article that it stands in.
    pub article: Id,
    /// Where its first span begins.
    pub start: CodePoint,
    /// Where its last span ends.
    pub end: CodePoint,
    /// One for each of [`super::columns`]; empty where nothing was said. What there are several
    /// of stands in text order, with "; " between.
    pub cells: Vec<String>,
    /// Who has a part in it, whose other names and roles no cell shows.
    pub(super) people: Vec<(Field, Rc<Actor>)>,
    /// Each topic with its stance, which belong together.
    pub(super) topics: Vec<(String, String)>,
}

/// All rows of a table: in the order of the articles, then of the text.
#[must_use]
pub fn rows(project: &Project, table: Table) -> Vec<Row> {
    let links = Links::of(project);
    let labels = labels(project, table.label());
    let mut rows = Vec::new();
    for article in project.articles() {
        for annotation in project.annotations_of(&article.id).into_iter().flat_map(|all| all.iter()) {
            if labels.contains(&annotation.label) {
                rows.push(links.row(table, article, annotation));
            }
        }
    }
    rows
}

/// The name of an entry of the codebook after those above it.
#[must_use]
pub fn path(project: &Project, id: &Id) -> String {
    let names: Vec<&str> = project.lineage(id).into_iter().rev().map(|entry| &*entry.name).collect();
    names.join(" / ")
}

/// A label and those that are a kind of it.
fn labels(project: &Project, root: &str) -> Vec<Id> {
    let is_below = |label: &Label| project.lineage(&label.id).iter().any(|it| it.id.as_str() == root);
    let all = project.labels().into_iter().filter(|label| is_below(label));
    all.map(|label| label.id.clone()).collect()
}

/// The links of a project, to be found by their ends: looking through all of them for each
/// annotation would take minutes.
struct Links<'a> {
    project: &'a Project,
    /// By the annotation that they start from.
    starting: Ends<'a>,
    /// Those of [`Link::CONDITIONS`], by what they lead to.
    conditioning: Ends<'a>,
    /// Those of [`Link::TOPIC`] whose stance has a condition, by that.
    conditional: Ends<'a>,
}

/// An id and a link, in the order of ids.
type Ends<'a> = Vec<(&'a str, &'a Link)>;

fn ends<'a>(ends: &[(&'a str, &'a Link)], id: &Id) -> impl Iterator<Item = &'a Link> {
    let id = id.as_str();
    let first = ends.partition_point(|(here, _)| *here < id);
    let count = ends[first..].partition_point(|(here, _)| *here == id);
    ends[first..first + count].iter().map(|(_, link)| *link)
}

/// The attributes of a link to a topic.
const STANCE: &str = "stance";
const INTENSITY: &str = "intensity";
const CONDITION: &str = "condition";

impl<'a> Links<'a> {
    fn of(project: &'a Project) -> Links<'a> {
        let mut made =
            Links { project, starting: Vec::new(), conditioning: Vec::new(), conditional: Vec::new() };
        for link in project.links() {
            made.starting.push((link.from.as_str(), link));
            if *link.kind == *Link::CONDITIONS {
                made.conditioning.push((link.to.id().as_str(), link));
            } else if let Some(condition) = condition_of(link) {
                made.conditional.push((condition, link));
            }
        }
        for ends in [&mut made.starting, &mut made.conditioning, &mut made.conditional] {
            ends.sort_by_key(|(id, _)| *id);
        }
        made
    }

    fn row(&self, table: Table, article: &Article, annotation: &Annotation) -> Row {
        let (mut people, mut topics) = (Vec::new(), Vec::new());
        let published = &article.metadata.published;
        let text = text(article, annotation);
        let value = |name| said(&annotation.attributes, name);
        let note = annotation.note.to_string();
        let mut who = |kind, field| self.who(annotation, kind, field, &mut people);
        let mut cells = vec![article.title.to_string(), published.clone()];
        match table {
            Table::Quotes => {
                let mut source = who(Link::SOURCE, Field::Source);
                add(&mut source, &value(Annotation::SOURCE));
                let mut addressee = who(Link::ADDRESSEE, Field::Addressee);
                add(&mut addressee, &value(Annotation::ADDRESSEE));
                let stances = self.stances(annotation);
                let conditions = self.conditions(annotation);
                let status = joined(conditions.iter().map(|it| said(&it.attributes, Annotation::STATUS)));
                let conditions = joined(conditions.into_iter().map(|it| self.short(it)));
                let told = |index: usize| alongside(stances.iter().map(|it| &*it[index]));
                cells.extend([source, addressee, value(Annotation::TYPE), self.cue(annotation), text]);
                cells.extend([told(0), told(1), told(2), conditions, status, note]);
                topics = stances.into_iter().map(|[topic, stance, _]| (topic, stance)).collect();
            }
            Table::Mentions => {
                let actor = annotation.actor.as_ref().and_then(|id| self.project.actor(id));
                cells.push(text);
                match actor {
                    Some(actor) => {
                        let roles = actor.roles.iter().filter(|role| is_held(role, published));
                        let roles = joined(roles.map(|role| role.name.clone()));
                        cells.extend([actor.name.to_string(), actor.kind.to_string(), roles, note]);
                        people.push((Field::Actor, Rc::clone(actor)));
                    }
                    None => cells.extend([String::new(), String::new(), String::new(), note]),
                }
            }
            Table::Conditions => {
                let responsible = who(Link::RESPONSIBLE, Field::Responsible);
                let setter = who(Link::SETTER, Field::Setter);
                cells.extend([text, value(Annotation::KIND), self.cue(annotation)]);
                cells.push(self.conditioned(annotation));
                cells.extend([responsible, setter, value(Annotation::STATUS), note]);
            }
        }
        let extent = annotation.extent();
        let place = |byte| {
            article.offsets().code_point_from_byte(article.text(), byte).unwrap_or(article.offsets().len())
        };
        Row {
            annotation: annotation.id.clone(),
            article: annotation.article.clone(),
            start: place(extent.start()),
            end: place(extent.end()),
            cells,
            people,
            topics,
        }
    }

    /// Where the links of a kind lead, in text order; what stands in no text comes last.
    fn targets(&self, from: &Annotation, kind: &str) -> Vec<&'a Target> {
        let found: Vec<_> =
            ends(&self.starting, &from.id).filter(|link| *link.kind == *kind).map(|link| &link.to).collect();
        let place = |(number, to): (usize, &&Target)| match to {
            Target::Annotation(id) => {
                self.project.annotation(id).map(|it| (it.extent().start(), number, number))
            }
            Target::Actor(_) | Target::Topic(_) => Some((usize::MAX, number, number)),
        };
        let order = in_order(found.iter().enumerate().filter_map(place).collect());
        order.into_iter().map(|(.., number)| found[number]).collect()
    }

    /// The names of people, or the words where it is not known who is meant.
    fn who(
        &self,
        from: &Annotation,
        kind: &str,
        field: Field,
        people: &mut Vec<(Field, Rc<Actor>)>,
    ) -> String {
        let mut cell = String::new();
        for target in self.targets(from, kind) {
            let actor = match target {
                Target::Annotation(id) => self.project.annotation(id).and_then(|it| it.actor.as_ref()),
                Target::Actor(id) => Some(id),
                Target::Topic(_) => None,
            };
            match actor.and_then(|id| self.project.actor(id)) {
                Some(actor) if people.iter().any(|(at, it)| *at == field && it.id == actor.id) => {}
                Some(actor) => {
                    add(&mut cell, &actor.name);
                    people.push((field, Rc::clone(actor)));
                }
                None => add(&mut cell, &self.words(target)),
            }
        }
        cell
    }

    fn words(&self, target: &Target) -> String {
        match target {
            Target::Annotation(id) => {
                self.project.annotation(id).map(|it| self.short(it)).unwrap_or_default()
            }
            Target::Actor(id) => self.project.actor(id).map(|it| it.name.to_string()).unwrap_or_default(),
            Target::Topic(id) => path(self.project, id),
        }
    }

    fn cue(&self, of: &Annotation) -> String {
        joined(self.targets(of, Link::CUE).into_iter().map(|to| self.words(to)))
    }

    /// Topic, stance and intensity of each topic, in the order of the codebook.
    fn stances(&self, of: &Annotation) -> Vec<[String; 3]> {
        let found: Vec<_> = ends(&self.starting, &of.id).filter(|link| *link.kind == *Link::TOPIC).collect();
        let place = |(number, link): (usize, &&Link)| {
            let order = self.project.entry(link.to.id())?.order;
            Some((usize::try_from(order).unwrap_or(usize::MAX), number, number))
        };
        let order = in_order(found.iter().enumerate().filter_map(place).collect());
        let told = |link: &Link| {
            let value = |name| said(&link.attributes, name);
            [path(self.project, link.to.id()), value(STANCE), value(INTENSITY)]
        };
        order.into_iter().map(|(.., number)| told(found[number])).collect()
    }

    /// The conditions of an annotation and of its stances, each once, in text order.
    fn conditions(&self, of: &Annotation) -> Vec<&'a Annotation> {
        let own = ends(&self.conditioning, &of.id).map(|link| link.from.as_str());
        let of_stances = ends(&self.starting, &of.id).filter_map(condition_of);
        let mut found: Vec<&Annotation> = Vec::new();
        for id in own.chain(of_stances).filter_map(|id| Id::new(id).ok()) {
            if let Some(condition) = self.project.annotation(&id)
                && !found.iter().any(|it| it.id == id)
            {
                found.push(condition);
            }
        }
        let place = |(number, it): (usize, &&Annotation)| (it.extent().start(), it.extent().end(), number);
        let order = in_order(found.iter().enumerate().map(place).collect());
        order.into_iter().map(|(.., number)| found[number]).collect()
    }

    /// What holds only with a condition: words and, of stances, topics.
    fn conditioned(&self, condition: &Annotation) -> String {
        let targets = self.targets(condition, Link::CONDITIONS);
        let topics = ends(&self.conditional, &condition.id).map(|link| &link.to);
        joined(targets.into_iter().chain(topics).map(|to| self.words(to)))
    }

    /// The words of an annotation, in one line and no more than can be read at a glance.
    fn short(&self, annotation: &Annotation) -> String {
        let article = self.project.article(&annotation.article);
        article.map(|article| short(&text(article, annotation))).unwrap_or_default()
    }
}

/// The condition of a stance.
fn condition_of(link: &Link) -> Option<&str> {
    link.attributes.get(CONDITION).filter(|_| *link.kind == *Link::TOPIC).and_then(|value| word(value))
}

/// The words of an annotation.
fn text(article: &Article, annotation: &Annotation) -> String {
    let words: Vec<&str> = annotation.spans().iter().map(|span| article.words(*span)).collect();
    words.join(" … ")
}

/// A named value: its word, or its JSON when it is no word, such as a number.
fn said(attributes: &Attributes, name: &str) -> String {
    let value = attributes.get(name).map_or("", |value| value);
    word(value).unwrap_or(value).to_owned()
}

/// Adds a part to a cell, unless it is empty or there already.
fn add(cell: &mut String, part: &str) {
    if part.is_empty() || cell.split(BETWEEN).any(|it| it == part) {
        return;
    }
    if !cell.is_empty() {
        *cell += BETWEEN;
    }
    *cell += part;
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    let mut cell = String::new();
    parts.for_each(|part| add(&mut cell, &part));
    cell
}

/// As many parts as there are, so that cells side by side tell what belongs together; a dash
/// where one is empty.
fn alongside<'p>(parts: impl Iterator<Item = &'p str> + Clone) -> String {
    if parts.clone().all(str::is_empty) {
        return String::new();
    }
    let parts: Vec<&str> = parts.map(|part| if part.is_empty() { "–" } else { part }).collect();
    parts.join(BETWEEN)
}

/// Whether a role was held on a day, as far as both are known.
fn is_held(role: &Role, day: &str) -> bool {
    by_date(&role.from, day).is_le() && by_date(&role.to, day).is_ge()
}

/// A text in one line, of no more than 80 characters and a mark where it was cut.
fn short(text: &str) -> String {
    const LONGEST: usize = 80;
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    let Some((most, _)) = line.char_indices().nth(LONGEST) else { return line };
    // Between words; in scripts without spaces between graphemes.
    let gap = line[..most].rfind(' ').filter(|gap| gap * 2 > most);
    let edge = || edges::grapheme_edge_before(&line, most);
    format!("{}…", &line[..gap.unwrap_or_else(edge)])
}
