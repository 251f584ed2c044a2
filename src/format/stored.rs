use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::layout::{Layout, ROOM, json, json_in};
use super::members::{self, Members, of_actor, of_label, of_link, of_rest};
use super::record::{AnnotationRecord, ArticleRecord, Same, Wrong};
use crate::model::{Id, Project, Record, RecordKey};

/// Every key of this version begins so.
pub const PREFIX: &str = "verbatim/1/";
/// Broken values are kept under their old key behind this.
pub const BAD_PREFIX: &str = "verbatim/bad/";
/// Makes a stored value of one version into one of the next; why, if it cannot.
type Migration = fn(Value) -> Result<Value, String>;
/// From version 1 to 2, from 2 to 3, and so on. There has been one version so far.
const MIGRATIONS: &[Migration] = &[];
/// The version that is written.
const VERSION: u64 = 1 + MIGRATIONS.len() as u64;

/// When a value was written, and by which tab. The later one wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stamp {
    /// Milliseconds since 1970, later than every stamp that the tab had seen.
    pub time: u64,
    /// A random number; decides between equal times.
    pub tab: u32,
}

#[derive(Deserialize)]
struct Envelope<T> {
    #[serde(default)]
    stamp: Option<Stamp>,
    #[serde(default)]
    deleted: bool,
    #[serde(default = "none")]
    record: Option<T>,
}

fn none<T>() -> Option<T> {
    None
}

/// What every version of a value has.
#[derive(Deserialize)]
struct Head {
    version: u64,
}

/// Why a stored value cannot be used. It is kept as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is not JSON, or a member is missing or of another kind.
    Malformed(String),
    /// A later version of Verbatim wrote it.
    NewerVersion(u64),
    /// It contradicts itself or the article: a span that does not match, say.
    Wrong(String),
    /// Its article is not there.
    NoArticle,
    /// The key names nothing that we know.
    UnknownKey,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Malformed(why) => write!(f, "it is not a record of ours: {why}"),
            Fault::NewerVersion(version) => {
                write!(f, "a later Verbatim wrote it (version {version}); open it there")
            }
            Fault::Wrong(why) => f.write_str(why),
            Fault::NoArticle => f.write_str("its article is not here"),
            Fault::UnknownKey => f.write_str("its key names nothing that is known"),
        }
    }
}

impl From<Wrong> for Fault {
    fn from(wrong: Wrong) -> Fault {
        Fault::Wrong(wrong.0)
    }
}

/// A stored value that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// Where it was.
    pub key: String,
    /// The value, unchanged.
    pub raw: String,
    /// What is wrong.
    pub fault: Fault,
    /// Whether it was in IndexedDB; else it was in local storage.
    pub in_mirror: bool,
    /// Whether it should be moved out of the way; a later version's value must stay.
    pub movable: bool,
}

/// What is known of a stored record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The newest stamp.
    pub stamp: Stamp,
    /// Whether local storage has the value of that stamp.
    pub in_local: bool,
    /// Whether IndexedDB has it.
    pub in_mirror: bool,
}

/// What two stores amount to, record by record, as it comes in: the newer value wins, a value
/// that one side lacks or has broken comes from the other, and a tombstone is a value.
///
/// Pure. What cannot be used is in [`Loading::set_aside`]; nothing is lost.
#[derive(Clone, Debug, Default)]
pub struct Loading {
    /// What can be used. Annotations and links come into it with [`Loading::settle`].
    pub project: Project,
    /// What is known of each record.
    pub known: BTreeMap<RecordKey, Known>,
    /// What cannot be used.
    pub set_aside: Vec<SetAside>,
    /// Values that IndexedDB is to get as they are: copies of broken ones, and tombstones in
    /// their places.
    pub copies: Vec<(String, String)>,
    /// Read, and not in the project yet; the value, should it not fit.
    waiting: Vec<(Record, String)>,
    /// Records of which a later version has a value.
    later: Vec<RecordKey>,
    same: Same,
}

