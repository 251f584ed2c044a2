//! What the focused annotation is linked with, shown in the text itself: painted, with a line to
//! each. Lies over the text and takes no clicks.

use std::rc::Rc;

use web_sys::Element;

use super::coding::{links_from, links_to, proposal};
use super::stage::{LINKED, PROPOSED, Stage, document, point};
use crate::browser::{Point, highlight, selection};
use crate::edit::Who;
use crate::model::{Annotation, Article, Link, Target};
use crate::text::Span;

/// More lines than these would be a thicket.
const MOST: usize = 40;
/// Lines end so far inside of what they lead to, in CSS pixels.
const INSET: f64 = 8.0;
const SVG: &str = "http://www.w3.org/2000/svg";

/// Paints what is linked with the focused annotation and what is proposed for it, and draws lines.
pub(super) fn draw(stage: &Stage) {
    let session = stage.dispatch.session();
    let (Some(root), Some(article)) = (stage.root(), session.article()) else { return };
    let (mut linked, mut proposed, mut lines) = (Vec::new(), Vec::new(), Vec::new());
    if let Some(focused) = session.focused() {
        // Of a source, a cue, a condition the whole frame that it is a part of.
        let project = &session.project;
        let mut heads = vec![focused.clone()];
        for link in links_to(project, focused) {
            heads.extend(project.annotation(&link.from).filter(|it| !heads.contains(it)).cloned());
        }
        let mut links: Vec<Rc<Link>> = links_to(project, focused);
        for link in heads.iter().flat_map(|head| links_from(project, head)) {
            if !links.contains(&link) {
                links.push(link);
            }
        }
        for link in links {
            if let Target::Annotation(to) = &link.to
                && let (Some(from), Some(to)) = (project.annotation(&link.from), project.annotation(to))
            {
                let others = [from, to].into_iter().filter(|it| it.id != focused.id);
                linked.extend(others.flat_map(|it| it.spans().iter().copied()));
                lines.push((from.clone(), to.clone(), link.kind.clone()));
            }
        }
        let sketch = proposal(&session, focused);
        proposed.extend(sketch.cue);
        for who in [sketch.source, sketch.addressee].into_iter().flatten() {
            match who {
                Who::Words(span) => proposed.push(span),
                Who::Annotation(id) => {
                    proposed.extend(session.project.annotation(&id).map(|it| it.extent()));
                }
                Who::Actor(_) => {}
            }
        }
    }
    let places = |spans: &[Span]| -> Vec<(Point, Point)> {
        spans.iter().map(|it| (point(article, it.start()), point(article, it.end()))).collect()
    };
    highlight::paint(&root, LINKED, &places(&linked));
    highlight::paint(&root, PROPOSED, &places(&proposed));
    let Some(over) = stage.links.cast::<Element>() else { return };
    over.set_text_content(None);
    // Fails only for an invalid name.
    let _ = over.toggle_attribute_with_force("data-shown", !(linked.is_empty() && proposed.is_empty()));
    lines.truncate(MOST);
    for (from, to, kind) in lines {
        // Fails only for an invalid name.
        let _ = line(&root, &over, article, &from, &to, &kind);
    }
}

/// A line from one annotation to another, with the link's name at its middle.
fn line(
    root: &Element,
    over: &Element,
    article: &Article,
    from: &Annotation,
    to: &Annotation,
    kind: &str,
) -> Option<()> {
    let (a, b) = (anchor(root, article, from)?, anchor(root, article, to)?);
    // From the lower edge of the upper one to the upper edge of the lower one; side by side in an
    // arc over the words.
    let same_line = (a.top - b.top).abs() < a.bottom - a.top;
    let (y1, y2) = match (same_line, a.top < b.top) {
        (true, _) => (a.top, b.top),
        (false, true) => (a.bottom, b.top),
        (false, false) => (a.top, b.bottom),
    };
    // Where the two are nearest.
    let x1 = b.middle().clamp(a.left + INSET, (a.right - INSET).max(a.left + INSET));
    let x2 = x1.clamp(b.left + INSET, (b.right - INSET).max(b.left + INSET));
    let bend = if same_line { y1.min(y2) - 8.0 - (x1 - x2).abs() / 16.0 } else { (y1 + y2) / 2.0 };
    let path = format!("M{x1:.1} {y1:.1}C{x1:.1} {bend:.1} {x2:.1} {bend:.1} {x2:.1} {y2:.1}");
    let page = document();
    let stroke = page.create_element_ns(Some(SVG), "path").ok()?;
    stroke.set_attribute("d", &path).ok()?;
    stroke.set_attribute("data-kind", kind).ok()?;
    stroke.set_attribute("data-from", from.id.as_str()).ok()?;
    stroke.set_attribute("data-to", to.id.as_str()).ok()?;
    over.append_child(&stroke).ok()?;
    let end = page.create_element_ns(Some(SVG), "circle").ok()?;
    for (name, value) in [("cx", format!("{x2:.1}")), ("cy", format!("{y2:.1}")), ("r", "3".to_owned())] {
        end.set_attribute(name, &value).ok()?;
    }
    over.append_child(&end).ok()?;
    let text = page.create_element_ns(Some(SVG), "text").ok()?;
    // An arc goes three quarters of the way to its bend.
    let middle = if same_line { y1.min(y2) * 0.25 + bend * 0.75 - 2.0 } else { bend + 4.0 };
    text.set_attribute("x", &format!("{:.1}", (x1 + x2) / 2.0)).ok()?;
    text.set_attribute("y", &format!("{middle:.1}")).ok()?;
    text.set_text_content(Some(kind));
    over.append_child(&text).ok()?;
    Some(())
}

/// A box in the window, in CSS pixels.
struct Anchor {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Anchor {
    fn middle(&self) -> f64 {
        (self.left + self.right) / 2.0
    }
}

/// Where lines end at an annotation: its first line in the window.
fn anchor(root: &Element, article: &Article, annotation: &Annotation) -> Option<Anchor> {
    let span = annotation.spans().first()?;
    let boxes = selection::boxes(root, point(article, span.start()), point(article, span.end()));
    let it = boxes.first()?;
    Some(Anchor { left: it.left(), right: it.right(), top: it.top(), bottom: it.bottom() })
}
