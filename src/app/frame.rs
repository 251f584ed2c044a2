//! What is said of the focused annotation: the frame of a quote, who a mention means, what a
//! condition conditions; and what is proposed, drawn otherwise until it is accepted.

use std::rc::Rc;

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::coding::{
    self, Ask, Deal, Proposal, STANCES, VALUES, attributes_for, conditions_of, links_from, links_to, logic,
    named, root_of, sentence, set_logic, set_word, target_words, unlink,
};
use super::dialogs::Over;
use super::fields::Field;
use super::keys::{CONTROLS, Desk};
use super::settings::key_words;
use super::words;
use crate::edit::{Deed, Session, Who, is_value_of};
use crate::format::value_words;
use crate::model::{Annotation, BadFormula, Id, Label, Link, Logic, Part, Target, letters, text_value, word};

#[derive(Properties)]
pub(super) struct FrameProps {
    pub(super) session: Rc<Session>,
    pub(super) annotation: Rc<Annotation>,
    pub(super) desk: Desk,
}

impl PartialEq for FrameProps {
    /// The caret may move as it likes.
    fn eq(&self, other: &FrameProps) -> bool {
        self.session.project.is(&other.session.project) && Rc::ptr_eq(&self.annotation, &other.annotation)
    }
}

/// The frame of the focused annotation.
#[component]
pub(super) fn Frame(props: &FrameProps) -> Html {
    let FrameProps { session, annotation, desk } = props;
    let root = root_of(&session.project, &annotation.label);
    let sketch = Sketch {
        session,
        annotation,
        desk,
        links: links_from(&session.project, annotation),
        proposal: coding::proposal(session, annotation),
    };
    html! {
        <div class="frame">
            { for VALUES.iter().filter(|it| it.0 == root).map(|it| sketch.value(it.1, it.2, it.3)) }
            if root == "actor" {
                { sketch.meant() }
            } else if root == "condition" {
                { sketch.cue() }
                { sketch.linked("Conditions", Link::CONDITIONS, &Ask::Conditioned, "to") }
                { sketch.linked("Responsible", Link::RESPONSIBLE, &Ask::Who(Link::RESPONSIBLE), "who") }
                { sketch.linked("Set by", Link::SETTER, &Ask::Who(Link::SETTER), "setter") }
            } else if root == "quote" {
                { sketch.linked("Source", Link::SOURCE, &Ask::Who(Link::SOURCE), "who") }
                { sketch.cue() }
                { sketch.linked("To", Link::ADDRESSEE, &Ask::Who(Link::ADDRESSEE), "to") }
                { sketch.topics() }
            }
            if annotation.label.as_str() != "cue" {
                { sketch.conditions() }
            }
            { for sketch.attributes().iter().map(|it| sketch.attribute(it)) }
            { sketch.left_over() }
            if !sketch.proposal.is_empty() {
                <button type="button" class="button accept" onclick={sketch.deals(Deal::Accept)}>
                    { "Accept what is proposed " }{ key_of(desk, "accept") }
                </button>
            }
        </div>
    }
}

/// A control's first key.
fn key_of(desk: &Desk, control: &str) -> Html {
    let keys = CONTROLS.iter().find(|it| it.id == control).map(|it| desk.settings.keys_of(it));
    let key = keys.and_then(|keys| keys.first().map(|key| key_words(key)));
    html! { if let Some(key) = key { <kbd>{ key }</kbd> } }
}

/// What a frame is drawn from.
struct Sketch<'a> {
    session: &'a Rc<Session>,
    annotation: &'a Rc<Annotation>,
    desk: &'a Desk,
    links: Vec<Rc<Link>>,
    proposal: Proposal,
}

