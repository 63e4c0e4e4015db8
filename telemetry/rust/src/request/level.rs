//! How loud a request is told.

use std::time::Duration;

use skywarden_core::schema::Level;

use super::{Facts, Outcome};

/// The level of a request's line. The class of the status decides: 5xx is ERROR, 4xx WARNING, the rest INFO.
///
/// A request that ended without a status is ERROR when the service failed or gave up by a time-out, WARNING when the service dropped it, and INFO
/// when the client went away: that is no fault of the service. An error after a status of success, in the middle of a body, is ERROR; an answer
/// slower than `slow` is WARNING at least.
pub fn level(facts: &Facts, slow: Option<Duration>) -> Level {
    let by_status = match facts.status_code {
        Some(500..) => Level::Error,
        Some(400..) => Level::Warning,
        _ if facts.error.is_some() || facts.outcome == Outcome::Timeout => Level::Error,
        None if facts.outcome == Outcome::Answered => Level::Error,
        _ if facts.outcome == Outcome::Cancelled => Level::Warning,
        _ => Level::Info,
    };
    by_status.max(if is_slow(facts, slow) { Level::Warning } else { Level::Info })
}

/// Whether an answer took longer than it should. How long a client stayed, and how long an upgraded connection lives, says nothing of the service.
fn is_slow(facts: &Facts, slow: Option<Duration>) -> bool {
    let answered = matches!(facts.outcome, Outcome::Answered | Outcome::Timeout);
    answered && slow.is_some_and(|slow| facts.duration_ms > slow.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    use super::{super::ErrorFacts, *};

    fn of(status_code: Option<u16>, outcome: Outcome, error: bool) -> Level {
        let facts = Facts { status_code, outcome, error: error.then(ErrorFacts::default), duration_ms: 100.0, ..Facts::default() };
        level(&facts, None)
    }

    #[test]
    fn the_class_of_the_status_decides() {
        for (status, expected) in [(101, Level::Info), (200, Level::Info), (399, Level::Info), (400, Level::Warning), (404, Level::Warning)] {
            assert_eq!(of(Some(status), Outcome::Answered, false), expected, "{status}");
        }
        for status in [500, 599, 999] {
            assert_eq!(of(Some(status), Outcome::Answered, false), Level::Error, "{status}");
        }
        assert_eq!(of(Some(422), Outcome::Answered, true), Level::Warning, "an error the client is to blame for");
    }

    #[test]
    fn without_a_status_the_way_it_ended_decides() {
        assert_eq!(of(None, Outcome::ClientDisconnect, false), Level::Info);
        assert_eq!(of(Some(200), Outcome::ClientDisconnect, false), Level::Info);
        assert_eq!(of(Some(500), Outcome::ClientDisconnect, false), Level::Error);
        assert_eq!(of(None, Outcome::Timeout, false), Level::Error);
        assert_eq!(of(None, Outcome::Cancelled, false), Level::Warning);
        assert_eq!(of(None, Outcome::Answered, false), Level::Error);
        assert_eq!(of(Some(200), Outcome::Answered, true), Level::Error, "an error in the middle of the body");
    }

    #[test]
    fn a_slow_answer_is_a_warning_at_least() {
        let facts = |status, outcome| Facts { status_code: Some(status), duration_ms: 100.0, outcome, ..Facts::default() };
        let slow = Some(Duration::from_millis(99));
        assert_eq!(level(&facts(200, Outcome::Answered), slow), Level::Warning);
        assert_eq!(level(&facts(200, Outcome::Answered), Some(Duration::from_millis(100))), Level::Info, "not slower than the bound");
        assert_eq!(level(&facts(503, Outcome::Answered), slow), Level::Error);
        assert_eq!(level(&facts(200, Outcome::ClientDisconnect), slow), Level::Info);
        assert_eq!(level(&facts(101, Outcome::Upgrade), slow), Level::Info);
    }
}
