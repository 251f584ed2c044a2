//! Keeps the history in IndexedDB, so that a reload or a restart can take back what was done.
//!
//! Each tab writes a history of its own and holds a lock on it; a tab that starts takes over its own,
//! or that which was used last and no other holds. Steps have numbers; which of them are done is a
//! number too, kept with the time.
//! A step of usual size is written in the same transaction as what it changed, a large one in
//! slices after it.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;

use super::later;
use super::state::Dispatch;
use super::store::Store;
use crate::browser::{Mirror, clock, local, lock};
use crate::edit::{Action, Session, Step};
use crate::format::{After, StepHead, change_line, read_change};
use crate::model::{Change, Project, Record, RecordKey};

/// So many steps are kept.
const KEPT: usize = 500;
/// With every so many steps those that are older are forgotten.
const PRUNED: usize = 50;
/// So many histories of tabs that are gone are kept.
const HISTORIES: usize = 8;
/// A step with more changes than this is written in slices, so many to a value.
const LARGE: usize = 200;
const BATCH: usize = 4_000;
/// How long a slice may take, and how long it rests then, in milliseconds.
const SLICE: f64 = 4.0;
const PAUSE: u32 = 4;
/// The keys in IndexedDB begin with these.
const STEPS: &str = "step/";
const PLACES: &str = "history/";
/// Where a tab keeps the name of its own history, for a reload.
const OWN: &str = "verbatim/history";

/// What is to be written of the history; clones are the same.
#[derive(Clone, Default)]
pub(super) struct Journal(Rc<RefCell<Inner>>);

#[derive(Default)]
struct Inner {
    /// What happened and is not written yet.
    events: VecDeque<Event>,
    /// The name of the history, once it is read.
    name: Option<String>,
    /// So many of the events are waited for with Saved.
    waited_for: usize,
    /// So many steps stood before the first that was recalled.
    base: usize,
    /// The number of the last step that is written, done or taken back.
    top: usize,
    /// Large steps that are still to be written.
    large: VecDeque<Large>,
    /// The number of the one that is being written, and whether another step has taken its place
    /// meanwhile.
    under_way: Option<(usize, Rc<Cell<bool>>)>,
    working: bool,
}

/// A large step on its way.
struct Large {
    number: usize,
    step: Rc<Step>,
    /// The articles that its records stand in.
    articles: Project,
    told: After,
}

/// Something that happened to the history.
struct Event {
    /// How many steps are done now.
    done: usize,
    /// The last of them, when it was not there before.
    step: Option<Rc<Step>>,
    /// Large steps that were taken back, with their numbers: what they had made is stored nowhere
    /// else from now on.
    undone: Vec<(usize, Rc<Step>)>,
    /// The projects before and after.
    before: Project,
    after: Project,
}

impl Journal {
    /// Notes what became of the history.
    pub(super) fn note(&self, before: &Session, after: &Session, new: Option<Rc<Step>>, store: &Store) {
        let done = after.history.len();
        if store.mirror().is_none() {
            return;
        }
        let taken_back = before.history.len().saturating_sub(done);
        let undone = after.history.undone().take(taken_back).enumerate();
        let undone = undone.map(|(at, step)| (done + 1 + at, Rc::clone(step)));
        let undone = undone.filter(|(_, step)| is_large(step)).collect();
        let (before, after) = (before.project.clone(), after.project.clone());
        let mut inner = self.0.borrow_mut();
        inner.events.push_back(Event { done, step: new, undone, before, after });
        if inner.name.is_none() && later::loaded().is_some() {
            // Not all is saved before this is written too; what cannot be fetched keeps nobody
            // waiting.
            inner.waited_for += 1;
            store.also_writes(true);
        }
        drop(inner);
        if let Some(later) = later::loaded() {
            (later.write_journal)(self, store);
        }
    }
}

