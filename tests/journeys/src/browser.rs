use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::Site;

/// How long a condition may take to come true.
const PATIENCE: Duration = Duration::from_secs(20);
/// A name for this machine that no browser takes for a secure place.
const PLAIN_HOST: &str = "verbatim.test";
/// The WebDriver key codes that journeys press.
const KEYS: [(&str, &str); 15] = [
    ("Shift", "\u{E008}"),
    ("Ctrl", "\u{E009}"),
    ("Enter", "\u{E007}"),
    ("Escape", "\u{E00C}"),
    ("Delete", "\u{E017}"),
    ("Backspace", "\u{E003}"),
    ("Tab", "\u{E004}"),
    ("Left", "\u{E012}"),
    ("Up", "\u{E013}"),
    ("Right", "\u{E014}"),
    ("Down", "\u{E015}"),
    ("Home", "\u{E011}"),
    ("End", "\u{E010}"),
    ("Space", " "),
    ("?", "?"),
];

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Blink.
    Chromium,
    /// Gecko.
    Firefox,
    /// WebKit, the GTK port.
    WebKit,
}

fn program(variable: &str, usual: &[&str]) -> Option<PathBuf> {
    let named = env::var_os(variable).map(PathBuf::from);
    let paths = env::var_os("PATH").unwrap_or_default();
    let found = usual
        .iter()
        .map(PathBuf::from)
        .chain(env::split_paths(&paths).flat_map(|folder| usual.iter().map(move |name| folder.join(name))));
    named.into_iter().chain(found).find(|path| path.is_absolute() && path.exists())
}

/// The driver and the browser of an engine, if both are here.
fn programs(engine: Engine) -> Option<(PathBuf, PathBuf)> {
    let (driver, browser) = match engine {
        Engine::Chromium => (
            program("VERBATIM_CHROMEDRIVER", &["chromedriver"]),
            program("VERBATIM_CHROMIUM", &["chromium", "google-chrome"]),
        ),
        Engine::Firefox => (
            program("VERBATIM_GECKODRIVER", &["geckodriver"]),
            program("VERBATIM_FIREFOX", &["firefox-esr", "firefox"]),
        ),
        Engine::WebKit => {
            let library = format!("/usr/lib/{}-linux-gnu/webkit2gtk-4.1", env::consts::ARCH);
            (
                program("VERBATIM_WEBKIT_DRIVER", &["WebKitWebDriver"]),
                program("VERBATIM_WEBKIT_BROWSER", &[&format!("{library}/MiniBrowser")]),
            )
        }
    };
    Some((driver?, browser?))
}

/// The window and the system's colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Of the page, in CSS pixels.
    pub width: u32,
    /// Of the page, in CSS pixels.
    pub height: u32,
    /// Whether the system is set to dark.
    pub dark: bool,
}

/// A person at a browser.
pub struct Person {
    engine: Engine,
    profile: TempDir,
    running: Option<Running>,
    url: String,
    blocks_storage: bool,
}

struct Running {
    driver: Child,
    display: Option<Child>,
    base: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        // Asked first, then the whole process group, which is ours.
        let _ = ureq::delete(&self.base).call();
        kill(&mut self.driver);
        if let Some(display) = &mut self.display {
            kill(display);
        }
    }
}

fn kill(child: &mut Child) {
    let group = format!("-{}", child.id());
    let _ = Command::new("kill").args(["-9", "--", &group]).stderr(Stdio::null()).status();
    let _ = child.wait();
}

impl Person {
    /// Opens the app in a fresh profile. `None`, said aloud, when the engine is not
    /// here; on CI that is a failure.
    #[must_use]
    pub fn at(engine: Engine, site: &Site) -> Option<Person> {
        Person::with(engine, site.url(), false)
    }

    /// The same where the site is on another machine and has no secure connection. Chromium only.
    #[must_use]
    pub fn over_plain_http(engine: Engine, site: &Site) -> Option<Person> {
        Person::with(engine, site.url().replace("127.0.0.1", PLAIN_HOST), false)
    }

    /// The same in a browser whose settings block every site's storage.
    #[must_use]
    pub fn without_storage(engine: Engine, site: &Site) -> Option<Person> {
        Person::with(engine, site.url(), true)
    }

    fn with(engine: Engine, url: String, blocks_storage: bool) -> Option<Person> {
        if programs(engine).is_none() {
            assert!(env::var_os("CI").is_none(), "{engine:?} or its driver is missing");
            // What a test prints by a macro is not shown when it passes.
            let _ = writeln!(std::io::stderr(), "NOT RUN: {engine:?} or its driver is not on this machine");
            return None;
        }
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let mut person = Person { engine, profile, running: None, url, blocks_storage };
        person.starts();
        Some(person)
    }

    /// Which browser it is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Starts the browser on the same profile, and opens the app.
    pub fn starts(&mut self) {
        let begun = self.begins().or_else(|why| match self.engine {
            // Its driver begins no session now and then; another one does.
            Engine::WebKit => self.begins(),
            _ => Err(why),
        });
        self.running = Some(begun.expect("a session begins"));
        self.opens();
    }

    /// A browser of its own driver, in a session.
    fn begins(&self) -> Result<Running, String> {
        let (driver, browser) = programs(self.engine).expect("looked for before");
        let folder = self.profile.path();
        let port = free_port();
        let mut command = Command::new(driver);
        command.stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        let mut display = None;
        match self.engine {
            Engine::Chromium => command.arg(format!("--port={port}")),
            Engine::Firefox => command
                .args(["--port", &port.to_string(), "--websocket-port", &free_port().to_string()])
                .env("HOME", folder)
                .env("MOZ_HEADLESS_WIDTH", "1280")
                .env("MOZ_HEADLESS_HEIGHT", "900"),
            Engine::WebKit => {
                let number = 100 + u32::from(port);
                let name = format!(":{number}");
                let xvfb = program("VERBATIM_XVFB", &["Xvfb"]).expect("WebKitGTK needs Xvfb");
                let server = Command::new(xvfb)
                    .args([&name, "-screen", "0", "1280x900x24"])
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .process_group(0)
                    .spawn();
                display = Some(server.expect("Xvfb starts"));
                let socket = PathBuf::from(format!("/tmp/.X11-unix/X{number}"));
                wait("Xvfb", || socket.exists().then_some(()));
                command.arg(format!("--port={port}")).env("DISPLAY", name).env("HOME", folder)
            }
        };
        let driver = command.spawn().expect("the driver starts");
        let root = format!("http://127.0.0.1:{port}");
        let mut running = Running { driver, display, base: root.clone() };
        wait("the driver", || ureq::get(format!("{root}/status")).call().ok().map(|_| ()));
        let asked = json!({ "capabilities": { "alwaysMatch": capabilities(self.engine, &browser, folder, self.blocks_storage) } });
        // A driver that does not answer is not asked once more.
        let answer = send(&format!("{root}/session"), &asked).inspect_err(|_| running.base.clear())?;
        let session = answer["sessionId"].as_str().ok_or("sessions have ids")?;
        running.base = format!("{root}/session/{session}");
        Ok(running)
    }

