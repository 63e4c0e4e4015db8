//! CloudWatch metrics.

use aws_sdk_cloudwatch::{
    Client,
    primitives::DateTime,
    types::{Dimension, MetricDatum, StandardUnit},
};
use skywarden_core::{
    metric::{Datum, PutRequest},
    port::{MetricSink, PortResult},
};

use crate::failure::port_error;

/// PutMetricData.
#[derive(Clone, Debug)]
pub struct CloudWatchSink {
    client: Client,
}

impl CloudWatchSink {
    /// A sink over the SDK's client.
    pub fn new(config: &aws_config::SdkConfig) -> Self {
        Self { client: Client::new(config) }
    }
}

impl MetricSink for CloudWatchSink {
    async fn put(&self, request: &PutRequest) -> PortResult<()> {
        self.client
            .put_metric_data()
            .namespace(&request.namespace)
            .set_metric_data(Some(request.data.iter().map(datum).collect()))
            .send()
            .await
            .map(|_| ())
            .map_err(|error| port_error("cloudwatch.PutMetricData", &error))
    }
}

fn datum(datum: &Datum) -> MetricDatum {
    MetricDatum::builder()
        .metric_name(&datum.name)
        .unit(StandardUnit::from(datum.unit.as_str()))
        .timestamp(DateTime::from_millis(datum.at.as_millisecond()))
        .storage_resolution(i32::from(datum.resolution_seconds))
        .set_dimensions(Some(datum.dimensions.iter().map(|(name, value)| Dimension::builder().name(name).value(value).build()).collect()))
        .set_values(Some(datum.values.iter().map(|value| value.value).collect()))
        .set_counts(Some(datum.values.iter().map(|value| value.count).collect()))
        .build()
}
