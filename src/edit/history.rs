use std::rc::Rc;

use super::Command;
use crate::model::{Change, Project, Record};

/// One undo step: what a command did, record by record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What was meant.
    pub command: Command,
    /// What it did.
    pub changes: Vec<Change>,
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
    done: imbl::Vector<Rc<Step>>,
    undone: imbl::Vector<Rc<Step>>,
}

impl History {
    /// Notes a step. What was undone before can no longer be redone.
    ///
    /// A note that is typed on is one step: it joins the one before.
    pub fn record(&mut self, step: Step) {
        self.undone.clear();
        let joins = match (&step.command, self.done.last().map(|last| &last.command)) {
            (Command::Note { id, at, .. }, Some(Command::Note { id: before, at: then, .. })) => {
                id == before && at.saturating_sub(*then) < NOTE_PAUSE
            }
            _ => false,
        };
        let last = if joins { self.done.pop_back() } else { None };
        let step = match last {
            Some(last) => join(&last, step),
            None => step,
        };
        self.done.push_back(Rc::new(step));
    }

    /// The step that undo would take back.
    #[must_use]
    pub fn last(&self) -> Option<&Rc<Step>> {
        self.done.last()
    }

    /// The step that redo would do again.
    #[must_use]
    pub fn next(&self) -> Option<&Rc<Step>> {
        self.undone.last()
    }

    /// Takes the last step back; `None` when there is none.
    pub fn undo(&mut self, project: &Project) -> Option<(Project, Kept)> {
        let step = self.done.pop_back()?;
        self.undone.push_back(Rc::clone(&step));
        // Backwards, so that an article is there again before its annotations are
        // put back: a removal lists the article first, an addition last to go.
        let reversed: Vec<Change> = step.changes.iter().cloned().map(Change::reversed).collect();
        let (project, kept) = replay(project, &reversed);
        Some((project, Kept { step, kept }))
    }

    /// Does the last undone step again; `None` when there is none.
    pub fn redo(&mut self, project: &Project) -> Option<(Project, Kept)> {
        let step = self.undone.pop_back()?;
        self.done.push_back(Rc::clone(&step));
        let (project, kept) = replay(project, &step.changes);
        Some((project, Kept { step, kept }))
    }
}

/// A pause in typing a note, in milliseconds, after which a new step begins.
const NOTE_PAUSE: u64 = 2_000;

fn join(last: &Step, next: Step) -> Step {
    let changes = next
        .changes
        .into_iter()
        .map(|change| {
            let first = last.changes.iter().find(|before| before.key == change.key);
            let before = first.map_or(change.before.clone(), |first| first.before.clone());
            Change { before, ..change }
        })
        .collect();
    Step { command: next.command, changes }
}

/// The project with the changes, those left out where the record is no longer what
/// the change began with. Puts go before removals, so that nothing loses its article.
fn replay(project: &Project, changes: &[Change]) -> (Project, usize) {
    let mut kept = 0;
    let mut next = project.clone();
    let (puts, removals): (Vec<_>, Vec<_>) = changes.iter().partition(|change| change.after.is_some());
    for change in puts.into_iter().chain(removals.into_iter().rev()) {
        if project.get(&change.key) != change.before {
            kept += 1;
            continue;
        }
        match &change.after {
            Some(record) => match next.with(Record::clone(record)) {
                Some(with) => next = with,
                None => kept += 1,
            },
            None => next = next.without(&change.key),
        }
    }
    (next, kept)
}
