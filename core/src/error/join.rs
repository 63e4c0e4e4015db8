//! Joining: a stack trace whose lines arrive as separate events of one stream becomes one event again.
//!
//! Lines are joined to the event before them when they cannot stand for themselves: indented ones, frames, causes, a traceback behind an error
//! that has none yet. Blank lines between are kept. Only text is joined, only inside one delivered batch, in the order of the batch, and only
//! within bounds: what a bound cuts off stays an event of its own. Nothing is lost, invented or moved.

use std::borrow::Cow;

use super::trace::{Follow, Progress, follows, is_blank};
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
        if !json {
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
        if progress.awaits_message && self.blanks == 0 {
            return follows(first, None, next) != Follow::Apart || super::trace::opening(first).is_none();
        }
        if progress.ends_with(first) {
            return true;
        }
        match follows(first, progress.open, next) {
            Follow::Always => true,
            Follow::Opens => progress.chained || (!progress.traced && self.tells_of_an_error(event.timestamp)),
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
        let fits = head.events + self.blanks < MAX_JOINED_EVENTS && event.message.len() + blanks + line.len() + 1 <= MAX_JOINED_BYTES;
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
            for piece in tail.iter().map(|blank| blank.message.as_ref()).chain([line]) {
                // Some agents keep the end of a line.
                if !text.ends_with('\n') {
                    text.push('\n');
                }
                text.push_str(piece);
            }
        }
        true
    }
}

fn borrowed<'a>(event: &'a LogEvent<'_>) -> LogEvent<'a> {
    LogEvent { id: Cow::Borrowed(event.id.as_ref()), timestamp: event.timestamp, message: Cow::Borrowed(event.message.as_ref()) }
}
