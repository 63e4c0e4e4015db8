//! Lambda's queue of asynchronous invocations: an event that fails is tried twice again, and then kept as a record.

use std::time::Duration;

use axum::body::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Function, Outcome};
use crate::emulator::{ACCOUNT, REGION};

/// Attempts after the first, as Lambda makes them unless it is told otherwise.
pub const RETRIES: u32 = 2;

/// An event that was given up.
#[derive(Clone, Debug)]
pub struct GivenUp {
    /// Where Lambda puts the record: under `aws/lambda/async/`.
    pub key: String,
    /// The record.
    pub record: Value,
}

/// Invokes until it succeeds or was tried often enough. `pause` stands for the minutes that Lambda waits; it may move the clock.
///
/// # Errors
/// The test itself is broken: the program cannot be started at all.
pub async fn invoke(function: &Function, event: &Bytes, now: impl Fn() -> Timestamp, pause: Duration) -> anyhow::Result<(Outcome, Option<GivenUp>)> {
    let mut attempts = 0;
    loop {
        attempts += 1;
        let outcome = function.invoke(event).await?;
        if matches!(outcome, Outcome::Answered(_)) {
            return Ok((outcome, None));
        }
        if attempts > RETRIES {
            let given_up = give_up(function.name(), event, &outcome, attempts, now());
            return Ok((outcome, Some(given_up)));
        }
        tokio::time::sleep(pause).await;
    }
}

fn give_up(function: &str, event: &Bytes, outcome: &Outcome, attempts: u32, at: Timestamp) -> GivenUp {
    // Any id will do that no other record has.
    let id = format!("{:016x}-{:08x}", hash(event), at.as_nanosecond() & 0xFFFF_FFFF);
    let record = json!({
        "version": "1.0",
        "timestamp": format!("{at:.3}"),
        "requestContext": {
            "requestId": id,
            "functionArn": format!("{}:$LATEST", arn(function)),
            "condition": "RetriesExhausted",
            "approximateInvokeCount": attempts,
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

fn hash(bytes: &[u8]) -> u64 {
    use std::hash::Hasher as _;
    let mut hasher = std::hash::DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}
