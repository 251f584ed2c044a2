//! Who says what, to whom, on which conditions: what is said of the focused annotation, and how it
//! is changed. What the card, the picker and the keys have in common.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::dialogs::Over;
use super::keys::Desk;
use super::state::Dispatch;
use super::words;
use crate::browser::{clock, letters};
use crate::edit::{Action, Deed, Draft, Notice, Refusal, Session, Who};
use crate::format::{logic_of, logic_value};
use crate::model::{
    Actor, Annotation, Article, DEFAULT_LABELS, Id, Label, Link, Logic, Part, Project, Target, text_value,
};
use crate::report::path;
use crate::suggest::{self, ConditionKind, QuoteType, Source};
use crate::text::{Span, scopes};

/// Whether everything that is stored is in the session; renders again once it is. What concerns all
/// articles waits for it: a mention that is not read yet would be left behind.
#[hook]
pub(super) fn use_loaded(dispatch: &Dispatch) -> bool {
    let loaded = {
        let dispatch = dispatch.clone();
        use_state(move || dispatch.is_loaded())
    };
    {
        let (dispatch, loaded) = (dispatch.clone(), loaded.clone());
        use_effect_with((), move |()| {
            if !*loaded {
                spawn_local(async move {
                    dispatch.loaded().await;
                    loaded.set(true);
                });
            }
        });
    }
    *loaded
}

/// Says that [`use_loaded`] waits.
pub(super) fn view_loading() -> Html {
    html! { <p role="status">{ "Some articles are still being read…" }</p> }
}

/// What can be asked for by the picker.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Ask {
    /// Who speaks, is spoken to, must meet or has set a condition: the kind of the link.
    Who(&'static str),
    /// Who a mention means.
    Meant,
    /// What a quote is about.
    Topic,
    /// How it stands to a topic: the link.
    Stance(Id),
    /// What a condition conditions.
    Conditioned,
    /// On which condition something holds.
    Condition,
    /// On which condition a stance is: the link to the topic.
    On(Id),
    /// What holds otherwise.
    Otherwise,
    /// A value: type, kind, status, an attribute of the codebook.
    Value,
    /// With which actor another one is merged.
    Merge(Id),
    /// With which entry of the codebook another one is merged.
    MergeEntry(Id),
}

/// What a key of the coding means.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Deal {
    /// Accept what is proposed.
    Accept,
    /// Say who: of a mention who is meant, of a quote who speaks, of a condition who must meet it.
    Who,
    /// Say to whom a quote is said, or what a condition conditions.
    To,
    /// Make the selected words the cue.
    Cue,
    /// Ask for something else.
    Ask(Ask),
}

/// Carries out what a key means; whether it meant something.
pub(super) fn deal(desk: &Desk, deal: Deal) {
    let session = desk.dispatch.session();
    let Some(focused) = session.focused().cloned() else {
        return desk.dispatch.dispatch(Action::Tell(Notice::NothingFocused));
    };
    let ask = match (deal, root_of(&session.project, &focused.label)) {
        (Deal::Accept, _) => return accept(desk, &session, &focused),
        (Deal::Cue, _) => return take_cue(desk, &session, &focused),
        (Deal::Ask(ask), _) => ask,
        (Deal::Who, "actor") => Ask::Meant,
        (Deal::Who, "condition") => Ask::Who(Link::RESPONSIBLE),
        (Deal::Who, _) => Ask::Who(Link::SOURCE),
        (Deal::To, "condition") => Ask::Conditioned,
        (Deal::To, _) => Ask::Who(Link::ADDRESSEE),
    };
    desk.over.set(Over::Pick(ask));
}

