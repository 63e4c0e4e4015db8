//! A metric's recent values: which are asked for, and how they look in a line of text.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::amount::{amount, lasting};
use crate::alarm::Trigger;

/// Most periods of a history: more bars than these are not read in a message.
pub const MAX_PERIODS: u32 = 30;

/// Fewest periods: fewer show no course.
const MIN_PERIODS: u32 = 12;

/// Longest time a history looks back; what is older than this says nothing about the alarm.
const LONGEST: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Seconds by which CloudWatch moves the periods of an alarm on, and to which it rounds the beginning of those that are asked for; shorter periods are
/// moved by their own length.
const MINUTE: u32 = 60;

/// Bars from low to high.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A period without a value.
const GAP: char = '·';

/// The periods a history is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryWindow {
    /// Start of the first period.
    pub start: Timestamp,
    /// End of the last one.
    pub end: Timestamp,
    /// Length of a period, seconds.
    pub period_seconds: u32,
    /// Number of periods, at most [`MAX_PERIODS`].
    pub periods: u32,
}

/// A metric's values, oldest first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct History {
    /// A value for each period, or none.
    pub values: Vec<Option<f64>>,
    /// Length of a period, seconds.
    pub period_seconds: u32,
}

impl HistoryWindow {
    /// The periods before a time, twice as many as the alarm looks at. `None` where the alarm does not say how long a period is.
    ///
    /// They end with the last whole minute, as those do by which CloudWatch decides an alarm: with an alarm over five minutes the newest period begins
    /// at 13:04 when it fires at 13:09. Whole five minutes of the clock would end at 13:05, before all that it fired for.
    pub fn of(trigger: &Trigger, until: Timestamp) -> Option<Self> {
        let period_seconds = period(trigger)?;
        let looked_at = u32::try_from(trigger.evaluation_periods.unwrap_or(1)).unwrap_or(MAX_PERIODS);
        let most = u32::try_from(LONGEST.as_secs()).unwrap_or(u32::MAX) / period_seconds;
        let periods = looked_at.saturating_mul(2).clamp(MIN_PERIODS, MAX_PERIODS).min(most.max(1));
        let step = i64::from(period_seconds.min(MINUTE));
        let end = until.as_second().div_euclid(step) * step;
        let start = end - i64::from(period_seconds) * i64::from(periods);
        Some(Self { start: Timestamp::from_second(start).ok()?, end: Timestamp::from_second(end).ok()?, period_seconds, periods })
    }

    /// Values put into their periods by the time a period starts; what lies outside is left out.
    pub fn place(&self, points: impl IntoIterator<Item = (Timestamp, f64)>) -> History {
        let mut values = vec![None; usize::try_from(self.periods).unwrap_or(0)];
        for (at, value) in points {
            let period = (at.as_second() - self.start.as_second()).div_euclid(i64::from(self.period_seconds));
            if let Some(place) = usize::try_from(period).ok().and_then(|period| values.get_mut(period)) {
                *place = Some(value).filter(|value| value.is_finite());
            }
        }
        History { values, period_seconds: self.period_seconds }
    }
}

fn period(trigger: &Trigger) -> Option<u32> {
    let of_queries = || {
        trigger.queries.iter().find_map(|query| match &query.source {
            crate::alarm::QuerySource::Metric(metric) => metric.period_seconds,
            crate::alarm::QuerySource::Expression(_) => None,
        })
    };
    trigger.period_seconds.or_else(of_queries).and_then(|seconds| u32::try_from(seconds).ok()).filter(|seconds| *seconds > 0)
}

impl History {
    /// The values the alarm itself was decided from, where the change told them: better than nothing when the metric cannot be read.
    pub fn told(trigger: &Trigger) -> Option<Self> {
        let values: Vec<Option<f64>> = trigger.datapoints.iter().map(|point| point.value.as_f64()).collect();
        (!values.is_empty()).then_some(Self { values, period_seconds: period(trigger)? })
    }

    /// Whether there is a number among its values.
    pub fn has_values(&self) -> bool {
        self.values.iter().flatten().any(|value| value.is_finite())
    }

    /// Bars and words: `▁▂▂▃▇█ last 9.2 %, lowest 0 %, highest 9.2 %, threshold 5 %, 30 minutes`. Empty without a value.
    pub fn line(&self, unit: &str, threshold: Option<f64>) -> String {
        let known = || self.values.iter().flatten().copied().filter(|value| value.is_finite());
        let (Some(last), lowest, highest) = (known().next_back(), known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max)) else {
            return String::new();
        };
        let bars: String = self.values.iter().map(|value| value.map_or(GAP, |value| bar(value, lowest, highest))).collect();
        let mut words = vec![format!("last {}", amount(last, unit))];
        if known().count() > 1 {
            words.push(format!("lowest {}", amount(lowest, unit)));
            words.push(format!("highest {}", amount(highest, unit)));
        }
        words.extend(threshold.map(|threshold| format!("threshold {}", amount(threshold, unit))));
        let seconds = i64::try_from(self.values.len()).unwrap_or(0) * i64::from(self.period_seconds);
        words.push(lasting(SignedDuration::from_secs(seconds)));
        format!("{bars} {}", words.join(", "))
    }
}

