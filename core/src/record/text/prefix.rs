//! The prefix most loggers write before a message, in some order: time, level, logger, process, thread, request id.
//!
//! Seen among others: Python `logging` (`basicConfig` and the usual `asctime name level`), gunicorn, celery, uvicorn, loguru, structlog's console;
//! logback, log4j, log4j2, Spring Boot, `JBoss` and Quarkus, Tomcat, `java.util.logging` (two lines), Elasticsearch, Kafka; log4net, `NLog`, Serilog;
//! winston, `NestJS`; Go `log` and `log/slog`, zap's console (tabs), zerolog's console, logrus on a terminal; `env_logger`; `MySQL`.
//!
//! ```text
//! prefix = { separator | time | bracket | process | logger | request id } level
//! ```
//!
//! Words before a level count only behind a time or a bracket, and only when they look like a logger, a host or a process: "the ERROR page was
//! served" is a sentence with any time before it. A level is upper-case, in brackets, before a colon, or alone in a column. Without a level,
//! a time alone is still taken off.

use std::borrow::Cow;

use super::{
    exception, header,
    header::{bracket, is_dotted, is_identifier},
    lambda::is_uuid,
    pairs, request,
    time::{self, Stamp},
};
use crate::record::{Fields, Level};

/// Most tokens before a level.
const MAX_TOKENS: usize = 10;

/// Most words before a level that are neither time, number nor bracket.
const MAX_NAMES: usize = 2;

/// Level words that are as often other words. They count behind a time, in upper case.
const ORDINARY: [&str; 10] = ["CONFIG", "DEFAULT", "FAIL", "FINE", "FINER", "FINEST", "HTTP", "SILLY", "ALERT", "NOTICE"];

/// What has been read before the level.
#[derive(Default)]
struct Head<'a> {
    stamp: Option<Stamp>,
    behind_time: Option<&'a str>,
    logger: Option<&'a str>,
    request_id: Option<&'a str>,
    brackets: usize,
    names: usize,
}

enum Step<'a> {
    Level(Level, &'a str),
    Next(&'a str),
    Stop,
}

/// Reads a line that begins with a level, or with a time and perhaps a level.
pub(super) fn read(line: &str) -> Option<Fields<'_>> {
    let mut head = Head::default();
    let mut rest = line.trim_start_matches([' ', '\t']);
    for position in 0..MAX_TOKENS {
        if head.is_marked() {
            rest = skip_separators(rest);
        }
        match head.step(rest, position) {
            // `Error: 0` counts errors: a label with its value, where nothing else says that a logger wrote it.
            Step::Level(level, after) if level >= Level::Error && !head.is_marked() && !rest.starts_with('[') && says_none(after) => break,
            Step::Level(level, after) => return Some(told(&head, level, after)),
            Step::Next(after) => rest = after,
            Step::Stop => break,
        }
    }
    head.second_line().or_else(|| head.time_alone(line))
}

/// Whether what stands behind a label is how many or that there are none, and no message.
fn says_none(text: &str) -> bool {
    const NONE: [&str; 10] = ["none", "null", "nil", "<nil>", "no", "ok", "false", "n/a", "no error", "no errors"];
    let text = text.trim_matches([' ', '\t', '\r', '\n', ':', '=', '.', '-']);
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'%')) && text.bytes().any(|byte| byte.is_ascii_digit());
    is_number || NONE.iter().any(|none| text.eq_ignore_ascii_case(none))
}

impl<'a> Head<'a> {
    /// Something stands before that prefixes have and sentences have not.
    const fn is_marked(&self) -> bool {
        self.stamp.is_some() || self.brackets > 0
    }

