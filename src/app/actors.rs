//! The registry: who is meant by mentions, and a page for each of them.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::article::COLOURS;
use super::coding::{Ask, Known, draft, target_words, use_loaded, view_loading};
use super::dialog::Dialog;
use super::dialogs::Over;
use super::fields;
use super::find::First;
use super::keys::Desk;
use super::notices::Refused;
use super::passages::{Passage, Passages, in_order};
use super::words;
use crate::browser::letters;
use crate::edit::{Deed, Draft, Mentions, Session, mentions_of};
use crate::format::value_words;
use crate::model::{Actor, Annotation, Attributes, Id, Link, Record, RecordKey, Role, Target, text_value};
use crate::suggest::rank;

/// So many actors are listed at first, and more with every asking.
const MANY: usize = 100;
/// How an actor comes up where a mention of it stands.
const NAMED: &str = "named";

#[derive(Properties)]
pub(super) struct ActorsProps {
    pub(super) session: Rc<Session>,
    pub(super) desk: Desk,
    pub(super) open: Option<Id>,
}

impl PartialEq for ActorsProps {
    fn eq(&self, other: &ActorsProps) -> bool {
        Rc::ptr_eq(&self.session, &other.session) && self.open == other.open
    }
}

/// All actors, found by a few letters; or the page of one.
#[component]
pub(super) fn ActorsDialog(props: &ActorsProps) -> Html {
    let ActorsProps { session, desk, open } = props;
    let close = {
        let over = desk.over.clone();
        Callback::from(move |()| over.set(Over::Nothing))
    };
    if !use_loaded(&desk.dispatch) {
        return html! { <Dialog id="actors-dialog" key="loading" title="Actors" on_close={close}>{ view_loading() }</Dialog> };
    }
    match open.as_ref().and_then(|id| session.project.actor(id)) {
        Some(actor) => html! {
            <Dialog id="actor-dialog" key={actor.id.to_string()} title={actor.name.to_string()} on_close={close}>
                <Refused session={Rc::clone(session)} />
                <ActorPage session={Rc::clone(session)} desk={desk.clone()} actor={Rc::clone(actor)} />
            </Dialog>
        },
        None => html! {
            <Dialog id="actors-dialog" key="all" title="Actors" on_close={close}>
                <Refused session={Rc::clone(session)} />
                <ActorList session={Rc::clone(session)} desk={desk.clone()} open={None::<Id>} />
            </Dialog>
        },
    }
}

#[component]
fn ActorList(props: &ActorsProps) -> Html {
    let ActorsProps { session, desk, .. } = props;
    let wanted = use_state(String::new);
    let shown = use_state(|| MANY);
    let known = {
        let session = Rc::clone(session);
        // With the mentions, which are counted.
        use_memo(Counted(session.project.clone()), move |_| {
            let known = Known::of(&session);
            let mut counts = vec![0usize; known.actors.len()];
            for it in session.project.annotations() {
                let actor = it.actor.as_ref();
                let number =
                    actor.and_then(|id| known.actors.binary_search_by(|actor| actor.id.cmp(id)).ok());
                if let Some(number) = number {
                    counts[number] += 1;
                }
            }
            // Those that are named most come first.
            let mut order: Vec<usize> = (0..counts.len()).collect();
            order
                .sort_by_key(|number| (usize::MAX - counts[*number], Rc::clone(&known.actors[*number].name)));
            let mut place = vec![0; order.len()];
            for (at, number) in order.iter().enumerate() {
                place[*number] = at;
            }
            (known, counts, place)
        })
    };
    let (known, counts, place) = &*known;
    let found = rank(&letters::folded(wanted.trim()), &known.names, &|number| place[number], *shown);
    let on_input = {
        let wanted = wanted.clone();
        move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            wanted.set(input.value());
        }
    };
    let new = {
        let (desk, wanted) = (desk.clone(), wanted.clone());
        move |_: MouseEvent| {
            let mut made = None;
            draft(&desk.dispatch, Deed::Actor, wanted.trim(), |draft| {
                made = Some(draft.new_actor(wanted.trim())?);
                Ok(())
            });
            if made.is_some() {
                desk.over.set(Over::Actors(made));
            }
        }
    };
    let opens = |id: &Id| {
        let (over, id) = (desk.over.clone(), id.clone());
        move |_: MouseEvent| over.set(Over::Actors(Some(id.clone())))
    };
    html! { <>
        <label>{ "Name, alias or initials" }
            <input id="actors-input" class="first-field" type="text" dir="auto" autocomplete="off" oninput={on_input} />
        </label>
        <p role="status">{ match (known.actors.len(), found.len()) {
            (0, _) => "There are no actors yet. Mark a mention with A, then press Y or I to say who is meant.".to_owned(),
            (all, found) if found == all => format!("{all} actors"),
            (all, found) => format!("{found} of {all} actors"),
        } }</p>
        <ul class="entries">
            for number in &found {
                <li key={known.actors[*number].id.to_string()}>
                    <button type="button" class="step-button" data-actor={known.actors[*number].id.to_string()} onclick={opens(&known.actors[*number].id)}>
                        <span dir="auto">{ view_colour(&known.actors[*number]) }{ known.actors[*number].name.to_string() }</span>
                        <span class="soft">{ format!("{} · {}", kind_words(&known.actors[*number]), mentions_words(counts[*number])) }</span>
                    </button>
                </li>
            }
        </ul>
        if found.len() == *shown {
            <button type="button" class="button" onclick={{
                let shown = shown.clone();
                move |_: MouseEvent| shown.set(*shown + MANY)
            }}>{ "Show more" }</button>
        }
        if !wanted.trim().is_empty() {
            <button type="button" class="button" id="new-actor" onclick={new}>{ format!("New actor “{}”", wanted.trim()) }</button>
        }
    </> }
}