/// Makes one step of what is drafted; whether it made sense.
pub(super) fn draft(
    dispatch: &Dispatch,
    deed: Deed,
    name: &str,
    make: impl FnOnce(&mut Draft<'_>) -> Result<(), Refusal>,
) -> bool {
    let session = dispatch.session();
    let mut ids = || Id::from_random(clock::random_u128());
    let mut draft = Draft::new(&session.project, clock::now(), &mut ids);
    match make(&mut draft) {
        Ok(()) => {
            let command = draft.command(deed, name);
            dispatch.dispatch(Action::Do(command));
            true
        }
        Err(why) => {
            dispatch.dispatch(Action::Tell(Notice::Refused(why)));
            false
        }
    }
}

fn take_cue(desk: &Desk, session: &Session, focused: &Annotation) {
    let selected = session.selection.map(|it| it.span()).filter(|span| !span.is_empty());
    match selected {
        Some(span) => {
            let article = session.article().map(|it| words::short(it.words(span))).unwrap_or_default();
            draft(&desk.dispatch, Deed::Link, &article, |draft| draft.cue(&focused.id, span));
        }
        None => desk.dispatch.dispatch(Action::Tell(Notice::NothingSelected)),
    }
}

/// Which of the first labels a label is a kind of; empty for none.
pub(super) fn root_of(project: &Project, label: &Id) -> &'static str {
    let is_root = |id: &str| project.lineage(label).iter().any(|it| it.id.as_str() == id);
    DEFAULT_LABELS.iter().map(|(id, ..)| *id).find(|id| is_root(id)).unwrap_or("")
}

/// What is proposed for an annotation and not said of it yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Proposal {
    /// Type of a quote, kind of a condition: the attribute and its word.
    pub(super) value: Option<(&'static str, &'static str)>,
    /// The words that give it away.
    pub(super) cue: Option<Span>,
    /// Who speaks.
    pub(super) source: Option<Who>,
    /// Who is spoken to.
    pub(super) addressee: Option<Who>,
    /// Who a mention means: an actor of the registry, or a new one of this name.
    pub(super) meant: Option<Result<Id, String>>,
}

impl Proposal {
    pub(super) fn is_empty(&self) -> bool {
        *self == Proposal::default()
    }
}

/// What may be said of an annotation, as far as nobody has said it. Never stored.
pub(super) fn proposal(session: &Session, annotation: &Annotation) -> Proposal {
    let mut proposal = Proposal::default();
    let Some(article) = session.project.article(&annotation.article) else { return proposal };
    let at = article.paragraph_at(annotation.extent().start());
    let Some(paragraph) = article.paragraphs().get(at).map(|it| it.span) else { return proposal };
    let links = links_from(&session.project, annotation);
    // What a file may hold there, a list for instance, is said as well.
    let has =
        |name: &str| links.iter().any(|link| *link.kind == *name) || annotation.attributes.contains_key(name);
    let spans = annotation.spans();
    match root_of(&session.project, &annotation.label) {
        "quote" => {
            let mentions = mentions_in(session, article, paragraph);
            let places: Vec<Span> = mentions.iter().map(|it| it.extent()).collect();
            let frame = suggest::frame(article.text(), paragraph, spans, &places);
            let who = |source: Source| match source {
                Source::Mention(number) => mentions.get(number).map(|it| Who::Annotation(it.id.clone())),
                Source::Words(span) => Some(Who::Words(span)),
            };
            if !has(Annotation::TYPE) {
                proposal.value = Some((Annotation::TYPE, frame.kind.as_str()));
            }
            proposal.cue = frame.cue.filter(|_| !has(Link::CUE));
            proposal.source = frame.source.filter(|_| !has(Link::SOURCE)).and_then(who);
            proposal.addressee = frame.addressee.filter(|_| !has(Link::ADDRESSEE)).and_then(who);
        }
        "condition" => {
            let (kind, cue) = suggest::condition(article.text(), paragraph, spans);
            if !has(Annotation::KIND) {
                proposal.value = kind.map(|kind| (Annotation::KIND, kind.as_str()));
            }
            proposal.cue = cue.filter(|_| !has(Link::CUE));
        }
        "actor" if annotation.actor.is_none() => {
            proposal.meant = meant(session, article, annotation);
        }
        _ => {}
    }
    proposal
}

