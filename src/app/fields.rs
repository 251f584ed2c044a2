//! Fields of a form that tell what was filled in when they are left. What is being typed stays,
//! whatever is rendered meanwhile: another tab may change something.

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::article::COLOURS;

#[derive(PartialEq, Properties)]
pub(super) struct FieldProps {
    /// Empty for none.
    #[prop_or_default]
    pub(super) id: &'static str,
    pub(super) label: AttrValue,
    /// What is kept.
    pub(super) value: String,
    /// Of how many lines it is; 1 for a field without line ends.
    #[prop_or(1)]
    pub(super) lines: u32,
    pub(super) tell: Callback<String>,
}

/// A field without words of its own: its label is for those who listen.
#[component]
pub(super) fn Field(props: &FieldProps) -> Html {
    let FieldProps { id, label, value, lines, tell } = props;
    let typed = use_state(|| None::<String>);
    let on_input = {
        let typed = typed.clone();
        move |event: InputEvent| typed.set(event.target().map(|it| text_of(&it)))
    };
    let on_change = {
        let (typed, tell) = (typed.clone(), tell.clone());
        move |event: Event| {
            if let Some(target) = event.target() {
                tell.emit(text_of(&target));
            }
            typed.set(None);
        }
    };
    let value = typed.as_ref().unwrap_or(value).clone();
    let id = (!id.is_empty()).then_some(*id);
    if *lines > 1 {
        html! { <textarea {id} rows={lines.to_string()} dir="auto" aria-label={label} {value} oninput={on_input} onchange={on_change} /> }
    } else {
        html! { <input {id} dir="auto" aria-label={label} {value} oninput={on_input} onchange={on_change} /> }
    }
}

fn text_of(target: &web_sys::EventTarget) -> String {
    match target.dyn_ref::<HtmlInputElement>() {
        Some(input) => input.value(),
        None => target.dyn_ref::<HtmlTextAreaElement>().map(HtmlTextAreaElement::value).unwrap_or_default(),
    }
}

/// One line, with its words above.
pub(super) fn line(name: &'static str, id: &'static str, value: String, tell: Callback<String>) -> Html {
    html! { <label>{ name }<Field {id} label={name} {value} {tell} /></label> }
}

/// Several lines, with their words above.
pub(super) fn lines(name: &'static str, id: &'static str, value: String, tell: Callback<String>) -> Html {
    html! { <label>{ name }<Field {id} label={name} {value} lines={3} {tell} /></label> }
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
