//! Where undelivered effects are kept, and how they are read back.

use std::future::Future;

use jiff::Timestamp;

use super::PortResult;

/// Where effects that could not be delivered are kept for `redrive`.
pub trait ResidueStore: Sync {
    /// Writes one residue. The same key holds the same content: writing twice is harmless.
    fn put(&self, key: &str, body: &[u8]) -> impl Future<Output = PortResult<()>> + Send;
}

/// One bucket of what was not delivered, as `redrive` reads it.
pub trait ResidueArchive: Sync {
    /// One page of the objects whose keys begin with `prefix`, in the order of their keys. `after`: where the page before it ended.
    fn list(&self, prefix: &str, after: Option<&str>) -> impl Future<Output = PortResult<KeptPage>> + Send;
    /// The bytes of an object; `None`: there is none.
    fn get(&self, key: &str) -> impl Future<Output = PortResult<Option<Vec<u8>>>> + Send;
    /// Deletes an object, unless it has become another since it was listed. One that is gone already is no error.
    fn delete(&self, object: &KeptObject) -> impl Future<Output = PortResult<()>> + Send;
}

/// Some objects, and where the next page begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptPage {
    /// Objects.
    pub objects: Vec<KeptObject>,
    /// What to ask for the next page with; `None`: this is the last one.
    pub next: Option<String>,
}

/// An object in a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptObject {
    /// Key.
    pub key: String,
    /// Size in bytes.
    pub bytes: u64,
    /// When it was written.
    pub at: Timestamp,
    /// Which writing of the key this is, as the store tells it (S3's entity tag).
    pub version: String,
}
