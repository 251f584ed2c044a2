use std::collections::HashSet;
use std::rc::Rc;

use super::command::settled;
use super::history::replay;
use super::reshape::{nudged, without};
use super::{Command, Edge, History, Kept, Refusal, Step, Unit, apply};
use crate::model::{Annotation, Arrivals, Article, Changes, Id, Project, Record, RecordKey, Target};
use crate::text::{Span, edges, scopes};

/// What is selected in the article, as byte offsets: where it began, and where it is
/// now. Both alike is the caret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Where it began.
    pub anchor: usize,
    /// Where it is now: the end that moves.
    pub head: usize,
}

impl Selection {
    /// What lies between the two.
    #[must_use]
    pub fn span(self) -> Span {
        Span::between(self.anchor, self.head)
    }
}

/// Through the annotations in text order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Walk {
    /// To the next.
    Next,
    /// To the one before.
    Previous,
}

/// Which annotations a walk stops at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of {
    /// All that are listed.
    Listed,
    /// Those with the label of the focused one; all where none has the focus.
    SameLabel,
    /// Those with this label.
    Label(Id),
    /// Those that no link begins at or leads to.
    NoLink,
    /// Those without a note.
    NoNote,
}

/// Where somebody was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    article: Option<Id>,
    selection: Option<Selection>,
    focus: Option<Id>,
}

/// How far and whereto the caret goes. Lines are the page's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toward {
    /// One grapheme on.
    NextGrapheme,
    /// One grapheme back.
    PreviousGrapheme,
    /// To the end of the word or of the next.
    WordEnd,
    /// Back to the start of the word or of the one before.
    WordStart,
    /// To the start of the next paragraph that is not blank.
    NextParagraph,
    /// To the start of this paragraph or of the one before.
    PreviousParagraph,
    /// To the start of the text.
    TextStart,
    /// To the end of the text.
    TextEnd,
}

/// What the page tells about the last action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A command was carried out.
    Done(Rc<Step>),
    /// A step was taken back.
    Undone(Kept),
    /// A step was done again.
    Redone(Kept),
    /// There is nothing to take back.
    NothingToUndo,
    /// There is nothing to do again.
    NothingToRedo,
    /// A command made no sense; nothing has changed.
    Refused(Refusal),
    /// This annotation has the focus.
    Focused(Rc<Annotation>),
    /// There is no annotation to go to.
    NoAnnotations,
    /// There is no place to go back to.
    NoPlace,
    /// This needs an annotation that has the focus.
    NothingFocused,
    /// This needs words that are selected.
    NothingSelected,
    /// There is nothing that could be done once more.
    NothingToRepeat,
    /// The boundary cannot go further.
    NowhereToGo,
    /// The keys now move this boundary, or none any more.
    Grabbed(Option<Edge>),
    /// Everything that is selected gets this label, or nothing any more.
    Sticky(Option<Id>),
    /// So many steps were to be taken back (negative) or done again; fewer, where there were fewer.
    Travelled(isize),
    /// Another tab changed so many records.
    OtherTab(usize),
}

