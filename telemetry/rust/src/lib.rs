//! Skywarden's library for applications that log.
//!
#![cfg_attr(all(feature = "axum", feature = "config", feature = "layer"), doc = include_str!("../README.md"))]
#![cfg_attr(
    not(all(feature = "axum", feature = "config", feature = "layer")),
    doc = "Structured JSON logging, request telemetry and metrics for services. The whole introduction is shown with all features."
)]

#[cfg(all(feature = "config", feature = "layer"))]
mod init;
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

#[cfg(all(feature = "config", feature = "layer"))]
pub use init::{InitError, init};
pub use telemetry::{Entry, Record, Sink, StartError, Telemetry, message_key};

/// For the macro [`critical!`].
#[cfg(feature = "layer")]
#[doc(hidden)]
pub use tracing as __tracing;
