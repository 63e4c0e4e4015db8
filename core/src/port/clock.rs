//! Time.

use std::{future::Future, time::Duration};

use jiff::Timestamp;

/// Time, injected.
pub trait Clock: Sync {
    /// The current time.
    fn now(&self) -> Timestamp;
    /// Waits; the simulator's clock returns at once.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send;
}
