//! Lines of glog and klog (Kubernetes, Envoy's admin parts, many Go and C++ servers).
//!
//! ```text
//! Lmmdd hh:mm:ss.uuuuuu threadid file:line] message      L is one of I, W, E, F
//! ```
//!
//! Source: `google/glog`, `kubernetes/klog`. klog's structured form quotes the message and puts `key="value"` pairs behind it. The time has no year.

use std::borrow::Cow;

use super::{columns::quoted, exception, time};
use crate::record::{Fields, Level};

/// Reads such a line.
pub(super) fn read(line: &str) -> Option<Fields<'_>> {
    let (level, rest) = head(line)?;
    let (_, length) = time::glog(rest)?;
    let (place, text) = rest.get(length..)?.split_once("] ").or_else(|| rest.get(length..)?.strip_suffix(']').map(|place| (place, "")))?;
    let mut words = place.split_whitespace();
    let thread = words.next()?;
    let (file, number) = words.next()?.rsplit_once(':')?;
    if words.next().is_some() || ![thread, number].iter().all(|digits| digits.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    let (first, error) = exception::split(text);
    let message = quoted(first).map_or(first, |(message, _)| message);
    Some(Fields { level: Some(level), logger: Some(Cow::Borrowed(file)), message: Some(Cow::Borrowed(message)), error, ..Fields::default() })
}

/// The level, and what follows its letter.
pub(super) fn head(line: &str) -> Option<(Level, &str)> {
    let level = match line.as_bytes().first()? {
        b'I' => Level::Info,
        b'W' => Level::Warning,
        b'E' => Level::Error,
        b'F' => Level::Critical,
        _ => return None,
    };
    let rest = line.get(1..)?;
    rest.starts_with(|c: char| c.is_ascii_digit()).then_some((level, rest))
}
