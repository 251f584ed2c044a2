//! What the page costs beside the least that a browser does for the same work (`floor/`), and
//! beside Recogito's annotator (`peer/`), in one run, interleaved, medians. `bench [--quick]`
//! prints a table and leaves `target/bench/browser.json`; `bench --profile` tells where the time
//! of three deeds goes, `bench --coding` times a large registry alone.

mod deeds;
#[path = "../../../../benches/generator/mod.rs"]
mod generator;
mod whole;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use serde_json::{Value, json};
use verbatim_journeys::{Engine, Person, Site};

/// Bytes of text with annotations: one article, a long one, a book, and more than others open.
const SIZES: [(usize, usize); 4] = [FEW, SMALL, MEDIUM, (4_000_000, 100_000)];
const FEW: (usize, usize) = (3_000, 10);
const SMALL: (usize, usize) = (100_000, 1_000);
const MEDIUM: (usize, usize) = (1_000_000, 10_000);
/// A row has no verdict where more than a tenth of the looks at the machine, while it was measured, were
/// above this many times the calmest: less does not move a median.
const NOISE: f64 = 1.3;
/// So many loops are one look at the machine, by their median, as what is measured is a median: one loop
/// is shorter than any deed, and among hundreds one is always late.
const LOOPS: usize = 5;
/// So often what was measured in a noisy time is measured again.
const AGAIN: usize = 3;
/// So long the machine may take to come to rest before something is measured.
const REST: Duration = Duration::from_secs(30);

/// A page that is measured, and the expressions that tell that a deed is done: a file is opened, a mark
/// is made, one is picked.
struct Page {
    name: &'static str,
    site: Site,
    opened: &'static str,
    made: &'static str,
    picked: &'static str,
}

/// The focused annotation in the text.
const FOCUSED: &str = "document.querySelector('#article mark[data-focused]')";

/// One line of the table.
struct Row {
    what: String,
    ours: f64,
    beside: f64,
    /// Beside what, and in which unit.
    of: &'static str,
    /// Between which half of the rounds' own ratios lie.
    half: Option<[f64; 2]>,
    /// How often the other one ours may be; infinite where that is only told.
    bound: f64,
    /// Which of the looks at the machine were taken while it was measured.
    looks: Range<usize>,
}

/// What is measured, and how steady the machine was meanwhile.
struct Bench {
    pages: [Page; 3],
    folder: tempfile::TempDir,
    runs: usize,
    sizes: &'static [(usize, usize)],
    rows: Vec<Row>,
    /// The looks at the machine before and after what the rows are made of.
    looks: Vec<f64>,
    /// The calmest of all.
    calmest: f64,
    /// So often something was measured again.
    again: usize,
}

fn main() {
    let has = |name: &str| env::args().any(|it| it == name);
    let quick = has("--quick");
    let number =
        |name: &str| -> Option<usize> { env::args().skip_while(|it| it != name).nth(1)?.parse().ok() };
    let sizes = number("--sizes").unwrap_or(if quick { SIZES.len() - 1 } else { SIZES.len() });
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut bench = Bench {
        pages: [
            Page {
                name: "verbatim",
                site: Site::serve(),
                opened: "document.querySelector('#article mark')",
                made: FOCUSED,
                picked: FOCUSED,
            },
            Page {
                name: "floor",
                site: Site::of(root.join("floor")),
                opened: "[...CSS.highlights.values()].some(it => it.size)",
                made: "document.body.dataset.made",
                picked: "document.body.dataset.picked",
            },
            Page {
                name: "recogito",
                site: Site::of(env::var_os("VERBATIM_PEER").map_or_else(|| root.join("peer"), PathBuf::from)),
                opened: "[...CSS.highlights.values()].some(it => it.size)",
                made: "",
                picked: "",
            },
        ],
        folder: tempfile::tempdir().expect("a folder for the files"),
        runs: number("--rounds").unwrap_or(if quick { 1 } else { 7 }),
        sizes: &SIZES[..sizes.clamp(1, SIZES.len())],
        rows: Vec::new(),
        looks: Vec::new(),
        calmest: f64::MAX,
        again: 0,
    };
    if has("--profile") {
        return deeds::profile(&bench);
    }
    if !has("--coding") {
        bench.part(deeds::measure);
    }
    if !has("--deeds") {
        whole::measure(&mut bench, has("--coding"));
    }
    bench.tell();
}

