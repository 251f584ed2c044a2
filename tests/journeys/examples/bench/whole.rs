//! What is measured once for the whole: starting, saving, undo, files, and what is picked.

use std::path::Path;
use std::time::Duration;
use std::{fs, thread};

use serde_json::{Value, json};
use verbatim_journeys::Person;

use crate::deeds::{selects_first_words, timed};
use crate::{Bench, FEW, SMALL, closes_report, generator, median, settles};

/// So many articles with so many annotations each make a library.
const LIBRARY: (usize, usize) = (1_000, 50);
/// So many starts are timed.
const STARTS: usize = 5;
/// So many marks are timed until they are stored.
const SAVES: usize = 15;
/// A start is over by then, with what follows.
const START: Duration = Duration::from_millis(1_500);
/// So many actors and links make a large registry.
const REGISTRY: (usize, usize) = (2_000, 20_000);
/// A frame at 60 in a second, in milliseconds.
const FRAME: f64 = 1_000.0 / 60.0;
/// So many places are clicked.
const PLACES: usize = 1_000;

/// Before the page's own scripts: notes when it is ready, and what is written where.
const EARLY: &str = "new MutationObserver(()=>{ if(document.documentElement?.dataset.ready && !window.readyAt) window.readyAt=performance.now() }) \
      .observe(document,{attributes:true,subtree:true,attributeFilter:['data-ready']}); \
    const FIRST_SIGHT=500; window.readableAt=0; window.tasks=[]; window.longestLater=0; \
    new PerformanceObserver(l=>l.getEntries().forEach(it=>{ readableAt=it.startTime })).observe({type:'largest-contentful-paint',buffered:true}); \
    new PerformanceObserver(l=>l.getEntries().forEach(it=>{ tasks.push(it.startTime+it.duration); if(it.startTime>FIRST_SIGHT) window.longestLater=Math.max(longestLater,it.duration) })).observe({type:'longtask',buffered:true}); \
    window.written=0; const set=Storage.prototype.setItem; Storage.prototype.setItem=function(k,v){ written+=k.length+v.length; return set.call(this,k,v) }; \
    const put=IDBObjectStore.prototype.put; IDBObjectStore.prototype.put=function(v,k){ written+=v.length+k.length; this.transaction.addEventListener('complete',()=>{ window.storedAt=performance.now() }); return put.call(this,v,k) }; \
    const make=URL.createObjectURL; URL.createObjectURL=b=>{ window.offeredAt=performance.now(); return make.call(URL,b) };";

pub(crate) fn measure(bench: &mut Bench, coding_alone: bool) {
    if coding_alone {
        return bench.part(coding);
    }
    bench.part(starts);
    let size = *bench.sizes.last().expect("there are sizes");
    let person = opened(bench, size);
    let few = opened(bench, FEW);
    bench.part(|bench| saves(bench, &person, &few, size.1));
    drop(few);
    bench.part(|bench| files(bench, &person, size));
    thousand_steps(bench, &person);
    bench.part(|bench| reads_again(bench, &person, size));
    drop(person);
    bench.part(undo);
    bench.part(coding);
    picks(bench);
}

fn number(person: &Person, script: &str) -> f64 {
    person.asks(script, &[]).as_f64().unwrap_or(f64::NAN)
}

/// A browser with a file of this size opened and stored.
fn opened(bench: &Bench, size: (usize, usize)) -> Person {
    let file = bench.file(size);
    let person = bench.person(0);
    stores(&person, &file);
    person
}

/// Opens a file and waits until it is stored.
fn stores(person: &Person, file: &Path) {
    person.runs_early(EARLY);
    person.opens();
    person.imports(&[file]);
    closes_report(person);
    settles(person);
}

/// From navigation until the first article is painted, until the page can be used, and until it answers:
/// with little stored, with much, and Recogito's. In turns, each time in fresh browsers.
fn starts(bench: &mut Bench) {
    let library = bench.folder.path().join("library.verbatim.json");
    fs::write(&library, generator::library(LIBRARY)).expect("the file is written");
    let start = |person: &Person| -> [f64; 3] {
        person.runs_early(EARLY);
        let times: Vec<[f64; 3]> = (0..STARTS)
            .map(|_| {
                person.arrives();
                // A question while it starts would be answered on its time.
                thread::sleep(START);
                // What is still being read would go on beside the next start.
                settles(person);
                ["readableAt", "readyAt", "Math.max(readyAt, ...tasks)"]
                    .map(|it| number(person, &format!("return {it}")))
            })
            .collect();
        medians(&times)
    };
    let (mut empty, mut full, mut peer) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..bench.runs {
        empty.push(bench.measured(0, |person, _| start(person)));
        peer.push(bench.measured(2, |person, _| start(person)));
        full.push(bench.measured(0, |person, _| {
            person.imports(&[&library]);
            closes_report(person);
            settles(person);
            start(person)
        }));
    }
    let what = format!("start with {} articles, {} annotations", LIBRARY.0, LIBRARY.0 * LIBRARY.1);
    let each = |times: &[[f64; 3]], at: usize| times.iter().map(|it| it[at]).collect::<Vec<f64>>();
    let (painted, answers) = (format!("{what}: first article painted"), format!("{what}: a key answered"));
    bench.pairs(painted, each(&full, 0), each(&empty, 0), "an empty start, ms", 2.0);
    bench.pairs(answers, each(&full, 2), each(&empty, 2), "an empty start, ms", f64::INFINITY);
    bench.pairs("ready from navigation", each(&empty, 1), each(&peer, 1), "Recogito, ms", 1.5);
}

