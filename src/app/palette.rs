use std::rc::Rc;

use yew::prelude::*;

use super::combobox::{Choice, Combobox};
use super::dialog::Dialog;
use super::dialogs::Over;
use super::keys::{CONTROLS, Desk, mark};
use super::names::name_of;
use super::settings::key_words;
use super::words;
use crate::browser::letters;
use crate::edit::{Action, Command, Of, Walk};
use crate::model::Id;
use crate::text::{Place, fit, in_order};

/// So many entries are shown.
const MOST: usize = 40;

#[derive(PartialEq, Properties)]
pub(super) struct PaletteProps {
    pub(super) desk: Desk,
}

/// What a choice does.
#[derive(Clone)]
enum Does {
    Control(usize),
    Label(Id),
    Walk(Walk, Id),
    Article(Id),
    Annotation(Id),
}

struct Entry {
    does: Does,
    kind: &'static str,
    name: String,
    lower: String,
    keys: String,
}

/// Every command, article and annotation, found by a few letters.
#[component]
pub(super) fn Palette(props: &PaletteProps) -> Html {
    let desk = &props.desk;
    let wanted = use_state(String::new);
    let entries = {
        let desk = desk.clone();
        use_memo((), move |()| entries(&desk))
    };
    let mut fitting: Vec<Place> = Vec::new();
    for (number, entry) in entries.iter().enumerate() {
        // Best first.
        fitting
            .extend(fit(&wanted, &entry.lower).map(|score| (i32::MAX.abs_diff(score) as usize, 0, number)));
    }
    let mut fitting = in_order(fitting);
    fitting.truncate(MOST);
    let choice = |(.., number): Place| {
        let Entry { kind, name, keys, .. } = &entries[number];
        Choice { number, kind, name: name.clone(), keys: keys.clone() }
    };
    let choices: Vec<Choice> = fitting.into_iter().map(choice).collect();
    let close = {
        let over = desk.over.clone();
        Callback::from(move |()| over.set(Over::Nothing))
    };
    let choose = {
        let (desk, entries) = (desk.clone(), Rc::clone(&entries));
        Callback::from(move |number: usize| {
            desk.over.set(Over::Nothing);
            if let Some(entry) = entries.get(number) {
                carry_out(&desk, &entry.does);
            }
        })
    };
    let on_type = {
        let wanted = wanted.setter();
        Callback::from(move |typed: String| wanted.set(letters::lower(&typed)))
    };
    html! {
        <Dialog id="palette" title="All commands" on_close={close}>
            <Combobox id="palette" label="Command, annotation or article" {choices} {on_type} on_choose={choose} />
        </Dialog>
    }
}

fn entries(desk: &Desk) -> Vec<Entry> {
    let session = desk.dispatch.session();
    let mut entries: Vec<Entry> = Vec::new();
    let mut add = |does, kind, name: String, keys: String| {
        entries.push(Entry { does, kind, name, lower: String::new(), keys });
    };
    for label in session.project.labels().into_iter().filter(|it| !it.retired) {
        add(Does::Label(label.id.clone()), "Mark", label.name.to_string(), key_words(&label.key));
    }
    for label in session.project.labels() {
        let name = letters::lower(&label.name);
        for (walk, way) in [(Walk::Next, "Next"), (Walk::Previous, "Previous")] {
            add(Does::Walk(walk, label.id.clone()), "Go", format!("{way} {name}"), String::new());
        }
    }
    for (number, control) in CONTROLS.iter().enumerate() {
        let keys: Vec<String> = desk.settings.keys_of(control).iter().map(|key| key_words(key)).collect();
        add(Does::Control(number), "Do", name_of(control).to_owned(), keys.join(", "));
    }
    for article in session.project.articles() {
        add(Does::Article(article.id.clone()), "Article", article.title.to_string(), String::new());
    }
    let here =
        session.article().zip(session.article.as_ref().and_then(|id| session.project.annotations_of(id)));
    for (article, it) in here.into_iter().flat_map(|(article, all)| all.iter().map(move |it| (article, it))) {
        let name = words::short(&words::passage(article, it));
        add(Does::Annotation(it.id.clone()), "Annotation", name, String::new());
    }
    // All at once: asking the browser for each would take longer than finding.
    let all: Vec<String> = entries.iter().map(|entry| entry.name.replace('\n', " ")).collect();
    for (entry, lower) in entries.iter_mut().zip(letters::lower(&all.join("\n")).split('\n')) {
        lower.clone_into(&mut entry.lower);
    }
    entries
}

fn carry_out(desk: &Desk, does: &Does) {
    let session = desk.dispatch.session();
    match does {
        Does::Control(number) => {
            (CONTROLS[*number].does)(desk);
        }
        Does::Label(label) => match &session.focus {
            Some(id) if session.selection.is_none_or(|it| it.span().is_empty()) => {
                let (id, label, at) = (id.clone(), label.clone(), session.now);
                desk.dispatch.dispatch(Action::Do(Command::Relabel { id, label, at }));
            }
            _ => mark(&desk.dispatch, label),
        },
        Does::Walk(walk, label) => {
            desk.dispatch.dispatch(Action::Walk(*walk, Of::Label(label.clone())));
        }
        Does::Article(id) => desk.dispatch.dispatch(Action::Open(id.clone())),
        Does::Annotation(id) => desk.dispatch.dispatch(Action::Focus(Some(id.clone()))),
    }
}
