//! Who says what, to whom, on which conditions, as a person codes it in each engine that is here.

use serde_json::{Value, json};
use verbatim_journeys::{Person, Site, check, golden, journeys, without_chance};

journeys! {
    quotes_with_two_keys in Chromium Firefox WebKit;
    keeps_a_registry in Chromium Firefox WebKit;
    combines_conditions in Chromium Firefox WebKit;
    edits_the_codebook in Chromium Firefox WebKit;
    asks_the_tables in Chromium Firefox WebKit;
    asks_for_letters_of_other_scripts in Chromium Firefox WebKit;
    finds_all_names_of_an_actor in Chromium Firefox WebKit;
    codes_who_says_what in Chromium Firefox WebKit;
    meets_no_barriers_while_coding in Chromium;
}

const MIXED: &str = "“We agree,” Töne said, “but not 😃 now.” Later she called it e\u{301}te\u{301}.\n\
    If it rains, and the 中文 vote agrees, he stays, otherwise we go.\n\
    قال الوزير: «السلام ممكن».\n";

/// What was exported, checked.
fn exported(person: &Person) -> Value {
    person.sees_saved();
    let export = person.exports();
    check(&export, person);
    serde_json::from_str(&without_chance(&export)).expect("JSON")
}

/// The article that was worked on: the pasted one, or the sample alone.
fn article(file: &Value) -> &Value {
    let all = file["articles"].as_array().expect("a list");
    let pasted = |it: &&Value| !it["id"].as_str().unwrap_or_default().starts_with("sample");
    all.iter().find(pasted).unwrap_or(&all[0])
}

/// One line a link of an export: kind, the words that it begins at, and those or the name that it leads to.
fn links(file: &Value) -> Vec<String> {
    let article = article(file);
    let words = |id: &Value| {
        let all = article["annotations"].as_array().expect("a list");
        let it = all.iter().find(|it| it["id"] == *id);
        it.map_or_else(
            || id.as_str().unwrap_or_default().to_owned(),
            |it| it["spans"][0]["exact"].as_str().unwrap_or_default().to_owned(),
        )
    };
    let line = |link: &Value| {
        let to = link["to"].as_object().and_then(|to| to.values().next()).expect("a target");
        format!("{}: {} → {}", link["kind"].as_str().unwrap_or_default(), words(&link["from"]), words(to))
    };
    let mut lines: Vec<String> = article["links"].as_array().expect("a list").iter().map(line).collect();
    lines.sort();
    lines
}

/// Presses a key that asks, types what is wanted, and takes the first that fits; one after the
/// other where the answer asks again.
fn picks(person: &Person, key: &str, answers: &[&str]) {
    person.presses(&[key]);
    for answer in answers {
        let empty = "const i=document.querySelector('#pick-input'); return (i && document.activeElement === i && i.value === '') || null";
        person.sees("the question", empty);
        person.types(answer);
        let typed = format!(
            "return (document.querySelector('#pick-input')?.value === {} && document.querySelector('#pick-list [aria-selected=true]')) ? 1 : null",
            json!(answer)
        );
        person.sees("the answer", &typed);
        person.presses(&["Enter"]);
    }
    person.sees("the page", "return document.querySelector('dialog') ? null : 1");
}

fn sees_no_dialog(person: &Person) {
    person.sees("the page", "return document.querySelector('dialog') ? null : 1");
}

/// Sets a field's value as typing does, and leaves it.
fn fills(person: &Person, field: &str, value: &str) {
    person.sees(field, &format!("return document.querySelector('{field}') ? 1 : null"));
    let set = "const e=document.querySelector(arguments[0]); e.value=arguments[1]; \
        e.dispatchEvent(new Event('input',{bubbles:true})); e.dispatchEvent(new Event('change',{bubbles:true}))";
    person.asks(set, &[json!(field), json!(value)]);
}

fn reads(person: &Person, selector: &str) -> String {
    let script = "return [...document.querySelectorAll(arguments[0])].map(e=>e.textContent).join('|')";
    person.asks(script, &[json!(selector)]).as_str().unwrap_or_default().to_owned()
}

