//! The site's second module, in a thread of its own: it reads files and finds words while the
//! page goes on.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

use gloo::timers::future::TimeoutFuture;
use js_sys::{Array, ArrayBuffer, Function, Object, Promise, Reflect, Uint8Array, Uint32Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, Event, File, MessageEvent, Worker};

use super::Trouble;

/// Beside the page; Trunk gives workers no hash.
const SCRIPT: &str = "reader_loader.js";

/// After a file, or texts, of at most so many bytes the module is kept: its memory grows with what it
/// reads, and never shrinks.
const SMALL: f64 = 1_048_576.0;
/// At most so many bytes of a file are fetched at once.
const AT_ONCE: u32 = 1_048_576;
/// So long nothing is rehearsed, in milliseconds,
const PATIENCE: u32 = 50;
/// and then so often.
const ROUNDS: usize = 150;

/// Takes the pieces of what the second module makes of a file.
pub type Take = Box<dyn FnMut(&[u8])>;

/// A way to stop a reading at once.
#[derive(Clone, Default)]
pub struct Cancel(Rc<Waiting>);

#[derive(Default)]
struct Waiting {
    cancelled: Cell<bool>,
    /// Ends the reading that is under way.
    end: RefCell<Option<Function>>,
}

/// The module, as it starts.
struct Starting {
    worker: Worker,
    /// What is posted before it listens would be lost: it speaks first.
    listens: Promise,
}

thread_local! {
    /// Started ahead, or kept.
    static SPARE: RefCell<Option<Starting>> = const { RefCell::new(None) };
}

fn start() -> Result<Starting, Trouble> {
    let worker = Worker::new(SCRIPT).map_err(|error| Trouble::from_js(&error))?;
    let listens = message(&worker);
    Ok(Starting { worker, listens })
}

/// Starts the second module for whoever is about to need it, such as one that chooses a file: it
/// is there sooner then, and has warmed up.
pub fn prepare() {
    SPARE.with_borrow_mut(|spare| {
        if spare.is_none() {
            // What goes wrong here is told when it is needed.
            *spare = start().ok();
        }
    });
}

/// Keeps a module for the next question; one is enough.
fn keep(starting: Starting) {
    SPARE.with_borrow_mut(|spare| match spare {
        Some(_) => starting.worker.terminate(),
        None => *spare = Some(starting),
    });
}

/// Ends what was started ahead and is not needed.
pub fn let_go() {
    if let Some(Starting { worker, listens }) = SPARE.take() {
        // Once it has started, or failed to: a browser may report what it breaks off as an error.
        spawn_local(async move {
            let _ = JsFuture::from(listens).await;
            worker.terminate();
        });
    }
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

/// Has the second module read a file of so many bytes, and takes the pieces that it makes of it while
/// it makes the next ones. False when that was cancelled.
///
/// # Errors
/// When the file cannot be read, as the browser says why, or the module cannot be loaded or breaks
/// down.
pub async fn read(file: &File, size: f64, cancel: &Cancel, take: Take) -> Result<bool, Trouble> {
    let again = size <= SMALL;
    let Some(answer) = ask(file, cancel, take, again).await? else { return Ok(false) };
    if answer.is_null() { Ok(true) } else { Err(Trouble::from_js(&answer)) }
}

/// Has the second module look through texts; the answer of [`Serve::find`], or `None` when that
/// was cancelled.
///
/// # Errors
/// When it cannot be loaded or breaks down.
pub async fn find<'a>(
    pattern: &str,
    flags: u32,
    texts: impl IntoIterator<Item = &'a str>,
    cancel: &Cancel,
) -> Result<Option<Found>, Trouble> {
    let mut size = 0;
    let texts = texts.into_iter().inspect(|text| size += text.len());
    let texts: Array = texts.map(JsValue::from_str).collect();
    let question = Array::of3(&pattern.into(), &flags.into(), &texts);
    let again = size as f64 <= SMALL;
    let Some(answer) = ask(&question, cancel, Box::new(|_| {}), again).await? else { return Ok(None) };
    if let Some(bad) = answer.as_string() {
        return Ok(Some(Err(bad)));
    }
    let places = answer.dyn_into::<Uint32Array>().map_err(|_| broken_down())?;
    Ok(Some(Ok(places.to_vec())))
}

