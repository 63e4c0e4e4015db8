//! Messages to people, kept with their times.

use std::{
    future::{Future, ready},
    sync::{Arc, Mutex},
};

use jiff::Timestamp;
use skywarden_core::{
    notify::OutgoingMessage,
    port::{Clock, PortResult, Publisher},
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
    fn publish(&self, message: &OutgoingMessage) -> impl Future<Output = PortResult<()>> + Send {
        self.clock.spend_call();
        self.record(message.clone());
        ready(Ok(()))
    }
}
