//! Change over time: [`Command`]s say what the analyst means, [`apply`] is the only
//! way anything changes, [`History`] takes steps back and does them again, and
//! [`Session`] is all that the page shows.
//!
//! Pure: no clock, no randomness, no storage and no DOM. Time and ids come in as
//! values.

mod command;
mod draft;
mod history;
mod reshape;
mod session;

pub use command::{Command, Deed, Refusal, apply};
pub use draft::{Draft, Mentions, Who, is_value_of, mentions_of, uses_of};
pub use history::{History, Kept, Step};
pub use reshape::{Edge, Unit};
pub use session::{Action, Notice, Of, Place, Reach, Selection, Session, Toward, Walk};
