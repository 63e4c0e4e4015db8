//! Distributions.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use skywarden_core::metric::{Distribution as Samples, ValueCount};

use super::{
    emf::MAX_VALUES,
    series::{Handle, Taken},
};

/// Most values of an interval that are written, in as many documents as they need.
const MOST: usize = 3 * MAX_VALUES;

/// Samples of which more than the sum is of interest: durations, sizes, amounts. Written as values with counts, so that CloudWatch has every
/// statistic of them, percentiles included. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Distribution(pub(super) Handle);

/// Samples behind a lock, behind a pointer: a child process needs another lock, for a thread of the parent may hold this one for ever.
#[derive(Debug)]
pub(super) struct Shared(ArcSwap<Mutex<Samples>>);

impl Default for Shared {
    fn default() -> Self {
        Self(ArcSwap::new(empty()))
    }
}

/// Exact as long as one document holds the values.
fn empty() -> Arc<Mutex<Samples>> {
    Arc::new(Mutex::new(Samples::with_room(MAX_VALUES, MOST)))
}

impl Distribution {
    /// Adds one sample.
    pub fn record(&self, value: f64) {
        self.0.record(value);
    }
}

impl Shared {
    pub(super) fn add(&self, value: f64) {
        self.0.load().lock().unwrap_or_else(PoisonError::into_inner).add(ValueCount { value, count: 1.0 });
    }

    /// The samples since the last time.
    pub(super) fn take(&self) -> Option<Taken> {
        let seen = self.0.load().lock().unwrap_or_else(PoisonError::into_inner).take();
        (!seen.is_empty()).then_some(Taken::Seen(seen))
    }

    pub(super) fn reset(&self) {
        self.0.store(empty());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_process_is_not_held_up_by_a_lock_of_its_parent() {
        let shared = Shared::default();
        shared.add(1.0);
        let parents = shared.0.load_full();
        let _held = parents.lock().unwrap();
        shared.reset();
        assert_eq!(shared.take(), None);
        shared.add(2.0);
        assert!(matches!(shared.take(), Some(Taken::Seen(seen)) if seen.len() == 1));
    }
}
