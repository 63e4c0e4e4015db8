//! AWS's APIs of the emulator, called directly: a hundred times quicker than the AWS CLI, for tests that make many calls.
//!
//! The emulator does not check the signature of the account's own key, so none is computed.

use std::{
    fmt::Write as _,
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use anyhow::Context as _;
use jiff::Timestamp;
use serde_json::Value;

use crate::emulator::{ACCOUNT, Emulator, REGION};

/// Longest wait for one answer: an invocation that waits for a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// Calls to one emulator.
#[derive(Clone, Copy, Debug)]
pub struct Api {
    port: u16,
}

/// One answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Status line and headers, as sent.
    pub head: String,
    /// Body.
    pub body: String,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Errors
    /// It is none, or the status says that the call failed.
    pub fn json(&self) -> anyhow::Result<Value> {
        anyhow::ensure!(self.status < 300, "status {}: {}", self.status, self.body);
        if self.body.is_empty() { Ok(Value::Null) } else { serde_json::from_str(&self.body).with_context(|| self.body.clone()) }
    }
}

impl Api {
    /// Calls to this emulator.
    pub const fn new(emulator: &Emulator) -> Self {
        Self { port: emulator.port() }
    }

    /// One operation of a service that speaks JSON with a target: `dynamodb`, `kms`, `logs`, `monitoring`, `sqs`.
    ///
    /// # Errors
    /// The service is not one of these, does not answer, or says no.
    pub fn call(&self, service: &str, operation: &str, input: &Value) -> anyhow::Result<Value> {
        self.answer(service, operation, input)?.json().with_context(|| format!("{service} {operation}"))
    }

    /// As [`Self::call`], with an answer that may be a refusal.
    ///
    /// # Errors
    /// The service is not one of these, or does not answer.
    pub fn answer(&self, service: &str, operation: &str, input: &Value) -> anyhow::Result<Answer> {
        let (target, version) = match service {
            "dynamodb" => ("DynamoDB_20120810", "1.0"),
            "kms" => ("TrentService", "1.1"),
            "logs" => ("Logs_20140328", "1.1"),
            "monitoring" => ("GraniteServiceVersion20100801", "1.0"),
            "sqs" => ("AmazonSQS", "1.0"),
            other => anyhow::bail!("{other} is not called this way"),
        };
        let headers = format!("X-Amz-Target: {target}.{operation}\r\nContent-Type: application/x-amz-json-{version}\r\n");
        self.send(service, "POST", "/", &headers, input.to_string().as_bytes())
    }

    /// One operation of a service that takes a form and answers in XML: `iam`, `sns`.
    ///
    /// # Errors
    /// It does not answer, or says no.
    pub fn form(&self, service: &str, version: &str, operation: &str, fields: &[(&str, &str)]) -> anyhow::Result<String> {
        let mut body = format!("Action={operation}&Version={version}");
        for (name, value) in fields {
            write!(body, "&{}={}", percent(name), percent(value))?;
        }
        let answer = self.send(service, "POST", "/", "Content-Type: application/x-www-form-urlencoded\r\n", body.as_bytes())?;
        anyhow::ensure!(answer.status < 300, "{service} {operation}: {}", answer.body);
        Ok(answer.body)
    }

    /// Invokes a function and waits for its answer; one that failed is an error with what it said.
    ///
    /// # Errors
    /// The function is not there, or fails.
    pub fn invoke(&self, function: &str, event: &Value) -> anyhow::Result<Value> {
        let answer = self.invocation(function, "RequestResponse", event)?;
        anyhow::ensure!(!answer.head.to_ascii_lowercase().contains("x-amz-function-error"), "{function} fails: {}", answer.body);
        answer.json()
    }

    /// Hands an event to a function as AWS's services do: nobody waits for the answer.
    ///
    /// # Errors
    /// The function is not there.
    pub fn invoke_later(&self, function: &str, event: &Value) -> anyhow::Result<()> {
        let answer = self.invocation(function, "Event", event)?;
        anyhow::ensure!(answer.status < 300, "{function}: {}", answer.body);
        Ok(())
    }

