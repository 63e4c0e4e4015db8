//! The domain of Skywarden: log records, metrics, issues, alerts and the plan.
//!
//! Without the feature `processing` there is what an application's logger needs: [`schema`], [`mask`], [`plan`]'s settings of it, the names, units and
//! folding of [`metric`], and [`statistics`].
//!
//! Pure: no AWS SDK, no tokio, no file system, no environment, no clock. What the outside does is behind the traits in `port`.

#[cfg(feature = "processing")]
pub mod alarm;
#[cfg(feature = "processing")]
pub mod batch;
#[cfg(feature = "processing")]
pub mod console;
#[cfg(feature = "processing")]
pub mod envelope;
#[cfg(feature = "processing")]
pub mod error;
#[cfg(feature = "processing")]
pub mod event;
#[cfg(feature = "processing")]
pub mod issue;
#[cfg(feature = "processing")]
pub mod json;
pub mod mask;
pub mod metric;
#[cfg(feature = "processing")]
pub mod notify;
#[cfg(feature = "processing")]
pub mod pattern;
#[cfg(feature = "processing")]
pub mod pipeline;
pub mod plan;
#[cfg(feature = "processing")]
pub mod port;
#[cfg(feature = "processing")]
pub mod record;
pub mod schema;
pub mod severity;
pub mod statistics;
