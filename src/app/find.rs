//! Finding words: painted and counted in the article, listed with a tick each, marked all at once.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::article::style_of;
use super::keys::{Desk, composes};
use super::stage::{focus, focus_text};
use super::words;
use crate::browser::clock;
use crate::browser::worker::{self, Cancel};
use crate::edit::{Action, Command};
use crate::model::{Actor, Article, Id, Label};
use crate::query::Find;
use crate::text::Span;

/// So long nothing is typed before it is looked for, in milliseconds.
const PAUSE: u32 = 120;
/// So many places are listed at first, and more with every asking.
const MANY: usize = 100;
/// So many characters are shown before and after a place, up to a space; where there is none, as
/// in Chinese, twice as many.
const CONTEXT: usize = 30;

#[derive(PartialEq, Properties)]
pub(super) struct FindPanelProps {
    pub(super) desk: Desk,
    pub(super) labels: Rc<Vec<Rc<Label>>>,
    /// The article that is open.
    pub(super) article: Option<Id>,
    /// What is looked for at first.
    pub(super) first: Option<First>,
    pub(super) on_close: Callback<()>,
}

/// What is looked for at first.
#[derive(Clone, PartialEq)]
pub(super) enum First {
    /// These whole words, in this article.
    Words(Rc<str>),
    /// All names of an actor, in all articles.
    Names(Rc<Actor>),
}

impl First {
    fn question(&self) -> Question {
        match self {
            First::Words(words) => {
                Question { pattern: words.to_string(), flags: Find::WHOLE_WORDS, everywhere: false }
            }
            First::Names(actor) => Question {
                pattern: names_pattern(actor),
                flags: Find::WHOLE_WORDS | Find::REGULAR,
                everywhere: true,
            },
        }
    }
}

/// A regular expression for all of an actor's names, the long ones first; a name may go over the end of
/// a line.
fn names_pattern(actor: &Actor) -> String {
    let pattern = |name: &Rc<str>| name.split_whitespace().map(escaped).collect::<Vec<_>>().join(r"\s+");
    let mut names: Vec<String> = actor.names().map(pattern).collect();
    names.sort_by_key(|name| usize::MAX - name.len());
    names.join("|")
}

/// Characters that mean something in an expression, as themselves.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if "\\.+*?()|[]{}^$#&-~".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// What is looked for.
#[derive(Clone, Default, PartialEq)]
struct Question {
    pattern: String,
    flags: u32,
    everywhere: bool,
}

/// What was found.
#[derive(Clone, Default)]
struct Found {
    places: Vec<Hit>,
    more: bool,
    trouble: Option<String>,
    searching: bool,
}

#[derive(Clone)]
struct Hit {
    article: Rc<Article>,
    span: Span,
    ticked: bool,
}

