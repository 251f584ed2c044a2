use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::layout::{Layout, json};
use super::record::{
    ActorRecord, AnnotationRecord, ArticleRecord, LabelRecord, LinkRecord, RestRecord, Wrong,
};
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
#[serde(bound = "T: DeserializeOwned")]
struct Envelope<T> {
    version: u64,
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

/// What two stores amount to.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// What can be used.
    pub project: Project,
    /// The newest stamp of each key.
    pub stamps: BTreeMap<String, Stamp>,
    /// What cannot be used.
    pub set_aside: Vec<SetAside>,
    /// What local storage lacks, or has older.
    pub to_local: Vec<(String, String)>,
    /// What IndexedDB lacks, or has older.
    pub to_mirror: Vec<(String, String)>,
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
        Record::Article(article) => envelope(stamp, ArticleRecord::of(article)),
        Record::Annotation(annotation) => match project.article(&annotation.article) {
            Some(article) => envelope(stamp, AnnotationRecord::of(annotation, article)),
            // The project's invariant: an annotation's article is there.
            None => write_deleted(stamp),
        },
        Record::Actor(actor) => envelope(stamp, ActorRecord::of(actor)),
        Record::Link(link) => envelope(stamp, LinkRecord::of(link)),
        Record::Label(label) => envelope(stamp, LabelRecord::of(label)),
        Record::Rest(rest) => envelope(stamp, RestRecord::of(rest)),
    }
}

