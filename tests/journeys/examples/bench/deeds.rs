//! Opening, marking, relabelling, removing, picking and scrolling at each size: main-thread time,
//! the harness's own share taken off; and what the tab weighs.

use std::path::Path;

use serde_json::json;
use verbatim_journeys::Person;

use crate::{Bench, FEW, FRAMES, MEDIUM, Page, SMALL, closes_report, median, settles};

const DEEDS: [&str; 6] = ["open", "mark", "relabel", "move", "remove", "pick"];
const MARK: usize = 1;
const RELABEL: usize = 2;
const MOVE: usize = 3;
const REMOVE: usize = 4;
const PICK: usize = 5;
/// The sizes that the peer is measured at: it does not finish larger ones.
const PEER_SIZES: [(usize, usize); 2] = [FEW, SMALL];

/// So often each deed but opening is done in each browser. The first is slow, its code still cold, and has
/// a row of its own: of few it moves the median into the slower half of the rest.
const TIMES: usize = 9;
/// So often each round measures the smallest size, where there are several rounds: what is done there is so short
/// that of three pairs of browsers the ratios were from four fifths to 1.4 times their median.
const PAIRS: usize = 3;
/// So often the harness's own share is taken: it goes off every deed of a browser.
const SHARES: usize = 11;

/// The first paragraph with some words in it.
const LONG: &str =
    "[...document.querySelectorAll('#article p')].slice(0,9).find(it => it.textContent.length > 60)";

/// Notes the slowest event, the longest task and late frames.
const WATCH: &str = "window.slow=0; window.slowest=''; window.long=0; \
    new PerformanceObserver(l=>l.getEntries().forEach(e=>{ if(e.duration>slow) { slow=e.duration; \
        slowest=`${e.name}, ${(e.processingEnd-e.processingStart).toFixed(1)} ms of it in handlers`; } \
    })).observe({type:'event',durationThreshold:16}); \
    new PerformanceObserver(l=>l.getEntries().forEach(e=>{long=Math.max(long,e.duration)})).observe({type:'longtask'})";

/// Calls `onDisk` when what was put into IndexedDB is on the disk.
const ON_DISK: &str = "const begin=IDBDatabase.prototype.transaction; \
    IDBDatabase.prototype.transaction=function(...all){ const it=begin.apply(this,all); \
    if(it.mode==='readwrite') it.addEventListener('complete',()=>window.onDisk?.()); return it }";

/// What one browser gave.
#[derive(Clone, Copy, Default)]
struct Taken {
    deeds: [f64; 6],
    /// A mark, until it is painted and both stores have it.
    stored: f64,
    /// What each took the first time, with the code still cold.
    first: [f64; 6],
    /// A mark, and opening, with all that follows until the page rests.
    whole: f64,
    whole_open: f64,
    /// What the page does while the file is being chosen.
    ready: f64,
    slowest_event: f64,
    longest_task: f64,
    late_frames: f64,
    memory: f64,
}

/// What one size gave, by pairs of browsers.
#[derive(Default)]
struct Size {
    ours: Vec<Taken>,
    floor: Vec<Taken>,
    /// Opening alone, and with all that follows: of Recogito, and of the floor with offsets alone.
    peer: Vec<[f64; 2]>,
    slim: Vec<[f64; 2]>,
}

/// Each round has all pages and all sizes, so that what the machine does meanwhile falls on all.
pub(crate) fn measure(bench: &mut Bench) {
    let mut sizes: Vec<Size> = bench.sizes.iter().map(|_| Size::default()).collect();
    for _ in 0..bench.runs {
        for (&size, taken) in bench.sizes.iter().zip(&mut sizes) {
            let (file, offsets) = (bench.file(size), bench.slim(size));
            let pairs = if size == FEW && bench.runs > 1 { PAIRS } else { 1 };
            for _ in 0..pairs {
                taken.ours.push(bench.measured(0, |person, page| take(person, page, &file)));
                taken.floor.push(bench.measured(1, |person, page| take(person, page, &file)));
                taken.slim.push(bench.measured(1, |person, page| open(person, page, &offsets)));
                if PEER_SIZES.contains(&size) {
                    taken.peer.push(bench.measured(2, |person, page| open(person, page, &file)));
                }
            }
        }
    }
    for (&size, taken) in bench.sizes.iter().zip(&sizes) {
        tell(bench, size, taken);
    }
    let marks = |size: &Size| size.ours.iter().map(|it| it.deeds[MARK]).collect::<Vec<f64>>();
    let small = bench.sizes.iter().position(|it| *it == SMALL);
    if let (Some(small), Some(largest)) = (small.and_then(|it| sizes.get(it)), sizes.last()) {
        bench.pairs("mark at the largest size", marks(largest), marks(small), "at 100 KB, ms", 1.5);
    }
}

