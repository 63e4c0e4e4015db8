//! The example shop in tests: packaged, with what its owner has already, and two hours of its log, moved to now, with what an independent count gives.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    aws::Aws,
    emulator::{ACCOUNT, REGION},
    package::package,
    settings::Settings,
};

/// The queue for tools that the example's route names.
pub const OPS_QUEUE: &str = "shop-ops";

/// From 12:30 to 14:30, around the payment outage: milliseconds of the day.
const WINDOW_MS: std::ops::Range<i64> = 45_000_000..52_200_000;

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// One event of the example's log.
#[derive(Clone, Debug, Deserialize)]
pub struct Line {
    /// Log group.
    pub group: String,
    /// Log stream.
    pub stream: String,
    /// Milliseconds since 1970.
    pub timestamp: i64,
    /// The line.
    pub message: String,
}

/// What one log group holds, counted without any of Skywarden's code.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counted {
    /// Request lines.
    pub requests: u64,
    /// Request lines with a status of 500 or above.
    pub server_errors: u64,
    /// Lines of level ERROR or CRITICAL.
    pub errors: u64,
    /// Order values by currency: count and sum.
    pub orders: BTreeMap<String, (u64, f64)>,
    /// Payment attempts by provider and outcome: count and sum of milliseconds.
    pub payments: BTreeMap<(String, String), (u64, f64)>,
}

/// The lines of the window, in order, with times that end a minute before `now_ms`.
///
/// # Errors
/// The log cannot be read.
pub fn lines(example: &Path, now_ms: i64) -> anyhow::Result<Vec<Line>> {
    let path = example.join("logs/shop-2026-11-20.jsonl.gz");
    let file = std::fs::File::open(&path).with_context(|| path.display().to_string())?;
    #[expect(clippy::disallowed_types, reason = "a committed file of known size")]
    let reader = BufReader::new(flate2::read::MultiGzDecoder::new(file));
    let mut lines = Vec::new();
    for line in reader.lines() {
        let line: Line = serde_json::from_str(&line?)?;
        if WINDOW_MS.contains(&line.timestamp.rem_euclid(DAY_MS)) {
            lines.push(line);
        }
    }
    let last = lines.last().context("the window is empty")?.timestamp;
    for line in &mut lines {
        line.timestamp += now_ms - 60_000 - last;
    }
    Ok(lines)
}

/// Counts every log group.
pub fn count(lines: &[Line]) -> BTreeMap<String, Counted> {
    let mut groups: BTreeMap<String, Counted> = BTreeMap::new();
    for line in lines {
        let counted = groups.entry(line.group.clone()).or_default();
        match serde_json::from_str::<Value>(&line.message) {
            Ok(Value::Object(fields)) => count_json(counted, &Value::Object(fields)),
            _ if [" ERROR ", " CRITICAL "].iter().any(|word| line.message.get(..40).unwrap_or(&line.message).contains(word)) => counted.errors += 1,
            _ => {}
        }
    }
    groups
}

fn count_json(counted: &mut Counted, fields: &Value) {
    if let Some(status) = fields["http"]["status_code"].as_u64() {
        counted.requests += 1;
        counted.server_errors += u64::from(status >= 500);
    }
    counted.errors += u64::from(matches!(fields["level"].as_str(), Some("ERROR" | "CRITICAL" | "error")));
    let users = &fields["fields"];
    let text = |name: &str| users[name].as_str().unwrap_or_default().to_owned();
    match users["event"].as_str() {
        Some("order_placed") => add(counted.orders.entry(text("currency")).or_default(), &users["amount"]),
        Some("payment_attempt") => add(counted.payments.entry((text("provider"), text("outcome"))).or_default(), &users["duration_ms"]),
        _ => {}
    }
}

fn add(slot: &mut (u64, f64), value: &Value) {
    if let Some(value) = value.as_f64() {
        slot.0 += 1;
        slot.1 += value;
    }
}

/// The configs of a deployment for tests: the example's, and one with shorter waits for what is not critical, since a digest each five minutes is too
/// slow. `more` is a line that the second one has besides.
///
/// # Errors
/// The second one cannot be written.
pub fn configs(settings: &Settings, more: &str) -> anyhow::Result<[PathBuf; 2]> {
    let quick = settings.scratch.join("quick.yaml");
    fs::write(&quick, format!("errors: {{ notify: {{ group_wait: 5s, digest: 1m }} }}\n{more}\n"))?;
    Ok([settings.root.join("examples/shop/skywarden.yaml"), quick])
}

/// The example, packaged with [`configs`] as `name` in the scratch directory.
///
/// # Errors
/// As [`package`].
pub fn packaged(settings: &Settings, name: &str) -> anyhow::Result<PathBuf> {
    package(settings, &configs(settings, "")?, name)
}

/// What the example's owner has already: a queue for tools that takes messages of the routes' topics.
///
/// # Errors
/// It cannot be made.
pub fn ops_queue(aws: &Aws<'_>) -> anyhow::Result<()> {
    let policy = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
        "Resource": format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{OPS_QUEUE}"),
        "Condition": {"ArnLike": {"aws:SourceArn": format!("arn:aws:sns:{REGION}:{ACCOUNT}:shop-prod-route-*")}},
    }]});
    let attributes = json!({"Policy": policy.to_string()}).to_string();
    aws.run(&["sqs", "create-queue", "--queue-name", OPS_QUEUE, "--attributes", &attributes]).map(|_| ())
}
