//! Keeps the project in local storage and in IndexedDB, and hears of other tabs.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::Callback;

use crate::browser::{Mirror, Tabs, Trouble, clock, local};
use crate::format::{
    BAD_PREFIX, Loaded, PREFIX, SetAside, Stamp, key_text, load, parse_key, read, write, write_deleted,
};
use crate::model::{Change, Id, Project, Record, RecordKey};

/// More changes than this at once are written in slices.
const LARGE: usize = 200;
/// How long a slice may take, and how long it rests then, in milliseconds.
const SLICE: f64 = 6.0;
const PAUSE: u32 = 4;
/// The same for local storage, which is not in a hurry: the disk has it already.
const LOCAL_SLICE: f64 = 3.0;
const LOCAL_PAUSE: u32 = 16;
/// So many records are one value in IndexedDB: one write for each would take half a minute.
const BATCH: usize = 4_000;
/// Batches have keys of their own in IndexedDB.
const BATCH_PREFIX: &str = "batch/";

/// How safe the last change is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Status {
    /// On its way; so many records are left of a large change.
    Saving(usize),
    /// Both stores have everything.
    Saved,
    /// At least one store has not: which and why.
    NotSaved {
        /// What is wrong with local storage.
        local: Option<Trouble>,
        /// What is wrong with IndexedDB.
        mirror: Option<Trouble>,
    },
}

/// What another tab has stored.
pub(super) type News = Vec<(RecordKey, Option<Record>)>;

/// Writes what changed, and nothing else, as it changes.
#[derive(Clone)]
pub(super) struct Store(Rc<RefCell<Inner>>);

