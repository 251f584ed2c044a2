use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlElement};
use yew::prelude::*;

use super::keys::DIALOGS;
use super::stage::{document, focus, focus_is_lost, focus_text};

#[derive(PartialEq, Properties)]
pub(super) struct DialogProps {
    pub(super) id: &'static str,
    pub(super) title: AttrValue,
    /// The words on the button that closes it.
    #[prop_or("Close".into())]
    pub(super) close: AttrValue,
    pub(super) on_close: Callback<()>,
    pub(super) children: Children,
}

/// A modal dialog: open while it is rendered. Escape and its Close button close it.
#[component]
pub(super) fn Dialog(props: &DialogProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            let before = document().active_element();
            DIALOGS.set(DIALOGS.get() + 1);
            if let Some(dialog) = node.cast::<HtmlDialogElement>()
                && !dialog.open()
            {
                // Fails only when the element is not in the page, and then nobody sees it.
                let _ = dialog.show_modal();
                // A field to write in, else the top; the browser would take the first link.
                let find = |selector: &str| dialog.query_selector(selector).ok().flatten();
                let first = find(".first-field").or_else(|| find("h2"));
                if let Some(first) = first.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
                    let _ = first.focus();
                }
            }
            // Back to where the focus was, once the dialog is gone; else to the text.
            move || {
                DIALOGS.set(DIALOGS.get() - 1);
                Timeout::new(0, move || {
                    if focus_is_lost() {
                        let lost = |it: &Element| !it.is_connected() || it.tag_name() == "BODY";
                        match before.filter(|it| !lost(it)) {
                            Some(before) => focus(&before),
                            None => focus_text(),
                        }
                    }
                })
                .forget();
            }
        });
    }
    let close = props.on_close.reform(|_: MouseEvent| ());
    let cancel = props.on_close.reform(|event: Event| {
        event.prevent_default();
        // A field tells what was typed when it is left.
        let field = document().active_element().and_then(|it| it.dyn_into::<HtmlElement>().ok());
        let _ = field.map(|field| field.blur());
    });
    let heading = format!("{}-title", props.id);
    html! {
        <dialog ref={node} id={props.id} aria-labelledby={heading.clone()} oncancel={cancel}>
            <div class="dialog-body">
                <h2 id={heading} tabindex="-1">{ props.title.clone() }</h2>
                { props.children.clone() }
            </div>
            <div class="dialog-actions">
                <button type="button" class="button" id={format!("{}-close", props.id)} onclick={close}>{ props.close.clone() }</button>
            </div>
        </dialog>
    }
}
