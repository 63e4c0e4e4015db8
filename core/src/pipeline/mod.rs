//! The pipelines: one call per delivered event, over the ports. The Lambda binaries and the simulator run the same code.

mod attempt;
mod classification;
mod combined;
mod counting;
mod extraction;
mod masked_dimension;
mod notification;
pub mod people;
mod reading;
mod redrive;
mod residue;
mod tally;
pub mod verification;

pub use attempt::end_of_work;
pub use classification::{Classification, ClassificationPorts};
pub use combined::{Combined, CombinedPorts};
pub use extraction::{Extraction, ExtractionPorts};
pub use notification::{Notification, NotificationPorts, Surroundings};
pub use redrive::{ReplayFailure, Replayed};
pub use residue::{MAX_RESIDUE_BYTES, RESIDUE_FORMAT, RESIDUE_PREFIX, Residue, ResidueError, UndeliveredEffects};
pub use tally::Tally;

use jiff::{SignedDuration, Timestamp};

use crate::{alarm::AlarmEventError, envelope::EnvelopeError, port::PortError};

/// Time kept back before the function's deadline for saving the residue.
pub const RESIDUE_RESERVE: SignedDuration = SignedDuration::from_secs(5);

/// How long what may be redriven is kept: objects in the buckets for failed invocations and residues, and messages of the queue `dead-letters`.
const REDRIVABLE: SignedDuration = SignedDuration::from_hours(14 * 24);

/// S3 expires an object at the first midnight UTC after its days are over. Source: Amazon S3 User Guide, "Lifecycle rules: based on an object's age".
const S3_MIDNIGHT: SignedDuration = SignedDuration::from_hours(24);

/// How long a batch is delivered again before it is given up: Lambda keeps an event for 6 hours at most, a stream its records for 24.
const DELIVERY: SignedDuration = SignedDuration::from_hours(24);

/// How long a batch marker lives: as long as anything it is about can be delivered or redriven, and a day more. Seventeen days; the generator's test
/// compares it with what the templates say.
pub const MARKER_LIFE: SignedDuration = SignedDuration::from_hours(REDRIVABLE.as_hours() + S3_MIDNIGHT.as_hours() + DELIVERY.as_hours() + 24);

/// Why an invocation fails. Lambda then tries again and at last keeps the event in the bucket for failed invocations.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PipelineError {
    /// The batch cannot be read. Its text is nowhere in the error.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The alarm message cannot be read.
    #[error(transparent)]
    Alarm(#[from] AlarmEventError),
    /// Another invocation works on the same batch right now.
    #[error("another invocation works on this batch; it is tried again")]
    Busy,
    /// The outside failed, and so did the place where undelivered effects are kept.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl PipelineError {
    /// Stable error type, as Lambda reports it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Envelope(error) => error.code(),
            Self::Alarm(_) => "alarm-unreadable",
            Self::Busy => "batch-busy",
            Self::Port(_) => "outside-failed",
        }
    }
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}

fn earlier(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_sub(by).unwrap_or(Timestamp::MIN)
}
