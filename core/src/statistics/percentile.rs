//! Percentiles: walk the bins to the one that holds the wanted share of the samples, and interpolate geometrically inside it.

use super::Histogram;

/// The `percent`-th percentile (0 to 100) of the samples, in their unit; `None` without a distribution (see
/// [`Histogram::has_distribution`]). It lies in the bin of the exact order statistic, so it differs from it by less than 10 %.
pub fn percentile(histogram: &Histogram, percent: f64) -> Option<f64> {
    let (min, max) = (histogram.min()?, histogram.max()?);
    if !histogram.has_distribution() {
        return None;
    }
    if percent <= 0.0 || min.total_cmp(&max).is_eq() {
        return Some(min);
    }
    if percent >= 100.0 {
        return Some(max);
    }
    let target = percent / 100.0 * histogram.count();
    let mut before = 0.0;
    for bin in histogram.bins() {
        if before + bin.count >= target {
            let share = (target - before) / bin.count;
            let value = if bin.low > 0.0 { bin.low * (bin.high / bin.low).powf(share) } else { bin.high };
            return Some(value.clamp(min, max));
        }
        before += bin.count;
    }
    // Rounding of the summed counts can leave the target a hair above the last bin.
    Some(max)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::statistics::histogram::of;

    #[test]
    fn the_ends_are_the_extremes() {
        let histogram = of(&[5.0, 80.0, 12.0]);
        assert_eq!(percentile(&histogram, 0.0), Some(5.0));
        assert_eq!(percentile(&histogram, 100.0), Some(80.0));
        assert_eq!(percentile(&of(&[7.0, 7.0]), 50.0), Some(7.0));
    }

    #[test]
    fn no_samples_or_negative_ones_give_nothing() {
        assert_eq!(percentile(&Histogram::default(), 50.0), None);
        assert_eq!(percentile(&of(&[-1.0, 4.0]), 50.0), None);
    }

    #[test]
    fn the_bin_is_interpolated_geometrically() {
        // 100 samples at 1.05 (bin 0, clipped to [1.05, 1.1]) and 100 at 2.0 (bin 7, [1.9487, 2.0]): the 25th percentile is half way, in
        // logarithms, through the first.
        let mut histogram = Histogram::default();
        histogram.add(1.05, 100.0);
        histogram.add(2.0, 100.0);
        let value = percentile(&histogram, 25.0).unwrap();
        assert!((value - (1.05_f64 * 1.1).sqrt()).abs() < 1e-9, "{value}");
    }

    #[test]
    fn zeros_count_as_zero() {
        let mut histogram = Histogram::default();
        histogram.add(0.0, 90.0);
        histogram.add(10.0, 10.0);
        assert_eq!(percentile(&histogram, 50.0), Some(0.0));
        assert_eq!(percentile(&histogram, 99.9).map(f64::round), Some(10.0));
    }

    proptest! {
        #[test]
        fn a_percentile_is_within_one_bin_of_the_order_statistic(
            values in prop::collection::vec(0.001_f64..1e6, 1..200),
            percent in 1.0_f64..99.0,
        ) {
            let value = percentile(&of(&values), percent).unwrap();
            let mut sorted = values;
            sorted.sort_by(f64::total_cmp);
            // Index of the bin that holds the target share: ceil(p * n) - 1.
            let wanted = percent / 100.0 * f64::from(u32::try_from(sorted.len()).unwrap());
            let exact = sorted.iter().enumerate().find(|(index, _)| f64::from(u32::try_from(index + 1).unwrap()) >= wanted).unwrap().1;
            prop_assert!(value >= exact / 1.100_000_1 && value <= exact * 1.100_000_1, "{value} against {exact}");
        }

        #[test]
        fn percentiles_never_fall_as_the_percentage_rises(values in prop::collection::vec(0.0_f64..1e4, 1..60)) {
            let histogram = of(&values);
            let curve: Vec<f64> = (0..=100).map(|percent| percentile(&histogram, f64::from(percent)).unwrap()).collect();
            prop_assert!(curve.windows(2).all(|pair| pair[0] <= pair[1] * (1.0 + 1e-12)), "{curve:?}");
        }
    }
}
