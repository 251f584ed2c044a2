use std::rc::Rc;

use super::Id;
use crate::text::Policy;

/// A label of the codebook: what may be marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Its name for ever.
    pub id: Id,
    /// What people call it.
    pub name: Rc<str>,
    /// The key that gives it; empty for none.
    pub key: Rc<str>,
    /// When to give it.
    pub definition: Rc<str>,
    /// Where its spans begin and end.
    pub policy: Policy,
    /// Members that we do not know, as a JSON object.
    pub unknown: Option<Rc<str>>,
}

/// Members of a file that we do not know, kept for the next reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rest {
    /// The object that they stood in: [`Rest::FILE`] or [`Rest::CODEBOOK`].
    pub id: Id,
    /// The members, as a JSON object.
    pub members: Rc<str>,
}

impl Rest {
    /// The file itself.
    pub const FILE: &str = "file";
    /// The codebook.
    pub const CODEBOOK: &str = "codebook";
}

/// The labels that are always there: id, name, key, definition.
pub const DEFAULT_LABELS: [(&str, &str, &str, &str); 3] = [
    ("quote", "Quote", "q", "Reported speech: the words, or the content, that someone is said to have said."),
    (
        "actor",
        "Actor",
        "a",
        "A mention: the place where a person, organisation, state or group is named or referred to.",
    ),
    (
        "condition",
        "Condition",
        "c",
        "What must hold for something else: if, unless, until, in exchange for, depends on.",
    ),
];

/// The default labels as values.
#[must_use]
pub fn default_labels() -> Vec<Label> {
    DEFAULT_LABELS
        .iter()
        .filter_map(|(id, name, key, definition)| {
            Some(Label {
                id: Id::new(id).ok()?,
                name: (*name).into(),
                key: (*key).into(),
                definition: (*definition).into(),
                policy: Policy::default(),
                unknown: None,
            })
        })
        .collect()
}
