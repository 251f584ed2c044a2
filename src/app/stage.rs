//! The article on the page and what lies over it: marks, selection, caret and toolbar, brought
//! into line with the session, and the browser's word of them.

use std::cell::{Cell, RefCell};
use std::ops::Deref;
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::timers::callback::{Interval, Timeout};
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Document, DomRect, Element, EventTarget, FocusOptions, HtmlElement};
use yew::prelude::*;

use super::article::Painter;
use super::keys::mark;
use super::later;
use super::state::{BESIDE, Dispatch};
use crate::browser::{self, Point, clock, highlight, listen, selection};
use crate::edit::{Action, Edge, Selection, Session};
use crate::model::{Annotations, Article, Id};
use crate::text::{Span, Utf16, byte_from_utf16, edges, utf16_from_byte};

/// How long the caret is seen and not seen, in milliseconds.
const BLINK: u32 = 550;
/// How far the toolbar stands from the selection, in CSS pixels.
const TOOLBAR_GAP: f64 = 10.0;
/// So many frames it may take to have the caret in sight: of its part, its chunk and itself.
const FRAMES: u8 = 3;
/// Near the window's edges, in CSS pixels, a dragged handle scrolls so far at once.
const EDGE: f64 = 24.0;
const SCROLL: f64 = 12.0;
/// What is painted piece by piece rests so long in between, about a frame, in milliseconds.
const FRAME: u32 = 16;
/// So long after a selection it is marked, in milliseconds: a second or third click selects more.
const SOON: u32 = 300;
/// So long the hand rests before there comes what marking and walking do not wait for: the editor of
/// what is focused, its handles and lines, and that all is saved. In milliseconds.
pub(super) const REST: u32 = 140;
/// The same from a rendering on, which is that much late already.
pub(super) const REST_RENDERED: u32 = REST - BESIDE;
/// So long the toolbar outlasts the selection, and handles what they were for, and so far a handle is
/// behind a boundary that keys move, in milliseconds: two frames.
const LEAVES: u32 = 32;
/// So long the pointer rests before it shows an extent, in milliseconds.
const HOVER: u32 = 80;
/// The names under which places are painted; the stylesheet has them.
const FOUND: &str = "found";
const FOUND_NOW: &str = "found-now";
pub(super) const LINKED: &str = "linked";
pub(super) const PROPOSED: &str = "proposed";

/// The parts of the page that follow the session without Yew. Clones are the same parts.
#[derive(Clone)]
pub(super) struct Stage(Rc<Parts>);

pub(super) struct Parts {
    /// The article's element.
    pub(super) article: NodeRef,
    /// The toolbar beside the selection.
    pub(super) toolbar: NodeRef,
    /// The caret.
    pub(super) caret: NodeRef,
    /// How to begin, above a text without marks.
    pub(super) hint: NodeRef,
    /// The lines to what the focused annotation is linked with.
    pub(super) links: NodeRef,
    /// The handles at the focused annotation's start and end.
    pub(super) handles: [NodeRef; 2],
    /// Whether the pointer, or another hand, holds the article: then the selection is the
    /// browser's.
    pub(super) held: RefCell<bool>,
    painter: RefCell<Painter>,
    /// Whether what waits is soon painted.
    paints: Cell<bool>,
    /// The handle that is dragged.
    drag: RefCell<Option<Drag>>,
    /// Whether what is selected is to become a part of the focused annotation.
    adds: RefCell<bool>,
    /// What was selected when the pointer came.
    was: Cell<Option<Selection>>,
    /// Whether the click that ends a selection means nothing more.
    taken: RefCell<bool>,
    /// What was found, and which of it is looked at.
    found: RefCell<(Vec<Span>, Option<Span>)>,
    /// Brings the handles when the hand rests.
    rest: RefCell<Option<Timeout>>,
    /// The annotation whose part has the handles, and that part's span; `None` while they are hidden,
    /// or on their way out.
    handled: RefCell<Option<(Id, Span)>>,
    /// They are about to follow keys that move one, and the caret with them, which is to be in sight
    /// within so many frames.
    handles_follow: Cell<Option<u8>>,
    /// Brings the caret to its place when the hand rests.
    astray: RefCell<Option<Timeout>>,
    /// What a mark does not wait for, and what brings it with one of the next frames.
    after: Cell<After>,
    afterwards: RefCell<Option<Timeout>>,
    /// Shows what is under the pointer when that rests.
    hover: RefCell<Option<Timeout>>,
    /// Reads and writes the DOM's selection.
    reader: RefCell<selection::Reader>,
    /// Where the caret was put, in CSS pixels of the page, with its height; `None` while it is hidden.
    caret_at: Cell<Option<(f64, f64, f64)>>,
    /// What is to be done just before the next frame, and what is to be asked before that.
    due: Cell<Due>,
    asks: RefCell<Vec<Ask>>,
    /// Marks what was selected, unless the pointer selects on.
    soon: RefCell<Option<Timeout>>,
    pub(super) dispatch: Dispatch,
}

