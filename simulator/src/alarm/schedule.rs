//! When an alarm is evaluated, and over which periods.

use crate::alarm::AlarmRule;

/// Seconds of a day: rules that look back further are "multi-day" alarms.
const DAY: i64 = 86_400;

/// What AWS does not publish about the timing of evaluations, as parameters.
///
/// The length of the evaluation range is not documented: the user guide only says that it "depends on the period length and resolution" and
/// shows 5 periods for N = 3. Observers report N + 2 for periods of a minute and more, 60 seconds' worth of further periods for
/// high-resolution alarms, and once six minutes for N = 1. It only matters for metrics with gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EvaluationSettings {
    /// How far evaluations trail the clock, in seconds; observed as about 10.
    pub data_delay_seconds: u32,
    /// Periods looked at beyond N when the period is a minute or more.
    pub extra_periods: u32,
    /// Seconds looked at beyond N periods when the period is shorter than a minute.
    pub extra_seconds_high_resolution: u32,
}

impl Default for EvaluationSettings {
    fn default() -> Self {
        Self { data_delay_seconds: 10, extra_periods: 2, extra_seconds_high_resolution: 60 }
    }
}

/// The periods of one evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Start of the oldest period, seconds since 1970.
    pub start: i64,
    /// Length of a period in seconds.
    pub period: u32,
    /// Number of periods.
    pub count: u32,
}

impl Window {
    /// End of the newest period, seconds since 1970.
    pub fn end(&self) -> i64 {
        self.start + i64::from(self.period) * i64::from(self.count)
    }
}

impl EvaluationSettings {
    /// How often the alarm is evaluated, in seconds: every 10 for periods below a minute, every hour for ranges over a day, else every
    /// minute (CloudWatch user guide, alarm evaluation).
    pub fn cadence(rule: &AlarmRule) -> i64 {
        if rule.period_seconds < 60 {
            10
        } else if i64::from(rule.period_seconds) * i64::from(rule.evaluation_periods) > DAY {
            3600
        } else {
            60
        }
    }

    /// The periods looked at in an evaluation at `now` (seconds since 1970). The newest one ends at the last full minute (10 seconds, hour)
    /// before `now` less the delay: the window slides with the clock and is not aligned to multiples of the period.
    pub fn window(&self, rule: &AlarmRule, now: i64) -> Window {
        let trailing = now - i64::from(self.data_delay_seconds);
        let end = trailing - trailing.rem_euclid(Self::cadence(rule));
        let extra = if rule.period_seconds < 60 { self.extra_seconds_high_resolution / rule.period_seconds.max(1) } else { self.extra_periods };
        let count = rule.evaluation_periods + extra;
        Window { start: end - i64::from(rule.period_seconds) * i64::from(count), period: rule.period_seconds, count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alarm::{Comparison, MissingData};

    fn rule(period_seconds: u32, evaluation_periods: u32) -> AlarmRule {
        AlarmRule {
            comparison: Comparison::GreaterThan,
            threshold: 1.0,
            period_seconds,
            evaluation_periods,
            datapoints_to_alarm: None,
            missing: MissingData::Missing,
            least_samples: None,
        }
    }

    /// 12:15:10 of some day, in seconds.
    const QUARTER_PAST_NOON: i64 = 12 * 3600 + 15 * 60 + 10;

    #[test]
    fn the_window_slides_with_the_minute_and_is_not_aligned_to_the_period() {
        // User guide: at 12:16 a five-minute alarm expects 12:01, 12:06 and 12:11.
        let settings = EvaluationSettings { extra_periods: 0, ..EvaluationSettings::default() };
        let window = settings.window(&rule(300, 3), QUARTER_PAST_NOON + 60);
        assert_eq!((window.start, window.end()), (12 * 3600 + 60, 12 * 3600 + 16 * 60));
    }

    #[test]
    fn a_period_counts_once_the_delay_has_passed() {
        let settings = EvaluationSettings::default();
        let noon = QUARTER_PAST_NOON - 10;
        assert_eq!(settings.window(&rule(60, 1), noon + 9).end(), noon - 60);
        assert_eq!(settings.window(&rule(60, 1), noon + 10).end(), noon);
    }

    #[test]
    fn the_range_is_longer_than_n() {
        let settings = EvaluationSettings::default();
        assert_eq!(settings.window(&rule(300, 3), QUARTER_PAST_NOON).count, 5);
        assert_eq!(settings.window(&rule(10, 3), QUARTER_PAST_NOON).count, 9);
    }

    #[test]
    fn the_cadence_follows_the_period() {
        assert_eq!(EvaluationSettings::cadence(&rule(10, 3)), 10);
        assert_eq!(EvaluationSettings::cadence(&rule(3600, 24)), 60);
        assert_eq!(EvaluationSettings::cadence(&rule(3600, 25)), 3600);
        let window = EvaluationSettings::default().window(&rule(86_400, 2), QUARTER_PAST_NOON);
        assert_eq!(window.end(), 12 * 3600, "a multi-day alarm sees data up to the full hour");
    }
}
