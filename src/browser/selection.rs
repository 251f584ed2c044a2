//! The DOM's selection, as paragraph and UTF-16 offset.
//!
//! The article's element holds sections of parts of chunks, each with the number of its first
//! paragraph in `data-first`, and a chunk holds one block for each paragraph, whose text is the
//! paragraph's and nothing else ([`super::sheet`]). So a place in the DOM is the block
//! around it and the length of the text before it.

use std::cell::RefCell;

use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CharacterData, DomRect, Element, Node, Selection};

use crate::text::Utf16;

/// The blocks, as a selector.
const BLOCK: &str = ".chunk > *";

/// A place in the article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// Which paragraph; one past the last for the end of the text.
    pub paragraph: usize,
    /// Where in its text.
    pub offset: Utf16,
}

thread_local! {
    /// The block that was looked for last, and its paragraph: one deed asks for it several times, and each
    /// question on the way to it costs as much as one to the block.
    static LAST: RefCell<Option<(usize, Element)>> = const { RefCell::new(None) };
}

fn selection() -> Option<Selection> {
    super::window()?.get_selection().ok()?
}

/// Where the selection in the article began and where it is now.
type Ends = (Point, Point);

/// Reads the DOM's selection, and remembers what it read last.
#[derive(Default)]
pub struct Reader {
    /// The selection's ends, each a text node and an offset in it, and where they are.
    last: Option<([(Node, u32); 2], Ends)>,
}

impl Reader {
    /// Where the selection in the article began and where it is now; `None` when neither
    /// end lies in the article. An end outside counts as the article's nearer end.
    pub fn read(&mut self, root: &Element) -> Option<Ends> {
        let selection = selection()?;
        // The range that was asked for follows the nodes as they change; without it Blink lays the
        // page out for each of the questions below.
        let _ = selection.get_range_at(0);
        let ends = [
            (selection.anchor_node()?, selection.anchor_offset()),
            (selection.focus_node()?, selection.focus_offset()),
        ];
        // Until something is painted a text node keeps its place.
        if let Some((_, places)) = self.last.as_ref().filter(|(before, _)| *before == ends) {
            return Some(*places);
        }
        let [(anchor, from), (focus, to)] = &ends;
        let within = [anchor, focus].map(|node| root.contains(Some(node)));
        if within == [false, false] {
            return None;
        }
        let start = place(root, anchor, *from)?;
        let places = (start, if ends[0] == ends[1] { start } else { place(root, focus, *to)? });
        // Elsewhere what stands before a text node may change unheard.
        if within == [true, true] {
            self.remember(ends, places);
        }
        Some(places)
    }

    /// Selects in the article.
    pub fn write(&mut self, root: &Element, anchor: Point, focus: Point) {
        let (Some(selection), Some(from)) = (selection(), node_at(root, anchor)) else { return };
        let to = if focus == anchor { Some(from.clone()) } else { node_at(root, focus) };
        let Some(to) = to else { return };
        // Fails only for offsets past the nodes, which `node_at` never gives.
        let _ = selection.set_base_and_extent(&from.0, from.1, &to.0, to.1);
        self.remember([from, to], (anchor, focus));
    }

    /// Forgets what it read: text nodes may have become others' places.
    pub fn forget(&mut self) {
        self.last = None;
    }

    fn remember(&mut self, ends: [(Node, u32); 2], places: Ends) {
        self.last = ends.iter().all(|(node, _)| is_text(node)).then_some((ends, places));
    }
}

fn place(root: &Element, node: &Node, offset: u32) -> Option<Point> {
    let at = |paragraph: usize| Some(Point { paragraph, offset: Utf16(0) });
    let end = || at(paragraphs(root));
    let root_node: &Node = root;
    if node == root_node {
        return root.children().item(offset).map_or_else(end, |part| at(first_of(&part)?));
    }
    if !root.contains(Some(node)) {
        let after = root.compare_document_position(node) & Node::DOCUMENT_POSITION_FOLLOWING != 0;
        return if after { end() } else { at(0) };
    }
    let known = last().filter(|(_, block)| block.contains(Some(node)));
    if known.is_none()
        && let Some(outer) = node.dyn_ref::<Element>().filter(|it| first_of(it).is_some())
    {
        if is_chunk(outer) {
            return at(first_of(outer)? + offset as usize);
        }
        let mut outward = std::iter::successors(Some(outer.clone()), |it| it.parent_element())
            .take_while(|it| !it.is_same_node(Some(root_node)));
        let after =
            outer.children().item(offset).or_else(|| outward.find_map(|it| it.next_element_sibling()));
        return after.map_or_else(end, |after| at(first_of(&after)?));
    }
    let (paragraph, block) = known.or_else(|| {
        let element = node.dyn_ref::<Element>().cloned().or_else(|| node.parent_element())?;
        let block = element.closest(BLOCK).ok()??;
        let before =
            std::iter::successors(block.previous_element_sibling(), |it| it.previous_element_sibling());
        Some(found(first_of(&block.parent_element()?)? + before.count(), block))
    })?;
    // Up to the block, adding what stands before.
    let mut before = match is_text(node) {
        true => offset as usize,
        false => (0..offset).filter_map(|at| node.child_nodes().get(at)).map(|child| text_len(&child)).sum(),
    };
    let mut here = node.clone();
    while !block.is_same_node(Some(&here)) {
        let siblings = std::iter::successors(here.previous_sibling(), Node::previous_sibling);
        before += siblings.map(|it| text_len(&it)).sum::<usize>();
        here = here.parent_node()?;
    }
    Some(Point { paragraph, offset: Utf16(before) })
}

