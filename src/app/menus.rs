//! The menus under the bar's buttons.

use web_sys::Element;
use yew::prelude::*;

use super::bar::{MENUS, choose_files};
use super::dialogs::Over;
use super::later::{self, Later};
use super::stage::{document, focus};
use super::state::Dispatch;

/// The menu that is open.
pub(super) fn view_menu(over: &UseStateHandle<Over>, dispatch: &Dispatch) -> Html {
    let opens = |what: Over| {
        let over = over.clone();
        Callback::from(move |_: MouseEvent| over.set(what.clone()))
    };
    let exports = |what: fn(Later) -> fn(&Dispatch)| {
        let (dispatch, over) = (dispatch.clone(), over.clone());
        Callback::from(move |_: MouseEvent| {
            over.set(Over::Nothing);
            let dispatch = dispatch.clone();
            later::then(move |later| what(later)(&dispatch));
        })
    };
    let item = |id: &'static str, name: &'static str, does: Callback<MouseEvent>| {
        html! { <button type="button" role="menuitem" {id} onclick={does}>{ name }</button> }
    };
    let [import, export, more] = MENUS;
    let (id, label, items) = match **over {
        Over::ImportMenu => {
            let (over, dispatch) = (over.clone(), dispatch.clone());
            let choose = Callback::from(move |_: MouseEvent| {
                over.set(Over::Nothing);
                choose_files(&dispatch);
            });
            (import, "Import", item("import-files", "Choose files", choose))
        }
        Over::ExportMenu => (
            export,
            "Export",
            html! { <>
                { item("export-article", "This article", exports(|later| later.export_one)) }
                { item("export-all", "Everything", exports(|later| later.export_all)) }
            </> },
        ),
        _ => (
            more,
            "More",
            html! { <>
                { item("palette-item", "All commands", opens(Over::Palette)) }
                { item("actors-item", "Actors", opens(Over::Actors(None))) }
                { item("table-item", "Table", opens(Over::Table)) }
                { item("codebook-item", "Codebook", opens(Over::Codebook)) }
                { item("history-item", "History", opens(Over::History)) }
                { item("settings-item", "Settings", opens(Over::Settings)) }
            </> },
        ),
    };
    html! { <Menu {id} {label} over={over.clone()}>{ items }</Menu> }
}

/// Gives the focus to the button that the menu belongs to: the menu goes.
fn go_back(event: &Event) {
    let item = event.target_dyn_into::<Element>();
    let anchor = item.and_then(|it| it.closest(".menu-anchor").ok().flatten());
    if let Some(button) = anchor.and_then(|anchor| anchor.first_element_child()) {
        focus(&button);
    }
}

#[derive(PartialEq, Properties)]
struct MenuProps {
    id: &'static str,
    label: &'static str,
    over: UseStateHandle<Over>,
    children: Children,
}

/// A menu under its button: takes the focus, arrows walk, Escape closes.
#[component]
fn Menu(props: &MenuProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            if let Some(first) = node.cast::<Element>().and_then(|menu| menu.first_element_child()) {
                focus(&first);
            }
        });
    }
    let on_key = {
        let over = props.over.clone();
        move |event: KeyboardEvent| {
            let here = document().active_element();
            let next = match event.key().as_str() {
                "ArrowDown" => here.and_then(|item| item.next_element_sibling()),
                "ArrowUp" => here.and_then(|item| item.previous_element_sibling()),
                "Escape" => {
                    go_back(&event);
                    over.set(Over::Nothing);
                    None
                }
                "Tab" => {
                    over.set(Over::Nothing);
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            if let Some(next) = next {
                focus(&next);
            }
        }
    };
    html! {
        <div class="menu" ref={node} id={props.id} role="menu" aria-label={props.label} onkeydown={on_key}
            onclick={|event: MouseEvent| go_back(&event)}>
            { props.children.clone() }
        </div>
    }
}
