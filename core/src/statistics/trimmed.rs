//! Trimmed count, sum and mean, and percentile rank: what a range selects of the samples.

use super::{Bounds, Histogram, bounds::Piece};

/// How many samples a range selects; may be fractional. `None` without a distribution (see [`Histogram::has_distribution`]).
pub fn trimmed_count(histogram: &Histogram, bounds: Bounds) -> Option<f64> {
    histogram.has_distribution().then(|| bounds.pieces(histogram).map(|piece| piece.count()).sum())
}

/// The share of the samples, in percent, that a range selects. `None` without a distribution.
pub fn percentile_rank(histogram: &Histogram, bounds: Bounds) -> Option<f64> {
    Some(100.0 * trimmed_count(histogram, bounds)? / histogram.count())
}

/// The sum of the samples a range selects, which is their mean by their number; 0 when it selects none. `None` without a distribution.
pub fn trimmed_sum(histogram: &Histogram, bounds: Bounds) -> Option<f64> {
    histogram.has_distribution().then(|| sum(bounds.pieces(histogram)))
}

/// The mean of the samples a range selects. `None` without a distribution, and when it selects none.
pub fn trimmed_mean(histogram: &Histogram, bounds: Bounds) -> Option<f64> {
    let count = trimmed_count(histogram, bounds).filter(|count| *count > 0.0)?;
    Some(trimmed_sum(histogram, bounds)? / count)
}