/// A project, compared as a value that was or was not replaced.
struct Counted(crate::model::Project);

impl PartialEq for Counted {
    fn eq(&self, other: &Counted) -> bool {
        self.0.is(&other.0)
    }
}

/// An actor's colour, for the eye alone.
fn view_colour(actor: &Actor) -> Html {
    let style = COLOURS.iter().find(|(name, _)| *name == &*actor.colour).map(|(_, style)| *style);
    html! { if let Some(style) = style { <span data-label={style} aria-hidden="true"><span class="swatch colour"></span></span> } }
}

fn kind_words(actor: &Actor) -> String {
    if actor.kind.is_empty() { "no kind yet".into() } else { actor.kind.to_string() }
}

fn mentions_words(n: usize) -> String {
    match n {
        1 => "1 mention".into(),
        n => format!("{n} mentions"),
    }
}

#[derive(Properties)]
struct ActorProps {
    session: Rc<Session>,
    desk: Desk,
    actor: Rc<Actor>,
}

impl PartialEq for ActorProps {
    fn eq(&self, other: &ActorProps) -> bool {
        Rc::ptr_eq(&self.session, &other.session) && Rc::ptr_eq(&self.actor, &other.actor)
    }
}

/// What is known of an actor, and every place where it is named, speaks or is asked for something.
#[component]
fn ActorPage(props: &ActorProps) -> Html {
    let ActorProps { session, desk, actor } = props;
    let project = &session.project;
    let set = |change: fn(&mut Actor, &str)| {
        let (dispatch, id) = (desk.dispatch.clone(), actor.id.clone());
        Callback::from(move |value: String| {
            // As it is now: another field, or another tab, may have changed it since the render.
            let Some(mut new) = dispatch.session().project.actor(&id).map(|it| Actor::clone(it)) else {
                return;
            };
            let name = Rc::clone(&new.name);
            change(&mut new, value.trim());
            draft(&dispatch, Deed::Actor, &name, |draft| draft.put_actor(new));
        })
    };
    let roles: Vec<String> = actor.roles.iter().filter_map(role_line).collect();
    let values: Vec<String> =
        actor.attributes.iter().filter_map(|(name, value)| value_line(name, value)).collect();
    let unshown = actor.roles.len() + actor.attributes.iter().count() - roles.len() - values.len();
    let mut kinds = vec![(String::new(), "–".to_owned())];
    kinds.extend(Actor::KINDS.map(|kind| (kind.to_owned(), kind.to_owned())));
    let asks = |ask: Ask| {
        let over = desk.over.clone();
        move |_: MouseEvent| over.set(Over::Pick(ask.clone()))
    };
    let back = {
        let over = desk.over.clone();
        move |_: MouseEvent| over.set(Over::Actors(None))
    };
    let passages = passages(session, actor);
    let split = {
        let (desk, actor) = (desk.clone(), Rc::clone(actor));
        Callback::from(move |chosen: Vec<Id>| {
            let session = desk.dispatch.session();
            // By the words of the first one, which can be changed on its page.
            let first = chosen.first().and_then(|id| session.project.annotation(id));
            let said = first.and_then(|it| Some(words::passage(session.project.article(&it.article)?, it)));
            let name = said.unwrap_or_default();
            let mut made = None;
            draft(&desk.dispatch, Deed::SplitActor, &name, |draft| {
                made = Some(draft.split_actor(&actor.id, &chosen, &name)?);
                Ok(())
            });
            if made.is_some() {
                desk.over.set(Over::Actors(made));
            }
        })
    };
    let distinct: Vec<&Rc<Actor>> =
        project.actors().filter(|it| Draft::are_distinct(project, &it.id, &actor.id)).collect();
    let allow = |other: &Id| {
        let (dispatch, one, other) = (desk.dispatch.clone(), actor.id.clone(), other.clone());
        let name = Rc::clone(&actor.name);
        move |_: MouseEvent| {
            draft(&dispatch, Deed::Distinct, &name, |draft| draft.set_distinct(&one, &other, false));
        }
    };
    let remove = |mentions: Mentions| {
        let (desk, actor) = (desk.clone(), Rc::clone(actor));
        move |_: MouseEvent| {
            draft(&desk.dispatch, Deed::RemoveActor, &actor.name, |draft| {
                draft.remove_actor(&actor.id, &mentions)
            });
            desk.over.set(Over::Actors(None));
        }
    };
    let mentioned = passages.iter().filter(|it| it.is_free).count();
    html! { <>
        <button type="button" class="button" id="all-actors" onclick={back}>{ "‹ All actors" }</button>
        <div class="fields">
            { fields::line("Name", "actor-name", actor.name.to_string(), set(|actor, name| actor.name = name.into())) }
            { fields::choice("Kind", "actor-kind", &kinds, &actor.kind, set(|actor, kind| actor.kind = kind.into())) }
            { fields::colour("actor-colour", "none", &actor.colour, set(|actor, name| actor.colour = name.into())) }
            { fields::lines("Other names, one a line", "actor-aliases", actor.aliases.join("\n"), set(|actor, all| {
                actor.aliases = all.lines().map(Rc::from).collect();
            })) }
            { fields::lines("Roles and affiliations, one a line: foreign minister, 2004–", "actor-roles", roles.join("\n"), set(|actor, all| {
                // What no line stands for stays.
                actor.roles.retain(|role| role_line(role).is_none());
                actor.roles.extend(all.lines().filter(|it| !it.trim().is_empty()).map(role_of));
            })) }
            { fields::line("Identifier elsewhere, such as a Wikidata id", "actor-identifier", actor.identifier.to_string(), set(|actor, it| actor.identifier = it.into())) }
            { fields::lines("Values, one a line: party: Greens", "actor-values", values.join("\n"), set(|actor, all| {
                let stays = |(name, value): &(&Rc<str>, &Rc<str>)| value_line(name, value).is_none();
                let kept = actor.attributes.iter().filter(stays);
                let mut values: Attributes =
                    kept.map(|(name, value)| (Rc::clone(name), Rc::clone(value))).collect();
                let mut note = vec![&*actor.note];
                for line in all.lines().filter(|it| !it.trim().is_empty()) {
                    if let Some((name, value)) = value_of(line).filter(|(name, _)| !values.contains_key(name)) {
                        values.insert(name, value);
                    } else {
                        // What is no value, or a second one of its name, is not lost.
                        note.push(line.trim());
                    }
                }
                note.retain(|it| !it.is_empty());
                actor.note = note.join("\n").into();
                actor.attributes = values;
            })) }
            { fields::lines("Note", "actor-note", actor.note.to_string(), set(|actor, it| actor.note = it.into())) }
        </div>
        if unshown > 0 {
            <p class="soft">{ format!("{unshown} more, from a file, fit into no line; they stay as they are.") }</p>
        }
        <div class="dialog-choices">
            <button type="button" class="button" id="actor-merge" onclick={asks(Ask::Merge(actor.id.clone()))}>{ "Merge with another" }</button>
            <button type="button" class="button" id="actor-find" onclick={{
                let (over, actor) = (desk.over.clone(), Rc::clone(actor));
                move |_: MouseEvent| over.set(Over::Find(Some(First::Names(Rc::clone(&actor)))))
            }}>{ "Find all its names" }</button>
            <button type="button" class="button button-danger" id="actor-remove" onclick={remove(Mentions::Free)}>{ "Remove, keep its mentions" }</button>
            if mentioned > 0 {
                <button type="button" class="button button-danger" id="actor-remove-all" onclick={remove(Mentions::Remove)}>{ format!("Remove with its {}", mentions_words(mentioned)) }</button>
            }
        </div>
        if !distinct.is_empty() {
            <p>{ "Never to be merged with:" }</p>
            <ul class="entries">
                for it in distinct {
                    <li key={it.id.to_string()}><span dir="auto">{ it.name.to_string() }</span>
                        <button type="button" class="button" onclick={allow(&it.id)}>{ "May be merged" }</button></li>
                }
            </ul>
        }
        <Passages desk={desk.clone()} {passages} button={("actor-split", "make them a new actor")} on_chosen={split} />
    </> }
}

