//! Every metric of a replay.

use std::collections::BTreeMap;

use crate::statistics::{MetricId, Resolution, Series};

/// The metrics of a replay, by identity. Iteration is in the order of the identities, so that every output is the same each time.
#[derive(Clone, Debug, Default)]
pub struct MetricStore {
    index: BTreeMap<MetricId, usize>,
    series: Vec<Series>,
}

/// Short way to one metric of a store: saves the look-up for every sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MetricHandle(usize);

impl MetricStore {
    /// The handle of a metric, which exists from then on even without samples.
    pub fn handle(&mut self, metric: &MetricId) -> MetricHandle {
        if let Some(&position) = self.index.get(metric) {
            return MetricHandle(position);
        }
        let position = self.series.len();
        self.series.push(Series::default());
        self.index.insert(metric.clone(), position);
        MetricHandle(position)
    }

    /// Adds `count` samples of one value to a metric found by its handle.
    pub fn add(&mut self, handle: MetricHandle, timestamp_ms: i64, resolution: Resolution, value: f64, count: f64) {
        if let Some(series) = self.series.get_mut(handle.0) {
            series.add(timestamp_ms, resolution, value, count);
        }
    }

    /// Adds one sample of a minute metric.
    pub fn put(&mut self, metric: &MetricId, timestamp_ms: i64, value: f64) {
        let handle = self.handle(metric);
        self.add(handle, timestamp_ms, Resolution::Minute, value, 1.0);
    }

    /// Names the unit of a metric, unless it has one.
    pub fn name_unit(&mut self, handle: MetricHandle, unit: &str) {
        if let Some(series) = self.series.get_mut(handle.0) {
            series.name_unit(unit);
        }
    }

    /// The samples of a metric; `None` when nothing was ever put there.
    pub fn series(&self, metric: &MetricId) -> Option<&Series> {
        self.series.get(*self.index.get(metric)?)
    }

    /// Every metric that has samples, in the order of the identities.
    pub fn iter(&self) -> impl Iterator<Item = (&MetricId, &Series)> {
        self.index.iter().filter_map(|(metric, &position)| Some((metric, self.series.get(position)?))).filter(|(_, series)| series.span().is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::Statistic;

    #[test]
    fn a_metric_is_found_by_identity_and_by_handle() {
        let requests = MetricId::new("shop", "Requests", vec![]);
        let mut store = MetricStore::default();
        let handle = store.handle(&requests);
        assert_eq!(handle, store.handle(&requests));
        store.name_unit(handle, "Count");
        store.name_unit(handle, "Bytes");
        store.add(handle, 1_000, Resolution::Minute, 1.0, 2.0);
        store.put(&requests, 2_000, 1.0);
        let series = store.series(&requests).unwrap();
        assert_eq!(series.unit(), "Count");
        assert_eq!(series.datapoint(Statistic::Sum, 0, 60).map(|point| point.value), Some(3.0));
    }

    #[test]
    fn metrics_without_samples_are_not_listed_and_the_rest_is_sorted() {
        let mut store = MetricStore::default();
        let silent = MetricId::new("a", "Silent", vec![]);
        store.handle(&silent);
        store.put(&MetricId::new("b", "Two", vec![]), 0, 1.0);
        store.put(&MetricId::new("a", "One", vec![]), 0, 1.0);
        let names: Vec<&str> = store.iter().map(|(metric, _)| metric.name()).collect();
        assert_eq!(names, ["One", "Two"]);
    }
}