fn tell(bench: &mut Bench, size: (usize, usize), taken: &Size) {
    let ours = |what: &dyn Fn(&Taken) -> f64| taken.ours.iter().map(what).collect::<Vec<f64>>();
    let floor = |what: &dyn Fn(&Taken) -> f64| taken.floor.iter().map(what).collect::<Vec<f64>>();
    let name = format!("{} KB, {} annotations", size.0 / 1_000, size.1);
    for (number, name_of) in DEEDS.iter().enumerate() {
        // The floor moves, relabels and removes nothing: its mark stands for a paint.
        let stands = if (RELABEL..PICK).contains(&number) { MARK } else { number };
        let bound = if *name_of == "pick" { 1.5 } else { 2.0 };
        let (mine, other) = (ours(&|it| it.deeds[number]), floor(&|it| it.deeds[stands]));
        bench.pairs(format!("{name}: {name_of}"), mine, other, "the floor, ms", bound);
        if number > 0 {
            let (mine, other) = (ours(&|it| it.first[number]), floor(&|it| it.first[stands]));
            let what = format!("{name}: {name_of}, the first time");
            bench.pairs(what, mine, other, "the floor, ms", f64::INFINITY);
        }
    }
    let what = format!("{name}: mark, on the disk too");
    bench.pairs(what, ours(&|it| it.stored), floor(&|it| it.deeds[MARK]), "the floor, ms", 2.0);
    let what = format!("{name}: mark, with all that follows");
    bench.pairs(what, ours(&|it| it.whole), floor(&|it| it.whole), "the floor, ms", f64::INFINITY);
    let what = [format!("{name}: open"), format!("{name}: open, with all that follows")];
    let mine = [ours(&|it| it.deeds[0]), ours(&|it| it.whole_open)];
    for (at, (what, mine)) in what.iter().zip(mine).enumerate() {
        let of = |taken: &[[f64; 2]]| taken.iter().map(|it| it[at]).collect::<Vec<f64>>();
        bench.pairs(what, mine.clone(), of(&taken.slim), "the floor with offsets alone, ms", f64::INFINITY);
        if PEER_SIZES.contains(&size) {
            let bound = if at == 0 { 1.0 } else { f64::INFINITY };
            bench.pairs(what, mine, of(&taken.peer), "Recogito, ms", bound);
        }
    }
    let ready = median(ours(&|it| it.ready));
    bench.row(format!("{name}: getting ready, while a file is chosen"), ready, 100.0, "100 ms", 1.0);
    let slowest = |taken: Vec<f64>| taken.into_iter().fold(0.0, f64::max);
    let (mine, other) = (slowest(ours(&|it| it.slowest_event)), slowest(floor(&|it| it.slowest_event)));
    bench.row(format!("{name}: slowest event"), mine, 50.0, "50 ms", 1.0);
    bench.row(format!("{name}: slowest event"), mine, other, "the floor, ms", f64::INFINITY);
    let longest = median(ours(&|it| it.longest_task));
    bench.row(format!("{name}: longest task of scrolling"), longest, 50.0, "50 ms", 1.0);
    let late = |taken: Vec<f64>| median(taken) + 1.0;
    let (mine, other) = (late(ours(&|it| it.late_frames)), late(floor(&|it| it.late_frames)));
    bench.row(format!("{name}: late frames of scrolling, and 1"), mine, other, "the floor", 1.0);
    let (mine, other) = (ours(&|it| it.memory), floor(&|it| it.memory));
    bench.pairs(format!("{name}: private memory"), mine, other, "the floor, MB", 2.5);
}

/// Opening alone, in a fresh browser.
fn open(person: &Person, page: &Page, file: &Path) -> [f64; 2] {
    let idle = share(person);
    gets_ready(person, page);
    opens(person, page, file, idle)
}

