//! When a new file begins by time.

use jiff::Timestamp;

use crate::settings::Every;

impl Every {
    /// Seconds of a period. Days are UTC's, so all are as long.
    const fn seconds(self) -> i64 {
        match self {
            Self::Minute => 60,
            Self::Hour => 60 * 60,
            Self::Day => 24 * 60 * 60,
        }
    }

    /// The first moment after the period in which `moment` lies.
    pub(super) fn end(self, moment: Timestamp) -> Timestamp {
        let period = self.seconds();
        let second = moment.as_nanosecond().div_euclid(1_000_000_000);
        let end = (second.div_euclid(i128::from(period)) + 1) * i128::from(period);
        Timestamp::from_nanosecond(end * 1_000_000_000).unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(every: Every, moment: &str) -> String {
        every.end(moment.parse().unwrap()).to_string()
    }

    #[test]
    fn periods_end_at_full_minutes_hours_and_days_of_utc() {
        assert_eq!(end(Every::Minute, "2026-11-25T13:59:59.999999999Z"), "2026-11-25T14:00:00Z");
        assert_eq!(end(Every::Minute, "2026-11-25T14:00:00Z"), "2026-11-25T14:01:00Z");
        assert_eq!(end(Every::Hour, "2026-11-25T13:59:59Z"), "2026-11-25T14:00:00Z");
        assert_eq!(end(Every::Hour, "2026-11-25T14:00:00Z"), "2026-11-25T15:00:00Z");
        assert_eq!(end(Every::Day, "2026-12-31T23:59:59.9Z"), "2027-01-01T00:00:00Z");
        assert_eq!(end(Every::Day, "2028-02-29T00:00:00Z"), "2028-03-01T00:00:00Z");
    }

    #[test]
    fn moments_before_1970_and_the_last_one_have_an_end_too() {
        assert_eq!(end(Every::Day, "1969-12-31T23:59:59.5Z"), "1970-01-01T00:00:00Z");
        assert_eq!(Every::Hour.end(Timestamp::MAX), Timestamp::MAX);
    }
}
