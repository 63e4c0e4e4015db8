//! Structured JSON logging in schema 1.0, requests told in one line each, and metrics in the embedded metric format.
//!
//! What a service logs with this crate, Skywarden's processors, alarms and dashboards understand without configuration. [`Telemetry`] is made from
//! [`settings::Settings`]; the features add what speaks to other crates: `layer` for `tracing`, `tower` for axum, hyper and `lambda_http`.

#[cfg(feature = "layer")]
pub mod layer;
pub mod metrics;
pub mod output;
#[cfg(feature = "processor")]
pub mod processor;
pub mod record;
pub mod request;
mod sampling;
pub mod settings;
mod telemetry;
#[cfg(feature = "tower")]
pub mod tower;

pub use telemetry::{Entry, Record, Sink, StartError, Telemetry, message_key};

/// For the macro [`critical!`].
#[cfg(feature = "layer")]
#[doc(hidden)]
pub use tracing as __tracing;