impl PartialEq for Store {
    fn eq(&self, other: &Store) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

struct Inner {
    tab: u32,
    time: u64,
    stamps: BTreeMap<String, Stamp>,
    /// The project as the stores have it, or are about to.
    stored: Project,
    mirror: Option<Mirror>,
    local_trouble: Option<Trouble>,
    mirror_trouble: Option<Trouble>,
    /// What local storage, or IndexedDB, would not take yet.
    local_waiting: BTreeMap<String, String>,
    mirror_waiting: BTreeMap<String, String>,
    /// More records than local storage has room for: they are in IndexedDB, and the next
    /// start tries again.
    local_behind: bool,
    /// Large changes, written piece by piece.
    backlog: VecDeque<(Project, Change)>,
    backlog_under_way: bool,
    /// The keys whose newest value in IndexedDB is in a batch, as far as this tab wrote it.
    batched: HashSet<String>,
    writes_under_way: usize,
    tabs: Option<Tabs>,
    on_status: Callback<Status>,
}

/// A value that IndexedDB has and local storage is to get.
struct Written {
    key: String,
    value: String,
    stamp: Stamp,
}

/// What the stores held.
pub(super) struct Opened {
    /// The store.
    pub(super) store: Store,
    /// What can be used.
    pub(super) project: Project,
    /// What could not be read.
    pub(super) set_aside: Vec<SetAside>,
    /// The article that was worked on last.
    pub(super) last: Option<Id>,
    /// Whether the stores never held anything.
    pub(super) first_visit: bool,
}

/// Reads both stores, mends each from the other, and sets aside what is broken.
pub(super) async fn open() -> Opened {
    let mut local_trouble = None;
    let mut mirror_trouble = None;
    let local = local::read_all(PREFIX).unwrap_or_else(|trouble| {
        local_trouble = Some(trouble);
        Vec::new()
    });
    let mirror = match Mirror::open().await {
        Ok(mirror) => Some(mirror),
        Err(trouble) => {
            mirror_trouble = Some(trouble);
            None
        }
    };
    let mirrored = match &mirror {
        Some(mirror) => mirror.read_all().await.unwrap_or_else(|trouble| {
            mirror_trouble = Some(trouble);
            Vec::new()
        }),
        None => Vec::new(),
    };
    let Loaded { project, stamps, set_aside, to_local, to_mirror } = load(&local, &mirrored);

    let mut to_mirror: BTreeMap<String, String> = to_mirror.into_iter().collect();
    for aside in set_aside.iter().filter(|aside| aside.movable) {
        let key = format!("{BAD_PREFIX}{}", aside.key);
        if aside.in_mirror {
            to_mirror.insert(key, aside.raw.clone());
        } else if local::set(&key, &aside.raw).is_ok() {
            // The raw value is safe under its new name; the old place is free.
            let _ = local::remove(&aside.key);
        }
    }
    let last = last_article(&stamps, &project);
    let first_visit = stamps.is_empty() && set_aside.is_empty();
    let time = stamps.values().map(|stamp| stamp.time).max().unwrap_or(0);
    let store = Store(Rc::new(RefCell::new(Inner {
        tab: clock::random_u32(),
        time,
        stamps,
        stored: project.clone(),
        mirror,
        local_trouble,
        mirror_trouble,
        local_waiting: to_local.into_iter().collect(),
        mirror_waiting: to_mirror,
        local_behind: false,
        backlog: VecDeque::new(),
        backlog_under_way: false,
        batched: HashSet::new(),
        writes_under_way: 0,
        tabs: None,
        on_status: Callback::noop(),
    })));
    Opened { store, project, set_aside, last, first_visit }
}

/// The article of the record that was written last.
fn last_article(stamps: &BTreeMap<String, Stamp>, project: &Project) -> Option<Id> {
    let article = |key: &String| match parse_key(key)? {
        RecordKey::Article(id) | RecordKey::Annotation(id, _) | RecordKey::Link(id, _) => Some(id),
        RecordKey::Actor(_) | RecordKey::Label(_) | RecordKey::Rest(_) => None,
    };
    let mut newest: Option<(Stamp, &String)> = None;
    for (key, stamp) in stamps {
        let here = newest.is_none_or(|(newest, _)| *stamp > newest);
        if here && article(key).is_some_and(|id| project.article(&id).is_some()) {
            newest = Some((*stamp, key));
        }
    }
    article(newest?.1)
}

impl Store {
    /// Begins to tell of the status and of other tabs' changes.
    pub(super) fn attach(&self, on_status: Callback<Status>, on_news: Callback<News>) {
        let store = self.clone();
        let tabs = Tabs::listen(move |messages| {
            let news = store.hear(messages);
            if !news.is_empty() {
                on_news.emit(news);
            }
        });
        {
            let mut inner = self.0.borrow_mut();
            inner.on_status = on_status;
            inner.tabs = Some(tabs);
        }
        self.flush(Vec::new());
    }

    /// Writes what differs from what is stored.
    pub(super) fn save(&self, project: &Project) {
        let writes = {
            let mut inner = self.0.borrow_mut();
            let changes = project.changes_since(&inner.stored);
            if changes.is_empty() {
                return;
            }
            inner.stored = project.clone();
            // What comes while a large change is being written waits its turn behind it.
            if changes.len() > LARGE || !inner.backlog.is_empty() {
                inner.backlog.extend(changes.into_iter().map(|change| (project.clone(), change)));
                let idle = !std::mem::replace(&mut inner.backlog_under_way, true);
                drop(inner);
                self.tell();
                if idle {
                    spawn_local(self.clone().work_off());
                }
                return;
            }
            let mut writes = Vec::with_capacity(changes.len());
            for change in changes {
                writes.push(inner.value_of(&change, project));
            }
            writes
        };
        self.flush(writes);
    }

    /// Writes the backlog in slices that leave time to paint and to type: first to the disk,
    /// then to local storage as far as there is room.
    async fn work_off(self) {
        let mut for_local: VecDeque<Written> = VecDeque::new();
        loop {
            // Asked anew each time: more may have come.
            if !self.0.borrow().backlog.is_empty() {
                for_local.extend(self.write_batch().await);
                self.tell();
            } else if !for_local.is_empty() {
                self.0.borrow_mut().write_local_slice(&mut for_local);
                clock::pause(LOCAL_PAUSE).await;
            } else {
                break;
            }
        }
        self.0.borrow_mut().backlog_under_way = false;
        self.flush(Vec::new());
    }

