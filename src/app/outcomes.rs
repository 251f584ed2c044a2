//! What became of the files of an import: a notice where all were read, so that the hand can go on;
//! a dialog where one was not.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use yew::prelude::*;

use super::dialog::Dialog;
use super::dialogs::Over;
use super::incoming::Outcome;
use super::stage::{focus_is_lost, focus_text};
use super::state::Dispatch;
use crate::edit::{Action, Command, Session, Step};

/// What became of files.
#[derive(Clone, PartialEq)]
pub(super) struct Report {
    /// Of each.
    pub(super) outcomes: Vec<Outcome>,
    /// How many steps that made,
    pub(super) steps: usize,
    /// and the last of them.
    pub(super) last: Option<Rc<Step>>,
}

/// Tells of the files beside the page, where all were read.
pub(super) fn view_notice(over: &UseStateHandle<Over>, dispatch: &Dispatch) -> Html {
    let Over::Report(report) = &**over else { return html! {} };
    if !all_read(&report.outcomes) {
        return html! {};
    }
    let close = {
        let over = over.clone();
        Callback::from(move |()| over.set(Over::Nothing))
    };
    html! {
        <Notice>
            <div class="notice-text">{ view_outcomes(&report.outcomes) }</div>
            { view_undo(report, dispatch, &close) }
            <button type="button" class="button" id="import-report-close" onclick={close.reform(|_: MouseEvent| ())}>{ "Close" }</button>
        </Notice>
    }
}

#[derive(PartialEq, Properties)]
struct NoticeProps {
    children: Children,
}

#[component]
fn Notice(props: &NoticeProps) -> Html {
    use_effect_with((), |()| {
        // A button that had the focus goes with it.
        let keep_focus = || {
            if focus_is_lost() {
                focus_text();
            }
        };
        move || {
            Timeout::new(0, keep_focus).forget();
        }
    });
    html! { <section class="notice" id="import-report" aria-label="Import">{ props.children.clone() }</section> }
}

/// Tells of the files over the page, where one was not read.
pub(super) fn view_dialog(report: &Report, dispatch: &Dispatch, close: &Callback<()>) -> Html {
    if all_read(&report.outcomes) {
        return html! {};
    }
    html! {
        <Dialog id="import-report" title="Import" on_close={close.clone()}>
            { view_outcomes(&report.outcomes) }
            { view_undo(report, dispatch, close) }
        </Dialog>
    }
}

fn all_read(outcomes: &[Outcome]) -> bool {
    outcomes.iter().all(|it| it.told.is_ok())
}

pub(super) fn view_outcomes(outcomes: &[Outcome]) -> Html {
    html! {
        <ul class="report">
            for it in outcomes {
                <li data-file={it.name.clone()} data-outcome={if it.told.is_ok() { "imported" } else { "refused" }}>
                    <strong>{ &it.name }</strong>
                    { if it.told.is_ok() { ": read" } else { ": not read" } }
                    <ul>
                        for line in it.told.as_ref().unwrap_or_else(|lines| lines) {
                            <li>{ line }</li>
                        }
                    </ul>
                </li>
            }
        </ul>
    }
}

/// Takes back what the import did, as long as nothing was done or taken back since.
fn view_undo(report: &Report, dispatch: &Dispatch, close: &Callback<()>) -> Html {
    let session = dispatch.session();
    let last = report.last.as_ref().zip(session.history.last());
    if !last.is_some_and(|(of_import, now)| Rc::ptr_eq(of_import, now)) {
        return html! {};
    }
    let undo = {
        let (dispatch, close, steps) = (dispatch.clone(), close.clone(), report.steps);
        move |_: MouseEvent| {
            for _ in 0..steps {
                // Not what may have been marked between two files.
                if ends_with_import(&dispatch.session()) {
                    dispatch.dispatch(Action::Undo);
                }
            }
            close.emit(());
        }
    };
    html! { <button type="button" class="button" id="import-report-undo" onclick={undo}>{ "Undo the import" }</button> }
}

fn ends_with_import(session: &Session) -> bool {
    let brings =
        |step: &Rc<Step>| matches!(step.command, Command::Import { .. } | Command::AddArticle { .. });
    session.history.last().is_some_and(brings)
}
