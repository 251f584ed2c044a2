//! Passages of a registry's or a codebook's entry: each a click from its place, some to be chosen
//! for something new.

use std::rc::Rc;

use yew::prelude::*;

use super::coding::go_to;
use super::dialogs::Over;
use super::find::context;
use super::keys::Desk;
use super::words;
use crate::model::{Annotation, Id, Project};

/// So many are listed at first, and more with every asking.
const MANY: usize = 100;

/// A place in an article.
#[derive(Clone, PartialEq)]
pub(super) struct Passage {
    pub(super) id: Id,
    /// How the entry comes up there: named, speaks, …; empty where that goes without saying.
    pub(super) role: &'static str,
    /// What is to be said of it besides.
    pub(super) note: &'static str,
    /// Whether it can be chosen.
    pub(super) is_free: bool,
    /// When its article came, and where it begins in that.
    place: (u64, usize),
    before: String,
    words: String,
    after: String,
    article: String,
}

impl Passage {
    /// The passage of an annotation; `None` when its article is not here.
    pub(super) fn of(project: &Project, annotation: &Annotation) -> Option<Passage> {
        let article = project.article(&annotation.article)?;
        let (before, after) = context(article, annotation.extent());
        Some(Passage {
            id: annotation.id.clone(),
            role: "",
            note: "",
            is_free: true,
            place: (article.added, annotation.extent().start()),
            before,
            words: words::short(&words::passage(article, annotation)),
            after,
            article: words::short(&article.title),
        })
    }
}

/// In the order of the articles and of their texts; what there is something to say of comes first.
pub(super) fn in_order(mut passages: Vec<Passage>) -> Rc<Vec<Passage>> {
    passages.sort_by_key(|it| (it.note.is_empty(), it.place));
    Rc::new(passages)
}

#[derive(PartialEq, Properties)]
pub(super) struct PassagesProps {
    pub(super) desk: Desk,
    pub(super) passages: Rc<Vec<Passage>>,
    /// The id of the button for what is chosen, and its words after the number of them.
    pub(super) button: (&'static str, &'static str),
    /// Hears what was chosen, in the order of choosing.
    pub(super) on_chosen: Callback<Vec<Id>>,
}

/// The list, with a button for what is chosen in it.
#[component]
pub(super) fn Passages(props: &PassagesProps) -> Html {
    let PassagesProps { desk, passages, button, on_chosen } = props;
    let shown = use_state(|| MANY);
    let chosen = use_state(Vec::<Id>::new);
    let tick = |id: &Id| {
        let (chosen, id) = (chosen.clone(), id.clone());
        move |_: Event| {
            let mut now = (*chosen).clone();
            match now.iter().position(|it| *it == id) {
                Some(at) => drop(now.remove(at)),
                None => now.push(id.clone()),
            }
            chosen.set(now);
        }
    };
    let take = {
        let (chosen, on_chosen) = (chosen.clone(), on_chosen.clone());
        move |_: MouseEvent| {
            on_chosen.emit((*chosen).clone());
            chosen.set(Vec::new());
        }
    };
    let go = |id: &Id| {
        let (desk, id) = (desk.clone(), id.clone());
        move |_: MouseEvent| {
            desk.over.set(Over::Nothing);
            go_to(&desk.dispatch, &id);
        }
    };
    html! { <>
        <h3>{ format!("Passages: {}", passages.len()) }</h3>
        <ul class="entries passages">
            for it in passages.iter().take(*shown) {
                <li key={format!("{} {}", it.id, it.role)}>
                    if it.is_free {
                        <input type="checkbox" aria-label={format!("Choose “{}”", it.words)} checked={chosen.contains(&it.id)} onchange={tick(&it.id)} />
                    }
                    <button type="button" class="hit-text" dir="auto" onclick={go(&it.id)}>
                        if !it.role.is_empty() { <span class="entry-kind">{ it.role }</span>{ " " } }
                        { &it.before }<strong>{ &it.words }</strong>{ &it.after }
                        <span class="hit-note">{ &it.article }{ it.note }</span>
                    </button>
                </li>
            }
        </ul>
        if passages.len() > *shown {
            <button type="button" class="button" onclick={{
                let shown = shown.clone();
                move |_: MouseEvent| shown.set(*shown + MANY)
            }}>{ "Show more" }</button>
        }
        if !chosen.is_empty() {
            <button type="button" class="button" id={button.0} onclick={take}>{ format!("{} chosen: {}", chosen.len(), button.1) }</button>
        }
    </> }
}
