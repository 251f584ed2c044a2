//! The second module: reads files and finds words, off the page's thread.

use std::sync::OnceLock;

use verbatim::browser::worker::{self, Serve};
use verbatim::format::{self, Reading};
use verbatim::query::Find;

fn main() {
    worker::serve(Serve {
        rehearse: || {
            static FILE: OnceLock<String> = OnceLock::new();
            let file = FILE.get_or_init(format::rehearsal);
            format::read_file("rehearsal.json", file.as_bytes(), &mut |_| {});
        },
        read: |name, size, hand| {
            let mut reading = Some(Reading::new(name, size, hand));
            Box::new(move |bytes| match (bytes, &mut reading) {
                (Some(bytes), Some(reading)) => reading.take(bytes),
                _ => reading.take().into_iter().for_each(Reading::finish),
            })
        },
        find: |pattern, flags, texts| {
            let hits = Find::with_flags(pattern, flags).in_texts(texts.iter().map(String::as_str));
            let hits = hits.map_err(|bad| bad.0)?;
            let numbers = hits.places.into_iter().flat_map(|(text, span)| [text, span.start(), span.end()]);
            let last = [usize::from(hits.more)];
            Ok(numbers.chain(last).map(|number| u32::try_from(number).unwrap_or(u32::MAX)).collect())
        },
    });
}
