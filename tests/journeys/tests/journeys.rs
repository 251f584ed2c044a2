//! What a person does with Verbatim, in each engine that is here.

use std::fs;

use serde_json::{Value, json};
use verbatim_journeys::{Engine, Person, Site};

const QUOTE: &str =
    "“We recognize the efforts that are being made to stabilize the politico-military situation.”";
const ACTOR: &str = "Foreign Minister Sergei Lavrov";
const CONDITION: &str = "depends on the implementation of promises";

/// One test for each engine.
macro_rules! journeys {
    ($($name:ident in $($engine:ident)+;)+) => { $(mod $name {
        $(#[test] #[allow(non_snake_case)] fn $engine() {
            let site = super::Site::serve();
            if let Some(person) = super::Person::at(super::Engine::$engine, &site) {
                super::$name(person, &site);
            }
        })+
    })+ };
}

journeys! {
    marks_the_sample_and_comes_back in Chromium Firefox WebKit;
    marks_a_tricky_text_and_hands_it_over in Chromium Firefox WebKit;
    works_five_deep in Chromium Firefox WebKit;
    does_it_all_by_keyboard in Chromium Firefox WebKit;
    is_killed_ten_times in Chromium Firefox;
    meets_bad_files_and_records in Chromium;
}

fn pair(label: &str, words: &str) -> (String, String) {
    (label.into(), words.into())
}

