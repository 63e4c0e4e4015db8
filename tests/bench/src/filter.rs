//! Filter patterns: how fast each kind is matched.

use anyhow::Context as _;
use serde_json::Value;
use skywarden_core::pattern::FilterPattern;

use crate::{
    data::Batch,
    measure::{Candidate, Local},
};

/// Two selectors, both of which most messages have to be asked for.
const TWO_SELECTORS: &str = "{ ($.status >= 400) && ($.duration_ms > 20) }";

/// One term of common letters that the text does not hold, so that all of it is read.
const ONE_TERM: &str = "exception";

/// Any of the words that tell an error.
const ANY_OF_TERMS: &str = r#"?ERROR ?CRITICAL ?"Task timed out""#;

/// An access line whose status is of the 500s.
const ACCESS_LINE: &str = "[ip, identity, user, time, request, status = 5*, bytes]";

/// Size of the large text: more than a core's own caches hold.
const LARGE_BYTES: usize = 4 * 1024 * 1024;

/// Name of the candidate [`crate::goals`] looks at.
pub const JSON_NAME: &str = "two selectors, message";

/// Name of the candidate [`crate::goals`] looks at.
pub const TERM_NAME: &str = "one term, large text";

/// Each kind of pattern on the messages of a batch, after checking that it matches what it should.
///
/// # Errors
/// A pattern does not parse or matches something else.
pub fn candidates(batch: &Batch) -> anyhow::Result<Vec<Box<dyn Candidate>>> {
    let messages: Vec<String> = batch.events()?.into_iter().map(|event| event.message).collect();
    let lines: Vec<Value> = messages.iter().map(|message| serde_json::from_str(message)).collect::<Result<_, _>>()?;
    let access = lines.iter().map(access_line).collect::<anyhow::Result<Vec<_>>>()?;
    let large = large(&messages);
    let number = |line: &Value, name: &str| line[name].as_f64().unwrap_or(0.0);
    let slow_refusals = lines.iter().filter(|line| number(line, "status") >= 400.0 && number(line, "duration_ms") > 20.0).count();
    let failures = lines.iter().filter(|line| number(line, "status") >= 500.0).count();
    let errors = messages.iter().filter(|message| ["ERROR", "CRITICAL", "Task timed out"].iter().any(|term| message.contains(term))).count();
    let hit = vec![format!("{large}\n{ONE_TERM}: out of heap space")];
    anyhow::ensure!(matching(&FilterPattern::parse(ONE_TERM)?, &hit) == 1, "the pattern {ONE_TERM} misses its term at the end of a large text");
    Ok(vec![
        each(JSON_NAME, TWO_SELECTORS, messages.clone(), slow_refusals)?,
        each("any of three terms, message", ANY_OF_TERMS, messages, errors)?,
        each("delimited, access line", ACCESS_LINE, access, failures)?,
        whole(TERM_NAME, ONE_TERM, large.clone())?,
        whole("any of three terms, large text", ANY_OF_TERMS, large)?,
    ])
}

/// A candidate that matches every text; the unit is a text.
fn each(name: &str, pattern: &str, texts: Vec<String>, expected: usize) -> anyhow::Result<Box<dyn Candidate>> {
    let compiled = FilterPattern::parse(pattern)?;
    let found = matching(&compiled, &texts);
    anyhow::ensure!(found == expected && found > 0, "the pattern {pattern} matches {found} texts, not {expected}");
    Ok(Box::new(Local::new(name, texts.len(), move || Ok(matching(&compiled, &texts)))))
}

/// A candidate that reads one text to its end and finds nothing; the unit is a byte.
fn whole(name: &str, pattern: &str, text: String) -> anyhow::Result<Box<dyn Candidate>> {
    let compiled = FilterPattern::parse(pattern)?;
    anyhow::ensure!(!compiled.matches(&text), "the pattern {pattern} matches a text that has none of its terms");
    Ok(Box::new(Local::new(name, text.len(), move || Ok(usize::from(compiled.matches(&text))))))
}

fn matching(pattern: &FilterPattern, texts: &[String]) -> usize {
    texts.iter().filter(|text| pattern.matches(text)).count()
}

/// A text of [`LARGE_BYTES`] or a little more: messages without an error, again and again.
fn large(messages: &[String]) -> String {
    let healthy = messages.iter().filter(|message| !message.contains("ERROR"));
    let mut text = String::with_capacity(LARGE_BYTES + 4096);
    for message in healthy.cycle() {
        text.push_str(message);
        text.push('\n');
        if text.len() >= LARGE_BYTES {
            break;
        }
    }
    text
}

/// What a web server would have written of the same request.
fn access_line(line: &Value) -> anyhow::Result<String> {
    let text = |name: &str| line[name].as_str().with_context(|| format!("a message without {name}"));
    let number = |name: &str| line[name].as_u64().with_context(|| format!("a message without {name}"));
    let (ip, user, time, method, path) = (text("client_ip")?, text("user_id")?, text("timestamp")?, text("method")?, text("path")?);
    Ok(format!(r#"{ip} - {user} [{time}] "{method} {path} HTTP/1.1" {} {}"#, number("status")?, number("bytes_out")?))
}
