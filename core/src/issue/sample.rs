//! Masked examples of an error.

use serde::{Deserialize, Serialize};

use super::fit::fit;

/// Most bytes of a sample's message, as stored.
pub const MAX_SAMPLE_MESSAGE: usize = 1024;

/// Most bytes of a sample's stack, as stored.
pub const MAX_SAMPLE_STACK: usize = 3072;

/// Most bytes of the message of a version's sample, as stored.
pub(super) const MAX_VERSION_SAMPLE_MESSAGE: usize = 256;

/// Most bytes of an id, as stored. CloudWatch's event ids have 56 digits.
pub(super) const MAX_ID: usize = 128;

/// Most bytes of a log group's or stream's name; AWS allows 512 characters.
pub(super) const MAX_LOG_NAME: usize = 512;

/// A masked example of an error.
///
/// The order decides between two of one millisecond: by CloudWatch's event id, which no two events share, and by the rest only where ids are made
/// up.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sample {
    /// Id of the log event; empty when unknown.
    #[serde(default)]
    pub event_id: String,
    /// Message.
    pub message: String,
    /// Stack; empty when there is none.
    pub stack: String,
    /// Request id; empty when unknown.
    pub request_id: String,
    /// Trace id; empty when unknown.
    pub trace_id: String,
    /// Log group it came from.
    pub log_group: String,
    /// Log stream.
    pub log_stream: String,
}

/// A short example of an error in one version.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct VersionSample {
    /// Id of the log event; empty when unknown.
    pub event_id: String,
    /// Message.
    pub message: String,
    /// Request id; empty when unknown.
    pub request_id: String,
    /// Trace id; empty when unknown.
    pub trace_id: String,
}

impl Sample {
    /// The sample within its bounds.
    pub(super) fn fitted(&self) -> Self {
        Self {
            event_id: fit(&self.event_id, MAX_ID),
            message: fit(&self.message, MAX_SAMPLE_MESSAGE),
            stack: fit(&self.stack, MAX_SAMPLE_STACK),
            request_id: fit(&self.request_id, MAX_ID),
            trace_id: fit(&self.trace_id, MAX_ID),
            log_group: fit(&self.log_group, MAX_LOG_NAME),
            log_stream: fit(&self.log_stream, MAX_LOG_NAME),
        }
    }

    /// The short form kept for a version.
    pub(super) fn of_version(&self) -> VersionSample {
        VersionSample {
            event_id: fit(&self.event_id, MAX_ID),
            message: fit(&self.message, MAX_VERSION_SAMPLE_MESSAGE),
            request_id: fit(&self.request_id, MAX_ID),
            trace_id: fit(&self.trace_id, MAX_ID),
        }
    }
}