impl Sketch<'_> {
    fn deals(&self, deal: Deal) -> Callback<MouseEvent> {
        let desk = self.desk.clone();
        Callback::from(move |_: MouseEvent| coding::deal(&desk, deal.clone()))
    }

    fn row(&self, name: &'static str, within: Html) -> Html {
        html! { <div class="row" role="group" aria-label={name}><span class="row-name" aria-hidden="true">{ name }</span>{ within }</div> }
    }

    /// What a link leads to, with what takes it away.
    fn chip(&self, link: &Rc<Link>) -> Html {
        let name = target_words(&self.session.project, &link.to);
        self.chip_of(link, link.to.clone(), name)
    }

    fn chip_of(&self, link: &Rc<Link>, shown: Target, name: String) -> Html {
        let go = {
            let desk = self.desk.clone();
            move |_: MouseEvent| match &shown {
                Target::Annotation(id) => coding::go_to(&desk.dispatch, id),
                Target::Actor(id) => desk.over.set(Over::Actors(Some(id.clone()))),
                Target::Topic(_) => desk.over.set(Over::Codebook),
            }
        };
        let take = {
            let (dispatch, link) = (self.desk.dispatch.clone(), Rc::clone(link));
            move |_: MouseEvent| unlink(&dispatch, &link)
        };
        html! {
            <span class="chip" data-link={link.kind.to_string()} key={link.id.to_string()}>
                <button type="button" class="chip-go" dir="auto" onclick={go}>{ &name }</button>
                <button type="button" class="chip-take" aria-label={format!("Take away {name}")} onclick={take}><span aria-hidden="true">{ "×" }</span></button>
            </span>
        }
    }

    /// Something that is proposed; a click accepts all that is.
    fn proposed(&self, name: String) -> Html {
        html! { <button type="button" class="chip proposed" dir="auto" aria-label={format!("Proposed: {name}")} onclick={self.deals(Deal::Accept)}>{ name }</button> }
    }

    fn asks(&self, name: &'static str, ask: &Ask, control: &str) -> Html {
        html! {
            <button type="button" class="button add" data-ask={name} onclick={self.deals(Deal::Ask(ask.clone()))}><span class="visually-hidden">{ format!("{name}: add ") }</span>{ "+ " }{ key_of(self.desk, control) }</button>
        }
    }

    fn linked(&self, name: &'static str, kind: &'static str, ask: &Ask, control: &str) -> Html {
        let links = self.links.iter().filter(|link| *link.kind == *kind);
        let proposed = match kind {
            Link::SOURCE => self.proposal.source.as_ref(),
            Link::ADDRESSEE => self.proposal.addressee.as_ref(),
            _ => None,
        };
        // Only of a source or an addressee an attribute has the name of the link.
        let nobody = self.annotation.word(kind).filter(|_| [Link::SOURCE, Link::ADDRESSEE].contains(&kind));
        self.row(name, html! { <>
            { for links.map(|link| self.chip(link)) }
            if let Some(word) = nobody {
                <span class="chip"><span class="chip-go">{ word.to_owned() }</span>
                    <button type="button" class="chip-take" aria-label={format!("Take away {word}")} onclick={{
                        let (dispatch, id) = (self.desk.dispatch.clone(), self.annotation.id.clone());
                        move |_: MouseEvent| set_word(&dispatch, &id, kind, "")
                    }}><span aria-hidden="true">{ "×" }</span></button></span>
            }
            if let Some(who) = proposed { { self.proposed(self.who(who)) } }
            { self.asks(name, ask, control) }
        </> })
    }

    /// Who is proposed, and who that is known to be.
    fn who(&self, who: &Who) -> String {
        let project = &self.session.project;
        match who {
            Who::Annotation(id) => target_words(project, &Target::Annotation(id.clone())),
            Who::Actor(id) => target_words(project, &Target::Actor(id.clone())),
            Who::Words(span) => {
                let said = self.session.article().map_or("", |it| it.words(*span));
                let known = named(self.session, said);
                let known = known.as_ref().and_then(|id| project.actor(id));
                match known.filter(|actor| *actor.name != *said) {
                    Some(actor) => format!("{} → {}", words::short(said), actor.name),
                    None => words::short(said),
                }
            }
        }
    }

    fn cue(&self) -> Html {
        let links = self.links.iter().filter(|link| *link.kind == *Link::CUE);
        let proposed = self.proposal.cue.zip(self.session.article());
        self.row("Cue", html! { <>
            { for links.map(|link| self.chip(link)) }
            if let Some((span, article)) = proposed { { self.proposed(words::short(article.words(span))) } }
            <button type="button" class="button add" onclick={self.deals(Deal::Cue)}><span class="visually-hidden">{ "The selected words are the cue " }</span>{ "+ " }{ key_of(self.desk, "cue") }</button>
        </> })
    }

    /// A value of ours, one of a few words.
    fn value(&self, name: &'static str, shown: &'static str, all: &'static [&'static str]) -> Html {
        let now = self.annotation.word(name).unwrap_or_default();
        let proposed = self.proposal.value.filter(|(of, _)| *of == name).map(|(_, word)| word);
        let choose = {
            let (dispatch, id) = (self.desk.dispatch.clone(), self.annotation.id.clone());
            move |event: Event| {
                let select: HtmlSelectElement = event.target_unchecked_into();
                set_word(&dispatch, &id, name, &select.value());
            }
        };
        self.row(
            shown,
            html! { <>
                <select aria-label={shown} data-value={name} onchange={choose}>
                    <option value="" selected={now.is_empty()}>{ "–" }</option>
                    for word in all {
                        <option value={*word} selected={now == *word}>{ *word }</option>
                    }
                    if !now.is_empty() && !all.contains(&now) {
                        <option value={now.to_owned()} selected=true>{ now.to_owned() }</option>
                    }
                </select>
                if let Some(word) = proposed { { self.proposed(word.into()) } }
            </> },
        )
    }

    fn meant(&self) -> Html {
        let actor = self.annotation.actor.as_ref();
        let name = actor.map(|id| target_words(&self.session.project, &Target::Actor(id.clone())));
        let page = {
            let (over, actor) = (self.desk.over.clone(), actor.cloned());
            move |_: MouseEvent| over.set(Over::Actors(actor.clone()))
        };
        let proposed = self.proposal.meant.as_ref().map(|meant| match meant {
            Ok(id) => target_words(&self.session.project, &Target::Actor(id.clone())),
            Err(name) => format!("new: {}", words::short(name)),
        });
        self.row("Means", html! { <>
            if let Some(name) = name {
                <button type="button" class="chip chip-go" dir="auto" data-meant={actor.map(Id::to_string)} onclick={page}>{ name }</button>
            }
            if let Some(name) = proposed { { self.proposed(name) } }
            { self.asks("Who is meant", &Ask::Meant, "who") }
        </> })
    }

    fn topics(&self) -> Html {
        let links = self.links.iter().filter(|link| *link.kind == *Link::TOPIC);
        let one = |link: &Rc<Link>| {
            let stance = link.attributes.get("stance").and_then(|it| word(it)).unwrap_or_default();
            let intensity = link.attributes.get("intensity").map(|it| value_words(it)).unwrap_or_default();
            let name = target_words(&self.session.project, &link.to);
            let sets = |attribute: &'static str| {
                let (dispatch, id) = (self.desk.dispatch.clone(), link.id.clone());
                move |event: Event| {
                    let select: HtmlSelectElement = event.target_unchecked_into();
                    let value = select.value();
                    let json = match (attribute, value.as_str()) {
                        (_, "") => None,
                        ("stance", word) => Some(text_value(word)),
                        // A number, or the id of a condition.
                        ("intensity", number) => Some(number.into()),
                        (_, id) => Some(text_value(id)),
                    };
                    coding::draft(&dispatch, Deed::Attribute, attribute, |draft| {
                        draft.set_of_link(&id, attribute, json)
                    });
                }
            };
            let condition = link.attributes.get("condition").map(|it| value_words(it)).unwrap_or_default();
            let conditions = conditions_of(&self.session.project, self.annotation);
            html! {
                <span class="topic" key={link.id.to_string()}>
                    { self.chip(link) }
                    <select aria-label={format!("Stance to {name}")} data-stance="" onchange={sets("stance")}>
                        <option value="" selected={stance.is_empty()}>{ "no stance" }</option>
                        for it in STANCES { <option value={it} selected={stance == it}>{ it }</option> }
                    </select>
                    <select aria-label={format!("Intensity, {name}")} onchange={sets("intensity")}>
                        <option value="" selected={intensity.is_empty()}>{ "–" }</option>
                        for it in ["1", "2", "3"] { <option value={it} selected={intensity == it}>{ it }</option> }
                    </select>
                    if stance == "conditional" {
                        <select aria-label={format!("On which condition, {name}")} data-on="" onchange={sets("condition")}>
                            <option value="" selected={condition.is_empty()}>{ "on which condition?" }</option>
                            for (number, it) in conditions.iter().enumerate() {
                                <option value={it.id.to_string()} selected={condition == it.id.as_str()}>{ letters(number) }</option>
                            }
                        </select>
                    }
                </span>
            }
        };
        self.row("Topics", html! { <>{ for links.map(one) }{ self.asks("Topic", &Ask::Topic, "topic") }</> })
    }

    /// On what it holds, as a group that can be typed, and read as a sentence.
    fn conditions(&self) -> Html {
        let project = &self.session.project;
        let conditions = conditions_of(project, self.annotation);
        let links = links_to(project, self.annotation);
        let chips = conditions.iter().enumerate().filter_map(|(number, condition)| {
            let link = links.iter().find(|it| it.from == condition.id && *it.kind == *Link::CONDITIONS)?;
            let from = Target::Annotation(condition.id.clone());
            let name = format!("{}: {}", letters(number), target_words(project, &from));
            Some(self.chip_of(link, from, name))
        });
        let has_any = !conditions.is_empty();
        html! { <>
            { self.row("Only if", html! { <>{ for chips }{ self.asks("Condition", &Ask::Condition, "condition") }</> }) }
            if conditions.len() > 1 {
                <Formula desk={self.desk.clone()} annotation={Rc::clone(self.annotation)}
                    conditions={conditions.iter().map(|it| it.id.clone()).collect::<Vec<_>>()}
                    now={logic(self.annotation, &conditions)} />
            }
            if has_any {
                { self.linked("Otherwise", Link::OTHERWISE, &Ask::Otherwise, "otherwise") }
                <p class="sentence" dir="auto">{ sentence(project, self.annotation) }</p>
            }
        </> }
    }

    /// What the codebook has for its label; and what it has all the same: of another label, or retired
    /// since.
    fn attributes(&self) -> Vec<Rc<Label>> {
        let project = &self.session.project;
        let mut all = attributes_for(project, &self.annotation.label);
        for it in project.entries(Part::Attribute) {
            if self.annotation.attributes.contains_key(it.id.as_str()) && !all.contains(it) {
                all.push(Rc::clone(it));
            }
        }
        all
    }

    /// A value of the codebook's own; one that no longer fits is kept, and told.
    fn attribute(&self, attribute: &Rc<Label>) -> Html {
        let json = self.annotation.attributes.get(attribute.id.as_str());
        let now = json.map(|it| value_words(it)).unwrap_or_default();
        let fits = json.is_none_or(|it| is_value_of(attribute, it));
        let set = {
            let (dispatch, id, name) =
                (self.desk.dispatch.clone(), self.annotation.id.clone(), attribute.id.clone());
            move |value: String| set_word(&dispatch, &id, name.as_str(), value.trim())
        };
        let shown = attribute.name.to_string();
        html! {
            <div class="row" key={attribute.id.to_string()}>
                <span class="row-name" aria-hidden="true">{ &shown }</span>
                if attribute.values.is_empty() {
                    <Field label={shown.clone()} value={now} tell={Callback::from(set)} />
                } else {
                    <select aria-label={shown.clone()} onchange={move |event: Event| {
                        let select: HtmlSelectElement = event.target_unchecked_into();
                        set(select.value());
                    }}>
                        <option value="" selected={json.is_none()}>{ "–" }</option>
                        for value in &attribute.values {
                            <option value={value.to_string()} selected={**value == *now}>{ value.to_string() }</option>
                        }
                        if !fits { <option value={now.clone()} selected=true>{ format!("{now} (not in the codebook)") }</option> }
                    </select>
                }
            </div>
        }
    }

    /// Values that nothing here knows: kept, and shown.
    fn left_over(&self) -> Html {
        let root = root_of(&self.session.project, &self.annotation.label);
        // A row shows words; anything else that a file may hold there is shown as it is.
        let in_row = |name: &str| {
            let of_values = VALUES.iter().any(|(label, it, ..)| *label == root && *it == name);
            let nobody = root == "quote" && [Annotation::SOURCE, Annotation::ADDRESSEE].contains(&name);
            (of_values || nobody) && self.annotation.word(name).is_some() || name == Annotation::LOGIC
        };
        let rows = self.attributes();
        let known = |name: &str| in_row(name) || rows.iter().any(|it| it.id.as_str() == name);
        let left = self.annotation.attributes.iter().filter(|(name, _)| !known(name));
        html! { <>{ for left.map(|(name, value)| html! {
            <div class="row" key={name.to_string()}><span class="row-name">{ name.to_string() }</span><span dir="auto">{ value_words(value) }</span></div>
        }) }</> }
    }
}

