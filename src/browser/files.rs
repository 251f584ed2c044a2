//! Files in and out.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, DragEvent, File, FileList, HtmlAnchorElement, HtmlInputElement, Url};

use super::Trouble;

/// How long a download may take to begin, in milliseconds.
const DOWNLOAD_STARTS: u32 = 60_000;

/// Offers as a file what `write` hands over, piece by piece: nothing of it stays in the page's memory.
///
/// # Errors
/// When the browser refuses.
pub fn download(name: &str, mime: &str, write: impl FnOnce(&mut dyn FnMut(&[u8]))) -> Result<(), Trouble> {
    let trouble = |error| Trouble::from_js(&error);
    let document = super::document().ok_or(Trouble::Blocked)?;
    let kind = BlobPropertyBag::new();
    kind.set_type(mime);
    let pieces = Array::new();
    // As bytes: a string would first become one of the browser's, and then bytes again.
    write(&mut |piece| {
        pieces.push(&Uint8Array::from(piece));
    });
    let blob = Blob::new_with_u8_array_sequence_and_options(&pieces, &kind).map_err(trouble)?;
    let url = Url::create_object_url_with_blob(&blob).map_err(trouble)?;
    let link = document.create_element("a").map_err(trouble)?;
    let link: HtmlAnchorElement = link.dyn_into().map_err(|_| Trouble::Blocked)?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    gloo::timers::callback::Timeout::new(DOWNLOAD_STARTS, move || {
        // The worst that a failure leaves is a little memory.
        let _ = Url::revoke_object_url(&url);
    })
    .forget();
    Ok(())
}

/// A file that is nowhere but in the page.
///
/// # Errors
/// When the browser refuses.
pub fn of_text(name: &str, text: &str) -> Result<File, Trouble> {
    File::new_with_str_sequence(&Array::of1(&text.into()), name).map_err(|error| Trouble::from_js(&error))
}

/// A file's bytes.
///
/// # Errors
/// When it cannot be read: gone, or no permission.
pub async fn read_bytes(file: &File) -> Result<Vec<u8>, Trouble> {
    let buffer = JsFuture::from(file.array_buffer()).await.map_err(|error| Trouble::from_js(&error))?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// The files of an input, which is emptied so that the same can be chosen again.
#[must_use]
pub fn chosen(input: &HtmlInputElement) -> Vec<File> {
    let files = all(input.files());
    input.set_value("");
    files
}

/// The files that were dropped.
#[must_use]
pub fn dropped(event: &DragEvent) -> Vec<File> {
    all(event.data_transfer().and_then(|data| data.files()))
}

fn all(list: Option<FileList>) -> Vec<File> {
    list.map(|list| (0..list.length()).filter_map(|at| list.get(at)).collect()).unwrap_or_default()
}
