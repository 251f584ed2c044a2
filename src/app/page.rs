use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

use super::article::style_of;
use super::bar::{Bar, status_words};
use super::dialogs::Over;
use super::keys::{self, Desk, NoteCall};
use super::later;
use super::list::Panel;
use super::loader::Loader;
use super::notices::Troubles;
use super::settings::Settings;
use super::stage::{REST, Stage, document, focus_is_lost, focus_text};
use super::state::Dispatch;
use super::store::{News, Status, Store};
use super::toolbar::Toolbar;
use super::words;
use crate::browser::{files, persist};
use crate::edit::{Action, Edge, Notice, Selection, Session};
use crate::format::SetAside;
use crate::model::Project;

pub(super) struct PageProps {
    pub(super) store: Store,
    pub(super) settings: Settings,
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

/// So long after the page is there the later part is fetched, in milliseconds.
const LATER: u32 = 1_000;

#[component]
pub(super) fn Page(props: &PageProps) -> Html {
    let shown = {
        let session = Rc::clone(&props.session);
        use_state(move || session)
    };
    let dispatch = {
        let (session, store, shown) = (Rc::clone(&props.session), props.store.clone(), shown.setter());
        use_memo((), move |()| Dispatch::new(session, shown, store))
    };
    let dispatch = (*dispatch).clone();
    let session = dispatch.session();
    // What the stores would not take; the status itself changes too often to render for.
    let trouble = use_state_eq(Troubles::default);
    let over = use_state(|| Over::Nothing);
    let dropping = use_state(|| false);
    let set_aside = use_state(Vec::<SetAside>::new);
    let stage = {
        let dispatch = dispatch.clone();
        use_memo((), move |()| Stage::new(dispatch))
    };
    let stage = (*stage).clone();
    let status_node = use_node_ref();
    let note = use_memo((), |()| NoteCall::default());
    let desk = Desk {
        stage: stage.clone(),
        dispatch: dispatch.clone(),
        over: over.setter(),
        settings: props.settings.clone(),
        note,
    };

    // Listen, for the life of the page.
    {
        let (store, dispatch) = (props.store.clone(), dispatch.clone());
        let trouble = trouble.setter();
        let (stage, desk) = (stage.clone(), desk.clone());
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
            let calm = RefCell::new(None::<Timeout>);
            let told = Callback::from(move |now: Status| {
                let node = status_node.cast::<Element>();
                let tell = {
                    let words = status_words(&now);
                    move || {
                        let Some(node) = node.filter(|it| it.text_content().as_ref() != Some(&words)) else {
                            return;
                        };
                        // A node's words are changed with less ado than the node.
                        match node.first_child() {
                            Some(now) => now.set_node_value(Some(&words)),
                            None => node.set_text_content(Some(&words)),
                        }
                    }
                };
                // That something is not safe yet is said at once: Yew may let the browser paint,
                // and its user see, before it renders. That it is safe is said when the hand rests,
                // with all else that comes then.
                *calm.borrow_mut() = None;
                match now {
                    Status::Saved => *calm.borrow_mut() = Some(Timeout::new(REST, tell)),
                    _ => tell(),
                }
                trouble.set(match now {
                    Status::NotSaved { local, mirror } => (local, mirror),
                    _ => (None, None),
                });
            });
            store.attach(told, news);
            dispatch.on_step({
                let stage = stage.clone();
                Callback::from(move |before: Rc<Session>| stage.follow(&before))
            });
            // What a first visit begins with.
            store.save(&dispatch.session().project);
            if let Some(mut loader) = loader.take() {
                let loaded = {
                    let dispatch = dispatch.clone();
                    Callback::from(move |read| dispatch.dispatch(Action::Loaded(read)))
                };
                let aside = {
                    let all = RefCell::new(Vec::new());
                    Callback::from(move |new: Vec<SetAside>| {
                        all.borrow_mut().extend(new);
                        set_aside.set(all.borrow().clone());
                    })
                };
                let (store, settings, recalls) = (store.clone(), desk.settings.clone(), dispatch.clone());
                dispatch.when_painted(0, move || {
                    store.hear_local(&mut loader, &loaded, &aside);
                    spawn_local(async move {
                        store.load(loader, loaded, aside).await;
                        recalls.recall(settings);
                    });
                });
            }
            let listeners = keys::listeners(&desk);
            let of_stage = stage.listen();
            if let Some(root) = document().document_element() {
                // Fails only for an invalid attribute name.
                let _ = root.set_attribute("data-ready", "true");
            }
            move || drop((listeners, of_stage))
        });
    }

    // The focus is never lost with what goes.
    {
        let done =
            matches!(&session.notice, Some((_, Notice::Done(_) | Notice::Undone(_) | Notice::Redone(_))));
        use_effect_with(Shown(session.project.clone()), move |_| {
            if done && focus_is_lost() {
                focus_text();
            }
        });
    }

    // The text follows every step without Yew, once its element is here.
    {
        let stage = stage.clone();
        use_effect_with(session.article.clone(), move |_| stage.show_all());
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

    // The later part is fetched when the page can be used, or at once when it is needed.
    let later = use_state(later::loaded);
    {
        let later = later.setter();
        let waits = *over == Over::Nothing
            && *trouble == Troubles::default()
            && set_aside.is_empty()
            && session.focus.is_none();
        use_effect_with(waits, move |waits| {
            let fetch = move || later::then(move |it| later.set(Some(it)));
            let wait = if *waits {
                Some(Timeout::new(LATER, fetch))
            } else {
                fetch();
                None
            };
            move || drop(wait)
        });
    }
    let later = *later;

    let article = session.article().cloned();
    let take = {
        let (stage, over) = (stage.clone(), over.setter());
        Callback::from(move |chosen: Vec<web_sys::File>| {
            let (stage, over) = (stage.clone(), over.clone());
            later::then(move |later| (later.take_files)(&stage, &over, chosen));
        })
    };
    let opens = {
        let over = over.clone();
        move |_: MouseEvent| over.set(Over::Open)
    };
    let labels = Rc::new(session.project.labels().into_iter().cloned().collect::<Vec<_>>());

    html! {
        <div class="app" data-dropping={dropping.then_some("")} ondragover={{
            let (dropping, dispatch) = (dropping.clone(), dispatch.clone());
            move |event: DragEvent| {
                event.prevent_default();
                if !*dropping {
                    later::expect_files(&dispatch, true);
                    dropping.set(true);
                }
            }
        }} ondragleave={{
            let (dropping, dispatch) = (dropping.clone(), dispatch.clone());
            // Between two elements of the page the pointer goes to the next one.
            move |event: DragEvent| if event.related_target().is_none() {
                dropping.set(false);
                later::expect_files(&dispatch, false);
            }
        }} ondrop={{
            let (take, dropping) = (take.clone(), dropping.clone());
            move |event: DragEvent| {
                event.prevent_default();
                dropping.set(false);
                take.emit(files::dropped(&event));
            }
        }}>
            <Bar undo={session.history.last().cloned()} redo={session.history.next().cloned()}
                over={over.clone()} whole={later.is_some()} dispatch={dispatch.clone()} status={status_node} />
            <input type="file" id="import-file" class="visually-hidden" multiple=true tabindex="-1" aria-label="Files to import"
                accept=".txt,.text,.md,.json,text/plain,application/json" onchange={{
                let take = take.clone();
                move |event: Event| {
                    let input: HtmlInputElement = event.target_unchecked_into();
                    take.emit(files::chosen(&input));
                }
            }} oncancel={let dispatch = dispatch.clone(); move |_: Event| later::expect_files(&dispatch, false)} />
            <div id="notices" aria-live="polite">
                if later.is_none() && *over != Over::Nothing {
                    <p class="notice" role="status">{ "Fetching this part of Verbatim…" }</p>
                }
                if let Some(later) = later {
                    { (later.view_notices)(&trouble, &set_aside, &over, &dispatch) }
                }
            </div>
            <p class="hint" ref={stage.hint.clone()} hidden=true>
                { "Select some words, then press " }<kbd>{ "Q" }</kbd>{ " quote, " }<kbd>{ "A" }</kbd>{ " actor or " }
                <kbd>{ "C" }</kbd>{ " condition. " }<kbd>{ "?" }</kbd>{ " shows all keys." }
            </p>
            <main class="reading">
                if let Some(article) = article.as_ref() {
                    <article id="article" ref={stage.article.clone()} tabindex="0" role="document" aria-label="Article text"
                        lang={Some(article.metadata.language.clone()).filter(|tag| !tag.is_empty())}
                        onclick={{
                            let stage = stage.clone();
                            move |event: MouseEvent| stage.pick(&event)
                        }} onfocus={{
                            let (dispatch, stage) = (dispatch.clone(), stage.clone());
                            move |_: FocusEvent| {
                                if !*stage.held.borrow() && dispatch.session().selection.is_none() {
                                    dispatch.dispatch(Action::Select(Some(Selection { anchor: 0, head: 0 })));
                                }
                            }
                        }}></article>
                    <div class="whose" aria-hidden="true"></div>
                } else {
                    <div class="empty">
                        <p>{ "There is no article here." }</p>
                        <button type="button" class="button button-primary" onclick={opens}>{ "Open a text" }</button>
                    </div>
                }
            </main>
            <ul id="print-key" aria-hidden="true">
                for label in labels.iter() {
                    <li data-label={style_of(label)}><span class="swatch"></span>{ label.name.to_string() }</li>
                }
            </ul>
            <Panel session={Rc::clone(&session)} labels={Rc::clone(&labels)} desk={desk.clone()} {later} />
            <svg id="links" ref={stage.links.clone()} aria-hidden="true"></svg>
            <div id="caret" ref={stage.caret.clone()} hidden=true aria-hidden="true"></div>
            { view_handle(&stage, Edge::Start) }
            { view_handle(&stage, Edge::End) }
            <Toolbar node={stage.toolbar.clone()} labels={Rc::clone(&labels)} sticky={session.sticky.clone()} dispatch={dispatch.clone()} />
            <div id="announcer" class="visually-hidden" aria-live="polite">
                // In an element of its own each time: the same words twice are heard twice.
                if let Some((number, notice)) = &session.notice {
                    <span key={*number}>{ words::notice(notice, &session.project) }</span>
                }
            </div>
            if let Some(later) = later {
                { (later.view_over)(&over, &session, &labels, &desk) }
            }
        </div>
    }
}

/// A handle at a boundary of the focused annotation. The stage shows and places it; by keyboard
/// the boundary is moved with keys of its own, so it takes no focus.
fn view_handle(stage: &Stage, edge: Edge) -> Html {
    let (id, node) = match edge {
        Edge::Start => ("handle-start", &stage.handles[0]),
        Edge::End => ("handle-end", &stage.handles[1]),
    };
    let drag = {
        let stage = stage.clone();
        move |event: PointerEvent| stage.drag(edge, &event)
    };
    html! { <div {id} class="handle" ref={node.clone()} hidden=true aria-hidden="true" onpointerdown={drag}></div> }
}
