//! Starts browsers and serves the site, so that journeys can read like what a person
//! does. Everything that was started ends when its value is dropped.
//!
//! Paths come from the environment (`cargo xtask test` sets them) or from the places
//! where Debian puts the programs.

mod browser;
mod site;

pub use browser::{Engine, Look, Person};
pub use site::Site;
