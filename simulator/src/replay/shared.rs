//! The metric store, shared between the replay and the processors' metric sink.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::statistics::MetricStore;

/// A metric store with several owners.
#[derive(Clone, Debug, Default)]
pub struct SharedMetrics(Arc<Mutex<MetricStore>>);

impl SharedMetrics {
    /// The store, for as long as the guard lives.
    pub fn lock(&self) -> MutexGuard<'_, MetricStore> {
        // A panic elsewhere leaves the store as it was between two samples: still good to read.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