/// What happens to a [`Session`].
#[derive(Clone, Debug)]
pub enum Action {
    /// Carry out a command.
    Do(Command),
    /// Tell something; nothing changes.
    Tell(Notice),
    /// Have the keys move a boundary of the focused annotation, or let go of it.
    Grab(Option<Edge>),
    /// Put a part of the focused annotation, by its number, on other words.
    PutPart(usize, Span),
    /// Put the focused annotation on the words that are selected: the parts that they touch, or
    /// all of it.
    Reselect,
    /// Add the words that are selected to the focused annotation, as a part.
    AddPart,
    /// Take the words that are selected out of the focused annotation; where none are, the part
    /// at the caret.
    TakeOut,
    /// Take out the focused annotation's part of that number.
    TakeOutPart(usize),
    /// Do what was done last to what is selected or focused now.
    Repeat(Id),
    /// Give everything that is selected from now on this label, or nothing.
    Stick(Option<Id>),
    /// Go back to the place before the last jump.
    GoBack,
    /// Take so many steps back (negative) or do them again.
    Travel(isize),
    /// Show these words of an article.
    Reveal(Id, Span),
    /// Give the selection a label.
    MarkSelection {
        /// The new annotation's id.
        id: Id,
        /// The label.
        label: Id,
        /// When.
        at: u64,
    },
    /// Take the last step back.
    Undo,
    /// Do the last undone step again.
    Redo,
    /// Show another article.
    Open(Id),
    /// What is selected in the article.
    Select(Option<Selection>),
    /// Move the caret, or the end of the selection.
    Move {
        /// Whereto.
        toward: Toward,
        /// Whether the selection grows.
        extend: bool,
    },
    /// Select the word at the caret.
    SelectWord,
    /// Focus an annotation, or none.
    Focus(Option<Id>),
    /// Something was clicked that these cover, outermost first: focuses the innermost,
    /// and with every further pick the next one outward.
    Pick(Vec<Id>),
    /// Focus the next annotation in text order.
    Walk(Walk, Of),
    /// List only this label, or all.
    Show(Option<Id>),
    /// What had been read from the stores the last time, and what has been now: no step, and no news
    /// to tell.
    Loaded(Box<[Project; 2]>),
    /// These steps were done and taken back before a restart: [`History::recall`].
    Recall(Vec<Rc<Step>>, Vec<Rc<Step>>),
    /// Another tab has stored these; `None` is a removal.
    Outside(Vec<(RecordKey, Option<Record>)>),
}

/// What happens to a boundary, or to a selection that grows and shrinks. Apart from [`Action`]: the
/// tables of sentences are large, and no first mark needs them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Move a boundary of the focused annotation: of its part at the caret.
    Nudge {
        /// Which boundary.
        edge: Edge,
        /// How far.
        unit: Unit,
        /// On in the text, or back.
        forward: bool,
    },
    /// Select the next larger unit.
    Widen,
    /// Go back to the smaller one.
    Narrow,
}

/// All that the page shows.
#[derive(Clone, Debug, Default)]
pub struct Session {
    /// Everything that is kept.
    pub project: Project,
    /// What can be taken back.
    pub history: History,
    /// The article on the page.
    pub article: Option<Id>,
    /// What is selected in it.
    pub selection: Option<Selection>,
    /// The annotation that is worked on.
    pub focus: Option<Id>,
    /// The only label that is listed.
    pub filter: Option<Id>,
    /// What the last action did, and its number, so that the same notice twice is
    /// told twice.
    pub notice: Option<(u64, Notice)>,
    /// The boundary that the keys move.
    pub grabbed: Option<Edge>,
    /// The label that everything selected gets.
    pub sticky: Option<Id>,
    /// When the last action came, in milliseconds since 1970 (UTC).
    pub now: u64,
    /// When the gesture began that moves a boundary.
    gesture: u64,
    /// Where somebody was before each jump.
    places: Rc<Vec<Place>>,
    /// Selections that grew, with what they grew to.
    widened: Rc<Vec<(Selection, Selection)>>,
}

/// So many places are kept to go back to.
const PLACES: usize = 64;

impl Session {
    /// A session over a project, at its newest article.
    #[must_use]
    pub fn new(project: Project) -> Session {
        let article = project.articles().last().map(|article| article.id.clone());
        Session { project, article, ..Session::default() }
    }

    /// The article on the page.
    #[must_use]
    pub fn article(&self) -> Option<&Rc<Article>> {
        self.project.article(self.article.as_ref()?)
    }

    /// The annotation that is worked on.
    #[must_use]
    pub fn focused(&self) -> Option<&Rc<Annotation>> {
        self.project.annotation(self.focus.as_ref()?)
    }

    /// The annotations that are listed, in text order.
    #[must_use]
    pub fn listed(&self) -> Vec<Rc<Annotation>> {
        self.listed_from(0, usize::MAX)
    }