/// The bar of a value between the lowest and the highest; values that are all the same stand in the middle.
fn bar(value: f64, lowest: f64, highest: f64) -> char {
    // Halves first: the distance of two extreme values is no number.
    let (low, high) = (lowest / 2.0, highest / 2.0);
    let share = if high > low { (value / 2.0 - low) / (high - low) } else { 0.45 };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share from 0 to 1, times seven")]
    let step = (share.clamp(0.0, 1.0) * 7.0).round() as usize;
    BARS.get(step).copied().unwrap_or(GAP)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::alarm::AlarmNotice;

    fn trigger(period: u64, evaluated: u64) -> Trigger {
        let message = json!({"AlarmName": "a", "NewStateValue": "ALARM", "StateChangeTime": "2026-11-23T04:00:00.000+0000", "Trigger": {
            "Namespace": "shop", "MetricName": "Errors", "Statistic": "SUM", "Period": period, "EvaluationPeriods": evaluated}});
        AlarmNotice::parse(&message.to_string()).unwrap().trigger.unwrap()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn history(values: &[Option<f64>]) -> History {
        History { values: values.to_vec(), period_seconds: 300 }
    }

    #[test]
    fn values_become_bars_and_words() {
        let values = [0.0, 1.5, 2.0, 3.0, 8.0, 9.2].map(Some);
        assert_eq!(history(&values).line("Percent", Some(5.0)), "▁▂▃▃▇█ last 9.2 %, lowest 0 %, highest 9.2 %, threshold 5 %, 30 minutes");
        assert_eq!(history(&[None, Some(3.0), None, Some(3.0)]).line("Count", None), "·▄·▄ last 3, lowest 3, highest 3, 20 minutes");
        assert_eq!(history(&[Some(7.0)]).line("", Some(1.0)), "▄ last 7, threshold 1, 5 minutes");
        assert!(!history(&[None, Some(f64::NAN)]).has_values() && history(&[None, Some(0.0)]).has_values());
        assert_eq!(history(&[None, None]).line("Count", Some(1.0)), "");
        assert_eq!(history(&[Some(f64::MIN), Some(f64::MAX)]).line("", None).chars().take(2).collect::<String>(), "▁█");
    }

    #[test]
    fn a_window_holds_whole_periods_and_is_bounded() {
        let window = HistoryWindow::of(&trigger(60, 3), at(100_000)).unwrap();
        assert_eq!((window.periods, window.end.as_second(), window.start.as_second()), (12, 99_960, 99_960 - 720));
        assert_eq!(HistoryWindow::of(&trigger(60, 14), at(100_000)).unwrap().periods, 28);
        assert_eq!(HistoryWindow::of(&trigger(60, 1000), at(100_000)).unwrap().periods, MAX_PERIODS);
        assert_eq!(HistoryWindow::of(&trigger(86_400, 1), at(10_000_000)).unwrap().periods, 7);
        assert_eq!(HistoryWindow::of(&trigger(0, 1), at(0)), None);
        assert_eq!(HistoryWindow::of(&Trigger::default(), at(0)), None);
    }

    #[test]
    fn the_newest_period_is_the_one_an_alarm_was_decided_by() {
        // Decided at 04:09:10 by the five minutes from 04:04 on, as the reason of the change says.
        let changed: Timestamp = "2026-11-23T04:09:10Z".parse().unwrap();
        let window = HistoryWindow::of(&trigger(300, 1), changed).unwrap();
        assert_eq!((window.end, window.periods), ("2026-11-23T04:09:00Z".parse().unwrap(), 12));
        let decided_by = "2026-11-23T04:04:00Z".parse().unwrap();
        assert_eq!(window.place([(decided_by, 8.0)]).values.last(), Some(&Some(8.0)));
        // High resolution: by the period.
        assert_eq!(HistoryWindow::of(&trigger(10, 1), changed).unwrap().end, changed);
        assert_eq!(HistoryWindow::of(&trigger(30, 1), changed).unwrap().end, "2026-11-23T04:09:00Z".parse().unwrap());
    }

    #[test]
    fn values_are_placed_by_the_start_of_their_period() {
        let window = HistoryWindow { start: at(0), end: at(180), period_seconds: 60, periods: 3 };
        let placed = window.place([(at(120), 3.0), (at(0), 1.0), (at(180), 9.0), (at(-60), 9.0), (at(60), f64::NAN)]);
        assert_eq!(placed.values, [Some(1.0), None, Some(3.0)]);
    }
}
