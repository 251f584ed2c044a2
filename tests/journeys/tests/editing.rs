//! Editing spans: boundaries, parts, selections that grow, finding, flow and history, as a person
//! does it in each engine that is here.

#[path = "../../../benches/generator/mod.rs"]
mod generator;

use serde_json::{Value, json};
use verbatim_journeys::{Engine, Look, Person, Site, check, golden, journeys, without_chance};

/// Letters that are easily broken.
const NOTE: &str = "e\u{301} 😃 مهم";

journeys! {
    moves_boundaries in Chromium Firefox WebKit;
    keeps_the_text_where_its_nodes_were_split in Chromium Firefox WebKit;
    makes_a_quote_of_parts in Chromium Firefox WebKit;
    selects_by_meaning in Chromium Firefox WebKit;
    finds_and_marks_all in Chromium Firefox WebKit;
    has_in_sight_what_it_goes_to in Chromium Firefox WebKit;
    lets_go_of_what_it_holds in Chromium Firefox WebKit;
    works_in_flow in Chromium Firefox WebKit;
    marks_where_sections_meet in Chromium Firefox WebKit;
    writes_a_note_at_once in Chromium Firefox WebKit;
    writes_a_note_far_down in Chromium;
    walks_with_a_held_key in Chromium;
    changes_keys_and_reading in Chromium Firefox WebKit;
    goes_back_in_history in Chromium Firefox WebKit;
    goes_back_after_a_kill in Chromium Firefox;
    keeps_a_history_for_each_tab in Chromium Firefox WebKit;
    keeps_them_apart_without_locks in Chromium;
    goes_on_after_a_large_undo in Chromium Firefox WebKit;
    keeps_its_history_when_another_tab_is_gone in Chromium Firefox WebKit;
    goes_back_past_what_another_tab_removed in Chromium Firefox WebKit;
    does_again_what_was_taken_back_at_once in Chromium Firefox WebKit;
    keeps_a_large_import_without_the_disk in Chromium Firefox WebKit;
    hears_of_a_text_that_does_not_fit in Chromium Firefox WebKit;
    writes_nothing_over_what_it_cannot_read in Chromium;
    hears_local_storage_before_the_first_key in Chromium;
    comes_to_the_text_before_local_storage_is_asked in Chromium;
    follows_the_later_settings in Chromium Firefox WebKit;
    gives_back_what_is_spent in Chromium Firefox WebKit;
    marks_before_the_rest_is_there in Chromium Firefox WebKit;
    edits_by_touch in Chromium;
    reads_dense_passages in Chromium Firefox WebKit;
    hears_what_is_marked in Chromium Firefox WebKit;
    codes_the_sample_by_keyboard in Chromium Firefox WebKit;
    meets_no_barriers_while_editing in Chromium;
}

const MIXED: &str = "“We agree,” he said, “but not 😃 now.” E\u{301}te\u{301} comes.\n\
    قال الوزير Lavrov إن السلام ممكن اليوم\n\
    外交部长说：「会议，很重要」。\n";

/// Whether the page shows the sample.
const SAMPLE_AGAIN: &str =
    "return document.querySelector('#article').textContent.startsWith('Afghanistan') || null";

/// What the annotations are, in the export: label, and the words of each part.
fn exported(person: &Person) -> Vec<(String, Vec<String>)> {
    let export = person.exports();
    check(&export, person);
    let file: Value = serde_json::from_str(&export).expect("JSON");
    let articles = file["articles"].as_array().expect("a list");
    let words = |span: &Value| span["exact"].as_str().unwrap_or_default().to_owned();
    let of = |it: &Value| {
        let spans = it["spans"].as_array().expect("a list").iter().map(words).collect();
        (it["label"].as_str().unwrap_or_default().to_owned(), spans)
    };
    articles.iter().flat_map(|it| it["annotations"].as_array().expect("a list")).map(of).collect()
}

/// An extension may split what the page has in one node: the text stays the text.
fn keeps_the_text_where_its_nodes_were_split(person: Person, site: &Site) {
    let text = || person.asks("return document.querySelector('#article').textContent", &[]);
    let before = text();
    person.selects("Minister Sergei");
    person.presses(&["q"]);
    person.sees_focused("Minister Sergei");
    let split = "const mark=document.querySelector('#article mark'); \
        mark.firstChild.splitText(5); mark.nextSibling.splitText(3)";
    for presses in [&["d", "Right", "Enter"][..], &["a"], &["Ctrl+z", "Ctrl+z"]] {
        person.asks(split, &[]);
        person.presses(presses);
        let painted = "return document.querySelector('#article mark').childNodes.length === 1 || null";
        if presses.len() > 1 {
            person.sees("the mark in one piece", painted);
        } else {
            person.sees(
                "the label",
                "return document.querySelector('#article mark').dataset.labels === 'actor' || null",
            );
        }
        assert_eq!(text(), before, "after {presses:?}");
    }
    person.sees_focused("Minister Sergei");
    person.finishes(site);
}

fn moves_boundaries(person: Person, site: &Site) {
    person.selects("Minister Sergei");
    person.presses(&["a"]);
    person.sees_focused("Minister Sergei");
    let id =
        person.asks("return document.querySelector('#annotations [aria-current]').dataset.annotation", &[]);
    // By dragging the handles.
    person.drags_handle("end", "Sergei Lavrov", false);
    person.sees_focused("Minister Sergei Lavrov");
    person.drags_handle("start", "Foreign Minister Sergei", false);
    person.sees_focused("Foreign Minister Sergei Lavrov");
    person.presses(&["Ctrl+z"]);
    person.sees_focused("Minister Sergei Lavrov");
    person.presses(&["Ctrl+Shift+z"]);
    person.sees_focused("Foreign Minister Sergei Lavrov");
    // By keys: a gesture from taking the boundary to letting go of it is one step.
    person.presses(&["d", "Right", "Left", "Left", "Ctrl+Left", "Enter"]);
    person.sees_focused("Foreign Minister Sergei");
    person.presses(&["s", "Right", "Ctrl+Right", "Escape"]);
    person.sees_focused("Minister Sergei");
    person.presses(&["d", "Down", "Enter"]);
    person.sees_focused(
        "Minister Sergei Lavrov said: “We recognize the efforts that are being made to stabilize the politico-military situation.”",
    );
    person.presses(&["Ctrl+z", "Ctrl+z"]);
    person.sees_focused("Foreign Minister Sergei");
    // Selected anew.
    person.selects("Lavrov said");
    person.presses(&["r"]);
    person.sees_focused("Lavrov said");
    let same =
        person.asks("return document.querySelector('#annotations [aria-current]').dataset.annotation", &[]);
    assert_eq!(same, id, "it is the same annotation all along");
    // A handle that is let go of with Escape moves nothing.
    person.sees_saved();
    assert_eq!(exported(&person), [("actor".to_owned(), vec!["Lavrov said".to_owned()])]);
    // From right to left the keys follow the eye.
    person.pastes("Mixed", MIXED);
    person.selects("الوزير");
    person.presses(&["a"]);
    person.sees_focused("الوزير");
    person.presses(&["d", "Ctrl+Left", "Enter"]);
    person.sees_focused("الوزير Lavrov");
    person.presses(&["s", "Ctrl+Right", "Enter"]);
    person.sees_focused("قال الوزير Lavrov");
    person.drags_handle("end", "السلام", false);
    person.sees_focused("قال الوزير Lavrov إن السلام");
    person.selects("会议");
    person.presses(&["a", "d", "Right", "Right", "Enter"]);
    person.sees_focused("会议，很");
    // The handles go with the focus.
    let handles = "return [...document.querySelectorAll('.handle')].every(it => it.hidden)";
    person.sees("the handles", &format!("{handles} ? null : 1"));
    person.presses(&["Escape"]);
    person.sees("no handles", handles);
    person.finishes(site);
}