    /// Takes a batch from the backlog and writes it to IndexedDB as one value.
    async fn write_batch(&self) -> Vec<Written> {
        let mut batch: Vec<(String, String)> = Vec::new();
        let mut stamps: Vec<Stamp> = Vec::new();
        let mut singles: Vec<String> = Vec::new();
        while batch.len() < BATCH {
            {
                let mut inner = self.0.borrow_mut();
                let begun = clock::elapsed();
                while clock::elapsed() - begun < SLICE && batch.len() < BATCH {
                    let Some((project, change)) = inner.backlog.pop_front() else { break };
                    let known = inner.stamps.contains_key(&key_text(&change.key));
                    let (key, value) = inner.value_of(&change, &project);
                    if inner.batched.insert(key.clone()) && known {
                        singles.push(key.clone());
                    }
                    // What waits for this key is older.
                    inner.mirror_waiting.remove(&key);
                    stamps.push(inner.last_stamp());
                    batch.push((key, value));
                }
                if inner.backlog.is_empty() {
                    break;
                }
            }
            clock::pause(PAUSE).await;
        }
        let (mirror, name) = {
            let mut inner = self.0.borrow_mut();
            let Stamp { time, tab } = inner.next_stamp();
            (inner.mirror.clone(), format!("{BATCH_PREFIX}{time:016}-{tab:010}"))
        };
        let singles: Vec<&str> = singles.iter().map(String::as_str).collect();
        let outcome = match &mirror {
            Some(mirror) => mirror.put_batch(&name, &batch, &singles).await,
            None => Ok(()),
        };
        let mut inner = self.0.borrow_mut();
        if let Err(trouble) = outcome {
            inner.mirror_trouble = Some(trouble);
            for (key, value) in &batch {
                inner.batched.remove(key);
                inner.mirror_waiting.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
        if let Some(tabs) = &inner.tabs {
            tabs.post(&batch);
        }
        if inner.local_behind {
            return Vec::new();
        }
        let written = batch.into_iter().zip(stamps);
        written.map(|((key, value), stamp)| Written { key, value, stamp }).collect()
    }

    /// Takes what another tab has stored, as far as it is newer than what we know.
    fn hear(&self, messages: Vec<(String, String)>) -> News {
        let mut inner = self.0.borrow_mut();
        let mut news = Vec::new();
        for (key, value) in messages {
            // A value that cannot be read here is in the stores as it was written;
            // the next start sets it aside and says so.
            let Ok((name, stamp, record)) = read(&key, &value, &inner.stored) else { continue };
            if inner.stamps.get(&key).is_some_and(|known| *known >= stamp) {
                continue;
            }
            inner.time = inner.time.max(stamp.time);
            inner.stamps.insert(key.clone(), stamp);
            inner.local_waiting.remove(&key);
            let stored = match &record {
                Some(record) => inner.stored.with(record.clone()),
                None => Some(inner.stored.without(&name)),
            };
            if let Some(stored) = stored {
                inner.stored = stored;
                news.push((name, record));
            }
        }
        news
    }

    /// Writes to both stores, with what waits from before.
    fn flush(&self, writes: Vec<(String, String)>) {
        let mirror = {
            let mut inner = self.0.borrow_mut();
            for (key, value) in &writes {
                inner.local_waiting.insert(key.clone(), value.clone());
                inner.mirror_waiting.insert(key.clone(), value.clone());
                inner.batched.remove(key);
            }
            inner.write_local();
            inner.writes_under_way += 1;
            inner.mirror.clone()
        };
        self.tell();
        let store = self.clone();
        spawn_local(async move {
            let waiting: Vec<(String, String)> =
                store.0.borrow().mirror_waiting.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
            if let Some(mirror) = mirror {
                let outcome = if waiting.is_empty() { Ok(()) } else { mirror.put(&waiting).await };
                let mut inner = store.0.borrow_mut();
                match outcome {
                    Ok(()) => {
                        for (key, value) in &waiting {
                            if inner.mirror_waiting.get(key) == Some(value) {
                                inner.mirror_waiting.remove(key);
                            }
                        }
                        inner.mirror_trouble = None;
                    }
                    Err(trouble) => inner.mirror_trouble = Some(trouble),
                }
            }
            {
                let mut inner = store.0.borrow_mut();
                inner.writes_under_way -= 1;
                if let Some(tabs) = inner.tabs.as_ref().filter(|_| !writes.is_empty()) {
                    tabs.post(&writes);
                }
            }
            store.tell();
        });
    }

    fn tell(&self) {
        let (on_status, status) = {
            let inner = self.0.borrow();
            (inner.on_status.clone(), inner.status())
        };
        on_status.emit(status);
    }
}

impl Inner {
    /// Later than every stamp that this tab has seen, whatever the clock says.
    fn next_stamp(&mut self) -> Stamp {
        self.time = clock::now().max(self.time + 1);
        Stamp { time: self.time, tab: self.tab }
    }

    /// The stamp that was given last.
    fn last_stamp(&self) -> Stamp {
        Stamp { time: self.time, tab: self.tab }
    }

    /// The stored value of what changed, with a new stamp.
    fn value_of(&mut self, change: &Change, project: &Project) -> (String, String) {
        let stamp = self.next_stamp();
        let key = key_text(&change.key);
        let value = match &change.after {
            Some(record) => write(record, project, stamp),
            None => write_deleted(stamp),
        };
        self.stamps.insert(key.clone(), stamp);
        (key, value)
    }

    /// One of many: once local storage is full, the rest is not tried.
    fn write_local_one(&mut self, key: &str, value: &str) {
        if self.local_behind {
            return;
        }
        match local::set(key, value) {
            Ok(()) => {}
            Err(Trouble::Full) if is_article(key) && self.mirror.is_some() => {}
            Err(trouble) => {
                self.local_behind = true;
                self.local_trouble = Some(trouble);
            }
        }
    }

    fn write_local_slice(&mut self, waiting: &mut VecDeque<Written>) {
        let begun = clock::elapsed();
        while clock::elapsed() - begun < LOCAL_SLICE {
            let Some(Written { key, value, stamp }) = waiting.pop_front() else { break };
            // Unless it was changed since, and written.
            if self.stamps.get(&key) == Some(&stamp) {
                self.write_local_one(&key, &value);
            }
        }
        if self.local_behind {
            waiting.clear();
        }
    }

    fn write_local(&mut self) {
        let waiting = std::mem::take(&mut self.local_waiting);
        let mut trouble = None;
        if self.mirror.is_some() && waiting.len() > LARGE {
            // After a start with more than there is room for.
            for (key, value) in waiting {
                self.write_local_one(&key, &value);
            }
            return;
        }
        for (key, value) in waiting {
            match local::set(&key, &value) {
                Ok(()) => {}
                // A text that does not fit is at home in IndexedDB alone.
                Err(Trouble::Full) if is_article(&key) && self.mirror.is_some() => {}
                Err(other) => {
                    trouble = Some(other);
                    self.local_waiting.insert(key, value);
                }
            }
        }
        self.local_trouble = trouble.or_else(|| match self.local_trouble.take() {
            Some(Trouble::Blocked) => Some(Trouble::Blocked),
            other => other.filter(|_| self.local_behind),
        });
    }

    fn status(&self) -> Status {
        if !self.backlog.is_empty() {
            Status::Saving(self.backlog.len())
        } else if self.local_trouble.is_some() || self.mirror_trouble.is_some() {
            Status::NotSaved { local: self.local_trouble.clone(), mirror: self.mirror_trouble.clone() }
        } else if self.backlog_under_way || self.writes_under_way > 0 || !self.mirror_waiting.is_empty() {
            Status::Saving(0)
        } else {
            Status::Saved
        }
    }
}

fn is_article(key: &str) -> bool {
    key.strip_prefix(PREFIX).is_some_and(|rest| rest.starts_with("article/"))
}
