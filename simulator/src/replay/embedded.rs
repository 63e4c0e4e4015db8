//! Metrics in embedded metric format: what CloudWatch Logs takes out of the lines of a log group by itself.

use std::collections::BTreeSet;

use skywarden_core::metric::emf::{self, Document, Sample, Violation};

use crate::{
    replay::{LogEvent, SharedMetrics},
    statistics::{MetricId, MetricStore, Resolution},
};

/// Puts the metrics of EMF lines into a store.
#[derive(Clone, Debug)]
pub(super) struct EmbeddedMetrics {
    metrics: SharedMetrics,
    /// Log groups of another class than Standard, whose lines are not looked at (documented: only Standard supports the format).
    excluded: BTreeSet<String>,
}

impl EmbeddedMetrics {
    pub(super) fn new(metrics: SharedMetrics, excluded: impl IntoIterator<Item = String>) -> Self {
        Self { metrics, excluded: excluded.into_iter().collect() }
    }

    /// The samples of a line, at the document's own time; what is wrong with it counts in the log group's own metrics, as on AWS. `now_ms` is
    /// the time of the replay, milliseconds since 1970.
    pub(super) fn log_event(&self, event: &LogEvent, now_ms: i64) {
        let Some(read) = emf::read(&event.message) else { return };
        if self.excluded.contains(&event.group) {
            return;
        }
        let mut store = self.metrics.lock();
        match read.and_then(|document| document.check_time(now_ms).map(|()| document)) {
            Ok(document) => put(&mut store, event, &document),
            Err(violation) => count(&mut store, event, violation, 1),
        }
    }
}

fn put(store: &mut MetricStore, event: &LogEvent, document: &Document<'_>) {
    for Sample { namespace, name, unit, dimensions, resolution_seconds, timestamp_ms, values } in document.samples() {
        let dimensions = dimensions.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let handle = store.handle(&MetricId::new(namespace, name, dimensions));
        store.name_unit(handle, unit);
        let resolution = if resolution_seconds == 1 { Resolution::Second } else { Resolution::Minute };
        for seen in values {
            store.add(handle, timestamp_ms, resolution, seen.value, seen.count);
        }
    }
    for (&violation, &times) in document.violations() {
        count(store, event, violation, times);
    }
}

/// `AWS/Logs` `EMFParsingErrors` or `EMFValidationErrors` by `LogGroupName`.
fn count(store: &mut MetricStore, event: &LogEvent, violation: Violation, times: u64) {
    let dimensions = vec![("LogGroupName".to_owned(), event.group.clone())];
    let handle = store.handle(&MetricId::new("AWS/Logs", violation.log_group_metric(), dimensions));
    store.name_unit(handle, "Count");
    #[expect(clippy::cast_precision_loss, reason = "a line has far fewer mistakes than 2^52")]
    let times = times as f64;
    store.add(handle, event.timestamp_ms, Resolution::Minute, times, 1.0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::Statistic;

    const NOW: i64 = 1_795_179_600_000;

    fn event(group: &str, message: String) -> LogEvent {
        LogEvent { group: group.to_owned(), stream: "s".to_owned(), id: "1".to_owned(), timestamp_ms: NOW, message }
    }

    fn document(at_ms: i64, values: &str) -> String {
        let directive =
            r#"{"Namespace":"app","Dimensions":[["Route"]],"Metrics":[{"Name":"Time","Unit":"Milliseconds","StorageResolution":1},{"Name":"Gone"}]}"#;
        format!(r#"{{"_aws":{{"Timestamp":{at_ms},"CloudWatchMetrics":[{directive}]}},"Route":"/a","Time":{values}}}"#)
    }

    /// Every metric with its sum and its number of samples.
    fn totals(events: &[LogEvent]) -> Vec<(String, f64, f64)> {
        let metrics = SharedMetrics::default();
        let embedded = EmbeddedMetrics::new(metrics.clone(), ["/infrequent".to_owned()]);
        for event in events {
            embedded.log_event(event, NOW);
        }
        let store = metrics.lock();
        let from = NOW / 1000 - 100_000;
        let point = |series: &crate::statistics::Series| series.datapoint(Statistic::Sum, from, from + 200_000).unwrap();
        store.iter().map(|(metric, series)| (metric.to_string(), point(series).value, point(series).samples)).collect()
    }

    #[test]
    fn values_count_at_the_time_of_the_document_and_mistakes_in_the_log_group() {
        let counted = document(NOW, r#"{"Values":[2,3],"Counts":[10,0]}"#);
        let found = totals(&[event("/app", document(NOW - 5_000, "[1,2.5]")), event("/app", document(NOW, "4")), event("/app", counted)]);
        let errors = ("AWS/Logs EMFValidationErrors {LogGroupName=/app}".to_owned(), 3.0, 3.0);
        assert_eq!(found, [errors, ("app Time {Route=/a}".to_owned(), 27.5, 13.0)]);
    }

    #[test]
    fn a_lost_document_is_a_mistake_too() {
        let old = document(NOW - 15 * 86_400_000, "1");
        let found = totals(&[event("/app", old), event("/app", format!("INFO {}", document(NOW, "1")))]);
        let errors = |name: &str| (format!("AWS/Logs {name} {{LogGroupName=/app}}"), 1.0, 1.0);
        assert_eq!(found, [errors("EMFParsingErrors"), errors("EMFValidationErrors")]);
    }

    #[test]
    fn groups_of_other_classes_and_ordinary_lines_give_nothing() {
        assert_eq!(totals(&[event("/infrequent", document(NOW, "1")), event("/app", r#"{"Time":1}"#.to_owned())]), []);
    }
}
