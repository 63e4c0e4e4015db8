//! When an issue happens far more often than its own history allows.
//!
//! The history is the 168 whole clock hours before the current one. With `avg`, `sd` and `max` of their counts, hours without an occurrence included, and
//! `cv = sd / avg`, an issue of at least seven days may happen so often an hour:
//!
//! * `spike = avg + min(max((avg + 5 sd) / avg, 5), 8) avg`
//! * `bursty = max · min(max(2, 5 exp(-0.65 cv)), 5)`
//! * the higher of the two;
//!
//! a younger one ten times its highest hour. What is compared is the number of occurrences in 15 minutes, the current five-minute window and the two
//! before it, with a quarter of that, rounded up, and never with less than [`FLOOR`]. An issue that has not lived through one whole clock hour has
//! no history: it does not escalate, and the steps of `errors.notify.at` tell how it grows.
//!
//! An episode begins in the first window in which the number is above the limit. It keeps the limit it began with, since its own hours would raise the
//! next one, and ends in the first window in which the number is at most half of it. Counts by five minutes reach 24 hours back, and so does an episode:
//! what has gone on for longer has become the issue's history.

use jiff::{SignedDuration, Timestamp};

use super::facts::{Facts, Hours, Recent};

/// Occurrences within [`WINDOW_MINUTES`] that are never too many.
pub const FLOOR: u64 = 10;

/// Minutes over which occurrences are counted: at least ten of them, and fifteen when the current five-minute window is complete.
pub const WINDOW_MINUTES: u32 = 15;

/// Age from which the history is long enough for its mean and its spread.
pub const FULL_HISTORY: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Hours of that history.
const HISTORY_HOURS: i64 = 7 * 24;

/// Five-minute windows in which occurrences are counted.
const WINDOWS: i64 = 3;

/// How often an issue usually happens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Baseline {
    /// Whole clock hours looked at: since the issue was first seen, at most 168. Zero in its first hour.
    pub hours: u32,
    /// Mean of their counts; zero without an hour.
    pub per_hour: f64,
    /// Standard deviation of their counts.
    pub deviation: f64,
    /// The highest of their counts.
    pub max_hour: u64,
    /// Occurrences in [`WINDOW_MINUTES`] above which the issue escalates; absent while it has no history.
    pub limit: Option<u64>,
}

/// An issue that escalates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Escalation {
    /// Begin of the five-minute window in which it began.
    pub since: Timestamp,
    /// Occurrences in the last [`WINDOW_MINUTES`].
    pub count: u64,
    /// What they had to stay below when it began.
    pub limit: u64,
}

