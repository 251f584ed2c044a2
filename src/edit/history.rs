use std::rc::Rc;

use super::Command;
use crate::model::{Change, Project};

/// One undo step: what a command did, record by record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What was meant; of an import without the records, which the changes have.
    pub command: Command,
    /// What it did.
    pub changes: Vec<Change>,
    /// When, in milliseconds since 1970 (UTC).
    pub at: u64,
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
}

impl Stack {
    fn top(&self) -> Option<&Rc<Step>> {
        self.0.as_ref().map(|layer| &layer.step)
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
        let below = std::mem::take(self);
        self.0 = Some(Rc::new(Layer { step, below }));
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
        let last = if joins { self.done.pop() } else { None };
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

fn join(last: &Step, next: &Step) -> Step {
    let mut step = next.clone();
    for change in &mut step.changes {
        if let Some(first) = last.changes.iter().find(|before| before.key == change.key) {
            change.before.clone_from(&first.before);
        }
    }
    step
}

/// The project with the changes, those left out where the record is no longer what
/// the change began with. Puts go before removals, so that nothing loses its article.
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
    (put.without_all(gone.map(|change| &change.key)), kept)
}
