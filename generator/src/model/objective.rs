//! Service level objectives in our own words, and the arithmetic of their error budgets.
//!
//! The windows are those of the SRE workbook ("Alerting on SLOs", multiple windows and burn rates): an alarm on a long window says that a part of the budget
//! is gone, one on a short window that it is still going on.

use skywarden_core::severity::Severity;

use crate::model::{Comparison, MetricStatistic};

/// Parts of a whole in which targets are counted: a target has four decimals of a percent.
const MILLION: u32 = 1_000_000;
/// The same of one percent.
const OF_A_PERCENT: u32 = 10_000;
const MINUTES_OF_A_DAY: u32 = 1_440;

/// Fewest bad periods that fire an alarm on a long window, and fewest of a whole budget: one bad period alone is chance.
pub const LEAST_BAD_PERIODS: u32 = 2;

/// One objective of a service.
#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    /// Name, unique in the service; in kebab case.
    pub name: String,
    /// What is good, as it follows the share: `of requests answered without a server error`.
    pub good: String,
    /// How good is told from bad.
    pub indicator: Indicator,
    /// The share that is to be good.
    pub target: Goal,
    /// Days over which it is, always the last ones.
    pub window_days: u32,
    /// What is told of: fast first.
    pub burns: Vec<Burn>,
    /// Whether it is an objective of Application Signals too.
    pub application_signals: bool,
}

/// How good is told from bad.
#[derive(Clone, Debug, PartialEq)]
pub enum Indicator {
    /// By counting events.
    Events {
        /// The sum that is known beside the whole.
        counted: MetricStatistic,
        /// What that sum counts.
        counts: Counts,
        /// Sum of all events.
        whole: MetricStatistic,
        /// Fewest events of a long window that mean something, when the config says so.
        min_events: Option<u32>,
    },
    /// By looking at one number a period.
    Periods {
        /// The number.
        metric: MetricStatistic,
        /// The side of [`Indicator::Periods::threshold`] that is bad.
        bad: Comparison,
        /// Threshold in the metric's unit.
        threshold: f64,
        /// Unit of the metric.
        unit: String,
        /// Length of a period, seconds.
        period_seconds: u32,
    },
}

/// What a sum counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// Good events.
    Good,
    /// Bad events.
    Bad,
}

/// A share that is to be good, in parts per million; neither nothing nor everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Goal(u32);

/// How fast a budget is spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Speed {
    /// Gone within days: somebody has to come.
    Fast,
    /// Gone before the window is over: somebody has to look into it.
    Slow,
}

/// What is told of one speed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Burn {
    /// The speed.
    pub speed: Speed,
    /// Severity; picks the route.
    pub severity: Severity,
    /// The windows, of which any may fire.
    pub pairs: Vec<Pair>,
}

/// A window an alarm looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Its length as a part of a name: `1h`.
    pub name: &'static str,
    /// Its length.
    pub minutes: u32,
}

/// A long and a short window with one threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The speed it tells of.
    pub speed: Speed,
    /// Percent of the budget that are gone when it fires.
    pub budget_percent: u32,
    /// The window that says so.
    pub long: Look,
    /// The window that says it goes on.
    pub short: Look,
}

/// Every pair, the fastest first.
pub const PAIRS: [Pair; 4] = [
    Pair { speed: Speed::Fast, budget_percent: 2, long: Look { name: "1h", minutes: 60 }, short: Look { name: "5m", minutes: 5 } },
    Pair { speed: Speed::Fast, budget_percent: 5, long: Look { name: "6h", minutes: 360 }, short: Look { name: "30m", minutes: 30 } },
    Pair { speed: Speed::Slow, budget_percent: 10, long: Look { name: "1d", minutes: 1_440 }, short: Look { name: "2h", minutes: 120 } },
    Pair { speed: Speed::Slow, budget_percent: 10, long: Look { name: "3d", minutes: 4_320 }, short: Look { name: "6h", minutes: 360 } },
];

impl Speed {
    /// As the config and names spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Slow => "slow",
        }
    }
}