    fn step(&mut self, rest: &'a str, position: usize) -> Step<'a> {
        if self.stamp.is_none()
            && let Some(stamp) = time::prefix(rest)
        {
            let after = rest.get(stamp.length..).unwrap_or_default();
            (self.stamp, self.behind_time) = (Some(stamp), Some(after));
            return Step::Next(after);
        }
        if let Some((content, after)) = bracket(rest) {
            return self.bracket(content, after);
        }
        self.word(rest, position)
    }

    fn bracket(&mut self, content: &'a str, after: &'a str) -> Step<'a> {
        let content = content.trim();
        if let Some(level) = Level::from_word(content).filter(|_| content.len() >= 3 && !is_ordinary(content)) {
            return Step::Level(level, after);
        }
        self.brackets += 1;
        if self.stamp.is_none()
            && let Some(stamp) = time::prefix(content)
        {
            (self.stamp, self.behind_time) = (Some(stamp), Some(after));
            // `env_logger` and celery have the level in the same bracket.
            let inner = content.get(stamp.length..).unwrap_or_default().trim_start_matches([' ', ':', ',']);
            let (word, name) = inner.split_once([' ', '/']).unwrap_or((inner, ""));
            if let Some(level) = Level::from_word(word).filter(|_| word.len() >= 3 && !is_ordinary(word)) {
                let name = name.trim();
                self.logger = (inner.contains(' ') && is_identifier(name)).then_some(name);
                return Step::Level(level, after);
            }
            return Step::Next(after);
        }
        if is_uuid(content) {
            self.request_id = Some(content);
        } else if is_dotted(content) {
            self.logger = Some(content);
        }
        Step::Next(after)
    }

    fn word(&mut self, rest: &'a str, position: usize) -> Step<'a> {
        let (word, after) = rest.split_at(rest.find([' ', '\t', '\n', '\r', '|']).unwrap_or(rest.len()));
        if word.is_empty() {
            return Step::Stop;
        }
        if position == 0
            && let Some(step) = colons(rest)
        {
            if let Some(logger) = step.1 {
                self.logger = Some(logger);
            }
            return step.0;
        }
        let bare = word.trim_end_matches([':', ',', ';']);
        if let Some(level) = self.level(word, bare, after, position) {
            return Step::Level(level, after);
        }
        if self.is_marked() && bare.bytes().all(|byte| byte.is_ascii_digit() || byte == b'#') {
            return Step::Next(after);
        }
        if self.stamp.is_none() {
            return Step::Stop;
        }
        if is_uuid(bare) {
            self.request_id = Some(bare);
            return Step::Next(after);
        }
        if self.names < MAX_NAMES && is_identifier(bare) && self.may_be_name(word, bare, after) {
            self.names += 1;
            self.logger = Some(bare);
            return Step::Next(after);
        }
        Step::Stop
    }

    fn level(&self, word: &str, bare: &str, after: &str, position: usize) -> Option<Level> {
        let first = position == 0 || self.is_marked();
        // logrus on a terminal: `ERRO[0012]`, seconds since the start.
        let logrus = bare.strip_suffix(']').and_then(|word| word.split_once('[')).filter(|(_, seconds)| seconds.bytes().all(|byte| byte.is_ascii_digit()));
        let bare = logrus.map_or(bare, |(base, _)| base);
        let level = Level::from_word(bare).filter(|_| first && bare.len() >= 3)?;
        let upper = bare.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'+' | b'-'));
        let colon = word.ends_with(':');
        let column = self.stamp.is_some() && after.trim_start_matches(' ').starts_with(['\t', '|']);
        let plain = !is_ordinary(bare) || (self.stamp.is_some() && upper);
        (plain && (upper || colon || column)).then_some(level)
    }

    /// Whether a word between time and level may be a logger, a host or a process: it has what names have and words have not, or a separator
    /// follows. Python's `asctime name level` has neither, but its times have a comma.
    fn may_be_name(&self, word: &str, bare: &str, after: &str) -> bool {
        let after = after.trim_start_matches(' ');
        bare.bytes().any(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-' | b':' | b'/' | b'$'))
            || word.len() > bare.len()
            || after.starts_with(['|', '\t'])
            || after.starts_with("- ")
            || (self.names == 0 && self.stamp.is_some_and(|stamp| stamp.comma))
    }

    /// `java.util.logging` puts time and source on one line, level and message on the next.
    fn second_line(&self) -> Option<Fields<'a>> {
        let (_, second) = self.behind_time?.split_once('\n')?;
        let (word, text) = second.split_once(": ")?;
        let level = Level::from_word(word).filter(|_| word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_uppercase()))?;
        Some(told(self, level, text))
    }

    fn time_alone(&self, line: &'a str) -> Option<Fields<'a>> {
        // A number at the start of a line may be a time or anything.
        let number = line.bytes().take(10).filter(u8::is_ascii_digit).count() == 10;
        let text = self.behind_time.filter(|_| !number)?;
        let (first, error) = exception::split(text.trim_start_matches([' ', '\t', ':', '|', ']']));
        Some(Fields { timestamp_ms: self.stamp?.ms(), message: Some(Cow::Borrowed(first)), error, ..Fields::default() })
    }
}

