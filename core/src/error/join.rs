//! Joining: a stack trace whose lines arrive as separate events of one stream becomes one event again.
//!
//! Lines are joined to the event before them when they cannot stand for themselves: indented ones, frames, causes, a traceback behind an error
//! that has none yet. Blank lines between are kept. Only text is joined, only inside one delivered batch, in the order of the batch, and only
//! within bounds: what a bound cuts off stays an event of its own. Nothing is lost, invented or moved.

use std::borrow::Cow;

use super::trace::{Awaits, Follow, Progress, follows, is_blank, opening};
use crate::{
    envelope::LogEvent,
    record::{Level, text},
};

/// Most events joined into one.
pub const MAX_JOINED_EVENTS: usize = 256;

/// Most bytes of a joined event.
pub const MAX_JOINED_BYTES: usize = 64 * 1024;

/// Most blank lines between two parts of one event.
pub const MAX_BLANK_EVENTS: usize = 4;

/// Most milliseconds between a WARNING and a traceback that belongs to it: a logger writes both at once. A traceback behind a line of a lower
/// level is one that nobody caught.
const SAME_WRITE_MS: i64 = 1_000;

/// Events with the lines of split traces joined to the line that began them. Events that need no joining stay borrowed.
pub fn join<'a>(events: &'a [LogEvent<'_>]) -> Vec<LogEvent<'a>> {
    let mut joiner = Joiner { joined: Vec::with_capacity(events.len()), head: None, blanks: 0 };
    for (index, event) in events.iter().enumerate() {
        let mut lines = event.message.lines();
        let first = lines.next().unwrap_or("");
        let next = lines.next().or_else(|| events.get(index + 1).and_then(|event| event.message.lines().next()));
        joiner.event(event, first, next);
    }
    joiner.joined
}

struct Joiner<'a> {
    joined: Vec<LogEvent<'a>>,
    /// What may be gone on with; none behind JSON.
    head: Option<Head>,
    /// Blank events behind the head, at the end of what is joined.
    blanks: usize,
}

struct Head {
    events: usize,
    progress: Progress,
}

impl<'a> Joiner<'a> {
    fn event(&mut self, event: &'a LogEvent<'_>, first: &str, next: Option<&str>) {
        let line = event.message.as_ref();
        let json = line.trim_start().starts_with('{');
        if is_blank(line) {
            self.blank(event);
            return;
        }
        if !json && self.goes_on(event, first, next) && self.append(line) {
            return;
        }
        self.blanks = 0;
        self.head = None;
        if !json && !is_platform(line) {
            let mut progress = Progress::default();
            for line in line.lines() {
                progress.line(line);
            }
            self.head = Some(Head { events: 1, progress });
        }
        self.joined.push(borrowed(event));
    }

    /// A blank event stays one until something goes on behind it.
    fn blank(&mut self, event: &'a LogEvent<'_>) {
        self.joined.push(borrowed(event));
        self.blanks += 1;
        if self.blanks > MAX_BLANK_EVENTS {
            self.head = None;
        }
    }

    fn goes_on(&self, event: &LogEvent<'_>, first: &str, next: Option<&str>) -> bool {
        let Some(head) = &self.head else { return false };
        let progress = head.progress;
        if progress.awaits == Awaits::Message && self.blanks == 0 {
            // Whatever a panic says, unless another report begins.
            return opening(first).is_none();
        }
        if progress.ends_with(first) {
            return true;
        }
        match follows(first, progress.open, next) {
            Follow::Always => true,
            Follow::Opens => progress.awaits == Awaits::Traceback || (!progress.traced && self.tells_of_an_error(event.timestamp)),
            Follow::Apart => false,
        }
    }

    /// Whether a trace belongs to the head: a line of an error, or one that has no level.
    fn tells_of_an_error(&self, now: i64) -> bool {
        let Some(head) = self.head_index().and_then(|index| self.joined.get(index)) else { return false };
        match text::read(head.message.lines().next().unwrap_or("")).level {
            None | Some(Level::Error | Level::Critical) => true,
            Some(Level::Warning) => now.saturating_sub(head.timestamp).abs() <= SAME_WRITE_MS,
            Some(Level::Info | Level::Debug) => false,
        }
    }