/// The sum over pieces, ascending: the first and the last positive one count with the arithmetic middle of their cut, those between with the
/// geometric mean of their bin's bounds, zeros with nothing.
pub(super) fn sum(pieces: impl Iterator<Item = Piece>) -> f64 {
    let mut positive = pieces.filter(|piece| piece.count() > 0.0 && piece.bin.high > 0.0);
    let Some(first) = positive.next() else {
        return 0.0;
    };
    let mut sum = first.count() * first.middle();
    let mut last: Option<Piece> = None;
    for piece in positive {
        if let Some(inner) = last.replace(piece) {
            // Roots first: the product of two large bounds would overflow.
            sum += inner.count() * inner.bin.low.sqrt() * inner.bin.high.sqrt();
        }
    }
    sum + last.map_or(0.0, |last| last.count() * last.middle())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::statistics::{Bound, histogram::of};

    fn near(found: Option<f64>, expected: f64) {
        assert!(found.is_some_and(|found| (found - expected).abs() < 1e-9 * expected.abs().max(1.0)), "{found:?}, expected {expected}");
    }

    fn values(lower: Option<f64>, upper: Option<f64>) -> Bounds {
        Bounds { lower: lower.map(Bound::Value), upper: upper.map(Bound::Value) }
    }

    /// 40 at 1, 40 at 2, 20 at 4. Clipped bins: [1, 1.1], [1.1^7, 1.1^8], [1.1^14, 4].
    fn three() -> Histogram {
        let mut histogram = Histogram::default();
        for (value, count) in [(1.0, 40.0), (2.0, 40.0), (4.0, 20.0)] {
            histogram.add(value, count);
        }
        histogram
    }

    #[test]
    fn percentages_by_hand() {
        let histogram = three();
        // TM(20%:90%): 20 of the first bin, its upper half; all of the second, between others; 10 of the third, its lower half.
        let bounds = Bounds::percents(20.0, 90.0);
        near(trimmed_count(&histogram, bounds), 70.0);
        let third = 1.1_f64.powi(14);
        let sum = 20.0 * 1.075 + 40.0 * 1.1_f64.powf(7.5) + 10.0 * (third + (4.0 - third) * 0.25);
        near(trimmed_sum(&histogram, bounds), sum);
        near(trimmed_mean(&histogram, bounds), sum / 70.0);
        near(percentile_rank(&histogram, bounds), 70.0);
    }

    #[test]
    fn one_piece_is_first_and_last() {
        // TM(:20%) is the lower half of [1, 1.1].
        near(trimmed_mean(&three(), Bounds::up_to_percent(20.0)), 1.025);
        near(trimmed_count(&three(), Bounds::up_to_percent(20.0)), 20.0);
    }

    #[test]
    fn fixed_values_by_hand() {
        let histogram = three();
        // The second bin is [1.9487, 2.1436]; half of it is up to 2.04615.
        let middle = f64::midpoint(1.1_f64.powi(7), 1.1_f64.powi(8));
        near(trimmed_count(&histogram, values(None, Some(middle))), 60.0);
        near(percentile_rank(&histogram, values(None, Some(middle))), 60.0);
        near(percentile_rank(&histogram, values(Some(middle), None)), 40.0);
        near(percentile_rank(&histogram, values(Some(1.5), Some(3.0))), 40.0);
        near(trimmed_mean(&histogram, values(Some(1.5), Some(3.0))), middle);
    }

    #[test]
    fn a_lower_value_is_exclusive_and_an_upper_one_inclusive() {
        let histogram = of(&[5.0, 5.0, 5.0]);
        near(trimmed_count(&histogram, values(Some(5.0), None)), 0.0);
        near(trimmed_count(&histogram, values(None, Some(5.0))), 3.0);
        let zeros = of(&[0.0, 0.0, 3.0]);
        near(trimmed_count(&zeros, values(Some(0.0), None)), 1.0);
        near(trimmed_count(&zeros, values(None, Some(0.0))), 2.0);
    }

    #[test]
    fn zeros_count_and_add_nothing() {
        let histogram = of(&[0.0, 0.0, 0.0, 8.0]);
        // The bin of 8 is clipped to [1.1^21, 8].
        near(trimmed_mean(&histogram, Bounds::default()), f64::midpoint(1.1_f64.powi(21), 8.0) / 4.0);
        near(trimmed_sum(&histogram, Bounds::up_to_percent(75.0)), 0.0);
        near(trimmed_mean(&histogram, Bounds::up_to_percent(75.0)), 0.0);
    }

    #[test]
    fn nothing_selected_has_no_mean_but_a_count() {
        let none = values(Some(100.0), None);
        assert_eq!(trimmed_mean(&three(), none), None);
        assert_eq!((trimmed_count(&three(), none), trimmed_sum(&three(), none), percentile_rank(&three(), none)), (Some(0.0), Some(0.0), Some(0.0)));
    }

    #[test]
    fn without_a_distribution_there_is_nothing() {
        for histogram in [Histogram::default(), of(&[-1.0, 4.0])] {
            for statistic in [trimmed_mean, trimmed_count, trimmed_sum, percentile_rank] {
                assert_eq!(statistic(&histogram, Bounds::default()), None);
            }
        }
    }

    /// Count and sum of the samples between two ranks, each a fraction of a sample at the cut.
    fn exact(sorted: &[f64], lower: f64, upper: f64) -> (f64, f64) {
        let mut rank = 0.0;
        let (mut count, mut sum) = (0.0, 0.0);
        for value in sorted {
            let overlap = ((rank + 1.0_f64).min(upper) - f64::max(rank, lower)).max(0.0);
            count += overlap;
            sum += overlap * value;
            rank += 1.0;
        }
        (count, sum)
    }

    proptest! {
        #[test]
        fn a_trimmed_mean_by_percent_is_within_one_bin_of_that_of_the_samples(
            samples in prop::collection::vec(0.001_f64..1e6, 1..150),
            lower in 0.0_f64..60.0,
            width in 1.0_f64..40.0,
        ) {
            let mut sorted = samples;
            sorted.sort_by(f64::total_cmp);
            let histogram = of(&sorted);
            let bounds = Bounds::percents(lower, lower + width);
            let (count, sum) = exact(&sorted, histogram.count() * lower / 100.0, histogram.count() * (lower + width) / 100.0);
            prop_assert!((trimmed_count(&histogram, bounds).unwrap() - count).abs() < 1e-6);
            let (mean, exact) = (trimmed_mean(&histogram, bounds).unwrap(), sum / count);
            prop_assert!(mean >= exact / 1.100_01 && mean <= exact * 1.100_01, "{mean} against {exact}");
            let product = mean * trimmed_count(&histogram, bounds).unwrap();
            prop_assert!((trimmed_sum(&histogram, bounds).unwrap() - product).abs() <= 1e-9 * product);
        }

        #[test]
        fn a_rank_by_value_is_off_by_no_more_than_the_bins_of_its_ends(
            samples in prop::collection::vec(0.0_f64..1e4, 1..150),
            lower in 0.0_f64..5e3,
            width in 0.0_f64..8e3,
        ) {
            let upper = lower + width;
            let histogram = of(&samples);
            let within = |low: f64, high: f64| samples.iter().map(|sample| f64::from(u8::from(*sample >= low && *sample <= high))).sum::<f64>();
            let exact = samples.iter().map(|sample| f64::from(u8::from(*sample > lower && *sample <= upper))).sum::<f64>();
            let slack: f64 = histogram.bins().filter(|bin| [lower, upper].iter().any(|end| *end >= bin.low && *end <= bin.high)).map(|bin| bin.count).sum();
            let count = trimmed_count(&histogram, values(Some(lower), Some(upper))).unwrap();
            prop_assert!((count - exact).abs() <= slack + 1e-6, "{count} against {exact}, slack {slack}");
            prop_assert!(count <= within(lower / 1.100_01, upper * 1.100_01) + 1e-6);
        }

        #[test]
        fn a_wider_range_never_selects_less(samples in prop::collection::vec(0.0_f64..1e4, 1..80), cuts in prop::collection::vec(0.0_f64..1.2e4, 2..20)) {
            let histogram = of(&samples);
            let mut cuts = cuts;
            cuts.sort_by(f64::total_cmp);
            let ranks: Vec<f64> = cuts.iter().map(|cut| percentile_rank(&histogram, values(None, Some(*cut))).unwrap()).collect();
            prop_assert!(ranks.windows(2).all(|pair| pair[0] <= pair[1] + 1e-9), "{ranks:?}");
            let below = percentile_rank(&histogram, values(None, Some(cuts[0]))).unwrap();
            let above = percentile_rank(&histogram, values(Some(cuts[0]), None)).unwrap();
            prop_assert!((below + above - 100.0).abs() < 1e-6);
        }
    }
}