fn last() -> Option<(usize, Element)> {
    LAST.with_borrow(Clone::clone)
}

/// Remembers the block of a paragraph.
fn found(paragraph: usize, block: Element) -> (usize, Element) {
    LAST.set(Some((paragraph, block.clone())));
    (paragraph, block)
}

/// The number of the first paragraph of a chunk, or of what holds chunks; `None` for another element.
fn first_of(outer: &Element) -> Option<usize> {
    outer.get_attribute("data-first")?.parse().ok()
}

/// Whether the paragraphs stand in it, and no chunks.
fn is_chunk(outer: &Element) -> bool {
    outer.first_element_child().is_none_or(|inner| first_of(&inner).is_none())
}

/// How many paragraphs there are.
fn paragraphs(root: &Element) -> usize {
    let mut lasts = std::iter::successors(root.last_element_child(), |it| it.last_element_child());
    let chunk = lasts.find(is_chunk);
    chunk.and_then(|it| Some(first_of(&it)? + it.child_element_count() as usize)).unwrap_or(0)
}

/// The block of a paragraph.
fn block(root: &Element, paragraph: usize) -> Option<Element> {
    // Of another text that was shown before nothing stands in it any more.
    if let Some((_, block)) = last().filter(|(it, block)| *it == paragraph && root.contains(Some(block))) {
        return Some(block);
    }
    let chunk =
        std::iter::successors(child_with(root, paragraph), |it| child_with(it, paragraph)).find(is_chunk)?;
    let block = chunk.children().item(u32::try_from(paragraph.checked_sub(first_of(&chunk)?)?).ok()?)?;
    Some(found(paragraph, block).1)
}

/// The chunk that a paragraph stands in, or what holds it next.
fn child_with(outer: &Element, paragraph: usize) -> Option<Element> {
    let children = outer.children();
    let (mut low, mut high) = (0, children.length());
    while low + 1 < high {
        let middle = low.midpoint(high);
        if first_of(&children.item(middle)?)? <= paragraph {
            low = middle;
        } else {
            high = middle;
        }
    }
    children.item(low)
}

fn is_text(node: &Node) -> bool {
    node.node_type() == Node::TEXT_NODE
}

/// The UTF-16 units of a text node. Its words would be copied for it, so it is asked for the length
/// alone.
fn units(text: &Node) -> usize {
    text.unchecked_ref::<CharacterData>().length() as usize
}

/// The UTF-16 units of the text in a node.
fn text_len(node: &Node) -> usize {
    if is_text(node) {
        return units(node);
    }
    std::iter::successors(node.first_child(), Node::next_sibling).map(|it| text_len(&it)).sum()
}

/// Whether one range is selected, and nothing outside the article: Firefox has several.
#[must_use]
pub fn is_within(root: &Element) -> bool {
    let ends = |it: Selection| [it.anchor_node(), it.focus_node()];
    selection()
        .filter(|it| !it.is_collapsed() && it.range_count() == 1)
        .is_some_and(|it| ends(it).iter().all(|end| root.contains(end.as_ref())))
}

/// The text node and the offset in it; the block itself when it has no text there.
pub(super) fn node_at(root: &Element, point: Point) -> Option<(Node, u32)> {
    let Some(block) = block(root, point.paragraph) else {
        return Some((root.clone().into(), root.child_element_count()));
    };
    let mut left = point.offset.0;
    let mut waiting: Vec<Node> = block.first_child().into_iter().collect();
    let mut last = None;
    while let Some(node) = waiting.pop() {
        if is_text(&node) {
            let len = units(&node);
            if left <= len {
                return Some((node, u32::try_from(left).ok()?));
            }
            left -= len;
            waiting.extend(node.next_sibling());
            last = Some((node, u32::try_from(len).ok()?));
        } else {
            waiting.extend(node.next_sibling());
            waiting.extend(node.first_child());
        }
    }
    last.or_else(|| Some((block.into(), 0)))
}

/// Moves the browser's own selection: for lines, which only the browser knows. Says whether it is
/// in a paragraph still: beyond the first and the last line stands what is no text, and from a line
/// that it has not laid out yet WebKit goes to the page's beginning.
pub fn modify(alter: &str, direction: &str, granularity: &str) -> bool {
    let Some(selection) = selection() else { return false };
    // Fails only for unknown words.
    let _ = selection.modify(alter, direction, granularity);
    let Some(node) = selection.focus_node() else { return false };
    let element = node.dyn_ref::<Element>().cloned().or_else(|| node.parent_element());
    element.is_some_and(|it| it.closest(BLOCK).is_ok_and(|block| block.is_some()))
}

