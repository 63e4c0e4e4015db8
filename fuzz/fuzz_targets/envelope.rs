//! Any bytes as a delivered batch: read or refused, within the bound, and never with log text in the refusal.
//!
//! The input is taken twice: as gzip, which seldom gets far, and as text that has been inflated already.
#![no_main]

use libfuzzer_sys::fuzz_target;
use skywarden_core::envelope::{Inflated, Payload, inflate_bytes};

/// Small, so that the bound is met often.
const LIMIT: usize = 4096;

fuzz_target!(|data: &[u8]| {
    if let Ok(mut inflated) = inflate_bytes(data, LIMIT) {
        assert!(inflated.len() <= LIMIT);
        let _ = Payload::parse(&mut inflated);
    }
    let text = String::from_utf8_lossy(data);
    // What a strict reader of JSON takes for an object, ours reads as well, whatever its fields are.
    let strict: Option<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(&text).ok();
    let is_batch = strict.is_some_and(|map| map.get("messageType").is_some_and(|kind| kind == "DATA_MESSAGE") && !map.contains_key("logEvents"));
    let mut inflated = Inflated::from(&*text);
    let payload = Payload::parse(&mut inflated);
    assert!(payload.is_ok() || !is_batch);
    match payload {
        Ok(Payload::Data(batch)) => assert!(batch.log_events.len() <= text.len()),
        Ok(Payload::Control) => {}
        Err(error) => assert!(!error.code().is_empty() && error.to_string().len() < 200),
    }
});
