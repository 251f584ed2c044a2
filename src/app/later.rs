//! The part of the app that is fetched after the page can be used: all that lies over it, and files
//! in and out. Only what a first mark needs is in the part before.
//!
//! `wasm_split` cuts the module at [`load`]: what is reached through these functions alone is in
//! the later part. Built without that cut, everything is in one part and is there at once.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use web_sys::{EventTarget, File};
use yew::prelude::*;

use super::coding::{self, Deal};
use super::dialogs::{self, Over};
use super::editor;
use super::files;
use super::journal::{self, Journal};
use super::keys::Desk;
use super::links;
use super::menus;
use super::notices::{self, Troubles};
use super::settings::Settings;
use super::stage::{Stage, document};
use super::state::Dispatch;
use super::store::Store;
use crate::edit::{Reach, Session};
use crate::format::SetAside;
use crate::model::{Annotation, Label};

/// Shows what lies over the page, with the labels and all that can be done.
type ViewOver = fn(&UseStateHandle<Over>, &Rc<Session>, &Rc<Vec<Rc<Label>>>, &Desk) -> Html;

/// Shows what can be done to an annotation.
type ViewEditor = fn(&Rc<Session>, &Rc<Annotation>, &Rc<Vec<Rc<Label>>>, &Desk) -> Html;

/// Shows notices.
type ViewNotices = fn(&Troubles, &UseStateHandle<Vec<SetAside>>, &UseStateHandle<Over>, &Dispatch) -> Html;

/// The ways into the later part.
#[derive(Clone, Copy)]
pub(super) struct Later {
    /// Shows what lies over the page.
    pub(super) view_over: ViewOver,
    /// Shows what can be done to the focused annotation, and what is said of it.
    pub(super) view_editor: ViewEditor,
    /// Shows the menu that is open.
    pub(super) view_menu: fn(&UseStateHandle<Over>, &Dispatch) -> Html,
    /// Says more of the focused annotation.
    pub(super) deal: fn(&Desk, Deal),
    /// Has a boundary or the selection reach elsewhere.
    pub(super) reach: fn(&Dispatch, Reach),
    /// Shows the extent of what the pointer rests on.
    pub(super) show_extent: fn(&Stage, Option<EventTarget>),
    /// Draws the lines from the focused annotation to what it is linked with.
    pub(super) draw_links: fn(&Stage),
    /// Says what the stores would not take, what could not be read, and what was imported.
    pub(super) view_notices: ViewNotices,
    /// Writes what was noted of the history.
    pub(super) write_journal: fn(&Journal, &Store),
    /// Has both stores keep the later choices of how to read.
    pub(super) settle: fn(&Settings),
    /// Writes large changes.
    pub(super) work_off: fn(Store),
    /// Reads the history.
    pub(super) recall: fn(&Journal, &Dispatch, &Store),
    /// Gets ready for files, or lets go of that again.
    pub(super) expect_files: fn(&Dispatch, bool),
    /// Reads files and takes in what they hold.
    pub(super) take_files: fn(&Stage, &UseStateSetter<Over>, Vec<File>),
    /// Offers the open article as a file.
    pub(super) export_one: fn(&Dispatch),
    /// Offers everything as a file.
    pub(super) export_all: fn(&Dispatch),
}

thread_local! {
    /// Filled once.
    static LATER: Cell<Option<Later>> = const { Cell::new(None) };
}

/// The later part, when it is here.
pub(super) fn loaded() -> Option<Later> {
    LATER.get()
}

/// Does something with the later part, once it is here.
pub(super) fn then(what: impl FnOnce(Later) + 'static) {
    if let Some(later) = loaded() {
        return what(later);
    }
    wait(Box::new(what));
}

/// One for all that wait: each further one would be the same code once more for every visitor.
fn wait(what: Box<dyn FnOnce(Later)>) {
    spawn_local(async move {
        let later = load().await;
        LATER.set(Some(later));
        if let Some(root) = document().document_element() {
            // Fails only for an invalid name.
            let _ = root.set_attribute("data-whole", "true");
        }
        what(later);
    });
}

/// Tells that somebody is about to choose or to drop files, or that nobody is any more.
pub(super) fn expect_files(dispatch: &Dispatch, soon: bool) {
    let dispatch = dispatch.clone();
    then(move |later| (later.expect_files)(&dispatch, soon));
}

/// Named in [`load`] alone, so that what it leads to is in the later part.
const ALL: Later = Later {
    view_over: dialogs::view_over,
    view_editor: editor::view_editor,
    view_menu: menus::view_menu,
    deal: coding::deal,
    reach: Dispatch::reach,
    show_extent: Stage::show_extent,
    draw_links: links::draw,
    view_notices: notices::view_notices,
    write_journal: journal::write,
    settle: Settings::settle,
    work_off: Store::work_off,
    recall: journal::recall,
    expect_files: files::expect_files,
    take_files: files::take,
    export_one: files::export_one,
    export_all: files::export_all,
};

#[cfg(feature = "split")]
#[allow(unsafe_code, reason = "the macro makes the two parts call each other")]
#[wasm_split_helpers::wasm_split(later)]
fn load() -> Later {
    ALL
}

#[cfg(not(feature = "split"))]
async fn load() -> Later {
    ALL
}
