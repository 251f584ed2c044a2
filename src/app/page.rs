use std::cell::Cell;
use std::rc::Rc;

use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlElement, HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::article::style_of;
use super::dialog::Dialog;
use super::incoming::{self, Outcome, Progress};
use super::list::Panel;
use super::loader::Loader;
use super::stage::{Stage, document, focus, focus_is_lost};
use super::state::Dispatch;
use super::store::{News, Status, Store};
use super::words;
use crate::browser::{Trouble, clock, files, listen, persist, selection};
use crate::edit::{Action, Command, Notice, Selection, Session, Toward, Walk};
use crate::format::{self, SetAside};
use crate::model::{Id, Project};
use crate::text::edges;

pub(super) struct PageProps {
    pub(super) store: Store,
    pub(super) session: Rc<Session>,
    /// Taken once, when the page is there.
    pub(super) loader: Rc<Cell<Option<Loader>>>,
}

impl PartialEq for PageProps {
    /// The page has one set of props for life.
    fn eq(&self, other: &PageProps) -> bool {
        self.store == other.store
    }
}

impl Properties for PageProps {
    type Builder = PagePropsBuilder;
    fn builder() -> PagePropsBuilder {
        PagePropsBuilder
    }
}

/// `Properties` asks for one; the page is only ever made with complete props.
pub(super) struct PagePropsBuilder;

/// A project, compared as a value that was or was not replaced: effects run when it was,
/// and must not look at every record to find out.
struct Shown(Project);

impl PartialEq for Shown {
    fn eq(&self, other: &Shown) -> bool {
        self.0.is(&other.0)
    }
}

/// What lies over the page.
#[derive(Clone, PartialEq)]
enum Over {
    Nothing,
    Help,
    Open,
    Articles,
    Reading(Progress),
    Report(Rc<Vec<Outcome>>),
    ImportMenu,
    ExportMenu,
}

