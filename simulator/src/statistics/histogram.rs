//! The samples of one bucket: count, sum, extremes and a histogram with bins of 10 %.
//!
//! The bins are those CloudWatch appears to use (inferred from observed percentiles, not documented): bin `i` holds the values in
//! `[1.1^i, 1.1^(i+1))`, zero has a bin of its own, and nothing lies below bin -7000.

/// Growth of one bin to the next.
const BASE: f64 = 1.1;

/// Bin of the value zero, below every other.
const ZERO_BIN: i16 = i16::MIN;

/// The lowest bin of a positive value.
const LOWEST_BIN: i16 = -7000;

/// Aggregated samples.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    count: f64,
    sum: f64,
    min: f64,
    max: f64,
    /// Bin index and count, ascending. Values below zero have no bin: CloudWatch gives no percentile once there is one.
    bins: Vec<(i16, f64)>,
}

/// One bin with its bounds clipped to the extremes of the samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
    /// Samples in it.
    pub count: f64,
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
            self.add_to_bin(bin_index(value), count);
        }
    }

    /// Adds all samples of another histogram.
    pub fn merge(&mut self, other: &Self) {
        self.merge_totals(other);
        for &(index, count) in &other.bins {
            self.add_to_bin(index, count);
        }
    }

    /// Adds count, sum and extremes of another histogram and leaves the bins alone: all that any statistic but a percentile needs.
    pub fn merge_totals(&mut self, other: &Self) {
        if other.count > 0.0 {
            self.widen(other.min, other.max);
            self.count += other.count;
            self.sum += other.sum;
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

    /// The bins, ascending, clipped to the extremes.
    pub fn bins(&self) -> impl Iterator<Item = Bin> + '_ {
        self.bins.iter().map(|&(index, count)| {
            let (low, high) = bounds(index);
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

    fn add_to_bin(&mut self, index: i16, count: f64) {
        match self.bins.binary_search_by_key(&index, |&(bin, _)| bin) {
            Ok(position) => self.bins[position].1 += count,
            Err(position) => self.bins.insert(position, (index, count)),
        }
    }
}

/// The bin of a value that is zero or more.
fn bin_index(value: f64) -> i16 {
    if value == 0.0 {
        return ZERO_BIN;
    }
    let index = (value.ln() / BASE.ln()).floor();
    #[expect(clippy::cast_possible_truncation, reason = "the largest finite f64 is in bin 7447, and the lowest bin is clamped")]
    let index = index.max(f64::from(LOWEST_BIN)) as i16;
    index
}

/// Lower and upper bound of a bin.
fn bounds(index: i16) -> (f64, f64) {
    if index == ZERO_BIN {
        return (0.0, 0.0);
    }
    (BASE.powi(i32::from(index)), BASE.powi(i32::from(index) + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_lies_inside_its_bin() {
        for value in [1e-250, 0.001, 0.5, 1.05, 42.0, 300.0, 1e12] {
            let (low, high) = bounds(bin_index(value));
            assert!(low <= value * (1.0 + 1e-9) && value <= high * (1.0 + 1e-9), "{value} is not in [{low}, {high}]");
        }
    }

    #[test]
    fn the_ends_of_the_range_have_bins() {
        assert_eq!(bin_index(0.0), ZERO_BIN);
        assert_eq!(bin_index(f64::MIN_POSITIVE / 4.0), LOWEST_BIN);
        assert!(bin_index(f64::MAX) > 7000);
    }

    #[test]
    fn what_is_no_sample_is_left_out() {
        let mut histogram = Histogram::default();
        for (value, count) in [(f64::NAN, 1.0), (f64::INFINITY, 1.0), (1.0, 0.0), (1.0, -1.0), (1.0, f64::NAN)] {
            histogram.add(value, count);
        }
        assert_eq!(histogram, Histogram::default());
        assert_eq!(histogram.min(), None);
    }

    #[test]
    fn a_merge_equals_adding_the_same_samples() {
        let mut whole = Histogram::default();
        let mut left = Histogram::default();
        let mut right = Histogram::default();
        for (position, value) in [3.0, 0.0, 250.0, 3.1, 0.2, 9000.0].into_iter().enumerate() {
            whole.add(value, 2.0);
            if position % 2 == 0 { left.add(value, 2.0) } else { right.add(value, 2.0) }
        }
        left.merge(&right);
        assert_eq!(left.bins, whole.bins);
        assert_eq!((left.count(), left.min(), left.max()), (whole.count(), whole.min(), whole.max()));
        assert!((left.sum() - whole.sum()).abs() < 1e-9);
    }
}
