//! What can be done to the focused annotation, in its card: it comes when the hand rests, so that
//! marking and walking do not wait for it, or at once when a key asks for the note.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::article::style_of;
use super::frame::Frame;
use super::keys::Desk;
use super::stage::{REST_RENDERED, focus};
use crate::browser::clock;
use crate::edit::{Action, Command, Session};
use crate::model::{Annotation, Id, Label};

#[derive(Properties)]
pub(super) struct EditorProps {
    pub(super) session: Rc<Session>,
    pub(super) annotation: Rc<Annotation>,
    pub(super) labels: Rc<Vec<Rc<Label>>>,
    pub(super) desk: Desk,
}

impl PartialEq for EditorProps {
    /// The caret may move as it likes.
    fn eq(&self, other: &EditorProps) -> bool {
        self.session.project.is(&other.session.project) && Rc::ptr_eq(&self.annotation, &other.annotation)
    }
}

/// The editor of the focused annotation.
pub(super) fn view_editor(
    session: &Rc<Session>,
    annotation: &Rc<Annotation>,
    labels: &Rc<Vec<Rc<Label>>>,
    desk: &Desk,
) -> Html {
    html! {
        <Editor session={Rc::clone(session)} annotation={Rc::clone(annotation)} labels={Rc::clone(labels)} desk={desk.clone()} />
    }
}

#[component]
fn Editor(props: &EditorProps) -> Html {
    let EditorProps { session, annotation, labels, desk } = props;
    // For which label the hand has rested: with another one there is another frame.
    let rested = use_state_eq(|| None::<Id>);
    let field = use_node_ref();
    {
        let (rested, call) = (rested.setter(), Rc::clone(&desk.note));
        let id = annotation.id.clone();
        use_effect_with(annotation.label.clone(), move |label| {
            let come = {
                let label = label.clone();
                Callback::from(move |()| rested.set(Some(label.clone())))
            };
            let timer = {
                let come = come.clone();
                Timeout::new(REST_RENDERED, move || come.emit(()))
            };
            if call.wants(&id) {
                come.emit(());
            }
            *call.come.borrow_mut() = Some((id.clone(), come));
            move || {
                // The next one may be there before this one goes.
                call.come.borrow_mut().take_if(|(of, _)| *of == id);
                drop(timer);
            }
        });
    }
    {
        let (field, call) = (field.clone(), Rc::clone(&desk.note));
        let (dispatch, annotation) = (desk.dispatch.clone(), Rc::clone(annotation));
        use_effect_with(rested.is_some(), move |here| {
            if *here
                && call.wanted.borrow_mut().take_if(|id| *id == annotation.id).is_some()
                && let Some(field) = field.cast::<HtmlTextAreaElement>()
            {
                let typed = call.typed.take();
                if !typed.is_empty() {
                    let note = format!("{}{typed}", annotation.note);
                    // The next letter, which may come before the next rendering, goes on from here;
                    // and no rendering may come between that knows nothing of it.
                    field.set_value(&note);
                    let (id, note) = (annotation.id.clone(), note.into());
                    dispatch.dispatch(Action::Do(Command::Note { id, note, at: clock::now() }));
                    dispatch.catch_up();
                }
                focus(&field);
            }
        });
    }
    let Some(framed) = &*rested else { return html! {} };
    let does = |command: Command| {
        let dispatch = desk.dispatch.clone();
        move |_: MouseEvent| dispatch.dispatch(Action::Do(command.clone()))
    };
    let id = &annotation.id;
    let write = {
        let (dispatch, id) = (desk.dispatch.clone(), id.clone());
        move |event: InputEvent| {
            let area: HtmlTextAreaElement = event.target_unchecked_into();
            let note = area.value().into();
            dispatch.dispatch(Action::Do(Command::Note { id: id.clone(), note, at: clock::now() }));
        }
    };
    let relabel = |label: &Label| {
        let (dispatch, id, label) = (desk.dispatch.clone(), id.clone(), label.id.clone());
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
            if *framed == annotation.label {
                <Frame key={annotation.label.to_string()} session={Rc::clone(session)} annotation={Rc::clone(annotation)} desk={desk.clone()} />
            }
            <label class="note">
                <span>{ "Note" }</span>
                <textarea class="note-input" ref={field} rows="2" dir="auto" value={annotation.note.to_string()} oninput={write} />
            </label>
        </div>
    }
}
