//! Verbatim's developer commands: `cargo xtask serve`, `test`, `build`.
//!
//! Each checks what it needs, installs what is missing into the project's own ignored
//! folder where it can, and otherwise says in one message what is missing and which
//! command brings it.

mod split;
mod tools;

use std::env;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use tools::Tools;

const HELP: &str = "\
cargo xtask serve [options of trunk serve]   open the app on http://127.0.0.1:8080
cargo xtask build                            leave a static site in dist/
cargo xtask test [--native] [filter]         pass every test; --native leaves the browsers out
cargo xtask bench [--quick] [--deeds]        time the core, and the page beside the browser's own least
";

/// What went wrong, ready to be read.
type Outcome = Result<(), String>;

fn main() -> ExitCode {
    if let Some(code) = split::stands_in() {
        return code;
    }
    let mut arguments = env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    let outcome = match command.as_str() {
        "serve" => serve(&rest),
        "build" => build(),
        "test" => test(&rest),
        "bench" => bench(&rest),
        _ => {
            print!("{HELP}");
            return if command.is_empty() || command == "help" {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            };
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn serve(rest: &[String]) -> Outcome {
    let tools = Tools::for_serving()?;
    run("the app on http://127.0.0.1:8080", tools.command("trunk").arg("serve").args(rest))
}

fn build() -> Outcome {
    split::build(&Tools::for_building()?)
}

fn test(rest: &[String]) -> Outcome {
    let native = rest.iter().any(|it| it == "--native");
    let filter: Vec<&String> = rest.iter().filter(|it| *it != "--native").collect();
    // Everything that may be missing is asked for before the long work begins.
    let tools = if native { None } else { Some(Tools::for_testing()?) };
    run("formatting", cargo().args(["fmt", "--all", "--check"]))?;
    run("lints", cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    run("native tests", cargo().args(["test", "-p", "verbatim", "-p", "xtask"]).args(&filter))?;
    let Some(tools) = tools else { return Ok(()) };
    split::build(&tools)?;
    let mut journeys = tools.command("cargo");
    journeys.args(["test", "-p", "verbatim-journeys"]).args(filter).args(["--", "--test-threads=2"]);
    run("journeys in browsers", &mut journeys)
}

fn bench(rest: &[String]) -> Outcome {
    let tools = Tools::for_testing()?;
    let peer = tools.peer()?;
    let quick = rest.iter().any(|it| it == "--quick");
    split::build(&tools)?;
    let mut core = cargo();
    core.args(["bench", "-p", "verbatim", "--bench", "core"]);
    if quick {
        core.args(["--", "--sample-count", "1"]);
    }
    run("the core", &mut core)?;
    let mut page = tools.command("cargo");
    page.args(["run", "--release", "-p", "verbatim-journeys", "--example", "bench", "--"]).args(rest);
    page.env("VERBATIM_PEER", peer);
    run("the page in Chromium", &mut page)
}

fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// The workspace's folder.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Runs a stage with a heading and the time that it took.
fn run(what: &str, command: &mut Command) -> Outcome {
    println!("── {what}");
    let begun = Instant::now();
    let status = command
        .status()
        .map_err(|why| format!("{what}: {:?} did not start: {why}", command.get_program()))?;
    println!("── {what}: {:.0} s", begun.elapsed().as_secs_f64());
    if status.success() { Ok(()) } else { Err(format!("{what}: failed")) }
}
