//! Everything that can be done by a key: one table for the keys themselves, the help, the palette
//! and the settings.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use super::bar;
use super::coding::{Ask, Deal};
use super::dialogs::Over;
use super::find::First;
use super::later::{self, Later};
use super::settings::Settings;
use super::stage::{Stage, document, focus, focus_text};
use super::state::Dispatch;
use crate::browser::{self, clock, letters, listen, selection};
use crate::edit::{Action, Command, Edge, Of, Reach, Selection, Session, Toward, Unit, Walk};
use crate::model::{Id, Link};

/// What a control works on.
#[derive(Clone)]
pub(super) struct Desk {
    pub(super) stage: Stage,
    pub(super) dispatch: Dispatch,
    pub(super) over: UseStateSetter<Over>,
    pub(super) settings: Settings,
    /// The call for a note.
    pub(super) note: Rc<NoteCall>,
}

/// A key may ask for the note before its field has come.
#[derive(Default)]
pub(super) struct NoteCall {
    /// Whose note is waited for.
    pub(super) wanted: RefCell<Option<Id>>,
    /// What was typed meanwhile.
    pub(super) typed: RefCell<String>,
    /// Has the editor of an annotation come at once.
    pub(super) come: RefCell<Option<(Id, Callback<()>)>>,
    /// Has the page scroll to where the focused card is listed, so that it is rendered.
    pub(super) reach: RefCell<Callback<()>>,
}

impl NoteCall {
    /// Whether this annotation's note is waited for.
    pub(super) fn wants(&self, id: &Id) -> bool {
        self.wanted.borrow().as_ref() == Some(id)
    }
}

impl PartialEq for Desk {
    fn eq(&self, other: &Desk) -> bool {
        self.dispatch == other.dispatch && self.settings == other.settings
    }
}

impl Desk {
    fn acts(&self, action: Action) -> bool {
        self.dispatch.dispatch(action);
        true
    }

    fn opens(&self, what: Over) -> bool {
        self.over.set(what);
        true
    }

    /// Says more of the focused annotation.
    fn deals(&self, what: Deal) -> bool {
        let desk = self.clone();
        later::then(move |later| (later.deal)(&desk, what));
        true
    }

    /// Once the later part is here, which has the tables of sentences.
    fn reaches(&self, reach: Reach) -> bool {
        let dispatch = self.dispatch.clone();
        later::then(move |later| (later.reach)(&dispatch, reach));
        true
    }

    fn exports(&self, what: fn(Later) -> fn(&Dispatch)) -> bool {
        let dispatch = self.dispatch.clone();
        later::then(move |later| what(later)(&dispatch));
        true
    }
}

thread_local! {
    /// So many dialogs are open: then keys are theirs.
    pub(super) static DIALOGS: Cell<usize> = const { Cell::new(0) };
}

/// Something that can be done, by its key, from the palette or from a button.
pub(super) struct Control {
    /// Its name in the settings.
    pub(super) id: &'static str,
    /// Its keys, as [`pressed`] writes them, unless the settings say others.
    pub(super) keys: &'static [&'static str],
    /// Does it; whether it meant something.
    pub(super) does: fn(&Desk) -> bool,
}