/// The key of a record.
#[must_use]
pub fn key_text(key: &RecordKey) -> String {
    match key {
        RecordKey::Article(id) => format!("{PREFIX}article/{id}"),
        RecordKey::Annotation(article, id) => format!("{PREFIX}annotation/{article}/{id}"),
        RecordKey::Actor(id) => format!("{PREFIX}actor/{id}"),
        RecordKey::Link(article, id) => format!("{PREFIX}link/{article}/{id}"),
        RecordKey::Label(id) => format!("{PREFIX}label/{id}"),
        RecordKey::Rest(id) => format!("{PREFIX}rest/{id}"),
    }
}

/// The record that a key names.
#[must_use]
pub fn parse_key(key: &str) -> Option<RecordKey> {
    let mut parts = key.strip_prefix(PREFIX)?.split('/');
    let kind = parts.next()?;
    let mut id = || Id::new(parts.next()?).ok();
    let parsed = match kind {
        "article" => RecordKey::Article(id()?),
        "annotation" => RecordKey::Annotation(id()?, id()?),
        "actor" => RecordKey::Actor(id()?),
        "link" => RecordKey::Link(id()?, id()?),
        "label" => RecordKey::Label(id()?),
        "rest" => RecordKey::Rest(id()?),
        _ => return None,
    };
    parts.next().is_none().then_some(parsed)
}

/// A record as a stored value. `project` holds the article of an annotation.
#[must_use]
pub fn write(record: &Record, project: &Project, stamp: Stamp) -> String {
    match record {
        Record::Article(article) => {
            // Some characters take two bytes in JSON.
            let room = article.text().len() / 8 * 9 + 1_024;
            envelope_in(room, stamp, ArticleRecord::of(article))
        }
        Record::Annotation(annotation) => match project.article(&annotation.article) {
            Some(article) => envelope(stamp, AnnotationRecord::of(annotation, article)),
            // The project's invariant: an annotation's article is there.
            None => write_deleted(stamp),
        },
        Record::Actor(actor) => envelope(stamp, of_actor(actor)),
        Record::Link(link) => envelope(stamp, of_link(link)),
        Record::Label(label) => envelope(stamp, of_label(label)),
        Record::Rest(rest) => envelope(stamp, of_rest(rest)),
    }
}

fn envelope(stamp: Stamp, record: impl Serialize) -> String {
    envelope_in(ROOM, stamp, record)
}

fn envelope_in(room: usize, stamp: Stamp, record: impl Serialize) -> String {
    #[derive(Serialize)]
    struct Out<T> {
        version: u64,
        stamp: Stamp,
        record: T,
    }
    json_in(room, &Out { version: VERSION, stamp, record }, Layout::Compact)
}

/// The tombstone of a removed record: it keeps what was removed removed.
#[must_use]
pub fn write_deleted(stamp: Stamp) -> String {
    #[derive(Serialize)]
    struct Out {
        deleted: bool,
        stamp: Stamp,
        version: u64,
    }
    json(&Out { deleted: true, stamp, version: VERSION }, Layout::Compact)
}

/// Adds a stored value to a batch: many values that are stored as one.
pub fn batch_line(batch: &mut String, key: &RecordKey, value: &str) {
    // Neither keys nor compact JSON hold a tab or a line feed.
    batch.push_str(&key_text(key));
    batch.push('\t');
    batch.push_str(value);
    batch.push('\n');
}

/// The keys and values of a batch.
pub fn lines_of(batch: &str) -> impl Iterator<Item = (&str, &str)> {
    batch.lines().map(|line| line.split_once('\t').unwrap_or((line, "")))
}

/// Reads a stored value; `None` for a tombstone. An annotation is checked against its
/// article in `project`.
///
/// # Errors
/// A [`Fault`] when it cannot be used.
pub fn read(key: &str, value: &str, project: &Project) -> Result<(RecordKey, Stamp, Option<Record>), Fault> {
    let name = parse_key(key).ok_or(Fault::UnknownKey)?;
    let (stamp, record) = read_one(&name, value, project, &mut Same::default())?;
    Ok((name, stamp, record))
}

