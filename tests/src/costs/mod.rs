//! What the functions cost: start-up, memory, size, CPU time and calls of the built programs, run as Lambda runs them against an AWS that answers at once,
//! and what that makes for a terabyte of log lines.

mod aws;
mod load;
mod measure;
mod page;
mod price;
mod report;

pub use measure::{Inputs, measure};
pub use report::{Costs, FunctionCosts, Work};
