//! `cargo xtask serve`.

use std::process::Command;

use crate::failure::Failure;
use crate::project::Project;
use crate::tools::{self, TRUNK, Tool, Toolbox, WASM_BINDGEN};

const TOOLS: [&Tool; 2] = [&TRUNK, &WASM_BINDGEN];

/// Serves the app and rebuilds it when a file changes, until it is stopped.
///
/// # Errors
///
/// When a tool cannot be brought, or Trunk ends badly.
pub(crate) fn serve(project: &Project, extra: &[String]) -> Result<(), Failure> {
    tools::bring_wasm_target()?;
    let toolbox = Toolbox::new(project);
    toolbox.bring(&TOOLS, false)?;
    let mut trunk = super::trunk(&toolbox, &TOOLS);
    trunk.arg("serve").args(extra);
    become_(&mut trunk)
}

/// Runs `command` in our place, so that what is meant for us, such as the signal to end, reaches it.
#[cfg(unix)]
fn become_(command: &mut Command) -> Result<(), Failure> {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    Err(Failure::NotStarted { program: crate::failure::line(command), error })
}

#[cfg(not(unix))]
fn become_(command: &mut Command) -> Result<(), Failure> {
    crate::failure::run(command)
}
