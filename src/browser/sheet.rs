//! The article's element, filled so that a long text costs little: plain paragraphs in chunks,
//! those in parts, and those in sections, that the browser skips while they are far away, and word
//! of which chunks are near.
//!
//! The text nodes are the text and nothing else; `data-first` of each of these elements is the
//! number of its first paragraph.

use gloo::events::{EventListener, EventListenerOptions};
use js_sys::{Function, Object, Reflect};
use memchr::{memchr, memchr3};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DocumentFragment, Element, NodeList, Range};

use super::Trouble;

/// A chunk is full with so many bytes of text,
const CHUNK: usize = 1_200;
/// or so many paragraphs.
const CHUNK_PARAGRAPHS: usize = 40;
/// So many chunks stand in a part, and so many parts in a section, which the browser skips as a
/// whole: with every frame it asks of each element that it does not pass over with what it stands
/// in whether it is near, and arranges it for painting.
const PART: usize = 16;
/// The elements around paragraphs, the largest first, each with how many chunks it has.
const LEVELS: [(&str, usize); 3] = [("section", PART * PART), ("part", PART), ("chunk", 1)];
/// The first line is a heading, unless it has more bytes than this: then the text has no title.
const TITLE: usize = 300;
/// A paragraph has at most about so many bytes of markup around it.
const MARKUP: usize = 40;
/// The same of a mark.
const MARK_MARKUP: usize = 200;
/// So many pieces are made sooner by calls.
const FEW: usize = 8;
/// The parser cuts a text of so many letters in two.
const LONG: usize = 0x1_0000;
/// The browser tells of what it begins and ceases to render. An observer of our own would have
/// every chunk measured once more with every frame.
const NEAR: &str = "contentvisibilityautostatechange";

/// One paragraph to be laid.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// Its text, with its line feed.
    pub words: &'a str,
    /// Whether there is nothing but white space.
    pub blank: bool,
}

/// A piece of a paragraph: plain text, or a `mark` element with these attributes.
#[derive(Clone, Debug)]
pub struct Piece<'a> {
    /// Its text.
    pub text: &'a str,
    /// Names with values; `None` for plain text.
    pub mark: Option<Attributes>,
}

/// Names with values. The first says whose the mark is: of the same it may become another.
pub type Attributes = Vec<(&'static str, String)>;

/// A piece that is on the page: its length in bytes, and its mark.
pub type Shown = (usize, Option<Attributes>);

/// Hears of a chunk, by its number, that it comes near the window or leaves.
pub type OnNear = Box<dyn Fn(usize, bool)>;

/// A text for the page: plain paragraphs.
pub struct Plain {
    fragment: DocumentFragment,
    paragraphs: Paragraphs,
}

/// A text on the page. Lets go of the page when it is dropped.
pub struct Sheet {
    paragraphs: Paragraphs,
    mark: Element,
    _near: EventListener,
}

/// The elements of the paragraphs, by their numbers: a handle to each would weigh as much as its text.
struct Paragraphs {
    chunks: NodeList,
    /// The number of each chunk's first paragraph.
    firsts: Vec<usize>,
    count: usize,
}

impl Paragraphs {
    fn get(&self, paragraph: usize) -> Option<Element> {
        let chunk = self.firsts.partition_point(|first| *first <= paragraph).checked_sub(1)?;
        let inside = self.chunks.item(chunk as u32)?.unchecked_into::<Element>().children();
        inside.item((paragraph - self.firsts[chunk]) as u32)
    }
}

/// Whether a parser of HTML takes these words as they are, none of them as markup: it reads some
/// characters otherwise, leaves some out, and cuts what is [`LONG`].
fn is_plain(words: &str) -> bool {
    let bytes = words.as_bytes();
    bytes.len() < LONG && memchr3(b'&', b'<', 0, bytes).is_none() && memchr(b'\r', bytes).is_none()
}

impl Plain {
    /// The paragraphs of a text, the first as a heading where it is short, not on the page yet.
    ///
    /// # Errors
    /// When the browser cannot make elements.
    pub fn of<'a>(lines: impl Iterator<Item = Line<'a>> + Clone) -> Result<Plain, Trouble> {
        let trouble = |error| Trouble::from_js(&error);
        let document = super::document().ok_or(Trouble::Blocked)?;
        // The parser makes elements several times as fast as calls from here do. Chromium's is fastest
        // where there is nothing but what most pages are made of, to which headings do not belong.
        let mut html = String::with_capacity(lines.clone().map(|line| line.words.len() + MARKUP).sum());
        let mut firsts: Vec<usize> = Vec::new();
        let mut by_hand = Vec::new();
        let (mut count, mut room) = (0, 0);
        for line in lines {
            let first = firsts.last().copied().unwrap_or(0);
            if room == 0 || count - first == CHUNK_PARAGRAPHS {
                // What begins with this chunk ended with the one before.
                let begun = LEVELS.iter().filter(|(_, chunks)| firsts.len().is_multiple_of(*chunks));
                if !firsts.is_empty() {
                    begun.clone().for_each(|_| html.push_str("</div>"));
                }
                for (name, _) in begun {
                    html.push_str(&format!("<div class=\"{name}\" data-first=\"{count}\">"));
                }
                firsts.push(count);
                room = CHUNK;
            }
            room = room.saturating_sub(line.words.len());
            html.push_str(if line.blank { "<p dir=\"auto\" data-blank=\"\">" } else { "<p dir=\"auto\">" });
            let is_title = count == 0 && line.words.len() <= TITLE;
            if !is_title && is_plain(line.words) {
                html.push_str(line.words);
            } else {
                by_hand.push((count, line.words));
            }
            html.push_str("</p>");
            count += 1;
        }
        if !firsts.is_empty() {
            LEVELS.iter().for_each(|_| html.push_str("</div>"));
        }
        let holder = document.create_element("div").map_err(trouble)?;
        holder.set_inner_html(&html);
        let fragment = document.create_document_fragment();
        while let Some(part) = holder.first_child() {
            fragment.append_child(&part).map_err(trouble)?;
        }
        let chunks = fragment.query_selector_all(".chunk").map_err(trouble)?;
        let paragraphs = Paragraphs { chunks, firsts, count };
        for (number, words) in by_hand {
            let mut element = paragraphs.get(number).ok_or(Trouble::Blocked)?;
            if number == 0 && words.len() <= TITLE {
                let heading = document.create_element("h1").map_err(trouble)?;
                heading.set_attribute("dir", "auto").map_err(trouble)?;
                element.replace_with_with_node_1(&heading).map_err(trouble)?;
                element = heading;
            }
            element.set_text_content(Some(words));
        }
        Ok(Plain { fragment, paragraphs })
    }
}

