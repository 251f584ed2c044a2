//! Time and chance, read here and passed on as values.

use std::cell::RefCell;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::Performance;

/// How long a frame is waited for where none may come, in milliseconds.
const HIDDEN_FRAME: i32 = 250;
/// So many random numbers are asked for at once: each question goes to the system.
const AHEAD: usize = 64;

/// Milliseconds since 1970 (UTC).
#[must_use]
pub fn now() -> u64 {
    // Whole, positive and far below 2^53 on any clock that a browser shows.
    js_sys::Date::now() as u64
}

thread_local! {
    /// Random numbers that are not used yet.
    static RANDOM: RefCell<Vec<u128>> = const { RefCell::new(Vec::new()) };
    /// The page's stopwatch.
    static PERFORMANCE: Option<Performance> = super::window().and_then(|it| it.performance());
}

/// 128 random bits from the browser's cryptographic source; from its plain source
/// where there is none.
#[must_use]
pub fn random_u128() -> u128 {
    let fetch = || {
        let mut bytes = [[0; 16]; AHEAD];
        let crypto = super::window().and_then(|window| window.crypto().ok());
        let all = bytes.as_flattened_mut();
        let filled = crypto.is_some_and(|it| it.get_random_values_with_u8_array(all).is_ok());
        if !filled {
            all.fill_with(|| (js_sys::Math::random() * 256.0) as u8);
        }
        bytes.map(u128::from_le_bytes).to_vec()
    };
    RANDOM.with_borrow_mut(|ahead| {
        if ahead.is_empty() {
            *ahead = fetch();
        }
        ahead.pop().unwrap_or_default()
    })
}

/// 32 random bits.
#[must_use]
pub fn random_u32() -> u32 {
    random_u128() as u32
}

/// Milliseconds since the page began, with fractions.
#[must_use]
pub fn elapsed() -> f64 {
    PERFORMANCE.with(|it| it.as_ref().map_or(0.0, Performance::now))
}

/// Does something just before the next frame is painted: what asks there where things stand has
/// the page laid out once, not once more. In a tab that is not shown it waits.
pub fn before_paint(what: impl FnOnce() + 'static) {
    let Some(window) = super::window() else { return };
    // Fails in no window that is there.
    let _ = window.request_animation_frame(Closure::once_into_js(what).unchecked_ref());
}

/// Waits until what is on the page now has been painted; in a tab that is not shown, which
/// paints nothing, only a little.
pub async fn frame() {
    let painted = js_sys::Promise::new(&mut |resolve, _| {
        let Some(window) = super::window() else { return };
        // Called before a frame is painted; a task that it queues comes after.
        let (soon, at_last) = (window.clone(), resolve.clone());
        let after = Closure::once_into_js(move || {
            let _ = soon.set_timeout_with_callback(&resolve);
        });
        // None of the three fails in a window that is there.
        let _ = window.request_animation_frame(after.unchecked_ref());
        let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&at_last, HIDDEN_FRAME);
    });
    let _ = JsFuture::from(painted).await;
}

/// Lets the browser paint and hear its user for so many milliseconds.
pub async fn pause(milliseconds: u32) {
    gloo::timers::future::sleep(std::time::Duration::from_millis(u64::from(milliseconds))).await;
}

/// A time as people here write it: the hour today, else with the day.
#[must_use]
pub fn time_words(at: u64) -> String {
    let date = js_sys::Date::new(&(at as f64).into());
    let today = js_sys::Date::new_0().to_date_string() == date.to_date_string();
    let words = if today {
        date.to_locale_time_string("default")
    } else {
        date.to_locale_string("default", &wasm_bindgen::JsValue::UNDEFINED)
    };
    words.into()
}
