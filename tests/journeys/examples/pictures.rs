//! Takes the pictures of the README and for looking at: `cargo run --example pictures -- FOLDER`.

use std::path::PathBuf;
use std::{env, fs};

use verbatim_journeys::{Engine, Look, Person, Site};

const QUOTE: &str =
    "“We recognize the efforts that are being made to stabilize the politico-military situation.”";

fn main() {
    let folder = PathBuf::from(env::args().nth(1).expect("a folder for the pictures"));
    fs::create_dir_all(&folder).expect("the folder is made");
    let site = Site::serve();
    let person = Person::at(Engine::Chromium, &site).expect("Chromium is here");
    let takes = |name: &str| {
        fs::write(folder.join(format!("{name}.png")), person.photographs()).expect("the picture is written");
    };
    let light = Look { width: 1280, height: 800, dark: false };
    let dark = Look { dark: true, ..light };
    let narrow = Look { width: 360, height: 740, dark: false };
    person.looks(light);
    takes("first-visit");
    for (words, key) in [
        (QUOTE, "q"),
        ("Foreign Minister Sergei Lavrov", "a"),
        ("depends on the implementation of promises", "c"),
        ("Moscow, Foreign Minister Sergei Lavrov said: “We recognize the efforts that are being made", "c"),
        ("efforts that are being made", "q"),
    ] {
        person.selects(words);
        person.presses(&[key]);
    }
    takes("marked");
    person.looks(dark);
    takes("marked-dark");
    person.looks(narrow);
    takes("narrow");
    person.looks(light);
    // Who says what: named, framed, with its condition.
    for (words, keys) in [
        ("Kremlin", ["a", "y"]),
        ("the Taliban ruling in Afghanistan are trying to stabilize the country", ["q", "y"]),
    ] {
        person.selects(words);
        person.presses(&keys);
    }
    person.sees("the frame", "return document.querySelectorAll('#links path').length === 2 || null");
    takes("frame");
    for (key, dialog) in [("z", "#table-dialog"), ("g", "#actors-dialog"), ("Shift+g", "#codebook-dialog")] {
        person.presses(&[key]);
        person.sees(dialog, &format!("return document.querySelector('{dialog}[open]') ? 1 : null"));
        takes(&dialog[1..]);
        person.presses(&["Escape"]);
        person.sees("the page", "return document.querySelector('dialog') ? null : 1");
    }
    person.selects("satisfied");
    takes("selecting");
    person.presses(&["Escape", "?"]);
    takes("help");
    person.clicks("#guide");
    person.sees("the guide", "return document.querySelector('#guide-dialog[open]') ? 1 : null");
    takes("guide");
    person.presses(&["Escape"]);
    person.presses(&["Escape"]);
    person.clicks("#articles-button");
    takes("articles");
    person.presses(&["Escape"]);
    person.clicks("#open-button");
    takes("open");
    person.looks(narrow);
    takes("open-narrow");
    person.presses(&["Escape"]);
    person.looks(dark);
    person.clicks("#export-button");
    takes("export-dark");
}
