//! Batches as CloudWatch Logs delivers them.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use skywarden_core::plan::Plan;

use crate::small;

/// A batch of lines of one stream, in gzip. The lines' ids are `stream` and their place.
pub(crate) fn batch(stream: &str, lines: &[String]) -> Vec<u8> {
    batch_at(stream, lines, small::START_MS - 1000)
}

/// The same, of a time in milliseconds.
pub(crate) fn batch_at(stream: &str, lines: &[String], at_ms: i64) -> Vec<u8> {
    let events: Vec<serde_json::Value> = lines
        .iter()
        .zip(0_i64..)
        .map(|(line, place)| serde_json::json!({ "id": format!("{stream}-{place}"), "timestamp": at_ms + place, "message": line }))
        .collect();
    let json = serde_json::json!({
        "messageType": "DATA_MESSAGE", "owner": "123456789012", "logGroup": "/small/api", "logStream": stream, "subscriptionFilters": [], "logEvents": events,
    });
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(json.to_string().as_bytes()).unwrap();
    gzip.finish().unwrap()
}

/// An error of a kind.
pub(crate) fn error(kind: &str) -> String {
    format!(r#"{{"level":"ERROR","message":"failed","error":{{"type":"{kind}","message":"no way"}}}}"#)
}

/// A word without digits for each number, so that no mask takes it.
pub(crate) fn word(number: usize) -> String {
    [number / 26, number % 26].iter().filter_map(|&part| char::from_u32(65 + u32::try_from(part).unwrap())).collect()
}

/// The small plan with these steps told.
pub(crate) fn plan(steps: &[u64]) -> Plan {
    let mut plan = small::plan();
    plan.errors.notify.at = steps.to_vec();
    plan
}
