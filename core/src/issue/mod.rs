//! Issues: groups of alike errors, their life, and the outbox that carries their transitions to people.
//!
//! An [`Issue`] has three parts that are kept apart:
//!
//! * [`Facts`], what its occurrences tell. They form a commutative fold: the same occurrences give the same facts, however they were cut into batches and
//!   in whatever order those came.
//! * What people said of it ([`Said`], [`Assignment`]), of which the latest holds.
//! * [`Announced`], what has been told, so that nothing is told twice.
//!
//! The state is a function of these and the time ([`Issue::state_at`]); nothing is changed step by step that could come out differently.

mod action;
mod alias;
mod announced;
mod distinct;
mod erasure;
mod escalation;
#[cfg(test)]
pub(crate) mod example;
mod facts;
mod fit;
mod forget;
mod group;
mod life;
mod outbox;
mod sample;
mod series;
mod spread;
mod state;
pub mod sustained;
mod told;
pub mod version;
mod versions;

use std::ops::Deref;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use crate::error::fingerprint::Fingerprint;
pub use action::{Action, Assignment, Ignore, MAX_PERSON, Said, Until, Word};
pub use alias::{MAX_ALIAS_HOPS, Merge, MergeError, follow, merge, unmerge};
pub use announced::{Announced, Announcement, ESCALATION_NEWS};
pub use distinct::{Distinct, REGISTERS};
pub use erasure::{Erasure, StoredShard, TOMBSTONE_LIFE};
pub use escalation::{Baseline, Escalation, FLOOR, FULL_HISTORY, WINDOW_MINUTES};
pub use facts::{Days, Facts, Hours, MAX_SERVICES, Occurrence, Recent};
pub use forget::{Deed, DeedKind};
pub use group::{Group, groups};
pub use life::apply;
pub use outbox::{
    AlarmCommit, Claim, Commit, Committed, IssueChange, MAX_ITEM_BYTES, MAX_ITEM_FRAME, MAX_TRANSACTION_ACTIONS, MAX_TRANSACTION_BYTES, Notice, OutboxEntry,
    Transition,
};
pub use sample::{MAX_SAMPLE_MESSAGE, MAX_SAMPLE_STACK, Sample, VersionSample};
pub use series::Series;
pub use spread::{CALM_AFTER, CALM_SHARDS, Cooled, Counted, ESCALATING_NOTE, SHARDS, SPREAD_AFTER, Shard, ShardWrite, Spread, cool, count, tell};
pub use state::{IssueState, NEW_FOR, REGRESSION_GRACE};
pub use told::{Brief, Form, Listed, Placing, Section, Suppressed, Suppression, Told, Why, seconds_in_words};
pub use versions::{MAX_VERSION_SAMPLES, MAX_VERSIONS, OtherVersions, VersionSeen, Versions};

/// Format of a stored issue. Format 1 was never released and is not read.
pub const ISSUE_FORMAT: u32 = 2;

/// A stored issue takes no more bytes than this; most take two to four kilobytes. DynamoDB's limit for an item is 400 KB, and a write costs by the
/// kilobyte.
pub const MAX_ISSUE_BYTES: usize = 32 * 1024;

/// A group of alike errors. What is known from its occurrences can be read from it as from its [`Facts`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// Format of this document, see [`ISSUE_FORMAT`].
    pub format: u32,
    /// Identity.
    pub fingerprint: Fingerprint,
    /// Number of writes so far; a write names the version it read.
    pub version: u64,
    /// State at the last write; [`Issue::state_at`] tells it for another time.
    pub state: IssueState,
    /// What its occurrences tell.
    #[serde(flatten)]
    pub facts: Facts,
    /// What people said of its state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Said>,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned: Option<Assignment>,
    /// The issue in which its new occurrences are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<Fingerprint>,
    /// Longest chain of merges that ends here.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub alias_depth: u8,
    /// Items over which its counts are spread, see [`SHARDS`]; 0: they are in its own item.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub shards: u8,
    /// The last merge or erasure by a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deed: Option<Deed>,
    /// What has been told.
    pub announced: Announced,
    /// How an issue whose counts are spread is stored: what a store has read, for whoever writes it back. Such an issue's `facts` are the total.
    #[serde(skip)]
    pub spread: Option<Box<Spread>>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(number: &u8) -> bool {
    *number == 0
}

impl Deref for Issue {
    type Target = Facts;

    fn deref(&self) -> &Facts {
        &self.facts
    }
}

/// Why a stored issue cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// The text is not an issue.
    #[error("a stored issue is not readable: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// Written by another version.
    #[error("a stored issue has format {found}, this version reads {ISSUE_FORMAT}")]
    Format {
        /// The format found.
        found: u32,
    },
}

impl IssueError {
    /// Stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "issue-unreadable",
            Self::Format { .. } => "issue-format",
        }
    }
}

impl Issue {
    /// An issue that is not stored yet: nothing has been told and nobody has said anything.
    pub fn open(fingerprint: Fingerprint, facts: Facts) -> Self {
        Self {
            format: ISSUE_FORMAT,
            fingerprint,
            version: 0,
            state: IssueState::New,
            facts,
            said: None,
            assigned: None,
            merged_into: None,
            alias_depth: 0,
            shards: 0,
            deed: None,
            announced: Announced::default(),
            spread: None,
        }
    }

    /// Reads a stored issue. The format is looked at before the rest, so that an issue of another version is named as such.
    ///
    /// # Errors
    /// [`IssueError`].
    pub fn parse(text: &str) -> Result<Self, IssueError> {
        #[derive(Deserialize)]
        struct Head {
            format: u32,
        }
        let head: Head = serde_json::from_str(text)?;
        if head.format != ISSUE_FORMAT {
            return Err(IssueError::Format { found: head.format });
        }
        Ok(serde_json::from_str(text)?)
    }

    /// How often it usually happens, as of the clock hour of a time.
    pub fn baseline(&self, as_of: Timestamp) -> Baseline {
        Baseline::of(&self.facts, as_of)
    }

    /// Occurrences in the last [`WINDOW_MINUTES`] before a time.
    pub fn in_window(&self, as_of: Timestamp) -> u64 {
        escalation::in_window(&self.facts, as_of)
    }

    /// The escalation that goes on at a time.
    pub fn escalation(&self, as_of: Timestamp) -> Option<Escalation> {
        escalation::escalation(&self.facts, as_of)
    }
}
