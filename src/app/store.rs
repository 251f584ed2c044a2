//! Keeps the project in local storage and in IndexedDB, and hears of other tabs.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::Callback;

use super::later;
use super::loader::{Loader, STRIDE};
use super::settings::Settings;
use crate::browser::{Mirror, Tabs, Trouble, clock, local};
use crate::format::{
    Fault, Known, SetAside, Stamp, batch_line, key_text, lines_of, read, write, write_deleted,
};
use crate::model::{Change, Id, Project, Record, RecordKey};

/// More changes than this at once are written in slices.
const LARGE: usize = 200;
/// So many have their stamp together.
const MANY: usize = 10_000;
/// How long a slice may take, and how long it rests then, in milliseconds.
const SLICE: f64 = 4.0;
const PAUSE: u32 = 4;
/// How long a large change waits before it is written, in milliseconds.
const REST: u32 = 100;
/// The same for local storage, which is not in a hurry: the disk has it already, or refuses it.
const LOCAL_SLICE: f64 = 3.0;
const LOCAL_PAUSE: u32 = 16;
/// So many records at most are one transaction in IndexedDB, those of one article one value:
/// one write for each record would take half a minute.
const BATCH: usize = 4_000;
/// Such a value is full with so many bytes: longer ones would leave holes in memory, which never
/// shrinks again, that later ones do not fit into.
const VALUE: usize = 256 * 1024;
/// Batches have keys of their own in IndexedDB, with their article's id and a stamp.
pub(super) const BATCH_PREFIX: &str = "batch/";
/// The key in IndexedDB of the article that was opened last.
pub(super) const LAST: &str = "last";
/// While the stores are read, the page hears of it so often, in milliseconds.
const GIVE: f64 = 100.0;

/// How safe the last change is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Status {
    /// What is stored is still being read.
    Loading,
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

/// Values with their keys.
type Values = Vec<(String, String)>;

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
    known: Stamps,
    /// The project as the stores have it, or are about to.
    stored: Project,
    mirror: Option<Mirror>,
    local_trouble: Option<Trouble>,
    mirror_trouble: Option<Trouble>,
    /// Something that IndexedDB may have could not be read.
    read_trouble: Option<Trouble>,
    /// What local storage, or IndexedDB, has not taken yet; each once.
    owed_local: Vec<RecordKey>,
    owed_mirror: Vec<RecordKey>,
    /// Values that IndexedDB is to get as they are.
    copies: Vec<(String, String)>,
    /// Batches most of which IndexedDB no longer needs, each with the rest.
    spent: Vec<(String, String)>,
    /// Large changes, written piece by piece.
    bulk: VecDeque<Bulk>,
    /// What local storage is to get after the disk, as far as there is room.
    for_local: VecDeque<RecordKey>,
    working: bool,
    /// More records than local storage has room for: they are in IndexedDB, and the next
    /// start tries again.
    local_behind: bool,
    writes_under_way: usize,
    /// What came from other tabs and was not taken in yet: that waits until the stores have been
    /// read.
    heard: Vec<(String, String)>,
    hearing: bool,
    /// What came before the article that it stands in.
    early: Vec<(String, String)>,
    loaded: bool,
    tabs: Tabs,
    on_status: Callback<Status>,
    on_news: Callback<News>,
}

/// A large change on its way.
struct Bulk {
    keys: Rc<Vec<RecordKey>>,
    /// So many of them are written.
    done: usize,
    /// `None` where each record has a stamp of its own.
    stamp: Option<Stamp>,
}

/// A part of a large change, to be written in one transaction.
#[derive(Default)]
struct Batch {
    /// Of each article the records that stand in it.
    lines: Vec<(Id, String)>,
    /// What has a key of its own.
    values: Vec<(String, String)>,
    /// Their names: a newer value may take their place before they are written.
    own: Vec<(RecordKey, Stamp)>,
    /// All that is in it.
    taken: Vec<(RecordKey, Stamp)>,
}

impl Batch {
    fn take(&mut self, key: RecordKey, stamp: Stamp, value: String) {
        match &key {
            RecordKey::Annotation(article, _) | RecordKey::Link(article, _) => {
                let place = self.lines.iter().rposition(|(id, _)| id == article);
                let place = place.filter(|at| self.lines[*at].1.len() + value.len() < VALUE);
                let place = place.unwrap_or_else(|| {
                    self.lines.push((article.clone(), String::new()));
                    self.lines.len() - 1
                });
                batch_line(&mut self.lines[place].1, &key, &value);
            }
            _ => {
                self.values.push((key_text(&key), value));
                self.own.push((key.clone(), stamp));
            }
        }
        self.taken.push((key, stamp));
    }
}

