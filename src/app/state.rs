use std::cell::RefCell;
use std::rc::Rc;

use yew::{Callback, UseStateSetter};

use super::journal::Journal;
use super::later;
use super::store::Store;
use crate::browser::clock;
use crate::edit::{Action, Session};

/// The one place where the session is, and the only way to change it.
///
/// Yew renders some time after a dispatch; keys and mouse may be faster. So whoever
/// needs the session between two renders asks here, and what has changed goes to the store
/// from here: by the time that it can be seen, the status says that it is being saved.
#[derive(Clone)]
pub(super) struct Dispatch {
    session: Rc<RefCell<Rc<Session>>>,
    shown: UseStateSetter<Rc<Session>>,
    store: Store,
    journal: Journal,
    selected: Rc<RefCell<Callback<()>>>,
}

impl PartialEq for Dispatch {
    fn eq(&self, other: &Dispatch) -> bool {
        Rc::ptr_eq(&self.session, &other.session)
    }
}

impl Dispatch {
    /// Dispatches onto `session`, and has the results stored and shown.
    pub(super) fn new(session: Rc<Session>, shown: UseStateSetter<Rc<Session>>, store: Store) -> Dispatch {
        let (journal, selected) = (Journal::default(), Rc::default());
        Dispatch { session: Rc::new(RefCell::new(session)), shown, store, journal, selected }
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

    /// Reads the history of before, and has it kept from now on.
    pub(super) fn recall(&self) {
        let (dispatch, store, journal) = (self.clone(), self.store.clone(), self.journal.clone());
        later::then(move |later| (later.recall)(&journal, &dispatch, &store));
    }

    /// Lets something happen to the session.
    pub(super) fn dispatch(&self, action: Action) {
        let recalled = matches!(action, Action::Recall(..));
        let stored_already = recalled || matches!(action, Action::Outside(_) | Action::Loaded(_));
        let before = self.session();
        let Some(next) = before.step_at(action, clock::now()) else { return };
        let next = Rc::new(next);
        *self.session.borrow_mut() = Rc::clone(&next);
        self.note(&before, &next, recalled);
        if stored_already {
            self.store.adopt(&next.project);
        } else if let Some(step) = next.step_since(&before) {
            self.store.save_changes(&next.project, &step.changes);
        } else {
            self.store.save(&next.project);
        }
        if let Some(article) = next.article.as_ref().filter(|_| next.article != before.article) {
            self.store.remember(article);
        }
        if !stored_already && next.is_but_for_selection(&before) {
            // The stage follows at once; a caret that moves renders nothing.
            let told = self.selected.borrow().clone();
            told.emit(());
        } else {
            self.shown.set(next);
        }
    }

    /// Whom to tell when only the selection changes.
    pub(super) fn on_selected(&self, told: Callback<()>) {
        *self.selected.borrow_mut() = told;
    }
}
