//! Reads what is stored: first what the first sight of the page needs, then the rest, piece by
//! piece, so that a start takes as long with a thousand articles as with one.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::store::{BATCH_PREFIX, LAST};
use crate::browser::{Mirror, Trouble, clock, local};
use crate::format::{BAD_PREFIX, Fault, Known, Loading, PREFIX, SETTINGS_KEY, SetAside, lines_of};
use crate::model::{Id, Project, RecordKey};

/// What is not an article's, by kind.
const COMMON: [&str; 3] = ["label", "rest", "actor"];
/// What stands in articles.
const INSIDE: [&str; 2] = ["annotation", "link"];
/// So many articles are asked for at once.
const ARTICLES: usize = 16;
/// So many batches at most are written anew after a start.
const ANEW: usize = 16;
/// After so many bytes a slice asks how long it took: after each record that would cost as much as
/// the record.
pub(super) const STRIDE: usize = 24 * 1024;
/// So long may be read before the page is shown, in milliseconds.
const FIRST: f64 = 30.0;

/// A reading of both stores that can be gone on with.
pub(super) struct Loader {
    mirror: Option<Mirror>,
    trouble: Option<Trouble>,
    loading: Loading,
    /// What of it the session has.
    given: Project,
    given_aside: usize,
    /// The keys of local storage that were not asked for yet, once they have been listed.
    local_left: Option<BTreeSet<String>>,
    /// The keys of it that were asked for before.
    asked: Vec<String>,
    /// Whether local storage is still left alone, and what was taken in meanwhile.
    without_local: bool,
    taken: Vec<String>,
    waiting: VecDeque<Piece>,
    /// The batch that is being read.
    batch: Option<Batch>,
    /// Batches most of which is of no use any more, each with what still is.
    spent: Vec<(String, String)>,
    /// The articles that are not read yet, once they have been listed.
    articles: Option<VecDeque<String>>,
    read: BTreeSet<String>,
    /// The article that was opened last, and the settings, as IndexedDB has them.
    last: Option<String>,
    settings: Option<String>,
    /// Whether what only local storage has was asked for.
    last_call: bool,
}

/// Many values, one to a line.
struct Batch {
    name: String,
    lines: String,
    /// What local storage has of them, once it was asked.
    local: VecDeque<Option<String>>,
    /// So many bytes have been read.
    read: usize,
    /// The lines that are of use, as long as they are fewer than half.
    of_use: String,
}

/// Something that was found and is to be taken in. Local storage is asked for much at once: the
/// first access of a slice takes Firefox milliseconds while a second tab is open.
enum Piece {
    /// A key with local storage's value and IndexedDB's, if they have one.
    Value(String, Option<String>, Option<String>),
    /// A key that only local storage has.
    Local(String),
    /// The name of a batch.
    Batch(String),
}

impl Batch {
    /// Whether less than half of it is of use, as far as it has been read.
    fn is_worn(&self) -> bool {
        self.of_use.len() < self.lines.len() / 2
    }
}

impl Loader {
    /// Reads the codebook, the registry and the article that was opened last; everything, if it
    /// is not known which that is. Where IndexedDB has what the first sight of the page needs, local
    /// storage is not asked before [`Loader::hear_local`].
    pub(super) async fn begin(mirror: Option<Mirror>) -> (Loader, Option<Id>) {
        let mut loader = Loader {
            mirror,
            trouble: None,
            loading: Loading::default(),
            given: Project::default(),
            given_aside: 0,
            local_left: None,
            asked: Vec::new(),
            without_local: true,
            taken: Vec::new(),
            waiting: VecDeque::new(),
            batch: None,
            spent: Vec::new(),
            articles: None,
            read: BTreeSet::new(),
            last: None,
            settings: None,
            last_call: false,
        };
        loader.ask(&[]).await;
        if loader.settings.is_none() || loader.last.is_none() {
            loader.hear_local();
        }
        let last = loader.last.take().and_then(|id| Id::new(&id).ok());
        if let Some(id) = &last {
            loader.ask(&[id.to_string()]).await;
            // A large registry comes before it.
            while loader.advance(FIRST).await && loader.project().article(id).is_none() {}
        }
        let last = last.filter(|id| loader.project().article(id).is_some());
        if last.is_none() {
            while loader.advance(FIRST).await || loader.fetch().await {
                // What waits is there with its value: not of everything at once.
                loader.loading.settle();
            }
        }
        loader.loading.settle();
        loader.given = loader.project().clone();
        (loader, last)
    }

