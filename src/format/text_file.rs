use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;

/// A title has at most this many characters.
const TITLE: usize = 120;

/// A text file as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// The encoding's name in the WHATWG standard.
    pub encoding: &'static str,
    /// Whether a byte order mark told the encoding.
    pub bom: bool,
    /// How many places could not be read and hold U+FFFD now.
    pub replaced: usize,
}

/// Reads bytes as text: by their byte order mark, else as UTF-8 when they are valid
/// UTF-8, else in the encoding that is most likely.
#[must_use]
pub fn decode(bytes: &[u8]) -> Decoded {
    let marked = Encoding::for_bom(bytes);
    let encoding = marked.map_or_else(
        || {
            // The detector takes seconds for what is megabytes long.
            if std::str::from_utf8(bytes).is_ok() {
                return encoding_rs::UTF_8;
            }
            let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
            detector.feed(bytes, true);
            detector.guess(None, Utf8Detection::Allow)
        },
        |(encoding, _)| encoding,
    );
    let body = marked.map_or(bytes, |(_, len)| &bytes[len..]);
    let (text, wrong) = encoding.decode_without_bom_handling(body);
    let replaced = if wrong { text.matches('\u{FFFD}').count() } else { 0 };
    Decoded { text: text.into_owned(), encoding: encoding.name(), bom: marked.is_some(), replaced }
}

/// The first line that is not blank, without the marks of a Markdown heading; the
/// file's name when there is none.
#[must_use]
pub fn title_of(text: &str, file_name: &str) -> String {
    let line = text.lines().map(|line| line.trim_start_matches('#').trim()).find(|line| !line.is_empty());
    let line = line.unwrap_or(file_name);
    let mut end = line.char_indices().nth(TITLE).map_or(line.len(), |(at, _)| at);
    end = crate::text::edges::grapheme_edge_before(line, end);
    line[..end].to_owned()
}
