//! The article on the page and what lies over it: marks, selection, caret and toolbar, brought
//! into line with the session, and the browser's word of them.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::timers::callback::Interval;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::article::Painter;
use super::state::Dispatch;
use crate::browser::{Point, listen, selection};
use crate::edit::{Action, Selection};
use crate::model::{Article, Id};
use crate::text::{Utf16, byte_from_utf16, edges, utf16_from_byte};

/// How long the caret is seen and not seen, in milliseconds.
const BLINK: u32 = 550;
/// How far the toolbar stands from the selection, in CSS pixels.
const TOOLBAR_GAP: f64 = 10.0;
/// So much at the window's top is the bar's, in CSS pixels.
const BAR: f64 = 56.0;

/// The parts of the page that follow the session without Yew. Clones are the same parts.
#[derive(Clone)]
pub(super) struct Stage {
    /// The article's element.
    pub(super) article: NodeRef,
    /// The toolbar beside the selection.
    pub(super) toolbar: NodeRef,
    /// The caret.
    pub(super) caret: NodeRef,
    /// Whether the pointer, or another hand, holds the article: then the selection is the
    /// browser's.
    pub(super) held: Rc<RefCell<bool>>,
    painter: Rc<RefCell<Painter>>,
    dispatch: Dispatch,
}

impl Stage {
    /// Elements that are yet to be rendered, and an empty text.
    pub(super) fn new(dispatch: Dispatch) -> Stage {
        Stage {
            article: NodeRef::default(),
            toolbar: NodeRef::default(),
            caret: NodeRef::default(),
            held: Rc::default(),
            painter: Rc::default(),
            dispatch,
        }
    }

    fn root(&self) -> Option<Element> {
        self.article.cast()
    }

    /// Whether the article has the focus.
    pub(super) fn has_focus(&self) -> bool {
        self.root().is_some_and(|root| document().active_element() == Some(root))
    }

    /// Gives the article the focus.
    pub(super) fn focus(&self) {
        if let Some(article) = self.root() {
            focus(&article);
        }
    }

    /// Brings the text and its marks onto the page, now and as chunks come near.
    pub(super) fn show_text(&self) {
        let Some(root) = self.root() else { return };
        let on_near = {
            let stage = self.clone();
            move |chunk, near| {
                let held = *stage.held.borrow();
                let painted = stage.painter.borrow_mut().near(chunk, near, held, &stage.dispatch.session());
                if painted && !held {
                    stage.show_selection();
                }
            }
        };
        self.painter.borrow_mut().show(&root, &self.dispatch.session(), *self.held.borrow(), on_near);
    }

    /// Makes the session's selection what the DOM's is.
    pub(super) fn follow_selection(&self) {
        let session = self.dispatch.session();
        let (Some(root), Some(article)) = (self.root(), session.article()) else { return };
        // A selection elsewhere lets go of the words, but the caret keeps its place.
        let caret = || session.selection.map(|it| Selection { anchor: it.head, head: it.head });
        let now = selected(&root, article).or_else(caret);
        if now != session.selection {
            self.dispatch.dispatch(Action::Select(now));
        }
    }

    /// Makes the DOM's selection what the session's is.
    pub(super) fn show_selection(&self) {
        let session = self.dispatch.session();
        let (Some(root), Some(article)) = (self.root(), session.article()) else { return };
        // Asking the browser what is selected makes it lay the page out.
        let Some(wanted) = session.selection else { return };
        let now = selected(&root, article);
        // Never out of a text field or another part of the page.
        if (now.is_some() || self.has_focus()) && now != Some(wanted) {
            selection::write(&root, point(article, wanted.anchor), point(article, wanted.head));
        }
    }

    /// Scrolls to where a byte of the article is, if it is not in sight.
    pub(super) fn reveal(&self, byte: usize) {
        if let (Some(root), Some(article)) = (self.root(), self.dispatch.session().article()) {
            selection::reveal(&root, point(article, byte));
        }
    }

    /// Puts the caret and the toolbar where the selection is.
    pub(super) fn place_overlays(&self) {
        let Some(root) = self.root() else { return };
        let selected = self.dispatch.session().selection;
        if let Some(caret) = self.caret.cast::<HtmlElement>() {
            let rect = if self.has_focus() && selected.is_some() { selection::focus_rect() } else { None };
            caret.set_hidden(rect.is_none());
            // Seen where it has just come to.
            let _ = caret.remove_attribute("data-off");
            if let Some(rect) = rect {
                listen::set_height(&caret, rect.height());
                listen::place(&caret, rect.left(), rect.top());
            }
        }
        if *self.held.borrow() || !self.has_words() {
            return self.hide_toolbar();
        }
        if let (Some(toolbar), Some(bounds)) = (self.toolbar.cast::<HtmlElement>(), selection::bounds()) {
            let (width, height) = (f64::from(toolbar.offset_width()), f64::from(toolbar.offset_height()));
            let page = root.owner_document().and_then(|it| it.document_element());
            let page = f64::from(page.map_or(0, |it| it.client_width()));
            let left = (bounds.left() + bounds.width() / 2.0 - width / 2.0).min(page - width - 8.0).max(8.0);
            let above = bounds.top() - height - TOOLBAR_GAP;
            let top = if above > BAR { above } else { bounds.bottom() + TOOLBAR_GAP };
            listen::place(&toolbar, left, top);
            toolbar.set_hidden(false);
        }
    }