/// The mentions in a paragraph, in text order.
fn mentions_in(session: &Session, article: &Article, paragraph: Span) -> Vec<Rc<Annotation>> {
    let here = session.project.annotations_of(&article.id);
    let list = here.and_then(|all| all.in_paragraph(article.paragraph_at(paragraph.start())));
    let is_mention = |it: &&Rc<Annotation>| root_of(&session.project, &it.label) == "actor";
    let mentions = list.into_iter().flat_map(|list| list.iter()).filter(is_mention);
    mentions.filter(|it| paragraph.contains(it.extent())).cloned().collect()
}

/// Words that name nobody; who they mean stands before them.
const PRONOUNS: &str = " he she they him her them his their er sie ihm ihn ihnen il elle ils elles lui leur \
                        el ella ellos ellas он она они it its we us i ";

/// Who a mention may mean: an actor of that name; after a pronoun the person named last; a new
/// actor for other words.
fn meant(session: &Session, article: &Article, mention: &Annotation) -> Option<Result<Id, String>> {
    let said = words::passage(article, mention);
    if is_pronoun(&said, letters::folded(&said).trim()) {
        let all = session.project.annotations_of(&article.id)?;
        let before = (0..all.number_before(mention.extent().start())).rev().filter_map(|n| all.get(n));
        let last = before.filter_map(|it| it.actor.as_ref()).find(|id| {
            session.project.actor(id).is_some_and(|it| *it.kind == *"person" || it.kind.is_empty())
        });
        return last.map(|id| Ok(id.clone()));
    }
    Some(named(session, &said).ok_or(said))
}

/// The actor whose name, or the end of whose name, words are, or who is named at their end.
pub(super) fn named(session: &Session, said: &str) -> Option<Id> {
    let folded = letters::folded(said);
    let folded = folded.trim();
    if folded.is_empty() || is_pronoun(said, folded) {
        return None;
    }
    let known = Known::of(session);
    let exact = known.names.iter().find(|name| name.folded == folded);
    // "Sergei Lavrov" of "Foreign Minister Sergei Lavrov", and "Lavrov" of "Sergei Lavrov".
    let within = || {
        let ends = |long: &str, short: &str| {
            short.chars().count() > 2
                && long.strip_suffix(short).is_some_and(|rest| rest.ends_with(char::is_whitespace))
        };
        known.names.iter().find(|it| ends(folded, &it.folded) || ends(&it.folded, folded))
    };
    exact.or_else(within).and_then(|name| known.actors.get(name.actor)).map(|it| it.id.clone())
}

/// Whether words are a pronoun; US and IT are none.
fn is_pronoun(said: &str, folded: &str) -> bool {
    !suggest::is_in_capitals(said.trim()) && PRONOUNS.contains(&format!(" {folded} "))
}

/// The registry, ready for names that are typed: the nearest and most recent first.
pub(super) struct Known {
    /// By id.
    pub(super) actors: Vec<Rc<Actor>>,
    /// Of each actor its names, one after the other.
    pub(super) names: Vec<suggest::Name>,
}

thread_local! {
    /// The registry that was asked for last.
    static KNOWN: RefCell<Option<(Project, Rc<Known>)>> = const { RefCell::new(None) };
}

impl Known {
    /// The registry of a session, made ready once.
    pub(super) fn of(session: &Session) -> Rc<Known> {
        KNOWN.with_borrow_mut(|kept| match kept {
            Some((project, known)) if project.has_registry_of(&session.project) => Rc::clone(known),
            _ => {
                let known = Rc::new(Known::read(session));
                *kept = Some((session.project.clone(), Rc::clone(&known)));
                known
            }
        })
    }

    /// The folded names of an actor, by its number.
    pub(super) fn names_of(&self, number: usize) -> impl Iterator<Item = &str> {
        let first = self.names.partition_point(|name| name.actor < number);
        self.names[first..]
            .iter()
            .take_while(move |name| name.actor == number)
            .map(|name| name.folded.as_str())
    }

