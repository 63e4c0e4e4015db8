//! The samples of a period: count, sum, extremes and a histogram with bins of 10 %.

use super::{Bin, BinIndex, StatisticSet};

/// Aggregated samples.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    count: f64,
    sum: f64,
    min: f64,
    max: f64,
    /// Bin and count, ascending. Values below zero have no bin: CloudWatch gives no percentile once there is one.
    bins: Vec<(BinIndex, f64)>,
    /// A statistic set came in that says nothing of the samples behind it.
    blurred: bool,
}

impl Histogram {
    /// Adds `count` samples of one value. Values that are not finite and counts that are not positive are no samples (PutMetricData
    /// refuses them) and are left out.
    pub fn add(&mut self, value: f64, count: f64) {
        if !value.is_finite() || !count.is_finite() || count <= 0.0 {
            return;
        }
        self.widen(value, value);
        self.count += count;
        self.sum += value * count;
        if value >= 0.0 {
            self.add_to_bin(BinIndex::of(value), count);
        }
    }

    /// Adds the samples behind a statistic set. Unless the set says what each of them is, there is no distribution from then on.
    pub fn add_set(&mut self, set: &StatisticSet) {
        if !set.is_valid() {
            return;
        }
        self.widen(set.min, set.max);
        self.count += set.count;
        self.sum += set.sum;
        match set.value() {
            Some(value) if value >= 0.0 => self.add_to_bin(BinIndex::of(value), set.count),
            Some(_) => {}
            None => self.blurred = true,
        }
    }

    /// Adds all samples of another histogram.
    pub fn merge(&mut self, other: &Self) {
        self.merge_totals(other);
        for &(index, count) in &other.bins {
            self.add_to_bin(index, count);
        }
    }

    /// Adds count, sum and extremes of another histogram and leaves the bins alone: all that the plain statistics need.
    pub fn merge_totals(&mut self, other: &Self) {
        if other.count > 0.0 {
            self.widen(other.min, other.max);
            self.count += other.count;
            self.sum += other.sum;
            self.blurred |= other.blurred;
        }
    }

    /// Number of samples.
    pub fn count(&self) -> f64 {
        self.count
    }

    /// Sum of the samples.
    pub fn sum(&self) -> f64 {
        self.sum
    }

    /// Smallest sample, `None` without samples.
    pub fn min(&self) -> Option<f64> {
        (self.count > 0.0).then_some(self.min)
    }

    /// Largest sample, `None` without samples.
    pub fn max(&self) -> Option<f64> {
        (self.count > 0.0).then_some(self.max)
    }

    /// Whether percentiles and their like can be told: there are samples, none is below zero, and none came in a statistic set that
    /// hides them (CloudWatch statistics definitions).
    pub fn has_distribution(&self) -> bool {
        self.count > 0.0 && self.min >= 0.0 && !self.blurred
    }

    /// The bins, ascending, clipped to the extremes.
    pub fn bins(&self) -> impl Iterator<Item = Bin> + '_ {
        self.bins.iter().map(|&(index, count)| {
            let (low, high) = index.bounds();
            Bin { low: low.clamp(self.min, self.max), high: high.clamp(self.min, self.max), count }
        })
    }

    fn widen(&mut self, min: f64, max: f64) {
        if self.count > 0.0 {
            self.min = self.min.min(min);
            self.max = self.max.max(max);
        } else {
            self.min = min;
            self.max = max;
        }
    }

    fn add_to_bin(&mut self, index: BinIndex, count: f64) {
        match self.bins.binary_search_by_key(&index, |&(bin, _)| bin) {
            Ok(position) => self.bins[position].1 += count,
            Err(position) => self.bins.insert(position, (index, count)),
        }
    }
}

/// One sample of each value.
#[cfg(test)]
pub(super) fn of(values: &[f64]) -> Histogram {
    let mut histogram = Histogram::default();
    for &value in values {
        histogram.add(value, 1.0);
    }
    histogram
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_sample_is_left_out() {
        let mut histogram = Histogram::default();
        for (value, count) in [(f64::NAN, 1.0), (f64::INFINITY, 1.0), (1.0, 0.0), (1.0, -1.0), (1.0, f64::NAN)] {
            histogram.add(value, count);
        }
        assert_eq!(histogram, Histogram::default());
        assert_eq!((histogram.min(), histogram.has_distribution()), (None, false));
    }

    #[test]
    fn a_negative_sample_leaves_no_distribution() {
        assert!(of(&[0.0, 4.0]).has_distribution());
        assert!(!of(&[-1.0, 4.0]).has_distribution());
    }

    #[test]
    fn a_statistic_set_keeps_the_distribution_only_when_it_says_every_sample() {
        let mut histogram = of(&[2.0]);
        histogram.add_set(&StatisticSet { count: 3.0, sum: 30.0, min: 10.0, max: 10.0 });
        assert_eq!((histogram.count(), histogram.sum(), histogram.max()), (4.0, 32.0, Some(10.0)));
        assert!(histogram.has_distribution());
        assert_eq!(histogram.bins().map(|bin| bin.count).collect::<Vec<_>>(), [1.0, 3.0]);
        histogram.add_set(&StatisticSet { count: 2.0, sum: 5.0, min: 1.0, max: 4.0 });
        assert_eq!((histogram.count(), histogram.sum(), histogram.min()), (6.0, 37.0, Some(1.0)));
        assert!(!histogram.has_distribution());
        let mut whole = Histogram::default();
        whole.merge(&histogram);
        assert!(!whole.has_distribution(), "a merge does not forget it");
    }

    proptest! {
        #[test]
        fn a_merge_equals_adding_the_same_samples(values in prop::collection::vec((0.0_f64..1e5, 1.0_f64..9.0, any::<bool>()), 0..80)) {
            let (mut whole, mut left, mut right) = (Histogram::default(), Histogram::default(), Histogram::default());
            for (value, count, to_left) in values {
                let count = count.floor();
                whole.add(value, count);
                if to_left { left.add(value, count) } else { right.add(value, count) }
            }
            left.merge(&right);
            prop_assert_eq!(&left.bins, &whole.bins);
            prop_assert_eq!((left.count(), left.min(), left.max()), (whole.count(), whole.min(), whole.max()));
            prop_assert!((left.sum() - whole.sum()).abs() <= 1e-9 * whole.sum());
        }
    }
}