    /// Asks local storage for all that was asked of IndexedDB alone, once.
    pub(super) fn hear_local(&mut self) {
        if !std::mem::replace(&mut self.without_local, false) {
            return;
        }
        for key in std::mem::take(&mut self.taken) {
            let value = self.local_value(&key);
            self.loading.take_local(&key, value.as_deref());
        }
        self.loading.settle();
        let mut waiting = std::mem::take(&mut self.waiting);
        for piece in &mut waiting {
            if let Piece::Value(key, value, _) = piece {
                *value = self.local_value(key);
            }
        }
        self.waiting = waiting;
    }

    /// The settings, as IndexedDB has them.
    pub(super) fn settings(&self) -> Option<&str> {
        self.settings.as_deref()
    }

    /// What was read so far.
    pub(super) fn project(&self) -> &Project {
        &self.loading.project
    }

    /// What is known of what was read so far.
    pub(super) fn known(&self) -> &BTreeMap<RecordKey, Known> {
        &self.loading.known
    }

    /// Whether the stores held anything, broken values included.
    pub(super) fn found_anything(&self) -> bool {
        !self.loading.known.is_empty() || !self.loading.set_aside.is_empty()
    }

    /// Why IndexedDB could not be read.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        self.trouble.clone()
    }

    /// Brings what came in into the project; gives what that was the last time, and what could not be
    /// read since.
    pub(super) fn news(&mut self) -> (Project, Vec<SetAside>) {
        self.loading.settle();
        let before = std::mem::replace(&mut self.given, self.loading.project.clone());
        let aside = self.loading.set_aside[self.given_aside..].to_vec();
        self.given_aside = self.loading.set_aside.len();
        // Where IndexedDB cannot be read, it may have the article that something stands in.
        let whole = self.mirror.is_some() && self.trouble.is_none();
        let stays = |it: &SetAside| it.in_mirror || !whole && matches!(it.fault, Fault::NoArticle);
        for it in aside.iter().filter(|it| it.movable && !stays(it)) {
            // The raw value is safe under its new name; the old place is free.
            if local::set(&format!("{BAD_PREFIX}{}", it.key), &it.raw).is_ok() {
                let _ = local::remove(&it.key);
            }
        }
        (before, aside)
    }

    /// The batches of which most values have newer ones in IndexedDB, each with the others. None
    /// while there is something that could not be read: what it was before may be needed.
    pub(super) fn spent(&mut self) -> Vec<(String, String)> {
        let spent = std::mem::take(&mut self.spent);
        if self.loading.set_aside.is_empty() { spent } else { Vec::new() }
    }

    /// What is known of every record, and what IndexedDB is to get as it is.
    pub(super) fn end(self) -> (BTreeMap<RecordKey, Known>, Vec<(String, String)>) {
        (self.loading.known, self.loading.copies)
    }

    /// Takes in what was found, for so many milliseconds; whether there is more of it. In the project
    /// it is after [`Loader::news`]: what is brought there costs as much for a little as for much.
    pub(super) async fn advance(&mut self, milliseconds: f64) -> bool {
        let begun = clock::elapsed();
        let mut bytes = 0;
        loop {
            if bytes > STRIDE {
                bytes = 0;
                if clock::elapsed() - begun > milliseconds {
                    return true;
                }
            }
            if let Some(mut batch) = self.batch.take() {
                let left = &batch.lines[batch.read..];
                if batch.local.is_empty() && !self.without_local {
                    batch.local = lines_of(left).map(|(key, _)| self.local_value(key)).collect();
                }
                let end = left.find('\n').map_or(batch.lines.len(), |end| batch.read + end + 1);
                let line = lines_of(left).next();
                if let Some((key, value)) = line {
                    let local = batch.local.pop_front().flatten();
                    bytes += end - batch.read + local.as_ref().map_or(0, String::len);
                    let of_use = self.take(key, local.as_deref(), Some(value));
                    if of_use && batch.is_worn() {
                        batch.of_use.push_str(&batch.lines[batch.read..end]);
                    }
                    batch.read = end;
                    self.batch = Some(batch);
                } else if batch.of_use.is_empty() || batch.is_worn() && self.spent.len() < ANEW {
                    self.spent.push((batch.name, batch.of_use));
                }
                continue;
            }
            match self.waiting.pop_front() {
                Some(Piece::Value(key, local, value)) => {
                    bytes +=
                        key.len() + [&local, &value].into_iter().flatten().map(String::len).sum::<usize>();
                    self.take(&key, local.as_deref(), value.as_deref());
                }
                Some(Piece::Local(key)) => {
                    let value = self.local_value(&key);
                    bytes += key.len() + value.as_ref().map_or(0, String::len);
                    self.loading.take(&key, value.as_deref(), None);
                }
                Some(Piece::Batch(name)) => {
                    if let Some(mirror) = &self.mirror {
                        let lines = mirror.get(&name).await;
                        let lines = self.note(lines).flatten();
                        self.batch = lines.map(|lines| {
                            let (local, of_use) = Default::default();
                            Batch { name, lines, local, read: 0, of_use }
                        });
                    }
                }
                None => return false,
            }
        }
    }

    /// Asks for the next articles; `false` when all has been asked for.
    pub(super) async fn fetch(&mut self) -> bool {
        if self.articles.is_none() {
            self.list().await;
            return true;
        }
        let next: Vec<String> = match &mut self.articles {
            Some(articles) => articles.drain(..articles.len().min(ARTICLES)).collect(),
            None => Vec::new(),
        };
        if !next.is_empty() {
            self.ask(&next).await;
            return true;
        }
        if std::mem::replace(&mut self.last_call, true) {
            return false;
        }
        // What only local storage has, articles first.
        let left = self.local_left.iter().flatten().cloned().partition::<Vec<_>, _>(|key| is_article(key));
        self.waiting.extend([left.0, left.1].into_iter().flatten().map(Piece::Local));
        true
    }

    /// Lists what there is.
    async fn list(&mut self) {
        // Blocked local storage is told of by the store.
        let mut keys = BTreeSet::new();
        keys.extend(local::keys(PREFIX).unwrap_or_default());
        for key in &self.asked {
            keys.remove(key);
        }
        self.asked = Vec::new();
        let kinds = INSIDE.iter().map(|kind| format!("{PREFIX}{kind}/"));
        let prefixes: Vec<String> =
            kinds.chain([format!("{PREFIX}article/"), BATCH_PREFIX.to_owned()]).collect();
        let mut articles = BTreeSet::new();
        for prefix in &prefixes {
            if let Some(mirror) = &self.mirror {
                let names = mirror.names(prefix).await;
                articles.extend(self.note(names).into_iter().flatten());
            }
            let of_local = keys.iter().filter_map(|key| key.strip_prefix(prefix)?.split('/').next());
            articles.extend(of_local.map(str::to_owned));
        }
        self.articles = Some(articles.into_iter().filter(|id| !self.read.contains(id)).collect());
        self.local_left = Some(keys);
    }

    /// Asks for articles with all that stands in them, and the first time for what is not an
    /// article's.
    async fn ask(&mut self, ids: &[String]) {
        let mut prefixes = Vec::new();
        if self.read.insert(String::new()) {
            prefixes.extend([LAST, SETTINGS_KEY].map(str::to_owned));
            prefixes.extend(COMMON.iter().map(|kind| format!("{PREFIX}{kind}/")));
        }
        // Articles before what stands in them; one may be in local storage alone.
        let articles: Vec<String> = ids.iter().map(|id| format!("{PREFIX}article/{id}")).collect();
        prefixes.extend(articles.iter().cloned());
        prefixes.extend(ids.iter().flat_map(|id| INSIDE.map(|kind| format!("{PREFIX}{kind}/{id}/"))));
        let batches: Vec<String> = ids.iter().map(|id| format!("{BATCH_PREFIX}{id}/")).collect();
        let (mut values, batches) = match &self.mirror {
            Some(mirror) => {
                let found = mirror.read(&prefixes, &batches).await;
                self.note(found).unwrap_or_default()
            }
            None => Default::default(),
        };
        let mut missing: Vec<String> = articles;
        values.retain(|(key, value)| {
            missing.retain(|article| article != key);
            let place = match key.as_str() {
                LAST => &mut self.last,
                SETTINGS_KEY => &mut self.settings,
                _ => return true,
            };
            *place = Some(value.clone());
            false
        });
        if !missing.is_empty() {
            self.hear_local();
            self.waiting.extend(missing.into_iter().map(Piece::Local));
        }
        for (key, value) in values {
            let local = self.local_value(&key);
            self.waiting.push_back(Piece::Value(key, local, Some(value)));
        }
        // The newest first: the older ones then change nothing.
        self.waiting.extend(batches.into_iter().rev().map(Piece::Batch));
        self.read.extend(ids.iter().cloned());
    }

    fn take(&mut self, key: &str, local: Option<&str>, mirror: Option<&str>) -> bool {
        if self.without_local {
            self.taken.push(key.to_owned());
        }
        self.loading.take(key, local, mirror)
    }

    /// What local storage has under a key that is asked for once; nothing while it is left alone.
    fn local_value(&mut self, key: &str) -> Option<String> {
        if self.without_local {
            return None;
        }
        if let Some(left) = &mut self.local_left {
            return if left.remove(key) { local::get(key) } else { None };
        }
        let value = local::get(key);
        if value.is_some() {
            self.asked.push(key.to_owned());
        }
        value
    }

    fn note<T>(&mut self, outcome: Result<T, Trouble>) -> Option<T> {
        outcome.map_err(|trouble| self.trouble = Some(trouble)).ok()
    }
}

fn is_article(key: &str) -> bool {
    key.strip_prefix(PREFIX).is_some_and(|rest| rest.starts_with("article/"))
}
