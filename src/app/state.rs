use std::cell::RefCell;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;
use yew::{Callback, UseStateSetter};

use super::journal::Journal;
use super::later;
use super::settings::Settings;
use super::store::Store;
use crate::browser::clock;
use crate::edit::{Action, Command, Reach, Session};

/// So long after a step the page beside the text may follow, in milliseconds. Below a tenth of a
/// second what follows is felt to follow at once (R. B. Miller, Response time in man-computer
/// conversational transactions, 1968).
pub(super) const BESIDE: u32 = 80;

/// So long after an import has been painted it is stored, in milliseconds: with all that follows from it
/// there first.
const REST: u32 = 100;

/// What is done once.
type Once = Box<dyn FnOnce()>;

/// The page beside the text has to catch up: when, and what is done with it.
struct Behind {
    _when: Timeout,
    with: Vec<Once>,
}

/// The one place where the session is, and the only way to change it.
///
/// What has changed goes to the store from here and onto the text at once. The page beside the text
/// follows a little later: what was marked does not wait for it, and while a key is held several
/// steps cost one rendering. Whoever needs the session meanwhile asks here; the next key or press of
/// the pointer has the page catch up first.
#[derive(Clone)]
pub(super) struct Dispatch {
    session: Rc<RefCell<Rc<Session>>>,
    shown: UseStateSetter<Rc<Session>>,
    store: Store,
    journal: Journal,
    /// Brings the text into line, told the session before.
    follow: Rc<RefCell<Callback<Rc<Session>>>>,
    /// To be done before the next action, or when the page has been painted; in this order.
    due: Rc<RefCell<Vec<Once>>>,
    /// `None` while the page beside the text shows the session.
    behind: Rc<RefCell<Option<Behind>>>,
}

impl PartialEq for Dispatch {
    fn eq(&self, other: &Dispatch) -> bool {
        Rc::ptr_eq(&self.session, &other.session)
    }
}

impl Dispatch {
    /// Dispatches onto `session`, and has the results stored and shown.
    pub(super) fn new(session: Rc<Session>, shown: UseStateSetter<Rc<Session>>, store: Store) -> Dispatch {
        let (journal, follow, due, behind) =
            (Journal::default(), Rc::default(), Rc::default(), Rc::default());
        Dispatch { session: Rc::new(RefCell::new(session)), shown, store, journal, follow, due, behind }
    }

    /// The session as it is now.
    pub(super) fn session(&self) -> Rc<Session> {
        Rc::clone(&self.session.borrow())
    }

    /// Whether everything that is stored is in the session.
    pub(super) fn is_loaded(&self) -> bool {
        self.store.is_loaded()
    }

    /// Waits until everything that is stored is in the session.
    pub(super) async fn loaded(&self) {
        self.store.loaded().await;
    }

    /// Notes what became of the history.
    fn note(&self, before: &Session, next: &Session, recalled: bool) {
        let (was, is) = (before.history.len(), next.history.len());
        let new = next.step_since(before).and(next.history.last()).cloned();
        if !recalled && (was != is || new.is_some()) {
            self.journal.note(before, next, new, &self.store);
        }
    }

    /// Reads the history of before, and has it kept from now on; the settings too.
    pub(super) fn recall(&self, settings: Settings) {
        let dispatch = self.clone();
        later::then(move |later| {
            (later.settle)(&settings);
            (later.recall)(&dispatch.journal, &dispatch, &dispatch.store);
        });
    }

    /// Has this done when the page has been painted and has rested for so many milliseconds, or before
    /// anything else happens to the session.
    pub(super) fn when_painted(&self, rest: u32, what: impl FnOnce() + 'static) {
        self.due.borrow_mut().push(Box::new(what));
        let dispatch = self.clone();
        spawn_local(async move {
            clock::frame().await;
            if rest > 0 {
                clock::pause(rest).await;
            }
            dispatch.do_due();
        });
    }

    /// Does what waits until the page has been painted.
    pub(super) fn do_due(&self) {
        let due = self.due.take();
        due.into_iter().for_each(|it| it());
    }

    /// Lets something happen to the session.
    pub(super) fn dispatch(&self, action: Action) {
        // What is only shown changes nothing that is stored.
        if !matches!(action, Action::Open(_) | Action::Select(_)) {
            self.do_due();
        }
        let recalled = matches!(action, Action::Recall(..));
        let stored_already = recalled || matches!(action, Action::Outside(_) | Action::Loaded(_));
        let before = self.session();
        if let Some(next) = before.step_at(action, clock::now()) {
            self.take(before, next, stored_already, recalled);
        }
    }

    /// Has a boundary or the selection reach elsewhere. Named in the later part alone.
    pub(super) fn reach(&self, reach: Reach) {
        self.do_due();
        let before = self.session();
        if let Some(next) = before.reach_at(reach, clock::now()) {
            self.take(before, next, false, false);
        }
    }

    fn take(&self, before: Rc<Session>, next: Session, stored_already: bool, recalled: bool) {
        let next = Rc::new(next);
        *self.session.borrow_mut() = Rc::clone(&next);
        // What comes from a file, which is still there.
        let is_import =
            next.step_since(&before).is_some_and(|step| matches!(step.command, Command::Import { .. }));
        let keep = {
            let (dispatch, before, next) = (self.clone(), Rc::clone(&before), Rc::clone(&next));
            move || dispatch.keep(&before, &next, stored_already, recalled)
        };
        if is_import {
            // It is not safe yet, and that is said.
            self.store.also_writes(true);
            let store = self.store.clone();
            self.when_painted(REST, move || {
                keep();
                store.also_writes(false);
            });
        } else if self.due.borrow().is_empty() {
            keep();
        } else {
            // After what it stands on.
            self.due.borrow_mut().push(Box::new(keep));
        }
        // A caret that moves renders nothing.
        let renders = stored_already || !next.is_but_for_selection(&before);
        let follow = self.follow.borrow().clone();
        follow.emit(before);
        if renders && self.behind.borrow().is_none() {
            let dispatch = self.clone();
            let when = Timeout::new(BESIDE, move || dispatch.catch_up());
            *self.behind.borrow_mut() = Some(Behind { _when: when, with: Vec::new() });
        }
    }

    /// Has stored what became of the session.
    fn keep(&self, before: &Session, next: &Session, stored_already: bool, recalled: bool) {
        self.note(before, next, recalled);
        if stored_already {
            self.store.adopt(&next.project);
        } else if let Some(step) = next.step_since(before) {
            self.store.save_changes(&next.project, &step.changes);
        } else if !next.project.is(&before.project) || next.history.len() != before.history.len() {
            self.store.save(&next.project);
        }
        // Else it is only shown otherwise; what the stores have brought since must stay.
        if let Some(article) = next.article.as_ref().filter(|_| next.article != before.article) {
            self.store.remember(article);
        }
    }

    /// Has the page show the session, if it does not yet.
    pub(super) fn catch_up(&self) {
        if let Some(Behind { with, .. }) = self.behind.take() {
            self.shown.set(self.session());
            with.into_iter().for_each(|it| it());
        }
    }

    /// Has something else shown in one rendering with the session: at once where that is shown already.
    pub(super) fn with_session(&self, what: impl FnOnce() + 'static) {
        if let Some(behind) = &mut *self.behind.borrow_mut() {
            return behind.with.push(Box::new(what));
        }
        what();
    }

    /// What brings the text into line at once; it is told the session before.
    pub(super) fn on_step(&self, follow: Callback<Rc<Session>>) {
        *self.follow.borrow_mut() = follow;
    }
}
