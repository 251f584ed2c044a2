//! `cargo xtask build`.

use crate::failure::{self, Failure};
use crate::project::Project;
use crate::site;
use crate::tools::{self, TRUNK, Tool, Toolbox, WASM_BINDGEN, WASM_OPT};

/// What a build needs.
pub(super) const TOOLS: [&Tool; 3] = [&TRUNK, &WASM_BINDGEN, &WASM_OPT];

/// Builds the site into `dist/`.
///
/// # Errors
///
/// When something is missing, the build fails, or its result breaks its own policy.
pub(crate) fn build(project: &Project, extra: &[String]) -> Result<(), Failure> {
    let toolbox = Toolbox::new(project);
    super::insist(|| toolbox.missing_for(&TOOLS, false).into_iter().collect())?;
    tools::bring_wasm_target()?;
    toolbox.bring(&TOOLS, false)?;
    run(project, &toolbox, extra)
}

/// Builds, with everything there.
pub(super) fn run(project: &Project, toolbox: &Toolbox<'_>, extra: &[String]) -> Result<(), Failure> {
    failure::run(super::trunk(toolbox, &TOOLS).args(["build", "--release"]).args(extra))?;
    // With options of one's own the site may be elsewhere, and other than it must be.
    if extra.is_empty() {
        let dist = project.dist();
        println!("{} is ready: {}.", dist.display(), site::check(&dist)?);
    }
    Ok(())
}
