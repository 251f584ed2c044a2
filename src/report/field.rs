use super::{Table, columns};

/// What a term of a query is about: mostly one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Article,
    Published,
    Source,
    Addressee,
    Type,
    Cue,
    Text,
    Topic,
    Stance,
    Intensity,
    /// The words of the conditions of a quote; what a condition conditions.
    Conditions,
    /// Of a condition, or of the conditions of a quote.
    Status,
    Note,
    /// Who is mentioned; in other tables anybody who has a part in it.
    Actor,
    Kind,
    Role,
    Responsible,
    Setter,
}

/// How fields are written. The first name that fits a table is the one that is shown.
const NAMES: [(&str, Field); 23] = [
    ("by", Field::Source),
    ("by", Field::Setter),
    ("source", Field::Source),
    ("set-by", Field::Setter),
    ("to", Field::Addressee),
    ("addressee", Field::Addressee),
    ("type", Field::Type),
    ("cue", Field::Cue),
    ("text", Field::Text),
    ("topic", Field::Topic),
    ("topics", Field::Topic),
    ("stance", Field::Stance),
    ("intensity", Field::Intensity),
    ("condition", Field::Status),
    ("status", Field::Status),
    ("conditions", Field::Conditions),
    ("kind", Field::Kind),
    ("responsible", Field::Responsible),
    ("actor", Field::Actor),
    ("role", Field::Role),
    ("article", Field::Article),
    ("published", Field::Published),
    ("note", Field::Note),
];

impl Field {
    /// Whether rows of a table have it.
    pub(super) fn is_in(self, table: Table) -> bool {
        self == Field::Actor || self.column(table).is_some()
    }

    /// The number of its column.
    pub(super) fn column(self, table: Table) -> Option<usize> {
        columns(table).iter().position(|column| column.field == self)
    }

    /// The fields of a name, in whatever case it is written: of all tables.
    pub(super) fn called(name: &str) -> impl Iterator<Item = Field> {
        NAMES.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, field)| *field)
    }

    /// How it is written in queries to a table.
    pub(super) fn name(self, table: Table) -> &'static str {
        if self == Field::Status && table == Table::Conditions {
            return "status";
        }
        NAMES.iter().find(|(_, field)| *field == self).map_or("", |(name, _)| name)
    }

    /// Whether a cell has one word out of few: `direct` is not to be found in `indirect`.
    pub(super) fn is_word(self) -> bool {
        matches!(self, Field::Type | Field::Stance | Field::Intensity | Field::Status | Field::Kind)
    }
}
