//! The samples of one metric over time.

use std::collections::BTreeMap;

use skywarden_core::statistics::{Histogram, Statistic};

use crate::statistics::Datapoint;

/// How fine a metric is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Resolution {
    /// One bucket a minute: what metric filters and ordinary PutMetricData calls give.
    #[default]
    Minute,
    /// One bucket a second: `StorageResolution` 1.
    Second,
}

impl Resolution {
    /// Length of a bucket in seconds.
    pub const fn seconds(self) -> i64 {
        match self {
            Self::Minute => 60,
            Self::Second => 1,
        }
    }
}

/// The samples of one metric, by bucket.
#[derive(Clone, Debug, Default)]
pub struct Series {
    unit: String,
    buckets: BTreeMap<i64, Histogram>,
}

impl Series {
    /// Adds `count` samples of one value at a time in milliseconds since 1970.
    pub fn add(&mut self, timestamp_ms: i64, resolution: Resolution, value: f64, count: f64) {
        let second = timestamp_ms.div_euclid(1000);
        let start = second - second.rem_euclid(resolution.seconds());
        self.buckets.entry(start).or_default().add(value, count);
    }

    /// Keeps the unit of the first sample that names one.
    pub fn name_unit(&mut self, unit: &str) {
        if self.unit.is_empty() {
            unit.clone_into(&mut self.unit);
        }
    }

    /// CloudWatch unit, empty when no sample named one.
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// One statistic over `[from, to)`, seconds since 1970; `None` without samples.
    pub fn datapoint(&self, statistic: Statistic, from: i64, to: i64) -> Option<Datapoint> {
        let mut all = Histogram::default();
        for (_, bucket) in self.buckets.range(from..to) {
            if statistic.is_plain() {
                all.merge_totals(bucket);
            } else {
                all.merge(bucket);
            }
        }
        let value = statistic.of(&all)?;
        Some(Datapoint { start: from, value, samples: all.count() })
    }

    /// One statistic for each of `count` periods from `start`, oldest first.
    pub fn datapoints(&self, statistic: Statistic, start: i64, period: u32, count: u32) -> Vec<Option<Datapoint>> {
        (0..i64::from(count))
            .map(|index| {
                let from = start + index * i64::from(period);
                self.datapoint(statistic, from, from + i64::from(period))
            })
            .collect()
    }

    /// Start of the first and of the last bucket, seconds since 1970; `None` when empty.
    pub fn span(&self) -> Option<(i64, i64)> {
        Some((*self.buckets.first_key_value()?.0, *self.buckets.last_key_value()?.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_fall_into_the_minute_they_belong_to() {
        let mut series = Series::default();
        series.add(59_999, Resolution::Minute, 1.0, 1.0);
        series.add(60_000, Resolution::Minute, 10.0, 3.0);
        assert_eq!(series.datapoint(Statistic::Sum, 0, 60).map(|point| point.value), Some(1.0));
        assert_eq!(series.datapoint(Statistic::Sum, 60, 120).map(|point| (point.value, point.samples)), Some((30.0, 3.0)));
        assert_eq!(series.datapoint(Statistic::Sum, 0, 120).map(|point| point.value), Some(31.0));
        assert_eq!(series.datapoint(Statistic::Sum, 120, 180), None);
        assert_eq!(series.span(), Some((0, 60)));
    }

    #[test]
    fn a_minute_metric_has_no_finer_periods_and_a_second_metric_has() {
        let mut minute = Series::default();
        let mut second = Series::default();
        for at in [1_000, 11_000, 21_000] {
            minute.add(at, Resolution::Minute, 1.0, 1.0);
            second.add(at, Resolution::Second, 1.0, 1.0);
        }
        let counts = |series: &Series| -> Vec<Option<f64>> {
            series.datapoints(Statistic::SampleCount, 0, 10, 3).into_iter().map(|point| point.map(|point| point.value)).collect()
        };
        assert_eq!(counts(&minute), [Some(3.0), None, None]);
        assert_eq!(counts(&second), [Some(1.0), Some(1.0), Some(1.0)]);
    }

    #[test]
    fn times_before_1970_floor_downwards() {
        let mut series = Series::default();
        series.add(-1, Resolution::Minute, 1.0, 1.0);
        assert_eq!(series.span(), Some((-60, -60)));
    }
}
