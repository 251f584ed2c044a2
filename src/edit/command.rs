use std::collections::HashSet;
use std::rc::Rc;

use crate::model::{
    Annotation, Arrivals, Article, By, Id, Label, Link, Objection, Origin, Project, Record, RecordKey, Target,
};
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
        /// The actor whose names were found: who the mentions mean.
        actor: Option<Id>,
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
    /// Say more of what is marked, change the registry or the codebook: a [`Draft`](super::Draft)
    /// made these records, all or none.
    Revise {
        /// What is meant.
        deed: Deed,
        /// Of whom or what, for the history.
        name: Rc<str>,
        /// Records, new or in place of others of their names.
        records: Vec<Record>,
        /// What goes.
        gone: Vec<RecordKey>,
    },
    /// Put in what a file held, all or none.
    Import {
        /// What it held.
        records: Arrivals,
        /// Which file, for the history.
        from: Rc<str>,
    },
}

/// What a revision means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// The frame of a quote was accepted: type, cue, sources.
    Frame,
    /// Things were linked.
    Link,
    /// A link was taken away.
    Unlink,
    /// A named value was given or taken away.
    Attribute,
    /// A mention now means an actor, or none.
    Mention,
    /// An actor was made or changed.
    Actor,
    /// Two actors became one.
    MergeActors,
    /// Mentions of an actor now mean a new one.
    SplitActor,
    /// Two actors must never be merged, or may be again.
    Distinct,
    /// An actor was removed.
    RemoveActor,
    /// An entry of the codebook was made or changed.
    Entry,
    /// Two entries of the codebook became one.
    MergeEntries,
    /// Annotations got a new entry in place of another.
    SplitEntry,
    /// An entry of the codebook was removed.
    RemoveEntry,
}

impl Deed {
    /// All of them, with the words that they are kept as.
    const WORDS: [(Deed, &str); 14] = [
        (Deed::Frame, "frame"),
        (Deed::Link, "link"),
        (Deed::Unlink, "unlink"),
        (Deed::Attribute, "attribute"),
        (Deed::Mention, "mention"),
        (Deed::Actor, "actor"),
        (Deed::MergeActors, "merge-actors"),
        (Deed::SplitActor, "split-actor"),
        (Deed::Distinct, "distinct"),
        (Deed::RemoveActor, "remove-actor"),
        (Deed::Entry, "entry"),
        (Deed::MergeEntries, "merge-entries"),
        (Deed::SplitEntry, "split-entry"),
        (Deed::RemoveEntry, "remove-entry"),
    ];

    pub(super) fn as_str(self) -> &'static str {
        Deed::WORDS.iter().find(|(deed, _)| *deed == self).map_or("", |(_, word)| word)
    }

    pub(super) fn of(word: &str) -> Option<Deed> {
        Deed::WORDS.iter().find(|(_, it)| *it == word).map(|(deed, _)| *deed)
    }
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
    /// A link makes no sense.
    Link(Objection),
    /// There is no such actor.
    NoSuchActor,
    /// There is no such entry in the codebook.
    NoSuchEntry,
    /// An actor, or an entry of the codebook, needs a name.
    NoName,
    /// The two must never be merged.
    Distinct,
    /// Something cannot become one with itself.
    SameTwice,
    /// Entries of two parts of the codebook cannot become one.
    OtherPart,
    /// An entry cannot stand below itself.
    BelowItself,
    /// Another label has this key.
    KeyInUse,
    /// The labels of the beginning can be retired, not removed.
    DefaultLabel,
    /// Nothing is proposed that could be accepted.
    NothingProposed,
    /// Something still has this entry: it can be retired, or become one with another.
    InUse,
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
        Command::MarkAll { marks, label, actor, at } => {
            let label = project.label(label).ok_or(Refusal::NoSuchLabel)?;
            let mut made = Vec::with_capacity(marks.len());
            for (id, article, span) in marks {
                let article = project.article(article).ok_or(Refusal::NoSuchArticle)?;
                let by = By::Other(By::FOUND.into());
                let mut annotation = marked(project, id, article, *span, label, by, *at)?;
                if let Some(actor) = actor {
                    project.actor(actor).ok_or(Refusal::NoSuchActor)?;
                    Rc::make_mut(&mut annotation).actor = Some(actor.clone());
                }
                made.push(Record::Annotation(annotation));
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
            new.revision = project.codebook_version().saturating_add(1);
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
            let mut keys: Vec<RecordKey> = ids.iter().map(key).collect::<Result<_, Refusal>>()?;
            // What leads there, or begins there, goes with it.
            if project.links().next().is_some() {
                let gone: HashSet<&Id> = ids.iter().collect();
                let ends = |link: &Link| {
                    gone.contains(&link.from)
                        || matches!(&link.to, Target::Annotation(to) if gone.contains(to))
                };
                let links = project.links().filter(|link| ends(link));
                keys.extend(links.map(|link| RecordKey::Link(link.article.clone(), link.id.clone())));
            }
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
        Command::Revise { records, gone, .. } => {
            let after = project.with_all(records.iter().cloned()).ok_or(Refusal::DoesNotFit)?;
            let after = after.without_all(gone);
            for record in records {
                if let Record::Link(link) = record
                    && let Some(objection) = after.objection(link)
                {
                    return Err(Refusal::Link(objection));
                }
            }
            Ok(after)
        }
        Command::Import { records, .. } => records.put_into(project).ok_or(Refusal::DoesNotFit),
    }
}

/// A new annotation of one span, settled as its label's policy wants it.
pub(super) fn marked(
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
    let codebook = project.codebook_version();
    let origin = Origin { by, coder: "".into(), created: at, modified: at, codebook };
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
