//! Records that are few, as the members of a JSON object in order: one way to read and write all
//! of them, where a type for each would be code of its own in what a visitor downloads.

use std::fmt;
use std::rc::Rc;

use serde::de::{Error, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::record::{Unknown, Wrong, id, kept, unknown, wrong};
use crate::model::{Actor, Attributes, Id, Label, Link, Part, Rest, Role, Target};
use crate::text::{Policy, Side};

/// An object that is written, member by member, or has been read.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Members {
    /// Those that are written, in this order.
    known: Vec<(&'static str, Value)>,
    /// Those that were read and not taken yet, and those that are written last.
    rest: Unknown,
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.known.len() + self.rest.len()))?;
        for (name, value) in &self.known {
            map.serialize_entry(name, value)?;
        }
        for (name, value) in &self.rest {
            map.serialize_entry(&**name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Members, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut rest = Unknown::new();
                while let Some(name) = map.next_key::<String>()? {
                    let value = map.next_value()?;
                    if rest.contains_key(&name) {
                        return Err(A::Error::custom(format!("duplicate field `{name}`")));
                    }
                    rest.insert(name, value);
                }
                Ok(Members { known: Vec::new(), rest })
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// Writing.
impl Members {
    fn value(&mut self, name: &'static str, value: Value) {
        self.known.push((name, value));
    }

    fn text(&mut self, name: &'static str, text: &str) {
        self.value(name, Value::String(text.to_owned()));
    }

    /// Unless it is empty.
    fn some_text(&mut self, name: &'static str, text: &str) {
        if !text.is_empty() {
            self.text(name, text);
        }
    }

    fn texts<'a>(&mut self, name: &'static str, texts: impl Iterator<Item = &'a str>) {
        self.value(name, Value::Array(texts.map(|text| Value::String(text.to_owned())).collect()));
    }

    /// Unless there are none.
    fn attributes(&mut self, attributes: &Attributes) {
        if !attributes.is_empty() {
            self.value("attributes", Value::Object(object_of(attributes)));
        }
    }

    /// Unless it is 0.
    fn number(&mut self, name: &'static str, number: u64) {
        if number > 0 {
            self.value(name, number.into());
        }
    }
}

/// Reading: each member is taken once, and what is left is kept.
impl Members {
    fn take(&mut self, name: &str) -> Option<Value> {
        self.rest.remove(name)
    }

    /// A text; empty when there is none.
    fn take_text(&mut self, name: &str) -> Result<Rc<str>, Wrong> {
        match self.take(name) {
            None => Ok("".into()),
            Some(Value::String(text)) => Ok(text.into()),
            Some(_) => Err(wrong(format!("`{name}` is no string"))),
        }
    }

    /// Whether something is so; not so where nothing is said.
    fn take_flag(&mut self, name: &str) -> Result<bool, Wrong> {
        match self.take(name) {
            None => Ok(false),
            Some(Value::Bool(so)) => Ok(so),
            Some(_) => Err(wrong(format!("`{name}` is neither true nor false"))),
        }
    }

    /// A text that must be there.
    fn must_text(&mut self, name: &str) -> Result<Rc<str>, Wrong> {
        if self.rest.contains_key(name) {
            return self.take_text(name);
        }
        Err(wrong(format!("missing field `{name}`")))
    }

    fn take_list(&mut self, name: &str) -> Result<Vec<Value>, Wrong> {
        match self.take(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(list)) => Ok(list),
            Some(_) => Err(wrong(format!("`{name}` is no list"))),
        }
    }

    /// A list of objects.
    pub(super) fn take_records(&mut self, name: &str) -> Result<Vec<Members>, Wrong> {
        let record = |value| match value {
            Value::Object(rest) => Ok(Members { known: Vec::new(), rest }),
            _ => Err(wrong(format!("`{name}` is no list of objects"))),
        };
        self.take_list(name)?.into_iter().map(record).collect()
    }

    fn take_texts(&mut self, name: &str) -> Result<Vec<Rc<str>>, Wrong> {
        let text = |value| match value {
            Value::String(text) => Ok(text.into()),
            _ => Err(wrong(format!("`{name}` is no list of strings"))),
        };
        self.take_list(name)?.into_iter().map(text).collect()
    }

    fn take_attributes(&mut self) -> Result<Attributes, Wrong> {
        match self.take("attributes") {
            None => Ok(Attributes::new()),
            Some(Value::Object(object)) => Ok(attributes_of(object)),
            Some(_) => Err(wrong("`attributes` is no object")),
        }
    }

    pub(super) fn take_number(&mut self, name: &str) -> Result<u64, Wrong> {
        let number = self.take(name).unwrap_or_else(|| 0.into());
        number.as_u64().ok_or_else(|| wrong(format!("`{name}` is no whole number")))
    }

    pub(super) fn left(self) -> Option<Rc<str>> {
        kept(self.rest)
    }

    /// The id that it was read with, for whoever looks for those that come twice.
    pub(super) fn id(&self) -> &str {
        self.rest.get("id").and_then(Value::as_str).unwrap_or_default()
    }

    /// As files have an entry of the codebook, where each part has a list of its own.
    pub(super) fn without_part(mut self) -> Members {
        self.known.retain(|(name, _)| *name != "part");
        self
    }
}

