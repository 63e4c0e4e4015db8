//! Lines of .NET's console logger.
//!
//! ```text
//! [TIME ]LEVEL: CATEGORY[EVENT_ID]
//!       MESSAGE
//! ```
//!
//! LEVEL is one of trce, dbug, info, warn, fail, crit; with `SingleLine` the message follows on the same line. Source: `SimpleConsoleFormatter` of
//! `Microsoft.Extensions.Logging.Console`.

use std::borrow::Cow;

use super::{exception, time};
use crate::record::{Fields, Level};

/// Reads such a line.
pub(super) fn read(line: &str) -> Option<Fields<'_>> {
    let stamp = time::prefix(line);
    let rest = line.get(stamp.map_or(0, |stamp| stamp.length)..)?.trim_start_matches(' ');
    let (word, rest) = rest.split_once(": ")?;
    let level = match word {
        "trce" | "dbug" | "info" | "warn" | "fail" | "crit" => Level::from_word(word)?,
        _ => return None,
    };
    let (category, rest) = rest.split_once('[')?;
    let (event, text) = rest.split_once(']')?;
    if category.contains([' ', '\n']) || event.is_empty() || !event.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
        return None;
    }
    let (first, error) = exception::split(text.trim_start());
    Some(Fields {
        timestamp_ms: stamp.and_then(|stamp| stamp.ms()),
        level: Some(level),
        logger: Some(Cow::Borrowed(category)),
        message: Some(Cow::Borrowed(first)),
        error,
        ..Fields::default()
    })
}
