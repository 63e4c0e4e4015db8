//! CloudWatch metrics, read back.

use aws_sdk_cloudwatch::{
    Client,
    primitives::DateTime,
    types::{Metric, MetricDataQuery, MetricStat},
};
use jiff::Timestamp;
use skywarden_core::port::{MetricReader, PortResult};

use crate::failure::port_error;

/// Period of the sums, seconds.
const PERIOD: i32 = 60;

/// `GetMetricData`.
#[derive(Clone, Debug)]
pub struct CloudWatchReader {
    client: Client,
}

impl CloudWatchReader {
    /// Over the SDK's client.
    pub fn new(config: &aws_config::SdkConfig) -> Self {
        Self { client: Client::new(config) }
    }
}

impl MetricReader for CloudWatchReader {
    async fn sum(&self, namespace: &str, metric: &str, from: Timestamp, until: Timestamp) -> PortResult<f64> {
        let metric = Metric::builder().namespace(namespace).metric_name(metric).build();
        let statistic = MetricStat::builder().metric(metric).period(PERIOD).stat("Sum").build();
        let query = MetricDataQuery::builder().id("lines").metric_stat(statistic).build();
        let answer = self
            .client
            .get_metric_data()
            .metric_data_queries(query)
            .start_time(DateTime::from_millis(from.as_millisecond()))
            .end_time(DateTime::from_millis(until.as_millisecond()))
            .send()
            .await
            .map_err(|error| port_error("cloudwatch.GetMetricData", &error))?;
        Ok(answer.metric_data_results().iter().flat_map(aws_sdk_cloudwatch::types::MetricDataResult::values).fold(0.0, |sum, value| sum + value))
    }
}
