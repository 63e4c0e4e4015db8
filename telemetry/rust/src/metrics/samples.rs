//! The samples of one metric between two lines, in bounded memory.

use skywarden_core::statistics::BinIndex;

use super::emf::{MAX_VALUES, Seen};

/// Most bins, 10 KB a series. Four documents hold them with the extremes beside them; at 10 % a bin they span a range of 1 to 10^16, and what spans
/// more has wider bins.
const MAX_BINS: usize = 4 * MAX_VALUES - 2;

/// Samples as values with counts: exact up to [`MAX_VALUES`] different ones, then by the bins of 10 % that CloudWatch itself keeps
/// ([`skywarden_core::statistics`]), each as the mean of its samples. Count, sum and extremes are those of the samples whatever happens; a percentile
/// is off by one bin at most, which CloudWatch's own keeping would make of it anyway.
#[derive(Clone, Debug)]
pub(super) struct Samples {
    /// Ascending by key.
    slots: Vec<Slot>,
    grain: Grain,
    min: f64,
    max: f64,
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
    count: u64,
    sum: f64,
}

impl Default for Samples {
    fn default() -> Self {
        Self { slots: Vec::new(), grain: Grain::Exact, min: f64::INFINITY, max: f64::NEG_INFINITY }
    }
}

impl Samples {
    /// Adds one sample that is finite.
    pub(super) fn add(&mut self, value: f64) {
        // -0.0 and 0.0 are one value.
        let value = value + 0.0;
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        loop {
            let key = self.grain.key(value);
            match self.slots.binary_search_by(|slot| slot.key.cmp(&key)) {
                Ok(at) => {
                    if let Some(slot) = self.slots.get_mut(at) {
                        slot.count += 1;
                        slot.sum += value;
                    }
                    return;
                }
                Err(at) if self.slots.len() < self.grain.room() => return self.slots.insert(at, Slot { key, count: 1, sum: value }),
                Err(_) => self.coarsen(),
            }
        }
    }

    /// What was added since the last time, ascending; its room stays.
    pub(super) fn take(&mut self) -> Vec<Seen> {
        if self.slots.is_empty() {
            return Vec::new();
        }
        let mut seen = Vec::with_capacity(self.slots.len() + 2);
        match self.grain {
            Grain::Exact => seen.extend(self.slots.iter().map(|slot| Seen { value: value(slot.key), count: slot.count })),
            Grain::Bins(_) => self.spread(&mut seen),
        }
        self.slots.clear();
        *self = Self { slots: std::mem::take(&mut self.slots), ..Self::default() };
        seen
    }

    /// The bins, with one sample of the first and one of the last told apart as what it was: the extremes.
    fn spread(&self, seen: &mut Vec<Seen>) {
        let mut add = |value: f64, count: u64| {
            if count > 0 {
                seen.push(Seen { value, count });
            }
        };
        let last = self.slots.len().saturating_sub(1);
        for (number, slot) in self.slots.iter().enumerate() {
            let (mut count, mut sum) = (slot.count, slot.sum);
            if number == 0 {
                add(self.min, 1);
                count -= 1;
                sum -= self.min;
            }
            let with_max = number == last && count > 0;
            if with_max {
                count -= 1;
                sum -= self.max;
            }
            // The mean can round to just outside the samples it stands for.
            add(mean(sum, count).clamp(self.min, self.max), count);
            if with_max {
                add(self.max, 1);
            }
        }
    }

