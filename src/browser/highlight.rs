//! Places painted without elements: the CSS Custom Highlight API. web-sys has no types for it
//! yet; where the browser has none, nothing is painted.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Range};

use super::{Point, selection};

/// Paints places in the article under a name that the stylesheets know, in place of those that
/// were painted under it before.
pub fn paint(root: &Element, name: &str, places: &[(Point, Point)]) {
    let ranges: Array = places.iter().filter_map(|(from, to)| range(root, *from, *to)).collect();
    // Fails where there is no such thing.
    let _ = set(name, &ranges);
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
