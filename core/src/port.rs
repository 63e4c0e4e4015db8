//! Ports: what the pipelines need from the outside, as traits.
//!
//! The Lambda adapters implement them on AWS, the simulator in memory. A port does one attempt and says truthfully what became of it; when
//! and how often to try again is decided in `core`, since only a caller knows whether a repetition can double something.

use std::{future::Future, time::Duration};

use jiff::Timestamp;

use crate::{
    batch::BatchId,
    issue::{AlarmCommit, Claim, Commit, Committed, Fingerprint, Issue, IssueChange, OutboxEntry},
    metric::PutRequest,
    notify::{OutgoingMessage, decide::Ledger},
};

/// What became of a call that did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It did not happen and never will as it stands: bad request, access denied, no such resource.
    Rejected,
    /// It did not happen, a later attempt may succeed: throttled, unavailable, no connection.
    Unavailable,
    /// Nobody knows whether it happened: time-out or reset after the request was sent, or a server error.
    Ambiguous,
}

/// A call to the outside that failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{operation}: {code}: {message}")]
pub struct PortError {
    /// What became of it.
    pub failure: Failure,
    /// Which call, for example `cloudwatch.PutMetricData`.
    pub operation: &'static str,
    /// The service's error code, or our own word for a transport failure.
    pub code: String,
    /// What the service said.
    pub message: String,
}

/// Result of one call to the outside.
pub type PortResult<T> = Result<T, PortError>;

/// Time, injected.
pub trait Clock: Sync {
    /// The current time.
    fn now(&self) -> Timestamp;
    /// Waits; the simulator's clock returns at once.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send;
}

/// Where metric data goes.
pub trait MetricSink: Sync {
    /// Sends one request. It is not idempotent: an [`Failure::Ambiguous`] answer may have been counted.
    fn put(&self, request: &PutRequest) -> impl Future<Output = PortResult<()>> + Send;
}

/// Which batches have been processed; the unit of idempotence is the delivered batch.
pub trait BatchLedger: Sync {
    /// Opens a batch for one purpose, so that nobody else works on it until `claim_until`.
    fn open(&self, batch: &BatchId, purpose: &str, now: Timestamp, claim_until: Timestamp) -> impl Future<Output = PortResult<Opened>> + Send;
    /// Marks it done; kept until `expires`.
    fn close(&self, batch: &BatchId, purpose: &str, expires: Timestamp) -> impl Future<Output = PortResult<()>> + Send;
}

/// Answer of [`BatchLedger::open`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// Nobody has worked on it.
    Fresh,
    /// Somebody began and did not finish within the claim: whether the work happened is not known.
    Abandoned,
    /// It has been done.
    Done,
    /// Somebody works on it now.
    Busy,
}

/// Where issues, batch markers and the outbox live.
pub trait IssueStore: Sync {
    /// The issues that exist among these, in any order. One that was merged into another is given as it is stored: whoever counts follows
    /// [`Issue::merged_into`].
    fn load(&self, fingerprints: &[Fingerprint]) -> impl Future<Output = PortResult<Vec<Issue>>> + Send;
    /// Writes marker, issue changes and outbox entries in one atomic step.
    fn commit(&self, commit: &Commit) -> impl Future<Output = PortResult<Committed>> + Send;
    /// Writes what a person did: issue changes (two for a merge) and outbox entries in one atomic step. It is [`Committed::Done`] or
    /// [`Committed::Conflict`].
    fn change(&self, changes: &[IssueChange]) -> impl Future<Output = PortResult<Committed>> + Send;
    /// Writes an alarm's state and its outbox entry in one atomic step.
    fn commit_alarm(&self, commit: &AlarmCommit) -> impl Future<Output = PortResult<Committed>> + Send;
    /// Takes an outbox entry for sending, so that nobody else sends it until `claim_until`.
    fn claim(&self, id: &str, now: Timestamp, claim_until: Timestamp) -> impl Future<Output = PortResult<Claim>> + Send;
    /// Notes that the entry has been published to a topic.
    fn mark_published(&self, id: &str, topic: &str) -> impl Future<Output = PortResult<()>> + Send;
    /// Notes that nothing of the entry is left to send; kept until `expires`.
    fn mark_sent(&self, id: &str, expires: Timestamp) -> impl Future<Output = PortResult<()>> + Send;
    /// Gives a claimed entry back, to be sent at `due`.
    fn release(&self, entry: &OutboxEntry, due: Timestamp) -> impl Future<Output = PortResult<()>> + Send;
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

/// The queue `alerts`: tells alert-notifier that there is something in the outbox.
pub trait AlertQueue: Sync {
    /// Sends ids of outbox entries. Losing one is harmless: the tick sweeps the outbox.
    fn send(&self, ids: &[String]) -> impl Future<Output = PortResult<()>> + Send;
}

/// Where messages to people go.
pub trait Publisher: Sync {
    /// Publishes one message. Not idempotent.
    fn publish(&self, message: &OutgoingMessage) -> impl Future<Output = PortResult<()>> + Send;
}

/// Where effects that could not be delivered are kept for `redrive`.
pub trait ResidueStore: Sync {
    /// Writes one residue. The same key holds the same content: writing twice is harmless.
    fn put(&self, key: &str, body: &[u8]) -> impl Future<Output = PortResult<()>> + Send;
}