impl Bench {
    /// A project file of this size.
    fn file(&self, size: (usize, usize)) -> PathBuf {
        let file = self.folder.path().join(format!("{}-{}.verbatim.json", size.0, size.1));
        if !file.exists() {
            fs::write(&file, generator::file(size)).expect("the file is written");
        }
        file
    }

    /// The same with the text and the annotations' ids, labels and offsets alone: less to read than
    /// a file from which everything can be restored.
    fn slim(&self, size: (usize, usize)) -> PathBuf {
        let slim = self.folder.path().join(format!("{}-{}.slim.json", size.0, size.1));
        if !slim.exists() {
            let whole = fs::read_to_string(self.file(size)).expect("the file");
            let whole: Value = serde_json::from_str(&whole).expect("it is JSON");
            let article = &whole["articles"][0];
            let annotations: Vec<Value> = article["annotations"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|it| {
                    let span = json!({ "start": it["spans"][0]["start"], "end": it["spans"][0]["end"] });
                    json!({ "id": it["id"], "label": it["label"], "spans": [span] })
                })
                .collect();
            let slim_file = json!({ "articles": [{ "text": article["text"], "annotations": annotations }] });
            fs::write(&slim, slim_file.to_string()).expect("the file is written");
        }
        slim
    }

    /// How noisy the machine is, in milliseconds.
    fn look(&mut self) -> f64 {
        let look = median((0..LOOPS).map(|_| spin()).collect());
        self.calmest = self.calmest.min(look);
        look
    }

    /// Rows that are measured together.
    fn part(&mut self, measure: impl FnOnce(&mut Bench)) {
        let (looks, rows) = (self.looks.len(), self.rows.len());
        measure(self);
        let all = looks..self.looks.len();
        self.rows.iter_mut().skip(rows).for_each(|row| row.looks = all.clone());
    }

    /// What nine of ten looks stayed within, as times the calmest. Nothing, where none was taken: noise does
    /// not change what a page weighs, nor what is right.
    fn noise(&self, looks: Range<usize>) -> f64 {
        let mut looks = self.looks[looks].to_vec();
        looks.sort_by(f64::total_cmp);
        let nine = (looks.len() * 9).div_ceil(10);
        looks.get(nine.saturating_sub(1)).map_or(0.0, |look| look / self.calmest)
    }

    fn calm(&self, look: f64) -> bool {
        look <= NOISE * self.calmest
    }

    /// What is measured in a fresh browser.
    fn measured<T>(&mut self, page: usize, what: impl Fn(&Person, &Page) -> T) -> T {
        self.calmly(|bench| what(&bench.person(page), &bench.pages[page]))
    }

    /// What is measured once the machine is calm; again, if it was noisy after it.
    fn calmly<T>(&mut self, what: impl Fn(&Bench) -> T) -> T {
        let mut left = AGAIN;
        loop {
            let before = self.rests();
            let taken = what(self);
            let after = self.look();
            if left == 0 || self.calm(after) {
                self.looks.extend([before, after]);
                return taken;
            }
            left -= 1;
            self.again += 1;
        }
    }

    /// Waits until the machine is calm, and gives the look that says so.
    fn rests(&mut self) -> f64 {
        let begun = Instant::now();
        let mut look = self.look();
        while !self.calm(look) && begun.elapsed() < REST {
            thread::sleep(Duration::from_secs(1));
            look = self.look();
        }
        if !self.calm(look) {
            let times = look / self.calmest;
            eprintln!("{times:.2} times the calmest, for {REST:?}: it is measured all the same");
        }
        look
    }

    /// A fresh browser.
    fn person(&self, page: usize) -> Person {
        let person = Person::at(Engine::Chromium, &self.pages[page].site).expect("Chromium is here");
        if self.pages[page].name == "verbatim" {
            // What is fetched after the start is not a part of what is measured.
            person.sees("all of the page", "return document.documentElement.dataset.whole ?? null");
        }
        // Nor is the start's end: nobody chooses a file so soon.
        settles(&person);
        person
    }

    fn row(&mut self, what: impl Into<String>, ours: f64, beside: f64, of: &'static str, bound: f64) {
        self.push(Row { what: what.into(), ours, beside, of, half: None, bound, looks: 0..0 });
    }