/// Until text and marks are painted, and with all that follows until the page rests.
fn opens(person: &Person, page: &Page, file: &Path, idle: f64) -> [f64; 2] {
    looks(person, "change", page.opened, "0");
    let before = person.main_thread();
    let open = until_painted(person, "", || person.chooses(&[file])) - idle;
    rests(person);
    let all = person.main_thread() - before;
    [open, all - rests(person) - idle]
}

/// What waiting until the page rests takes.
fn rests(person: &Person) -> f64 {
    let before = person.main_thread();
    settles(person);
    person.main_thread() - before
}

/// Opens the dialog in which a file is chosen, as whoever chooses one does; the time that the page
/// takes to be ready for it. The other pages have nothing to get ready.
fn gets_ready(person: &Person, page: &Page) -> f64 {
    if page.name != "verbatim" {
        return 0.0;
    }
    let idle = rests(person);
    let before = person.main_thread();
    person.opens_chooser();
    settles(person);
    person.main_thread() - before - idle
}

/// Everything once, in a fresh browser.
fn take(person: &Person, page: &Page, file: &Path) -> Taken {
    // Before there is a text: the page's own frames are a part of what is measured.
    let idle = share(person);
    let ready = gets_ready(person, page);
    let [open, whole_open] = opens(person, page, file, idle);
    closes_report(person);
    settles(person);
    person.asks(WATCH, &[]);
    let mut deeds: [Vec<f64>; 6] = Default::default();
    deeds[0].push(open);
    let mut whole = Vec::new();
    for _ in 0..TIMES {
        person.asks("document.body.dataset.made = ''", &[]);
        selects_first_words(person);
        looks(person, "keydown", page.made, "0");
        let before = person.main_thread();
        deeds[MARK].push(until_painted(person, "", || person.presses(&["q"])) - idle);
        settles(person);
        let all = person.main_thread() - before;
        // Waiting until it rests takes a share too.
        whole.push(all - rests(person) - idle);
        if page.name == "verbatim" {
            edits(person, page, idle, &mut deeds);
        }
    }
    let mut stored = Vec::new();
    if page.name == "verbatim" {
        person.asks(ON_DISK, &[]);
        for _ in 0..TIMES {
            selects_first_words(person);
            person.asks("window.stored = new Promise(done=>{ window.onDisk=done })", &[]);
            looks(person, "keydown", page.made, "window.stored");
            let taken = until_painted(person, "", || person.presses(&["q"]));
            stored.push(taken - idle);
            settles(person);
            person.presses(&["Delete"]);
            settles(person);
        }
        // The last mark is there again, to be picked.
        person.presses(&["Ctrl+z"]);
    }
    for _ in 0..TIMES {
        person.presses(&["Escape"]);
        person.asks("document.body.dataset.picked = ''", &[]);
        settles(person);
        let (x, y) = first_word(person);
        deeds[PICK].push(painted(person, "click", page.picked, || person.clicks_at(x, y)) - idle);
        settles(person);
    }
    let slowest_event = person.asks("return slow", &[]).as_f64().unwrap_or(f64::NAN);
    if slowest_event > 50.0 {
        eprintln!("{}: {slowest_event} ms, {}", page.name, person.asks("return slowest", &[]));
    }
    person.asks("window.long=0; window.late=0; let last=performance.now(); const f=t=>{ if(t-last>25) late++; last=t; requestAnimationFrame(f) }; requestAnimationFrame(f)", &[]);
    person.scrolls(100, 120);
    let longest_task = person.asks("return long", &[]).as_f64().unwrap_or(f64::NAN);
    let late_frames = person.asks("return late", &[]).as_f64().unwrap_or(f64::NAN);
    Taken {
        first: deeds.each_ref().map(|times| times.first().copied().unwrap_or(f64::NAN)),
        deeds: deeds.map(|times| median(times).max(0.1)),
        stored: median(stored),
        whole: median(whole),
        whole_open,
        ready,
        slowest_event,
        longest_task,
        late_frames,
        memory: person.page_memory(),
    }
}