    fn read(session: &Session) -> Known {
        let actors: Vec<Rc<Actor>> = session.project.actors().cloned().collect();
        // All at once: asking the browser for each would take longer than finding.
        let mut all = String::new();
        for name in actors.iter().flat_map(|actor| actor.names()) {
            all.push_str(&name.replace('\n', " "));
            all.push('\n');
        }
        let folded = letters::folded(&all);
        let mut folded = folded.lines();
        let mut names = Vec::new();
        for (number, actor) in actors.iter().enumerate() {
            for (place, _) in actor.names().enumerate() {
                let folded = folded.next().unwrap_or_default().trim().to_owned();
                names.push(suggest::Name { folded, actor: number, main: place == 0 });
            }
        }
        Known { actors, names }
    }
}

/// Carries out what is proposed for an annotation, as one step.
fn accept(desk: &Desk, session: &Session, annotation: &Annotation) {
    let proposal = proposal(session, annotation);
    if proposal.is_empty() {
        return desk.dispatch.dispatch(Action::Tell(Notice::Refused(Refusal::NothingProposed)));
    }
    let article = session.project.article(&annotation.article);
    let name = article.map(|it| words::short(&words::passage(it, annotation))).unwrap_or_default();
    let id = &annotation.id;
    let deed = if proposal.meant.is_some() { Deed::Mention } else { Deed::Frame };
    draft(&desk.dispatch, deed, &name, |draft| {
        if let Some((name, word)) = proposal.value {
            draft.set(id, name, Some(text_value(word)))?;
        }
        if let Some(span) = proposal.cue {
            draft.cue(id, span)?;
        }
        for (kind, who) in [(Link::SOURCE, &proposal.source), (Link::ADDRESSEE, &proposal.addressee)] {
            if let Some(who) = who {
                draft.link_who(kind, id, who)?;
                name_known(draft, session, id, kind)?;
            }
        }
        match proposal.meant {
            Some(Ok(actor)) => draft.mean(std::slice::from_ref(id), Some(&actor)),
            Some(Err(name)) => {
                let actor = draft.new_actor(&name)?;
                draft.mean(std::slice::from_ref(id), Some(&actor))
            }
            None => Ok(()),
        }
    });
}

/// What was just marked as a source or an addressee means the actor of that name, as the proposal
/// said; a mention that was there is not touched.
fn name_known(draft: &mut Draft<'_>, session: &Session, from: &Id, kind: &str) -> Result<(), Refusal> {
    let project = draft.project();
    let Some(from) = project.annotation(from) else { return Ok(()) };
    let links = links_from(project, from);
    let ends = links.iter().filter(|link| *link.kind == *kind).filter_map(|link| match &link.to {
        Target::Annotation(id) => project.annotation(id).cloned(),
        _ => None,
    });
    let new: Vec<Rc<Annotation>> = ends.filter(|it| session.project.annotation(&it.id).is_none()).collect();
    for mention in new {
        let said = session.project.article(&mention.article).map(|it| words::passage(it, &mention));
        if let Some(actor) = said.and_then(|said| named(session, &said)) {
            draft.mean(std::slice::from_ref(&mention.id), Some(&actor))?;
        }
    }
    Ok(())
}

/// The links that begin at an annotation, by id.
pub(super) fn links_from(project: &Project, annotation: &Annotation) -> Vec<Rc<Link>> {
    project.links_of(&annotation.article).filter(|link| link.from == annotation.id).cloned().collect()
}

/// The links that lead to an annotation, by id.
pub(super) fn links_to(project: &Project, annotation: &Annotation) -> Vec<Rc<Link>> {
    let to = Target::Annotation(annotation.id.clone());
    project.links_of(&annotation.article).filter(|link| link.to == to).cloned().collect()
}