/// All controls but the labels, which the codebook has.
pub(super) const CONTROLS: [Control; 45] = [
    control("undo", &["Ctrl+z"], |desk| desk.acts(Action::Undo)),
    control("redo", &["Ctrl+Shift+z", "Ctrl+y"], |desk| desk.acts(Action::Redo)),
    control("repeat", &["."], |desk| desk.acts(Action::Repeat(Id::from_random(clock::random_u128())))),
    control("next", &["n"], |desk| desk.acts(Action::Walk(Walk::Next, Of::Listed))),
    control("previous", &["p"], |desk| desk.acts(Action::Walk(Walk::Previous, Of::Listed))),
    control("next-same", &["j"], |desk| desk.acts(Action::Walk(Walk::Next, Of::SameLabel))),
    control("previous-same", &["k"], |desk| desk.acts(Action::Walk(Walk::Previous, Of::SameLabel))),
    control("next-unlinked", &["l"], |desk| desk.acts(Action::Walk(Walk::Next, Of::NoLink))),
    control("previous-unlinked", &["Shift+l"], |desk| desk.acts(Action::Walk(Walk::Previous, Of::NoLink))),
    control("next-bare", &["m"], |desk| desk.acts(Action::Walk(Walk::Next, Of::NoNote))),
    control("previous-bare", &["Shift+m"], |desk| desk.acts(Action::Walk(Walk::Previous, Of::NoNote))),
    control("back", &["b"], |desk| desk.acts(Action::GoBack)),
    control("note", &["e", "Enter"], write_note),
    control("remove", &["Delete", "Backspace"], remove_focused),
    control("let-go", &["Escape"], let_go),
    control("start", &["s", "["], |desk| grab(desk, Edge::Start)),
    control("end", &["d", "]"], |desk| grab(desk, Edge::End)),
    control("reselect", &["r"], |desk| desk.acts(Action::Reselect)),
    control("add-part", &["+", "="], |desk| desk.acts(Action::AddPart)),
    control("take-out", &["-"], |desk| desk.acts(Action::TakeOut)),
    control("widen", &["w"], |desk| desk.reaches(Reach::Widen)),
    control("narrow", &["Shift+w"], |desk| desk.reaches(Reach::Narrow)),
    control("accept", &["y"], |desk| desk.deals(Deal::Accept)),
    control("who", &["i"], |desk| desk.deals(Deal::Who)),
    control("to", &["t"], |desk| desk.deals(Deal::To)),
    control("cue", &["u"], |desk| desk.deals(Deal::Cue)),
    control("topic", &["o"], |desk| desk.deals(Deal::Ask(Ask::Topic))),
    control("condition", &["x"], |desk| desk.deals(Deal::Ask(Ask::Condition))),
    control("otherwise", &["Shift+x"], |desk| desk.deals(Deal::Ask(Ask::Otherwise))),
    control("setter", &["Shift+i"], |desk| desk.deals(Deal::Ask(Ask::Who(Link::SETTER)))),
    control("value", &["v"], |desk| desk.deals(Deal::Ask(Ask::Value))),
    control("actors", &["g"], |desk| {
        let meant = desk.dispatch.session().focused().and_then(|it| it.actor.clone());
        desk.opens(Over::Actors(meant))
    }),
    control("table", &["z"], |desk| desk.opens(Over::Table)),
    control("codebook", &["Shift+g"], |desk| desk.opens(Over::Codebook)),
    control("find", &["/", "Ctrl+Shift+f"], |desk| find(desk, None)),
    control("find-same", &["f"], find_same),
    control("palette", &["Ctrl+k"], |desk| desk.opens(Over::Palette)),
    control("history", &["h"], |desk| desk.opens(Over::History)),
    control("articles", &[], |desk| desk.opens(Over::Articles)),
    control("open", &[], |desk| desk.opens(Over::Open)),
    control("import", &[], choose_files),
    control("export-article", &[], |desk| desk.exports(|later| later.export_one)),
    control("export-all", &[], |desk| desk.exports(|later| later.export_all)),
    control("settings", &[","], |desk| desk.opens(Over::Settings)),
    control("help", &["?"], |desk| desk.opens(Over::Help)),
];