#[component]
pub(super) fn Page(props: &PageProps) -> Html {
    let shown = {
        let session = Rc::clone(&props.session);
        use_state(move || session)
    };
    let session = Rc::clone(&shown);
    let current = {
        let session = Rc::clone(&session);
        use_mut_ref(move || session)
    };
    let dispatch = Dispatch::new(current, shown.setter(), props.store.clone());
    // What the stores would not take; the status itself changes too often to render for.
    let trouble = use_state_eq(Troubles::default);
    let over = use_state(|| Over::Nothing);
    let dragging = use_state(|| false);
    let dropping = use_state(|| false);
    let set_aside = use_state(Vec::<SetAside>::new);
    let stage = {
        let dispatch = dispatch.clone();
        use_memo((), move |()| Stage::new(dispatch))
    };
    let status_node = use_node_ref();

    // Listen, for the life of the page.
    {
        let (store, dispatch) = (props.store.clone(), dispatch.clone());
        let (trouble, over, dragging) = (trouble.setter(), over.setter(), dragging.setter());
        let stage = Rc::clone(&stage);
        let (status_node, loader, set_aside) =
            (status_node.clone(), Rc::clone(&props.loader), set_aside.setter());
        use_effect_with((), move |()| {
            let news = {
                let dispatch = dispatch.clone();
                Callback::from(move |news: News| {
                    if !news.is_empty() {
                        dispatch.dispatch(Action::Outside(news));
                    }
                })
            };
            let told = Callback::from(move |now: Status| {
                // At once: Yew may let the browser paint, and its user see, before it renders.
                if let Some(node) = status_node.cast::<Element>() {
                    node.set_text_content(Some(&status_words(&now)));
                }
                trouble.set(match now {
                    Status::NotSaved { local, mirror } => (local, mirror),
                    _ => (None, None),
                });
            });
            store.attach(told, news.clone());
            // What a first visit begins with.
            store.save(&dispatch.session().project);
            if let Some(loader) = loader.take() {
                let loaded = {
                    let dispatch = dispatch.clone();
                    Callback::from(move |changes| dispatch.dispatch(Action::Loaded(changes)))
                };
                let aside = {
                    let all = std::cell::RefCell::new(Vec::new());
                    Callback::from(move |new: Vec<SetAside>| {
                        all.borrow_mut().extend(new);
                        set_aside.set(all.borrow().clone());
                    })
                };
                spawn_local(store.clone().load(loader, loaded, aside, news));
            }
            let listeners = listeners(&stage, &dispatch, &over);
            let of_stage = stage.listen(Callback::from(move |held| dragging.set(held)));
            if let Some(root) = document().document_element() {
                // Fails only for an invalid attribute name.
                let _ = root.set_attribute("data-ready", "true");
            }
            move || drop((listeners, of_stage))
        });
    }

    // The focus is never lost with what was removed.
    {
        let stage = Rc::clone(&stage);
        let removed = matches!(&session.notice, Some((_, Notice::Done(step))) if matches!(step.command, Command::Remove { .. }));
        use_effect_with(Shown(session.project.clone()), move |_| {
            if removed && focus_is_lost() {
                stage.focus();
            }
        });
    }

    // Show the text and its marks.
    {
        let stage = Rc::clone(&stage);
        let deps =
            (Shown(session.project.clone()), session.article.clone(), session.focus.clone(), *dragging);
        use_effect_with(deps, move |_| stage.show_text());
    }

    // The DOM's selection is a copy of ours.
    {
        let stage = Rc::clone(&stage);
        let deps = (session.selection, Shown(session.project.clone()), session.article.clone(), *dragging);
        use_effect_with(deps, move |_| {
            if !*stage.held.borrow() {
                stage.show_selection();
            }
            stage.place_overlays();
        });
    }

    // Ask once that the browser keeps what is stored.
    {
        let any = session.history.last().is_some();
        use_effect_with(any, |any| {
            if *any {
                spawn_local(async {
                    persist::ask_to_persist().await;
                });
            }
        });
    }

    // Bring the focused annotation into view, on the page and in the list.
    {
        let (stage, session) = (Rc::clone(&stage), Rc::clone(&session));
        use_effect_with(session.focus.clone(), move |_| {
            if let Some(focused) = session.focused() {
                stage.reveal(focused.extent().start());
            }
        });
    }

    let article = session.article().cloned();
    let annotations = session.article.as_ref().and_then(|id| session.project.annotations_of(id));
    let words_selected = article.as_ref().zip(session.selection).and_then(|(article, selected)| {
        edges::tidy(article.text(), selected.span()).filter(|_| !selected.span().is_empty())
    });
    let toolbar_shown = words_selected.is_some() && !*dragging;
    let close = {
        let over = over.clone();
        Callback::from(move |()| over.set(Over::Nothing))
    };
    let show = |what: Over| {
        let over = over.clone();
        Callback::from(move |_: MouseEvent| {
            over.set(if *over == what { Over::Nothing } else { what.clone() })
        })
    };
    let take = take_files(&dispatch, &over);
    let act = |action: Action| {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(action.clone()))
    };

    html! {
        <div class="app" data-dropping={dropping.then_some("")} ondragover={{
            let dropping = dropping.clone();
            move |event: DragEvent| {
                event.prevent_default();
                dropping.set(true);
            }
        }} ondragleave={{
            let dropping = dropping.clone();
            // Between two elements of the page the pointer goes to the next one.
            move |event: DragEvent| if event.related_target().is_none() { dropping.set(false) }
        }} ondrop={{
            let (take, dropping) = (take.clone(), dropping.clone());
            move |event: DragEvent| {
                event.prevent_default();
                dropping.set(false);
                take.emit(files::dropped(&event));
            }
        }}>
            <header class="bar">
                <span class="bar-title">{ "Verbatim" }</span>
                <button type="button" class="button" id="articles-button" onclick={show(Over::Articles)}>{ "Articles" }</button>
                <button type="button" class="button" id="open-button" onclick={show(Over::Open)}>{ "Open" }</button>
                <button type="button" class="button" id="undo-button" aria-disabled={session.history.last().is_none().to_string()}
                    onclick={act(Action::Undo)}
                    title={session.history.last().map_or_else(|| "Nothing to undo".into(), |step| format!("Undo: {}", words::step_name(step)))}>{ "Undo" }</button>
                <button type="button" class="button" id="redo-button" aria-disabled={session.history.next().is_none().to_string()}
                    onclick={act(Action::Redo)}
                    title={session.history.next().map_or_else(|| "Nothing to do again".into(), |step| format!("Redo: {}", words::step_name(step)))}>{ "Redo" }</button>
                <span class="menu-anchor">
                    <button type="button" class="button" id="import-button" aria-haspopup="menu"
                        aria-expanded={(*over == Over::ImportMenu).to_string()} onclick={show(Over::ImportMenu)}>{ "Import" }</button>
                    if *over == Over::ImportMenu {
                        <Menu id="import-menu" label="Import" on_close={close.clone()}>
                            <button type="button" role="menuitem" onclick={{
                                let close = close.clone();
                                move |_| { close.emit(()); choose_files(); }
                            }}>{ "Choose files" }</button>
                        </Menu>
                    }
                </span>
                <span class="menu-anchor">
                    <button type="button" class="button" id="export-button" aria-haspopup="menu"
                        aria-expanded={(*over == Over::ExportMenu).to_string()} onclick={show(Over::ExportMenu)}>{ "Export" }</button>
                    if *over == Over::ExportMenu {
                        <Menu id="export-menu" label="Export" on_close={close.clone()}>
                            <button type="button" role="menuitem" id="export-article"
                                onclick={export_one(&session, &close)}>{ "This article" }</button>
                            <button type="button" role="menuitem" id="export-all"
                                onclick={export_all(&dispatch, &close)}>{ "Everything" }</button>
                        </Menu>
                    }
                </span>
                <button type="button" class="button" id="help-button" onclick={show(Over::Help)}>{ "Help" }</button>
                <span class="bar-spacer"></span>
                <span id="status" role="status" ref={status_node}></span>
            </header>
            <input type="file" id="import-file" class="visually-hidden" multiple=true tabindex="-1" aria-label="Files to import"
                accept=".txt,.text,.md,.json,text/plain,application/json" onchange={{
                let take = take.clone();
                move |event: Event| {
                    let input: HtmlInputElement = event.target_unchecked_into();
                    take.emit(files::chosen(&input));
                }
            }} />
            <div id="notices">
                { view_storage_notice(&trouble, &dispatch, &close) }
                { view_set_aside(&set_aside) }
            </div>
            if article.is_some() && annotations.is_none_or(crate::model::Annotations::is_empty) {
                <p class="hint">
                    { "Select some words, then press " }<kbd>{ "Q" }</kbd>{ " quote, " }<kbd>{ "A" }</kbd>{ " actor or " }
                    <kbd>{ "C" }</kbd>{ " condition. " }<kbd>{ "?" }</kbd>{ " shows all keys." }
                </p>
            }
            <main class="reading">
                if let Some(article) = article.as_ref() {
                    <article id="article" ref={stage.article.clone()} tabindex="0" role="document" aria-label="Article text"
                        lang={Some(article.metadata.language.clone()).filter(|tag| !tag.is_empty())}
                        onclick={{
                            let stage = Rc::clone(&stage);
                            move |event: MouseEvent| stage.pick(&event)
                        }} onfocus={{
                            let (dispatch, stage) = (dispatch.clone(), Rc::clone(&stage));
                            move |_: FocusEvent| {
                                if !*stage.held.borrow() && dispatch.session().selection.is_none() {
                                    dispatch.dispatch(Action::Select(Some(Selection { anchor: 0, head: 0 })));
                                }
                            }
                        }}></article>
                } else {
                    <div class="empty">
                        <p>{ "There is no article here." }</p>
                        <button type="button" class="button button-primary" onclick={show(Over::Open)}>{ "Open a text" }</button>
                    </div>
                }
            </main>
            <Panel session={Rc::clone(&session)} dispatch={dispatch.clone()} />
            <div id="caret" ref={stage.caret.clone()} hidden=true aria-hidden="true"></div>
            <div id="selection-toolbar" ref={stage.toolbar.clone()} role="toolbar" aria-label="Mark the selection" hidden={!toolbar_shown}
                onmousedown={|event: MouseEvent| event.prevent_default()}>
                for label in session.project.labels() {
                    <button type="button" class="label-button" data-label={style_of(&label.id)} onclick={{
                        let (dispatch, label) = (dispatch.clone(), label.id.clone());
                        move |_| mark(&dispatch, &label)
                    }}><span aria-hidden="true" class="swatch"></span>{ label.name.to_string() }
                        if !label.key.is_empty() { <kbd aria-hidden="true">{ label.key.to_uppercase() }</kbd> }
                    </button>
                }
            </div>
            <div id="announcer" class="visually-hidden" aria-live="polite">
                { session.notice.as_ref().map(|(_, notice)| words::notice(notice, &session.project)) }
            </div>
            { view_over(&over, &session, &dispatch, &close) }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct MenuProps {
    id: &'static str,
    label: &'static str,
    on_close: Callback<()>,
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
        let close = props.on_close.clone();
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
                    close.emit(());
                    None
                }
                "Tab" => {
                    close.emit(());
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
        <div class="menu" ref={node} id={props.id} role="menu" aria-label={props.label} onkeydown={on_key}>
            { props.children.clone() }
        </div>
    }
}