/// A batch that IndexedDB is writing.
struct Begun {
    /// What other tabs hear of it.
    news: Vec<(String, String)>,
    taken: Vec<(RecordKey, Stamp)>,
}

/// The newest stamps of records.
#[derive(Default)]
struct Stamps {
    /// The loader's type of map: one of stamps alone would be all of its code once more.
    of_each: BTreeMap<RecordKey, Known>,
    /// Of large changes, whose records have one stamp together and are in order: a tree of them
    /// would take several times the memory.
    of_many: Vec<(Rc<Vec<RecordKey>>, Stamp)>,
}

impl Stamps {
    fn of(&self, key: &RecordKey) -> Option<Stamp> {
        let holds =
            |keys: &Vec<RecordKey>| keys.binary_search_by(|it| by_kind(it).cmp(&by_kind(key))).is_ok();
        let many = self.of_many.iter().filter(|(keys, _)| holds(keys)).map(|(_, stamp)| *stamp);
        many.chain(self.of_each.get(key).map(|known| known.stamp)).max()
    }

    /// Unless there is a newer one.
    fn put(&mut self, key: RecordKey, stamp: Stamp) {
        let known = Known { stamp, in_local: false, in_mirror: false };
        let newest = self.of_each.entry(key).or_insert(known);
        newest.stamp = stamp.max(newest.stamp);
    }

    fn put_all(&mut self, keys: &Rc<Vec<RecordKey>>, stamp: Stamp) {
        if keys.len() > MANY && keys.is_sorted_by_key(by_kind) {
            // As when an import is taken back, done again and taken back.
            self.of_many.retain(|(older, _)| older != keys);
            self.of_many.push((Rc::clone(keys), stamp));
        } else {
            keys.iter().for_each(|key| self.put(key.clone(), stamp));
        }
    }
}

/// The order in which a project tells its changes.
fn by_kind(key: &RecordKey) -> (usize, &Id) {
    match key {
        RecordKey::Label(id) => (0, id),
        RecordKey::Rest(id) => (1, id),
        RecordKey::Actor(id) => (2, id),
        RecordKey::Article(id) => (3, id),
        RecordKey::Annotation(_, id) => (4, id),
        RecordKey::Link(_, id) => (5, id),
    }
}

/// What the stores held, as far as it is needed to begin.
pub(super) struct Opened {
    /// The store.
    pub(super) store: Store,
    /// What can be used of it so far.
    pub(super) project: Project,
    /// Reads the rest.
    pub(super) loader: Loader,
    /// The article that was opened last.
    pub(super) last: Option<Id>,
    /// How somebody wants to read, and which keys they press.
    pub(super) settings: Settings,
    /// Whether the stores never held anything.
    pub(super) first_visit: bool,
}

/// Reads so much of both stores as the first sight of the page needs.
pub(super) async fn open() -> Opened {
    // Before anything is read: what other tabs store meanwhile is heard then.
    let (early, listener) = (Rc::new(RefCell::new(Vec::new())), Rc::new(OnceCell::<Store>::new()));
    let tabs = {
        let (early, listener) = (Rc::clone(&early), Rc::clone(&listener));
        Tabs::listen(move |messages| match listener.get() {
            Some(store) => {
                store.0.borrow_mut().heard.extend(messages);
                store.hear();
            }
            None => early.borrow_mut().extend(messages),
        })
    };
    let mut mirror_trouble = None;
    let mirror = Mirror::open().await.map_err(|trouble| mirror_trouble = Some(trouble)).ok();
    let (loader, last) = Loader::begin(mirror.clone()).await;
    let project = loader.project().clone();
    let mut known = Stamps::default();
    loader.known().iter().for_each(|(key, it)| known.put(key.clone(), it.stamp));
    let settings = Settings::new(loader.settings(), mirror.clone());
    let first_visit = last.is_none() && loader.known().is_empty() && !loader.found_anything();
    let store = Store(Rc::new(RefCell::new(Inner {
        tab: clock::random_u32(),
        time: loader.known().values().map(|it| it.stamp.time).max().unwrap_or(0),
        known,
        stored: project.clone(),
        mirror,
        local_trouble: None,
        mirror_trouble,
        read_trouble: None,
        owed_local: Vec::new(),
        owed_mirror: Vec::new(),
        copies: Vec::new(),
        spent: Vec::new(),
        bulk: VecDeque::new(),
        for_local: VecDeque::new(),
        working: false,
        local_behind: false,
        writes_under_way: 0,
        heard: early.take(),
        hearing: false,
        early: Vec::new(),
        loaded: false,
        tabs,
        on_status: Callback::noop(),
        on_news: Callback::noop(),
    })));
    let _ = listener.set(store.clone());
    Opened { store, project, loader, last, settings, first_visit }
}