/// The median of each.
fn medians<const N: usize>(times: &[[f64; N]]) -> [f64; N] {
    std::array::from_fn(|at| median(times.iter().map(|it| it[at]).collect()))
}

/// The bytes that one mark writes, and the time from its key until both stores have it, in turns: where
/// in a frame the key falls decides more of the time than what is stored.
fn saves(bench: &mut Bench, many: &Person, few: &Person, annotations: usize) {
    let save = |person: &Person| {
        selects_first_words(person);
        person.asks(
            "window.written=0; window.storedAt=0; \
             addEventListener('keydown',()=>{ window.pressedAt=performance.now() },{capture:true,once:true})",
            &[],
        );
        person.presses(&["q"]);
        person.sees("the end of saving", "return window.storedAt > window.pressedAt || null");
        settles(person);
        let taken = ["return written", "return storedAt - pressedAt"].map(|it| number(person, it));
        person.presses(&["Ctrl+z", "Escape"]);
        settles(person);
        taken
    };
    let (many, few): (Vec<_>, Vec<_>) = bench.calmly(|_| (0..SAVES).map(|_| (save(many), save(few))).unzip());
    let each = |taken: &[[f64; 2]], at: usize| taken.iter().map(|it| it[at]).collect::<Vec<f64>>();
    let name = format!("one mark at {annotations} annotations");
    let (bytes, time) = (format!("{name}: bytes written"), format!("{name}: key to stored"));
    bench.pairs(bytes, each(&many, 0), each(&few, 0), "10 annotations", 1.5);
    bench.pairs(time, each(&many, 1), each(&few, 1), "10 annotations, ms", 1.5);
}

/// Export beside `JSON.stringify`, and import beside `JSON.parse`, of the same data.
fn files(bench: &mut Bench, person: &Person, size: (usize, usize)) {
    let file = bench.file(size);
    let exports = || {
        person.clicks("#export-button");
        person.asks(
            "addEventListener('click',()=>{ window.clickedAt=performance.now() },{capture:true,once:true}); window.offeredAt=0",
            &[],
        );
        person.clicks("#export-all");
        person.sees("the file", "return window.offeredAt || null");
        let taken = number(person, "return offeredAt - clickedAt");
        settles(person);
        taken
    };
    let export: Vec<f64> = bench.calmly(|_| (0..STARTS).map(|_| exports()).collect());
    let imports = |fresh: &Person| {
        fresh.asks(
            "document.querySelector('#import-file').addEventListener('change',()=>{ window.chosenAt=performance.now() },{capture:true}); \
             new MutationObserver(()=>{ if(document.querySelector('#import-report')) window.readAt??=performance.now() }).observe(document.body,{childList:true,subtree:true})",
            &[],
        );
        // The dialog is open for a moment.
        fresh.opens_chooser();
        (0..3).for_each(|_| settles(fresh));
        fresh.imports(&[&file]);
        let read = number(fresh, "return readAt - chosenAt");
        fresh.sees(
            "the end of storing",
            "return document.querySelector('#status').textContent.startsWith('Saving') ? null : 1",
        );
        (read, number(fresh, "return performance.now() - chosenAt"))
    };
    let (import, stored): (Vec<f64>, Vec<f64>) =
        (0..STARTS).map(|_| bench.measured(0, |fresh, _| imports(fresh))).unzip();
    // The same data by the browser's own parser, in a page that does nothing else.
    let own = |plain: &Person| {
        plain.asks("document.querySelector('#import-file').addEventListener('change',async e=>{ e.stopImmediatePropagation(); window.text=await e.target.files[0].text() },{capture:true})", &[]);
        plain.chooses(&[&file]);
        plain.sees("the text", "return window.text ? 1 : null");
        ["JSON.parse(text)", "JSON.stringify(data,null,2)"].map(|what| {
            number(
                plain,
                &format!("const times=[]; for(let i=0;i<{STARTS};i++){{ const t=performance.now(); const made={what}; times.push(performance.now()-t); window.data??=made }} return times.sort((a,b)=>a-b)[{STARTS}>>1]"),
            )
        })
    };
    let [parse, stringify] = bench.measured(1, |plain, _| own(plain));
    let name = format!("{} annotations", size.1);
    bench.row(format!("{name}: export"), median(export), stringify, "JSON.stringify, ms", 2.0);
    bench.row(format!("{name}: import, checked"), median(import), parse, "JSON.parse, ms", 3.0);
    bench.row(format!("{name}: import, on the disk"), median(stored), 5_000.0, "5 s", 1.0);
}

