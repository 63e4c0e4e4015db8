//! What the functions cost: start-up, memory, size, CPU time and calls of the built programs, run as Lambda runs them against an AWS that answers at once.

mod aws;
mod load;
mod measure;
mod report;

pub use measure::{Inputs, measure};
pub use report::{Costs, FunctionCosts, Work};