    /// How many annotations are listed.
    #[must_use]
    pub fn listed_count(&self) -> usize {
        let annotations = self.article.as_ref().and_then(|id| self.project.annotations_of(id));
        annotations.map_or(0, |all| self.filter.as_ref().map_or(all.len(), |label| all.count_of(label)))
    }

    /// At most `n` of the listed annotations, from the `first` on.
    #[must_use]
    pub fn listed_from(&self, first: usize, n: usize) -> Vec<Rc<Annotation>> {
        let annotations = self.article.as_ref().and_then(|id| self.project.annotations_of(id));
        let Some(all) = annotations else { return Vec::new() };
        match &self.filter {
            None => (first..first.saturating_add(n).min(all.len()))
                .filter_map(|at| all.get(at))
                .cloned()
                .collect(),
            Some(label) => all.iter().filter(|it| it.label == *label).skip(first).take(n).cloned().collect(),
        }
    }

    /// The place of the focused annotation among the listed ones, if it is one of them.
    #[must_use]
    pub fn focused_place(&self) -> Option<usize> {
        let focused = self.focused()?;
        let all = self.project.annotations_of(self.article.as_ref()?)?;
        let number = all.number_of(focused).ok()?;
        Some(match &self.filter {
            None => number,
            Some(label) if *label != focused.label => return None,
            Some(label) => all.iter().take(number).filter(|it| it.label == *label).count(),
        })
    }

    /// Whether the annotations are listed as in another session: the caret may be elsewhere.
    #[must_use]
    pub fn lists_as(&self, other: &Session) -> bool {
        self.project.is(&other.project)
            && self.article == other.article
            && self.focus == other.focus
            && self.filter == other.filter
    }

    /// Whether nothing but the selection differs from another session's.
    #[must_use]
    pub fn is_but_for_selection(&self, other: &Session) -> bool {
        let told = |session: &Session| session.notice.as_ref().map(|(number, _)| *number);
        self.lists_as(other)
            && told(self) == told(other)
            && self.grabbed == other.grabbed
            && self.sticky == other.sticky
            && self.history.len() == other.history.len()
    }

    /// The step that was taken since `before`, if it was one step forward.
    #[must_use]
    pub fn step_since(&self, before: &Session) -> Option<&Rc<Step>> {
        let number = |session: &Session| session.notice.as_ref().map(|(number, _)| *number);
        match &self.notice {
            Some((_, Notice::Done(step))) if number(self) != number(before) => Some(step),
            _ => None,
        }
    }

    /// The session after `action`, which came when the one before it came; `None` when nothing
    /// has changed.
    #[must_use]
    pub fn step(&self, action: Action) -> Option<Session> {
        self.step_at(action, self.now)
    }

