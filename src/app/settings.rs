//! How somebody wants to read and which keys they press; kept in local storage, and in IndexedDB, which
//! a start reads first.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::dialog::Dialog;
use super::keys::{CONTROLS, Control, Desk, pressed};
use super::names::name_of;
use super::stage::document;
use crate::browser::{Mirror, clock, local};
use crate::edit::{Action, Command};
use crate::format::{Choices, SETTINGS_KEY};
use crate::model::Label;
use crate::text::{Policy, Side};

/// What was chosen; clones are the same.
#[derive(Clone)]
pub(super) struct Settings(Rc<Kept>);

struct Kept {
    choices: RefCell<Choices>,
    mirror: Option<Mirror>,
    /// Whether IndexedDB had any.
    in_mirror: bool,
}

impl PartialEq for Settings {
    fn eq(&self, other: &Settings) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// A way to read: its name, what it is called, and the choices with what they are called. The
/// first is the usual one. The stylesheet has them as attributes of the page.
type Reading = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const READING: [Reading; 5] = [
    ("theme", "Colours", &[("auto", "As the system"), ("light", "Light"), ("dark", "Dark")]),
    ("font", "Letters", &[("serif", "With serifs"), ("sans", "Without serifs")]),
    ("size", "Size", &[("m", "Medium"), ("s", "Small"), ("l", "Large"), ("xl", "Very large")]),
    ("leading", "Line height", &[("m", "Medium"), ("s", "Close"), ("l", "Wide")]),
    (
        "measure",
        "Line length",
        &[("m", "Medium"), ("s", "Short"), ("l", "Long"), ("full", "As wide as the window")],
    ),
];

impl Settings {
    /// What was chosen, as IndexedDB has it or else as local storage does; has the page follow it.
    pub(super) fn new(of_mirror: Option<&str>, mirror: Option<Mirror>) -> Settings {
        let choices = RefCell::new(of_mirror.map(Choices::read).or_else(stored).unwrap_or_default());
        let settings = Settings(Rc::new(Kept { choices, mirror, in_mirror: of_mirror.is_some() }));
        settings.show();
        settings
    }

    /// Goes by the later choice of both stores, and has both keep it. Named in the later part alone.
    pub(super) fn settle(&self) {
        let here = self.0.choices.borrow().clone();
        let local = stored().filter(|it| it.at() >= here.at());
        let newer = local.as_ref() != Some(&here);
        if let Some(local) = local {
            self.0.choices.replace(local);
            self.show();
        }
        if newer || !self.0.in_mirror {
            self.keep();
        }
    }

    fn keep(&self) {
        let json = self.0.choices.borrow().json();
        // Where it cannot be kept it lasts as long as the page does.
        let _ = local::set(SETTINGS_KEY, &json);
        if let Some(mirror) = self.0.mirror.clone() {
            spawn_local(async move {
                let _ = mirror.put(&[(SETTINGS_KEY.to_owned(), json)]).await;
            });
        }
    }

    fn show(&self) {
        let Some(root) = document().document_element() else { return };
        for (name, _, choices) in READING {
            let chosen =
                self.0.choices.borrow().get(name).map_or_else(|| choices[0].0.to_owned(), str::to_owned);
            // Fails only for an invalid name.
            let _ = root.set_attribute(&format!("data-{name}"), &chosen);
        }
    }

    /// What was chosen under a name; nothing where nothing was.
    pub(super) fn chosen(&self, name: &str) -> String {
        self.0.choices.borrow().get(name).unwrap_or_default().to_owned()
    }

    /// Chooses something, or goes back to what is usual.
    pub(super) fn choose(&self, name: &str, value: Option<&str>) {
        // As it is stored now: another tab may have chosen something else. Not what is older: local storage
        // may have refused what was chosen here.
        let mine = self.0.choices.borrow().clone();
        let choices = stored().filter(|it| it.at() >= mine.at()).unwrap_or(mine);
        self.0.choices.replace(choices.with(name, value, clock::now()));
        self.keep();
        self.show();
    }

