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
    let mut out = Out { bytes: Vec::with_capacity(room), hand: None };
    write(value, layout, &mut out);
    String::from_utf8(out.bytes).unwrap_or_default()
}

/// A value as JSON and a line feed, handed over piece by piece: of a long file there is never more in
/// memory than a piece.
pub(super) fn json_in_pieces(value: &impl Serialize, layout: Layout, hand: &mut Hand<'_>) {
    let mut out = Out { bytes: Vec::with_capacity(PIECE + ROOM), hand: Some(hand) };
    write(value, layout, &mut out);
    out.bytes.push(b'\n');
    if let Out { bytes, hand: Some(hand) } = out {
        hand(&bytes);
    }
}

fn write(value: &impl Serialize, layout: Layout, out: &mut Out<'_>) {
    // Strings, numbers and maps with string keys can always be written to memory.
    let written = value.serialize(&mut Serializer::with_formatter(&mut *out, layout));
    if written.is_err() {
        out.bytes.clear();
    }
}

/// Takes a piece.
type Hand<'a> = dyn FnMut(&[u8]) + 'a;

/// A piece has at least so many bytes.
const PIECE: usize = 262_144;

/// Where JSON goes: the one type for all, since each would have the records' code once more.
struct Out<'a> {
    bytes: Vec<u8>,
    /// Takes what is full.
    hand: Option<&'a mut Hand<'a>>,
}

impl Write for Out<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len() >= PIECE
            && let Some(hand) = &mut self.hand
        {
            hand(&self.bytes);
            self.bytes.clear();
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
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