fn quotes_with_two_keys(person: Person, site: &Site) {
    person.pastes("Mixed", MIXED);
    person.selects("“We agree,”");
    person.presses(&["q"]);
    person.sees_focused("“We agree,”");
    // What is proposed is drawn, in the text too, and is in no file.
    let proposed = "const all=[...document.querySelectorAll('.proposed')].map(e=>e.textContent); return all.length > 2 ? all.join('|') : null";
    assert_eq!(person.sees("what is proposed", proposed), json!("direct|Töne|said"));
    let painted = "return CSS.highlights.get('proposed')?.size === 2 || null";
    person.sees("the words underlined", painted);
    let file = exported(&person);
    assert_eq!(article(&file)["annotations"].as_array().expect("a list").len(), 1);
    assert_eq!(article(&file)["annotations"][0]["attributes"], json!({}));
    // Accepted with one key, as one step.
    person.clicks_words("Later", 0);
    person.selects("“but not 😃 now.”");
    person.asks("document.querySelector('#annotations .annotation-open').click()", &[]);
    person.sees_focused("“We agree,”");
    person.selects("“but not 😃 now.”");
    person.presses(&["=", "y"]);
    person.sees_marks(3);
    let file = exported(&person);
    assert_eq!(links(&file), ["cue: “We agree,” → said", "source: “We agree,” → Töne"]);
    assert_eq!(article(&file)["annotations"][0]["attributes"], json!({ "type": "direct" }));
    person.sees("the links drawn", "return document.querySelectorAll('#links path').length === 2 || null");
    person.sees("the links painted", "return CSS.highlights.get('linked')?.size === 2 || null");
    // From the source too the whole frame is seen.
    person.asks("document.querySelector('#annotations [data-label=actor] .annotation-open').click()", &[]);
    person.sees_focused("Töne");
    person.sees("the frame", "return [...document.querySelectorAll('#links text')].map(t=>t.textContent).sort().join() === 'cue,source' || null");
    person.asks("document.querySelector('#annotations [data-label=quote] .annotation-open').click()", &[]);
    person.sees_focused("“We agree,” … “but not 😃 now.”");
    picks(&person, "t", &["unkn"]);
    let file = exported(&person);
    assert_eq!(article(&file)["annotations"][0]["attributes"]["addressee"], json!("unknown"));
    person.presses(&["Ctrl+z", "Ctrl+z"]);
    person.sees_marks(1);
    assert_eq!(links(&exported(&person)), [""; 0]);
    person.presses(&["Ctrl+Shift+z"]);
    person.sees_marks(3);
    // Nobody knows who; then somebody does.
    person.clicks("[data-link=source] .chip-take");
    picks(&person, "i", &["anony"]);
    let file = exported(&person);
    assert_eq!(article(&file)["annotations"][0]["attributes"]["source"], json!("anonymous"));
    person.selects("she");
    person.asks("document.querySelector('#annotations [data-label=quote] .annotation-open').click()", &[]);
    person.selects("she");
    picks(&person, "i", &["she"]);
    picks(&person, "t", &["Bö"]);
    let file = exported(&person);
    assert_eq!(article(&file)["annotations"][0]["attributes"].get("source"), None);
    assert_eq!(
        links(&file),
        ["addressee: “We agree,” → actor Bö", "cue: “We agree,” → said", "source: “We agree,” → she"]
    );
    // One more who speaks.
    picks(&person, "i", &["tone"]);
    let all = links(&exported(&person));
    assert_eq!(all.iter().filter(|it| it.starts_with("source")).count(), 2, "{all:?}");
    person.presses(&["Ctrl+z"]);
    // From right to left.
    person.selects("السلام ممكن");
    person.presses(&["q", "y"]);
    person.sees_marks(7);
    let all = links(&exported(&person));
    assert!(all.contains(&"cue: السلام ممكن → قال".to_owned()), "{all:?}");
    // A quote within a quote has a speaker of its own.
    person.selects("but not 😃 now");
    person.presses(&["q"]);
    person.sees_focused("but not 😃 now");
    picks(&person, "i", &["unknown"]);
    person.sees_saved();
    person.opens();
    let file = exported(&person);
    let quotes = article(&file)["annotations"].as_array().expect("a list").clone();
    let within =
        quotes.iter().find(|it| it["spans"][0]["exact"] == json!("but not 😃 now")).expect("it is kept");
    assert_eq!(within["attributes"]["source"], json!("unknown"));
    person.finishes(site);
}