    /// Fewer slots for the same samples: bins for values, wider bins for bins. They stay in order, for a bin's mean lies inside it.
    fn coarsen(&mut self) {
        let before = self.grain;
        self.grain = match before {
            Grain::Exact => Grain::Bins(1),
            Grain::Bins(width) => Grain::Bins(width.saturating_mul(2)),
        };
        for slot in &mut self.slots {
            let at = if before == Grain::Exact { value(slot.key) } else { mean(slot.sum, slot.count) };
            slot.key = self.grain.key(at);
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

impl Grain {
    const fn room(self) -> usize {
        match self {
            Self::Exact => MAX_VALUES,
            Self::Bins(_) => MAX_BINS,
        }
    }

    /// Ascending with the values.
    fn key(self, value: f64) -> i64 {
        let Self::Bins(width) = self else {
            return place(value);
        };
        if value == 0.0 {
            return 0;
        }
        // Zero has number 0, and negative values mirror the positive ones below it.
        let bin = |index: BinIndex| i64::from(index.get()).div_euclid(width);
        let above_lowest = bin(BinIndex::of(value.abs())) - bin(BinIndex::LOWEST) + 1;
        if value < 0.0 { -above_lowest } else { above_lowest }
    }
}

/// The place of a finite value among all of them: the bits, which ascend with positive values and descend with negative ones.
const fn place(value: f64) -> i64 {
    let bits = value.to_bits().cast_signed();
    bits ^ (bits >> 63).cast_unsigned().wrapping_shr(1).cast_signed()
}

/// The value at a place.
const fn value(place: i64) -> f64 {
    f64::from_bits((place ^ (place >> 63).cast_unsigned().wrapping_shr(1).cast_signed()).cast_unsigned())
}

fn mean(sum: f64, count: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts beyond 2^53 are not reached")]
    let count = count.max(1) as f64;
    sum / count
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: impl IntoIterator<Item = f64>) -> Samples {
        let mut samples = Samples::default();
        values.into_iter().for_each(|value| samples.add(value));
        samples
    }

    fn pairs(seen: &[Seen]) -> Vec<(f64, u64)> {
        seen.iter().map(|seen| (seen.value, seen.count)).collect()
    }

    #[test]
    fn different_values_stay_exact_at_the_boundary() {
        let whole = |count: i32| (0..count).flat_map(|number| [f64::from(number) - 50.0; 2]);
        let taken = of(whole(100)).take();
        let expected: Vec<(f64, u64)> = (0..100).map(|number| (f64::from(number) - 50.0, 2)).collect();
        assert_eq!(pairs(&taken), expected);
        assert!(of(whole(101)).take().len() < 101);
    }

    #[test]
    fn what_was_taken_is_gone_and_the_next_is_exact_again() {
        let mut samples = of((0..200).map(f64::from));
        assert!(!samples.take().is_empty());
        assert!(samples.take().is_empty());
        samples.add(7.25);
        assert_eq!(pairs(&samples.take()), [(7.25, 1)]);
    }

    #[test]
    fn both_zeros_are_one_value() {
        assert_eq!(pairs(&of([0.0, -0.0]).take()), [(0.0, 2)]);
    }

    #[test]
    fn one_bin_tells_the_extremes_apart() {
        let mut samples = of([]);
        for number in 0..150 {
            samples.add(100.0 + f64::from(number) / 100.0);
        }
        assert_eq!(pairs(&samples.take()).iter().map(|pair| pair.1).collect::<Vec<_>>(), [1, 148, 1]);
    }

    #[test]
    fn the_widest_range_has_a_bounded_number_of_bins() {
        let mut samples = Samples::default();
        let mut count = 0_u64;
        for exponent in -300..=108 {
            for sign in [1.0, -1.0] {
                samples.add(sign * 10.0_f64.powi(exponent));
                count += 1;
            }
        }
        assert!(samples.slots.len() <= MAX_BINS && samples.slots.capacity() <= 2 * MAX_BINS, "{}", samples.slots.len());
        let seen = samples.take();
        assert_eq!(seen.iter().map(|seen| seen.count).sum::<u64>(), count);
        let most = 10.0_f64.powi(108);
        assert_eq!((seen[0].value, seen[seen.len() - 1].value), (-most, most));
        assert!(seen.is_sorted_by(|one, other| one.value <= other.value));
    }

    proptest! {
        #[test]
        fn places_ascend_with_values_and_lead_back(one in any::<f64>().prop_filter("finite", |value| value.is_finite()), other in -1e9_f64..1e9) {
            prop_assert_eq!(value(place(one)).to_bits(), one.to_bits());
            prop_assert_eq!(place(one).cmp(&place(other)), one.total_cmp(&other));
        }

        #[test]
        fn count_sum_and_extremes_are_those_of_the_samples(values in prop::collection::vec(-1e4_f64..1e6, 1..700)) {
            let seen = of(values.iter().copied()).take();
            prop_assert!(seen.len() <= MAX_BINS + 2);
            prop_assert_eq!(seen.iter().map(|seen| seen.count).sum::<u64>(), values.len() as u64);
            #[expect(clippy::cast_precision_loss, reason = "at most 700")]
            let sum: f64 = seen.iter().map(|seen| seen.value * seen.count as f64).sum();
            prop_assert!((sum - values.iter().sum::<f64>()).abs() <= 1e-3);
            prop_assert_eq!(seen[0].value.to_bits(), values.iter().copied().fold(f64::INFINITY, f64::min).to_bits());
            prop_assert_eq!(seen[seen.len() - 1].value.to_bits(), values.iter().copied().fold(f64::NEG_INFINITY, f64::max).to_bits());
            prop_assert!(seen.is_sorted_by(|one, other| one.value <= other.value));
        }

        #[test]
        fn each_sample_is_told_within_its_bin(exponents in prop::collection::vec(-4.0_f64..8.0, 101..700)) {
            let mut values: Vec<f64> = exponents.iter().map(|&exponent| 10.0_f64.powf(exponent)).collect();
            let seen = of(values.iter().copied()).take();
            values.sort_by(f64::total_cmp);
            let told = seen.iter().flat_map(|seen| (0..seen.count).map(|_| seen.value));
            for (value, told) in values.iter().zip(told) {
                prop_assert!((told / value).max(value / told) <= 1.1 + 1e-9, "{value} is told as {told}");
            }
        }
    }
}