/// A role as a line: `foreign minister, 2004–2021`; `None` for one that no line stands for, such as
/// one with members that we do not know.
fn role_line(role: &Role) -> Option<String> {
    let Role { name, from, to, .. } = role;
    let line = if from.is_empty() && to.is_empty() { name.clone() } else { format!("{name}, {from}–{to}") };
    (!line.contains('\n') && role_of(&line) == *role).then_some(line)
}

/// The reverse of [`role_line`].
fn role_of(line: &str) -> Role {
    let whole = || Role { name: line.trim().to_owned(), ..Role::default() };
    let Some((name, dates)) = line.rsplit_once(',') else { return whole() };
    let Some((from, to)) = dates.split_once('–').or_else(|| dates.split_once("..")) else { return whole() };
    let is_date = |it: &str| it.chars().all(|c| c.is_ascii_digit() || c == '-');
    let (from, to) = (from.trim().to_owned(), to.trim().to_owned());
    if is_date(&from) && is_date(&to) {
        Role { name: name.trim().to_owned(), from, to, unknown: None }
    } else {
        whole()
    }
}

/// A value as a line: `party: Greens`; `None` for one that no line stands for: a list, a text of
/// several lines, a name with a colon.
fn value_line(name: &str, json: &Rc<str>) -> Option<String> {
    let line = format!("{name}: {}", value_words(json));
    let reads = value_of(&line).is_some_and(|(of, value)| *of == *name && value == *json);
    (!line.contains('\n') && reads).then_some(line)
}