/// Where the selection's moving end is in the window, as tall as its line.
#[must_use]
pub fn focus_rect() -> Option<DomRect> {
    let selection = selection()?;
    let (node, offset) = (selection.focus_node()?, selection.focus_offset());
    let range = if selection.is_collapsed() {
        selection.get_range_at(0).ok()?
    } else {
        let range = super::document()?.create_range().ok()?;
        range.set_start(&node, offset).ok()?;
        range
    };
    let rects = range.get_client_rects()?;
    // At a line's break there are two: the second is where the next letter stands.
    if let Some(rect) =
        rects.length().checked_sub(1).and_then(|last| rects.item(last)).filter(|it| it.height() > 0.0)
    {
        return Some(rect);
    }
    let element = node.dyn_ref::<Element>().cloned().or_else(|| node.parent_element())?;
    let child = element.children().item(offset).filter(|_| node.node_type() != Node::TEXT_NODE);
    let rect = child.unwrap_or(element).get_bounding_client_rect();
    DomRect::new_with_x_and_y_and_width_and_height(rect.x(), rect.y(), 0.0, rect.height().min(32.0)).ok()
}

/// The box around the selection in the window; `None` when nothing is selected.
#[must_use]
pub fn bounds() -> Option<DomRect> {
    let selection = selection()?;
    if selection.is_collapsed() {
        return None;
    }
    let rects = selection.get_range_at(0).ok()?.get_client_rects()?;
    let rects = (0..rects.length()).filter_map(|at| rects.item(at)).filter(|it| it.width() > 0.0);
    let mut edges: Option<(f64, f64, f64, f64)> = None;
    for rect in rects {
        let (left, top, right, bottom) = edges.unwrap_or((f64::MAX, f64::MAX, f64::MIN, f64::MIN));
        edges = Some((
            left.min(rect.left()),
            top.min(rect.top()),
            right.max(rect.right()),
            bottom.max(rect.bottom()),
        ));
    }
    let (left, top, right, bottom) = edges?;
    DomRect::new_with_x_and_y_and_width_and_height(left, top, right - left, bottom - top).ok()
}

/// The place in the article that is nearest to a point of the window; `None` when none is.
#[must_use]
pub fn place_at(root: &Element, x: f64, y: f64) -> Option<Point> {
    let document = super::document()?;
    // WebKit has only the older of the two.
    let ask = |name: &str| -> Option<JsValue> {
        let ask: Function = Reflect::get(&document, &name.into()).ok()?.dyn_into().ok()?;
        let found = ask.call2(&document, &x.into(), &y.into()).ok()?;
        Some(found).filter(|found| !found.is_null() && !found.is_undefined())
    };
    let (found, node, offset) = match ask("caretPositionFromPoint") {
        Some(found) => (found, "offsetNode", "offset"),
        None => (ask("caretRangeFromPoint")?, "startContainer", "startOffset"),
    };
    let node: Node = Reflect::get(&found, &node.into()).ok()?.dyn_into().ok()?;
    let offset = Reflect::get(&found, &offset.into()).ok()?.as_f64()?;
    root.contains(Some(&node)).then(|| place(root, &node, offset as u32))?
}

/// The boxes of the text between two places, one for each line and piece.
#[must_use]
pub fn boxes(root: &Element, from: Point, to: Point) -> Vec<DomRect> {
    let rects = || {
        let range = super::document()?.create_range().ok()?;
        let ((from, a), (to, b)) = (node_at(root, from)?, node_at(root, to)?);
        range.set_start(&from, a).ok()?;
        range.set_end(&to, b).ok()?;
        range.get_client_rects()
    };
    let Some(rects) = rects() else { return Vec::new() };
    (0..rects.length()).filter_map(|at| rects.item(at)).filter(|it| it.width() > 0.0).collect()
}

/// Whether a paragraph runs from right to left.
#[must_use]
pub fn is_rtl(root: &Element, paragraph: usize) -> bool {
    let style = block(root, paragraph).and_then(|block| super::window()?.get_computed_style(&block).ok()?);
    style.and_then(|style| style.get_property_value("direction").ok()).is_some_and(|it| it == "rtl")
}

/// Scrolls just as far as needed to show a place, or the chunk that it stands in.
pub fn reveal(root: &Element, point: Point) {
    let Some((node, _)) = node_at(root, point) else { return };
    let element = node.dyn_ref::<Element>().cloned().or_else(|| node.parent_element());
    // What the browser skips has no place yet, but what it stands in has.
    let mut outward = std::iter::successors(element, |it| it.parent_element());
    let found = outward.find_map(|it| {
        let rect = it.get_bounding_client_rect();
        (rect.height() > 0.0).then_some((it, rect))
    });
    let Some((element, rect)) = found else { return };
    let page = super::document().and_then(|it| it.document_element());
    // As it mostly is; to be told to scroll takes the browser longer.
    if page.is_some_and(|it| rect.top() >= 0.0 && rect.bottom() <= f64::from(it.client_height())) {
        return;
    }
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}
