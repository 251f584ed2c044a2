//! The rooms and what each may use; the table of the crate docs, as a test.

use std::fs;
use std::path::{Path, PathBuf};

/// Each room with the rooms that it may use.
const ROOMS: [(&str, &[&str]); 9] = [
    ("text", &[]),
    ("model", &["text"]),
    ("edit", &["model", "text"]),
    ("format", &["model", "text"]),
    ("query", &["text"]),
    ("suggest", &["text"]),
    ("report", &["model", "text"]),
    ("browser", &["text"]),
    ("app", &["edit", "format", "browser", "query", "report", "suggest", "model", "text"]),
];

/// What the pure rooms may not name.
const IMPURE: [&str; 10] = [
    "yew",
    "web_sys",
    "gloo",
    "js_sys",
    "wasm_bindgen",
    "serde",
    "serde_json",
    "idb",
    "std::time",
    "std::fs",
];

fn files(room: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(room);
    let mut found = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a room is a folder") {
            let path = entry.expect("it can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "{room} has no files");
    found
}

/// The lines of code, comments left out.
fn code(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).expect("it can be read");
    text.lines().filter(|line| !line.trim_start().starts_with("//")).map(str::to_owned).collect()
}

#[test]
fn every_room_uses_only_what_it_may() {
    let mut wrong = Vec::new();
    for (room, may) in ROOMS {
        for path in files(room) {
            for (number, line) in code(&path).iter().enumerate() {
                for (other, _) in ROOMS {
                    let names = line.contains(&format!("crate::{other}"));
                    if names && other != room && !may.contains(&other) {
                        wrong.push(format!("{}: {number}: {room} uses {other}", path.display()));
                    }
                }
                if ["text", "model", "edit", "report"].contains(&room) {
                    for name in IMPURE.iter().filter(|name| line.contains(&format!("{name}::"))) {
                        wrong.push(format!("{}: {number}: {room} names {name}", path.display()));
                    }
                }
                if room != "format" && (line.contains("serde::") || line.contains("Serialize")) {
                    wrong.push(format!("{}: {number}: serde outside of format", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_room_is_missing_from_the_table() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(src).expect("src is there") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            let name = path.file_name().and_then(|name| name.to_str()).expect("plain names");
            // The binaries: a few lines each.
            assert!(name == "bin" || ROOMS.iter().any(|(room, _)| *room == name), "{name} is no room");
        }
    }
}
