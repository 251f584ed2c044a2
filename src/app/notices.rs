//! Notices over the page's lower edge: what a store would not take, what could not be read, and
//! which files were.

use std::rc::Rc;

use yew::prelude::*;

use super::dialogs::Over;
use super::later;
use super::outcomes;
use super::state::Dispatch;
use super::words;
use crate::browser::{Trouble, files};
use crate::edit::{Notice, Session};
use crate::format::SetAside;

/// What local storage and IndexedDB would not take.
pub(super) type Troubles = (Option<Trouble>, Option<Trouble>);

/// Says what the stores would not take, what could not be read at the start, and what was imported.
pub(super) fn view_notices(
    trouble: &Troubles,
    set_aside: &UseStateHandle<Vec<SetAside>>,
    over: &UseStateHandle<Over>,
    dispatch: &Dispatch,
) -> Html {
    let session = dispatch.session();
    let refused = refusal(&session).map(|(_, words)| {
        // The announcer says it to those who listen.
        html! { <p class="notice" aria-hidden="true" data-notice="refused">{ words }</p> }
    });
    html! {
        <>
            { refused }
            { view_storage_notice(trouble, dispatch) }
            { view_set_aside(set_aside) }
            { outcomes::view_notice(over, dispatch) }
        </>
    }
}

/// Why what was asked for last was not done; `None` when it was.
fn refusal(session: &Session) -> Option<(u64, String)> {
    let (number, notice) = session.notice.as_ref()?;
    let told = matches!(
        notice,
        Notice::Refused(_)
            | Notice::NothingFocused
            | Notice::NothingSelected
            | Notice::NothingToRepeat
            | Notice::NoPlace
    );
    told.then(|| (*number, words::notice(notice, &session.project)))
}

#[derive(Properties)]
pub(super) struct RefusalProps {
    pub(super) session: Rc<Session>,
}

impl PartialEq for RefusalProps {
    fn eq(&self, other: &RefusalProps) -> bool {
        Rc::ptr_eq(&self.session, &other.session)
    }
}

/// The same in a dialog, where the page's own announcer is not heard: what was refused since the
/// dialog opened.
#[component]
pub(super) fn Refused(props: &RefusalProps) -> Html {
    let number = |session: &Session| session.notice.as_ref().map(|(number, _)| *number);
    let first = use_memo((), |()| number(&props.session));
    let now = refusal(&props.session).filter(|(number, _)| Some(*number) != *first);
    html! { if let Some((_, words)) = now { <p class="notice" role="alert" data-notice="refused">{ words }</p> } }
}

fn view_storage_notice(trouble: &Troubles, dispatch: &Dispatch) -> Html {
    let (local, mirror) = trouble;
    if local.is_none() && mirror.is_none() {
        return html! {};
    }
    let name = match (local, mirror) {
        (Some(Trouble::Full), _) | (_, Some(Trouble::Full)) => "storage-full",
        _ => "storage-blocked",
    };
    let tell = |name: &str, trouble: &Option<Trouble>| {
        trouble.as_ref().map(|why| format!("{name}: {}. ", words::trouble(why)))
    };
    html! {
        <div class="notice" role="alert" data-notice={name}>
            <p class="notice-text">
                { tell("Local storage", local) }{ tell("IndexedDB", mirror) }
                if mirror.is_none() {
                    { "Everything is in this browser's IndexedDB and will be here again; export it to have it in a second place." }
                } else {
                    { "What you see is safe while this tab stays open; export it to keep it." }
                }
            </p>
            <button type="button" class="button button-primary" onclick={{
                let dispatch = dispatch.clone();
                move |_: MouseEvent| {
                    let dispatch = dispatch.clone();
                    later::then(move |later| (later.export_all)(&dispatch));
                }
            }}>{ "Export everything" }</button>
        </div>
    }
}

fn view_set_aside(set_aside: &UseStateHandle<Vec<SetAside>>) -> Html {
    if set_aside.is_empty() {
        return html! {};
    }
    let download = {
        let set_aside = set_aside.clone();
        move |_: MouseEvent| {
            let mut text = String::new();
            for aside in set_aside.iter() {
                text.push_str(&format!("{}\n{}\n{}\n\n", aside.key, aside.fault, aside.raw));
            }
            // A refused download leaves the notice standing, and the records where they are.
            let _ = files::download("verbatim-set-aside.txt", "text/plain", |hand| hand(text.as_bytes()));
        }
    };
    let dismiss = {
        let set_aside = set_aside.clone();
        move |_: MouseEvent| set_aside.set(Vec::new())
    };
    let first = set_aside.first().map(|aside| aside.fault.to_string()).unwrap_or_default();
    html! {
        <div class="notice" role="alert" data-notice="set-aside">
            <p class="notice-text">{ format!(
                "{} stored {} could not be read and {} set aside unchanged; everything else is here. The first: {first}",
                set_aside.len(),
                if set_aside.len() == 1 { "record" } else { "records" },
                if set_aside.len() == 1 { "was" } else { "were" },
            ) }</p>
            <button type="button" class="button" onclick={download}>{ "Download" }</button>
            <button type="button" class="button" onclick={dismiss}>{ "Dismiss" }</button>
        </div>
    }
}
