//! Deliveries of the example's payments service, made without chance: the same on every run.

use axum::body::Bytes;
use jiff::Timestamp;
use serde_json::json;

use crate::delivery::sealed;

/// Largest payload of an asynchronous invocation (Lambda quotas, 2025: 1 MB).
const LARGEST_PAYLOAD: usize = 1_000_000;

/// What is in a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lines {
    /// Payments: each has a metric, two in a hundred are errors with a stack.
    Usual,
    /// Lines nobody asked for.
    Idle,
}

/// A delivery with its size.
#[derive(Clone, Debug)]
pub(super) struct Delivery {
    pub(super) event: Bytes,
    pub(super) events: usize,
    /// Bytes of the messages.
    pub(super) message_bytes: usize,
}

/// A delivery of so many events.
pub(super) fn delivery(lines: Lines, count: usize, now: Timestamp) -> anyhow::Result<Delivery> {
    let messages: Vec<String> = (0..count).map(|place| message(lines, place)).collect();
    Ok(Delivery { event: event_of(&messages, now)?, events: count, message_bytes: messages.iter().map(String::len).sum() })
}

/// The largest delivery Lambda takes: the number of events is found by halving.
pub(super) fn largest(now: Timestamp) -> anyhow::Result<Delivery> {
    let (mut fits, mut too_many) = (1_000, 200_000);
    while too_many - fits > 500 {
        let middle = usize::midpoint(fits, too_many);
        if delivery(Lines::Usual, middle, now)?.event.len() <= LARGEST_PAYLOAD { fits = middle } else { too_many = middle }
    }
    delivery(Lines::Usual, fits, now)
}

/// A line of some 540 bytes. Ids differ, as they do: a batch compresses to about a seventh.
fn message(lines: Lines, place: usize) -> String {
    let mixed = (place as u64 ^ 0x5DEE_CE66).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let failed = lines == Lines::Usual && place % 50 == 7;
    let provider = ["nordpay", "eurocard", "instant"].get(place % 3).copied().unwrap_or_default();
    let duration = f64::from(u32::try_from(mixed >> 44).unwrap_or(0)) / 4096.0;
    let mut line = json!({
        "timestamp": "2026-11-26T06:00:00.000Z", "level": if failed { "ERROR" } else { "INFO" }, "severity_number": if failed { 17 } else { 9 },
        "message": "payment attempt", "service": "payments", "environment": "prod", "version": "2026.11.20", "logger": "payments.api",
        "request_id": format!("{mixed:016x}{:016x}", mixed.rotate_left(17)), "trace_id": format!("{:016x}{mixed:016x}", mixed.rotate_left(31)),
        "span_id": format!("{:016x}", mixed.rotate_left(7)), "schema": "1.0",
        "http": {"method": "POST", "route": "/payments", "path": "/payments", "status_code": if failed { 502 } else { 201 }, "duration_ms": duration},
        "fields": {"event": if lines == Lines::Usual { "payment_attempt" } else { "heartbeat" }, "duration_ms": duration, "provider": provider,
            "outcome": if failed { "error" } else { "approved" }},
    });
    if failed && let Some(fields) = line.as_object_mut() {
        let stack = "Traceback (most recent call last):\n  File \"/app/payments/api.py\", line 88, in pay\n    provider.charge(order)\n  File \
                     \"/app/payments/provider.py\", line 41, in charge\n    raise ProviderError(reply.text)\nProviderError: no answer from provider";
        fields.insert("error".to_owned(), json!({"type": "ProviderError", "message": format!("no answer from {provider}"), "stack": stack}));
    }
    if lines == Lines::Idle
        && let Some(fields) = line.as_object_mut()
    {
        fields.remove("http");
    }
    line.to_string()
}

/// The event as CloudWatch Logs sends it.
fn event_of(messages: &[String], now: Timestamp) -> anyhow::Result<Bytes> {
    let events: Vec<_> = messages
        .iter()
        .enumerate()
        .map(|(place, message)| json!({"id": format!("{place:056}"), "timestamp": now.as_millisecond() - 1_000, "message": message}))
        .collect();
    let batch = json!({"messageType": "DATA_MESSAGE", "owner": "123456789012", "logGroup": "/ecs/shop-payments", "logStream": "payments/1",
        "subscriptionFilters": ["skywarden"], "logEvents": events});
    Ok(Bytes::from(sealed(batch.to_string().as_bytes(), flate2::Compression::default())?.to_string()))
}
