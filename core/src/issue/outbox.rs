//! What is written together: issue changes, batch marker and outbox.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Issue, MAX_ISSUE_BYTES, ShardWrite, Told};
use crate::{alarm::AlarmNotice, batch::BatchId};

/// Why people are told of an issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "transition", rename_all = "lowercase")]
pub enum Transition {
    /// Seen for the first time.
    New,
    /// Seen again after it had been resolved.
    Regressed,
    /// Seen far more often than before.
    Escalating {
        /// Occurrences in the window.
        count: u64,
        /// Length of the window, minutes.
        minutes: u32,
        /// What the window would have to stay below, from the issue's own history.
        limit: u64,
    },
    /// Somebody declared it solved.
    Resolved,
    /// The number of occurrences has passed a step.
    Reached {
        /// The step.
        step: u64,
    },
}

/// Something to tell people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Notice {
    /// A transition of an issue.
    Issue {
        /// Why.
        transition: Transition,
        /// The issue as of this transition.
        issue: Box<Issue>,
    },
    /// An alarm fired or was resolved.
    Alarm(Box<AlarmNotice>),
    /// A message that was decided from such transitions.
    Told(Box<Told>),
}

/// One entry of the outbox: stored with the change it tells of, published afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxEntry {
    /// Identity: the same transition of the same change has the same id.
    pub id: String,
    /// When it may be sent.
    pub due: Timestamp,
    /// What to tell.
    pub notice: Notice,
    /// Topics it has been published to.
    #[serde(default)]
    pub published: Vec<String>,
    /// Attempts so far.
    #[serde(default)]
    pub attempts: u32,
}

/// One issue's change. An issue whose counts are spread is folded by it: see [`IssueChange::folded`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueChange {
    /// The issue to store.
    pub issue: Issue,
    /// Version that must be stored now; `None`: it must not exist.
    pub expected: Option<u64>,
    /// What to tell.
    pub entry: Option<OutboxEntry>,
}

/// One atomic write: one part of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// The batch.
    pub batch: BatchId,
    /// Which part of the batch; a batch with many issues is written in parts.
    pub part: usize,
    /// When the marker may be forgotten.
    pub expires: Timestamp,
    /// Changes of issues' own items, each with what there is to tell.
    pub changes: Vec<IssueChange>,
    /// Counts of issues that are spread.
    pub counts: Vec<ShardWrite>,
}

/// Most actions of one transaction. Source: Amazon DynamoDB Developer Guide, "Quotas": `TransactWriteItems`, 100 distinct items.
pub const MAX_TRANSACTION_ACTIONS: usize = 100;

/// Most bytes of all items of one transaction. Source: Amazon DynamoDB Developer Guide, "Quotas": `TransactWriteItems`, 4 MB.
pub const MAX_TRANSACTION_BYTES: usize = 4 * 1024 * 1024;

/// Most bytes of an item beside its document: keys, versions, times, an outbox entry's transition, and DynamoDB's overhead.
pub const MAX_ITEM_FRAME: usize = 2 * 1024;

/// Most bytes of an item with an issue or with its counts: an outbox entry holds one issue too.
pub const MAX_ITEM_BYTES: usize = MAX_ISSUE_BYTES + MAX_ITEM_FRAME;

impl Commit {
    /// Most actions beside the marker.
    pub const MAX_ACTIONS: usize = MAX_TRANSACTION_ACTIONS - 1;

    /// Most actions for one group: the issue's own item, an entry of the outbox, and a shard.
    pub const ACTIONS_PER_GROUP: usize = 3;

    /// Most groups of a batch in one part. A part's marker is its number, so a batch that comes again must be cut in the same way: by its groups alone,
    /// whatever is stored. So each is reckoned with as if it needed the most of everything.
    pub const MAX_GROUPS: usize = Self::MAX_ACTIONS / Self::ACTIONS_PER_GROUP;

    /// Actions, the marker included.
    pub fn actions(&self) -> usize {
        1 + self.counts.len() + self.changes.iter().map(|change| 1 + usize::from(change.entry.is_some())).sum::<usize>()
    }
}

const _: () = assert!(Commit::MAX_GROUPS * Commit::ACTIONS_PER_GROUP * MAX_ITEM_BYTES + MAX_ITEM_FRAME <= MAX_TRANSACTION_BYTES);

/// An alarm's change of state with what to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlarmCommit {
    /// Alarm name.
    pub alarm: String,
    /// When it changed.
    pub changed_at: Timestamp,
    /// True: it fires now. False: it is over, which is told only if it fired before.
    pub firing: bool,
    /// What to tell.
    pub entry: OutboxEntry,
}

/// Answer to a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Committed {
    /// Written.
    Done,
    /// It had been written before (or, for an alarm, is older than what is stored or tells nothing).
    Before,
    /// Somebody changed an issue in between: read again and repeat.
    Conflict,
}

/// Answer to a claim on an outbox entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Send it now.
    Granted(Box<OutboxEntry>),
    /// It has been sent, or there is no such entry.
    Done,
    /// Somebody else sends it now.
    Busy,
}
