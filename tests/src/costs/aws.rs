//! AWS that takes everything and answers at once: what is measured is ours, not an emulator's.

use std::{
    collections::BTreeMap,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Context as _;
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, Uri},
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::runtime::{Attached, Process};

/// Calls by operation.
pub(super) type Calls = BTreeMap<String, u64>;

#[derive(Debug)]
pub(super) struct Aws {
    address: String,
    calls: Arc<Mutex<Calls>>,
    server: JoinHandle<()>,
}

impl Aws {
    pub(super) async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("no port for the stand-in of AWS")?;
        let address = format!("http://{}", listener.local_addr()?);
        let calls = Arc::new(Mutex::new(Calls::new()));
        let router = Router::new().fallback(answer).layer(DefaultBodyLimit::max(8 << 20)).with_state(Arc::clone(&calls));
        let server = tokio::spawn(async move {
            // Ends with the task; there is nobody to tell.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { address, calls, server })
    }

    /// The calls since the last look.
    pub(super) fn take_calls(&self) -> Calls {
        std::mem::take(&mut *self.calls.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Aws {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Attached for Aws {
    fn open(&self) -> Pin<Box<dyn Future<Output = anyhow::Result<String>> + Send + '_>> {
        Box::pin(async { Ok(self.address.clone()) })
    }
    fn belongs(&self, _: &str, _: Arc<Process>) {}
    fn died(&self, _: &str) {}
    fn close(&self, _: &str) {}
}

async fn answer(State(calls): State<Arc<Mutex<Calls>>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let form = String::from_utf8_lossy(&body);
    // DynamoDB and SQS name the operation in a header, CloudWatch in the path, SNS in the form.
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    let named = || form.split('&').find_map(|field| field.strip_prefix("Action=")).or_else(|| uri.path().rsplit('/').next());
    let operation = target.rsplit('.').next().filter(|name| !name.is_empty()).or_else(named).unwrap_or_default().to_owned();
    *calls.lock().unwrap_or_else(PoisonError::into_inner).entry(operation.clone()).or_default() += 1;
    let json = |text: String| ([("content-type", "application/x-amz-json-1.0")], text).into_response();
    match operation.as_str() {
        "PutMetricData" | "GetMetricData" => ([("content-type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")], &b"\xbf\xff"[..]).into_response(),
        "BatchGetItem" => json(r#"{"Responses":{},"UnprocessedKeys":{}}"#.to_owned()),
        "UpdateItem" if form.contains("ALL_NEW") => json(claimed(&form)),
        "Publish" => ([("content-type", "text/xml")], PUBLISHED).into_response(),
        "PublishBatch" => ([("content-type", "text/xml")], published(&form)).into_response(),
        _ => json("{}".to_owned()),
    }
}

/// SNS took the message.
const PUBLISHED: &str =
    r#"<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>"#;

/// The entry of the outbox that is claimed: an alarm's, by the id that was asked for.
fn claimed(request: &str) -> String {
    let request: Value = serde_json::from_str(request).unwrap_or_default();
    let id = request["Key"]["pk"]["S"].as_str().unwrap_or_default().trim_start_matches("outbox#").to_owned();
    let notice = json!({"kind": "alarm", "alarm": "shop-prod-checkout-error-rate", "description": "", "state": "ALARM", "reason": "Threshold Crossed",
        "changed_at": "2026-11-26T06:00:00Z"});
    let entry = json!({"id": id, "due": "2026-11-26T06:00:00Z", "notice": notice, "published": [], "attempts": 0});
    json!({"Attributes": {"document": {"S": entry.to_string()}}}).to_string()
}

/// Every message of the request was taken.
fn published(form: &str) -> String {
    let ids = form.split('&').filter_map(|field| field.split_once('=')).filter(|(name, _)| name.ends_with(".Id")).map(|(_, id)| id);
    let members: Vec<String> = ids.map(|id| format!("<member><Id>{id}</Id><MessageId>{id}</MessageId></member>")).collect();
    let members = members.concat();
    format!(
        "<PublishBatchResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishBatchResult><Successful>{members}</Successful><Failed/></PublishBatchResult></PublishBatchResponse>"
    )
}