impl Goal {
    /// A target of so many parts per million; `None` for nothing and for everything.
    pub const fn of_million(parts: u32) -> Option<Self> {
        if parts > 0 && parts < MILLION { Some(Self(parts)) } else { None }
    }

    /// Parts per million that may be bad.
    pub const fn budget_of_million(self) -> u32 {
        MILLION - self.0
    }

    /// Percent that are to be good.
    pub fn percent(self) -> f64 {
        f64::from(self.0) / f64::from(OF_A_PERCENT)
    }

    /// Percent that may be bad.
    pub fn budget_percent(self) -> f64 {
        f64::from(self.budget_of_million()) / f64::from(OF_A_PERCENT)
    }
}

impl Pair {
    /// The burn rate, as a fraction: how many times faster than evenly the budget is spent when so much of it is gone in the long window. Never below 1,
    /// which spends no more than there is: a tenth of a week's budget in a day is just that.
    const fn rate(self, window_days: u32) -> (u64, u64) {
        let spent = self.budget_percent as u64 * window_days as u64 * MINUTES_OF_A_DAY as u64;
        let evenly = 100 * self.long.minutes as u64;
        if spent < evenly { (1, 1) } else { (spent, evenly) }
    }

    /// The burn rate from which on it fires.
    #[expect(clippy::cast_precision_loss, reason = "both are far below 2^53")]
    pub fn burn_rate(self, window_days: u32) -> f64 {
        let (spent, evenly) = self.rate(window_days);
        spent as f64 / evenly as f64
    }

    /// Percent of bad events above which it fires.
    #[expect(clippy::cast_precision_loss, reason = "both are far below 2^53, and one division rounds once")]
    pub fn bad_percent(self, target: Goal, window_days: u32) -> f64 {
        let (spent, evenly) = self.rate(window_days);
        (spent * u64::from(target.budget_of_million())) as f64 / (evenly * u64::from(OF_A_PERCENT)) as f64
    }

    /// The lowest target, in tenths of a percent, at which fewer than all events being bad is enough to fire.
    pub fn lowest_target_percent(self, window_days: u32) -> f64 {
        let (spent, evenly) = self.rate(window_days);
        // A budget of exactly this much would need more than every event to be bad.
        let too_much = (u64::from(MILLION) * evenly).div_ceil(spent);
        let tenths = (u64::from(MILLION) - too_much.min(u64::from(MILLION))) / 1_000 + 1;
        f64::from(u32::try_from(tenths).unwrap_or(u32::MAX)) / 10.0
    }

    /// Fewest events of the long window among which a single bad one is not enough to fire.
    pub fn least_events(self, target: Goal, window_days: u32) -> u32 {
        let (spent, evenly) = self.rate(window_days);
        let least = (u64::from(MILLION) * evenly).div_ceil(spent * u64::from(target.budget_of_million()));
        u32::try_from(least).unwrap_or(u32::MAX)
    }

    /// Minutes until the whole budget is gone at the burn rate.
    pub fn exhausted_minutes(self, window_days: u32) -> u32 {
        let (spent, evenly) = self.rate(window_days);
        u32::try_from(u64::from(window_days * MINUTES_OF_A_DAY) * evenly / spent).unwrap_or(u32::MAX)
    }

    /// Periods of a window, and how many of them must be bad.
    pub fn datapoints(self, look: Look, target: Goal, window_days: u32, period_seconds: u32) -> (u32, u32) {
        let periods = look.minutes * 60 / period_seconds.max(1);
        let (spent, evenly) = self.rate(window_days);
        let bad = (spent * u64::from(target.budget_of_million()) * u64::from(periods)).div_ceil(evenly * u64::from(MILLION));
        let least = if look == self.long { LEAST_BAD_PERIODS } else { 1 };
        (u32::try_from(bad).unwrap_or(u32::MAX).max(least), periods)
    }

    /// The long window, then the short one.
    pub const fn looks(self) -> [Look; 2] {
        [self.long, self.short]
    }

