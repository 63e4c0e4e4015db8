//! Bins of 10 %: the one place that knows how CloudWatch cuts the number line.
//!
//! Inferred from observed percentiles, not documented; the CloudWatch agent's SEH1 distribution does the same. Bin `i` holds the values in
//! `[1.1^i, 1.1^(i+1))`, zero has a bin of its own, and nothing lies below bin -7000.

/// Ratio of a bin's bounds.
pub const GROWTH: f64 = 1.1;

/// The natural logarithm of [`GROWTH`], which is no constant function.
const LN_GROWTH: f64 = 0.095_310_179_804_324_93;

/// The number of a bin; ascending with the values in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BinIndex(i16);

impl BinIndex {
    /// Bin of the value zero, below every other.
    pub const ZERO: Self = Self(i16::MIN);

    /// The lowest bin of a positive value, which also holds every smaller one.
    pub const LOWEST: Self = Self(-7000);

    /// The bin of a value that is zero or more.
    pub fn of(value: f64) -> Self {
        if value <= 0.0 {
            return Self::ZERO;
        }
        let index = (value.ln() / LN_GROWTH).floor();
        #[expect(clippy::cast_possible_truncation, reason = "the largest finite f64 is in bin 7447, and the lowest bin is clamped")]
        let index = index.max(f64::from(Self::LOWEST.0)) as i16;
        Self(index)
    }

    /// The number.
    pub const fn get(self) -> i16 {
        self.0
    }

    /// Lower and upper bound; both 0 for the bin of zero.
    pub fn bounds(self) -> (f64, f64) {
        if self == Self::ZERO {
            return (0.0, 0.0);
        }
        let index = i32::from(self.0);
        (GROWTH.powi(index), GROWTH.powi(index + 1))
    }
}

/// One bin of a histogram, its bounds clipped to the extremes of the samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
    /// Samples in it.
    pub count: f64,
}

impl Bin {
    /// The share of its samples, 0 to 1, that are at most `value`, were they spread evenly between its bounds.
    pub(super) fn share_up_to(&self, value: f64) -> f64 {
        if value >= self.high {
            1.0
        } else if value <= self.low {
            0.0
        } else {
            (value - self.low) / (self.high - self.low)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logarithm_is_that_of_the_growth() {
        assert_eq!(LN_GROWTH.to_bits(), GROWTH.ln().to_bits());
    }

    #[test]
    fn a_value_lies_inside_its_bin() {
        for value in [1e-250, 0.001, 0.5, 1.05, 42.0, 300.0, 1e12] {
            let (low, high) = BinIndex::of(value).bounds();
            assert!(low <= value * (1.0 + 1e-9) && value <= high * (1.0 + 1e-9), "{value} is not in [{low}, {high}]");
        }
    }

    #[test]
    fn the_ends_of_the_range_have_bins() {
        assert_eq!(BinIndex::of(0.0), BinIndex::ZERO);
        assert_eq!(BinIndex::of(f64::MIN_POSITIVE / 4.0), BinIndex::LOWEST);
        assert_eq!(BinIndex::of(1.0).get(), 0);
        assert_eq!(BinIndex::of(0.95).get(), -1);
        assert!(BinIndex::of(f64::MAX).get() > 7000);
    }

    #[test]
    fn the_share_of_a_bin_is_linear_and_whole_outside() {
        let bin = Bin { low: 10.0, high: 11.0, count: 4.0 };
        assert_eq!([9.0, 10.0, 10.25, 11.0, 12.0].map(|value| Some(bin.share_up_to(value))), [0.0, 0.0, 0.25, 1.0, 1.0].map(Some));
        let point = Bin { low: 5.0, high: 5.0, count: 4.0 };
        assert_eq!([4.9, 5.0, 5.1].map(|value| Some(point.share_up_to(value))), [0.0, 1.0, 1.0].map(Some));
    }
}
