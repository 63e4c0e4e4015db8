//! The Runtime API, which a function's process polls: one server on loopback for each process.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use jiff::Timestamp;
use serde_json::Value;
use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
};

use super::Outcome;

/// An event on its way to the process.
#[derive(Debug)]
pub(super) struct Delivery {
    pub(super) request: String,
    pub(super) event: Bytes,
    pub(super) deadline: Timestamp,
    pub(super) outcome: oneshot::Sender<Outcome>,
}

#[derive(Debug)]
struct Desk {
    function: String,
    deliveries: tokio::sync::Mutex<mpsc::Receiver<Delivery>>,
    /// The request being worked on, and who waits for it.
    open: Mutex<Option<(String, oneshot::Sender<Outcome>)>>,
    polled: watch::Sender<bool>,
}

/// The server of one process.
#[derive(Debug)]
pub(super) struct RuntimeApi {
    /// Host and port.
    pub(super) address: String,
    /// Where events are handed in.
    pub(super) deliveries: mpsc::Sender<Delivery>,
    /// Whether the process has asked for its first event.
    pub(super) polled: watch::Receiver<bool>,
    server: JoinHandle<()>,
}

impl RuntimeApi {
    pub(super) async fn start(function: &str) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("no port for the Runtime API")?;
        let address = listener.local_addr()?.to_string();
        let (deliveries, receiver) = mpsc::channel(1);
        let (tell, polled) = watch::channel(false);
        let desk = Arc::new(Desk { function: function.to_owned(), deliveries: tokio::sync::Mutex::new(receiver), open: Mutex::new(None), polled: tell });
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{request}/response", post(response))
            .route("/2018-06-01/runtime/invocation/{request}/error", post(error))
            .route("/2018-06-01/runtime/init/error", post(init_error))
            .layer(DefaultBodyLimit::max(6 << 20))
            .with_state(desk);
        let server = tokio::spawn(async move {
            // Ends with the task; there is nobody to tell.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { address, deliveries, polled, server })
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn next(State(desk): State<Arc<Desk>>) -> Response {
    desk.polled.send_replace(true);
    let Some(delivery) = desk.deliveries.lock().await.recv().await else {
        // Nobody will hand in an event any more.
        return StatusCode::GONE.into_response();
    };
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("lambda-runtime-aws-request-id", delivery.request.clone()),
        ("lambda-runtime-deadline-ms", delivery.deadline.as_millisecond().to_string()),
        ("lambda-runtime-invoked-function-arn", super::asynchronous::arn(&desk.function)),
        ("lambda-runtime-trace-id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0".to_owned()),
    ];
    *desk.open.lock().unwrap_or_else(PoisonError::into_inner) = Some((delivery.request, delivery.outcome));
    (headers, delivery.event).into_response()
}

async fn response(State(desk): State<Arc<Desk>>, Path(request): Path<String>, body: Bytes) -> StatusCode {
    desk.finish(&request, Outcome::Answered(serde_json::from_slice(&body).unwrap_or(Value::Null)))
}

async fn error(State(desk): State<Arc<Desk>>, Path(request): Path<String>, body: Bytes) -> StatusCode {
    desk.finish(&request, reported(&body))
}

async fn init_error(State(desk): State<Arc<Desk>>, _headers: HeaderMap, body: Bytes) -> StatusCode {
    // As for an event: whoever waits hears of it; the process ends itself after.
    if let Some((_, waiting)) = desk.open.lock().unwrap_or_else(PoisonError::into_inner).take() {
        let _ = waiting.send(reported(&body));
    }
    StatusCode::ACCEPTED
}

fn reported(body: &[u8]) -> Outcome {
    let report: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    let field = |name: &str| report[name].as_str().unwrap_or_default().to_owned();
    Outcome::Failed { kind: field("errorType"), message: field("errorMessage") }
}

impl Desk {
    fn finish(&self, request: &str, outcome: Outcome) -> StatusCode {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        match open.take() {
            Some((id, waiting)) if id == request => {
                // Whoever waited may have given up at the deadline.
                let _ = waiting.send(outcome);
                StatusCode::ACCEPTED
            }
            other => {
                *open = other;
                StatusCode::BAD_REQUEST
            }
        }
    }
}