fn envelope(stamp: Stamp, record: impl Serialize) -> String {
    #[derive(Serialize)]
    struct Out<T> {
        version: u64,
        stamp: Stamp,
        record: T,
    }
    json(&Out { version: VERSION, stamp, record }, Layout::Compact)
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

/// Reads a stored value; `None` for a tombstone. An annotation is checked against its
/// article in `project`.
///
/// # Errors
/// A [`Fault`] when it cannot be used.
pub fn read(key: &str, value: &str, project: &Project) -> Result<(RecordKey, Stamp, Option<Record>), Fault> {
    let name = parse_key(key).ok_or(Fault::UnknownKey)?;
    let (stamp, record) = match &name {
        RecordKey::Article(_) => {
            let (stamp, record) = open::<ArticleRecord>(value)?;
            (
                stamp,
                record.map(|it| -> Result<Record, Fault> { Ok(Record::Article(Rc::new(it.article()?.0))) }),
            )
        }
        RecordKey::Annotation(article, _) => {
            let (stamp, record) = open::<AnnotationRecord>(value)?;
            let article = project.article(article);
            let read = |it: AnnotationRecord| -> Result<Record, Fault> {
                let annotation = it.annotation(article.ok_or(Fault::NoArticle)?);
                Ok(Record::Annotation(Rc::new(annotation.map_err(|(_, wrong)| wrong)?)))
            };
            (stamp, record.map(read))
        }
        RecordKey::Actor(_) => {
            let (stamp, record) = open::<ActorRecord>(value)?;
            (stamp, record.map(|it| -> Result<Record, Fault> { Ok(Record::Actor(Rc::new(it.actor()?))) }))
        }
        RecordKey::Link(article, _) => {
            let (stamp, record) = open::<LinkRecord>(value)?;
            let read = |it: LinkRecord| -> Result<Record, Fault> {
                project.article(article).ok_or(Fault::NoArticle)?;
                Ok(Record::Link(Rc::new(it.link(article)?)))
            };
            (stamp, record.map(read))
        }
        RecordKey::Label(_) => {
            let (stamp, record) = open::<LabelRecord>(value)?;
            (stamp, record.map(|it| -> Result<Record, Fault> { Ok(Record::Label(Rc::new(it.label()?))) }))
        }
        RecordKey::Rest(_) => {
            let (stamp, record) = open::<RestRecord>(value)?;
            (stamp, record.map(|it| -> Result<Record, Fault> { Ok(Record::Rest(Rc::new(it.rest()?))) }))
        }
    };
    let record: Option<Record> = record.transpose()?;
    if record.as_ref().is_some_and(|record| record.key() != name) {
        return Err(Fault::Wrong("its id is not that of its key".into()));
    }
    Ok((name, stamp, record))
}

fn open<T: DeserializeOwned>(value: &str) -> Result<(Stamp, Option<T>), Fault> {
    open_after(value, MIGRATIONS)
}

/// Opens a value of any version up to the one that `migrations` lead to.
fn open_after<T: DeserializeOwned>(
    value: &str,
    migrations: &[Migration],
) -> Result<(Stamp, Option<T>), Fault> {
    let newest = 1 + migrations.len() as u64;
    let malformed = |why: serde_json::Error| Fault::Malformed(why.to_string());
    let read: Result<Envelope<T>, _> = serde_json::from_str(value);
    let envelope = match read {
        Ok(envelope) if envelope.version == newest => envelope,
        // Another version may have another form.
        other => {
            let version = serde_json::from_str::<Head>(value).map_err(malformed)?.version;
            if version > newest {
                return Err(Fault::NewerVersion(version));
            }
            if let (true, Err(why)) = (version == newest, other) {
                return Err(malformed(why));
            }
            let first = version.checked_sub(1).and_then(|it| usize::try_from(it).ok());
            let Some(steps) = first.and_then(|first| migrations.get(first..)) else {
                return Err(Fault::Malformed(format!("there is no version {version}")));
            };
            let mut migrated: Value = serde_json::from_str(value).map_err(malformed)?;
            for step in steps {
                migrated = step(migrated).map_err(Fault::Malformed)?;
            }
            // By way of text: reading values would be every record's reader once more.
            serde_json::from_str(&migrated.to_string()).map_err(malformed)?
        }
    };
    let stamp = envelope.stamp.ok_or_else(|| Fault::Malformed("its stamp is missing".into()))?;
    match (envelope.deleted, envelope.record) {
        (true, _) => Ok((stamp, None)),
        (false, Some(record)) => Ok((stamp, Some(record))),
        (false, None) => Err(Fault::Malformed("its record is missing".into())),
    }
}

/// What two stores amount to, record by record: the newer value wins, a value that
/// one side lacks or has broken comes from the other, and a tombstone is a value.
///
/// Pure. What cannot be used is in [`Loaded::set_aside`]; nothing is lost.
#[must_use]
pub fn load(local: &[(String, String)], mirror: &[(String, String)]) -> Loaded {
    let mut values: BTreeMap<&str, [Option<&str>; 2]> = BTreeMap::new();
    for (side, store) in [local, mirror].into_iter().enumerate() {
        for (key, value) in store.iter().filter(|(key, _)| key.starts_with(PREFIX)) {
            values.entry(key).or_default()[side] = Some(value);
        }
    }
    let mut loaded = Loaded::default();
    // Articles before what stands in them: their keys' kinds decide, not the alphabet.
    let is_article = |key: &str| key[PREFIX.len()..].starts_with("article/");
    for articles in [true, false] {
        for (key, sides) in values.iter().filter(|(key, _)| is_article(key) == articles) {
            take(&mut loaded, key, *sides);
        }
    }
    loaded
}

fn take(loaded: &mut Loaded, key: &str, sides: [Option<&str>; 2]) {
    let mut good: Vec<(Stamp, usize, &str, RecordKey, Option<Record>)> = Vec::new();
    let mut stays = false;
    for (side, raw) in sides.iter().enumerate() {
        let Some(raw) = *raw else { continue };
        match read(key, raw, &loaded.project) {
            Ok((name, stamp, record)) => good.push((stamp, side, raw, name, record)),
            Err(fault) => {
                let newer = matches!(fault, Fault::NewerVersion(_));
                stays |= newer;
                let twice = side == 1 && sides[0] == Some(raw);
                if !twice {
                    loaded.set_aside.push(SetAside {
                        key: key.to_owned(),
                        raw: raw.to_owned(),
                        fault,
                        in_mirror: side == 1,
                        movable: !newer,
                    });
                } else if !newer {
                    // The same broken value on both sides is told once, moved once.
                    loaded.to_mirror.push((format!("{BAD_PREFIX}{key}"), raw.to_owned()));
                }
                if side == 1 && !newer && good.is_empty() {
                    // Its raw value is kept elsewhere; the place is marked as empty.
                    loaded.to_mirror.push((key.to_owned(), write_deleted(Stamp { time: 0, tab: 0 })));
                }
            }
        }
    }
    let newest = good.into_iter().max_by_key(|(stamp, side, ..)| (*stamp, usize::MAX - side));
    let Some((stamp, _, raw, name, record)) = newest else { return };
    if stays {
        return;
    }
    if let Some(record) = record {
        match loaded.project.with(record) {
            Some(project) => loaded.project = project,
            None => {
                loaded.set_aside.push(SetAside {
                    key: key.to_owned(),
                    raw: raw.to_owned(),
                    fault: Fault::Wrong("it does not fit what is here already".into()),
                    in_mirror: false,
                    movable: false,
                });
                return;
            }
        }
    } else {
        loaded.project = loaded.project.without(&name);
    }
    loaded.stamps.insert(key.to_owned(), stamp);
    if sides[0] != Some(raw) {
        loaded.to_local.push((key.to_owned(), raw.to_owned()));
    }
    if sides[1] != Some(raw) {
        loaded.to_mirror.push((key.to_owned(), raw.to_owned()));
    }
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
        open_after::<Third>(&value.to_string(), &LATER).map(|(_, record)| record)
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
