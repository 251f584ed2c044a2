use std::rc::Rc;

use yew::prelude::*;

use crate::edit::{Action, Session};

/// The session as Yew keeps it.
#[derive(Clone)]
pub(super) struct State(pub(super) Session);

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        self.0.step(action).map_or(self, |next| Rc::new(State(next)))
    }
}

/// Takes actions to the session; never changes, compares by pointer.
pub(super) type Dispatch = UseReducerDispatcher<State>;
