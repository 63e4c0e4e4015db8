//! The emulator's services, called without an SDK and past any proxy: what a test sets up and looks at.

use anyhow::Context as _;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Method, Request};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::{Value, json};

use crate::emulator::{ACCOUNT, REGION};

/// A client of an emulator that does not check signatures.
#[derive(Clone, Debug)]
pub struct Emulated {
    host: String,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Emulated {
    /// A client; `host` with port.
    pub fn new(host: String) -> Self {
        Self { host, client: Client::builder(TokioExecutor::new()).build_http() }
    }

    /// An operation of a service with a JSON protocol.
    ///
    /// # Errors
    /// The service refuses it.
    pub async fn json(&self, service: &str, operation: &str, request: &Value) -> anyhow::Result<Value> {
        let target = match service {
            "dynamodb" => "DynamoDB_20120810",
            "sqs" => "AmazonSQS",
            "monitoring" => "GraniteServiceVersion20100801",
            other => anyhow::bail!("{other} has no JSON protocol here"),
        };
        let target = format!("{target}.{operation}");
        let headers = [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", &target)];
        let answer = self.send(Method::POST, "/", service, &headers, request.to_string().into()).await.with_context(|| target.clone())?;
        if answer.is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_slice(&answer)?) }
    }

    /// An operation of SNS.
    ///
    /// # Errors
    /// The service refuses it.
    pub async fn sns(&self, parameters: &[(&str, &str)]) -> anyhow::Result<()> {
        let pairs: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={}", percent(value))).collect();
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        self.send(Method::POST, "/", "sns", &headers, pairs.join("&").into()).await.map(|_| ())
    }

    /// Makes a bucket.
    ///
    /// # Errors
    /// The service refuses it.
    pub async fn make_bucket(&self, bucket: &str) -> anyhow::Result<()> {
        self.send(Method::PUT, &format!("/{bucket}"), "s3", &[], Bytes::new()).await.map(|_| ())
    }

    /// Writes an object.
    ///
    /// # Errors
    /// The service refuses it.
    pub async fn put_object(&self, bucket: &str, key: &str, body: Vec<u8>) -> anyhow::Result<()> {
        self.send(Method::PUT, &format!("/{bucket}/{}", path(key)), "s3", &[], body.into()).await.map(|_| ())
    }

    /// Reads an object.
    ///
    /// # Errors
    /// The service refuses it.
    pub async fn object(&self, bucket: &str, key: &str) -> anyhow::Result<Bytes> {
        self.send(Method::GET, &format!("/{bucket}/{}", path(key)), "s3", &[], Bytes::new()).await
    }

    /// Deletes an object.
    ///
    /// # Errors
    /// The service refuses it.
    pub async fn delete_object(&self, bucket: &str, key: &str) -> anyhow::Result<()> {
        self.send(Method::DELETE, &format!("/{bucket}/{}", path(key)), "s3", &[], Bytes::new()).await.map(|_| ())
    }

    /// Keys of a bucket, at most a thousand.
    ///
    /// # Errors
    /// The service refuses it.
    pub async fn keys(&self, bucket: &str) -> anyhow::Result<Vec<String>> {
        let answer = self.send(Method::GET, &format!("/{bucket}?list-type=2"), "s3", &[], Bytes::new()).await?;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        anyhow::ensure!(!answer.contains("<IsTruncated>true"), "{bucket} holds more than a thousand objects");
        Ok(answer.split("<Key>").skip(1).filter_map(|rest| rest.split_once("</Key>")).map(|(key, _)| key.to_owned()).collect())
    }

    /// Every item of a table.
    ///
    /// # Errors
    /// The service refuses it.
    pub async fn items(&self, table: &str) -> anyhow::Result<Vec<Value>> {
        let mut items = Vec::new();
        let mut request = json!({"TableName": table, "ConsistentRead": true});
        loop {
            let mut answer = self.json("dynamodb", "Scan", &request).await?;
            if let Some(page) = answer["Items"].as_array_mut() {
                items.append(page);
            }
            if answer["LastEvaluatedKey"].is_null() {
                return Ok(items);
            }
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"].take();
        }
    }

    /// URL of a queue.
    pub fn queue_url(&self, queue: &str) -> String {
        format!("http://{}/{ACCOUNT}/{queue}", self.host)
    }

    /// At most ten messages of a queue.
    ///
    /// # Errors
    /// The service refuses it.
    pub async fn receive(&self, queue: &str) -> anyhow::Result<Vec<Value>> {
        let request = json!({"QueueUrl": self.queue_url(queue), "MaxNumberOfMessages": 10, "AttributeNames": ["All"]});
        let mut answer = self.json("sqs", "ReceiveMessage", &request).await?;
        Ok(answer["Messages"].as_array_mut().map(std::mem::take).unwrap_or_default())
    }

    /// Takes a received message off its queue.
    ///
    /// # Errors
    /// The service refuses it.
    pub async fn delete(&self, queue: &str, message: &Value) -> anyhow::Result<()> {
        self.json("sqs", "DeleteMessage", &json!({"QueueUrl": self.queue_url(queue), "ReceiptHandle": message["ReceiptHandle"]})).await.map(|_| ())
    }

    /// Gives a received message back.
    ///
    /// # Errors
    /// The service refuses it.
    pub async fn give_back(&self, queue: &str, message: &Value) -> anyhow::Result<()> {
        let request = json!({"QueueUrl": self.queue_url(queue), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 0});
        self.json("sqs", "ChangeMessageVisibility", &request).await.map(|_| ())
    }

    async fn send(&self, method: Method, path: &str, service: &str, headers: &[(&str, &str)], body: Bytes) -> anyhow::Result<Bytes> {
        let scope = format!("AWS4-HMAC-SHA256 Credential=test/20260101/{REGION}/{service}/aws4_request, SignedHeaders=host, Signature=0");
        let mut request = Request::builder().method(method).uri(format!("http://{}{path}", self.host)).header("authorization", scope);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = self.client.request(request.body(Full::new(body))?).await.context("the emulator does not answer")?;
        let status = answer.status();
        let body = answer.into_body().collect().await?.to_bytes();
        anyhow::ensure!(status.is_success(), "{service} {path}: {status}: {}", String::from_utf8_lossy(&body));
        Ok(body)
    }
}

/// As in a form and in a path.
fn percent(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::with_capacity(text.len()), |mut whole, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            whole.push(char::from(byte));
        } else {
            // A String takes everything.
            let _ = write!(whole, "%{byte:02X}");
        }
        whole
    })
}

fn path(key: &str) -> String {
    key.split('/').map(percent).collect::<Vec<_>>().join("/")
}
