use std::rc::Rc;

use super::{Command, Deed};
use crate::model::{Annotations, Arrivals, Change, Changes, Id, Project, Record, RecordKey, Target};

/// One undo step: what a command did, record by record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What was meant; of an import or a revision without the records, which the changes have.
    pub command: Command,
    /// What it did.
    pub changes: Changes,
    /// When, in milliseconds since 1970 (UTC).
    pub at: u64,
}

impl Step {
    /// What was meant, as two words that can be kept: the kind of command, and what it said
    /// besides what its changes say.
    #[must_use]
    pub fn recipe(&self) -> (&'static str, String) {
        match &self.command {
            Command::Mark { .. } => ("mark", String::new()),
            Command::MarkAll { label, .. } => ("mark-all", label.to_string()),
            Command::Reshape { .. } => ("reshape", String::new()),
            Command::SetPolicy { .. } => ("set-policy", String::new()),
            Command::Relabel { label, .. } => ("relabel", label.to_string()),
            Command::Note { .. } => ("note", String::new()),
            Command::Remove { .. } => ("remove", String::new()),
            Command::AddArticle { .. } => ("add-article", String::new()),
            Command::RenameArticle { title, .. } => ("rename-article", title.to_string()),
            Command::RemoveArticle { id } => ("remove-article", id.to_string()),
            Command::Revise { deed, name, .. } => ("revise", format!("{} {name}", deed.as_str())),
            Command::Import { from, .. } => ("import", from.to_string()),
        }
    }

    /// One of which others have left nothing.
    #[must_use]
    pub fn of_nothing(at: u64) -> Step {
        Step { command: Command::Remove { ids: Vec::new() }, changes: Changes::default(), at }
    }

    /// The step of a recipe. `None` when its changes are not what such a command makes.
    #[must_use]
    pub fn of_recipe(kind: &str, text: &str, changes: Vec<Change>, at: u64) -> Option<Step> {
        let id = || Id::new(text).ok();
        let annotation = |change: &Change| match change.after.as_ref().or(change.before.as_ref()) {
            Some(Record::Annotation(it)) => Some(Rc::clone(it)),
            _ => None,
        };
        let first = changes.first();
        let it = || first.and_then(annotation);
        let annotations = || changes.iter().filter_map(annotation);
        let command = match kind {
            "mark" => {
                let it = it()?;
                let (id, article, label) = (it.id.clone(), it.article.clone(), it.label.clone());
                Command::Mark { id, article, span: it.extent(), label, at }
            }
            "mark-all" => {
                let marks = annotations().map(|it| (it.id.clone(), it.article.clone(), it.extent()));
                let actor = it()?.actor.clone();
                Command::MarkAll { marks: marks.collect(), label: id()?, actor, at }
            }
            "reshape" => {
                Command::Reshape { id: it()?.id.clone(), spans: it()?.spans().to_vec(), at, since: at }
            }
            "set-policy" => match first?.after.as_ref()? {
                Record::Label(label) => Command::SetPolicy { label: label.id.clone(), policy: label.policy },
                _ => return None,
            },
            "relabel" => Command::Relabel { id: it()?.id.clone(), label: id()?, at },
            "note" => Command::Note { id: it()?.id.clone(), note: it()?.note.clone(), at },
            "remove" => Command::Remove { ids: annotations().map(|it| it.id.clone()).collect() },
            "add-article" => match first?.after.as_ref()? {
                Record::Article(article) => Command::AddArticle { article: Rc::clone(article) },
                _ => return None,
            },
            "rename-article" => match &first?.key {
                RecordKey::Article(id) => Command::RenameArticle { id: id.clone(), title: text.into() },
                _ => return None,
            },
            "remove-article" => Command::RemoveArticle { id: id()? },
            "revise" => {
                let (deed, name) = text.split_once(' ')?;
                let (records, gone) = (Vec::new(), Vec::new());
                Command::Revise { deed: Deed::of(deed)?, name: name.into(), records, gone }
            }
            "import" => Command::Import { records: Arrivals::default(), from: text.into() },
            _ => return None,
        };
        Some(Step { command, changes: changes.into(), at })
    }
}

/// What an undo or redo did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The step.
    pub step: Rc<Step>,
    /// How many of its records were left as they are, because another tab or an
    /// import changed them later.
    pub kept: usize,
}

