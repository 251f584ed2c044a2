//! The bar at the top, its menus, and files in and out.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::dialogs::Over;
use super::incoming;
use super::stage::{document, focus};
use super::state::Dispatch;
use super::store::Status;
use super::words;
use crate::browser::{files, letters};
use crate::edit::{Action, Session, Step};
use crate::format;
use crate::model::Id;

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
    html! {
        <header class="bar">
            <span class="bar-title">{ "Verbatim" }</span>
            { button("articles-button", "Articles", opens(Over::Articles)) }
            { button("open-button", "Open", opens(Over::Open)) }
            { step("undo-button", "Undo", undo, "Nothing to undo", Action::Undo) }
            { step("redo-button", "Redo", redo, "Nothing to do again", Action::Redo) }
            { menu("import", "Import", Over::ImportMenu, html! {
                { item("import-files", "Choose files", Callback::from(|_| choose_files())) }
            }) }
            { menu("export", "Export", Over::ExportMenu, html! { <>
                { item("export-article", "This article", export_one(dispatch)) }
                { item("export-all", "Everything", export_all(dispatch)) }
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
    let close = {
        let over = props.over.clone();
        move |_: MouseEvent| over.set(Over::Nothing)
    };
    html! {
        <div class="menu" ref={node} id={props.id.clone()} role="menu" aria-label={props.label} onkeydown={on_key} onclick={close}>
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

/// Reads files and takes in what they hold.
pub(super) fn take_files(dispatch: &Dispatch, over: &UseStateHandle<Over>) -> Callback<Vec<web_sys::File>> {
    let (dispatch, over) = (dispatch.clone(), over.setter());
    Callback::from(move |chosen: Vec<web_sys::File>| {
        if chosen.is_empty() {
            return;
        }
        let (dispatch, over) = (dispatch.clone(), over.clone());
        spawn_local(async move {
            // What a file adds depends on all that is here.
            dispatch.loaded().await;
            let project = dispatch.session().project.clone();
            let tell = |progress| over.set(Over::Reading(progress));
            let Some((commands, outcomes)) = incoming::read(chosen, project, tell).await else {
                return over.set(Over::Nothing);
            };
            for (command, article) in commands {
                dispatch.dispatch(Action::Do(command));
                dispatch.dispatch(Action::Open(article));
            }
            over.set(Over::Report(Rc::new(outcomes)));
        });
    })
}

/// Offers the open article as a file.
fn export_one(dispatch: &Dispatch) -> Callback<MouseEvent> {
    let dispatch = dispatch.clone();
    Callback::from(move |_| {
        let session = dispatch.session();
        if let Some(article) = session.article() {
            save_file(&session, std::slice::from_ref(&article.id), &article.title);
        }
    })
}

/// Offers everything as a file.
pub(super) fn export_all(dispatch: &Dispatch) -> Callback<MouseEvent> {
    let dispatch = dispatch.clone();
    Callback::from(move |_| {
        let dispatch = dispatch.clone();
        spawn_local(async move {
            dispatch.loaded().await;
            let session = dispatch.session();
            let ids: Vec<Id> = session.project.articles().iter().map(|article| article.id.clone()).collect();
            save_file(&session, &ids, "everything");
        });
    })
}

fn save_file(session: &Session, articles: &[Id], name: &str) {
    let letters = |c: char| if c.is_alphanumeric() { c } else { '-' };
    let name: String = letters::lower(name).chars().map(letters).take(60).collect();
    let name = name.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    let json = format::export(&session.project, articles);
    if files::download(&format!("{name}.verbatim.json"), "application/json", &json).is_err()
        && let Some(window) = web_sys::window()
    {
        // The one message that must be seen even when the page cannot show notices.
        let _ = window.alert_with_message(
            "The browser refused the download. Nothing is lost; try another browser window.",
        );
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
