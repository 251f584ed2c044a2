//! Questions to texts: where words, or what a pattern describes, stand.
//!
//! Pure, and in the second module only: tables and machines for patterns weigh more than the
//! page.

mod find;

pub use find::{Bad, Find, Hits};
