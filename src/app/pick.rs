//! Picks an actor, a topic, an annotation or a value by a few letters.

use std::collections::HashSet;
use std::rc::Rc;

use yew::prelude::*;

use super::coding::{
    self, Ask, Known, STANCES, VALUES, attributes_for, draft, relink, root_of, sentence_around, set_word,
};
use super::combobox::{Choice, Combobox};
use super::dialog::Dialog;
use super::dialogs::Over;
use super::keys::Desk;
use super::words;
use crate::browser::letters;
use crate::edit::{Deed, Draft, Session, Who};
use crate::model::{Annotation, Article, Id, Link, Part, Target, text_value};
use crate::report::path;
use crate::suggest::{Name, rank};
use crate::text::Span;

/// So many entries are shown.
const MOST: usize = 30;
/// So many annotations are offered, the nearest first.
const NEAR: usize = 400;

#[derive(PartialEq, Properties)]
pub(super) struct PickerProps {
    pub(super) desk: Desk,
    pub(super) ask: Ask,
}

/// What a choice does.
#[derive(Clone)]
enum Does {
    Who(Who),
    /// The source, or the addressee, is nobody: unknown or anonymous.
    Nobody(&'static str),
    Meant(Option<Id>),
    NewActor,
    Topic(Id),
    NewTopic,
    Stance(&'static str),
    Annotation(Id),
    /// An attribute, and its word.
    Value(Rc<str>, Rc<str>),
    Merge(Id),
    MergeEntry(Id),
}

struct Entry {
    kind: &'static str,
    name: String,
    /// What it is found by, besides its name, one a line.
    also: String,
    /// Its names as they are compared, where they are known already.
    folded: Vec<String>,
    does: Does,
}

impl Entry {
    fn new(kind: &'static str, name: String, does: Does) -> Entry {
        Entry { kind, name, also: String::new(), folded: Vec::new(), does }
    }
}

/// What is asked.
fn question(ask: &Ask) -> &'static str {
    match ask {
        Ask::Who(Link::SOURCE) => "Who speaks?",
        Ask::Who(Link::ADDRESSEE) => "Who is spoken to?",
        Ask::Who(Link::RESPONSIBLE) => "Who must meet it?",
        Ask::Who(_) => "Who made it a condition?",
        Ask::Meant => "Who is meant?",
        Ask::Topic => "What is it about?",
        Ask::Stance(_) => "How does it stand to that?",
        Ask::Conditioned => "What does it condition?",
        Ask::Condition | Ask::On(_) => "On which condition?",
        Ask::Otherwise => "What holds otherwise?",
        Ask::Value => "Which value?",
        Ask::Merge(_) => "With whom is it one?",
        Ask::MergeEntry(_) => "With which entry is it one?",
    }
}

/// A field to type into and what fits, the nearest first.
#[component]
pub(super) fn Picker(props: &PickerProps) -> Html {
    let PickerProps { desk, ask } = props;
    let wanted = use_state(String::new);
    let entries = {
        let (desk, ask) = (desk.clone(), ask.clone());
        use_memo(ask.clone(), move |_| {
            let entries = entries(&desk.dispatch.session(), &ask);
            let names = names(&entries);
            (entries, names)
        })
    };
    let (all, names) = &*entries;
    let mut found: Vec<usize> = rank(&letters::folded(wanted.trim()), names, &|number| number, MOST);
    // What is new comes last.
    found.retain(|number| !matches!(all[*number].does, Does::NewActor | Does::NewTopic));
    found.extend(all.iter().position(|it| matches!(it.does, Does::NewActor | Does::NewTopic)));
    let choice = |number: usize| {
        let entry = &all[number];
        let name = match (&entry.does, wanted.trim()) {
            (Does::NewActor | Does::NewTopic, typed) if !typed.is_empty() => typed.to_owned(),
            _ => entry.name.clone(),
        };
        Choice { number, kind: entry.kind, name, keys: String::new() }
    };
    let choices: Vec<Choice> = found.into_iter().map(choice).collect();
    let close = {
        let over = desk.over.clone();
        Callback::from(move |()| over.set(Over::Nothing))
    };
    let choose = {
        let (desk, ask, entries, wanted) = (desk.clone(), ask.clone(), Rc::clone(&entries), wanted.clone());
        Callback::from(move |number: usize| {
            desk.over.set(Over::Nothing);
            if let Some(entry) = entries.0.get(number)
                && let Some(next) = carry_out(&desk, &ask, &entry.does, wanted.trim())
            {
                desk.over.set(next);
            }
        })
    };
    let on_type = {
        let wanted = wanted.setter();
        Callback::from(move |typed: String| wanted.set(typed))
    };
    html! {
        <Dialog id="picker" title={question(ask)} on_close={close}>
            if choices.is_empty() {
                <p>{ "There is nothing to choose from yet." }</p>
            }
            <Combobox id="pick" label={question(ask)} {choices} {on_type} on_choose={choose} />
        </Dialog>
    }
}

fn names(entries: &[Entry]) -> Vec<Name> {
    let asks = || entries.iter().filter(|entry| entry.folded.is_empty());
    // All at once: asking the browser for each would take longer than finding.
    let mut all = String::new();
    for entry in asks() {
        for name in std::iter::once(&*entry.name.replace('\n', " ")).chain(entry.also.lines()) {
            all.push_str(name);
            all.push('\n');
        }
    }
    let folded = letters::folded(&all);
    let mut folded = folded.lines();
    let mut names = Vec::new();
    for (number, entry) in entries.iter().enumerate() {
        let mut add = |place: usize, folded: &str| {
            names.push(Name { folded: folded.to_owned(), actor: number, main: place == 0 });
        };
        if entry.folded.is_empty() {
            (0..=entry.also.lines().count()).for_each(|place| add(place, folded.next().unwrap_or_default()));
        } else {
            entry.folded.iter().enumerate().for_each(|(place, folded)| add(place, folded));
        }
    }
    names
}

/// What may be chosen, the nearest first.
fn entries(session: &Session, ask: &Ask) -> Vec<Entry> {
    let mut entries = Vec::new();
    let (Some(focused), Some(article)) = (session.focused(), session.article()) else {
        match ask {
            Ask::Merge(id) => actors(session, &mut entries, Some(id), Does::Merge),
            Ask::MergeEntry(id) => same_part(session, id, &mut entries),
            _ => {}
        }
        return entries;
    };
    match ask {
        Ask::Who(kind) => {
            let selected = session.selection.map(|it| it.span()).filter(|span| !span.is_empty());
            if let Some(span) = selected {
                let name = words::short(article.words(span).trim());
                entries.push(Entry::new("Selected", name, Does::Who(Who::Words(span))));
            }
            mentions(session, article, focused, &mut entries);
            actors(session, &mut entries, None, |id| Does::Who(Who::Actor(id)));
            if *kind == Link::SOURCE || *kind == Link::ADDRESSEE {
                for nobody in ["unknown", "anonymous"] {
                    entries.push(Entry::new("Nobody", nobody.into(), Does::Nobody(nobody)));
                }
            }
            entries.push(Entry::new("New actor", "…".into(), Does::NewActor));
        }
        Ask::Meant => {
            actors(session, &mut entries, None, |id| Does::Meant(Some(id)));
            if focused.actor.is_some() {
                entries.push(Entry::new("Nobody", "Take the actor away".into(), Does::Meant(None)));
            }
            entries.push(Entry::new("New actor", words::passage(article, focused), Does::NewActor));
        }
        Ask::Topic => {
            for topic in session.project.entries(Part::Topic).into_iter().filter(|it| !it.retired) {
                let mut entry =
                    Entry::new("Topic", path(&session.project, &topic.id), Does::Topic(topic.id.clone()));
                entry.also = topic.name.to_string();
                entries.push(entry);
            }
            entries.push(Entry::new("New topic", "…".into(), Does::NewTopic));
        }
        Ask::Stance(_) => {
            entries.extend(STANCES.iter().map(|it| Entry::new("Stance", (*it).into(), Does::Stance(it))));
        }
        Ask::Conditioned | Ask::Otherwise => near(session, article, focused, false, &mut entries),
        Ask::Condition | Ask::On(_) => near(session, article, focused, true, &mut entries),
        Ask::Value => {
            for (label, name, shown, all) in VALUES {
                if label == root_of(&session.project, &focused.label) {
                    for word in all {
                        let entry = format!("{shown}: {word}");
                        entries.push(Entry::new("Value", entry, Does::Value(name.into(), (*word).into())));
                    }
                }
            }
            for attribute in attributes_for(&session.project, &focused.label) {
                for word in &attribute.values {
                    let entry = format!("{}: {word}", attribute.name);
                    let does = Does::Value(attribute.id.as_str().into(), Rc::clone(word));
                    entries.push(Entry::new("Value", entry, does));
                }
            }
        }
        Ask::Merge(id) => actors(session, &mut entries, Some(id), Does::Merge),
        Ask::MergeEntry(id) => same_part(session, id, &mut entries),
    }
    entries
}

fn same_part(session: &Session, id: &Id, entries: &mut Vec<Entry>) {
    let Some(ours) = session.project.entry(id) else { return };
    for entry in session.project.entries(ours.part) {
        if entry.id != *id {
            let name = path(&session.project, &entry.id);
            entries.push(Entry::new("Entry", name, Does::MergeEntry(entry.id.clone())));
        }
    }
}

/// The mentions of an article, the nearest first, each actor once.
fn mentions(session: &Session, article: &Article, focused: &Annotation, entries: &mut Vec<Entry>) {
    let mut seen: HashSet<&Id> = HashSet::new();
    for it in by_distance(session, article, focused)
        .into_iter()
        .filter(|it| root_of(&session.project, &it.label) == "actor")
    {
        if it.actor.as_ref().is_some_and(|actor| !seen.insert(actor)) {
            continue;
        }
        let said = words::passage(article, it);
        let actor = it.actor.as_ref().and_then(|id| session.project.actor(id));
        let name = match actor {
            Some(actor) if *actor.name != *said => format!("{} (“{}”)", actor.name, words::short(&said)),
            _ => words::short(&said),
        };
        let mut entry = Entry::new("Mention", name, Does::Who(Who::Annotation(it.id.clone())));
        for name in actor.iter().flat_map(|actor| actor.names()) {
            entry.also.push_str(&name.replace('\n', " "));
            entry.also.push('\n');
        }
        entries.push(entry);
    }
}

/// The annotations of an article, the nearest to one first, without it.
fn by_distance<'a>(session: &'a Session, article: &Article, from: &Annotation) -> Vec<&'a Rc<Annotation>> {
    let Some(all) = session.project.annotations_of(&article.id) else { return Vec::new() };
    let place = all.number_of(from).unwrap_or_else(|place| place);
    let (first, last) = (place.saturating_sub(NEAR), (place + NEAR).min(all.len()));
    let mut near: Vec<&Rc<Annotation>> =
        (first..last).filter_map(|number| all.get(number)).filter(|it| it.id != from.id).collect();
    let here = from.extent();
    let sentence = sentence_around(article, here);
    let distance = |span: Span| {
        let gap = span.start().max(here.start()).saturating_sub(span.end().min(here.end()));
        // What stands in the same sentence is nearer than what stands behind its end.
        if sentence.overlaps(span) { gap } else { gap + sentence.len() }
    };
    near.sort_by_key(|it| distance(it.extent()));
    near
}

