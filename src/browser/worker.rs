//! The site's second module, in a thread of its own: it reads files while the page goes on.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

use js_sys::{Array, Function, Promise, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, File, MessageEvent, Worker};

use super::{Trouble, files};

/// Beside the page; Trunk gives workers no hash.
const SCRIPT: &str = "reader_loader.js";

/// A way to stop a reading at once.
#[derive(Clone, Default)]
pub struct Cancel(Rc<Waiting>);

#[derive(Default)]
struct Waiting {
    cancelled: Cell<bool>,
    /// Ends the reading that is under way.
    end: RefCell<Option<Function>>,
}

impl fmt::Debug for Cancel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cancel").field(&self.is_set()).finish()
    }
}

impl PartialEq for Cancel {
    fn eq(&self, other: &Cancel) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Cancel {
    /// Stops what is being read, and everything that would be read after it.
    pub fn now(&self) {
        self.0.cancelled.set(true);
        if let Some(end) = self.0.end.take() {
            // Resolving a promise never fails.
            let _ = end.call0(&JsValue::UNDEFINED);
        }
    }

    /// Whether it was stopped.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.0.cancelled.get()
    }
}

/// Has the second module read a file; its answer, or `None` when that was cancelled.
///
/// # Errors
/// When it cannot be loaded or breaks down.
pub async fn read(file: &File, cancel: &Cancel) -> Result<Option<Vec<u8>>, Trouble> {
    let worker = Worker::new(SCRIPT).map_err(|error| Trouble::from_js(&error))?;
    let conversation = converse(&worker, file);
    let ended = Promise::new(&mut |resolve, _| {
        *cancel.0.end.borrow_mut() = Some(resolve);
    });
    let answer = JsFuture::from(Promise::race(&Array::of2(&conversation, &ended))).await;
    worker.terminate();
    *cancel.0.end.borrow_mut() = None;
    if cancel.is_set() {
        return Ok(None);
    }
    let answer = answer.ok().and_then(|it| it.dyn_into::<MessageEvent>().ok()).map(|it| it.data());
    match answer.and_then(|it| it.dyn_into::<Uint8Array>().ok()) {
        Some(bytes) => Ok(Some(bytes.to_vec())),
        None => Err(Trouble::Other("the part that reads files could not be loaded, or had no room".into())),
    }
}

/// The worker's answer to a file, once it is there.
fn converse(worker: &Worker, file: &File) -> Promise {
    let (worker, file) = (worker.clone(), file.clone());
    wasm_bindgen_futures::future_to_promise(async move {
        // What is posted before it listens would be lost; it speaks first.
        message(&worker).await?;
        let answer = message(&worker);
        worker.post_message(&file)?;
        answer.await
    })
}

/// The next message of a worker.
fn message(worker: &Worker) -> JsFuture {
    JsFuture::from(Promise::new(&mut |resolve, reject| {
        worker.set_onmessage(Some(&resolve));
        worker.set_onerror(Some(&reject));
    }))
}

/// In the worker: answers each file, by its name and bytes, until it is ended.
pub fn serve(answer: fn(&str, &[u8]) -> Vec<u8>) {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let page = scope.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let page = page.clone();
        spawn_local(async move {
            let Ok(file) = event.data().dyn_into::<File>() else { return };
            let Ok(bytes) = files::read_bytes(&file).await else {
                // The page says that it could not be read.
                let _ = page.post_message(&JsValue::NULL);
                return;
            };
            let answer = Uint8Array::from(&answer(&file.name(), &bytes)[..]);
            // An array of our own can always be handed over.
            let _ = page.post_message_with_transfer(&answer, &Array::of1(&answer.buffer()));
        });
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    let _ = scope.post_message(&JsValue::NULL);
}
