//! Upper and lower case as the browser knows them: the tables would be a part of every visitor's
//! download.

use js_sys::JsString;

/// In lower case.
#[must_use]
pub fn lower(text: &str) -> String {
    JsString::from(text).to_lower_case().into()
}

/// In upper case.
#[must_use]
pub fn upper(text: &str) -> String {
    JsString::from(text).to_upper_case().into()
}

/// In lower case and without accents: what people type for a name.
#[must_use]
pub fn folded(text: &str) -> String {
    let marks = js_sys::RegExp::new("\\p{M}", "gu");
    JsString::from(text).normalize("NFD").replace_by_pattern(&marks, "").to_lower_case().into()
}
