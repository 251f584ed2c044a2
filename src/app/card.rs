use std::rc::Rc;

use yew::prelude::*;

use super::article::style_of;
use super::keys::Desk;
use super::later::Later;
use super::state::Dispatch;
use super::words;
use crate::edit::{Action, Session};
use crate::model::{Annotation, Article, Label};

/// What a card shows; all of it is compared by pointer, so that of forty cards a step renders
/// the two that it changed.
#[derive(PartialEq, Properties)]
pub(super) struct CardProps {
    pub(super) article: Rc<Article>,
    pub(super) annotation: Rc<Annotation>,
    pub(super) labels: Rc<Vec<Rc<Label>>>,
    pub(super) focused: bool,
    /// Of the focused card what edits it, once the later part is here.
    #[prop_or_default]
    pub(super) editor: Option<Editing>,
    pub(super) dispatch: Dispatch,
}

/// What the editor of the focused annotation is drawn from.
#[derive(Clone)]
pub(super) struct Editing {
    pub(super) session: Rc<Session>,
    pub(super) desk: Desk,
    pub(super) later: Later,
}

impl PartialEq for Editing {
    /// The caret may move as it likes.
    fn eq(&self, other: &Editing) -> bool {
        self.session.project.is(&other.session.project)
    }
}

/// One annotation of the list; with the focus it can be edited.
#[component]
pub(super) fn Card(props: &CardProps) -> Html {
    let CardProps { article, annotation, labels, focused, editor, dispatch } = props;
    let id = annotation.id.to_string();
    let choose = {
        let (dispatch, id) = (dispatch.clone(), annotation.id.clone());
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Focus(Some(id.clone()))))
    };
    let label = labels.iter().find(|label| label.id == annotation.label);
    let style = label.map_or("other", |label| style_of(label));
    let label = label.map_or_else(|| annotation.label.to_string(), |label| label.name.to_string());
    html! {
        <li role="listitem" data-annotation={id} data-label={annotation.label.to_string()}
            data-style={style} data-noted={(!annotation.note.is_empty()).then_some("")} aria-current={focused.then_some("true")}>
            <button type="button" class="annotation-open" onclick={choose}>
                <span class="annotation-label">{ label }</span>
                <span class="annotation-text" dir="auto">{ words::passage(article, annotation) }</span>
                if !annotation.note.is_empty() && !focused {
                    <span class="annotation-note" dir="auto">{ annotation.note.to_string() }</span>
                }
            </button>
            if let Some(Editing { session, desk, later }) = editor {
                { (later.view_editor)(session, annotation, labels, desk) }
            }
        </li>
    }
}