/// What a start with one large article has to do after the first sight.
fn reads_again(bench: &mut Bench, person: &Person, size: (usize, usize)) {
    let all =
        format!("return document.querySelector('[data-filter=all]').dataset.count >= {} || null", size.1);
    let start = || {
        person.opens();
        person.sees("all", &all);
        let whole = number(person, "return performance.now()");
        settles(person);
        (number(person, "return longestLater"), whole)
    };
    let (longest, whole): (Vec<f64>, Vec<f64>) = bench.calmly(|_| (0..STARTS).map(|_| start()).unzip());
    let name = format!("start with {} annotations in one article", size.1);
    let longest = longest.into_iter().fold(0.0, f64::max);
    bench.row(format!("{name}: longest later task, or 0 below 50 ms"), longest, 50.0, "50 ms", 1.0);
    bench.row(format!("{name}: all of it read"), median(whole), 5_000.0, "5 s", f64::INFINITY);
}

/// What a thousand undo steps weigh at the largest size.
fn thousand_steps(bench: &mut Bench, person: &Person) {
    selects_first_words(person);
    person.presses(&["q"]);
    settles(person);
    let before = person.page_memory();
    for _ in 0..50 {
        person.presses(&["a", "c"].repeat(10));
    }
    settles(person);
    let after = person.page_memory();
    bench.row("1,000 undo steps", after - before, 50.0, "50 MB", 1.0);
}

/// Letters of a name, and a frame that is accepted, with a large registry.
fn coding(bench: &mut Bench) {
    let file = bench.folder.path().join("registry.verbatim.json");
    fs::write(&file, generator::registry(REGISTRY)).expect("the file is written");
    let taken = |person: &Person| -> [f64; 4] {
        person.imports(&[&file]);
        closes_report(person);
        settles(person);
        person
            .asks("document.querySelector('#annotations [data-label=actor] .annotation-open').click()", &[]);
        person.sees("the frame", "return document.querySelector('.frame') ? 1 : null");
        settles(person);
        let idle = timed(person, || ());
        let asked = "return document.activeElement.id === 'pick-input' || null";
        let opens = timed(person, || {
            person.presses(&["i"]);
            person.sees("the question", asked);
        });
        let mut letters = Vec::new();
        let mut typed = String::new();
        for letter in "lindqvist".chars() {
            typed.push(letter);
            let shown = format!("return document.querySelector('#pick-input').value === '{typed}' || null");
            letters.push(timed(person, || {
                person.presses(&[&letter.to_string()]);
                person.sees("the letter", &shown);
            }));
        }
        person.presses(&["Escape"]);
        let accepts = timed(person, || {
            person.asks(
                "document.querySelector('#annotations [data-label=quote] .annotation-open').click()",
                &[],
            );
            person.presses(&["y"]);
            person.sees("the frame", "return document.querySelector('[data-link=cue]') ? 1 : null");
        });
        let slowest = letters.iter().copied().fold(0.0, f64::max);
        [opens, median(letters), slowest, accepts].map(|it| it - idle)
    };
    let taken: Vec<[f64; 4]> =
        (0..bench.runs).map(|_| bench.measured(0, |person, _| taken(person))).collect();
    let [opens, letter, slowest, accepts] = medians(&taken);
    let what = format!("{} actors, {} links", REGISTRY.0, REGISTRY.1);
    bench.row(format!("{what}: who is asked for"), opens, 100.0, "100 ms", 1.0);
    bench.row(format!("{what}: a letter of a name"), letter, FRAME, "a frame, ms", 1.0);
    bench.row(format!("{what}: the slowest letter"), slowest, FRAME, "a frame, ms", 1.0);
    bench.row(format!("{what}: a quote is focused, its frame accepted"), accepts, 100.0, "100 ms", 1.0);
}

