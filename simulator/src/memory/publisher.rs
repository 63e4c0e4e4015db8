//! Messages to people, kept with their times.

use std::{
    collections::BTreeSet,
    future::{Future, ready},
    sync::{Arc, Mutex},
};

use jiff::Timestamp;
use skywarden_core::{
    notify::{MAX_BATCH, MAX_BATCH_BYTES, OutgoingMessage},
    port::{Clock, Failure, PortError, PortResult, Publisher},
};

use crate::memory::{MemoryClock, locked};

/// One message that was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// When.
    pub at: Timestamp,
    /// What, and to which topic.
    pub message: OutgoingMessage,
}

/// Topics in memory.
#[derive(Debug)]
pub struct MemoryPublisher {
    clock: Arc<MemoryClock>,
    published: Mutex<Vec<Published>>,
}

impl MemoryPublisher {
    /// Topics whose messages carry this clock's time.
    pub const fn new(clock: Arc<MemoryClock>) -> Self {
        Self { clock, published: Mutex::new(Vec::new()) }
    }

    /// Keeps a message.
    pub fn record(&self, message: OutgoingMessage) {
        let at = self.clock.now();
        locked(&self.published).push(Published { at, message });
    }

    /// Everything published so far, in order.
    pub fn published(&self) -> Vec<Published> {
        locked(&self.published).clone()
    }

    /// How many messages were published.
    pub fn count(&self) -> usize {
        locked(&self.published).len()
    }

    /// Topics of the messages published after the first `seen`, in order.
    pub fn topics_after(&self, seen: usize) -> Vec<String> {
        locked(&self.published).iter().skip(seen).map(|published| published.message.topic.clone()).collect()
    }
}

impl Publisher for MemoryPublisher {
    fn publish(&self, messages: &[OutgoingMessage]) -> impl Future<Output = Vec<PortResult<()>>> + Send {
        self.clock.spend_call();
        let topics: BTreeSet<&str> = messages.iter().map(|message| message.topic.as_str()).collect();
        let bytes: usize = messages.iter().map(OutgoingMessage::bytes).sum();
        // What SNS refuses as a whole is refused here too.
        if topics.len() > 1 || messages.len() > MAX_BATCH || bytes > MAX_BATCH_BYTES {
            let error = PortError {
                failure: Failure::Rejected,
                operation: "sns.PublishBatch",
                code: "BatchRequestTooLong".to_owned(),
                message: format!("{} messages of {bytes} bytes to {} topics in one request", messages.len(), topics.len()),
            };
            return ready(vec![Err(error); messages.len()]);
        }
        messages.iter().cloned().for_each(|message| self.record(message));
        ready(vec![Ok(()); messages.len()])
    }
}
