//! Measures the telemetry libraries beside others of their kind, in one run, turn by turn. What is measured is checked first: each library's line
//! must say the same.

pub mod axum;
pub mod case;
pub mod goals;
pub mod line;
pub mod ours;
pub mod python;
pub mod report;
pub mod run;
pub mod sink;
pub mod suite;
pub mod truth;
