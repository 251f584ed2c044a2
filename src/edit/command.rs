use std::rc::Rc;

use crate::model::{Annotation, Article, By, Id, Label, Origin, Project, Record, RecordKey};
use crate::text::{Policy, Span, edges, in_order};

/// What the analyst means: the only way anything changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Give a label to a span. White space at its ends is left out, and it grows to
    /// whole graphemes.
    Mark {
        /// The new annotation's id.
        id: Id,
        /// Where.
        article: Id,
        /// Which words.
        span: Span,
        /// The label.
        label: Id,
        /// When, in milliseconds since 1970 (UTC).
        at: u64,
    },
    /// Give a label to many spans that were found, in one step.
    MarkAll {
        /// For each the new annotation's id, its article and its words.
        marks: Vec<(Id, Id, Span)>,
        /// The label.
        label: Id,
        /// When.
        at: u64,
    },
    /// Give an annotation other spans: a boundary was moved, a part added or taken out. White
    /// space at their ends is left out, they grow to whole graphemes, and those that meet
    /// become one.
    Reshape {
        /// Which annotation.
        id: Id,
        /// All of its spans.
        spans: Vec<Span>,
        /// When.
        at: u64,
        /// When the gesture began that this is a part of: a gesture is one step.
        since: u64,
    },
    /// Decide where a label's spans begin and end. Those that are there stay as they are.
    SetPolicy {
        /// Which label.
        label: Id,
        /// The policy.
        policy: Policy,
    },
    /// Give an annotation another label.
    Relabel {
        /// Which annotation.
        id: Id,
        /// The label.
        label: Id,
        /// When.
        at: u64,
    },
    /// Replace an annotation's note.
    Note {
        /// Which annotation.
        id: Id,
        /// The whole note.
        note: Rc<str>,
        /// When.
        at: u64,
    },
    /// Remove annotations.
    Remove {
        /// Which ones.
        ids: Vec<Id>,
    },
    /// Add an article.
    AddArticle {
        /// The article.
        article: Rc<Article>,
    },
    /// Give an article another title.
    RenameArticle {
        /// Which article.
        id: Id,
        /// The title.
        title: Rc<str>,
    },
    /// Remove an article with its annotations.
    RemoveArticle {
        /// Which article.
        id: Id,
    },
    /// Put in records that a file held, all or none.
    Import {
        /// The records, articles before what stands in them.
        records: Vec<Record>,
        /// Which file, for the history.
        from: Rc<str>,
    },
}

/// Why a command was not carried out. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such article.
    NoSuchArticle,
    /// There is no such annotation.
    NoSuchAnnotation,
    /// There is no such label in the codebook.
    NoSuchLabel,
    /// The span holds nothing but white space.
    NothingThere,
    /// The span reaches past the text.
    OutsideText,
    /// The id is in use.
    IdInUse,
    /// An article needs a title.
    NoTitle,
    /// A record does not fit the project: a span past the text, or no article.
    DoesNotFit,
}

