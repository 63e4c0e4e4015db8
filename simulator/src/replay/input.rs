//! Reading log events: one JSON object a line.

use std::io::BufRead;

use crate::replay::LogEvent;

/// Longest line that is read. An event is at most 1 MB, which JSON escaping can make six times longer.
const MAX_LINE_BYTES: usize = 8 * 1024 * 1024;

/// Why a log cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// The file ended early or is damaged.
    #[error("line {line} of the log cannot be read: {source}; check that the file is complete")]
    Read {
        /// Line, from 1.
        line: usize,
        /// What the reader said.
        source: std::io::Error,
    },
    /// A line is longer than any log event.
    #[error("line {line} of the log is longer than {limit} bytes; write one event a line")]
    TooLong {
        /// Line, from 1.
        line: usize,
        /// The bound.
        limit: usize,
    },
    /// A line is not an event.
    #[error("line {line} of the log is not an event: {reason}; expected {{\"group\":…,\"stream\":…,\"id\":…,\"timestamp\":…,\"message\":…}}")]
    NotAnEvent {
        /// Line, from 1.
        line: usize,
        /// What the JSON reader said.
        reason: String,
    },
}

/// The events of a text, one after the other. Empty lines are passed over. Reading goes on after a line that is not an event.
#[derive(Debug)]
pub struct LogEvents<R> {
    reader: R,
    line: usize,
    buffer: Vec<u8>,
    broken: bool,
}

impl<R: BufRead> LogEvents<R> {
    /// Events of a reader (already decompressed).
    pub const fn new(reader: R) -> Self {
        Self { reader, line: 0, buffer: Vec::new(), broken: false }
    }

    /// Reads one line into the buffer; `false` at the end.
    fn fill(&mut self) -> Result<bool, InputError> {
        self.line += 1;
        self.buffer.clear();
        let line = self.line;
        let limit = u64::try_from(MAX_LINE_BYTES + 1).unwrap_or(u64::MAX);
        let read = std::io::Read::take(&mut self.reader, limit).read_until(b'\n', &mut self.buffer).map_err(|source| InputError::Read { line, source })?;
        if self.buffer.len() > MAX_LINE_BYTES {
            return Err(InputError::TooLong { line, limit: MAX_LINE_BYTES });
        }
        Ok(read > 0)
    }
}

impl<R: BufRead> Iterator for LogEvents<R> {
    type Item = Result<LogEvent, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.broken {
                return None;
            }
            match self.fill() {
                Ok(false) => return None,
                Ok(true) if self.buffer.trim_ascii().is_empty() => {}
                Ok(true) => {
                    let event = serde_json::from_slice(&self.buffer);
                    return Some(event.map_err(|error| InputError::NotAnEvent { line: self.line, reason: reason(&error) }));
                }
                Err(error) => {
                    // What follows is the rest of a line or of a damaged file.
                    self.broken = true;
                    return Some(Err(error));
                }
            }
        }
    }
}

/// The reader's words without its own line number, which is always 1.
fn reason(error: &serde_json::Error) -> String {
    // The one field that is no text; its type has a name in Rust.
    let text = error.to_string().replace("expected i64", "expected a whole number of milliseconds since 1970");
    match text.split_once(" at line ") {
        Some((reason, _)) => format!("{reason} at column {}", error.column()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_is_a_text_is_told_in_words() {
        let line = r#"{"group":"g","stream":"s","id":"1","timestamp":"2026-11-20T10:00:00Z","message":"x"}"#;
        let error = LogEvents::new(line.as_bytes()).next().unwrap().unwrap_err().to_string();
        assert!(error.contains("expected a whole number of milliseconds since 1970") && !error.contains("i64"), "{error}");
    }

    #[test]
    fn events_are_read_and_bad_lines_are_named() {
        let text = concat!(
            r#"{"group":"g","stream":"s","id":"1","timestamp":5,"message":"a \"b\""}"#,
            "\n\n",
            r#"{"group":"g","stream":"s","id":"2"}"#,
            "\n",
            r#"{"group":"g","stream":"s","id":"3","timestamp":6,"message":""}"#,
        );
        let events: Vec<_> = LogEvents::new(text.as_bytes()).collect();
        assert_eq!(events.len(), 3);
        assert_eq!(events[0].as_ref().unwrap().message, "a \"b\"");
        let error = events[1].as_ref().unwrap_err().to_string();
        assert!(error.starts_with("line 3 of the log is not an event: missing field `timestamp` at column"), "{error}");
        assert_eq!(events[2].as_ref().unwrap().timestamp_ms, 6);
    }

    #[test]
    fn a_line_without_end_is_refused_at_the_bound() {
        let fits = vec![b' '; MAX_LINE_BYTES];
        assert_eq!(LogEvents::new(fits.as_slice()).count(), 0);
        let over = vec![b' '; MAX_LINE_BYTES + 1];
        let events: Vec<_> = LogEvents::new(over.as_slice()).collect();
        assert!(matches!(events.as_slice(), [Err(InputError::TooLong { line: 1, .. })]));
    }
}