/// The reverse of [`value_line`].
fn value_of(line: &str) -> Option<(Rc<str>, Rc<str>)> {
    let (name, value) = line.split_once(':')?;
    let (name, value) = (name.trim(), value.trim());
    (!name.is_empty() && !value.is_empty()).then(|| (name.into(), text_value(value)))
}

/// Every place where an actor comes up: mentions, and what links lead to it or to its mentions.
fn passages(session: &Session, actor: &Actor) -> Rc<Vec<Passage>> {
    let project = &session.project;
    let mut passages = Vec::new();
    let mut add = |annotation: &Annotation, role: &'static str| {
        // A quote with two sources, both of them this actor, stands here once.
        let is_here = |it: &Passage| it.id == annotation.id && it.role == role;
        if passages.iter().any(is_here) {
            return;
        }
        if let Some(mut passage) = Passage::of(project, annotation) {
            (passage.role, passage.is_free) = (role, role == NAMED);
            passages.push(passage);
        }
    };
    let mentions = mentions_of(project, &actor.id);
    for id in &mentions {
        if let Some(mention) = project.annotation(id) {
            add(mention, NAMED);
        }
    }
    let mentions: std::collections::HashSet<&Id> = mentions.iter().collect();
    for link in project.links() {
        let leads = match &link.to {
            Target::Actor(id) => *id == actor.id,
            Target::Annotation(id) => mentions.contains(id),
            Target::Topic(_) => false,
        };
        let role = match &*link.kind {
            Link::SOURCE => "speaks",
            Link::ADDRESSEE => "is spoken to",
            Link::RESPONSIBLE => "must meet",
            Link::SETTER => "set",
            _ => continue,
        };
        if let Some(from) = project.annotation(&link.from).filter(|_| leads) {
            add(from, role);
        }
    }
    in_order(passages)
}

