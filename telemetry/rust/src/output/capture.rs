//! Lines kept in memory, for tests.

use std::{
    collections::VecDeque,
    mem,
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::Duration,
};

use arc_swap::ArcSwap;
use serde_json::Value;

use super::{Output, Urgency, deadline::Deadline, lock::lock};

/// Most bytes kept unless told otherwise.
const DEFAULT_BYTES: usize = 64 * 1024 * 1024;

/// Keeps lines in memory, so that a test can see what was logged. Clones share what they keep.
///
/// At most 64 MiB are kept, or what [`Self::bounded`] is given; the oldest lines go first and count as [`lost`](Output::lost).
///
/// ```
/// use std::time::Duration;
///
/// use skywarden_telemetry::output::{Capture, Output, Urgency};
///
/// let capture = Capture::new();
/// // What the code under test logs, here written by hand.
/// let output = capture.clone();
/// std::thread::spawn(move || {
///     output.write(b"{\"level\":\"INFO\",\"message\":\"order placed\",\"fields\":{\"amount\":12}}\n", Urgency::Normal);
/// });
///
/// let line = capture.wait_for(|line| line["message"] == "order placed", Duration::from_secs(10)).expect("the order is logged");
/// assert_eq!(line["fields"]["amount"], 12);
/// assert_eq!(capture.lines().len(), 1);
///
/// capture.clear();
/// assert!(capture.values().is_empty());
/// ```
#[derive(Clone, Debug)]
pub struct Capture(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    most: usize,
    state: ArcSwap<State>,
}

#[derive(Debug, Default)]
struct State {
    kept: Mutex<Kept>,
    arrived: Condvar,
}

#[derive(Debug, Default)]
struct Kept {
    lines: VecDeque<String>,
    bytes: usize,
    /// Lines that were before the first one kept, lost or cleared away.
    before: u64,
    lost: u64,
}

impl Default for Capture {
    fn default() -> Self {
        Self::new()
    }
}

impl Capture {
    /// Keeps nothing yet.
    pub fn new() -> Self {
        Self::bounded(DEFAULT_BYTES)
    }

    /// Keeps at most `bytes` bytes of lines.
    pub fn bounded(bytes: usize) -> Self {
        Self(Arc::new(Shared { most: bytes, state: ArcSwap::default() }))
    }

    /// The lines, oldest first, without line ends.
    pub fn lines(&self) -> Vec<String> {
        lock(&self.0.state.load().kept).lines.iter().cloned().collect()
    }

    /// The lines as JSON, oldest first; one that is none is a string.
    pub fn values(&self) -> Vec<Value> {
        self.lines().into_iter().map(parse).collect()
    }

    /// Forgets all lines.
    pub fn clear(&self) {
        let state = self.0.state.load();
        let mut kept = lock(&state.kept);
        kept.before += kept.lines.len() as u64;
        kept.lines.clear();
        kept.bytes = 0;
    }

    /// The first line that `is_it` accepts, among those kept and those that come within the time; none when there is none. Each line is asked for once,
    /// as JSON like in [`Self::values`].
    pub fn wait_for(&self, mut is_it: impl FnMut(&Value) -> bool, within: Duration) -> Option<Value> {
        let deadline = Deadline::after(within);
        let state = self.0.state.load_full();
        let mut seen = 0;
        loop {
            let mut kept = lock(&state.kept);
            while kept.end() <= seen {
                kept = state.arrived.wait_timeout(kept, deadline.wait()?).unwrap_or_else(PoisonError::into_inner).0;
            }
            let new: Vec<String> = kept.lines.iter().skip(usize::try_from(seen.saturating_sub(kept.before)).unwrap_or(usize::MAX)).cloned().collect();
            seen = kept.end();
            // The caller's code may log: not under the lock.
            drop(kept);
            if let Some(found) = new.into_iter().map(parse).find(&mut is_it) {
                return Some(found);
            }
        }
    }
}

impl Kept {
    /// Number of lines that ever came.
    fn end(&self) -> u64 {
        self.before + self.lines.len() as u64
    }

    fn push(&mut self, line: String, most: usize) {
        self.bytes += line.len();
        self.lines.push_back(line);
        while self.bytes > most {
            let Some(oldest) = self.lines.pop_front() else {
                return;
            };
            self.bytes -= oldest.len();
            self.before += 1;
            self.lost += 1;
        }
    }
}