    fn invocation(self, function: &str, kind: &str, event: &Value) -> anyhow::Result<Answer> {
        let headers = format!("X-Amz-Invocation-Type: {kind}\r\nContent-Type: application/json\r\n");
        self.send("lambda", "POST", &format!("/2015-03-31/functions/{function}/invocations"), &headers, event.to_string().as_bytes())
    }

    /// Any request; `headers` each end in a line break.
    ///
    /// # Errors
    /// The emulator does not answer in HTTP.
    pub fn send(&self, service: &str, method: &str, path: &str, headers: &str, body: &[u8]) -> anyhow::Result<Answer> {
        let now = Timestamp::now();
        let day = now.strftime("%Y%m%d");
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\nX-Amz-Date: {}\r\nX-Amz-Content-Sha256: UNSIGNED-PAYLOAD\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=test/{day}/{REGION}/{service}/aws4_request, SignedHeaders=host;x-amz-date, Signature={:064}\r\n\
             Content-Length: {}\r\n{headers}\r\n",
            self.port,
            now.strftime("%Y%m%dT%H%M%SZ"),
            0,
            body.len(),
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(body)?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) = text.split_once("\r\n\r\n").with_context(|| format!("{method} {path}: no HTTP: {text}"))?;
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).context("no status")?;
        let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
        let body = if chunked { unchunked(body)? } else { body.to_owned() };
        Ok(Answer { status, head: head.to_owned(), body })
    }

    /// Keys of a bucket's objects that begin with `prefix`.
    ///
    /// # Errors
    /// The bucket cannot be listed.
    pub fn keys(&self, bucket: &str, prefix: &str) -> anyhow::Result<Vec<String>> {
        let answer = self.send("s3", "GET", &format!("/{bucket}?list-type=2&prefix={}", percent(prefix)), "", b"")?;
        anyhow::ensure!(answer.status < 300, "{bucket}: {}", answer.body);
        Ok(answer.body.split("<Key>").skip(1).filter_map(|rest| Some(rest.split_once("</Key>")?.0.to_owned())).collect())
    }

    /// URL of a queue of the account.
    pub fn queue_url(&self, name: &str) -> String {
        format!("http://127.0.0.1:{}/{ACCOUNT}/{name}", self.port)
    }

    /// Bodies of the messages of a queue now visible, each taken off.
    ///
    /// # Errors
    /// The queue cannot be read.
    pub fn drain(&self, queue: &str) -> anyhow::Result<Vec<String>> {
        let url = self.queue_url(queue);
        let mut bodies = Vec::new();
        loop {
            let answer = self.call("sqs", "ReceiveMessage", &serde_json::json!({"QueueUrl": url, "MaxNumberOfMessages": 10}))?;
            let messages = answer["Messages"].as_array().cloned().unwrap_or_default();
            if messages.is_empty() {
                return Ok(bodies);
            }
            for message in messages {
                bodies.push(message["Body"].as_str().unwrap_or_default().to_owned());
                self.call("sqs", "DeleteMessage", &serde_json::json!({"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]}))?;
            }
        }
    }
}

fn unchunked(mut body: &str) -> anyhow::Result<String> {
    let mut whole = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).with_context(|| format!("no chunk: {size}"))?;
        if size == 0 {
            break;
        }
        whole.push_str(rest.get(..size).context("a chunk is cut")?);
        body = rest.get(size..).unwrap_or_default().trim_start_matches("\r\n");
    }
    Ok(whole)
}

/// Percent-encodes all but the unreserved characters of RFC 3986.
fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_in_chunks_is_put_together() {
        assert_eq!(unchunked("4\r\nabcd\r\n2\r\nef\r\n0\r\n\r\n").ok(), Some("abcdef".to_owned()));
        assert!(unchunked("9\r\nabc").is_err());
    }

    #[test]
    fn a_field_is_encoded() {
        assert_eq!(percent("a b&c=\u{e9}"), "a%20b%26c%3D%C3%A9");
    }
}
