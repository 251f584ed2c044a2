//! The codebook: labels, topics and attributes, how they are defined, and all that has them.

use std::rc::Rc;

use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::article::COLOURS;
use super::coding::{Ask, draft, go_to, path};
use super::dialog::Dialog;
use super::dialogs::Over;
use super::files;
use super::find::context;
use super::keys::{CONTROLS, Desk};
use super::notices::view_refusal;
use super::words;
use crate::edit::{Deed, Session, uses_of};
use crate::model::{Annotation, DEFAULT_LABELS, Id, Label, Link, Part, Project, Target};

/// So many passages are listed at first, and more with every asking.
const MANY: usize = 100;
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
            { view_refusal(session) }
            if let Some(entry) = opened {
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
        // A file may have entries below themselves.
        if tree.len() > all.len() {
            break;
        }
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
            if event.key() == "Enter" {
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
    let shown = use_state(|| MANY);
    let told = use_state(String::new);
    let chosen = use_state(Vec::<Id>::new);
    let project = &session.project;
    let split = {
        let (dispatch, entry, chosen) = (desk.dispatch.clone(), Rc::clone(entry), chosen.clone());
        move |_: MouseEvent| {
            // By the old name, to be changed on its own page.
            let name = format!("{} 2", entry.name);
            draft(&dispatch, Deed::SplitEntry, &name, |draft| {
                draft.split_entry(&entry.id, &chosen, &name).map(drop)
            });
            chosen.set(Vec::new());
        }
    };
    let tick = |id: &Id| {
        let (chosen, id) = (chosen.clone(), id.clone());
        Callback::from(move |_: Event| {
            let mut now = (*chosen).clone();
            match now.iter().position(|it| *it == id) {
                Some(at) => drop(now.remove(at)),
                None => now.push(id.clone()),
            }
            chosen.set(now);
        })
    };
    let put = {
        let (dispatch, entry) = (desk.dispatch.clone(), Rc::clone(entry));
        move |change: &dyn Fn(&mut Label)| {
            let mut new = Label::clone(&entry);
            change(&mut new);
            draft(&dispatch, Deed::Entry, &entry.name, |draft| draft.put_entry(new));
        }
    };
    let lines = |name: &'static str, id: &'static str, value: String, set: fn(&mut Label, &str)| {
        let put = put.clone();
        let change = move |event: Event| {
            let area: HtmlTextAreaElement = event.target_unchecked_into();
            put(&|entry| set(entry, &area.value()));
        };
        html! { <label>{ name }<textarea {id} rows="3" dir="auto" {value} onchange={change} /></label> }
    };
    let rename = {
        let put = put.clone();
        move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            put(&|entry| entry.name = input.value().into());
        }
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
    let colour = {
        let put = put.clone();
        move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            put(&|entry| entry.colour = select.value().into());
        }
    };
    let parent = {
        let put = put.clone();
        move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            put(&|entry| entry.parent = Id::new(&select.value()).ok());
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
    let passages = passages(project, entry);
    let uses = uses_of(project, &entry.id);
    html! { <>
        <div class="fields">
            <label>{ "Name" }<input id="entry-name" dir="auto" value={entry.name.to_string()} onchange={rename} /></label>
            if entry.part == Part::Label {
                <label>{ "Key" }<input id="entry-key" maxlength="1" value={entry.key.to_string()} onchange={key} aria-describedby="key-told" />
                    <span id="key-told" role="status" class="told">{ (*told).clone() }</span></label>
                <label>{ "Colour" }
                    <select id="entry-colour" onchange={colour}>
                        <option value="" selected={entry.colour.is_empty()}>{ "the usual one" }</option>
                        for (name, _) in COLOURS { <option value={name} selected={*entry.colour == *name}>{ name }</option> }
                    </select>
                </label>
            }
            <label>{ if entry.part == Part::Attribute { "For" } else { "A kind of" } }
                <select id="entry-parent" onchange={parent}>
                    <option value="" selected={entry.parent.is_none()}>{ if entry.part == Part::Attribute { "all labels" } else { "–" } }</option>
                    for it in parents.into_iter().filter(|it| it.id != entry.id) {
                        <option value={it.id.to_string()} selected={entry.parent.as_ref() == Some(&it.id)}>{ path(project, &it.id) }</option>
                    }
                </select>
            </label>
            { lines("Definition: when to give it", "entry-definition", entry.definition.to_string(), |entry, text| entry.definition = text.into()) }
            { lines("Examples", "entry-examples", entry.examples.to_string(), |entry, text| entry.examples = text.into()) }
            if entry.part == Part::Attribute {
                { lines("Values, one a line; none for free words", "entry-values", entry.values.join("\n"), |entry, text| {
                    entry.values = text.lines().map(str::trim).filter(|it| !it.is_empty()).map(Rc::from).collect();
                }) }
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
        <h3>{ format!("Passages: {}", passages.len()) }</h3>
        if uses > passages.len() {
            <p class="soft">{ "Entries below it use it too." }</p>
        }
        <ul class="entries passages">
            for (annotation, fits) in passages.iter().take(*shown) {
                { view_passage(session, desk, annotation, *fits, chosen.contains(&annotation.id), tick(&annotation.id)) }
            }
        </ul>
        if passages.len() > *shown {
            <button type="button" class="button" onclick={{
                let shown = shown.clone();
                move |_: MouseEvent| shown.set(*shown + MANY)
            }}>{ "Show more" }</button>
        }
        if !chosen.is_empty() {
            <button type="button" class="button" id="entry-split" onclick={split}>{ format!("Give {} chosen a new entry", chosen.len()) }</button>
        }
    </> }
}

/// The annotations that have an entry, and whether what they have still fits it.
fn passages(project: &Project, entry: &Label) -> Vec<(Rc<Annotation>, bool)> {
    let mut passages = Vec::new();
    let mut about: Vec<&Rc<Link>> = project.links().filter(|link| *link.kind == *Link::TOPIC).collect();
    about.retain(|link| link.to == Target::Topic(entry.id.clone()));
    for annotation in project.annotations() {
        let value = annotation.attributes.get(entry.id.as_str());
        let has = match entry.part {
            Part::Label => annotation.label == entry.id,
            Part::Topic => about.iter().any(|link| link.from == annotation.id),
            Part::Attribute => value.is_some(),
        };
        if has {
            let fits = value.is_none_or(|value| crate::edit::is_value_of(entry, value));
            passages.push((Rc::clone(annotation), fits));
        }
    }
    // What no longer fits comes first.
    let added = |it: &Annotation| project.article(&it.article).map_or(0, |article| article.added);
    passages.sort_by_key(|(it, fits)| (*fits, added(it), it.extent().start()));
    passages
}

fn view_passage(
    session: &Session,
    desk: &Desk,
    annotation: &Rc<Annotation>,
    fits: bool,
    chosen: bool,
    tick: Callback<Event>,
) -> Html {
    let Some(article) = session.project.article(&annotation.article) else { return html! {} };
    let (before, after) = context(article, annotation.extent());
    let go = {
        let (desk, id) = (desk.clone(), annotation.id.clone());
        move |_: MouseEvent| {
            desk.over.set(Over::Nothing);
            go_to(&desk.dispatch, &id);
        }
    };
    html! {
        <li key={annotation.id.to_string()}>
            <input type="checkbox" aria-label={format!("Choose “{}”", words::short(&words::passage(article, annotation)))} checked={chosen} onchange={tick} />
            <button type="button" class="hit-text" dir="auto" onclick={go}>
                { before }<strong>{ words::short(&words::passage(article, annotation)) }</strong>{ after }
                <span class="hit-note">{ words::short(&article.title) }{ if fits { "" } else { " · its value is no longer in the codebook" } }</span>
            </button>
        </li>
    }
}
