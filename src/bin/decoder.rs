//! The second module: reads text files in any encoding, off the page's thread.

fn main() {
    verbatim::browser::worker::serve(|bytes| {
        let verbatim::format::Decoded { text, encoding, replaced, .. } = verbatim::format::decode(bytes);
        (text, encoding, replaced)
    });
}
