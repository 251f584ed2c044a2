use std::rc::Rc;

use web_sys::Element;

use super::words;
use crate::browser::sheet::{Line, OnNear, Piece, Plain, Shown};
use crate::browser::{Sheet, Trouble};
use crate::edit::Session;
use crate::model::{Annotation, Article, Id, Label, Layer, MAX_LANES, Project, Run, runs};
use crate::text::{Paragraph, Span};

/// So many chunks are always rendered, as the stylesheet says, and taken as near.
const FIRST_CHUNKS: usize = 4;
/// So many pieces are painted at once as a chunk comes near, the rest of it with the next frames: it
/// is near before it is in sight, and all of a dense one would make a frame late.
const ROOM: usize = 60;

/// The article on the page: plain text, and marks near the window only.
///
/// The one part of the page that Yew does not render: a text of megabytes would be
/// compared node by node with every key.
#[derive(Default)]
pub(super) struct Painter {
    laid: Option<Laid>,
    /// What will be shown next, perhaps.
    ahead: Option<(Article, Plain)>,
}

struct Laid {
    article: Rc<Article>,
    sheet: Sheet,
    /// The chunks near the window; few.
    near: Vec<usize>,
    /// The same, kept while the printer has all of them near.
    on_screen: Vec<usize>,
    /// Whether some of what is near waits to be painted.
    waits: bool,
    /// What is under the pointer.
    hovered: Option<Id>,
    /// What is painted in each paragraph; `None` for plain text.
    painted: Vec<Option<Painted>>,
    /// The labels whose names and colours are painted.
    labels: Vec<Rc<Label>>,
}

/// What a paragraph shows; compared by pointer.
#[derive(Default)]
struct Painted {
    marks: Rc<Vec<Rc<Annotation>>>,
    focus: Option<Id>,
    /// Without what [`Sheet::flag`] sets.
    pieces: Vec<Shown>,
    /// Whether the last piece is plain only because its marks wait.
    waits: bool,
}

/// An article's text for the page.
fn plain(article: &Article) -> Result<Plain, Trouble> {
    let line = |part: &Paragraph| Line { words: article.words(part.span), blank: part.blank };
    Plain::of(article.paragraphs().iter().map(line))
}

impl Painter {
    /// Lays what will be shown next, perhaps, but not on the page yet; or lets go of it.
    pub(super) fn lay_ahead(&mut self, article: Option<&Article>) {
        self.ahead = article.and_then(|article| Some((article.clone(), plain(article).ok()?)));
    }

    /// Shows the session's article and marks in `root`; whether anything was painted anew. `keep`
    /// leaves painted marks as they are, since the pointer is selecting among them.
    pub(super) fn show(&mut self, root: &Element, session: &Session, keep: bool, on_near: OnNear) -> bool {
        let Some(article) = session.article() else {
            self.laid = None;
            return true;
        };
        let same = |laid: &Laid| {
            // The text itself only when it may have changed: it is long.
            Rc::ptr_eq(&laid.article, article)
                || laid.article.id == article.id && laid.article.text() == article.text()
        };
        let fresh = !self.laid.as_ref().is_some_and(same) || !root.has_child_nodes();
        if fresh {
            // Let go of the old text's watch first.
            self.laid = None;
            let ahead = self.ahead.take().filter(|(ahead, _)| ahead.has_text_of(article));
            let text = ahead.map_or_else(|| plain(article), |(_, text)| Ok(text));
            let Ok(sheet) = text.and_then(|text| Sheet::lay(root, text, on_near)) else { return true };
            // What the first window shows, before the browser has told what is near.
            let near = (0..sheet.chunks().min(FIRST_CHUNKS)).collect();
            let painted = article.paragraphs().iter().map(|_| None).collect();
            self.laid = Some(Laid {
                article: Rc::clone(article),
                sheet,
                near,
                on_screen: Vec::new(),
                waits: false,
                hovered: None,
                painted,
                labels: session.project.labels().into_iter().cloned().collect(),
            });
        }
        fresh | self.paint(session, keep && !fresh, usize::MAX)
    }

    /// Takes in what the browser tells of a chunk; what left becomes plain text, unless
    /// `keep`. Whether anything was painted anew.
    pub(super) fn near(&mut self, chunk: usize, near: bool, keep: bool, session: &Session) -> bool {
        let Some(laid) = &mut self.laid else { return false };
        let place = laid.near.iter().position(|other| *other == chunk);
        match place {
            None if near => laid.near.push(chunk),
            Some(place) if !near && !keep => {
                laid.near.swap_remove(place);
                return laid.plain_chunk(chunk);
            }
            _ => {}
        }
        self.paint(session, keep, ROOM)
    }

    /// Whether some of what is near waits for the next frame.
    pub(super) fn waits(&self) -> bool {
        self.laid.as_ref().is_some_and(|laid| laid.waits)
    }

    /// Paints more of what is near, unless `keep`; whether there was any.
    pub(super) fn go_on(&mut self, keep: bool, session: &Session) -> bool {
        self.waits() && self.paint(session, keep, ROOM)
    }

