use std::rc::Rc;

use super::command::marked;
use super::{Command, Deed, Refusal};
use crate::model::{
    Actor, Annotation, Attributes, By, DEFAULT_LABELS, Id, Label, Link, Part, Project, Record, RecordKey,
    Rest, Target, text_value,
};
use crate::text::{Policy, Span};

/// Who speaks, is spoken to, or must meet a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Who a mention, or what another annotation, says.
    Annotation(Id),
    /// An actor of the registry that is not named here.
    Actor(Id),
    /// These words, which become a mention where they are none.
    Words(Span),
}

/// What becomes of the mentions of an actor that is removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mentions {
    /// They stay, and mean nobody.
    Free,
    /// They go too, with their links.
    Remove,
}

/// The label of cues; the first one brings it to the codebook.
const CUE: &str = "cue";
/// So many annotations are changed at once.
const MANY: usize = 16;

/// A change of many records in the making: each method changes the draft, and
/// [`Draft::command`] makes one command, and so one step, of all of it.
pub struct Draft<'a> {
    before: &'a Project,
    now: Project,
    at: u64,
    ids: &'a mut dyn FnMut() -> Id,
}

impl<'a> Draft<'a> {
    /// A draft that changes nothing yet; `at` is the time in milliseconds since 1970 (UTC), and
    /// `ids` gives ids that are not in use.
    pub fn new(project: &'a Project, at: u64, ids: &'a mut dyn FnMut() -> Id) -> Draft<'a> {
        Draft { before: project, now: project.clone(), at, ids }
    }

    /// The project as it would be.
    #[must_use]
    pub fn project(&self) -> &Project {
        &self.now
    }

    /// The command that makes the project into the draft.
    #[must_use]
    pub fn command(self, deed: Deed, name: &str) -> Command {
        let (mut records, mut gone) = (Vec::new(), Vec::new());
        for change in self.now.changes_since(self.before) {
            match change.after {
                Some(record) => records.push(record),
                None => gone.push(change.key),
            }
        }
        Command::Revise { deed, name: name.into(), records, gone }
    }

    fn put(&mut self, record: Record) -> Result<(), Refusal> {
        self.now = self.now.with(record).ok_or(Refusal::DoesNotFit)?;
        Ok(())
    }

    fn annotation(&self, id: &Id) -> Result<&Rc<Annotation>, Refusal> {
        self.now.annotation(id).ok_or(Refusal::NoSuchAnnotation)
    }

    fn actor(&self, id: &Id) -> Result<&Rc<Actor>, Refusal> {
        self.now.actor(id).ok_or(Refusal::NoSuchActor)
    }

    fn entry(&self, id: &Id) -> Result<&Rc<Label>, Refusal> {
        self.now.entry(id).ok_or(Refusal::NoSuchEntry)
    }

    fn edit(&mut self, id: &Id, change: impl Fn(&mut Annotation)) -> Result<(), Refusal> {
        self.edit_all(std::slice::from_ref(id), change)
    }

    /// The same change to each of them; to many at once, since one by one each would have its
    /// paragraph listed anew.
    fn edit_all(&mut self, ids: &[Id], change: impl Fn(&mut Annotation)) -> Result<(), Refusal> {
        let mut changed = Vec::with_capacity(ids.len());
        for id in ids {
            let old = self.annotation(id)?;
            let mut new = Annotation::clone(old);
            change(&mut new);
            if new != **old {
                new.origin.modified = self.at;
                changed.push(Record::Annotation(Rc::new(new)));
            }
        }
        if changed.len() < MANY {
            return changed.into_iter().try_for_each(|record| self.put(record));
        }
        self.now = self.now.with_all(changed).ok_or(Refusal::DoesNotFit)?;
        Ok(())
    }

    /// Gives these words of an article a label, where they have not got it; the annotation.
    ///
    /// # Errors
    /// As for [`Command::Mark`].
    pub fn mark(&mut self, article: &Id, span: Span, label: &Id) -> Result<Id, Refusal> {
        let id = (self.ids)();
        let (of, label) = (
            self.now.article(article).ok_or(Refusal::NoSuchArticle)?,
            self.now.label(label).ok_or(Refusal::NoSuchLabel)?,
        );
        let made = marked(&self.now, &id, of, span, label, By::Hand, self.at)?;
        // Compared as it would be marked: what is selected may have a space at its end.
        let same = |it: &&Rc<Annotation>| it.label == made.label && it.spans() == made.spans();
        if let Some(same) = self.now.annotations_of(article).and_then(|all| all.iter().find(same)) {
            return Ok(same.id.clone());
        }
        self.put(Record::Annotation(made))?;
        Ok(id)
    }

    /// Gives an annotation a named value as JSON, or takes it away.
    ///
    /// # Errors
    /// There is no such annotation.
    pub fn set(&mut self, id: &Id, name: &str, value: Option<Rc<str>>) -> Result<(), Refusal> {
        self.edit(id, |annotation| change(&mut annotation.attributes, name, value.clone()))
    }

    /// Gives a link a named value as JSON, or takes it away.
    ///
    /// # Errors
    /// There is no such link.
    pub fn set_of_link(&mut self, id: &Id, name: &str, value: Option<Rc<str>>) -> Result<(), Refusal> {
        let mut link = Link::clone(self.now.link(id).ok_or(Refusal::DoesNotFit)?);
        change(&mut link.attributes, name, value);
        self.put(Record::Link(Rc::new(link)))
    }

    /// Links an annotation, where it is not linked so yet.
    ///
    /// # Errors
    /// The link makes no sense.
    pub fn link(&mut self, kind: &str, from: &Id, to: Target) -> Result<Id, Refusal> {
        let article = self.annotation(from)?.article.clone();
        let same = |it: &&Rc<Link>| *it.kind == *kind && it.from == *from && it.to == to;
        if let Some(same) = self.now.links_of(&article).find(same) {
            return Ok(same.id.clone());
        }
        let (id, from) = ((self.ids)(), from.clone());
        let attributes = Attributes::new();
        let link = Link { id: id.clone(), article, kind: kind.into(), from, to, attributes, unknown: None };
        match self.now.objection(&link) {
            Some(objection) => Err(Refusal::Link(objection)),
            None => self.put(Record::Link(Rc::new(link))).map(|()| id),
        }
    }

    /// Links an annotation with somebody: `kind` is source, addressee, responsible or set-by.
    ///
    /// # Errors
    /// The words cannot be marked, or the link makes no sense.
    pub fn link_who(&mut self, kind: &str, from: &Id, who: &Who) -> Result<(), Refusal> {
        let to = match who {
            Who::Annotation(id) => Target::Annotation(id.clone()),
            Who::Actor(id) => Target::Actor(id.clone()),
            Who::Words(span) => {
                let article = self.annotation(from)?.article.clone();
                let actor = Id::new("actor").map_err(|_| Refusal::NoSuchLabel)?;
                Target::Annotation(self.mark(&article, *span, &actor)?)
            }
        };
        self.link(kind, from, to)?;
        // Somebody is known now.
        if [Link::SOURCE, Link::ADDRESSEE].contains(&kind) { self.set(from, kind, None) } else { Ok(()) }
    }

    /// Takes links away.
    pub fn unlink(&mut self, links: &[Id]) {
        for id in links {
            if let Some(link) = self.now.link(id) {
                let key = RecordKey::Link(link.article.clone(), link.id.clone());
                self.now = self.now.without(&key);
            }
        }
    }

    /// Says which words are the cue of a quote or a condition, in place of those before.
    ///
    /// # Errors
    /// The words cannot be marked.
    pub fn cue(&mut self, of: &Id, span: Span) -> Result<(), Refusal> {
        let article = self.annotation(of)?.article.clone();
        let label = Id::new(CUE).map_err(|_| Refusal::NoSuchLabel)?;
        // An entry of that name that is no label is not touched: marking is refused.
        if self.now.entry(&label).is_none() {
            let definition =
                "The words that give a quote or a condition away: said, according to, if, unless.";
            let order = self.last_place(Part::Label);
            let revision = self.next_version();
            let made = Label::new(label.clone(), Part::Label, "Cue");
            // The fewest words: what is selected is what is meant.
            let made =
                Label { definition: definition.into(), order, revision, policy: Policy::default(), ..made };
            self.put(Record::Label(Rc::new(made)))?;
        }
        let cue = self.mark(&article, span, &label)?;
        let others = self.now.links_of(&article).filter(|link| {
            link.from == *of && *link.kind == *Link::CUE && link.to != Target::Annotation(cue.clone())
        });
        let others: Vec<Id> = others.map(|link| link.id.clone()).collect();
        self.unlink(&others);
        self.link(Link::CUE, of, Target::Annotation(cue)).map(drop)
    }

    fn last_place(&self, part: Part) -> u64 {
        self.now.entries(part).last().map_or(0, |entry| entry.order.saturating_add(1))
    }

    /// Says who mentions mean.
    ///
    /// # Errors
    /// There is no such annotation or actor.
    pub fn mean(&mut self, mentions: &[Id], actor: Option<&Id>) -> Result<(), Refusal> {
        if let Some(actor) = actor {
            self.actor(actor)?;
        }
        self.edit_all(mentions, |annotation| annotation.actor = actor.cloned())
    }

    /// A new actor in the registry.
    ///
    /// # Errors
    /// It has no name.
    pub fn new_actor(&mut self, name: &str) -> Result<Id, Refusal> {
        let id = (self.ids)();
        self.put_actor(Actor::new(id.clone(), name))?;
        Ok(id)
    }

    /// An actor of the registry, new or changed. Names that it has twice are left out.
    ///
    /// # Errors
    /// It has no name.
    pub fn put_actor(&mut self, mut actor: Actor) -> Result<(), Refusal> {
        actor.name = actor.name.trim().into();
        if actor.name.is_empty() {
            return Err(Refusal::NoName);
        }
        let mut names: Vec<Rc<str>> = Vec::new();
        for alias in &actor.aliases {
            let alias: Rc<str> = alias.trim().into();
            if !alias.is_empty() && alias != actor.name && !names.contains(&alias) {
                names.push(alias);
            }
        }
        actor.aliases = names;
        self.put(Record::Actor(Rc::new(actor)))
    }

    /// Whether two must never be merged.
    #[must_use]
    pub fn are_distinct(project: &Project, one: &Id, other: &Id) -> bool {
        let says = |a, b| project.actor(a).is_some_and(|it| it.distinct.contains(b));
        says(one, other) || says(other, one)
    }

    /// Says that two must never be merged, or may be again.
    ///
    /// # Errors
    /// There is no such actor, or it is one alone.
    pub fn set_distinct(&mut self, one: &Id, other: &Id, distinct: bool) -> Result<(), Refusal> {
        if one == other {
            return Err(Refusal::SameTwice);
        }
        for (here, there) in [(one, other), (other, one)] {
            let mut actor = Actor::clone(self.actor(here)?);
            actor.distinct.retain(|it| it != there);
            if distinct && here == one {
                actor.distinct.push(there.clone());
            }
            self.put(Record::Actor(Rc::new(actor)))?;
        }
        Ok(())
    }

    /// Makes two actors one: what meant or led to `other` means `kept`, which takes over its names,
    /// roles, values and note.
    ///
    /// # Errors
    /// There is no such actor, or the two must never be merged.
    pub fn merge_actors(&mut self, kept: &Id, other: &Id) -> Result<(), Refusal> {
        if kept == other {
            return Err(Refusal::SameTwice);
        }
        if Draft::are_distinct(&self.now, kept, other) {
            return Err(Refusal::Distinct);
        }
        let gone = Rc::clone(self.actor(other)?);
        let mut actor = Actor::clone(self.actor(kept)?);
        actor.aliases.extend(gone.names().cloned());
        actor.roles.extend(
            gone.roles.iter().filter(|role| !actor.roles.contains(role)).cloned().collect::<Vec<_>>(),
        );
        actor.distinct.extend(
            gone.distinct.iter().filter(|it| !actor.distinct.contains(it)).cloned().collect::<Vec<_>>(),
        );
        for (name, value) in gone.attributes.iter() {
            keep(&mut actor.attributes, name, Rc::clone(value));
        }
        // What one of two must be is kept as a value beside it.
        for (here, there, name) in [
            (&mut actor.identifier, &gone.identifier, "identifier"),
            (&mut actor.kind, &gone.kind, "kind"),
            (&mut actor.colour, &gone.colour, "colour"),
        ] {
            if here.is_empty() {
                *here = Rc::clone(there);
            } else if here != there && !there.is_empty() {
                keep(&mut actor.attributes, &format!("{name} of {}", gone.name), text_value(there));
            }
        }
        if !gone.note.is_empty() && gone.note != actor.note {
            let between = if actor.note.is_empty() { "" } else { "\n" };
            actor.note = format!("{}{between}{}", actor.note, gone.note).into();
        }
        match (&actor.unknown, &gone.unknown) {
            (None, there) => actor.unknown.clone_from(there),
            (Some(here), Some(there)) if here != there => {
                keep(&mut actor.attributes, &format!("members of {}", gone.name), Rc::clone(there));
            }
            _ => {}
        }
        self.put_actor(actor)?;
        self.mean(&mentions_of(&self.now, other), Some(kept))?;
        self.lead_on(&Target::Actor(other.clone()), &Target::Actor(kept.clone()))?;
        let told: Vec<Rc<Actor>> =
            self.now.actors().filter(|it| it.distinct.contains(other)).cloned().collect();
        for actor in told {
            let mut actor = Actor::clone(&actor);
            actor.distinct.retain(|it| it != other && it != kept);
            actor.distinct.push(kept.clone());
            self.put(Record::Actor(Rc::new(actor)))?;
        }
        self.now = self.now.without(&RecordKey::Actor(other.clone()));
        Ok(())
    }

    /// Has links that lead to one target lead to another; those that are there already go.
    fn lead_on(&mut self, from: &Target, to: &Target) -> Result<(), Refusal> {
        let links: Vec<Rc<Link>> = self.now.links().filter(|link| link.to == *from).cloned().collect();
        for link in links {
            let twin = |it: &Rc<Link>| {
                it.kind == link.kind
                    && it.from == link.from
                    && it.to == *to
                    && it.attributes == link.attributes
                    && it.unknown == link.unknown
            };
            if self.now.links_of(&link.article).any(twin) {
                self.unlink(std::slice::from_ref(&link.id));
            } else {
                let link = Link { to: to.clone(), ..Link::clone(&link) };
                self.put(Record::Link(Rc::new(link)))?;
            }
        }
        Ok(())
    }

    /// Has some mentions of an actor mean a new one, of this name.
    ///
    /// # Errors
    /// There is no such annotation, or the name is empty.
    pub fn split_actor(&mut self, actor: &Id, mentions: &[Id], name: &str) -> Result<Id, Refusal> {
        let kind = Rc::clone(&self.actor(actor)?.kind);
        let id = self.new_actor(name)?;
        let made = Actor::clone(self.actor(&id)?);
        self.put_actor(Actor { kind, ..made })?;
        self.mean(mentions, Some(&id))?;
        Ok(id)
    }

    /// Removes an actor. Links that lead to it go; mentions do as `mentions` says.
    ///
    /// # Errors
    /// There is no such actor.
    pub fn remove_actor(&mut self, id: &Id, mentions: &Mentions) -> Result<(), Refusal> {
        self.actor(id)?;
        let meant = mentions_of(&self.now, id);
        match mentions {
            Mentions::Free => self.mean(&meant, None)?,
            Mentions::Remove => {
                let command = Command::Remove { ids: meant };
                self.now = super::apply(&command, &self.now)?;
            }
        }
        let links: Vec<Id> = self
            .now
            .links()
            .filter(|link| link.to == Target::Actor(id.clone()))
            .map(|link| link.id.clone())
            .collect();
        self.unlink(&links);
        let told: Vec<Rc<Actor>> = self.now.actors().filter(|it| it.distinct.contains(id)).cloned().collect();
        for actor in told {
            let mut actor = Actor::clone(&actor);
            actor.distinct.retain(|it| it != id);
            self.put(Record::Actor(Rc::new(actor)))?;
        }
        self.now = self.now.without(&RecordKey::Actor(id.clone()));
        Ok(())
    }

    /// A new entry of the codebook, at the end of its part.
    ///
    /// # Errors
    /// As for [`Draft::put_entry`].
    pub fn new_entry(&mut self, part: Part, name: &str) -> Result<Id, Refusal> {
        let id = (self.ids)();
        let order = self.last_place(part);
        self.put_entry(Label { order, ..Label::new(id.clone(), part, name) })?;
        Ok(id)
    }

    /// An entry of the codebook, new or changed.
    ///
    /// # Errors
    /// It has no name, its key is in use, or it would stand below itself.
    pub fn put_entry(&mut self, mut entry: Label) -> Result<(), Refusal> {
        entry.name = entry.name.trim().into();
        if entry.name.is_empty() {
            return Err(Refusal::NoName);
        }
        let old = self.now.entry(&entry.id);
        if old.is_some_and(|old| **old == entry) {
            return Ok(());
        }
        // A file may have brought keys twice or entries in a circle: what is not touched is no
        // reason to refuse the rest.
        let same_key = |it: &&Rc<Label>| it.id != entry.id && !it.retired && it.key == entry.key;
        let has_key = |it: &Label| !it.key.is_empty() && !it.retired;
        let new_key = old.is_none_or(|old| old.key != entry.key || old.retired);
        if has_key(&entry) && new_key && self.now.labels().iter().any(same_key) {
            return Err(Refusal::KeyInUse);
        }
        if let Some(parent) =
            entry.parent.as_ref().filter(|it| old.is_none_or(|old| old.parent.as_ref() != Some(it)))
        {
            self.entry(parent)?;
            if self.now.lineage(parent).iter().any(|it| it.id == entry.id) {
                return Err(Refusal::BelowItself);
            }
        }
        self.revise(entry)
    }

    /// Puts an entry in as it is, with the next version.
    fn revise(&mut self, mut entry: Label) -> Result<(), Refusal> {
        if self.now.entry(&entry.id).is_some_and(|old| **old == entry) {
            return Ok(());
        }
        entry.revision = self.next_version();
        self.put(Record::Label(Rc::new(entry)))
    }

    fn next_version(&self) -> u64 {
        self.before.codebook_version().saturating_add(1)
    }

    /// Puts an entry so many places up (negative) or down among those of its part.
    ///
    /// # Errors
    /// There is no such entry.
    pub fn move_entry(&mut self, id: &Id, by: isize) -> Result<(), Refusal> {
        let part = self.entry(id)?.part;
        let mut all: Vec<Id> = self.now.entries(part).into_iter().map(|it| it.id.clone()).collect();
        let Some(at) = all.iter().position(|it| it == id) else { return Err(Refusal::NoSuchEntry) };
        let to = at.saturating_add_signed(by).min(all.len() - 1);
        let id = all.remove(at);
        all.insert(to, id);
        for (order, id) in all.iter().enumerate() {
            let entry = Label::clone(self.entry(id)?);
            self.revise(Label { order: order as u64, ..entry })?;
        }
        Ok(())
    }

    /// Makes two entries one: what has `other` gets `kept`.
    ///
    /// # Errors
    /// There is no such entry, they are of two parts, or `other` is a label of the beginning.
    pub fn merge_entries(&mut self, kept: &Id, other: &Id) -> Result<(), Refusal> {
        if kept == other {
            return Err(Refusal::SameTwice);
        }
        let (ours, gone) = (Rc::clone(self.entry(kept)?), Rc::clone(self.entry(other)?));
        if ours.part != gone.part {
            return Err(Refusal::OtherPart);
        }
        match gone.part {
            Part::Label => {
                let has: Vec<Id> =
                    self.now.annotations().filter(|it| it.label == *other).map(|it| it.id.clone()).collect();
                self.edit_all(&has, |annotation| annotation.label = kept.clone())?;
            }
            Part::Topic => self.lead_on(&Target::Topic(other.clone()), &Target::Topic(kept.clone()))?,
            Part::Attribute => {
                let has: Vec<Id> = self
                    .now
                    .annotations()
                    .filter(|it| it.attributes.contains_key(other.as_str()))
                    .map(|it| it.id.clone())
                    .collect();
                self.edit_all(&has, |annotation| {
                    // Where both have a value, neither is lost.
                    if !annotation.attributes.contains_key(kept.as_str())
                        && let Some(value) = annotation.attributes.remove(other.as_str())
                    {
                        annotation.attributes.insert(kept.as_str().into(), value);
                    }
                })?;
            }
        }
        // What stays may stand below what goes.
        if self.now.lineage(kept).iter().any(|it| it.id == *other) {
            self.revise(Label { parent: gone.parent.clone(), ..Label::clone(&ours) })?;
        }
        let below: Vec<Rc<Label>> = self
            .now
            .entries(Part::Topic)
            .into_iter()
            .chain(self.now.entries(Part::Label))
            .chain(self.now.entries(Part::Attribute))
            .filter(|it| it.parent.as_ref() == Some(other))
            .cloned()
            .collect();
        for entry in below {
            self.revise(Label { parent: Some(kept.clone()), ..Label::clone(&entry) })?;
        }
        self.take_out(other)
    }

    /// Has some annotations that have an entry get a new one in its place, of this name.
    ///
    /// # Errors
    /// There is no such entry or annotation, or the name is empty.
    pub fn split_entry(&mut self, entry: &Id, annotations: &[Id], name: &str) -> Result<Id, Refusal> {
        let old = Label::clone(self.entry(entry)?);
        let made = self.new_entry(old.part, name)?;
        let new = Label::clone(self.entry(&made)?);
        // What is split off one of the first labels is a kind of it.
        let is_default = DEFAULT_LABELS.iter().any(|(default, ..)| *default == entry.as_str());
        let parent = if is_default { Some(entry.clone()) } else { old.parent };
        self.put_entry(Label { parent, colour: old.colour, values: old.values, ..new })?;
        for id in annotations {
            let from = self.annotation(id)?;
            if old.part == Part::Topic {
                let topic = Target::Topic(entry.clone());
                let about = self.now.links_of(&from.article).filter(|it| it.from == *id && it.to == topic);
                for link in about.cloned().collect::<Vec<_>>() {
                    let to = Target::Topic(made.clone());
                    self.put(Record::Link(Rc::new(Link { to, ..Link::clone(&link) })))?;
                }
                continue;
            }
            self.edit(id, |annotation| match annotation.attributes.remove(entry.as_str()) {
                Some(value) => annotation.attributes.insert(made.as_str().into(), value),
                None if annotation.label == *entry => annotation.label = made.clone(),
                None => {}
            })?;
        }
        Ok(made)
    }

    /// Removes an entry that nothing has.
    ///
    /// # Errors
    /// Something has it, or it is a label of the beginning.
    pub fn remove_entry(&mut self, id: &Id) -> Result<(), Refusal> {
        self.entry(id)?;
        if uses_of(&self.now, id) > 0 {
            return Err(Refusal::InUse);
        }
        self.take_out(id)
    }

    fn take_out(&mut self, id: &Id) -> Result<(), Refusal> {
        if DEFAULT_LABELS.iter().any(|(default, ..)| *default == id.as_str()) {
            return Err(Refusal::DefaultLabel);
        }
        // The version goes on: no other entry has it.
        let version = self.next_version();
        self.now = self.now.without(&RecordKey::Label(id.clone()));
        Rest::version(version).map_or(Ok(()), |rest| self.put(Record::Rest(Rc::new(rest))))
    }
}

