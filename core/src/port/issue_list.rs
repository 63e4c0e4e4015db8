//! Which issues there are, and taking one out.

use std::future::Future;

use super::PortResult;
use crate::issue::{Committed, Fingerprint};

/// Which issues there are: for people who look, never for the pipelines.
pub trait IssueList: Sync {
    /// Some of the fingerprints that begin with these digits, in ascending order: at most `limit` of those behind `after`. Fewer than `limit`
    /// (or none) are the last. Eventually consistent: an issue of a second ago may be missing.
    fn fingerprints(&self, prefix: &str, after: Option<&Fingerprint>, limit: usize) -> impl Future<Output = PortResult<Vec<Fingerprint>>> + Send;
    /// Takes an issue out with everything stored under it and with its notices that are not sent. [`Committed::Conflict`]: it is not of the version
    /// `expected` any more, and nothing was done.
    fn erase(&self, fingerprint: &Fingerprint, expected: u64) -> impl Future<Output = PortResult<Committed>> + Send;
    /// How many notices of an issue are not sent yet. Each holds the issue as it was then.
    fn unsent_notices(&self, fingerprint: &Fingerprint) -> impl Future<Output = PortResult<usize>> + Send;
}