impl Baseline {
    /// The baseline that holds during the clock hour of a time.
    pub fn of(facts: &Facts, as_of: Timestamp) -> Self {
        Self::in_hour(facts, Hours::window(as_of))
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of an hour, far below 2^52; beyond, a limit need not be exact")]
    fn in_hour(facts: &Facts, hour: i64) -> Self {
        let first = Hours::window(facts.first_seen);
        let hours = (hour - first).clamp(0, HISTORY_HOURS);
        let counts = || facts.hours.between(hour - hours, hour - 1).map(|(_, count)| count).filter(|_| hours > 0);
        let number = u32::try_from(hours).unwrap_or(0);
        let of = f64::from(number.max(1));
        let per_hour = counts().fold(0.0, |sum, count| sum + count as f64) / of;
        let (seen, squares) = counts().fold((0.0, 0.0), |(seen, squares), count| (seen + 1.0, squares + (count as f64 - per_hour).powi(2)));
        // Hours without an occurrence are not stored, and count.
        let deviation = ((squares + (f64::from(number) - seen) * per_hour * per_hour) / of).max(0.0).sqrt();
        let mut baseline = Self { hours: number, per_hour, deviation, max_hour: counts().max().unwrap_or(0), limit: None };
        let whole = if Hours::begin(first) == facts.first_seen { first } else { first + 1 };
        if hour > whole {
            let old = Hours::begin(hour).duration_since(facts.first_seen) >= FULL_HISTORY;
            baseline.limit = Some(quarter(if old { baseline.of_full_history() } else { 10.0 * baseline.max_hour as f64 }));
        }
        baseline
    }

    /// Occurrences an hour that the history of seven days allows.
    #[expect(clippy::cast_precision_loss, reason = "counts of an hour, far below 2^52; beyond, a limit need not be exact")]
    fn of_full_history(&self) -> f64 {
        if self.per_hour <= 0.0 {
            return 0.0;
        }
        let variation = self.deviation / self.per_hour;
        let spike = self.per_hour + (1.0 + 5.0 * variation).clamp(5.0, 8.0) * self.per_hour;
        let bursty = self.max_hour as f64 * (5.0 * (-0.65 * variation).exp()).clamp(2.0, 5.0);
        spike.max(bursty)
    }
}

/// A quarter of an hour's limit, at least the floor.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative; a float beyond the range becomes its end")]
fn quarter(hourly: f64) -> u64 {
    ((hourly / 4.0).ceil() as u64).max(FLOOR)
}

/// Occurrences in the five-minute window of a time and the two before it.
pub(super) fn in_window(facts: &Facts, as_of: Timestamp) -> u64 {
    count(&facts.recent, Recent::window(as_of))
}

fn count(recent: &Recent, window: i64) -> u64 {
    recent.between(window - WINDOWS + 1, window).fold(0, |sum, (_, count)| sum.saturating_add(count))
}

/// The escalation that goes on at a time.
pub(super) fn escalation(facts: &Facts, as_of: Timestamp) -> Option<Escalation> {
    let now = Recent::window(as_of);
    let newest = facts.recent.newest()?;
    // An issue that is quiet for a quarter of an hour does not escalate.
    if now >= newest + WINDOWS || in_window(facts, as_of) == 0 {
        return None;
    }
    let mut limits = Limits { facts, hour: None, limit: None };
    let mut episode: Option<(i64, u64)> = None;
    let mut last = [0_u64; 3];
    let mut counts = facts.recent.iter().peekable();
    let oldest = counts.peek().map_or(newest, |&(window, _)| window);
    for window in oldest..=now {
        last.rotate_left(1);
        let count = counts.next_if(|&(counted, _)| counted == window).map_or(0, |(_, count)| count);
        if let Some(place) = last.last_mut() {
            *place = count;
        }
        let seen = last.iter().fold(0_u64, |sum, &count| sum.saturating_add(count));
        episode = match episode {
            Some((_, limit)) if seen <= limit / 2 => None,
            // No limit is below the floor.
            None if seen > FLOOR => limits.of(window).filter(|&limit| seen > limit).map(|limit| (window, limit)),
            going_on => going_on,
        };
    }
    episode.map(|(begin, limit)| Escalation { since: Recent::begin(begin), count: count(&facts.recent, now), limit })
}

/// The limits of the hours, each computed when it is asked for.
struct Limits<'a> {
    facts: &'a Facts,
    hour: Option<i64>,
    limit: Option<u64>,
}