    /// Kills the browser and its driver as the system would: no time to save.
    pub fn is_killed(&mut self) {
        if let Some(mut running) = self.running.take() {
            running.base = String::new();
            // The browser runs in the driver's group; its helpers in their own sessions
            // name the profile.
            kill(&mut running.driver);
            let _ =
                Command::new("pkill").args(["-9", "-f", &self.profile.path().display().to_string()]).status();
        }
    }

    /// Milliseconds that the page's main thread has worked so far. Chromium only; time taken
    /// by other processes is not in it.
    pub fn main_thread(&self) -> f64 {
        self.metric("TaskDuration") * 1_000.0
    }

    /// One of Chromium's measures of the page, such as `LayoutDuration`, in seconds.
    pub fn metric(&self, name: &str) -> f64 {
        let cdp = |cmd: &str, params: Value| {
            self.post("goog/cdp/execute", &json!({ "cmd": cmd, "params": params })).expect("metrics")
        };
        cdp("Performance.enable", json!({ "timeDomain": "threadTicks" }));
        let metrics = cdp("Performance.getMetrics", json!({}));
        let found = metrics["metrics"].as_array().into_iter().flatten().find(|it| it["name"] == name);
        found.and_then(|it| it["value"].as_f64()).unwrap_or_else(|| panic!("{name} is measured"))
    }

    /// Has a script run in the page before its own, from the next opening on. Chromium only.
    pub fn runs_early(&self, script: &str) {
        let parameters = json!({ "source": script });
        let body = json!({ "cmd": "Page.addScriptToEvaluateOnNewDocument", "params": parameters });
        self.post("goog/cdp/execute", &body).expect("a script for the next page");
    }

    /// Private memory of the page's process after a collection of garbage, in megabytes.
    /// Chromium on Linux only.
    pub fn page_memory(&self) -> f64 {
        let collect = json!({ "cmd": "HeapProfiler.collectGarbage", "params": {} });
        self.post("goog/cdp/execute", &collect).expect("a collection");
        let driver = self.running.as_ref().expect("the browser runs").driver.id();
        let parent = |pid: u32| -> Option<u32> {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            stat.rsplit(')').next()?.split_whitespace().nth(1)?.parse().ok()
        };
        let ours = |pid: u32| {
            let mut here = pid;
            while let Some(above) = parent(here).filter(|it| *it > 1) {
                if above == driver {
                    return true;
                }
                here = above;
            }
            false
        };
        let private = |pid: u32| -> f64 {
            let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
            let lines = rollup.lines().filter(|line| line.starts_with("Private_"));
            lines.filter_map(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok()).sum::<f64>()
                / 1_000.0
        };
        let all = fs::read_dir("/proc").expect("Linux").flatten();
        let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        let pages = pids.filter(|pid| {
            let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            command.windows(15).any(|part| part == b"--type=renderer") && ours(*pid)
        });
        // The browser keeps an empty one in reserve.
        pages.map(private).fold(0.0, f64::max)
    }

    /// Turns the wheel so many times, by so many pixels, once for each frame.
    pub fn scrolls(&self, times: usize, pixels: i64) {
        let turn = [
            json!({ "type": "scroll", "x": 300, "y": 400, "deltaX": 0, "deltaY": pixels, "duration": 0, "origin": "viewport" }),
            json!({ "type": "pause", "duration": 16 }),
        ];
        let body =
            json!({ "actions": [{ "type": "wheel", "id": "wheel", "actions": vec![turn; times].concat() }] });
        self.post("actions", &body).expect("the wheel turns");
    }

    /// Holds a letter's key until the keyboard has said it so many times. Chromium only.
    pub fn holds(&self, letter: char, times: usize) {
        let press = |kind: &str, repeats: bool| {
            let parameters = json!({
                "type": kind, "key": letter, "code": format!("Key{}", letter.to_ascii_uppercase()),
                "windowsVirtualKeyCode": u32::from(letter.to_ascii_uppercase()), "autoRepeat": repeats,
            });
            let body = json!({ "cmd": "Input.dispatchKeyEvent", "params": parameters });
            self.post("goog/cdp/execute", &body).expect("a key");
        };
        for time in 0..times {
            press("rawKeyDown", time > 0);
        }
        press("keyUp", false);
    }

    /// Where the page's thread spent its time while something was done: milliseconds and
    /// function, the most first. Chromium only.
    pub fn profiles(&self, what: impl FnOnce()) -> Vec<(f64, String)> {
        let cdp = |cmd: &str, params: Value| {
            self.post("goog/cdp/execute", &json!({ "cmd": cmd, "params": params })).expect("a profile")
        };
        cdp("Profiler.enable", json!({}));
        cdp("Profiler.setSamplingInterval", json!({ "interval": 100 }));
        cdp("Profiler.start", json!({}));
        what();
        let profile = cdp("Profiler.stop", json!({}))["profile"].take();
        let list = |name: &str| profile[name].as_array().cloned().unwrap_or_default();
        let name = |id: &Value| {
            let node = list("nodes").into_iter().find(|node| node["id"] == *id).unwrap_or_default();
            node["callFrame"]["functionName"].as_str().unwrap_or_default().to_owned()
        };
        let mut times: Vec<(f64, Value)> = Vec::new();
        for (id, micros) in list("samples").into_iter().zip(list("timeDeltas")) {
            let spent = micros.as_f64().unwrap_or(0.0) / 1_000.0;
            match times.iter_mut().find(|(_, other)| *other == id) {
                Some((time, _)) => *time += spent,
                None => times.push((spent, id)),
            }
        }
        let mut named: Vec<(f64, String)> = Vec::new();
        for (time, id) in times {
            let name = name(&id);
            match named.iter_mut().find(|(_, other)| *other == name) {
                Some((sum, _)) => *sum += time,
                None => named.push((time, name)),
            }
        }
        named.sort_by(|a, b| b.0.total_cmp(&a.0));
        named
    }