#[component]
pub(super) fn FindPanel(props: &FindPanelProps) -> Html {
    let desk = &props.desk;
    let question = use_state(|| props.first.as_ref().map(First::question).unwrap_or_default());
    // What is found by the names of an actor means that actor.
    let actor = match &props.first {
        Some(First::Names(actor)) if question.pattern == names_pattern(actor) => Some(actor.id.clone()),
        _ => None,
    };
    let found = use_state(Found::default);
    let now = use_state(|| None::<usize>);
    let shown = use_state(|| MANY);
    let input = use_node_ref();
    // Anew when something else is to be looked for.
    {
        let (input, question) = (input.clone(), question.setter());
        use_effect_with(props.first.clone(), move |first| {
            if let Some(first) = first {
                question.set(first.question());
            }
            if let Some(input) = input.cast::<HtmlInputElement>() {
                focus(&input);
                input.select();
            }
        });
    }
    // Looks for it, when nothing more is typed, and again in another article.
    {
        let article = props.article.clone().filter(|_| !question.everywhere);
        let (desk, found, now, shown) = (desk.clone(), found.clone(), now.clone(), shown.setter());
        use_effect_with(((*question).clone(), article), move |(question, _)| {
            let (cancel, question) = (Cancel::default(), question.clone());
            let stop = cancel.clone();
            now.set(None);
            shown.set(MANY);
            let wait = Timeout::new(PAUSE, move || spawn_local(look(desk, question, cancel, found)));
            move || {
                stop.now();
                drop(wait);
            }
        });
    }
    // Painted while it is open.
    {
        let stage = desk.stage.clone();
        let session = desk.dispatch.session();
        let here = |hit: &&Hit| session.article.as_ref() == Some(&hit.article.id);
        let spans: Vec<Span> = found.places.iter().filter(here).map(|hit| hit.span).collect();
        let current = now.and_then(|now| found.places.get(now)).filter(here).map(|hit| hit.span);
        use_effect_with((spans, current), move |(spans, current)| {
            stage.show_found(spans.clone(), *current);
        });
        let stage = desk.stage.clone();
        use_effect_with((), move |()| {
            move || {
                stage.show_found(Vec::new(), None);
                // A search that was broken off may have left one.
                worker::let_go();
            }
        });
    }
    let go = {
        let (desk, found, now) = (desk.clone(), found.clone(), now.clone());
        move |step: isize| {
            let n = found.places.len() as isize;
            if n == 0 {
                return;
            }
            let next = match *now {
                None if step > 0 => 0,
                None => n - 1,
                Some(now) => (now as isize + step).rem_euclid(n),
            } as usize;
            now.set(Some(next));
            show(&desk, &found.places[next]);
        }
    };
    let on_key = {
        let (go, close) = (go.clone(), props.on_close.clone());
        move |event: KeyboardEvent| {
            if composes(&event) {
                return;
            }
            match event.key().as_str() {
                "Enter" => go(if event.shift_key() { -1 } else { 1 }),
                "ArrowDown" => go(1),
                "ArrowUp" => go(-1),
                "Escape" => {
                    close.emit(());
                    focus_text();
                }
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        }
    };
    let type_in = {
        let question = question.clone();
        move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            question.set(Question { pattern: input.value(), ..(*question).clone() });
        }
    };
    let switch = |id: &'static str, name: &'static str, flag: u32| {
        let on = if flag == 0 { question.everywhere } else { question.flags & flag != 0 };
        let question = question.clone();
        let turn = move |_: Event| {
            let mut next = (*question).clone();
            if flag == 0 {
                next.everywhere = !next.everywhere;
            } else {
                next.flags ^= flag;
            }
            question.set(next);
        };
        html! { <label class="switch"><input type="checkbox" {id} checked={on} onchange={turn} />{ name }</label> }
    };
    let tick = |which: Option<usize>| {
        let found = found.clone();
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let (mut next, on) = ((*found).clone(), input.checked());
            for (at, hit) in next.places.iter_mut().enumerate() {
                if which.is_none_or(|which| which == at) {
                    hit.ticked = on;
                }
            }
            found.set(next);
        })
    };
    let ticked = found.places.iter().filter(|hit| hit.ticked).count();
    let mark_all = |label: &Label| {
        let (desk, found, label, close) =
            (desk.clone(), found.clone(), label.id.clone(), props.on_close.clone());
        let actor = actor.clone().filter(|_| label.as_str() == "actor");
        move |_: MouseEvent| {
            let ticked = found.places.iter().filter(|hit| hit.ticked);
            let marks: Vec<(Id, Id, Span)> = ticked
                .map(|hit| (Id::from_random(clock::random_u128()), hit.article.id.clone(), hit.span))
                .collect();
            if !marks.is_empty() {
                desk.dispatch.dispatch(Action::Do(Command::MarkAll {
                    marks,
                    label: label.clone(),
                    actor: actor.clone(),
                    at: clock::now(),
                }));
                close.emit(());
                focus_text();
            }
        }
    };
    let step = |id: &'static str, name: &'static str, by: isize| {
        let go = go.clone();
        html! { <button type="button" class="button" {id} onclick={move |_: MouseEvent| go(by)}>{ name }</button> }
    };
    let close = props.on_close.reform(|_: MouseEvent| ());
    html! {
        <section class="find" id="find" role="search" aria-label="Find">
            <div class="find-line">
                <input ref={input} id="find-input" type="text" dir="auto" autocomplete="off" aria-label="Words to find"
                    value={question.pattern.clone()} oninput={type_in} onkeydown={on_key} />
                { step("find-previous", "↑", -1) }
                { step("find-next", "↓", 1) }
                <button type="button" class="button" id="find-close" onclick={close}>{ "Close" }</button>
            </div>
            <div class="find-line">
                { switch("find-everywhere", "All articles", 0) }
                { switch("find-words", "Whole words", Find::WHOLE_WORDS) }
                { switch("find-case", "Capitals count", Find::MATCH_CASE) }
                { switch("find-accents", "Accents count", Find::MATCH_ACCENTS) }
                { switch("find-regular", "Regular expression", Find::REGULAR) }
            </div>
            <p id="find-count" role="status">{ count_words(&question, &found, *now) }</p>
            if !found.places.is_empty() {
                <label class="switch"><input type="checkbox" id="find-all" checked={ticked == found.places.len()} onchange={tick(None)} />{ format!("{ticked} ticked") }</label>
                <ul class="hits">
                    for (at, hit) in found.places.iter().take(*shown).enumerate() {
                        { view_hit(desk, hit, *now == Some(at), question.everywhere, tick(Some(at)), {
                            let (desk, now, hit) = (desk.clone(), now.clone(), hit.clone());
                            Callback::from(move |_: MouseEvent| {
                                now.set(Some(at));
                                show(&desk, &hit);
                            })
                        }) }
                    }
                </ul>
                if found.places.len() > *shown {
                    <button type="button" class="button" onclick={{
                        let shown = shown.clone();
                        move |_: MouseEvent| shown.set(*shown + MANY)
                    }}>{ format!("Show {} more", found.places.len() - *shown) }</button>
                }
                <div class="find-line" role="group" aria-label="Mark what is ticked">
                    for label in props.labels.iter().filter(|it| !it.retired) {
                        <button type="button" class="button label-button" data-mark-all={label.id.to_string()} data-label={style_of(label)}
                            aria-disabled={(ticked == 0).to_string()} onclick={mark_all(label)}>
                            <span aria-hidden="true" class="swatch"></span>{ format!("Mark {ticked} as {}", label.name) }
                        </button>
                    }
                </div>
            }
        </section>
    }
}

