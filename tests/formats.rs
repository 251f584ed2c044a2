//! Files and stored values against golden files, the schema and every kind of damage.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use proptest::prelude::*;
use serde_json::{Value, json};
use verbatim::edit::{Command, apply};
use verbatim::format::{
    self, Fault, FileRead, Imported, Known, Loading, Reading, Stamp, Unpacker, decode, export, import, load,
};
use verbatim::model::{Article, Id, Label, Link, Part, Project, Record, RecordKey, Target, text_value};
use verbatim::text::Span;

const EVERYTHING: &str = include_str!("golden/everything.verbatim.json");
const STORED: &str = include_str!("golden/stored.txt");
const SCHEMA: &str = include_str!("../static/verbatim-project-1.schema.json");

fn id(id: &str) -> Id {
    Id::new(id).expect("a valid id")
}

fn put(imported: Imported, project: &Project) -> Project {
    let command = Command::Import { records: imported.records, from: "a file".into() };
    apply(&command, project).expect("what was read fits")
}

fn everything() -> Project {
    put(import(EVERYTHING, &Project::default()).expect("the golden file is fine"), &Project::default())
}

fn export_all(project: &Project) -> String {
    let ids: Vec<Id> = project.articles().iter().map(|article| article.id.clone()).collect();
    export(project, &ids)
}

#[test]
fn a_file_with_every_member_comes_back_byte_for_byte() {
    assert_eq!(export_all(&everything()), EVERYTHING);
}

#[test]
fn a_long_file_is_handed_over_in_pieces_and_is_the_same() {
    let words = "Der Minister 😃 said: “Only if e\u{301}te\u{301} comes, سلام.” 中文\n";
    let article = Rc::new(Article::new(id("long"), "Long", &words.repeat(2_000), 0));
    let mut project = apply(&Command::AddArticle { article }, &Project::default()).expect("it is new");
    for number in 0..2_000 {
        let span = Span::between(number * words.len(), number * words.len() + 12);
        let mark = Command::Mark {
            id: id(&format!("a{number}")),
            article: id("long"),
            span,
            label: id("actor"),
            at: 1,
        };
        project = apply(&mark, &project).expect("words are there");
    }
    let mut pieces: Vec<Vec<u8>> = Vec::new();
    format::export_in_pieces(&project, &[id("long")], &mut |piece| pieces.push(piece.to_vec()));
    // The text itself is one string.
    let longest = pieces.iter().map(Vec::len).max();
    assert!(pieces.len() > 3 && longest < Some(1_000_000), "{} pieces, {longest:?}", pieces.len());
    let file = String::from_utf8(pieces.concat()).expect("UTF-8");
    assert_eq!(file, export_all(&project));
    assert_eq!(put(import(&file, &Project::default()).expect("our own file"), &Project::default()), project);
}

/// A file and stored values from before there were frames: without roles, topics and versions.
#[test]
fn a_file_from_before_frames_is_read_and_comes_back_byte_for_byte() {
    let before = include_str!("golden/before-frames.verbatim.json");
    let project = put(import(before, &Project::default()).expect("it is fine"), &Project::default());
    assert_eq!(export_all(&project), before);
    assert_eq!(project.codebook_version(), 0);
    let values = include_str!("golden/stored-before-frames.txt").lines();
    let values: Vec<(String, String)> = values
        .filter_map(|line| line.split_once('\t'))
        .map(|(key, value)| (key.into(), value.into()))
        .collect();
    assert_eq!(load(&values, &[]).project, project);
    // The newer entries of another file come in; what it says of an actor that is here stays here.
    let newer = import(EVERYTHING, &project).expect("it is fine");
    assert_eq!(newer.report.labels_new, ["Place"]);
    assert_eq!(newer.report.actors_kept, ["سلام"]);
    assert_eq!((newer.report.actors, newer.report.links), (1, 1));
}

/// An agency's text in two papers.
#[test]
fn two_articles_of_one_text_stay_two_and_what_is_described_otherwise_is_told() {
    let added = |project: &Project, name: &str, outlet: &str| {
        let mut article = Article::new(id(name), "Talks 😃", "“No e\u{301},” سلام", 1);
        article.metadata.outlet = outlet.into();
        apply(&Command::AddArticle { article: article.into() }, project).expect("it is new")
    };
    let here = added(&Project::default(), "a", "");
    let there = added(&added(&Project::default(), "b", "Times"), "a", "Post");
    let imported = import(&export_all(&there), &here).expect("it is fine");
    assert_eq!(imported.report.articles_kept, ["Talks 😃"]);
    let after = put(imported, &here);
    let outlets = |project: &Project| -> BTreeMap<String, String> {
        let outlet = |it: &&Rc<Article>| (it.id.to_string(), it.metadata.outlet.to_string());
        project.articles().iter().map(outlet).collect()
    };
    assert_eq!(outlets(&after), [("a", ""), ("b", "Times")].map(|(a, b)| (a.into(), b.into())).into());
    // Of another id, it comes onto the one of its text.
    let copy = added(&Project::default(), "c", "");
    let imported = import(&export_all(&copy), &here).expect("it is fine");
    assert_eq!((imported.report.articles_kept.len(), imported.records.others.len()), (0, 0));
}