    /// The session after `action`, which comes at `now` (milliseconds since 1970, UTC); `None`
    /// when nothing has changed.
    #[must_use]
    pub fn step_at(&self, action: Action, now: u64) -> Option<Session> {
        let mut next = self.clone();
        next.now = now;
        match action {
            Action::Do(command) => next.carry_out(command),
            Action::Tell(notice) => next.tell(notice),
            Action::MarkSelection { id, label, at } => {
                let article = self.article.clone()?;
                let span = self.selection?.span();
                next.carry_out(Command::Mark { id, article, span, label, at });
                if self.project.is(&next.project) {
                    return Some(next);
                }
                next.selection = self.selection.map(|it| Selection { anchor: it.head, head: it.head });
            }
            Action::Undo => match next.history.undo(&self.project) {
                Some((project, kept)) => {
                    next.project = project;
                    next.go_to(&kept.step);
                    next.tell(Notice::Undone(kept));
                }
                None => next.tell(Notice::NothingToUndo),
            },
            Action::Redo => match next.history.redo(&self.project) {
                Some((project, kept)) => {
                    next.project = project;
                    next.go_to(&kept.step);
                    next.tell(Notice::Redone(kept));
                }
                None => next.tell(Notice::NothingToRedo),
            },
            Action::Travel(0) => return None,
            Action::Travel(steps) => {
                for _ in 0..steps.unsigned_abs() {
                    let history = &mut next.history;
                    let there =
                        if steps < 0 { history.undo(&next.project) } else { history.redo(&next.project) };
                    let Some((project, kept)) = there else { break };
                    next.project = project;
                    next.go_to(&kept.step);
                }
                next.tell(Notice::Travelled(steps));
            }
            Action::Grab(edge) => {
                if edge.is_some() && self.focus.is_none() {
                    next.tell(Notice::NothingFocused);
                } else if self.grabbed == edge {
                    return None;
                } else {
                    next.grabbed = edge;
                    next.gesture = now;
                    next.caret_to_boundary();
                    next.tell(Notice::Grabbed(edge));
                }
            }
            Action::PutPart(part, span) => {
                next.begin_gesture();
                next.reshape(|spans, _| {
                    let mut spans = spans.to_vec();
                    *spans.get_mut(part)? = span;
                    Some(spans)
                });
            }
            Action::TakeOutPart(part) => {
                next.begin_gesture();
                next.reshape(|spans, _| Some(without(spans, *spans.get(part)?)));
            }
            Action::Reselect | Action::AddPart => {
                let adds = matches!(action, Action::AddPart);
                next.begin_gesture();
                next.reshape(|spans, selected| {
                    let selected = selected?;
                    let touched = spans.iter().any(|span| span.overlaps(selected));
                    let stays = |span: &&Span| adds || touched && !span.overlaps(selected);
                    Some(spans.iter().filter(stays).copied().chain([selected]).collect())
                });
            }
            Action::TakeOut => {
                next.begin_gesture();
                let part = self.part_at_caret();
                next.reshape(|spans, selected| match selected {
                    Some(selected) => Some(without(spans, selected)),
                    None => Some(without(spans, *spans.get(part).filter(|_| spans.len() > 1)?)),
                });
            }
            Action::Repeat(id) => next.repeat(id),
            Action::Stick(label) => {
                if self.sticky == label {
                    return None;
                }
                next.sticky.clone_from(&label);
                next.tell(Notice::Sticky(label));
            }
            Action::GoBack => match Rc::make_mut(&mut next.places).pop() {
                Some(Place { article, selection, focus }) => {
                    (next.article, next.selection, next.focus) = (article, selection, focus);
                    if let Some(focused) = next.focused().cloned() {
                        next.tell(Notice::Focused(focused));
                    }
                }
                None => next.tell(Notice::NoPlace),
            },
            Action::Reveal(article, span) => {
                self.project.article(&article)?;
                next.leave();
                // What has the focus keeps it, so that the words can be added to it.
                next.article = Some(article);
                next.selection = Some(Selection { anchor: span.start(), head: span.end() });
            }
            Action::Open(id) => {
                self.project.article(&id)?;
                next.leave();
                next.article = Some(id);
                next.focus = None;
                next.selection = None;
            }
            Action::Select(selection) => {
                if self.selection == selection {
                    return None;
                }
                next.selection = selection;
            }
            Action::Move { toward, extend } => {
                let from = self.selection.unwrap_or_default();
                next.select_to(moved(self.article()?, from, toward, extend), extend);
            }
            Action::SelectWord => {
                let article = self.article()?;
                let at = self.selection?.head;
                let window = article.paragraphs().get(article.paragraph_at(at))?.span;
                let word = edges::word_around(article.text(), window, at)?;
                next.selection = Some(Selection { anchor: word.start(), head: word.end() });
            }
            Action::Focus(id) => {
                if self.focus == id {
                    return None;
                }
                next.focus_on(id, Caret::Follows);
            }
            Action::Pick(ids) => {
                let picked = match self.focus.as_ref().and_then(|now| ids.iter().position(|id| id == now)) {
                    Some(0) | None => ids.last().cloned(),
                    Some(at) => ids.get(at - 1).cloned(),
                };
                next.focus_on(picked, Caret::Stays);
            }
            Action::Walk(walk, of) => match next.neighbour(walk, &of) {
                Some(id) => {
                    next.leave();
                    next.focus_on(Some(id), Caret::Follows);
                }
                None => next.tell(Notice::NoAnnotations),
            },
            Action::Show(label) => next.filter = label,
            Action::Recall(done, undone) => next.history.recall(done, undone),
            Action::Loaded(read) => {
                let [before, after] = *read;
                next.project = match self.project.is(&before) {
                    // Nothing has happened here since, as most often: it need not be put together twice.
                    true => after,
                    false => replay(&self.project, &after.changes_since(&before)).0,
                };
            }
            Action::Outside(records) => {
                let n = records.len();
                let all: Option<Vec<Record>> = records.iter().map(|(_, record)| record.clone()).collect();
                let at_once = all.and_then(|all| next.project.with_all(all));
                for (key, record) in records.into_iter().filter(|_| at_once.is_none()) {
                    next.project = match record {
                        Some(record) => next.project.with(record).unwrap_or(next.project),
                        None => next.project.without(&key),
                    };
                }
                next.project = at_once.unwrap_or(next.project);
                next.tell(Notice::OtherTab(n));
            }
        }
        if next.focus != self.focus {
            // What the keys move is a boundary of what had the focus.
            next.grabbed = None;
        }
        next.restore_invariants();
        Some(next)
    }