    fn head_index(&self) -> Option<usize> {
        self.joined.len().checked_sub(self.blanks + 1)
    }

    /// Appends the blank events behind the head and one more text to it; false when a bound is in the way.
    fn append(&mut self, line: &str) -> bool {
        let Some(index) = self.head_index() else { return false };
        let blanks: usize = self.joined.iter().skip(index + 1).map(|event| event.message.len() + 1).sum();
        let (Some(head), Some(event)) = (self.head.as_mut(), self.joined.get(index)) else { return false };
        let fits = head.events + self.blanks < MAX_JOINED_EVENTS && event.message.len() + blanks + line.len() < MAX_JOINED_BYTES;
        if !fits {
            return false;
        }
        head.events += self.blanks + 1;
        for line in line.lines() {
            head.progress.line(line);
        }
        let tail = self.joined.split_off(index + 1);
        self.blanks = 0;
        if let Some(event) = self.joined.last_mut() {
            let text = event.message.to_mut();
            // Some agents keep the end of a line.
            let mut ended = text.ends_with('\n');
            for piece in tail.iter().map(|blank| blank.message.as_ref()).chain([line]) {
                if !ended {
                    text.push('\n');
                }
                text.push_str(piece);
                ended = piece.ends_with('\n');
            }
        }
        true
    }
}

/// A line the Lambda platform writes of an invocation: what an application prints behind it is none of it.
fn is_platform(line: &str) -> bool {
    const LINES: [&str; 6] =
        ["START RequestId: ", "END RequestId: ", "REPORT RequestId: ", "INIT_START Runtime Version: ", "INIT_REPORT Init Duration: ", "RequestId: "];
    LINES.iter().any(|start| line.starts_with(start))
}