/// As two topics leave it that were made one: the quote speaks for it and against it.
#[test]
fn links_that_differ_in_their_stance_alone_come_back() {
    let article = Article::new(id("u"), "U", "“No e\u{301} 😃,” سلام", 1).into();
    let mut project = apply(&Command::AddArticle { article }, &Project::default()).expect("it is new");
    let (article, label, span) = (id("u"), id("quote"), Span::between(0, 6));
    let mark = Command::Mark { id: id("q"), article, span, label, at: 1 };
    project = apply(&mark, &project).expect("words are there");
    let topic = Record::Label(Rc::new(Label::new(id("talks"), Part::Topic, "Talks")));
    project = project.with(topic).expect("it fits");
    for (name, stance) in [("l1", "support"), ("l2", "oppose")] {
        let link = Link {
            id: id(name),
            article: id("u"),
            kind: Link::TOPIC.into(),
            from: id("q"),
            to: Target::Topic(id("talks")),
            attributes: [("stance".into(), text_value(stance))].into_iter().collect(),
            unknown: None,
        };
        project = project.with(Record::Link(Rc::new(link))).expect("it fits");
    }
    let imported = import(&export_all(&project), &Project::default()).expect("it is fine");
    assert_eq!((imported.report.links, &imported.report.refused), (2, &Vec::new()));
    assert_eq!(put(imported, &Project::default()), project);
}

#[test]
fn a_text_is_a_value_as_it_is_stored() {
    let text: String = (0..=0x7f).map(char::from).chain("é e\u{301} 😃 سلام 中文 \u{2028}".chars()).collect();
    assert_eq!(*text_value(&text), *serde_json::to_string(&text).expect("it is text"));
}

/// As other tools write them: more digits than a double has, more than an integer of ours.
#[test]
fn numbers_of_members_that_are_not_known_come_back_as_they_were() {
    let numbers = "[0.10000000000000005,123456789012345678901234,1e+400,-0,1.0]";
    let file =
        EVERYTHING.replacen("\"annotations\": [", &format!("\"x\": {numbers},\n      \"annotations\": ["), 1);
    assert_ne!(file, EVERYTHING);
    let project = put(import(&file, &Project::default()).expect("it is fine"), &Project::default());
    let again = export_all(&project).replace([' ', '\n'], "");
    assert!(again.contains(numbers), "{again}");
}

#[test]
fn what_would_stand_below_itself_stands_alone_and_is_told() {
    let circle =
        EVERYTHING.replace("\"name\": \"Peace e\u{301}\",", "\"name\": \"Peace\", \"parent\": \"talks\",");
    let read = import(&circle, &Project::default()).expect("nothing is lost for it");
    assert!(read.report.refused.iter().any(|it| it.contains("below itself")), "{:?}", read.report.refused);
    let talks = id("talks");
    let project = put(read, &Project::default());
    // One of the two stands alone, the other below it as the file says.
    let peace = id("peace");
    assert_eq!((project.lineage(&talks).len(), project.lineage(&peace).len()), (1, 2));
    assert!(import(&export_all(&project), &Project::default()).is_ok());
    // Two files, each fine, may make one where they meet; so may two tabs, and nothing hangs.
    let mut project = everything();
    let peace = project.entry(&id("peace")).expect("it is there");
    let below =
        verbatim::model::Label { parent: Some(talks.clone()), ..verbatim::model::Label::clone(peace) };
    project = project.with(verbatim::model::Record::Label(below.into())).expect("it fits");
    assert_eq!(project.lineage(&talks).len(), 2);
    assert_eq!(verbatim::report::path(&project, &talks), "Peace e\u{301} / Talks");
    assert_eq!(verbatim::report::rows(&project, verbatim::report::Table::Quotes).len(), 1);
    // Its own export can be read again.
    assert!(import(&export_all(&project), &Project::default()).is_ok());
}

#[test]
fn a_codebook_that_was_turned_round_comes_as_it_is() {
    // Here talks stand below peace; a colleague put peace below talks, in two steps.
    let here = everything();
    let turned = {
        let entry = |name: &str| verbatim::model::Label::clone(here.entry(&id(name)).expect("it is there"));
        let talks = verbatim::model::Label { parent: None, revision: 5, ..entry("talks") };
        let peace = verbatim::model::Label { parent: Some(id("talks")), revision: 6, ..entry("peace") };
        let records = [talks, peace].map(|it| verbatim::model::Record::Label(it.into()));
        here.with_all(records).expect("they fit")
    };
    assert_ne!(export_all(&here), export_all(&turned));
    let read = import(&export_all(&turned), &here).expect("our own file");
    assert_eq!((read.report.labels_new.len(), read.report.refused.len()), (2, 0));
    assert_eq!(export_all(&put(read, &here)), export_all(&turned));
    // The older state afterwards changes nothing, and nothing stands alone for it.
    let read = import(&export_all(&here), &turned).expect("our own file");
    assert_eq!((read.report.labels_kept.len(), read.report.refused.len()), (2, 0));
    assert!(put(read, &turned).changes_since(&turned).is_empty());
}

#[test]
fn annotations_whose_label_went_can_be_exported_and_read() {
    let project = everything().without(&RecordKey::Label(id("place")));
    let file = export_all(&project);
    let read = import(&file, &Project::default()).expect("our own file");
    assert_eq!(read.report.new, 4);
    // Its place is the one that it has from then on.
    let late =
        verbatim::model::Label { order: 2, ..verbatim::model::Label::new(id("late"), Part::Label, "Late") };
    let project = project.with(verbatim::model::Record::Label(late.into())).expect("it fits");
    let file = export_all(&project);
    let read = import(&file, &Project::default()).expect("our own file");
    assert_eq!(export_all(&put(read, &Project::default())), file);
}

#[test]
fn what_a_file_says_of_an_article_besides_is_kept() {
    let project = everything();
    let file = export_all(&project);
    let said = file.replacen("\"line_ends\"", "\"x-source\": [7, \"سلام 😃 e\u{301}\"], \"line_ends\"", 1);
    assert_ne!(file, said);
    let read = import(&said, &project).expect("it can be read");
    assert_eq!(read.report.articles_kept.len(), 0);
    let more = put(read, &project);
    assert!(export_all(&more).contains("x-source"));
    assert_eq!(more.annotations().count(), project.annotations().count());
    // What is here stays, which is told.
    let otherwise = import(&said.replace("[7,", "[8,"), &more).expect("it can be read");
    assert_eq!(otherwise.report.articles_kept.len(), 1);
    assert!(put(otherwise, &more).changes_since(&more).is_empty());
}