fn makes_a_quote_of_parts(person: Person, site: &Site) {
    person.pastes("Mixed", MIXED);
    person.selects("“We agree,”");
    person.presses(&["q"]);
    person.sees_focused("“We agree,”");
    person.selects("“but not 😃 now.”");
    person.presses(&["="]);
    person.sees_focused("“We agree,” … “but not 😃 now.”");
    let focused = "return [...document.querySelectorAll('#article mark[data-focused]')].map(m=>m.textContent).join('|')";
    assert_eq!(person.asks(focused, &[]), json!("“We agree,”|“but not 😃 now.”"));
    // With the mouse, a modifier held.
    person.selects_holding("Ctrl", "الوزير");
    person.sees_focused("“We agree,” … “but not 😃 now.” … الوزير");
    person.clicks_words_holding("Ctrl", "الوزير");
    person.sees_focused("“We agree,” … “but not 😃 now.”");
    // A piece out of the middle, and back.
    person.selects("not");
    person.presses(&["-"]);
    person.sees_focused("“We agree,” … “but … 😃 now.”");
    person.presses(&["Ctrl+z"]);
    person.sees_focused("“We agree,” … “but not 😃 now.”");
    assert_eq!(person.asks("return document.querySelectorAll('#annotations > li').length", &[]), json!(1));
    person.sees_saved();
    person.opens();
    let whole = vec!["“We agree,”".to_owned(), "“but not 😃 now.”".to_owned()];
    assert_eq!(exported(&person), [("quote".to_owned(), whole)]);
    person.finishes(site);
}

fn selects_by_meaning(person: Person, site: &Site) {
    person.pastes("Mixed", MIXED);
    person.clicks_words("not 😃 now", 0);
    for words in ["not", "but not 😃 now", "but not 😃 now.", "“but not 😃 now.”"] {
        person.presses(&["w"]);
        person.sees_selected(words);
    }
    person.presses(&["Shift+w"]);
    person.sees_selected("but not 😃 now.");
    person.clicks_words("很重要", 0);
    for words in ["很", "很重要", "会议，很重要", "「会议，很重要」"] {
        person.presses(&["w"]);
        person.sees_selected(words);
    }
    // Two who select alike get the same: the marks and the full stop stay outside.
    person.presses(&[","]);
    sets(&person, "quote-marks", "out");
    sets(&person, "quote-end", "out");
    person.clicks("#settings-dialog-close");
    for words in ["“but not 😃 now.”", "but not 😃 now."] {
        person.selects(words);
        person.presses(&["q"]);
        person.sees_focused("but not 😃 now");
    }
    person.sees_saved();
    person.opens();
    person.selects("“We agree,”");
    person.presses(&["q"]);
    person.sees_focused("We agree");
    person.finishes(site);
}

fn finds_and_marks_all(person: Person, site: &Site) {
    person.selects("Taliban");
    person.presses(&["a"]);
    person.sees_marks(1);
    person.presses(&["f"]);
    person.sees(
        "the count",
        "return document.querySelector('#find-count')?.textContent.startsWith('7 places') || null",
    );
    let ticked = "return [...document.querySelectorAll('.hit input')].filter(it=>it.checked).length";
    assert_eq!(person.asks(ticked, &[]), json!(6), "what is marked already is not ticked");
    let noted = person.asks("return document.querySelector('.hit-note').textContent", &[]);
    assert_eq!(noted, json!("in or beside: Actor"));
    if person.engine() == Engine::Chromium {
        let painted = person.asks("return CSS.highlights.get('found').size", &[]);
        assert_eq!(painted, json!(7));
    }
    person.asks("document.querySelectorAll('.hit input')[3].click()", &[]);
    person.clicks("[data-mark-all=actor]");
    person.sees_marks(6);
    person.presses(&["Ctrl+z"]);
    person.sees_marks(1);
    person.presses(&["Ctrl+Shift+z"]);
    person.sees_marks(6);
    let export = person.exports();
    check(&export, &person);
    assert_eq!(export.matches("\"by\": \"find-all\"").count(), 5);
    // An expression, from hit to hit, and one that is none.
    person.presses(&["Escape", "Ctrl+Home"]);
    person.asks("scrollTo(0, 0)", &[]);
    person.sees_it_painted();
    let before = ["Moscow", "Foreign Minister"].map(|words| person.colour_behind(words));
    person.presses(&["/"]);
    person.sees("the field", "return document.activeElement.id === 'find-input' || null");
    person.clicks("#find-regular");
    person.clicks("#find-input");
    person.types("mosc.w|kab.l");
    person.sees(
        "the count",
        "return /^[0-9]+ places/.test(document.querySelector('#find-count').textContent) || null",
    );
    person.sees_it_painted();
    let painted = ["Moscow", "Foreign Minister"].map(|words| person.colour_behind(words));
    assert!(painted[0] != before[0] && painted[1] == before[1], "{before:?} {painted:?}");
    person.presses(&["Enter", "Enter"]);
    person.sees(
        "the second",
        "return document.querySelector('#find-count').textContent.startsWith('2 of ') || null",
    );
    // An Enter that ends a word of an input method goes nowhere.
    person.asks(
        "for(const kind of [{isComposing:true},{keyCode:229}]) document.querySelector('#find-input') \
         .dispatchEvent(new KeyboardEvent('keydown',{key:'Enter',bubbles:true,...kind}))",
        &[],
    );
    person.sees_it_painted();
    let count = person.asks("return document.querySelector('#find-count').textContent", &[]);
    assert!(count.as_str().is_some_and(|it| it.starts_with("2 of ")), "{count}");
    person.types("(");
    person.sees(
        "what is wrong",
        "return document.querySelector('#find-count').textContent.includes('unclosed group') || null",
    );
    person.presses(&["Escape"]);
    person.sees(
        "the article",
        "return document.activeElement.id === 'article' && !document.querySelector('#find') || null",
    );
    // In all articles.
    person.pastes("Mixed", MIXED);
    person.presses(&["/"]);
    person.sees("the field", "return document.activeElement.id === 'find-input' || null");
    person.types("lavrov");
    let one = "return document.querySelector('#find-count').textContent === '1 place' || null";
    let more = "return parseInt(document.querySelector('#find-count').textContent) > 4 || null";
    person.sees("one", one);
    // The worker that found it does for all that follows.
    person.asks(
        "window.started=0; window.Worker=class extends Worker { constructor(...it) { super(...it); started++ } }",
        &[],
    );
    // Of the article that is open, whichever that becomes.
    person.asks("document.querySelector('#article').focus()", &[]);
    person.presses(&["Ctrl+z"]);
    person.sees(
        "those of the sample",
        "return parseInt(document.querySelector('#find-count').textContent) > 1 || null",
    );
    person.presses(&["Ctrl+Shift+z"]);
    person.sees("one again", one);
    person.clicks("#find-everywhere");
    person.sees("more", more);
    assert_eq!(person.asks("return started", &[]), json!(0));
    person.finishes(site);
}

