//! CloudWatch metrics.

use aws_sdk_cloudwatch::{
    Client, config,
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
    use jiff::Timestamp;
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
