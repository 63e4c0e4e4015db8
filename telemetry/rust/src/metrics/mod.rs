//! Metrics, gathered in the process and written as lines in CloudWatch's embedded metric format.
//!
//! [`Metrics`] gathers counters, gauges, timers and distributions; [`RequestMetrics`] the metrics every service has, by the names that alarms and
//! dashboards know; [`Flusher`] decides when lines are written and writes them.
//!
//! # Why the lines are written here
//!
//! awslabs' `metrique` (0.1.33) was looked at first, and is the crate to take for one wide event per unit of work. It is not built upon here: it formats
//! one entry at a time, with names and aggregation laid down at compile time (`metrique-aggregation` works by derive), while names and dimensions here
//! come at run time, from Python as well, and an interval's samples are to fit in bounded memory. Its formatter keeps none of the limits for us:
//! what is over 100 metrics or values is written as it is, infinity becomes `f64::MAX`, which CloudWatch refuses, and dimensions beyond an entry's own
//! need an entry each. What would be left to use is the writing of numbers, for 80 more crates (tokio, `metrics`, `metrics-util`, `rand`, two versions of
//! `syn` among them) and half a minute of compiling. What we share with it is the form of the lines, in [`emf`].

mod complaint;
mod counter;
mod distribution;
pub mod emf;
mod flusher;
mod gauge;
mod identity;
mod registry;
mod requests;
mod samples;
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
