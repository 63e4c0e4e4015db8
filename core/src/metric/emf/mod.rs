//! Embedded metric format: metrics CloudWatch takes out of log lines by itself.
//!
//! A line is a document when it is one JSON object whose root member `_aws` says which other root members are metrics and dimensions. What is
//! documented (specification of the embedded metric format): the members, their types and their bounds; that targets are root members; that
//! unknown members are ignored; that a message is one JSON object without anything around it. Not documented and taken all the same: values with
//! counts. How much of a document is lost with a mistake
//! in it is not documented. Our choice is the least that can be: a metric with a mistake loses itself, a dimension set loses itself, a
//! directive loses itself, and only a mistake in what all share (the object, the timestamp) loses the document. Each is counted by its
//! [`Violation`].

#[cfg(feature = "processing")]
mod directive;
#[cfg(feature = "processing")]
mod document;
mod limit;
#[cfg(feature = "processing")]
mod read;
#[cfg(feature = "processing")]
mod target;
#[cfg(feature = "processing")]
mod violation;

#[cfg(feature = "processing")]
pub use document::{Document, Sample, Samples};
pub use limit::{MAX_DIMENSION_NAME, MAX_DOCUMENT_BYTES, MAX_METRICS, MAX_TARGET_VALUES, MAX_TEXT};
#[cfg(feature = "processing")]
pub use read::{MAX_SAMPLES, read};
#[cfg(feature = "processing")]
pub use violation::{Violation, Violations};
