//! What one tab holds no other does: by Web Locks, which web-sys has only as unstable, and where
//! there are none, as on a page without a secure connection, by asking the other tabs.

use std::cell::Cell;
use std::rc::Rc;

use gloo::events::EventListener;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{BroadcastChannel, MessageEvent};

use super::clock;

const CHANNEL: &str = "verbatim/held";
/// So long the other tabs have for an answer, in milliseconds.
const ANSWER: u32 = 200;

/// Takes a lock for the life of the page; whether no other page has it. Where nobody can be asked
/// it is always had.
pub async fn hold(name: &str) -> bool {
    match ask(name).await {
        Some(had) => had,
        None => ask_tabs(name).await,
    }
}

/// Asks the other tabs, and from then on answers them.
async fn ask_tabs(name: &str) -> bool {
    let Ok(channel) = BroadcastChannel::new(CHANNEL) else { return true };
    // Of two that ask at once one goes before: any order does.
    let mine = format!("{name} {:010}", clock::random_u32());
    let answer = format!("held {name}");
    let (held, asks) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(true)));
    let listener = {
        let (channel, name, mine, answer) = (channel.clone(), name.to_owned(), mine.clone(), answer.clone());
        let (held, asks) = (Rc::clone(&held), Rc::clone(&asks));
        EventListener::new(&channel.clone(), "message", move |event| {
            let said = event.dyn_ref::<MessageEvent>().and_then(|it| it.data().as_string());
            let said = said.unwrap_or_default();
            if said == answer {
                held.set(held.get() || asks.get());
            } else if said.split(' ').next() == Some(&name) && (!asks.get() || said > mine) && !held.get() {
                // Text can always be handed over; a closed channel has nobody listening.
                let _ = channel.post_message(&answer.as_str().into());
            }
        })
    };
    let _ = channel.post_message(&mine.into());
    clock::pause(ANSWER).await;
    asks.set(false);
    if held.get() {
        channel.close();
        return false;
    }
    // For the life of the page.
    listener.forget();
    true
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
