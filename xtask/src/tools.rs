//! The tools that Verbatim is built and tested with, each in one version, and how they
//! come here: from the user's `PATH`, else from the project's own tools folder, else
//! installed into that folder from the public registries.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{self, Failure};
use crate::find;
use crate::packages::{Missing, Packages};
use crate::progress;
use crate::project::Project;

/// A program in the version that this project needs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tool {
    /// What it is called on the command line.
    pub(crate) program: &'static str,
    /// What `--version` must say.
    pub(crate) version: &'static str,
    origin: Origin,
}

#[derive(Debug, PartialEq, Eq)]
enum Origin {
    /// A package on crates.io, compiled here with these options.
    Crate { package: &'static str, options: &'static [&'static str] },
    /// A package on npm.
    Npm(NpmPackage),
}

/// A package on npm in one version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct NpmPackage {
    name: &'static str,
    version: &'static str,
}

/// Builds and serves the site.
pub(crate) const TRUNK: Tool = Tool {
    program: "trunk",
    version: "0.21.14",
    // Without the look for newer versions: nothing leaves the machine.
    origin: Origin::Crate { package: "trunk", options: &["--no-default-features", "--features", "rustls"] },
};

/// Writes the JavaScript side. The same version as the crate in `Cargo.toml`.
pub(crate) const WASM_BINDGEN: Tool = Tool {
    program: "wasm-bindgen",
    version: "0.2.129",
    // Without TLS: only the test runner, which is not installed either, downloads anything.
    origin: Origin::Crate {
        package: "wasm-bindgen-cli",
        options: &["--no-default-features", "--bin", "wasm-bindgen"],
    },
};

/// Makes the WebAssembly smaller. The same version as in `Trunk.toml`.
pub(crate) const WASM_OPT: Tool = Tool {
    program: "wasm-opt",
    version: "132",
    origin: Origin::Npm(NpmPackage { name: "binaryen", version: "132.0.0" }),
};

/// Drives Firefox in the browser tests.
pub(crate) const GECKODRIVER: Tool = Tool {
    program: "geckodriver",
    version: "0.37.1",
    origin: Origin::Crate { package: "geckodriver", options: &[] },
};

/// Checks accessibility in the browser tests; a script, not a program.
const AXE: NpmPackage = NpmPackage { name: "axe-core", version: "4.14.1" };

/// The tools of one checkout.
#[derive(Debug)]
pub(crate) struct Toolbox<'a> {
    project: &'a Project,
    user_path: OsString,
}

impl<'a> Toolbox<'a> {
    /// The toolbox of `project`.
    pub(crate) fn new(project: &'a Project) -> Self {
        Self { project, user_path: std::env::var_os("PATH").unwrap_or_default() }
    }

    /// What would be in the way of [`Self::bring`]: npm, if it is needed and not there.
    pub(crate) fn missing_for(&self, tools: &[&Tool], with_axe: bool) -> Option<Missing> {
        let mut wanted: Vec<&str> = tools
            .iter()
            .filter(|tool| matches!(tool.origin, Origin::Npm(_)) && self.locate(tool).is_none())
            .map(|tool| tool.program)
            .collect();
        if with_axe && !self.has(AXE) {
            wanted.push(AXE.name);
        }
        (!wanted.is_empty() && find::on_path("npm").is_none()).then(|| Missing {
            what: format!("Node.js with npm, to install {}", wanted.join(" and ")),
            packages: Packages { debian: "nodejs npm", macos: "node", windows: "OpenJS.NodeJS.LTS" },
        })
    }

    /// Installs those of `tools` that are not there in the right version, and axe-core `with_axe`.
    ///
    /// # Errors
    ///
    /// When an installation fails.
    pub(crate) fn bring(&self, tools: &[&Tool], with_axe: bool) -> Result<(), Failure> {
        let absent: Vec<&Tool> = tools.iter().copied().filter(|tool| self.locate(tool).is_none()).collect();
        let mut from_npm = Vec::new();
        let mut from_crates = Vec::new();
        for tool in absent {
            match &tool.origin {
                Origin::Npm(package) => from_npm.push(*package),
                Origin::Crate { package, options } => from_crates.push((tool, *package, *options)),
            }
        }
        if with_axe && !self.has(AXE) {
            from_npm.push(AXE);
        }
        if !from_npm.is_empty() {
            self.install_from_npm(&from_npm)?;
        }
        if !from_crates.is_empty() {
            eprintln!(
                "Compiling tools into {}, this once; it takes minutes.",
                self.project.tools().display()
            );
            for (tool, package, options) in from_crates {
                self.install_from_crates(tool, package, options)?;
            }
            // Shared by the tools while they compile; of no use afterwards.
            let compiled = self.compiled();
            std::fs::remove_dir_all(&compiled).map_err(|error| Failure::file("remove", &compiled, error))?;
        }
        match tools.iter().find(|tool| self.locate(tool).is_none()) {
            None => Ok(()),
            Some(tool) => Err(Failure::Wrong(format!(
                "{} was installed, but it is not version {} that runs. Remove {} and try again.",
                tool.program,
                tool.version,
                self.project.tools().display()
            ))),
        }
    }

    /// Where `tool` is in the right version: on the user's `PATH`, or among our own.
    pub(crate) fn locate(&self, tool: &Tool) -> Option<PathBuf> {
        let right = |program: &PathBuf| find::version_of(program).as_deref() == Some(tool.version);
        let ours = |folder: PathBuf| find::in_folder(tool.program, &folder);
        find::all_on_path(tool.program, &self.user_path).into_iter().find(right).or_else(|| {
            match &tool.origin {
                Origin::Crate { .. } => ours(self.programs()).filter(right),
                // Its version is read, not asked for: starting Node.js takes half a second.
                Origin::Npm(package) => ours(self.npm_programs()).filter(|_| self.has(*package)),
            }
        })
    }