fn read_one(
    name: &RecordKey,
    value: &str,
    project: &Project,
    same: &mut Same,
) -> Result<(Stamp, Option<Record>), Fault> {
    let value = current(value)?;
    let (stamp, record): (Stamp, Option<Result<Record, Fault>>) = match name {
        RecordKey::Article(_) => {
            let (stamp, record) = open::<ArticleRecord<'_>>(&value)?;
            (stamp, record.map(|it| Ok(Record::Article(Rc::new(it.article(None)?.0)))))
        }
        RecordKey::Annotation(article, _) => {
            let (stamp, record) = open::<AnnotationRecord<'_>>(&value)?;
            let article = project.article(article);
            let read = |it: AnnotationRecord<'_>| {
                let annotation = it.annotation(article.ok_or(Fault::NoArticle)?, same);
                Ok(Record::Annotation(Rc::new(annotation.map_err(|(_, wrong)| wrong)?)))
            };
            (stamp, record.map(read))
        }
        _ => {
            let (stamp, record) = open::<Members>(&value)?;
            let read = |it: Members| {
                Ok(match name {
                    RecordKey::Actor(_) => Record::Actor(Rc::new(members::actor(it)?)),
                    RecordKey::Link(article, _) => {
                        project.article(article).ok_or(Fault::NoArticle)?;
                        Record::Link(Rc::new(members::link(it, article)?))
                    }
                    RecordKey::Label(_) => Record::Label(Rc::new(members::label(it)?)),
                    _ => Record::Rest(Rc::new(members::rest(it)?)),
                })
            };
            (stamp, record.map(read))
        }
    };
    let record: Option<Record> = record.transpose()?;
    if record.as_ref().is_some_and(|record| record.key() != *name) {
        return Err(Fault::Wrong("its id is not that of its key".into()));
    }
    Ok((stamp, record))
}

/// A value in this version's form.
fn current(value: &str) -> Result<Cow<'_, str>, Fault> {
    // As this version writes it: looked into no further.
    if MIGRATIONS.is_empty() && value.starts_with("{\"version\":1,") {
        return Ok(value.into());
    }
    migrated(value, MIGRATIONS)
}

/// A value of any version up to the one that `migrations` lead to, in that one's form.
fn migrated<'a>(value: &'a str, migrations: &[Migration]) -> Result<Cow<'a, str>, Fault> {
    let newest = 1 + migrations.len() as u64;
    let malformed = |why: serde_json::Error| Fault::Malformed(why.to_string());
    let version = serde_json::from_str::<Head>(value).map_err(malformed)?.version;
    if version == newest {
        return Ok(value.into());
    }
    if version > newest {
        return Err(Fault::NewerVersion(version));
    }
    let first = version.checked_sub(1).and_then(|it| usize::try_from(it).ok());
    let Some(steps) = first.and_then(|first| migrations.get(first..)) else {
        return Err(Fault::Malformed(format!("there is no version {version}")));
    };
    let mut migrated: Value = serde_json::from_str(value).map_err(malformed)?;
    for step in steps {
        migrated = step(migrated).map_err(Fault::Malformed)?;
    }
    Ok(migrated.to_string().into())
}

/// Opens a value of this version; `None` for a tombstone.
fn open<'a, T: Deserialize<'a>>(current: &'a str) -> Result<(Stamp, Option<T>), Fault> {
    let malformed = |why: serde_json::Error| Fault::Malformed(why.to_string());
    let envelope: Envelope<T> = serde_json::from_str(current).map_err(malformed)?;
    let stamp = envelope.stamp.ok_or_else(|| Fault::Malformed("its stamp is missing".into()))?;
    match (envelope.deleted, envelope.record) {
        (true, _) => Ok((stamp, None)),
        (false, Some(record)) => Ok((stamp, Some(record))),
        (false, None) => Err(Fault::Malformed("its record is missing".into())),
    }
}

impl Loading {
    /// Takes in what local storage and IndexedDB have under a key. A key may come more than
    /// once; articles come before what stands in them.
    ///
    /// Whether IndexedDB's value is of use: it is not when a newer one has come from there.
    pub fn take(&mut self, key: &str, local: Option<&str>, mirror: Option<&str>) -> bool {
        let newest =
            self.take_in(key, local, mirror).and_then(|(name, stamp)| Some((stamp, self.known.get(&name)?)));
        newest.is_none_or(|(stamp, newest)| newest.stamp <= stamp || !newest.in_mirror)
    }

    /// Takes in what local storage has under a key of which IndexedDB's value was taken in before.
    pub fn take_local(&mut self, key: &str, local: Option<&str>) {
        let Some(local) = local else { return };
        // The same broken value on both sides is told once, moved once.
        match self.set_aside.iter_mut().find(|it| it.key == key && it.raw == local) {
            Some(same) => same.in_mirror = false,
            None => drop(self.take_in(key, Some(local), None)),
        }
    }

