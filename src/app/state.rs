use std::cell::RefCell;
use std::rc::Rc;

use yew::UseStateSetter;

use crate::edit::{Action, Session};

/// The one place where the session is, and the only way to change it.
///
/// Yew renders some time after a dispatch; keys and mouse may be faster. So whoever
/// needs the session between two renders asks here.
#[derive(Clone)]
pub(super) struct Dispatch {
    session: Rc<RefCell<Rc<Session>>>,
    shown: UseStateSetter<Rc<Session>>,
}

impl PartialEq for Dispatch {
    fn eq(&self, other: &Dispatch) -> bool {
        Rc::ptr_eq(&self.session, &other.session)
    }
}

impl Dispatch {
    /// Dispatches onto `session`, and has the results shown.
    pub(super) fn new(session: Rc<RefCell<Rc<Session>>>, shown: UseStateSetter<Rc<Session>>) -> Dispatch {
        Dispatch { session, shown }
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
            self.shown.set(next);
        }
    }
}
