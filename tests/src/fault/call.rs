//! Which operation of which service a request is.

use std::fmt;

use hyper::{Method, http::request::Parts};

/// A service the functions call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// CloudWatch metrics: Smithy RPC in CBOR.
    CloudWatch,
    /// DynamoDB: JSON.
    DynamoDb,
    /// S3: REST with XML.
    S3,
    /// SNS: query with XML.
    Sns,
    /// SQS: JSON.
    Sqs,
}

impl fmt::Display for Service {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::CloudWatch => "CloudWatch",
            Self::DynamoDb => "DynamoDB",
            Self::S3 => "S3",
            Self::Sns => "SNS",
            Self::Sqs => "SQS",
        })
    }
}

/// The service a request is signed for, and the operation.
pub(super) fn identify(head: &Parts, body: &[u8]) -> Option<(Service, String)> {
    let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
    // Credential=KEY/DATE/REGION/SERVICE/aws4_request
    let scope = header("authorization")?.split_once("Credential=")?.1.split(',').next()?;
    let service = match scope.split('/').nth(3)? {
        "monitoring" => Service::CloudWatch,
        "dynamodb" => Service::DynamoDb,
        "s3" => Service::S3,
        "sns" => Service::Sns,
        "sqs" => Service::Sqs,
        _ => return None,
    };
    let operation = match service {
        Service::S3 => of_s3(&head.method, head.uri.path()).to_owned(),
        Service::Sns => std::str::from_utf8(body).ok()?.split('&').find_map(|pair| pair.strip_prefix("Action="))?.to_owned(),
        Service::CloudWatch => head.uri.path().rsplit_once("/operation/")?.1.to_owned(),
        Service::DynamoDb | Service::Sqs => header("x-amz-target")?.rsplit_once('.')?.1.to_owned(),
    };
    Some((service, operation))
}

/// In path style: `/bucket` or `/bucket/key`.
fn of_s3(method: &Method, path: &str) -> &'static str {
    let has_key = path.trim_start_matches('/').contains('/');
    match (method.as_str(), has_key) {
        ("PUT", true) => "PutObject",
        ("GET", true) => "GetObject",
        ("HEAD", true) => "HeadObject",
        ("DELETE", true) => "DeleteObject",
        ("GET", false) => "ListObjectsV2",
        _ => "other",
    }
}