/// What merging two actors moves, before it is done.
pub(super) fn view_merge(session: &Rc<Session>, desk: &Desk, kept: &Id, other: &Id) -> Html {
    let project = &session.project;
    let (Some(one), Some(gone)) = (project.actor(kept), project.actor(other)) else { return html! {} };
    let close = {
        let (over, other) = (desk.over.clone(), other.clone());
        Callback::from(move |()| over.set(Over::Actors(Some(other.clone()))))
    };
    let mut ids = || Id::from_random(0);
    let mut sketch = Draft::new(project, session.now, &mut ids);
    let refused = sketch.merge_actors(kept, other).err();
    let after = sketch.project().clone();
    let changes = after.changes_since(project);
    let count = |is: fn(&RecordKey) -> bool| changes.iter().filter(|change| is(&change.key)).count();
    let lines = [
        format!(
            "Mentions that will mean {}: {}",
            one.name,
            count(|it| matches!(it, RecordKey::Annotation(..)))
        ),
        format!("Links that will lead there: {}", count(|it| matches!(it, RecordKey::Link(..)))),
        format!(
            "Its names: {}",
            after
                .actor(kept)
                .map(|it| it.names().map(|name| &**name).collect::<Vec<_>>().join(", "))
                .unwrap_or_default()
        ),
        format!("Removed: {}", gone.name),
    ];
    let moved = changes.iter().filter_map(|change| match &change.before {
        Some(Record::Annotation(it)) => Some(target_words_of(session, it)),
        Some(Record::Link(it)) => {
            let from = target_words(project, &Target::Annotation(it.from.clone()));
            Some(format!("{}: {from}", it.kind))
        }
        _ => None,
    });
    let merge = {
        let (desk, kept, other, name) = (desk.clone(), kept.clone(), other.clone(), Rc::clone(&one.name));
        move |_: MouseEvent| {
            if draft(&desk.dispatch, Deed::MergeActors, &name, |draft| draft.merge_actors(&kept, &other)) {
                desk.over.set(Over::Actors(Some(kept.clone())));
            }
        }
    };
    let never = {
        let (desk, kept, other, name) = (desk.clone(), kept.clone(), other.clone(), Rc::clone(&gone.name));
        move |_: MouseEvent| {
            draft(&desk.dispatch, Deed::Distinct, &name, |draft| draft.set_distinct(&other, &kept, true));
            desk.over.set(Over::Actors(Some(other.clone())));
        }
    };
    html! {
        <Dialog id="merge-dialog" title={format!("{} is {}?", gone.name, one.name)} close="Back" on_close={close}>
            if let Some(why) = refused {
                <p role="alert">{ words::refusal(&why) }</p>
            } else {
                <ul class="report">{ for lines.into_iter().map(|line| html! { <li dir="auto">{ line }</li> }) }</ul>
                <ul class="entries">{ for moved.take(MANY).map(|it| html! { <li dir="auto">{ it }</li> }) }</ul>
                <div class="dialog-choices">
                    <button type="button" class="button button-primary" id="merge-now" onclick={merge}>{ "Merge" }</button>
                    <button type="button" class="button" id="merge-never" onclick={never}>{ "Never merge these two" }</button>
                </div>
            }
        </Dialog>
    }
}

fn target_words_of(session: &Session, mention: &Annotation) -> String {
    let article = session.project.article(&mention.article);
    let said = article.map(|article| words::short(&words::passage(article, mention))).unwrap_or_default();
    let actor = mention.actor.as_ref().map(|id| target_words(&session.project, &Target::Actor(id.clone())));
    format!("“{said}” ({})", actor.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_only_for_what_they_read_back() {
        let line = |name: &str, json: &str| value_line(name, &json.into());
        assert_eq!(line("party", "\"Grüne 😃\"").as_deref(), Some("party: Grüne 😃"));
        for (name, json) in [
            ("bio", "\"line1\\nline2\""),
            ("wd:P39", "\"Q1\""),
            ("x", "\"\""),
            ("n", "3"),
            ("list", "[\"a\"]"),
        ] {
            assert_eq!(line(name, json), None, "{name}");
        }
        let role = |name: &str, from: &str, to: &str| Role {
            name: name.into(),
            from: from.into(),
            to: to.into(),
            unknown: None,
        };
        assert_eq!(role_line(&role("minister", "2004", "")).as_deref(), Some("minister, 2004–"));
        assert_eq!(role_line(&role("minister, first", "", "")).as_deref(), Some("minister, first"));
        assert_eq!(role_line(&role("minister", "spring 2004", "")), None);
        assert_eq!(role_line(&Role { unknown: Some("{\"x\":1}".into()), ..role("guest", "", "") }), None);
    }
}
