//! Steps of the history as stored values, so that they can be taken back after a restart.
//!
//! The first line is a JSON object that says what was meant; then one line for each record that
//! was changed, with its key, its value before and its value after, divided by tabs. Compact JSON
//! holds neither tabs nor line feeds.

use serde::{Deserialize, Serialize};

use super::layout::{Layout, json};
use super::stored::{Fault, Stamp, key_text, parse_key, read, write};
use crate::model::{Change, Project, Record, RecordKey};

/// What a step meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepHead {
    version: u64,
    /// The kind of command.
    pub kind: String,
    /// What it said: a label, a title, a file's name.
    pub text: String,
    /// When, in milliseconds since 1970 (UTC).
    pub at: u64,
    /// How many values with further lines there are besides the one that this stands in.
    pub more: usize,
}

impl StepHead {
    /// A head in this version's form.
    #[must_use]
    pub fn new(kind: &str, text: &str, at: u64, more: usize) -> StepHead {
        StepHead { version: 1, kind: kind.to_owned(), text: text.to_owned(), at, more }
    }

    /// The head as the first line of a value.
    #[must_use]
    pub fn line(&self) -> String {
        json(self, Layout::Compact) + "\n"
    }

    /// The head of a value, and the lines after it; `None` when it is none of this version.
    #[must_use]
    pub fn read(value: &str) -> Option<(StepHead, &str)> {
        let (head, rest) = value.split_once('\n')?;
        let head: StepHead = serde_json::from_str(head).ok()?;
        (head.version == 1).then_some((head, rest))
    }
}

/// Whether a line says what a record became.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// It does.
    Told,
    /// It leaves that to what is stored anyway, as long as the step is done: a large step, or a
    /// long text, would be stored twice.
    Stored,
}

/// Adds a change as a line; `articles` holds the articles before and after it.
pub fn change_line(lines: &mut String, change: &Change, articles: &Project, told: After) {
    let stamp = Stamp { time: 0, tab: 0 };
    let value = |record: &Option<Record>| {
        record.as_ref().map_or_else(String::new, |record| write(record, articles, stamp))
    };
    lines.push_str(&key_text(&change.key));
    lines.push('\t');
    lines.push_str(&value(&change.before));
    lines.push('\t');
    match (&change.after, told) {
        // Other records are short, and nothing in them tells whether they were changed since.
        (Some(record @ (Record::Annotation(_) | Record::Article(_))), After::Stored) => {
            lines.push('@');
            lines.push_str(&version_of(record));
        }
        (record, _) => lines.push_str(&value(record)),
    }
    lines.push('\n');
}

/// What tells whether a record was changed: of an annotation the time, of an article the title and the
/// members that we do not know, since its text never changes.
fn version_of(record: &Record) -> String {
    match record {
        Record::Annotation(it) => it.origin.modified.to_string(),
        Record::Article(it) => json(&&*it.title, Layout::Compact) + it.unknown.as_deref().unwrap_or_default(),
        _ => String::new(),
    }
}

/// Reads a line of [`change_line`]; `project` holds the articles, and `stored` tells what a record
/// was right after the step, for lines that leave that to what is stored. `Some(None)` when that
/// was changed by somebody else since, or its article is not here any more; `None` when the line
/// cannot be used.
#[must_use]
pub fn read_change(
    line: &str,
    project: &Project,
    stored: impl Fn(&RecordKey) -> Option<Record>,
) -> Option<Option<Change>> {
    let mut fields = line.split('\t');
    let (key, before, after) = (fields.next()?, fields.next()?, fields.next()?);
    let value = |value: &str| match value {
        "" => Ok(None),
        value => read(key, value, project).map(|(.., record)| record),
    };
    let (before, told) = match (value(before), after.starts_with('@')) {
        (Err(Fault::NoArticle), _) => return Some(None),
        (before, true) => (before.ok()?, None),
        (before, false) => match value(after) {
            Err(Fault::NoArticle) => return Some(None),
            after => (before.ok()?, after.ok()?),
        },
    };
    let name = parse_key(key)?;
    let after = match after.strip_prefix('@') {
        None => told,
        Some(version) => match stored(&name).filter(|record| version_of(record) == version) {
            Some(record) => Some(record),
            None => return Some(None),
        },
    };
    Some(Some(Change { key: name, before, after }))
}
