//! The browser's hands: selection, storage, files, other tabs, the clock.
//!
//! Spans and strings only: this room has never heard of annotations. Whatever the
//! browser refuses comes back as [`Trouble`], never as a panic.

pub mod clock;
pub mod files;
pub mod highlight;
pub mod letters;
pub mod listen;
pub mod local;
pub mod lock;
mod mirror;
pub mod persist;
pub mod selection;
pub mod sheet;
mod tabs;
pub mod worker;

pub use mirror::Mirror;
pub use selection::Point;
pub use sheet::Sheet;
pub use tabs::Tabs;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Window};

/// What the browser would not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It is switched off: by a setting, a policy or a private window.
    Blocked,
    /// There is no room left.
    Full,
    /// What was stored there has been removed under the page.
    Removed,
    /// Something else, in the browser's words.
    Other(String),
}

impl Trouble {
    /// Reads what JavaScript threw. Quota errors have three names and two codes in
    /// the browsers of today.
    #[must_use]
    pub fn from_js(value: &JsValue) -> Trouble {
        let text = |name: &str| js_sys::Reflect::get(value, &name.into()).ok().and_then(|it| it.as_string());
        let name = text("name").unwrap_or_default();
        match name.as_str() {
            "QuotaExceededError" | "NS_ERROR_DOM_QUOTA_REACHED" | "QUOTA_EXCEEDED_ERR" => Trouble::Full,
            "SecurityError" | "NotAllowedError" => Trouble::Blocked,
            _ => Trouble::Other(text("message").filter(|it| !it.is_empty()).unwrap_or(name)),
        }
    }
}

thread_local! {
    /// Asked for once: one deed needs them a dozen times.
    static PAGE: Option<(Window, Document)> = js_sys::global().dyn_into::<Window>().ok().and_then(|it| {
        let document = it.document()?;
        Some((it, document))
    });
}

/// The window; none in a worker.
#[must_use]
pub fn window() -> Option<Window> {
    PAGE.with(|page| page.as_ref().map(|(window, _)| window.clone()))
}

/// The document; none in a worker.
#[must_use]
pub fn document() -> Option<Document> {
    PAGE.with(|page| page.as_ref().map(|(_, document)| document.clone()))
}
