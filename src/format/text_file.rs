use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use serde::{Deserialize, Serialize};

/// A title has at most this many characters.
const TITLE: usize = 120;

/// A text file as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// The encoding's name in the WHATWG standard.
    pub encoding: String,
    /// Whether a byte order mark told the encoding.
    pub bom: bool,
    /// How many places could not be read and hold U+FFFD now.
    pub replaced: usize,
}

/// Reads bytes that tell their encoding: by a byte order mark, or by being valid UTF-8.
/// `None` for others; those take [`decode`], which carries the tables of all encodings.
#[must_use]
pub fn decode_unicode(bytes: &[u8]) -> Option<Decoded> {
    let utf16 = |rest: &[u8], unit: fn([u8; 2]) -> u16, encoding| {
        let (pairs, odd) = rest.as_chunks::<2>();
        let mut replaced = odd.len();
        let chars = char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).map(|it| {
            it.unwrap_or_else(|_| {
                replaced += 1;
                char::REPLACEMENT_CHARACTER
            })
        });
        let mut text: String = chars.collect();
        text.extend(odd.iter().map(|_| char::REPLACEMENT_CHARACTER));
        Decoded { text, encoding, bom: true, replaced }
    };
    let utf8 = |text: String, bom, replaced| Decoded { text, encoding: "UTF-8".into(), bom, replaced };
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        let kept = rest.utf8_chunks().map(|chunk| usize::from(!chunk.invalid().is_empty()));
        return Some(utf8(String::from_utf8_lossy(rest).into_owned(), true, kept.sum()));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return Some(utf16(rest, u16::from_le_bytes, "UTF-16LE".into()));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return Some(utf16(rest, u16::from_be_bytes, "UTF-16BE".into()));
    }
    str::from_utf8(bytes).ok().map(|text| utf8(text.to_owned(), false, 0))
}

/// Reads bytes as text: as [`decode_unicode`] does, else in the encoding that is most likely.
#[must_use]
pub fn decode(bytes: &[u8]) -> Decoded {
    decode_unicode(bytes).unwrap_or_else(|| {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(bytes, true);
        let encoding = detector.guess(None, Utf8Detection::Allow);
        let (text, wrong) = encoding.decode_without_bom_handling(bytes);
        let replaced = if wrong { text.matches(char::REPLACEMENT_CHARACTER).count() } else { 0 };
        Decoded { text: text.into_owned(), encoding: encoding.name().into(), bom: false, replaced }
    })
}

/// The first line that is not blank, without the marks of a Markdown heading; the
/// file's name when there is none.
#[must_use]
pub fn title_of(text: &str, file_name: &str) -> String {
    let line = text
        .split(['\n', '\r'])
        .map(|line| line.trim_start_matches('#').trim())
        .find(|line| !line.is_empty());
    let line = line.unwrap_or(file_name);
    let mut end = line.char_indices().nth(TITLE).map_or(line.len(), |(at, _)| at);
    end = crate::text::edges::grapheme_edge_before(line, end);
    line[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_line_whatever_ends_it() {
        for end in ["\n", "\r\n", "\r"] {
            let text = format!("{end}# سلام e\u{301} 😃{end}The body{end}");
            assert_eq!(title_of(&text, "a.txt"), "سلام e\u{301} 😃", "{end:?}");
        }
        assert_eq!(title_of("\r \n", "a.txt"), "a.txt");
    }
}