    /// Marks all pieces of an annotation near the window as those under the pointer.
    pub(super) fn hover(&mut self, id: Option<&Id>) {
        let Some(laid) = &mut self.laid else { return };
        if laid.hovered.as_ref() == id {
            return;
        }
        let before = std::mem::replace(&mut laid.hovered, id.cloned());
        let holds = |ids: &str| id.is_some_and(|id| ids.split(' ').any(|it| it == id.as_str()));
        for paragraph in laid.near.iter().flat_map(|chunk| laid.sheet.paragraphs_of(*chunk)) {
            let Some(painted) = &laid.painted[paragraph] else { continue };
            if painted.marks.iter().any(|mark| Some(&mark.id) == id || Some(&mark.id) == before.as_ref()) {
                laid.sheet.flag(paragraph, "data-hovered", "data-annotations", holds);
            }
        }
    }

    /// Where the text is that is near the window: the spans of its chunks.
    pub(super) fn near_spans(&self) -> Vec<Span> {
        let Some(laid) = &self.laid else { return Vec::new() };
        let chunk = |chunk: &usize| {
            let paragraphs = laid.sheet.paragraphs_of(*chunk);
            let all = laid.article.paragraphs();
            let (first, last) = (all.get(paragraphs.start)?, all.get(paragraphs.end.checked_sub(1)?)?);
            Some(Span::between(first.span.start(), last.span.end()))
        };
        laid.near.iter().filter_map(chunk).collect()
    }

    /// Paints every mark, for the printer.
    pub(super) fn before_print(&mut self, session: &Session) {
        if let Some(laid) = &mut self.laid {
            laid.on_screen = std::mem::replace(&mut laid.near, (0..laid.sheet.chunks()).collect());
        }
        self.paint(session, false, usize::MAX);
    }

    /// Goes back to what is near.
    pub(super) fn after_print(&mut self) {
        let Some(laid) = &mut self.laid else { return };
        laid.near = std::mem::take(&mut laid.on_screen);
        for chunk in 0..laid.sheet.chunks() {
            if !laid.near.contains(&chunk) {
                laid.plain_chunk(chunk);
            }
        }
    }

    /// Paints what is near and not as it should be, until `room` pieces have been painted anew.
    fn paint(&mut self, session: &Session, keep: bool, mut room: usize) -> bool {
        let Some(laid) = &mut self.laid else { return false };
        let annotations = session.project.annotations_of(&laid.article.id);
        let mut changed = false;
        let labels = session.project.labels();
        let same = labels.len() == laid.labels.len()
            && labels.iter().zip(&laid.labels).all(|(now, painted)| Rc::ptr_eq(now, painted));
        if !same && !keep {
            laid.labels = labels.into_iter().cloned().collect();
            for chunk in laid.near.clone() {
                laid.plain_chunk(chunk);
            }
        }
        laid.waits = false;
        for chunk in laid.near.clone() {
            for paragraph in laid.sheet.paragraphs_of(chunk) {
                let marks = annotations.and_then(|all| all.in_paragraph(paragraph));
                let stale = || match (marks, &laid.painted[paragraph]) {
                    (Some(marks), Some(painted)) => painted.waits || !Rc::ptr_eq(marks, &painted.marks),
                    (marks, painted) => marks.is_some() != painted.is_some(),
                };
                let is_gone_to = || {
                    let focus = session.focus.as_ref();
                    marks.is_some_and(|marks| marks.iter().any(|mark| Some(&mark.id) == focus))
                };
                if (keep || room == 0 && !is_gone_to()) && stale() {
                    laid.waits |= !keep;
                    continue;
                }
                let anew = match marks {
                    Some(marks) => {
                        laid.marked(paragraph, marks, &session.project, session.focus.as_ref(), &mut room)
                    }
                    None => laid.plain(paragraph),
                };
                changed |= anew;
                laid.waits |= laid.painted[paragraph].as_ref().is_some_and(|it| it.waits);
            }
        }
        changed
    }
}

impl Laid {
    /// Makes a chunk plain text; whether it was not.
    fn plain_chunk(&mut self, chunk: usize) -> bool {
        let mut changed = false;
        for paragraph in self.sheet.paragraphs_of(chunk) {
            changed |= self.plain(paragraph);
        }
        changed
    }

    /// Makes a paragraph plain text; whether it was not.
    fn plain(&mut self, paragraph: usize) -> bool {
        let painted = self.painted[paragraph].take().is_some();
        if painted && let Some(part) = self.article.paragraphs().get(paragraph) {
            let piece = Piece { text: self.article.words(part.span), mark: None };
            // A refusal leaves marks behind that the next paint takes away.
            let _ = self.sheet.paint(paragraph, &[], &[piece]);
        }
        painted
    }

