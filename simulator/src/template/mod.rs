//! What the emitted templates watch: filters, alarms, topics and dashboards, resolved as if deployed to an account.
//!
//! Templates of other tools are read the same way. What cannot be simulated (an anomaly alarm, a destination that is neither a function nor a stream, a name
//! that only AWS knows) is not an error: it is listed as skipped, with the reason.

mod alarm;
mod composite;
mod filter;
mod read;
mod settle;

pub use read::{Dashboard, Skipped, StackTemplate, Topic, Watched, WatchedError};
