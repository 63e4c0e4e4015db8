//! Error logs of nginx and Apache.
//!
//! ```text
//! nginx:      2026/11/23 10:00:00 [LEVEL] PID#TID: [*CONNECTION ]MESSAGE[, client: IP, server: NAME, request: "METHOD TARGET PROTOCOL", …]
//! Apache 2.4: [Mon Nov 23 10:00:00.123456 2026] [MODULE:LEVEL] [pid N[:tid N]] [client IP:PORT] MESSAGE
//! Apache 2.2: [Mon Nov 23 10:00:00 2026] [LEVEL] [client IP] MESSAGE
//! ```
//!
//! Sources: nginx `ngx_log_error_core` and its HTTP log handler; Apache's `ErrorLogFormat`.

use std::borrow::Cow;

use super::{columns::quoted, request, time};
use crate::record::{Fields, Http, Level};

/// Reads such a line.
pub(super) fn read(line: &str) -> Option<Fields<'_>> {
    match line.as_bytes().first()? {
        b'0'..=b'9' => nginx(line),
        b'[' => apache(line),
        _ => None,
    }
}

fn nginx(line: &str) -> Option<Fields<'_>> {
    let stamp = time::prefix(line)?;
    let (level, rest) = line.get(stamp.length..)?.strip_prefix(" [")?.split_once("] ")?;
    let level = Level::from_word(level)?;
    let (process, text) = rest.split_once(": ")?;
    process.split_once('#').filter(|(pid, tid)| [pid, tid].iter().all(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())))?;
    let text = text.trim_end();
    let text = text.strip_prefix('*').and_then(|text| text.split_once(' ')).map_or(text, |(_, text)| text);
    let (message, context) = text.split_once(", client: ").unwrap_or((text, ""));
    let client = context.split(", ").next().filter(|client| !client.is_empty());
    let request = context.split_once("request: ").and_then(|(_, rest)| quoted(rest)).and_then(|(request, _)| request::read(request));
    let (method, path) = request.unzip();
    Some(Fields {
        timestamp_ms: stamp.ms(),
        level: Some(level),
        message: Some(Cow::Borrowed(message)),
        http: Http { method: method.map(Cow::Borrowed), path: path.map(Cow::Borrowed), client_ip: client.map(Cow::Borrowed), ..Http::default() },
        ..Fields::default()
    })
}

fn apache(line: &str) -> Option<Fields<'_>> {
    let (time, rest) = line.strip_prefix('[')?.split_once("] [")?;
    let timestamp_ms = time::parse(time).filter(|_| time.starts_with(|c: char| c.is_ascii_alphabetic()))?;
    let (source, rest) = rest.split_once("] ")?;
    let (module, level) = source.split_once(':').map_or((None, source), |(module, level)| (Some(module), level));
    // trace1 to trace8
    let level = Level::from_word(level.trim_end_matches(|c: char| c.is_ascii_digit()))?;
    let mut text = rest.trim_end();
    let mut client = None;
    while let Some((inner, after)) = text.strip_prefix('[').and_then(|text| text.split_once("] ")) {
        if let Some(address) = inner.strip_prefix("client ") {
            client = Some(address_of(address));
        } else if !inner.starts_with("pid ") && !inner.starts_with("remote ") {
            break;
        }
        text = after;
    }
    Some(Fields {
        timestamp_ms: Some(timestamp_ms),
        level: Some(level),
        logger: module.filter(|module| !module.is_empty()).map(Cow::Borrowed),
        message: Some(Cow::Borrowed(text)),
        http: Http { client_ip: client.map(Cow::Borrowed), ..Http::default() },
        ..Fields::default()
    })
}

/// Without the port; Apache writes IPv6 addresses bare, so only the last of exactly one colon, or one behind a bracket, is a port's.
fn address_of(client: &str) -> &str {
    match client.rsplit_once(':') {
        Some((address, _)) if !address.contains(':') || address.ends_with(']') => address.trim_matches(['[', ']']),
        _ => client,
    }
}
