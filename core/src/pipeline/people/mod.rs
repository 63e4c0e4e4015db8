//! What people do with issues: look for them, resolve, ignore, reopen, assign, merge and forget them.
//!
//! Each change reads the issue, applies a pure function of [`crate::issue`] and writes under the version it read; whoever was faster makes it read
//! again. So a person and the classifier never overwrite each other.

mod change;
mod find;
mod select;

use crate::{
    issue::{Fingerprint, MergeError},
    port::PortError,
};

pub use change::{Changed, Desk, Forgotten};
pub use find::{MIN_DIGITS, everything, resolve};
pub use select::{ATTENTION_FOR, Choice, Sort, States, select};

/// Most issues that are looked through at a time. A project with more has other troubles; the answer says that there are more.
pub const MAX_LISTED: usize = 10_000;

/// Why nothing came of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeopleError {
    /// No issue has this fingerprint, or one that begins so.
    #[error("there is no issue {reference}")]
    Unknown {
        /// What was typed.
        reference: String,
        /// Issues that begin alike.
        alike: Vec<Fingerprint>,
    },
    /// What was typed can be no fingerprint.
    #[error("`{reference}` is no fingerprint: one has 32 hexadecimal digits, of which the first {MIN_DIGITS} or more are enough")]
    NoFingerprint {
        /// What was typed.
        reference: String,
    },
    /// Several issues begin so.
    #[error("several issues begin with {reference}")]
    Ambiguous {
        /// What was typed.
        reference: String,
        /// Some of them.
        candidates: Vec<Fingerprint>,
    },
    /// The issue has been merged into another, which counts for it.
    #[error("issue {issue} has been merged into {into}")]
    Merged {
        /// The issue.
        issue: Fingerprint,
        /// Into which.
        into: Fingerprint,
    },
    /// There is no merge to take back.
    #[error("issue {issue} has not been merged")]
    NotMerged {
        /// The issue.
        issue: Fingerprint,
    },
    /// Two issues that cannot be merged.
    #[error(transparent)]
    Merge(#[from] MergeError),
    /// Others changed the issue in between, again and again.
    #[error("issue {issue} is being changed by others all the time")]
    Busy {
        /// The issue.
        issue: Fingerprint,
    },
    /// The table cannot be reached or does not let us.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl PeopleError {
    /// Stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "issue-unknown",
            Self::NoFingerprint { .. } => "issue-no-fingerprint",
            Self::Ambiguous { .. } => "issue-ambiguous",
            Self::Merged { .. } => "issue-merged",
            Self::NotMerged { .. } => "issue-not-merged",
            Self::Merge(error) => error.code(),
            Self::Busy { .. } => "issue-busy",
            Self::Port(_) => "outside-failed",
        }
    }
}
