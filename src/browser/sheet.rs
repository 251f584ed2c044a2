//! The article's element, filled so that a long text costs little: plain paragraphs in
//! chunks that the browser skips while they are far away, and word of which are near.
//!
//! The text nodes are the text and nothing else; `data-first` of a chunk is the number
//! of its first paragraph.

use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};

use super::Trouble;

/// A chunk is full with so many bytes of text,
const CHUNK_BYTES: usize = 3_000;
/// or so many paragraphs.
const CHUNK_PARAGRAPHS: usize = 40;
/// How far from the window a chunk is still near.
const MARGIN: &str = "600px 0px";

/// One paragraph to be laid.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// Its text, with its line feed.
    pub text: &'a str,
    /// Whether there is nothing but white space.
    pub blank: bool,
}

/// A piece of a paragraph: plain text, or a `mark` element with these attributes.
#[derive(Clone, Debug)]
pub struct Piece<'a> {
    /// Its text.
    pub text: &'a str,
    /// Names with values; `None` for plain text.
    pub mark: Option<Vec<(&'static str, String)>>,
}

/// A text on the page. Lets go of the page when it is dropped.
pub struct Sheet {
    /// The paragraphs' elements.
    paragraphs: Vec<Element>,
    /// The number of each chunk's first paragraph.
    firsts: Vec<usize>,
    observer: IntersectionObserver,
    _on_near: Closure<dyn FnMut(Array)>,
    mark: Element,
}

impl Sheet {
    /// Fills `root` with paragraphs, the first as a heading. `on_near` hears which chunks
    /// come near the window (`true`) and which leave (`false`), beginning soon after this.
    ///
    /// # Errors
    /// When the browser cannot make elements or watch them.
    pub fn lay<'a>(
        root: &Element,
        lines: impl Iterator<Item = Line<'a>>,
        on_near: impl Fn(&[(usize, bool)]) + 'static,
    ) -> Result<Sheet, Trouble> {
        let trouble = |error| Trouble::from_js(&error);
        let document = super::document().ok_or(Trouble::Blocked)?;
        let template = |tag: &str, blank: bool| -> Result<Element, Trouble> {
            let element = document.create_element(tag).map_err(trouble)?;
            element.set_attribute("dir", "auto").map_err(trouble)?;
            if blank {
                element.set_attribute("data-blank", "").map_err(trouble)?;
            }
            Ok(element)
        };
        let (plain, blank) = (template("p", false)?, template("p", true)?);
        let mut chunk = plain.clone();
        let (mut paragraphs, mut firsts): (Vec<Element>, Vec<usize>) = (Vec::new(), Vec::new());
        let fragment = document.create_document_fragment();
        let mut room = 0;
        for (number, line) in lines.enumerate() {
            let first = firsts.last().copied().unwrap_or(0);
            if room == 0 || number - first == CHUNK_PARAGRAPHS {
                chunk = document.create_element("div").map_err(trouble)?;
                chunk.set_class_name("chunk");
                chunk.set_attribute("data-first", &number.to_string()).map_err(trouble)?;
                fragment.append_child(&chunk).map_err(trouble)?;
                firsts.push(number);
                room = CHUNK_BYTES;
            }
            room = room.saturating_sub(line.text.len());
            let element = if number == 0 {
                template("h1", false)?
            } else {
                let template = if line.blank { &blank } else { &plain };
                template.clone_node().map_err(trouble)?.dyn_into().map_err(|_| Trouble::Blocked)?
            };
            element.set_text_content(Some(line.text));
            chunk.append_child(&element).map_err(trouble)?;
            paragraphs.push(element);
        }
        root.replace_children_with_node_1(&fragment);

        let on_near = {
            let firsts = firsts.clone();
            Closure::<dyn FnMut(Array)>::new(move |entries: Array| {
                let told: Vec<(usize, bool)> = entries
                    .iter()
                    .filter_map(|entry| {
                        let entry: IntersectionObserverEntry = entry.dyn_into().ok()?;
                        let first: usize = entry.target().get_attribute("data-first")?.parse().ok()?;
                        Some((firsts.binary_search(&first).ok()?, entry.is_intersecting()))
                    })
                    .collect();
                on_near(&told);
            })
        };
        let options = IntersectionObserverInit::new();
        options.set_root_margin(MARGIN);
        let observer = IntersectionObserver::new_with_options(on_near.as_ref().unchecked_ref(), &options)
            .map_err(trouble)?;
        let mark = document.create_element("mark").map_err(trouble)?;
        let sheet = Sheet { paragraphs, firsts, observer, _on_near: on_near, mark };
        sheet.look_again();
        Ok(sheet)
    }

    /// Has every chunk told of anew, near or not.
    pub fn look_again(&self) {
        self.observer.disconnect();
        let chunk = |first: &usize| self.paragraphs.get(*first)?.parent_element();
        for chunk in self.firsts.iter().filter_map(chunk) {
            self.observer.observe(&chunk);
        }
    }

    /// How many chunks there are.
    #[must_use]
    pub fn chunks(&self) -> usize {
        self.firsts.len()
    }

    /// The paragraphs of a chunk.
    #[must_use]
    pub fn paragraphs_of(&self, chunk: usize) -> std::ops::Range<usize> {
        let end = self.firsts.get(chunk + 1).copied().unwrap_or(self.paragraphs.len());
        self.firsts.get(chunk).copied().unwrap_or(end)..end
    }

    /// Paints a paragraph anew; together the pieces are its text. `dense` when its lines
    /// must stand further apart.
    ///
    /// # Errors
    /// When the browser refuses; the paragraph then stays as it was.
    pub fn paint(&self, paragraph: usize, pieces: &[Piece<'_>], dense: bool) -> Result<(), Trouble> {
        let trouble = |error| Trouble::from_js(&error);
        let Some(element) = self.paragraphs.get(paragraph) else { return Ok(()) };
        let document = super::document().ok_or(Trouble::Blocked)?;
        let fragment = document.create_document_fragment();
        for piece in pieces {
            let text = document.create_text_node(piece.text);
            match &piece.mark {
                None => fragment.append_child(&text).map_err(trouble)?,
                Some(attributes) => {
                    let mark: Element =
                        self.mark.clone_node().map_err(trouble)?.dyn_into().map_err(|_| Trouble::Blocked)?;
                    for (name, value) in attributes {
                        mark.set_attribute(name, value).map_err(trouble)?;
                    }
                    mark.append_child(&text).map_err(trouble)?;
                    fragment.append_child(&mark).map_err(trouble)?
                }
            };
        }
        element.replace_children_with_node_1(&fragment);
        if dense {
            element.set_attribute("data-dense", "").map_err(trouble)?;
        } else if element.has_attribute("data-dense") {
            element.remove_attribute("data-dense").map_err(trouble)?;
        }
        Ok(())
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

impl Drop for Sheet {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
