//! The day that is rehearsed, as `day.json` describes it: what goes wrong when, and how many people come to the shop.

use std::sync::LazyLock;

use serde::Deserialize;

const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;

/// The day. Moments are microseconds since 1970.
#[derive(Debug)]
pub(crate) struct Day {
    start: i64,
    traffic: Vec<f64>,
    slow_database: Window,
    feed_worker_dies: i64,
}

#[derive(Debug)]
struct Window {
    start: i64,
    end: i64,
    rise: i64,
    fall: i64,
}

#[derive(Deserialize)]
struct Description {
    date: jiff::civil::Date,
    feed_worker_dies: String,
    incidents: Vec<Incident>,
    traffic: Vec<f64>,
}

#[derive(Deserialize)]
struct Incident {
    id: String,
    start: String,
    end: String,
    rise_minutes: i64,
    fall_minutes: i64,
}

/// The example's day.
pub(crate) static DAY: LazyLock<Day> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "a file of the repository, read by every test of the example")]
    Day::parse(include_str!("../../../day.json")).expect("day.json is well formed")
});

impl Day {
    /// Reads the description of a day.
    fn parse(text: &str) -> Option<Self> {
        let description: Description = serde_json::from_str(text).ok()?;
        let start = description.date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_microsecond();
        let at = |text: &str| {
            let (hours, minutes) = text.split_once(':')?;
            Some(start + hours.parse::<i64>().ok()? * HOUR + minutes.parse::<i64>().ok()? * MINUTE)
        };
        let slow = description.incidents.iter().find(|incident| incident.id == "slow-database")?;
        let slow_database = Window { start: at(&slow.start)?, end: at(&slow.end)?, rise: slow.rise_minutes * MINUTE, fall: slow.fall_minutes * MINUTE };
        let known = description.traffic.len() == 24;
        known.then_some(Self { start, slow_database, feed_worker_dies: at(&description.feed_worker_dies)?, traffic: description.traffic })
    }

    /// How slow the database is, 0.0 to 1.0.
    pub(crate) fn slow_database(&self, moment: i64) -> f64 {
        let Window { start, end, rise, fall } = self.slow_database;
        if !(start..end).contains(&moment) {
            return 0.0;
        }
        share(moment - start, rise).min(share(end - moment, fall)).min(1.0)
    }

    /// Whether the feed of this moment loses its supplier half way.
    pub(crate) fn feed_worker_dies(&self, moment: i64) -> bool {
        (self.feed_worker_dies..self.feed_worker_dies + 6 * MINUTE).contains(&moment)
    }

    /// How much of a background fault's full chance applies at the moment: as the traffic, and nothing in thin traffic, where a single failure would
    /// look like an incident.
    pub(crate) fn faults(&self, moment: i64) -> f64 {
        let of_day = (moment - self.start).rem_euclid(24 * HOUR);
        let hour = usize::try_from(of_day / HOUR).unwrap_or_default();
        let at = |hour: usize| self.traffic.get(hour % 24).copied().unwrap_or_default();
        let traffic = at(hour) + (at(hour + 1) - at(hour)) * share(of_day % HOUR, HOUR);
        if traffic >= 0.5 { traffic } else { 0.0 }
    }
}

/// One duration as a share of another; 1.0 of none.
fn share(part: i64, whole: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "less than a day in microseconds")]
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_is_slow_in_its_window_and_faults_follow_the_traffic() {
        let at = |hour: i64, minute: i64| DAY.start + hour * HOUR + minute * MINUTE;
        let slow: Vec<f64> = [(17, 59), (18, 0), (18, 2), (18, 30), (18, 58), (19, 0)].map(|(hour, minute)| DAY.slow_database(at(hour, minute))).into();
        assert_eq!(slow, [0.0, 0.0, 0.5, 1.0, 0.5, 0.0]);
        assert_eq!((DAY.faults(at(19, 0)), DAY.faults(at(4, 0))), (1.0, 0.0));
        assert!((DAY.faults(at(18, 30)) - 0.97).abs() < 1e-9);
    }
}
