//! Where metric data goes.

use std::future::Future;

use super::PortResult;
use crate::metric::PutRequest;

/// Where metric data goes.
pub trait MetricSink: Sync {
    /// Sends one request. It is not idempotent: an [`Failure::Ambiguous`] answer may have been counted.
    fn put(&self, request: &PutRequest) -> impl Future<Output = PortResult<()>> + Send;
}
