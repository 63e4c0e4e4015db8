//! The samples of one metric in one period, in bounded memory.
//!
//! CloudWatch keeps a distribution in bins of 10 % ([`crate::statistics`]). Folding along the same bounds loses nothing that CloudWatch would have kept
//! for percentiles. A StatisticSet is never sent: it would lose percentiles altogether.

use std::cmp::Ordering;

use super::{MAX_VALUES, ValueCount};
use crate::statistics::BinIndex;

/// The fewest values anything can be folded to: the extremes, zero, and on each side of it what is below 1 and what is above.
const FEWEST: usize = 7;

/// Distinct values and counts: exact while they are few, then by bin, each as the mean of its samples; then by neighbouring bins. Count, sum and extremes
/// are those of the samples whatever happens. A percentile is off by one bin at most, which is what CloudWatch would make of it anyway, while the samples
/// span no more bins than values are given out: 150 are a range of 1 to 10^6, 300 of 1 to 10^12. A busy minute costs the memory of its bins, not of its
/// samples.
#[derive(Clone, Debug)]
pub struct Distribution {
    /// Ascending by key.
    slots: Vec<Slot>,
    grain: Grain,
    min: ValueCount,
    max: ValueCount,
    /// Most slots while they are exact.
    exact: usize,
    /// Most values given out once they are not.
    folded: usize,
}

/// What a slot stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Grain {
    /// One value; the key is its place among all of them.
    Exact,
    /// So many neighbouring bins; the key is their number.
    Bins(i64),
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    key: i64,
    count: f64,
    sum: f64,
}

impl Default for Distribution {
    /// As many values as PutMetricData takes.
    fn default() -> Self {
        Self::with_room(MAX_VALUES, MAX_VALUES)
    }
}

impl Distribution {
    /// Stays exact for so many distinct values, and gives out at most so many folded ones; 7 at least.
    pub const fn with_room(exact: usize, folded: usize) -> Self {
        let min = ValueCount { value: f64::INFINITY, count: 0.0 };
        let max = ValueCount { value: f64::NEG_INFINITY, count: 0.0 };
        Self { slots: Vec::new(), grain: Grain::Exact, min, max, exact, folded: if folded < FEWEST { FEWEST } else { folded } }
    }

    /// Adds samples of one finite value; the count is a whole number.
    pub fn add(&mut self, sample: ValueCount) {
        // -0.0 and 0.0 are one value.
        let sample = ValueCount { value: sample.value + 0.0, ..sample };
        widen(&mut self.min, sample, Ordering::Less);
        widen(&mut self.max, sample, Ordering::Greater);
        let sum = sample.value * sample.count;
        loop {
            let key = self.grain.key(sample.value);
            match self.slots.binary_search_by(|slot| slot.key.cmp(&key)) {
                Ok(at) => {
                    self.slots[at].count += sample.count;
                    self.slots[at].sum += sum;
                    return;
                }
                Err(at) if self.slots.len() < self.most_slots() => return self.slots.insert(at, Slot { key, count: sample.count, sum }),
                Err(_) => self.coarsen(),
            }
        }
    }

    /// Adds all samples of another distribution.
    pub fn merge(&mut self, other: Self) {
        other.into_values().into_iter().for_each(|value| self.add(value));
    }

    /// The values, ascending.
    pub fn into_values(mut self) -> Vec<ValueCount> {
        self.take()
    }

    /// The values, ascending; nothing is left but the room they took.
    pub fn take(&mut self) -> Vec<ValueCount> {
        let mut values = self.values();
        while self.grain != Grain::Exact && values.len() > self.folded {
            self.coarsen();
            values = self.values();
        }
        self.slots.clear();
        *self = Self { slots: std::mem::take(&mut self.slots), ..Self::with_room(self.exact, self.folded) };
        values
    }

    /// More bins than are given out, so that only those are made wider that have to be.
    const fn most_slots(&self) -> usize {
        match self.grain {
            Grain::Exact => self.exact,
            Grain::Bins(_) => self.folded.saturating_mul(2),
        }
    }

    fn values(&self) -> Vec<ValueCount> {
        if self.grain == Grain::Exact {
            return self.slots.iter().map(|slot| ValueCount { value: value(slot.key), count: slot.count }).collect();
        }
        // The extremes are told apart from the rest of their bins.
        let mut values = Vec::with_capacity(self.slots.len() + 2);
        let last = self.slots.len().saturating_sub(1);
        for (number, slot) in self.slots.iter().enumerate() {
            let Slot { mut count, mut sum, .. } = *slot;
            if number == 0 {
                values.push(self.min);
                count -= self.min.count;
                sum -= self.min.value * self.min.count;
            }
            if number == last {
                count -= self.max.count;
                sum -= self.max.value * self.max.count;
            }
            if count > 0.0 {
                // The mean can round to just outside the samples it stands for.
                values.push(ValueCount { value: (sum / count).clamp(self.min.value, self.max.value), count });
            }
            if number == last {
                values.push(self.max);
            }
        }
        values
    }

