//! Reads and shows a small file for nothing, while somebody chooses one: a browser compiles what has
//! never run only when it does, and that takes as long as all else that a short file needs.

use std::cell::Cell;
use std::rc::Rc;

use yew::prelude::*;

use super::article::Painter;
use super::card::Card;
use super::incoming::{self, Outcome};
use super::outcomes::view_outcomes;
use super::stage::document;
use super::state::Dispatch;
use crate::browser::{clock, files};
use crate::edit::{Action, Session};
use crate::format;
use crate::model::Project;

/// So many cards are shown.
const CARDS: usize = 10;

/// So often it is asked whether a rehearsal is over, in milliseconds.
const PAUSE: u32 = 8;

/// How far it is.
#[derive(Clone, Copy, PartialEq)]
enum State {
    NotYet,
    UnderWay,
    Done,
}

thread_local! {
    static STATE: Cell<State> = const { Cell::new(State::NotYet) };
}

/// Rehearses, unless that was done before: once is enough.
pub(super) async fn rehearse(dispatch: &Dispatch) {
    if STATE.get() == State::NotYet {
        STATE.set(State::UnderWay);
        // What fails here is told when it fails for somebody.
        let _ = read_and_show(dispatch).await;
        STATE.set(State::Done);
    }
}

/// Waits until no rehearsal is under way: it has the second module.
pub(super) async fn over() {
    while STATE.get() == State::UnderWay {
        clock::pause(PAUSE).await;
    }
}

/// Reads a file, applies it to a session that nobody sees, and shows it in elements that are not in
/// the page.
async fn read_and_show(dispatch: &Dispatch) -> Option<()> {
    let file = files::of_text("rehearsal.json", &format::rehearsal()).ok()?;
    let ahead: incoming::Ahead = Rc::new(|_| {});
    let (commands, outcomes) = incoming::read(vec![file], &Project::default, &|_| {}, &ahead).await?;
    let mut session = Session::new(Project::default());
    for (command, article) in commands {
        for action in [Some(Action::Do(command)), article.map(Action::Open)].into_iter().flatten() {
            session = session.step(action).unwrap_or(session);
        }
    }
    let text = document().create_element("div").ok()?;
    Painter::default().show(&text, &session, false, Box::new(|_, _| {}));
    let beside = document().create_element("div").ok()?;
    let props = BesideProps { session, outcomes, dispatch: dispatch.clone() };
    yew::Renderer::<Beside>::with_root_and_props(beside, props).render().destroy();
    Some(())
}

#[derive(Properties)]
struct BesideProps {
    session: Session,
    outcomes: Vec<Outcome>,
    dispatch: Dispatch,
}

impl PartialEq for BesideProps {
    /// It is rendered once.
    fn eq(&self, _: &BesideProps) -> bool {
        true
    }
}

/// What stands beside a text that was read.
#[component]
fn Beside(props: &BesideProps) -> Html {
    let BesideProps { session, outcomes, dispatch } = props;
    let Some(article) = session.article() else { return html! {} };
    let labels = Rc::new(session.project.labels().into_iter().cloned().collect::<Vec<_>>());
    html! {
        <>
            { view_outcomes(outcomes) }
            for it in session.listed_from(0, CARDS) {
                <Card article={Rc::clone(article)} annotation={it} labels={Rc::clone(&labels)} focused=false
                    dispatch={dispatch.clone()} />
            }
        </>
    }
}
