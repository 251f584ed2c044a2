//! Tables of what was coded: its quotes, mentions or conditions as [`rows`] of text, a [`Query`]
//! that picks some, their order and groups, and [`csv`] for spreadsheets.
//!
//! Rows are made from a project at once and hold words only, so that the page need not know how
//! links are kept. Pure: no clock and no browser; how texts are folded for comparing, that is
//! without capitals and accents, is the caller's to say.

mod csv;
mod field;
mod folds;
mod order;
mod query;
mod rows;
mod sentence;

pub use csv::csv;
pub use order::{grouped, sorted};
pub use query::{BadQuery, Query, Why, select};
pub use rows::{Row, path, rows};

use std::cmp::Ordering;

use field::Field;

/// What a table has a row for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Each quote.
    Quotes,
    /// Each mention of an actor.
    Mentions,
    /// Each condition.
    Conditions,
}

impl Table {
    /// The label whose annotations are its rows, with those of the labels below it.
    const fn label(self) -> &'static str {
        match self {
            Table::Quotes => "quote",
            Table::Mentions => "actor",
            Table::Conditions => "condition",
        }
    }
}

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name for ever; a query has it as the name of a field too.
    pub id: &'static str,
    /// What people call it.
    pub name: &'static str,
    field: Field,
}

const fn column(field: Field, id: &'static str, name: &'static str) -> Column {
    Column { id, name, field }
}

const ARTICLE: Column = column(Field::Article, "article", "Article");
const PUBLISHED: Column = column(Field::Published, "published", "Published");
const TEXT: Column = column(Field::Text, "text", "Text");
const CUE: Column = column(Field::Cue, "cue", "Cue");
const KIND: Column = column(Field::Kind, "kind", "Kind");
const STATUS: Column = column(Field::Status, "status", "Status");
const NOTE: Column = column(Field::Note, "note", "Note");

const QUOTES: [Column; 13] = [
    ARTICLE,
    PUBLISHED,
    column(Field::Source, "source", "Source"),
    column(Field::Addressee, "addressee", "Addressee"),
    column(Field::Type, "type", "Type"),
    CUE,
    TEXT,
    column(Field::Topic, "topics", "Topics"),
    column(Field::Stance, "stance", "Stance"),
    column(Field::Intensity, "intensity", "Intensity"),
    column(Field::Conditions, "conditions", "Conditions"),
    STATUS,
    NOTE,
];

const MENTIONS: [Column; 7] = [
    ARTICLE,
    PUBLISHED,
    TEXT,
    column(Field::Actor, "actor", "Actor"),
    KIND,
    column(Field::Role, "role", "Role"),
    NOTE,
];

const CONDITIONS: [Column; 10] = [
    ARTICLE,
    PUBLISHED,
    TEXT,
    KIND,
    CUE,
    column(Field::Conditions, "conditions", "Conditions"),
    column(Field::Responsible, "responsible", "Responsible"),
    column(Field::Setter, "set-by", "Set by"),
    STATUS,
    NOTE,
];

/// The columns of a table, in the order of a row's cells.
#[must_use]
pub fn columns(table: Table) -> &'static [Column] {
    match table {
        Table::Quotes => &QUOTES,
        Table::Mentions => &MENTIONS,
        Table::Conditions => &CONDITIONS,
    }
}

/// What stands between the parts of a cell.
const BETWEEN: &str = "; ";

/// Compares dates as ISO 8601 writes them, as far as both are known: of 2021 and 2021-10-20
/// neither is earlier.
fn by_date(one: &str, other: &str) -> Ordering {
    let known = one.len().min(other.len());
    one.as_bytes()[..known].cmp(&other.as_bytes()[..known])
}
