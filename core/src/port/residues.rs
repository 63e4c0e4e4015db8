//! Where undelivered effects are kept.

use std::future::Future;

use super::PortResult;

/// Where effects that could not be delivered are kept for `redrive`.
pub trait ResidueStore: Sync {
    /// Writes one residue. The same key holds the same content: writing twice is harmless.
    fn put(&self, key: &str, body: &[u8]) -> impl Future<Output = PortResult<()>> + Send;
}