#[test]
fn what_the_schema_does_not_allow_is_refused_and_named() {
    let says = |from: &str, to: &str| {
        let file = EVERYTHING.replacen(from, to, 1);
        assert_ne!(file, EVERYTHING);
        let problems = import(&file, &Project::default()).expect_err("it is wrong");
        problems.iter().map(|it| format!("{}: {}", it.place, it.message)).collect::<Vec<_>>().join("\n")
    };
    assert!(says("\"to\": {", "\"to\": { \"x-note\": 1,").contains("does not name one annotation"));
    assert!(says("\"id\": \"talks\",", "\"id\": \"talks\", \"retired\": \"yes\",").contains("`retired`"));
    assert!(says("\"id\": \"talks\",", "\"id\": \"talks\", \"part\": \"attribute\",").contains("`part`"));
}

#[test]
fn links_that_are_here_already_are_told_and_not_doubled() {
    let project = everything();
    let other = EVERYTHING.replace("\"stance\": \"conditional\"", "\"stance\": \"oppose\"");
    let told = import(&other, &project).expect("it can be read").report;
    assert_eq!((told.links, told.refused.len()), (0, 1));
    assert!(told.refused[0].ends_with("the one here is another, and stays"));
    let again = EVERYTHING.replace("\"id\": \"l1\"", "\"id\": \"l9\"");
    let told = import(&again, &project).expect("it can be read").report;
    assert_eq!((told.links, told.refused.len()), (0, 1));
    assert!(told.refused[0].contains("linked so already"));
}

#[test]
fn roles_keep_what_they_have_besides_and_must_be_objects() {
    let more = EVERYTHING.replace("\"name\": \"guest 😃\"", "\"name\": \"guest 😃\", \"x-source\": [1]");
    let project = put(import(&more, &Project::default()).expect("it is fine"), &Project::default());
    assert!(export_all(&project).contains("\"x-source\": [\n"));
    let texts = EVERYTHING.replace("\"roles\": [", "\"roles\": [ \"minister\", ");
    let problems = import(&texts, &Project::default()).expect_err("a role is an object");
    assert_eq!((&*problems[0].place, &*problems[0].message), ("actors[0]", "`roles` is no list of objects"));
}

#[test]
fn the_same_file_twice_changes_nothing() {
    let project = everything();
    let again = import(EVERYTHING, &project).expect("the golden file is fine");
    assert_eq!((again.report.new, again.report.changed, again.report.same), (0, 0, 4));
    assert!(put(again, &project).changes_since(&project).is_empty());
}

#[test]
fn unknown_members_of_several_files_come_together_and_the_first_of_a_name_stays() {
    let project = everything();
    let other = EVERYTHING.replace("\"x-campaign\"", "\"x-wave\"").replace("\"PARC\"", "\"other\"");
    let both = put(import(&other, &project).expect("it can be read"), &project);
    let file: Value = serde_json::from_str(&export_all(&both)).expect("JSON");
    assert_eq!(file["x-campaign"], file["x-wave"]);
    assert_eq!(file["codebook"]["x-scheme"], json!("PARC"));
}

#[test]
fn the_older_of_two_annotations_is_refused_and_the_newer_taken() {
    let project = everything();
    let older = EVERYTHING.replace("2026-11-24T09:00:01Z", "2026-11-23T09:00:00Z");
    let report = import(&older, &project).expect("it can be read").report;
    assert_eq!((report.same, report.changed, report.refused.len()), (3, 0, 1));
    let newer = EVERYTHING.replace("2026-11-24T09:00:01Z", "2026-11-25T09:00:00Z");
    let report = import(&newer, &project).expect("it can be read").report;
    assert_eq!((report.same, report.changed, report.refused.len()), (3, 1, 0));
}

fn check_schema(file: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    validator.iter_errors(file).map(|error| error.to_string()).collect()
}

/// The golden file has every member, so the schema has drifted when their names differ.
#[test]
fn the_schema_names_the_members_that_are_written_and_no_others() {
    let file: Value = serde_json::from_str(EVERYTHING).expect("JSON");
    assert_eq!(check_schema(&file), Vec::<String>::new());
    let article = &file["articles"][0];
    let lists = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let annotations = lists(&article["annotations"]);
    let spans: Vec<Value> = annotations.iter().flat_map(|it| lists(&it["spans"])).collect();
    let origins: Vec<Value> = annotations.iter().map(|it| it["origin"].clone()).collect();
    let written: BTreeMap<&str, Vec<Value>> = BTreeMap::from([
        (
            "label",
            ["labels", "topics", "attributes"].iter().flat_map(|it| lists(&file["codebook"][it])).collect(),
        ),
        ("actor", lists(&file["actors"])),
        ("article", vec![article.clone()]),
        ("metadata", vec![article["metadata"].clone()]),
        ("annotation", annotations),
        ("span", spans),
        ("origin", origins),
        ("link", lists(&article["links"])),
    ]);
    let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
    let names = |value: &Value| -> BTreeSet<String> {
        value.as_object().map(|it| it.keys().cloned().collect()).unwrap_or_default()
    };
    for (kind, objects) in written {
        let found: BTreeSet<String> =
            objects.iter().flat_map(names).filter(|it| !it.starts_with("x-")).collect();
        assert_eq!(found, names(&schema["$defs"][kind]["properties"]), "{kind}");
    }
    let known = |value: &Value| names(value).into_iter().filter(|it| !it.starts_with("x-")).collect();
    let top: BTreeSet<String> = known(&file);
    assert_eq!(top, names(&schema["properties"]));
    let codebook: BTreeSet<String> = known(&file["codebook"]);
    assert_eq!(codebook, names(&schema["properties"]["codebook"]["properties"]));
}

