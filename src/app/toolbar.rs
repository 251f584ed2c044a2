use std::rc::Rc;

use yew::prelude::*;

use super::article::style_of;
use super::keys::mark;
use super::state::Dispatch;
use crate::browser::letters;
use crate::model::{Id, Label};

#[derive(PartialEq, Properties)]
pub(super) struct ToolbarProps {
    pub(super) node: NodeRef,
    pub(super) labels: Rc<Vec<Rc<Label>>>,
    /// The label that everything selected gets.
    pub(super) sticky: Option<Id>,
    pub(super) dispatch: Dispatch,
}

/// The labels beside the selection. The stage shows, hides and places it.
#[component]
pub(super) fn Toolbar(props: &ToolbarProps) -> Html {
    html! {
        <div id="selection-toolbar" ref={props.node.clone()} role="toolbar" aria-label="Mark the selection"
            hidden=true onmousedown={|event: MouseEvent| event.prevent_default()}>
            for label in props.labels.iter().filter(|it| !it.retired) {
                <button type="button" class="label-button" data-label={style_of(label)}
                    aria-pressed={(props.sticky.as_ref() == Some(&label.id)).then_some("true")} onclick={{
                    let (dispatch, label) = (props.dispatch.clone(), label.id.clone());
                    move |_| mark(&dispatch, &label)
                }}><span aria-hidden="true" class="swatch"></span>{ label.name.to_string() }
                    if !label.key.is_empty() { <kbd aria-hidden="true">{ letters::upper(&label.key) }</kbd> }
                </button>
            }
        </div>
    }
}
