//! The outside world's words: what the browser's stores hold, the files that are
//! exchanged, and text files in any encoding.
//!
//! Serde lives here and nowhere else: records are types of their own, converted by
//! hand. Offsets are code points, and every span carries its exact words with a
//! little of what stands around, so that it can be checked without us.

mod exchange;
mod layout;
mod record;
mod stored;
mod text_file;

pub use exchange::{Imported, Problem, Report, export, import};
pub use stored::{
    BAD_PREFIX, Fault, Loaded, PREFIX, SetAside, Stamp, key_text, load, parse_key, read, write, write_deleted,
};
pub use text_file::{Decoded, decode, decode_unicode, title_of};