/// Changes one place of the golden file.
fn damaged(pointer: &str, value: Value) -> String {
    let mut file: Value = serde_json::from_str(EVERYTHING).expect("JSON");
    *file.pointer_mut(pointer).expect("the place is there") = value;
    file.to_string()
}

#[track_caller]
fn refused(json: &str, place: &str, message: &str) {
    let problems = import(json, &everything()).expect_err("it is damaged");
    let told = problems.iter().any(|it| it.place.contains(place) && it.message.contains(message));
    assert!(told, "{problems:?}");
}

#[test]
fn bad_files_are_refused_with_place_and_reason() {
    let annotation = |n: usize, rest: &str| format!("/articles/0/annotations/{n}{rest}");
    refused("Dear reader", "line 1, column 1", "expected value");
    refused("", "line 1, column 0", "ends too early");
    refused("{\"a\": [1]}", "format", "not a Verbatim file");
    refused("[1, 2]", "line 1", "");
    let cut: String = EVERYTHING.chars().take(2000).collect();
    refused(&cut, "line ", "ends too early");
    let long = import(&damaged("/articles", json!("x".repeat(9999))), &everything()).expect_err("no list");
    assert!(long[0].message.len() < 300, "{} bytes", long[0].message.len());
    refused(&damaged("/version", json!(2)), "version", "version 2");
    refused(&damaged("/version", json!(-1)), "line 1", "");
    refused(&damaged("/offsets", json!("utf-16")), "offsets", "code-points");
    refused(&damaged(&annotation(2, "/id"), json!("a2")), "articles[0].annotations[2]", "used twice");
    refused(&damaged("/codebook/labels/3/id", json!("quote")), "codebook.labels[3]", "used twice");
    refused(
        &damaged(&annotation(0, "/label"), json!("__proto__")),
        "articles[0].annotations[0].label",
        "no label",
    );
    refused(&damaged(&annotation(0, "/id"), json!("<img src=x>")), "articles[0].annotations[0]", "is no id");
    refused(&damaged(&annotation(0, "/id"), json!("\u{202e}\u{0}")), "annotations[0]", "\\u{202e}\\0");
    let spans = |spans: Value| damaged(&annotation(0, "/spans"), spans);
    refused(&spans(json!([])), "annotations[0]", "missing");
    refused(&spans(json!([{ "start": 0, "end": 4, "exact": "Tone" }])), "annotations[0].spans[0]", "“Töne”");
    refused(&spans(json!([{ "start": 4, "end": 4, "exact": "" }])), "spans[0]", "empty");
    refused(&spans(json!([{ "start": 9, "end": 999, "exact": "x" }])), "spans[0]", "past the text");
    refused(&spans(json!([{ "start": 7, "end": 8, "exact": "e" }])), "spans[0]", "inside a character");
    refused(&spans(json!([{ "start": 0, "end": 4, "exact": "Töne", "prefix": "x" }])), "spans[0]", "prefix");
    refused(&damaged("/articles/0/text", json!("Töne\r\n")), "articles[0]", "carriage return");
    refused(&damaged("/articles/0/sha256", json!("0".repeat(64))), "articles[0]", "sha256");
    refused(&damaged("/articles/0/added", json!("yesterday")), "articles[0]", "RFC 3339");
    refused(&damaged("/actors/0/id", json!("")), "actors[0]", "is no id");
    refused(&damaged("/articles/0/links/1/id", json!("l1")), "articles[0].links[1]", "used twice");
}

proptest! {
    /// Whatever is written over the golden file: refused, or what it gives can be taken
    /// in and written.
    #[test]
    fn no_damage_makes_a_panic(at in 0..EVERYTHING.len(), with in "[\\x20-\\x7e😃\u{301}\u{0}]{0,3}", gone in 0..4usize) {
        let mut file: Vec<char> = EVERYTHING.chars().collect();
        let at = at.min(file.len());
        let end = (at + gone).min(file.len());
        file.splice(at..end, with.chars());
        let file: String = file.into_iter().collect();
        if let Ok(imported) = import(&file, &Project::default()) {
            export_all(&put(imported, &Project::default()));
        }
    }
}

#[test]
fn a_value_is_of_use_until_a_newer_one_is_on_the_disk_too() {
    let label = |time: u64, name: &str| {
        let mut label = (**Project::default().labels()[0]).clone();
        label.name = name.into();
        let record = Record::Label(label.into());
        format::write(&record, &Project::default(), Stamp { time, tab: 1 })
    };
    let key = format::key_text(&RecordKey::Label(id("quote")));
    let (old, new) = (label(1, "old 😃"), label(2, "e\u{301} سلام"));
    let mut loading = Loading::default();
    assert!(loading.take(&key, Some(&new), None));
    // The newer one is in local storage alone.
    assert!(loading.take(&key, None, Some(&old)));
    assert!(loading.take(&key, None, Some(&new)));
    assert!(!loading.take(&key, None, Some(&old)));
    assert!(!loading.take(&key, Some(&new), Some(&old)));
    // What cannot be read may be needed by whoever mends it.
    assert!(loading.take(&key, None, Some("{")));
    assert!(loading.take(&key, None, Some(&format::write_deleted(Stamp { time: 3, tab: 1 }))));
    assert!(!loading.take(&key, None, Some(&new)));
}

/// The pieces that the second module makes of a file.
fn pieces(name: &str, bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut pieces = Vec::new();
    format::read_file(name, bytes, &mut |piece| pieces.push(piece.to_vec()));
    pieces
}

