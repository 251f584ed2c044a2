use std::rc::Rc;

use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::card::{Card, Editing};
use super::keys::Desk;
use super::later::Later;
use super::stage::REST_RENDERED;
use crate::browser::{self, listen};
use crate::edit::{Action, Command, Session};
use crate::model::{Annotation, Id, Label};

/// The rendered cards move in steps of so many, and reach as far past the window.
const STEP: usize = 10;
/// What a card with the gap below it takes before one has been measured, in CSS pixels.
const CARD_HEIGHT: f64 = 92.8;

#[derive(Properties)]
pub(super) struct PanelProps {
    pub(super) session: Rc<Session>,
    pub(super) labels: Rc<Vec<Rc<Label>>>,
    pub(super) desk: Desk,
    pub(super) later: Option<Later>,
}

impl PartialEq for PanelProps {
    fn eq(&self, other: &PanelProps) -> bool {
        self.session.lists_as(&other.session)
            && self.desk == other.desk
            && self.later.is_some() == other.later.is_some()
    }
}

/// The annotations beside the text, in its order. Only the cards near the window are
/// rendered; all cards but the focused one have the same height, so that the others'
/// places are known.
#[component]
pub(super) fn Panel(props: &PanelProps) -> Html {
    let (session, labels, dispatch) = (&props.session, &props.labels, &props.desk.dispatch);
    let first = use_state(|| 0);
    // Until somebody scrolls, what the window shows.
    let cards = use_state(|| (window_height() / CARD_HEIGHT) as usize + 1);
    let card_height = use_state(|| CARD_HEIGHT);
    let (panel, list, above, below) = (use_node_ref(), use_node_ref(), use_node_ref(), use_node_ref());
    let of = session.listed_count();
    let shown = session.listed_from((*first).min(of.saturating_sub(1)), *cards);
    let start = if of == 0 { 0 } else { (*first).min(of - 1) };
    let left = of - start - shown.len();

    // The spacers stand for the cards that are not rendered.
    {
        let (above, below) = (above.clone(), below.clone());
        use_effect_with((start, left, *card_height), move |(start, left, height)| {
            for (spacer, cards) in [(above, *start), (below, *left)] {
                if let Some(spacer) = spacer.cast::<HtmlElement>() {
                    listen::set_height(&spacer, cards as f64 * height);
                }
            }
        });
    }
    // Each card's place among all, when the hand rests. Past Yew: with every mark the cards after
    // it move on.
    {
        let list = list.clone();
        use_effect(move || {
            let tell = move || {
                let list = list.cast::<Element>();
                let Some(cards) = list.and_then(|list| list.query_selector("ol").ok().flatten()) else {
                    return;
                };
                let (cards, of) = (cards.children(), of.to_string());
                for (place, card) in
                    (0..cards.length()).filter_map(|at| Some((start + at as usize, cards.item(at)?)))
                {
                    // Fails only for an invalid name.
                    let _ = card.set_attribute("aria-posinset", &(place + 1).to_string());
                    let _ = card.set_attribute("aria-setsize", &of);
                }
            };
            let rest = Timeout::new(REST_RENDERED, tell);
            move || drop(rest)
        });
    }
    // Follow the window.
    {
        let (list, first, cards) = (list.clone(), first.setter(), cards.setter());
        let card_height = card_height.setter();
        use_effect_with((), move |()| {
            let follow = move || {
                let Some(list) = list.cast::<Element>() else { return };
                let height = measured(&list).unwrap_or(CARD_HEIGHT);
                card_height.set(height);
                cards.set((window_height() / height) as usize + 1 + 3 * STEP);
                let hidden = (-list.get_bounding_client_rect().top() / height).max(0.0) as usize;
                first.set((hidden / STEP * STEP).saturating_sub(STEP));
            };
            let window = browser::window();
            let page = window.as_ref().and_then(web_sys::Window::document);
            let scrolled = page.map(|page| {
                let follow = follow.clone();
                listen::on(&page, "scroll", move |_| follow())
            });
            let resized = window.map(|window| listen::on(&window, "resize", move |_| follow()));
            move || drop((scrolled, resized))
        });
    }
    // The focused card comes into view, as far as the panel scrolls by itself; for its note the
    // page scrolls too.
    {
        let (panel, list, session, height) = (panel.clone(), list.clone(), Rc::clone(session), *card_height);
        use_effect_with(session.focus.clone(), move |_| {
            if let (Some(place), Some(panel), Some(list)) =
                (session.focused_place(), panel.cast::<Element>(), list.cast::<Element>())
            {
                bring(&panel, &list, place, height);
            }
        });
    }
    {
        let (panel, list) = (panel.clone(), list.clone());
        let (dispatch, note) = (dispatch.clone(), Rc::clone(&props.desk.note));
        use_effect_with((), move |()| {
            *note.reach.borrow_mut() = Callback::from(move |()| {
                let (Some(place), Some(panel), Some(list), Some(window)) = (
                    dispatch.session().focused_place(),
                    panel.cast::<Element>(),
                    list.cast::<Element>(),
                    browser::window(),
                ) else {
                    return;
                };
                let height = measured(&list).unwrap_or(CARD_HEIGHT);
                bring(&panel, &list, place, height);
                let card = list.get_bounding_client_rect().top() + place as f64 * height;
                if card < 0.0 || card > window_height() {
                    window.scroll_by_with_x_and_y(0.0, card - height);
                }
            });
        });
    }

    let annotations = session.article.as_ref().and_then(|id| session.project.annotations_of(id));
    let filter = |label: Option<Id>, name: String| {
        let n = annotations.map_or(0, |all| label.as_ref().map_or(all.len(), |label| all.count_of(label)));
        let pressed = session.filter == label;
        let dispatch = dispatch.clone();
        let shown = label.as_ref().map_or_else(|| "all".to_owned(), Id::to_string);
        html! {
            <button type="button" class="button filter" data-filter={shown.clone()} key={shown.clone()} data-count={n.to_string()}
                aria-pressed={pressed.to_string()}
                onclick={move |_| dispatch.dispatch(Action::Show(label.clone()))}>{ name }<span class="count">{ format!(" {n}") }</span></button>
        }
    };
    let editor = |it: &Annotation| {
        let later = props.later.filter(|_| session.focus.as_ref() == Some(&it.id))?;
        Some(Editing { session: Rc::clone(session), desk: props.desk.clone(), later })
    };
    let remove_shown = {
        let dispatch = dispatch.clone();
        move |_: MouseEvent| {
            let ids = dispatch.session().listed().iter().map(|it| it.id.clone()).collect();
            dispatch.dispatch(Action::Do(Command::Remove { ids }));
        }
    };
    html! {
        <aside class="panel" ref={panel} aria-label="Annotations">
            <h2 class="panel-title">{ "Annotations" }</h2>
            <div class="filters" role="group" aria-label="Show">
                { filter(None, "All".into()) }
                for label in labels.iter().filter(|it| !it.retired || annotations.is_some_and(|all| all.count_of(&it.id) > 0)) {
                    { filter(Some(label.id.clone()), label.name.to_string()) }
                }
            </div>
            if of == 0 {
                <p class="empty">{ "Nothing marked yet. What you mark is listed here, in the order of the text." }</p>
            }
            <div ref={list}>
                <div ref={above}></div>
                <ol id="annotations" role="list">
                    if let Some(article) = session.article() {
                        for it in shown {
                            <Card key={it.id.to_string()} article={Rc::clone(article)} labels={Rc::clone(labels)}
                                focused={session.focus.as_ref() == Some(&it.id)} annotation={Rc::clone(&it)} editor={editor(&it)} dispatch={dispatch.clone()} />
                        }
                    }
                </ol>
                <div ref={below}></div>
            </div>
            if of > 1 {
                <button type="button" class="button button-danger" id="remove-shown" onclick={remove_shown}>{ "Remove all shown" }</button>
            }
        </aside>
    }
}

/// Scrolls the panel to a card, if it scrolls by itself.
fn bring(panel: &Element, list: &Element, place: usize, height: f64) {
    let top = list.get_bounding_client_rect().top() - panel.get_bounding_client_rect().top();
    let card = top + place as f64 * height;
    if card < 0.0 || card + 3.0 * height > f64::from(panel.client_height()) {
        panel.set_scroll_top(panel.scroll_top() + (card - height) as i32);
    }
}

fn window_height() -> f64 {
    let height = browser::window().and_then(|window| window.inner_height().ok());
    height.and_then(|height| height.as_f64()).unwrap_or(0.0)
}

/// The height of a card that is not focused, with the gap.
fn measured(list: &Element) -> Option<f64> {
    let card = list.query_selector("li:not([aria-current])").ok().flatten()?;
    let card: HtmlElement = card.dyn_into().ok()?;
    let below = card.next_element_sibling()?;
    let height = below.get_bounding_client_rect().top() - card.get_bounding_client_rect().top();
    (height > 1.0).then_some(height)
}
