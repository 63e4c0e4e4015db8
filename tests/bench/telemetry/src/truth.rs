//! What a measured line must say, whatever its library calls and nests it.

use anyhow::Context as _;
use jiff::{Timestamp, ToSpan as _};
use serde_json::Value;

/// Values a line must hold: each under one of some names, as one of some values, at any depth.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    /// What, for messages.
    pub what: &'static str,
    /// Names it may have.
    pub names: &'static [&'static str],
    /// Texts it may be, anything when there are none; numbers are compared as they are written.
    pub values: &'static [&'static str],
}

/// Names of the time.
const TIMES: [&str; 3] = ["timestamp", "time", "repr"];

/// Checks a line: one line with its end, JSON, written now, and holding everything expected.
///
/// # Errors
/// Says what is wrong with the line, and shows it.
pub fn check(case: &str, line: &str, expected: &[Expected]) -> anyhow::Result<()> {
    look(line, expected).with_context(|| format!("{case} wrote a line that is not equal to the others': {line}"))
}

fn look(line: &str, expected: &[Expected]) -> anyhow::Result<()> {
    let text = line.strip_suffix('\n').context("it has no line end")?;
    anyhow::ensure!(!text.contains('\n'), "it is more than one line");
    let value: Value = serde_json::from_str(text)?;
    let mut found = Vec::new();
    leaves("", &value, &mut found);
    let mut times = found.iter().filter(|(name, _)| TIMES.contains(name)).peekable();
    anyhow::ensure!(times.peek().is_some(), "it has no time");
    let wrong: Vec<String> = times.map_while(|(_, text)| recent(text).err()).map(|error| error.to_string()).collect();
    anyhow::ensure!(wrong.len() < found.iter().filter(|(name, _)| TIMES.contains(name)).count(), "{}", wrong.join("; "));
    for Expected { what, names, values } in expected {
        let there = found.iter().any(|(name, text)| names.contains(name) && !text.is_empty() && (values.is_empty() || values.contains(&text.as_str())));
        anyhow::ensure!(there, "it has no {what}: one of {names:?} as one of {values:?}");
    }
    Ok(())
}

/// Every text and number inside a value, with the name it stands under.
fn leaves<'v>(name: &'v str, value: &'v Value, found: &mut Vec<(&'v str, String)>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| leaves(name, value, found)),
        Value::Array(items) => items.iter().for_each(|item| leaves(name, item, found)),
        Value::String(text) => found.push((name, text.clone())),
        other => found.push((name, other.to_string())),
    }
}

/// Fails when the text is no time of the last minute.
fn recent(text: &str) -> anyhow::Result<()> {
    // Powertools writes the milliseconds behind a comma, as the standard library of Python does.
    let text = text.replace(',', ".");
    let at: Timestamp = text.parse().with_context(|| format!("{text:?} is no time"))?;
    let now = Timestamp::now();
    anyhow::ensure!(at <= now + 1.second() && at >= now - 1.minute(), "{text:?} is not now");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: &[Expected] =
        &[Expected { what: "user", names: &["user", "user_id"], values: &["u-1"] }, Expected { what: "level", names: &["level"], values: &["INFO", "30"] }];

    #[test]
    fn what_is_missing_or_old_is_told_and_nesting_is_not_looked_at() {
        let now = Timestamp::now();
        let line = |rest: &str| format!("{{\"time\":\"{now}\",\"level\":30{rest}}}\n");
        check("a", &line(r#","span":{"user_id":"u-1"}"#), USER).unwrap();
        check("a", &line(r#","spans":[{"user":"u-1"}]"#), USER).unwrap();
        let error = |line: &str| format!("{:#}", check("a", line, USER).unwrap_err());
        assert!(error(&line(r#","name":"u-1""#)).contains("it has no user"));
        assert!(error(&line(r#","user":"u-2""#)).contains("it has no user"));
        assert!(error(line(r#","user":"u-1""#).trim_end()).contains("no line end"));
        assert!(error("{\"time\":\"2020-01-01T00:00:00Z\",\"level\":30,\"user\":\"u-1\"}\n").contains("is not now"));
        assert!(error("{\"level\":30,\"user\":\"u-1\"}\n").contains("has no time"));
        assert!(error("{\n}\n").contains("more than one line"));
    }
}
