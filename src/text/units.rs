/// An offset in UTF-16 units: how the DOM counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Utf16(pub usize);

/// An offset in Unicode code points: how files count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodePoint(pub usize);

/// The length of `text` in UTF-16 units.
#[must_use]
pub fn utf16_len(text: &str) -> Utf16 {
    if text.is_ascii() {
        return Utf16(text.len());
    }
    // One for each character, and one more for those of four bytes.
    let units = |byte: u8| usize::from(begins_character(byte)) + usize::from(byte >= 0xF0);
    Utf16(text.bytes().map(units).sum())
}

/// The UTF-16 offset of a byte offset; `None` past the end or inside a character.
/// Counts from the start of `text`: meant for short texts such as one paragraph.
#[must_use]
pub fn utf16_from_byte(text: &str, byte: usize) -> Option<Utf16> {
    text.get(..byte).map(utf16_len)
}

/// The byte offset of a UTF-16 offset; `None` past the end or inside a surrogate
/// pair. Counts from the start of `text`.
#[must_use]
pub fn byte_from_utf16(text: &str, offset: Utf16) -> Option<usize> {
    let mut units = 0;
    for (byte, c) in text.char_indices() {
        if units >= offset.0 {
            return (units == offset.0).then_some(byte);
        }
        units += c.len_utf16();
    }
    (units == offset.0).then_some(text.len())
}

/// How many bytes lie between two notes of [`Offsets`].
const STRIDE: usize = 64;

/// Converts between bytes and code points of one text, both ways, in time that
/// does not depend on the text's length.
///
/// Notes the code points before every 64th byte, so it weighs a sixteenth of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offsets {
    /// `notes[i]`: how many characters begin before byte `i * STRIDE`.
    notes: Vec<u32>,
    code_points: usize,
}

impl Offsets {
    /// Reads the text once.
    #[must_use]
    pub fn new(text: &str) -> Offsets {
        let mut notes = Vec::with_capacity(text.len() / STRIDE + 1);
        let mut code_points = 0usize;
        for block in text.as_bytes().chunks(STRIDE) {
            notes.push(u32::try_from(code_points).unwrap_or(u32::MAX));
            code_points += characters_in(block);
        }
        Offsets { notes, code_points }
    }

    /// The length of the text in code points.
    #[must_use]
    pub fn len(&self) -> CodePoint {
        CodePoint(self.code_points)
    }

    /// Whether the text is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.code_points == 0
    }

    /// The code-point offset of a byte offset; `None` past the end or inside a
    /// character. `text` must be the text that `self` was made from.
    #[must_use]
    pub fn code_point_from_byte(&self, text: &str, byte: usize) -> Option<CodePoint> {
        if !text.is_char_boundary(byte) {
            return None;
        }
        if byte == text.len() {
            return Some(self.len());
        }
        if self.code_points == text.len() {
            return Some(CodePoint(byte));
        }
        let block = byte / STRIDE;
        let before = *self.notes.get(block)? as usize;
        let within = &text.as_bytes()[block * STRIDE..byte];
        Some(CodePoint(before + within.iter().filter(|byte| begins_character(**byte)).count()))
    }

    /// The byte offset of a code-point offset; `None` past the end. `text` must be
    /// the text that `self` was made from.
    #[must_use]
    pub fn byte_from_code_point(&self, text: &str, offset: CodePoint) -> Option<usize> {
        if self.code_points == text.len() {
            // All ASCII.
            return (offset.0 <= text.len()).then_some(offset.0);
        }
        if offset.0 >= self.code_points {
            return (offset.0 == self.code_points).then_some(text.len());
        }
        let block = self.notes.partition_point(|before| *before as usize <= offset.0) - 1;
        let mut left = offset.0 - self.notes[block] as usize;
        let start = block * STRIDE;
        if self.notes.get(block + 1).is_some_and(|next| next - self.notes[block] == STRIDE as u32) {
            // With each byte a character begins.
            return Some(start + left);
        }
        for (index, byte) in text.as_bytes()[start..].iter().enumerate() {
            if begins_character(*byte) {
                if left == 0 {
                    return Some(start + index);
                }
                left -= 1;
            }
        }
        None
    }
}

/// How many characters begin in these bytes of UTF-8; eight at a time, since a long text is counted
/// while somebody waits.
fn characters_in(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let (words, rest) = bytes.as_chunks::<8>();
    // The highest two bits of what begins no character are 1 and 0.
    let inside = words.iter().map(|word| {
        let word = u64::from_le_bytes(*word);
        ((word >> 7) & !(word >> 6) & ONES).count_ones() as usize
    });
    let rest = rest.iter().filter(|byte| begins_character(**byte)).count();
    words.len() * 8 - inside.sum::<usize>() + rest
}

/// Whether a byte of UTF-8 is the first of a character.
fn begins_character(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Astral, combining, right-to-left, CJK, a ZWJ family, line ends.
    const TRICKY: &str = "a😃e\u{301}\n中文 سلام 👨‍👩‍👧‍👦 é\u{FEFF}z";

    #[test]
    fn every_boundary_survives_and_every_other_offset_is_refused() {
        for text in [TRICKY.to_owned(), TRICKY.repeat(20), String::new(), "x".repeat(256), "😃".repeat(64)]
        {
            let offsets = Offsets::new(&text);
            for byte in 0..=text.len() + 2 {
                let expected = text.get(..byte).map(|before| before.chars().count());
                let code_point = offsets.code_point_from_byte(&text, byte);
                assert_eq!(code_point.map(|offset| offset.0), expected, "byte {byte}");
                assert_eq!(utf16_from_byte(&text, byte).is_some(), expected.is_some());
                if let Some(code_point) = code_point {
                    assert_eq!(offsets.byte_from_code_point(&text, code_point), Some(byte));
                }
                if let Some(utf16) = utf16_from_byte(&text, byte) {
                    assert_eq!(byte_from_utf16(&text, utf16), Some(byte));
                }
            }
            assert_eq!(offsets.byte_from_code_point(&text, CodePoint(offsets.len().0 + 1)), None);
            let units: Vec<u16> = text.encode_utf16().collect();
            for unit in 0..=units.len() + 2 {
                let whole = units.get(..unit).is_some_and(|before| String::from_utf16(before).is_ok());
                assert_eq!(byte_from_utf16(&text, Utf16(unit)).is_some(), whole, "unit {unit}");
            }
        }
    }
}
