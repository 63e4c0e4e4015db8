//! The domain of Skywarden: log records, metrics, issues, alerts and the plan.
//!
//! Pure: no AWS SDK, no tokio, no file system, no environment, no clock. What the outside does is behind the traits in [`port`].

pub mod alarm;
pub mod batch;
pub mod console;
pub mod envelope;
pub mod error;
pub mod issue;
pub mod json;
pub mod mask;
pub mod metric;
pub mod notify;
pub mod pattern;
pub mod pipeline;
pub mod plan;
pub mod port;
pub mod record;
pub mod schema;
pub mod severity;
pub mod statistics;