    /// Whether there is something to mark in what is selected.
    fn has_words(&self) -> bool {
        let session = self.dispatch.session();
        let span = session.selection.map(Selection::span).filter(|span| !span.is_empty());
        let words = session.article().zip(span).and_then(|(article, span)| edges::tidy(article.text(), span));
        words.is_some()
    }

    fn hide_toolbar(&self) {
        if let Some(toolbar) = self.toolbar.cast::<HtmlElement>() {
            toolbar.set_hidden(true);
        }
    }

    /// Picks what was clicked, and selects a word that was tapped twice.
    pub(super) fn pick(&self, event: &MouseEvent) {
        let touch = event.dyn_ref::<web_sys::PointerEvent>().is_some_and(|it| it.pointer_type() == "touch");
        if touch && event.detail() == 2 {
            // With a mouse the browser does it; with a finger only some browsers select at all.
            self.follow_selection();
            self.dispatch.dispatch(Action::SelectWord);
            return self.show_selection();
        }
        if selection::bounds().is_some_and(|bounds| bounds.width() > 0.0) {
            return;
        }
        let mark = event.target_dyn_into::<Element>().and_then(|it| it.closest("mark").ok().flatten());
        let ids = mark.and_then(|mark| mark.get_attribute("data-annotations")).unwrap_or_default();
        let ids: Vec<Id> = ids.split(' ').filter_map(|id| Id::new(id).ok()).collect();
        self.dispatch.dispatch(if ids.is_empty() { Action::Focus(None) } else { Action::Pick(ids) });
    }

    /// The listeners that the stage needs, for the life of the page.
    pub(super) fn listen(&self) -> (Vec<EventListener>, Interval) {
        let page = document();
        let mut listeners = Vec::new();
        let mut on = |event, what: fn(&Stage)| {
            let stage = self.clone();
            listeners.push(listen::on(&page, event, move |_| what(&stage)));
        };
        on("selectionchange", Stage::follow_selection);
        on("scroll", Stage::place_overlays);
        on("focusout", Stage::place_overlays);
        on("focusin", |stage| {
            // Under the pointer the browser is about to say what is selected.
            if !*stage.held.borrow() && stage.has_focus() {
                stage.show_selection();
            }
            stage.place_overlays();
        });
        let stage = self.clone();
        listeners.push(listen::on(&page, "pointerdown", move |event| {
            let target = event.target().and_then(|it| it.dyn_into::<web_sys::Node>().ok());
            if stage.root().is_some_and(|root| root.contains(target.as_ref())) {
                *stage.held.borrow_mut() = true;
                stage.hide_toolbar();
            }
        }));
        for end in ["pointerup", "pointercancel"] {
            let stage = self.clone();
            listeners.push(listen::on(&page, end, move |_| {
                if std::mem::take(&mut *stage.held.borrow_mut()) {
                    // The browser tells of what it selected only later.
                    stage.follow_selection();
                    // What changed meanwhile.
                    stage.show_text();
                    stage.place_overlays();
                }
            }));
        }
        if let Some(window) = web_sys::window() {
            let mut on = |event, what: fn(&Stage)| {
                let stage = self.clone();
                listeners.push(listen::on(&window, event, move |_| what(&stage)));
            };
            on("resize", Stage::place_overlays);
            // The printer gets every mark, near the window or not.
            on("beforeprint", |stage| stage.painter.borrow_mut().before_print(&stage.dispatch.session()));
            on("afterprint", |stage| stage.painter.borrow_mut().after_print());
        }
        let caret = self.caret.clone();
        // An animation would make a frame of every sixtieth of a second.
        let blink = Interval::new(BLINK, move || {
            if let Some(caret) = caret.cast::<HtmlElement>().filter(|caret| !caret.hidden()) {
                // Fails only for an invalid name.
                let _ = caret.toggle_attribute("data-off");
            }
        });
        (listeners, blink)
    }
}

/// The document.
pub(super) fn document() -> web_sys::Document {
    web_sys::window().and_then(|window| window.document()).expect("the page runs in a window")
}

/// Gives an element the focus.
pub(super) fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // Fails for no element that is in the page.
        let _ = element.focus();
    }
}

/// Whether nothing has the focus.
pub(super) fn focus_is_lost() -> bool {
    document().active_element().is_none_or(|element| element.tag_name() == "BODY")
}

/// The place in the DOM of a byte offset.
fn point(article: &Article, byte: usize) -> Point {
    let paragraph = article.paragraph_at(byte);
    let start = article.paragraphs().get(paragraph).map_or(0, |part| part.span.start());
    let words = article.paragraphs().get(paragraph).map_or("", |part| article.words(part.span));
    Point { paragraph, offset: utf16_from_byte(words, byte - start).unwrap_or(Utf16(0)) }
}

/// The byte offset of a place in the DOM.
fn byte(article: &Article, point: Point) -> usize {
    let Some(part) = article.paragraphs().get(point.paragraph) else { return article.text().len() };
    let words = article.words(part.span);
    // Inside a surrogate pair there is no place; the one before it is.
    let within = byte_from_utf16(words, point.offset)
        .or_else(|| byte_from_utf16(words, Utf16(point.offset.0.saturating_sub(1))));
    part.span.start() + within.unwrap_or(words.len())
}

/// What the DOM has selected in the article.
fn selected(root: &Element, article: &Article) -> Option<Selection> {
    let (anchor, head) = selection::read(root)?;
    Some(Selection { anchor: byte(article, anchor), head: byte(article, head) })
}