/// What local storage and IndexedDB would not take.
type Troubles = (Option<Trouble>, Option<Trouble>);

fn view_storage_notice(trouble: &Troubles, dispatch: &Dispatch, close: &Callback<()>) -> Html {
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
            <button type="button" class="button button-primary" onclick={export_all(dispatch, close)}>{ "Export everything" }</button>
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
            let _ = files::download("verbatim-set-aside.txt", "text/plain", &text);
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

fn view_over(
    over: &UseStateHandle<Over>,
    session: &Rc<Session>,
    dispatch: &Dispatch,
    close: &Callback<()>,
) -> Html {
    match &**over {
        Over::Nothing | Over::ImportMenu | Over::ExportMenu => html! {},
        Over::Help => view_help(close),
        Over::Open => html! { <OpenDialog dispatch={dispatch.clone()} on_close={close.clone()} /> },
        Over::Articles => view_articles(session, dispatch, close),
        Over::Reading(progress) => view_reading(progress),
        Over::Report(outcomes) => {
            let undo = {
                let (dispatch, close) = (dispatch.clone(), close.clone());
                let n = outcomes.iter().filter(|it| it.told.is_ok()).count();
                move |_: MouseEvent| {
                    for _ in 0..n {
                        dispatch.dispatch(Action::Undo);
                    }
                    close.emit(());
                }
            };
            html! {
                <Dialog id="import-report" title="Import" on_close={close.clone()}>
                    <ul class="report">
                        for it in outcomes.iter() {
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
                    if outcomes.iter().any(|it| it.told.is_ok()) {
                        <button type="button" class="button" id="import-report-undo" onclick={undo}>{ "Undo the import" }</button>
                    }
                </Dialog>
            }
        }
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

/// Every key, for the help.
const KEYS: [(&str, &str); 16] = [
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

fn view_help(close: &Callback<()>) -> Html {
    html! {
        <Dialog id="help-dialog" title="Help" on_close={close.clone()}>
            <table class="keys">
                <caption class="visually-hidden">{ "Keys" }</caption>
                <tbody>
                    for (key, what) in KEYS {
                        <tr><th scope="row"><kbd>{ key }</kbd></th><td>{ what }</td></tr>
                    }
                </tbody>
            </table>
            <h3>{ "About" }</h3>
            <p>{ format!("Verbatim {}. MIT or Apache-2.0.", env!("CARGO_PKG_VERSION")) }</p>
            <p>{ "Your articles and annotations are in this browser's local storage and IndexedDB, on this device. Nothing leaves the browser unless you export it." }</p>
            <p><a href="verbatim-project-1.schema.json">{ "The JSON Schema of the export" }</a></p>
        </Dialog>
    }
}

fn view_articles(session: &Rc<Session>, dispatch: &Dispatch, close: &Callback<()>) -> Html {
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
        let close = props.on_close.clone();
        move |_: MouseEvent| {
            close.emit(());
            choose_files();
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

fn status_words(status: &Status) -> String {
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

fn mark(dispatch: &Dispatch, label: &Id) {
    dispatch.dispatch(Action::MarkSelection {
        id: Id::from_random(clock::random_u128()),
        label: label.clone(),
        at: clock::now(),
    });
}

fn take_files(dispatch: &Dispatch, over: &UseStateHandle<Over>) -> Callback<Vec<web_sys::File>> {
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

fn export_one(session: &Rc<Session>, close: &Callback<()>) -> Callback<MouseEvent> {
    let (session, close) = (Rc::clone(session), close.clone());
    Callback::from(move |_| {
        if let Some(article) = session.article() {
            save_file(&session, std::slice::from_ref(&article.id), &article.title);
        }
        close.emit(());
    })
}

fn export_all(dispatch: &Dispatch, close: &Callback<()>) -> Callback<MouseEvent> {
    let (dispatch, close) = (dispatch.clone(), close.clone());
    Callback::from(move |_| {
        let dispatch = dispatch.clone();
        spawn_local(async move {
            dispatch.loaded().await;
            let session = dispatch.session();
            let ids: Vec<Id> = session.project.articles().iter().map(|article| article.id.clone()).collect();
            save_file(&session, &ids, "everything");
        });
        close.emit(());
    })
}

fn save_file(session: &Session, articles: &[Id], name: &str) {
    let letters = |c: char| if c.is_alphanumeric() { c } else { '-' };
    let name: String = name.to_lowercase().chars().map(letters).take(60).collect();
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

fn choose_files() {
    if let Some(input) =
        document().get_element_by_id("import-file").and_then(|it| it.dyn_into::<HtmlElement>().ok())
    {
        input.click();
    }
}

/// What keys and clicks anywhere mean.
fn listeners(stage: &Stage, dispatch: &Dispatch, over: &UseStateSetter<Over>) -> Vec<EventListener> {
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
        match (key.to_lowercase().as_str(), event.shift_key()) {
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
    let pressed = key.to_lowercase();
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
