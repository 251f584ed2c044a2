//! The second module: reads files and finds words, off the page's thread.

use std::sync::OnceLock;

use verbatim::browser::worker::{self, Serve};
use verbatim::format;
use verbatim::query::Find;

fn main() {
    worker::serve(Serve {
        rehearse: || {
            static FILE: OnceLock<String> = OnceLock::new();
            format::read_file("rehearsal.json", FILE.get_or_init(format::rehearsal).as_bytes(), |_| {});
        },
        read: |name, bytes, hand| format::read_file(name, bytes, hand),
        find: |pattern, flags, texts| {
            let hits = Find::with_flags(pattern, flags).in_texts(texts.iter().map(String::as_str));
            let hits = hits.map_err(|bad| bad.0)?;
            let numbers = hits.places.into_iter().flat_map(|(text, span)| [text, span.start(), span.end()]);
            let last = [usize::from(hits.more)];
            Ok(numbers.chain(last).map(|number| u32::try_from(number).unwrap_or(u32::MAX)).collect())
        },
    });
}
