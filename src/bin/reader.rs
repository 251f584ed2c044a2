//! The second module: reads files, off the page's thread.

use verbatim::browser::worker;
use verbatim::format;

fn main() {
    worker::serve(|name, bytes| format::pack(format::read_file(name, bytes)));
}
