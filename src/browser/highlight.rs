//! Places painted without elements: the CSS Custom Highlight API. web-sys has no types for it
//! yet; where the browser has none, nothing is painted.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CssStyleDeclaration, Element, Range};

use super::{Point, selection};

/// Says how the stylesheets reach what is painted in the article: by a rule for its `root`, or for
/// `each` element in it.
const STYLED: &str = "data-highlights";

/// Paints places in the article under a name that the stylesheets know, in place of those that
/// were painted under it before.
pub fn paint(root: &Element, name: &str, places: &[(Point, Point)]) {
    let ranges: Array = places.iter().filter_map(|(from, to)| range(root, *from, *to)).collect();
    // Fails where there is no such thing.
    let painted = set(name, &ranges).is_ok() && ranges.length() > 0;
    if painted && !root.has_attribute(STYLED) {
        let by = if is_inherited(root).unwrap_or(false) { "root" } else { "each" };
        // Fails only for an invalid name.
        let _ = root.set_attribute(STYLED, by);
    }
}

/// Whether an element has the styles of its parent for what is painted in it, as CSS Pseudo-Elements
/// Level 4 has it. Not in every browser; and where all elements need rules of their own, each costs the
/// browser as much again as its other styles, for every name.
fn is_inherited(root: &Element) -> Option<bool> {
    let inside = root.query_selector("p").ok()??;
    let window = super::window()?;
    let colour = |style: Option<CssStyleDeclaration>| style?.get_property_value("background-color").ok();
    let painted = window.get_computed_style_with_pseudo_elt(&inside, "::highlight(found)").ok()?;
    Some(colour(painted) != colour(window.get_computed_style(&inside).ok()?))
}

fn range(root: &Element, from: Point, to: Point) -> Option<Range> {
    let range = super::document()?.create_range().ok()?;
    let ((from, a), (to, b)) = (selection::node_at(root, from)?, selection::node_at(root, to)?);
    range.set_start(&from, a).ok()?;
    range.set_end(&to, b).ok()?;
    Some(range)
}

fn set(name: &str, ranges: &Array) -> Result<(), JsValue> {
    let global = js_sys::global();
    let all = Reflect::get(&Reflect::get(&global, &"CSS".into())?, &"highlights".into())?;
    let call = |method: &str, arguments: &Array| {
        Reflect::get(&all, &method.into())?.dyn_into::<Function>()?.apply(&all, arguments)
    };
    if ranges.length() == 0 {
        call("delete", &Array::of1(&name.into()))?;
        return Ok(());
    }
    let make: Function = Reflect::get(&global, &"Highlight".into())?.dyn_into()?;
    let highlight = Reflect::construct(&make, ranges)?;
    call("set", &Array::of2(&name.into(), &highlight))?;
    Ok(())
}
