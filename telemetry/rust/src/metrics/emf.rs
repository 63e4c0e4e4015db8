//! Metrics as log lines in CloudWatch's embedded metric format: no API call, no permission but to write the log.
//!
//! Limits (embedded metric format specification): 100 metrics and 30 dimensions a document; names up to 1,024 characters.

use jiff::Timestamp;
use serde::{Serialize, ser::SerializeMap as _};

/// Most metrics of one document.
pub const MAX_METRICS: usize = 100;

/// One metric's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metric<'a> {
    /// Name.
    pub name: &'a str,
    /// CloudWatch unit.
    pub unit: &'a str,
    /// Value.
    pub value: f64,
}

/// Documents for the metrics, one line each, at most [`MAX_METRICS`] metrics in one. Empty for no metrics.
pub fn documents(namespace: &str, dimensions: &[(&str, &str)], metrics: &[Metric<'_>], at: Timestamp) -> Vec<String> {
    metrics.chunks(MAX_METRICS).filter_map(|metrics| serde_json::to_string(&Document { namespace, dimensions, metrics, at }).ok()).collect()
}

struct Document<'a> {
    namespace: &'a str,
    dimensions: &'a [(&'a str, &'a str)],
    metrics: &'a [Metric<'a>],
    at: Timestamp,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metadata<'a> {
    timestamp: i64,
    cloud_watch_metrics: [Directive<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Directive<'a> {
    namespace: &'a str,
    dimensions: [Vec<&'a str>; 1],
    metrics: Vec<Definition<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Definition<'a> {
    name: &'a str,
    unit: &'a str,
}

impl Serialize for Document<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let directive = Directive {
            namespace: self.namespace,
            dimensions: [self.dimensions.iter().map(|(name, _)| *name).collect()],
            metrics: self.metrics.iter().map(|metric| Definition { name: metric.name, unit: metric.unit }).collect(),
        };
        map.serialize_entry("_aws", &Metadata { timestamp: self.at.as_millisecond(), cloud_watch_metrics: [directive] })?;
        for (name, value) in self.dimensions {
            map.serialize_entry(name, value)?;
        }
        for metric in self.metrics {
            map.serialize_entry(metric.name, &metric.value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_has_its_targets_at_the_root() {
        let metrics = [Metric { name: "RecordsIn", unit: "Count", value: 5.0 }];
        let lines = documents("shop/prod/skywarden", &[("Function", "metrics-extractor")], &metrics, Timestamp::UNIX_EPOCH);
        assert_eq!(
            lines,
            [
                r#"{"_aws":{"Timestamp":0,"CloudWatchMetrics":[{"Namespace":"shop/prod/skywarden","Dimensions":[["Function"]],"Metrics":[{"Name":"RecordsIn","Unit":"Count"}]}]},"Function":"metrics-extractor","RecordsIn":5.0}"#
            ]
        );
    }

    #[test]
    fn more_than_a_hundred_metrics_are_split_at_the_boundary() {
        let metrics = vec![Metric { name: "m", unit: "Count", value: 1.0 }; MAX_METRICS];
        assert_eq!(documents("n", &[], &metrics, Timestamp::UNIX_EPOCH).len(), 1);
        let metrics = vec![Metric { name: "m", unit: "Count", value: 1.0 }; MAX_METRICS + 1];
        assert_eq!(documents("n", &[], &metrics, Timestamp::UNIX_EPOCH).len(), 2);
        assert!(documents("n", &[], &[], Timestamp::UNIX_EPOCH).is_empty());
    }
}