fn keeps_a_registry(person: Person, site: &Site) {
    person.pastes("Mixed", MIXED);
    person.selects("Töne");
    person.presses(&["a", "y"]);
    person.selects("she");
    person.presses(&["a"]);
    person.sees_focused("she");
    // By a few letters, without the accent.
    picks(&person, "i", &["tone"]);
    person.selects("الوزير");
    person.presses(&["a"]);
    person.sees_focused("الوزير");
    picks(&person, "i", &["Ministry of Peace"]);
    person.selects("he");
    person.presses(&["a"]);
    person.sees_focused("he");
    // By initials.
    picks(&person, "i", &["mop"]);
    let meant = |file: &Value| -> Vec<String> {
        let all = article(file)["annotations"].as_array().expect("a list").iter();
        all.map(|it| {
            format!(
                "{} {}",
                it["spans"][0]["exact"].as_str().unwrap_or_default(),
                it["actor"].as_str().unwrap_or("-")
            )
        })
        .collect()
    };
    assert_eq!(
        meant(&exported(&person)),
        ["Töne actor Töne", "she actor Töne", "he actor Ministry of Peace", "الوزير actor Ministry of Peace"]
    );
    // The page of an actor: what is said of it, and where it comes up.
    person.presses(&["g"]);
    person.sees("the page", "return document.querySelector('#actor-dialog[open]') ? 1 : null");
    fills(&person, "#actor-kind", "organisation");
    fills(&person, "#actor-aliases", "MoP\n平和省\n\nMoP");
    fills(&person, "#actor-roles", "host of the talks, 2021-10–\nguest");
    fills(&person, "#actor-identifier", "Q1");
    fills(&person, "#actor-values", "seat: Genève 😃");
    fills(&person, "#actor-note", "Not e\u{301}te\u{301}.");
    fills(&person, "#actor-colour", "amber");
    person.sees("two passages", "return document.querySelectorAll('.passages > li').length === 2 || null");
    // Never merged, then merged after all, with all that moves shown first.
    person.clicks("#actor-merge");
    person.sees("the question", "return document.activeElement.id === 'pick-input' || null");
    person.types("tone");
    person.presses(&["Enter"]);
    person.sees("what moves", "return document.querySelector('#merge-dialog[open] .report') ? 1 : null");
    assert!(reads(&person, "#merge-dialog li").contains("Mentions that will mean Töne: 2"));
    person.clicks("#merge-never");
    person.sees("the page again", "return document.querySelector('#actor-dialog[open]') ? 1 : null");
    person.clicks("#actor-merge");
    person.sees("the question", "return document.activeElement.id === 'pick-input' || null");
    person.types("tone");
    person.presses(&["Enter"]);
    person.sees("why not", "return document.querySelector('#merge-dialog [role=alert]')?.textContent.includes('never to be merged') || null");
    person.presses(&["Escape"]);
    person.sees("the page again", "return document.querySelector('#actor-dialog[open]') ? 1 : null");
    let may = "const b=[...document.querySelectorAll('#actor-dialog button')].find(b=>b.textContent==='May be merged'); if(!b) return null; b.click(); return 1";
    person.sees("that they may", may);
    person.clicks("#actor-merge");
    person.sees("the question", "return document.activeElement.id === 'pick-input' || null");
    person.types("tone");
    person.presses(&["Enter"]);
    person.clicks("#merge-now");
    person.sees("four passages", "return document.querySelectorAll('.passages > li').length === 4 || null");
    person.presses(&["Escape"]);
    sees_no_dialog(&person);
    let file = exported(&person);
    assert_eq!(file["actors"].as_array().expect("a list").len(), 1);
    assert_eq!(file["actors"][0]["aliases"], json!(["Ministry of Peace", "MoP", "平和省"]));
    assert_eq!(
        file["actors"][0]["roles"],
        json!([{ "from": "2021-10", "name": "host of the talks" }, { "name": "guest" }])
    );
    assert_eq!(file["actors"][0]["attributes"], json!({ "seat": "Genève 😃" }));
    let said = |name: &str| file["actors"][0][name].as_str().unwrap_or_default().to_owned();
    assert_eq!(
        [said("kind"), said("identifier"), said("note"), said("colour")],
        ["organisation", "Q1", "Not e\u{301}te\u{301}.", "amber"]
    );
    assert!(meant(&file).iter().all(|it| it.ends_with("actor Töne")));
    // One step back, after a restart of the page too, and again.
    person.sees_saved();
    person.opens();
    let can_undo =
        "return document.querySelector('#undo-button').getAttribute('aria-disabled') !== 'true' || null";
    person.sees("the history", can_undo);
    person.presses(&["Ctrl+z"]);
    assert_eq!(meant(&exported(&person))[3], "الوزير actor Ministry of Peace");
    person.asks("document.querySelectorAll('#annotations .annotation-open')[2].click()", &[]);
    person.sees_focused("he");
    person.presses(&["Ctrl+Shift+z"]);
    // Split.
    let again = "return document.querySelector('#announcer').textContent.startsWith('Done again') || null";
    person.sees("that it is done again", again);
    person.sees_focused("he");
    person.presses(&["g"]);
    person.sees("the page", "return document.querySelector('#actor-dialog[open]') ? 1 : null");
    person.clicks(".passages > li:last-child input");
    person.clicks("#actor-split");
    person.sees("the new one", "return document.querySelector('#actor-name')?.value === 'الوزير' || null");
    fills(&person, "#actor-name", "Minister");
    // An empty name is refused, in words.
    fills(&person, "#actor-name", " ");
    person.sees("why", "return document.querySelector('#actor-dialog [data-notice=refused]')?.textContent.includes('needs a name') || null");
    person.presses(&["Escape"]);
    sees_no_dialog(&person);
    assert_eq!(meant(&exported(&person))[3], "الوزير actor Minister");
    // Removed with its mentions, which is one step too; then with its mentions kept.
    person.asks("document.querySelector('#annotations > li:last-child .annotation-open').click()", &[]);
    person.sees_focused("الوزير");
    person.presses(&["g"]);
    person.clicks("#actor-remove-all");
    person.sees("the others", "return document.querySelector('#actors-dialog[open]') ? 1 : null");
    person.presses(&["Escape"]);
    sees_no_dialog(&person);
    person.sees_marks(3);
    person.presses(&["Ctrl+z"]);
    person.sees_marks(4);
    person.sees("the list", "return document.querySelectorAll('#annotations > li').length === 4 || null");
    person.asks("document.querySelector('#annotations > li:last-child .annotation-open').click()", &[]);
    person.sees_focused("الوزير");
    person.presses(&["g"]);
    person.clicks("#actor-remove");
    person.sees("the others", "return document.querySelector('#actors-dialog[open]') ? 1 : null");
    person.presses(&["Escape"]);
    sees_no_dialog(&person);
    person.sees_saved();
    person.opens();
    assert_eq!(meant(&exported(&person))[3], "الوزير -");
    person.finishes(site);
}

