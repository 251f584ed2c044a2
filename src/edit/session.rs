use std::rc::Rc;

use super::history::replay;
use super::{Command, History, Kept, Refusal, Step, apply};
use crate::model::{Annotation, Article, Change, Id, Project, Record, RecordKey};
use crate::text::{Span, edges};

/// What is selected in the article, as byte offsets: where it began, and where it is
/// now. Both alike is the caret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// How far and whereto the caret goes. Lines are the page's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toward {
    /// One grapheme on.
    NextGrapheme,
    /// One grapheme back.
    PreviousGrapheme,
    /// To the end of the word.
    WordEnd,
    /// To the start of the word.
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
    /// Another tab changed so many records.
    OtherTab(usize),
}

/// What happens to a [`Session`].
#[derive(Clone, Debug)]
pub enum Action {
    /// Carry out a command.
    Do(Command),
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
    /// Select the word at the caret.
    SelectWord,
    /// Move the caret, or the end of the selection.
    Move {
        /// Whereto.
        toward: Toward,
        /// Whether the selection grows.
        extend: bool,
    },
    /// Focus an annotation, or none.
    Focus(Option<Id>),
    /// Something was clicked that these cover, outermost first: focuses the innermost,
    /// and with every further pick the next one outward.
    Pick(Vec<Id>),
    /// Focus the next annotation in text order.
    Walk(Walk),
    /// List only this label, or all.
    Show(Option<Id>),
    /// These were read from the stores: no step, and no news to tell.
    Loaded(Vec<Change>),
    /// Another tab has stored these; `None` is a removal.
    Outside(Vec<(RecordKey, Option<Record>)>),
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
}

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

    /// The place of the focused annotation among the listed ones.
    #[must_use]
    pub fn focused_place(&self) -> Option<usize> {
        let focused = self.focused()?;
        let all = self.project.annotations_of(self.article.as_ref()?)?;
        let number = all.number_of(focused).ok()?;
        Some(match &self.filter {
            None => number,
            Some(label) => all.iter().take(number).filter(|it| it.label == *label).count(),
        })
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

    /// The session after `action`; `None` when nothing has changed.
    #[must_use]
    pub fn step(&self, action: Action) -> Option<Session> {
        let mut next = self.clone();
        match action {
            Action::Do(command) => next.carry_out(command),
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
            Action::Open(id) => {
                self.project.article(&id)?;
                next.article = Some(id);
                next.focus = None;
                next.selection = None;
            }
            Action::Select(selection) => {
                if self.selection == selection {
                    return None;
                }
                next.selection = selection;
                if selection.is_some_and(|it| !it.span().is_empty()) {
                    next.focus = None;
                }
            }
            Action::SelectWord => {
                let article = self.article()?;
                let at = self.selection?.head;
                let window = article.paragraphs().get(article.paragraph_at(at))?.span;
                let word = edges::word_around(article.text(), window, at)?;
                next.selection = Some(Selection { anchor: word.start(), head: word.end() });
                next.focus = None;
            }
            Action::Move { toward, extend } => {
                let article = self.article()?;
                let from = self.selection.unwrap_or(Selection { anchor: 0, head: 0 });
                let head = moved(article, from, toward, extend);
                let anchor = if extend { from.anchor } else { head };
                next.selection = Some(Selection { anchor, head });
                if anchor != head {
                    next.focus = None;
                }
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
            Action::Walk(walk) => match next.neighbour(walk) {
                Some(id) => next.focus_on(Some(id), Caret::Follows),
                None => next.tell(Notice::NoAnnotations),
            },
            Action::Show(label) => next.filter = label,
            Action::Loaded(changes) => next.project = replay(&self.project, &changes).0,
            Action::Outside(records) => {
                let n = records.len();
                for (key, record) in records {
                    next.project = match record {
                        Some(record) => next.project.with(record).unwrap_or(next.project),
                        None => next.project.without(&key),
                    };
                }
                next.tell(Notice::OtherTab(n));
            }
        }
        next.restore_invariants();
        Some(next)
    }

    fn carry_out(&mut self, mut command: Command) {
        match apply(&command, &self.project) {
            Err(refusal) => self.tell(Notice::Refused(refusal)),
            Ok(after) => {
                let changes = after.changes_since(&self.project);
                if changes.is_empty() {
                    return;
                }
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
                if let Command::Import { records, .. } = &mut command {
                    *records = Vec::new();
                }
                let step = Rc::new(Step { command, changes });
                self.history.record(Rc::clone(&step));
                self.tell(Notice::Done(step));
            }
        }
    }

    /// Shows the article in which a step was taken back or done again.
    fn go_to(&mut self, step: &Step) {
        let article = step.changes.iter().find_map(|change| match &change.key {
            RecordKey::Article(article) | RecordKey::Annotation(article, _) | RecordKey::Link(article, _) => {
                Some(article)
            }
            RecordKey::Actor(_) | RecordKey::Label(_) | RecordKey::Rest(_) => None,
        });
        if let Some(article) = article.filter(|id| self.project.article(id).is_some())
            && self.article.as_ref() != Some(article)
        {
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

    /// The next annotation from the focus or the caret; goes round at the ends.
    fn neighbour(&self, walk: Walk) -> Option<Id> {
        let all = self.project.annotations_of(self.article.as_ref()?)?;
        let caret = self.selection.map_or(0, |selection| selection.head);
        let number = match self.focused() {
            Some(now) => all.number_of(now).ok()?,
            None => all.number_before(caret),
        };
        let found = match walk {
            Walk::Next => all.get(number + usize::from(self.focus.is_some())),
            Walk::Previous => number.checked_sub(1).and_then(|number| all.get(number)),
        };
        let round = match walk {
            Walk::Next => all.get(0),
            Walk::Previous => all.iter().next_back(),
        };
        found.or(round).map(|it| it.id.clone())
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
        Toward::WordEnd => {
            let end = edges::word_end_after(text, window(here), head);
            let last = here + 1 >= parts.len();
            if end == window(here).end() && !last {
                // Past the last word: on to the first word of the next paragraph.
                (here + 1..parts.len())
                    .find(|at| !parts[*at].blank)
                    .map_or(text.len(), |at| edges::word_end_after(text, window(at), window(at).start()))
            } else {
                end
            }
        }
        Toward::WordStart => {
            if head == window(here).start() && here > 0 {
                let before = (0..here).rev().find(|at| !parts[*at].blank).map_or(Span::between(0, 0), window);
                edges::word_start_before(text, before, before.end())
            } else {
                edges::word_start_before(text, window(here), head)
            }
        }
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
