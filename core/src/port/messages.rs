//! Where messages go: the queue between classifier and notifier, and the topics people read.

use std::future::Future;

use super::PortResult;
use crate::notify::OutgoingMessage;

/// The queue `alerts`: tells alert-notifier that there is something in the outbox.
pub trait AlertQueue: Sync {
    /// Sends ids of outbox entries. Losing one is harmless: the tick sweeps the outbox.
    fn send(&self, ids: &[String]) -> impl Future<Output = PortResult<()>> + Send;
}

/// Where messages to people go.
pub trait Publisher: Sync {
    /// Publishes messages to one topic in one request, few enough for it (see [`crate::notify::batches`]). Gives what became of each, in their order.
    /// Not idempotent.
    fn publish(&self, messages: &[OutgoingMessage]) -> impl Future<Output = Vec<PortResult<()>>> + Send;
}