fn combines_conditions(person: Person, site: &Site) {
    person.pastes("Mixed", MIXED);
    for words in ["If it rains", "the 中文 vote agrees"] {
        person.selects(words);
        person.presses(&["c"]);
        person.sees_focused(words);
    }
    person.selects("we go");
    person.presses(&["q"]);
    person.sees_focused("we go");
    person.selects("he stays");
    person.presses(&["q"]);
    person.sees_focused("he stays");
    picks(&person, "x", &["rains"]);
    picks(&person, "x", &["vote"]);
    picks(&person, "Shift+x", &["we go"]);
    let sentence = |wanted: &str| {
        let script =
            format!("return document.querySelector('.sentence')?.textContent === {} || null", json!(wanted));
        person.sees(wanted, &script);
    };
    sentence("“he stays” only if “If it rains” and “the 中文 vote agrees”; otherwise “we go”.");
    fills(&person, ".formula", "b or not a");
    sentence("“he stays” only if “the 中文 vote agrees” or not “If it rains”; otherwise “we go”.");
    fills(&person, ".formula", "a or (");
    person.sees(
        "why not",
        "return document.querySelector('#formula-told').textContent.includes('character 7') || null",
    );
    let file = exported(&person);
    let quote = article(&file)["annotations"].as_array().expect("a list").iter();
    let quote = quote.clone().find(|it| it["spans"][0]["exact"] == json!("he stays")).expect("it is there");
    assert_eq!(quote["attributes"]["conditions"], json!({ "any": ["a1", { "not": "a0" }] }));
    // Nothing conditions itself, by however many steps.
    person
        .asks("document.querySelector('#annotations [data-label=condition] .annotation-open').click()", &[]);
    person.sees_focused("If it rains");
    picks(&person, "x", &["vote"]);
    person.asks(
        "document.querySelectorAll('#annotations [data-label=condition] .annotation-open')[1].click()",
        &[],
    );
    person.sees_focused("the 中文 vote agrees");
    picks(&person, "x", &["rains"]);
    person.sees("why not", "return document.querySelector('[data-notice=refused]')?.textContent.includes('its own condition') || null");
    picks(&person, "v", &["Status: met"]);
    picks(&person, "v", &["Kind: dead"]);
    // A condition that goes leaves the rest of the group; undo brings all of it back.
    person.presses(&["Delete"]);
    person.asks("[...document.querySelectorAll('#annotations .annotation-open')].find(b=>b.textContent.includes('he stays')).click()", &[]);
    sentence("“he stays” only if not “If it rains”; otherwise “we go”.");
    person.presses(&["Ctrl+z"]);
    sentence("“he stays” only if “the 中文 vote agrees” or not “If it rains”; otherwise “we go”.");
    let file = exported(&person);
    let met = article(&file)["annotations"].as_array().expect("a list").iter();
    let met =
        met.clone().find(|it| it["spans"][0]["exact"] == json!("the 中文 vote agrees")).expect("it is there");
    assert_eq!(
        (&met["attributes"]["status"], &met["attributes"]["kind"]),
        (&json!("met"), &json!("deadline"))
    );
    person.sees_saved();
    person.opens();
    assert_eq!(exported(&person), file);
    person.finishes(site);
}

