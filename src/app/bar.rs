//! The bar at the top and its menus.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::dialogs::Over;
use super::later::{self, Later};
use super::stage::{document, focus};
use super::state::Dispatch;
use super::store::Status;
use super::words;
use crate::edit::{Action, Step};

#[derive(PartialEq, Properties)]
pub(super) struct BarProps {
    /// What Undo would take back.
    pub(super) undo: Option<Rc<Step>>,
    /// What Redo would do again.
    pub(super) redo: Option<Rc<Step>>,
    pub(super) over: UseStateHandle<Over>,
    pub(super) dispatch: Dispatch,
    /// Where the store's status is told.
    pub(super) status: NodeRef,
}

#[component]
pub(super) fn Bar(props: &BarProps) -> Html {
    let BarProps { undo, redo, over, dispatch, status } = props;
    let opens = |what: Over| {
        let over = over.clone();
        Callback::from(move |_: MouseEvent| {
            over.set(if *over == what { Over::Nothing } else { what.clone() })
        })
    };
    let acts = |action: Action| {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(action.clone()))
    };
    let button = |id: &'static str, name: &'static str, does: Callback<MouseEvent>| {
        html! { <button type="button" class="button" {id} onclick={does}>{ name }</button> }
    };
    let step = |id: &'static str, name: &'static str, step: &Option<Rc<Step>>, none: &str, does: Action| {
        let title =
            step.as_ref().map_or_else(|| none.to_owned(), |it| format!("{name}: {}", words::step_name(it)));
        html! {
            <button type="button" class="button" {id} {title} aria-disabled={step.is_none().to_string()}
                onclick={acts(does)}>{ name }</button>
        }
    };
    let menu = |id: &'static str, name: &'static str, what: Over, items: Html| {
        let open = **over == what;
        html! {
            <span class="menu-anchor">
                <button type="button" class="button" id={format!("{id}-button")} aria-haspopup="menu"
                    aria-expanded={open.to_string()} onclick={opens(what)}>{ name }</button>
                if open {
                    <Menu id={format!("{id}-menu")} label={name} over={over.clone()}>{ items }</Menu>
                }
            </span>
        }
    };
    let item = |id: &'static str, name: &'static str, does: Callback<MouseEvent>| {
        html! { <button type="button" role="menuitem" {id} onclick={does}>{ name }</button> }
    };
    let exports = |what: fn(Later) -> fn(&Dispatch)| {
        let (dispatch, over) = (dispatch.clone(), over.clone());
        Callback::from(move |_: MouseEvent| {
            over.set(Over::Nothing);
            let dispatch = dispatch.clone();
            later::then(move |later| what(later)(&dispatch));
        })
    };
    html! {
        <header class="bar">
            <span class="bar-title">{ "Verbatim" }</span>
            { button("articles-button", "Articles", opens(Over::Articles)) }
            { button("open-button", "Open", opens(Over::Open)) }
            { step("undo-button", "Undo", undo, "Nothing to undo", Action::Undo) }
            { step("redo-button", "Redo", redo, "Nothing to do again", Action::Redo) }
            { menu("import", "Import", Over::ImportMenu, item("import-files", "Choose files", {
                let over = over.clone();
                Callback::from(move |_: MouseEvent| {
                    over.set(Over::Nothing);
                    choose_files();
                })
            })) }
            { menu("export", "Export", Over::ExportMenu, html! { <>
                { item("export-article", "This article", exports(|later| later.export_one)) }
                { item("export-all", "Everything", exports(|later| later.export_all)) }
            </> }) }
            { button("find-button", "Find", opens(Over::Find(None))) }
            { menu("more", "More", Over::MoreMenu, html! { <>
                { item("palette-item", "All commands", opens(Over::Palette)) }
                { item("actors-item", "Actors", opens(Over::Actors(None))) }
                { item("table-item", "Table", opens(Over::Table)) }
                { item("codebook-item", "Codebook", opens(Over::Codebook)) }
                { item("history-item", "History", opens(Over::History)) }
                { item("settings-item", "Settings", opens(Over::Settings)) }
            </> }) }
            { button("help-button", "Help", opens(Over::Help)) }
            <span class="bar-spacer"></span>
            <span id="status" role="status" ref={status.clone()}></span>
        </header>
    }
}

#[derive(PartialEq, Properties)]
struct MenuProps {
    id: String,
    label: &'static str,
    over: UseStateHandle<Over>,
    children: Children,
}

/// A menu under its button: takes the focus, arrows walk, Escape closes.
#[component]
fn Menu(props: &MenuProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            if let Some(first) = node.cast::<Element>().and_then(|menu| menu.first_element_child()) {
                focus(&first);
            }
        });
    }
    let on_key = {
        let over = props.over.clone();
        move |event: KeyboardEvent| {
            let here = document().active_element();
            let next = match event.key().as_str() {
                "ArrowDown" => here.and_then(|item| item.next_element_sibling()),
                "ArrowUp" => here.and_then(|item| item.previous_element_sibling()),
                "Escape" => {
                    if let Some(button) = event
                        .target_dyn_into::<Element>()
                        .and_then(|it| it.closest(".menu-anchor").ok().flatten())
                        .and_then(|anchor| anchor.first_element_child())
                    {
                        focus(&button);
                    }
                    over.set(Over::Nothing);
                    None
                }
                "Tab" => {
                    over.set(Over::Nothing);
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            if let Some(next) = next {
                focus(&next);
            }
        }
    };
    html! {
        <div class="menu" ref={node} id={props.id.clone()} role="menu" aria-label={props.label} onkeydown={on_key}>
            { props.children.clone() }
        </div>
    }
}

/// What the status says.
pub(super) fn status_words(status: &Status) -> String {
    match status {
        Status::Loading => "Reading…".into(),
        Status::Saving(0) => "Saving…".into(),
        Status::Saving(left) => format!("Saving… {left} left"),
        Status::Saved => "Saved".into(),
        Status::NotSaved { local: Some(_), mirror: Some(_) } => "Not saved".into(),
        Status::NotSaved { local: Some(_), .. } => "Not saved in local storage".into(),
        Status::NotSaved { .. } => "Not saved in IndexedDB".into(),
    }
}

/// Asks for files.
pub(super) fn choose_files() {
    if let Some(input) =
        document().get_element_by_id("import-file").and_then(|it| it.dyn_into::<HtmlElement>().ok())
    {
        input.click();
    }
}