    /// Fewer slots for the same samples: bins for values, wider bins for bins.
    fn coarsen(&mut self) {
        let grain = self.grain;
        self.grain = match grain {
            Grain::Exact => Grain::Bins(1),
            Grain::Bins(width) => Grain::Bins(width.saturating_mul(2)),
        };
        for slot in &mut self.slots {
            slot.key = match grain {
                Grain::Exact => self.grain.key(value(slot.key)),
                Grain::Bins(width) => twice_as_wide(slot.key, width),
            };
        }
        self.slots.dedup_by(|next, kept| {
            let same = next.key == kept.key;
            if same {
                kept.count += next.count;
                kept.sum += next.sum;
            }
            same
        });
    }
}

/// Makes a sample the extreme, if it is further out.
fn widen(extreme: &mut ValueCount, sample: ValueCount, further: Ordering) {
    match sample.value.partial_cmp(&extreme.value) {
        Some(Ordering::Equal) => extreme.count += sample.count,
        Some(ordering) if ordering == further => *extreme = sample,
        _ => {}
    }
}

impl Grain {
    /// Ascending with the values. Of bins, zero has number 0, and negative values mirror the positive ones below it.
    fn key(self, value: f64) -> i64 {
        let Self::Bins(width) = self else {
            return place(value);
        };
        if value == 0.0 {
            return 0;
        }
        let above_lowest = i64::from(BinIndex::of(value.abs()).get()).div_euclid(width) - lowest(width) + 1;
        if value < 0.0 { -above_lowest } else { above_lowest }
    }
}

/// The number, among bins so wide, of the lowest one of a positive value.
const fn lowest(width: i64) -> i64 {
    (BinIndex::LOWEST.get() as i64).div_euclid(width)
}

/// The key of a bin among bins of twice its width.
const fn twice_as_wide(key: i64, width: i64) -> i64 {
    if key == 0 {
        return 0;
    }
    let number = (key.abs() - 1 + lowest(width)).div_euclid(2);
    key.signum() * (number - lowest(width.saturating_mul(2)) + 1)
}

/// The place of a finite value among all of them: the bits, which ascend with positive values and descend with negative ones.
const fn place(value: f64) -> i64 {
    turned(value.to_bits().cast_signed())
}

/// The value at a place.
const fn value(place: i64) -> f64 {
    f64::from_bits(turned(place).cast_unsigned())
}

