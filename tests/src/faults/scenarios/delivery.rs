//! Batches that come twice, in another order, or at the same time.

use crate::faults::scenario::{Course, Keeps, Scenario};

/// The scenarios.
pub(super) const SCENARIOS: [Scenario; 5] = [
    Scenario::course("duplicate", "every batch and every alarm is delivered twice", Course::Again)
        .counters(&[("metrics-extractor", "Duplicates", 8.0), ("error-classifier", "Duplicates", 8.0)]),
    Scenario::course("reordered", "batches are delivered in another order than they were written", Course::Reordered),
    Scenario::course("alarms-reordered", "the end of an alarm arrives before its beginning", Course::AlarmsReordered),
    Scenario::course("concurrent", "every batch is delivered three times at once", Course::AtOnce),
    Scenario::course("storm", "200 batches at once with the same new error", Course::Storm { batches: 200, at_once: 12 }).keeps(Keeps::Anything),
];