impl Limits<'_> {
    /// The limit that holds in a five-minute window.
    fn of(&mut self, window: i64) -> Option<u64> {
        let hour = Hours::window(Recent::begin(window));
        if self.hour != Some(hour) {
            self.hour = Some(hour);
            self.limit = Baseline::in_hour(self.facts, hour).limit;
        }
        self.limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issue::example::occurrence;

    const HOUR: i64 = 3600;
    /// A Monday, 00:00 UTC.
    const START: i64 = 1_795_996_800;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(START + second).unwrap()
    }

    /// Facts of (second, count).
    fn facts(events: &[(i64, u64)]) -> Facts {
        let mut all: Option<Facts> = None;
        for &(second, count) in events {
            let mut one = Facts::of(occurrence(at(second), "e"));
            for _ in 1..count {
                one.count(at(second), "shop", "1.0", "");
            }
            match &mut all {
                Some(all) => all.join(&one),
                None => all = Some(one),
            }
        }
        all.unwrap()
    }

    #[test]
    fn an_issue_of_a_week_is_held_against_its_mean_its_spread_and_its_highest_hour() {
        // Two an hour for a week: cv = 0, spike = 2 + 5 · 2 = 12, bursty = 2 · 5 = 10.
        let steady: Vec<(i64, u64)> = (0..168).map(|hour| (hour * HOUR, 2)).collect();
        let baseline = Baseline::of(&facts(&steady), at(168 * HOUR));
        assert_eq!((baseline.hours, baseline.per_hour, baseline.deviation, baseline.max_hour, baseline.limit), (168, 2.0, 0.0, 2, Some(FLOOR)));
        // Forty an hour: spike = 240, a quarter 60.
        let busy: Vec<(i64, u64)> = (0..168).map(|hour| (hour * HOUR, 40)).collect();
        assert_eq!(Baseline::of(&facts(&busy), at(168 * HOUR)).limit, Some(60));
        // One hour of 168 and silence: avg = 1, sd = sqrt(167), spike = 1 + 8; bursty = 168 · 2 = 336, a quarter 84.
        let baseline = Baseline::of(&facts(&[(0, 168)]), at(168 * HOUR));
        assert_eq!((baseline.per_hour, baseline.limit), (1.0, Some(84)));
        assert!((baseline.deviation - 167_f64.sqrt()).abs() < 1e-9);
        // An hour later it is out of the history, which is silence now.
        assert_eq!(Baseline::of(&facts(&[(0, 168)]), at(169 * HOUR)).limit, Some(FLOOR));
    }

    #[test]
    fn a_younger_issue_is_held_against_ten_times_its_highest_hour() {
        let young = facts(&[(0, 6), (HOUR, 8)]);
        assert_eq!(Baseline::of(&young, at(2 * HOUR)).limit, Some(20));
        assert_eq!(Baseline::of(&young, at(168 * HOUR - 1)).limit, Some(20), "the whole hour before it is a week old");
        assert_eq!(Baseline::of(&young, at(168 * HOUR)).limit, Some(10), "avg = 14/168, max = 8: 16 an hour");
    }

    #[test]
    fn without_a_whole_hour_there_is_no_history() {
        let late = facts(&[(HOUR - 1, 5)]);
        assert_eq!(Baseline::of(&late, at(HOUR)).limit, None);
        assert_eq!(Baseline::of(&late, at(2 * HOUR)).limit, Some(13));
        assert_eq!(Baseline::of(&facts(&[(0, 5)]), at(HOUR)).limit, Some(13), "first seen at the full hour");
        assert_eq!(escalation(&facts(&[(HOUR - 1, 5), (HOUR + 1, 10_000)]), at(HOUR + 2)), None);
    }

    #[test]
    fn an_episode_begins_above_the_limit_and_ends_at_half_of_it() {
        // Limit 13 from the second hour on.
        let mut events = vec![(0, 5), (HOUR + 10, 13)];
        assert_eq!(escalation(&facts(&events), at(HOUR + 10)), None, "at the limit");
        events.push((HOUR + 310, 1));
        let begun = Escalation { since: at(HOUR + 300), count: 14, limit: 13 };
        assert_eq!(escalation(&facts(&events), at(HOUR + 320)), Some(begun));
        assert_eq!(escalation(&facts(&events), at(HOUR + 320 + 300)), Some(begun), "all are in the window");
        assert_eq!(escalation(&facts(&events), at(HOUR + 320 + 600)), None, "one of them is");
        // The same with seven left: more than half of the limit.
        events.push((HOUR + 600, 6));
        assert_eq!(escalation(&facts(&events), at(HOUR + 920)).map(|episode| (episode.since, episode.count)), Some((at(HOUR + 300), 7)));
        // The next hour's limit is higher, and the episode keeps its own.
        let mut storm = vec![(0, 5)];
        storm.extend((0..24).map(|window| (HOUR + window * 300, 50)));
        let found = escalation(&facts(&storm), at(2 * HOUR + 1200)).unwrap();
        assert_eq!((found.since, found.limit, found.count), (at(HOUR), 13, 150));
    }

    #[test]
    fn the_future_is_not_looked_at() {
        let events = facts(&[(0, 5), (HOUR, 100)]);
        assert_eq!(escalation(&events, at(HOUR - 1)), None);
        assert!(escalation(&events, at(HOUR)).is_some());
        assert_eq!(escalation(&events, Timestamp::MIN), None);
        assert_eq!(escalation(&events, Timestamp::MAX), None);
    }
}