/// Every `exact` is what the code points at its offsets say, and the schema holds.
fn check(export: &str, person: &Person) {
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

fn marks_the_sample_and_comes_back(person: Person, site: &Site) {
    let shown = person.asks("return document.querySelector('#article').textContent", &[]);
    let sample = include_str!("../../../assets/afghanistan-conference-in-moscow.txt");
    assert_eq!(shown, json!(sample));
    person.selects(QUOTE);
    person.presses(&["q"]);
    person.sees_marks(1);
    person.selects(ACTOR);
    person.clicks("#selection-toolbar [data-label=actor]");
    person.sees_marks(2);
    person.selects(CONDITION);
    person.presses(&["c"]);
    let expected = vec![pair("actor", ACTOR), pair("quote", QUOTE), pair("condition", CONDITION)];
    assert_eq!(person.sees_marks(3), expected);
    person.sees_saved();
    let list = "return document.querySelector('#annotations').textContent.replace(/Delete|Note|Quote|Actor|Condition/g,'')";
    let listed = person.asks(list, &[]);
    let export = person.exports();
    check(&export, &person);
    person.opens();
    assert_eq!(person.sees_marks(3), expected);
    assert_eq!(person.asks(list, &[]), listed);
    assert_eq!(person.exports(), export);
    person.finishes(site);
}

const TRICKY: &str = "Schwierig 😃 e\u{301}te\u{301}\r\n\r\nThe 👨‍👩‍👧‍👦 said: “oui, e\u{301}te\u{301} 🇦🇫!” and left.\r\nقال الوزير إن السلام ممكن اليوم\r\n外交部长说会议很重要。\r\n";

fn marks_a_tricky_text_and_hands_it_over(person: Person, site: &Site) {
    person.pastes("Schwierig", TRICKY);
    let words = ["“oui, e\u{301}te\u{301} 🇦🇫!”", "الوزير", "会议"];
    for (n, (words, key)) in words.iter().zip(["q", "a", "c"]).enumerate() {
        person.selects(words);
        person.presses(&[key]);
        person.sees_marks(n + 1);
    }
    let expected = vec![pair("quote", words[0]), pair("actor", words[1]), pair("condition", words[2])];
    assert_eq!(person.marks(), expected);
    person.sees_saved();
    person.opens();
    assert_eq!(person.sees_marks(3), expected);
    let export = person.exports();
    check(&export, &person);
    let file = person.folder().join("hand-over.verbatim.json");
    fs::write(&file, &export).expect("the file is written");
    let colleague = Person::at(Engine::Chromium, site).expect("Chromium is always here");
    colleague.imports(&[&file]);
    colleague.clicks("#import-report-close");
    assert_eq!(colleague.sees_marks(3), expected);
    assert_eq!(colleague.exports(), export);
    colleague.finishes(site);
    person.finishes(site);
}

fn works_five_deep(person: Person, site: &Site) {
    person.pastes("Deep", "one two three four five six seven eight nine\n");
    let deep = [
        "one two three four five six seven eight nine",
        "two three four five six seven eight",
        "three four five six seven",
        "four five six",
        "five",
    ];
    for (n, words) in deep.iter().enumerate() {
        person.selects(words);
        person.presses(&["qac".get(n % 3..n % 3 + 1).expect("three labels")]);
        person.sees_marks(n + 1);
    }
    person.presses(&["Escape"]);
    let focused = |person: &Person| {
        person.asks("return document.querySelector('#annotations [aria-current] .annotation-text')?.textContent ?? ''", &[])
    };
    for (turn, words) in deep.iter().rev().enumerate() {
        person.clicks_words("five", turn);
        person.sees("the pick", &format!("return document.querySelector('#annotations [aria-current] .annotation-text')?.textContent === '{words}' || null"));
    }
    person.presses(&["Escape", "Ctrl+Home", "n"]);
    for words in deep {
        assert_eq!(focused(&person), json!(words));
        person.presses(&["n"]);
    }
    person.presses(&["n", "n", "Delete"]);
    let left = person.sees_marks(4);
    assert!(!left.iter().any(|(_, words)| words == deep[2]));
    person.presses(&["Ctrl+z"]);
    person.sees_marks(5);
    person.presses(&["Ctrl+Shift+z"]);
    assert_eq!(person.sees_marks(4), left);
    person.sees_saved();
    person.finishes(site);
}

fn does_it_all_by_keyboard(person: Person, site: &Site) {
    person.asks("document.querySelector('#help-button').focus()", &[]);
    person.presses(&["Tab"]);
    person.sees(
        "the caret",
        "return document.activeElement.id === 'article' && !document.querySelector('#caret').hidden || null",
    );
    person.presses(&["Shift+Ctrl+Right", "Shift+Ctrl+Right", "c"]);
    assert_eq!(person.sees_marks(1), vec![pair("condition", "Afghanistan conference")]);
    person.presses(&["a"]);
    person.sees(
        "another label",
        "return document.querySelector('#article mark').dataset.labels === 'actor' || null",
    );
    person.presses(&["e"]);
    person.sees("the note", "return document.activeElement.className === 'note-input' || null");
    person.presses(&["W", "h", "o", "?", "Escape"]);
    person.sees("the note's end", "return document.activeElement.id === 'article' || null");
    person.presses(&["Down", "Down", "Down", "Home", "Shift+End", "q"]);
    person.sees_marks(2);
    person.sees_saved();
    let export = person.exports_by_keyboard();
    check(&export, &person);
    assert!(export.contains("\"note\": \"Who?\""));
    person.finishes(site);
}

fn is_killed_ten_times(mut person: Person, site: &Site) {
    let words = [
        "expand",
        "attaches",
        "stabilize",
        "organized",
        "satisfied",
        "promises",
        "international",
        "mobilize",
        "humanitarian",
        "destabilization",
    ];
    for (n, word) in words.iter().enumerate() {
        person.selects(word);
        person.presses(&["q"]);
        person.sees_marks(n + 1);
        person.sees_saved();
        person.is_killed();
        person.starts();
        assert_eq!(person.sees_marks(n + 1).len(), n + 1);
    }
    person.finishes(site);
}

fn meets_bad_files_and_records(person: Person, site: &Site) {
    person.selects(QUOTE);
    person.presses(&["q"]);
    person.sees_marks(1);
    person.sees_saved();
    let good = person.exports();
    let bad = [
        ("no.json", "Dear reader".to_owned()),
        ("other.json", "{\"a\": [1]}".to_owned()),
        ("cut.json", good.chars().take(good.chars().count() / 2).collect()),
        ("newer.json", good.replacen("\"version\": 1", "\"version\": 2", 1)),
        ("moved.json", good.replacen("\"exact\": \"“We", "\"exact\": \"“Me", 1)),
        ("label.json", good.replacen("\"label\": \"quote\"", "\"label\": \"__proto__\"", 1)),
        ("id.json", good.replacen("\"id\": \"sample", "\"id\": \"<img src=x onerror=alert(1)>", 1)),
    ];
    for (name, text) in bad {
        let file = person.folder().join(name);
        fs::write(&file, text).expect("the file is written");
        person.imports(&[&file]);
        let outcome = person.asks("return document.querySelector('[data-file]').dataset.outcome", &[]);
        assert_eq!(outcome, json!("refused"), "{name}");
        person.clicks("#import-report-close");
        person.sees("the page", "return document.querySelector('dialog') ? null : 1");
        assert_eq!(person.exports(), good, "{name}");
    }
    // A broken value in local storage alone: IndexedDB has the good one.
    let broken = "const k=Object.keys(localStorage).find(k=>k.startsWith('verbatim/1/annotation/')); localStorage.setItem(k,'{broken'); return k";
    let key = person.asks(broken, &[]);
    person.opens();
    person.sees("the notice", "return document.querySelector('[data-notice=set-aside]') ? 1 : null");
    person.sees_marks(1);
    assert_eq!(
        person.asks("return localStorage.getItem('verbatim/bad/'+arguments[0])", &[key]),
        json!("{broken")
    );
    // No room left: marking goes on, and the page says so.
    person.asks("let s='x'.repeat(1<<20); for(let i=0;s.length;){ try{ localStorage.setItem('fill'+i++,s) }catch(e){ s=s.slice(0,s.length>>1) } }", &[]);
    person.selects(ACTOR);
    person.presses(&["a"]);
    person.sees_marks(2);
    person.sees("the notice", "return document.querySelector('[data-notice=storage-full]') ? 1 : null");
    person.finishes(site);
}
