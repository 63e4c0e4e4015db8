//! Model -> stack by stack -> files: the committed rendering, the deployable package, writing and checking them on disk.
//!
//! Two renderings of the same stacks lie side by side: a CDK cloud assembly (`manifest.json`, `<Stack>.template.json`, `<Stack>.assets.json`) and,
//! below `cloudformation/`, the same templates for `aws cloudformation package`. They differ in the `Code` of the functions alone.

mod asset;
mod check;
mod error;
mod limit;
mod program;
mod render;
mod tree;
mod write;

use std::{collections::BTreeMap, sync::Arc};

pub use check::{Difference, DifferenceKind, check};
pub use error::{ArtifactError, reason_of};
pub use program::{Misfit, misfit};
pub use render::{Rendered, package, render};
pub use write::{Written, write};

/// Files by relative path, with `/` between the parts. Some have the same content, and share it.
pub type Files = BTreeMap<String, Arc<Vec<u8>>>;

/// Name of a function's program in its package: what `provided.al2023` starts.
const BOOTSTRAP: &str = "bootstrap";

/// Name of the plan, beside the program and at the top of the assembly.
const PLAN: &str = "plan.json";
