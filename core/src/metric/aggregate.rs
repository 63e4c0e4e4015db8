//! Aggregation: samples by (namespace, name, dimensions, period of the event) into distinct values and counts.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap, HashSet},
};

use hashbrown::HashTable;
use jiff::Timestamp;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::{
    Datum, DropReason, Drops, OTHER, PutRequest, ValueCount, clean_dimension,
    distribution::Distribution,
    limit::{MAX_AGE_MS, MAX_AHEAD_MS, MAX_MAGNITUDE},
    pack,
};
use crate::{
    json::equal,
    plan::{DimensionRule, MetricKind, MetricRule},
};

/// Samples of one batch, for rules that outlive it.
#[derive(Debug)]
pub struct Aggregator<'r> {
    now_ms: i64,
    series: Vec<Series<'r>>,
    /// Numbers of `series`, by hash of rule, period and dimension values.
    index: HashTable<usize>,
    /// Distinct dimension values met, by rule and number of the dimension.
    met: HashMap<(usize, usize), HashSet<Box<str>>>,
    drops: Drops,
    overflowed: u64,
    /// Start and length of the period of the last sample, milliseconds.
    last_period: (i64, i64),
}

/// One metric in one period. The dimension values are those of the lines; they are cleaned when the data are made.
#[derive(Debug)]
struct Series<'r> {
    rule_number: usize,
    rule: &'r MetricRule,
    dimensions: Box<[Box<str>]>,
    period_start_ms: i64,
    samples: Samples,
}

#[derive(Debug)]
enum Samples {
    Sum(f64),
    Distribution(Distribution),
}

impl<'r> Aggregator<'r> {
    /// Nothing yet. The time decides which samples are too old or too new.
    pub fn new(now: Timestamp) -> Self {
        Self {
            now_ms: now.as_millisecond(),
            series: Vec::new(),
            index: HashTable::new(),
            met: HashMap::new(),
            drops: Drops::new(),
            overflowed: 0,
            last_period: (0, 0),
        }
    }

    /// Adds one sample of a rule, whose number tells it from the other rules of the same batch; `dimensions` are the values of the rule's
    /// dimensions, in its order.
    pub fn add(&mut self, rule_number: usize, rule: &'r MetricRule, dimensions: &[Cow<'_, str>], value: f64, timestamp_ms: i64) {
        if !value.is_finite() || value.abs() > MAX_MAGNITUDE {
            return self.drop_sample(DropReason::OutOfRange);
        }
        if timestamp_ms < self.now_ms - MAX_AGE_MS {
            return self.drop_sample(DropReason::TooOld);
        }
        if timestamp_ms > self.now_ms + MAX_AHEAD_MS {
            return self.drop_sample(DropReason::TooNew);
        }
        let period_start_ms = self.period_start(timestamp_ms, i64::from(rule.resolution_seconds) * 1000);
        let series = match self.find(rule_number, period_start_ms, dimensions) {
            Some(found) => found,
            None => self.insert(rule_number, rule, period_start_ms, dimensions),
        };
        match &mut self.series[series].samples {
            Samples::Sum(sum) => *sum += value,
            Samples::Distribution(distribution) => distribution.add(ValueCount { value, count: 1.0 }),
        }
    }

    /// Start of the period of a time. Most samples fall into the period of the one before, and a division is dear.
    fn period_start(&mut self, timestamp_ms: i64, period_ms: i64) -> i64 {
        let (last_start, last_length) = self.last_period;
        if last_length != period_ms || !(last_start..last_start + period_ms).contains(&timestamp_ms) {
            self.last_period = (timestamp_ms.div_euclid(period_ms) * period_ms, period_ms);
        }
        self.last_period.0
    }

    /// Counts a sample that could not be made.
    pub fn drop_sample(&mut self, reason: DropReason) {
        *self.drops.entry(reason).or_default() += 1;
    }

    /// Samples dropped so far, by reason.
    pub const fn drops(&self) -> &Drops {
        &self.drops
    }

    /// Dimension values that were replaced by [`OTHER`].
    pub const fn overflowed(&self) -> u64 {
        self.overflowed
    }

    fn find(&self, rule_number: usize, period_start_ms: i64, dimensions: &[Cow<'_, str>]) -> Option<usize> {
        let series = &self.series;
        let same = |&number: &usize| {
            let known = &series[number];
            known.rule_number == rule_number
                && known.period_start_ms == period_start_ms
                && known.dimensions.iter().zip(dimensions).all(|(known, value)| equal(known, value))
        };
        self.index.find(hash(rule_number, period_start_ms, dimensions), same).copied()
    }

    /// A series nobody has added to, or the one of [`OTHER`] when a value is over its limit.
    fn insert(&mut self, rule_number: usize, rule: &'r MetricRule, period_start_ms: i64, dimensions: &[Cow<'_, str>]) -> usize {
        let mut overflowed = 0;
        let kept: Vec<Cow<'_, str>> = rule
            .dimensions
            .iter()
            .zip(dimensions)
            .enumerate()
            .map(|(number, (dimension, value))| {
                let met = self.met.entry((rule_number, number)).or_default();
                let limit = usize::try_from(dimension.limit).unwrap_or(usize::MAX);
                if !met.contains(&**value) && met.len() >= limit {
                    overflowed += 1;
                    return Cow::Borrowed(OTHER);
                }
                if !met.contains(&**value) {
                    met.insert(Box::from(&**value));
                }
                Cow::Borrowed(&**value)
            })
            .collect();
        self.overflowed += overflowed;
        if overflowed > 0
            && let Some(found) = self.find(rule_number, period_start_ms, &kept)
        {
            return found;
        }
        let samples = match rule.kind {
            MetricKind::Counter => Samples::Sum(0.0),
            MetricKind::Distribution => Samples::Distribution(Distribution::default()),
        };
        let number = self.series.len();
        let stored: Box<[Box<str>]> = kept.iter().map(|value| Box::from(&**value)).collect();
        self.series.push(Series { rule_number, rule, dimensions: stored, period_start_ms, samples });
        let series = &self.series;
        self.index.insert_unique(hash(rule_number, period_start_ms, &kept), number, |&number| series[number].hash());
        number
    }

    /// Requests for everything collected, in a fixed order, with the dimension values as the lines have them.
    pub fn into_requests(self) -> Vec<PutRequest> {
        self.into_requests_showing(|_, value| Cow::Borrowed(value))
    }

    /// As [`Self::into_requests`], with dimension values as `shown` gives them: what must not leave is replaced there. Values that are shown alike are
    /// one metric.
    pub fn into_requests_showing(self, shown: impl for<'v> Fn(&DimensionRule, &'v str) -> Cow<'v, str>) -> Vec<PutRequest> {
        let mut by_key: BTreeMap<Key<'r>, Series<'r>> = BTreeMap::new();
        for series in self.series {
            let key = series.key(&shown);
            match by_key.get_mut(&key) {
                // Two values of the lines that are one when cleaned, or two rules of one metric.
                Some(first) => first.samples.merge(series.samples),
                None => {
                    by_key.insert(key, series);
                }
            }
        }
        let mut by_namespace: BTreeMap<&str, Vec<Datum>> = BTreeMap::new();
        for (key, series) in by_key {
            by_namespace.entry(key.namespace).or_default().push(Datum {
                name: series.rule.name.clone(),
                unit: series.rule.unit.clone(),
                dimensions: key.dimensions,
                at: Timestamp::from_millisecond(series.period_start_ms).unwrap_or(Timestamp::UNIX_EPOCH),
                resolution_seconds: series.rule.resolution_seconds,
                values: series.samples.into_values(),
            });
        }
        by_namespace.into_iter().flat_map(|(namespace, data)| pack(namespace, data)).collect()
    }
}

