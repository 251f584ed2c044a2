//! The site's second module, in a thread of its own: large, and rarely needed. It reads
//! text files whose bytes do not tell their encoding.

use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, Worker};

use super::Trouble;

/// Beside the page; Trunk gives workers no hash.
const SCRIPT: &str = "decoder_loader.js";

/// What bytes say: the text, the encoding's name, and how many places could not be read.
pub type Read = (String, String, usize);

/// Has the second module read bytes.
///
/// # Errors
/// When it cannot be loaded or breaks down.
pub async fn read(bytes: &[u8]) -> Result<Read, Trouble> {
    let worker = Worker::new(SCRIPT).map_err(|error| Trouble::from_js(&error))?;
    let answer = converse(&worker, bytes).await;
    worker.terminate();
    let broken = || Trouble::Other("the part that knows other encodings could not be loaded".into());
    let answer: Array = answer.ok().and_then(|it| it.dyn_into().ok()).ok_or_else(broken)?;
    let text = |at| answer.get(at).as_string().ok_or_else(broken);
    Ok((text(0)?, text(1)?, answer.get(2).as_f64().unwrap_or(0.0) as usize))
}

async fn converse(worker: &Worker, bytes: &[u8]) -> Result<JsValue, JsValue> {
    // What is posted before it listens would be lost; it speaks first.
    message(worker).await?;
    let buffer = Uint8Array::from(bytes).buffer();
    let answer = message(worker);
    worker.post_message_with_transfer(&buffer, &Array::of1(&buffer))?;
    Ok(answer.await?.unchecked_into::<MessageEvent>().data())
}

/// The next message of a worker.
fn message(worker: &Worker) -> JsFuture {
    JsFuture::from(Promise::new(&mut |resolve, reject| {
        worker.set_onmessage(Some(&resolve));
        worker.set_onerror(Some(&reject));
    }))
}

/// In the worker: answers what is asked, until it is ended.
pub fn serve(answer: impl Fn(&[u8]) -> Read + 'static) {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let page = scope.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let (text, encoding, replaced) = answer(&Uint8Array::new(&event.data()).to_vec());
        // Strings and numbers can always be cloned.
        let _ = page.post_message(&Array::of3(&text.into(), &encoding.into(), &(replaced as f64).into()));
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    let _ = scope.post_message(&JsValue::NULL);
}
