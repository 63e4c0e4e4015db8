//! The queue `alerts`.

use std::{
    collections::VecDeque,
    future::{Future, ready},
    sync::Mutex,
};

use skywarden_core::port::{AlertQueue, PortResult};

use crate::memory::locked;

/// Ids of outbox entries, first in, first out.
#[derive(Debug, Default)]
pub struct MemoryQueue(Mutex<VecDeque<String>>);

impl MemoryQueue {
    /// Takes the oldest id.
    pub fn take(&self) -> Option<String> {
        locked(&self.0).pop_front()
    }

    /// How many ids wait.
    pub fn depth(&self) -> usize {
        locked(&self.0).len()
    }
}

impl AlertQueue for MemoryQueue {
    fn send(&self, ids: &[String]) -> impl Future<Output = PortResult<()>> + Send {
        locked(&self.0).extend(ids.iter().cloned());
        ready(Ok(()))
    }
}
