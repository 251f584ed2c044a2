//! Local storage. gloo's wrapper panics when it is blocked; this one says so.

use std::cell::OnceCell;

use js_sys::{JsString, Object, Reflect};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use super::Trouble;

#[wasm_bindgen]
extern "C" {
    /// A storage that takes texts which are JavaScript's already: what is written is also read back, and
    /// would be made anew for each.
    #[derive(Clone)]
    #[wasm_bindgen(extends = web_sys::Storage)]
    type Storage;
    #[wasm_bindgen(method, catch, js_name = setItem)]
    fn set(this: &Storage, key: &JsString, value: &JsString) -> Result<(), JsValue>;
}

thread_local! {
    /// Asked for once: each time takes the browser a third of what a write does.
    static STORAGE: OnceCell<Storage> = const { OnceCell::new() };
}

fn storage() -> Result<Storage, Trouble> {
    if let Some(known) = STORAGE.with(|it| it.get().cloned()) {
        return Ok(known);
    }
    let window = super::window().ok_or(Trouble::Blocked)?;
    let storage =
        window.local_storage().map_err(|error| Trouble::from_js(&error))?.ok_or(Trouble::Blocked)?;
    Ok(STORAGE.with(|it| it.get_or_init(|| storage.unchecked_into()).clone()))
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
    let (storage, key, value) = (storage()?, JsString::from(key), JsString::from(value));
    storage.set(&key, &value).map_err(|error| Trouble::from_js(&error))?;
    // Compared by the browser: a long value would take three times its room in our memory.
    match Reflect::get(&storage, &key) {
        Ok(read) if read == **value => Ok(()),
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
