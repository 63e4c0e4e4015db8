//! Any lines as events of one stream: joining keeps every one of them, and what is read of a trace is bounded and the same every time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use skywarden_core::{
    envelope::LogEvent,
    error::{
        detect::detect,
        join::{MAX_JOINED_BYTES, join},
        trace::{MAX_EXCEPTIONS, MAX_FRAMES, MAX_MESSAGE_BYTES, read},
    },
    record::Record,
};

fuzz_target!(|text: &str| {
    let exceptions = read(text);
    assert!(exceptions.len() <= MAX_EXCEPTIONS);
    for exception in &exceptions {
        assert!(exception.frames.len() <= MAX_FRAMES && exception.message.len() <= MAX_MESSAGE_BYTES);
    }
    assert_eq!(exceptions, read(text));
    let event = |line| LogEvent { id: "1".into(), timestamp: 0, message: std::borrow::Cow::Borrowed(line) };
    let whole = [event(text)];
    assert_eq!(join(&whole).len(), 1);
    let lines: Vec<LogEvent<'_>> = text.split('\n').map(event).collect();
    let joined = join(&lines);
    let flat = |events: &[LogEvent<'_>]| events.iter().map(|event| event.message.replace('\n', "")).collect::<String>();
    assert_eq!(flat(&joined), flat(&lines));
    for event in whole.iter().chain(&joined) {
        assert!(event.message.len() <= text.len().max(MAX_JOINED_BYTES));
        let record = Record::parse(event);
        if let Some(fault) = detect(&record) {
            assert!(fault.exceptions.len() <= MAX_EXCEPTIONS);
        }
    }
});