fn works_in_flow(person: Person, site: &Site) {
    // Everything selected gets the label until Escape.
    person.presses(&["Tab"]);
    person.asks("document.querySelector('#article').focus()", &[]);
    // The toolbar comes and goes with what is selected.
    let toolbar = "const it=document.querySelector('#selection-toolbar')";
    person.presses(&["Ctrl+Home", "Shift+Right"]);
    person.sees(
        "the toolbar",
        &format!("{toolbar}; return !it.hidden && it.getBoundingClientRect().x >= 0 || null"),
    );
    person.presses(&["Right"]);
    person.sees("no toolbar", &format!("{toolbar}; return it.hidden || null"));
    person.presses(&["Shift+a"]);
    for (n, words) in ["Sergei Lavrov", "Kremlin", "Foreign Minister Lavrov"].iter().enumerate() {
        person.selects(words);
        person.sees_marks(n + 1);
    }
    person.presses(&["Escape"]);
    person.selects("conference");
    person.presses(&["q"]);
    let labels = |person: &Person| person.marks().into_iter().map(|it| it.0).collect::<Vec<_>>();
    person.sees_marks(4);
    person.selects("Moscow");
    person.presses(&["."]);
    person.sees_marks(5);
    assert_eq!(labels(&person).iter().filter(|it| *it == "quote").count(), 2);
    // A keyboard of another script: no driver has one, so the event is the page's own.
    person.selects("Russia");
    person.asks(
        "document.querySelector('#article').dispatchEvent(new KeyboardEvent('keydown',{key:'\u{641}',code:'KeyA',bubbles:true,cancelable:true}))",
        &[],
    );
    person.sees_marks(6);
    person.presses(&["Ctrl+z"]);
    person.sees_marks(5);
    // Jumps, and back.
    person.presses(&["Escape", "Ctrl+Home", "n"]);
    person.sees_focused("conference");
    person.presses(&["j"]);
    person.sees_focused("Moscow");
    person.presses(&["b"]);
    person.sees_focused("conference");
    person.presses(&["e"]);
    person.sees("the note", "return document.activeElement.className === 'note-input' || null");
    person.types("place");
    person.presses(&["Escape"]);
    person.presses(&["m"]);
    person.sees_focused("Moscow");
    // The palette: a command, an annotation, an article.
    person.presses(&["Ctrl+k"]);
    person.sees("the palette", "return document.activeElement.id === 'palette-input' || null");
    person.types("kreml");
    person.sees("it", "return document.querySelector('#palette-list [aria-selected=true] .entry-name')?.textContent === 'Kremlin' || null");
    person.presses(&["Enter"]);
    person.sees_focused("Kremlin");
    person.presses(&["Ctrl+k"]);
    person.sees("the palette", "return document.activeElement.id === 'palette-input' || null");
    person.types("next quote");
    person.presses(&["Enter"]);
    person.sees_focused("conference");
    person.presses(&["Ctrl+k"]);
    person.sees("the palette", "return document.activeElement.id === 'palette-input' || null");
    person.types("histo");
    person.presses(&["Enter"]);
    person.sees("the history", "return document.querySelector('#history-dialog[open]') ? 1 : null");
    person.finishes(site);
}

/// Chooses something in the settings, which are open or are about to be.
fn sets(person: &Person, name: &str, value: &str) {
    person.sees("the settings", "return document.querySelector('#settings-dialog[open]') ? 1 : null");
    person.asks(
        "const s=document.querySelector(`[data-choice=${arguments[0]}]`); s.value=arguments[1]; s.dispatchEvent(new Event('change',{bubbles:true}))",
        &[json!(name), json!(value)],
    );
}

fn changes_keys_and_reading(person: Person, site: &Site) {
    person.clicks("#more-button");
    person.clicks("#settings-item");
    sets(&person, "theme", "dark");
    sets(&person, "size", "l");
    let told = "return document.querySelector('.keys-told').textContent";
    person.clicks("[data-control=next]");
    person.presses(&["q"]);
    person.sees("the conflict", &format!("{told}.includes('key of “Quote” already') || null"));
    person.clicks("[data-control=next]");
    person.presses(&["1"]);
    person.sees("the change", &format!("{told}.includes('now on 1') || null"));
    person.clicks("#settings-dialog-close");
    person.selects("Kremlin");
    person.presses(&["a"]);
    person.sees_marks(1);
    person.opens();
    let look = person.asks("const s=getComputedStyle(document.querySelector('#article')); return [getComputedStyle(document.body).backgroundColor, s.fontSize]", &[]);
    assert_eq!(look, json!(["rgb(21, 24, 30)", "22.4px"]));
    person.asks("document.querySelector('#article').focus()", &[]);
    person.presses(&["n"]);
    person.presses(&["1"]);
    person.sees_focused("Kremlin");
    person.finishes(site);
}

/// Many records are stored together; when each of them has been written anew or removed, the place
/// that they took is given back with the next start, and the history still knows them.
fn gives_back_what_is_spent(person: Person, site: &Site) {
    let sees_batches = |n: usize| {
        let script = format!(
            "const open=indexedDB.open('verbatim'); open.onsuccess=()=>{{ \
             const asked=open.result.transaction('records').objectStore('records').getAllKeys(); \
             asked.onsuccess=()=>{{ window.batches=asked.result.filter(it=>it.startsWith('batch/')).length; open.result.close() }} }}; \
             return window.batches === {n} || null"
        );
        person.sees("so many batches", &script);
    };
    // A list that has just been scrolled may still grow or shrink above the button.
    let removes_shown = || {
        let rests = "const b=document.querySelector('#remove-shown'); b.scrollIntoView({block:'nearest'}); \
            const y=b.getBoundingClientRect().y; window.calm = y===window.before ? window.calm+1 : 0; \
            window.before=y; return window.calm > 20 || null";
        person.sees("the button at rest", rests);
        person.clicks("#remove-shown");
    };
    person.takes_in(&generator::file((20_000, 300)));
    person.sees_saved();
    let marked = person.exports();
    sees_batches(1);
    removes_shown();
    person.sees_marks(0);
    person.sees_saved();
    sees_batches(2);
    let bare = person.exports();
    // That they are gone must be known; what they were need not.
    person.opens();
    sees_batches(1);
    assert_eq!(person.exports(), bare);
    person.opens();
    sees_history(&person, true, false);
    sees_batches(1);
    person.presses(&["Ctrl+z"]);
    person.sees_saved();
    assert_eq!(person.exports(), marked);
    sees_batches(2);
    person.opens();
    sees_batches(1);
    assert_eq!(person.exports(), marked);
    // Of a batch most of which was removed since, with steps of its own, the rest is kept.
    person.asks("window.sum = null", &[]);
    let size = "const open=indexedDB.open('verbatim'); open.onsuccess=()=>{ \
         const store=open.result.transaction('records').objectStore('records'); \
         const asked=store.getAll(IDBKeyRange.bound('batch/','batch0')); \
         asked.onsuccess=()=>{ window.sum=asked.result.join('').length; open.result.close() } }; return window.sum";
    let whole = person.sees("a batch", size).as_u64().expect("a length");
    for label in ["quote", "actor"] {
        person.clicks(&format!("[data-filter={label}]"));
        person.sees("the label", &format!("return document.querySelector('[data-filter={label}]').getAttribute('aria-pressed') === 'true' || null"));
        removes_shown();
        person.sees(
            "none of it",
            &format!("return document.querySelector('[data-filter={label}]').dataset.count === '0' || null"),
        );
        person.clicks("[data-filter=all]");
    }
    person.sees_saved();
    let rest = person.exports();
    person.opens();
    person.sees(
        "the rest of it",
        &size.replace("return window.sum", &format!("return window.sum < {whole} / 2 || null")),
    );
    assert_eq!(person.exports(), rest);
    person.opens();
    assert_eq!(person.exports(), rest);
    person.finishes(site);
}

