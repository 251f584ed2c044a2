use std::rc::Rc;

use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::article::style_of;
use super::keys::Desk;
use super::later::Later;
use super::state::Dispatch;
use super::words;
use crate::browser::clock;
use crate::edit::{Action, Command, Session};
use crate::model::{Annotation, Article, Label};

/// What a card shows; all of it is compared by pointer, so that of forty cards a step renders
/// the two that it changed.
#[derive(PartialEq, Properties)]
pub(super) struct CardProps {
    pub(super) article: Rc<Article>,
    pub(super) annotation: Rc<Annotation>,
    pub(super) labels: Rc<Vec<Rc<Label>>>,
    pub(super) focused: bool,
    /// Of the focused card what is said of its annotation, once the later part is here.
    pub(super) frame: Option<Frame>,
    pub(super) dispatch: Dispatch,
}

/// What the frame of the focused annotation is drawn from.
#[derive(Clone)]
pub(super) struct Frame {
    pub(super) session: Rc<Session>,
    pub(super) desk: Desk,
    pub(super) later: Later,
}

impl PartialEq for Frame {
    /// The caret may move as it likes.
    fn eq(&self, other: &Frame) -> bool {
        self.session.project.is(&other.session.project)
    }
}

/// One annotation of the list; with the focus it can be edited.
#[component]
pub(super) fn Card(props: &CardProps) -> Html {
    let CardProps { article, annotation, labels, focused, frame, dispatch } = props;
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
            data-style={style} aria-current={focused.then_some("true")}>
            <button type="button" class="annotation-open" onclick={choose}>
                <span class="annotation-label">{ label }</span>
                <span class="annotation-text" dir="auto">{ words::passage(article, annotation) }</span>
                if !annotation.note.is_empty() && !focused {
                    <span class="annotation-note" dir="auto">{ annotation.note.to_string() }</span>
                }
            </button>
            if *focused {
                { view_editor(annotation, labels, dispatch, frame.as_ref()) }
            }
        </li>
    }
}

fn view_editor(
    annotation: &Rc<Annotation>,
    labels: &[Rc<Label>],
    dispatch: &Dispatch,
    frame: Option<&Frame>,
) -> Html {
    let does = |command: Command| {
        let dispatch = dispatch.clone();
        move |_: MouseEvent| dispatch.dispatch(Action::Do(command.clone()))
    };
    let id = &annotation.id;
    let write = {
        let (dispatch, id) = (dispatch.clone(), id.clone());
        move |event: InputEvent| {
            let area: HtmlTextAreaElement = event.target_unchecked_into();
            let note = area.value().into();
            dispatch.dispatch(Action::Do(Command::Note { id: id.clone(), note, at: clock::now() }));
        }
    };
    let relabel = |label: &Label| {
        let (dispatch, id, label) = (dispatch.clone(), id.clone(), label.id.clone());
        move |_: MouseEvent| {
            let (id, label) = (id.clone(), label.clone());
            dispatch.dispatch(Action::Do(Command::Relabel { id, label, at: clock::now() }));
        }
    };
    html! {
        <div class="annotation-editor">
            <div class="card-line">
                <div class="relabel" role="group" aria-label="Label">
                    for choice in labels.iter().filter(|it| !it.retired || it.id == annotation.label) {
                        <button type="button" class="button label-button" data-relabel={choice.id.to_string()}
                            data-label={style_of(choice)} aria-pressed={(choice.id == annotation.label).to_string()}
                            onclick={relabel(choice)}>{ choice.name.to_string() }</button>
                    }
                </div>
                <button type="button" class="button button-danger delete-annotation"
                    onclick={does(Command::Remove { ids: vec![id.clone()] })}>{ "Delete" }</button>
            </div>
            if let Some(frame) = frame {
                { (frame.later.view_frame)(&frame.session, annotation, &frame.desk) }
            }
            <label class="note">
                <span>{ "Note" }</span>
                <textarea class="note-input" rows="2" dir="auto" value={annotation.note.to_string()} oninput={write} />
            </label>
        </div>
    }
}
