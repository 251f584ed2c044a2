//! `cargo xtask test`.

use std::path::PathBuf;
use std::time::Instant;

use super::build;
use crate::arguments::TestWish;
use crate::engines::{ENGINES, Engine};
use crate::failure::{self, Failure};
use crate::packages::{self, Missing};
use crate::progress;
use crate::project::Project;
use crate::tools::{self, GECKODRIVER, Tool, Toolbox};

/// Runs the tests that are wanted, the quick ones first, up to the first stage that fails.
///
/// # Errors
///
/// When something is missing or a stage fails.
pub(crate) fn test(project: &Project, wish: &TestWish) -> Result<(), Failure> {
    let started = Instant::now();
    let toolbox = Toolbox::new(project);
    tools::bring_rust_components()?;
    if !wish.native_only {
        // Said now, not after minutes of compiling.
        super::insist(|| {
            let tools = toolbox.missing_for(&build::TOOLS, true);
            tools.into_iter().chain(missing_engines()).collect()
        })?;
        tools::bring_wasm_target()?;
    }

    native(project, wish)?;
    if wish.native_only {
        println!("\nAll native tests passed in {}.", progress::clock(started.elapsed()));
        return Ok(());
    }

    let mut variables = Vec::new();
    let mut absent = Vec::new();
    for engine in &ENGINES {
        match engine.find() {
            Ok(found) => variables.extend(found),
            Err(missing) => absent.push((engine, missing)),
        }
    }
    let firefox = !absent.iter().any(|(engine, _)| engine.name == "Firefox");
    let mut tools: Vec<&Tool> = build::TOOLS.to_vec();
    let own_geckodriver = std::env::var_os("VERBATIM_GECKODRIVER").is_some_and(|named| !named.is_empty());
    if firefox && !own_geckodriver {
        tools.push(&GECKODRIVER);
    }
    stage("tools", || toolbox.bring(&tools, true))?;
    stage("build", || build::run(project, &toolbox, &[]))?;

    if firefox && !own_geckodriver {
        variables.extend(toolbox.locate(&GECKODRIVER).map(|program| ("VERBATIM_GECKODRIVER", program)));
    }
    variables.extend(toolbox.axe().map(|script| ("VERBATIM_AXE", script)));
    variables.push(("VERBATIM_DIST", project.dist()));
    stage("browsers", || {
        say_absent(&absent);
        browsers(project, wish, &variables)
    })?;

    println!("\nAll tests passed in {}.", progress::clock(started.elapsed()));
    // Last again, where it is read.
    say_absent(&absent);
    Ok(())
}

/// The stages that need nothing but Rust.
fn native(project: &Project, wish: &TestWish) -> Result<(), Failure> {
    let cargo = |arguments: &[&str]| failure::run(tools::cargo().args(arguments).current_dir(project.root()));
    if wish.filter.is_none() {
        stage("format", || cargo(&["fmt", "--all", "--check"]))?;
        stage("lints", || {
            cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--quiet", "--", "-D", "warnings"])
        })?;
    }
    stage("native tests", || {
        let mut arguments = vec!["test", "--locked", "--package", "verbatim", "--package", "xtask"];
        arguments.extend(wish.filter.as_deref());
        cargo(&arguments)
    })
}

/// The tests in real browsers. What a variable names is there; what is not there has no variable.
fn browsers(project: &Project, wish: &TestWish, variables: &[(&str, PathBuf)]) -> Result<(), Failure> {
    let mut command = tools::cargo();
    command.args(["test", "--locked", "--package", "verbatim-journeys"]).args(&wish.filter);
    for part in ENGINES.iter().flat_map(|engine| engine.parts) {
        command.env_remove(part.variable);
    }
    failure::run(command.envs(variables.iter().cloned()).current_dir(project.root()))
}

/// What is missing of the engines without which the tests must not pass.
fn missing_engines() -> Vec<Missing> {
    ENGINES
        .iter()
        .filter(|engine| engine.exists && (engine.essential || packages::unattended()))
        .filter_map(|engine| engine.find().err())
        .flatten()
        .collect()
}

fn say_absent(absent: &[(&Engine, Vec<Missing>)]) {
    for (engine, missing) in absent {
        if engine.exists {
            println!("NOT TESTED in {}: it is not complete on this machine. To bring it:", engine.name);
            print!("{}", packages::commands(missing));
        } else {
            println!("NOT TESTED in {}: it does not exist for this system.", engine.name);
        }
    }
}

/// Does `work` under a heading, and says how long it took.
fn stage(name: &str, work: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    println!("\n== {name}");
    let started = Instant::now();
    let outcome = work();
    let result = if outcome.is_ok() { "done" } else { "FAILED" };
    println!("== {name}: {result} in {}", progress::clock(started.elapsed()));
    outcome
}
