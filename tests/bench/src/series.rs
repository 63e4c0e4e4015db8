//! Series of the five metrics, added up the plain way: for the independent count, and for tools that do not aggregate themselves.

use std::collections::BTreeMap;

use crate::answer::Answer;

/// The five metrics every pipeline extracts, each with two dimensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Metric {
    /// Requests answered, by service and method.
    Requests,
    /// Requests answered with a status of 500 or above, by service and method.
    ServerErrors,
    /// Time to answer in milliseconds, by service and method.
    RequestDuration,
    /// Size of the answer in bytes, by service and version.
    BytesOut,
    /// Lines of level ERROR, by service and type of the error.
    Errors,
}

impl Metric {
    /// Name in CloudWatch.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requests => "Requests",
            Self::ServerErrors => "ServerErrors",
            Self::RequestDuration => "RequestDuration",
            Self::BytesOut => "BytesOut",
            Self::Errors => "Errors",
        }
    }

    /// Whether values are kept apart, so that percentiles work; otherwise only their sum counts.
    pub const fn is_distribution(self) -> bool {
        matches!(self, Self::RequestDuration | Self::BytesOut)
    }

    /// The metric of a name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Requests, Self::ServerErrors, Self::RequestDuration, Self::BytesOut, Self::Errors].into_iter().find(|metric| metric.as_str() == name)
    }
}

/// Samples by metric, the values of its two dimensions, and the minute of the event in milliseconds since 1970.
#[derive(Debug, Default)]
pub struct SeriesSet {
    series: BTreeMap<(Metric, i64), ByDimensions>,
}

/// By the value of the first dimension, then of the second.
type ByDimensions = BTreeMap<String, BTreeMap<String, Total>>;

#[derive(Clone, Copy, Debug)]
struct Total {
    count: f64,
    sum: f64,
    min: f64,
    max: f64,
}

impl SeriesSet {
    /// Adds a value that was seen `count` times.
    pub fn add(&mut self, metric: Metric, dimensions: [&str; 2], timestamp_ms: i64, value: f64, count: f64) {
        let minute = timestamp_ms - timestamp_ms.rem_euclid(60_000);
        let by_first = self.series.entry((metric, minute)).or_default();
        // Look before inserting: the key is copied once a series and not once a sample.
        if !by_first.contains_key(dimensions[0]) {
            by_first.insert(dimensions[0].to_owned(), BTreeMap::new());
        }
        let Some(by_second) = by_first.get_mut(dimensions[0]) else { return };
        let added = Total { count, sum: value * count, min: value, max: value };
        match by_second.get_mut(dimensions[1]) {
            Some(total) => {
                total.count += added.count;
                total.sum += added.sum;
                total.min = total.min.min(value);
                total.max = total.max.max(value);
            }
            None => {
                by_second.insert(dimensions[1].to_owned(), added);
            }
        }
    }

    /// The numbers to compare: the sum of each series, and of distributions also count, minimum and maximum.
    pub fn answer(&self) -> Answer {
        let mut answer = Answer::new();
        for ((metric, minute), by_first) in &self.series {
            for (first, by_second) in by_first {
                for (second, total) in by_second {
                    let mut put = |what: &str, number: f64| {
                        answer.insert(format!("{} {first} {second} {minute} {what}", metric.as_str()), number);
                    };
                    put("sum", total.sum);
                    if metric.is_distribution() {
                        put("count", total.count);
                        put("min", total.min);
                        put("max", total.max);
                    }
                }
            }
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_are_told_apart_by_metric_dimensions_and_minute() {
        let mut set = SeriesSet::default();
        set.add(Metric::RequestDuration, ["a", "GET"], 119_999, 2.0, 1.0);
        set.add(Metric::RequestDuration, ["a", "GET"], 60_000, 5.0, 2.0);
        set.add(Metric::RequestDuration, ["a", "GET"], 120_000, 7.0, 1.0);
        set.add(Metric::Requests, ["a", "PUT"], 0, 1.0, 1.0);
        let shown: Vec<String> = set.answer().iter().map(|(name, number)| format!("{name} = {number}")).collect();
        assert_eq!(
            shown,
            [
                "RequestDuration a GET 120000 count = 1",
                "RequestDuration a GET 120000 max = 7",
                "RequestDuration a GET 120000 min = 7",
                "RequestDuration a GET 120000 sum = 7",
                "RequestDuration a GET 60000 count = 3",
                "RequestDuration a GET 60000 max = 5",
                "RequestDuration a GET 60000 min = 2",
                "RequestDuration a GET 60000 sum = 12",
                "Requests a PUT 0 sum = 1",
            ]
        );
    }
}
