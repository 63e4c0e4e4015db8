//! Lines of Ruby's `Logger` and of Rails' tagged logging in it.
//!
//! ```text
//! L, [TIME #PID] LEVEL -- PROGNAME: [tag] MESSAGE      L is one of D, I, W, E, F, A
//! ```
//!
//! Source: Ruby `Logger::Formatter`. A tag that is a UUID is Rails' request id.

use std::borrow::Cow;

use super::{exception, lambda::is_uuid, time};
use crate::record::{Fields, Level};

/// Reads such a line.
pub(super) fn read(line: &str) -> Option<Fields<'_>> {
    let letter = *line.as_bytes().first()?;
    if !b"DIWEFA".contains(&letter) {
        return None;
    }
    let (head, rest) = line.get(1..)?.strip_prefix(", [")?.split_once("] ")?;
    let time = head.split_once(" #").map_or(head, |(time, _)| time);
    let timestamp_ms = time::parse(time)?;
    let (word, rest) = rest.split_once(" -- ")?;
    // ANY is Logger's UNKNOWN: a line that is written at any level.
    let level = if word.trim() == "ANY" { Level::Info } else { Level::from_word(word.trim())? };
    let (program, text) = rest.split_once(": ").or_else(|| rest.strip_suffix(':').map(|program| (program, "")))?;
    let (request_id, text) = match text.strip_prefix('[').and_then(|text| text.split_once("] ")) {
        Some((tag, text)) if is_uuid(tag) => (Some(tag), text),
        _ => (None, text),
    };
    let (first, error) = exception::split(text);
    Some(Fields {
        timestamp_ms: Some(timestamp_ms),
        level: Some(level),
        logger: (!program.is_empty()).then_some(Cow::Borrowed(program)),
        message: Some(Cow::Borrowed(first)),
        request_id: request_id.map(Cow::Borrowed),
        error,
        ..Fields::default()
    })
}