/// Writes what was noted: small steps at once, with what is written next; large ones after what
/// they changed.
pub(super) fn write(journal: &Journal, store: &Store) {
    let mut inner = journal.0.borrow_mut();
    let Some(name) = inner.name.clone() else { return };
    while let Some(Event { done, step, undone, before, after }) = inner.events.pop_front() {
        let number = inner.base + done;
        // Of several at once one may have brought an article that another took away.
        let articles = with_articles_of(&after, undone.iter().map(|(_, step)| step));
        let base = inner.base;
        inner.large.extend(undone.into_iter().map(|(number, step)| Large {
            number: base + number,
            step,
            articles: articles.clone(),
            told: After::Told,
        }));
        if let Some(step) = step {
            prune(store, &name, number, std::mem::replace(&mut inner.top, number));
            // What was taken back cannot be done again.
            inner.large.retain(|large| large.number < number);
            if let Some((_, replaced)) = inner.under_way.as_ref().filter(|(other, _)| *other >= number) {
                replaced.set(true);
            }
            let articles = with_articles_of(&before, [&step]);
            if is_large(&step) {
                inner.large.push_back(Large { number, step, articles, told: After::Stored });
            } else {
                let mut lines = head(&step, 0);
                for change in &step.changes {
                    change_line(&mut lines, change, &articles, After::Told);
                }
                store.send_along(vec![(key(&name, number), lines)]);
            }
        }
        store.send_along(vec![(format!("{PLACES}{name}"), format!("{number} {}", clock::now()))]);
    }
    if inner.large.is_empty() || std::mem::replace(&mut inner.working, true) {
        return;
    }
    drop(inner);
    let (journal, store) = (journal.clone(), store.clone());
    store.also_writes(true);
    spawn_local(async move {
        // What was changed comes first.
        store.settled().await;
        loop {
            let next = journal.0.borrow_mut().large.pop_front();
            let Some(large) = next else { break };
            let replaced = Rc::new(Cell::new(false));
            journal.0.borrow_mut().under_way = Some((large.number, Rc::clone(&replaced)));
            write_large(&store, &name, &large, &replaced).await;
            journal.0.borrow_mut().under_way = None;
        }
        journal.0.borrow_mut().working = false;
        store.also_writes(false);
    });
}

/// A project with all articles that it or these steps have.
fn with_articles_of<'a>(project: &Project, steps: impl IntoIterator<Item = &'a Rc<Step>>) -> Project {
    let changes = steps.into_iter().flat_map(|step| &step.changes);
    let records = changes.flat_map(|change| [&change.before, &change.after]).flatten();
    records.fold(project.clone(), |all, record| match record {
        Record::Article(article) if all.article(&article.id).is_none() => {
            all.with(record.clone()).unwrap_or(all)
        }
        _ => all,
    })
}

/// Whether a step is too much to be written with what it changed: many records, or a whole text.
fn is_large(step: &Step) -> bool {
    let texts = || step.changes.iter().any(|change| matches!(change.key, RecordKey::Article(_)));
    step.changes.len() > LARGE || texts()
}

fn key(name: &str, number: usize) -> String {
    format!("{STEPS}{name}/{number:010}")
}

fn head(step: &Step, more: usize) -> String {
    let (kind, text) = step.recipe();
    StepHead::new(kind, &text, step.at, more).line()
}

/// Forgets what was taken back and can no longer be done again, and from time to time what is too
/// old.
fn prune(store: &Store, name: &str, number: usize, top: usize) {
    let old = number.checked_sub(KEPT).filter(|_| number.is_multiple_of(PRUNED));
    let Some(mirror) = store.mirror().filter(|_| top > number || old.is_some()) else { return };
    let prefix = format!("{STEPS}{name}/");
    let from = key(name, number) + "0";
    spawn_local(async move {
        // What is left behind is overwritten by the next steps, or read in vain.
        let _ = mirror.remove_between(&from, &format!("{prefix}~")).await;
        if let Some(old) = old {
            let _ = mirror.remove_between(&prefix, &format!("{prefix}{old:010}~")).await;
        }
    });
}