    /// The session after `reach`, which comes at `now` (milliseconds since 1970, UTC); `None` when
    /// nothing has changed.
    #[must_use]
    pub fn reach_at(&self, reach: Reach, now: u64) -> Option<Session> {
        let mut next = self.clone();
        next.now = now;
        match reach {
            Reach::Nudge { edge, unit, forward } => next.nudge(edge, unit, forward),
            Reach::Widen => next.widen()?,
            Reach::Narrow => next.narrow()?,
        }
        next.restore_invariants();
        Some(next)
    }

    /// Moves the caret there, or the end of the selection.
    fn select_to(&mut self, head: usize, extend: bool) {
        let anchor = if extend { self.selection.unwrap_or_default().anchor } else { head };
        self.selection = Some(Selection { anchor, head });
    }

    fn carry_out(&mut self, mut command: Command) {
        match apply(&command, &self.project) {
            Err(refusal) => self.tell(Notice::Refused(refusal)),
            Ok(after) => {
                if after == self.project {
                    return;
                }
                let changes = Changes::between(&self.project, &after);
                match &command {
                    Command::Mark { id, .. } => self.focus = Some(id.clone()),
                    Command::AddArticle { article } => {
                        self.article = Some(article.id.clone());
                        self.selection = None;
                    }
                    _ => {}
                }
                self.project = after;
                // The changes have them; twice would weigh as much as the article.
                match &mut command {
                    Command::Import { records, .. } => *records = Arrivals::default(),
                    Command::Revise { records, gone, .. } => (*records, *gone) = (Vec::new(), Vec::new()),
                    _ => {}
                }
                let step = Rc::new(Step { command, changes, at: self.now });
                self.history.record(Rc::clone(&step));
                self.tell(Notice::Done(step));
            }
        }
    }

    /// Shows the article in which a step was taken back or done again.
    fn go_to(&mut self, step: &Step) {
        let mut articles = step.changes.iter().filter_map(|change| match &change.key {
            RecordKey::Article(article) | RecordKey::Annotation(article, _) | RecordKey::Link(article, _) => {
                Some(article)
            }
            RecordKey::Actor(_) | RecordKey::Label(_) | RecordKey::Rest(_) => None,
        });
        // The one that is open, if it is among them.
        let here = articles.clone().any(|article| self.article.as_ref() == Some(article));
        if let Some(article) = articles.next().filter(|id| !here && self.project.article(id).is_some()) {
            self.article = Some(article.clone());
            self.selection = None;
        }
    }

