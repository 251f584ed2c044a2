//! What is annotated, and with what: articles, annotations, actors, links, the
//! codebook, all gathered in a [`Project`], and the [`runs`] of a paragraph that
//! the page paints.
//!
//! Everything is a value. A [`Project`] shares structure with the one it was made
//! from, so that keeping the old one costs what changed. This room knows no clock,
//! no storage and no browser.

mod annotation;
mod article;
mod changes;
mod codebook;
mod id;
mod logic;
mod objection;
mod project;
mod records;
mod registry;
mod runs;

pub use annotation::{Annotation, Attributes, By, Origin, text_value, word};
pub use article::{Article, LineEnds, Metadata};
pub use changes::{Change, Changes};
pub use codebook::{DEFAULT_LABELS, Label, Part, Rest, default_labels};
pub use id::{Id, InvalidId};
pub use logic::{BadFormula, Logic, letters};
pub use objection::Objection;
pub use project::{Annotations, Arrivals, Project, Record, RecordKey};
pub use registry::{Actor, Link, Role, Target};
pub use runs::{Layer, MAX_LANES, Run, runs};