/// `ERROR:logger:message`, as Python's `basicConfig` writes it, without blanks.
fn colons(rest: &str) -> Option<(Step<'_>, Option<&str>)> {
    let (word, text) = rest.split_once(':')?;
    let upper = word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let level = Level::from_word(word).filter(|_| upper && !text.starts_with([' ', '\t', '\n']) && !text.is_empty())?;
    Some(match text.split_once(':') {
        Some((logger, text)) if is_identifier(logger) && !text.starts_with("//") && !exception::is_exception_name(logger) => {
            (Step::Level(level, text), Some(logger))
        }
        _ => (Step::Level(level, text), None),
    })
}

/// Blanks, bars, and dashes and colons that stand alone.
fn skip_separators(text: &str) -> &str {
    let mut rest = text;
    loop {
        let trimmed = rest.trim_start_matches([' ', '\t', '|']);
        let behind = trimmed.trim_start_matches('-');
        let behind = if behind.len() == trimmed.len() { trimmed.strip_prefix(':').unwrap_or(trimmed) } else { behind };
        if behind.len() == trimmed.len() || !(behind.is_empty() || behind.starts_with([' ', '\t'])) {
            return trimmed;
        }
        rest = behind;
    }
}

fn told<'a>(head: &Head<'a>, level: Level, after: &'a str) -> Fields<'a> {
    let text = skip_separators(after.strip_prefix([':', ']']).unwrap_or(after));
    let header = header::read(text);
    let (first, error) = exception::split(header.text.trim_start_matches(['\n', '\r']));
    let message = without_fields(first);
    Fields {
        timestamp_ms: head.stamp.and_then(|stamp| stamp.ms()),
        level: Some(level),
        logger: header.logger.or(head.logger).map(Cow::Borrowed),
        message: Some(Cow::Borrowed(message)),
        request_id: header.request_id.or(head.request_id).map(Cow::Borrowed),
        error,
        http: request::in_message(message).unwrap_or_default(),
        ..Fields::default()
    }
}

/// zap's console puts its fields behind a last tab; structlog's and logrus' consoles pad the message before theirs.
fn without_fields(message: &str) -> &str {
    let message = message.split_once("\t{").map_or(message, |(message, _)| message);
    let head = pairs::before_pair(message);
    let padded = head.len() < message.len() && message.get(head.len()..).is_some_and(|rest| rest.starts_with("  "));
    if padded && !head.is_empty() { head.trim_end() } else { message }
}

fn is_ordinary(word: &str) -> bool {
    ORDINARY.iter().any(|ordinary| ordinary.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(line: &str) -> Option<Level> {
        read(line).and_then(|fields| fields.level)
    }

    #[test]
    fn a_sentence_about_errors_is_not_one() {
        for line in [
            "0 errors found",
            "an error page was served",
            "processed ERRORS table",
            "no level here",
            "the ERROR page was served",
            "404 ERROR page",
            "Request failed: ERROR 500",
            "2026-11-23 10:00:00 the ERROR page was served",
            "2026-11-23 10:00:00 error in foo",
            "2026-11-23 10:00:00,ERROR,7",
            "ERROR,2026-11-23,7",
            "HTTP request was sent",
            "CONFIG loaded",
            "NOTICE of dismissal",
            "finished with Error: 0",
            "Error: 0",
            "ERROR: 0.0%",
            "error: none",
            "Error: no errors.",
            "ERROR - null",
            "[http] listening",
            "E5 is a note",
            "TRACEPARENT is set",
        ] {
            assert_eq!(level(line), None, "{line}");
        }
    }

    #[test]
    fn a_time_without_a_level_is_taken_off() {
        let fields = read("2026/11/23 10:00:00 listening on :8080\n").unwrap();
        assert_eq!((fields.message.as_deref(), fields.timestamp_ms), (Some("listening on :8080"), Some(1_795_428_000_000)));
        assert!(read("1795428000 apples").is_none() && read("2026-11-23 is a Monday").is_none());
    }

    #[test]
    fn a_minus_sign_of_the_message_stays() {
        assert_eq!(read("WARN -5 degrees").unwrap().message.as_deref(), Some("-5 degrees"));
        assert_eq!(read("WARN - cold").unwrap().message.as_deref(), Some("cold"));
    }
}
