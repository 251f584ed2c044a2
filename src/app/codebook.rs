//! The codebook: labels, topics and attributes, how they are defined, and all that has them.

use std::collections::HashSet;
use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::coding::{Ask, draft, use_loaded, view_loading};
use super::dialog::Dialog;
use super::dialogs::Over;
use super::fields;
use super::files;
use super::keys::{CONTROLS, Desk, composes};
use super::notices::Refused;
use super::passages::{Passage, Passages, in_order};
use super::words;
use crate::edit::{Deed, Session, is_value_of, uses_of};
use crate::model::{DEFAULT_LABELS, Id, Label, Part, Project, Target};
use crate::report::path;

const PARTS: [(Part, &str, &str); 3] = [
    (Part::Label, "Labels", "What may be marked"),
    (Part::Topic, "Topics", "What a quote may be about"),
    (Part::Attribute, "Attributes", "What may be said of an annotation besides"),
];

#[derive(Properties)]
pub(super) struct CodebookProps {
    pub(super) session: Rc<Session>,
    pub(super) desk: Desk,
}

impl PartialEq for CodebookProps {
    fn eq(&self, other: &CodebookProps) -> bool {
        Rc::ptr_eq(&self.session, &other.session)
    }
}

#[component]
pub(super) fn CodebookDialog(props: &CodebookProps) -> Html {
    let CodebookProps { session, desk } = props;
    let open = use_state(|| None::<Id>);
    let loaded = use_loaded(&desk.dispatch);
    let project = &session.project;
    let close = {
        let over = desk.over.clone();
        Callback::from(move |()| over.set(Over::Nothing))
    };
    let opened = open.as_ref().and_then(|id| project.entry(id));
    let save = {
        let dispatch = desk.dispatch.clone();
        move |_: MouseEvent| files::export_codebook(&dispatch)
    };
    html! {
        <Dialog id="codebook-dialog" title="Codebook" on_close={close}>
            <Refused session={Rc::clone(session)} />
            if !loaded {
                { view_loading() }
            } else if let Some(entry) = opened {
                <button type="button" class="button" id="all-entries" onclick={{
                    let open = open.clone();
                    move |_: MouseEvent| open.set(None)
                }}>{ "‹ All entries" }</button>
                <Entry key={entry.id.to_string()} session={Rc::clone(session)} desk={desk.clone()} entry={Rc::clone(entry)} />
            } else {
                <p>{ format!("Version {}. Annotations keep the version that they were made under.", project.codebook_version()) }</p>
                for (part, name, what) in PARTS {
                    <section aria-label={name}>
                        <h3>{ name }</h3>
                        <p class="soft">{ what }</p>
                        <ul class="entries">
                            for (depth, entry) in tree(project, part) {
                                <li key={entry.id.to_string()} data-depth={depth.min(4).to_string()}>
                                    <button type="button" class="step-button" data-entry={entry.id.to_string()} onclick={{
                                        let (open, id) = (open.clone(), entry.id.clone());
                                        move |_: MouseEvent| open.set(Some(id.clone()))
                                    }}>
                                        <span dir="auto">{ entry.name.to_string() }</span>
                                        <span class="soft">{ if entry.retired { "retired".to_owned() } else { words::short(&entry.definition) } }</span>
                                    </button>
                                </li>
                            }
                        </ul>
                        <NewEntry desk={desk.clone()} {part} />
                    </section>
                }
                <div class="dialog-choices">
                    <button type="button" class="button" id="codebook-export" onclick={save}>{ "Export the codebook" }</button>
                </div>
                <p class="soft">{ "Import takes a codebook as it takes any file of ours: entries of a newer revision replace those here, all others stay." }</p>
            }
        </Dialog>
    }
}

/// A part of the codebook, each entry after the one that it is a kind of, with how deep it stands.
fn tree(project: &Project, part: Part) -> Vec<(usize, Rc<Label>)> {
    let all = project.entries(part);
    let is_root = |entry: &Label| {
        part == Part::Attribute || entry.parent.as_ref().is_none_or(|id| !all.iter().any(|it| it.id == *id))
    };
    let mut tree = Vec::with_capacity(all.len());
    let mut next: Vec<(usize, &Rc<Label>)> =
        all.iter().rev().filter(|it| is_root(it)).map(|it| (0, *it)).collect();
    while let Some((depth, entry)) = next.pop() {
        tree.push((depth, Rc::clone(entry)));
        if part != Part::Attribute {
            let below = all.iter().rev().filter(|it| it.parent.as_ref() == Some(&entry.id));
            next.extend(below.map(|it| (depth + 1, *it)));
        }
    }
    // What stands in a circle is below no root, and shown all the same.
    for entry in all {
        if !tree.iter().any(|(_, it)| it.id == entry.id) {
            tree.push((0, Rc::clone(entry)));
        }
    }
    tree
}