fn near(session: &Session, article: &Article, focused: &Annotation, conditions: bool, to: &mut Vec<Entry>) {
    for it in by_distance(session, article, focused) {
        let root = root_of(&session.project, &it.label);
        let fits = if conditions { root == "condition" } else { it.label.as_str() != "cue" };
        if fits {
            let kind = match root {
                "quote" => "Quote",
                "actor" => "Actor",
                "condition" => "Condition",
                _ => "Annotation",
            };
            let name = words::short(&words::passage(article, it));
            to.push(Entry::new(kind, name, Does::Annotation(it.id.clone())));
        }
    }
}

/// The registry: those named nearest to here first, then those that were said to be meant last,
/// then by name.
fn actors(session: &Session, entries: &mut Vec<Entry>, but: Option<&Id>, does: impl Fn(Id) -> Does) {
    let known = Known::of(session);
    let mut order: Vec<usize> = Vec::with_capacity(known.actors.len());
    let mut seen = vec![false; known.actors.len()];
    let number = |id: &Id| known.actors.binary_search_by(|actor| actor.id.cmp(id)).ok();
    if let (Some(focused), Some(article)) = (session.focused(), session.article()) {
        for it in by_distance(session, article, focused) {
            if let Some(number) = it.actor.as_ref().and_then(&number).filter(|number| !seen[*number]) {
                seen[number] = true;
                order.push(number);
            }
        }
    }
    let mut others: Vec<usize> = (0..seen.len()).filter(|number| !seen[*number]).collect();
    let mut recent = vec![0u64; known.actors.len()];
    for it in session.project.annotations() {
        if let Some(number) = it.actor.as_ref().and_then(&number) {
            recent[number] = recent[number].max(it.origin.modified);
        }
    }
    others.sort_by(|a, b| {
        recent[*b].cmp(&recent[*a]).then_with(|| known.actors[*a].name.cmp(&known.actors[*b].name))
    });
    for number in order.into_iter().chain(others) {
        let actor = &known.actors[number];
        if but == Some(&actor.id) {
            continue;
        }
        let mut entry = Entry::new("Actor", actor.name.to_string(), does(actor.id.clone()));
        entry.folded = known.names_of(number).map(str::to_owned).collect();
        entries.push(entry);
    }
}

