//! What lies over the page: help, articles, a text to open, files that are read.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::actors::{self, ActorsDialog};
use super::bar::choose_files;
use super::codebook::CodebookDialog;
use super::coding::Ask;
use super::dialog::Dialog;
use super::find::{FindPanel, First};
use super::guide::view_guide;
use super::history::HistoryDialog;
use super::incoming::{self, Progress};
use super::keys::{CARET_KEYS, CONTROLS, Desk};
use super::names::name_of;
use super::outcomes::{self, Report};
use super::palette::Palette;
use super::pick::Picker;
use super::settings::{SettingsDialog, key_words};
use super::state::Dispatch;
use super::table::TableDialog;
use crate::browser::{letters, persist};
use crate::edit::{Action, Command, Session};
use crate::format;
use crate::model::{Id, Label};

/// What lies over the page.
#[derive(Clone, PartialEq)]
pub(super) enum Over {
    Nothing,
    Help,
    /// The help's page on frames.
    Guide,
    Open,
    Articles,
    Reading(Progress),
    /// What became of the files.
    Report(Rc<Report>),
    ImportMenu,
    ExportMenu,
    MoreMenu,
    /// With what to look for at first.
    Find(Option<First>),
    Palette,
    /// Asks for something about the focused annotation.
    Pick(Ask),
    /// The registry, or the page of one actor.
    Actors(Option<Id>),
    /// What merging does: who stays, and who becomes one with it.
    Merge(Id, Id),
    Codebook,
    Table,
    History,
    Settings,
}

/// The dialog that is open.
pub(super) fn view_over(
    over: &UseStateHandle<Over>,
    session: &Rc<Session>,
    labels: &Rc<Vec<Rc<Label>>>,
    desk: &Desk,
) -> Html {
    let dispatch = &desk.dispatch;
    let close = {
        let over = over.clone();
        Callback::from(move |()| over.set(Over::Nothing))
    };
    let close = &close;
    match &**over {
        Over::Nothing | Over::ImportMenu | Over::ExportMenu | Over::MoreMenu => html! {},
        Over::Help => view_help(desk, labels, close),
        Over::Guide => view_guide(desk),
        Over::Palette => html! { <Palette desk={desk.clone()} /> },
        Over::Pick(ask) => {
            html! { <Picker key={format!("{ask:?}")} desk={desk.clone()} ask={ask.clone()} /> }
        }
        Over::Actors(open) => html! {
            <ActorsDialog session={Rc::clone(session)} desk={desk.clone()} open={open.clone()} />
        },
        Over::Merge(kept, other) => actors::view_merge(session, desk, kept, other),
        Over::Codebook => html! { <CodebookDialog session={Rc::clone(session)} desk={desk.clone()} /> },
        Over::Table => html! { <TableDialog session={Rc::clone(session)} desk={desk.clone()} /> },
        Over::Find(first) => html! {
            <FindPanel desk={desk.clone()} labels={Rc::clone(labels)} article={session.article.clone()}
                first={first.clone()} on_close={close.clone()} />
        },
        Over::History => html! {
            <HistoryDialog session={Rc::clone(session)} dispatch={dispatch.clone()} on_close={close.clone()} />
        },
        Over::Settings => html! {
            <SettingsDialog desk={desk.clone()} labels={Rc::clone(labels)} on_close={close.clone()} />
        },
        Over::Open => html! { <OpenDialog dispatch={dispatch.clone()} on_close={close.clone()} /> },
        Over::Articles => view_articles(session, dispatch, close),
        Over::Reading(progress) => view_reading(progress),
        Over::Report(report) => outcomes::view_dialog(report, dispatch, close),
    }
}

