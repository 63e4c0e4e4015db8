//! Where the extractor's metrics go: the replay's store.

use std::{
    future::{Future, ready},
    sync::Arc,
};

use skywarden_core::{
    metric::{MAX_DATA, MAX_DIMENSIONS, MAX_REQUEST_BYTES, MAX_VALUES, PutRequest, fits},
    port::{Failure, MetricSink, PortError, PortResult},
};

use crate::{
    memory::MemoryClock,
    replay::SharedMetrics,
    statistics::{MetricId, Resolution},
};

/// PutMetricData in memory: what AWS refuses is refused here too.
#[derive(Clone, Debug)]
pub struct MemorySink {
    metrics: SharedMetrics,
    clock: Arc<MemoryClock>,
}

impl MemorySink {
    /// A sink into a store; every call takes the clock's time.
    pub const fn new(metrics: SharedMetrics, clock: Arc<MemoryClock>) -> Self {
        Self { metrics, clock }
    }

    fn put_all(&self, request: &PutRequest) -> PortResult<()> {
        if request.namespace.is_empty() || request.namespace.starts_with("AWS/") {
            return Err(rejected(format!("namespace `{}` is empty or reserved", request.namespace)));
        }
        if request.data.len() > MAX_DATA {
            return Err(rejected(format!("{} data in one request, at most {MAX_DATA} fit", request.data.len())));
        }
        if !fits(&request.namespace, &request.data) {
            return Err(rejected(format!("the request is larger than {MAX_REQUEST_BYTES} bytes")));
        }
        for datum in &request.data {
            if datum.values.is_empty() || datum.values.len() > MAX_VALUES || datum.dimensions.len() > MAX_DIMENSIONS {
                return Err(rejected(format!("{} has {} values and {} dimensions", datum.name, datum.values.len(), datum.dimensions.len())));
            }
        }
        let mut store = self.metrics.lock();
        for datum in &request.data {
            let handle = store.handle(&MetricId::new(&request.namespace, &datum.name, datum.dimensions.clone()));
            store.name_unit(handle, &datum.unit);
            let resolution = if datum.resolution_seconds == 1 { Resolution::Second } else { Resolution::Minute };
            for value in &datum.values {
                store.add(handle, datum.at.as_millisecond(), resolution, value.value, value.count);
            }
        }
        Ok(())
    }
}

fn rejected(message: String) -> PortError {
    PortError { failure: Failure::Rejected, operation: "cloudwatch.PutMetricData", code: "InvalidParameterValue".to_owned(), message }
}

impl MetricSink for MemorySink {
    fn put(&self, request: &PutRequest) -> impl Future<Output = PortResult<()>> + Send {
        self.clock.spend_call();
        ready(self.put_all(request))
    }
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use jiff::Timestamp;
    use skywarden_core::metric::{Datum, ValueCount};

    use super::*;
    use crate::statistics::Statistic;

    fn clock() -> Arc<MemoryClock> {
        Arc::new(MemoryClock::new(Timestamp::UNIX_EPOCH))
    }

    fn request(namespace: &str, values: usize) -> PutRequest {
        PutRequest {
            namespace: namespace.to_owned(),
            data: vec![Datum {
                name: "Duration".to_owned(),
                unit: "Milliseconds".to_owned(),
                dimensions: vec![("Provider".to_owned(), "stripe".to_owned())],
                at: Timestamp::from_second(60).unwrap(),
                resolution_seconds: 60,
                values: vec![ValueCount { value: 3.0, count: 2.0 }; values],
            }],
        }
    }

    #[test]
    fn values_and_counts_reach_the_store() {
        let metrics = SharedMetrics::default();
        block_on(MemorySink::new(metrics.clone(), clock()).put(&request("shop/prod/payments", 2))).unwrap();
        let store = metrics.lock();
        let (metric, series) = store.iter().next().unwrap();
        assert_eq!(metric.to_string(), "shop/prod/payments Duration {Provider=stripe}");
        assert_eq!(series.datapoint(Statistic::Sum, 60, 120).map(|point| (point.value, point.samples)), Some((12.0, 4.0)));
        assert_eq!(series.unit(), "Milliseconds");
    }

    #[test]
    fn what_aws_refuses_is_refused_whole() {
        let metrics = SharedMetrics::default();
        let sink = MemorySink::new(metrics.clone(), clock());
        assert!(block_on(sink.put(&request("n", MAX_VALUES))).is_ok());
        for bad in [request("AWS/Logs", 1), request("n", MAX_VALUES + 1), request("n", 0)] {
            assert_eq!(block_on(sink.put(&bad)).unwrap_err().failure, Failure::Rejected);
        }
        let mut many = request("m", 1);
        many.data = vec![many.data[0].clone(); MAX_DATA + 1];
        assert!(block_on(sink.put(&many)).is_err());
        assert_eq!(metrics.lock().iter().count(), 1);
    }
}