/// The identity of a datum, in the order of the requests.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key<'r> {
    namespace: &'r str,
    name: &'r str,
    dimensions: Vec<(String, String)>,
    period_start_ms: i64,
}

impl<'r> Series<'r> {
    fn hash(&self) -> u64 {
        hash(self.rule_number, self.period_start_ms, &self.dimensions)
    }

    fn key(&self, shown: impl for<'v> Fn(&DimensionRule, &'v str) -> Cow<'v, str>) -> Key<'r> {
        let constants = self.rule.constants.iter().map(|(name, value)| (name.clone(), value.clone()));
        let read = self.rule.dimensions.iter().zip(&self.dimensions).map(|(dimension, value)| {
            let value = shown(dimension, value);
            (dimension.name.clone(), clean_dimension(&value).into_owned())
        });
        Key { namespace: &self.rule.namespace, name: &self.rule.name, dimensions: constants.chain(read).collect(), period_start_ms: self.period_start_ms }
    }
}

impl Samples {
    fn merge(&mut self, other: Self) {
        match (self, other) {
            (Self::Sum(sum), Self::Sum(more)) => *sum += more,
            (Self::Distribution(distribution), Self::Distribution(more)) => distribution.merge(more),
            // One metric as counter and as distribution: the total is one more sample.
            (Self::Distribution(distribution), Self::Sum(value)) => distribution.add(ValueCount { value, count: 1.0 }),
            (Self::Sum(sum), Self::Distribution(more)) => *sum += more.into_values().iter().map(|value| value.value * value.count).sum::<f64>(),
        }
    }

    fn into_values(self) -> Vec<ValueCount> {
        match self {
            // A counter has one value a period: its sum.
            // One value beyond the bound would cost the whole request.
            Self::Sum(value) => vec![ValueCount { value: value.clamp(-MAX_MAGNITUDE, MAX_MAGNITUDE), count: 1.0 }],
            Self::Distribution(distribution) => distribution.into_values(),
        }
    }
}

