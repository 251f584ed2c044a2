//! What the page costs beside the least that a browser does for the same work (`floor/`),
//! in one run, interleaved: main-thread time in Chromium, medians, the harness's own share
//! taken off. `bench [--quick]` prints a table and leaves `target/bench/browser.json`.

#[path = "../../../benches/generator/mod.rs"]
mod generator;

use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{env, fs};

use serde_json::{Value, json};
use verbatim_journeys::{Engine, Person, Site};

const SIZES: [(usize, usize); 3] = [(100_000, 1_000), (1_000_000, 10_000), (4_000_000, 100_000)];
/// The three things that are timed.
const DEEDS: [&str; 3] = ["open", "mark", "pick"];
/// A machine whose fixed loop varies more than this gives no verdict.
const NOISE: f64 = 1.3;

/// How a page shows that a deed is done.
struct Page {
    name: &'static str,
    site: Site,
    opened: &'static str,
    made: &'static str,
    picked: &'static str,
}

fn main() {
    let quick = env::args().any(|it| it == "--quick");
    let (sizes, runs) = if quick { (&SIZES[..2], 1) } else { (&SIZES[..], 5) };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages = [
        Page {
            name: "verbatim",
            site: Site::serve(),
            opened: "return document.querySelector('#article mark') && document.querySelector('#import-report') ? 1 : null",
            made: "return document.querySelector('#annotations [aria-current]') ? 1 : null",
            picked: "return document.querySelector('#annotations [aria-current]') ? 1 : null",
        },
        Page {
            name: "floor",
            site: Site::of(root.join("floor")),
            opened: "return [...CSS.highlights.values()].some(it => it.size) || null",
            made: "return document.body.dataset.made || null",
            picked: "return document.body.dataset.picked || null",
        },
    ];
    let folder = tempfile::tempdir().expect("a folder for the files");
    if env::args().any(|it| it == "--profile") {
        return profile(&pages[0], folder.path());
    }
    let mut rows: Vec<Value> = Vec::new();
    let mut loops: Vec<f64> = Vec::new();
    for (bytes, n) in sizes {
        let file = folder.path().join(format!("{bytes}-{n}.verbatim.json"));
        fs::write(&file, generator::file((*bytes, *n))).expect("the file is written");
        for run in 0..runs {
            for page in &pages {
                let calibration = spin();
                loops.push(calibration);
                let times = measure(page, &file);
                eprintln!("{bytes} bytes, {n} annotations, run {run}, {}: {times:.1?} ms", page.name);
                rows.push(json!({ "bytes": bytes, "annotations": n, "page": page.name, "open": times[0],
                    "mark": times[1], "pick": times[2], "calibration": calibration }));
            }
        }
    }
    println!(
        "| text | annotations | deed | Verbatim, ms | floor, ms | ratio |\n| --- | --- | --- | --- | --- | --- |"
    );
    for (bytes, n) in sizes {
        for deed in DEEDS {
            let [ours, floor] = ["verbatim", "floor"].map(|page| {
                let of = |row: &&Value| row["page"] == page && row["bytes"] == *bytes;
                median(rows.iter().filter(of).filter_map(|row| row[deed].as_f64()).collect())
            });
            println!(
                "| {} KB | {n} | {deed} | {ours:.1} | {floor:.1} | {:.1} |",
                bytes / 1_000,
                ours / floor
            );
        }
    }
    let slowest = loops.iter().copied().fold(0.0, f64::max);
    let noise = slowest / loops.iter().copied().fold(f64::MAX, f64::min);
    println!("\nA fixed loop took up to {noise:.2} times its shortest time.");
    if noise > NOISE {
        println!("That is too noisy for a verdict: run it again on a quieter machine.");
    }
    let result = root.join("../../target/bench/browser.json");
    write_json(&result, &json!({ "rows": rows, "noise": noise }));
    println!("{}", result.display());
}

fn write_json(path: &PathBuf, value: &Value) {
    fs::create_dir_all(path.parent().expect("it is in a folder")).expect("the folder is made");
    fs::write(path, format!("{value:#}\n")).expect("the result is written");
}

/// The first paragraph with some words in it.
const LONG: &str =
    "[...document.querySelectorAll('#article p')].slice(0,9).find(it => it.textContent.length > 60)";

/// Two frames.
const FRAMES: &str = "const done=arguments[0]; requestAnimationFrame(()=>requestAnimationFrame(()=>done(1)))";

