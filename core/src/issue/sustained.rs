//! Throttling that goes on is no longer a warning.
//!
//! A throttled call is tried again and mostly succeeds; a service that is throttled without a pause has hit a limit. Throttling is **sustained** when its
//! latest five-minute window ends a run of such windows without a gap that began at least [`SUSTAINED_MINUTES`] before, with at least [`SUSTAINED_COUNT`]
//! occurrences in the run. Then its severity is at least `error`. When the next occurrence comes after a gap, it is a warning again. A user's rule that
//! names a severity is not overruled.

use super::facts::{Facts, RECENT_SECONDS, Recent};
use crate::severity::Severity;

/// Category this applies to.
pub const SUSTAINED_CATEGORY: &str = "throttling";

/// How long before the latest window the run must have begun, minutes.
pub const SUSTAINED_MINUTES: i64 = 15;

/// Occurrences there must be in the run.
pub const SUSTAINED_COUNT: u64 = 10;

/// Whether the run that ends with the latest window is long and full enough.
pub fn is_sustained(recent: &Recent) -> bool {
    let Some(newest) = recent.newest() else {
        return false;
    };
    let mut next = newest;
    let mut sum = 0_u64;
    for (window, count) in recent.between(i64::MIN, newest).rev() {
        if window != next {
            break;
        }
        sum = sum.saturating_add(count);
        if (newest - window) * RECENT_SECONDS >= SUSTAINED_MINUTES * 60 && sum >= SUSTAINED_COUNT {
            return true;
        }
        next = window - 1;
    }
    false
}

/// The severity of facts: what the rule says, raised when it is sustained throttling.
pub(super) fn severity(facts: &Facts) -> Severity {
    // Only the first 24 hours of windows are known: a run cannot be longer, and need not be.
    let ours = !facts.rule.starts_with("user.");
    if ours && facts.category == SUSTAINED_CATEGORY && is_sustained(&facts.recent) { facts.rule_severity.max(Severity::Error) } else { facts.rule_severity }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn recent(minutes: &[(i64, u64)]) -> Recent {
        let mut recent = Recent::default();
        for &(minute, count) in minutes {
            recent.add(Timestamp::from_second(minute * 60).unwrap(), count);
        }
        recent
    }

    #[test]
    fn a_run_has_to_be_long_full_and_without_a_gap() {
        assert!(!is_sustained(&recent(&[])));
        assert!(!is_sustained(&recent(&[(0, 100), (5, 100), (10, 100)])), "it began ten minutes before");
        assert!(is_sustained(&recent(&[(4, 7), (5, 1), (10, 1), (15, 1)])));
        assert!(!is_sustained(&recent(&[(4, 6), (5, 1), (10, 1), (15, 1)])), "nine in all");
        assert!(!is_sustained(&recent(&[(0, 100), (10, 100), (15, 100), (20, 100)])), "a gap");
        assert!(is_sustained(&recent(&[(0, 10), (5, 1), (10, 1), (15, 1), (20, 1)])), "a run may be longer than it has to be");
        assert!(!is_sustained(&recent(&[(0, 10), (5, 1), (10, 1), (15, 1), (25, 1)])), "after a gap it begins anew");
    }
}
