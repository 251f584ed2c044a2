//! Web Locks: what one tab holds no other does. web-sys has them only as unstable.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Takes a lock for the life of the page; whether no other page has it. Where there are no locks,
/// as on a page without a secure connection, it is always had.
pub async fn hold(name: &str) -> bool {
    ask(name).await.unwrap_or(true)
}

async fn ask(name: &str) -> Option<bool> {
    let navigator = super::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object)?;
    let request: Function = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    let options = Object::new();
    // Setting a member of an object of our own never fails.
    let _ = Reflect::set(&options, &"ifAvailable".into(), &true.into());
    let asked = Promise::new(&mut |resolve, reject| {
        let given = Closure::once_into_js(move |lock: JsValue| {
            // Resolving a promise never fails.
            let _ = resolve.call1(&JsValue::UNDEFINED, &lock.is_object().into());
            // Held until the page is gone: this one is never resolved.
            Promise::new(&mut |_, _| ())
        });
        let name = format!("verbatim/{name}");
        if let Err(error) = request.call3(&locks, &name.into(), &options, &given) {
            let _ = reject.call1(&JsValue::UNDEFINED, &error);
        }
    });
    JsFuture::from(asked).await.ok()?.as_bool()
}
