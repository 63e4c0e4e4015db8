//! Failures in the words of each service's protocol.

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Response, StatusCode, header::CONTENT_TYPE};

use super::Service;

/// What an answer is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Refusal {
    Throttled,
    Failed,
    Denied,
    Clock,
}

/// A failure as the service says it.
pub(super) fn refusal(service: Service, refusal: Refusal) -> Response<Full<Bytes>> {
    let (status, code) = match (refusal, service) {
        (Refusal::Throttled, Service::CloudWatch | Service::Sns) => (400, "Throttling"),
        (Refusal::Throttled, Service::DynamoDb) => (400, "ProvisionedThroughputExceededException"),
        (Refusal::Throttled, Service::S3) => (503, "SlowDown"),
        (Refusal::Throttled, Service::Sqs) => (403, "RequestThrottled"),
        (Refusal::Failed, Service::DynamoDb | Service::S3) => (500, if matches!(service, Service::S3) { "InternalError" } else { "InternalServerError" }),
        (Refusal::Failed, _) => (500, "InternalFailure"),
        (Refusal::Denied, Service::DynamoDb) => (400, "AccessDeniedException"),
        (Refusal::Denied, _) => (403, "AccessDenied"),
        (Refusal::Clock, Service::S3) => (403, "RequestTimeTooSkewed"),
        (Refusal::Clock, Service::DynamoDb) => (400, "InvalidSignatureException"),
        (Refusal::Clock, _) => (403, "SignatureDoesNotMatch"),
    };
    let message = match refusal {
        Refusal::Throttled => "Rate exceeded",
        Refusal::Failed => "Internal failure",
        Refusal::Denied => "User is not authorized to perform this action",
        Refusal::Clock => "Signature expired: the request time is not within fifteen minutes of now",
    };
    let (kind, body): (&str, Vec<u8>) = match service {
        Service::CloudWatch => ("application/cbor", cbor(&[("__type", code), ("message", message)])),
        Service::DynamoDb => ("application/x-amz-json-1.0", json(&format!("com.amazonaws.dynamodb.v20120810#{code}"), message)),
        Service::Sqs => ("application/x-amz-json-1.0", json(&format!("com.amazonaws.sqs#{code}"), message)),
        Service::S3 => ("application/xml", format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{message}</Message></Error>").into_bytes()),
        Service::Sns => (
            "text/xml",
            format!("<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>0</RequestId></ErrorResponse>")
                .into_bytes(),
        ),
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, hyper::header::HeaderValue::from_str(kind).unwrap_or(hyper::header::HeaderValue::from_static("text/plain")));
    if service == Service::CloudWatch {
        headers.insert("smithy-protocol", hyper::header::HeaderValue::from_static("rpc-v2-cbor"));
    }
    response
}

fn json(kind: &str, message: &str) -> Vec<u8> {
    serde_json::json!({"__type": kind, "message": message}).to_string().into_bytes()
}

/// A map of short texts.
fn cbor(pairs: &[(&str, &str)]) -> Vec<u8> {
    let mut body = vec![0xBF];
    for text in pairs.iter().flat_map(|(name, value)| [name, value]) {
        body.push(0x78);
        body.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
        body.extend_from_slice(text.as_bytes());
    }
    body.push(0xFF);
    body
}
