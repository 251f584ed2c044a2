use std::cell::RefCell;
use std::rc::Rc;

use yew::UseStateSetter;

use super::store::Store;
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
}

impl PartialEq for Dispatch {
    fn eq(&self, other: &Dispatch) -> bool {
        Rc::ptr_eq(&self.session, &other.session)
    }
}

impl Dispatch {
    /// Dispatches onto `session`, and has the results stored and shown.
    pub(super) fn new(
        session: Rc<RefCell<Rc<Session>>>,
        shown: UseStateSetter<Rc<Session>>,
        store: Store,
    ) -> Dispatch {
        Dispatch { session, shown, store }
    }

    /// The session as it is now.
    pub(super) fn session(&self) -> Rc<Session> {
        Rc::clone(&self.session.borrow())
    }

    /// Lets something happen to the session.
    pub(super) fn dispatch(&self, action: Action) {
        let next = self.session.borrow().step(action);
        if let Some(next) = next {
            let next = Rc::new(next);
            *self.session.borrow_mut() = Rc::clone(&next);
            self.store.save(&next.project);
            self.shown.set(next);
        }
    }
}