/// Steps taken and steps taken back, without limit.
///
/// A step is undone on the project as it is now, record by record: what somebody
/// else changed since stays, so that undo never takes back another tab's work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    done: Stack,
    undone: Stack,
}

/// Steps, the last on top. A clone shares all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Stack(Option<Rc<Layer>>);

#[derive(Debug, PartialEq, Eq)]
struct Layer {
    step: Rc<Step>,
    below: Stack,
    /// How many there are up to here.
    height: usize,
}

impl Stack {
    fn top(&self) -> Option<&Rc<Step>> {
        self.0.as_ref().map(|layer| &layer.step)
    }

    fn height(&self) -> usize {
        self.0.as_ref().map_or(0, |layer| layer.height)
    }

    fn iter(&self) -> impl Iterator<Item = &Rc<Step>> {
        let mut next = self.0.as_deref();
        std::iter::from_fn(move || {
            let layer = next?;
            next = layer.below.0.as_deref();
            Some(&layer.step)
        })
    }

    fn push(&mut self, step: Rc<Step>) {
        let (height, below) = (self.height() + 1, std::mem::take(self));
        self.0 = Some(Rc::new(Layer { step, below, height }));
    }

    fn pop(&mut self) -> Option<Rc<Step>> {
        let layer = self.0.take()?;
        self.0.clone_from(&layer.below.0);
        Some(Rc::clone(&layer.step))
    }
}

impl Drop for Stack {
    /// Layer by layer: letting the layers drop each other would use the machine's own stack.
    fn drop(&mut self) {
        let mut next = self.0.take();
        while let Some(mut layer) = next.take().and_then(Rc::into_inner) {
            next = layer.below.0.take();
        }
    }
}

impl History {
    /// Notes a step. What was undone before can no longer be redone.
    ///
    /// A note that is typed on is one step: it joins the one before. So is what one gesture
    /// does to a boundary.
    pub fn record(&mut self, step: Rc<Step>) {
        self.undone = Stack::default();
        let joins = match (&step.command, self.done.top().map(|last| &last.command)) {
            (Command::Note { id, at, .. }, Some(Command::Note { id: before, at: then, .. })) => {
                id == before && at.saturating_sub(*then) < NOTE_PAUSE
            }
            (Command::Reshape { id, since, .. }, Some(Command::Reshape { id: before, since: then, .. })) => {
                id == before && since == then
            }
            _ => false,
        };
        // What another tab did between is not ours to take back.
        let last = if joins { self.done.top().filter(|last| follows(last, &step)).cloned() } else { None };
        if last.is_some() {
            self.done.pop();
        }
        let step = match last {
            Some(last) => Rc::new(join(&last, &step)),
            None => step,
        };
        self.done.push(step);
    }

    /// The step that undo would take back.
    #[must_use]
    pub fn last(&self) -> Option<&Rc<Step>> {
        self.done.top()
    }

    /// The step that redo would do again.
    #[must_use]
    pub fn next(&self) -> Option<&Rc<Step>> {
        self.undone.top()
    }

    /// Puts what was done before a restart under what was done since: the oldest of `done` first,
    /// of `undone` the one that was taken back first. Where something was done since, what was
    /// taken back before can no longer be redone.
    pub fn recall(&mut self, done: Vec<Rc<Step>>, undone: Vec<Rc<Step>>) {
        let mut since: Vec<Rc<Step>> = self.done.iter().cloned().collect();
        since.reverse();
        if since.is_empty() && self.undone.height() == 0 {
            for step in undone {
                self.undone.push(step);
            }
        }
        self.done = Stack::default();
        for step in done.into_iter().chain(since) {
            self.done.push(step);
        }
    }

    /// How many steps were done.
    #[must_use]
    pub fn len(&self) -> usize {
        self.done.height()
    }

    /// Whether none was.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The steps that were done, the newest first.
    pub fn done(&self) -> impl Iterator<Item = &Rc<Step>> {
        self.done.iter()
    }

    /// The steps that were taken back, the one that was taken back last first.
    pub fn undone(&self) -> impl Iterator<Item = &Rc<Step>> {
        self.undone.iter()
    }

