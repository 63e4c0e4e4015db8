//! Requests in progress: their ids, what is kept of their quiet lines, and what is told of them at the end.

mod facts;
pub mod handoff;
mod scope;

pub use facts::{ErrorFacts, Facts, Outcome};
pub use scope::{Entered, Scope, current};