    /// Opens the app, or opens it anew, and waits until it can be used.
    pub fn opens(&self) {
        self.post("url", &json!({ "url": self.url })).expect("the page opens");
        self.sees("the app", "return document.documentElement.dataset.ready === 'true' && document.querySelector('#article') ? 1 : null");
    }

    /// Comes to the app from an empty page, and asks it nothing.
    pub fn arrives(&self) {
        self.post("url", &json!({ "url": "about:blank" })).expect("the empty page opens");
        self.post("url", &json!({ "url": self.url })).expect("the page opens");
    }

    fn post(&self, command: &str, body: &Value) -> Result<Value, String> {
        let running = self.running.as_ref().expect("the browser runs");
        send(&format!("{}/{command}", running.base), body)
    }

    /// Runs a script in the page.
    pub fn asks(&self, script: &str, arguments: &[Value]) -> Value {
        let body = json!({ "script": script, "args": arguments });
        self.post("execute/sync", &body).unwrap_or_else(|why| panic!("{script}: {why}"))
    }

    /// Runs a script that calls its last argument with the answer.
    pub fn asks_and_waits(&self, script: &str, arguments: &[Value]) -> Value {
        let body = json!({ "script": script, "args": arguments });
        self.post("execute/async", &body).unwrap_or_else(|why| panic!("{script}: {why}"))
    }

    /// Opens the app in another tab (in WebKitGTK another window: its driver has no mouse in
    /// a second tab) and goes there; gives the name of the tab left.
    #[must_use]
    pub fn opens_another_tab(&self) -> String {
        let left = self.tab();
        let made = self
            .post(
                "window/new",
                &json!({ "type": if self.engine == Engine::WebKit { "window" } else { "tab" } }),
            )
            .expect("a tab opens");
        self.goes_to(made["handle"].as_str().expect("tabs have names"));
        self.opens();
        left
    }

    /// Closes this tab and goes to another.
    pub fn closes_tab_and_goes_to(&self, other: &str) {
        let running = self.running.as_ref().expect("the browser runs");
        ureq::delete(&format!("{}/window", running.base)).call().expect("the tab closes");
        self.goes_to(other);
    }

    /// The tab's name.
    pub fn tab(&self) -> String {
        let running = self.running.as_ref().expect("the browser runs");
        let mut answer = ureq::get(format!("{}/window", running.base)).call().expect("a window");
        let tab: Value = answer.body_mut().read_json().expect("JSON");
        tab["value"].as_str().expect("tabs have names").to_owned()
    }

    /// Goes to another tab.
    pub fn goes_to(&self, tab: &str) {
        self.post("window", &json!({ "handle": tab })).expect("the tab is there");
    }

    /// What axe-core finds wrong by the rules of WCAG 2.2 AA, one line each. Its script is
    /// where `VERBATIM_AXE` says.
    pub fn finds_barriers(&self) -> Vec<String> {
        let path = env::var_os("VERBATIM_AXE").expect("VERBATIM_AXE names axe-core's script");
        let axe = fs::read_to_string(path).expect("axe-core's script");
        if self.asks("return !!window.axe", &[]) == json!(false) {
            self.asks(&axe, &[]);
        }
        let found = self.asks_and_waits(
            "const done=arguments[arguments.length-1]; \
             axe.run({runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa']}) \
             .then(r=>done(r.violations.flatMap(v=>v.nodes.map(n=>v.id+': '+n.html+' '+n.failureSummary))), e=>done(['axe: '+e]))",
            &[],
        );
        found.as_array().into_iter().flatten().map(|it| it.as_str().unwrap_or_default().to_owned()).collect()
    }

    /// What is found in a usual window, light and dark, and in a narrow one: barriers, and a page
    /// that must be scrolled sideways. Chromium only.
    pub fn finds_barriers_at(&self, what: &str, (width, height): (u32, u32)) -> Vec<String> {
        let light = Look { width: 1280, height: 800, dark: false };
        let mut found = Vec::new();
        for look in [light, Look { dark: true, ..light }, Look { width, height, dark: false }] {
            self.looks(look);
            let barriers = self.finds_barriers().into_iter();
            found.extend(barriers.map(|it| format!("{what}, {look:?}: {it}")));
            let wide = self.asks("return document.documentElement.scrollWidth > innerWidth", &[]);
            if wide == json!(true) {
                found.push(format!("{what}, {look:?}: it must be scrolled sideways"));
            }
        }
        self.looks(light);
        found
    }

    /// Waits until a script gives something, and gives it.
    #[track_caller]
    pub fn sees(&self, what: &str, script: &str) -> Value {
        let body = json!({ "script": script, "args": [] });
        self.waits(what, || match self.post("execute/sync", &body) {
            // WebKit's driver now and then loses an answer; what only looks may ask again.
            Err(why) if self.engine == Engine::WebKit && why.starts_with(LOST) => None,
            Err(why) => panic!("{script}: {why}"),
            Ok(found) => Some(found).filter(|found| !found.is_null() && *found != json!(false)),
        })
    }

    /// Asks again and again until there is an answer; in vain, it tells how the page stands.
    #[track_caller]
    fn waits<T>(&self, what: &str, ready: impl FnMut() -> Option<T>) -> T {
        let Some(found) = until(ready) else {
            let state = self.post("execute/sync", &json!({ "script": STATE, "args": [] }));
            panic!(
                "waited in vain for {what}; the page: {}",
                state.map_or_else(|why| why, |it| it.to_string())
            );
        };
        found
    }