fn edits_the_codebook(person: Person, site: &Site) {
    person.pastes("Mixed", MIXED);
    let opens = |entry: &str| {
        let script = format!(
            "const b=[...document.querySelectorAll('#codebook-dialog [data-entry]')].find(b=>b.textContent.startsWith({})); if(!b) return null; b.click(); return 1",
            json!(entry)
        );
        person.sees(entry, &script);
        person.sees("its page", "return document.querySelector('#entry-name') ? 1 : null");
    };
    let adds = |field: &str, name: &str| {
        person.clicks(field);
        person.types(name);
        person.presses(&["Enter"]);
        person.sees(name, &format!("return [...document.querySelectorAll('#codebook-dialog [data-entry]')].some(b=>b.textContent.startsWith({})) || null", json!(name)));
    };
    person.presses(&["Shift+g"]);
    person.sees("the codebook", "return document.querySelector('#codebook-dialog[open]') ? 1 : null");
    adds("#new-label", "Claim");
    adds("#new-topic", "Peace");
    adds("#new-topic", "Talks");
    adds("#new-attribute", "Certainty");
    opens("Claim");
    // A key that means something else is not taken.
    fills(&person, "#entry-key", "n");
    person.sees(
        "why not",
        "return document.querySelector('#key-told').textContent.includes('Next annotation') || null",
    );
    fills(&person, "#entry-key", "k");
    person.sees(
        "why not",
        "return document.querySelector('#key-told').textContent.includes('Previous annotation') || null",
    );
    fills(&person, "#entry-key", "ü");
    fills(&person, "#entry-colour", "amber");
    fills(&person, "#entry-definition", "What 😃 somebody says is so.");
    // Up among the labels, before the one that was last.
    person.clicks("#entry-up");
    person.clicks("#all-entries");
    let order = "return [...document.querySelectorAll('#codebook-dialog section:first-of-type [data-entry]')].map(b=>b.firstChild.textContent).join() === 'Quote,Actor,Claim,Condition' || null";
    person.sees("the new order", order);
    opens("Talks");
    let peace = person.asks("return [...document.querySelectorAll('#entry-parent option')].find(o=>o.textContent==='Peace').value", &[]);
    fills(&person, "#entry-parent", peace.as_str().unwrap_or_default());
    person.clicks("#all-entries");
    opens("Certainty");
    fills(&person, "#entry-parent", "quote");
    fills(&person, "#entry-values", "sure\nunsure");
    person.presses(&["Escape"]);
    sees_no_dialog(&person);
    // The new label has its key, colour and place.
    person.selects("he stays");
    person.presses(&["ü"]);
    person.sees_focused("he stays");
    let style = "return document.querySelector('#article mark').dataset.top";
    assert_eq!(person.asks(style, &[]), json!("condition"));
    // A quote has the attribute and the topic.
    person.selects("“We agree,”");
    person.presses(&["q"]);
    person.sees_focused("“We agree,”");
    picks(&person, "v", &["Certainty: un"]);
    picks(&person, "o", &["talks", "oppose"]);
    let file = exported(&person);
    assert_eq!(file["codebook"]["version"], json!(article(&file)["annotations"][0]["origin"]["codebook"]));
    assert_eq!(links(&file), ["topic: “We agree,” → topic Talks"]);
    fills(&person, ".topic select[aria-label^=Intensity]", "2");
    let file = exported(&person);
    assert_eq!(article(&file)["links"][0]["attributes"], json!({ "intensity": 2, "stance": "oppose" }));
    // Split, and back.
    person.presses(&["Shift+g"]);
    opens("Talks");
    person.clicks(".passages input");
    person.clicks("#entry-split");
    person.sees("no passage", "return document.querySelectorAll('.passages > li').length === 0 || null");
    person.presses(&["Escape"]);
    sees_no_dialog(&person);
    assert_eq!(links(&exported(&person)), ["topic: “We agree,” → topic Talks 2"]);
    person.presses(&["Ctrl+z"]);
    // A value that the codebook gives up stays, and is told.
    person.presses(&["Shift+g"]);
    opens("Certainty");
    fills(&person, "#entry-values", "sure");
    person.sees("what no longer fits", "return document.querySelector('.passages')?.textContent.includes('no longer in the codebook') || null");
    person.clicks("#entry-remove");
    person.sees("why not", "return document.querySelector('#codebook-dialog [data-notice=refused]')?.textContent.includes('in use') || null");
    person.clicks("#all-entries");
    // Labels can be retired and merged; nothing loses its label.
    opens("Claim");
    person.clicks("#entry-retired");
    person.presses(&["Escape"]);
    sees_no_dialog(&person);
    person.selects("it rains");
    person.sees(
        "the others",
        "return document.querySelectorAll('#selection-toolbar .label-button').length === 3 || null",
    );
    person.presses(&["Shift+g"]);
    opens("Claim");
    person.clicks("#entry-merge");
    person.sees("the question", "return document.activeElement.id === 'pick-input' || null");
    person.types("condition");
    person.presses(&["Enter"]);
    person.sees(
        "the codebook",
        "return document.querySelector('#codebook-dialog[open] #new-topic') ? 1 : null",
    );
    let codebook = person.downloads(|| person.clicks("#codebook-export"));
    person.presses(&["Escape"]);
    sees_no_dialog(&person);
    let file = exported(&person);
    let labels: Vec<&Value> =
        article(&file)["annotations"].as_array().expect("a list").iter().map(|it| &it["label"]).collect();
    assert_eq!(labels, [&json!("quote"), &json!("condition")]);
    let alone: Value = serde_json::from_str(&codebook).expect("JSON");
    assert_eq!(
        (alone["articles"].as_array().map(Vec::len), alone["actors"].as_array().map(Vec::len)),
        (Some(0), Some(0))
    );
    check(&codebook, &person);
    // All of it back, and the codebook in again from its file.
    for _ in 0..40 {
        person.presses(&["Ctrl+z"]);
    }
    person.sees(
        "nothing to undo",
        "return document.querySelector('#undo-button').getAttribute('aria-disabled') === 'true' || null",
    );
    assert_eq!(exported(&person)["codebook"].get("topics"), None);
    let path = person.folder().join("codebook.verbatim.json");
    std::fs::write(&path, &codebook).expect("the file is written");
    person.imports(&[&path]);
    person.clicks("#import-report-close");
    let again = exported(&person);
    assert_eq!(again["codebook"]["topics"].as_array().map(Vec::len), Some(2));
    person.finishes(site);
}

