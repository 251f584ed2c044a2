//! Files in and out.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;
use yew::prelude::*;

use super::dialogs::Over;
use super::incoming::{self, Outcome};
use super::keys::DIALOGS;
use super::outcomes::Report;
use super::rehearsal;
use super::stage::Stage;
use super::state::Dispatch;
use crate::browser::{self, clock, files, letters, worker};
use crate::edit::{Action, Session};
use crate::format;
use crate::model::Id;

/// So long files are read before that is told, in milliseconds: what takes less would only flash.
const PATIENCE: f64 = 400.0;

thread_local! {
    /// While files are read, those that came meanwhile.
    static WAITING: RefCell<Option<Vec<File>>> = const { RefCell::new(None) };
    /// Whether somebody is about to choose or to drop files.
    static EXPECTED: Cell<bool> = const { Cell::new(false) };
}

/// Has all that reads files ready while somebody is about to choose or to drop some.
pub(super) fn expect_files(dispatch: &Dispatch, soon: bool) {
    EXPECTED.set(soon);
    if !soon {
        return worker::let_go();
    }
    let dispatch = dispatch.clone();
    spawn_local(async move {
        // It has the module, and keeps it.
        rehearsal::over().await;
        if EXPECTED.get() {
            worker::prepare();
            rehearsal::rehearse(&dispatch).await;
        }
        if !EXPECTED.get() && WAITING.with_borrow(Option::is_none) {
            worker::let_go();
        }
    });
}

/// Reads files and takes in what they hold; what comes meanwhile is read after them, since what a file
/// adds depends on what is here.
pub(super) fn take(stage: &Stage, over: &UseStateSetter<Over>, chosen: Vec<File>) {
    if chosen.is_empty() {
        return expect_files(&stage.dispatch, false);
    }
    EXPECTED.set(false);
    let reads = WAITING.with_borrow_mut(|waiting| {
        let reads = waiting.is_some();
        waiting.get_or_insert_default().extend(chosen);
        reads
    });
    if reads {
        return;
    }
    let (stage, over) = (stage.clone(), over.clone());
    spawn_local(async move {
        stage.dispatch.loaded().await;
        rehearsal::over().await;
        let (mut outcomes, mut steps) = (Vec::new(), 0);
        loop {
            let chosen =
                WAITING.with_borrow_mut(|waiting| waiting.as_mut().map(std::mem::take).unwrap_or_default());
            if chosen.is_empty() {
                break;
            }
            let Some((told, done)) = take_in(&stage, &over, chosen).await else { break };
            outcomes.extend(told);
            steps += done;
        }
        WAITING.set(None);
        let last = stage.dispatch.session().history.last().filter(|_| steps > 0).cloned();
        let report = match outcomes.is_empty() {
            true => Over::Nothing,
            false => Over::Report(Rc::new(Report { outcomes, steps, last })),
        };
        // The text first: the report comes with what stands beside it.
        stage.dispatch.with_session(move || {
            over.set(report);
            // Kept for the next file, or not needed by the last.
            if !EXPECTED.get() {
                worker::let_go();
            }
        });
        // A dialog that goes has the browser style the whole page: with the text's first sight, that is
        // done once.
        if DIALOGS.get() > 0 {
            stage.dispatch.catch_up();
        }
    });
}

/// What became of files, and how many steps that took; `None` when their reading was cancelled.
async fn take_in(
    stage: &Stage,
    over: &UseStateSetter<Over>,
    chosen: Vec<File>,
) -> Option<(Vec<Outcome>, usize)> {
    let dispatch = &stage.dispatch;
    let here = || dispatch.session().project.clone();
    let (begun, soon) = (clock::elapsed(), RefCell::new(None));
    let tell = |progress| {
        let (over, left) = (over.clone(), PATIENCE - (clock::elapsed() - begun));
        let told = Timeout::new(left.max(0.0) as u32, move || over.set(Over::Reading(progress)));
        // The one before, if it still waits, is old.
        soon.replace(Some(told));
    };
    let ahead: incoming::Ahead = {
        let stage = stage.clone();
        Rc::new(move |article| stage.lay_ahead(Some(article)))
    };
    let read = incoming::read(chosen, &here, &tell, &ahead).await;
    drop(soon);
    let mut steps = 0;
    let taken = read.map(|(commands, outcomes)| {
        for (command, article) in commands {
            let last = || dispatch.session().history.last().cloned();
            let before = last();
            dispatch.dispatch(Action::Do(command));
            // A file that is here already changes nothing.
            steps += usize::from(last().map(|it| Rc::as_ptr(&it)) != before.map(|it| Rc::as_ptr(&it)));
            if let Some(article) = article {
                dispatch.dispatch(Action::Open(article));
            }
        }
        outcomes
    });
    stage.lay_ahead(None);
    Some((taken?, steps))
}

/// Offers the open article as a file, once all of it has been read.
pub(super) fn export_one(dispatch: &Dispatch) {
    let Some(id) = dispatch.session().article.clone() else { return };
    let dispatch = dispatch.clone();
    spawn_local(async move {
        dispatch.loaded().await;
        let session = dispatch.session();
        if let Some(article) = session.project.article(&id) {
            save_file(&session, std::slice::from_ref(&id), &article.title);
        }
    });
}

/// Offers everything as a file, once all of it has been read.
pub(super) fn export_all(dispatch: &Dispatch) {
    let dispatch = dispatch.clone();
    spawn_local(async move {
        dispatch.loaded().await;
        let session = dispatch.session();
        let ids: Vec<Id> = session.project.articles().iter().map(|article| article.id.clone()).collect();
        save_file(&session, &ids, "everything");
    });
}

/// Offers the codebook as a file.
pub(super) fn export_codebook(dispatch: &Dispatch) {
    save("codebook", |hand| format::export_codebook(&dispatch.session().project, hand));
}

fn save_file(session: &Session, articles: &[Id], name: &str) {
    save(name, |hand| format::export_in_pieces(&session.project, articles, hand));
}

fn save(name: &str, write: impl FnOnce(&mut dyn FnMut(&[u8]))) {
    let letters = |c: char| if c.is_alphanumeric() { c } else { '-' };
    let name: String = letters::lower(name).chars().map(letters).take(60).collect();
    let name = name.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    if files::download(&format!("{name}.verbatim.json"), "application/json", write).is_err()
        && let Some(window) = browser::window()
    {
        // The one message that must be seen even when the page cannot show notices.
        let _ = window.alert_with_message(
            "The browser refused the download. Nothing is lost; try another browser window.",
        );
    }
}