fn unpacked(pieces: &[Vec<u8>]) -> Option<FileRead> {
    let mut unpacker = Unpacker::default();
    pieces.iter().for_each(|piece| unpacker.take(piece));
    unpacker.finish()
}

#[test]
fn what_is_longer_than_one_piece_arrives_whole() {
    let mut file: Value = serde_json::from_str(EVERYTHING).expect("JSON");
    let annotations = file["articles"][0]["annotations"].as_array_mut().expect("a list");
    let one = annotations[0].clone();
    for number in 0..600 {
        let mut more = one.clone();
        more["id"] = format!("more-{number}").into();
        more["note"] = "e\u{301} 😃 سلام 中文 ".repeat(number).into();
        annotations.push(more);
    }
    let file = file.to_string();
    let pieces = pieces("a.verbatim.json", file.as_bytes());
    assert!(pieces.len() > 8, "{} pieces", pieces.len());
    let contents = format::contents(&file).expect("it is fine");
    assert_eq!(unpacked(&pieces), Some(FileRead::Project(Box::new(contents))));
    // A piece that is missing, comes late or is cut makes no half project.
    assert_eq!(unpacked(&pieces[..pieces.len() - 1]), None);
    assert_eq!(unpacked(&pieces[1..]), None);
    assert_eq!(unpacked(&[&pieces[..4], &pieces[5..]].concat()), None);
    let mut cut = pieces.clone();
    cut[3].pop();
    assert_eq!(unpacked(&cut), None);
    let mut late = pieces;
    let last = late.len() - 1;
    late.swap(last - 1, last);
    assert_eq!(unpacked(&late), None);
}

#[test]
fn a_files_bytes_may_come_in_any_pieces() {
    let latin = "\"caf\u{e9}\"".chars().map(|c| c as u8).collect::<Vec<_>>();
    let utf16: Vec<u8> = "\u{FEFF}\"😃\"".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = format!("\u{FEFF}{EVERYTHING}");
    let files: [(&str, &[u8]); 6] = [
        ("a.verbatim.json", marked.as_bytes()),
        // Within a character, and in another encoding.
        ("cut.JSON", "{ \"format\": \"سلام 中".as_bytes().split_last().expect("there are some").1),
        ("latin.json", &latin),
        ("utf16.json", &utf16),
        ("empty.json", b""),
        ("a.txt", "e\u{301} 😃 سلام 中文".as_bytes()),
    ];
    for (name, bytes) in files {
        let whole = pieces(name, bytes);
        assert!(unpacked(&whole).is_some(), "{name}");
        for size in [1, 2, 3, 7, 1000] {
            let mut some = Vec::new();
            let mut reading = Reading::new(name, 0, Box::new(|piece| some.push(piece.to_vec())));
            bytes.chunks(size).for_each(|bytes| reading.take(bytes));
            reading.finish();
            assert_eq!(some, whole, "{name}, {size} bytes at a time");
        }
    }
}

#[test]
fn a_long_files_first_text_comes_ahead_of_it() {
    let text = "“Come,” 😃 said e\u{301}. سلام 中文\n".repeat(30_000);
    let articles = ["a", "b"].map(|name| Article::new(id(name), "A title", &text, 1));
    let project = articles.iter().try_fold(Project::default(), |project, article| {
        project.with(Record::Article(Rc::new(article.clone())))
    });
    let ids = articles.each_ref().map(|article| article.id.clone());
    let file = export(&project.expect("they fit"), &ids);
    let ahead = |file: &str| {
        let mut unpacker = Unpacker::default();
        let mut pieces = pieces("a.verbatim.json", file.as_bytes()).into_iter();
        pieces.next().iter().for_each(|piece| unpacker.take(piece));
        let ahead = unpacker.ahead().cloned();
        pieces.for_each(|piece| unpacker.take(&piece));
        (ahead, unpacker.finish())
    };
    let whole = |file: &str| Some(FileRead::Project(Box::new(format::contents(file).expect("it is fine"))));
    let (first, read) = ahead(&file);
    assert_eq!(first.as_ref().map(Article::text), Some(&*text));
    assert_eq!(read, whole(&file));
    // It is the article's own text, not one more like it.
    let Some(FileRead::Project(contents)) = read else { panic!("it is a project") };
    assert!(first.is_some_and(|first| contents.articles[0].article.has_text_of(&first)));
    // What is not an article's text is no harm.
    let other = file.replacen('{', "{ \"text\": \"another\",", 1);
    let (first, read) = ahead(&other);
    assert_eq!((first.as_ref().map(Article::text), read), (Some("another"), whole(&other)));
    // Nor is a file that turns out bad, or a short one.
    let (first, read) = ahead(&file[..file.len() - 9]);
    assert!(first.is_some() && matches!(read, Some(FileRead::Bad(_))));
    assert_eq!(ahead(EVERYTHING), (None, whole(EVERYTHING)));
}

#[test]
fn what_is_rehearsed_is_a_project() {
    let contents = format::contents(&format::rehearsal()).expect("it is fine");
    assert_eq!(contents.articles[0].annotations.len(), 40);
}

#[test]
fn members_may_come_in_any_order() {
    let file: Value = serde_json::from_str(EVERYTHING).expect("JSON");
    // In the order of the alphabet annotations come before the text that they stand in.
    assert_eq!(format::contents(&file.to_string()), format::contents(EVERYTHING));
    for (what, with) in [("{", "{\"articles\": [],"), ("\"id\": ", "\"annotations\": null, \"id\": ")] {
        let at = EVERYTHING.find("\"articles\"").filter(|_| what != "{").unwrap_or(0);
        let twice = format!("{}{}", &EVERYTHING[..at], EVERYTHING[at..].replacen(what, with, 1));
        let problems = format::contents(&twice).expect_err("a member comes twice");
        assert!(problems[0].message.contains("duplicate field"), "{problems:?}");
    }
}

