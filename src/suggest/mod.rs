//! What a quote or a condition may need, guessed from the words around it: its type, its cue,
//! its source; and which known actor a few typed letters mean.
//!
//! Guesses only, made to be overruled: there is no grammar here, only short lists of words for
//! each language (`language`) and rules about order and nearness. All spans are byte spans of
//! the article's text, lie in the given paragraph, and are tidy
//! ([`tidy`](crate::text::edges::tidy)). Nothing here is ever kept or changes anything.

mod language;
mod passage;

mod condition;
mod frame;
mod rank;
mod source;

pub use condition::{ConditionKind, condition};
pub use frame::{Frame, QuoteType, Source, frame};
pub use language::is_in_capitals;
pub use rank::{Name, rank};
