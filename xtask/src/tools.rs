//! What the commands need beside cargo: found, or brought, or named with the command
//! that brings it.

use std::ffi::{OsStr, OsString};
use std::io::{IsTerminal, Write, stderr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

const TARGET: &str = "wasm32-unknown-unknown";
const TRUNK: Tool = Tool { program: "trunk", package: "trunk", version: "0.21.14" };
const WASM_BINDGEN: Tool = Tool { program: "wasm-bindgen", package: "wasm-bindgen-cli", version: "0.2.129" };
const GECKODRIVER: Tool = Tool { program: "geckodriver", package: "geckodriver", version: "0.37.1" };
/// The npm package that brings wasm-opt, and the version that wasm-opt says.
const BINARYEN: (&str, &str) = ("132.0.0", "132");
const AXE: &str = "4.14.1";
/// What the page is measured beside.
const PEER: (&str, &str) = ("@recogito/text-annotator", "4.1.1");
/// Takes the spaces out of scripts, and bundles that.
const BUNDLER: (&str, &str) = ("esbuild", "0.28.2");

/// A program that a crate brings, in the version that the project is tested with.
#[derive(Clone, Copy)]
struct Tool {
    program: &'static str,
    package: &'static str,
    version: &'static str,
}

/// Something that only the system's own installer brings.
struct System {
    what: &'static str,
    /// Any of these programs will do,
    programs: &'static [&'static str],
    /// or what this variable names for the journeys.
    variable: &'static str,
    debian: &'static [&'static str],
    macos: &'static str,
    windows: &'static str,
}

const NPM: System = System {
    what: "npm (it brings wasm-opt and esbuild)",
    programs: &["npm"],
    variable: "",
    debian: &["nodejs", "npm"],
    macos: "brew install node",
    windows: "winget install OpenJS.NodeJS.LTS",
};

const CHROMIUM: [System; 2] = [
    System {
        what: "Chromium",
        programs: &["chromium", "google-chrome", "chrome"],
        variable: "VERBATIM_CHROMIUM",
        // The fonts show what the tests write: emoji, Arabic, Chinese.
        debian: &["chromium", "fonts-noto-core", "fonts-noto-cjk", "fonts-noto-color-emoji"],
        macos: "brew install --cask chromium",
        windows: "winget install Google.Chrome, and the path of chrome.exe in VERBATIM_CHROMIUM",
    },
    System {
        what: "Chromium's driver",
        programs: &["chromedriver"],
        variable: "VERBATIM_CHROMEDRIVER",
        debian: &["chromium-driver"],
        macos: "brew install --cask chromedriver",
        windows: "winget install Chromium.ChromeDriver",
    },
];

const FIREFOX: System = System {
    what: "Firefox",
    programs: &["firefox-esr", "firefox"],
    variable: "VERBATIM_FIREFOX",
    debian: &["firefox-esr"],
    macos: "brew install --cask firefox",
    windows: "winget install Mozilla.Firefox",
};

const WEBKIT: [System; 2] = [
    System {
        what: "WebKitGTK with its driver",
        programs: &["WebKitWebDriver"],
        variable: "VERBATIM_WEBKIT_DRIVER",
        debian: &["webkit2gtk-driver"],
        macos: "(it runs on Linux only)",
        windows: "(it runs on Linux only)",
    },
    System {
        what: "Xvfb, a screen for WebKitGTK",
        programs: &["Xvfb"],
        variable: "",
        debian: &["xvfb"],
        macos: "(it runs on Linux only)",
        windows: "(it runs on Linux only)",
    },
];

/// A program in one of these folders. Windows runs what npm installs only by its whole name.
pub(crate) fn find_in(folders: &OsStr, program: &str) -> Option<PathBuf> {
    let endings: &[&str] = if cfg!(windows) { &[".exe", ".cmd"] } else { &[""] };
    env::split_paths(folders)
        .flat_map(|folder| endings.iter().map(move |ending| folder.join(format!("{program}{ending}"))))
        .find(|path| path.is_file())
}

/// The tools of one command, all there.
pub(crate) struct Tools {
    folder: PathBuf,
    path: OsString,
}

impl Tools {
    /// What `serve` needs.
    pub(crate) fn for_serving() -> Result<Tools, String> {
        let tools = Tools::new()?;
        bring_target()?;
        tools.bring(&[TRUNK, WASM_BINDGEN])?;
        Ok(tools)
    }

