//! Looking at the outbox without taking anything.

use std::future::Future;

use super::PortResult;

/// What became of entries of the outbox.
pub trait OutboxView: Sync {
    /// The entry of an id; `None` when there is none (yet, or any more).
    fn entry(&self, id: &str) -> impl Future<Output = PortResult<Option<EntryView>>> + Send;
}

/// What became of one entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryView {
    /// Nothing of it is left to send. A transition is sent when the ledgers of its routes have taken it in.
    pub sent: bool,
    /// Topics it has been published to, sorted.
    pub published: Vec<String>,
}