    /// Takes the last step back; `None` when there is none.
    pub fn undo(&mut self, project: &Project) -> Option<(Project, Kept)> {
        let step = self.done.pop()?;
        self.undone.push(Rc::clone(&step));
        // Backwards, so that an article is there again before its annotations are
        // put back: a removal lists the article first, an addition last to go.
        let reversed: Vec<Change> = step.changes.iter().cloned().map(Change::reversed).collect();
        let (project, kept) = replay(project, &reversed);
        Some((project, Kept { step, kept }))
    }

    /// Does the last undone step again; `None` when there is none.
    pub fn redo(&mut self, project: &Project) -> Option<(Project, Kept)> {
        let step = self.undone.pop()?;
        self.done.push(Rc::clone(&step));
        let (project, kept) = replay(project, &step.changes);
        Some((project, Kept { step, kept }))
    }
}

/// A pause in typing a note, in milliseconds, after which a new step begins.
const NOTE_PAUSE: u64 = 2_000;

/// Whether each record that both steps change is for the next as the last one left it.
fn follows(last: &Step, next: &Step) -> bool {
    next.changes.iter().all(|change| {
        let first = last.changes.iter().find(|before| before.key == change.key);
        first.is_none_or(|first| first.after == change.before)
    })
}

fn join(last: &Step, next: &Step) -> Step {
    let mut changes = next.changes.to_vec();
    for change in &mut changes {
        if let Some(first) = last.changes.iter().find(|before| before.key == change.key) {
            change.before.clone_from(&first.before);
        }
    }
    Step { command: next.command.clone(), changes: changes.into(), at: next.at }
}

/// The project with the changes, those left out where the record is no longer what
/// the change began with, or where something would go that somebody else's work needs: an
/// annotation with its links, an article with its annotations. Puts go before removals, so that
/// nothing loses its article.
pub(super) fn replay(project: &Project, changes: &[Change]) -> (Project, usize) {
    let stands = |change: &&Change| project.get(&change.key) == change.before;
    let mut kept = changes.iter().filter(|change| !stands(change)).count();
    let puts = || changes.iter().filter(stands).filter_map(|change| change.after.clone());
    let put = project.with_all(puts()).unwrap_or_else(|| {
        // One does not fit: the others do.
        puts().fold(project.clone(), |next, record| {
            next.with(record).unwrap_or_else(|| {
                kept += 1;
                next
            })
        })
    });
    let gone = changes.iter().rev().filter(|change| change.after.is_none()).filter(stands);
    let (articles, gone): (Vec<&RecordKey>, Vec<&RecordKey>) =
        gone.map(|change| &change.key).partition(|key| matches!(key, RecordKey::Article(_)));
    let left = put.without_all(gone.iter().copied());
    let left = with_what_is_needed(left, &put, &gone, &mut kept);
    let (bare, used): (Vec<&RecordKey>, Vec<&RecordKey>) = articles.into_iter().partition(|key| {
        let RecordKey::Article(id) = key else { return true };
        left.annotations_of(id).is_none_or(Annotations::is_empty)
    });
    (left.without_all(bare), kept + used.len())
}

/// `left`, which `gone` went from, with what something in it still needs, as it was `before`: annotations
/// that links lead from or to, actors, entries of the codebook. `kept` counts them.
fn with_what_is_needed(
    mut left: Project,
    before: &Project,
    gone: &[&RecordKey],
    kept: &mut usize,
) -> Project {
    let without = left.clone();
    let mut within = None;
    let mut bring_back = |left: &mut Project, record: Option<Record>| {
        if let Some(back) = record.and_then(|it| left.with(it)) {
            *kept += 1;
            *left = back;
        }
    };
    for key in gone {
        let RecordKey::Annotation(article, _) = key else { continue };
        // Those of one article come together.
        if within.replace(article) == Some(article) {
            continue;
        }
        for link in without.links_of(article) {
            let to = match &link.to {
                Target::Annotation(to) => to,
                Target::Actor(_) | Target::Topic(_) => &link.from,
            };
            for end in [&link.from, to] {
                let lost = before.annotation(end).filter(|_| left.annotation(end).is_none());
                bring_back(&mut left, lost.cloned().map(Record::Annotation));
            }
        }
    }
    let needed = left.needed(gone.iter().filter_map(|key| before.get(key)));
    needed.into_iter().for_each(|it| bring_back(&mut left, Some(it)));
    left
}
