//! The simulator: what CloudWatch and the processors would make of a log, on a laptop.
//!
//! It reads the emitted templates and the plan, never the config, so that it serves templates of other tools as well.

pub mod alarm;
pub mod math;
pub mod statistics;
