//! Postgres server lines, on RDS too.
//!
//! ```text
//! TIME PREFIX LEVEL:  MESSAGE       two blanks behind the colon
//! ```
//!
//! PREFIX is `log_line_prefix`: `[1] ` or `[1] user@database ` on a server, `:10.0.0.1(5432):user@database:[1]:` on RDS. Levels are DEBUG1 to DEBUG5, INFO,
//! NOTICE, WARNING, ERROR, LOG, FATAL and PANIC; DETAIL, HINT, CONTEXT, QUERY and STATEMENT go on with the line before and have no level.
//! Source: Postgres documentation, "Error Reporting and Logging".

use std::borrow::Cow;

use super::time;
use crate::record::{Fields, Level};

/// Lines that go on with the one before.
const DETAILS: [&str; 6] = ["DETAIL", "HINT", "CONTEXT", "QUERY", "STATEMENT", "LOCATION"];

/// Most words of a prefix.
const MAX_PREFIX_WORDS: usize = 6;

/// Reads such a line.
pub(super) fn read(line: &str) -> Option<Fields<'_>> {
    let stamp = time::prefix(line)?;
    let rest = line.get(stamp.length..)?;
    let (head, text) = rest.split_once(":  ")?;
    if head.contains('\n') || head.split(' ').count() > MAX_PREFIX_WORDS {
        return None;
    }
    // What stands directly before the colon, and before that something that ends a prefix.
    let word = head.rsplit([' ', ':']).next()?;
    let level = match word {
        "LOG" => Some(Level::Info),
        detail if DETAILS.contains(&detail) => None,
        word if word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) => Some(Level::from_word(word)?),
        _ => return None,
    };
    // A prefix has the process id in brackets: without it, another logger's line of two blanks would be taken.
    let prefix = head.get(..head.len() - word.len())?;
    let (before, pid) = prefix.trim_end_matches([' ', ':']).rsplit_once('[')?;
    pid.split(']').next().filter(|pid| !pid.is_empty() && pid.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'))?;
    if before.contains('[') {
        return None;
    }
    let message = text.lines().next().unwrap_or("").trim_end();
    Some(Fields { timestamp_ms: stamp.ms(), level, message: Some(Cow::Borrowed(message)), ..Fields::default() })
}
