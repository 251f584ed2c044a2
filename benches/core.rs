//! The core's work on long texts with many annotations: `cargo bench`.

mod generator;

use divan::Bencher;
use divan::counter::ItemsCount;
use verbatim::edit::{Action, Command, Session, apply};
use verbatim::format::{Stamp, export, import, load};
use verbatim::model::Project;
use verbatim::report::{Query, Table, rows, select};
use verbatim::text::Span;

use generator::{file, id};

fn main() {
    divan::main();
}

/// Bytes of text with annotations, as the field's tools are measured.
const SIZES: [(usize, usize); 3] = [(100_000, 1_000), (1_000_000, 10_000), (4_000_000, 100_000)];

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

#[divan::bench(args = SIZES, sample_count = 5)]
fn make_a_table_and_ask_it(bencher: Bencher, size: (usize, usize)) {
    let session = opened(&file(size));
    let query = Query::parse("by:a OR b", Table::Quotes).expect("a query");
    bencher.bench_local(|| {
        let rows = rows(&session.project, Table::Quotes);
        select(&rows, &query, &|text| text.to_lowercase())
    });
}
