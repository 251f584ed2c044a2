//! Listeners that end when they are dropped, and places on the page.

use gloo::events::{EventListener, EventListenerOptions, EventListenerPhase};
use web_sys::{Event, EventTarget, HtmlElement};

/// Listens, able to prevent the default; in the capture phase, so that scrolling of
/// any element is heard.
pub fn on(target: &EventTarget, event: &'static str, f: impl FnMut(&Event) + 'static) -> EventListener {
    // The capture phase would come before the components' own handlers of keys.
    let phase = if event == "keydown" { EventListenerPhase::Bubble } else { EventListenerPhase::Capture };
    let options = EventListenerOptions { phase, passive: false };
    EventListener::new_with_options(target, event, options, f)
}

/// Puts a fixed element at a place in the window, in CSS pixels. Through the object
/// model: the Content-Security-Policy allows no style attribute.
pub fn place(element: &HtmlElement, x: f64, y: f64, height: Option<f64>) {
    let style = element.style();
    // Setting a property that exists never fails.
    let _ = style.set_property("left", &pixels(x));
    let _ = style.set_property("top", &pixels(y));
    if let Some(height) = height {
        let _ = style.set_property("height", &pixels(height));
    }
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