/// Keeps a value under its name, or where that has another one under a free one.
fn keep(attributes: &mut Attributes, name: &str, value: Rc<str>) {
    let (mut free, mut number) = (name.to_owned(), 1);
    while let Some(here) = attributes.get(&free) {
        if *here == value {
            return;
        }
        number += 1;
        free = format!("{name} {number}");
    }
    attributes.insert(free.into(), value);
}

fn change(attributes: &mut Attributes, name: &str, value: Option<Rc<str>>) {
    match value {
        Some(value) => {
            attributes.insert(name.into(), value);
        }
        None => {
            attributes.remove(name);
        }
    }
}

/// The mentions of an actor in all articles.
#[must_use]
pub fn mentions_of(project: &Project, actor: &Id) -> Vec<Id> {
    let mentions = project.annotations().filter(|it| it.actor.as_ref() == Some(actor));
    mentions.map(|it| it.id.clone()).collect()
}

/// How many annotations, links and entries below it have an entry of the codebook.
#[must_use]
pub fn uses_of(project: &Project, entry: &Id) -> usize {
    let annotations = project
        .annotations()
        .filter(|it| it.label == *entry || it.attributes.contains_key(entry.as_str()))
        .count();
    let links = project.links().filter(|link| link.to == Target::Topic(entry.clone())).count();
    let parts = [Part::Label, Part::Topic, Part::Attribute];
    let below = parts
        .into_iter()
        .flat_map(|part| project.entries(part))
        .filter(|it| it.parent.as_ref() == Some(entry))
        .count();
    annotations + links + below
}

/// Whether a value is one of an attribute's own; what no longer is stays, and is listed.
#[must_use]
pub fn is_value_of(attribute: &Label, value: &str) -> bool {
    attribute.values.is_empty() || attribute.values.iter().any(|it| *text_value(it) == *value)
}
