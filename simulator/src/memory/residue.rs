//! The bucket of undelivered effects.

use std::{
    collections::BTreeMap,
    future::{Future, ready},
    sync::{Arc, Mutex},
};

use skywarden_core::port::{PortResult, ResidueStore};

use crate::memory::{MemoryClock, locked};

/// Residues by key.
#[derive(Debug)]
pub struct MemoryResidues {
    clock: Arc<MemoryClock>,
    objects: Mutex<BTreeMap<String, Vec<u8>>>,
}

impl MemoryResidues {
    /// An empty bucket; every call takes the clock's time.
    pub const fn new(clock: Arc<MemoryClock>) -> Self {
        Self { clock, objects: Mutex::new(BTreeMap::new()) }
    }

    /// Every residue, by key.
    pub fn all(&self) -> BTreeMap<String, Vec<u8>> {
        locked(&self.objects).clone()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        locked(&self.objects).len()
    }
}

impl ResidueStore for MemoryResidues {
    fn put(&self, key: &str, body: &[u8]) -> impl Future<Output = PortResult<()>> + Send {
        self.clock.spend_call();
        locked(&self.objects).insert(key.to_owned(), body.to_vec());
        ready(Ok(()))
    }
}
