//! Folding many distinct values into few, as CloudWatch itself keeps them.
//!
//! CloudWatch keeps a distribution in bins of 10 % ([`crate::statistics`]). Folding along the same bounds loses nothing that CloudWatch would
//! have kept for percentiles. A StatisticSet is never sent: it would lose percentiles altogether.

use super::ValueCount;
use crate::statistics::BinIndex;

/// Most distinct values of one datum (PutMetricData).
pub const MAX_VALUES: usize = 150;

/// Folds ascending values to at most [`MAX_VALUES`]: exact while they fit, then by bin, then by neighbouring bins. Count and sum stay
/// (each folded value is the mean of what it stands for), and the smallest and the largest value stay as they are.
pub fn fold(values: Vec<ValueCount>) -> Vec<ValueCount> {
    fold_to(values, MAX_VALUES)
}

/// The fewest values anything can be folded to: the extremes, zero, and on each side of it what is below 1 and what is above.
const FEWEST: usize = 7;

/// As [`fold`], to at most `most` values; one below 7 counts as 7.
pub fn fold_to(values: Vec<ValueCount>, most: usize) -> Vec<ValueCount> {
    let mut values = values;
    let mut width = 1;
    while values.len() > most.max(FEWEST) {
        values = fold_by(&values, width);
        width *= 2;
    }
    values
}

fn fold_by(values: &[ValueCount], width: i32) -> Vec<ValueCount> {
    let ([first, inner @ .., last], true) = (values, values.len() > 2) else {
        return values.to_vec();
    };
    let mut folded = vec![*first];
    let mut current: Option<(i32, ValueCount)> = None;
    for value in inner {
        let group = group(value.value, width);
        match &mut current {
            Some((at, sum)) if *at == group => {
                let count = sum.count + value.count;
                // The mean, written so that it stays between the two values and cannot overflow.
                sum.value += (value.value - sum.value) * (value.count / count);
                sum.count = count;
            }
            _ => {
                folded.extend(current.take().map(|(_, sum)| sum));
                current = Some((group, *value));
            }
        }
    }
    folded.extend(current.map(|(_, sum)| sum));
    folded.push(*last);
    folded
}

/// Number of the `width` neighbouring bins a value falls into; zero has number 0, and negative values mirror the positive ones below it.
pub(super) fn group(value: f64, width: i32) -> i32 {
    if value == 0.0 {
        return 0;
    }
    let bin = |index: BinIndex| i32::from(index.get()).div_euclid(width);
    let above_lowest = bin(BinIndex::of(value.abs())) - bin(BinIndex::LOWEST) + 1;
    if value < 0.0 { -above_lowest } else { above_lowest }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ascending(values: &[f64]) -> Vec<ValueCount> {
        let mut values: Vec<ValueCount> = values.iter().map(|&value| ValueCount { value, count: 1.0 }).collect();
        values.sort_by(|a, b| a.value.total_cmp(&b.value));
        values
    }

    #[test]
    fn values_that_fit_stay_exact_at_the_boundary() {
        let exact: Vec<f64> = (0..150).map(f64::from).collect();
        assert_eq!(fold(ascending(&exact)), ascending(&exact));
        let over: Vec<f64> = (0..151).map(f64::from).collect();
        assert!(fold(ascending(&over)).len() < 151);
    }

    #[test]
    fn other_bounds_are_kept_as_well_down_to_the_fewest() {
        let magnitudes = (-300..300).map(|power| 10_f64.powi(power));
        let values: Vec<f64> = magnitudes.flat_map(|value| [value, -value]).chain([0.0]).collect();
        for (most, bound) in [(100, 100), (17, 17), (FEWEST, FEWEST), (0, FEWEST)] {
            let folded = fold_to(ascending(&values), most);
            assert!(folded.len() <= bound, "{most}: {}", folded.len());
            assert_eq!(folded[0].value.to_bits(), (-10_f64.powi(299)).to_bits());
            assert_eq!(folded[folded.len() - 1].value.to_bits(), 10_f64.powi(299).to_bits());
        }
    }

    proptest! {
        #[test]
        fn count_sum_and_extremes_stay(values in prop::collection::vec(-1e6_f64..1e6, 151..600)) {
            let all = ascending(&values);
            let folded = fold(all.clone());
            prop_assert!(folded.len() <= MAX_VALUES);
            let count = |values: &[ValueCount]| values.iter().map(|v| v.count).sum::<f64>();
            let sum = |values: &[ValueCount]| values.iter().map(|v| v.count * v.value).sum::<f64>();
            prop_assert_eq!(count(&folded).to_bits(), count(&all).to_bits());
            prop_assert!((sum(&folded) - sum(&all)).abs() < 1e-3);
            prop_assert_eq!(folded[0].value.to_bits(), all[0].value.to_bits());
            prop_assert_eq!(folded[folded.len() - 1].value.to_bits(), all[all.len() - 1].value.to_bits());
        }
    }
}
