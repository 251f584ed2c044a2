//! What a person does with Verbatim, in each engine that is here.

#[path = "../../../benches/generator/mod.rs"]
mod generator;

use std::fs;

use serde_json::json;
use verbatim_journeys::{Engine, Person, Site, check, journeys};

const QUOTE: &str =
    "“We recognize the efforts that are being made to stabilize the politico-military situation.”";
const ACTOR: &str = "Foreign Minister Sergei Lavrov";
const CONDITION: &str = "depends on the implementation of promises";

journeys! {
    marks_the_sample_and_comes_back in Chromium Firefox WebKit;
    marks_a_tricky_text_and_hands_it_over in Chromium Firefox WebKit;
    works_five_deep in Chromium Firefox WebKit;
    does_it_all_by_keyboard in Chromium Firefox WebKit;
    sees_saved_only_when_it_is in Chromium Firefox WebKit;
    is_killed_ten_times in Chromium Firefox;
    meets_bad_files in Chromium Firefox WebKit;
    meets_broken_records in Chromium Firefox WebKit;
    runs_out_of_room in Chromium Firefox WebKit;
    loses_its_database in Chromium Firefox WebKit;
    works_without_storage in Chromium Firefox WebKit;
    works_in_two_tabs in Chromium Firefox WebKit;
    hears_of_a_large_import in Chromium Firefox WebKit;
    hears_of_what_changes_while_it_starts in Chromium Firefox WebKit;
    selects_in_every_way in Chromium Firefox WebKit;
    keeps_the_caret_with_its_text in Chromium Firefox WebKit;
    opens_texts_from_files in Chromium Firefox WebKit;
    goes_on_beside_the_report in Chromium Firefox WebKit;
    keeps_a_large_import in Chromium Firefox;
    leaves_amid_a_large_change in Chromium Firefox WebKit;
    keeps_a_file_that_is_left_at_once in Chromium Firefox WebKit;
    starts_with_a_library in Chromium Firefox WebKit;
    cancels_a_long_reading in Chromium Firefox WebKit;
    shows_each_letter in Chromium Firefox WebKit;
    marks_all_of_a_dense_place_as_it_comes_near in Chromium Firefox WebKit;
    marks_in_one_long_line in Chromium Firefox WebKit;
    copies_letter_by_letter in Chromium Firefox WebKit;
    takes_dropped_files in Chromium Firefox WebKit;
    tells_of_a_file_that_is_gone in Chromium Firefox WebKit;
    is_ready_for_files in Chromium;
    is_used_by_touch in Chromium;
    has_no_barriers in Chromium;
}

