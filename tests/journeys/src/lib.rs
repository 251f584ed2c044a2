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
