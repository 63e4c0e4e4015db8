//! Statistics by name, as alarms and widgets spell them.

use std::{fmt, str::FromStr};

use super::{
    Bound, Bounds, Histogram, StatisticError, parse, percentile,
    trimmed::{percentile_rank, trimmed_count, trimmed_mean, trimmed_sum},
    winsorized_mean,
};

/// A statistic over the samples of a period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Statistic {
    /// Number of samples.
    SampleCount,
    /// Sum of the samples.
    Sum,
    /// Sum divided by number.
    Average,
    /// Smallest sample.
    Minimum,
    /// Largest sample.
    Maximum,
    /// Percentile, 0 to 100: `p99.9`.
    Percentile(f64),
    /// Mean of the samples in a range: `tm99`, `TM(10%:90%)`, `TM(150:1000)`.
    TrimmedMean(Bounds),
    /// Mean with the samples outside a range moved to its ends: `wm98`, `WM(10%:90%)`.
    WinsorizedMean(Bounds),
    /// Number of the samples in a range: `tc90`, `TC(0.005:0.030)`. May be fractional.
    TrimmedCount(Bounds),
    /// Sum of the samples in a range: `ts90`, `TS(80%:)`.
    TrimmedSum(Bounds),
    /// `IQM`: the mean of the middle half, `TM(25%:75%)`.
    InterquartileMean,
    /// Percentage of the samples in a range of values: `PR(:300)`.
    PercentileRank(Bounds),
}

impl Statistic {
    /// Most decimals of a number in a name (CloudWatch statistics definitions; eleven are refused).
    pub const MAX_DECIMALS: usize = 10;

    /// Those that are one word.
    pub(super) const WORDS: [Self; 6] = [Self::SampleCount, Self::Sum, Self::Average, Self::Minimum, Self::Maximum, Self::InterquartileMean];

    /// Lowest and highest percentage of a range in an alarm (`PutMetricAlarm`, `ExtendedStatistic`).
    const ALARM_PERCENTS: std::ops::RangeInclusive<f64> = 10.0..=90.0;

    /// The value over aggregated samples, in the metric's unit (a number for counts, percent for [`Self::PercentileRank`]). `None` without
    /// samples; for all but the five plain ones also without a distribution (see [`Histogram::has_distribution`]).
    pub fn of(self, samples: &Histogram) -> Option<f64> {
        match self {
            Self::SampleCount => (samples.count() > 0.0).then_some(samples.count()),
            Self::Sum => (samples.count() > 0.0).then_some(samples.sum()),
            Self::Average => (samples.count() > 0.0).then_some(samples.sum() / samples.count()),
            Self::Minimum => samples.min(),
            Self::Maximum => samples.max(),
            Self::Percentile(percent) => percentile(samples, percent),
            Self::TrimmedMean(bounds) => trimmed_mean(samples, bounds),
            Self::WinsorizedMean(bounds) => winsorized_mean(samples, bounds),
            Self::TrimmedCount(bounds) => trimmed_count(samples, bounds),
            Self::TrimmedSum(bounds) => trimmed_sum(samples, bounds),
            Self::InterquartileMean => trimmed_mean(samples, Bounds::percents(25.0, 75.0)),
            Self::PercentileRank(bounds) => percentile_rank(samples, bounds),
        }
    }

    /// Whether it is one of the five that need no more than count, sum and extremes. An alarm takes these as `Statistic`, any other as
    /// `ExtendedStatistic`.
    pub const fn is_plain(self) -> bool {
        matches!(self, Self::SampleCount | Self::Sum | Self::Average | Self::Minimum | Self::Maximum)
    }

    /// Whether an alarm on one metric takes it: `PutMetricAlarm` has no trimmed statistic over values, and none over a range of percentages
    /// that is open or not within 10 to 90.
    pub fn fits_alarm(self) -> bool {
        match self {
            Self::TrimmedMean(bounds) | Self::WinsorizedMean(bounds) | Self::TrimmedCount(bounds) | Self::TrimmedSum(bounds) => {
                match (bounds.lower, bounds.upper) {
                    (None, Some(Bound::Percent(_))) => true,
                    (Some(Bound::Percent(lower)), Some(Bound::Percent(upper))) => [lower, upper].iter().all(|end| Self::ALARM_PERCENTS.contains(end)),
                    _ => false,
                }
            }
            _ => true,
        }
    }
}