/// What is fetched later cannot be had for a while: marking goes on, and what was asked for comes.
fn marks_before_the_rest_is_there(person: Person, site: &Site) {
    site.cuts_off(Some("later-"));
    person.opens();
    person.presses(&["?"]);
    let notice =
        "return document.querySelector('#notices').textContent.startsWith('Fetching this part') || null";
    person.sees("the notice", notice);
    person.selects("Kremlin");
    person.presses(&["a"]);
    person.sees_marks(1);
    person.sees_saved();
    assert_eq!(person.asks("return document.querySelectorAll('dialog').length", &[]), json!(0));
    site.cuts_off(None);
    person.sees("the help", "return document.querySelector('#help-dialog[open]') ? 1 : null");
    person.presses(&["Escape"]);
    person.sees("the text again", "return document.querySelector('dialog') ? null : 1");
    person.presses(&["Ctrl+z"]);
    person.sees_marks(0);
    // Not even what is typed into a field that is yet to come is lost.
    site.cuts_off(Some("later-"));
    person.opens();
    person.selects("Kremlin");
    person.presses(&["a", "e", "w", "h", "y", "Backspace", "o"]);
    person.sees_marks(1);
    site.cuts_off(None);
    person.sees("the note", "return document.querySelector('.note-input')?.value === 'who' || null");
    person.presses(&["s", "e"]);
    person.sees("more of it", "return document.querySelector('.note-input').value === 'whose' || null");
    // Not `finishes`: the browser itself has told of the broken line.
}

fn edits_by_touch(person: Person, site: &Site) {
    // On a tablet, then on a phone.
    for (width, height) in [(820, 1180), (390, 844)] {
        person.looks(Look { width, height, dark: false });
        person.taps_twice_on("Sergei Lavrov");
        person.sees_selected("Sergei");
        person.taps("#selection-toolbar [data-label=actor]");
        person.sees_focused("Sergei");
        person.drags_handle("end", "Sergei Lavrov", true);
        person.sees_focused("Sergei Lavrov");
        person.drags_handle("start", "Minister Sergei", true);
        person.sees_focused("Minister Sergei Lavrov");
        // Let go of, and picked again by the first of two taps.
        person.presses(&["Escape"]);
        person.sees("no focus", "return document.querySelector('#annotations [aria-current]') ? null : 1");
        person.taps_twice_on("Lavrov said");
        person.sees_focused("Minister Sergei Lavrov");
        person.taps(".delete-annotation");
        person.sees_marks(0);
    }
    person.finishes(site);
}

/// Five deep, crossing, the same label twice: the visual fixture.
const DENSE: [(&str, &str); 7] = [
    ("He 😃 said that the minister would agree only if the talks e\u{301} went on", "q"),
    ("the minister would agree only if the talks", "c"),
    ("minister would agree only if", "q"),
    ("would agree only if the talks e\u{301} went", "a"),
    ("would agree only", "q"),
    ("المحادثات ستستمر", "a"),
    ("各方都参加", "c"),
];

fn reads_dense_passages(person: Person, site: &Site) {
    let text = format!("{}.\nقال إن المحادثات ستستمر اليوم\n如果各方都参加，会谈将继续。\n", DENSE[0].0);
    person.pastes("Dense", &text);
    for (n, (words, key)) in DENSE.iter().enumerate() {
        person.selects(words);
        person.presses(&[key]);
        person.sees_marks(n + 1);
    }
    person.presses(&["Escape", "Escape"]);
    // The pointer would show the extent of what is under it.
    person.clicks("#status");
    let lanes = [("agree", 5), ("said that", 1), ("المحادثات", 1), ("各方都参加", 1)];
    let looks: [(&str, &[(&str, &str)]); 4] = [
        ("", &[("prefers-color-scheme", "light")]),
        ("", &[("prefers-color-scheme", "dark")]),
        ("", &[("forced-colors", "active"), ("prefers-color-scheme", "dark")]),
        ("print", &[]),
    ];
    // Only Chromium can be asked to look otherwise.
    let driven = person.engine() == Engine::Chromium;
    for (medium, features) in &looks[..if driven { looks.len() } else { 1 }] {
        if driven {
            person.looks_through(medium, features);
        }
        for (words, lines) in lanes {
            assert_eq!(person.lines_under(words), lines, "under “{words}”, {medium} {features:?}");
        }
    }
    if driven {
        let key = person
            .asks("return [...document.querySelectorAll('#print-key li')].map(it=>it.offsetWidth>0)", &[]);
        assert_eq!(key, json!([true, true, true]), "the printer's key to the labels");
        person.looks_through("", &[]);
    }
    // The extent of what is pointed at is unmistakable.
    person.points_at("minister");
    let extent =
        "return [...document.querySelectorAll('mark[data-hovered]')].map(m=>m.textContent).join('') || null";
    assert_eq!(person.sees("the extent", extent), json!(DENSE[2].0));
    person.finishes(site);
}

fn hears_what_is_marked(person: Person, site: &Site) {
    person.selects("Sergei Lavrov said");
    person.presses(&["q"]);
    person.sees_marks(1);
    person.presses(&["e"]);
    person.sees("the note", "return document.activeElement.className === 'note-input' || null");
    person.types("Who?");
    person.selects("Lavrov said");
    person.presses(&["a"]);
    person.sees_marks(2);
    // Of the others' accessibility trees their drivers tell nothing.
    if person.engine() == Engine::Chromium {
        let heard = person.hears();
        let from = heard.iter().position(|it| it == "Quote, note Who?").expect("the beginning is heard");
        assert_eq!(
            heard[from..from + 5],
            ["Quote, note Who?", "Sergei ", "Actor", "Lavrov said", "Quote ends, Actor ends"]
        );
    }
    // What is done is announced, and the focus is never lost.
    let said = |words: &str| {
        let script =
            format!("return document.querySelector('#announcer').textContent.startsWith('{words}') || null");
        person.sees(words, &script);
    };
    said("Actor marked: Lavrov said");
    person.presses(&["d"]);
    said("The arrow keys move the end");
    person.presses(&["Ctrl+Left"]);
    said("Now: Lavrov");
    person.presses(&["Enter", "Delete"]);
    said("Annotation removed");
    for key in ["Ctrl+k", "h", ",", "?"] {
        person.presses(&[key]);
        person.sees(
            "the dialog",
            "return document.querySelector('dialog[open]')?.contains(document.activeElement) || null",
        );
        person.presses(&["Escape"]);
        person.sees("the article", "return document.activeElement.id === 'article' || null");
    }
    person.finishes(site);
}

/// What is coded with keys alone: a key, and the words of each part.
const CODING: &str = include_str!("../golden/sample-coding.txt");

/// Finds words; they stay selected when the finding is left.
fn finds(person: &Person, words: &str) {
    person.presses(&["/"]);
    person.sees("the field", "return document.activeElement.id === 'find-input' || null");
    person.types(words);
    let found = "return /^[0-9]+ place/.test(document.querySelector('#find-count').textContent) \
        && document.querySelector('.hit b')?.textContent === document.querySelector('#find-input').value || null";
    person.sees("it", found);
    person.presses(&["Enter", "Escape"]);
    person.sees_selected(words);
}

fn codes_the_sample_by_keyboard(person: Person, site: &Site) {
    let mut expected: Vec<(String, Vec<String>)> = Vec::new();
    for line in CODING.lines() {
        let (key, parts) = line.split_once('\t').expect("a key and words");
        let parts: Vec<&str> = parts.split(" … ").collect();
        finds(&person, parts[0]);
        person.presses(&[key]);
        person.sees_focused(parts[0]);
        for n in 1..parts.len() {
            finds(&person, parts[n]);
            person.presses(&["="]);
            person.sees_focused(&parts[..=n].join(" … "));
        }
        let label = match key {
            "q" => "quote",
            "a" => "actor",
            _ => "condition",
        };
        expected.push((label.into(), parts.iter().map(|it| (*it).to_owned()).collect()));
    }
    assert!(expected.len() >= 25 && expected.iter().filter(|it| it.1.len() > 1).count() >= 2);
    person.sees_marks(expected.len());
    person.sees_saved();
    let mut found = exported(&person);
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    let export = without_chance(&person.exports());
    assert_eq!(export, golden("sample-coded.verbatim.json", &export), "BLESS=1 writes the file anew");
    person.finishes(site);
}