impl Sheet {
    /// Fills `root` with a text. `on_near` hears which chunk comes near the window (`true`) or
    /// leaves (`false`); of those that are always rendered it hears nothing.
    ///
    /// # Errors
    /// When the browser cannot make elements.
    pub fn lay(root: &Element, text: Plain, on_near: OnNear) -> Result<Sheet, Trouble> {
        let Plain { fragment, paragraphs } = text;
        let document = super::document().ok_or(Trouble::Blocked)?;
        root.replace_children_with_node_1(&fragment);

        let mark = document.create_element("mark").map_err(|error| Trouble::from_js(&error))?;
        let near = {
            let firsts = paragraphs.firsts.clone();
            EventListener::new_with_options(
                root,
                NEAR,
                EventListenerOptions::run_in_capture_phase(),
                move |event| {
                    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
                    let Some(target) = target else { return };
                    let first = target.get_attribute("data-first").and_then(|it| it.parse::<usize>().ok());
                    let Some(Ok(chunk)) = first.map(|first| firsts.binary_search(&first)) else { return };
                    // web-sys has no type for this event.
                    let near = Reflect::get(event, &"skipped".into()).is_ok_and(|it| it.is_falsy());
                    if target.class_name() == "chunk" {
                        return on_near(chunk, near);
                    }
                    // What stands in it tells nothing while it is skipped.
                    let inside = target.get_elements_by_class_name("chunk");
                    for (chunk, at) in (chunk..).zip(0..inside.length()) {
                        let paragraph = inside.item(at).and_then(|it| it.first_element_child());
                        on_near(chunk, near && paragraph.is_some_and(|it| is_rendered(&it)));
                    }
                },
            )
        };
        Ok(Sheet { paragraphs, mark, _near: near })
    }

    /// How many chunks there are.
    #[must_use]
    pub fn chunks(&self) -> usize {
        self.paragraphs.firsts.len()
    }

    /// The paragraphs of a chunk.
    #[must_use]
    pub fn paragraphs_of(&self, chunk: usize) -> std::ops::Range<usize> {
        let Paragraphs { firsts, count, .. } = &self.paragraphs;
        let end = firsts.get(chunk + 1).copied().unwrap_or(*count);
        firsts.get(chunk).copied().unwrap_or(end)..end
    }

