//! Upper and lower case as the browser knows them: the tables would be a part of every visitor's
//! download.

use js_sys::JsString;

/// In lower case.
#[must_use]
pub fn lower(text: &str) -> String {
    // Most of what is asked for, such as keys, the browser need not be asked for.
    if text.is_ascii() { text.to_ascii_lowercase() } else { JsString::from(text).to_lower_case().into() }
}

/// In upper case.
#[must_use]
pub fn upper(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_uppercase() } else { JsString::from(text).to_upper_case().into() }
}

/// In lower case and without accents: what people type for a name. In other scripts, such as those of
/// India and Japan, marks are letters of a word.
#[must_use]
pub fn folded(text: &str) -> String {
    let accents = js_sys::RegExp::new(
        r"([\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}\p{sc=Hebr}\p{sc=Arab}\p{sc=Syrc}])\p{M}+",
        "gu",
    );
    let plain = JsString::from(text).normalize("NFD").replace_by_pattern(&accents, "$1");
    // What still is one letter, such as a Korean syllable, is one again: half of it is another.
    plain.normalize("NFC").to_lower_case().into()
}
