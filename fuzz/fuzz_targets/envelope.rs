//! Any bytes as a delivered batch: read or refused, within the bound, and never with log text in the refusal.
//!
//! The input is taken twice: as gzip, which seldom gets far, and as text that has been inflated already.
#![no_main]

use libfuzzer_sys::fuzz_target;
use skywarden_core::envelope::{Payload, inflate_bytes};

/// Small, so that the bound is met often.
const LIMIT: usize = 4096;

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = inflate_bytes(data, LIMIT) {
        // A replacement character takes three bytes in place of one.
        assert!(text.len() <= 3 * LIMIT);
        let _ = Payload::parse(&text);
    }
    let text = String::from_utf8_lossy(data);
    match Payload::parse(&text) {
        Ok(Payload::Data(batch)) => assert!(batch.log_events.len() <= text.len()),
        Ok(Payload::Control) => {}
        Err(error) => assert!(!error.code().is_empty() && error.to_string().len() < 200),
    }
});
