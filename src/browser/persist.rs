//! Asking the browser to keep what is stored.

use wasm_bindgen_futures::JsFuture;

/// Asks that the browser does not clear our storage when space is short; whether it
/// agreed. Where it cannot be asked, it did not.
pub async fn ask_to_persist() -> bool {
    let Some(window) = super::window() else { return false };
    let navigator = window.navigator();
    // WebKitGTK has no storage manager.
    let has = js_sys::Reflect::get(&navigator, &"storage".into()).is_ok_and(|it| it.is_object());
    if !has {
        return false;
    }
    let Ok(asked) = navigator.storage().persist() else { return false };
    JsFuture::from(asked).await.is_ok_and(|answer| answer.is_truthy())
}
