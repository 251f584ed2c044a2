//! What keys and clicks anywhere mean.

use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use super::dialogs::Over;
use super::stage::{Stage, document, focus};
use super::state::Dispatch;
use crate::browser::{clock, letters, listen, selection};
use crate::edit::{Action, Command, Selection, Toward, Walk};
use crate::model::Id;

/// Every key, for the help.
pub(super) const KEYS: [(&str, &str); 16] = [
    ("Q, A, C", "Mark the selection as quote, actor, condition; or relabel the focused annotation"),
    ("N, P", "Next and previous annotation"),
    ("E or Enter", "Write a note on the focused annotation"),
    ("Delete", "Remove the focused annotation"),
    ("Escape", "Let go of the selection or the annotation"),
    ("Ctrl/⌘+Z", "Undo"),
    ("Ctrl/⌘+Shift+Z, Ctrl+Y", "Redo"),
    ("Tab", "Into the article, and on to the list and the buttons"),
    ("← →", "In the article: one character"),
    ("Ctrl/⌥+← →", "One word"),
    ("↑ ↓, Home, End", "One line; the line's start and end"),
    ("Ctrl/⌥+↑ ↓", "One paragraph"),
    ("Ctrl/⌘+Home, End", "The text's start and end"),
    ("Shift with any of these", "Select"),
    ("Two taps", "Select a word by touch"),
    ("?", "This help"),
];

/// Gives the selection a label.
pub(super) fn mark(dispatch: &Dispatch, label: &Id) {
    dispatch.dispatch(Action::MarkSelection {
        id: Id::from_random(clock::random_u128()),
        label: label.clone(),
        at: clock::now(),
    });
}

/// What keys and clicks anywhere mean.
pub(super) fn listeners(
    stage: &Stage,
    dispatch: &Dispatch,
    over: &UseStateSetter<Over>,
) -> Vec<EventListener> {
    let page = document();
    let mut listeners = Vec::new();
    {
        let over = over.clone();
        listeners.push(listen::on(&page, "click", move |event| {
            let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
            let inside = target.is_some_and(|it| {
                it.closest(".menu-anchor, dialog, #selection-toolbar, .bar, .empty").ok().flatten().is_some()
                    || !it.is_connected()
            });
            if !inside && document().query_selector(".menu").ok().flatten().is_some() {
                over.set(Over::Nothing);
            }
        }));
    }
    {
        let (stage, dispatch, over) = (stage.clone(), dispatch.clone(), over.clone());
        listeners.push(listen::on(&page, "keydown", move |event| {
            if let Some(event) = event.dyn_ref::<KeyboardEvent>()
                && on_key(event, &stage, &dispatch, &over)
            {
                event.prevent_default();
                // At once, not with the next render: what the browser tells of its selection
                // meanwhile must be what we mean. The marks first, since they replace what is
                // selected.
                stage.show_text();
                stage.show_selection();
            }
        }));
    }
    listeners
}

/// Carries out what a key means; whether it meant something.
fn on_key(event: &KeyboardEvent, stage: &Stage, dispatch: &Dispatch, over: &UseStateSetter<Over>) -> bool {
    let (page, session) = (document(), &*dispatch.session());
    if event.default_prevented()
        || event.is_composing()
        || page.query_selector("dialog[open]").ok().flatten().is_some()
    {
        return false;
    }
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    let tag = target.as_ref().map(Element::tag_name).unwrap_or_default();
    let key = event.key();
    if matches!(tag.as_str(), "INPUT" | "TEXTAREA" | "SELECT") {
        if key == "Escape" {
            stage.focus();
        }
        return key == "Escape";
    }
    let command_key = event.ctrl_key() || event.meta_key();
    let in_article = stage.has_focus();
    if command_key && !event.alt_key() {
        match (letters::lower(&key).as_str(), event.shift_key()) {
            ("z", false) => {
                dispatch.dispatch(Action::Undo);
                return true;
            }
            ("z", true) | ("y", false) => {
                dispatch.dispatch(Action::Redo);
                return true;
            }
            _ => {}
        }
    }
    if in_article && let Some(handled) = move_caret(event, &key, dispatch, stage) {
        return handled;
    }
    if command_key || event.alt_key() {
        return false;
    }
    let has_words = session.selection.is_some_and(|it| !it.span().is_empty());
    let pressed = letters::lower(&key);
    if let Some(label) =
        session.project.labels().into_iter().find(|label| !label.key.is_empty() && *label.key == *pressed)
    {
        if has_words {
            mark(dispatch, &label.id);
        } else if let Some(id) = session.focus.clone() {
            dispatch.dispatch(Action::Do(Command::Relabel { id, label: label.id.clone(), at: clock::now() }));
        }
        return true;
    }
    match key.as_str() {
        "n" | "N" => dispatch.dispatch(Action::Walk(Walk::Next)),
        "p" | "P" => dispatch.dispatch(Action::Walk(Walk::Previous)),
        "?" => over.set(Over::Help),
        "Delete" | "Backspace" => match session.focus.clone() {
            Some(id) => dispatch.dispatch(Action::Do(Command::Remove { ids: vec![id] })),
            None => return false,
        },
        "Escape" => {
            over.set(Over::Nothing);
            dispatch.dispatch(Action::Focus(None));
            if let Some(selection) = session.selection {
                dispatch.dispatch(Action::Select(Some(Selection {
                    anchor: selection.head,
                    head: selection.head,
                })));
            }
        }
        "e" | "E" | "Enter" if session.focus.is_some() && (in_article || tag == "BODY" || key != "Enter") => {
            if let Some(note) = page.query_selector("#annotations [aria-current] .note-input").ok().flatten()
            {
                focus(&note);
            }
        }
        _ => return false,
    }
    true
}

/// Moves the caret in the article. `None` when the key is not one of the caret's.
fn move_caret(event: &KeyboardEvent, key: &str, dispatch: &Dispatch, stage: &Stage) -> Option<bool> {
    let by_word = event.ctrl_key() || event.alt_key();
    let far = event.ctrl_key() || event.meta_key();
    let extend = event.shift_key();
    let toward = match key {
        "ArrowRight" if by_word => Toward::WordEnd,
        "ArrowLeft" if by_word => Toward::WordStart,
        "ArrowRight" => Toward::NextGrapheme,
        "ArrowLeft" => Toward::PreviousGrapheme,
        "ArrowDown" if by_word => Toward::NextParagraph,
        "ArrowUp" if by_word => Toward::PreviousParagraph,
        "Home" if far => Toward::TextStart,
        "End" if far => Toward::TextEnd,
        "ArrowDown" | "ArrowUp" | "Home" | "End" => {
            // Lines are what the browser makes of the width; it moves its own
            // selection, and ours follows.
            let alter = if extend { "extend" } else { "move" };
            let direction = if matches!(key, "ArrowDown" | "End") { "forward" } else { "backward" };
            let granularity = if matches!(key, "Home" | "End") { "lineboundary" } else { "line" };
            stage.show_selection();
            selection::modify(alter, direction, granularity);
            stage.follow_selection();
            return Some(true);
        }
        _ => return None,
    };
    dispatch.dispatch(Action::Move { toward, extend });
    Some(true)
}
