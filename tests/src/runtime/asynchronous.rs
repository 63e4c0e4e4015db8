//! Lambda's queue of asynchronous invocations: an event that fails is tried twice again, and then kept as a record.

use std::sync::Arc;

use axum::body::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{Function, Outcome};
use crate::emulator::{ACCOUNT, REGION};

/// Waits before the second and the third attempt, minutes. Lambda makes no fourth.
pub const WAITS: [i64; 2] = [1, 2];

/// An event that was given up.
#[derive(Clone, Debug)]
pub struct GivenUp {
    /// Where Lambda puts the record: under `aws/lambda/async/`.
    pub key: String,
    /// The record.
    pub record: Value,
}

/// Invokes each function with its event, all at once as far as the functions have environments. Gives those that failed.
///
/// # Errors
/// The test itself is broken: a program cannot be started at all.
pub async fn round(events: Vec<(Arc<Function>, Bytes)>) -> anyhow::Result<Vec<(Arc<Function>, Bytes, Outcome)>> {
    let mut running = JoinSet::new();
    for (function, event) in events {
        running.spawn(async move {
            let outcome = function.invoke(&event).await;
            (function, event, outcome)
        });
    }
    let mut failed = Vec::new();
    while let Some(done) = running.join_next().await {
        let (function, event, outcome) = done?;
        let outcome = outcome?;
        if !matches!(outcome, Outcome::Answered(_)) {
            failed.push((function, event, outcome));
        }
    }
    Ok(failed)
}

/// What Lambda keeps of an event whose last attempt has failed.
pub fn give_up(function: &str, event: &Bytes, outcome: &Outcome, at: Timestamp) -> GivenUp {
    // Any id will do that no other record has.
    let id = format!("{:016x}-{:08x}", hash(event), at.as_nanosecond() & 0xFFFF_FFFF);
    let record = json!({
        "version": "1.0",
        "timestamp": format!("{at:.3}"),
        "requestContext": {
            "requestId": id,
            "functionArn": format!("{}:$LATEST", arn(function)),
            "condition": "RetriesExhausted",
            "approximateInvokeCount": WAITS.len() + 1,
        },
        "requestPayload": serde_json::from_slice::<Value>(event).unwrap_or(Value::Null),
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": outcome.response_payload(),
    });
    let key = format!("aws/lambda/async/{function}/{}/{}-{id}", at.strftime("%Y/%m/%d"), at.strftime("%Y-%m-%dT%H.%M.%S"));
    GivenUp { key, record }
}

/// ARN of a function.
pub(super) fn arn(function: &str) -> String {
    format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}")
}

pub(super) fn hash(bytes: &[u8]) -> u64 {
    use std::hash::Hasher as _;
    let mut hasher = std::hash::DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}
