//! The three processors over in-memory ports: the same core code the Lambda functions run.

mod own_metrics;
mod role;
mod runner;

pub use role::Role;
pub use runner::{Processors, RoleTotals};
