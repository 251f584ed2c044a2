use std::rc::Rc;

use yew::prelude::*;

use super::dialog::Dialog;
use super::state::Dispatch;
use super::words;
use crate::browser::clock;
use crate::edit::{Action, Session, Step};

/// So many steps are listed at first, and more with every asking.
const MANY: usize = 100;

#[derive(Properties)]
pub(super) struct HistoryProps {
    pub(super) session: Rc<Session>,
    pub(super) dispatch: Dispatch,
    pub(super) on_close: Callback<()>,
}

impl PartialEq for HistoryProps {
    fn eq(&self, other: &HistoryProps) -> bool {
        Rc::ptr_eq(&self.session, &other.session)
    }
}

/// What was done, the newest first, and what was taken back above it; each a click from there.
#[component]
pub(super) fn HistoryDialog(props: &HistoryProps) -> Html {
    let shown = use_state(|| MANY);
    let history = &props.session.history;
    let (undone, done): (Vec<_>, Vec<_>) =
        (history.undone().take(*shown).cloned().collect(), history.done().take(*shown).cloned().collect());
    let more = undone.len() == *shown || done.len() == *shown;
    let row = |step: &Rc<Step>, travel: isize, is_undone: bool| {
        let (dispatch, at) = (props.dispatch.clone(), clock::time_words(step.at));
        let go = move |_: MouseEvent| dispatch.dispatch(Action::Travel(travel));
        html! {
            <li class="step" data-undone={is_undone.then_some("")}>
                <button type="button" class="step-button" onclick={go} aria-current={(travel == 0).then_some("step")}>
                    <span dir="auto">{ words::step_words(step, &props.session.project) }</span><time>{ at }</time>
                </button>
            </li>
        }
    };
    let start = {
        let (dispatch, steps) = (props.dispatch.clone(), isize::try_from(done.len()).unwrap_or(0));
        move |_: MouseEvent| dispatch.dispatch(Action::Travel(-steps))
    };
    html! {
        <Dialog id="history-dialog" title="History" on_close={props.on_close.clone()}>
            <p>{ "A click goes to the state after a step; what was changed elsewhere since stays as it is." }</p>
            if done.is_empty() && undone.is_empty() {
                <p>{ "Nothing has been done yet." }</p>
            }
            <ol class="steps" reversed=true>
                for (at, step) in undone.iter().enumerate().rev() {
                    { row(step, at as isize + 1, true) }
                }
                for (at, step) in done.iter().enumerate() {
                    { row(step, -(at as isize), false) }
                }
                if !(more || done.is_empty() && undone.is_empty()) {
                    <li class="step"><button type="button" class="step-button" id="history-start" onclick={start} aria-current={done.is_empty().then_some("step")}>{ "The beginning" }</button></li>
                }
            </ol>
            if more {
                <button type="button" class="button" onclick={{
                    let shown = shown.clone();
                    move |_: MouseEvent| shown.set(*shown + MANY)
                }}>{ "Show more" }</button>
            }
        </Dialog>
    }
}