fn asks_the_tables(person: Person, site: &Site) {
    person.pastes("=1+1", MIXED);
    person.selects("Töne");
    person.presses(&["a", "y"]);
    person.selects("“We agree,”");
    person.presses(&["q", "y"]);
    picks(&person, "o", &["Peace", "support"]);
    person.selects("If it rains");
    person.presses(&["c", "y"]);
    picks(&person, "t", &["agree"]);
    picks(&person, "v", &["Status: open"]);
    person.selects("السلام ممكن");
    person.presses(&["q", "y"]);
    picks(&person, "o", &["Peace", "oppose"]);
    person.presses(&["z"]);
    let rows = |n: usize| {
        let script =
            format!("return document.querySelectorAll('.rows [data-annotation]').length === {n} || null");
        person.sees(&format!("{n} rows"), &script);
    };
    rows(2);
    fills(&person, "#table-query", "quotes by tone on peace with an open condition");
    rows(1);
    let told = reads(&person, "#table-told");
    assert!(told.starts_with("1 of 2 rows: ") && told.contains("condition:open"), "{told}");
    person.clicks("#query-keep");
    person.sees("that it is kept", "return document.querySelector('#query-forget') ? 1 : null");
    fills(&person, "#table-query", "stance:(");
    person.sees(
        "why not",
        "return document.querySelector('#table-told').textContent.includes('character') || null",
    );
    fills(&person, "#table-query", "stance:oppose");
    rows(1);
    fills(&person, "#table-query", "");
    rows(2);
    // Sorted, in groups, as CSV that runs nothing.
    person.clicks("[data-column=stance]");
    person.sees("ascending", "return document.querySelector('.rows [aria-sort=ascending]') ? 1 : null");
    let first = "return document.querySelector('.rows [data-annotation] .hit-text').textContent";
    assert_eq!(person.asks(first, &[]), json!("السلام ممكن"));
    fills(&person, "#table-group", "4");
    person.sees("groups", "return document.querySelectorAll('.rows [scope=rowgroup]').length >= 1 || null");
    let csv = person.downloads(|| person.clicks("#table-csv"));
    assert!(csv.contains("'=1+1") && !csv.contains(",=1+1") && csv.contains("\r\n"));
    // Other tables; a question for one of them.
    fills(&person, "#table-query", "open conditions");
    person.sees("another table", "return document.querySelector('#table-other') ? 1 : null");
    person.clicks("#table-other");
    rows(1);
    person.clicks("[data-table=mentions]");
    fills(&person, "#table-query", "");
    rows(2);
    // Kept over a reload, and a row is a click from its passage.
    person.presses(&["Escape"]);
    sees_no_dialog(&person);
    person.sees_saved();
    person.opens();
    person.presses(&["z"]);
    let kept = "return [...document.querySelectorAll('#queries option')].map(o=>o.value).find(v=>v) ?? null";
    let kept = person.sees("what was kept", kept);
    fills(&person, "#queries", kept.as_str().unwrap_or_default());
    rows(1);
    person.sees(
        "how it was read",
        "return document.querySelector('#table-told').textContent.startsWith('1 of') || null",
    );
    person.clicks(".rows .hit-text");
    sees_no_dialog(&person);
    person.sees_focused("“We agree,”");
    person.finishes(site);
}