    /// Waits until what was done has been painted: nobody does the next thing before.
    pub fn sees_it_painted(&self) {
        self.asks_and_waits(FRAMES, &[]);
    }

    /// Waits for the status.
    #[track_caller]
    pub fn sees_saved(&self) {
        self.sees("Saved", "return document.querySelector('#status').textContent === 'Saved' || null");
    }

    /// Presses keys one after the other; `Ctrl+Shift+Z` holds the first ones.
    pub fn presses(&self, keys: &[&str]) {
        let code = |name: &str| {
            KEYS.iter()
                .find(|(key, _)| *key == name)
                .map_or_else(|| name.to_owned(), |(_, code)| (*code).to_owned())
        };
        let mut actions = Vec::new();
        for chord in keys {
            let parts: Vec<String> = chord.split('+').map(code).collect();
            actions.extend(parts.iter().map(|key| json!({ "type": "keyDown", "value": key })));
            actions.extend(parts.iter().rev().map(|key| json!({ "type": "keyUp", "value": key })));
        }
        self.post(
            "actions",
            &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] }),
        )
        .expect("keys");
    }

    fn points(&self, moves: &[(i64, i64, &str)]) {
        let mut actions = Vec::new();
        for (x, y, what) in moves {
            actions
                .push(json!({ "type": "pointerMove", "duration": 30, "x": x, "y": y, "origin": "viewport" }));
            if !what.is_empty() {
                actions.push(json!({ "type": what, "button": 0 }));
            }
        }
        let body = json!({ "actions": [{ "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": actions }] });
        self.post("actions", &body).expect("the mouse moves");
    }

    /// Drags with the mouse from the first to the last character of some words.
    pub fn selects(&self, words: &str) {
        let ends = self.asks(FIND_WORDS, &[json!(words)]);
        let at = |index: usize| {
            ends[index].as_f64().unwrap_or_else(|| panic!("“{words}” is not in the article")).round() as i64
        };
        let (x, y) = (at(0), at(1));
        // A toolbar that is on its way out still stands over them.
        let uncovered = format!("return document.elementFromPoint({x},{y})?.closest('#article') ? 1 : null");
        self.sees("the words, uncovered", &uncovered);
        self.points(&[
            (x, y, "pointerDown"),
            (x + 4, y, ""),
            (at(2), at(3), ""),
            (at(2), at(3), "pointerUp"),
        ]);
        self.sees_selected(words);
    }

    /// Waits until these words are selected, white space aside.
    #[track_caller]
    pub fn sees_selected(&self, words: &str) {
        let wanted = squeeze(words);
        let mut now = String::new();
        let begun = Instant::now();
        while now != wanted {
            assert!(begun.elapsed() < PATIENCE, "selected “{now}” instead of “{wanted}”");
            now = squeeze(self.asks("return getSelection().toString()", &[]).as_str().unwrap_or_default());
        }
    }

    /// Clicks so many times at the same place: twice for a word, three times for a
    /// paragraph.
    pub fn clicks_in_a_row(&self, words: &str, times: usize) {
        let ends = self.asks(FIND_WORDS, &[json!(words)]);
        let at = |index: usize| ends[index].as_f64().expect("the words are there").round() as i64;
        let (x, y) = (at(0) + 3, at(1));
        self.asks("addEventListener('click', event => { window.inARow = event.detail }, true)", &[]);
        for _ in 0..10 {
            self.points(&[(x, y, "pointerDown"), (x, y, "pointerUp")].repeat(times));
            if self.asks("return window.inARow", &[]) == json!(times) {
                return;
            }
            // On a busy machine they came too slowly. Like a person: a rest, then once more.
            let rest = json!({ "type": "pause", "duration": 1_000 });
            self.post(
                "actions",
                &json!({ "actions": [{ "type": "none", "id": "rest", "actions": [rest] }] }),
            )
            .expect("a rest");
        }
        panic!("{times} clicks were never taken for a row");
    }

    /// Clicks at the first place, and with Shift at the end of the second.
    pub fn clicks_then_shift_clicks(&self, first: &str, last: &str) {
        let ends = self.asks(FIND_WORDS, &[json!(first)]);
        let at = |ends: &Value, index: usize| ends[index].as_f64().expect("they are there").round() as i64;
        self.points(&[
            (at(&ends, 0), at(&ends, 1), "pointerDown"),
            (at(&ends, 0), at(&ends, 1), "pointerUp"),
        ]);
        let ends = self.asks(FIND_WORDS, &[json!(last)]);
        let shift = |what: &str| json!({ "type": what, "value": "\u{E008}" });
        let pause = json!({ "type": "pause", "duration": 30 });
        let pointer = json!([
            { "type": "pause", "duration": 30 },
            { "type": "pointerMove", "duration": 30, "x": at(&ends, 2), "y": at(&ends, 3), "origin": "viewport" },
            { "type": "pointerDown", "button": 0 }, { "type": "pointerUp", "button": 0 },
            { "type": "pause", "duration": 30 },
        ]);
        let keys = json!([shift("keyDown"), pause, pause, pause, shift("keyUp")]);
        let body = json!({ "actions": [
            { "type": "key", "id": "keyboard", "actions": keys },
            { "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": pointer },
        ] });
        self.post("actions", &body).expect("the mouse moves");
    }

    /// Where some words begin and end in the window, each at the middle of its line.
    fn ends_of(&self, words: &str) -> [(i64, i64); 2] {
        let ends = self.asks(FIND_WORDS, &[json!(words)]);
        let at = |index: usize| {
            ends[index].as_f64().unwrap_or_else(|| panic!("“{words}” is not in the article")).round() as i64
        };
        [(at(0), at(1)), (at(2), at(3))]
    }

    /// Selects some words with the mouse while a key is held.
    pub fn selects_holding(&self, key: &str, words: &str) {
        let [from, to] = self.ends_of(words);
        self.points_holding(key, &[from, to]);
    }

    /// Clicks the first of some words while a key is held.
    pub fn clicks_words_holding(&self, key: &str, words: &str) {
        let [(x, y), _] = self.ends_of(words);
        self.points_holding(key, &[(x + 3, y)]);
    }

    /// Presses the mouse at the first place and lets go of it at the last, while a key is held.
    fn points_holding(&self, key: &str, places: &[(i64, i64)]) {
        let code = KEYS.iter().find(|(name, _)| *name == key).map_or(key, |(_, code)| *code);
        let pause = json!({ "type": "pause", "duration": 30 });
        let move_to = |(x, y): (i64, i64)| json!({ "type": "pointerMove", "duration": 30, "x": x, "y": y, "origin": "viewport" });
        let mut pointer =
            vec![pause.clone(), move_to(places[0]), json!({ "type": "pointerDown", "button": 0 })];
        pointer.extend(places[1..].iter().copied().map(move_to));
        pointer.push(json!({ "type": "pointerUp", "button": 0 }));
        let mut keys = vec![json!({ "type": "keyDown", "value": code })];
        keys.extend(vec![pause; pointer.len()]);
        keys.push(json!({ "type": "keyUp", "value": code }));
        let body = json!({ "actions": [
            { "type": "key", "id": "keyboard", "actions": keys },
            { "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": pointer },
        ] });
        self.post("actions", &body).expect("the mouse moves");
    }

    /// Drags a handle of the focused annotation, `start` or `end`, to the start or the end of some
    /// words: with the mouse, or with a finger.
    pub fn drags_handle(&self, edge: &str, words: &str, finger: bool) {
        let to = self.ends_of(words)[usize::from(edge == "end")];
        // What is fixed to the window follows a scroll with the next frame.
        self.sees_it_painted();
        let script = "const h=document.querySelector('#handle-'+arguments[0]); if(h.hidden) return null; const r=h.getBoundingClientRect(); \
            return [r.left+r.width/2, r.top, r.bottom]";
        let place =
            self.waits("the handle", || Some(self.asks(script, &[json!(edge)])).filter(|it| !it.is_null()));
        let at = |index: usize| place[index].as_f64().expect("a number").round() as i64;
        let (x, middle) = (at(0), (at(1) + at(2)) / 2);
        // The knob stands above the line, or below it; the boundary follows at that distance.
        let reach = if finger { 14 } else { 7 };
        let knob = if edge == "start" { at(1) - reach } else { at(2) + reach };
        let moved = [(x, knob), (to.0, to.1 + knob - middle)];
        if finger {
            let go = |(x, y): (i64, i64)| json!({ "type": "pointerMove", "duration": 40, "x": x, "y": y, "origin": "viewport" });
            self.finger(&[
                go(moved[0]),
                json!({ "type": "pointerDown", "button": 0 }),
                go((moved[1].0 - 2, moved[1].1)),
                go(moved[1]),
                json!({ "type": "pointerUp", "button": 0 }),
            ]);
        } else {
            let near = (moved[1].0 - 2, moved[1].1);
            self.points(&[
                (moved[0].0, moved[0].1, "pointerDown"),
                (near.0, near.1, ""),
                (moved[1].0, moved[1].1, "pointerUp"),
            ]);
        }
    }

    /// Waits until what is said of the focused annotation is there: it comes when the hand rests,
    /// and moves what is below it.
    #[track_caller]
    pub fn sees_frame(&self) {
        self.sees(
            "the frame",
            "return document.querySelector('#annotations [aria-current] .frame') ? 1 : null",
        );
    }

    /// Waits until the focused annotation's words, with "…" between its parts, are these.
    #[track_caller]
    pub fn sees_focused(&self, words: &str) {
        let wanted = squeeze(words);
        let script = "return document.querySelector('#annotations [aria-current] .annotation-text')?.textContent ?? ''";
        let mut now = String::new();
        let begun = Instant::now();
        while now != wanted {
            assert!(begun.elapsed() < PATIENCE, "focused “{now}” instead of “{wanted}”");
            now = squeeze(self.asks(script, &[]).as_str().unwrap_or_default());
        }
    }

    /// Types a text into what has the focus.
    pub fn types(&self, text: &str) {
        let keys: Vec<String> =
            text.chars().map(|c| if c == ' ' { "Space".into() } else { c.to_string() }).collect();
        self.presses(&keys.iter().map(String::as_str).collect::<Vec<_>>());
    }

    /// Taps twice on the words with a finger.
    pub fn taps_twice_on(&self, words: &str) {
        let ends = self.asks(FIND_WORDS, &[json!(words)]);
        let at = |index: usize| ends[index].as_f64().expect("the words are there").round() as i64;
        let tap = [
            json!({ "type": "pointerMove", "duration": 0, "x": at(0) + 6, "y": at(1), "origin": "viewport" }),
            json!({ "type": "pointerDown", "button": 0 }),
            json!({ "type": "pointerUp", "button": 0 }),
            json!({ "type": "pause", "duration": 60 }),
        ];
        self.finger(&[tap.clone(), tap].concat());
    }

    fn finger(&self, actions: &[Value]) {
        let body = json!({ "actions": [{ "type": "pointer", "id": "finger", "parameters": { "pointerType": "touch" }, "actions": actions }] });
        self.post("actions", &body).expect("the finger moves");
    }

    /// Taps an element with a finger.
    pub fn taps(&self, selector: &str) {
        let place = self.place_of(selector);
        self.finger(&[
            json!({ "type": "pointerMove", "duration": 0, "x": place.0, "y": place.1, "origin": "viewport" }),
            json!({ "type": "pointerDown", "button": 0 }),
            json!({ "type": "pointerUp", "button": 0 }),
        ]);
    }

    /// Clicks one of the words in the article, so far from where the click before was
    /// (`turn` by turn the words' start and end) that no two make a double click.
    pub fn clicks_words(&self, words: &str, turn: usize) {
        let ends = self.asks(FIND_WORDS, &[json!(words)]);
        let at = |index: usize| ends[index].as_f64().expect("the words are there").round() as i64;
        let (x, y) = if turn.is_multiple_of(2) { (at(0) + 3, at(1)) } else { (at(2) - 3, at(3)) };
        self.points(&[(x, y, "pointerDown"), (x, y, "pointerUp")]);
    }

    /// Moves the mouse over the first of some words.
    pub fn points_at(&self, words: &str) {
        let [(x, y), _] = self.ends_of(words);
        self.points(&[(x + 3, y, "")]);
    }

    /// Clicks a place of the window.
    pub fn clicks_at(&self, x: i64, y: i64) {
        self.points(&[(x, y, "pointerDown"), (x, y, "pointerUp")]);
    }

    /// Clicks an element.
    pub fn clicks(&self, selector: &str) {
        let (x, y) = self.place_of(selector);
        self.points(&[(x, y, "pointerDown"), (x, y, "pointerUp")]);
    }

    /// The middle of an element, once it is on the page and stays where it is.
    fn place_of(&self, selector: &str) -> (i64, i64) {
        let script = "const e=document.querySelector(arguments[0]); if(!e) return null; e.scrollIntoView({block:'nearest'}); \
            const r=e.getBoundingClientRect(); return r.width ? [r.x+r.width/2, r.y+r.height/2] : null";
        let mut before = Value::Null;
        let place = self.waits(selector, || {
            let now = self.asks(script, &[json!(selector)]);
            let stays = now == before && !now.is_null();
            before.clone_from(&now);
            stays.then_some(now)
        });
        let at = |index: usize| place[index].as_f64().expect("a number").round() as i64;
        (at(0), at(1))
    }

    /// Gives files to the import, and waits for the report.
    pub fn imports(&self, files: &[&Path]) {
        self.chooses(files);
        self.sees("the report", "return document.querySelector('#import-report') ? 1 : null");
    }

    /// Imports `import.verbatim.json`, a file of these contents, and has read the report.
    pub fn takes_in(&self, contents: &str) {
        let file = self.folder().join("import.verbatim.json");
        fs::write(&file, contents).expect("the file is written");
        self.imports(&[&file]);
        self.clicks("#import-report-close");
    }

    /// Drags files over the page and drops them on the article.
    pub fn drops(&self, files: &[&Path]) {
        let over = "return document.querySelector('.app').hasAttribute('data-dropping') || null";
        if self.engine == Engine::Chromium {
            let (x, y) = self.place_of("#article .chunk");
            let paths: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
            let data = json!({ "items": [], "files": paths, "dragOperationsMask": 1 });
            let drag = |kind: &str| {
                let parameters = json!({ "type": kind, "x": x, "y": y, "data": data });
                let body = json!({ "cmd": "Input.dispatchDragEvent", "params": parameters });
                self.post("goog/cdp/execute", &body).expect("the files are dragged");
            };
            drag("dragEnter");
            drag("dragOver");
            self.sees("that a drop would do", over);
            drag("drop");
        } else {
            // The other drivers cannot drag from outside: the page gets the same events.
            let contents: Vec<Value> = files
                .iter()
                .map(|file| {
                    let name = file.file_name().and_then(|it| it.to_str()).expect("files have names");
                    json!([name, fs::read(file).expect("the file is there")])
                })
                .collect();
            self.asks(
                "window.dragged=new DataTransfer(); \
                 for(const [name,bytes] of arguments[0]) dragged.items.add(new File([new Uint8Array(bytes)],name)); \
                 window.drag=kind=>document.querySelector('#article .chunk').dispatchEvent( \
                   new DragEvent(kind,{dataTransfer:dragged,bubbles:true,cancelable:true})); drag('dragover')",
                &[json!(contents)],
            );
            self.sees("that a drop would do", over);
            self.asks("drag('drop')", &[]);
        }
        self.sees("the report", "return document.querySelector('#import-report') ? 1 : null");
        assert_eq!(self.asks(over, &[]), Value::Null, "the drop is over");
    }

    /// Opens the dialog in which files are chosen, which then is not shown: [`Person::chooses`]
    /// chooses in it. Chromium only.
    pub fn opens_chooser(&self) {
        let body = json!({ "cmd": "Page.setInterceptFileChooserDialog", "params": { "enabled": true } });
        self.post("goog/cdp/execute", &body).expect("no dialog");
        self.clicks("#import-button");
        self.clicks("#import-files");
    }

    /// Gives files to the page.
    pub fn chooses(&self, files: &[&Path]) {
        let found = self
            .post("element", &json!({ "using": "css selector", "value": "#import-file" }))
            .expect("the input");
        let element = found
            .as_object()
            .and_then(|it| it.values().next())
            .and_then(Value::as_str)
            .expect("an element")
            .to_owned();
        let text = files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join("\n");
        self.post(&format!("element/{element}/value"), &json!({ "text": text }))
            .expect("the files are chosen");
    }

    /// The painted annotations, in text order: label and words.
    pub fn marks(&self) -> Vec<(String, String)> {
        let found = self.asks(
            "const found=new Map(); for(const m of document.querySelectorAll('#article mark')){ \
             const ids=m.dataset.annotations.split(' '), labels=m.dataset.labels.split(' '); \
             ids.forEach((id,i)=>{ if(!found.has(id)) found.set(id,[labels[i],'']); found.get(id)[1]+=m.textContent }) } \
             return [...found.values()]",
            &[],
        );
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        found.as_array().into_iter().flatten().map(|pair| (text(&pair[0]), text(&pair[1]))).collect()
    }

    /// Waits until so many annotations are painted.
    #[track_caller]
    pub fn sees_marks(&self, n: usize) -> Vec<(String, String)> {
        self.waits(&format!("{n} marks"), || Some(self.marks()).filter(|marks| marks.len() == n))
    }

    /// Exports everything through the menu and gives the file's text.
    pub fn exports(&self) -> String {
        self.downloads(|| {
            self.clicks("#export-button");
            self.clicks("#export-all");
        })
    }

    /// Does something that ends in a download, and gives the file's text, read from the
    /// blob that the page offers: WebKitGTK's driver has no downloads.
    pub fn downloads(&self, what: impl FnOnce()) -> String {
        self.asks(
            "if(window.kept===undefined){ const make=URL.createObjectURL; URL.createObjectURL=b=>{ b.text().then(t=>{window.kept=t}); return make.call(URL,b) } } window.kept=''",
            &[],
        );
        what();
        self.sees("the download", "return window.kept || null").as_str().expect("text").to_owned()
    }

    /// The same with keys alone, from the article.
    pub fn exports_by_keyboard(&self) -> String {
        self.downloads(|| {
            let there = || self.asks("return document.activeElement.id", &[]) == json!("export-button");
            for _ in 0..12 {
                if !there() {
                    self.presses(&["Shift+Tab"]);
                }
            }
            self.presses(&["Enter"]);
            self.sees("the menu", "return document.activeElement.id === 'export-article' || null");
            self.presses(&["Down", "Enter"]);
        })
    }

    /// Opens a pasted text through the dialog.
    pub fn pastes(&self, title: &str, text: &str) {
        self.clicks("#open-button");
        self.sees("the dialog", "return document.querySelector('#open-dialog[open]') ? 1 : null");
        // WebDriver types no line feeds in a portable way; pasting sets the value.
        let set = "document.querySelector('#paste-title').value=arguments[0]; document.querySelector('#paste-text').value=arguments[1]";
        self.asks(set, &[json!(title), json!(text)]);
        self.clicks("#paste-open");
        let first = json!(text.lines().next().unwrap_or_default().trim());
        let shown =
            format!("return document.querySelector('#article').textContent.includes({first}) || null");
        self.sees("no dialog", "return document.querySelector('dialog') ? null : 1");
        self.sees("the text", &shown);
    }

    /// Sets the window's size and the system's colours. Chromium only.
    pub fn looks(&self, look: Look) {
        let cdp = |command: &str, parameters: Value| {
            self.post("goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
                .expect("it is set")
        };
        cdp(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": look.width, "height": look.height, "deviceScaleFactor": 1, "mobile": false }),
        );
        let scheme = if look.dark { "dark" } else { "light" };
        cdp(
            "Emulation.setEmulatedMedia",
            json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] }),
        );
    }

    /// Sets what the system or the printer says of colours: the medium, and media features with
    /// their values. Chromium only.
    pub fn looks_through(&self, medium: &str, features: &[(&str, &str)]) {
        let features: Vec<Value> =
            features.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        let parameters = json!({ "media": medium, "features": features });
        let asked = json!({ "cmd": "Emulation.setEmulatedMedia", "params": parameters });
        self.post("goog/cdp/execute", &asked).expect("it is set");
        self.sees_it_painted();
    }

    /// What a screen reader is told, in order: the texts of the accessibility tree's leaves.
    /// Chromium only.
    pub fn hears(&self) -> Vec<String> {
        let asked = json!({ "cmd": "Accessibility.getFullAXTree", "params": {} });
        let tree = self.post("goog/cdp/execute", &asked).expect("the tree");
        let nodes = tree["nodes"].as_array().cloned().unwrap_or_default();
        let find = |id: &Value| nodes.iter().find(|node| node["nodeId"] == *id);
        let mut heard = Vec::new();
        let mut waiting: Vec<&Value> = nodes.first().into_iter().collect();
        while let Some(node) = waiting.pop() {
            if node["role"]["value"] == "StaticText" {
                heard.extend(node["name"]["value"].as_str().map(str::to_owned));
                continue;
            }
            let children = node["childIds"].as_array().map_or(&[][..], |ids| ids);
            waiting.extend(children.iter().rev().filter_map(find));
        }
        heard
    }

    /// How many lines are drawn under some words in the article: in the screenshot, below the
    /// words, the rows with something on them, those that stand together as one.
    pub fn lines_under(&self, words: &str) -> usize {
        let (pixel, [left, right, _, bottom, end]) = self.photographs_words(words);
        let behind = pixel(left, bottom);
        let differs =
            |it: [i32; 3]| (0..3).map(|channel| (it[channel] - behind[channel]).abs()).sum::<i32>() > 90;
        let inked: Vec<bool> = (bottom..end).map(|y| (left..right).any(|x| differs(pixel(x, y)))).collect();
        usize::from(inked.first() == Some(&true))
            + inked.windows(2).filter(|pair| !pair[0] && pair[1]).count()
    }

    /// The colour behind some words in the article, in the screenshot: red, green and blue.
    pub fn colour_behind(&self, words: &str) -> [i32; 3] {
        let (pixel, [left, _, top, ..]) = self.photographs_words(words);
        pixel(left, top)
    }

    /// A screenshot's pixels, and where some words are in it: left, right, top, bottom, and where the
    /// element that they are in ends.
    fn photographs_words(&self, words: &str) -> (impl Fn(usize, usize) -> [i32; 3], [usize; 5]) {
        let place = self.asks(PLACE_OF, &[json!(words)]);
        let at = |index: usize| place[index].as_f64().expect("the words are there").round() as usize;
        let picture = self.photographs();
        let mut reader = png::Decoder::new(std::io::Cursor::new(picture)).read_info().expect("a PNG");
        let mut pixels = vec![0; reader.output_buffer_size().expect("it fits")];
        let info = reader.next_frame(&mut pixels).expect("a picture");
        let pixel = move |x: usize, y: usize| {
            let from = y * info.line_size + x * info.color_type.samples();
            std::array::from_fn(|channel| i32::from(pixels[from + channel]))
        };
        (pixel, std::array::from_fn(at))
    }

    /// A screenshot as PNG.
    pub fn photographs(&self) -> Vec<u8> {
        let running = self.running.as_ref().expect("the browser runs");
        let mut answer = ureq::get(format!("{}/screenshot", running.base)).call().expect("a screenshot");
        let value: Value = answer.body_mut().read_json().expect("JSON");
        let picture = value["value"].as_str().expect("base 64");
        base64::Engine::decode(&base64::prelude::BASE64_STANDARD, picture).expect("base 64")
    }

    /// The end of a journey: nothing was fetched from elsewhere, nothing was missing,
    /// and the console is clean.
    pub fn finishes(&self, site: &Site) {
        let foreign = self.asks(
            "return performance.getEntriesByType('resource').map(e=>e.name).filter(n=>!n.startsWith(location.origin)&&!n.startsWith('blob:'))",
            &[],
        );
        assert_eq!(foreign, json!([]), "requests outside of the origin");
        assert!(site.missing().is_empty(), "not there: {:?}", site.missing());
        assert!(site.heard().is_empty(), "the console: {:?}", site.heard());
        if self.engine == Engine::Chromium {
            // With what only the browser itself says.
            let log = self.post("se/log", &json!({ "type": "browser" })).expect("the console's log");
            // Chromium says that it does not check `integrity` on a preload of WebAssembly, an
            // attribute that Trunk writes; `boot.js` has it checked on the fetch itself.
            let known = |entry: &&Value| {
                let said = entry["message"].as_str().unwrap_or_default();
                !said.contains("`integrity` attribute is currently ignored for preload destinations")
            };
            let said: Vec<&Value> = log.as_array().into_iter().flatten().filter(known).collect();
            assert!(said.is_empty(), "the console: {said:?}");
        }
    }

    /// A folder that lasts as long as the profile.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.profile.path()
    }
}

