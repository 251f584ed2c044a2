//! Other tabs of the same origin.

use std::rc::Rc;

use gloo::events::EventListener;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent, StorageEvent};

const CHANNEL: &str = "verbatim";

/// Hears what other tabs store and tells them what this one has stored, as keys with
/// values. Ends when it is dropped.
///
/// Both the broadcast channel and the `storage` event are heard: the first carries what only
/// IndexedDB has, the second comes by itself of what local storage takes.
pub struct Tabs {
    channel: Option<BroadcastChannel>,
    _listeners: Vec<EventListener>,
}

impl Tabs {
    /// Begins to listen.
    pub fn listen(on: impl Fn(Vec<(String, String)>) + 'static) -> Tabs {
        let on = Rc::new(on);
        let channel = BroadcastChannel::new(CHANNEL).ok();
        let mut listeners = Vec::new();
        if let Some(channel) = &channel {
            let on = Rc::clone(&on);
            listeners.push(EventListener::new(channel, "message", move |event| {
                let pairs = event.dyn_ref::<MessageEvent>().and_then(|it| it.data().dyn_into::<Array>().ok());
                let pair = |pair: JsValue| {
                    let pair = pair.dyn_into::<Array>().ok()?;
                    Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
                };
                on(pairs.map(|pairs| pairs.iter().filter_map(pair).collect()).unwrap_or_default());
            }));
        }
        if let Some(window) = super::window() {
            listeners.push(EventListener::new(&window, "storage", move |event| {
                if let Some(event) = event.dyn_ref::<StorageEvent>()
                    && let (Some(key), Some(value)) = (event.key(), event.new_value())
                {
                    on(vec![(key, value)]);
                }
            }));
        }
        Tabs { channel, _listeners: listeners }
    }

    /// Tells the other tabs.
    pub fn post(&self, records: &[(String, String)]) {
        let Some(channel) = self.channel.as_ref().filter(|_| !records.is_empty()) else { return };
        let pairs: Array = records
            .iter()
            .map(|(key, value)| Array::of2(&JsValue::from_str(key), &JsValue::from_str(value)))
            .collect();
        // Strings can always be cloned; a closed channel has nobody listening.
        let _ = channel.post_message(&pairs);
    }
}

impl Drop for Tabs {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.close();
        }
    }
}
