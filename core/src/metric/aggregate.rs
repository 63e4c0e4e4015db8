//! Aggregation: samples by (namespace, name, dimensions, period of the event) into distinct values and counts.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Datum, PutRequest, ValueCount, fold, pack};
use crate::plan::{MetricKind, MetricRule};

/// Stands for dimension values over the limit.
pub const OTHER: &str = "__other__";

/// Most characters of a dimension value (PutMetricData).
const MAX_DIMENSION_VALUE: usize = 1024;

/// PutMetricData refuses values beyond +-2^360.
const MAX_MAGNITUDE: f64 = 2.348_542_582_773_833_3e108;

/// PutMetricData takes times from two weeks back …
const MAX_AGE_MS: i64 = 14 * 24 * 3_600_000;

/// … to two hours ahead.
const MAX_AHEAD_MS: i64 = 2 * 3_600_000;

/// Why a sample was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DropReason {
    /// The line matches and has no number where the value should be.
    NoValue,
    /// NaN, infinite, or beyond what CloudWatch takes.
    OutOfRange,
    /// Older than two weeks.
    TooOld,
    /// More than two hours ahead.
    TooNew,
    /// A dimension is missing in the line: the sample would land on another metric.
    NoDimension,
}

impl DropReason {
    /// Word for logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoValue => "no_value",
            Self::OutOfRange => "out_of_range",
            Self::TooOld => "too_old",
            Self::TooNew => "too_new",
            Self::NoDimension => "no_dimension",
        }
    }
}

/// Dropped samples by reason.
pub type Drops = BTreeMap<DropReason, u64>;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    namespace: String,
    name: String,
    dimensions: Vec<(String, String)>,
    period_start_ms: i64,
}

/// Samples of one batch.
#[derive(Debug)]
pub struct Aggregator {
    now_ms: i64,
    series: BTreeMap<Key, Series>,
    /// Distinct dimension values seen, by (namespace, metric, dimension).
    seen: BTreeMap<(String, String, String), BTreeSet<String>>,
    drops: Drops,
    overflowed: u64,
}

#[derive(Debug)]
struct Series {
    unit: String,
    kind: MetricKind,
    resolution_seconds: u8,
    /// By the order-preserving bits of the value: an f64 is no map key.
    values: BTreeMap<u64, ValueCount>,
}

impl Aggregator {
    /// Nothing yet. The time decides which samples are too old or too new.
    pub fn new(now: Timestamp) -> Self {
        Self { now_ms: now.as_millisecond(), series: BTreeMap::new(), seen: BTreeMap::new(), drops: Drops::new(), overflowed: 0 }
    }

    /// Adds one sample of a rule; `dimensions` are the values of the rule's dimensions, in its order.
    pub fn add(&mut self, rule: &MetricRule, dimensions: &[&str], value: f64, timestamp_ms: i64) {
        if !value.is_finite() || value.abs() > MAX_MAGNITUDE {
            return self.drop_sample(DropReason::OutOfRange);
        }
        if timestamp_ms < self.now_ms - MAX_AGE_MS {
            return self.drop_sample(DropReason::TooOld);
        }
        if timestamp_ms > self.now_ms + MAX_AHEAD_MS {
            return self.drop_sample(DropReason::TooNew);
        }
        let mut pairs: Vec<(String, String)> = rule.constants.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        for (dimension, &value) in rule.dimensions.iter().zip(dimensions) {
            let key = (rule.namespace.clone(), rule.name.clone(), dimension.name.clone());
            let seen = self.seen.entry(key).or_default();
            let value = clean(value);
            if seen.contains(&value) || seen.len() < usize::try_from(dimension.limit).unwrap_or(usize::MAX) {
                seen.insert(value.clone());
                pairs.push((dimension.name.clone(), value));
            } else {
                self.overflowed += 1;
                pairs.push((dimension.name.clone(), OTHER.to_owned()));
            }
        }
        let period_ms = i64::from(rule.resolution_seconds) * 1000;
        let key = Key {
            namespace: rule.namespace.clone(),
            name: rule.name.clone(),
            dimensions: pairs,
            period_start_ms: timestamp_ms.div_euclid(period_ms) * period_ms,
        };
        let series = self.series.entry(key).or_insert_with(|| Series {
            unit: rule.unit.clone(),
            kind: rule.kind,
            resolution_seconds: rule.resolution_seconds,
            values: BTreeMap::new(),
        });
        // -0.0 and 0.0 are one value.
        let value = value + 0.0;
        series.values.entry(ordered_bits(value)).or_insert(ValueCount { value, count: 0.0 }).count += 1.0;
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

    /// Requests for everything collected, in a fixed order.
    pub fn into_requests(self) -> Vec<PutRequest> {
        let mut by_namespace: BTreeMap<String, Vec<Datum>> = BTreeMap::new();
        for (key, series) in self.series {
            let values: Vec<ValueCount> = series.values.into_values().collect();
            let values = match series.kind {
                MetricKind::Distribution => fold(values),
                // A counter has one value a period: its sum.
                MetricKind::Counter => vec![ValueCount { value: values.iter().map(|v| v.value * v.count).sum(), count: 1.0 }],
            };
            by_namespace.entry(key.namespace).or_default().push(Datum {
                name: key.name,
                unit: series.unit,
                dimensions: key.dimensions,
                at: Timestamp::from_millisecond(key.period_start_ms).unwrap_or(Timestamp::UNIX_EPOCH),
                resolution_seconds: series.resolution_seconds,
                values,
            });
        }
        by_namespace.into_iter().flat_map(|(namespace, data)| pack(&namespace, data)).collect()
    }
}

/// CloudWatch takes printable ASCII without a leading colon; the rest of a log's text is replaced, so that one odd value costs no request.
fn clean(value: &str) -> String {
    let text: String = value
        .trim()
        .chars()
        .take(MAX_DIMENSION_VALUE)
        .enumerate()
        .map(|(at, c)| if (c == ':' && at == 0) || !(' '..='~').contains(&c) { '?' } else { c })
        .collect();
    if text.is_empty() { "__empty__".to_owned() } else { text }
}

/// Bits whose order as integers is the order of the numbers.
const fn ordered_bits(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 0 { bits | (1 << 63) } else { !bits }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{DimensionRule, MetricValueSource};

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
            aggregator.add(&rule, &["a"], value, at);
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
            aggregator.add(&rule, &["a"], value, T);
        }
        assert_eq!(aggregator.into_requests()[0].data[0].values, [ValueCount { value: 7.0, count: 1.0 }]);
    }

    #[test]
    fn dimension_values_over_the_limit_become_other_and_are_counted() {
        let rule = rule(MetricKind::Counter, 2);
        let mut aggregator = Aggregator::new(now());
        for value in ["a", "b", "c", "a", "d"] {
            aggregator.add(&rule, &[value], 1.0, T);
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
            aggregator.add(&rule, &["a"], value, at);
        }
        let drops: Vec<_> = aggregator.drops().iter().map(|(&reason, &count)| (reason, count)).collect();
        assert_eq!(drops, [(DropReason::OutOfRange, 3), (DropReason::TooOld, 1), (DropReason::TooNew, 1)]);
        assert_eq!(aggregator.into_requests()[0].data.len(), 3);
    }

    #[test]
    fn log_text_in_a_dimension_cannot_break_a_request() {
        assert_eq!(clean(":x\n\u{e9}"), "?x??");
        assert_eq!(clean("  "), "__empty__");
    }
}
