use std::rc::Rc;

use yew::prelude::*;

use super::state::Dispatch;
use super::words;
use crate::browser::clock;
use crate::edit::{Action, Command};
use crate::model::{Annotation, Article, DEFAULT_LABELS, Id, Layer, MAX_LANES, Project, Run, runs};

/// From this many lanes on, a paragraph's lines stand further apart.
const DENSE: usize = 4;

#[derive(PartialEq, Properties)]
pub(super) struct ParagraphProps {
    pub(super) article: Rc<Article>,
    pub(super) index: usize,
    /// What touches the paragraph; compared by pointer.
    pub(super) marks: Option<Rc<Vec<Rc<Annotation>>>>,
    /// The focused annotation, if it is one of them.
    pub(super) focus: Option<Id>,
}

/// One line of the text as a block. Its text nodes are the line, and nothing else.
#[component]
pub(super) fn ParagraphView(props: &ParagraphProps) -> Html {
    let Some(part) = props.article.paragraphs().get(props.index) else { return html! {} };
    let marks = props.marks.as_deref().map_or(&[][..], Vec::as_slice);
    let runs = runs(part.span, marks);
    let deepest = runs.iter().flat_map(|run| &run.layers).map(|layer| layer.lane + 1).max().unwrap_or(0);
    let tag = if props.index == 0 { "h1" } else { "p" };
    html! {
        <@{tag} data-paragraph={props.index.to_string()} dir="auto"
            data-blank={part.blank.then_some("")} data-dense={(deepest > DENSE).then_some("")}>
            for run in runs {
                { view_run(&props.article, &run, props.focus.as_ref()) }
            }
        </@>
    }
}

fn view_run(article: &Article, run: &Run, focus: Option<&Id>) -> Html {
    let text = article.words(run.span).to_owned();
    let Some(innermost) = run.layers.last() else { return html! { <>{ text }</> } };
    let joined = |name: fn(&Layer) -> &str| run.layers.iter().map(name).collect::<Vec<_>>().join(" ");
    let lane = |lane: usize| {
        run.layers.iter().find(|layer| layer.lane == lane).map(|layer| style_of(&layer.annotation.label))
    };
    let lanes = run.layers.iter().map(|layer| layer.lane + 1).max().unwrap_or(1).min(MAX_LANES);
    let focused = run.layers.iter().any(|layer| Some(&layer.annotation.id) == focus);
    html! {
        <mark data-annotations={joined(|layer| layer.annotation.id.as_str())}
            data-labels={joined(|layer| layer.annotation.label.as_str())}
            data-top={style_of(&innermost.annotation.label)}
            data-lanes={lanes.to_string()}
            data-lane0={lane(0)} data-lane1={lane(1)} data-lane2={lane(2)} data-lane3={lane(3)}
            data-lane4={lane(4)} data-lane5={lane(5)} data-lane6={lane(6)} data-lane7={lane(7)}
            data-begins={innermost.begins.then_some("")} data-ends={innermost.ends.then_some("")}
            data-focused={focused.then_some("")}>{ text }</mark>
    }
}

/// The name that the stylesheets have for a label.
pub(super) fn style_of(label: &Id) -> &'static str {
    DEFAULT_LABELS.iter().map(|(id, ..)| *id).find(|id| *id == label.as_str()).unwrap_or("other")
}

/// One annotation of the list; with the focus it can be edited.
pub(super) fn view_card(
    project: &Project,
    annotation: &Annotation,
    focused: bool,
    dispatch: &Dispatch,
) -> Html {
    let id = annotation.id.clone();
    let choose = {
        let (dispatch, id) = (dispatch.clone(), id.clone());
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Focus(Some(id.clone()))))
    };
    let label = words::label_name(project, &annotation.label);
    html! {
        <li key={id.to_string()} role="listitem" data-annotation={id.to_string()}
            data-label={annotation.label.to_string()} data-style={style_of(&annotation.label)}
            aria-current={focused.then_some("true")}>
            <button type="button" class="annotation-open" onclick={choose}>
                <span class="annotation-label">{ label }</span>
                <span class="annotation-text" dir="auto">{ words::passage(project, annotation) }</span>
                if !annotation.note.is_empty() && !focused {
                    <span class="annotation-note" dir="auto">{ annotation.note.to_string() }</span>
                }
            </button>
            if focused {
                <div class="annotation-editor">
                    <div class="relabel" role="group" aria-label="Label">
                        for choice in project.labels() {
                            <button type="button" class="button label-button" data-relabel={choice.id.to_string()}
                                data-label={style_of(&choice.id)}
                                aria-pressed={(choice.id == annotation.label).to_string()}
                                onclick={{
                                    let (dispatch, id, label) = (dispatch.clone(), id.clone(), choice.id.clone());
                                    move |_| dispatch.dispatch(Action::Do(Command::Relabel {
                                        id: id.clone(), label: label.clone(), at: clock::now(),
                                    }))
                                }}>{ choice.name.to_string() }</button>
                        }
                    </div>
                    <label class="note">
                        <span>{ "Note" }</span>
                        <textarea class="note-input" rows="2" dir="auto" value={annotation.note.to_string()}
                            oninput={{
                                let (dispatch, id) = (dispatch.clone(), id.clone());
                                move |event: InputEvent| {
                                    let area: web_sys::HtmlTextAreaElement = event.target_unchecked_into();
                                    dispatch.dispatch(Action::Do(Command::Note {
                                        id: id.clone(), note: area.value().into(), at: clock::now(),
                                    }));
                                }
                            }} />
                    </label>
                    <button type="button" class="button button-danger delete-annotation"
                        onclick={{
                            let (dispatch, id) = (dispatch.clone(), id.clone());
                            move |_| dispatch.dispatch(Action::Do(Command::Remove { ids: vec![id.clone()] }))
                        }}>{ "Delete" }</button>
                </div>
            }
        </li>
    }
}
