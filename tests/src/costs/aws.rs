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

async fn answer(State(calls): State<Arc<Mutex<Calls>>>, uri: Uri, headers: HeaderMap, _body: Bytes) -> Response {
    // DynamoDB and SQS name the operation in a header, CloudWatch in the path, SNS in the body; S3 is the only one that puts.
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    let operation = target.rsplit('.').next().filter(|name| !name.is_empty()).or_else(|| uri.path().rsplit('/').next()).unwrap_or_default().to_owned();
    *calls.lock().unwrap_or_else(PoisonError::into_inner).entry(operation.clone()).or_default() += 1;
    match operation.as_str() {
        "PutMetricData" => ([("content-type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")], &b"\xbf\xff"[..]).into_response(),
        "BatchGetItem" => ([("content-type", "application/x-amz-json-1.0")], r#"{"Responses":{},"UnprocessedKeys":{}}"#).into_response(),
        _ => ([("content-type", "application/x-amz-json-1.0")], "{}").into_response(),
    }
}
