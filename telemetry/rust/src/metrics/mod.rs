//! Metrics, gathered in the process and written as lines in CloudWatch's embedded metric format.
//!
//! [`Metrics`] gathers counters, gauges, timers and distributions; [`RequestMetrics`] the metrics every service has, by the names that alarms and
//! dashboards know; [`Flusher`] decides when lines are written and writes them.
//!
//! # Why the lines are written here
//!
//! awslabs' `metrique` (0.1.33) was looked at first, and is the crate to take for one wide event per unit of work. It is not built upon here. Its
//! aggregation is laid down at compile time, by derive, while names and dimensions here come at run time, from Python as well, and an interval's samples
//! are to fit in bounded memory: that part would be ours in any case. What is left is its formatter, which takes one entry at a time and keeps none of
//! the format's limits (its own tests, `emf_limits.rs`, have 101 metrics in a directive, 31 dimensions in a set and 101 values of a metric written as they
//! are; infinity becomes `f64::MAX`, which CloudWatch refuses with the document). It would save the file [`emf`], for 62 more crates (tokio,
//! `tracing-subscriber`, `metrics`, `metrics-util`, `rand` and proc macros among them) and 30 seconds of compiling. What we share with it is the form of the
//! lines, values with counts included.

mod complaint;
mod counter;
mod distribution;
pub mod emf;
mod flusher;
mod gauge;
mod identity;
mod registry;
mod requests;
mod series;
mod timer;

pub use complaint::{Complaint, Reason};
pub use counter::Counter;
pub use distribution::Distribution;
pub use flusher::Flusher;
pub use gauge::Gauge;
pub use registry::Metrics;
pub use requests::{InFlight, RequestMetrics};
pub use timer::{Running, Timer};
