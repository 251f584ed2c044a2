//! Fields of a form that tell what was filled in when they are left.

use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::article::COLOURS;

/// One line.
pub(super) fn line(name: &'static str, id: &'static str, value: String, tell: Callback<String>) -> Html {
    let change = move |event: Event| tell.emit(event.target_unchecked_into::<HtmlInputElement>().value());
    html! { <label>{ name }<input {id} dir="auto" {value} onchange={change} /></label> }
}

/// Several lines.
pub(super) fn lines(name: &'static str, id: &'static str, value: String, tell: Callback<String>) -> Html {
    let change = move |event: Event| tell.emit(event.target_unchecked_into::<HtmlTextAreaElement>().value());
    html! { <label>{ name }<textarea {id} rows="3" dir="auto" {value} onchange={change} /></label> }
}

/// One of some values, each with what it is called; one that is not among them is there too.
pub(super) fn choice(
    name: &'static str,
    id: &'static str,
    choices: &[(String, String)],
    now: &str,
    tell: Callback<String>,
) -> Html {
    let change = move |event: Event| tell.emit(event.target_unchecked_into::<HtmlSelectElement>().value());
    let is_other = !choices.iter().any(|(value, _)| value == now);
    html! {
        <label>{ name }
            <select {id} onchange={change}>
                for (value, shown) in choices {
                    <option value={value.clone()} selected={value == now}>{ shown }</option>
                }
                if is_other { <option value={now.to_owned()} selected=true>{ now.to_owned() }</option> }
            </select>
        </label>
    }
}

/// A colour by its name; `none` is what none is called.
pub(super) fn colour(id: &'static str, none: &str, now: &str, tell: Callback<String>) -> Html {
    let mut choices = vec![(String::new(), none.to_owned())];
    choices.extend(COLOURS.iter().map(|(name, _)| ((*name).to_owned(), (*name).to_owned())));
    choice("Colour", id, &choices, now, tell)
}
