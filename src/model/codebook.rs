use std::rc::Rc;

use super::Id;
use crate::text::Policy;

/// Which part of the codebook an entry is in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// What may be marked.
    #[default]
    Label,
    /// What a quote may be about.
    Topic,
    /// What may be said of an annotation besides; its parent is the label that it is for.
    Attribute,
}

/// A label of the codebook, what may be marked; or a topic or an attribute, by its part.
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
    /// Passages that it fits, and some that it does not.
    pub examples: Rc<str>,
    /// Which part of the codebook it is in.
    pub part: Part,
    /// What it is a kind of; for an attribute the label that it is for.
    pub parent: Option<Id>,
    /// A colour by its name; empty for the usual one.
    pub colour: Rc<str>,
    /// Its place among the others: low ones first.
    pub order: u64,
    /// Whether it is given no more. What has it keeps it.
    pub retired: bool,
    /// The values of an attribute; none for free words.
    pub values: Vec<Rc<str>>,
    /// The codebook's version in which it was changed last.
    pub revision: u64,
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

impl Label {
    /// An entry of which only the name is known.
    #[must_use]
    pub fn new(id: Id, part: Part, name: &str) -> Label {
        Label {
            id,
            name: name.into(),
            key: "".into(),
            definition: "".into(),
            examples: "".into(),
            part,
            parent: None,
            colour: "".into(),
            order: 0,
            retired: false,
            values: Vec::new(),
            revision: 0,
            policy: Policy::default(),
            unknown: None,
        }
    }
}

impl Rest {
    /// The file itself.
    pub const FILE: &str = "file";
    /// The codebook.
    pub const CODEBOOK: &str = "codebook";
    /// What is no file's object: the version that the codebook had when an entry went.
    const VERSION: &str = "codebook-version";

    /// A version of the codebook, to be kept when no entry has it.
    #[must_use]
    pub fn version(version: u64) -> Option<Rest> {
        let members = format!("{{\"version\":{version}}}").into();
        Some(Rest { id: Id::new(Rest::VERSION).ok()?, members })
    }

    /// The version of [`Rest::version`]; `None` of anything else.
    #[must_use]
    pub fn as_version(&self) -> Option<u64> {
        let members = self.members.strip_prefix("{\"version\":")?.strip_suffix('}')?;
        members.parse().ok().filter(|_| self.id.as_str() == Rest::VERSION)
    }
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
            let label = Label::new(Id::new(id).ok()?, Part::Label, name);
            Some(Label { key: (*key).into(), definition: (*definition).into(), ..label })
        })
        .collect()
}