#[test]
fn of_an_article_with_another_text_nothing_else_is_said() {
    let other = EVERYTHING.replacen("\"text\": \"", "\"text\": \"😃 ", 1);
    let problems = format::contents(&other).expect_err("the hash is another");
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].place, "articles[0]");
    assert!(problems[0].message.contains("sha256"), "{problems:?}");
    let mut none: Value = serde_json::from_str(EVERYTHING).expect("JSON");
    none["articles"][0]["annotations"] = Value::Null;
    none["articles"][0]["links"] = Value::Null;
    let contents = format::contents(&none.to_string()).expect("an article without annotations");
    assert!(contents.articles[0].annotations.is_empty());
}

#[test]
fn what_the_second_module_reads_arrives_whole() {
    let contents = format::contents(EVERYTHING).expect("the golden file is fine");
    let read = |name, bytes: &[u8]| unpacked(&pieces(name, bytes));
    assert_eq!(read("a.json", EVERYTHING.as_bytes()), Some(FileRead::Project(Box::new(contents.clone()))));
    let marked = [b"\xEF\xBB\xBF", EVERYTHING.as_bytes()].concat();
    assert_eq!(read("a.json", &marked), Some(FileRead::Project(Box::new(contents))));
    let problems = format::contents("{").expect_err("it ends too early");
    assert_eq!(read("a.json", b"{"), Some(FileRead::Bad(problems)));
    // What is wrong with the last annotation is known when the others have been handed over.
    let bad = EVERYTHING.replace("\"exact\": \"", "\"exact\": \"not ");
    let problems = format::contents(&bad).expect_err("the words are others");
    assert_eq!(read("a.json", bad.as_bytes()), Some(FileRead::Bad(problems)));
    let text = b"\x93Gl\xfccklich\x94";
    assert_eq!(read("a.txt", text), Some(FileRead::Text(decode(text))));
    assert_eq!(unpacked(&[b"\xff\xff".to_vec()]), None);
    assert_eq!(unpacked(&[vec![0xFF; 64]]), None);
    assert_eq!(unpacked(&[vec![0; 64]]), None);
}

/// The golden stored values: key, a tab, value.
fn stored() -> Vec<(String, String)> {
    let pair = |line: &str| {
        let (key, value) = line.split_once('\t').expect("a tab");
        (key.to_owned(), value.to_owned())
    };
    STORED.lines().map(pair).collect()
}

const STAMP: Stamp = Stamp { time: 1_764_000_000_000, tab: 7 };

#[test]
fn stored_values_are_the_golden_ones() {
    let project = everything();
    let changes = project.changes_since(&Project::default());
    let mut written: Vec<(String, String)> = changes
        .iter()
        .filter_map(|change| {
            let record = change.after.as_ref()?;
            Some((format::key_text(&change.key), format::write(record, &project, STAMP)))
        })
        .collect();
    written.sort();
    if std::env::var_os("BLESS").is_some() {
        let lines: String = written.iter().map(|(key, value)| format!("{key}\t{value}\n")).collect();
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/stored.txt"), lines)
            .expect("written");
    }
    assert_eq!(written, stored());
    let loaded = load(&written, &[]);
    assert_eq!(loaded.set_aside, Vec::new());
    assert_eq!(loaded.project, project);
}

fn key(name: &str) -> String {
    format!("verbatim/1/{name}")
}

/// The golden values with one of them replaced, or left out.
fn with(name: &str, value: Option<&str>) -> Vec<(String, String)> {
    let mut all = stored();
    all.retain(|(key, _)| *key != self::key(name));
    all.extend(value.map(|value| (key(name), value.to_owned())));
    all
}

const A3: &str = "annotation/toene/a3";

fn golden(name: &str) -> String {
    stored().into_iter().find(|(it, _)| *it == key(name)).expect("it is there").1
}

/// One line: what is marked, what is set aside, what each store still gets.
fn picture(loaded: &Loading) -> String {
    let words = |name: &str| loaded.project.annotation(&id(name)).map(|it| it.note.to_string());
    let lacking = |has: fn(&Known) -> bool| {
        let keys = loaded.known.iter().filter(|(_, known)| !has(known)).map(|(key, _)| format::key_text(key));
        keys.map(|key| key.trim_start_matches("verbatim/").to_owned()).collect::<Vec<_>>().join(" ")
    };
    let aside: Vec<&str> = loaded.set_aside.iter().map(|it| it.key.trim_start_matches("verbatim/")).collect();
    format!(
        "a3 {:?}, aside [{}], local [{}], mirror [{}]",
        words("a3"),
        aside.join(" "),
        lacking(|known| known.in_local),
        lacking(|known| known.in_mirror)
    )
}

#[test]
fn the_newer_wins_record_by_record() {
    let newer =
        golden(A3).replace("\"note\":\"\"", "\"note\":\"newer\"").replace("1764000000000", "1764000000001");
    let here = "a3 Some(\"newer\"), aside [], local [], mirror [1/annotation/toene/a3]";
    assert_eq!(picture(&load(&with(A3, Some(&newer)), &stored())), here);
    let there = "a3 Some(\"newer\"), aside [], local [1/annotation/toene/a3], mirror []";
    assert_eq!(picture(&load(&stored(), &with(A3, Some(&newer)))), there);
    let only = "a3 Some(\"\"), aside [], local [1/annotation/toene/a3], mirror []";
    assert_eq!(picture(&load(&with(A3, None), &stored())), only);
}