impl Deref for Stage {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// A handle on its way.
#[derive(Clone, Copy)]
struct Drag {
    /// Which part of the annotation.
    part: usize,
    /// The boundary that stays.
    other: usize,
    /// Where the boundary is so far.
    at: usize,
    /// From the pointer to the middle of the boundary's line, in CSS pixels.
    offset: (f64, f64),
}

/// Something to be asked with the next frame.
type Ask = Box<dyn FnOnce()>;

/// What waits for the next frame.
#[derive(Clone, Copy, Default, PartialEq)]
struct Due {
    /// The DOM's selection is to become the session's.
    selection: bool,
    /// The caret is to be placed.
    caret: bool,
    /// The handles are.
    handles: bool,
    /// The caret is to be in sight, within so many frames.
    sight: u8,
}

/// What waits for one of the next frames.
#[derive(Clone, Copy, Default)]
struct After {
    /// The toolbar goes, unless there is something to mark again.
    toolbar: bool,
    /// Handles and lines go, unless they have what they are for again.
    handles: bool,
    /// The caret is looked after: it stands where it stood, but something was painted around it.
    caret: bool,
    /// It is to be in sight as well, within so many frames.
    sight: u8,
}

impl Stage {
    /// Elements that are yet to be rendered, and an empty text.
    pub(super) fn new(dispatch: Dispatch) -> Stage {
        Stage(Rc::new(Parts {
            article: Default::default(),
            toolbar: Default::default(),
            caret: Default::default(),
            hint: Default::default(),
            links: Default::default(),
            handles: Default::default(),
            held: Default::default(),
            painter: Default::default(),
            paints: Default::default(),
            drag: Default::default(),
            adds: Default::default(),
            was: Default::default(),
            taken: Default::default(),
            found: Default::default(),
            rest: Default::default(),
            handled: Default::default(),
            handles_follow: Default::default(),
            astray: Default::default(),
            after: Default::default(),
            afterwards: Default::default(),
            hover: Default::default(),
            reader: Default::default(),
            caret_at: Default::default(),
            due: Default::default(),
            asks: Default::default(),
            soon: Default::default(),
            dispatch,
        }))
    }

    /// The article's element, when it is there.
    pub(super) fn root(&self) -> Option<Element> {
        self.article.cast()
    }

    /// Whether the article has the focus.
    pub(super) fn has_focus(&self) -> bool {
        self.root().is_some_and(|root| document().active_element() == Some(root))
    }

    /// Copies what is selected in the article letter by letter: the browser would put line breaks
    /// where paragraphs, or the parts of a long line, meet.
    fn copy(&self, event: &Event) {
        let session = self.dispatch.session();
        let (Some(root), Some(article)) = (self.root(), session.article()) else { return };
        let from = event.target().and_then(|it| it.dyn_into::<web_sys::Node>().ok());
        let copied = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data);
        if let (Some(copied), Some(selected)) = (copied, self.selected(&root, article))
            && root.contains(from.as_ref())
            && selection::is_within(&root)
            && copied.set_data("text/plain", article.words(selected.span())).is_ok()
        {
            event.prevent_default();
        }
    }

    /// Brings the text and its marks onto the page, now and as chunks come near. Whether anything was
    /// painted anew.
    pub(super) fn show_text(&self) -> bool {
        self.show_hint();
        let Some(root) = self.root() else { return false };
        let on_near = {
            let stage = self.clone();
            move |chunk, near| {
                let held = *stage.held.borrow();
                let painted = stage.painter.borrow_mut().near(chunk, near, held, &stage.dispatch.session());
                stage.painted_more(painted);
                stage.paint_what_waits();
            }
        };
        let painted = self.painter.borrow_mut().show(
            &root,
            &self.dispatch.session(),
            *self.held.borrow(),
            Box::new(on_near),
        );
        if painted {
            self.reader.borrow_mut().forget();
        }
        if painted && self.shown_links().is_some() {
            // Where nodes went, what was painted without elements would spread over what is left.
            let none: &[(Point, Point)] = &[];
            highlight::paint(&root, LINKED, none);
            highlight::paint(&root, PROPOSED, none);
        }
        self.paint_found();
        painted
    }

    /// Has what belongs to the marks follow those that came near.
    fn painted_more(&self, painted: bool) {
        self.paint_found();
        if painted {
            self.reader.borrow_mut().forget();
            if !*self.held.borrow() {
                self.show_selection();
            }
        }
    }

    /// Paints the rest of what is near, some with each frame.
    fn paint_what_waits(&self) {
        if self.painter.borrow().waits() && !self.paints.replace(true) {
            let stage = self.clone();
            // Before the next frame it would be a part of the one that has what was painted just now.
            let paints = move || {
                stage.paints.set(false);
                let held = *stage.held.borrow();
                let painted = stage.painter.borrow_mut().go_on(held, &stage.dispatch.session());
                stage.painted_more(painted);
                stage.paint_what_waits();
            };
            Timeout::new(FRAME, paints).forget();
        }
    }