    /// The script of axe-core, if it is there.
    pub(crate) fn axe(&self) -> Option<PathBuf> {
        self.has(AXE).then(|| self.npm_package(AXE).join("axe.min.js"))
    }

    /// `tool` with all of `tools` on its `PATH`, in our versions first.
    pub(crate) fn command(&self, tool: &Tool, tools: &[&Tool]) -> Command {
        let mut folders: Vec<PathBuf> = Vec::new();
        for tool in tools {
            let folder = self.locate(tool).and_then(|program| program.parent().map(Path::to_path_buf));
            folders.extend(folder.filter(|folder| !folders.contains(folder)));
        }
        folders.extend(std::env::split_paths(&self.user_path));
        let program = self.locate(tool).unwrap_or_else(|| PathBuf::from(tool.program));
        let mut command = Command::new(program);
        command.current_dir(self.project.root());
        // It cannot fail: the folders were parts of a PATH, or lie beside such.
        if let Ok(path) = std::env::join_paths(folders) {
            command.env("PATH", path);
        }
        command
    }

    fn install_from_crates(&self, tool: &Tool, package: &str, options: &[&str]) -> Result<(), Failure> {
        let mut command = cargo();
        command
            .args(["install", package, "--version", &format!("={}", tool.version), "--locked", "--force"])
            .args(options)
            // What compiles in the least time. Optimised, it would take twice as long, and the
            // seconds that a tool then saves in each build would never make up for it.
            .args(["--debug", "--root"])
            .arg(self.project.tools())
            .arg("--target-dir")
            .arg(self.compiled())
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_PROFILE_DEV_INCREMENTAL", "false")
            .env("CARGO_TERM_COLOR", "never")
            .env("CARGO_TERM_PROGRESS_WHEN", "never")
            .current_dir(self.project.root());
        progress::watch(&format!("{} {}", tool.program, tool.version), &mut command)
    }

    fn install_from_npm(&self, packages: &[NpmPackage]) -> Result<(), Failure> {
        let names: Vec<String> =
            packages.iter().map(|package| format!("{}@{}", package.name, package.version)).collect();
        let folder = self.npm();
        std::fs::create_dir_all(&folder).map_err(|error| Failure::file("make", &folder, error))?;
        let npm = find::on_path("npm").unwrap_or_else(|| PathBuf::from("npm"));
        let mut command = Command::new(npm);
        command
            .args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--save-exact", "--prefix"])
            .arg(&folder)
            .args(&names)
            .current_dir(&folder);
        progress::watch(&names.join(", "), &mut command)
    }

    fn has(&self, package: NpmPackage) -> bool {
        std::fs::read_to_string(self.npm_package(package).join("package.json"))
            .is_ok_and(|text| find::version_in_package_json(&text) == Some(package.version))
    }

    fn programs(&self) -> PathBuf {
        self.project.tools().join("bin")
    }

    fn compiled(&self) -> PathBuf {
        self.project.tools().join("compiled")
    }

    fn npm(&self) -> PathBuf {
        self.project.tools().join("npm")
    }

    fn npm_programs(&self) -> PathBuf {
        self.npm().join("node_modules").join(".bin")
    }

    fn npm_package(&self, package: NpmPackage) -> PathBuf {
        self.npm().join("node_modules").join(package.name)
    }
}

/// The cargo that runs us.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Brings the standard library for WebAssembly, if it is not there.
///
/// # Errors
///
/// When it is not there and rustup cannot bring it.
pub(crate) fn bring_wasm_target() -> Result<(), Failure> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let output = Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]).output();
    let there = output.is_ok_and(|output| {
        output.status.success() && Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir()
    });
    if there { Ok(()) } else { rustup(&["target", "add", TARGET], "Rust's standard library for WebAssembly") }
}

/// Brings what `test` uses of Rust's own tools: a minimal rustup has neither.
///
/// # Errors
///
/// When one is not there and rustup cannot bring it.
pub(crate) fn bring_rust_components() -> Result<(), Failure> {
    for (command, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        let asked = cargo().args([command, "--version"]).output();
        if !asked.is_ok_and(|output| output.status.success()) {
            rustup(&["component", "add", component], component)?;
        }
    }
    Ok(())
}

fn rustup(arguments: &[&str], what: &str) -> Result<(), Failure> {
    match find::on_path("rustup") {
        Some(rustup) => failure::run(Command::new(rustup).args(arguments)),
        None => Err(Failure::Missing(vec![Missing {
            what: format!("rustup, to run `rustup {}` ({what})", arguments.join(" ")),
            packages: Packages { debian: "rustup", macos: "rustup", windows: "Rustlang.Rustup" },
        }])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One version is written in three files; cargo, Trunk and we must mean the same.
    #[test]
    fn the_versions_agree_with_cargo_toml_and_trunk_toml() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let read = |name| std::fs::read_to_string(root.join(name)).expect("a file of this project");
        let (cargo, trunk) = (read("Cargo.toml"), read("Trunk.toml"));
        for (text, line) in [
            (&cargo, format!("wasm-bindgen = \"={}\"", WASM_BINDGEN.version)),
            (&trunk, format!("wasm_bindgen = \"{}\"", WASM_BINDGEN.version)),
            (&trunk, format!("wasm_opt = \"version_{}\"", WASM_OPT.version)),
            (&trunk, format!("trunk-version = \"^{}\"", TRUNK.version)),
        ] {
            assert!(text.contains(&line), "`{line}` is not there");
        }
    }
}
