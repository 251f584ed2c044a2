//! Reads and shows a small file for nothing, while somebody chooses one: a browser compiles what has
//! never run only when it does, and that takes as long as all else that a short file needs.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use yew::prelude::*;

use super::article::Painter;
use super::card::Card;
use super::incoming::{self, Outcome};
use super::outcomes::view_outcomes;
use super::stage::document;
use super::state::Dispatch;
use crate::browser::worker::{self, Cancel};
use crate::browser::{clock, files};
use crate::edit::{Action, Session};
use crate::format::{self, FileRead, Unpacker};
use crate::model::Project;

/// So many annotations are in what is shown,
const SHOWN: usize = 40;

/// and in what is taken in again and again,
const TAKEN: usize = 1_000;

/// so often: after that a browser runs its optimised code.
const ROUNDS: usize = 4;

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

/// Rehearses, unless that was done before: once is enough. It ends early when `waits` says that somebody
/// no longer does.
pub(super) async fn rehearse(dispatch: &Dispatch, waits: &dyn Fn() -> bool) {
    if STATE.get() == State::NotYet {
        STATE.set(State::UnderWay);
        // What fails here is told when it fails for somebody.
        let _ = read_and_show(dispatch).await;
        let pieces = if waits() { pieces().await } else { Vec::new() };
        STATE.set(State::Done);
        for _ in 0..ROUNDS {
            if pieces.is_empty() || !waits() {
                return;
            }
            take_in(&pieces);
            clock::pause(PAUSE).await;
        }
    }
}

/// What the second module makes of a file.
async fn pieces() -> Vec<Vec<u8>> {
    let pieces = Rc::new(RefCell::new(Vec::new()));
    let take = {
        let pieces = Rc::clone(&pieces);
        Box::new(move |piece: &[u8]| pieces.borrow_mut().push(piece.to_vec()))
    };
    if let Ok(file) = files::of_text("rehearsal.json", &format::rehearsal(TAKEN)) {
        // What fails here is told when it fails for somebody.
        let _ = worker::read(&file, file.size(), &Cancel::default(), take).await;
    }
    pieces.take()
}

/// What becomes of it.
fn take_in(pieces: &[Vec<u8>]) {
    let mut unpacker = Unpacker::default();
    pieces.iter().for_each(|piece| unpacker.take(piece));
    if let Some(FileRead::Project(contents)) = unpacker.finish() {
        // Nobody hears of it.
        let _ = format::merge(*contents, &Project::default());
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
    let file = files::of_text("rehearsal.json", &format::rehearsal(SHOWN)).ok()?;
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
