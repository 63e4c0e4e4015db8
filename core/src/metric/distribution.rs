//! The samples of one metric in one period, in bounded memory.

use super::{MAX_VALUES, ValueCount, bucket::group, fold};

/// Distinct values and counts: exact up to [`MAX_VALUES`], then by bucket, with the extremes kept as they are.
///
/// What [`fold`] does to a sorted list, done as the samples come: a busy minute costs the memory of its buckets, not of its samples.
#[derive(Clone, Debug, Default)]
pub struct Distribution(Samples);

#[derive(Clone, Debug)]
enum Samples {
    /// Ascending.
    Exact(Vec<ValueCount>),
    /// Extremes, and what lies between them.
    Folded { min: ValueCount, max: ValueCount, buckets: Vec<Bucket> },
}

/// The samples of one bucket.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    number: i32,
    count: f64,
    sum: f64,
}

impl Default for Samples {
    fn default() -> Self {
        Self::Exact(Vec::new())
    }
}

impl Distribution {
    /// Adds samples of one finite value.
    pub fn add(&mut self, sample: ValueCount) {
        // -0.0 and 0.0 are one value.
        let sample = ValueCount { value: sample.value + 0.0, ..sample };
        match &mut self.0 {
            Samples::Exact(values) => match values.binary_search_by(|known| known.value.total_cmp(&sample.value)) {
                Ok(at) => values[at].count += sample.count,
                Err(at) if values.len() < MAX_VALUES => values.insert(at, sample),
                Err(_) => {
                    self.fold_now();
                    self.add(sample);
                }
            },
            Samples::Folded { min, max, buckets } => {
                let inner = if sample.value < min.value {
                    std::mem::replace(min, sample)
                } else if sample.value > max.value {
                    std::mem::replace(max, sample)
                } else if sample.value <= min.value {
                    min.count += sample.count;
                    return;
                } else if sample.value >= max.value {
                    max.count += sample.count;
                    return;
                } else {
                    sample
                };
                add_to_bucket(buckets, inner);
            }
        }
    }

    /// Adds all samples of another distribution.
    pub fn merge(&mut self, other: Self) {
        other.into_values().into_iter().for_each(|value| self.add(value));
    }

    /// At most [`MAX_VALUES`] values, ascending; count, sum and extremes are those of the samples.
    pub fn into_values(self) -> Vec<ValueCount> {
        match self.0 {
            Samples::Exact(values) => values,
            Samples::Folded { min, max, buckets } => {
                // The mean can round to just outside the samples it stands for.
                let mean = |bucket: Bucket| ValueCount { value: (bucket.sum / bucket.count).clamp(min.value, max.value), count: bucket.count };
                fold(std::iter::once(min).chain(buckets.into_iter().map(mean)).chain(std::iter::once(max)).collect())
            }
        }
    }

    fn fold_now(&mut self) {
        let Samples::Exact(values) = &self.0 else { return };
        let ([min, inner @ .., max], true) = (values.as_slice(), values.len() > 2) else { return };
        let mut buckets = Vec::new();
        for &value in inner {
            add_to_bucket(&mut buckets, value);
        }
        self.0 = Samples::Folded { min: *min, max: *max, buckets };
    }
}

fn add_to_bucket(buckets: &mut Vec<Bucket>, sample: ValueCount) {
    let number = group(sample.value, 1);
    let sum = sample.value * sample.count;
    match buckets.binary_search_by(|known| known.number.cmp(&number)) {
        Ok(at) => {
            buckets[at].count += sample.count;
            buckets[at].sum += sum;
        }
        Err(at) => buckets.insert(at, Bucket { number, count: sample.count, sum }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: &[f64]) -> Distribution {
        let mut distribution = Distribution::default();
        for &value in values {
            distribution.add(ValueCount { value, count: 1.0 });
        }
        distribution
    }

    /// The same samples as a sorted list, folded in one go.
    fn folded_at_once(values: &[f64]) -> Vec<ValueCount> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let mut counted: Vec<ValueCount> = Vec::new();
        for value in sorted {
            match counted.last_mut() {
                Some(last) if last.value.to_bits() == value.to_bits() => last.count += 1.0,
                _ => counted.push(ValueCount { value, count: 1.0 }),
            }
        }
        fold(counted)
    }

    #[test]
    fn values_that_fit_stay_exact_at_the_boundary() {
        let whole: Vec<f64> = (0..150).map(f64::from).collect();
        assert_eq!(of(&whole).into_values().len(), 150);
        let more: Vec<f64> = (0..151).map(f64::from).collect();
        let folded = of(&more).into_values();
        assert!(folded.len() < 150, "{}", folded.len());
    }

    #[test]
    fn both_zeros_are_one_value() {
        assert_eq!(of(&[0.0, -0.0]).into_values(), [ValueCount { value: 0.0, count: 2.0 }]);
    }

    proptest! {
        #[test]
        fn it_is_what_folding_the_sorted_list_gives(values in prop::collection::vec(-1e4_f64..1e6, 1..600)) {
            let streamed = of(&values).into_values();
            let at_once = folded_at_once(&values);
            prop_assert_eq!(streamed.len(), at_once.len());
            for (one, other) in streamed.iter().zip(&at_once) {
                prop_assert_eq!(one.count.to_bits(), other.count.to_bits());
                prop_assert!((one.value - other.value).abs() <= 1e-9 * other.value.abs().max(1.0), "{one:?} {other:?}");
            }
        }

        #[test]
        fn a_merge_keeps_count_sum_and_extremes(left in prop::collection::vec(0.0_f64..1e6, 1..300), right in prop::collection::vec(0.0_f64..1e6, 1..300)) {
            let mut merged = of(&left);
            merged.merge(of(&right));
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