/// Filled one by one: collecting would bring a sort of its own.
pub(super) fn object_of(attributes: &Attributes) -> Map<String, Value> {
    let mut object = Map::new();
    for (name, json) in attributes.iter() {
        object.insert(name.to_string(), serde_json::from_str(json).unwrap_or(Value::Null));
    }
    object
}

/// The reverse of [`object_of`].
pub(super) fn attributes_of(object: Map<String, Value>) -> Attributes {
    let mut attributes = Attributes::new();
    for (name, value) in object {
        attributes.insert(name.into(), value.to_string().into());
    }
    attributes
}

/// A link as an object.
pub(super) fn of_link(link: &Link) -> Members {
    let mut members = Members { rest: unknown(link.unknown.as_ref()), ..Members::default() };
    members.text("id", link.id.as_str());
    members.text("kind", &link.kind);
    members.text("from", link.from.as_str());
    let (kind, id) = match &link.to {
        Target::Annotation(id) => ("annotation", id),
        Target::Actor(id) => ("actor", id),
        Target::Topic(id) => ("topic", id),
    };
    let mut to = Map::new();
    to.insert(kind.to_owned(), Value::String(id.to_string()));
    members.value("to", Value::Object(to));
    members.attributes(&link.attributes);
    members
}

/// An object as a link.
pub(super) fn link(mut members: Members, article: &Id) -> Result<Link, Wrong> {
    let (name, kind, from) =
        (id(&members.must_text("id")?)?, members.must_text("kind")?, id(&members.must_text("from")?)?);
    let no_target = || wrong("`to` does not name one annotation, actor or topic, and nothing else");
    let Some(Value::Object(to)) = members.take("to") else { return Err(no_target()) };
    let mut ends = to.iter().filter_map(|(kind, id)| Some((kind.as_str(), id.as_str()?)));
    let to = match (ends.next(), to.len()) {
        (Some(("annotation", to)), 1) => Target::Annotation(id(to)?),
        (Some(("actor", to)), 1) => Target::Actor(id(to)?),
        (Some(("topic", to)), 1) => Target::Topic(id(to)?),
        _ => return Err(no_target()),
    };
    let attributes = members.take_attributes()?;
    Ok(Link { id: name, article: article.clone(), kind, from, to, attributes, unknown: members.left() })
}

/// An entry of the codebook as an object.
pub(super) fn of_label(label: &Label) -> Members {
    let mut members = Members { rest: unknown(label.unknown.as_ref()), ..Members::default() };
    members.text("id", label.id.as_str());
    members.text("name", &label.name);
    members.text("key", &label.key);
    members.text("definition", &label.definition);
    members.some_text("examples", &label.examples);
    let part = match label.part {
        Part::Label => "",
        Part::Topic => "topic",
        Part::Attribute => "attribute",
    };
    members.some_text("part", part);
    members.some_text("parent", label.parent.as_ref().map_or("", Id::as_str));
    members.some_text("colour", &label.colour);
    members.number("order", label.order);
    if label.retired {
        members.value("retired", Value::Bool(true));
    }
    if !label.values.is_empty() {
        members.texts("values", label.values.iter().map(|it| &**it));
    }
    members.number("revision", label.revision);
    members.some_text("quotation_marks", side_text(label.policy.quotation_marks));
    members.some_text("final_punctuation", side_text(label.policy.final_punctuation));
    members
}