fn broken_down() -> Trouble {
    Trouble::Other("the part that reads files and finds words could not be loaded, or had no room".into())
}

/// Asks the second module something, and takes the bytes that come before the answer; `None` when
/// that was cancelled. With `again`, which is for small questions, it is kept for the next one, until it
/// is let go.
async fn ask(
    question: &JsValue,
    cancel: &Cancel,
    take: Take,
    again: bool,
) -> Result<Option<JsValue>, Trouble> {
    let Starting { worker, listens } = SPARE.take().map_or_else(start, Ok)?;
    let ended = Promise::new(&mut |resolve, _| {
        *cancel.0.end.borrow_mut() = Some(resolve);
    });
    let started = JsFuture::from(Promise::race(&Array::of2(&listens, &ended))).await;
    if cancel.is_set() {
        // A browser may report what is broken off in its first moments.
        keep(Starting { worker, listens });
        return Ok(None);
    }
    if started.is_err() {
        worker.terminate();
        return Err(broken_down());
    }
    let conversation = converse(&worker, question, cancel, take);
    let answer = JsFuture::from(Promise::race(&Array::of2(&conversation, &ended))).await;
    *cancel.0.end.borrow_mut() = None;
    if again && answer.is_ok() && !cancel.is_set() {
        keep(Starting { worker, listens });
        return Ok(answer.ok());
    }
    if again && cancel.is_set() {
        // It soon has an answer, which nobody hears: broken off while it runs, WebKit crashes now and then.
        spawn_local(async move {
            let _ = JsFuture::from(conversation).await;
            worker.terminate();
        });
        return Ok(None);
    }
    worker.terminate();
    if cancel.is_set() {
        // What still waits for a message would wait for ever, and keep the question.
        if let Ok(end) = Event::new("error") {
            // Nobody prevents it.
            let _ = worker.dispatch_event(&end);
        }
        return Ok(None);
    }
    answer.map(Some).map_err(|_| broken_down())
}

/// The worker's answer to a question, once it is there; the bytes before it are taken at once, until
/// it is cancelled.
fn converse(worker: &Worker, question: &JsValue, cancel: &Cancel, mut take: Take) -> Promise {
    let (worker, cancel) = (worker.clone(), cancel.clone());
    let mut next = JsFuture::from(message(&worker));
    let posted = worker.post_message(question);
    wasm_bindgen_futures::future_to_promise(async move {
        posted?;
        loop {
            let data = next.await?.dyn_into::<MessageEvent>()?.data();
            let Some(bytes) = data.dyn_ref::<Uint8Array>() else { return Ok(data) };
            // Heard in any case: what has been promised goes on before the next message comes.
            next = JsFuture::from(message(&worker));
            if !cancel.is_set() {
                take(&bytes.to_vec());
            }
        }
    })
}

/// The next message of a worker.
fn message(worker: &Worker) -> Promise {
    Promise::new(&mut |resolve, reject| {
        worker.set_onmessage(Some(&resolve));
        worker.set_onerror(Some(&reject));
    })
}

/// The places of a pattern, or what is wrong with it.
pub type Found = Result<Vec<u32>, String>;

/// Hands a piece over.
pub type Hand = Box<dyn FnMut(&[u8])>;

/// Takes a file's bytes as they come, and `None` at their end.
pub type Reads = Box<dyn FnMut(Option<&[u8]>)>;

/// What the second module does.
#[derive(Clone, Copy, Debug)]
pub struct Serve {
    /// Reads something for nothing: a browser runs what it has run often about twice as fast.
    pub rehearse: fn(),
    /// Reads a file, by its name and its size in bytes, and hands over what it is, piece by piece.
    pub read: fn(&str, usize, Hand) -> Reads,
    /// Looks for a pattern, with flags, in texts: the number of the text, and start and end in
    /// bytes, for each place, one after the other, and at the end 1 where there are more than are
    /// told; or what is wrong with the pattern.
    pub find: fn(&str, u32, &[String]) -> Found,
}