fn borrowed<'a>(event: &'a LogEvent<'_>) -> LogEvent<'a> {
    LogEvent { id: Cow::Borrowed(event.id.as_ref()), timestamp: event.timestamp, message: Cow::Borrowed(event.message.as_ref()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(lines: &[&'static str]) -> Vec<LogEvent<'static>> {
        lines.iter().map(|&line| LogEvent { id: Cow::Borrowed("i"), timestamp: 0, message: Cow::Borrowed(line) }).collect()
    }

    fn joined(lines: &[&'static str]) -> Vec<String> {
        join(&events(lines)).into_iter().map(|event| event.message.into_owned()).collect()
    }

    #[test]
    fn a_traceback_over_several_events_becomes_one_and_its_neighbours_stay() {
        let joined = joined(&[
            "2026-11-20 12:00:00,001 INFO mailer: start",
            "2026-11-20 12:00:01,001 ERROR mailer: cannot send",
            "Traceback (most recent call last):",
            "  File \"/srv/mailer/smtp.py\", line 3, in send",
            "    self.connect()",
            "smtplib.SMTPServerDisconnected: please run connect() first",
            "2026-11-20 12:00:02,001 INFO mailer: next",
        ]);
        assert_eq!(joined.len(), 3);
        assert!(joined[1].ends_with("please run connect() first"));
        assert!(joined[1].starts_with("2026-11-20 12:00:01,001 ERROR"));
    }

    #[test]
    fn a_traceback_nobody_caught_is_not_the_line_befores() {
        let traceback = ["Traceback (most recent call last):", "  File \"/a.py\", line 3, in f", "KeyError: 'id'"];
        let join_behind = |line: &'static str| joined(&[&[line][..], &traceback].concat()).len();
        assert_eq!(join_behind("2026-11-20 12:00:00,001 INFO mailer: sent"), 2);
        assert_eq!(join_behind("2026-11-20 12:00:00,001 WARNING mailer: again"), 1);
        assert_eq!(join_behind("could not send"), 1);
        let mut late = events(&[&["2026-11-20 12:00:00,001 WARNING mailer: again"][..], &traceback].concat());
        for event in late.iter_mut().skip(1) {
            event.timestamp = SAME_WRITE_MS + 1;
        }
        assert_eq!(join(&late).len(), 2);
    }

    #[test]
    fn what_an_application_prints_is_no_part_of_the_platforms_lines() {
        let lines = [
            "START RequestId: 9f-1 Version: $LATEST\n",
            "Traceback (most recent call last):\n",
            "  File \"/a.py\", line 3, in f\n",
            "KeyError: 'id'\n",
            "END RequestId: 9f-1\n",
        ];
        assert_eq!(joined(&lines), [lines[0], "Traceback (most recent call last):\n  File \"/a.py\", line 3, in f\nKeyError: 'id'\n", lines[4]]);
        assert_eq!(joined(&["END RequestId: 9f-1", "  indented"]).len(), 2);
    }

    #[test]
    fn two_traces_in_a_row_stay_two() {
        let lines = ["java.io.IOException: a", "\tat a.B.c(B.java:1)", "java.io.IOException: b", "\tat a.B.c(B.java:1)"];
        assert_eq!(joined(&lines), ["java.io.IOException: a\n\tat a.B.c(B.java:1)", "java.io.IOException: b\n\tat a.B.c(B.java:1)"]);
        let python = ["Traceback (most recent call last):", "  File \"/a.py\", line 3, in f", "KeyError: 'id'"];
        assert_eq!(joined(&[python, python].concat()).len(), 2);
    }

    #[test]
    fn an_exception_behind_the_line_that_logs_it_is_its_trace() {
        let lines = [
            "10:00:00.001 [main] ERROR c.s.Orders - failed",
            "java.io.IOException: gone",
            "\tat a.B.c(B.java:1)",
            "Caused by: a.D: no",
            "\t... 1 more",
            "10:00:01.001 [main] INFO c.s.Orders - next",
        ];
        assert_eq!(joined(&lines).len(), 2);
    }

    #[test]
    fn blank_lines_between_stay_and_those_behind_stay_apart() {
        let lines = ["panic: no", "", "goroutine 1 [running]:", "main.run()", "\t/app/main.go:3 +0x1d", "", "all is well"];
        assert_eq!(joined(&lines), ["panic: no\n\ngoroutine 1 [running]:\nmain.run()\n\t/app/main.go:3 +0x1d", "", "all is well"]);
        let mut lines = vec!["panic: no"];
        lines.extend(std::iter::repeat_n("", MAX_BLANK_EVENTS));
        lines.push("goroutine 1 [running]:");
        assert_eq!(joined(&lines).len(), 1);
        lines.insert(1, "");
        assert_eq!(joined(&lines).len(), lines.len());
    }

    #[test]
    fn a_panic_takes_the_one_line_behind_it() {
        let joined = joined(&["thread 'w' (1) panicked at src/a.rs:1:2:", "no such thing", "another line"]);
        assert_eq!(joined, ["thread 'w' (1) panicked at src/a.rs:1:2:\nno such thing", "another line"]);
    }

    #[test]
    fn json_lines_are_never_joined() {
        assert_eq!(joined(&["{\"a\":1}", "  indented", "{\"b\":2}"]).len(), 3);
        assert_eq!(joined(&["Traceback (most recent call last):", "  {\"b\":2}"]).len(), 2);
    }

    #[test]
    fn a_trace_without_end_is_cut_at_the_bound() {
        let mut lines = vec!["ERROR x"];
        lines.extend(std::iter::repeat_n("  at a.b(C.java:1)", MAX_JOINED_EVENTS + 5));
        let joined = joined(&lines);
        assert_eq!(joined[0].lines().count(), MAX_JOINED_EVENTS);
        assert_eq!(joined.len(), 2);
    }

    #[test]
    fn a_joined_event_has_at_most_so_many_bytes() {
        let long: &'static str = Box::leak(format!("  {}", "x".repeat(MAX_JOINED_BYTES / 4)).into_boxed_str());
        let joined = joined(&["ERROR x", long, long, long, long]);
        assert!(joined.len() > 1 && joined.iter().all(|text| text.len() <= MAX_JOINED_BYTES));
    }
}