    /// The keys of a control, as [`pressed`] writes them.
    pub(super) fn keys_of(&self, control: &Control) -> Vec<Rc<str>> {
        match self.0.choices.borrow().get(&format!("key.{}", control.id)) {
            Some(keys) => keys.split(' ').filter(|key| !key.is_empty()).map(Rc::from).collect(),
            None => control.keys.iter().map(|key| Rc::from(*key)).collect(),
        }
    }
}

fn stored() -> Option<Choices> {
    local::get(SETTINGS_KEY).map(|json| Choices::read(&json))
}

/// A key as people know it.
pub(super) fn key_words(key: &str) -> String {
    let mut words: Vec<String> = key
        .split('+')
        .filter(|part| !part.is_empty())
        .map(|part| if part.len() == 1 { part.to_ascii_uppercase() } else { part.to_owned() })
        .collect();
    if key.ends_with('+') {
        words.push("+".into());
    }
    words.join("+").replace("Ctrl", "Ctrl/⌘")
}

#[derive(PartialEq, Properties)]
pub(super) struct SettingsDialogProps {
    pub(super) desk: Desk,
    pub(super) labels: Rc<Vec<Rc<Label>>>,
    pub(super) on_close: Callback<()>,
}

/// Reading, keys, and where spans begin and end.
#[component]
pub(super) fn SettingsDialog(props: &SettingsDialogProps) -> Html {
    let settings = &props.desk.settings;
    let update = use_force_update();
    // The control that waits for its new key, and what was said about the last one.
    let waiting = use_state(|| None::<&'static str>);
    let told = use_state(String::new);
    let reading = READING.iter().map(|(name, title, choices)| {
        let chosen = settings.0.choices.borrow().get(name).unwrap_or(choices[0].0).to_owned();
        let choose = {
            let (settings, update) = (settings.clone(), update.clone());
            move |value: String| {
                settings.choose(name, Some(&value));
                update.force_update();
            }
        };
        select(name, title, choices, &chosen, choose)
    });
    let policies = props.labels.iter().map(|label| {
        let sides: &[(&str, &str)] = &[("", "As selected"), ("in", "In"), ("out", "Out")];
        let Policy { quotation_marks, final_punctuation } = label.policy;
        let choose = |marks: bool| {
            let (dispatch, label) = (props.desk.dispatch.clone(), label.id.clone());
            move |value: String| {
                let side = match value.as_str() {
                    "in" => Side::In,
                    "out" => Side::Out,
                    _ => Side::AsSelected,
                };
                // As it is now: another choice may have come before the next render.
                let now = dispatch.session().project.label(&label).map(|label| label.policy);
                let mut policy = now.unwrap_or_default();
                if marks {
                    policy.quotation_marks = side;
                } else {
                    policy.final_punctuation = side;
                }
                dispatch.dispatch(Action::Do(Command::SetPolicy { label: label.clone(), policy }));
            }
        };
        let name = |side| match side {
            Side::AsSelected => "",
            Side::In => "in",
            Side::Out => "out",
        };
        html! { <>
            { select(&format!("{}-marks", label.id), &format!("{}: quotation marks", label.name), sides, name(quotation_marks), choose(true)) }
            { select(&format!("{}-end", label.id), &format!("{}: final punctuation", label.name), sides, name(final_punctuation), choose(false)) }
        </> }
    });
    let keys = CONTROLS.iter().map(|control| {
        let now: Vec<String> = settings.keys_of(control).iter().map(|key| key_words(key)).collect();
        let is_waiting = *waiting == Some(control.id);
        let begin = {
            let waiting = waiting.clone();
            move |_: MouseEvent| waiting.set(Some(control.id))
        };
        let take = {
            let (settings, waiting, told) = (settings.clone(), waiting.clone(), told.clone());
            let labels = Rc::clone(&props.labels);
            move |event: KeyboardEvent| {
                let key = event.key();
                if *waiting != Some(control.id) || matches!(key.as_str(), "Shift" | "Control" | "Alt" | "Meta" | "Tab") {
                    return;
                }
                event.prevent_default();
                event.stop_propagation();
                waiting.set(None);
                if key == "Escape" {
                    return;
                }
                let key = pressed(&event);
                let taken = labels.iter().find(|label| !label.key.is_empty() && (*label.key == *key || format!("Shift+{}", label.key) == key)).map(|label| label.name.to_string());
                let other = CONTROLS.iter().find(|it| it.id != control.id && settings.keys_of(it).iter().any(|it| **it == *key)).map(|it| name_of(it).to_owned());
                match taken.or(other) {
                    Some(other) => told.set(format!("{} is the key of “{other}” already. Nothing was changed.", key_words(&key))),
                    None => {
                        settings.choose(&format!("key.{}", control.id), Some(&key));
                        told.set(format!("“{}” is now on {}.", name_of(control), key_words(&key)));
                    }
                }
            }
        };
        let reset = {
            let (settings, told, update) = (settings.clone(), told.clone(), update.clone());
            move |_: MouseEvent| {
                settings.choose(&format!("key.{}", control.id), None);
                told.set(format!("“{}” has its usual keys again.", name_of(control)));
                update.force_update();
            }
        };
        html! {
            <tr key={control.id}>
                <th scope="row">{ name_of(control) }</th>
                <td>
                    <button type="button" class="button key-button" data-control={control.id}
                        onclick={begin} onkeydown={take}>
                        if is_waiting { { "Press a key…" } } else if now.is_empty() { { "None" } } else { <kbd>{ now.join(", ") }</kbd> }
                        <span class="visually-hidden">{ format!(": change the key of “{}”", name_of(control)) }</span>
                    </button>
                    <button type="button" class="button" onclick={reset}>{ "Reset" }<span class="visually-hidden">{ format!(" the keys of “{}”", name_of(control)) }</span></button>
                </td>
            </tr>
        }
    });
    html! {
        <Dialog id="settings-dialog" title="Settings" on_close={props.on_close.clone()}>
            <h3>{ "Reading" }</h3>
            <div class="choices">{ for reading }</div>
            <h3>{ "Where annotations begin and end" }</h3>
            <p>{ "Of new annotations of each label, so that all who select alike get the same." }</p>
            <div class="choices">{ for policies }</div>
            <h3>{ "Keys" }</h3>
            <p role="status" class="keys-told">{ (*told).clone() }</p>
            <table class="keys"><tbody>{ for keys }</tbody></table>
        </Dialog>
    }
}

fn select(
    name: &str,
    title: &str,
    choices: &[(&'static str, &'static str)],
    chosen: &str,
    choose: impl Fn(String) + 'static,
) -> Html {
    let choose = move |event: Event| {
        let select: HtmlSelectElement = event.target_unchecked_into();
        choose(select.value());
    };
    html! {
        <label class="choice">{ title.to_owned() }
            <select data-choice={name.to_owned()} onchange={choose}>
                for (value, words) in choices {
                    <option value={*value} selected={*value == chosen}>{ *words }</option>
                }
            </select>
        </label>
    }
}