    /// What `build` needs.
    pub(crate) fn for_building() -> Result<Tools, String> {
        let tools = Tools::new()?;
        let wasm_opt = tools.says("wasm-opt", BINARYEN.1);
        if !(wasm_opt && tools.npm_has(BUNDLER.0, BUNDLER.1)) {
            tools.bring_system(&[&NPM])?;
        }
        bring_target()?;
        if !wasm_opt {
            tools.bring_npm("binaryen", BINARYEN.0)?;
        }
        tools.bring_packages(&[BUNDLER])?;
        tools.bring(&[TRUNK, WASM_BINDGEN])?;
        Ok(tools)
    }

    /// What `test` needs. An engine other than Chromium may be missing, and is named.
    pub(crate) fn for_testing() -> Result<Tools, String> {
        let tools = Tools::new()?;
        // Before the long work, so that nobody waits for minutes to hear of it.
        let mut system: Vec<&System> = CHROMIUM.iter().chain([&NPM]).collect();
        if installs_by_itself() {
            system.extend(WEBKIT.iter().chain([&FIREFOX]));
        }
        tools.bring_system(&system)?;
        bring_components()?;
        bring_target()?;
        if !tools.says("wasm-opt", BINARYEN.1) {
            tools.bring_npm("binaryen", BINARYEN.0)?;
        }
        tools.bring_packages(&[("axe-core", AXE), BUNDLER])?;
        tools.bring(&[TRUNK, WASM_BINDGEN])?;
        if tools.has(&FIREFOX) {
            tools.bring(&[GECKODRIVER])?;
        }
        for missing in WEBKIT.iter().chain([&FIREFOX]).filter(|system| !tools.has(system)) {
            eprintln!("NOT TESTED for want of {}. {}", missing.what, ways(&[missing]));
        }
        Ok(tools)
    }

    /// Makes a page of Recogito's annotator for the bench, and says where.
    pub(crate) fn peer(&self) -> Result<PathBuf, String> {
        self.bring_packages(&[PEER, BUNDLER])?;
        let (from, to) = (super::root().join("tests/journeys/peer"), super::root().join("target/bench/peer"));
        let copy = |from: &Path, name: &str| {
            fs::create_dir_all(&to)
                .and_then(|()| fs::copy(from, to.join(name)))
                .map_err(|why| format!("{}: {why}", to.display()))
        };
        copy(&from.join("index.html"), "index.html")?;
        copy(&super::root().join("assets/afghanistan-conference-in-moscow.txt"), "sample.txt")?;
        let modules = self.folder.join("npm/node_modules");
        let mut bundle = Command::new(modules.join(".bin/esbuild"));
        bundle.arg(from.join("peer.js")).args(["--bundle", "--minify", "--format=esm"]);
        bundle.arg(format!("--outfile={}", to.join("peer.js").display())).env("NODE_PATH", modules);
        self.run("bundling Recogito's annotator", &mut bundle)?;
        Ok(to)
    }

