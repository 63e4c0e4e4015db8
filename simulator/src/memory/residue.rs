//! The bucket of undelivered effects.

use std::{
    collections::BTreeMap,
    future::{Future, ready},
    sync::{Arc, Mutex},
};

use jiff::Timestamp;
use skywarden_core::port::{Clock as _, KeptObject, KeptPage, PortResult, ResidueArchive, ResidueStore};

use crate::memory::{MemoryClock, locked};

/// Residues by key.
#[derive(Debug)]
pub struct MemoryResidues {
    clock: Arc<MemoryClock>,
    objects: Mutex<BTreeMap<String, Object>>,
}

/// An object, with the number of the write that made it.
#[derive(Clone, Debug)]
struct Object {
    body: Vec<u8>,
    at: Timestamp,
    version: String,
}

/// Most objects of one page, as S3 has it.
const PAGE: usize = 1000;

impl MemoryResidues {
    /// An empty bucket; every call takes the clock's time.
    pub const fn new(clock: Arc<MemoryClock>) -> Self {
        Self { clock, objects: Mutex::new(BTreeMap::new()) }
    }

    /// Every residue, by key.
    pub fn all(&self) -> BTreeMap<String, Vec<u8>> {
        locked(&self.objects).iter().map(|(key, object)| (key.clone(), object.body.clone())).collect()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        locked(&self.objects).len()
    }
}

impl ResidueStore for MemoryResidues {
    fn put(&self, key: &str, body: &[u8]) -> impl Future<Output = PortResult<()>> + Send {
        self.clock.spend_call();
        let at = self.clock.now();
        let object = Object { body: body.to_vec(), at, version: at.to_string() };
        locked(&self.objects).insert(key.to_owned(), object);
        ready(Ok(()))
    }
}

impl ResidueArchive for MemoryResidues {
    fn list(&self, prefix: &str, after: Option<&str>) -> impl Future<Output = PortResult<KeptPage>> + Send {
        self.clock.spend_call();
        let objects = locked(&self.objects);
        let wanted = objects.iter().filter(|(key, _)| key.starts_with(prefix) && after.is_none_or(|after| key.as_str() > after));
        let kept = wanted.map(|(key, object)| KeptObject {
            key: key.clone(),
            bytes: u64::try_from(object.body.len()).unwrap_or(u64::MAX),
            at: object.at,
            version: object.version.clone(),
        });
        let mut objects: Vec<KeptObject> = kept.take(PAGE + 1).collect();
        let more = objects.len() > PAGE;
        objects.truncate(PAGE);
        let next = if more { objects.last().map(|object| object.key.clone()) } else { None };
        ready(Ok(KeptPage { objects, next }))
    }

    fn get(&self, key: &str) -> impl Future<Output = PortResult<Option<Vec<u8>>>> + Send {
        self.clock.spend_call();
        ready(Ok(locked(&self.objects).get(key).map(|object| object.body.clone())))
    }

    fn delete(&self, object: &KeptObject) -> impl Future<Output = PortResult<()>> + Send {
        self.clock.spend_call();
        let mut objects = locked(&self.objects);
        if objects.get(&object.key).is_some_and(|stored| stored.version == object.version) {
            objects.remove(&object.key);
        }
        ready(Ok(()))
    }
}