impl Store {
    /// Tells of the status and of other tabs' changes from now on.
    pub(super) fn attach(&self, on_status: Callback<Status>, on_news: Callback<News>) {
        let mut inner = self.0.borrow_mut();
        (inner.on_status, inner.on_news) = (on_status, on_news);
    }

    /// Reads what local storage has of what is shown. Apart from the rest, since a browser may have
    /// to fetch all of it for this: a tenth of a second that the first sight of the page need not
    /// wait for.
    pub(super) fn hear_local(
        &self,
        loader: &mut Loader,
        on_loaded: &Callback<Box<[Project; 2]>>,
        on_aside: &Callback<Vec<SetAside>>,
    ) {
        if let Some(trouble) = local::trouble() {
            self.0.borrow_mut().local_trouble = Some(trouble);
        }
        loader.hear_local();
        self.give(loader, on_loaded, on_aside);
    }

    /// Reads the rest of what is stored, in slices, then mends each store from the other.
    /// `on_loaded` hears what was read before and what is read now, `on_aside` what could not be read.
    pub(super) async fn load(
        self,
        mut loader: Loader,
        on_loaded: Callback<Box<[Project; 2]>>,
        on_aside: Callback<Vec<SetAside>>,
    ) {
        self.tell();
        let mut given = clock::elapsed();
        loop {
            let more = loader.advance(SLICE).await;
            let whole = !more && !loader.fetch().await;
            if whole || clock::elapsed() - given > GIVE {
                given = clock::elapsed();
                self.give(&mut loader, &on_loaded, &on_aside);
            }
            if whole {
                break;
            }
            clock::pause(PAUSE).await;
        }
        let (read_trouble, spent) = (loader.trouble(), loader.spent());
        let (known, copies) = loader.end();
        {
            let mut inner = self.0.borrow_mut();
            (inner.read_trouble, inner.spent) = (read_trouble, spent);
            if inner.writes_mirror() {
                inner.copies.extend(copies);
            }
        }
        let mut known = known.into_iter();
        while self.0.borrow_mut().mend(&mut known) {
            clock::pause(PAUSE).await;
        }
        self.0.borrow_mut().loaded = true;
        self.flush();
        self.hear();
    }

    fn give(
        &self,
        loader: &mut Loader,
        on_loaded: &Callback<Box<[Project; 2]>>,
        on_aside: &Callback<Vec<SetAside>>,
    ) {
        let (before, aside) = loader.news();
        let after = loader.project().clone();
        let changes = after.changes_since(&before);
        {
            let mut inner = self.0.borrow_mut();
            for change in &changes {
                if let Some(known) = loader.known().get(&change.key) {
                    inner.time = inner.time.max(known.stamp.time);
                    inner.known.put(change.key.clone(), known.stamp);
                }
            }
        }
        if !changes.is_empty() {
            on_loaded.emit(Box::new([before, after]));
        }
        if !aside.is_empty() {
            on_aside.emit(aside);
        }
    }

    /// Whether everything that is stored has been read.
    pub(super) fn is_loaded(&self) -> bool {
        self.0.borrow().loaded
    }

    /// Waits until everything that is stored has been read.
    pub(super) async fn loaded(&self) {
        while !self.is_loaded() {
            clock::pause(PAUSE).await;
        }
    }

    /// Batches most of which IndexedDB no longer needs, each with the rest; once.
    pub(super) fn spent(&self) -> Vec<(String, String)> {
        std::mem::take(&mut self.0.borrow_mut().spent)
    }

    /// IndexedDB, where there is one.
    pub(super) fn mirror(&self) -> Option<Mirror> {
        self.0.borrow().mirror.clone()
    }