    /// Paints the pieces of a paragraph in place of those that it shows, which may be left out where
    /// they are not known; together they are its text. Where one comes in the place of another of its kind,
    /// that is changed: the browser styles a new one, and lays it out, for longer. Whether the text stands
    /// in other nodes now, or otherwise in the same.
    ///
    /// # Errors
    /// When the browser refuses; the paragraph then still has its text, or gets it with the next paint.
    pub fn paint(&self, paragraph: usize, shown: &[Shown], pieces: &[Piece<'_>]) -> Result<bool, Trouble> {
        let trouble = |error| Trouble::from_js(&error);
        let Some(element) = self.paragraphs.get(paragraph) else { return Ok(false) };
        // Where somebody else, such as an extension, has changed the nodes, none of them is kept.
        let nodes = element.child_nodes();
        let shown = if nodes.length() as usize == shown.len() { shown } else { &[] };
        let kept = alike(shown, pieces);
        let (old, old_end) = shown.split_at(shown.len() - kept.1);
        let (new, new_end) = pieces.split_at(pieces.len() - kept.1);
        change(&nodes, old.len(), old_end, new_end)?;
        let ((old_start, old), (new_start, new)) = (old.split_at(kept.0), new.split_at(kept.0));
        change(&nodes, 0, old_start, new_start)?;
        if old.len() == new.len() && old.iter().zip(new).all(|(old, new)| is_kin(&old.1, &new.mark)) {
            return change(&nodes, kept.0, old, new);
        }
        let html = if new.len() > FEW { markup(new) } else { None };
        let fragment = match html {
            Some(html) => parsed(&element, &html),
            None => self.made(new),
        };
        let fragment = fragment.map_err(trouble)?;
        if kept == (0, 0) {
            element.replace_children_with_node_1(&fragment);
            return Ok(true);
        }
        let shown = element.child_nodes();
        let after = shown.length().saturating_sub(kept.1 as u32);
        let after = shown.item(after);
        while let Some(old) = shown.item(kept.0 as u32).filter(|old| Some(old) != after.as_ref()) {
            element.remove_child(&old).map_err(trouble)?;
        }
        element.insert_before(&fragment, after.as_ref()).map_err(trouble)?;
        Ok(true)
    }

    /// Pieces made one by one.
    fn made(&self, pieces: &[Piece<'_>]) -> Result<DocumentFragment, JsValue> {
        let document = super::document().ok_or(JsValue::NULL)?;
        let fragment = document.create_document_fragment();
        for piece in pieces {
            let text = document.create_text_node(piece.text);
            match &piece.mark {
                None => fragment.append_child(&text)?,
                Some(attributes) => {
                    let mark: Element = self.mark.clone_node()?.dyn_into()?;
                    for (name, value) in attributes {
                        mark.set_attribute(name, value)?;
                    }
                    mark.append_child(&text)?;
                    fragment.append_child(&mark)?
                }
            };
        }
        Ok(fragment)
    }

    /// Sets or takes away an attribute on each mark of a painted paragraph, without touching
    /// its nodes: a selection that has begun there stays. `holds` is asked with the value of
    /// another attribute, `by`.
    pub fn flag(&self, paragraph: usize, name: &str, by: &str, holds: impl Fn(&str) -> bool) {
        let Some(element) = self.paragraphs.get(paragraph) else { return };
        let marks = element.children();
        for mark in (0..marks.length()).filter_map(|at| marks.item(at)) {
            if holds(&mark.get_attribute(by).unwrap_or_default()) {
                // Fails only for an invalid name.
                let _ = mark.set_attribute(name, "");
            } else if mark.has_attribute(name) {
                let _ = mark.remove_attribute(name);
            }
        }
    }
}

/// Pieces that stand in an element, as a parser makes them.
fn parsed(element: &Element, html: &str) -> Result<DocumentFragment, JsValue> {
    let range = Range::new()?;
    range.select_node_contents(element)?;
    range.create_contextual_fragment(html)
}

/// Pieces for the parser, which makes many of them sooner than calls from here do; `None` where it
/// would not take every character as it is.
fn markup(pieces: &[Piece<'_>]) -> Option<String> {
    let mut html = String::with_capacity(pieces.iter().map(|it| it.text.len() + MARK_MARKUP).sum());
    for Piece { text, mark } in pieces {
        if let Some(attributes) = mark {
            html.push_str("<mark");
            for (name, value) in attributes {
                html.extend([" ", name, "=\""]);
                push_escaped(&mut html, value)?;
                html.push('"');
            }
            html.push('>');
        }
        push_escaped(&mut html, text)?;
        if mark.is_some() {
            html.push_str("</mark>");
        }
    }
    Some(html)
}

/// Adds what a parser reads as these words.
fn push_escaped(html: &mut String, words: &str) -> Option<()> {
    if words.len() >= LONG || words.contains(['\0', '\r']) {
        return None;
    }
    let mut from = 0;
    for (at, found) in words.match_indices(['&', '<', '"']) {
        let name = match found {
            "&" => "&amp;",
            "<" => "&lt;",
            _ => "&quot;",
        };
        html.extend([&words[from..at], name]);
        from = at + found.len();
    }
    html.push_str(&words[from..]);
    Some(())
}

/// How many pieces at the beginning and at the end stand where others of their kind stood.
fn alike(old: &[Shown], new: &[Piece<'_>]) -> (usize, usize) {
    let same = |(old, new): &(&Shown, &Piece<'_>)| old.0 == new.text.len() && is_kin(&old.1, &new.mark);
    let most = old.len().min(new.len());
    let before = old.iter().zip(new).take_while(same).count();
    let after = old.iter().rev().zip(new.iter().rev()).take(most - before).take_while(same).count();
    (before, after)
}

/// Whether both are plain text, or marks of the same.
fn is_kin(old: &Option<Attributes>, new: &Option<Attributes>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => old.first() == new.first(),
        (old, new) => old.is_none() && new.is_none(),
    }
}

/// Makes some pieces, the first of them a paragraph's node with this number, what they are now; whether
/// any has other text.
fn change(nodes: &NodeList, first: usize, old: &[Shown], new: &[Piece<'_>]) -> Result<bool, Trouble> {
    let trouble = |error| Trouble::from_js(&error);
    let mut changed = false;
    // Where each begins, from where the first did.
    let (mut was, mut is) = (0, 0);
    for ((at, (len, before)), Piece { text, mark }) in (first..).zip(old).zip(new) {
        let moved = (was, *len) != (is, text.len());
        was += len;
        is += text.len();
        if !moved && before == mark {
            continue;
        }
        let node = nodes.item(at as u32).ok_or(Trouble::Blocked)?;
        if let (Some(before), Some(mark)) = (before, mark) {
            let element: &Element = node.unchecked_ref();
            for (name, value) in mark.iter().filter(|it| !before.contains(it)) {
                element.set_attribute(name, value).map_err(trouble)?;
            }
            for (name, _) in before.iter().filter(|(name, _)| mark.iter().all(|(now, _)| now != name)) {
                element.remove_attribute(name).map_err(trouble)?;
            }
        }
        if moved {
            node.set_text_content(Some(text));
            changed = true;
        }
    }
    Ok(changed)
}

/// Whether the browser renders an element, and does not skip what it stands in.
fn is_rendered(element: &Element) -> bool {
    let options = Object::new();
    // Neither fails for an object and an element of our own.
    let _ = Reflect::set(&options, &"contentVisibilityAuto".into(), &true.into());
    let asked = Reflect::get(element, &"checkVisibility".into()).and_then(|it| it.dyn_into::<Function>());
    asked.and_then(|ask| ask.call1(element, &options)).is_ok_and(|answer| answer.is_truthy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_of_the_same_length_stays_whatever_else_is_said_of_it() {
        let mark = |id: &str, focused: bool| {
            let focus = focused.then(|| ("data-focused", String::new()));
            Some([("data-annotations", id.to_owned())].into_iter().chain(focus).collect::<Attributes>())
        };
        let piece = |text, mark| Piece { text, mark };
        let old = [("سلام 😃".len(), mark("a", true)), (4, None), (3, mark("b", false)), (6, None)];
        // Other words are marked between the two.
        let new = [
            piece("سلام 😃", mark("a", false)),
            piece("e\u{301} ", None),
            piece("中", mark("c", true)),
            piece("b\u{301}", mark("b", false)),
            piece(" after", None),
        ];
        assert_eq!(alike(&old, &new), (2, 2));
        let moved = [piece("سلام ", mark("a", true)), piece("😃 more", None)];
        assert_eq!(alike(&old, &moved), (0, 0));
        assert_eq!(alike(&[], &moved), (0, 0));
    }

    #[test]
    fn what_a_parser_reads_otherwise_is_escaped_or_left_to_calls() {
        let of = |text: &str, value: &str| {
            let mark = Some(vec![("data-begins", value.to_owned())]);
            markup(&[Piece { text: "e\u{301} > ", mark: None }, Piece { text, mark }])
        };
        assert_eq!(
            of("a &lt; <b> سلام 😃", "“R&D\" 中文").as_deref(),
            Some("e\u{301} > <mark data-begins=\"“R&amp;D&quot; 中文\">a &amp;lt; &lt;b> سلام 😃</mark>")
        );
        assert_eq!(
            of("\n\t\u{b}", "").as_deref(),
            Some("e\u{301} > <mark data-begins=\"\">\n\t\u{b}</mark>")
        );
        for odd in ["a\rb", "a\0b", &"x".repeat(LONG)] {
            assert_eq!((of(odd, "fine"), of("fine", odd)), (None, None));
        }
    }
}