/// Just inside of some words: left, right, top, bottom; and where their mark ends.
const PLACE_OF: &str = "const w=document.createTreeWalker(document.querySelector('#article'),4); let t; \
    while((t=w.nextNode())&&!t.data.includes(arguments[0])); if(!t) return []; const r=new Range(), at=t.data.indexOf(arguments[0]); \
    r.setStart(t,at); r.setEnd(t,at+arguments[0].length); const b=r.getBoundingClientRect(), m=t.parentElement.getBoundingClientRect(); \
    return [b.left+3, b.right-3, b.top+2, b.bottom-1, m.bottom]";
/// What there is to know of a page where something was waited for in vain.
const STATE: &str = "const e=(it)=>document.querySelector(it), said=(it)=>e(it)?.textContent??null; \
    return { selected: String(getSelection()), focus: document.activeElement?.outerHTML?.slice(0,120), \
    caret: e('#caret')?.outerHTML, toolbar: e('#toolbar')?.hidden===false, marks: document.querySelectorAll('#article mark').length, \
    status: said('#status'), notices: said('#notices'), dialog: said('dialog[open]')?.slice(0,200), scrollY, \
    hidden: document.hidden, focused: document.hasFocus() }";

/// Waits for two frames.
const FRAMES: &str = "const done=arguments[0]; requestAnimationFrame(()=>requestAnimationFrame(()=>done(1)))";