    /// Waits until no large change is on its way.
    pub(super) async fn settled(&self) {
        while self.0.borrow().working {
            clock::pause(REST).await;
        }
    }

    /// Says that something more is being written, or is written: the status is Saved only after.
    pub(super) fn also_writes(&self, more: bool) {
        {
            let mut inner = self.0.borrow_mut();
            let under_way = inner.writes_under_way;
            inner.writes_under_way = if more { under_way + 1 } else { under_way.saturating_sub(1) };
        }
        self.tell_or_go_on();
    }

    /// Has IndexedDB get these values together with what is written next, or alone if nothing is.
    pub(super) fn send_along(&self, values: Vec<(String, String)>) {
        let mut inner = self.0.borrow_mut();
        if inner.mirror.is_none() {
            return;
        }
        let copies = &mut inner.copies;
        // Of two values of one key the later is the one.
        copies.retain(|(key, _)| !values.iter().any(|(new, _)| new == key));
        copies.extend(values);
    }

    /// Writes what is owed.
    pub(super) fn flush_now(&self) {
        self.flush();
    }

    /// Keeps which article is open, for the next start.
    pub(super) fn remember(&self, article: &Id) {
        let Some(mirror) = self.0.borrow().mirror.clone() else { return };
        let last = (LAST.to_owned(), article.to_string());
        spawn_local(async move {
            // Where it fails the next start opens another article.
            let _ = mirror.put(&[last]).await;
        });
    }

    /// Takes a project as stored: what is new in it came from the stores.
    pub(super) fn adopt(&self, project: &Project) {
        self.0.borrow_mut().stored = project.clone();
    }

    /// Writes what differs from what is stored.
    pub(super) fn save(&self, project: &Project) {
        let changes = project.changes_since(&self.0.borrow().stored);
        self.save_changes(project, &changes);
    }

    /// Writes what became of a project that was stored before these changes.
    pub(super) fn save_changes(&self, project: &Project, changes: &[Change]) {
        if changes.is_empty() {
            // The place in the history moves too where several steps together change nothing.
            if self.0.borrow().has_more() {
                self.flush();
            }
            return;
        }
        let mut inner = self.0.borrow_mut();
        inner.stored = project.clone();
        let stamp = inner.next_stamp();
        let keys = changes.iter().map(|change| change.key.clone());
        if keys.len() > LARGE {
            let keys = Rc::new(keys.collect());
            inner.known.put_all(&keys, stamp);
            // What others stand in, or have, goes after them: what is half written is to make sense too.
            let part =
                |ground| changes.iter().filter(move |it| is_ground(it) == ground).map(|it| it.key.clone());
            let mut add = |keys| inner.bulk.push_back(Bulk { keys, done: 0, stamp: Some(stamp) });
            if changes.iter().any(is_ground) {
                [false, true].into_iter().for_each(|ground| add(Rc::new(part(ground).collect())));
            } else {
                add(keys);
            }
        } else {
            for key in keys {
                inner.known.put(key.clone(), stamp);
                owe(&mut inner.owed_local, &key);
                owe(&mut inner.owed_mirror, &key);
            }
        }
        drop(inner);
        self.flush();
    }

    /// Writes what is owed, a little at once and much in slices.
    fn flush(&self) {
        let (mirror, (writes, untold)) = {
            let mut inner = self.0.borrow_mut();
            inner.put_off();
            let begins = !inner.bulk.is_empty() || !inner.for_local.is_empty();
            if begins && !std::mem::replace(&mut inner.working, true) {
                let store = self.clone();
                later::then(move |later| (later.work_off)(store));
            }
            let writes = inner.write_local();
            inner.writes_under_way += 1;
            (inner.mirror.clone(), writes)
        };
        self.tell();
        let store = self.clone();
        spawn_local(async move {
            let keys: Vec<(RecordKey, Option<Stamp>)> = {
                let inner = store.0.borrow();
                inner.owed_mirror.iter().map(|key| (key.clone(), inner.known.of(key))).collect()
            };
            if let Some(mirror) = mirror {
                // Each copy goes once, unless it is refused.
                let copies = std::mem::take(&mut store.0.borrow_mut().copies);
                let mut values = copies.clone();
                values.extend(store.0.borrow().values_for_mirror(&keys, &writes));
                let outcome = if values.is_empty() { Ok(()) } else { mirror.put(&values).await };
                let mut inner = store.0.borrow_mut();
                inner.mirror_trouble = outcome.err();
                if inner.mirror_trouble.is_some() {
                    let newer = std::mem::replace(&mut inner.copies, copies);
                    drop(inner);
                    store.send_along(newer);
                } else {
                    for (key, stamp) in &keys {
                        if inner.known.of(key) == *stamp {
                            inner.owed_mirror.retain(|owed| owed != key);
                        }
                    }
                }
            }
            {
                let mut inner = store.0.borrow_mut();
                inner.writes_under_way -= 1;
                inner.tabs.post(&untold);
            }
            store.hear();
            store.tell_or_go_on();
        });
    }