/// What is being read. Closing it, by button or Escape, cancels all of it.
fn view_reading(progress: &Progress) -> Html {
    let Progress { name, number, of, cancel } = progress;
    let cancel = {
        let cancel = cancel.clone();
        Callback::from(move |()| cancel.now())
    };
    html! {
        <Dialog id="reading-dialog" title="Reading" close="Cancel" on_close={cancel}>
            <p role="status">{ format!("File {number} of {of}: {name}") }</p>
            <progress aria-label="Files read" max={of.to_string()} value={(number - 1).to_string()}></progress>
            <p>{ "Nothing is changed before all of it has been read." }</p>
        </Dialog>
    }
}

fn view_help(desk: &Desk, labels: &[Rc<Label>], close: &Callback<()>) -> Html {
    let settings = &desk.settings;
    let guide = {
        let over = desk.over.clone();
        move |_: MouseEvent| over.set(Over::Guide)
    };
    let row = |key: String, what: String| {
        html! { <tr><th scope="row"><kbd>{ key }</kbd></th><td>{ what }</td></tr> }
    };
    let label_rows = labels.iter().filter(|label| !label.key.is_empty()).map(|label| {
        let (key, name) = (letters::upper(&label.key), letters::lower(&label.name));
        row(key.clone(), format!("Mark the selection as {name}, or relabel the focused annotation; with Shift: everything that is selected, until Escape"))
    });
    let control_rows = CONTROLS.iter().map(|control| {
        let keys: Vec<String> = settings.keys_of(control).iter().map(|key| key_words(key)).collect();
        (keys.join(", "), name_of(control).to_owned())
    });
    let caret_rows = CARET_KEYS.iter().map(|(key, what)| row((*key).to_owned(), (*what).to_owned()));
    html! {
        <Dialog id="help-dialog" title="Help" on_close={close.clone()}>
            <button type="button" class="button" id="guide" onclick={guide}>{ "Who says what, to whom, on which conditions" }</button>
            <h3>{ "With the mouse or a finger" }</h3>
            <ul class="report">
                <li>{ "Select words, then press a label beside them. Two taps select a word." }</li>
                <li>{ "Click an annotation to focus it; click again for the one around it." }</li>
                <li>{ "Drag one of its two handles to move where it begins or ends." }</li>
                <li>{ "Select more words with Ctrl/⌘ held to add them to it; Ctrl/⌘ and a click on one of its parts takes that out." }</li>
            </ul>
            <h3>{ "Keys" }</h3>
            <table class="keys">
                <caption class="visually-hidden">{ "Keys" }</caption>
                <tbody>
                    { for label_rows }
                    { for control_rows.filter(|(keys, _)| !keys.is_empty()).map(|(keys, what)| row(keys, what)) }
                    { for caret_rows }
                </tbody>
            </table>
            <h3>{ "About" }</h3>
            <p>{ format!("Verbatim {}. MIT or Apache-2.0.", env!("CARGO_PKG_VERSION")) }</p>
            <Promise />
            <p>{ "Your articles and annotations are in this browser's local storage and IndexedDB, on this device. Nothing leaves the browser unless you export it." }</p>
            <p><a href="verbatim-project-1.schema.json">{ "The JSON Schema of the export" }</a></p>
        </Dialog>
    }
}

/// Whether the browser has promised to keep what is stored.
#[component]
fn Promise() -> Html {
    let promised = use_state(|| None::<bool>);
    {
        let promised = promised.setter();
        use_effect_with((), move |()| {
            spawn_local(async move { promised.set(Some(persist::is_persistent().await)) })
        });
    }
    let words = match *promised {
        None => "",
        Some(true) => "This browser has promised to keep what is stored here.",
        Some(false) => {
            "This browser has not promised to keep what is stored here: it may clear it when the disk is nearly full. Export what matters."
        }
    };
    html! { <p id="promise" role="status">{ words }</p> }
}