#[derive(Clone, PartialEq, Properties)]
struct FormulaProps {
    desk: Desk,
    annotation: Rc<Annotation>,
    conditions: Vec<Id>,
    now: Option<Logic>,
}

/// How conditions combine, typed as `A and (B or not C)`.
#[component]
fn Formula(props: &FormulaProps) -> Html {
    // What is being typed, or cannot be read, and what is wrong with it.
    let typed = use_state(|| None::<(String, Option<BadFormula>)>);
    let on_input = {
        let typed = typed.clone();
        move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            typed.set(Some((input.value(), None)));
        }
    };
    let change = {
        let (props, typed) = (props.clone(), typed.clone());
        move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            match Logic::parse(&input.value(), &props.conditions) {
                Ok(logic) => {
                    typed.set(None);
                    set_logic(&props.desk.dispatch, &props.annotation, &logic);
                }
                Err(why) => typed.set(Some((input.value(), Some(why)))),
            }
        }
    };
    let kept = props.now.as_ref().map(|it| it.formula(&props.conditions)).unwrap_or_default();
    let (formula, bad) = (*typed).clone().unwrap_or((kept, None));
    html! {
        <div class="row">
            <span class="row-name" aria-hidden="true">{ "Together" }</span>
            <input class="formula" aria-label="How the conditions combine" aria-invalid={bad.is_some().to_string()} aria-describedby="formula-told"
                value={formula} placeholder="A and (B or not C)" oninput={on_input} onchange={change} />
            <span id="formula-told" role="status" class="told">{ bad.map(bad_words) }</span>
        </div>
    }
}

fn bad_words(why: BadFormula) -> String {
    match why {
        BadFormula::Wanted(at) => {
            format!("A condition should stand at character {}: A, B … The one before stays.", at + 1)
        }
        BadFormula::NoSuch(at) => {
            format!("No condition has the letter at character {}. The one before stays.", at + 1)
        }
        BadFormula::Unclosed(at) => {
            format!("A “)” is missing at character {}. The one before stays.", at + 1)
        }
        BadFormula::TooMuch(at) => {
            format!("“and” or “or” should stand at character {}. The one before stays.", at + 1)
        }
        BadFormula::TooDeep(at) => {
            format!("Too many brackets at character {}. The one before stays.", at + 1)
        }
    }
}