#[test]
fn a_tombstone_keeps_what_was_removed_removed() {
    let tombstone = format::write_deleted(Stamp { time: STAMP.time + 1, tab: 1 });
    let gone = "a3 None, aside [], local [], mirror [1/annotation/toene/a3]";
    assert_eq!(picture(&load(&with(A3, Some(&tombstone)), &stored())), gone);
    let older = format::write_deleted(Stamp { time: STAMP.time - 1, tab: 1 });
    let back = "a3 Some(\"\"), aside [], local [1/annotation/toene/a3], mirror []";
    assert_eq!(picture(&load(&with(A3, Some(&older)), &stored())), back);
}

#[test]
fn what_is_broken_on_one_side_comes_from_the_other_and_is_kept() {
    for broken in ["{\"version\":1", "null", "{\"version\":1,\"stamp\":{\"time\":1,\"tab\":1}}", "[]"] {
        let loaded = load(&with(A3, Some(broken)), &stored());
        let mended = "a3 Some(\"\"), aside [1/annotation/toene/a3], local [1/annotation/toene/a3], mirror []";
        assert_eq!(picture(&loaded), mended, "{broken}");
        assert_eq!(loaded.set_aside[0].raw, broken);
        assert!(loaded.set_aside[0].movable && !loaded.set_aside[0].in_mirror);
    }
    // Though the broken one is newer.
    let newer = golden(A3).replace("سلام", "سلال").replace("1764000000000", "1764000000001");
    let here = "a3 Some(\"\"), aside [1/annotation/toene/a3], local [1/annotation/toene/a3], mirror []";
    assert_eq!(picture(&load(&with(A3, Some(&newer)), &stored())), here);
    let there = "a3 Some(\"\"), aside [1/annotation/toene/a3], local [], mirror [1/annotation/toene/a3]";
    assert_eq!(picture(&load(&stored(), &with(A3, Some(&newer)))), there);
}

#[test]
fn what_is_broken_on_both_sides_is_set_aside_and_the_rest_works() {
    let moved = golden(A3).replace("سلام", "سلال");
    let loaded = load(&with(A3, Some(&moved)), &with(A3, Some(&moved)));
    assert!(loaded.project.annotation(&id("a2")).is_some());
    assert_eq!(loaded.set_aside.len(), 1);
    assert_eq!(loaded.set_aside[0].raw, moved);
    assert!(loaded.set_aside[0].fault.to_string().contains("not those of `exact`"));
    let kept = (format!("verbatim/bad/{}", key(A3)), moved);
    assert!(loaded.copies.contains(&kept), "{:?}", loaded.copies);
}

/// An article took its annotations with it; what they were before still stands in a batch, or in
/// the store that was written last.
#[test]
fn what_an_article_took_with_it_is_not_missed_without_it() {
    let tombstone = format::write_deleted(Stamp { time: STAMP.time + 1, tab: 1 });
    let article = key("article/toene");
    let (a3, old) = (key(A3), golden(A3));
    let mut loading = Loading::default();
    assert!(loading.take(&article, Some(&tombstone), Some(&tombstone)));
    assert!(loading.take(&a3, None, Some(&tombstone)));
    assert!(!loading.take(&a3, None, Some(&old)), "a newer one is in IndexedDB");
    loading.settle();
    assert_eq!((loading.set_aside, loading.copies), Default::default());
    // One store behind the other.
    for (local, mirror) in [(&tombstone, &old), (&old, &tombstone)] {
        let mut loading = Loading::default();
        loading.take(&article, Some(&tombstone), Some(&tombstone));
        loading.take(&a3, Some(local), Some(mirror));
        assert_eq!((loading.set_aside, loading.copies), Default::default());
        let known = loading.known.values().last().expect("it is known");
        assert_eq!((known.in_local, known.in_mirror), (*local == tombstone, *mirror == tombstone));
    }
}

/// As a store holds it after large changes: batches, newest first, and single values.
#[test]
fn of_many_values_of_a_record_the_newest_wins_in_whatever_order_they_come() {
    let later = STAMP.time + 1;
    let newer = golden(A3)
        .replace("\"note\":\"\"", "\"note\":\"newer\"")
        .replace("1764000000000", &later.to_string());
    let tombstone = format::write_deleted(Stamp { time: STAMP.time + 2, tab: 1 });
    let values = [golden(A3), newer, tombstone];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        for gone in [true, false] {
            let mut loading = load(&[], &with(A3, None));
            let mut batch = String::new();
            let name = format::parse_key(&key(A3)).expect("a key");
            for at in order.into_iter().filter(|at| gone || *at != 2) {
                format::batch_line(&mut batch, &name, &values[at]);
            }
            for (key, value) in format::lines_of(&batch) {
                loading.take(key, None, Some(value));
            }
            loading.settle();
            let told = picture(&loading);
            assert!(
                told.starts_with(if gone { "a3 None" } else { "a3 Some(\"newer\")" }),
                "{order:?}: {told}"
            );
        }
    }
}

#[test]
fn a_later_versions_record_stays_where_it_is() {
    let later = golden(A3).replace("\"version\":1", "\"version\":9");
    let loaded = load(&with(A3, Some(&later)), &with(A3, Some(&later)));
    assert_eq!(loaded.set_aside.len(), 1);
    assert_eq!(loaded.set_aside[0].fault, Fault::NewerVersion(9));
    assert!(!loaded.set_aside[0].movable);
    assert!(picture(&loaded).ends_with("local [], mirror []") && loaded.copies.is_empty());
}

#[test]
fn faults_are_told_apart() {
    let fault = |name: &str, value: &str| {
        let loaded = load(&with(name, Some(value)), &[]);
        loaded
            .set_aside
            .iter()
            .find(|it| it.key == key(name))
            .map(|it| it.fault.to_string())
            .unwrap_or_default()
    };
    assert!(fault("mood/x", "{}").contains("names nothing"));
    assert!(fault("annotation/nowhere/a3", &golden(A3)).contains("article is not here"));
    assert!(fault("annotation/toene/a9", &golden(A3)).contains("its id is not that of its key"));
    assert!(fault(A3, &golden(A3).replace("\"label\"", "\"labex\"")).contains("missing field `label`"));
    assert!(fault(A3, &golden(A3).replace("\"version\":1", "\"version\":0")).contains("no version 0"));
    let article = golden("article/toene");
    assert!(fault("article/toene", &article.replace("Wir", "Ihr")).contains("sha256"));
}

