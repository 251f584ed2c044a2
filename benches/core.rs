//! The core's work on long texts with many annotations: `cargo bench`.

use divan::Bencher;
use divan::counter::ItemsCount;
use verbatim::edit::{Action, Command, Session, apply};
use verbatim::format::{Stamp, export, import, load};
use verbatim::model::{Id, Project};
use verbatim::text::Span;

fn main() {
    divan::main();
}

/// Bytes of text with annotations, as the field's tools are measured.
const SIZES: [(usize, usize); 3] = [(100_000, 1_000), (1_000_000, 10_000), (4_000_000, 100_000)];

/// A file of so many bytes of text and so many annotations, overlapping and nested.
fn file((bytes, n): (usize, usize)) -> String {
    let mut random = 7u64;
    let mut next = move |below: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize % below
    };
    let words = ["the", "minister", "said", "“no”", "if", "Kabul", "agrees,", "recognition", "will", "come."];
    let mut text = String::from("A long text\n\n");
    let mut starts = Vec::new();
    while text.len() < bytes {
        starts.push(text.len());
        text.push_str(words[next(words.len())]);
        text.push_str(if next(70) == 0 { "\n\n" } else { " " });
    }
    starts.push(text.trim_end().len());
    let article = verbatim::model::Article::new(id("bench"), "Bench", &text, 0).into();
    let mut project = apply(&Command::AddArticle { article }, &Project::default()).expect("it is new");
    for number in 0..n {
        let from = next(starts.len() - 40);
        let span = Span::between(starts[from], starts[from + 1 + next(30)] - 1);
        let label = id(["quote", "actor", "condition"][next(3)]);
        let mark = Command::Mark { id: id(&format!("a{number}")), article: id("bench"), span, label, at: 1 };
        project = apply(&mark, &project).expect("words are there");
    }
    export(&project, &[id("bench")])
}

fn id(name: &str) -> Id {
    Id::new(name).expect("a fine id")
}

fn opened(file: &str) -> Session {
    let records = import(file, &Project::default()).expect("a fine file").records;
    let command = Command::Import { records, from: "bench".into() };
    Session::new(apply(&command, &Project::default()).expect("it fits"))
}

#[divan::bench(args = SIZES, sample_count = 5)]
fn read_and_verify_a_file(bencher: Bencher, size: (usize, usize)) {
    let file = file(size);
    let bencher = bencher.counter(ItemsCount::new(size.1));
    bencher.bench_local(|| import(&file, &Project::default()).expect("a fine file"));
}

/// The yardstick for reading: the same bytes as a tree of JSON.
#[divan::bench(args = SIZES, sample_count = 5)]
fn read_json_alone(bencher: Bencher, size: (usize, usize)) {
    let file = file(size);
    bencher.bench_local(|| serde_json::from_str::<serde_json::Value>(&file).expect("JSON"));
}

#[divan::bench(args = SIZES, sample_count = 5)]
fn take_a_file_in(bencher: Bencher, size: (usize, usize)) {
    let records = import(&file(size), &Project::default()).expect("a fine file").records;
    let command = Command::Import { records, from: "bench".into() };
    bencher.bench_local(|| apply(&command, &Project::default()).expect("it fits"));
}

#[divan::bench(args = SIZES, sample_count = 5)]
fn write_a_file(bencher: Bencher, size: (usize, usize)) {
    let session = opened(&file(size));
    bencher.bench_local(|| export(&session.project, &[id("bench")]));
}

#[divan::bench(args = SIZES, sample_count = 20)]
fn mark_once(bencher: Bencher, size: (usize, usize)) {
    let session = opened(&file(size));
    let span = Span::between(0, 6);
    let mark = Command::Mark { id: id("new"), article: id("bench"), span, label: id("quote"), at: 1 };
    bencher.bench_local(|| session.step(Action::Do(mark.clone())));
}

#[divan::bench(args = SIZES, sample_count = 5)]
fn undo_and_redo_the_removal_of_all(bencher: Bencher, size: (usize, usize)) {
    let session = opened(&file(size));
    let ids = session.listed().iter().map(|it| it.id.clone()).collect();
    let removed = session.step(Action::Do(Command::Remove { ids })).expect("they were there");
    bencher.bench_local(|| removed.step(Action::Undo).and_then(|it| it.step(Action::Redo)));
}

#[divan::bench(args = SIZES, sample_count = 5)]
fn read_what_is_stored(bencher: Bencher, size: (usize, usize)) {
    let session = opened(&file(size));
    let stamp = Stamp { time: 1, tab: 1 };
    let stored: Vec<(String, String)> = session
        .project
        .changes_since(&Project::default())
        .iter()
        .filter_map(|it| {
            let value = verbatim::format::write(it.after.as_ref()?, &session.project, stamp);
            Some((verbatim::format::key_text(&it.key), value))
        })
        .collect();
    bencher.bench_local(|| load(&[], &stored));
}
