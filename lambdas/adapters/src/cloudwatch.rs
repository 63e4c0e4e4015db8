//! CloudWatch metrics.

use aws_sdk_cloudwatch::{
    Client, config,
    primitives::DateTime,
    types::{Dimension, Metric, MetricDataQuery, MetricDatum, MetricStat, ScanBy, StandardUnit},
};
use jiff::Timestamp;
use skywarden_core::{
    alarm::{QuerySource, Trigger, TriggerQuery},
    metric::{Datum, PutRequest},
    notify::{History, HistoryWindow},
    port::{Failure, MetricHistory, MetricSink, PortError, PortResult},
};

use crate::failure::port_error;

/// PutMetricData.
#[derive(Clone, Debug)]
pub struct CloudWatchSink {
    client: Client,
}

impl CloudWatchSink {
    /// A sink over the SDK's client. Request compression is on whatever the environment says: requests are packed to their compressed size.
    pub fn new(config: &aws_config::SdkConfig) -> Self {
        let config = config::Builder::from(config).disable_request_compression(false).build();
        Self { client: Client::from_conf(config) }
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

const GET_METRIC_DATA: &str = "cloudwatch.GetMetricData";

/// `GetMetricData`.
#[derive(Clone, Debug)]
pub struct CloudWatchHistory {
    client: Client,
}

impl CloudWatchHistory {
    /// A reader over the SDK's client.
    pub fn new(config: &aws_config::SdkConfig) -> Self {
        Self { client: Client::new(config) }
    }
}

impl MetricHistory for CloudWatchHistory {
    async fn recent(&self, trigger: &Trigger, window: &HistoryWindow) -> PortResult<History> {
        let queries = queries(trigger, window.period_seconds)?;
        let wanted = queries.iter().find(|query| query.return_data() == Some(true)).and_then(|query| query.id().map(str::to_owned));
        let answer = self
            .client
            .get_metric_data()
            .set_metric_data_queries(Some(queries))
            .start_time(DateTime::from_millis(window.start.as_millisecond()))
            .end_time(DateTime::from_millis(window.end.as_millisecond()))
            .scan_by(ScanBy::TimestampAscending)
            .send()
            .await
            .map_err(|error| port_error(GET_METRIC_DATA, &error))?;
        let result = answer.metric_data_results().iter().find(|result| result.id() == wanted.as_deref());
        let points = result.into_iter().flat_map(|result| result.timestamps().iter().zip(result.values()));
        let points = points.filter_map(|(at, value)| Some((Timestamp::from_second(at.secs()).ok()?, *value)));
        Ok(window.place(points))
    }
}

/// The alarm's queries, of which the one it looks at is given. A band is left out: what is drawn is the metric inside it.
fn queries(trigger: &Trigger, period_seconds: u32) -> PortResult<Vec<MetricDataQuery>> {
    let rejected = |message: String| PortError { failure: Failure::Rejected, operation: GET_METRIC_DATA, code: "queries".to_owned(), message };
    let is_band = |query: &TriggerQuery| matches!(&query.source, QuerySource::Expression(text) if text.trim_start().starts_with("ANOMALY_DETECTION_BAND"));
    let drawn: Vec<&TriggerQuery> = trigger.queries.iter().filter(|query| !is_band(query)).collect();
    let wanted = drawn.iter().position(|query| query.returns).ok_or_else(|| rejected("no query of the alarm returns data".to_owned()))?;
    let query = |(place, query): (usize, &&TriggerQuery)| {
        // A plain metric has no id in the alarm, and a query must have one that begins with a small letter.
        let id = if query.id.is_empty() { format!("q{place}") } else { query.id.clone() };
        let built = MetricDataQuery::builder().id(id).return_data(place == wanted);
        match &query.source {
            QuerySource::Expression(expression) => built.expression(expression).period(i32::try_from(period_seconds).unwrap_or(i32::MAX)).build(),
            QuerySource::Metric(metric) => {
                let period = metric.period_seconds.unwrap_or_else(|| period_seconds.into());
                let dimensions = metric.dimensions.iter().map(|(name, value)| Dimension::builder().name(name).value(value).build());
                let of = Metric::builder().namespace(&metric.namespace).metric_name(&metric.name).set_dimensions(Some(dimensions.collect())).build();
                let stat = MetricStat::builder()
                    .metric(of)
                    .period(i32::try_from(period).unwrap_or(i32::MAX))
                    .stat(&metric.statistic)
                    .set_unit(metric.unit.as_deref().map(StandardUnit::from));
                built.metric_stat(stat.build()).build()
            }
        }
    };
    Ok(drawn.iter().enumerate().map(query).collect())
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use aws_sdk_cloudwatch::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
    use aws_smithy_runtime_api::{
        client::{
            http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn},
            orchestrator::HttpRequest,
        },
        http::{Response, StatusCode},
    };
    use aws_smithy_types::body::SdkBody;
    use skywarden_core::alarm::TriggerMetric;
    use skywarden_core::metric::{MAX_DATA, MAX_VALUES, ValueCount, compressed_bytes};

    use super::*;

    /// Encoding and body of every request.
    type Sent = Arc<Mutex<Vec<(Option<String>, Vec<u8>)>>>;

    #[derive(Clone, Debug, Default)]
    struct Recorder(Sent);

    impl HttpConnector for Recorder {
        fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
            let encoding = request.headers().get("content-encoding").map(str::to_owned);
            self.0.lock().unwrap().push((encoding, request.body().bytes().unwrap().to_vec()));
            HttpConnectorFuture::ready(Ok(Response::new(StatusCode::try_from(200).unwrap(), SdkBody::from(vec![0xBF, 0xFF]))))
        }
    }

