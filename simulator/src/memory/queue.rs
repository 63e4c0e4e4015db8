//! The queue `alerts`.

use std::{
    collections::VecDeque,
    future::{Future, ready},
    sync::{Arc, Mutex},
};

use skywarden_core::port::{AlertQueue, PortResult};

use crate::memory::{MemoryClock, locked};

/// Ids of outbox entries, first in, first out.
#[derive(Debug)]
pub struct MemoryQueue {
    clock: Arc<MemoryClock>,
    ids: Mutex<VecDeque<String>>,
}

impl MemoryQueue {
    /// An empty queue; every call takes the clock's time.
    pub const fn new(clock: Arc<MemoryClock>) -> Self {
        Self { clock, ids: Mutex::new(VecDeque::new()) }
    }

    /// Takes the oldest id.
    pub fn take(&self) -> Option<String> {
        locked(&self.ids).pop_front()
    }

    /// How many ids wait.
    pub fn depth(&self) -> usize {
        locked(&self.ids).len()
    }
}

impl AlertQueue for MemoryQueue {
    fn send(&self, ids: &[String]) -> impl Future<Output = PortResult<()>> + Send {
        self.clock.spend_call();
        locked(&self.ids).extend(ids.iter().cloned());
        ready(Ok(()))
    }
}