    /// Lays a text that will be shown next, perhaps; or lets go of it.
    pub(super) fn lay_ahead(&self, article: Option<&Article>) {
        self.painter.borrow_mut().lay_ahead(article);
    }

    /// Shows how to begin, where nothing is marked. It stands above the text, which would jump under
    /// a pointer if it went any later than the first mark comes.
    fn show_hint(&self) {
        let session = self.dispatch.session();
        let none = session
            .article
            .as_ref()
            .is_some_and(|id| session.project.annotations_of(id).is_none_or(Annotations::is_empty));
        if let Some(hint) = self.hint.cast::<HtmlElement>().filter(|hint| hint.hidden() == none) {
            hint.set_hidden(!none);
        }
    }

    /// Paints what was found, and which of it is looked at.
    pub(super) fn show_found(&self, spans: Vec<Span>, now: Option<Span>) {
        *self.found.borrow_mut() = (spans, now);
        let session = self.dispatch.session();
        if let (Some(root), Some(article)) = (self.root(), session.article()) {
            // Also takes away what was painted before.
            let none: &[(Point, Point)] = &[];
            highlight::paint(&root, FOUND, none);
            let now: Vec<_> =
                now.iter().map(|it| (point(article, it.start()), point(article, it.end()))).collect();
            highlight::paint(&root, FOUND_NOW, &now);
            self.paint_found();
        }
    }

    /// Paints what was found near the window: the painter may have put other nodes there.
    fn paint_found(&self) {
        let found = self.found.borrow();
        let session = self.dispatch.session();
        let (Some(root), Some(article)) = (self.root(), session.article()) else { return };
        if found.0.is_empty() {
            return;
        }
        let Ok(painter) = self.painter.try_borrow() else { return };
        let mut places = Vec::new();
        for near in painter.near_spans() {
            let first = found.0.partition_point(|it| it.end() <= near.start());
            for it in found.0[first..].iter().take_while(|it| it.start() < near.end()) {
                places.push((point(article, it.start()), point(article, it.end())));
            }
        }
        highlight::paint(&root, FOUND, &places);
        if let Some(now) = found.1 {
            highlight::paint(&root, FOUND_NOW, &[(point(article, now.start()), point(article, now.end()))]);
        }
    }

    /// Whether the paragraph at the caret runs from right to left.
    pub(super) fn is_rtl(&self) -> bool {
        let session = self.dispatch.session();
        let caret = session.selection.map_or(0, |selection| selection.head);
        let paragraph = session.article().map(|article| article.paragraph_at(caret));
        self.root().zip(paragraph).is_some_and(|(root, paragraph)| selection::is_rtl(&root, paragraph))
    }

    /// Makes the session's selection what the DOM's is.
    pub(super) fn follow_selection(&self) {
        let session = self.dispatch.session();
        let (Some(root), Some(article)) = (self.root(), session.article()) else { return };
        // What the browser tells before it has heard of ours is old.
        if self.due.get().selection {
            return;
        }
        // A selection elsewhere lets go of the words, but the caret keeps its place.
        let caret = || session.selection.map(|it| Selection { anchor: it.head, head: it.head });
        let now = self.selected(&root, article).or_else(caret);
        if now != session.selection {
            self.dispatch.dispatch(Action::Select(now));
        }
    }

    /// What the DOM has selected in the article.
    fn selected(&self, root: &Element, article: &Article) -> Option<Selection> {
        let (anchor, head) = self.reader.borrow_mut().read(root)?;
        Some(Selection { anchor: byte(article, anchor), head: byte(article, head) })
    }

    /// Makes the DOM's selection what the session's is, with the next frame: the browser lays the
    /// page out for it, and then it does so anyway. Whether it is not that yet.
    pub(super) fn show_selection(&self) -> bool {
        let (differs, wanted) = self.wanted_selection();
        if wanted.is_some() {
            self.with_frame(|due| *due = Due { selection: true, caret: true, ..*due });
        }
        differs
    }

    /// The same at once, for what goes on from there.
    pub(super) fn show_selection_now(&self) {
        self.due.set(Due { selection: false, ..self.due.get() });
        self.write_selection(self.wanted_selection().1);
    }

    fn write_selection(&self, wanted: Option<Selection>) {
        let session = self.dispatch.session();
        if let (Some(wanted), Some(root), Some(article)) = (wanted, self.root(), session.article()) {
            let (anchor, head) = (point(article, wanted.anchor), point(article, wanted.head));
            self.reader.borrow_mut().write(&root, anchor, head);
        }
    }

    /// Whether the DOM has not selected what the session has, and what it should have instead.
    fn wanted_selection(&self) -> (bool, Option<Selection>) {
        let session = self.dispatch.session();
        let now = self.root().zip(session.article()).and_then(|(root, it)| self.selected(&root, it));
        let differs = now != session.selection;
        // Never out of a text field or another part of the page.
        (differs, session.selection.filter(|_| differs && (now.is_some() || self.has_focus())))
    }