    /// A window of it as a part of a name: `1h`, `1h-5m`. A short window is named with its long one: 6 hours are both.
    pub fn name_of(self, look: Look) -> String {
        if look == self.long { look.name.to_owned() } else { format!("{}-{}", self.long.name, look.name) }
    }
}

impl Objective {
    /// `99.9 %`.
    pub fn target_words(&self) -> String {
        format!("{} %", self.target.percent())
    }

    /// Minutes from the beginning of a total outage until a pair fires, when requests come evenly and all was well before; at least the one between two
    /// evaluations.
    pub fn detection_minutes(&self, pair: Pair) -> u32 {
        match &self.indicator {
            Indicator::Events { .. } => {
                let minutes = (pair.bad_percent(self.target, self.window_days) / 100.0 * f64::from(pair.long.minutes)).ceil();
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most the minutes of three days")]
                let minutes = minutes as u32;
                minutes.max(1)
            }
            Indicator::Periods { period_seconds, .. } => {
                let (bad, _) = pair.datapoints(pair.long, self.target, self.window_days, *period_seconds);
                bad * period_seconds / 60
            }
        }
    }

    /// Fewest events of the long window of a pair that mean something.
    pub fn least_events(&self, pair: Pair) -> Option<u32> {
        match &self.indicator {
            Indicator::Events { min_events, .. } => Some(min_events.unwrap_or_else(|| pair.least_events(self.target, self.window_days))),
            Indicator::Periods { .. } => None,
        }
    }
}