#[test]
fn keys_name_their_records() {
    for (key, _) in stored() {
        let parsed = format::parse_key(&key).expect("a key of ours");
        assert_eq!(format::key_text(&parsed), key);
    }
    for key in
        ["verbatim/2/article/a", "verbatim/1/article/a/b", "verbatim/1/annotation/a", "verbatim/1/article/ü"]
    {
        assert_eq!(format::parse_key(key), None, "{key}");
    }
    assert_eq!(format::parse_key("verbatim/1/link/a/b"), Some(RecordKey::Link(id("a"), id("b"))));
}

#[test]
fn text_files_are_read_in_their_encoding() {
    let text = "Töne “😃” e\u{301} سلام 中文\n";
    let utf16 = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let bom = |mark: &[u8], rest: Vec<u8>| [mark.to_vec(), rest].concat();
    let cases = [
        (text.as_bytes().to_vec(), "UTF-8", false),
        (bom(&[0xEF, 0xBB, 0xBF], text.as_bytes().to_vec()), "UTF-8", true),
        (bom(&[0xFF, 0xFE], utf16(u16::to_le_bytes)), "UTF-16LE", true),
        (bom(&[0xFE, 0xFF], utf16(u16::to_be_bytes)), "UTF-16BE", true),
    ];
    for (bytes, encoding, marked) in cases {
        let read = decode(&bytes);
        assert_eq!(
            (read.text.as_str(), read.encoding.as_str(), read.bom, read.replaced),
            (text, encoding, marked, 0)
        );
    }
    let western = b"\x93Wir sind gl\xfccklich\x94, sagte der \xe4ltere Minister \x96 f\xfcr 5 \x80.\n";
    let read = decode(western);
    assert_eq!(read.encoding, "windows-1252");
    assert_eq!(read.text, "“Wir sind glücklich”, sagte der ältere Minister – für 5 €.\n");
    let cut = decode(b"\xEF\xBB\xBFgood \xC3");
    assert_eq!((cut.text.as_str(), cut.replaced), ("good \u{FFFD}", 1));
    let cut = decode(b"\xFF\xFEa\0\x3D\xD8b\0c");
    assert_eq!((cut.text.as_str(), cut.replaced), ("a\u{FFFD}b\u{FFFD}", 2));
}

/// A start may show what IndexedDB has before it asks local storage.
#[test]
fn what_local_storage_has_counts_the_same_when_it_is_asked_later() {
    let (older, newer) = (STAMP.time - 1, STAMP.time + 1);
    let noted = |time: u64| {
        let noted = golden(A3).replace("\"note\":\"\"", &format!("\"note\":\"of {time} 😃\""));
        noted.replace("1764000000000", &time.to_string())
    };
    let gone = |time| format::write_deleted(Stamp { time, tab: 1 });
    let moved = golden(A3).replace("سلام", "سلال");
    let later_version = golden(A3).replacen("\"version\":1", "\"version\":7", 1);
    let values =
        [golden(A3), noted(older), noted(newer), gone(older), gone(newer), "{".into(), moved, later_version];
    let values: Vec<Option<&str>> = values.iter().map(|it| Some(it.as_str())).chain([None]).collect();
    // What each store lacks, and what IndexedDB has in the end.
    let stores = |loading: &Loading| {
        let name = format::parse_key(&key(A3)).expect("a key");
        let owed = loading.known.get(&name).is_some_and(|known| !known.in_mirror);
        let copies = loading.copies.iter().rev();
        let copy = copies.filter(|(it, _)| *it == key(A3)).map(|(_, value)| value.clone());
        let told = picture(loading);
        let lacks = told.split_once("local").expect("two stores").1.to_owned();
        (lacks, copy.take(usize::from(!owed)).next())
    };
    let aside = |loading: &Loading| -> BTreeSet<(String, bool, bool)> {
        loading.set_aside.iter().map(|it| (it.raw.clone(), it.in_mirror, it.movable)).collect()
    };
    for local in &values {
        for mirror in &values {
            let (in_local, in_mirror) = (with(A3, *local), with(A3, *mirror));
            let mut loading = Loading::default();
            let articles_first = |(it, _): &&(String, String)| !it.contains("/article/");
            let mut in_order: Vec<_> = in_mirror.iter().collect();
            in_order.sort_by_key(articles_first);
            in_order.iter().for_each(|(key, value)| {
                loading.take(key, None, Some(value));
            });
            loading.settle();
            let of_local = |key: &str| in_local.iter().find(|(it, _)| it == key).map(|(_, it)| it.as_str());
            in_order.iter().for_each(|(key, _)| loading.take_local(key, of_local(key)));
            // What local storage alone has comes last.
            if mirror.is_none()
                && let Some(local) = local
            {
                loading.take(&key(A3), Some(local), None);
            }
            loading.settle();
            let at_once = load(&in_local, &in_mirror);
            assert!(loading.project == at_once.project, "{local:?} {mirror:?}");
            assert_eq!(stores(&loading), stores(&at_once), "{local:?} {mirror:?}");
            // A broken value is kept even where a newer one would have had it passed over.
            assert!(aside(&loading).is_superset(&aside(&at_once)), "{local:?} {mirror:?}");
            assert_eq!(loading.set_aside.len(), aside(&loading).len(), "each is told once");
        }
    }
}
