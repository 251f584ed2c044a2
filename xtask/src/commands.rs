//! What each command does.

mod build;
mod serve;
mod test;

pub(crate) use build::build;
pub(crate) use serve::serve;
pub(crate) use test::test;

use std::process::Command;

use crate::failure::Failure;
use crate::packages::{self, Missing};
use crate::tools::{TRUNK, Tool, Toolbox};

/// Stops if something is missing that cannot be installed, and installs it where that is ours to do.
fn insist(look: impl Fn() -> Vec<Missing>) -> Result<(), Failure> {
    let missing = look();
    if missing.is_empty() {
        return Ok(());
    }
    let missing = if packages::install(&missing)? { look() } else { missing };
    if missing.is_empty() { Ok(()) } else { Err(Failure::Missing(missing)) }
}

/// Trunk with `tools` on its path.
fn trunk(toolbox: &Toolbox<'_>, tools: &[&Tool]) -> Command {
    let mut command = toolbox.command(&TRUNK, tools);
    // A Trunk of the user's own may look for newer versions of itself.
    command.env("TRUNK_SKIP_VERSION_CHECK", "true");
    // Trunk 0.21 takes only `true` and `false`; by custom any value means yes.
    if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        command.env("NO_COLOR", "true");
    } else {
        command.env_remove("NO_COLOR");
    }
    command
}