    /// A command that finds the tools first.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.find(program).unwrap_or_else(|| program.into()));
        command.current_dir(super::root()).env("PATH", &self.path).env("VERBATIM_AXE", self.axe());
        // Trunk takes only `true` and `false` here; by custom any value means yes.
        if env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
            command.env("NO_COLOR", "true");
        } else {
            command.env_remove("NO_COLOR");
        }
        command
    }

    /// The path of programs, with a folder before all others.
    pub(crate) fn path_after(&self, folder: &Path) -> Result<OsString, String> {
        let all = [folder.to_owned()].into_iter().chain(env::split_paths(&self.path));
        env::join_paths(all).map_err(|why| format!("{} cannot be a part of PATH: {why}", folder.display()))
    }

    fn new() -> Result<Tools, String> {
        let folder =
            env::var_os("VERBATIM_TOOLS").map_or_else(|| super::root().join(".tools"), PathBuf::from);
        let theirs = env::var_os("PATH").unwrap_or_default();
        let ours = [folder.join("bin"), folder.join("npm/node_modules/.bin")];
        let path = env::join_paths(ours.into_iter().chain(env::split_paths(&theirs)))
            .map_err(|why| format!("{} cannot be a part of PATH: {why}", folder.display()))?;
        Ok(Tools { folder, path })
    }

    fn axe(&self) -> PathBuf {
        self.folder.join("npm/node_modules/axe-core/axe.min.js")
    }

    pub(crate) fn find(&self, program: &str) -> Option<PathBuf> {
        find_in(&self.path, program)
    }

    fn has(&self, system: &System) -> bool {
        let named = env::var_os(system.variable).is_some_and(|path| Path::new(&path).is_file());
        named || system.programs.iter().any(|program| self.find(program).is_some())
    }

    /// Whether the first such program on the path says this version.
    fn says(&self, program: &str, version: &str) -> bool {
        let Some(path) = self.find(program) else { return false };
        let output = Command::new(path).arg("--version").env("PATH", &self.path).output();
        output.is_ok_and(|output| names_version(&String::from_utf8_lossy(&output.stdout), version))
    }

    fn bring(&self, tools: &[Tool]) -> Result<(), String> {
        for tool in tools {
            if self.says(tool.program, tool.version) {
                continue;
            }
            let mut command = super::cargo();
            command
                .args(["install", "--locked", "--force"])
                .arg(format!("{}@{}", tool.package, tool.version))
                .arg("--root")
                .arg(&self.folder)
                // Unoptimised they compile in half the time, and are quick enough.
                .arg("--debug")
                .env("CARGO_PROFILE_DEV_DEBUG", "0")
                .env("CARGO_PROFILE_DEV_INCREMENTAL", "false")
                .env("CARGO_TARGET_DIR", self.folder.join("target"));
            if tool.program == "trunk" {
                command.args(["--no-default-features", "--features", "rustls"]);
            }
            self.run(&format!("compiling {} {}, once", tool.package, tool.version), &mut command)?;
            if !self.says(tool.program, tool.version) {
                return Err(format!(
                    "{} was installed, but does not say version {}. Remove {} and try again.",
                    tool.program,
                    tool.version,
                    self.folder.display()
                ));
            }
        }
        Ok(())
    }

    fn npm_has(&self, package: &str, version: &str) -> bool {
        let manifest = self.folder.join("npm/node_modules").join(package).join("package.json");
        fs::read_to_string(manifest).is_ok_and(|text| text.contains(&format!("\"version\": \"{version}\"")))
    }

    fn bring_packages(&self, packages: &[(&str, &str)]) -> Result<(), String> {
        let missing = packages.iter().filter(|(package, version)| !self.npm_has(package, version));
        missing.into_iter().try_for_each(|(package, version)| self.bring_npm(package, version))
    }

    fn bring_npm(&self, package: &str, version: &str) -> Result<(), String> {
        let folder = self.folder.join("npm");
        fs::create_dir_all(&folder).map_err(|why| format!("{}: {why}", folder.display()))?;
        let mut command = Command::new(self.find("npm").unwrap_or_else(|| "npm".into()));
        command.args(["install", "--no-audit", "--no-fund", "--prefix"]).arg(&folder);
        command.arg(format!("{package}@{version}"));
        self.run(&format!("fetching {package} {version}"), &mut command)
    }

    /// As root on Debian, as in a container, by its installer; elsewhere the message
    /// says what to type.
    fn bring_system(&self, wanted: &[&System]) -> Result<(), String> {
        let missing =
            || -> Vec<&System> { wanted.iter().filter(|system| !self.has(system)).copied().collect() };
        let absent = missing();
        if absent.is_empty() {
            return Ok(());
        }
        if installs_by_itself() {
            let packages: Vec<&str> = absent.iter().flat_map(|system| system.debian).copied().collect();
            let mut update = Command::new("apt-get");
            self.run("apt-get update", update.args(["update", "-qq"]))?;
            let mut install = Command::new("apt-get");
            install.args(["install", "-y", "-qq", "--no-install-recommends"]).args(&packages);
            install.env("DEBIAN_FRONTEND", "noninteractive");
            self.run(&format!("apt-get install {}", packages.join(" ")), &mut install)?;
        }
        let absent = missing();
        if absent.is_empty() {
            return Ok(());
        }
        let names: Vec<&str> = absent.iter().map(|system| system.what).collect();
        Err(format!("Missing: {}. {}", names.join(", "), ways(&absent)))
    }

    /// Runs what takes long, with the elapsed time; its own words only when it fails.
    fn run(&self, what: &str, command: &mut Command) -> Result<(), String> {
        fs::create_dir_all(&self.folder).map_err(|why| format!("{}: {why}", self.folder.display()))?;
        let log_path = self.folder.join("last.log");
        let trouble = |why: std::io::Error| format!("{what}: {why}");
        let log = fs::File::create(&log_path).map_err(trouble)?;
        command.stdin(Stdio::null()).stdout(log.try_clone().map_err(trouble)?).stderr(log);
        let begun = Instant::now();
        let mut child = command.spawn().map_err(trouble)?;
        let live = stderr().is_terminal();
        let mut told = 0;
        let status = loop {
            if let Some(status) = child.try_wait().map_err(trouble)? {
                break status;
            }
            let seconds = begun.elapsed().as_secs();
            let now = if live { seconds + 1 } else { seconds / 15 + 1 };
            if now > told {
                told = now;
                eprint!(
                    "{}{what}: {seconds} s{}",
                    if live { "\r" } else { "" },
                    if live { "" } else { "\n" }
                );
                // Progress that cannot be shown must not stop the work.
                let _ = stderr().flush();
            }
            thread::sleep(Duration::from_millis(100));
        };
        eprintln!("{}{what}: {:.0} s", if live { "\r" } else { "" }, begun.elapsed().as_secs_f64());
        if status.success() {
            return Ok(());
        }
        let words = fs::read_to_string(&log_path).unwrap_or_default();
        let lines: Vec<&str> = words.lines().collect();
        let end = lines[lines.len().saturating_sub(30)..].join("\n");
        Err(format!("{end}\n{what}: failed. Is there a way to the network?"))
    }
}