impl Output for Capture {
    fn write(&self, lines: &[u8], _: Urgency) {
        let state = self.0.state.load();
        let mut kept = lock(&state.kept);
        for line in lines.split_inclusive(|byte| *byte == b'\n') {
            kept.push(String::from_utf8_lossy(line.strip_suffix(b"\n").unwrap_or(line)).into_owned(), self.0.most);
        }
        drop(kept);
        state.arrived.notify_all();
    }

    fn flush(&self, _: Duration) -> bool {
        true
    }

    fn lost(&self) -> u64 {
        lock(&self.0.state.load().kept).lost
    }

    fn after_fork(&self) {
        // A thread of the parent may have had the lock: what is behind it is never touched again.
        mem::forget(self.0.state.swap(Arc::default()));
    }
}

fn parse(line: String) -> Value {
    serde_json::from_str(&line).unwrap_or(Value::String(line))
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn a_batch_is_kept_line_by_line() {
        let capture = Capture::new();
        capture.write(b"{\"a\":1}\nno json\n\n\xff\nopen", Urgency::Normal);
        assert_eq!(capture.lines(), ["{\"a\":1}", "no json", "", "\u{fffd}", "open"]);
        assert_eq!(capture.values()[..2], [serde_json::json!({"a": 1}), Value::from("no json")]);
        assert!(capture.flush(Duration::ZERO));
    }

    #[test]
    fn clones_share_and_are_cleared_together() {
        let capture = Capture::new();
        capture.clone().write(b"one\n", Urgency::Now);
        assert_eq!(capture.lines(), ["one"]);
        capture.clear();
        assert!(capture.clone().lines().is_empty());
        assert_eq!(capture.lost(), 0, "cleared lines are not lost");
    }

    #[test]
    fn the_oldest_lines_go_first_and_are_counted() {
        let capture = Capture::bounded(6);
        capture.write(b"one\ntwo\n", Urgency::Normal);
        assert_eq!((capture.lines().len(), capture.lost()), (2, 0));
        capture.write(b"3\n", Urgency::Normal);
        assert_eq!((capture.lines(), capture.lost()), (vec!["two".to_owned(), "3".to_owned()], 1));
        capture.write(b"too long\n", Urgency::Normal);
        assert_eq!((capture.lines().len(), capture.lost()), (0, 4));
        capture.write(b"short\n", Urgency::Normal);
        assert_eq!(capture.lines(), ["short"]);
    }

    #[test]
    fn a_line_is_waited_for_and_each_is_asked_for_once() {
        let capture = Capture::new();
        capture.write(b"1\n2\n", Urgency::Normal);
        let writer = capture.clone();
        let mut asked = Vec::new();
        let found = capture.wait_for(
            |line| {
                asked.push(line.clone());
                if *line == 2 {
                    // Written from inside: a predicate that logs does not wait for itself.
                    thread::scope(|scope| drop(scope.spawn(|| writer.write(b"3\n", Urgency::Normal))));
                }
                *line == 3
            },
            Duration::from_mins(1),
        );
        assert_eq!(found, Some(Value::from(3)));
        assert_eq!(asked, [1, 2, 3]);
    }

    #[test]
    fn lines_that_come_after_a_clear_and_after_a_loss_are_found() {
        let capture = Capture::bounded(4);
        capture.write(b"1\n2\n", Urgency::Normal);
        let writer = capture.clone();
        let found = capture.wait_for(
            |line| {
                if *line == 2 {
                    writer.clear();
                    writer.write(b"3\n4\n5\n6\n7\n", Urgency::Normal);
                }
                *line == 7
            },
            Duration::from_mins(1),
        );
        assert_eq!(found, Some(Value::from(7)));
    }

    #[test]
    fn a_line_that_does_not_come_is_given_up() {
        let capture = Capture::new();
        capture.write(b"1\n", Urgency::Normal);
        assert_eq!(capture.wait_for(|line| *line == 2, Duration::ZERO), None);
        assert_eq!(capture.wait_for(|line| *line == 1, Duration::ZERO), Some(Value::from(1)));
    }

    #[test]
    fn a_child_begins_with_nothing_although_the_lock_was_held() {
        let capture = Capture::new();
        capture.write(b"parent\n", Urgency::Normal);
        let old = capture.0.state.load_full();
        let held = lock(&old.kept);
        capture.after_fork();
        capture.write(b"child\n", Urgency::Normal);
        assert_eq!(capture.lines(), ["child"]);
        drop(held);
    }
}