/// In the worker: answers until it is ended.
pub fn serve(answers: Serve) {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let page = scope.clone();
    let reads = Rc::new(Cell::new(false));
    let is_reading = Rc::clone(&reads);
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if let Ok(file) = event.data().dyn_into::<File>() {
            let (page, is_reading) = (page.clone(), Rc::clone(&is_reading));
            is_reading.set(true);
            spawn_local(async move {
                hand_over(file, answers, page).await;
                is_reading.set(false);
            });
            return;
        }
        let question: Array = event.data().unchecked_into();
        let text = question.get(0).as_string().unwrap_or_default();
        let flags = question.get(1).as_f64().unwrap_or_default() as u32;
        let texts: Array = question.get(2).unchecked_into();
        let texts: Vec<String> = texts.iter().filter_map(|text| text.as_string()).collect();
        let answer = match (answers.find)(&text, flags, &texts) {
            Ok(places) => Uint32Array::from(&places[..]).into(),
            Err(bad) => JsValue::from_str(&bad),
        };
        // Numbers and text can always be handed over.
        let _ = page.post_message(&answer);
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    let _ = scope.post_message(&JsValue::NULL);
    spawn_local(async move {
        // Who asks at once is not kept waiting.
        TimeoutFuture::new(PATIENCE).await;
        for _ in 0..ROUNDS {
            while reads.get() {
                TimeoutFuture::new(PATIENCE).await;
            }
            (answers.rehearse)();
            TimeoutFuture::new(0).await;
        }
    });
}

/// Reads a file and hands it over, piece by piece; then tells that this was all, or why it failed.
async fn hand_over(file: File, answers: Serve, page: DedicatedWorkerGlobalScope) {
    let hand = {
        let page = page.clone();
        Box::new(move |piece: &[u8]| {
            let piece = Uint8Array::from(piece);
            // An array of our own can always be handed over.
            let _ = page.post_message_with_transfer(&piece, &Array::of1(&piece.buffer()));
        })
    };
    let mut reads = (answers.read)(&file.name(), file.size() as usize, hand);
    let answer = match stream(&file, &mut |bytes| reads(Some(bytes))).await {
        Ok(()) => {
            reads(None);
            JsValue::NULL
        }
        Err(error) => {
            // Not every browser can post the error itself.
            let told = Object::new();
            for name in ["name", "message"].map(JsValue::from) {
                let value = Reflect::get(&error, &name).unwrap_or_default();
                // An object of our own takes it.
                let _ = Reflect::set(&told, &name, &value);
            }
            told.into()
        }
    };
    let _ = page.post_message(&answer);
}

/// A file's bytes, as the browser fetches them: what is there is worked on while the next come.
async fn stream(file: &File, take: &mut dyn FnMut(&[u8])) -> Result<(), JsValue> {
    let stream = file.stream();
    let options = Object::new();
    Reflect::set(&options, &"mode".into(), &"byob".into())?;
    // Where it can a browser fills the same memory again and again.
    let get: Function = Reflect::get(&stream, &"getReader".into())?.unchecked_into();
    let reader = get.call1(&stream, &options).or_else(|_| get.call0(&stream))?;
    let read: Function = Reflect::get(&reader, &"read".into())?.unchecked_into();
    let mut room = ArrayBuffer::new(AT_ONCE);
    let mut bytes = Vec::new();
    loop {
        let read: Promise = read.call1(&reader, &Uint8Array::new(&room))?.unchecked_into();
        let read = JsFuture::from(read).await?;
        if Reflect::get(&read, &"done".into())?.is_truthy() {
            return Ok(());
        }
        let piece: Uint8Array = Reflect::get(&read, &"value".into())?.unchecked_into();
        bytes.resize(piece.length() as usize, 0);
        piece.copy_to(&mut bytes);
        take(&bytes);
        room = piece.buffer().unchecked_into();
    }
}
