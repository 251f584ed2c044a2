//! Positions in text.
//!
//! Positions inside Verbatim are **byte offsets** into UTF-8, and a [`Span`] is
//! half-open: in `abcd` the span `1..3` is `bc`. The DOM counts UTF-16 units
//! ([`Utf16`]) and files count Unicode code points ([`CodePoint`]); both are types
//! of their own, and [`Offsets`] converts. Users see graphemes: [`edges`] knows
//! where one may begin or end.
//!
//! This room knows nothing of annotations, browsers or files.

pub mod edges;
mod fuzzy;
mod order;
mod policy;
mod quotations;
pub mod scopes;
mod segments;
mod span;
mod units;

pub use fuzzy::fit;
pub use order::{Place, in_order};
pub use policy::{Policy, Side};
pub use quotations::{Quotation, quotations};
pub use segments::{Paragraph, paragraphs};
pub use span::Span;
pub use units::{CodePoint, Offsets, Utf16, byte_from_utf16, utf16_from_byte, utf16_len};