/// Writes a large step, unless another one has `replaced` it: what stands under its number then is
/// that one's.
async fn write_large(store: &Store, name: &str, large: &Large, replaced: &Cell<bool>) {
    let Some(mirror) = store.mirror() else { return };
    let (key, step) = (key(name, large.number), &large.step);
    let mut begun = clock::elapsed();
    for (part, changes) in step.changes.chunks(BATCH).enumerate() {
        let mut lines = String::new();
        for change in changes {
            change_line(&mut lines, change, &large.articles, large.told);
            if clock::elapsed() - begun > SLICE {
                clock::pause(PAUSE).await;
                begun = clock::elapsed();
            }
        }
        if replaced.get() || mirror.put(&[(format!("{key}/{part:06}"), lines)]).await.is_err() {
            return;
        }
    }
    if replaced.get() {
        return;
    }
    // Last, so that a step that is there is there whole. Where it is not, the history begins after
    // it.
    let _ = mirror.put(&[(key, head(step, step.changes.len().div_ceil(BATCH)))]).await;
}

/// Reads the history that no other tab holds, and gives it to the session; gives back the room of
/// what is no longer needed.
pub(super) fn recall(journal: &Journal, dispatch: &Dispatch, store: &Store) {
    let (journal, dispatch, store) = (journal.clone(), dispatch.clone(), store.clone());
    spawn_local(async move {
        let Some(mirror) = store.mirror() else { return };
        let mut used = Vec::new();
        for name in mirror.names(PLACES).await.unwrap_or_default() {
            let place = mirror.get(&format!("{PLACES}{name}")).await.ok().flatten();
            let at = place.and_then(|place| place.split_once(' ')?.1.parse::<u64>().ok());
            // Older ones have no time but that of their beginning, in their name.
            let begun = || name.split('-').next()?.parse().ok();
            used.push((at.or_else(begun).unwrap_or(0), name));
        }
        let own = local::of_tab(OWN);
        used.sort_by_key(|(at, name)| (own.as_ref() != Some(name), Reverse(*at)));
        let names: Vec<String> = used.into_iter().map(|(_, name)| name).collect();
        let mut mine = None;
        for (number, name) in names.into_iter().enumerate() {
            if mine.is_some() && number < HISTORIES || !lock::hold(&name).await {
                continue;
            }
            if mine.is_none() {
                mine = Some(name);
            } else {
                // Of long ago, and nobody's.
                let steps = format!("{STEPS}{name}/");
                let _ = mirror.remove_between(&steps, &format!("{steps}~")).await;
                let _ = mirror.remove_between(&format!("{PLACES}{name}"), &format!("{PLACES}{name}")).await;
            }
        }
        let session = dispatch.session();
        // What was done here since the start: of a record it is the oldest that counts.
        let since = session.history.done().flat_map(|step| &step.changes);
        let made = since.map(|change| (change.key.clone(), change.before.clone())).collect();
        let recalled = match &mine {
            Some(name) => read(&mirror, name, session.project.clone(), made).await,
            None => None,
        };
        let (name, (base, done, undone)) = match mine.zip(recalled) {
            Some(mine) => mine,
            // None, or none that can be read: that one is left as it is.
            None => {
                let name = format!("{:016}-{:010}", clock::now(), clock::random_u32());
                lock::hold(&name).await;
                (name, Recalled::default())
            }
        };
        local::keep_for_tab(OWN, &name);
        dispatch.dispatch(Action::Recall(done, undone));
        let waited = {
            let mut inner = journal.0.borrow_mut();
            inner.name = Some(name);
            // Whatever stands beyond what could be read goes with the first new step.
            (inner.base, inner.top) = (base, usize::MAX);
            let recalled = dispatch.session().history.len();
            let since = inner.events.iter().map(|event| event.done).next_back().unwrap_or(0);
            // What was done meanwhile stands on what was recalled.
            let by = recalled.saturating_sub(since);
            for event in &mut inner.events {
                event.done += by;
                event.undone.iter_mut().for_each(|(number, _)| *number += by);
            }
            std::mem::take(&mut inner.waited_for)
        };
        write(&journal, &store);
        store.flush_now();
        for _ in 0..waited {
            store.also_writes(false);
        }
        store.loaded().await;
        for (batch, of_use) in store.spent() {
            // Where it fails the next start tries again.
            let _ = match of_use.is_empty() {
                true => mirror.remove_between(&batch, &batch).await,
                false => mirror.put(&[(batch, of_use)]).await,
            };
        }
    });
}