    /// Writes what waits to go along with something, or changed while it was written, when nothing else
    /// is under way any more.
    fn tell_or_go_on(&self) {
        let goes_on = self.0.borrow().has_more();
        if goes_on {
            self.flush();
        } else {
            self.tell();
        }
    }

    /// Writes large changes in slices that leave time to paint and to type: first to the disk, if that
    /// takes them, then to local storage as far as there is room. Named in the later part alone.
    pub(super) fn work_off(self) {
        spawn_local(self.works_off());
    }

    async fn works_off(self) {
        // What was changed is painted first, with all that follows from it.
        clock::frame().await;
        clock::pause(REST).await;
        loop {
            // Asked anew each time: more may have come.
            let (bulk, for_local) = {
                let inner = self.0.borrow();
                (!inner.bulk.is_empty(), !inner.for_local.is_empty())
            };
            if bulk {
                self.write_batches().await;
            } else if for_local {
                self.0.borrow_mut().write_local_slice();
                clock::pause(LOCAL_PAUSE).await;
            } else {
                break;
            }
        }
        self.0.borrow_mut().working = false;
        self.tell_or_go_on();
    }

    /// Writes the bulk to IndexedDB, batch by batch: while the disk takes one the next is made. Where
    /// it refuses one, all that is left is owed to it, and only local storage gets it for now.
    async fn write_batches(&self) {
        let mut under_way = None;
        loop {
            let next = self.next_batch().await;
            let mut refused = false;
            if let Some((outcome, begun)) = under_way.take() {
                refused = self.end_batch(outcome.await, begun);
                self.tell();
            }
            match next {
                Some(batch) if refused => {
                    let keys = batch.taken.into_iter().map(|(key, _)| key);
                    self.0.borrow_mut().owed_mirror.extend(keys);
                }
                Some(batch) => under_way = Some(self.begin_batch(batch)),
                None => break,
            }
        }
    }

    /// Up to [`BATCH`] records of the bulk; `None` where it is empty.
    async fn next_batch(&self) -> Option<Batch> {
        let mut batch = Batch::default();
        loop {
            {
                let mut inner = self.0.borrow_mut();
                let begun = clock::elapsed();
                while batch.taken.len() < BATCH {
                    // Asking for the time costs as much as a record.
                    if batch.taken.len().is_multiple_of(8) && clock::elapsed() - begun > SLICE {
                        break;
                    }
                    let Some((key, stamp)) = inner.next_of_bulk() else { break };
                    let value = inner.value_of(&key, stamp);
                    batch.take(key, stamp, value);
                }
                if batch.taken.len() >= BATCH || inner.bulk.is_empty() {
                    return (!batch.taken.is_empty()).then_some(batch);
                }
            }
            clock::pause(PAUSE).await;
        }
    }

    /// Has IndexedDB write a batch; where there is none it is as good as written.
    fn begin_batch(&self, batch: Batch) -> (impl Future<Output = Result<(), Trouble>> + use<>, Begun) {
        let mut inner = self.0.borrow_mut();
        let Batch { lines, mut values, taken, own } = batch;
        let mut own = own.iter();
        values.retain(|_| own.next().is_some_and(|(key, stamp)| inner.known.of(key) == Some(*stamp)));
        for (article, lines) in lines {
            // Of its own, so that none takes the place of another.
            let Stamp { time, tab } = inner.next_stamp();
            values.push((format!("{BATCH_PREFIX}{article}/{time:016}-{tab:010}"), lines));
        }
        let writes = inner.mirror.as_ref().map(|mirror| mirror.put(&values));
        // Others read what a batch holds when they hear its name.
        for (key, value) in &mut values {
            if key.starts_with(BATCH_PREFIX) {
                value.clear();
            }
        }
        let outcome = async move {
            match writes {
                Some(writes) => writes.await,
                None => Ok(()),
            }
        };
        (outcome, Begun { news: values, taken })
    }