    /// Brings the text into line with the session, which was `before`.
    pub(super) fn follow(&self, before: &Session) {
        let session = self.dispatch.session();
        if session.focus != before.focus {
            // What is dragged is a boundary of what had the focus.
            self.drag.take();
        }
        let painted = !session.lists_as(before) && self.show_text();
        let caret = |session: &Session| session.selection.map(|it| it.head);
        // A mark is made where the caret is, and leaves it there.
        let stays = painted && caret(&session) == caret(before) && session.article == before.article;
        let mut brings = false;
        if let Some(focused) = session.focused().filter(|_| session.focus != before.focus) {
            let (extent, walks) = (focused.extent(), session.project.is(&before.project));
            let was_selected = before.selection.is_some_and(|it| it.span().overlaps(extent));
            if walks || !was_selected {
                let stage = self.clone();
                self.ask_with_frame(move || stage.reveal(extent.start()));
            }
            // What was made where the caret is may be more words than the window shows: the page stays,
            // unless somebody has scrolled away.
            let at_caret = if walks { session.selection != before.selection } else { was_selected };
            if at_caret && stays {
                self.afterwards(|after| after.sight = FRAMES);
            } else if at_caret {
                self.bring_caret();
            }
        } else if session.article != before.article && session.selection.is_none() {
            if let Some(window) = browser::window() {
                window.scroll_to_with_x_and_y(0.0, 0.0);
            }
        } else if before.selection.is_some() || session.selection != Some(Selection { anchor: 0, head: 0 }) {
            // Else the text has just got the focus.
            brings = caret(&session) != caret(before);
        }
        let moves = if *self.held.borrow() {
            false
        } else if painted {
            self.with_frame(|due| due.selection = true);
            true
        } else {
            // Else the DOM's is what it was; to ask for it has the page laid out.
            let changed = session.selection != before.selection || session.article != before.article;
            changed && self.show_selection()
        };
        if stays {
            self.afterwards(|after| after.caret = true);
            self.place_rest();
        } else {
            self.place_overlays();
        }
        // Where the browser has come to by itself, it has scrolled as it does.
        if moves && brings {
            match self.handles_follow.get() {
                Some(_) => self.handles_follow.set(Some(FRAMES)),
                None => self.bring_caret(),
            }
        }
    }

    /// Scrolls just as far as needed to show the caret, with the next frame.
    pub(super) fn bring_caret(&self) {
        self.with_frame(|due| due.sight = FRAMES);
    }

    /// The caret's box, where nothing had to be scrolled for it. `here` is the focus, or not.
    fn scroll_to_caret(&self, here: bool, left: u8) -> Option<DomRect> {
        let session = self.dispatch.session();
        let (root, article, at) = (self.root()?, session.article()?, session.selection?);
        // Without the focus the browser's own selection may be elsewhere.
        let end = edges::next_grapheme(article.text(), at.head);
        let letter =
            || selection::boxes(&root, point(article, at.head), point(article, end)).into_iter().next();
        let rect = if here { selection::focus_rect() } else { letter() };
        let Some(rect) = rect else {
            // The browser has not laid it out: first the chunk, or the part, that it stands in.
            self.reveal(at.head);
            self.with_frame(|due| due.sight = left);
            return None;
        };
        let (low, high) = (bar_bottom() + EDGE, notices_top() - EDGE);
        let beyond = (rect.top() - low).min(0.0) + (rect.bottom() - high).max(0.0);
        // From afar to the middle.
        let far = beyond.abs() > high - low;
        let by = if far { rect.top() - low.midpoint(high) } else { beyond };
        if let Some(window) = browser::window().filter(|_| by != 0.0) {
            window.scroll_by_with_x_and_y(0.0, by);
        }
        if far {
            // What comes near turns out larger or smaller than it was taken for.
            self.with_frame(|due| due.sight = left);
        }
        Some(rect).filter(|_| by == 0.0)
    }

    /// Brings the text into line with the session, and all that goes with it, where its element is new.
    pub(super) fn show_all(&self) {
        self.show_text();
        self.with_frame(|due| due.selection = true);
        self.place_overlays();
    }

    /// Has something ask with the next frame where things are, before anything moves.
    pub(super) fn ask_with_frame(&self, ask: impl FnOnce() + 'static) {
        self.asks.borrow_mut().push(Box::new(ask));
        self.with_frame(|due| due.caret = true);
    }