    fn tell(&mut self, notice: Notice) {
        let number = self.notice.as_ref().map_or(0, |(number, _)| number + 1);
        self.notice = Some((number, notice));
    }

    fn focus_on(&mut self, id: Option<Id>, caret: Caret) {
        self.focus = id;
        self.grabbed = None;
        if let Some(annotation) = self.focused().cloned() {
            if self.filter.as_ref().is_some_and(|label| *label != annotation.label) {
                self.filter = None;
            }
            if caret == Caret::Follows {
                let at = annotation.extent().start();
                self.selection = Some(Selection { anchor: at, head: at });
            }
            self.tell(Notice::Focused(annotation));
        }
    }

    /// Notes where one is, to go back there.
    fn leave(&mut self) {
        let here =
            Place { article: self.article.clone(), selection: self.selection, focus: self.focus.clone() };
        let places = Rc::make_mut(&mut self.places);
        if places.last() != Some(&here) {
            if places.len() == PLACES {
                places.remove(0);
            }
            places.push(here);
        }
    }

    /// The number of the focused annotation's part at the caret, or nearest before it.
    #[must_use]
    pub fn part_at_caret(&self) -> usize {
        let caret = self.selection.map_or(0, |selection| selection.head);
        let spans = self.focused().map_or(&[][..], |focused| focused.spans());
        spans.iter().rposition(|span| span.start() <= caret).unwrap_or(0)
    }

    /// Gives the focused annotation other spans: `make` gets those that it has, and the words
    /// that are selected as the label's policy wants them.
    fn reshape(&mut self, make: impl FnOnce(&[Span], Option<Span>) -> Option<Vec<Span>>) {
        let Some((focused, article)) = self.focused().cloned().zip(self.article().cloned()) else {
            return self.tell(Notice::NothingFocused);
        };
        let policy = self.project.label(&focused.label).map(|label| label.policy).unwrap_or_default();
        let selected = self.selection.map(Selection::span).filter(|span| !span.is_empty());
        let selected = selected
            .and_then(|span| edges::tidy(article.text(), span))
            .map(|span| settled(&article, policy, span));
        let Some(spans) = make(focused.spans(), selected) else {
            return self.tell(Notice::NothingSelected);
        };
        let before = self.project.clone();
        self.carry_out(Command::Reshape { id: focused.id.clone(), spans, at: self.now, since: self.gesture });
        if !self.project.is(&before) {
            self.selection = self.selection.map(|it| Selection { anchor: it.head, head: it.head });
        }
    }

    /// What comes now is a step of its own, and lets go of the boundary that the keys moved.
    fn begin_gesture(&mut self) {
        (self.gesture, self.grabbed) = (self.now, None);
    }

    fn nudge(&mut self, edge: Edge, unit: Unit, forward: bool) {
        let Some((focused, article)) = self.focused().cloned().zip(self.article().cloned()) else {
            return self.tell(Notice::NothingFocused);
        };
        let part = self.part_at_caret();
        let moved = focused.spans().get(part).and_then(|span| nudged(&article, *span, edge, unit, forward));
        let Some(moved) = moved else { return self.tell(Notice::NowhereToGo) };
        if self.grabbed != Some(edge) {
            self.gesture = self.now;
        }
        let mut spans = focused.spans().to_vec();
        spans[part] = moved;
        let (id, at, since) = (focused.id.clone(), self.now, self.gesture);
        self.carry_out(Command::Reshape { id, spans, at, since });
        let at = match edge {
            Edge::Start => moved.start(),
            Edge::End => moved.end(),
        };
        self.selection = Some(Selection { anchor: at, head: at });
    }

