//! The outside world's words: what the browser's stores hold, the files that are
//! exchanged, and text files in any encoding.
//!
//! Serde lives here and nowhere else: records are types of their own, converted by
//! hand. Offsets are code points, and every span carries its exact words with a
//! little of what stands around, so that it can be checked without us.

mod contents;
mod exchange;
mod layout;
mod logic;
mod members;
mod packed;
mod record;
mod settings;
mod step;
mod stored;
mod text_file;

pub use contents::{Contained, Contents, Problem, contents};
pub use exchange::{Imported, Report, export, export_codebook, export_in_pieces, import, merge};
pub use logic::{logic_of, logic_value, value_words};
pub use packed::{FileRead, Hand, Reading, Unpacker, read_file, rehearsal};
pub use settings::{Choices, SETTINGS_KEY};
pub use step::{After, StepHead, change_line, read_change};
pub use stored::{
    BAD_PREFIX, Fault, Known, Loading, PREFIX, SetAside, Stamp, batch_line, key_text, lines_of, load,
    parse_key, read, write, write_deleted,
};
pub use text_file::{Decoded, decode, decode_unicode, title_of};
