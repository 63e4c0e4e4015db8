//! Syslog lines.
//!
//! ```text
//! RFC 5424: <PRI>1 TIME HOST APP PROCID MSGID (- | [id name="value" …]…) MESSAGE
//! RFC 3164: <PRI>Mon DD HH:MM:SS HOST TAG[PID]: MESSAGE
//! in files: Mon DD HH:MM:SS HOST TAG[PID]: MESSAGE, and with a time of RFC 3339 instead
//! ```
//!
//! The severity is PRI modulo 8. A line from a file has none, and its level is what the message begins with, if anything.

use std::borrow::Cow;

use super::{columns::present, exception, prefix, time};
use crate::record::{Fields, Level};

/// Highest PRI: facility 23, severity 7.
const MAX_PRI: u64 = 191;

/// Reads such a line.
pub(super) fn read(line: &str) -> Option<Fields<'_>> {
    let Some((pri, rest)) = pri(line) else {
        return tagged(line, None);
    };
    let level = Level::from_syslog(pri % 8);
    match rest.strip_prefix("1 ") {
        Some(rest) => structured(rest, level),
        None => tagged(rest, level),
    }
}

/// What follows `<PRI>`, for the time without a year in it.
pub(super) fn after_pri(line: &str) -> &str {
    pri(line).map_or(line, |(_, rest)| rest)
}

fn pri(line: &str) -> Option<(u64, &str)> {
    let (digits, rest) = line.strip_prefix('<')?.split_once('>')?;
    let short = (1..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let pri = short.then(|| digits.parse().ok()).flatten()?;
    (pri <= MAX_PRI).then_some((pri, rest))
}

fn structured(text: &str, level: Option<Level>) -> Option<Fields<'_>> {
    let mut words = text.splitn(6, ' ');
    let time = words.next()?;
    let (_host, app, _procid, _msgid) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let message = after_structured_data(words.next()?)?.trim_start_matches('\u{feff}');
    let (first, error) = exception::split(message);
    Some(Fields {
        timestamp_ms: if time == "-" { None } else { Some(time::parse(time)?) },
        level,
        logger: present(app).map(Cow::Borrowed),
        message: Some(Cow::Borrowed(first)),
        error,
        ..Fields::default()
    })
}

/// The message behind `-` or `[…][…]`; a `]` inside a quoted value is hidden by a backslash.
fn after_structured_data(text: &str) -> Option<&str> {
    if let Some(message) = text.strip_prefix('-') {
        return Some(message.trim_start_matches(' '));
    }
    let mut rest = text;
    while rest.starts_with('[') {
        let mut hidden = false;
        let end = rest.bytes().position(|byte| {
            let ends = byte == b']' && !hidden;
            hidden = byte == b'\\' && !hidden;
            ends
        })?;
        rest = rest.get(end + 1..)?;
    }
    (rest.len() < text.len()).then(|| rest.trim_start_matches(' '))
}

fn tagged(text: &str, level: Option<Level>) -> Option<Fields<'_>> {
    let stamp = time::prefix(text)?;
    // With a full time, other loggers' lines look alike: only a process id makes it syslog's.
    let needs_pid = level.is_none() && !matches!(stamp.time, time::Time::Yearless(_));
    let rest = text.get(stamp.length..)?.strip_prefix(' ')?;
    let (head, message) = rest.split_once(": ").or_else(|| rest.strip_suffix(':').map(|head| (head, "")))?;
    let (host, tag) = head.split_once(' ').unwrap_or(("", head));
    if tag.contains(' ') || tag.is_empty() || (host.is_empty() && level.is_none()) {
        return None;
    }
    let (name, pid) = tag.strip_suffix(']').and_then(|tag| tag.rsplit_once('[')).map_or((tag, None), |(name, pid)| (name, Some(pid)));
    if needs_pid && !pid.is_some_and(|pid| !pid.is_empty() && pid.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    let (first, error) = exception::split(message);
    let fields = Fields { timestamp_ms: stamp.ms(), level, logger: Some(Cow::Borrowed(name)), message: Some(Cow::Borrowed(first)), error, ..Fields::default() };
    let inner = if level.is_none() { prefix::read(message).filter(|inner| inner.level.is_some()) } else { None };
    Some(match inner {
        Some(inner) => Fields { level: inner.level, message: inner.message, error: inner.error, ..fields },
        None => fields,
    })
}