#[derive(PartialEq, Properties)]
struct NewProps {
    desk: Desk,
    part: Part,
}

#[component]
fn NewEntry(props: &NewProps) -> Html {
    let input = use_node_ref();
    let add = {
        let (props, input) = ((props.desk.dispatch.clone(), props.part), input.clone());
        move || {
            let Some(input) = input.cast::<HtmlInputElement>() else { return };
            let name = input.value();
            if draft(&props.0, Deed::Entry, name.trim(), |draft| draft.new_entry(props.1, &name).map(drop)) {
                input.set_value("");
            }
        }
    };
    let (name, id) = match props.part {
        Part::Label => ("New label", "new-label"),
        Part::Topic => ("New topic", "new-topic"),
        Part::Attribute => ("New attribute", "new-attribute"),
    };
    let on_key = {
        let add = add.clone();
        move |event: KeyboardEvent| {
            if event.key() == "Enter" && !composes(&event) {
                event.prevent_default();
                add();
            }
        }
    };
    html! {
        <div class="find-line">
            <input {id} ref={input} dir="auto" aria-label={name} placeholder={name} onkeydown={on_key} />
            <button type="button" class="button" onclick={move |_: MouseEvent| add()}>{ "Add" }</button>
        </div>
    }
}

#[derive(Properties)]
struct EntryProps {
    session: Rc<Session>,
    desk: Desk,
    entry: Rc<Label>,
}

impl PartialEq for EntryProps {
    fn eq(&self, other: &EntryProps) -> bool {
        Rc::ptr_eq(&self.session, &other.session) && Rc::ptr_eq(&self.entry, &other.entry)
    }
}

