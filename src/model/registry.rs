use std::rc::Rc;

use super::{Attributes, Id};

/// Who is meant by mentions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Its name for ever.
    pub id: Id,
    /// The canonical name.
    pub name: Rc<str>,
    /// One of [`Actor::KINDS`], or what a file said.
    pub kind: Rc<str>,
    /// Other names.
    pub aliases: Vec<Rc<str>>,
    /// What it is or belongs to, and when.
    pub roles: Vec<Role>,
    /// The analyst's own words about it.
    pub note: Rc<str>,
    /// A colour by its name; empty for none.
    pub colour: Rc<str>,
    /// Its name elsewhere, such as a Wikidata id; empty for none.
    pub identifier: Rc<str>,
    /// Named values.
    pub attributes: Attributes,
    /// Actors that it must never be merged with. Said of one of two it holds for both.
    pub distinct: Vec<Id>,
    /// Members that we do not know, as a JSON object.
    pub unknown: Option<Rc<str>>,
}

impl Actor {
    /// The kinds of actors.
    pub const KINDS: [&str; 5] = ["person", "organisation", "state", "group", "other"];

    /// An actor of which only the name is known.
    #[must_use]
    pub fn new(id: Id, name: &str) -> Actor {
        Actor {
            id,
            name: name.into(),
            kind: "".into(),
            aliases: Vec::new(),
            roles: Vec::new(),
            note: "".into(),
            colour: "".into(),
            identifier: "".into(),
            attributes: Attributes::new(),
            distinct: Vec::new(),
            unknown: None,
        }
    }

    /// The canonical name, then the others.
    pub fn names(&self) -> impl Iterator<Item = &Rc<str>> {
        std::iter::once(&self.name).chain(&self.aliases)
    }
}

/// What an actor is or belongs to: foreign minister, a party.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Role {
    /// What.
    pub name: String,
    /// Since when, as ISO 8601 writes dates, a year alone as well; empty when it is not known.
    pub from: String,
    /// Until when; empty when it is not known, or still so.
    pub to: String,
    /// Members that we do not know, as a JSON object.
    pub unknown: Option<Rc<str>>,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// To an annotation.
    Annotation(Id),
    /// To an actor of the registry.
    Actor(Id),
    /// To a topic of the codebook.
    Topic(Id),
}

impl Target {
    /// The id that it leads to, whatever of.
    #[must_use]
    pub fn id(&self) -> &Id {
        match self {
            Target::Annotation(id) | Target::Actor(id) | Target::Topic(id) => id,
        }
    }
}

/// A typed, directed link from an annotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its name for ever.
    pub id: Id,
    /// The article it belongs to.
    pub article: Id,
    /// One of the constants here, or what a file said.
    pub kind: Rc<str>,
    /// The annotation it starts from.
    pub from: Id,
    /// Where it leads.
    pub to: Target,
    /// Named values, such as the stance to a topic.
    pub attributes: Attributes,
    /// Members that we do not know, as a JSON object.
    pub unknown: Option<Rc<str>>,
}

impl Link {
    /// From a quote to who speaks (PARC 3.0, PolNeAR).
    pub const SOURCE: &str = "source";
    /// From a quote to who is spoken to.
    pub const ADDRESSEE: &str = "addressee";
    /// From a quote or a condition to the words that give it away: "said", "if".
    pub const CUE: &str = "cue";
    /// From a condition to what holds only with it.
    pub const CONDITIONS: &str = "conditions";
    /// From a condition to who must meet it.
    pub const RESPONSIBLE: &str = "responsible";
    /// From a condition to who made it one.
    pub const SETTER: &str = "set-by";
    /// From a quote to a topic, with a stance.
    pub const TOPIC: &str = "topic";
    /// From what is conditioned to what holds without its conditions.
    pub const OTHERWISE: &str = "otherwise";
}
