//! The bucket of undelivered effects.

use std::{
    collections::BTreeMap,
    future::{Future, ready},
    sync::Mutex,
};

use skywarden_core::port::{PortResult, ResidueStore};

use crate::memory::locked;

/// Residues by key.
#[derive(Debug, Default)]
pub struct MemoryResidues(Mutex<BTreeMap<String, Vec<u8>>>);

impl MemoryResidues {
    /// Every residue, by key.
    pub fn all(&self) -> BTreeMap<String, Vec<u8>> {
        locked(&self.0).clone()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        locked(&self.0).len()
    }
}

impl ResidueStore for MemoryResidues {
    fn put(&self, key: &str, body: &[u8]) -> impl Future<Output = PortResult<()>> + Send {
        locked(&self.0).insert(key.to_owned(), body.to_vec());
        ready(Ok(()))
    }
}
