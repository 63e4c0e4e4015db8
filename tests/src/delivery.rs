//! What CloudWatch Logs hands a function.

use std::io::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

/// The event of a subscription: a batch, or whatever else is to stand in its place, as gzip in base64 in JSON.
///
/// # Errors
/// It cannot be compressed.
pub fn sealed(batch: &[u8], compression: Compression) -> anyhow::Result<Value> {
    let mut gzip = GzEncoder::new(Vec::new(), compression);
    gzip.write_all(batch)?;
    Ok(json!({"awslogs": {"data": STANDARD.encode(gzip.finish()?)}}))
}