    /// Gives the name and the stamp of IndexedDB's value.
    fn take_in(
        &mut self,
        key: &str,
        local: Option<&str>,
        mirror: Option<&str>,
    ) -> Option<(RecordKey, Stamp)> {
        let name = parse_key(key);
        let stamp = |raw: &str| Some(open::<Members>(&current(raw).ok()?).ok()?.0);
        let known = name.as_ref().and_then(|name| self.known.get(name)).map(|it| it.stamp);
        let differ = local.zip(mirror).is_some_and(|(one, other)| one != other);
        let stamps = [local, mirror].into_iter().flatten().filter(|_| differ).filter_map(stamp);
        let best = stamps.chain(known).max();
        let mut of_mirror = None;
        let mut newest: Option<(Known, &str, RecordKey, Option<Record>)> = None;
        let mut later = false;
        let mut older = None;
        for (raw, in_mirror) in [(local, false), (mirror, true)] {
            let Some(raw) = raw else { continue };
            // Of what has a newer value only its age matters: its article may have gone with it.
            if let Some(old) = best.and_then(|best| stamp(raw).filter(|stamp| *stamp < best)) {
                of_mirror = name.clone().map(|name| (name, old)).filter(|_| in_mirror);
                older = Some((raw, in_mirror)).filter(|_| known.is_none_or(|known| known <= old));
                continue;
            }
            if in_mirror && local == Some(raw) {
                match &mut newest {
                    Some((known, ..)) => known.in_mirror = true,
                    // The same broken value on both sides is told once, moved once.
                    None if !later => {
                        self.copies.push((format!("{BAD_PREFIX}{key}"), raw.to_owned()));
                        self.copies.push((key.to_owned(), write_deleted(Stamp { time: 0, tab: 0 })));
                    }
                    None => {}
                }
                continue;
            }
            let name = name.clone().ok_or(Fault::UnknownKey);
            let read = name.and_then(|name| {
                let (stamp, record) = read_one(&name, raw, &self.project, &mut self.same)?;
                Ok((name, stamp, record))
            });
            match read {
                Ok((name, stamp, record)) => {
                    of_mirror = Some((name.clone(), stamp)).filter(|_| in_mirror);
                    let known = Known { stamp, in_local: !in_mirror, in_mirror };
                    if newest.as_ref().is_none_or(|(other, ..)| other.stamp < stamp) {
                        newest = Some((known, raw, name, record));
                    }
                }
                Err(fault) => {
                    let movable = !matches!(fault, Fault::NewerVersion(_));
                    later |= !movable;
                    let (raw, key) = (raw.to_owned(), key.to_owned());
                    if in_mirror && movable {
                        self.copies.push((format!("{BAD_PREFIX}{key}"), raw.clone()));
                        if newest.is_none() {
                            // The place is marked as empty.
                            self.copies.push((key.clone(), write_deleted(Stamp { time: 0, tab: 0 })));
                        }
                    }
                    self.set_aside.push(SetAside { key, raw, fault, in_mirror, movable });
                }
            }
        }
        if later {
            if let Some(name) = name {
                self.leave(&name);
                self.later.push(name);
            }
            return of_mirror;
        }
        let Some((known, raw, name, record)) = newest else {
            return match older {
                // The newer one is broken.
                Some((raw, true)) => self.take_in(key, None, Some(raw)),
                Some((raw, false)) => self.take_in(key, Some(raw), None),
                None => of_mirror,
            };
        };
        if self.later.contains(&name) {
            return of_mirror;
        }
        match self.known.get_mut(&name) {
            Some(other) if other.stamp == known.stamp => {
                other.in_local |= known.in_local;
                other.in_mirror |= known.in_mirror;
                return of_mirror;
            }
            Some(other) if other.stamp > known.stamp => return of_mirror,
            _ => {}
        }
        match record {
            Some(record @ (Record::Annotation(_) | Record::Link(_))) => {
                self.waiting.push((record, raw.to_owned()));
            }
            Some(record) => match self.project.with(record) {
                Some(project) => self.project = project,
                None => {
                    self.does_not_fit(key.to_owned(), raw.to_owned());
                    return of_mirror;
                }
            },
            None if self.known.contains_key(&name) => {
                self.settle();
                self.project = self.project.without(&name);
            }
            None => {}
        }
        self.known.insert(name, known);
        of_mirror
    }