/// An accent does not matter in a question, but what is a letter of a word does.
fn asks_for_letters_of_other_scripts(person: Person, site: &Site) {
    let words = ["강", "가", "パリ", "ハリ", "राम", "रमा", "E\u{301}te\u{301} 😃", "سَلَام"];
    let text = words.join(" ");
    let mut start = 0;
    let mention = |(number, word): (usize, &&str)| {
        let end = start + word.chars().count();
        let span = json!({ "start": start, "end": end, "exact": word });
        start = end + 1;
        json!({ "id": format!("m{number}"), "label": "actor", "spans": [span] })
    };
    let mentions: Vec<Value> = words.iter().enumerate().map(mention).collect();
    let article = json!({ "id": "words", "title": "Words", "text": text, "annotations": mentions });
    let labels = json!([{ "id": "actor", "name": "Actor" }]);
    let file = json!({ "format": "verbatim", "version": 1, "offsets": "code-points",
        "codebook": { "labels": labels }, "articles": [article] });
    person.takes_in(&file.to_string());
    person.presses(&["z"]);
    person.clicks("[data-table=mentions]");
    for (asked, found) in
        [("가", "가"), ("ハリ", "ハリ"), ("राम", "राम"), ("ete", words[6]), ("سلام", words[7])]
    {
        fills(&person, "#table-query", asked);
        person.sees(
            found,
            &format!("const r=[...document.querySelectorAll('.rows .hit-text')]; return (r.length === 1 && r[0].textContent.includes({})) || null", json!(found)),
        );
    }
    person.finishes(site);
}

fn finds_all_names_of_an_actor(person: Person, site: &Site) {
    person.selects("Taliban’s");
    person.presses(&["a"]);
    person.sees_focused("Taliban’s");
    picks(&person, "i", &["Taliban"]);
    person.presses(&["g"]);
    fills(&person, "#actor-aliases", "new rulers in Kabul\nKabul");
    person.clicks("#actor-find");
    // The longest name first: "Kabul" is not found in "new rulers in Kabul" again.
    person.sees("the hits", "return document.querySelectorAll('.hit').length === 10 || null");
    person.clicks("[data-mark-all=actor]");
    person.sees("the marks", "return document.querySelectorAll('#annotations > li').length > 9 || null");
    let file = exported(&person);
    let all = article(&file)["annotations"].as_array().expect("a list");
    let found: Vec<&Value> = all.iter().filter(|it| it["origin"]["by"] == json!("find-all")).collect();
    assert!(found.len() > 8 && found.iter().all(|it| it["actor"] == json!("actor Taliban")), "{found:?}");
    person.presses(&["Ctrl+z"]);
    person.sees_marks(1);
    person.finishes(site);
}

/// Words with the number of their occurrence, then the keys; of a key that asks with the answers.
const FRAMES: &str = include_str!("../golden/sample-frames.txt");

/// Selects words with keys alone, by finding their n-th occurrence.
fn finds(person: &Person, words: &str, nth: usize) {
    person.presses(&["/"]);
    person.sees("the field", "return document.activeElement.id === 'find-input' || null");
    person.types(words);
    let found = "return /^[0-9]+ place/.test(document.querySelector('#find-count').textContent) \
        && document.querySelector('.hit b')?.textContent.toLowerCase() === document.querySelector('#find-input').value.toLowerCase() || null";
    person.sees("it", found);
    for n in 1..=nth {
        person.presses(&["Enter"]);
        let now =
            format!("return document.querySelector('#find-count').textContent.startsWith('{n} of') || null");
        person.sees("the next", &now);
    }
    person.presses(&["Escape"]);
    person.sees("the article", "return document.activeElement.id === 'article' || null");
}

