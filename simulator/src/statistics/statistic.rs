//! Statistics by name, as alarms and widgets spell them.

use std::{fmt, str::FromStr};

use crate::statistics::{Histogram, percentile};

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
    /// Percentile, 0 to 100 (`p99.9` is 99.9).
    Percentile(f64),
}

/// A statistic the simulator does not compute.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("statistic `{0}` is not known to the simulator; use SampleCount, Sum, Average, Minimum, Maximum or a percentile such as p99 or p99.9")]
pub struct StatisticError(String);

impl Statistic {
    /// The value over aggregated samples; `None` without samples, and for a percentile once a sample is below zero.
    pub fn of(self, samples: &Histogram) -> Option<f64> {
        let (min, max) = (samples.min()?, samples.max()?);
        match self {
            Self::SampleCount => Some(samples.count()),
            Self::Sum => Some(samples.sum()),
            Self::Average => Some(samples.sum() / samples.count()),
            Self::Minimum => Some(min),
            Self::Maximum => Some(max),
            Self::Percentile(percent) => percentile(samples, percent),
        }
    }

    /// Whether the bins of the histogram are needed.
    pub const fn needs_bins(self) -> bool {
        matches!(self, Self::Percentile(_))
    }
}

impl FromStr for Statistic {
    type Err = StatisticError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || StatisticError(text.to_owned());
        match text {
            "SampleCount" => Ok(Self::SampleCount),
            "Sum" => Ok(Self::Sum),
            "Average" => Ok(Self::Average),
            "Minimum" => Ok(Self::Minimum),
            "Maximum" => Ok(Self::Maximum),
            _ => {
                let digits = text.strip_prefix('p').ok_or_else(unknown)?;
                if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
                    return Err(unknown());
                }
                let percent: f64 = digits.parse().map_err(|_| unknown())?;
                if percent > 100.0 { Err(unknown()) } else { Ok(Self::Percentile(percent)) }
            }
        }
    }
}

impl fmt::Display for Statistic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SampleCount => formatter.write_str("SampleCount"),
            Self::Sum => formatter.write_str("Sum"),
            Self::Average => formatter.write_str("Average"),
            Self::Minimum => formatter.write_str("Minimum"),
            Self::Maximum => formatter.write_str("Maximum"),
            Self::Percentile(percent) => write!(formatter, "p{percent}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for name in ["SampleCount", "Sum", "Average", "Minimum", "Maximum", "p50", "p99", "p99.9", "p0", "p100"] {
            assert_eq!(name.parse::<Statistic>().unwrap().to_string(), name);
        }
    }

    #[test]
    fn other_names_are_refused_by_name() {
        for name in ["sum", "p", "p101", "p-1", "pinf", "p9e1", "tm99", ""] {
            let error = name.parse::<Statistic>().unwrap_err();
            assert!(error.to_string().contains(&format!("`{name}`")), "{error}");
        }
    }

    #[test]
    fn values_of_a_small_period() {
        let mut samples = Histogram::default();
        for value in [10.0, 20.0, 60.0] {
            samples.add(value, 1.0);
        }
        let values =
            [Statistic::SampleCount, Statistic::Sum, Statistic::Average, Statistic::Minimum, Statistic::Maximum].map(|statistic| statistic.of(&samples));
        assert_eq!(values, [3.0, 90.0, 30.0, 10.0, 60.0].map(Some));
        assert_eq!(Statistic::Sum.of(&Histogram::default()), None);
    }
}
