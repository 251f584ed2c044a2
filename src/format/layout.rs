//! Writing JSON, for people and for stores, by one serializer: the records' code would
//! otherwise be there once for each of serde_json's two.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

/// How JSON is laid out.
pub(super) enum Layout {
    /// Without any white space.
    Compact,
    /// Two spaces for each level, one line for each member.
    Indented(PrettyFormatter<'static>),
}

impl Layout {
    /// For files.
    pub(super) fn indented() -> Layout {
        Layout::Indented(PrettyFormatter::new())
    }
}

/// What most records take, in bytes.
pub(super) const ROOM: usize = 512;

/// A value as JSON.
pub(super) fn json(value: &impl Serialize, layout: Layout) -> String {
    json_in(ROOM, value, layout)
}

/// A value as JSON of about `room` bytes: what grows to megabytes leaves holes in memory, which
/// never shrinks again.
pub(super) fn json_in(room: usize, value: &impl Serialize, layout: Layout) -> String {
    let mut bytes = Vec::with_capacity(room);
    // Strings, numbers and maps with string keys can always be written to memory.
    let written = value.serialize(&mut Serializer::with_formatter(&mut bytes, layout));
    written.ok().and_then(|()| String::from_utf8(bytes).ok()).unwrap_or_default()
}

macro_rules! by_layout {
    ($($method:ident($($argument:ident: $kind:ty)?))+) => { $(
        fn $method<W: ?Sized + Write>(&mut self, writer: &mut W $(, $argument: $kind)?) -> io::Result<()> {
            match self {
                Layout::Compact => CompactFormatter.$method(writer $(, $argument)?),
                Layout::Indented(pretty) => pretty.$method(writer $(, $argument)?),
            }
        }
    )+ };
}

impl Formatter for Layout {
    by_layout! {
        begin_array() end_array() begin_array_value(first: bool) end_array_value()
        begin_object() end_object() begin_object_key(first: bool) begin_object_value() end_object_value()
    }
}