/// Goes to what was found, also where the caret is there already and somebody has scrolled away.
fn show(desk: &Desk, hit: &Hit) {
    desk.dispatch.dispatch(Action::Reveal(hit.article.id.clone(), hit.span));
    desk.stage.bring_caret();
}

fn count_words(question: &Question, found: &Found, now: Option<usize>) -> String {
    if let Some(trouble) = &found.trouble {
        return trouble.clone();
    }
    match (found.places.len(), now) {
        _ if found.searching => "Looking…".into(),
        (0, _) if question.pattern.trim().is_empty() => "Type what to find.".into(),
        (0, _) => "Nothing found.".into(),
        (n, Some(now)) => format!("{} of {n}{}", now + 1, if found.more { ", and more" } else { "" }),
        (1, None) => "1 place".into(),
        (n, None) => format!("{n} places{}", if found.more { ", and more that are not listed" } else { "" }),
    }
}

fn view_hit(
    desk: &Desk,
    hit: &Hit,
    current: bool,
    everywhere: bool,
    tick: Callback<Event>,
    show: Callback<MouseEvent>,
) -> Html {
    let span = hit.span;
    let (before, after) = context(&hit.article, span);
    let session = desk.dispatch.session();
    let here = session.project.annotations_of(&hit.article.id);
    let here = here.and_then(|all| all.in_paragraph(hit.article.paragraph_at(span.start())));
    let mut meets: Vec<String> = Vec::new();
    for it in here
        .into_iter()
        .flat_map(|all| all.iter())
        .filter(|it| it.spans().iter().any(|other| other.overlaps(span)))
    {
        let name = words::label_name(&session.project, &it.label);
        if !meets.contains(&name) {
            meets.push(name);
        }
    }
    html! {
        <li class="hit" aria-current={current.then_some("true")}>
            <input type="checkbox" checked={hit.ticked} onchange={tick} aria-label={hit.article.words(span).to_owned()} />
            <button type="button" class="hit-show" dir="auto" onclick={show}>
                { before }<b>{ hit.article.words(span) }</b>{ after }
                if everywhere { <span class="hit-note">{ words::short(&hit.article.title) }</span> }
                if !meets.is_empty() { <span class="hit-note">{ format!("in or beside: {}", meets.join(", ")) }</span> }
            </button>
        </li>
    }
}