/// A length of time in words: `5 minutes`, `6 hours`, `3 days`.
pub fn length(minutes: u32) -> String {
    let (number, unit) = match minutes {
        minutes if minutes > 0 && minutes % MINUTES_OF_A_DAY == 0 => (minutes / MINUTES_OF_A_DAY, "day"),
        minutes if minutes > 0 && minutes % 60 == 0 => (minutes / 60, "hour"),
        minutes => (minutes, "minute"),
    };
    if number == 1 { format!("1 {unit}") } else { format!("{number} {unit}s") }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "thresholds are the nearest number to the exact one, which is what the literals are")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn target(percent: f64) -> Goal {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "percentages")]
        Goal::of_million((percent * 10_000.0).round() as u32).unwrap()
    }

    fn rates(days: u32) -> [f64; 4] {
        PAIRS.map(|pair| pair.burn_rate(days))
    }

    #[test]
    fn burn_rates_are_those_of_the_workbook() {
        assert_eq!(rates(30), [14.4, 6.0, 3.0, 1.0]);
        assert_eq!(rates(28), [13.44, 5.6, 2.8, 1.0]);
        assert_eq!(rates(90), [43.2, 18.0, 9.0, 3.0]);
        // 0.7 and 0.23 by the budget alone: nothing is lost at those.
        assert_eq!(rates(7), [3.36, 1.4, 1.0, 1.0]);
    }

    #[test]
    fn thresholds_are_the_rate_times_the_budget() {
        let bad = |percent, days| PAIRS.map(|pair| pair.bad_percent(target(percent), days));
        assert_eq!(bad(99.9, 30), [1.44, 0.6, 0.3, 0.1]);
        assert_eq!(bad(99.0, 30), [14.4, 6.0, 3.0, 1.0]);
        assert_eq!(bad(99.5, 7), [1.68, 0.7, 0.5, 0.5]);
        assert_eq!(bad(99.99, 90), [0.432, 0.18, 0.09, 0.03]);
        assert_eq!(bad(99.9999, 28), [0.001_344, 0.000_56, 0.000_28, 0.000_1]);
    }

    #[test]
    fn periods_are_counted_upwards_and_one_alone_never_fires_a_long_window() {
        let counts = |percent, period| PAIRS.map(|pair| pair.looks().map(|look| pair.datapoints(look, target(percent), 30, period)));
        // 14.4 % of 60 are 8.64, of 5 are 0.72; 6 % of 360 are 21.6, of 30 are 1.8; 3 % of 1,440 are 43.2, of 120 are 3.6.
        assert_eq!(counts(99.0, 60)[..3], [[(9, 60), (1, 5)], [(22, 360), (2, 30)], [(44, 1_440), (4, 120)]]);
        // 1.44 % of 60 are less than one; 0.6 % of 360 are 2.16.
        assert_eq!(counts(99.9, 60)[..2], [[(2, 60), (1, 5)], [(3, 360), (1, 30)]]);
        assert_eq!(counts(99.0, 3_600)[3], [(2, 72), (1, 6)]);
    }

    #[test]
    fn a_single_bad_event_never_fires() {
        // 1 of 69 are 1.449 %, 1 of 70 are 1.43 %: the threshold is 1.44 %.
        assert_eq!(PAIRS.map(|pair| pair.least_events(target(99.9), 30)), [70, 167, 334, 1_000]);
    }

    #[test]
    fn the_lowest_target_is_the_first_at_which_the_alarm_can_fire() {
        // 100 / 14.4 = 6.94, 100 / 43.2 = 2.31, 100 / 3.36 = 29.8.
        assert_eq!([30, 90, 7].map(|days| PAIRS[0].lowest_target_percent(days)), [93.1, 97.7, 70.3]);
        assert_eq!(PAIRS[3].lowest_target_percent(30), 0.1);
        for pair in PAIRS {
            for days in [7, 28, 30, 90] {
                let lowest = pair.lowest_target_percent(days);
                assert!(pair.bad_percent(target(lowest), days) < 100.0, "{lowest} in {days} days");
                assert!(lowest <= 0.1 || pair.bad_percent(target(lowest - 0.1), days) >= 100.0, "{lowest} in {days} days");
            }
        }
    }

    #[test]
    fn at_the_burn_rate_the_budget_is_gone_when_it_says() {
        assert_eq!(PAIRS.map(|pair| length(pair.exhausted_minutes(30))), ["50 hours", "5 days", "10 days", "30 days"]);
        assert_eq!(PAIRS.map(|pair| length(pair.exhausted_minutes(7))), ["50 hours", "5 days", "7 days", "7 days"]);
    }

    #[test]
    fn lengths_are_said_in_the_largest_unit_that_fits() {
        assert_eq!([1, 5, 60, 90, 1_440, 4_320].map(length), ["1 minute", "5 minutes", "1 hour", "90 minutes", "1 day", "3 days"]);
    }

    /// Minutes after which a constant share of bad events, beginning now, fires a pair; `None`: never.
    fn fires_after(pair: Pair, target: Goal, days: u32, bad_percent: f64) -> Option<f64> {
        let threshold = pair.bad_percent(target, days);
        (bad_percent > threshold).then(|| threshold / bad_percent * f64::from(pair.long.minutes))
    }

    proptest! {
        #[test]
        fn thresholds_lie_below_all_events_and_fast_fires_first(parts in 700_000_u32..1_000_000, days in prop::sample::select(vec![7_u32, 28, 30, 90]), bad in 0.000_1_f64..=100.0) {
            let target = Goal::of_million(parts).unwrap();
            let usable = PAIRS.iter().all(|pair| target.percent() >= pair.lowest_target_percent(days));
            prop_assume!(usable);
            for pair in PAIRS {
                let threshold = pair.bad_percent(target, days);
                prop_assert!(threshold > 0.0 && threshold < 100.0);
                prop_assert!(pair.short.minutes < pair.long.minutes);
                prop_assert!(pair.least_events(target, days) >= 2, "a single bad event of one is all of them");
                let (bad, periods) = pair.datapoints(pair.short, target, days, 60);
                prop_assert!(bad >= 1 && bad <= periods);
            }
            let first = |speed| PAIRS.iter().filter(|pair| pair.speed == speed).filter_map(|pair| fires_after(*pair, target, days, bad)).min_by(f64::total_cmp);
            if let (Some(fast), Some(slow)) = (first(Speed::Fast), first(Speed::Slow)) {
                prop_assert!(fast < slow, "fast after {fast}, slow after {slow}");
            }
            // Whatever is bad enough to fire the fast pair is bad enough for the slow one.
            prop_assert!(first(Speed::Fast).is_none() || first(Speed::Slow).is_some());
        }
    }
}