    /// Has something done just before the next frame.
    fn with_frame(&self, what: impl FnOnce(&mut Due)) {
        let before = self.due.get();
        let mut due = before;
        what(&mut due);
        self.due.set(due);
        if before == Due::default() {
            let stage = self.clone();
            clock::before_paint(move || {
                let asks = stage.asks.take();
                let due = stage.due.replace(Due::default());
                asks.into_iter().for_each(|ask| ask());
                let here = stage.has_focus();
                // The pointer has its own idea of what is selected.
                let selects = due.selection && !*stage.held.borrow();
                if selects {
                    // With the focus here it is still wanted.
                    let now = stage.dispatch.session().selection.filter(|_| here);
                    stage.write_selection(now.or_else(|| stage.wanted_selection().1));
                }
                let rect = due.sight.checked_sub(1).and_then(|left| stage.scroll_to_caret(here, left));
                // Asked before anything moves: the page would be laid out once more for it.
                let handles = due.handles.then(|| stage.handle_places());
                let caret = due.caret || due.sight > 0 || due.handles;
                if caret && stage.handles_follow.get().is_none() {
                    stage.place_caret(here, rect);
                }
                if let Some(places) = handles {
                    stage.place_handles(places);
                }
                if selects {
                    stage.place_toolbar();
                }
            });
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
        self.with_frame(|due| due.caret = true);
        self.place_rest();
    }

    fn place_rest(&self) {
        self.handles_come();
        if !self.due.get().selection || !self.wants_toolbar() {
            self.place_toolbar();
        }
    }

    /// Has something done with one of the next frames.
    fn afterwards(&self, what: impl FnOnce(&mut After)) {
        let mut after = self.after.get();
        what(&mut after);
        self.after.set(after);
        if self.afterwards.borrow().is_some() {
            return;
        }
        let stage = self.clone();
        let then = move || {
            *stage.afterwards.borrow_mut() = None;
            let after = stage.after.take();
            if after.toolbar && !stage.wants_toolbar() {
                stage.hide_toolbar();
            }
            if after.handles && stage.handled.borrow().is_none() {
                stage.handles_leave();
            }
            if after.caret || after.sight > 0 {
                stage.with_frame(|due| *due = Due { caret: true, sight: due.sight.max(after.sight), ..*due });
            }
        };
        *self.afterwards.borrow_mut() = Some(Timeout::new(LEAVES, then));
    }

    fn wants_toolbar(&self) -> bool {
        !*self.held.borrow() && self.drag.borrow().is_none() && self.has_words()
    }

    fn place_toolbar(&self) {
        if !self.wants_toolbar() {
            // The browser sorts its layers anew as it goes, and styles all that stands in it.
            if self.toolbar.cast::<HtmlElement>().is_some_and(|it| !it.hidden()) {
                self.afterwards(|after| after.toolbar = true);
            }
            return;
        }
        let Some(root) = self.root() else { return };
        if let (Some(toolbar), Some(bounds)) = (self.toolbar.cast::<HtmlElement>(), selection::bounds()) {
            let (width, height) = (f64::from(toolbar.offset_width()), f64::from(toolbar.offset_height()));
            let page = root.owner_document().and_then(|it| it.document_element());
            let page = f64::from(page.map_or(0, |it| it.client_width()));
            let left = (bounds.left() + bounds.width() / 2.0 - width / 2.0).min(page - width - 8.0).max(8.0);
            let above = bounds.top() - height - TOOLBAR_GAP;
            let top = if above > bar_bottom() { above } else { bounds.bottom() + TOOLBAR_GAP };
            listen::place(&toolbar, left, top);
            toolbar.set_hidden(false);
        }
    }

    /// Puts the caret to its box, if that is known, or asks where it is.
    fn place_caret(&self, here: bool, known: Option<DomRect>) {
        let Some(caret) = self.caret.cast::<HtmlElement>() else { return };
        let rect = if here && self.dispatch.session().selection.is_some() {
            known.or_else(selection::focus_rect)
        } else {
            None
        };
        // Asked before anything is written: the browser would style the page for it once more.
        let (x, y) = listen::scrolled();
        let place = rect.map(|rect| (rect.left() + x, rect.top() + y, rect.height()));
        if self.caret_at.replace(place) == place {
            return;
        }
        caret.set_hidden(place.is_none());
        // Seen where it has just come to. Fails only for an invalid name.
        let _ = caret.remove_attribute("data-off");
        // Hidden it stands where it makes no page wider.
        let (x, y, height) = place.unwrap_or_default();
        listen::set_height(&caret, height);
        listen::place(&caret, x, y);
    }

    /// Follows the page as it scrolls. The caret goes with the text by itself, so that no frame waits
    /// for it; where it has gone astray since chunks above it turned out larger or smaller, it comes
    /// to its place when the hand rests.
    fn follow_scroll(&self) {
        let stage = self.clone();
        *self.astray.borrow_mut() =
            Some(Timeout::new(REST, move || stage.with_frame(|due| due.caret = true)));
        self.handles_leave();
        self.handles_come();
        self.place_toolbar();
    }

    /// What the handles are for: the part of the focused annotation at the caret, or of what is
    /// dragged.
    fn part_with_handles(&self) -> Option<(Id, Span)> {
        let session = self.dispatch.session();
        let focused = session.focused()?;
        let span = match *self.drag.borrow() {
            Some(drag) => Span::between(drag.at, drag.other),
            None => *focused.spans().get(session.part_at_caret())?,
        };
        Some((focused.id.clone(), span))
    }

    fn handles_leave(&self) {
        *self.handled.borrow_mut() = None;
        for handle in self.handles.iter().filter_map(NodeRef::cast::<HtmlElement>) {
            if !handle.hidden() {
                handle.set_hidden(true);
            }
        }
        if let Some(links) = self.shown_links() {
            links.set_text_content(None);
        }
    }

    /// Has the handles come when the hand rests: nobody takes one in the midst of marking or of
    /// scrolling, and finding their places takes the browser's time. With the next frame while one
    /// is dragged, and a little later, with the caret, while keys move it: the text is there already.
    /// Where they are already they stay.
    fn handles_come(&self) {
        if self.drag.borrow().is_some() {
            return self.with_frame(|due| due.handles = true);
        }
        if self.dispatch.session().grabbed.is_some() {
            if self.handles_follow.get().is_none() {
                self.handles_follow.set(Some(0));
                let stage = self.clone();
                let follow = move || {
                    let sight = stage.handles_follow.take().unwrap_or(0);
                    stage.with_frame(|due| *due = Due { handles: true, sight: due.sight.max(sight), ..*due });
                };
                Timeout::new(LEAVES, follow).forget();
            }
            return;
        }
        let links = self.shown_links().is_some();
        let stale = *self.handled.borrow() != self.part_with_handles();
        if stale && (self.handled.take().is_some() || links) {
            self.afterwards(|after| after.handles = true);
        }
        if links || self.dispatch.session().focus.is_some() {
            let stage = self.clone();
            *self.rest.borrow_mut() = Some(Timeout::new(REST, move || {
                stage.place_handles(stage.handle_places());
                if let Some(later) = later::loaded() {
                    (later.draw_links)(&stage);
                }
            }));
        }
    }

    /// The lines to what the focused annotation is linked with, when there are any, or when
    /// something is painted with them.
    fn shown_links(&self) -> Option<Element> {
        self.links.cast::<Element>().filter(|links| links.has_attribute("data-shown"))
    }

    /// Where the handles belong in the window, each with its line's top and bottom.
    fn handle_places(&self) -> [Option<(f64, f64, f64)>; 2] {
        let session = self.dispatch.session();
        let span = self.part_with_handles().map(|(_, span)| span);
        [Edge::Start, Edge::End].map(|edge| boundary(&self.root()?, session.article()?, span?, edge))
    }

    fn place_handles(&self, places: [Option<(f64, f64, f64)>; 2]) {
        let grabbed = self.dispatch.session().grabbed;
        for ((handle, edge), place) in self.handles.iter().zip([Edge::Start, Edge::End]).zip(places) {
            let Some(handle) = handle.cast::<HtmlElement>() else { continue };
            handle.set_hidden(place.is_none());
            if let Some((x, top, bottom)) = place {
                listen::set_height(&handle, bottom - top);
                listen::place(&handle, x, top);
            }
            // Fails only for an invalid name.
            let _ = handle.toggle_attribute_with_force("data-held", grabbed == Some(edge));
        }
        *self.handled.borrow_mut() = self.part_with_handles();
    }

    /// Begins to drag a handle.
    pub(super) fn drag(&self, edge: Edge, event: &PointerEvent) {
        event.prevent_default();
        // One that is on its way out is nobody's.
        if event.button() != 0 || self.handled.borrow().is_none() {
            return;
        }
        let session = self.dispatch.session();
        let part = session.part_at_caret();
        let span = session.focused().and_then(|it| it.spans().get(part).copied());
        let (Some(root), Some(article), Some(span)) = (self.root(), session.article(), span) else { return };
        let Some((x, top, bottom)) = boundary(&root, article, span, edge) else { return };
        let (at, other) = match edge {
            Edge::Start => (span.start(), span.end()),
            Edge::End => (span.end(), span.start()),
        };
        let offset = (x - f64::from(event.client_x()), (top + bottom) / 2.0 - f64::from(event.client_y()));
        *self.drag.borrow_mut() = Some(Drag { part, other, at, offset });
        if let Some(handle) = event.target_dyn_into::<Element>() {
            // Where it cannot be captured the page hears of the pointer all the same.
            let _ = handle.set_pointer_capture(event.pointer_id());
        }
        focus_text();
        self.hide_toolbar();
    }

    /// The dragged handle follows the pointer; what it would cover is selected.
    fn drag_on(&self, event: &PointerEvent) {
        let Some(drag) = *self.drag.borrow() else { return };
        let session = self.dispatch.session();
        let (Some(root), Some(article)) = (self.root(), session.article()) else { return };
        let (x, y) =
            (f64::from(event.client_x()) + drag.offset.0, f64::from(event.client_y()) + drag.offset.1);
        // On at the window's edges.
        let (top, bottom) = (bar_bottom() + EDGE, notices_top() - EDGE);
        if let Some(window) = browser::window().filter(|_| y < top || y > bottom) {
            window.scroll_by_with_x_and_y(0.0, if y < top { -SCROLL } else { SCROLL });
        }
        let Some(at) = selection::place_at(&root, x, y).map(|point| byte(article, point)) else { return };
        let at = edges::grapheme_edge_before(article.text(), at);
        if at == drag.at || at == drag.other {
            return;
        }
        if let Some(drag) = self.drag.borrow_mut().as_mut() {
            drag.at = at;
        }
        self.dispatch.dispatch(Action::Select(Some(Selection { anchor: drag.other, head: at })));
        self.show_selection();
    }

    /// Lets go of the handle: the boundary stays where it is, or with `keep` false where it was.
    /// Whether one was held.
    pub(super) fn drop_handle(&self, keep: bool) -> bool {
        let Some(drag) = self.drag.borrow_mut().take() else { return false };
        let span = Span::between(drag.at, drag.other);
        if keep {
            self.dispatch.dispatch(Action::PutPart(drag.part, span));
        }
        let caret =
            self.dispatch.session().selection.map(|it| Selection { anchor: it.anchor, head: it.anchor });
        self.dispatch.dispatch(Action::Select(caret));
        self.show_text();
        self.show_selection();
        self.place_overlays();
        true
    }

    /// What becomes of words that the pointer has just selected.
    fn take_selected(&self, adds: bool) {
        let session = self.dispatch.session();
        if !self.has_words() {
            return;
        }
        if adds {
            self.dispatch.dispatch(Action::AddPart);
            *self.taken.borrow_mut() = true;
        } else if let Some(label) = session.sticky.clone() {
            let (dispatch, selected) = (self.dispatch.clone(), session.selection);
            // A word may become a paragraph with the next click.
            *self.soon.borrow_mut() = Some(Timeout::new(SOON, move || {
                // Unless Escape has put an end to it meanwhile, or it is marked already.
                let now = dispatch.session();
                if now.sticky.as_ref() == Some(&label) && now.selection == selected {
                    mark(&dispatch, &label);
                }
            }));
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
        // Writing it once more would cost a look at its style.
        if let Some(toolbar) = self.toolbar.cast::<HtmlElement>().filter(|it| !it.hidden()) {
            if toolbar.contains(document().active_element().as_deref()) {
                focus_text();
            }
            toolbar.set_hidden(true);
        }
    }

    /// Picks what was clicked, and selects a word that was tapped twice.
    pub(super) fn pick(&self, event: &MouseEvent) {
        let touch = event.dyn_ref::<web_sys::PointerEvent>().is_some_and(|it| it.pointer_type() == "touch");
        if touch && event.detail() == 2 {
            // With a mouse the browser does it; with a finger only some browsers select at all.
            self.follow_selection();
            return self.dispatch.dispatch(Action::SelectWord);
        }
        let taken = std::mem::take(&mut *self.taken.borrow_mut());
        let selects = || self.dispatch.session().selection.is_some_and(|it| !it.span().is_empty());
        if selects() {
            // By a click into it the browser may have let go of it since.
            self.follow_selection();
        }
        if taken || selects() {
            return;
        }
        if event.ctrl_key() || event.meta_key() {
            self.follow_selection();
            let session = self.dispatch.session();
            let at = session.selection.map_or(0, |selection| selection.head);
            let spans = session.focused().map_or(&[][..], |focused| focused.spans());
            let part = spans.iter().position(|span| (span.start()..=span.end()).contains(&at));
            if let Some(part) = part.filter(|_| spans.len() > 1) {
                self.dispatch.dispatch(Action::TakeOutPart(part));
            }
            return;
        }
        let mark = event.target_dyn_into::<Element>().and_then(|it| it.closest("mark").ok().flatten());
        let ids = mark.and_then(|mark| mark.get_attribute("data-annotations")).unwrap_or_default();
        let ids: Vec<Id> = ids.split(' ').filter_map(|id| Id::new(id).ok()).collect();
        self.dispatch.dispatch(if ids.is_empty() { Action::Focus(None) } else { Action::Pick(ids) });
    }

    /// Shows the extent of what the pointer rests on, a mark or a card. Named in the later part alone.
    pub(super) fn show_extent(&self, target: Option<EventTarget>) {
        let target = target.and_then(|it| it.dyn_into::<Element>().ok());
        let here = target.and_then(|it| it.closest("mark, [data-annotation]").ok().flatten());
        let ids =
            here.and_then(|it| it.get_attribute("data-annotations").or(it.get_attribute("data-annotation")));
        let id = ids.and_then(|ids| Id::new(ids.rsplit(' ').next()?).ok());
        // What has the focus is shown well enough.
        let focus = self.dispatch.session().focus.clone();
        if let Ok(mut painter) = self.painter.try_borrow_mut() {
            painter.hover(id.filter(|id| focus.as_ref() != Some(id)).as_ref());
        }
    }

    /// The pointer, or a finger, lets go; with `keep` of a boundary where it is.
    fn release(&self, keep: bool) {
        self.drop_handle(keep);
        if self.held.take() {
            // The browser tells of what it selected only later.
            self.follow_selection();
            // A menu that opens with Ctrl adds nothing.
            let adds = self.adds.take();
            if (keep || !adds) && self.dispatch.session().selection != self.was.get() {
                self.take_selected(adds);
            }
            // What changed meanwhile.
            self.show_text();
            self.place_overlays();
        }
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
            let selects = event.dyn_ref::<PointerEvent>().is_some_and(|it| it.button() == 0);
            if selects && stage.root().is_some_and(|root| root.contains(target.as_ref())) {
                *stage.held.borrow_mut() = true;
                // From here on the pointer says what is selected.
                stage.due.set(Due { selection: false, ..stage.due.get() });
                *stage.soon.borrow_mut() = None;
                *stage.taken.borrow_mut() = false;
                let adds = event.dyn_ref::<PointerEvent>().is_some_and(|it| it.ctrl_key() || it.meta_key());
                stage.was.set(stage.dispatch.session().selection);
                *stage.adds.borrow_mut() = adds && stage.dispatch.session().focus.is_some();
                stage.hide_toolbar();
            }
        }));
        let stage = self.clone();
        listeners.push(listen::on(&page, "copy", move |event| stage.copy(event)));
        let stage = self.clone();
        listeners.push(listen::on(&page, "scroll", move |event| {
            // The list and the dialogs scroll without the text.
            if event.target().is_some_and(|it| it.is_instance_of::<Document>()) {
                stage.follow_scroll();
            }
        }));
        let stage = self.clone();
        listeners.push(listen::on(&page, "pointermove", move |event| {
            let Some(event) = event.dyn_ref::<PointerEvent>() else { return };
            if event.buttons() == 0 {
                // Let go of where we did not hear of it, such as over a menu.
                stage.release(true);
            } else if stage.drag.borrow().is_some() {
                stage.drag_on(event);
            }
        }));
        let stage = self.clone();
        listeners.push(listen::on(&page, "pointerover", move |event| {
            // When the pointer rests: what passes under it while the text scrolls is not meant.
            let (resting, target) = (stage.clone(), event.target());
            *stage.hover.borrow_mut() = Some(Timeout::new(HOVER, move || {
                if let Some(later) = later::loaded() {
                    (later.show_extent)(&resting, target);
                }
            }));
        }));
        // Of some a browser tells nothing else: a menu that opens, words that are dragged away.
        for end in ["pointerup", "pointercancel", "contextmenu", "dragend"] {
            let stage = self.clone();
            listeners.push(listen::on(&page, end, move |_| stage.release(end == "pointerup")));
        }
        if let Some(window) = browser::window() {
            let mut on = |event, what: fn(&Stage)| {
                let stage = self.clone();
                listeners.push(listen::on(&window, event, move |_| what(&stage)));
            };
            on("resize", |stage| {
                stage.handles_leave();
                stage.place_overlays();
            });
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

/// Where a boundary of a span is in the window: its distance from the left, and its line's top and
/// bottom.
fn boundary(root: &Element, article: &Article, span: Span, edge: Edge) -> Option<(f64, f64, f64)> {
    let text = article.text();
    // By the letter beside it, since a place between two lines is on both.
    let letter = match edge {
        Edge::Start => Span::between(span.start(), edges::next_grapheme(text, span.start())),
        Edge::End => Span::between(edges::previous_grapheme(text, span.end()), span.end()),
    };
    let from_right = article.words(letter).chars().next().is_some_and(edges::runs_from_right);
    let boxes = selection::boxes(root, point(article, letter.start()), point(article, letter.end()));
    let it = if edge == Edge::Start { boxes.last() } else { boxes.first() }?;
    let x = if from_right == (edge == Edge::Start) { it.right() } else { it.left() };
    Some((x, it.top(), it.bottom()))
}

/// How much of the window's top is the bar's, in CSS pixels: in a narrow one it has several rows.
fn bar_bottom() -> f64 {
    let bar = document().query_selector(".bar").ok().flatten();
    bar.map_or(0.0, |bar| bar.get_bounding_client_rect().bottom())
}

/// Where the notices over the window's lower edge begin; without any, that edge.
fn notices_top() -> f64 {
    let height = browser::window().and_then(|window| window.inner_height().ok());
    let edge = height.and_then(|height| height.as_f64()).unwrap_or(0.0);
    let notices = document().get_element_by_id("notices").map(|it| it.get_bounding_client_rect());
    notices.filter(|it| it.height() > 0.0).map_or(edge, |it| it.top().min(edge))
}

/// The document.
pub(super) fn document() -> web_sys::Document {
    browser::document().expect("the page runs in a window")
}

/// Gives an element the focus.
pub(super) fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // Fails for no element that is in the page.
        let _ = element.focus();
    }
}

/// Gives the text the focus, and leaves the window where it is: the browser would go to the text's start.
pub(super) fn focus_text() {
    let text = document().get_element_by_id("article").and_then(|it| it.dyn_into::<HtmlElement>().ok());
    if let Some(text) = text {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        // Fails for no element that is in the page.
        let _ = text.focus_with_options(&options);
    }
}

/// Whether nothing has the focus.
pub(super) fn focus_is_lost() -> bool {
    document().active_element().is_none_or(|element| element.tag_name() == "BODY")
}

/// The place in the DOM of a byte offset.
pub(super) fn point(article: &Article, byte: usize) -> Point {
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