/// What a link leads to, in a few words: of a mention who is meant.
pub(super) fn target_words(project: &Project, target: &Target) -> String {
    match target {
        Target::Annotation(id) => project.annotation(id).map_or_else(
            || "what is no longer here".into(),
            |it| match it.actor.as_ref().and_then(|id| project.actor(id)) {
                Some(actor) => actor.name.to_string(),
                None => project
                    .article(&it.article)
                    .map_or_else(String::new, |article| words::short(&words::passage(article, it))),
            },
        ),
        Target::Actor(id) => {
            project.actor(id).map_or_else(|| "who is no longer here".into(), |it| it.name.to_string())
        }
        Target::Topic(id) => path(project, id),
    }
}

/// The conditions of an annotation, in text order: they are called A, B, C.
pub(super) fn conditions_of(project: &Project, annotation: &Annotation) -> Vec<Rc<Annotation>> {
    let links = links_to(project, annotation);
    let from = links.iter().filter(|link| *link.kind == *Link::CONDITIONS);
    let mut conditions: Vec<Rc<Annotation>> =
        from.filter_map(|link| project.annotation(&link.from).cloned()).collect();
    conditions.sort_by_key(|it| (it.extent().start(), it.id.clone()));
    // Two links may say the same.
    conditions.dedup_by(|a, b| a.id == b.id);
    conditions
}

/// How the conditions of an annotation combine: as it says, and all others besides.
pub(super) fn logic(annotation: &Annotation, conditions: &[Rc<Annotation>]) -> Option<Logic> {
    let is_here = |id: &Id| conditions.iter().any(|it| it.id == *id);
    let said = annotation.attributes.get(Annotation::LOGIC).and_then(|json| logic_of(json));
    let said = said.and_then(|logic| logic.pruned(&is_here));
    let mut others: Vec<Id> = conditions.iter().map(|it| it.id.clone()).collect();
    match said {
        Some(logic) => {
            others.retain(|id| !logic.has(id));
            Some(logic.and(others))
        }
        None => {
            let mut all: Vec<Logic> = others.into_iter().map(Logic::Is).collect();
            if all.len() > 1 { Some(Logic::All(all)) } else { all.pop() }
        }
    }
}

/// The conditions of an annotation as a sentence; `None` where there are none.
pub(super) fn sentence(project: &Project, annotation: &Annotation) -> Option<String> {
    let article = project.article(&annotation.article)?;
    let conditions = conditions_of(project, annotation);
    let logic = logic(annotation, &conditions)?;
    let short = |it: &Annotation| words::short(&words::passage(article, it));
    let name = |id: &Id| project.annotation(id).map_or_else(String::new, |it| format!("“{}”", short(it)));
    let told = logic.told(&name, ["not ", " and ", " or "]);
    let links = links_from(project, annotation);
    let otherwise = links.iter().find(|link| *link.kind == *Link::OTHERWISE);
    let otherwise = otherwise.map(|link| format!("; otherwise “{}”", target_words(project, &link.to)));
    Some(format!("“{}” only if {told}{}.", short(annotation), otherwise.unwrap_or_default()))
}

/// Says how the conditions of an annotation combine.
pub(super) fn set_logic(dispatch: &Dispatch, annotation: &Annotation, logic: &Logic) {
    let value = logic_value(logic);
    draft(dispatch, Deed::Attribute, "conditions", |draft| {
        draft.set(&annotation.id, Annotation::LOGIC, Some(value))
    });
}

/// Gives an annotation a word as a named value, or takes it away.
pub(super) fn set_word(dispatch: &Dispatch, id: &Id, name: &str, word: &str) {
    let value = (!word.is_empty()).then(|| text_value(word));
    let shown = dispatch
        .session()
        .project
        .entry(&Id::new(name).unwrap_or_else(|_| id.clone()))
        .map(|it| it.name.to_string());
    draft(dispatch, Deed::Attribute, &shown.unwrap_or_else(|| name.to_owned()), |draft| {
        draft.set(id, name, value)
    });
}

