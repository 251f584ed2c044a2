use std::rc::Rc;

use crate::model::{Annotation, Article, By, Id, Origin, Project, Record, RecordKey};
use crate::text::{Span, edges};

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
            project.label(label).ok_or(Refusal::NoSuchLabel)?;
            if project.annotation(id).is_some() {
                return Err(Refusal::IdInUse);
            }
            span.of(article.text()).ok_or(Refusal::OutsideText)?;
            let span = edges::tidy(article.text(), *span).ok_or(Refusal::NothingThere)?;
            let origin = Origin { by: By::Hand, coder: "".into(), created: *at, modified: *at };
            let annotation =
                Annotation::of_spans(id.clone(), article.id.clone(), label.clone(), &[span], origin)
                    .ok_or(Refusal::NothingThere)?;
            put(project, Record::Annotation(Rc::new(annotation)))
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