/// The window's places just before and just after some words of the article.
const FIND_WORDS: &str = "const root=document.querySelector('#article'), at=root.textContent.indexOf(arguments[0]); if(at<0) return []; \
    const find=(n)=>{ const w=document.createTreeWalker(root,4); let t; while(t=w.nextNode()){ if(n<t.length) return [t,n]; n-=t.length } }; \
    const box=(n)=>{ const [t,o]=find(n), r=document.createRange(); let e=o+1; const c=t.data.charCodeAt(o); \
      if(c>=0xD800&&c<0xDC00) e++; let s=o; if(c>=0xDC00&&c<0xE000) s--; r.setStart(t,s); r.setEnd(t,e); return r }; \
    const rtl=(t)=>/[\\u0590-\\u08FF]/.test(t); \
    box(at).startContainer.parentElement.scrollIntoView({block:'center'}); \
    const it=box(at).getBoundingClientRect(); if(it.top<60||it.bottom>innerHeight-60) scrollBy(0,it.top-innerHeight/2); \
    const a=box(at), b=box(at+arguments[0].length-1), ra=a.getBoundingClientRect(), rb=b.getBoundingClientRect(); \
    return [rtl(a.toString())?ra.right-1:ra.left+1, (ra.top+ra.bottom)/2, rtl(b.toString())?rb.left:rb.right, (rb.top+rb.bottom)/2]";

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn capabilities(engine: Engine, browser: &Path, folder: &Path, blocks_storage: bool) -> Value {
    let browser = browser.display().to_string();
    match engine {
        Engine::Chromium => json!({
            "browserName": "chrome",
            "goog:loggingPrefs": { "browser": "WARNING" },
            "goog:chromeOptions": { "binary": browser,
                // 2 blocks, 1 allows.
                "prefs": { "profile.default_content_setting_values.cookies": if blocks_storage { 2 } else { 1 } },
                "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                format!("--host-resolver-rules=MAP {PLAIN_HOST} 127.0.0.1"),
                "--window-size=1280,900", format!("--user-data-dir={}", folder.join("chromium").display()),
            ] },
        }),
        Engine::Firefox => {
            let profile = folder.join("firefox");
            fs::create_dir_all(&profile).expect("a folder for the profile");
            json!({
                "browserName": "firefox",
                "moz:firefoxOptions": { "binary": browser, "args": ["-headless", "-profile", profile.display().to_string()],
                    "prefs": {
                        // 2 blocks, 5 is what Firefox ships with.
                        "network.cookie.cookieBehavior": if blocks_storage { 2 } else { 5 },
                    } },
            })
        }
        Engine::WebKit => {
            let mut arguments = vec!["--automation"];
            if blocks_storage {
                arguments.extend(["--enable-html5-local-storage=false", "--enable-html5-database=false"]);
            }
            json!({
                "browserName": "MiniBrowser",
                "webkitgtk:browserOptions": { "binary": browser, "args": arguments },
            })
        }
    }
}

fn send(url: &str, body: &Value) -> Result<Value, String> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(90)))
        .build()
        .into();
    let mut answer = agent.post(url).send_json(body).map_err(|why| why.to_string())?;
    let mut value: Value = answer.body_mut().read_json().map_err(|why| why.to_string())?;
    let value = value["value"].take();
    match value.get("error") {
        Some(error) => Err(format!("{error}: {}", value["message"])),
        None => Ok(value),
    }
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("it is bound").port()
}

/// The error of a driver that has no answer of a script's to read; a script that fails has another.
const LOST: &str = "\"unknown error\"";

/// Waits for something outside of a page.
#[track_caller]
fn wait<T>(what: &str, ready: impl FnMut() -> Option<T>) -> T {
    until(ready).unwrap_or_else(|| panic!("waited in vain for {what}"))
}

/// Asks again and again until there is an answer; `None` when nobody would wait any longer.
fn until<T>(mut ready: impl FnMut() -> Option<T>) -> Option<T> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        let found = ready();
        if found.is_some() {
            return found;
        }
        thread::sleep(Duration::from_millis(25));
    }
    None
}