fn pair(label: &str, words: &str) -> (String, String) {
    (label.into(), words.into())
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
    let list =
        "return [...document.querySelectorAll('#annotations .annotation-text')].map(it => it.textContent)";
    let listed = person.asks(list, &[]);
    let export = person.exports();
    check(&export, &person);
    person.opens();
    assert_eq!(person.sees_marks(3), expected);
    assert_eq!(person.asks(list, &[]), listed);
    assert_eq!(person.exports(), export);
    // What a browser kept aside has heard of nothing meanwhile: it begins anew.
    person.asks("window.here=1; dispatchEvent(new PageTransitionEvent('pageshow',{persisted:true}))", &[]);
    person.sees("it starts anew", "return !window.here && document.documentElement?.dataset.whole || null");
    assert_eq!(person.sees_marks(3), expected);
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
    colleague.clicks("#import-report-undo");
    colleague.sees_marks(0);
    colleague.presses(&["Ctrl+Shift+z"]);
    colleague.sees_marks(3);
    colleague.imports(&[&file]);
    // What changed nothing has nothing to be undone: that would take back something else.
    assert_eq!(colleague.asks("return document.querySelector('#import-report-undo')", &[]), json!(null));
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
    for (turn, words) in deep.iter().rev().enumerate() {
        person.clicks_words("five", turn);
        person.sees("the pick", &format!("return document.querySelector('#annotations [aria-current] .annotation-text')?.textContent === '{words}' || null"));
    }
    person.presses(&["Escape", "Ctrl+Home", "n"]);
    for words in deep {
        person.sees_focused(words);
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

/// A clock that runs away makes Yew yield to the browser wherever it may: what is seen then
/// is seen on a slow machine.
fn sees_saved_only_when_it_is(person: Person, site: &Site) {
    person.sees_saved();
    person.asks(
        "const now=Date.now; let late=0; Date.now=()=>now()+(late+=20); window.seen=[]; \
         new MutationObserver(()=>seen.push([document.querySelectorAll('#article mark').length+document.querySelectorAll('#annotations li').length, \
           document.querySelector('#status').textContent])).observe(document.body,{childList:true,subtree:true,characterData:true})",
        &[],
    );
    person.selects(ACTOR);
    person.presses(&["a"]);
    person.sees_marks(1);
    person.sees("the card", "return document.querySelector('#annotations li') ? 1 : null");
    person.sees("Saved", "return seen.length && seen.at(-1)[1] === 'Saved' || null");
    let seen = person.asks("return seen", &[]);
    // Something new is on the page: it was not safe before the status had said that it is not.
    let first = seen.as_array().into_iter().flatten().find(|it| it[0] != json!(0)).expect("it was seen");
    assert_eq!(first[1], json!("Saving…"), "{seen}");
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

/// A project file with a text that has all that is tricky.
const EVERYTHING: &str = include_str!("../../golden/everything.verbatim.json");

fn meets_bad_files(person: Person, site: &Site) {
    let first = person.downloads(|| {
        person.clicks("#export-button");
        person.clicks("#export-all");
    });
    let change = |from: &str, to: &str| {
        assert!(EVERYTHING.contains(from), "{from}");
        EVERYTHING.replacen(from, to, 1)
    };
    let cut: String = EVERYTHING.chars().take(2000).collect();
    let huge = format!(
        "{{\"format\": \"verbatim\", \"version\": 1, \"offsets\": \"code-points\",\n\"articles\": \"{}\"}}",
        "x".repeat(50 << 20)
    );
    let bad = [
        ("no.json", "Dear 😃 reader".to_owned(), "line 1, column 1"),
        ("other.json", "{\"a\": [1]}".to_owned(), "not a Verbatim file"),
        ("cut.json", cut, "ends too early"),
        ("huge.json", huge, "line 2"),
        ("newer.json", change("\"version\": 1", "\"version\": 2"), "version 2"),
        (
            "moved.json",
            change("\"exact\": \"سلام\"", "\"exact\": \"سلال\""),
            "articles[0].annotations[2].spans[0]",
        ),
        (
            "grapheme.json",
            change(
                "\"start\": 0,\n              \"end\": 12,\n              \"exact\": \"Töne 😃 e\u{301}te\u{301}\"",
                "\"start\": 0,\n              \"end\": 11,\n              \"exact\": \"Töne 😃 e\u{301}te\"",
            ),
            "inside a character",
        ),
        ("twice.json", change("\"id\": \"a3\"", "\"id\": \"a2\""), "used twice"),
        ("label.json", change("\"label\": \"actor\"", "\"label\": \"__proto__\""), "no label \"__proto__\""),
        (
            "markup.json",
            change("\"id\": \"a3\"", "\"id\": \"<img src=x onerror=alert(1)>\""),
            "<img src=x onerror=alert(1)>",
        ),
        ("bidi.json", change("\"id\": \"a3\"", "\"id\": \"\u{202e}\\u0000\""), "\\u{202e}\\0"),
        ("text.pdf", "%PDF".to_owned(), "Only .txt"),
        ("empty.txt", " \n".to_owned(), "no text"),
    ];
    for (name, text, reason) in bad {
        let file = person.folder().join(name);
        fs::write(&file, text).expect("the file is written");
        person.imports(&[&file]);
        let told = person.asks("const it=document.querySelector('[data-file]'); return [it.dataset.outcome, it.textContent, document.querySelectorAll('img').length]", &[]);
        assert_eq!(told[0], json!("refused"), "{name}");
        assert!(told[1].as_str().is_some_and(|it| it.contains(reason)), "{name}: {told}");
        assert_eq!(told[2], json!(0), "{name}");
        person.clicks("#import-report-close");
        person.sees("the page", "return document.querySelector('dialog') ? null : 1");
    }
    assert_eq!(person.exports(), first);
    // Two at once, one of them bad: the good one comes in, and goes again with one undo.
    let (good, bad) = (person.folder().join("good.verbatim.json"), person.folder().join("cut.json"));
    fs::write(&good, EVERYTHING).expect("the file is written");
    person.imports(&[&bad, &good]);
    person.clicks("#import-report-undo");
    person.sees("the page", "return document.querySelector('dialog') ? null : 1");
    assert_eq!(person.exports(), first);
    person.presses(&["Ctrl+Shift+z"]);
    let marks = person.sees_marks(4);
    assert_eq!(marks[1], pair("quote", "“Wir,”“kommen 👨‍👩‍👧‍👦 nicht.”"));
    person.finishes(site);
}

/// Overwrites the value of a key in both stores.
const OVERWRITE: &str = "const [key,value,done]=arguments; localStorage.setItem(key,value); \
    const open=indexedDB.open('verbatim'); open.onsuccess=()=>{ const t=open.result.transaction('records','readwrite'); \
    t.objectStore('records').put(value,key); t.oncomplete=()=>{ open.result.close(); done(1) } }";
/// The key of the first annotation, and its value.
const FIRST: &str = "const k=Object.keys(localStorage).filter(k=>k.startsWith('verbatim/1/annotation/')).sort()[0]; return [k, localStorage.getItem(k)]";

fn meets_broken_records(person: Person, site: &Site) {
    person.selects(QUOTE);
    person.presses(&["q"]);
    person.selects(ACTOR);
    person.presses(&["a"]);
    person.sees_marks(2);
    person.sees_saved();
    let before = person.exports();
    // Broken in local storage alone: IndexedDB has the good one.
    let first = person.asks(FIRST, &[]);
    let (key, good) = (first[0].as_str().expect("a key").to_owned(), first[1].as_str().expect("a value"));
    person.asks("localStorage.setItem(arguments[0],'{broken')", &[json!(key)]);
    person.opens();
    person.sees("the notice", "return document.querySelector('[data-notice=set-aside]') ? 1 : null");
    person.sees_marks(2);
    let kept = person.asks("return localStorage.getItem('verbatim/bad/'+arguments[0])", &[json!(key)]);
    assert_eq!(kept, json!("{broken"));
    assert_eq!(person.exports(), before);
    // Broken in both, then of a later version in both: the rest works, the value is offered.
    let later = good.replacen("\"version\":1", "\"version\":7", 1);
    let moved = good.replacen("\"exact\":\"", "\"exact\":\"x", 1);
    for (value, reason) in [(later, "later Verbatim"), (moved, "exact")] {
        person.asks_and_waits(OVERWRITE, &[json!(key), json!(value)]);
        person.opens();
        person.sees_marks(1);
        let told = "return document.querySelector('[data-notice=set-aside]')?.textContent ?? null";
        let told = person.sees("the notice", told);
        assert!(told.as_str().is_some_and(|it| it.contains(reason)), "{told}");
        let offered = person.downloads(|| person.clicks("[data-notice=set-aside] .button"));
        assert!(offered.contains(&value), "{offered}");
    }
    person.opens();
    person.sees_marks(1);
    person.sees_saved();
    assert_eq!(person.asks("return document.querySelector('[data-notice]')", &[]), json!(null));
    person.finishes(site);
}

fn runs_out_of_room(person: Person, site: &Site) {
    person.asks("let s='x'.repeat(1<<20); for(let i=0;s.length;){ try{ localStorage.setItem('fill'+i++,s) }catch(e){ s=s.slice(0,s.length>>1) } }", &[]);
    person.selects(ACTOR);
    person.presses(&["a"]);
    person.sees_marks(1);
    person.sees("the notice", "return document.querySelector('[data-notice=storage-full]') ? 1 : null");
    assert_eq!(
        person.asks("return document.querySelector('#status').textContent", &[]),
        json!("Not saved in local storage")
    );
    let export = person.downloads(|| person.clicks("[data-notice=storage-full] .button-primary"));
    check(&export, &person);
    assert!(export.contains(ACTOR));
    // Room again: the next mark brings the waiting one in too.
    person.asks(
        "Object.keys(localStorage).filter(k=>k.startsWith('fill')).forEach(k=>localStorage.removeItem(k))",
        &[],
    );
    person.selects(CONDITION);
    person.presses(&["c"]);
    person.sees_saved();
    person.opens();
    person.sees_marks(2);
    person.finishes(site);
}

/// Notes the page's database when something is written, so that it can be closed as a browser closes it
/// where the disk is full.
const SEES_DATABASE: &str = "const begin=IDBDatabase.prototype.transaction; \
    IDBDatabase.prototype.transaction=function(...all){ window.database=this; return begin.apply(this,all) }";

fn loses_its_database(person: Person, site: &Site) {
    person.asks(SEES_DATABASE, &[]);
    person.selects(QUOTE);
    person.presses(&["q"]);
    person.sees_saved();
    // Closed: the next mark opens it again, and both stores have both.
    person.asks("database.close()", &[]);
    person.selects(ACTOR);
    person.presses(&["a"]);
    person.sees_marks(2);
    person.sees_saved();
    person.asks("localStorage.clear()", &[]);
    person.opens();
    let marks = person.sees_marks(2);
    // Removed under the page: no new one is begun, which would lack the rest, and the page says so.
    person.asks(SEES_DATABASE, &[]);
    person.presses(&["j", "c"]);
    person.sees_saved();
    person.asks_and_waits(
        "const done=arguments[0]; database.close(); \
         indexedDB.deleteDatabase('verbatim').onsuccess=()=>done(1)",
        &[],
    );
    person.selects(CONDITION);
    person.presses(&["c"]);
    let marked = person.sees_marks(3);
    assert_ne!(marked[..2], marks[..]);
    let told = "return document.querySelector('[data-notice=storage-blocked]')?.textContent ?? null";
    let told = person.sees("the notice", told);
    assert!(told.as_str().is_some_and(|it| it.contains("IndexedDB: what it held was removed")), "{told}");
    assert_eq!(
        person.asks("return document.querySelector('#status').textContent", &[]),
        json!("Not saved in IndexedDB")
    );
    // The next start makes a new one from local storage, and from then on that has everything.
    person.opens();
    assert_eq!(person.sees_marks(3), marked);
    person.sees_saved();
    person.asks("localStorage.clear()", &[]);
    person.opens();
    assert_eq!(person.sees_marks(3), marked);
    person.finishes(site);
}

fn works_without_storage(person: Person, site: &Site) {
    let person = Person::without_storage(person.engine(), site).expect("it was here before");
    person.sees("the notice", "return document.querySelector('[data-notice=storage-blocked]') ? 1 : null");
    person.selects(QUOTE);
    person.presses(&["q"]);
    person.sees_marks(1);
    let export = person.downloads(|| person.clicks("[data-notice=storage-blocked] .button-primary"));
    check(&export, &person);
    assert!(export.contains("We recognize the efforts"));
    person.finishes(site);
}

fn works_in_two_tabs(person: Person, site: &Site) {
    person.selects(QUOTE);
    person.presses(&["q"]);
    person.sees_saved();
    let first = person.opens_another_tab();
    person.sees_marks(1);
    person.selects(ACTOR);
    person.presses(&["a"]);
    person.sees_saved();
    let second = person.opens_another_tab();
    person.sees_marks(2);
    // The first tab has the work of the second, and adds its own.
    person.goes_to(&first);
    person.sees_marks(2);
    person.selects(CONDITION);
    person.presses(&["c"]);
    person.sees_saved();
    // On the same annotation the later one wins, and undo in the other tab says so.
    person.goes_to(&second);
    person.sees_marks(3);
    person.presses(&["Escape"]);
    person.clicks("#annotations li:nth-child(1) .annotation-open");
    person.sees_frame();
    person.clicks("[data-relabel=condition]");
    person.sees_saved();
    person.goes_to(&first);
    person.sees(
        "the label",
        "return document.querySelector('#article mark').dataset.labels.startsWith('condition') || null",
    );
    person.goes_to(&second);
    person.sees_frame();
    person.clicks("#annotations li:nth-child(2) .annotation-open");
    person.sees(
        "its frame",
        "return document.querySelector('#annotations li:nth-child(2)[aria-current] .frame') ? 1 : null",
    );
    person.clicks("[data-relabel=actor]");
    person.sees_saved();
    person.goes_to(&first);
    person.sees(
        "the label",
        "return document.querySelector('#annotations li:nth-child(2)').dataset.label === 'actor' || null",
    );
    person.clicks("#undo-button");
    person.sees(
        "the undo of this tab's own mark",
        "return document.querySelectorAll('#annotations li').length === 2 || null",
    );
    person.clicks("#undo-button");
    person.sees(
        "what undo left",
        "return document.querySelector('#announcer').textContent.includes('changed elsewhere') || null",
    );
    person.sees_saved();
    let here = person.exports();
    person.goes_to(&second);
    person.sees_marks(2);
    assert_eq!(person.exports(), here);
    person.opens();
    assert_eq!(person.exports(), here);
    person.finishes(site);
}

fn selects_in_every_way(person: Person, site: &Site) {
    let selected = |words: &str| {
        person.sees_selected(words);
        person.sees("the toolbar", "return document.querySelector('#selection-toolbar').hidden ? null : 1");
    };
    person.clicks_then_shift_clicks("Russia wants to expand", "in the region.");
    selected("Russia wants to expand its influence in the region.");
    person.presses(&["q"]);
    person.sees_marks(1);
    person.clicks_in_a_row("influence", 2);
    selected("influence");
    person.presses(&["a"]);
    assert_eq!(person.sees_marks(2)[1], pair("actor", "influence"));
    let lead = "After the withdrawal of international troops";
    person.clicks_in_a_row(lead, 3);
    person.presses(&["c"]);
    let marks = person.sees_marks(3);
    assert!(marks[0].1.starts_with(lead) && marks[0].1.ends_with("Kabul."), "{marks:?}");
    person.presses(&["Ctrl+z", "Ctrl+z", "Ctrl+z"]);
    person.sees_marks(0);
    // From one paragraph into the next; what a long press selects has no mouse at all.
    person.sees_it_painted();
    person.asks(
        "const [a,b]=[2,3].map(n=>document.querySelectorAll('#article .chunk > *')[n].firstChild); getSelection().setBaseAndExtent(a,12,b,6)",
        &[],
    );
    person.sees("the toolbar", "return document.querySelector('#selection-toolbar').hidden ? null : 1");
    person.taps("#selection-toolbar [data-label=quote]");
    let marks = person.sees_marks(1);
    assert_eq!(marks[0].0, "quote");
    assert!(marks[0].1.contains("\n"), "{marks:?}");
    // All of them at once, and back.
    person.clicks_in_a_row("influence", 2);
    person.presses(&["a"]);
    person.sees_marks(2);
    person.sees_frame();
    person.clicks("#remove-shown");
    person.sees_marks(0);
    person.presses(&["Ctrl+z"]);
    let marks = person.sees_marks(2);
    // A menu that opens with Ctrl over words that are selected already adds them to nothing.
    person.clicks("#annotations li:nth-child(1) .annotation-open");
    person.sees_it_painted();
    person.selects(ACTOR);
    selected(ACTOR);
    person.asks(
        "const at={bubbles:true,ctrlKey:true}, text=document.querySelector('#article p'); \
         text.dispatchEvent(new PointerEvent('pointerdown',at)); text.dispatchEvent(new MouseEvent('contextmenu',at))",
        &[],
    );
    person.sees_it_painted();
    assert_eq!(person.marks(), marks);
    person.sees_saved();
    person.finishes(site);
}

fn keeps_the_caret_with_its_text(person: Person, site: &Site) {
    let text =
        (0..400).map(|n| format!("Line {n} 😃 said e\u{301}: سلام 中文, nobody would come to the talks.\n"));
    person.pastes("Long", &text.collect::<String>());
    person.selects("Line 5 ");
    person.presses(&["q"]);
    person.sees_marks(1);
    person.sees_saved();
    // How far the caret is from where the selection's moving end is, in CSS pixels.
    let far = "const caret=document.querySelector('#caret'), s=getSelection(), r=new Range(); \
        r.setStart(s.focusNode,s.focusOffset); const all=r.getClientRects(), end=all[all.length-1], is=caret.getBoundingClientRect(); \
        const far=caret.hidden ? 1e6 : Math.hypot(is.x-end.x, is.y-end.y);";
    let at_its_letter = format!("{far} return far < 2 || null");
    person.sees("the caret", &at_its_letter);
    // It moves with the text at once, without waiting for a frame.
    let moved = format!("scrollBy(0, 150); {far} return far");
    let moved = person.asks(&moved, &[]).as_f64();
    assert!(moved.is_some_and(|far| far < 2.0), "{moved:?}");
    // There and back, over chunks whose size was not known before.
    for place in ["1e7", "0"] {
        person.asks_and_waits(
            &format!("scrollTo(0, {place}); requestAnimationFrame(() => requestAnimationFrame(() => arguments[0](1)))"),
            &[],
        );
    }
    person.sees("the caret", &at_its_letter);
    // Lines beside the text say whose the focus is, however it is scrolled.
    let lines = "const it=getComputedStyle(document.querySelector('.whose'),'::before'); \
        return document.querySelector('#article').matches(':focus-visible') && it.content !== 'none' && parseFloat(it.height) <= innerHeight || null";
    person.asks("document.querySelector('#help-button').focus()", &[]);
    person.presses(&["Tab"]);
    person.sees("whose the focus is", lines);
    person.finishes(site);
}

fn opens_texts_from_files(person: Person, site: &Site) {
    let text = "Töne “😃” e\u{301} سلام 中文\n";
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let files = [
        ("bom.txt", [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat(), "UTF-8 with a byte order mark"),
        ("wide.txt", utf16, "UTF-16LE"),
        (
            "west.md",
            b"# \x93Gl\xfccklich\x94\r\n\r\nsagte der \xe4ltere Minister.\r\n".to_vec(),
            "windows-1252",
        ),
    ];
    let paths: Vec<_> = files.iter().map(|(name, ..)| person.folder().join(name)).collect();
    for (path, (_, bytes, _)) in paths.iter().zip(&files) {
        fs::write(path, bytes).expect("the file is written");
    }
    person.imports(&paths.iter().map(std::path::PathBuf::as_path).collect::<Vec<_>>());
    let report = person.asks("return document.querySelector('#import-report').textContent", &[]);
    for (name, _, encoding) in &files {
        assert!(report.as_str().is_some_and(|it| it.contains(encoding)), "{name}: {report}");
    }
    person.clicks("#import-report-close");
    let shown = "return document.querySelector('#article')?.textContent ?? ''";
    assert_eq!(person.asks(shown, &[]), json!("# “Glücklich”\n\nsagte der ältere Minister.\n"));
    // Renamed, removed, back again; and an empty page that says what to do.
    person.clicks("#articles-button");
    person.asks("const i=document.querySelectorAll('.article-title')[1]; i.value='Neu 😃'; i.dispatchEvent(new Event('change',{bubbles:true}))", &[]);
    for left in (0..4).rev() {
        person.clicks(".article-remove");
        person.sees(
            "one less",
            &format!("return document.querySelectorAll('.article-remove').length === {left} || null"),
        );
    }
    person.clicks("#articles-dialog-close");
    person.sees("the empty page", "return document.querySelector('.reading .empty') ? 1 : null");
    person.presses(&["Ctrl+z", "Ctrl+z"]);
    person.sees("the text", "return document.querySelector('#article') ? 1 : null");
    person.sees_saved();
    person.opens();
    person.clicks("#articles-button");
    person.sees("both", "return document.querySelectorAll('.article-title').length === 2 || null");
    person.finishes(site);
}

/// While one tab takes in a large file, somebody goes on in the other, which hears of it piece by
/// piece; nothing of it gets lost in either.
fn hears_of_a_large_import(person: Person, site: &Site) {
    // WebKit's local storage has room for half as much.
    let n = if person.engine() == Engine::WebKit { 3_000 } else { 9_000 };
    person.selects(QUOTE);
    person.presses(&["q"]);
    person.sees_saved();
    // The caret goes to and fro all the time.
    person.asks(
        "document.querySelector('#article').focus(); let n=0; window.walk=setInterval(()=>document.dispatchEvent( \
         new KeyboardEvent('keydown',{key:n++%2 ? 'ArrowLeft' : 'ArrowRight',bubbles:true,cancelable:true})),5)",
        &[],
    );
    let first = person.opens_another_tab();
    person.sees_saved();
    person.takes_in(&generator::file((100_000, n)));
    person.sees_saved();
    let whole = person.exports();
    assert!(whole.contains("\"bench\""));
    person.goes_to(&first);
    person.sees_saved();
    person.clicks("#articles-button");
    person.clicks("[data-article=bench] .article-open");
    let all = format!("return document.querySelector('[data-filter=all]').dataset.count === '{n}' || null");
    person.sees("all of it", &all);
    person.asks("clearInterval(window.walk)", &[]);
    assert_eq!(person.exports(), whole);
    person.opens();
    person.sees_saved();
    assert_eq!(person.exports(), whole);
    person.finishes(site);
}

/// Somebody goes on in one tab while another starts, which gets everything: what is stored after it
/// was read too.
fn hears_of_what_changes_while_it_starts(person: Person, site: &Site) {
    person.takes_in(&generator::file((30_000, 1_000)));
    person.sees_saved();
    let before = person.exports();
    // One after the other becomes a condition, every few milliseconds. By messages, since timers rest
    // in a tab that is behind another.
    person.asks(
        "document.querySelector('#article').focus(); const c=new MessageChannel(); let n=0, last=0; window.rest=false; \
         c.port1.onmessage=()=>{ if(window.rest) return; c.port2.postMessage(0); \
         if(performance.now()-last<4) return; document.dispatchEvent( \
         new KeyboardEvent('keydown',{key:n++%2 ? 'c' : 'n',bubbles:true,cancelable:true})); \
         last=performance.now() }; c.port2.postMessage(0)",
        &[],
    );
    let first = person.opens_another_tab();
    person.sees_saved();
    let second = person.tab();
    person.goes_to(&first);
    person.asks("window.rest = true", &[]);
    // What the other hears last.
    person.clicks("#annotations li:nth-child(1) .annotation-open");
    person.presses(&["Delete"]);
    person.sees_saved();
    let here = person.exports();
    assert_ne!(here, before);
    person.goes_to(&second);
    person.sees(
        "the last",
        "return document.querySelector('[data-filter=all]').dataset.count === '999' || null",
    );
    person.sees_saved();
    assert_eq!(person.exports(), here);
    person.finishes(site);
}

/// A thousand annotations are stored as one value, and are single records all the same.
fn keeps_a_large_import(mut person: Person, site: &Site) {
    person.takes_in(&generator::file((30_000, 1_000)));
    let count = "return document.querySelector('[data-filter=all]').dataset.count";
    assert_eq!(person.asks(count, &[]), json!("1000"));
    person.sees_saved();
    // Changed and removed after the batch.
    person.clicks("#annotations li:nth-child(1) .annotation-open");
    person.presses(&["e"]);
    person.sees("the note", "return document.activeElement.className === 'note-input' || null");
    person.presses(&["o", "k", "Escape", "n", "Delete"]);
    person.sees("999", "return document.querySelector('[data-filter=all]').dataset.count === '999' || null");
    person.sees_saved();
    let before = person.exports();
    check(&before, &person);
    person.is_killed();
    person.starts();
    person.sees_saved();
    assert_eq!(person.asks(count, &[]), json!("999"));
    assert_eq!(person.exports(), before);
    // At the list's end the last card is there, and the first is not rendered.
    person.asks("const p=document.querySelector('.panel'); p.scrollTop=p.scrollHeight", &[]);
    person.sees("the last card", "return document.querySelector('#annotations li[aria-posinset=\"999\"]') && !document.querySelector('#annotations li[aria-posinset=\"1\"]') || null");
    // All of them away in one step, which undo takes back, and which is kept.
    person.clicks("#remove-shown");
    person.sees("none", "return document.querySelector('[data-filter=all]').dataset.count === '0' || null");
    person.clicks("#undo-button");
    person.sees("all", "return document.querySelector('[data-filter=all]').dataset.count === '999' || null");
    person.sees_saved();
    assert_eq!(person.exports(), before);
    person.clicks("#redo-button");
    person.sees("none", "return document.querySelector('[data-filter=all]').dataset.count === '0' || null");
    person.sees_saved();
    person.opens();
    person.sees_saved();
    assert_eq!(person.asks(count, &[]), json!("0"));
    person.finishes(site);
}

/// Of a large change that is left half written, what is there makes sense: the article stays until nothing
/// stands in it.
fn leaves_amid_a_large_change(person: Person, site: &Site) {
    person.takes_in(&generator::file((60_000, 5_000)));
    person.sees_saved();
    person.asks(
        "const put=IDBObjectStore.prototype.put, keep=localStorage.setItem; let first; \
         IDBObjectStore.prototype.put=function(value,key){ const it=this.transaction; \
         if(String(key).startsWith('batch/')) first??=it; if(first&&it!==first&&!window.leaves){ window.leaves=1; location.reload() } \
         return window.leaves ? this.get('last') : put.call(this,value,key) }; \
         Storage.prototype.setItem=function(...all){ if(!window.leaves) keep.apply(this,all) }; window.here=1",
        &[],
    );
    person.clicks("#undo-button");
    person.sees("it starts anew", "return !window.here && document.documentElement?.dataset.whole || null");
    person.sees_saved();
    assert_eq!(person.asks("return document.querySelector('#notices').innerText", &[]), json!(""));
    let there = person.exports();
    check(&there, &person);
    let left = there.matches("\"spans\"").count();
    assert!(left > 0 && left < 5_000, "{left} annotations are left");
    person.finishes(site);
}

/// A file is shown first and stored then; whoever leaves in between has it.
fn keeps_a_file_that_is_left_at_once(person: Person, site: &Site) {
    let file = person.folder().join("left.verbatim.json");
    fs::write(&file, generator::library((1, 12))).expect("the file is written");
    person.asks(
        "window.here=1; new MutationObserver((_, watch)=>{ if(!document.querySelector('#article mark')) return; \
         watch.disconnect(); localStorage.setItem('told', document.querySelector('[role=status]#status').textContent); location.reload() \
         }).observe(document.body,{childList:true,subtree:true})",
        &[],
    );
    person.chooses(&[&file]);
    person
        .sees("the next page", "return window.here ? null : document.documentElement.dataset.ready ?? null");
    assert_eq!(person.asks("return localStorage.getItem('told')", &[]), json!("Saving…"));
    person.asks("localStorage.removeItem('told')", &[]);
    person.sees_saved();
    let kept: serde_json::Value = serde_json::from_str(&person.exports()).expect("it is JSON");
    let left = kept["articles"].as_array().into_iter().flatten().find(|it| it["id"] == "article-0");
    assert_eq!(left.map(|it| it["annotations"].as_array().map(Vec::len)), Some(Some(12)), "{kept}");
    person.finishes(site);
}

/// A start shows the article that was opened last, then reads the rest; and either store alone
/// has everything.
fn starts_with_a_library(person: Person, site: &Site) {
    person.takes_in(&generator::library((40, 20)));
    person.sees_saved();
    let before = person.exports();
    check(&before, &person);
    person.clicks("#articles-button");
    person.clicks("[data-article=article-7] .article-open");
    let heading = "return document.querySelector('#article h1').textContent";
    let shown = "return document.querySelector('#article h1')?.textContent === 'Article 7\\n' || null";
    person.sees("the article", shown);
    person.sees_saved();
    let clear = "const done=arguments[arguments.length-1], open=indexedDB.open('verbatim'); open.onsuccess=()=>{ \
        const t=open.result.transaction('records','readwrite'), s=t.objectStore('records'), last=s.get('last'); s.clear(); \
        last.onsuccess=()=>s.put(last.result,'last'); t.oncomplete=()=>{ open.result.close(); done(1) } }";
    for (what, loses) in [
        ("nothing", ""),
        ("IndexedDB", clear),
        ("local storage", "localStorage.clear(); arguments[arguments.length-1](1)"),
    ] {
        if !loses.is_empty() {
            person.asks_and_waits(loses, &[]);
        }
        person.opens();
        assert_eq!(person.asks(heading, &[]), json!("Article 7\n"), "without {what}");
        person.sees_saved();
        assert_eq!(person.exports(), before, "without {what}");
        let kept = person.asks(
            "return Object.keys(localStorage).filter(k=>k.startsWith('verbatim/1/annotation/')).length",
            &[],
        );
        assert_eq!(kept, json!(800), "without {what}");
    }
    person.finishes(site);
}

/// Reading a file takes a second, until `slow` is 0.
const SLOW_DISK: &str = "const read=Blob.prototype.arrayBuffer; window.slow=1000; \
    Blob.prototype.arrayBuffer=async function(){ await new Promise(done => setTimeout(done, slow)); return read.call(this) }";

fn cancels_a_long_reading(person: Person, site: &Site) {
    let files = ["one.txt", "two.txt", "three.txt"].map(|name| person.folder().join(name));
    for file in &files {
        fs::write(file, "Slow 😃 e\u{301} سلام\n".repeat(20_000)).expect("the file is written");
    }
    let before = person.exports();
    // What is read quickly is not told of.
    person.asks(SLOW_DISK, &[]);
    // Quicker than a hand, so that it never comes too late.
    person.asks(
        "window.told=[]; const watch=new MutationObserver(()=>{ const d=document.querySelector('#reading-dialog'); \
         if(d && told.push(d.textContent)===1){ watch.disconnect(); document.querySelector('#reading-dialog-close').click() } }); \
         watch.observe(document.body,{childList:true,subtree:true,characterData:true})",
        &[],
    );
    person.chooses(&files.each_ref().map(std::path::PathBuf::as_path));
    person
        .sees("the end of it", "return window.told.length > 0 && !document.querySelector('dialog') || null");
    let told = person.asks("return told.join()", &[]);
    assert!(told.as_str().is_some_and(|it| it.contains("File 1 of 3: one.txt")), "{told}");
    assert_eq!(person.exports(), before);
    person.asks("window.slow=0", &[]);
    person.imports(&files.each_ref().map(std::path::PathBuf::as_path));
    person.clicks("#import-report-close");
    person.sees_saved();
    person.finishes(site);
}

/// A text comes onto the page by way of a parser, which takes some of it otherwise.
fn shows_each_letter(person: Person, site: &Site) {
    let long = "A line of 70,000 letters, 😃 e\u{301} سلام 中文. ".repeat(1_750);
    let text = format!(
        "<h1>&amp; R&D</h1>\nZero \0 is here, a tab\t, a feed\u{c}, \u{2028}\u{feff}.\n\n<script>alert(1)</script>\n\
         {long}the end\n  \n</p></div>a < b &lt; c\nThe last: “<!-- 中文 -->”"
    );
    let marks = ["R&D", "Zero \0 is", "the end", "b &lt; c", "<!-- 中文 -->"];
    let annotations: Vec<_> = marks
        .iter()
        .map(|words| {
            let start = text.find(words).map(|byte| text[..byte].chars().count()).expect("they are there");
            let span = json!({ "start": start, "end": start + words.chars().count(), "exact": words });
            json!({ "id": format!("at-{start}"), "label": "quote", "spans": [span] })
        })
        .collect();
    let article = json!({ "id": "odd", "title": "Odd", "text": text, "annotations": annotations });
    let file = json!({ "format": "verbatim", "version": 1, "offsets": "code-points", "articles": [article] });
    person.takes_in(&file.to_string());
    let shown = "return document.querySelector('#article').textContent";
    assert!(person.asks(shown, &[]) == json!(text), "the text on the page is another");
    assert_eq!(
        person.asks("return document.querySelectorAll('#article script, #article h1').length", &[]),
        1
    );
    person.presses(&["Ctrl+Home"]);
    for words in marks {
        person.presses(&["n"]);
        person.sees_focused(words);
    }
    person.finishes(site);
}

/// More marks than one frame paints come with the next ones, whether the text scrolls there or jumps.
fn marks_all_of_a_dense_place_as_it_comes_near(person: Person, site: &Site) {
    let far: String = (0..300).map(|n| format!("Line {n} says 😃 e\u{301}te\u{301} سلام 中文.\n")).collect();
    let dense = "one 😃 e\u{301} سلام 中文 two ".repeat(40);
    let text = format!("{far}{dense}\n{dense}\n{far}");
    let from = far.chars().count();
    let (mut at, mut annotations) = (from, Vec::new());
    for word in text.chars().skip(from).take(2 * dense.chars().count()).collect::<String>().split([' ', '\n'])
    {
        let end = at + word.chars().count();
        if at < end {
            let span = json!({ "start": at, "end": end, "exact": word });
            annotations.push(json!({ "id": format!("at-{at}"), "label": "actor", "spans": [span] }));
        }
        at = end + 1;
    }
    let article = json!({ "id": "dense", "title": "Dense", "text": text, "annotations": annotations });
    let file = json!({ "format": "verbatim", "version": 1, "offsets": "code-points", "articles": [article] });
    person.takes_in(&file.to_string());
    let words: Vec<&str> = dense.split_whitespace().collect();
    let all = format!(
        "const dense=[...document.querySelectorAll('#article p')].filter(it => it.textContent.startsWith('one ')); \
         return dense.length === 2 && dense.every(it => [...it.children].map(it => it.textContent).join(' ') === {}) || null",
        json!(words.join(" "))
    );
    let shown = "return document.querySelector('#article').textContent";
    for way in ["", "return document.querySelectorAll('#article mark').length === 0 || null"] {
        // Far away it is plain text. The caret is at the start already, out of sight.
        if !way.is_empty() {
            person.presses(&["Ctrl+Home"]);
            person.sees("plain text", way);
        }
        person.asks(
            "[...document.querySelectorAll('#article p')].find(it => it.textContent.startsWith('one ')).scrollIntoView()",
            &[],
        );
        person.sees("every word marked", &all);
        assert!(person.asks(shown, &[]) == json!(text), "the text on the page is another");
    }
    person.finishes(site);
}

/// A transcript has no paragraphs: it is shown in parts, and is one line all the same.
fn marks_in_one_long_line(person: Person, site: &Site) {
    let line: String =
        (0..6_000).map(|n| format!("Sentence {n} says 😃 e\u{301}te\u{301} سلام 中文. ")).collect();
    person.pastes("A transcript", &line);
    let parts =
        person.asks("return [...document.querySelectorAll('.chunk > *')].map(it => it.textContent)", &[]);
    let parts: Vec<&str> = parts.as_array().into_iter().flatten().filter_map(|it| it.as_str()).collect();
    assert!(parts.len() > 40 && parts.concat() == line, "{} parts", parts.len());
    assert!(parts.iter().all(|part| part.ends_with("中文. ")), "each ends with a sentence");
    // From the last sentence of a part to the first one of the next.
    let next = parts[0].matches("Sentence").count();
    let (first, last) = (format!("Sentence {} says", next - 1), format!("Sentence {next} says"));
    person.clicks_then_shift_clicks(&first, &last);
    let marked = format!("{first} 😃 e\u{301}te\u{301} سلام 中文. {last}");
    assert_eq!(copied(&person), marked, "no line break where parts meet");
    person.presses(&["q"]);
    person.sees_saved();
    let export = person.exports();
    check(&export, &person);
    assert!(export.contains(&format!("\"exact\": \"{marked}\"")), "{marked}");
    person.finishes(site);
}

/// What Ctrl+C copies.
fn copied(person: &Person) -> String {
    person.asks(
        "window.copied = null; \
         addEventListener('copy', event => { window.copied = event.clipboardData.getData('text/plain') }, { once: true })",
        &[],
    );
    person.presses(&["Ctrl+c"]);
    person.sees("what is copied", "return window.copied").as_str().unwrap_or_default().to_owned()
}

/// What is copied is the text, with no line break more; what a field has is the field's own matter.
fn copies_letter_by_letter(person: Person, site: &Site) {
    let text = "First 😃 words\n\nالسلام e\u{301}te\u{301}  中文\nlast words\n";
    person.pastes("Copied", text);
    person.clicks_then_shift_clicks("words", "last");
    assert_eq!(copied(&person), &text[text.find("words").unwrap_or(0)..text.rfind(" words").unwrap_or(0)]);
    person.presses(&["q"]);
    person.clicks_then_shift_clicks("First", "words");
    assert_eq!(copied(&person), "First 😃 words", "marks change nothing");
    person.presses(&["Escape"]);
    person.asks(
        "const f = document.querySelector('#import-file'), it = document.createElement('input'); \
        it.id = 'field'; it.value = 'of its own'; f.after(it); it.focus(); it.select()",
        &[],
    );
    let theirs =
        "return (addEventListener('copy', e => { window.kept = e.defaultPrevented }, { once: true }), 1)";
    person.asks(theirs, &[]);
    person.presses(&["Ctrl+c"]);
    assert_eq!(
        person.sees("a copy", "return window.kept === undefined ? null : [window.kept]"),
        json!([false])
    );
    person.finishes(site);
}

/// What was read is told of, and nothing waits for somebody to have read that.
fn goes_on_beside_the_report(person: Person, site: &Site) {
    let file = person.folder().join("long.txt");
    fs::write(&file, "Premier 😃 said e\u{301} السلام 中文.\n\n".repeat(80)).expect("the file is written");
    person.imports(&[&file]);
    person.sees(
        "the text from its start, with the focus",
        "return document.activeElement.id === 'article' && scrollY === 0 && !document.querySelector('dialog') || null",
    );
    let undoes = || person.asks("return !!document.querySelector('#import-report-undo')", &[]);
    assert_eq!(undoes(), json!(true));
    // The caret is never behind the report.
    person.presses(&["Down"; 40]);
    person.sees(
        "the caret above the report",
        "const caret=document.querySelector('#caret'), report=document.querySelector('#import-report'); \
         return scrollY > 0 && !caret.hidden \
           && caret.getBoundingClientRect().bottom <= report.getBoundingClientRect().top || null",
    );
    person.presses(&["Ctrl+Home", "Shift+Ctrl+Right", "a"]);
    assert_eq!(person.sees_marks(1), [pair("actor", "Premier")]);
    // What was done since is not the import.
    person.sees("no undo of it", "return document.querySelector('#import-report-undo') ? null : 1");
    person.presses(&["Escape"]);
    person.sees("the page", "return document.querySelector('#import-report') ? null : 1");
    // Nor is what came before it, once it was taken back.
    for takes_back in [false, true] {
        person.imports(&[&file]);
        assert_eq!(undoes(), json!(true));
        if takes_back {
            person.presses(&["Ctrl+z"]);
            person.sees(
                "no undo of the one before",
                "return document.querySelector('#import-report-undo') ? null : 1",
            );
        }
        person.presses(&["Escape"]);
        person.sees("the page", "return document.querySelector('#import-report') ? null : 1");
    }
    // The focus that was on one of its buttons goes to the text.
    for key in ["Enter", "Escape"] {
        person.imports(&[&file]);
        person.asks("document.querySelector('#import-report-close').focus()", &[]);
        person.presses(&[key]);
        person.sees(
            "the text",
            "return document.activeElement.id === 'article' && !document.querySelector('#import-report') || null",
        );
    }
    person.finishes(site);
}

fn takes_dropped_files(person: Person, site: &Site) {
    let files = ["one.txt", "two.md"].map(|name| person.folder().join(name));
    let text = "Dropped 😃 e\u{301}\nالسلام 中文\n";
    for (n, file) in files.iter().enumerate() {
        fs::write(file, format!("{text}{n}\n")).expect("the file is written");
    }
    let reads_both = || {
        let report = person.asks("return document.querySelector('#import-report').textContent", &[]);
        assert!(
            report.as_str().is_some_and(|it| it.contains("one.txt: read") && it.contains("two.md: read"))
        );
    };
    person.drops(&files.each_ref().map(std::path::PathBuf::as_path));
    reads_both();
    person.clicks("#import-report-close");
    let shown = person.asks("return document.querySelector('#article').textContent", &[]);
    assert_eq!(shown, json!(format!("{text}1\n")));
    // What comes while another is read is read after it.
    person.asks(SLOW_DISK, &[]);
    person.chooses(&[&files[0]]);
    person.drops(&[&files[1]]);
    reads_both();
    person.clicks("#import-report-close");
    person.finishes(site);
}

/// It was there when it was chosen.
fn tells_of_a_file_that_is_gone(person: Person, site: &Site) {
    let file = person.folder().join("gone.verbatim.json");
    fs::write(&file, include_str!("../../golden/everything.verbatim.json")).expect("the file is written");
    let before = person.exports();
    person.asks(
        "window.hold=event => { event.stopImmediatePropagation(); event.preventDefault() }; \
         document.addEventListener('change', hold, true)",
        &[],
    );
    person.chooses(&[&file]);
    fs::remove_file(&file).expect("it was there");
    person.asks(
        "document.removeEventListener('change', hold, true); \
         document.querySelector('#import-file').dispatchEvent(new Event('change', { bubbles: true }))",
        &[],
    );
    person.sees("the report", "return document.querySelector('#import-report') ? 1 : null");
    let told = person.asks("return document.querySelector('.report').innerText", &[]);
    let reason = told.as_str().and_then(|it| it.strip_prefix("gone.verbatim.json: not read")).map(str::trim);
    assert!(reason.is_some_and(|it| it.len() > 9 && !it.contains("could not be loaded")), "{told}");
    person.clicks("#import-report-close");
    assert_eq!(person.exports(), before);
    person.finishes(site);
}

fn is_ready_for_files(person: Person, site: &Site) {
    let file = person.folder().join("a.verbatim.json");
    fs::write(&file, include_str!("../../golden/everything.verbatim.json")).expect("the file is written");
    let starts = |times: usize| {
        let started = "performance.getEntriesByType('resource').filter(it => it.name.endsWith('reader_loader.js')).length";
        person.sees("the module", &format!("return {started} === {times} || null"));
    };
    let imports = || {
        person.imports(&[&file]);
        person.clicks("#import-report-close");
    };
    starts(0);
    // What is started with the dialog is there for the file.
    person.opens_chooser();
    starts(1);
    imports();
    starts(1);
    imports();
    starts(2);
    // Whoever closes the dialog has it end.
    person.opens_chooser();
    starts(3);
    person.asks(
        "document.querySelector('#import-file').dispatchEvent(new Event('cancel', { bubbles: true }))",
        &[],
    );
    imports();
    starts(4);
    person.finishes(site);
}

fn is_used_by_touch(person: Person, site: &Site) {
    person.taps_twice_on("influence");
    person.sees_selected("influence");
    person.taps("#selection-toolbar [data-label=actor]");
    assert_eq!(person.sees_marks(1), vec![pair("actor", "influence")]);
    person.taps("#undo-button");
    person.sees_marks(0);
    person.taps("#redo-button");
    person.sees_marks(1);
    person.taps("#article mark");
    person.sees("the pick", "return document.querySelector('#annotations [aria-current]') ? 1 : null");
    person.taps("#annotations .delete-annotation");
    person.sees_marks(0);
    person.sees_saved();
    person.finishes(site);
}

fn has_no_barriers(person: Person, site: &Site) {
    let mut found = Vec::new();
    let mut inspects = |what: &str| found.extend(person.finds_barriers_at(what, (360, 740)));
    inspects("first visit");
    for (words, key) in [(QUOTE, "q"), (ACTOR, "a"), (CONDITION, "c"), ("efforts that are being", "c")] {
        person.selects(words);
        person.presses(&[key]);
    }
    person.sees_marks(4);
    inspects("marked");
    person.selects("satisfied");
    inspects("selecting");
    for (button, dialog) in [
        ("#help-button", "#help-dialog"),
        ("#open-button", "#open-dialog"),
        ("#articles-button", "#articles-dialog"),
        ("#export-button", "#export-menu"),
        ("#more-button", "#more-menu"),
    ] {
        person.clicks(button);
        person.sees(dialog, &format!("return document.querySelector('{dialog}') ? 1 : null"));
        inspects(dialog);
        person.presses(&["Escape"]);
        person.sees("the page", &format!("return document.querySelector('{dialog}') ? null : 1"));
    }
    let file = person.folder().join("bad.json");
    fs::write(&file, "{").expect("the file is written");
    person.imports(&[&file]);
    inspects("report");
    person.clicks("#import-report-close");
    let file = person.folder().join("good.txt");
    fs::write(&file, "A 😃 text, e\u{301} سلام.\n").expect("the file is written");
    person.imports(&[&file]);
    inspects("imported");
    person.presses(&["Escape"]);
    person.asks("localStorage.setItem('verbatim/1/annotation/x/y','{')", &[]);
    person.opens();
    inspects("notice");
    person.clicks("#articles-button");
    person.clicks(".article-remove");
    person.clicks("#articles-dialog-close");
    inspects("empty");
    assert!(found.is_empty(), "{}", found.join("\n"));
    person.finishes(site);
}