    fn request(data: usize, values: usize) -> PutRequest {
        let value = |at: u16| ValueCount { value: f64::from(at).sqrt(), count: 1.0 };
        let datum = |at: usize| Datum {
            name: "Duration".to_owned(),
            unit: "Milliseconds".to_owned(),
            dimensions: vec![("Route".to_owned(), format!("/orders/{at}"))],
            at: Timestamp::from_millisecond(1_795_179_600_500).unwrap(),
            resolution_seconds: 1,
            values: (0..u16::try_from(values).unwrap()).map(value).collect(),
        };
        PutRequest { namespace: "shop/prod/checkout".to_owned(), data: (0..data).map(datum).collect() }
    }

    fn expression(id: &str, text: &str, returns: bool) -> TriggerQuery {
        TriggerQuery { id: id.to_owned(), label: String::new(), source: QuerySource::Expression(text.to_owned()), returns }
    }

    fn metric(id: &str, returns: bool) -> TriggerQuery {
        let metric = TriggerMetric {
            namespace: "shop".to_owned(),
            name: "Errors".to_owned(),
            dimensions: vec![("Route".to_owned(), "/".to_owned())],
            statistic: "Sum".to_owned(),
            period_seconds: Some(300),
            unit: None,
        };
        TriggerQuery { id: id.to_owned(), label: String::new(), source: QuerySource::Metric(metric), returns }
    }

    fn asked(queries: Vec<TriggerQuery>) -> Vec<(String, bool)> {
        let trigger = Trigger { queries, ..Trigger::default() };
        let built = super::queries(&trigger, 60).unwrap();
        built.iter().map(|query| (query.id().unwrap().to_owned(), query.return_data().unwrap())).collect()
    }

    #[test]
    fn what_the_alarm_looks_at_is_asked_for_and_nothing_else_is_returned() {
        let pair = |id: &str, returns| (id.to_owned(), returns);
        assert_eq!(asked(vec![metric("", true)]), [pair("q0", true)]);
        assert_eq!(asked(vec![expression("rate", "part / whole", true), metric("part", false)]), [pair("rate", true), pair("part", false)]);
        assert_eq!(asked(vec![metric("m1", true), expression("ad1", "ANOMALY_DETECTION_BAND(m1, 2)", true)]), [pair("m1", true)]);
        assert!(super::queries(&Trigger::default(), 60).is_err());
    }

    #[test]
    fn a_metric_is_asked_for_in_its_own_period() {
        let trigger = Trigger { queries: vec![metric("", true)], ..Trigger::default() };
        let built = super::queries(&trigger, 60).unwrap();
        let stat = built[0].metric_stat().unwrap();
        assert_eq!((stat.period(), stat.stat(), stat.metric().unwrap().dimensions().len()), (Some(300), Some("Sum"), 1));
    }

    #[tokio::test]
    async fn what_is_sent_is_as_large_as_what_was_packed() {
        let recorder = Recorder::default();
        let connector = SharedHttpConnector::new(recorder.clone());
        let config = aws_config::SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::new("id", "secret", None, None, "test")))
            .http_client(http_client_fn(move |_, _| connector.clone()))
            // As `AWS_DISABLE_REQUEST_COMPRESSION=true` would.
            .disable_request_compression(true)
            .build();
        let sink = CloudWatchSink::new(&config);
        let large = request(MAX_DATA, MAX_VALUES);
        sink.put(&large).await.unwrap();
        sink.put(&request(1, 1)).await.unwrap();
        let sent = recorder.0.lock().unwrap();
        let (encoding, body) = &sent[0];
        assert_eq!((encoding.as_deref(), body.len()), (Some("gzip"), compressed_bytes(&large.namespace, &large.data)));
        // Small bodies are sent as they are.
        let (encoding, body) = &sent[1];
        assert!(encoding.is_none() && body.starts_with(b"\xBF\x69Namespace"));
    }
}