fn view_articles(session: &Session, dispatch: &Dispatch, close: &Callback<()>) -> Html {
    html! {
        <Dialog id="articles-dialog" title="Articles" on_close={close.clone()}>
            if session.project.articles().is_empty() {
                <p>{ "There is no article here." }</p>
            }
            <ul class="articles">
                for it in session.project.articles() {
                    <li key={it.id.to_string()} data-article={it.id.to_string()} aria-current={(session.article.as_ref() == Some(&it.id)).then_some("true")}>
                        <input class="article-title" aria-label="Title" dir="auto" value={it.title.to_string()} onchange={{
                            let (dispatch, id) = (dispatch.clone(), it.id.clone());
                            move |event: Event| {
                                let input: HtmlInputElement = event.target_unchecked_into();
                                dispatch.dispatch(Action::Do(Command::RenameArticle { id: id.clone(), title: input.value().into() }));
                            }
                        }} />
                        <button type="button" class="button article-open" onclick={{
                            let (dispatch, id, close) = (dispatch.clone(), it.id.clone(), close.clone());
                            move |_| { dispatch.dispatch(Action::Open(id.clone())); close.emit(()); }
                        }}>{ "Open" }</button>
                        <button type="button" class="button button-danger article-remove" onclick={{
                            let (dispatch, id) = (dispatch.clone(), it.id.clone());
                            move |_| {
                                let (dispatch, id) = (dispatch.clone(), id.clone());
                                spawn_local(async move {
                                    // With all that stands in it, or the rest would be left behind.
                                    dispatch.loaded().await;
                                    dispatch.dispatch(Action::Do(Command::RemoveArticle { id }));
                                });
                            }
                        }}>{ "Remove" }</button>
                    </li>
                }
            </ul>
            <button type="button" class="button" onclick={{
                let dispatch = dispatch.clone();
                move |_| dispatch.dispatch(Action::Undo)
            }}>{ "Undo" }</button>
        </Dialog>
    }
}

#[derive(PartialEq, Properties)]
struct OpenDialogProps {
    dispatch: Dispatch,
    on_close: Callback<()>,
}

/// Paste a text, or choose files.
#[component]
fn OpenDialog(props: &OpenDialogProps) -> Html {
    let (title, text) = (use_node_ref(), use_node_ref());
    let problem = use_state(|| None::<&'static str>);
    let open = {
        let (title, text, problem) = (title.clone(), text.clone(), problem.clone());
        let (dispatch, close) = (props.dispatch.clone(), props.on_close.clone());
        move |_: MouseEvent| {
            let pasted = text.cast::<HtmlTextAreaElement>().map(|area| area.value()).unwrap_or_default();
            if pasted.trim().is_empty() {
                problem.set(Some("There is no text yet: paste it into the field above."));
                return;
            }
            let given = title.cast::<HtmlInputElement>().map(|input| input.value()).unwrap_or_default();
            let given = given.trim();
            let title =
                if given.is_empty() { format::title_of(&pasted, "Pasted text") } else { given.to_owned() };
            dispatch.dispatch(Action::Do(Command::AddArticle {
                article: incoming::new_article(&title, &pasted),
            }));
            close.emit(());
        }
    };
    let choose = {
        let (close, dispatch) = (props.on_close.clone(), props.dispatch.clone());
        move |_: MouseEvent| {
            close.emit(());
            choose_files(&dispatch);
        }
    };
    html! {
        <Dialog id="open-dialog" title="Open a text" on_close={props.on_close.clone()}>
            <label>{ "Title (if empty, the first line)" }<input id="paste-title" ref={title} dir="auto" /></label>
            <label>{ "Text" }<textarea id="paste-text" class="first-field" ref={text} rows="10" dir="auto" /></label>
            if let Some(problem) = *problem {
                <p role="alert">{ problem }</p>
            }
            <div class="dialog-choices">
                <button type="button" class="button button-primary" id="paste-open" onclick={open}>{ "Open" }</button>
                <button type="button" class="button" onclick={choose}>{ "Choose files" }</button>
            </div>
            <p>{ "Text files (.txt, .md) in UTF-8, UTF-16 or Windows-1252, and Verbatim's own files. You can also drop them on the page." }</p>
        </Dialog>
    }
}
