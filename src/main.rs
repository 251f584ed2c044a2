//! Mounts the app. Everything else is in the library.

fn main() {
    verbatim::app::mount();
}
