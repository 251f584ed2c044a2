//! Starts browsers and serves the site, so that journeys can read like what a person
//! does. Everything that was started ends when its value is dropped.
//!
//! Paths come from the environment (`cargo xtask test` sets them) or from the places
//! where Debian puts the programs.

mod browser;
mod site;

pub use browser::{Engine, Look, Person};
pub use site::Site;

use serde_json::{Value, json};

/// One test for each journey and engine.
#[macro_export]
macro_rules! journeys {
    ($($name:ident in $($engine:ident)+;)+) => { $(mod $name {
        $(#[test] #[allow(non_snake_case)] fn $engine() {
            let site = $crate::Site::serve();
            if let Some(person) = $crate::Person::at($crate::Engine::$engine, &site) {
                super::$name(person, &site);
            }
        })+
    })+ };
}

/// Every `exact` is what the code points at its offsets say, and the schema holds.
pub fn check(export: &str, person: &Person) {
    let file: Value = serde_json::from_str(export).expect("the export is JSON");
    let schema = person.asks("const r=new XMLHttpRequest(); r.open('GET','verbatim-project-1.schema.json',false); r.send(); return r.responseText", &[]);
    let schema: Value = serde_json::from_str(schema.as_str().expect("text")).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let wrong: Vec<String> = validator.iter_errors(&file).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    for article in file["articles"].as_array().expect("a list") {
        let text: Vec<char> = article["text"].as_str().expect("text").chars().collect();
        for annotation in article["annotations"].as_array().expect("a list") {
            for span in annotation["spans"].as_array().expect("a list") {
                let at = |name: &str| span[name].as_u64().expect("an offset") as usize;
                let words: String = text[at("start")..at("end")].iter().collect();
                assert_eq!(span["exact"], json!(words));
            }
        }
    }
}

/// An export without what differs from run to run: ids by names and numbers in the order of the
/// text, one time for all.
pub fn without_chance(export: &str) -> String {
    let mut file: Value = serde_json::from_str(export).expect("JSON");
    let mut names: Vec<(String, String)> = Vec::new();
    let mut call = |list: &mut Value, by: &str, sign: &str| {
        let Some(list) = list.as_array_mut() else { return };
        if !by.is_empty() {
            list.sort_by_key(|it| it[by].as_str().unwrap_or_default().to_owned());
        }
        for (number, it) in list.iter().enumerate() {
            let id = it["id"].as_str().unwrap_or_default().to_owned();
            let name = it[by].as_str().map_or(format!("{sign}{number}"), |name| format!("{sign}{name}"));
            names.push((id, name));
        }
    };
    call(&mut file["actors"], "name", "actor ");
    if file["codebook"].get("topics").is_some() {
        call(&mut file["codebook"]["topics"], "name", "topic ");
    }
    let articles = file["articles"].as_array_mut().expect("a list");
    for article in articles.iter_mut() {
        call(&mut article["annotations"], "", "a");
    }
    rename(&mut file, &names);
    for article in file["articles"].as_array_mut().expect("a list") {
        let links = article["links"].as_array_mut().expect("a list");
        links.sort_by_key(|it| {
            format!("{:>5} {} {}", it["from"].as_str().unwrap_or_default(), it["kind"], it["to"])
        });
        for (number, link) in links.iter_mut().enumerate() {
            link["id"] = json!(format!("l{number}"));
        }
        for annotation in article["annotations"].as_array_mut().expect("a list") {
            for time in ["created", "modified"] {
                annotation["origin"][time] = json!("2026-11-24T09:00:00Z");
            }
        }
    }
    serde_json::to_string_pretty(&file).expect("JSON") + "\n"
}

fn rename(value: &mut Value, names: &[(String, String)]) {
    match value {
        Value::String(text) => {
            if let Some((_, name)) = names.iter().find(|(id, _)| id == text) {
                text.clone_from(name);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|it| rename(it, names)),
        Value::Object(object) => object.iter_mut().for_each(|(_, it)| rename(it, names)),
        _ => {}
    }
}

/// A golden file's text, or what it is to be with `BLESS=1`.
pub fn golden(name: &str, now: &str) -> String {
    let place = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(name);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&place, now).expect("written");
    }
    std::fs::read_to_string(&place).expect("BLESS=1 writes the file")
}