/// The words that an attribute of ours may have, for the annotations of a label.
pub(super) const VALUES: [(&str, &str, &str, &[&str]); 3] = [
    ("quote", Annotation::TYPE, "Type", &QuoteType::NAMES),
    ("condition", Annotation::KIND, "Kind", &ConditionKind::NAMES),
    ("condition", Annotation::STATUS, "Status", &["open", "met", "refused", "unclear"]),
];

/// How a quote may stand to a topic.
pub(super) const STANCES: [&str; 6] =
    ["support", "oppose", "neutral", "ambivalent", "unclear", "conditional"];

/// The attributes of the codebook for the annotations of a label, and so for its kinds.
pub(super) fn attributes_for(project: &Project, label: &Id) -> Vec<Rc<Label>> {
    let lineage = project.lineage(label);
    let is_for = |it: &Id| lineage.iter().any(|label| label.id == *it);
    let all = project.entries(Part::Attribute).into_iter();
    all.filter(|it| !it.retired && it.parent.as_ref().is_none_or(is_for)).cloned().collect()
}

/// The sentence around a span.
pub(super) fn sentence_around(article: &Article, span: Span) -> Span {
    let paragraph = article.paragraphs().get(article.paragraph_at(span.start())).map_or(span, |it| it.span);
    scopes::sentences(article.text(), paragraph).find(|it| it.overlaps(span)).unwrap_or(span)
}

/// Removes an annotation's link; the command for a button.
pub(super) fn unlink(dispatch: &Dispatch, link: &Link) {
    let name = target_words(&dispatch.session().project, &link.to);
    draft(dispatch, Deed::Unlink, &name, |draft| {
        draft.unlink(std::slice::from_ref(&link.id));
        Ok(())
    });
}

/// Links an annotation.
pub(super) fn relink(dispatch: &Dispatch, kind: &'static str, from: &Id, to: Target) {
    let name = target_words(&dispatch.session().project, &to);
    draft(dispatch, Deed::Link, &name, |draft| draft.link(kind, from, to).map(drop));
}

/// Goes to an annotation, in whichever article it is.
pub(super) fn go_to(dispatch: &Dispatch, id: &Id) {
    let session = dispatch.session();
    let Some(annotation) = session.project.annotation(id) else { return };
    if session.article.as_ref() != Some(&annotation.article) {
        dispatch.dispatch(Action::Open(annotation.article.clone()));
    }
    dispatch.dispatch(Action::Focus(Some(id.clone())));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Record;

    #[test]
    fn short_words_in_capitals_are_no_pronouns() {
        assert!(["He", "us", "Они", "I"].iter().all(|it| is_pronoun(it, &it.to_lowercase())));
        assert!(!["US", "IT", "WE", "Lavrov 😃", "سلام"].iter().any(|it| is_pronoun(it, &it.to_lowercase())));
    }

    #[test]
    fn an_attribute_of_a_label_is_for_its_kinds_too() {
        let id = |name: &str| Id::new(name).expect("an id");
        let entry = |name: &str, part: Part, parent: Option<&str>| {
            let parent = parent.map(id);
            Record::Label(Rc::new(Label { parent, ..Label::new(id(name), part, "中文 e\u{301}") }))
        };
        let of = [
            entry("promise", Part::Label, Some("quote")),
            entry("certainty", Part::Attribute, Some("quote")),
            entry("gender", Part::Attribute, Some("actor")),
            entry("any", Part::Attribute, None),
        ];
        let project = Project::default().with_all(of).expect("it fits");
        let names = |label: &str| -> Vec<String> {
            attributes_for(&project, &id(label)).iter().map(|it| it.id.to_string()).collect()
        };
        assert_eq!(names("promise"), ["any", "certainty"]);
        assert_eq!(names("quote"), ["any", "certainty"]);
        assert_eq!(names("actor"), ["any", "gender"]);
    }
}