fn codes_who_says_what(person: Person, site: &Site) {
    let mut n = 0;
    for line in FRAMES.lines() {
        let mut steps = line.split('\t');
        let words = steps.next().expect("words");
        let (words, nth) = words.split_once('#').unwrap_or((words, "1"));
        finds(&person, words, nth.parse().expect("a number"));
        for step in steps {
            let mut parts = step.split('>');
            let key = parts.next().expect("a key");
            let answers: Vec<&str> = parts.collect();
            if answers.is_empty() {
                person.presses(&[key]);
            } else {
                picks(&person, key, &answers);
            }
            if ["q", "a", "c"].contains(&key) {
                n += 1;
                let marked = format!(
                    "return +document.querySelector('[data-filter=all]').dataset.count >= {n} || null"
                );
                person.sees(&format!("the mark of {words}"), &marked);
            }
        }
    }
    let export = {
        person.sees_saved();
        person.exports()
    };
    check(&export, &person);
    let export = without_chance(&export);
    assert_eq!(export, golden("sample-frames.verbatim.json", &export), "BLESS=1 writes the file anew");
    let file: Value = serde_json::from_str(&export).expect("JSON");
    let all = links(&file);
    for link in [
        "source: “We recognize the efforts that are being made to stabilize the politico-military situation.” → Foreign Minister Sergei Lavrov",
        "cue: “We recognize the efforts that are being made to stabilize the politico-military situation.” → said",
        "source: “We believe it is time to mobilize the resources of the international community to provide Kabul with effective humanitarian aid.” → Lavrov",
        "conditions: the implementation of promises → The recognition of the new government in Kabul",
        "responsible: the implementation of promises → new government in Kabul",
        "set-by: the implementation of promises → Lavrov",
    ] {
        assert!(all.contains(&link.to_owned()), "{link}: {all:#?}");
    }
    person.finishes(site);
}

fn meets_no_barriers_while_coding(person: Person, site: &Site) {
    let mut found = Vec::new();
    let mut inspects = |what: &str| {
        // What is left of a window at 400 %.
        found.extend(person.finds_barriers_at(what, (320, 640)));
    };
    person.selects("Taliban");
    person.presses(&["a"]);
    person.sees("what is proposed", "return document.querySelector('.proposed') ? 1 : null");
    inspects("a mention");
    person.presses(&["y"]);
    person.selects("the implementation of promises");
    person.presses(&["c", "y"]);
    person.sees("the frame", "return document.querySelector('[data-link=cue]') ? 1 : null");
    inspects("a condition");
    person.selects("The recognition of the new government in Kabul");
    person.presses(&["q"]);
    person.sees_focused("The recognition of the new government in Kabul");
    picks(&person, "x", &["promises"]);
    picks(&person, "o", &["Recognition", "conditional", "promises"]);
    person.sees("the topic", "return document.querySelector('.topic select') ? 1 : null");
    inspects("a quote");
    for (key, dialog) in
        [("i", "#picker"), ("g", "#actors-dialog"), ("z", "#table-dialog"), ("Shift+g", "#codebook-dialog")]
    {
        person.presses(&[key]);
        person.sees(dialog, &format!("return document.querySelector('{dialog}[open]') ? 1 : null"));
        inspects(dialog);
        if dialog == "#actors-dialog" {
            person.clicks("[data-actor]");
            person.sees("the page", "return document.querySelector('#actor-dialog[open]') ? 1 : null");
            inspects("#actor-dialog");
        }
        if dialog == "#codebook-dialog" {
            person.clicks("[data-entry=quote]");
            person.sees("the page", "return document.querySelector('#entry-name') ? 1 : null");
            inspects("an entry");
        }
        person.presses(&["Escape"]);
        sees_no_dialog(&person);
    }
    person.presses(&["?"]);
    person.clicks("#guide");
    person.sees("the guide", "return document.querySelector('#guide-dialog[open] svg') ? 1 : null");
    inspects("#guide-dialog");
    person.presses(&["Escape"]);
    person.sees(
        "what the browser promised",
        "return /^This browser has /.test(document.querySelector('#promise')?.textContent) || null",
    );
    person.presses(&["Escape"]);
    assert!(found.is_empty(), "{}", found.join("\n"));
    person.finishes(site);
}