fn hash<T: AsRef<str>>(rule_number: usize, period_start_ms: i64, dimensions: &[T]) -> u64 {
    let seed = (rule_number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ period_start_ms.cast_unsigned();
    dimensions.iter().fold(seed, |hash, value| xxh3_64_with_seed(value.as_ref().as_bytes(), hash))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::MetricValueSource;

    fn rule(kind: MetricKind, limit: u32) -> MetricRule {
        MetricRule {
            log_group: "g".to_owned(),
            namespace: "n".to_owned(),
            name: "m".to_owned(),
            pattern: String::new(),
            value: MetricValueSource::Constant(1.0),
            unit: "None".to_owned(),
            kind,
            resolution_seconds: 60,
            dimensions: vec![DimensionRule { name: "D".to_owned(), selector: "$.d".to_owned(), limit }],
            constants: BTreeMap::new(),
        }
    }

    fn now() -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap()
    }

    const T: i64 = 1_800_000_000_000;

    #[test]
    fn the_minute_is_the_events_and_equal_values_are_counted() {
        let rule = rule(MetricKind::Distribution, 10);
        let mut aggregator = Aggregator::new(now());
        for (value, at) in [(2.0, T), (1.0, T + 5), (2.0, T + 59_999), (2.0, T + 60_000)] {
            aggregator.add(0, &rule, &["a".into()], value, at);
        }
        let requests = aggregator.into_requests();
        assert_eq!(requests.len(), 1);
        let data = &requests[0].data;
        assert_eq!(data.len(), 2);
        assert_eq!(data[0].values, [ValueCount { value: 1.0, count: 1.0 }, ValueCount { value: 2.0, count: 2.0 }]);
        assert_eq!(data[1].at.as_millisecond(), T + 60_000);
    }

    #[test]
    fn a_counter_is_its_sum() {
        let rule = rule(MetricKind::Counter, 10);
        let mut aggregator = Aggregator::new(now());
        for value in [2.0, 3.0, 2.0] {
            aggregator.add(0, &rule, &["a".into()], value, T);
        }
        assert_eq!(aggregator.into_requests()[0].data[0].values, [ValueCount { value: 7.0, count: 1.0 }]);
    }

    #[test]
    fn dimension_values_over_the_limit_become_other_and_are_counted() {
        let rule = rule(MetricKind::Counter, 2);
        let mut aggregator = Aggregator::new(now());
        for value in ["a", "b", "c", "a", "d"] {
            aggregator.add(0, &rule, &[value.into()], 1.0, T);
        }
        assert_eq!(aggregator.overflowed(), 2);
        let data = aggregator.into_requests().remove(0).data;
        let values: Vec<_> = data.iter().map(|datum| (datum.dimensions[0].1.as_str(), datum.values[0].value)).collect();
        assert_eq!(values, [(OTHER, 2.0), ("a", 2.0), ("b", 1.0)]);
    }

    #[test]
    fn what_cloudwatch_would_refuse_is_dropped_by_reason_at_the_boundary() {
        let rule = rule(MetricKind::Counter, 2);
        let mut aggregator = Aggregator::new(now());
        for (value, at) in [
            (f64::NAN, T),
            (f64::INFINITY, T),
            (MAX_MAGNITUDE * 1.01, T),
            (1.0, T - MAX_AGE_MS - 1),
            (1.0, T + MAX_AHEAD_MS + 1),
            (1.0, T - MAX_AGE_MS),
            (1.0, T + MAX_AHEAD_MS),
            (MAX_MAGNITUDE, T),
        ] {
            aggregator.add(0, &rule, &["a".into()], value, at);
        }
        let drops: Vec<_> = aggregator.drops().iter().map(|(&reason, &count)| (reason, count)).collect();
        assert_eq!(drops, [(DropReason::OutOfRange, 3), (DropReason::TooOld, 1), (DropReason::TooNew, 1)]);
        assert_eq!(aggregator.into_requests()[0].data.len(), 3);
    }

    #[test]
    fn values_that_are_one_when_cleaned_are_one_metric() {
        let rule = rule(MetricKind::Counter, 10);
        let mut aggregator = Aggregator::new(now());
        for value in ["a\u{e9}", "a\u{ea}", "a?"] {
            aggregator.add(0, &rule, &[value.into()], 1.0, T);
        }
        let data = aggregator.into_requests().remove(0).data;
        assert_eq!(data.len(), 1);
        assert_eq!((data[0].dimensions[0].1.as_str(), data[0].values[0].value), ("a?", 3.0));
    }

    #[test]
    fn two_rules_of_one_metric_are_one_datum() {
        let first = rule(MetricKind::Distribution, 10);
        let mut aggregator = Aggregator::new(now());
        aggregator.add(0, &first, &["a".into()], 1.0, T);
        aggregator.add(1, &first, &["a".into()], 2.0, T);
        let data = aggregator.into_requests().remove(0).data;
        assert_eq!(data[0].values, [ValueCount { value: 1.0, count: 1.0 }, ValueCount { value: 2.0, count: 1.0 }]);
    }
}
