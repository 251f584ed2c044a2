use std::rc::Rc;

use super::Id;

/// Who is meant by mentions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Its name for ever.
    pub id: Id,
    /// The canonical name.
    pub name: Rc<str>,
    /// person, organisation, state, group or other.
    pub kind: Rc<str>,
    /// Other names.
    pub aliases: Vec<Rc<str>>,
    /// Members that we do not know, as a JSON object.
    pub unknown: Option<Rc<str>>,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To an annotation.
    Annotation(Id),
    /// To an actor of the registry.
    Actor(Id),
}

/// A typed, directed link from an annotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its name for ever.
    pub id: Id,
    /// The article it belongs to.
    pub article: Id,
    /// source, addressee, cue, conditions, responsible, same-as …
    pub kind: Rc<str>,
    /// The annotation it starts from.
    pub from: Id,
    /// Where it leads.
    pub to: Target,
    /// Members that we do not know, as a JSON object.
    pub unknown: Option<Rc<str>>,
}