/// One entry, and every passage that has it.
#[component]
fn Entry(props: &EntryProps) -> Html {
    let EntryProps { session, desk, entry } = props;
    let told = use_state(String::new);
    let project = &session.project;
    let split = {
        let (dispatch, entry) = (desk.dispatch.clone(), Rc::clone(entry));
        Callback::from(move |chosen: Vec<Id>| {
            // By the old name, to be changed on its own page.
            let name = format!("{} 2", entry.name);
            draft(&dispatch, Deed::SplitEntry, &name, |draft| {
                draft.split_entry(&entry.id, &chosen, &name).map(drop)
            });
        })
    };
    let put = {
        let (dispatch, id) = (desk.dispatch.clone(), entry.id.clone());
        move |change: &dyn Fn(&mut Label)| {
            // As it is now: another field, or another tab, may have changed it since the render.
            let Some(mut new) = dispatch.session().project.entry(&id).map(|it| Label::clone(it)) else {
                return;
            };
            let name = Rc::clone(&new.name);
            change(&mut new);
            draft(&dispatch, Deed::Entry, &name, |draft| draft.put_entry(new));
        }
    };
    let set = |change: fn(&mut Label, &str)| {
        let put = put.clone();
        Callback::from(move |value: String| put(&|entry| change(entry, value.trim())))
    };
    let key = {
        let (put, desk, told) = (put.clone(), desk.clone(), told.clone());
        move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let key = crate::browser::letters::lower(input.value().trim());
            let taken = CONTROLS.iter().find(|it| desk.settings.keys_of(it).iter().any(|it| **it == *key));
            match taken {
                Some(control) => {
                    told.set(format!(
                        "That key means “{}”. The one before stays.",
                        super::names::name_of(control)
                    ));
                    input.set_value("");
                }
                None => {
                    told.set(String::new());
                    put(&|entry| entry.key = key.as_str().into());
                }
            }
        }
    };
    let retire = {
        let put = put.clone();
        move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            put(&|entry| entry.retired = input.checked());
        }
    };
    let moves = |id: &'static str, name: &'static str, by: isize| {
        let (dispatch, entry) = (desk.dispatch.clone(), Rc::clone(entry));
        let go = move |_: MouseEvent| {
            draft(&dispatch, Deed::Entry, &entry.name, |draft| draft.move_entry(&entry.id, by));
        };
        html! { <button type="button" class="button" {id} onclick={go}>{ name }</button> }
    };
    let merge = {
        let (over, id) = (desk.over.clone(), entry.id.clone());
        move |_: MouseEvent| over.set(Over::Pick(Ask::MergeEntry(id.clone())))
    };
    let remove = {
        let (dispatch, entry) = (desk.dispatch.clone(), Rc::clone(entry));
        move |_: MouseEvent| {
            draft(&dispatch, Deed::RemoveEntry, &entry.name, |draft| draft.remove_entry(&entry.id));
        }
    };
    let is_default = DEFAULT_LABELS.iter().any(|(id, ..)| *id == entry.id.as_str());
    // An attribute is for a label; anything else is a kind of an entry of its own part.
    let parents = project.entries(if entry.part == Part::Attribute { Part::Label } else { entry.part });
    let is_attribute = entry.part == Part::Attribute;
    let (above, none) = if is_attribute { ("For", "all labels") } else { ("A kind of", "–") };
    let mut choices = vec![(String::new(), none.to_owned())];
    choices.extend(
        parents
            .into_iter()
            .filter(|it| it.id != entry.id)
            .map(|it| (it.id.to_string(), path(project, &it.id))),
    );
    let parent = entry.parent.as_ref().map_or("", Id::as_str);
    let passages = passages(project, entry);
    let uses = uses_of(project, &entry.id);
    html! { <>
        <div class="fields">
            { fields::line("Name", "entry-name", entry.name.to_string(), set(|entry, name| entry.name = name.into())) }
            if entry.part == Part::Label {
                <label>{ "Key" }<input id="entry-key" maxlength="1" value={entry.key.to_string()} onchange={key} aria-describedby="key-told" />
                    <span id="key-told" role="status" class="told">{ (*told).clone() }</span></label>
                { fields::colour("entry-colour", "the usual one", &entry.colour, set(|entry, name| entry.colour = name.into())) }
            }
            { fields::choice(above, "entry-parent", &choices, parent, set(|entry, id| entry.parent = Id::new(id).ok())) }
            { fields::lines("Definition: when to give it", "entry-definition", entry.definition.to_string(), set(|entry, text| entry.definition = text.into())) }
            { fields::lines("Examples", "entry-examples", entry.examples.to_string(), set(|entry, text| entry.examples = text.into())) }
            if is_attribute {
                { fields::lines("Values, one a line; none for free words", "entry-values", entry.values.join("\n"), set(|entry, text| {
                    entry.values = text.lines().map(str::trim).filter(|it| !it.is_empty()).map(Rc::from).collect();
                })) }
            }
            <label class="switch"><input type="checkbox" id="entry-retired" checked={entry.retired} onchange={retire} />{ "Retired: given no more, kept where it is" }</label>
        </div>
        <div class="dialog-choices">
            { moves("entry-up", "Up", -1) }
            { moves("entry-down", "Down", 1) }
            if !is_default {
                <button type="button" class="button" id="entry-merge" onclick={merge}>{ "Merge into another" }</button>
                <button type="button" class="button button-danger" id="entry-remove" onclick={remove}>{ "Remove" }</button>
            }
        </div>
        if uses > passages.len() {
            <p class="soft">{ "Entries below it use it too." }</p>
        }
        <Passages desk={desk.clone()} {passages} button={("entry-split", "give them a new entry")} on_chosen={split} />
    </> }
}

/// The annotations that have an entry; what no longer fits it is told.
fn passages(project: &Project, entry: &Label) -> Rc<Vec<Passage>> {
    let topic = Target::Topic(entry.id.clone());
    let about: HashSet<&Id> =
        project.links().filter(|link| link.to == topic).map(|link| &link.from).collect();
    let mut passages = Vec::new();
    for annotation in project.annotations() {
        let value = annotation.attributes.get(entry.id.as_str());
        let has = match entry.part {
            Part::Label => annotation.label == entry.id,
            Part::Topic => about.contains(&annotation.id),
            Part::Attribute => value.is_some(),
        };
        if has && let Some(mut passage) = Passage::of(project, annotation) {
            if !value.is_none_or(|value| is_value_of(entry, value)) {
                passage.note = " · its value is no longer in the codebook";
            }
            passages.push(passage);
        }
    }
    in_order(passages)
}