/// Undo and redo of a removal of ten thousand.
fn undo(bench: &mut Bench) {
    let size = (1_000_000, 10_000);
    let file = bench.file(size);
    let steps = |person: &Person| {
        stores(person, &file);
        person.asks("document.querySelector('#remove-shown').click()", &[]);
        let count = |n: usize| {
            format!("return document.querySelector('[data-filter=all]').dataset.count === '{n}' || null")
        };
        person.sees("none", &count(0));
        settles(person);
        let idle = timed(person, || ());
        let undo = timed(person, || {
            person.presses(&["Ctrl+z"]);
            person.sees("all", &count(size.1));
        });
        settles(person);
        let redo = timed(person, || {
            person.presses(&["Ctrl+Shift+z"]);
            person.sees("none", &count(0));
        });
        (undo - idle, redo - idle)
    };
    let (undo, redo): (Vec<f64>, Vec<f64>) =
        (0..bench.runs).map(|_| bench.measured(0, |person, _| steps(person))).unzip();
    bench.row("undo of a removal of 10,000", median(undo), 100.0, "100 ms", 1.0);
    bench.row("redo of it", median(redo), 100.0, "100 ms", 1.0);
}

/// Whether a click picks what is innermost, at places all over the text.
fn picks(bench: &mut Bench) {
    let size = SMALL;
    let file = bench.file(size);
    let project: Value =
        serde_json::from_str(&fs::read_to_string(&file).expect("the file")).expect("it is JSON");
    // Start, end, length in bytes, and whose.
    let spans: Vec<(u64, u64, usize, &str)> = project["articles"][0]["annotations"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|it| {
            let span = &it["spans"][0];
            let at = |name: &str| span[name].as_u64().unwrap_or_default();
            let bytes = span["exact"].as_str().unwrap_or_default().len();
            (at("start"), at("end"), bytes, it["id"].as_str().unwrap_or_default())
        })
        .collect();
    let person = opened(bench, size);
    let length = number(&person, "return document.querySelector('#article').textContent.length") as u64;
    let (mut wrong, mut clicked, mut random) = (0, 0, 7u64);
    let places = if bench.runs == 1 { PLACES / 20 } else { PLACES };
    while clicked < places {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let offset = (random >> 33) % length;
        // Marks that come near may move what is below them: only a place that stays is clicked.
        // Clears the focus, or the next click would go outward.
        person.presses(&["Escape"]);
        let place = person.asks(
            "const p=[...document.querySelectorAll('#article p, #article h1')]; let n=arguments[0], i=0; while(n>=p[i].textContent.length){ n-=p[i].textContent.length; i++ } \
             p[i].scrollIntoView({block:'center'}); return new Promise(done=>{ let before='', calm=0; const look=()=>{ \
             const w=document.createTreeWalker(p[i],4); let t, m=n; while((t=w.nextNode()) && m>=t.length) m-=t.length; \
             const r=document.createRange(); r.setStart(t,m); r.setEnd(t,m+1); const b=r.getClientRects()[0]; \
             const now=b ? b.x+' '+b.y : 'none'; calm = now===before ? calm+1 : 0; before=now; \
             if(calm<5) requestAnimationFrame(look); \
             else done(b && b.width && b.y>60 && b.bottom<innerHeight ? [b.x+b.width/2,b.y+b.height/2] : null) }; look() })",
            &[json!(offset)],
        );
        // Line ends have no width, and what has just been laid out may have moved.
        let (Some(x), Some(y)) = (place[0].as_f64(), place[1].as_f64()) else { continue };
        clicked += 1;
        person.clicks_at(x.round() as i64, y.round() as i64);
        // The shortest that covers a place is innermost, and of equals the last in text order.
        let expected = spans
            .iter()
            .filter(|(start, end, ..)| (*start..*end).contains(&offset))
            .min_by_key(|(start, _, bytes, id)| (*bytes, std::cmp::Reverse((*start, *id))));
        let expected = expected.map_or(Value::Null, |(.., id)| json!(id));
        // What is picked shows with a frame to come; until then it is what was before.
        let picked = person.asks_and_waits(
            "const [wanted,done]=arguments; const begun=performance.now(); const look=()=>{ \
             const id=document.querySelector('#annotations [aria-current]')?.dataset.annotation ?? null; \
             if(id===wanted || performance.now()-begun>1000) done(id); else requestAnimationFrame(look) }; \
             requestAnimationFrame(()=>requestAnimationFrame(look))",
            std::slice::from_ref(&expected),
        );
        if picked != expected {
            eprintln!("offset {offset}: {picked} instead of {expected}");
            wrong += 1;
        }
    }
    bench.row(format!("wrong picks of {places}, and 1"), f64::from(wrong) + 1.0, 1.0, "none", 1.0);
}