const fn control(id: &'static str, keys: &'static [&'static str], does: fn(&Desk) -> bool) -> Control {
    Control { id, keys, does }
}

/// The keys that move the caret; they cannot be changed.
pub(super) const CARET_KEYS: [(&str, &str); 8] = [
    ("Tab", "Into the article, and on to the list and the buttons"),
    ("← →", "In the article: one character"),
    ("Ctrl/⌥+← →", "One word"),
    ("↑ ↓, Home, End", "One line; the line's start and end"),
    ("Ctrl/⌥+↑ ↓", "One paragraph"),
    ("Ctrl/⌘+Home, End", "The text's start and end"),
    ("Shift with any of these", "Select"),
    (
        "S or D, then ← → ↑ ↓",
        "Move a boundary by a character, with Ctrl/⌥ by a word, up and down by a sentence",
    ),
];

fn grab(desk: &Desk, edge: Edge) -> bool {
    let held = desk.dispatch.session().grabbed == Some(edge);
    desk.acts(Action::Grab(Some(edge).filter(|_| !held)))
}

fn remove_focused(desk: &Desk) -> bool {
    let focused = desk.dispatch.session().focus.clone();
    focused.is_some_and(|id| desk.acts(Action::Do(Command::Remove { ids: vec![id] })))
}

fn choose_files(desk: &Desk) -> bool {
    bar::choose_files(&desk.dispatch);
    true
}

fn let_go(desk: &Desk) -> bool {
    let session = desk.dispatch.session();
    if desk.stage.drop_handle(false) {
        return true;
    }
    if session.grabbed.is_some() {
        return desk.acts(Action::Grab(None));
    }
    desk.over.set(Over::Nothing);
    desk.dispatch.dispatch(Action::Stick(None));
    desk.dispatch.dispatch(Action::Focus(None));
    if let Some(Selection { head, .. }) = session.selection {
        desk.dispatch.dispatch(Action::Select(Some(Selection { anchor: head, head })));
    }
    true
}

fn write_note(desk: &Desk) -> bool {
    let session = desk.dispatch.session();
    // It may not be listed: only one label is.
    let Some(id) = session.focus.clone().filter(|_| session.focused_place().is_some()) else { return false };
    // The page may be a rendering behind, and its card another annotation's.
    let card = document().query_selector("#annotations [aria-current]").ok().flatten();
    let card = card.filter(|card| card.get_attribute("data-annotation").as_deref() == Some(id.as_str()));
    match card.as_ref().and_then(|card| card.query_selector(".note-input").ok().flatten()) {
        Some(field) => focus(&field),
        None => {
            *desk.note.wanted.borrow_mut() = Some(id);
            match &*desk.note.come.borrow() {
                Some((of, come)) if desk.note.wants(of) => come.emit(()),
                _ => desk.note.reach.borrow().emit(()),
            }
        }
    }
    true
}

fn find_same(desk: &Desk) -> bool {
    let session = desk.dispatch.session();
    let Some(article) = session.article() else { return false };
    let selected = session.selection.map(Selection::span).filter(|span| !span.is_empty());
    let actor = session.focused().filter(|_| selected.is_none()).and_then(|it| it.actor.as_ref());
    if let Some(actor) = actor.and_then(|id| session.project.actor(id)) {
        return find(desk, Some(First::Names(Rc::clone(actor))));
    }
    let span = selected.or_else(|| session.focused().and_then(|it| it.spans().first().copied()));
    let words = span.map(|span| article.words(span).trim().to_owned()).filter(|words| !words.is_empty());
    find(desk, words.map(|words| First::Words(words.into())))
}

/// Looks for something; where the panel is open already, its field is gone to.
fn find(desk: &Desk, first: Option<First>) -> bool {
    if let Some(field) = document().get_element_by_id("find-input") {
        focus(&field);
    }
    desk.opens(Over::Find(first))
}

/// Gives the selection a label.
pub(super) fn mark(dispatch: &Dispatch, label: &Id) {
    dispatch.dispatch(Action::MarkSelection {
        id: Id::from_random(clock::random_u128()),
        label: label.clone(),
        at: clock::now(),
    });
}

/// A key with what is held, such as `Ctrl+Shift+z`. Ctrl stands for ⌘ too; Shift is told only
/// with letters and keys that have names, since of others it changes the character.
pub(super) fn pressed(event: &KeyboardEvent) -> String {
    chord_of(event, &event.key())
}

/// Whether a key is an input method's: Safari tells of the one that ends it by an old number alone
/// (UI Events, on legacy key attributes).
pub(super) fn composes(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == 229
}

fn chord_of(event: &KeyboardEvent, key: &str) -> String {
    let lower = letters::lower(key);
    let is_letter = key.chars().count() == 1 && lower != letters::upper(key);
    let shift = event.shift_key() && (is_letter || key.chars().count() > 1);
    chord(event, shift, if is_letter { &lower } else { key })
}

fn chord(event: &KeyboardEvent, shift: bool, key: &str) -> String {
    let held = [
        (event.ctrl_key() || event.meta_key(), "Ctrl+"),
        (event.alt_key(), "Alt+"),
        (shift, "Shift+"),
        (true, key),
    ];
    held.into_iter().filter(|(is, _)| *is).map(|(_, name)| name).collect()
}

/// What keys and clicks anywhere mean.
pub(super) fn listeners(desk: &Desk) -> Vec<EventListener> {
    let page = document();
    let mut listeners = Vec::new();
    {
        let (over, note) = (desk.over.clone(), Rc::clone(&desk.note));
        listeners.push(listen::on(&page, "click", move |event| {
            // Whoever goes on with the mouse writes none.
            note.wanted.take();
            let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
            let inside = target.is_some_and(|it| {
                it.closest(".menu-anchor, dialog, #selection-toolbar, .bar, .empty").ok().flatten().is_some()
                    || !it.is_connected()
            });
            if !inside && bar::is_menu_open() {
                over.set(Over::Nothing);
            }
        }));
    }
    {
        let desk = desk.clone();
        listeners.push(listen::on(&page, "keydown", move |event| {
            if let Some(event) = event.dyn_ref::<KeyboardEvent>()
                && on_key(event, &desk)
            {
                event.prevent_default();
            }
        }));
    }
    // What is done next is done to what the page then shows.
    if let Some(window) = browser::window() {
        for event in ["keydown", "pointerdown"] {
            let dispatch = desk.dispatch.clone();
            listeners.push(listen::first(&window, event, move |event| {
                // Who holds a key looks at the text.
                if !event.dyn_ref::<KeyboardEvent>().is_some_and(KeyboardEvent::repeat) {
                    dispatch.catch_up();
                }
            }));
        }
        // A page that goes paints no more.
        let dispatch = desk.dispatch.clone();
        listeners.push(listen::first(&window, "pagehide", move |_| dispatch.do_due()));
        // What is done beside the text shows there at once.
        for event in ["click", "input", "change"] {
            let dispatch = desk.dispatch.clone();
            listeners.push(listen::last(&window, event, move |event| {
                let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
                let beside = |it: Element| {
                    it.closest("#article, #selection-toolbar, .bar").is_ok_and(|text| text.is_none())
                };
                if target.is_some_and(beside) {
                    dispatch.catch_up();
                }
            }));
        }
    }
    listeners
}

/// Carries out what a key means; whether it meant something.
fn on_key(event: &KeyboardEvent, desk: &Desk) -> bool {
    if event.default_prevented() || composes(event) || DIALOGS.get() > 0 {
        return false;
    }
    let session = desk.dispatch.session();
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    let tag = target.as_ref().map(Element::tag_name).unwrap_or_default();
    let typed = event.key();
    let key = chord_of(event, &typed);
    if matches!(tag.as_str(), "INPUT" | "TEXTAREA" | "SELECT") {
        match key.as_str() {
            "Escape" => {
                focus_text();
                // On a narrow window the list is far from the text.
                if let Some(selection) = session.selection {
                    desk.stage.reveal(selection.head);
                }
            }
            "Ctrl+k" => return desk.opens(Over::Palette),
            _ => return false,
        }
        return true;
    }
    // What is typed for the note is no command; what is for the browser, or with Ctrl, is.
    let passes = event.ctrl_key()
        || event.meta_key()
        || event.alt_key()
        || matches!(&*typed, "Escape" | "Tab")
        || typed.len() > 1 && typed.starts_with('F');
    if !passes && session.focus.as_ref().is_some_and(|id| desk.note.wants(id)) {
        let mut note = desk.note.typed.borrow_mut();
        match &*typed {
            "Backspace" => drop(note.pop()),
            letter if letter.chars().count() == 1 => note.push_str(letter),
            _ => {}
        }
        return true;
    }
    desk.note.wanted.take();
    desk.note.typed.borrow_mut().clear();
    // On a keyboard of another script the letters' places count, where its own mean nothing.
    let by_place = by_place(event, &typed);
    let in_article = desk.stage.has_focus();
    if session.grabbed.is_some()
        && let Some(handled) = move_boundary(event, &typed, desk)
    {
        return handled;
    }
    if in_article && let Some(handled) = move_caret(event, &typed, desk) {
        return handled;
    }
    // Enter belongs to the button that has the focus.
    if key == "Enter" && !in_article && tag != "BODY" {
        return false;
    }
    for key in [Some(key), by_place].into_iter().flatten() {
        if let Some(handled) = give_label(&key, &session, desk) {
            return handled;
        }
        let mine = |control: &&Control| desk.settings.keys_of(control).iter().any(|it| **it == *key);
        if let Some(control) = CONTROLS.iter().find(mine) {
            return (control.does)(desk);
        }
    }
    false
}

/// What a key would be on a keyboard with Latin letters, as [`pressed`] writes it; `None` when it
/// is one.
fn by_place(event: &KeyboardEvent, typed: &str) -> Option<String> {
    if typed.is_ascii() || typed.chars().count() != 1 {
        return None;
    }
    let code = event.code();
    let letter = code.strip_prefix("Key")?;
    Some(chord(event, event.shift_key(), &letter.to_ascii_lowercase()))
}

/// What a label's key means. `None` when it is not one.
fn give_label(key: &str, session: &Session, desk: &Desk) -> Option<bool> {
    let has_words = session.selection.is_some_and(|it| !it.span().is_empty());
    if key == "Enter" && has_words {
        let label = session.sticky.as_ref()?;
        mark(&desk.dispatch, label);
        return Some(true);
    }
    let labels = session.project.labels();
    let of = |key: &str| labels.iter().find(|it| !it.retired && !it.key.is_empty() && *it.key == *key);
    if let Some(label) = key.strip_prefix("Shift+").and_then(of) {
        let sticky = Some(label.id.clone()).filter(|id| session.sticky.as_ref() != Some(id));
        return Some(desk.acts(Action::Stick(sticky)));
    }
    let label = of(key)?.id.clone();
    if has_words {
        mark(&desk.dispatch, &label);
    } else if let Some(id) = session.focus.clone() {
        desk.dispatch.dispatch(Action::Do(Command::Relabel { id, label, at: clock::now() }));
    }
    Some(true)
}

/// Moves the boundary that is held. `None` when the key is not one of those that do.
fn move_boundary(event: &KeyboardEvent, typed: &str, desk: &Desk) -> Option<bool> {
    let edge = desk.dispatch.session().grabbed?;
    let by_word = event.ctrl_key() || event.alt_key() || event.meta_key();
    let unit = if by_word { Unit::Word } else { Unit::Grapheme };
    let (unit, forward) = match typed {
        "ArrowRight" => (unit, !desk.stage.is_rtl()),
        "ArrowLeft" => (unit, desk.stage.is_rtl()),
        "ArrowDown" => (Unit::Sentence, true),
        "ArrowUp" => (Unit::Sentence, false),
        "Enter" => return Some(desk.acts(Action::Grab(None))),
        _ => return None,
    };
    Some(desk.reaches(Reach::Nudge { edge, unit, forward }))
}

/// Moves the caret in the article. `None` when the key is not one of the caret's.
fn move_caret(event: &KeyboardEvent, typed: &str, desk: &Desk) -> Option<bool> {
    if !typed.starts_with("Arrow") && !matches!(typed, "Home" | "End") {
        return None;
    }
    let by_word = event.ctrl_key() || event.alt_key();
    let far = event.ctrl_key() || event.meta_key();
    let extend = event.shift_key();
    // Right is on in the text, or back where the text runs from right to left.
    let forward = match typed {
        "ArrowRight" => !desk.stage.is_rtl(),
        "ArrowLeft" => desk.stage.is_rtl(),
        _ => false,
    };
    let toward = match typed {
        "ArrowRight" | "ArrowLeft" if by_word && forward => Toward::WordEnd,
        "ArrowRight" | "ArrowLeft" if by_word => Toward::WordStart,
        "ArrowRight" | "ArrowLeft" if forward => Toward::NextGrapheme,
        "ArrowRight" | "ArrowLeft" => Toward::PreviousGrapheme,
        "ArrowDown" if by_word => Toward::NextParagraph,
        "ArrowUp" if by_word => Toward::PreviousParagraph,
        "Home" if far => Toward::TextStart,
        "End" if far => Toward::TextEnd,
        "ArrowDown" | "ArrowUp" | "Home" | "End" => {
            // Lines are what the browser makes of the width; it moves its own
            // selection, and ours follows.
            let alter = if extend { "extend" } else { "move" };
            let direction = if matches!(typed, "ArrowDown" | "End") { "forward" } else { "backward" };
            let granularity = if matches!(typed, "Home" | "End") { "lineboundary" } else { "line" };
            desk.stage.show_selection_now();
            if selection::modify(alter, direction, granularity) {
                desk.stage.follow_selection();
            } else {
                desk.stage.show_selection_now();
            }
            desk.stage.bring_caret();
            return Some(true);
        }
        _ => return None,
    };
    let before = desk.dispatch.session();
    desk.dispatch.dispatch(Action::Move { toward, extend });
    // At the text's start or end it stays, but may have been scrolled out of sight.
    if before.grabbed.is_none() && desk.dispatch.session().selection == before.selection {
        desk.stage.bring_caret();
    }
    Some(true)
}
