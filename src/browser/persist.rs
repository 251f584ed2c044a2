//! Asking the browser to keep what is stored.

use wasm_bindgen_futures::JsFuture;

use web_sys::StorageManager;

/// Asks that the browser does not clear our storage when space is short; whether it
/// agreed. Where it cannot be asked, it did not.
pub async fn ask_to_persist() -> bool {
    let Some(manager) = manager() else { return false };
    let Ok(asked) = manager.persist() else { return false };
    JsFuture::from(asked).await.is_ok_and(|answer| answer.is_truthy())
}

/// Whether the browser agreed not to clear our storage.
pub async fn is_persistent() -> bool {
    let Some(Ok(asked)) = manager().map(|manager| manager.persisted()) else { return false };
    JsFuture::from(asked).await.is_ok_and(|answer| answer.is_truthy())
}

fn manager() -> Option<StorageManager> {
    let navigator = super::window()?.navigator();
    // WebKitGTK has no storage manager.
    let has = js_sys::Reflect::get(&navigator, &"storage".into()).is_ok_and(|it| it.is_object());
    has.then(|| navigator.storage())
}