    /// The caret shows which boundary the keys move.
    fn caret_to_boundary(&mut self) {
        let part = self.part_at_caret();
        let span = self.focused().and_then(|focused| focused.spans().get(part).copied());
        if let (Some(edge), Some(span)) = (self.grabbed, span) {
            let at = match edge {
                Edge::Start => span.start(),
                Edge::End => span.end(),
            };
            self.selection = Some(Selection { anchor: at, head: at });
        }
    }

    fn widen(&mut self) -> Option<()> {
        let article = self.article()?;
        let now = self.selection?;
        let (first, last) =
            (article.paragraph_at(now.span().start()), article.paragraph_at(now.span().end()));
        let window = Span::between(
            article.paragraphs().get(first)?.span.start(),
            article.paragraphs().get(last)?.span.end(),
        );
        let span = scopes::wider(article.text(), window, now.span())?;
        let wider = Selection { anchor: span.start(), head: span.end() };
        let widened = Rc::make_mut(&mut self.widened);
        if widened.last().is_some_and(|(_, to)| *to != now) {
            widened.clear();
        }
        widened.push((now, wider));
        self.selection = Some(wider);
        Some(())
    }

    fn narrow(&mut self) -> Option<()> {
        let now = self.selection?;
        let before = Rc::make_mut(&mut self.widened).pop().filter(|(_, to)| *to == now);
        if let Some((from, _)) = before {
            self.selection = Some(from);
            return Some(());
        }
        let article = self.article()?;
        let paragraph = article.paragraphs().get(article.paragraph_at(now.span().start()))?.span;
        let span = scopes::narrower(article.text(), paragraph, now.span(), now.anchor)?;
        self.selection = Some(Selection { anchor: span.start(), head: span.end() });
        Some(())
    }

    /// Does what was done last to what is selected or focused now; `new` is the id of what that
    /// may make.
    fn repeat(&mut self, new: Id) {
        let at = self.now;
        let last = self.history.last().map(|step| step.command.clone());
        let has_words = self.selection.is_some_and(|it| !it.span().is_empty());
        let action = match (last, self.focus.clone()) {
            (Some(Command::Mark { label, .. } | Command::Relabel { label, .. }), focus) => {
                match focus.filter(|_| !has_words) {
                    Some(id) => Action::Do(Command::Relabel { id, label, at }),
                    None if has_words => Action::MarkSelection { id: new, label, at },
                    None => return self.tell(Notice::NothingSelected),
                }
            }
            (Some(Command::Note { note, .. }), Some(id)) => Action::Do(Command::Note { id, note, at }),
            // One of nothing is only the place of a step.
            (Some(Command::Remove { ids }), _) if ids.is_empty() => {
                return self.tell(Notice::NothingToRepeat);
            }
            (Some(Command::Remove { .. }), Some(id)) => Action::Do(Command::Remove { ids: vec![id] }),
            (Some(Command::Note { .. } | Command::Remove { .. }), None) => {
                return self.tell(Notice::NothingFocused);
            }
            _ => return self.tell(Notice::NothingToRepeat),
        };
        if let Some(next) = self.step_at(action, at) {
            *self = next;
        }
    }

    /// The next annotation from the focus or the caret; goes round at the ends.
    fn neighbour(&self, walk: Walk, of: &Of) -> Option<Id> {
        let all = self.project.annotations_of(self.article.as_ref()?)?;
        let caret = self.selection.map_or(0, |selection| selection.head);
        let number = match self.focused() {
            Some(now) => all.number_of(now).ok()?,
            None => all.number_before(caret),
        };
        let same = self.focused().map(|focused| focused.label.clone());
        let mut linked = HashSet::new();
        if *of == Of::NoLink {
            for link in self.project.links_of(self.article.as_ref()?) {
                linked.insert(&link.from);
                if let Target::Annotation(to) = &link.to {
                    linked.insert(to);
                }
            }
        }
        let stops = |it: &Annotation| match of {
            Of::Listed => self.filter.as_ref().is_none_or(|label| it.label == *label),
            Of::SameLabel => same.as_ref().is_none_or(|label| it.label == *label),
            Of::Label(label) => it.label == *label,
            Of::NoLink => !linked.contains(&it.id),
            Of::NoNote => it.note.is_empty(),
        };
        let len = all.len();
        if all.is_empty() {
            return None;
        }
        let first = match walk {
            Walk::Next => number + usize::from(self.focus.is_some()),
            Walk::Previous => number + len - 1,
        };
        let numbers = (0..len).map(|step| match walk {
            Walk::Next => (first + step) % len,
            Walk::Previous => (first + len - step) % len,
        });
        numbers.filter_map(|number| all.get(number)).find(|it| stops(it)).map(|it| it.id.clone())
    }