/// Turns the order of negative numbers round, and leaves their sign; twice is not at all.
const fn turned(bits: i64) -> i64 {
    bits ^ (bits >> 63).cast_unsigned().wrapping_shr(1).cast_signed()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: impl IntoIterator<Item = f64>) -> Distribution {
        with_room(MAX_VALUES, MAX_VALUES, values)
    }

    fn with_room(exact: usize, folded: usize, values: impl IntoIterator<Item = f64>) -> Distribution {
        let mut distribution = Distribution::with_room(exact, folded);
        for value in values {
            distribution.add(ValueCount { value, count: 1.0 });
        }
        distribution
    }

    fn pairs(values: &[ValueCount]) -> Vec<(f64, f64)> {
        values.iter().map(|seen| (seen.value, seen.count)).collect()
    }

    #[test]
    fn values_that_fit_stay_exact_at_the_boundary() {
        let whole = |count: i32| (0..count).flat_map(|number| [f64::from(number) - 50.0; 2]);
        let expected: Vec<(f64, f64)> = (0..150).map(|number| (f64::from(number) - 50.0, 2.0)).collect();
        assert_eq!(pairs(&of(whole(150)).into_values()), expected);
        let folded = of(whole(151)).into_values();
        assert!(folded.len() < 150, "{}", folded.len());
    }

    #[test]
    fn both_zeros_are_one_value() {
        assert_eq!(of([0.0, -0.0]).into_values(), [ValueCount { value: 0.0, count: 2.0 }]);
    }

    #[test]
    fn extremes_are_told_apart_from_their_bins_with_their_counts() {
        let many = (0..200).map(|number| 100.0 + f64::from(number) / 100.0);
        let folded = of(many.chain([100.0, 101.99, 101.99])).into_values();
        assert_eq!(pairs(&folded).iter().map(|pair| pair.1).collect::<Vec<_>>(), [2.0, 198.0, 3.0]);
        assert_eq!((folded[0].value.to_bits(), folded[2].value.to_bits()), (100.0_f64.to_bits(), 101.99_f64.to_bits()));
    }

    #[test]
    fn what_was_taken_is_gone_and_the_next_is_exact_again() {
        let mut distribution = of((0..200).map(f64::from));
        assert!(!distribution.take().is_empty());
        assert!(distribution.take().is_empty());
        distribution.add(ValueCount { value: 7.25, count: 1.0 });
        assert_eq!(pairs(&distribution.take()), [(7.25, 1.0)]);
    }

    #[test]
    fn the_widest_range_is_folded_to_any_bound_in_bounded_memory() {
        let values: Vec<f64> = (-300..=108).map(|power| 10_f64.powi(power)).flat_map(|value| [value, -value]).chain([0.0]).collect();
        for (folded, bound) in [(300, 300), (100, 100), (17, 17), (FEWEST, FEWEST), (0, FEWEST)] {
            let mut distribution = with_room(100, folded, values.iter().copied());
            assert!(distribution.slots.len() <= 2 * bound && distribution.slots.capacity() <= 4 * bound.max(100), "{}", distribution.slots.len());
            let taken = distribution.take();
            assert!(taken.len() <= bound, "{folded}: {}", taken.len());
            assert_eq!((taken[0].value.to_bits(), taken[0].count.to_bits()), ((-10_f64.powi(108)).to_bits(), 1.0_f64.to_bits()));
            assert_eq!(taken[taken.len() - 1].value.to_bits(), 10_f64.powi(108).to_bits());
            assert_eq!(taken.iter().map(|seen| seen.count).sum::<f64>().to_bits(), 819.0_f64.to_bits());
            assert!(taken.is_sorted_by(|one, other| one.value <= other.value));
        }
    }

    proptest! {
        #[test]
        fn places_ascend_with_values_and_lead_back(one in any::<f64>().prop_filter("finite", |value| value.is_finite()), other in -1e9_f64..1e9) {
            prop_assert_eq!(value(place(one)).to_bits(), one.to_bits());
            prop_assert_eq!(place(one).cmp(&place(other)), one.total_cmp(&other));
        }

        #[test]
        fn bins_twice_as_wide_hold_the_same_values(value in any::<f64>().prop_filter("finite", |value| value.is_finite()), power in 0_u32..16) {
            let width = 1_i64 << power;
            prop_assert_eq!(twice_as_wide(Grain::Bins(width).key(value), width), Grain::Bins(2 * width).key(value));
        }

        #[test]
        fn count_sum_and_extremes_are_those_of_the_samples(values in prop::collection::vec(-1e4_f64..1e6, 1..700)) {
            let taken = of(values.iter().copied()).into_values();
            prop_assert!(taken.len() <= MAX_VALUES);
            let count = f64::from(u32::try_from(values.len()).unwrap());
            prop_assert_eq!(taken.iter().map(|seen| seen.count).sum::<f64>().to_bits(), count.to_bits());
            let sum: f64 = taken.iter().map(|seen| seen.value * seen.count).sum();
            prop_assert!((sum - values.iter().sum::<f64>()).abs() <= 1e-3);
            prop_assert_eq!(taken[0].value.to_bits(), values.iter().copied().fold(f64::INFINITY, f64::min).to_bits());
            prop_assert_eq!(taken[taken.len() - 1].value.to_bits(), values.iter().copied().fold(f64::NEG_INFINITY, f64::max).to_bits());
            prop_assert!(taken.is_sorted_by(|one, other| one.value <= other.value));
        }

        #[test]
        fn each_sample_is_told_within_its_bin(exponents in prop::collection::vec(-2.0_f64..4.0, 151..700)) {
            // Six powers of ten are 145 bins.
            let mut values: Vec<f64> = exponents.iter().map(|&exponent| 10.0_f64.powf(exponent)).collect();
            let taken = of(values.iter().copied()).into_values();
            values.sort_by(f64::total_cmp);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small whole counts")]
            let told = taken.iter().flat_map(|seen| (0..seen.count as u32).map(|_| seen.value));
            for (value, told) in values.iter().zip(told) {
                prop_assert!((told / value).max(value / told) <= 1.1 + 1e-9, "{value} is told as {told}");
            }
        }

        #[test]
        fn a_merge_keeps_count_sum_and_extremes(left in prop::collection::vec(0.0_f64..1e6, 1..300), right in prop::collection::vec(0.0_f64..1e6, 1..300)) {
            let mut merged = of(left.iter().copied());
            merged.merge(of(right.iter().copied()));
            let values = merged.into_values();
            let all: Vec<f64> = left.iter().chain(&right).copied().collect();
            let count: f64 = values.iter().map(|value| value.count).sum();
            let sum: f64 = values.iter().map(|value| value.count * value.value).sum();
            prop_assert!((count - f64::from(u32::try_from(all.len()).unwrap())).abs() < 1e-6);
            prop_assert!((sum - all.iter().sum::<f64>()).abs() < 1e-3);
            prop_assert_eq!(values[0].value.to_bits(), all.iter().copied().fold(f64::INFINITY, f64::min).to_bits());
        }
    }
}