/// An object as an entry of the codebook.
pub(super) fn label(mut members: Members) -> Result<Label, Wrong> {
    let (name, shown) = (id(&members.must_text("id")?)?, members.must_text("name")?);
    let part = match &*members.take_text("part")? {
        "" | "label" => Part::Label,
        "topic" => Part::Topic,
        "attribute" => Part::Attribute,
        _ => return Err(wrong("a part of the codebook is either \"topic\" or \"attribute\"")),
    };
    let parent = members.take_text("parent")?;
    let mut label = Label::new(name, part, &shown);
    label.key = members.take_text("key")?;
    label.definition = members.take_text("definition")?;
    label.examples = members.take_text("examples")?;
    label.parent = if parent.is_empty() { None } else { Some(id(&parent)?) };
    label.colour = members.take_text("colour")?;
    label.order = members.take_number("order")?;
    label.retired = members.take_flag("retired")?;
    label.values = members.take_texts("values")?;
    label.revision = members.take_number("revision")?;
    label.policy = Policy {
        quotation_marks: side_of(&members.take_text("quotation_marks")?)?,
        final_punctuation: side_of(&members.take_text("final_punctuation")?)?,
    };
    label.unknown = members.left();
    Ok(label)
}

/// A side as records say it; nothing for what was selected.
fn side_text(side: Side) -> &'static str {
    match side {
        Side::AsSelected => "",
        Side::In => "in",
        Side::Out => "out",
    }
}

/// The reverse of [`side_text`].
fn side_of(text: &str) -> Result<Side, Wrong> {
    match text {
        "" => Ok(Side::AsSelected),
        "in" => Ok(Side::In),
        "out" => Ok(Side::Out),
        _ => Err(wrong("what is at a span's edge is either \"in\" or \"out\"")),
    }
}

/// An actor as an object.
pub(super) fn of_actor(actor: &Actor) -> Members {
    let mut members = Members { rest: unknown(actor.unknown.as_ref()), ..Members::default() };
    members.text("id", actor.id.as_str());
    members.text("name", &actor.name);
    members.text("kind", &actor.kind);
    members.texts("aliases", actor.aliases.iter().map(|it| &**it));
    if !actor.roles.is_empty() {
        let role = |role: &Role| {
            let mut object = unknown(role.unknown.as_ref());
            for (name, text) in [("name", &role.name), ("from", &role.from), ("to", &role.to)] {
                if !text.is_empty() || name == "name" {
                    object.insert(name.to_owned(), Value::String(text.clone()));
                }
            }
            Value::Object(object)
        };
        members.value("roles", Value::Array(actor.roles.iter().map(role).collect()));
    }
    members.some_text("note", &actor.note);
    members.some_text("colour", &actor.colour);
    members.some_text("identifier", &actor.identifier);
    members.attributes(&actor.attributes);
    if !actor.distinct.is_empty() {
        members.texts("distinct", actor.distinct.iter().map(Id::as_str));
    }
    members
}

/// An object as an actor.
pub(super) fn actor(mut members: Members) -> Result<Actor, Wrong> {
    let mut actor = Actor::new(id(&members.must_text("id")?)?, &members.must_text("name")?);
    actor.kind = members.take_text("kind")?;
    actor.aliases = members.take_texts("aliases")?;
    for mut role in members.take_records("roles")? {
        let mut text = |name: &str| role.take_text(name).map(|it| it.to_string());
        let (name, from, to) = (text("name")?, text("from")?, text("to")?);
        actor.roles.push(Role { name, from, to, unknown: role.left() });
    }
    actor.note = members.take_text("note")?;
    actor.colour = members.take_text("colour")?;
    actor.identifier = members.take_text("identifier")?;
    actor.attributes = members.take_attributes()?;
    for it in members.take_texts("distinct")? {
        actor.distinct.push(id(&it)?);
    }
    actor.unknown = members.left();
    Ok(actor)
}

/// What files said besides, as an object.
pub(super) fn of_rest(rest: &Rest) -> Members {
    let mut members = Members::default();
    members.text("id", rest.id.as_str());
    members.value("members", Value::Object(unknown(Some(&rest.members))));
    members
}

/// The reverse of [`of_rest`].
pub(super) fn rest(mut members: Members) -> Result<Rest, Wrong> {
    let id = id(&members.must_text("id")?)?;
    let value =
        members.take("members").filter(Value::is_object).ok_or_else(|| wrong("`members` is no object"))?;
    Ok(Rest { id, members: value.to_string().into() })
}
