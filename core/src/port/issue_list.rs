//! Which issues there are, and taking one out.

use std::future::Future;

use super::PortResult;
use crate::issue::{Committed, Erasure, Fingerprint};

/// Which issues there are: for people who look, never for the pipelines.
pub trait IssueList: Sync {
    /// Some of the fingerprints that begin with these digits, in ascending order: at most `limit` of those behind `after`. Fewer than `limit`
    /// (or none) are the last. Eventually consistent: an issue of a second ago may be missing.
    fn fingerprints(&self, prefix: &str, after: Option<&Fingerprint>, limit: usize) -> impl Future<Output = PortResult<Vec<Fingerprint>>> + Send;
    /// Takes an issue out with everything stored under it and with its notices that are not sent, in one atomic step. [`Committed::Conflict`]: the issue is
    /// not of the version that is expected any more, or something was counted meanwhile, and nothing was done. [`Committed::Before`]: no issue was
    /// expected, and nothing is left of one.
    fn erase(&self, erasure: &Erasure) -> impl Future<Output = PortResult<Committed>> + Send;
    /// How many notices of an issue are not sent yet. Each holds the issue as it was then.
    fn unsent_notices(&self, fingerprint: &Fingerprint) -> impl Future<Output = PortResult<usize>> + Send;
}