/// Carries out a choice; what is asked next.
fn carry_out(desk: &Desk, ask: &Ask, does: &Does, typed: &str) -> Option<Over> {
    let dispatch = &desk.dispatch;
    let session = dispatch.session();
    let focused = session.focused().cloned();
    match (does, ask) {
        (Does::Merge(kept), Ask::Merge(other)) => {
            // Shown first, with all that moves.
            return Some(Over::Merge(kept.clone(), other.clone()));
        }
        (Does::MergeEntry(kept), Ask::MergeEntry(other)) => {
            let name = path(&session.project, kept);
            draft(dispatch, Deed::MergeEntries, &name, |draft| draft.merge_entries(kept, other));
            return Some(Over::Codebook);
        }
        _ => {}
    }
    let focused = focused?;
    let id = &focused.id;
    match (does, ask) {
        (Does::Who(who), Ask::Who(kind)) => {
            let name = who_words(&session, who);
            draft(dispatch, Deed::Link, &name, |draft| draft.link_who(kind, id, who));
        }
        (Does::Nobody(word), Ask::Who(kind)) => {
            draft(dispatch, Deed::Attribute, kind, |draft| {
                let links: Vec<Id> = coding::links_from(draft.project(), &focused)
                    .iter()
                    .filter(|link| *link.kind == **kind)
                    .map(|link| link.id.clone())
                    .collect();
                draft.unlink(&links);
                draft.set(id, kind, Some(text_value(word)))
            });
        }
        (Does::Meant(actor), _) => {
            let name = actor.as_ref().and_then(|it| session.project.actor(it)).map(|it| it.name.to_string());
            draft(dispatch, Deed::Mention, &name.unwrap_or_default(), |draft| {
                draft.mean(std::slice::from_ref(id), actor.as_ref())
            });
        }
        (Does::NewActor, Ask::Meant) => {
            let said = session.article().map(|article| words::passage(article, &focused));
            let name = if typed.is_empty() { said.unwrap_or_default() } else { typed.to_owned() };
            draft(dispatch, Deed::Mention, &name, |draft| {
                let actor = draft.new_actor(&name)?;
                draft.mean(std::slice::from_ref(id), Some(&actor))
            });
        }
        (Does::NewActor, Ask::Who(kind)) => {
            draft(dispatch, Deed::Link, typed, |draft| {
                let actor = draft.new_actor(typed)?;
                draft.link_who(kind, id, &Who::Actor(actor))
            });
        }
        (Does::Topic(topic), _) => return topic_link(desk, id, |_| Ok(topic.clone())),
        (Does::NewTopic, _) => return topic_link(desk, id, |draft| draft.new_entry(Part::Topic, typed)),
        (Does::Stance(stance), Ask::Stance(link)) => {
            draft(dispatch, Deed::Attribute, stance, |draft| {
                draft.set_of_link(link, "stance", Some(text_value(stance)))
            });
            if *stance == "conditional" {
                return Some(Over::Pick(Ask::On(link.clone())));
            }
        }
        (Does::Annotation(to), Ask::Conditioned) => {
            relink(dispatch, Link::CONDITIONS, id, Target::Annotation(to.clone()));
        }
        (Does::Annotation(from), Ask::Condition) => {
            relink(dispatch, Link::CONDITIONS, from, Target::Annotation(id.clone()));
        }
        (Does::Annotation(from), Ask::On(link)) => {
            draft(dispatch, Deed::Link, "condition", |draft| {
                draft.link(Link::CONDITIONS, from, Target::Annotation(id.clone()))?;
                draft.set_of_link(link, "condition", Some(text_value(from.as_str())))
            });
        }
        (Does::Annotation(to), Ask::Otherwise) => {
            relink(dispatch, Link::OTHERWISE, id, Target::Annotation(to.clone()));
        }
        (Does::Value(name, word), _) => set_word(dispatch, id, name, word),
        _ => {}
    }
    None
}

fn who_words(session: &Session, who: &Who) -> String {
    match who {
        Who::Annotation(id) => coding::target_words(&session.project, &Target::Annotation(id.clone())),
        Who::Actor(id) => coding::target_words(&session.project, &Target::Actor(id.clone())),
        Who::Words(span) => {
            session.article().map_or_else(String::new, |article| words::short(article.words(*span)))
        }
    }
}

/// Links a quote with a topic, then asks for the stance.
fn topic_link(
    desk: &Desk,
    quote: &Id,
    topic: impl FnOnce(&mut Draft<'_>) -> Result<Id, crate::edit::Refusal>,
) -> Option<Over> {
    let mut made = None;
    draft(&desk.dispatch, Deed::Link, "topic", |draft| {
        let topic = topic(draft)?;
        made = Some(draft.link(Link::TOPIC, quote, Target::Topic(topic))?);
        Ok(())
    });
    made.map(|link| Over::Pick(Ask::Stance(link)))
}
