//! Which batches have been processed.

use std::future::Future;

use jiff::Timestamp;

use super::PortResult;
use crate::batch::BatchId;

/// Which batches have been processed; the unit of idempotence is the delivered batch.
pub trait BatchLedger: Sync {
    /// Opens a batch for one purpose, so that nobody else works on it until `claim_until`.
    fn open(&self, batch: &BatchId, purpose: &str, now: Timestamp, claim_until: Timestamp) -> impl Future<Output = PortResult<Opened>> + Send;
    /// Gives back a batch that was opened and of which nothing has happened: whoever opens it next finds it fresh. Kept until
    /// `expires`.
    fn release(&self, batch: &BatchId, purpose: &str, expires: Timestamp) -> impl Future<Output = PortResult<()>> + Send;
    /// Marks it done; kept until `expires`.
    fn close(&self, batch: &BatchId, purpose: &str, expires: Timestamp) -> impl Future<Output = PortResult<()>> + Send;
}

/// Answer of [`BatchLedger::open`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// Nobody has worked on it.
    Fresh,
    /// Somebody began and did not finish within the claim: whether the work happened is not known.
    Abandoned,
    /// It has been done.
    Done,
    /// Somebody works on it now.
    Busy,
}