impl FromStr for Statistic {
    type Err = StatisticError;

    /// Reads a name in the spelling of CloudWatch.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse::parse(text)
    }
}

impl fmt::Display for Statistic {
    /// In the spelling of CloudWatch, the shortest where there are several: `tm99` for `TM(:99%)`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SampleCount => formatter.write_str("SampleCount"),
            Self::Sum => formatter.write_str("Sum"),
            Self::Average => formatter.write_str("Average"),
            Self::Minimum => formatter.write_str("Minimum"),
            Self::Maximum => formatter.write_str("Maximum"),
            Self::InterquartileMean => formatter.write_str("IQM"),
            Self::Percentile(percent) => write!(formatter, "p{percent}"),
            Self::PercentileRank(bounds) => write!(formatter, "PR({bounds})"),
            Self::TrimmedMean(bounds) => ranged(formatter, "tm", "TM", *bounds),
            Self::WinsorizedMean(bounds) => ranged(formatter, "wm", "WM", *bounds),
            Self::TrimmedCount(bounds) => ranged(formatter, "tc", "TC", *bounds),
            Self::TrimmedSum(bounds) => ranged(formatter, "ts", "TS", *bounds),
        }
    }
}

fn ranged(formatter: &mut fmt::Formatter<'_>, single: &str, range: &str, bounds: Bounds) -> fmt::Result {
    match bounds {
        Bounds { lower: None, upper: Some(Bound::Percent(percent)) } => write!(formatter, "{single}{percent}"),
        _ => write!(formatter, "{range}({bounds})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::histogram::of;

    fn value(name: &str, samples: &Histogram) -> Option<f64> {
        name.parse::<Statistic>().unwrap().of(samples)
    }

    #[test]
    fn plain_statistics_are_exact() {
        let samples = of(&[10.0, 20.0, 60.0]);
        let values = ["SampleCount", "Sum", "Average", "Minimum", "Maximum"].map(|name| value(name, &samples));
        assert_eq!(values, [3.0, 90.0, 30.0, 10.0, 60.0].map(Some));
        let negative = of(&[-10.0, 20.0]);
        assert_eq!((value("Average", &negative), value("Minimum", &negative)), (Some(5.0), Some(-10.0)));
    }

    #[test]
    fn nothing_has_no_statistic_and_a_negative_sample_only_the_plain_ones() {
        let names = ["p50", "tm90", "WM(10%:90%)", "TC(:5)", "ts99", "IQM", "PR(1:2)"];
        for name in names {
            assert_eq!(value(name, &of(&[-1.0, 5.0])), None, "{name}");
            assert!(value(name, &of(&[1.5, 1.5, 1.5])).is_some(), "{name}");
        }
        for name in names.iter().chain(&["SampleCount", "Sum", "Average", "Minimum", "Maximum"]) {
            assert_eq!(value(name, &Histogram::default()), None, "{name}");
        }
    }

    #[test]
    fn samples_of_one_value_are_exact_in_every_statistic() {
        let samples = of(&[7.0; 8]);
        let found = ["p99", "tm50", "wm50", "IQM", "tc50", "ts50", "PR(:7)", "PR(7:)", "TM(6:8)"].map(|name| value(name, &samples));
        assert_eq!(found, [7.0, 7.0, 7.0, 7.0, 4.0, 28.0, 100.0, 0.0, 7.0].map(Some));
    }

    #[test]
    fn the_interquartile_mean_is_its_trimmed_mean() {
        let samples = of(&[1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 21.0, 34.0]);
        assert_eq!(value("IQM", &samples), value("TM(25%:75%)", &samples));
    }

    #[test]
    fn alarms_take_what_put_metric_alarm_does() {
        for name in ["Sum", "p99.9", "tm90", "tc99", "ts1", "wm98", "IQM", "PR(1:2)", "PR(:300)", "TM(10%:90%)", "WM(20%:80%)", "TC(10%:50%)", "TS(50%:90%)"] {
            assert!(name.parse::<Statistic>().unwrap().fits_alarm(), "{name}");
        }
        for name in ["TM(150:1000)", "WM(:5)", "TC(9.9%:90%)", "TS(10%:90.1%)", "TM(10%:)", "TM(10%:1000)"] {
            assert!(!name.parse::<Statistic>().unwrap().fits_alarm(), "{name}");
        }
    }
}