    /// Notes what became of a batch: whether it was refused.
    fn end_batch(&self, outcome: Result<(), Trouble>, begun: Begun) -> bool {
        let mut inner = self.0.borrow_mut();
        let has_mirror = inner.mirror.is_some();
        inner.mirror_trouble = outcome.err().or_else(|| inner.mirror_trouble.take().filter(|_| !has_mirror));
        inner.tabs.post(&begun.news);
        let refused = inner.mirror_trouble.is_some() && has_mirror;
        if refused {
            // The next change tries again.
            inner.owed_mirror.extend(begun.taken.into_iter().map(|(key, _)| key));
            while let Some(Bulk { keys, done, stamp }) = inner.bulk.pop_front() {
                let left = keys.get(done..).unwrap_or_default();
                if stamp.is_some() && !inner.local_behind {
                    inner.for_local.extend(left.iter().cloned());
                }
                inner.owed_mirror.extend(left.iter().cloned());
            }
        }
        refused
    }

    /// Takes in what other tabs have stored, as far as it is newer than what we know: in the order
    /// in which it came, and all of it at once with the session, since until that has it too it
    /// would look as if it had been removed here.
    fn hear(&self) {
        {
            let mut inner = self.0.borrow_mut();
            if !inner.loaded || inner.heard.is_empty() || std::mem::replace(&mut inner.hearing, true) {
                return;
            }
        }
        let store = self.clone();
        spawn_local(async move {
            loop {
                let (mut messages, mirror) = {
                    let mut inner = store.0.borrow_mut();
                    inner.hearing = !inner.heard.is_empty();
                    (std::mem::take(&mut inner.heard), inner.mirror.clone())
                };
                if messages.is_empty() {
                    break;
                }
                // Of a batch only the name was told.
                let mut unread = false;
                for (key, value) in messages.iter_mut().filter(|(key, _)| key.starts_with(BATCH_PREFIX)) {
                    if let Some(mirror) = &mirror {
                        let read = mirror.get(key).await;
                        unread |= read.is_err();
                        *value = read.ok().flatten().unwrap_or_default();
                    }
                }
                if unread {
                    // Heard again, in this order, when IndexedDB has taken something.
                    let mut inner = store.0.borrow_mut();
                    let newer = std::mem::replace(&mut inner.heard, messages);
                    inner.heard.extend(newer);
                    inner.hearing = false;
                    break;
                }
                let (news, on_news) = {
                    let mut inner = store.0.borrow_mut();
                    let mut news = Vec::new();
                    for (key, value) in &messages {
                        if key.starts_with(BATCH_PREFIX) {
                            lines_of(value).for_each(|(key, value)| inner.hear_one(key, value, &mut news));
                        } else {
                            inner.hear_one(key, value, &mut news);
                        }
                    }
                    (news, inner.on_news.clone())
                };
                on_news.emit(news);
            }
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

    /// Whether IndexedDB can be given something, and nothing is under way.
    fn has_more(&self) -> bool {
        let can = self.writes_under_way == 0 && self.mirror.is_some() && self.mirror_trouble.is_none();
        can && (!self.copies.is_empty() || !self.working && !self.owed_mirror.is_empty())
    }

    /// The stored value of a record as it is now.
    fn value_of(&self, key: &RecordKey, stamp: Stamp) -> String {
        match self.stored.get(key) {
            Some(record) => write(&record, &self.stored, stamp),
            None => write_deleted(stamp),
        }
    }

    /// Whether IndexedDB is to get what it lacks: not where some of it could not be read, which may be
    /// newer than what would be written over it.
    fn writes_mirror(&self) -> bool {
        self.mirror.is_some() && self.read_trouble.is_none()
    }

    /// After all has been read: what each store lacks is owed to it. Does so for one slice, and says
    /// whether more is left.
    fn mend(&mut self, known: &mut impl Iterator<Item = (RecordKey, Known)>) -> bool {
        let begun = clock::elapsed();
        let writes_mirror = self.writes_mirror();
        loop {
            // Asking for the time costs as much as a record.
            for _ in 0..64 {
                let Some((key, known)) = known.next() else { return false };
                self.time = self.time.max(known.stamp.time);
                if self.known.of(&key).is_some_and(|newest| newest > known.stamp) {
                    continue;
                }
                self.known.put(key.clone(), known.stamp);
                if !known.in_local && self.local_trouble.is_none() {
                    self.owed_local.push(key.clone());
                }
                if !known.in_mirror && writes_mirror {
                    self.owed_mirror.push(key);
                }
            }
            if clock::elapsed() - begun > SLICE {
                return true;
            }
        }
    }

    /// Makes a large debt a bulk, so that it is paid in slices.
    fn put_off(&mut self) {
        if self.owed_mirror.len() > LARGE {
            // Each keeps the stamp that it has.
            let keys = Rc::new(std::mem::take(&mut self.owed_mirror));
            self.bulk.push_back(Bulk { keys, done: 0, stamp: None });
        }
        if self.owed_local.len() > LARGE {
            self.for_local.extend(std::mem::take(&mut self.owed_local));
        }
    }

    /// The next record of a large change that was not changed again since; local storage is to get it
    /// later.
    fn next_of_bulk(&mut self) -> Option<(RecordKey, Stamp)> {
        loop {
            let Bulk { keys, done, stamp } = self.bulk.front_mut()?;
            let Some(key) = keys.get(*done).cloned() else {
                self.bulk.pop_front();
                continue;
            };
            *done += 1;
            let now = self.known.of(&key);
            let new = stamp.is_some();
            if let Some(now) = now.filter(|now| stamp.is_none_or(|stamp| stamp == *now)) {
                // What is only owed to IndexedDB local storage has, or is owed too.
                if new && !self.local_behind {
                    self.for_local.push_back(key.clone());
                }
                return Some((key, now));
            }
        }
    }

    /// What IndexedDB is to get of these: made anew, or as local storage just got it.
    fn values_for_mirror(
        &self,
        keys: &[(RecordKey, Option<Stamp>)],
        made: &[(String, String)],
    ) -> Vec<(String, String)> {
        let value = |(key, stamp): &(RecordKey, Option<Stamp>)| {
            let name = key_text(key);
            let made = made.iter().find(|(other, _)| *other == name).map(|(_, value)| value.clone());
            Some((name, made.or_else(|| Some(self.value_of(key, (*stamp)?)))?))
        };
        keys.iter().filter_map(value).collect()
    }

    /// Writes to local storage what is owed to it, and gives the values; and those that it did not
    /// take: of the others it tells the other tabs itself.
    fn write_local(&mut self) -> (Values, Values) {
        let is_new = |key: &RecordKey| self.known.of(key).is_some_and(|stamp| stamp.time == self.time);
        // What is new before what did not fit earlier: where that does not fit either, no more is tried.
        let (mut owed, older): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.owed_local).into_iter().partition(is_new);
        owed.extend(older);
        let mut trouble = None;
        let (mut made, mut untold) = (Vec::with_capacity(owed.len()), Vec::new());
        for key in owed {
            let Some(stamp) = self.known.of(&key) else { continue };
            if trouble == Some(Trouble::Full) && stamp.time < self.time {
                self.owed_local.push(key);
                continue;
            }
            let (name, value) = (key_text(&key), self.value_of(&key, stamp));
            if let Err(refused) = local::set(&name, &value) {
                untold.push((name.clone(), value.clone()));
                if refused != Trouble::Full || !self.is_at_home_in_mirror(&key) {
                    trouble = Some(refused);
                    self.owed_local.push(key);
                }
            }
            made.push((name, value));
        }
        self.local_trouble = trouble.or_else(|| match self.local_trouble.take() {
            Some(Trouble::Blocked) => Some(Trouble::Blocked),
            other => other.filter(|_| self.local_behind),
        });
        (made, untold)
    }

    /// Whether it is a text, which may be in IndexedDB alone where it does not fit into local storage.
    /// What stands in one that neither store takes would only be in the way there.
    fn is_at_home_in_mirror(&self, key: &RecordKey) -> bool {
        is_article(key) && self.mirror.is_some() && self.mirror_trouble.is_none()
    }

    /// Once local storage is full, the rest is not tried. Many bytes at a time: the first access of a
    /// slice takes Firefox milliseconds while a second tab is open.
    fn write_local_slice(&mut self) {
        let begun = clock::elapsed();
        let mut bytes = 0;
        while !self.local_behind {
            if bytes > STRIDE {
                bytes = 0;
                if clock::elapsed() - begun > LOCAL_SLICE {
                    break;
                }
            }
            let Some(key) = self.for_local.pop_front() else { break };
            let Some(stamp) = self.known.of(&key) else { continue };
            let value = self.value_of(&key, stamp);
            bytes += value.len();
            match local::set(&key_text(&key), &value) {
                Ok(()) => {}
                Err(Trouble::Full) if self.is_at_home_in_mirror(&key) => {}
                Err(trouble) => {
                    self.local_behind = true;
                    self.local_trouble = Some(trouble);
                }
            }
        }
        if self.local_behind {
            self.for_local.clear();
        }
    }

    fn hear_one(&mut self, key: &str, value: &str, news: &mut News) {
        let (name, stamp, record) = match read(key, value, &self.stored) {
            Ok(read) => read,
            // A text that does not fit into local storage comes later, by way of IndexedDB.
            Err(Fault::NoArticle) => return self.early.push((key.to_owned(), value.to_owned())),
            // A value that cannot be read here is in the stores as it was written; the next start
            // sets it aside and says so.
            Err(_) => return,
        };
        if self.known.of(&name).is_some_and(|known| known >= stamp) {
            return;
        }
        self.time = self.time.max(stamp.time);
        self.owed_local.retain(|owed| *owed != name);
        self.known.put(name.clone(), stamp);
        let stored = match &record {
            Some(record) => self.stored.with(record.clone()),
            None => Some(self.stored.without(&name)),
        };
        if let Some(stored) = stored {
            // For what comes next; the session's own takes its place soon.
            self.stored = stored;
            let early = if is_article(&name) { std::mem::take(&mut self.early) } else { Vec::new() };
            news.push((name, record));
            early.iter().for_each(|(key, value)| self.hear_one(key, value, news));
        }
    }

    fn status(&self) -> Status {
        let left: usize = self.bulk.iter().map(|bulk| bulk.keys.len() - bulk.done).sum();
        let under_way = self.working || self.writes_under_way > 0;
        if left > 0 && self.mirror_trouble.is_none() {
            Status::Saving(left)
        } else if let (local, mirror) =
            (self.local_trouble.clone(), self.mirror_trouble.clone().or_else(|| self.read_trouble.clone()))
            && (local.is_some() || mirror.is_some())
        {
            Status::NotSaved { local, mirror }
        } else if under_way || !self.owed_mirror.is_empty() {
            Status::Saving(0)
        } else if !self.loaded {
            Status::Loading
        } else {
            Status::Saved
        }
    }
}

fn owe(owed: &mut Vec<RecordKey>, key: &RecordKey) {
    if !owed.contains(key) {
        owed.push(key.clone());
    }
}

/// Whether something goes that other records stand in, or have.
fn is_ground(change: &Change) -> bool {
    let is_inside = matches!(change.key, RecordKey::Annotation(..) | RecordKey::Link(..));
    change.after.is_none() && !is_inside
}

fn is_article(key: &RecordKey) -> bool {
    matches!(key, RecordKey::Article(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_change_done_again_takes_the_place_of_the_one_before() {
        let id = |number: usize| Id::new(&format!("a{number:05}")).expect("an id");
        let key = |number| RecordKey::Annotation(id(0), id(number));
        let keys = |from: usize| Rc::new((from..from + MANY + 1).map(key).collect::<Vec<_>>());
        let stamp = |time| Stamp { time, tab: 1 };
        let mut stamps = Stamps::default();
        // In a list of its own each time, as steps bring it.
        for time in 1..=3 {
            stamps.put_all(&keys(0), stamp(time));
        }
        assert_eq!((stamps.of_many.len(), stamps.of(&key(7))), (1, Some(stamp(3))));
        // Another change stands beside it, and the newest of both counts.
        stamps.put_all(&keys(5), stamp(4));
        assert_eq!(stamps.of_many.len(), 2);
        assert_eq!([4, 5].map(|number| stamps.of(&key(number))), [Some(stamp(3)), Some(stamp(4))]);
        stamps.put(key(4), stamp(5));
        assert_eq!(stamps.of(&key(4)), Some(stamp(5)));
        assert_eq!(stamps.of(&key(MANY + 9)), None);
    }
}