/// Whether `text`, the answer to `--version`, has this version as a word.
fn names_version(text: &str, version: &str) -> bool {
    text.split_whitespace().any(|word| word == version)
}

/// How to bring what is missing, on each system.
fn ways(missing: &[&System]) -> String {
    let debian: Vec<&str> = missing.iter().flat_map(|system| system.debian).copied().collect();
    let macos: Vec<&str> = missing.iter().map(|system| system.macos).collect();
    let windows: Vec<&str> = missing.iter().map(|system| system.windows).collect();
    format!(
        "To bring it:\n  Debian:  sudo apt install {}\n  macOS:   {}\n  Windows: {}",
        debian.join(" "),
        macos.join(" && "),
        windows.join(" ; ")
    )
}

/// Root, with Debian's installer at hand: a container, whose system is ours to fill.
fn installs_by_itself() -> bool {
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0\n"));
    root && Path::new("/usr/bin/apt-get").exists()
}

fn bring_target() -> Result<(), String> {
    let output = Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]).output();
    let there = output.is_ok_and(|it| {
        it.status.success() && Path::new(String::from_utf8_lossy(&it.stdout).trim()).is_dir()
    });
    if there { Ok(()) } else { rustup(&["target", "add", TARGET]) }
}

/// A minimal Rust has neither.
fn bring_components() -> Result<(), String> {
    for (command, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        let asked = super::cargo().args([command, "--version"]).output();
        if !asked.is_ok_and(|output| output.status.success()) {
            rustup(&["component", "add", component])?;
        }
    }
    Ok(())
}

fn rustup(arguments: &[&str]) -> Result<(), String> {
    let typed = format!("rustup {}", arguments.join(" "));
    eprintln!("{typed}");
    let status = Command::new("rustup").args(arguments).current_dir(super::root()).status();
    if status.is_ok_and(|status| status.success()) {
        return Ok(());
    }
    Err(format!(
        "`{typed}` failed, and Verbatim needs what it brings. Without rustup: \
         Debian: sudo apt install rustup; macOS: brew install rustup; Windows: winget install Rustlang.Rustup"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_a_whole_word() {
        assert!(names_version("trunk 0.21.14\n", "0.21.14"));
        assert!(names_version("wasm-opt version 132 (version_132)", "132"));
        assert!(!names_version("trunk 0.21.140", "0.21.14"));
        assert!(!names_version("", "132"));
    }

    /// One version is written in two files each; cargo, Trunk and we must mean the same.
    #[test]
    fn the_versions_agree_with_cargo_toml_and_trunk_toml() {
        let read = |name| fs::read_to_string(crate::root().join(name)).expect("a file of this project");
        let (cargo, trunk) = (read("Cargo.toml"), read("Trunk.toml"));
        assert!(cargo.contains(&format!("wasm-bindgen = \"={}\"", WASM_BINDGEN.version)));
        assert!(trunk.contains(&format!("wasm_bindgen = \"{}\"", WASM_BINDGEN.version)));
        assert!(trunk.contains(&format!("wasm_opt = \"version_{}\"", BINARYEN.1)));
    }

    #[test]
    fn what_is_missing_is_named_for_every_system() {
        let told = ways(&[&CHROMIUM[1], &FIREFOX]);
        assert!(told.contains("sudo apt install chromium-driver firefox-esr"), "{told}");
        assert!(told.contains("brew install --cask chromedriver && brew install --cask firefox"), "{told}");
        assert!(told.contains("winget install Mozilla.Firefox"), "{told}");
    }
}
