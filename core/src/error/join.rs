//! Joining: a stack trace whose lines arrive as separate events of one stream becomes one event again.
//!
//! Only text lines are joined, only inside one delivered batch, and only within bounds: what a bound cuts off stays an event of its own.

use std::borrow::Cow;

use crate::{
    envelope::LogEvent,
    record::{is_exception_name, is_panic},
};

/// Most events joined into one.
pub const MAX_JOINED_EVENTS: usize = 256;

/// Most bytes of a joined event.
pub const MAX_JOINED_BYTES: usize = 64 * 1024;

/// Events with the lines of split traces joined to the line that began them. Events that need no joining stay borrowed.
pub fn join<'a>(events: &'a [LogEvent<'_>]) -> Vec<LogEvent<'a>> {
    let mut joined: Vec<LogEvent<'a>> = Vec::with_capacity(events.len());
    let mut count = 0;
    let mut in_trace = false;
    let mut awaits_message = false;
    for event in events {
        let line = event.message.as_ref();
        // Rust writes a panic's message on the line behind its place.
        let continues = continues(line, in_trace) || (awaits_message && !line.trim_start().starts_with('{') && !is_panic(line));
        awaits_message = is_panic(line) && !line.contains('\n');
        if continues
            && count > 0
            && count < MAX_JOINED_EVENTS
            && let Some(head) = joined.last_mut()
            && head.message.len() + line.len() < MAX_JOINED_BYTES
        {
            let text = head.message.to_mut();
            text.push('\n');
            text.push_str(line);
            count += 1;
            // The exception line ends a Python traceback; "During handling …" or a cause may open another.
            in_trace = (in_trace || opens_trace(line)) && !ends_trace(line);
            continue;
        }
        let starts_json = line.trim_start().starts_with('{');
        count = usize::from(!starts_json);
        in_trace = opens_trace(line) && !starts_json;
        joined.push(LogEvent { id: Cow::Borrowed(event.id.as_ref()), timestamp: event.timestamp, message: Cow::Borrowed(line) });
    }
    joined
}

fn opens_trace(line: &str) -> bool {
    line.contains("Traceback (most recent call last):") || line.starts_with("Caused by: ")
}

fn ends_trace(line: &str) -> bool {
    !line.starts_with([' ', '\t']) && exception_name(line)
}

fn exception_name(line: &str) -> bool {
    is_exception_name(line.split_once(": ").map_or(line.trim_end(), |(name, _)| name))
}

/// Whether a line belongs to the event before it.
fn continues(line: &str, in_trace: bool) -> bool {
    let indented = line.starts_with([' ', '\t']) && !line.trim().is_empty();
    indented
        || line.starts_with("Traceback (most recent call last):")
        || line.starts_with("Caused by: ")
        || line.starts_with("During handling of the above exception")
        || line.starts_with("The above exception was the direct cause")
        || (in_trace && (line.trim().is_empty() || exception_name(line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(lines: &[&'static str]) -> Vec<LogEvent<'static>> {
        lines.iter().map(|&line| LogEvent { id: Cow::Borrowed("i"), timestamp: 0, message: Cow::Borrowed(line) }).collect()
    }

    #[test]
    fn a_traceback_over_several_events_becomes_one_and_its_neighbours_stay() {
        let events = events(&[
            "2026-11-20 12:00:00,001 INFO mailer: start",
            "2026-11-20 12:00:01,001 ERROR mailer: cannot send",
            "Traceback (most recent call last):",
            "  File \"/srv/mailer/smtp.py\", line 3, in send",
            "    self.connect()",
            "smtplib.SMTPServerDisconnected: please run connect() first",
            "2026-11-20 12:00:02,001 INFO mailer: next",
        ]);
        let joined = join(&events);
        assert_eq!(joined.len(), 3);
        assert!(joined[1].message.ends_with("please run connect() first"));
        assert!(joined[1].message.starts_with("2026-11-20 12:00:01,001 ERROR"));
    }

    #[test]
    fn a_panic_takes_the_one_line_behind_it() {
        let events = events(&["thread 'w' (1) panicked at src/a.rs:1:2:", "no such thing", "another line"]);
        let joined = join(&events);
        assert_eq!(joined.len(), 2);
        assert!(joined[0].message.ends_with("no such thing"));
    }

    #[test]
    fn json_lines_are_never_joined() {
        let events = events(&["{\"a\":1}", "  indented", "{\"b\":2}"]);
        assert_eq!(join(&events).len(), 3);
    }

    #[test]
    fn a_trace_without_end_is_cut_at_the_bound() {
        let mut lines = vec!["ERROR x"];
        lines.extend(std::iter::repeat_n("  at a.b(C.java:1)", MAX_JOINED_EVENTS + 5));
        let events = events(&lines);
        let joined = join(&events);
        assert_eq!(joined[0].message.lines().count(), MAX_JOINED_EVENTS);
    }
}
