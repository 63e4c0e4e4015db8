//! Winsorized mean: what lies outside the range counts as if it lay at the range's end.

use super::{Bound, Bounds, GROWTH, Histogram, trimmed};

/// The winsorized mean of the samples. `None` without a distribution (see [`Histogram::has_distribution`]).
pub fn winsorized_mean(histogram: &Histogram, bounds: Bounds) -> Option<f64> {
    if !histogram.has_distribution() {
        return None;
    }
    let (mut below, mut above) = (0.0, 0.0);
    for piece in bounds.pieces(histogram) {
        below += piece.below();
        above += piece.above();
    }
    // An open end cuts nothing off.
    let tail = |count: f64, bound: Option<Bound>| bound.map_or(0.0, |bound| count * edge(histogram, bound));
    let inside = trimmed::sum(bounds.pieces(histogram));
    Some((tail(below, bounds.lower) + inside + tail(above, bounds.upper)) / histogram.count())
}

/// The value that stands for a tail: the bound itself, or where a percentage cuts its bin. Inside the bin the value grows with the full 10 %
/// (inferred); that it stays within the bin's clipped bounds is our choice, so that no mean can leave the range of the samples.
fn edge(histogram: &Histogram, bound: Bound) -> f64 {
    let percent = match bound {
        Bound::Value(value) => return value,
        Bound::Percent(percent) => percent,
    };
    let target = percent / 100.0 * histogram.count();
    let mut before = 0.0;
    let mut edge = 0.0;
    for bin in histogram.bins() {
        let share = ((target - before) / bin.count).clamp(0.0, 1.0);
        edge = (bin.low * GROWTH.powf(share)).min(bin.high);
        before += bin.count;
        if before >= target {
            break;
        }
    }
    edge
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::statistics::histogram::of;

    /// 40 at 1, 40 at 2, 20 at 4. Clipped bins: [1, 1.1], [1.1^7, 1.1^8], [1.1^14, 4].
    fn three() -> Histogram {
        let mut histogram = Histogram::default();
        for (value, count) in [(1.0, 40.0), (2.0, 40.0), (4.0, 20.0)] {
            histogram.add(value, count);
        }
        histogram
    }

    fn near(found: Option<f64>, expected: f64) {
        assert!(found.is_some_and(|found| (found - expected).abs() < 1e-9), "{found:?}, expected {expected}");
    }

    #[test]
    fn percentages_by_hand() {
        // WM(10%:60%): 10 below at a quarter of the first bin; 30 of the first, from a quarter on; 20 of the second, its lower half;
        // 40 above at the middle of the second.
        let low = 1.1_f64.powi(7);
        let lower_half = low + (1.1_f64.powi(8) - low) * 0.25;
        let expected = 10.0 * 1.1_f64.powf(0.25) + 30.0 * 1.0625 + 20.0 * lower_half + 40.0 * low * 1.1_f64.powf(0.5);
        near(winsorized_mean(&three(), Bounds::percents(10.0, 60.0)), expected / 100.0);
    }

    #[test]
    fn fixed_values_stand_for_what_is_outside() {
        let bounds = Bounds { lower: Some(Bound::Value(1.5)), upper: Some(Bound::Value(3.0)) };
        let middle = f64::midpoint(1.1_f64.powi(7), 1.1_f64.powi(8));
        near(winsorized_mean(&three(), bounds), (40.0 * 1.5 + 40.0 * middle + 20.0 * 3.0) / 100.0);
        near(winsorized_mean(&of(&[0.0, 0.0, 9.0, 9.0]), Bounds { lower: None, upper: Some(Bound::Value(1.0)) }), 0.5);
    }

    #[test]
    fn an_open_range_is_the_trimmed_mean_of_everything() {
        let whole = trimmed::trimmed_mean(&three(), Bounds::default());
        near(winsorized_mean(&three(), Bounds::default()), whole.unwrap());
        near(winsorized_mean(&three(), Bounds::up_to_percent(100.0)), whole.unwrap());
        near(winsorized_mean(&three(), Bounds::up_to_percent(0.0)), 1.0);
    }

    #[test]
    fn without_a_distribution_there_is_nothing() {
        assert_eq!(winsorized_mean(&Histogram::default(), Bounds::default()), None);
        assert_eq!(winsorized_mean(&of(&[-1.0]), Bounds::default()), None);
    }

    /// The mean after every sample outside two ranks is given the value of the sample at the rank.
    fn exact(sorted: &[f64], lower: f64, upper: f64) -> f64 {
        let at = |rank: f64| {
            let mut seen = 0.0;
            *sorted
                .iter()
                .find(|_| {
                    seen += 1.0;
                    seen >= rank
                })
                .unwrap_or(&sorted[sorted.len() - 1])
        };
        let (low, high) = (at(lower), at(upper));
        let (mut rank, mut sum) = (0.0, 0.0);
        for value in sorted {
            let inside = ((rank + 1.0_f64).min(upper) - f64::max(rank, lower)).max(0.0);
            let below = (lower - rank).clamp(0.0, 1.0);
            sum += below * low + inside * value + (1.0 - below - inside) * high;
            rank += 1.0;
        }
        sum / rank
    }

    proptest! {
        #[test]
        fn a_winsorized_mean_by_percent_is_within_one_bin_of_that_of_the_samples(
            samples in prop::collection::vec(0.001_f64..1e6, 1..150),
            lower in 0.0_f64..60.0,
            width in 1.0_f64..40.0,
        ) {
            let mut sorted = samples;
            sorted.sort_by(f64::total_cmp);
            let histogram = of(&sorted);
            let mean = winsorized_mean(&histogram, Bounds::percents(lower, lower + width)).unwrap();
            let exact = exact(&sorted, histogram.count() * lower / 100.0, histogram.count() * (lower + width) / 100.0);
            prop_assert!(mean >= exact / 1.100_01 && mean <= exact * 1.100_01, "{mean} against {exact}");
        }

        #[test]
        fn the_mean_stays_between_the_extremes(samples in prop::collection::vec(0.0_f64..1e4, 1..80), lower in 0.0_f64..50.0, upper in 50.1_f64..100.0) {
            let histogram = of(&samples);
            let mean = winsorized_mean(&histogram, Bounds::percents(lower, upper)).unwrap();
            let slack = 1.0 + 1e-9;
            prop_assert!(mean * slack >= histogram.min().unwrap() && mean <= histogram.max().unwrap() * slack, "{mean}");
        }
    }
}
