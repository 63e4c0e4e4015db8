//! What is like an error and is none.

use crate::reading::{event, faults, lines};

/// Events, divided by a line `%%`.
const EVENTS: &str = include_str!("look_alikes.txt");

/// Every event that is no error, in order.
pub(crate) fn events() -> Vec<&'static str> {
    EVENTS.trim_end_matches('\n').split("\n%%\n").collect()
}

#[test]
fn look_alikes_are_no_errors() {
    let events = events();
    assert!(events.len() >= 60, "{}", events.len());
    let mistaken: Vec<_> = events.iter().filter(|text| !faults(&[event(text)]).is_empty()).collect();
    assert!(mistaken.is_empty(), "{mistaken:#?}");
}

/// Lines of a low level with a trace behind them. Delivered line by line, the trace cannot be told from one that nobody caught.
const WHOLE_ONLY: [&str; 2] = ["2026-11-23 10:00:00,123 INFO docs: example", "2026-11-23 10:00:00.123 DEBUG [main] c.s.Trace"];

#[test]
fn look_alikes_line_by_line_are_no_errors_either() {
    let told = |text: &&str| !WHOLE_ONLY.iter().any(|start| text.starts_with(start)) && !faults(&lines(text)).is_empty();
    let mistaken: Vec<_> = events().into_iter().filter(told).collect();
    assert!(mistaken.is_empty(), "{mistaken:#?}");
}