type Recalled = (usize, Vec<Rc<Step>>, Vec<Rc<Step>>);

/// The steps of a history: how many are missing before the first, those that are done, the
/// oldest first, and those that were taken back, the one that was taken back first first.
/// `made` is what records were before what was done since the start.
async fn read(
    mirror: &Mirror,
    name: &str,
    mut project: Project,
    mut made: HashMap<RecordKey, Option<Record>>,
) -> Option<Recalled> {
    let place = mirror.get(&format!("{PLACES}{name}")).await.ok()??;
    let place: usize = place.split(' ').next()?.parse().ok()?;
    let last = place + KEPT;
    let mut undone = Vec::new();
    // Those that were taken back, as far as they follow on each other.
    for number in place + 1..=last {
        let Some(value) = mirror.get(&key(name, number)).await.ok()? else { break };
        undone.push(value);
    }
    // In the order in which they were done: a later one may stand in an article that an earlier one
    // brings.
    let mut steps: Vec<Rc<Step>> = Vec::new();
    for (at, value) in undone.into_iter().enumerate() {
        let key = key(name, place + 1 + at);
        match step(mirror, &key, &value, &mut project, &HashMap::new()).await {
            Some(step) => steps.push(Rc::new(step)),
            // What was done after it cannot be done again without it.
            None => break,
        }
    }
    steps.reverse();
    let undone = steps;
    // Newest first: a later step has the article that an earlier one stands in, and what a record
    // was before it is what an earlier one had made of it.
    let mut done = Vec::new();
    let mut base = 0;
    let first = place.saturating_sub(KEPT) + 1;
    for number in (first..=place).rev() {
        let value = mirror.get(&key(name, number)).await.ok()?;
        let step = match value {
            Some(value) => step(mirror, &key(name, number), &value, &mut project, &made).await,
            None => None,
        };
        let Some(step) = step else {
            base = number;
            break;
        };
        base = number - 1;
        // For the steps before it; of a large one in slices.
        for some in step.changes.chunks(BATCH).filter(|_| number > first) {
            made.extend(some.iter().map(|change| (change.key.clone(), change.before.clone())));
            if step.changes.len() > BATCH {
                clock::pause(PAUSE).await;
            }
        }
        done.push(Rc::new(step));
    }
    if done.is_empty() {
        base = place;
    }
    done.reverse();
    Some((base, done, undone))
}

/// One step; `project` gets the articles that it tells of. `made` is what records were before later
/// steps.
async fn step(
    mirror: &Mirror,
    key: &str,
    value: &str,
    project: &mut Project,
    made: &HashMap<RecordKey, Option<Record>>,
) -> Option<Step> {
    let (head, rest) = StepHead::read(value)?;
    let mut changes: Vec<Change> = Vec::new();
    let mut begun = clock::elapsed();
    let mut parts = vec![rest.to_owned()];
    for part in 0..head.more {
        parts.push(mirror.get(&format!("{key}/{part:06}")).await.ok()??);
    }
    for line in parts.iter().flat_map(|part| part.lines()) {
        let stored = |key: &RecordKey| made.get(key).cloned().unwrap_or_else(|| project.get(key));
        // What somebody else changed since is not ours to take back.
        let Some(change) = read_change(line, project, stored)? else { continue };
        for record in [&change.before, &change.after].into_iter().flatten() {
            if let Record::Article(article) = record
                && project.article(&article.id).is_none()
            {
                *project = project.with(record.clone())?;
            }
        }
        changes.push(change);
        if clock::elapsed() - begun > SLICE {
            clock::pause(PAUSE).await;
            begun = clock::elapsed();
        }
    }
    // One of which nothing is left keeps the place of those before it.
    let nothing = changes.is_empty().then(|| Step::of_nothing(head.at));
    Step::of_recipe(&head.kind, &head.text, changes, head.at).or(nothing)
}