/// The mark that was made gets another label and another end, and is removed.
fn edits(person: &Person, page: &Page, idle: f64, deeds: &mut [Vec<f64>; 6]) {
    let changed = |what: &str| {
        let all = format!(
            "[...document.querySelectorAll('#article mark[data-focused]')].map(it => it.{what}).join()"
        );
        let now = person.asks(&format!("return {all}"), &[]);
        format!("{all} !== {now}")
    };
    let mut does = |deed: usize, key: &str, shown: &str| {
        deeds[deed].push(painted(person, "keydown", shown, || person.presses(&[key])) - idle);
        settles(person);
    };
    does(RELABEL, "c", &changed("dataset.labels"));
    // A boundary, by a key, once it is held.
    person.presses(&["d"]);
    settles(person);
    does(MOVE, "Left", &changed("textContent"));
    person.presses(&["Enter"]);
    settles(person);
    does(REMOVE, "Delete", &format!("!{}", page.made));
}

/// The main thread's time from an event of `what` on until the frame with what it leads to has been
/// painted: until then `shown`, an expression, is to hold. What the page does later is not in it.
fn painted(person: &Person, event: &str, shown: &str, what: impl FnOnce()) -> f64 {
    looks(person, event, shown, "0");
    until_painted(person, "", what)
}

/// Has the page look for itself, from the end of an event on, whether something is shown, and note when
/// the frame with it has been painted and a promise is kept after that. A question from outside takes the
/// page a millisecond or two, and a frame of its own where it comes after the one that is meant.
fn looks(person: &Person, event: &str, shown: &str, promise: &str) {
    let arm = format!(
        "window.ended = new Promise(done => {{ const ends=async()=>{{ await {promise}; done() }}; \
         window.look=()=>{{ if({shown}) requestAnimationFrame(()=>setTimeout(ends)); else setTimeout(look, 5) }}; \
         addEventListener('{event}', look, {{ once: true }}) }})"
    );
    person.asks(&arm, &[]);
}

/// The main thread's time for something until what the page looks for is painted; `begin` is a script that has it
/// look where no event does.
fn until_painted(person: &Person, begin: &str, what: impl FnOnce()) -> f64 {
    let before = person.main_thread();
    what();
    person.asks_and_waits(&format!("const done=arguments[0]; {begin}; ended.then(()=>done(1))"), &[]);
    person.main_thread() - before
}

/// The harness's own share of what is painted, after a rest as before each deed: looking, and a frame. The
/// first time it takes up to three times as long: that, taken off, made both sides too small and their
/// ratio anything.
fn share(person: &Person) -> f64 {
    let idle = || {
        settles(person);
        looks(person, "never", "true", "0");
        until_painted(person, "look()", || ())
    };
    idle();
    median((0..SHARES).map(|_| idle()).collect())
}

/// The main thread's time for something, until two frames after it.
pub(crate) fn timed(person: &Person, what: impl FnOnce()) -> f64 {
    let before = person.main_thread();
    what();
    person.asks_and_waits(FRAMES, &[]);
    person.main_thread() - before
}

/// Selects some words by script: what is timed begins with the key.
pub(crate) fn selects_first_words(person: &Person) {
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

/// Where the page's thread spends its time, for each deed. Functions have names where the site
/// was built with them.
pub(crate) fn profile(bench: &Bench) {
    let (page, file) = (&bench.pages[0], bench.file(MEDIUM));
    let person = Person::at(verbatim_journeys::Engine::Chromium, &page.site).expect("Chromium is here");
    let tell = |deed: &str, times: Vec<(f64, String)>| {
        println!("── {deed}");
        for (time, name) in times.iter().filter(|(_, name)| !name.contains("idle")).take(45) {
            println!("{time:8.2} ms  {name}");
        }
    };
    let shows = || assert_eq!(person.asks_and_waits(FRAMES, &[]), json!(1));
    let opened = person.profiles(|| {
        person.chooses(&[&file]);
        person.sees("the text", &format!("return {} && 1", page.opened));
        shows();
    });
    tell("open", opened);
    closes_report(&person);
    settles(&person);
    selects_first_words(&person);
    let marked = person.profiles(|| {
        person.presses(&["q"]);
        person.sees("the mark", &format!("return {} && 1", page.made));
        shows();
    });
    tell("mark", marked);
    person.presses(&["Escape"]);
    settles(&person);
    let (x, y) = first_word(&person);
    let picked = person.profiles(|| {
        person.clicks_at(x, y);
        person.sees("the pick", &format!("return {} && 1", page.picked));
        shows();
    });
    tell("pick", picked);
}