/// The words before and after a span, within its paragraph.
pub(super) fn context(article: &Article, span: Span) -> (String, String) {
    let text = article.text();
    let paragraph = article.paragraphs().get(article.paragraph_at(span.start())).map_or(span, |it| it.span);
    let before = text.get(paragraph.start()..span.start()).unwrap_or_default();
    let after = text.get(span.end()..paragraph.end().max(span.end())).unwrap_or_default();
    (around(before.chars().rev()).chars().rev().collect(), around(after.chars()))
}

/// The first of some characters, to the nearest word that fits.
fn around(mut characters: impl Iterator<Item = char>) -> String {
    let fits = |(number, c): &(usize, char)| *number < CONTEXT || *number < 2 * CONTEXT && !c.is_whitespace();
    let mut shown: String = characters.by_ref().enumerate().take_while(fits).map(|(_, c)| c).collect();
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}

/// Asks the second module, and lists what it found.
async fn look(desk: Desk, question: Question, cancel: Cancel, found: UseStateHandle<Found>) {
    if question.pattern.trim().is_empty() {
        return found.set(Found::default());
    }
    if question.everywhere {
        desk.dispatch.loaded().await;
        if cancel.is_set() {
            return;
        }
    }
    let session = desk.dispatch.session();
    let articles: Vec<Rc<Article>> = if question.everywhere {
        session.project.articles().into_iter().cloned().collect()
    } else {
        session.article().cloned().into_iter().collect()
    };
    found.set(Found { searching: true, ..Found::default() });
    let texts = articles.iter().map(|article| article.text());
    let next = match worker::find(&question.pattern, question.flags, texts, &cancel).await {
        Ok(None) => return,
        Ok(Some(Ok(numbers))) => {
            let places = numbers.chunks_exact(3).filter_map(|place| {
                let article = Rc::clone(articles.get(place[0] as usize)?);
                let span = Span::between(place[1] as usize, place[2] as usize);
                let here = session.project.annotations_of(&article.id);
                let here = here.and_then(|all| all.in_paragraph(article.paragraph_at(span.start())));
                let marked = here.is_some_and(|all| all.iter().any(|it| it.spans() == [span]));
                span.of(article.text())?;
                Some(Hit { article, span, ticked: !marked })
            });
            Found { places: places.collect(), more: numbers.last() == Some(&1), ..Found::default() }
        }
        Ok(Some(Err(bad))) => Found { trouble: Some(bad), ..Found::default() },
        Err(why) => Found { trouble: Some(words::trouble(&why)), ..Found::default() },
    };
    found.set(next);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_over_the_end_of_a_line() {
        let id = Id::new("a").expect("an id");
        let actor = Actor { aliases: vec!["U.S. 😃".into()], ..Actor::new(id, "Sergei Lavro\u{301}v") };
        let text = "Sergei\nLavro\u{301}v, سلام, Sergei\u{a0}Lavrov; U.S.  😃. UXS. 😃";
        let find = Find::with_flags(&names_pattern(&actor), Find::WHOLE_WORDS | Find::REGULAR);
        let hits = find.in_texts([text]).expect("a pattern");
        let found: Vec<_> = hits.places.iter().filter_map(|(_, span)| span.of(text)).collect();
        assert_eq!(found, ["Sergei\nLavro\u{301}v", "Sergei\u{a0}Lavrov", "U.S.  😃"]);
    }
}