/// The project after `command`.
///
/// Pure: reads nothing but its arguments.
///
/// # Errors
/// A [`Refusal`] when the command makes no sense in this project.
pub fn apply(command: &Command, project: &Project) -> Result<Project, Refusal> {
    match command {
        Command::Mark { id, article, span, label, at } => {
            let article = project.article(article).ok_or(Refusal::NoSuchArticle)?;
            let label = project.label(label).ok_or(Refusal::NoSuchLabel)?;
            marked(project, id, article, *span, label, By::Hand, *at)
                .and_then(|annotation| put(project, Record::Annotation(annotation)))
        }
        Command::MarkAll { marks, label, at } => {
            let label = project.label(label).ok_or(Refusal::NoSuchLabel)?;
            let mut made = Vec::with_capacity(marks.len());
            for (id, article, span) in marks {
                let article = project.article(article).ok_or(Refusal::NoSuchArticle)?;
                let by = By::Other(By::FOUND.into());
                made.push(Record::Annotation(marked(project, id, article, *span, label, by, *at)?));
            }
            project.with_all(made).ok_or(Refusal::DoesNotFit)
        }
        Command::Reshape { id, spans, at, .. } => {
            let old = project.annotation(id).ok_or(Refusal::NoSuchAnnotation)?;
            let article = project.article(&old.article).ok_or(Refusal::NoSuchArticle)?;
            let spans = normal(article.text(), spans)?;
            let mut new = old.with_spans(&spans).ok_or(Refusal::NothingThere)?;
            if new == **old {
                return Ok(project.clone());
            }
            new.origin.modified = *at;
            put(project, Record::Annotation(Rc::new(new)))
        }
        Command::SetPolicy { label, policy } => {
            let mut new = Label::clone(project.label(label).ok_or(Refusal::NoSuchLabel)?);
            new.policy = *policy;
            put(project, Record::Label(Rc::new(new)))
        }
        Command::Relabel { id, label, at } => {
            project.label(label).ok_or(Refusal::NoSuchLabel)?;
            edit(project, id, *at, |annotation| annotation.label = label.clone())
        }
        Command::Note { id, note, at } => {
            edit(project, id, *at, |annotation| annotation.note = Rc::clone(note))
        }
        Command::Remove { ids } => {
            let key = |id: &Id| {
                let found = project.annotation(id).ok_or(Refusal::NoSuchAnnotation)?;
                Ok(RecordKey::Annotation(found.article.clone(), id.clone()))
            };
            let keys: Vec<RecordKey> = ids.iter().map(key).collect::<Result<_, Refusal>>()?;
            Ok(project.without_all(&keys))
        }
        Command::AddArticle { article } => {
            if project.article(&article.id).is_some() {
                return Err(Refusal::IdInUse);
            }
            put(project, Record::Article(Rc::clone(article)))
        }
        Command::RenameArticle { id, title } => {
            if title.trim().is_empty() {
                return Err(Refusal::NoTitle);
            }
            let mut article = Article::clone(project.article(id).ok_or(Refusal::NoSuchArticle)?);
            article.title = title.trim().into();
            put(project, Record::Article(Rc::new(article)))
        }
        Command::RemoveArticle { id } => {
            project.article(id).ok_or(Refusal::NoSuchArticle)?;
            Ok(project.without(&RecordKey::Article(id.clone())))
        }
        Command::Import { records, .. } => {
            project.with_all(records.iter().cloned()).ok_or(Refusal::DoesNotFit)
        }
    }
}

/// A new annotation of one span, settled as its label's policy wants it.
fn marked(
    project: &Project,
    id: &Id,
    article: &Article,
    span: Span,
    label: &Label,
    by: By,
    at: u64,
) -> Result<Rc<Annotation>, Refusal> {
    if project.annotation(id).is_some() {
        return Err(Refusal::IdInUse);
    }
    span.of(article.text()).ok_or(Refusal::OutsideText)?;
    let span = edges::tidy(article.text(), span).ok_or(Refusal::NothingThere)?;
    let span = settled(article, label.policy, span);
    let origin = Origin { by, coder: "".into(), created: at, modified: at };
    let (id, article, label) = (id.clone(), article.id.clone(), label.id.clone());
    Annotation::of_spans(id, article, label, &[span], origin).map(Rc::new).ok_or(Refusal::NothingThere)
}

/// A span as a policy wants it.
pub(super) fn settled(article: &Article, policy: Policy, span: Span) -> Span {
    let paragraph = article.paragraphs().get(article.paragraph_at(span.start()));
    paragraph.map_or(span, |paragraph| policy.settle(article.text(), paragraph.span, span))
}

/// Tidy spans in text order, those that meet as one.
fn normal(text: &str, spans: &[Span]) -> Result<Vec<Span>, Refusal> {
    if spans.iter().any(|span| span.of(text).is_none()) {
        return Err(Refusal::OutsideText);
    }
    let tidy = spans.iter().filter_map(|span| edges::tidy(text, *span));
    let mut normal: Vec<Span> = Vec::with_capacity(spans.len());
    for (start, end, _) in in_order(tidy.map(|span| (span.start(), span.end(), 0)).collect()) {
        let span = Span::between(start, end);
        match normal.last_mut().filter(|last| span.start() <= last.end()) {
            Some(last) => *last = Span::between(last.start(), last.end().max(span.end())),
            None => normal.push(span),
        }
    }
    if normal.is_empty() { Err(Refusal::NothingThere) } else { Ok(normal) }
}

fn put(project: &Project, record: Record) -> Result<Project, Refusal> {
    project.with(record).ok_or(Refusal::DoesNotFit)
}

fn edit(
    project: &Project,
    id: &Id,
    at: u64,
    change: impl FnOnce(&mut Annotation),
) -> Result<Project, Refusal> {
    let old = project.annotation(id).ok_or(Refusal::NoSuchAnnotation)?;
    let mut new = Annotation::clone(old);
    change(&mut new);
    if new == **old {
        return Ok(project.clone());
    }
    new.origin.modified = at;
    put(project, Record::Annotation(Rc::new(new)))
}
