use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::keys::composes;

/// One thing that may be chosen.
#[derive(Clone, PartialEq)]
pub(super) struct Choice {
    /// What it is for whoever gave it.
    pub(super) number: usize,
    pub(super) kind: &'static str,
    pub(super) name: String,
    /// Its keys, where it has some.
    pub(super) keys: String,
}

#[derive(PartialEq, Properties)]
pub(super) struct ComboboxProps {
    /// Begins the ids of the field, the list and its rows.
    pub(super) id: &'static str,
    pub(super) label: AttrValue,
    /// What fits what was typed, the best first.
    pub(super) choices: Vec<Choice>,
    pub(super) on_type: Callback<String>,
    /// Hears the number of what was chosen.
    pub(super) on_choose: Callback<usize>,
}

/// A field to type into, and below it what fits: arrows walk, Enter and clicks choose (the
/// combobox of the ARIA Authoring Practices, its list always open).
#[component]
pub(super) fn Combobox(props: &ComboboxProps) -> Html {
    let ComboboxProps { id, label, choices, on_type, on_choose } = props;
    let at = use_state(|| 0usize);
    let n = choices.len();
    let chosen = (*at).min(n.saturating_sub(1));
    let on_input = {
        let (on_type, at) = (on_type.clone(), at.clone());
        move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            on_type.emit(input.value());
            at.set(0);
        }
    };
    let on_key = {
        let (at, on_choose) = (at.clone(), on_choose.clone());
        let number = choices.get(chosen).map(|choice| choice.number);
        move |event: KeyboardEvent| {
            if composes(&event) {
                return;
            }
            match (event.key().as_str(), number) {
                ("ArrowDown", _) => at.set((chosen + 1) % n.max(1)),
                ("ArrowUp", _) => at.set((chosen + n.max(1) - 1) % n.max(1)),
                ("Enter", Some(number)) => on_choose.emit(number),
                _ => return,
            }
            event.prevent_default();
        }
    };
    let row_id = |row: usize| format!("{id}-{row}");
    html! { <>
        <input id={format!("{id}-input")} class="first-field" type="text" dir="auto" autocomplete="off" role="combobox" aria-label={label.clone()}
            aria-expanded="true" aria-controls={format!("{id}-list")} aria-activedescendant={(n > 0).then(|| row_id(chosen))}
            oninput={on_input} onkeydown={on_key} />
        <p class="visually-hidden" role="status">{ format!("{n} found") }</p>
        <ul id={format!("{id}-list")} class="pick-list" role="listbox" aria-label="Found">
            for (row, choice) in choices.iter().enumerate() {
                <li id={row_id(row)} key={choice.number} role="option" aria-selected={(row == chosen).to_string()} onclick={{
                    let (on_choose, number) = (on_choose.clone(), choice.number);
                    move |_: MouseEvent| on_choose.emit(number)
                }}>
                    <span class="entry-kind">{ choice.kind }</span>
                    <span class="entry-name" dir="auto">{ &choice.name }</span>
                    if !choice.keys.is_empty() { <kbd>{ &choice.keys }</kbd> }
                </li>
            }
        </ul>
    </> }
}
