//! Any line as a log event: it always becomes a record that keeps the line as it came.
#![no_main]

use libfuzzer_sys::fuzz_target;
use skywarden_core::{envelope::LogEvent, record::Record};

fuzz_target!(|line: &str| {
    let event = LogEvent { id: "1".into(), timestamp: 0, message: line.into() };
    let record = Record::parse(&event);
    assert_eq!(record.raw, line);
    assert!(record.fields.http.duration_ms.is_none_or(f64::is_finite));
});
