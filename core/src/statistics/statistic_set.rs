//! A statistic set: samples of which only count, sum and extremes were sent.

/// What PutMetricData's `StatisticValues` hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StatisticSet {
    /// `SampleCount`.
    pub count: f64,
    /// `Sum`.
    pub sum: f64,
    /// `Minimum`.
    pub min: f64,
    /// `Maximum`.
    pub max: f64,
}

impl StatisticSet {
    /// Whether it can be the summary of anything: all finite, at least some samples, the extremes in order.
    pub fn is_valid(&self) -> bool {
        [self.count, self.sum, self.min, self.max].iter().all(|number| number.is_finite()) && self.count > 0.0 && self.min <= self.max
    }

    /// The value every sample behind it has, when the set says so; only then percentiles stay available. Documented: one sample that is
    /// minimum, maximum and sum, or equal extremes with the sum they imply. Observed on AWS as well: one sample whose sum lies between
    /// the extremes, which is then its value.
    pub fn value(&self) -> Option<f64> {
        let same = |left: f64, right: f64| (left - right).abs() <= ROUNDING * left.abs().max(right.abs());
        if same(self.count, 1.0) && self.min <= self.sum && self.sum <= self.max {
            return Some(self.sum);
        }
        (same(self.min, self.max) && same(self.sum, self.min * self.count)).then_some(self.min)
    }
}

/// Adding up a value and multiplying it differ in the last digits; CloudWatch's own tolerance is not known.
const ROUNDING: f64 = 1e-12;

#[cfg(test)]
mod tests {
    use super::*;

    fn set(count: f64, sum: f64, min: f64, max: f64) -> StatisticSet {
        StatisticSet { count, sum, min, max }
    }

    #[test]
    fn a_set_qualifies_when_it_says_what_every_sample_is() {
        assert_eq!(set(1.0, 7.0, 7.0, 7.0).value(), Some(7.0));
        assert_eq!(set(3.0, 0.1 + 0.1 + 0.1, 0.1, 0.1).value(), Some(0.1));
        assert_eq!(set(4.0, 0.0, 0.0, 0.0).value(), Some(0.0));
        assert_eq!(set(1.0, 5.0, 4.0, 6.0).value(), Some(5.0));
    }

    #[test]
    fn any_other_does_not() {
        for other in [set(2.0, 10.0, 4.0, 6.0), set(1.0, 7.0, 4.0, 6.0), set(3.0, 10.0, 3.0, 3.0)] {
            assert_eq!(other.value(), None, "{other:?}");
        }
    }

    #[test]
    fn what_summarises_nothing_is_not_valid() {
        assert!(set(2.0, 10.0, 4.0, 6.0).is_valid());
        for bad in [set(0.0, 0.0, 0.0, 0.0), set(-1.0, 1.0, 1.0, 1.0), set(1.0, 1.0, 2.0, 1.0), set(1.0, f64::NAN, 1.0, 1.0), set(1.0, 1.0, 1.0, f64::INFINITY)]
        {
            assert!(!bad.is_valid(), "{bad:?}");
        }
    }
}