    /// Takes back what was taken in of a record that a later version has written since.
    fn leave(&mut self, name: &RecordKey) {
        if self.known.remove(name).is_some() {
            self.settle();
            self.project = self.project.without(name);
            // Of what stands in an article too nothing is known without it.
            if let RecordKey::Article(id) = name {
                let inside = |it: &RecordKey| match it {
                    RecordKey::Annotation(article, _) | RecordKey::Link(article, _) => article == id,
                    _ => false,
                };
                self.known.retain(|it, _| !inside(it));
            }
        }
    }

    /// Brings what was taken in into the project.
    pub fn settle(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        if let Some(project) = self.project.with_all(waiting.iter().map(|(record, _)| record.clone())) {
            self.project = project;
            return;
        }
        // One does not fit: the others do.
        for (record, raw) in waiting {
            let name = record.key();
            match self.project.with(record) {
                Some(project) => self.project = project,
                None => {
                    self.known.remove(&name);
                    self.does_not_fit(key_text(&name), raw);
                }
            }
        }
    }

    fn does_not_fit(&mut self, key: String, raw: String) {
        let fault = Fault::Wrong("it does not fit what is here already".into());
        self.set_aside.push(SetAside { key, raw, fault, in_mirror: false, movable: false });
    }
}

/// What whole stores amount to.
#[must_use]
pub fn load(local: &[(String, String)], mirror: &[(String, String)]) -> Loading {
    let mut values: BTreeMap<&str, [Option<&str>; 2]> = BTreeMap::new();
    for (side, store) in [local, mirror].into_iter().enumerate() {
        for (key, value) in store.iter().filter(|(key, _)| key.starts_with(PREFIX)) {
            values.entry(key).or_default()[side] = Some(value);
        }
    }
    let mut loading = Loading::default();
    // Articles before what stands in them: their keys' kinds decide, not the alphabet.
    let is_article = |key: &str| key[PREFIX.len()..].starts_with("article/");
    for articles in [true, false] {
        for (key, [local, mirror]) in values.iter().filter(|(key, _)| is_article(key) == articles) {
            loading.take(key, *local, *mirror);
        }
    }
    loading.settle();
    loading
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What later versions might do: a member gets another name, and then another kind.
    const LATER: [Migration; 2] = [
        |mut value| {
            let kind = value["record"]["sort"].take();
            value["record"]["kind"] = kind;
            Ok(value)
        },
        |mut value| match value["record"]["kind"].as_str() {
            Some(kind) => {
                value["record"]["kind"] = json!([kind]);
                Ok(value)
            }
            None => Err("its kind is not a text".into()),
        },
    ];

    #[derive(Debug, PartialEq, Deserialize)]
    struct Third {
        kind: Vec<String>,
    }

    fn opened(value: &Value) -> Result<Option<Third>, Fault> {
        let value = value.to_string();
        open::<Third>(&migrated(&value, &LATER)?).map(|(_, record)| record)
    }

    #[test]
    fn older_versions_are_migrated_step_by_step() {
        let value = |version: u64, record: Value| json!({ "version": version, "stamp": { "time": 1, "tab": 1 }, "record": record });
        let third = || Ok(Some(Third { kind: vec!["state 😃".into()] }));
        assert_eq!(opened(&value(1, json!({ "sort": "state 😃" }))), third());
        assert_eq!(opened(&value(2, json!({ "kind": "state 😃" }))), third());
        assert_eq!(opened(&value(3, json!({ "kind": ["state 😃"] }))), third());
        assert_eq!(opened(&value(4, json!({}))), Err(Fault::NewerVersion(4)));
        assert_eq!(opened(&value(1, json!({}))), Err(Fault::Malformed("its kind is not a text".into())));
        for broken in [value(0, json!({})), value(3, json!({ "kind": 1 })), json!({ "version": 2 })] {
            assert!(matches!(opened(&broken), Err(Fault::Malformed(_))), "{broken}");
        }
    }
}