    /// Paints the marks of a paragraph, as far as there is room; whether its text stands in other nodes now.
    fn marked(
        &mut self,
        paragraph: usize,
        marks: &Rc<Vec<Rc<Annotation>>>,
        project: &Project,
        focus: Option<&Id>,
        room: &mut usize,
    ) -> bool {
        let focus = focus.filter(|id| marks.iter().any(|mark| mark.id == **id));
        let Some(part) = self.article.paragraphs().get(paragraph) else { return false };
        let before = self.painted[paragraph].take();
        let same = before.as_ref().is_some_and(|it| !it.waits && Rc::ptr_eq(&it.marks, marks));
        if same && before.as_ref().is_some_and(|it| it.focus.as_ref() == focus) {
            self.painted[paragraph] = before;
            return false;
        }
        let plain = || vec![(part.span.len(), None)];
        // What is there already, but for the plain rest, takes no room.
        let there = match &before {
            Some(it) if same => it.pieces.len(),
            Some(it) if it.waits => it.pieces.len() - 1,
            _ => 0,
        };
        let old = before.map_or_else(plain, |it| it.pieces);
        let runs = runs(part.span, marks);
        // What is gone to is there at once.
        let most = if focus.is_some() { usize::MAX } else { room.saturating_add(there) };
        let mut pieces: Vec<Piece<'_>> =
            runs.iter().take(most).map(|run| piece(&self.article, project, run, focus)).collect();
        *room = room.saturating_sub(pieces.len() - there.min(pieces.len()));
        let waits = runs.get(most).map(|next| Span::between(next.span.start(), part.span.end()));
        pieces.extend(waits.map(|rest| Piece { text: self.article.words(rest), mark: None }));
        let Ok(changed) = self.sheet.paint(paragraph, &old, &pieces) else {
            // Whatever is there now, the next paint begins anew.
            self.painted[paragraph] = Some(Painted::default());
            return true;
        };
        let pieces = pieces.into_iter().map(|it| (it.text.len(), it.mark)).collect();
        let now = Painted { marks: Rc::clone(marks), focus: focus.cloned(), pieces, waits: waits.is_some() };
        self.painted[paragraph] = Some(now);
        changed
    }
}

fn piece<'a>(article: &'a Article, project: &Project, run: &Run, focus: Option<&Id>) -> Piece<'a> {
    const LANES: [&str; MAX_LANES] = [
        "data-lane0",
        "data-lane1",
        "data-lane2",
        "data-lane3",
        "data-lane4",
        "data-lane5",
        "data-lane6",
        "data-lane7",
    ];
    let text = article.words(run.span);
    let Some(innermost) = run.layers.last() else { return Piece { text, mark: None } };
    let joined = |name: fn(&Layer) -> &str| run.layers.iter().map(name).collect::<Vec<_>>().join(" ");
    let style = |layer: &Layer| project.label(&layer.annotation.label).map_or("other", |it| style_of(it));
    let lanes = run.layers.iter().map(|layer| layer.lane + 1).max().unwrap_or(1).min(MAX_LANES);
    let mut mark = vec![
        ("data-annotations", joined(|layer| layer.annotation.id.as_str())),
        ("data-labels", joined(|layer| layer.annotation.label.as_str())),
        ("data-top", style(innermost).to_owned()),
        ("data-lanes", lanes.to_string()),
    ];
    for layer in &run.layers {
        if let Some(lane) = LANES.get(layer.lane) {
            mark.push((lane, style(layer).to_owned()));
        }
    }
    // What a screen reader hears before and after the words; the stylesheet has it as the text
    // that stands for nothing visible.
    let said = |at: fn(&Layer) -> bool, say: &dyn Fn(&Layer) -> String| -> String {
        run.layers.iter().filter(|layer| at(layer)).map(say).collect::<Vec<_>>().join(", ")
    };
    let begins = said(|layer| layer.begins, &|layer| words::beginning(project, &layer.annotation));
    let ends = said(|layer| layer.ends, &|layer| words::end(project, &layer.annotation));
    if !begins.is_empty() {
        mark.push(("data-begins", begins));
    }
    if !ends.is_empty() {
        mark.push(("data-ends", ends));
    }
    if innermost.begins {
        mark.push(("data-first", String::new()));
    }
    if innermost.ends {
        mark.push(("data-last", String::new()));
    }
    if run.layers.iter().any(|layer| Some(&layer.annotation.id) == focus) {
        mark.push(("data-focused", String::new()));
    }
    Piece { text, mark: Some(mark) }
}

/// The colours that a label may have, with the names that the stylesheets have for them. Each
/// goes with a line of its own.
pub(super) const COLOURS: [(&str, &str); 4] =
    [("blue", "quote"), ("green", "actor"), ("amber", "condition"), ("violet", "other")];

/// The name that the stylesheets have for a label: by its colour, else by its id.
pub(super) fn style_of(label: &Label) -> &'static str {
    let style = |it: &&(&str, &'static str)| {
        *it.0 == *label.colour || label.colour.is_empty() && it.1 == label.id.as_str()
    };
    COLOURS.iter().find(style).map_or("other", |(_, style)| style)
}
