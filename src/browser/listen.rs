//! Listeners that end when they are dropped, and places on the page.

use gloo::events::{EventListener, EventListenerOptions, EventListenerPhase};
use wasm_bindgen::JsValue;
use web_sys::{Event, EventTarget, HtmlElement, Window};

/// Listens, able to prevent the default; in the capture phase, so that scrolling of
/// any element is heard.
pub fn on(target: &EventTarget, event: &'static str, f: impl FnMut(&Event) + 'static) -> EventListener {
    // The capture phase would come before the components' own handlers of keys.
    let phase = if event == "keydown" { EventListenerPhase::Bubble } else { EventListenerPhase::Capture };
    let options = EventListenerOptions { phase, passive: false };
    EventListener::new_with_options(target, event, options, f)
}

/// Does something before any other listener hears of an event.
pub fn first(window: &EventTarget, event: &'static str, f: impl Fn(&Event) + 'static) -> EventListener {
    EventListener::new_with_options(window, event, EventListenerOptions::run_in_capture_phase(), f)
}

/// Does something after the components' own listeners have heard of an event.
pub fn last(window: &EventTarget, event: &'static str, f: impl Fn(&Event) + 'static) -> EventListener {
    EventListener::new(window, event, f)
}

/// How far the page has been scrolled, in CSS pixels.
#[must_use]
pub fn scrolled() -> (f64, f64) {
    let window = web_sys::window();
    let of = |axis: fn(&Window) -> Result<f64, JsValue>| window.as_ref().and_then(|it| axis(it).ok());
    (of(Window::scroll_x).unwrap_or(0.0), of(Window::scroll_y).unwrap_or(0.0))
}

/// Puts an element at a place, in CSS pixels: in the window, where it is fixed. Through the object
/// model: the Content-Security-Policy allows no style attribute. A transform, since the page
/// need not be laid out for it.
pub fn place(element: &HtmlElement, x: f64, y: f64) {
    // Setting a property that exists never fails.
    let _ = element.style().set_property("transform", &format!("translate({},{})", pixels(x), pixels(y)));
}

/// Gives an element a height, in CSS pixels.
pub fn set_height(element: &HtmlElement, height: f64) {
    // Setting a property that exists never fails.
    let _ = element.style().set_property("height", &pixels(height));
}

/// Whole pixels: writing fractions takes code that nothing else needs.
fn pixels(length: f64) -> String {
    format!("{}px", length.round() as i64)
}