    /// Focus, article and selection name what is there.
    fn restore_invariants(&mut self) {
        if self.article().is_none() {
            self.article = self.project.articles().last().map(|article| article.id.clone());
            self.selection = None;
        }
        if self.focused().is_none_or(|focused| Some(&focused.article) != self.article.as_ref()) {
            self.focus = None;
        }
        if self.focus.is_none() {
            self.grabbed = None;
        }
        // A label may go, merged into another.
        for label in [&mut self.filter, &mut self.sticky] {
            if label.as_ref().is_some_and(|id| self.project.label(id).is_none()) {
                *label = None;
            }
        }
        let len = self.article().map_or(0, |article| article.text().len());
        if self.selection.is_some_and(|it| it.anchor > len || it.head > len) {
            self.selection = None;
        }
    }
}

/// What becomes of the caret when an annotation gets the focus.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Caret {
    /// It goes to the annotation's start.
    Follows,
    /// It stays where the pointer put it.
    Stays,
}

/// Where the head of a selection goes. A selection that does not grow collapses to
/// the side it goes to.
fn moved(article: &Article, from: Selection, toward: Toward, extend: bool) -> usize {
    let text = article.text();
    let parts = article.paragraphs();
    let head = from.head;
    let here = article.paragraph_at(head);
    let window = |paragraph: usize| parts.get(paragraph).map_or(Span::between(0, 0), |part| part.span);
    let collapses = !extend && from.anchor != from.head;
    match toward {
        Toward::NextGrapheme if collapses => from.span().end(),
        Toward::PreviousGrapheme if collapses => from.span().start(),
        Toward::NextGrapheme => edges::next_grapheme(text, head),
        Toward::PreviousGrapheme => edges::previous_grapheme(text, head),
        Toward::WordEnd => word_edge(article, head, true),
        Toward::WordStart => word_edge(article, head, false),
        Toward::NextParagraph => {
            (here + 1..parts.len()).find(|at| !parts[*at].blank).map_or(text.len(), |at| window(at).start())
        }
        Toward::PreviousParagraph => {
            let start = window(here).start();
            if head > start && !parts[here].blank {
                start
            } else {
                (0..here).rev().find(|at| !parts[*at].blank).map_or(0, |at| window(at).start())
            }
        }
        Toward::TextStart => 0,
        Toward::TextEnd => text.len(),
    }
}

/// Where the caret goes by a word: past the last of a paragraph to the first of the next, and back.
fn word_edge(article: &Article, head: usize, forward: bool) -> usize {
    let (text, parts) = (article.text(), article.paragraphs());
    let here = article.paragraph_at(head);
    let window = |paragraph: usize| parts.get(paragraph).map_or(Span::between(0, 0), |part| part.span);
    if forward {
        let end = edges::word_end_after(text, window(here), head);
        let last = here + 1 >= parts.len();
        if end != window(here).end() || last {
            return end;
        }
        (here + 1..parts.len())
            .find(|at| !parts[*at].blank)
            .map_or(text.len(), |at| edges::word_end_after(text, window(at), window(at).start()))
    } else if head == window(here).start() && here > 0 {
        let before = (0..here).rev().find(|at| !parts[*at].blank).map_or(Span::between(0, 0), window);
        edges::word_start_before(text, before, before.end())
    } else {
        edges::word_start_before(text, window(here), head)
    }
}
