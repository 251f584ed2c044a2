//! The bar at the top.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::dialogs::Over;
use super::later;
use super::stage::document;
use super::state::Dispatch;
use super::store::Status;
use super::words;
use crate::edit::{Action, Step};

/// The menus' ids.
pub(super) const MENUS: [&str; 3] = ["import-menu", "export-menu", "more-menu"];

#[derive(PartialEq, Properties)]
pub(super) struct BarProps {
    /// What Undo would take back.
    pub(super) undo: Option<Rc<Step>>,
    /// What Redo would do again.
    pub(super) redo: Option<Rc<Step>>,
    pub(super) over: UseStateHandle<Over>,
    /// Whether the later part is here, which has the menus.
    pub(super) whole: bool,
    pub(super) dispatch: Dispatch,
    /// Where the store's status is told.
    pub(super) status: NodeRef,
}

#[component]
pub(super) fn Bar(props: &BarProps) -> Html {
    let BarProps { undo, redo, over, dispatch, status, .. } = props;
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
    let menu = |id: &'static str, name: &'static str, what: Over| {
        let open = **over == what;
        html! {
            <span class="menu-anchor">
                <button type="button" class="button" id={format!("{id}-button")} aria-haspopup="menu"
                    aria-expanded={open.to_string()} onclick={opens(what)}>{ name }</button>
                if let Some(later) = later::loaded().filter(|_| open) {
                    { (later.view_menu)(over, dispatch) }
                }
            </span>
        }
    };
    html! {
        <header class="bar">
            <span class="bar-title">{ "Verbatim" }</span>
            { button("articles-button", "Articles", opens(Over::Articles)) }
            { button("open-button", "Open", opens(Over::Open)) }
            { step("undo-button", "Undo", undo, "Nothing to undo", Action::Undo) }
            { step("redo-button", "Redo", redo, "Nothing to do again", Action::Redo) }
            { menu("import", "Import", Over::ImportMenu) }
            { menu("export", "Export", Over::ExportMenu) }
            { button("find-button", "Find", opens(Over::Find(None))) }
            { menu("more", "More", Over::MoreMenu) }
            { button("help-button", "Help", opens(Over::Help)) }
            <span class="bar-spacer"></span>
            <span id="status" role="status" ref={status.clone()}></span>
        </header>
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

/// Whether a menu is open.
pub(super) fn is_menu_open() -> bool {
    let page = document();
    // By their ids, which the browser has at hand; it would look for a class in all of a text.
    MENUS.iter().any(|id| page.get_element_by_id(id).is_some())
}

/// Asks for files.
pub(super) fn choose_files(dispatch: &Dispatch) {
    if let Some(input) =
        document().get_element_by_id("import-file").and_then(|it| it.dyn_into::<HtmlElement>().ok())
    {
        later::expect_files(dispatch, true);
        input.click();
    }
}