/// Selects some words by script: what is timed begins with the key.
fn selects_first_words(person: &Person) {
    let select = format!(
        "const it={LONG}, t=document.createTreeWalker(it,4).nextNode(); it.scrollIntoView({{block:'center'}}); \
         getSelection().setBaseAndExtent(t,0,t,Math.min(9,t.length))"
    );
    person.asks("document.querySelector('#article').focus({preventScroll:true})", &[]);
    settles(person);
    person.asks(&select, &[]);
    settles(person);
}

/// The place of the first letter.
fn first_word(person: &Person) -> (i64, i64) {
    let place = format!(
        "const r=new Range(), t=document.createTreeWalker({LONG},4).nextNode(); r.setStart(t,0); r.setEnd(t,1); \
         const b=r.getBoundingClientRect(); return [b.x+b.width/2, b.y+b.height/2]"
    );
    let place = person.asks(&place, &[]);
    let at = |index: usize| place[index].as_f64().expect("a place").round() as i64;
    (at(0), at(1))
}

/// Milliseconds for each deed, in a fresh browser.
fn measure(page: &Page, file: &Path) -> [f64; 3] {
    let person = Person::at(Engine::Chromium, &page.site).expect("Chromium is here");
    let idle = timed(&person, || ());
    let open = timed(&person, || {
        person.chooses(&[file]);
        person.sees("the text", page.opened);
    });
    person.asks("document.querySelector('#import-report-close')?.click()", &[]);
    person.sees("the page", "return document.querySelector('dialog') ? null : 1");
    settles(&person);
    selects_first_words(&person);
    let mark = timed(&person, || {
        person.presses(&["q"]);
        person.sees(&format!("the mark in {}", page.name), page.made);
    });
    person.presses(&["Escape"]);
    settles(&person);
    let (x, y) = first_word(&person);
    let pick = timed(&person, || {
        person.clicks_at(x, y);
        person.sees("the pick", page.picked);
    });
    [open, mark, pick].map(|time| (time - idle).max(0.1))
}

/// Where the page's thread spends its time, for each deed. Functions have names where the site
/// was built with them.
fn profile(page: &Page, folder: &Path) {
    let file = folder.join("profile.verbatim.json");
    fs::write(&file, generator::file(SIZES[1])).expect("the file is written");
    let person = Person::at(Engine::Chromium, &page.site).expect("Chromium is here");
    let tell = |deed: &str, times: Vec<(f64, String)>| {
        println!("── {deed}");
        for (time, name) in times.iter().filter(|(_, name)| !name.contains("idle")).take(45) {
            println!("{time:8.2} ms  {name}");
        }
    };
    let shows = || {
        person.asks_and_waits(FRAMES, &[]);
    };
    let opened = person.profiles(|| {
        person.chooses(&[&file]);
        person.sees("the text", page.opened);
        shows();
    });
    tell("open", opened);
    person.asks("document.querySelector('#import-report-close')?.click()", &[]);
    settles(&person);
    selects_first_words(&person);
    let marked = person.profiles(|| {
        person.presses(&["q"]);
        person.sees("the mark", page.made);
        shows();
    });
    tell("mark", marked);
    person.presses(&["Escape"]);
    settles(&person);
    let (x, y) = first_word(&person);
    let picked = person.profiles(|| {
        person.clicks_at(x, y);
        person.sees("the pick", page.picked);
        shows();
    });
    tell("pick", picked);
}

/// The main thread's time for something, until two frames after it.
fn timed(person: &Person, what: impl FnOnce()) -> f64 {
    let before = person.main_thread();
    what();
    person.asks_and_waits(FRAMES, &[]);
    person.main_thread() - before
}

/// Waits until nothing is being stored and a second has passed without a long frame.
fn settles(person: &Person) {
    person.sees(
        "rest",
        "return (document.querySelector('#status')?.textContent ?? '').startsWith('Saving') ? null : 1",
    );
    person.asks_and_waits(
        "const done=arguments[0]; let last=performance.now(), calm=0; const f=t=>{ calm = t-last<40 ? calm+1 : 0; last=t; calm>20 ? done(1) : requestAnimationFrame(f) }; requestAnimationFrame(f)",
        &[],
    );
}

/// A fixed loop, in milliseconds: says how noisy the machine is.
fn spin() -> f64 {
    let begun = Instant::now();
    let mut x = 1u64;
    for _ in 0..20_000_000 {
        x = std::hint::black_box(x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
    }
    begun.elapsed().as_secs_f64() * 1_000.0
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}
