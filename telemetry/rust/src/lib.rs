//! Structured JSON logging in schema 1.0, and metrics in the embedded metric format.
//!
//! A `tracing` layer writes one JSON object a line; what a service logs with it, the processors understand without configuration.

pub mod emf;
mod layer;
mod line;
pub mod processor;

pub use layer::{JsonLayer, Service, level_filter};
