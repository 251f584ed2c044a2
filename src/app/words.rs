//! What the page says: every notice and refusal is worded here, once.

use std::cmp::Ordering;

use crate::browser::{Trouble, letters};
use crate::edit::{Command, Deed, Edge, Kept, Notice, Refusal, Step};
use crate::model::{Annotation, Article, Id, Objection, Project, Record};

/// At most this many characters of a passage are said.
const PASSAGE: usize = 60;

/// A label's name.
pub(super) fn label_name(project: &Project, id: &Id) -> String {
    project.label(id).map_or_else(|| id.to_string(), |label| label.name.to_string())
}

/// The words of an annotation, with an ellipsis between its parts.
pub(super) fn passage(article: &Article, annotation: &Annotation) -> String {
    let parts: Vec<&str> = annotation.spans().iter().map(|span| article.words(*span)).collect();
    parts.join(" … ")
}

/// What a screen reader hears where an annotation, or a part of it, begins.
pub(super) fn beginning(project: &Project, annotation: &Annotation) -> String {
    let label = label_name(project, &annotation.label);
    if annotation.note.is_empty() { label } else { format!("{label}, note {}", short(&annotation.note)) }
}

/// What a screen reader hears where an annotation, or a part of it, ends.
pub(super) fn end(project: &Project, annotation: &Annotation) -> String {
    format!("{} ends", label_name(project, &annotation.label))
}

/// The first words of an annotation.
fn short_passage(project: &Project, annotation: &Annotation) -> String {
    project
        .article(&annotation.article)
        .map_or_else(String::new, |article| short(&passage(article, annotation)))
}

pub(super) fn short(text: &str) -> String {
    if text.chars().count() <= PASSAGE {
        return text.to_owned();
    }
    let cut: String = text.chars().take(PASSAGE).collect();
    format!("{}…", cut.trim_end())
}

/// What a screen reader hears, and the page shows, after an action.
pub(super) fn notice(notice: &Notice, project: &Project) -> String {
    match notice {
        Notice::Done(step) => done(step, project),
        Notice::Undone(kept) => format!("Undone: {}{}", step_name(&kept.step), left(kept)),
        Notice::Redone(kept) => format!("Done again: {}{}", step_name(&kept.step), left(kept)),
        Notice::NothingToUndo => "There is nothing to undo.".into(),
        Notice::NothingToRedo => "There is nothing to do again.".into(),
        Notice::Refused(why) => format!("{} Nothing has changed.", refusal(why)),
        Notice::Focused(annotation) => {
            let note = if annotation.note.is_empty() { "" } else { ", with a note" };
            let label = label_name(project, &annotation.label);
            format!("{label}{note}: {}", short_passage(project, annotation))
        }
        Notice::NoPlace => "There is no place to go back to.".into(),
        Notice::NothingFocused => "Focus an annotation first: N goes to the next one.".into(),
        Notice::NothingSelected => "Select some words first.".into(),
        Notice::NothingToRepeat => "There is nothing that could be done once more.".into(),
        Notice::NowhereToGo => "The boundary cannot go further.".into(),
        Notice::Grabbed(Some(edge)) => format!(
            "The arrow keys move the {}: by character, with Ctrl by word, up and down by sentence. Enter lets go.",
            edge_name(*edge)
        ),
        Notice::Grabbed(None) => "The boundary stays here.".into(),
        Notice::Sticky(Some(label)) => format!(
            "Everything that you select is marked as {} until you press Escape.",
            letters::lower(&label_name(project, label))
        ),
        Notice::Sticky(None) => "Selecting marks nothing any more.".into(),
        Notice::Travelled(steps) => match steps {
            1 => "One step done again.".into(),
            -1 => "One step taken back.".into(),
            n if *n < 0 => format!("{} steps taken back.", -n),
            n => format!("{n} steps done again."),
        },
        Notice::NoAnnotations => "This article has no annotations yet.".into(),
        Notice::OtherTab(1) => "Another tab made a change.".into(),
        Notice::OtherTab(n) => format!("Another tab made {n} changes."),
    }
}

fn done(step: &Step, project: &Project) -> String {
    match &step.command {
        Command::Mark { id, label, .. } => {
            let words = project.annotation(id).map_or_else(String::new, |it| short_passage(project, it));
            format!("{} marked: {words}", label_name(project, label))
        }
        Command::MarkAll { marks, label, .. } => {
            format!("{} places marked as {}.", marks.len(), letters::lower(&label_name(project, label)))
        }
        Command::Reshape { id, .. } => {
            let words = project.annotation(id).map_or_else(String::new, |it| short_passage(project, it));
            format!("Now: {words}")
        }
        Command::SetPolicy { label, .. } => format!("New rule for {}.", label_name(project, label)),
        Command::Relabel { label, .. } => format!("Now a {}.", letters::lower(&label_name(project, label))),
        Command::Note { .. } => "Note kept.".into(),
        Command::Remove { ids } if ids.len() == 1 => "Annotation removed. Undo brings it back.".into(),
        Command::Remove { ids } => format!("{} annotations removed. Undo brings them back.", ids.len()),
        Command::AddArticle { article } => format!("Opened: {}", short(&article.title)),
        Command::RenameArticle { title, .. } => format!("Renamed to {}", short(title)),
        Command::RemoveArticle { .. } => "Article removed. Undo brings it back.".into(),
        Command::Revise { .. } => format!("Kept: {}.", step_name(step)),
        Command::Import { from, .. } => format!("Imported {from}."),
    }
}