    /// The same for both sides of each round.
    fn pairs(
        &mut self,
        what: impl Into<String>,
        ours: Vec<f64>,
        beside: Vec<f64>,
        of: &'static str,
        bound: f64,
    ) {
        let mut ratios: Vec<f64> = ours.iter().zip(&beside).map(|(ours, beside)| ours / beside).collect();
        ratios.sort_by(f64::total_cmp);
        let quarter = ratios.len() / 4;
        let half = (ratios.len() > 2).then(|| [ratios[quarter], ratios[ratios.len() - 1 - quarter]]);
        self.push(Row {
            what: what.into(),
            ours: median(ours),
            beside: median(beside),
            of,
            half,
            bound,
            looks: 0..0,
        });
    }

    fn push(&mut self, row: Row) {
        eprintln!("{}: {:.1} beside {:.1} ({})", row.what, row.ours, row.beside, row.of);
        self.rows.push(row);
    }

    fn tell(&self) {
        println!("| what | Verbatim | beside | of | ratio | half of the rounds | bound |");
        println!("| --- | --- | --- | --- | --- | --- | --- |");
        let mut unsure = 0;
        for Row { what, ours, beside, of, half, bound, looks } in &self.rows {
            let ratio = ours / beside;
            let noisy = self.noise(looks.clone()) > NOISE;
            let verdict = match (bound.is_finite(), noisy, ratio <= *bound) {
                (false, ..) => "–".to_owned(),
                (true, true, _) => format!("{bound}, no verdict"),
                (true, false, true) => bound.to_string(),
                (true, false, false) => format!("{bound}, missed"),
            };
            unsure += usize::from(bound.is_finite() && noisy);
            let half = half.map_or_else(|| "–".to_owned(), |[from, to]| format!("{from:.2}–{to:.2}"));
            println!("| {what} | {ours:.1} | {beside:.1} | {of} | {ratio:.2} | {half} | {verdict} |");
        }
        let nine = self.noise(0..self.looks.len());
        let most = self.looks.iter().copied().fold(0.0, f64::max) / self.calmest;
        let again = self.again;
        println!(
            "\nA fixed loop (the median of {LOOPS}) took up to {most:.2} times its shortest time, nine of ten {nine:.2}."
        );
        println!("Measured again, because it took more than {NOISE} times that: {again}.");
        if unsure > 0 {
            println!("Too noisy for a verdict: {unsure} rows. Run it again on a quieter machine.");
        }
        let rows: Vec<Value> = self
            .rows
            .iter()
            .map(|it| {
                let noise = self.noise(it.looks.clone());
                json!({ "what": it.what, "ours": it.ours, "beside": it.beside, "of": it.of, "half": it.half, "bound": it.bound, "noise": noise })
            })
            .collect();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/bench/browser.json");
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("the folder is made");
        fs::write(&path, format!("{:#}\n", json!({ "rows": rows, "most_noise": most, "again": again })))
            .expect("it is written");
    }
}

/// A fixed loop, in milliseconds.
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
    let at = |place: usize| times.get(place).copied().unwrap_or(f64::NAN);
    // Of an even number the mean of the two in the middle.
    (at(times.len() / 2) + at(times.len().saturating_sub(1) / 2)) / 2.0
}

/// Waits until nothing is being stored or read and twenty short frames have passed in a row.
fn settles(person: &Person) {
    person.sees(
        "rest",
        "return /^(Saving|Reading)/.test(document.querySelector('#status')?.textContent ?? '') ? null : 1",
    );
    person.asks_and_waits(
        "const done=arguments[0]; let last=performance.now(), calm=0; const f=t=>{ calm = t-last<40 ? calm+1 : 0; last=t; calm>20 ? done(1) : requestAnimationFrame(f) }; requestAnimationFrame(f)",
        &[],
    );
}

/// Two frames.
const FRAMES: &str = "const done=arguments[0]; requestAnimationFrame(()=>requestAnimationFrame(()=>done(1)))";

/// Closes the report of an import, where the page has one.
fn closes_report(person: &Person) {
    person.sees(
        "the report",
        "return document.querySelector('#import-report') || !document.querySelector('#import-button') ? 1 : null",
    );
    person.asks("document.querySelector('#import-report-close')?.click()", &[]);
    person.sees("the page", "return document.querySelector('#import-report') ? null : 1");
}
