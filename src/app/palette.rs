use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

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

/// What can be chosen.
#[derive(Clone)]
enum Choice {
    Control(usize),
    Label(Id),
    Walk(Walk, Id),
    Article(Id),
    Annotation(Id),
}

struct Entry {
    choice: Choice,
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
    let at = use_state(|| 0usize);
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
    let chosen = (*at).min(fitting.len().saturating_sub(1));
    let close = {
        let over = desk.over.clone();
        Callback::from(move |()| over.set(Over::Nothing))
    };
    let choose = {
        let desk = desk.clone();
        let entries = Rc::clone(&entries);
        move |number: usize| {
            desk.over.set(Over::Nothing);
            if let Some(entry) = entries.get(number) {
                carry_out(&desk, &entry.choice);
            }
        }
    };
    let on_input = {
        let (wanted, at) = (wanted.clone(), at.clone());
        move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            wanted.set(letters::lower(&input.value()));
            at.set(0);
        }
    };
    let on_key = {
        let (at, choose, n) = (at.clone(), choose.clone(), fitting.len());
        let number = fitting.get(chosen).map(|(.., number)| *number);
        move |event: KeyboardEvent| {
            match (event.key().as_str(), number) {
                ("ArrowDown", _) => at.set((chosen + 1) % n.max(1)),
                ("ArrowUp", _) => at.set((chosen + n.max(1) - 1) % n.max(1)),
                ("Enter", Some(number)) => choose(number),
                _ => return,
            }
            event.prevent_default();
        }
    };
    let id = |row: usize| format!("palette-{row}");
    html! {
        <Dialog id="palette" title="All commands" on_close={close}>
            <input id="palette-input" class="first-field" type="text" dir="auto" autocomplete="off" role="combobox" aria-label="Command, annotation or article"
                aria-expanded="true" aria-controls="palette-list" aria-activedescendant={(!fitting.is_empty()).then(|| id(chosen))}
                oninput={on_input} onkeydown={on_key} />
            <p class="visually-hidden" role="status">{ format!("{} found", fitting.len()) }</p>
            <ul id="palette-list" role="listbox" aria-label="Found">
                for (row, (.., number)) in fitting.iter().enumerate() {
                    { view_entry(&entries[*number], id(row), row == chosen, {
                        let (choose, number) = (choose.clone(), *number);
                        Callback::from(move |_: MouseEvent| choose(number))
                    }) }
                }
            </ul>
        </Dialog>
    }
}

fn view_entry(entry: &Entry, id: String, chosen: bool, choose: Callback<MouseEvent>) -> Html {
    html! {
        <li {id} role="option" aria-selected={chosen.to_string()} onclick={choose}>
            <span class="entry-kind">{ entry.kind }</span>
            <span class="entry-name" dir="auto">{ &entry.name }</span>
            if !entry.keys.is_empty() { <kbd>{ &entry.keys }</kbd> }
        </li>
    }
}

fn entries(desk: &Desk) -> Vec<Entry> {
    let session = desk.dispatch.session();
    let mut entries: Vec<Entry> = Vec::new();
    let mut add = |choice, kind, name: String, keys: String| {
        entries.push(Entry { choice, kind, name, lower: String::new(), keys });
    };
    for label in session.project.labels().into_iter().filter(|it| !it.retired) {
        add(Choice::Label(label.id.clone()), "Mark", label.name.to_string(), key_words(&label.key));
    }
    for label in session.project.labels() {
        let name = letters::lower(&label.name);
        for (walk, way) in [(Walk::Next, "Next"), (Walk::Previous, "Previous")] {
            add(Choice::Walk(walk, label.id.clone()), "Go", format!("{way} {name}"), String::new());
        }
    }
    for (number, control) in CONTROLS.iter().enumerate() {
        let keys: Vec<String> = desk.settings.keys_of(control).iter().map(|key| key_words(key)).collect();
        add(Choice::Control(number), "Do", name_of(control).to_owned(), keys.join(", "));
    }
    for article in session.project.articles() {
        add(Choice::Article(article.id.clone()), "Article", article.title.to_string(), String::new());
    }
    let here =
        session.article().zip(session.article.as_ref().and_then(|id| session.project.annotations_of(id)));
    for (article, it) in here.into_iter().flat_map(|(article, all)| all.iter().map(move |it| (article, it))) {
        let name = words::short(&words::passage(article, it));
        add(Choice::Annotation(it.id.clone()), "Annotation", name, String::new());
    }
    // All at once: asking the browser for each would take longer than finding.
    let all: Vec<String> = entries.iter().map(|entry| entry.name.replace('\n', " ")).collect();
    for (entry, lower) in entries.iter_mut().zip(letters::lower(&all.join("\n")).split('\n')) {
        lower.clone_into(&mut entry.lower);
    }
    entries
}

fn carry_out(desk: &Desk, choice: &Choice) {
    let session = desk.dispatch.session();
    match choice {
        Choice::Control(number) => {
            (CONTROLS[*number].does)(desk);
        }
        Choice::Label(label) => match &session.focus {
            Some(id) if session.selection.is_none_or(|it| it.span().is_empty()) => {
                let (id, label, at) = (id.clone(), label.clone(), session.now);
                desk.dispatch.dispatch(Action::Do(Command::Relabel { id, label, at }));
            }
            _ => mark(&desk.dispatch, label),
        },
        Choice::Walk(walk, label) => {
            desk.dispatch.dispatch(Action::Walk(*walk, Of::Label(label.clone())));
        }
        Choice::Article(id) => desk.dispatch.dispatch(Action::Open(id.clone())),
        Choice::Annotation(id) => desk.dispatch.dispatch(Action::Focus(Some(id.clone()))),
    }
}
