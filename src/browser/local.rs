//! Local storage. gloo's wrapper panics when it is blocked; this one says so.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;
use web_sys::Storage;

use super::Trouble;

fn storage() -> Result<Storage, Trouble> {
    let window = super::window().ok_or(Trouble::Blocked)?;
    window.local_storage().map_err(|error| Trouble::from_js(&error))?.ok_or(Trouble::Blocked)
}

/// What is wrong with local storage: `None` when it can be asked.
#[must_use]
pub fn trouble() -> Option<Trouble> {
    storage().err()
}

/// The keys that begin with `prefix`.
///
/// # Errors
/// When local storage is blocked.
pub fn keys(prefix: &str) -> Result<Vec<String>, Trouble> {
    let storage = storage()?;
    // Asked for one by one they would take Firefox a time that grows with their square.
    let keys = Object::keys(&storage).into_iter().filter_map(|key| key.as_string());
    Ok(keys.filter(|key| key.starts_with(prefix)).collect())
}

/// The value of a key; `None` too when local storage is blocked.
#[must_use]
pub fn get(key: &str) -> Option<String> {
    storage().ok()?.get_item(key).ok().flatten()
}

/// Writes a value and reads it back.
///
/// # Errors
/// When local storage is blocked or full; the old value then stays.
pub fn set(key: &str, value: &str) -> Result<(), Trouble> {
    let storage = storage()?;
    storage.set_item(key, value).map_err(|error| Trouble::from_js(&error))?;
    // Compared by the browser: a long value would take three times its room in our memory.
    match Reflect::get(&storage, &key.into()) {
        Ok(read) if read == JsValue::from_str(value) => Ok(()),
        _ => Err(Trouble::Other("a value that was written could not be read back".into())),
    }
}

/// What this tab alone keeps, until it is closed, a reload before that not counted.
#[must_use]
pub fn of_tab(key: &str) -> Option<String> {
    super::window()?.session_storage().ok()??.get_item(key).ok()?
}

/// Keeps something for this tab alone, where the browser lets it.
pub fn keep_for_tab(key: &str, value: &str) {
    if let Some(Ok(Some(storage))) = super::window().map(|it| it.session_storage()) {
        let _ = storage.set_item(key, value);
    }
}

/// Removes a key.
///
/// # Errors
/// When local storage is blocked.
pub fn remove(key: &str) -> Result<(), Trouble> {
    storage()?.remove_item(key).map_err(|error| Trouble::from_js(&error))
}