/// A step in the history: what it did, and to which words.
pub(super) fn step_words(step: &Step, project: &Project) -> String {
    let record = step.changes.first().and_then(|change| change.after.as_ref().or(change.before.as_ref()));
    let words = match record {
        Some(Record::Annotation(it)) if step.changes.len() == 1 => short_passage(project, it),
        Some(Record::Article(it)) => short(&it.title),
        _ => String::new(),
    };
    let name = step_name(step);
    let name = name.get(..1).map_or(String::new(), str::to_ascii_uppercase) + name.get(1..).unwrap_or(&name);
    if words.is_empty() { name } else { format!("{name}: {words}") }
}

/// A step's name, for Undo and Redo.
pub(super) fn step_name(step: &Step) -> String {
    match &step.command {
        Command::Mark { label, .. } => format!("mark as {label}"),
        Command::MarkAll { marks, label, .. } => format!("mark {} places as {label}", marks.len()),
        Command::Reshape { .. } => reshape_name(step).into(),
        Command::SetPolicy { label, .. } => format!("rule for {label}"),
        Command::Relabel { label, .. } => format!("change of label to {label}"),
        Command::Note { .. } => "note".into(),
        Command::Remove { ids } if ids.is_empty() => "a step of which nothing is left".into(),
        Command::Remove { ids } if ids.len() == 1 => "removal".into(),
        Command::Remove { ids } => format!("removal of {} annotations", ids.len()),
        Command::AddArticle { .. } => "new article".into(),
        Command::RenameArticle { .. } => "new title".into(),
        Command::RemoveArticle { .. } => "removal of an article".into(),
        Command::Revise { deed, name, .. } => {
            format!("{} {}", deed_name(*deed), short(name)).trim_end().into()
        }
        Command::Import { from, .. } => format!("import of {from}"),
    }
}

/// What a revision means, before the name of what was revised.
fn deed_name(deed: Deed) -> &'static str {
    match deed {
        Deed::Frame => "frame of a quote",
        Deed::Link => "link",
        Deed::Unlink => "removal of a link",
        Deed::Attribute => "value of",
        Deed::Mention => "mention of",
        Deed::Actor => "actor",
        Deed::MergeActors => "merging of actors into",
        Deed::SplitActor | Deed::SplitEntry => "splitting off of",
        Deed::Distinct => "rule on merging",
        Deed::RemoveActor => "removal of actor",
        Deed::Entry => "codebook:",
        Deed::MergeEntries => "merging into",
        Deed::RemoveEntry => "removal from the codebook of",
    }
}

/// What became of an annotation's spans.
fn reshape_name(step: &Step) -> &'static str {
    let parts = |record: &Option<Record>| match record {
        Some(Record::Annotation(it)) => it.spans().len(),
        _ => 0,
    };
    let change = step.changes.first();
    match change.map(|it| parts(&it.after).cmp(&parts(&it.before))) {
        Some(Ordering::Greater) => "new part",
        Some(Ordering::Less) => "part taken out",
        _ => "move of a boundary",
    }
}

/// A boundary's name.
pub(super) fn edge_name(edge: Edge) -> &'static str {
    match edge {
        Edge::Start => "start",
        Edge::End => "end",
    }
}

fn left(kept: &Kept) -> String {
    match kept.kept {
        0 => String::new(),
        1 => ". One thing was changed elsewhere since, or is used there, and stays as it is".into(),
        n => format!(". {n} things were changed elsewhere since, or are used there, and stay as they are"),
    }
}

/// Why a command was not carried out.
pub(super) fn refusal(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NoSuchArticle => "That article is no longer here.",
        Refusal::NoSuchAnnotation => "That annotation is no longer here.",
        Refusal::NoSuchLabel => "The codebook has no such label.",
        Refusal::NothingThere => "Only white space is selected.",
        Refusal::OutsideText => "The selection reaches past the text.",
        Refusal::IdInUse => "It is here already.",
        Refusal::NoTitle => "An article needs a title.",
        Refusal::DoesNotFit => "A record does not fit its article.",
        Refusal::Link(Objection::NoSuchAnnotation) => "The two must be annotations of one article.",
        Refusal::Link(Objection::NoSuchActor) | Refusal::NoSuchActor => "That actor is no longer here.",
        Refusal::Link(Objection::NoSuchTopic) | Refusal::NoSuchEntry => "The codebook has it no longer.",
        Refusal::Link(Objection::ToItself) => "Nothing can be linked to itself: no quote is its own source.",
        Refusal::Link(Objection::Circle) => "By this link something would be its own condition.",
        Refusal::NoName => "It needs a name.",
        Refusal::Distinct => "These two are never to be merged.",
        Refusal::SameTwice => "These are one and the same.",
        Refusal::OtherPart => "Only entries of one kind can be merged.",
        Refusal::BelowItself => "An entry cannot stand below itself.",
        Refusal::KeyInUse => "Another label has this key.",
        Refusal::DefaultLabel => "Quote, actor and condition can be retired, not removed.",
        Refusal::NothingProposed => "Nothing is proposed here.",
        Refusal::InUse => "It is in use: retire it, or merge it into another.",
    }
}

/// What is wrong with a store.
pub(super) fn trouble(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Blocked => "the browser blocks it".into(),
        Trouble::Full => "it is full".into(),
        Trouble::Removed => "what it held was removed while this page was open".into(),
        Trouble::Other(message) => message.clone(),
    }
}