fn meets_no_barriers_while_editing(person: Person, site: &Site) {
    let mut found = Vec::new();
    let mut inspects = |what: &str| {
        // What is left of a window at 400 %.
        found.extend(person.finds_barriers_at(what, (320, 640)));
    };
    person.selects("Taliban");
    person.presses(&["a"]);
    person.sees_marks(1);
    inspects("handles");
    person.presses(&["f"]);
    person.sees("the hits", "return document.querySelectorAll('.hit').length === 7 || null");
    inspects("finding");
    person.presses(&["Escape"]);
    for (key, dialog) in [("Ctrl+k", "#palette"), ("h", "#history-dialog"), (",", "#settings-dialog")] {
        person.presses(&[key]);
        person.sees(dialog, &format!("return document.querySelector('{dialog}[open]') ? 1 : null"));
        inspects(dialog);
        person.presses(&["Escape"]);
        person.sees("the page", "return document.querySelector('dialog') ? null : 1");
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    person.finishes(site);
}

/// The field for a note comes when the hand rests, or with its key; where there can be none, keys
/// mean what they always mean.
fn writes_a_note_at_once(person: Person, site: &Site) {
    person.selects("Sergei Lavrov said");
    person.presses(&["q", "e", "w", "h", "o"]);
    let note = "return document.querySelector('.note-input')?.value === 'who' || null";
    person.sees("the note", note);
    // From one to the next, whose editor comes as the other goes.
    person.presses(&["Escape"]);
    person.sees("the text", "return document.activeElement.id === 'article' || null");
    person.selects("Kremlin");
    person.presses(&["a", "e", "w", "h", "e", "r", "e"]);
    person.sees("the note", &note.replace("who", "where"));
    person.presses(&["Escape"]);
    person.sees("the text", "return document.activeElement.id === 'article' || null");
    assert_eq!(person.sees_marks(2).len(), 2);
    // The quote has the focus, and only actors are listed.
    person.clicks_words("Sergei Lavrov said", 0);
    person.sees_focused("Sergei Lavrov said");
    person.clicks("[data-filter=actor]");
    person.sees("no card of it", "return document.querySelector('#annotations [aria-current]') ? null : 1");
    person.presses(&["e", "n"]);
    person.sees_focused("Kremlin");
    person.finishes(site);
}

/// What a screen reader or a browser's own command selects may end in an element, and not in a text.
fn marks_where_sections_meet(person: Person, site: &Site) {
    let lines: Vec<String> = (0..5_000)
        .map(|n| format!("Line {n} 😃 said e\u{301}te\u{301}: سلام 中文, nobody would come to the talks."))
        .collect();
    person.pastes("Long", &lines.join("\n"));
    let first = person.asks("return +document.querySelectorAll('.section')[1]?.dataset.first", &[]);
    let first = first.as_u64().and_then(|it| usize::try_from(it).ok()).expect("there are two sections");
    let ends = [
        // After all of a section, and of its last part and chunk, the next section begins.
        "before, before.children.length, chunk, 2",
        "before.lastElementChild, before.lastElementChild.children.length, chunk, 2",
        "last, last.children.length, chunk, 2",
        "root, 1, chunk, 2",
    ];
    for (n, ends) in ends.into_iter().enumerate() {
        person.asks("document.querySelectorAll('.section')[1].scrollIntoView()", &[]);
        let select = format!(
            "const root=document.querySelector('#article'), [before, after]=document.querySelectorAll('.section'), \
             chunk=after.querySelector('.chunk'), last=[...before.querySelectorAll('.chunk')].pop(); \
             getSelection().setBaseAndExtent({ends})"
        );
        person.sees_it_painted();
        person.asks(&select, &[]);
        person.sees("the toolbar", "return document.querySelector('#selection-toolbar').hidden ? null : 1");
        person.presses(&["q"]);
        person.sees_saved();
        let words = format!("{}\n{}", lines[first], lines[first + 1]);
        assert_eq!(exported(&person), [("quote".to_owned(), vec![words])], "{n}: {ends}");
        person.presses(&["Ctrl+z"]);
        person.sees_marks(0);
    }
    // Beyond the first and the last line there is nothing to go to.
    person.asks("document.querySelector('#article').focus()", &[]);
    for (keys, line) in [(["Ctrl+Home", "Up"], "Line 0 "), (["Ctrl+End", "Down"], "Line 4999 ")] {
        person.presses(&keys[..1]);
        let is_there = format!("getSelection().focusNode?.textContent.startsWith('{line}')");
        person.sees("the line", &format!("return {is_there} || null"));
        person.sees_it_painted();
        person.presses(&keys[1..]);
        person.sees_it_painted();
        assert_eq!(person.asks(&format!("return {is_there}"), &[]), json!(true), "{keys:?}");
    }
    // By keys, from far above; a key that comes before the line is laid out never leads elsewhere.
    person.presses(&["Ctrl+Home", "Ctrl+End", "Shift+Home"]);
    person.sees(
        "the last line",
        "const it=getSelection().focusNode?.parentElement; \
         return it?.textContent.startsWith('Line 4999') && it.checkVisibility({ contentVisibilityAuto: true }) || null",
    );
    person.presses(&["Shift+Home", "q"]);
    assert_eq!(person.sees_marks(1)[0].1, lines[lines.len() - 1]);
    person.sees_saved();
    person.finishes(site);
}

/// On a narrow window the list is below the text, and far down in it are no cards yet.
fn writes_a_note_far_down(person: Person, site: &Site) {
    person.takes_in(&generator::file((100_000, 300)));
    person.looks(Look { width: 500, height: 844, dark: false });
    person.asks("document.querySelector('#article').focus()", &[]);
    person.presses(&["Ctrl+End", "p"]);
    person.sees("the last", "return document.querySelector('#article mark[data-focused]') && 1");
    assert_eq!(person.asks("return document.querySelector('#annotations [aria-current]')", &[]), json!(null));
    person.presses(&["e", "f", "a", "r"]);
    person.sees("its note", "return document.activeElement.value === 'far' || null");
    // Back in the text, where the caret is.
    person.presses(&["Escape"]);
    person.sees(
        "the caret",
        "const at=document.querySelector('#caret').getBoundingClientRect(); \
         return document.activeElement.id === 'article' && at.top > 0 && at.bottom < innerHeight || null",
    );
    person.finishes(site);
}

/// While a key is held the text follows each step, and the list some of them; what is done next is
/// done to the last.
fn walks_with_a_held_key(person: Person, site: &Site) {
    person.pastes("Mixed", "one 😃 two e\u{301}te\u{301} three 平和 four سلام five\n");
    let words = ["one", "e\u{301}te\u{301}", "平和", "سلام", "five"];
    for (number, words) in words.iter().enumerate() {
        person.selects(words);
        person.presses(&["a"]);
        person.sees_marks(number + 1);
    }
    person.presses(&["Escape", "Ctrl+Home"]);
    person.holds('n', 4);
    let focused = "return document.querySelector('#article mark[data-focused]')?.textContent ?? null";
    assert_eq!(person.asks(focused, &[]), json!("سلام"));
    person.sees_focused("سلام");
    person.holds('n', 9);
    person.presses(&["e", "h", "i"]);
    person.sees(
        "its note",
        "return document.querySelector('#annotations [aria-current] .note-input')?.value === 'hi' || null",
    );
    person.sees_focused("平和");
    person.finishes(site);
}

/// A caret that walks out of the window, and what is found far away, are scrolled to; another
/// article begins at its top.
fn has_in_sight_what_it_goes_to(person: Person, site: &Site) {
    person.takes_in(&generator::file((60_000, 100)));
    let caret = "const c=document.querySelector('#caret'), r=c.getBoundingClientRect(); \
        return !c.hidden && r.top > 40 && r.bottom <= innerHeight";
    person.asks("document.querySelector('#article').focus()", &[]);
    person.presses(&["Ctrl+End"]);
    person.sees("the caret at the end", &format!("{caret} && scrollY > 2000 || null"));
    person.presses(&["Ctrl+Home"]);
    person.sees("the caret at the start", &format!("{caret} && scrollY < 200 || null"));
    person.presses(&["Down"; 60]);
    person.sees("the caret far down", &format!("{caret} && scrollY > 200 || null"));
    // The last of all hits, from the first.
    person.presses(&["/"]);
    person.sees("the field", "return document.activeElement.id === 'find-input' || null");
    person.presses(&["K", "a", "b", "u", "l"]);
    let sees_count = |number: &str| {
        let script =
            format!("return /^{number} of/.test(document.querySelector('#find-count').textContent) || null");
        person.sees("which one it is", &script);
    };
    person.sees("hits", "return document.querySelector('.hit') ? 1 : null");
    person.presses(&["Enter"]);
    sees_count("1");
    let hit = "const [r]=CSS.highlights.get('found-now') ?? []; const b=r?.getBoundingClientRect?.(); \
        return b && b.height && b.top > 40 && b.bottom <= innerHeight";
    if person.engine() == Engine::Chromium {
        person.sees("the first", &format!("{hit} && scrollY < 2000 || null"));
    }
    person.presses(&["Shift+Enter"]);
    person.sees("the last", "return scrollY > 2000 || null");
    if person.engine() == Engine::Chromium {
        person.sees("the last one's place", &format!("{hit} || null"));
    }
    // The same key with other words: what is looked for is them, in the open panel.
    person.asks("document.querySelector('#article').focus()", &[]);
    person.presses(&["Ctrl+Home", "Shift+Ctrl+Right", "f"]);
    person.sees(
        "the other words",
        "return document.activeElement.id === 'find-input' && document.activeElement.value === 'A' || null",
    );
    person.presses(&["Escape"]);
    person.asks("document.querySelector('#article').focus()", &[]);
    person.presses(&["Ctrl+Home", "Shift+Ctrl+End"]);
    person.sees("the end", &format!("{caret} && scrollY > 2000 || null"));
    // Marked, it is more than the window shows, and the page stays there.
    person.presses(&["q"]);
    person.sees("the mark", "return document.querySelector('#article mark[data-focused]') ? 1 : null");
    person.sees_it_painted();
    person.sees("the end still", &format!("{caret} && scrollY > 2000 || null"));
    // Marked from afar, it is gone to.
    person.presses(&["Shift+Home"]);
    // It takes some frames to be in sight, and only then is scrolled away from.
    person.sees_it_painted();
    person.sees_it_painted();
    person.sees("the caret at the line's start", &format!("{caret} && scrollY > 2000 || null"));
    person.asks("scrollTo(0, 0)", &[]);
    person.sees("the top", "return scrollY === 0 || null");
    person.presses(&["c"]);
    person.sees("the end again", &format!("{caret} && scrollY > 2000 || null"));
    person.clicks("#articles-button");
    person.clicks("[data-article]:not([aria-current]) .article-open");
    person.sees("the top", "return scrollY === 0 || null");
    person.finishes(site);
}

/// Some browsers say nothing when the pointer lets go over a menu; and the same words twice are
/// heard twice.
fn lets_go_of_what_it_holds(person: Person, site: &Site) {
    person.selects("Kremlin");
    person.asks(
        "const a=document.querySelector('#article'); a.dispatchEvent(new PointerEvent('pointerdown',{button:0,buttons:1,bubbles:true})); \
         a.dispatchEvent(new MouseEvent('contextmenu',{bubbles:true}))",
        &[],
    );
    person.presses(&["a"]);
    person.sees_marks(1);
    person.asks(
        "window.heard=0; new MutationObserver(()=>{ window.heard++ }).observe(document.querySelector('#announcer'),{childList:true,subtree:true,characterData:true})",
        &[],
    );
    person.presses(&["-"]);
    person.sees("a refusal", "return window.heard > 0 || null");
    person.asks("window.heard=0", &[]);
    person.presses(&["-"]);
    person.sees("the same once more", "return window.heard > 0 || null");
    person.finishes(site);
}

/// Waits until the history that was kept is there.
fn sees_history(person: &Person, undo: bool, redo: bool) {
    let script = format!(
        "const off=(id)=>document.querySelector(id).getAttribute('aria-disabled')==='true'; \
         return (off('#undo-button') === {} && off('#redo-button') === {}) || null",
        !undo, !redo
    );
    person.sees("the history", &script);
}

fn goes_back_in_history(person: Person, site: &Site) {
    for (words, key) in [("Kremlin", "a"), ("Sergei", "a"), ("conference", "c")] {
        person.selects(words);
        person.presses(&[key]);
    }
    person.sees_marks(3);
    person.presses(&["d", "Ctrl+Right", "Enter"]);
    person.sees_focused("conference in");
    person.takes_in(&generator::file((20_000, 300)));
    person.sees_saved();
    let last = person.exports();
    person.opens();
    sees_history(&person, true, false);
    // To the beginning and back, over a restart in the middle.
    person.presses(&["Ctrl+z", "Ctrl+z"]);
    person.sees("the sample again", SAMPLE_AGAIN);
    person.sees("the boundary", "return [...document.querySelectorAll('.annotation-text')].some(it=>it.textContent==='conference') || null");
    person.sees_saved();
    person.opens();
    sees_history(&person, true, true);
    person.clicks("#more-button");
    person.clicks("#history-item");
    person.sees("the steps", "return document.querySelectorAll('.step').length === 6 || null");
    let names =
        person.asks("return [...document.querySelectorAll('.step span')].map(it=>it.textContent)", &[]);
    let expected = json!([
        "Import of import.verbatim.json",
        "Move of a boundary: conference in",
        "Mark as condition: conference",
        "Mark as actor: Sergei",
        "Mark as actor: Kremlin"
    ]);
    let starts = |named: &Value, expected: &Value| {
        named.as_str().unwrap_or_default().starts_with(expected.as_str().unwrap_or("?"))
    };
    let (names, expected) =
        (names.as_array().expect("a list").clone(), expected.as_array().expect("a list").clone());
    assert!(
        names.len() == expected.len() && names.iter().zip(&expected).all(|(a, b)| starts(a, b)),
        "{names:?}"
    );
    person.clicks("#history-start");
    person
        .sees("nothing marked", "return document.querySelectorAll('#annotations > li').length === 0 || null");
    person.asks("document.querySelectorAll('.step-button')[0].click()", &[]);
    person.sees("all of it", "return document.querySelector('.filter').dataset.count === '300' || null");
    person.clicks("#history-dialog-close");
    person.sees_saved();
    assert_eq!(person.exports(), last, "byte by byte");
    person.finishes(site);
}

fn goes_back_after_a_kill(mut person: Person, site: &Site) {
    for (n, (words, key)) in [("Kremlin", "a"), ("Sergei", "a"), ("conference", "c")].iter().enumerate() {
        person.selects(words);
        person.presses(&[key]);
        person.sees_marks(n + 1);
    }
    person.presses(&["Ctrl+z"]);
    person.sees_marks(2);
    person.sees_saved();
    person.is_killed();
    person.starts();
    person.sees_marks(2);
    sees_history(&person, true, true);
    person.asks("document.querySelector('#article').focus()", &[]);
    person.presses(&["Ctrl+Shift+z"]);
    person.sees_marks(3);
    person.presses(&["Ctrl+z", "Ctrl+z", "Ctrl+z"]);
    person.sees_marks(0);
    person.finishes(site);
}

/// Marks words as an actor, one of `n` marks then, and waits for Saved.
fn keeps_mark(person: &Person, words: &str, n: usize) {
    person.selects(words);
    person.presses(&["a"]);
    person.sees_marks(n);
    person.sees_saved();
}

/// So many annotations are listed.
fn sees_listed(person: &Person, n: usize) {
    let listed = format!("return document.querySelector('.filter').dataset.count === '{n}' || null");
    person.sees(&format!("{n} annotations"), &listed);
}

/// Each tab takes back what it did itself, after a reload as well.
fn keeps_a_history_for_each_tab(person: Person, site: &Site) {
    keeps_mark(&person, "Kremlin", 1);
    let first = person.opens_another_tab();
    person.sees_marks(1);
    sees_history(&person, false, false);
    keeps_mark(&person, "Sergei", 2);
    person.opens();
    sees_history(&person, true, false);
    person.presses(&["Ctrl+z"]);
    assert_eq!(person.sees_marks(1), [("actor".to_owned(), "Kremlin".to_owned())]);
    person.sees_saved();
    person.goes_to(&first);
    person.sees_marks(1);
    person.opens();
    sees_history(&person, true, false);
    person.presses(&["Ctrl+z"]);
    person.sees_marks(0);
    person.finishes(site);
}

/// Presses a button of the article whose title, `it.value`, is so.
fn presses_in_articles(person: &Person, which: &str, button: &str) {
    person.clicks("#articles-button");
    let found = format!("[...document.querySelectorAll('.article-title')].find(it => {which})");
    person.sees("the article", &format!("return {found} ? 1 : null"));
    person.asks(&format!("{found}.closest('li').querySelector('{button}').click()"), &[]);
}

/// Removes one of two articles.
fn removes_article(person: &Person, which: &str) {
    presses_in_articles(person, which, ".article-remove");
    person.sees("one article", "return document.querySelectorAll('.article-remove').length === 1 || null");
}

/// What another tab did and left behind is newer, but not what this one takes back after a reload.
fn keeps_its_history_when_another_tab_is_gone(person: Person, site: &Site) {
    keeps_mark(&person, "Kremlin", 1);
    let first = person.opens_another_tab();
    person.sees_marks(1);
    sees_history(&person, false, false);
    keeps_mark(&person, "Sergei", 2);
    person.closes_tab_and_goes_to(&first);
    person.sees_marks(2);
    keeps_mark(&person, "Taliban", 3);
    for _ in 0..2 {
        person.opens();
        sees_history(&person, true, false);
    }
    person.presses(&["Ctrl+z", "Ctrl+z"]);
    assert_eq!(person.sees_marks(1), [("actor".to_owned(), "Sergei".to_owned())]);
    sees_history(&person, false, true);
    person.finishes(site);
}

/// Steps in an article that another tab removed are passed over, those before them are not lost.
fn goes_back_past_what_another_tab_removed(person: Person, site: &Site) {
    person.selects("Kremlin");
    person.presses(&["a"]);
    person.sees_marks(1);
    let file = person.folder().join("mixed.TXT");
    std::fs::write(&file, MIXED).expect("the file is written");
    person.imports(&[&file]);
    person.clicks("#import-report-close");
    keeps_mark(&person, "comes", 1);
    let first = person.opens_another_tab();
    person.sees_marks(1);
    removes_article(&person, "it.value.includes('We agree')");
    person.sees_saved();
    person.closes_tab_and_goes_to(&first);
    person.sees("the sample again", SAMPLE_AGAIN);
    person.opens();
    assert_eq!(person.sees_marks(1), [("actor".to_owned(), "Kremlin".to_owned())]);
    sees_history(&person, true, false);
    person.presses(&["Ctrl+z", "Ctrl+z", "Ctrl+z"]);
    person.sees_marks(0);
    person.finishes(site);
}

/// Several steps taken back in one go are each whole after a reload, though the article was there
/// neither before nor after all of them.
fn does_again_what_was_taken_back_at_once(person: Person, site: &Site) {
    let listed = |n: usize| sees_listed(&person, n);
    person.takes_in(&generator::file((20_000, 300)));
    listed(300);
    person.sees_saved();
    // By its key: below a long list the button moves while the cards come.
    person.asks("document.querySelector('#remove-shown').focus()", &[]);
    person.presses(&["Enter"]);
    listed(0);
    removes_article(&person, "!it.value.startsWith('Afghanistan')");
    person.presses(&["Escape"]);
    person.sees_saved();
    person.clicks("#more-button");
    person.clicks("#history-item");
    person.clicks("#history-start");
    person.clicks("#history-dialog-close");
    person.sees_saved();
    person.opens();
    sees_history(&person, false, true);
    person.presses(&["Ctrl+Shift+z"]);
    listed(300);
    person.presses(&["Ctrl+Shift+z"]);
    listed(0);
    person.presses(&["Ctrl+Shift+z"]);
    person.sees("the sample again", SAMPLE_AGAIN);
    person.presses(&["Ctrl+z", "Ctrl+z"]);
    listed(300);
    person.finishes(site);
}

/// When the disk takes nothing, what is too much to be written at once is in local storage all the
/// same, is said not to be saved in both, and is there after a reload.
fn keeps_a_large_import_without_the_disk(person: Person, site: &Site) {
    person.asks(
        "IDBObjectStore.prototype.put = () => { throw new DOMException('The disk is full 😃.', 'UnknownError') }",
        &[],
    );
    person.takes_in(&generator::file((20_000, 300)));
    person.sees(
        "the trouble",
        "return document.querySelector('#status').textContent.startsWith('Not saved') || null",
    );
    person.sees(
        "all of it in local storage",
        "return Object.keys(localStorage).filter(it => it.startsWith('verbatim/1/annotation/')).length === 300 || null",
    );
    let last = person.exports();
    person.opens();
    person.sees_saved();
    assert_eq!(person.exports(), last, "byte by byte");
    person.finishes(site);
}

/// Where local storage has room for annotations only, another tab hears of them before their text.
fn hears_of_a_text_that_does_not_fit(person: Person, site: &Site) {
    let first = person.opens_another_tab();
    person.asks(
        "localStorage.setItem('room', 'x'.repeat(12_000)); \
         for (let size = 1 << 20, n = 0; size > 16;) { \
             try { localStorage.setItem('full' + n++, 'x'.repeat(size)) } catch { size >>= 1 } } \
         localStorage.removeItem('room')",
        &[],
    );
    person.takes_in(&generator::file((20_000, 10)));
    sees_listed(&person, 10);
    let last = person.exports();
    person.goes_to(&first);
    presses_in_articles(&person, "it.value === 'Bench'", ".article-open");
    sees_listed(&person, 10);
    assert_eq!(person.exports(), last, "byte by byte");
    person.asks(
        "Object.keys(localStorage).forEach(it => it.startsWith('full') && localStorage.removeItem(it))",
        &[],
    );
    person.finishes(site);
}

/// Local storage lost the last seconds, and IndexedDB, which has them, cannot be read once.
fn writes_nothing_over_what_it_cannot_read(person: Person, site: &Site) {
    const MARK: &str = "Object.keys(localStorage).find(it => it.startsWith('verbatim/1/annotation/'))";
    person.selects("Kremlin");
    person.presses(&["a"]);
    person.sees_saved();
    let older = person.asks(&format!("return localStorage.getItem({MARK})"), &[]);
    person.presses(&["c"]);
    assert_eq!(person.sees_marks(1)[0].0, "condition");
    person.sees_saved();
    person.asks(&format!("localStorage.setItem({MARK}, arguments[0])"), &[older]);
    person.runs_early(
        "if (!sessionStorage.getItem('broke')) { \
             const real = IDBObjectStore.prototype.getAll; \
             IDBObjectStore.prototype.getAll = function (range) { \
                 if (!String(range?.lower).includes('annotation')) return real.apply(this, arguments); \
                 sessionStorage.setItem('broke', 1); \
                 throw new DOMException('The disk is broken 😃.', 'UnknownError') } }",
    );
    person.opens();
    assert_eq!(person.sees_marks(1)[0].0, "actor");
    person.sees(
        "the trouble",
        "return document.querySelector('#status').textContent.startsWith('Not saved') || null",
    );
    person.selects("Sergei");
    person.presses(&["a"]);
    person.sees_marks(2);
    person.opens();
    assert_eq!(person.sees_marks(2)[0].0, "condition");
    person.sees_saved();
    person.finishes(site);
}

/// Has local storage say something that IndexedDB does not know yet.
fn is_killed_before_the_disk_has_a_note(person: &Person) {
    person.asks(
        "const key = Object.keys(localStorage).find(it => it.startsWith('verbatim/1/annotation/')); \
         const { version, stamp, record } = JSON.parse(localStorage.getItem(key)); \
         stamp.time += 1000; record.note = arguments[0]; \
         localStorage.setItem(key, JSON.stringify({ version, stamp, record }))",
        &[json!(NOTE)],
    );
}

/// Who comes to the text before local storage has been asked changes nothing of what it says.
fn comes_to_the_text_before_local_storage_is_asked(person: Person, site: &Site) {
    person.selects("Kremlin");
    person.presses(&["a"]);
    person.sees_marks(1);
    person.sees_saved();
    is_killed_before_the_disk_has_a_note(&person);
    person.runs_early(
        "const real = Storage.prototype.getItem; let asked = 0; \
         Storage.prototype.getItem = function () { asked++; return real.apply(this, arguments) }; \
         new MutationObserver(() => { \
             if (window.first || !document.documentElement.dataset.ready) return; \
             document.querySelector('#article').focus(); \
             window.first = { asked }; \
         }).observe(document, { attributes: true, subtree: true, attributeFilter: ['data-ready'] })",
    );
    person.opens();
    person.sees("the first moment", "return window.first || null");
    assert_eq!(person.asks("return first", &[]), json!({ "asked": 0 }));
    // Now, and from then on.
    for _ in 0..2 {
        person.sees("the whole", "return document.documentElement.dataset.whole || null");
        person.sees_saved();
        let exported: Value = serde_json::from_str(&person.exports()).expect("JSON");
        assert_eq!(exported["articles"][0]["annotations"][0]["note"], json!(NOTE));
        person.opens();
    }
    person.finishes(site);
}

/// A start shows what IndexedDB has, and asks local storage when that is painted; or before somebody
/// does something, be it that quick.
fn hears_local_storage_before_the_first_key(person: Person, site: &Site) {
    person.selects("Kremlin");
    person.presses(&["a"]);
    person.sees_marks(1);
    person.sees_saved();
    is_killed_before_the_disk_has_a_note(&person);
    person.runs_early(
        "const real = Storage.prototype.getItem; let asked = 0; \
         Storage.prototype.getItem = function () { asked++; return real.apply(this, arguments) }; \
         new MutationObserver(() => { \
             if (window.first || !document.documentElement.dataset.ready) return; \
             window.first = { asked, marks: document.querySelectorAll('#article mark').length }; \
             for (const key of ['n', 'c']) { \
                 document.querySelector('#article').dispatchEvent( \
                     new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })); \
             } \
         }).observe(document, { attributes: true, subtree: true, attributeFilter: ['data-ready'] })",
    );
    person.opens();
    person.sees(
        "a condition",
        "return document.querySelector('#annotations [aria-current]')?.textContent.startsWith('Condition') || null",
    );
    assert_eq!(person.asks("return first", &[]), json!({ "asked": 0, "marks": 1 }));
    person.sees_saved();
    let exported: Value = serde_json::from_str(&person.exports()).expect("JSON");
    let annotation = &exported["articles"][0]["annotations"][0];
    assert_eq!((&annotation["label"], &annotation["note"]), (&json!("condition"), &json!(NOTE)));
    person.finishes(site);
}

/// Settings are in both stores, and a start goes by IndexedDB's first.
fn follows_the_later_settings(person: Person, site: &Site) {
    let in_both = || {
        person.asks_and_waits(
            "const key = 'verbatim/settings', done = arguments[0], open = indexedDB.open('verbatim'); \
             const look = () => { \
                 const get = open.result.transaction('records').objectStore('records').get(key); \
                 get.onsuccess = () => { \
                     if (!get.result || get.result !== localStorage.getItem(key)) return setTimeout(look, 20); \
                     open.result.close(); done(get.result) } }; \
             open.onsuccess = look",
            &[],
        )
    };
    let is = |theme: &str| {
        person.sees(theme, &format!("return document.documentElement.dataset.theme === '{theme}' || null"))
    };
    let usual = in_both();
    person.presses(&[","]);
    sets(&person, "theme", "dark");
    let dark = in_both();
    assert_ne!(dark, usual);
    // Local storage lost the last seconds.
    person.asks("localStorage.setItem('verbatim/settings', arguments[0])", std::slice::from_ref(&usual));
    person.opens();
    is("dark");
    assert_eq!(in_both(), dark);
    is("dark");
    // IndexedDB could not be written.
    person.asks_and_waits(
        "const [value, done] = arguments, open = indexedDB.open('verbatim'); open.onsuccess = () => { \
             const writes = open.result.transaction('records', 'readwrite'); \
             writes.objectStore('records').put(value, 'verbatim/settings'); \
             writes.oncomplete = () => { open.result.close(); done(1) } }",
        &[usual],
    );
    person.opens();
    is("dark");
    assert_eq!(in_both(), dark);
    person.finishes(site);
}

/// On a site without a secure connection browsers have no locks.
fn keeps_them_apart_without_locks(person: Person, site: &Site) {
    let person = Person::over_plain_http(person.engine(), site).expect("it was here before");
    assert_eq!(person.asks("return navigator.locks === undefined", &[]), json!(true));
    keeps_a_history_for_each_tab(person, site);
}

/// A large step that was just taken back is still being written when the next one takes its place.
fn goes_on_after_a_large_undo(person: Person, site: &Site) {
    person.takes_in(&generator::file((100_000, 3_000)));
    person.sees_saved();
    person.presses(&["Ctrl+z"]);
    person.sees("the sample again", SAMPLE_AGAIN);
    person.selects("Kremlin");
    person.presses(&["a"]);
    person.sees_marks(1);
    person.sees_saved();
    person.opens();
    sees_history(&person, true, false);
    person.presses(&["Ctrl+z"]);
    person.sees_marks(0);
    person.sees_saved();
    person.opens();
    sees_history(&person, false, true);
    person.presses(&["Ctrl+Shift+z"]);
    assert_eq!(person.sees_marks(1), [("actor".to_owned(), "Kremlin".to_owned())]);
    person.finishes(site);
}
