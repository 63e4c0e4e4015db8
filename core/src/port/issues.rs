//! Where issues, batch markers and the outbox live.

use std::future::Future;

use jiff::Timestamp;

use super::PortResult;
use crate::{
    issue::{AlarmCommit, Claim, Commit, Committed, Fingerprint, Issue, IssueChange, OutboxEntry},
    notify::decide::Ledger,
};

/// Where issues, batch markers and the outbox live.
pub trait IssueStore: Sync {
    /// The issues that exist among these, in any order, each with all its counts wherever they are stored ([`Issue::spread`] says where). One that was
    /// merged into another is given as it is stored: whoever counts follows [`Issue::merged_into`].
    fn load(&self, fingerprints: &[Fingerprint]) -> impl Future<Output = PortResult<Vec<Issue>>> + Send;
    /// Writes marker, issue changes, counts and outbox entries in one atomic step. An issue of a change is written as it is given, its shards are not touched.
    fn commit(&self, commit: &Commit) -> impl Future<Output = PortResult<Committed>> + Send;
    /// Writes what a person did: issue changes (two for a merge) and outbox entries in one atomic step. An issue that was loaded with shards is folded,
    /// see [`IssueChange::folded`]. It is [`Committed::Done`] or [`Committed::Conflict`].
    fn change(&self, changes: &[IssueChange]) -> impl Future<Output = PortResult<Committed>> + Send;
    /// Writes an alarm's state and its outbox entry in one atomic step.
    fn commit_alarm(&self, commit: &AlarmCommit) -> impl Future<Output = PortResult<Committed>> + Send;
    /// Since when an alarm fires; `None` when it does not, as far as is known.
    fn fires_since(&self, alarm: &str) -> impl Future<Output = PortResult<Option<Timestamp>>> + Send;
    /// Takes an outbox entry for sending, so that nobody else sends it until `claim_until`.
    fn claim(&self, id: &str, now: Timestamp, claim_until: Timestamp) -> impl Future<Output = PortResult<Claim>> + Send;
    /// Notes that the entry has been published to a topic.
    fn mark_published(&self, id: &str, topic: &str) -> impl Future<Output = PortResult<()>> + Send;
    /// Notes that nothing of the entry is left to send; kept until `expires`.
    fn mark_sent(&self, id: &str, expires: Timestamp) -> impl Future<Output = PortResult<()>> + Send;
    /// Gives a claimed entry back, to be sent at `due`.
    fn release(&self, entry: &OutboxEntry, due: Timestamp) -> impl Future<Output = PortResult<()>> + Send;
    /// Takes an entry that was given up and kept as a residue, sent or not, and puts it into the outbox when it is there no more: nobody else sends
    /// it until `claim_until`. What has been noted as published stays so. The tick does not see it: the residue is what keeps it until it is sent.
    fn reopen(&self, entry: &OutboxEntry, now: Timestamp, claim_until: Timestamp) -> impl Future<Output = PortResult<Claim>> + Send;
    /// What a route remembers of what it was sent; `None` before its first decision.
    fn load_ledger(&self, route: &str) -> impl Future<Output = PortResult<Option<StoredLedger>>> + Send;
    /// Writes a route's ledger and the messages decided with it in one atomic step. Never answers [`Committed::Before`].
    fn commit_ledger(&self, commit: &LedgerCommit) -> impl Future<Output = PortResult<Committed>> + Send;
    /// Ids of entries that are due, oldest first, at most `limit`.
    fn due(&self, now: Timestamp, limit: usize) -> impl Future<Output = PortResult<Vec<String>>> + Send;
}

/// A ledger as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredLedger {
    /// Number of writes so far; a write names the version it read.
    pub version: u64,
    /// What the route remembers.
    pub ledger: Ledger,
}

/// A decision to store: what a route remembers, and what it is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerCommit {
    /// Route.
    pub route: String,
    /// Version that must be stored now; `None`: there must be none.
    pub expected: Option<u64>,
    /// What to remember, as the version after that.
    pub ledger: Ledger,
    /// Messages, few enough for one transaction: see [`crate::notify::decide::MAX_AT_ONCE`].
    pub entries: Vec<OutboxEntry>,
}
