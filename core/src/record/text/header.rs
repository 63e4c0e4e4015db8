//! What may stand between a level and its message: process, thread, logger, place in the source, request id.
//!
//! ```text
//! [main] com.shop.Orders - MESSAGE              logback, log4j
//! 1 --- [nio-8080-exec-1] c.s.Orders : MESSAGE  Spring Boot
//! [io.quarkus] (main) MESSAGE                   JBoss, Quarkus
//! com.shop.Orders (Orders.java:10) - MESSAGE    log4j
//! shop.Orders:12 - MESSAGE                      loguru, Lambda's log4j2
//! mailer.smtp: MESSAGE                          Python, env_logger
//! [main] com.shop.Orders.save MESSAGE           Tomcat
//! Shop.Orders|MESSAGE                           NLog
//! orders \t orders/save.go:12 \t MESSAGE        zap
//! ```
//!
//! What fits none of these is the message: `ERROR timeout: no answer` has no logger `timeout`.

use super::{exception::is_exception_name, lambda::is_uuid};

/// Longest content of a bracket.
const MAX_BRACKET_BYTES: usize = 96;

/// Most brackets before a logger.
const MAX_BRACKETS: usize = 4;

/// What was found, and the text from the message on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Header<'a> {
    pub(super) logger: Option<&'a str>,
    pub(super) request_id: Option<&'a str>,
    pub(super) text: &'a str,
}

/// Reads the header of a text.
pub(super) fn read(text: &str) -> Header<'_> {
    let line = text.split(['\n', '\r']).next().unwrap_or(text);
    let found = tabbed(line).or_else(|| named(line));
    // What is left of the line, and the lines behind it.
    let at = |message: &str| text.get(line.len() - message.len()..).unwrap_or(text);
    found.map_or(Header { text, ..Header::default() }, |found| Header { text: at(found.text), ..found })
}

fn tabbed(line: &str) -> Option<Header<'_>> {
    let mut logger = None;
    let mut rest = line;
    while let Some((column, after)) = rest.split_once('\t') {
        let is_place = column.rsplit_once(':').is_some_and(|(file, number)| file.contains('.') && number.bytes().all(|byte| byte.is_ascii_digit()));
        if is_place {
            rest = after;
        } else if logger.is_none() && is_identifier(column) && !after.starts_with('{') {
            logger = Some(column);
            rest = after;
        } else {
            break;
        }
    }
    (rest.len() < line.len()).then_some(Header { logger, request_id: None, text: rest })
}

fn named(line: &str) -> Option<Header<'_>> {
    let mut rest = line;
    if let Some((pid, after)) = line.split_once(" --- ")
        && pid.bytes().all(|byte| byte.is_ascii_digit())
    {
        rest = after;
    }
    let (mut in_bracket, mut request_id, mut brackets) = (None, None, 0);
    while let Some((content, after)) = bracket(rest).filter(|_| brackets < MAX_BRACKETS) {
        brackets += 1;
        if is_uuid(content) {
            request_id = Some(content);
        } else if in_bracket.is_none() && is_dotted(content) && !is_place(content) {
            in_bracket = Some(content);
        }
        rest = after.trim_start_matches(' ');
    }
    rest = rest.strip_prefix("--- ").unwrap_or(rest);
    let (word, after) = rest.split_at(rest.find([' ', '|']).unwrap_or(rest.len()));
    if let Some(name) = word.strip_suffix(':').filter(|name| is_dotted(name) && !is_exception_name(name)) {
        return Some(Header { logger: Some(name), request_id, text: after.trim_start_matches(' ') });
    }
    let after = after.trim_start_matches(' ');
    let after = bracket(after).filter(|(content, _)| is_place(content)).map_or(after, |(_, after)| after.trim_start_matches(' '));
    if let Some(text) = after.strip_prefix("- ").or_else(|| after.strip_prefix(": ")).or_else(|| after.strip_prefix('|'))
        && (is_logger(word) || (brackets > 0 && is_identifier(word)))
    {
        return Some(Header { logger: Some(word), request_id, text: text.trim_start_matches(' ') });
    }
    // Tomcat: `[main] org.apache.catalina.core.StandardContext.start MESSAGE`.
    if brackets > 0 && is_dotted(word) && word.split('.').count() > 2 && !is_exception_name(word) && !after.is_empty() {
        return Some(Header { logger: Some(word), request_id, text: after });
    }
    (in_bracket.is_some() || request_id.is_some()).then_some(Header { logger: in_bracket, request_id, text: rest })
}

/// The content of the bracket a text begins with, and what follows it.
pub(super) fn bracket(text: &str) -> Option<(&str, &str)> {
    let close = match text.as_bytes().first()? {
        b'[' => b']',
        b'(' => b')',
        b'<' => b'>',
        _ => return None,
    };
    let end = text.bytes().take(MAX_BRACKET_BYTES).position(|byte| byte == close || byte == b'\n').filter(|&end| text.as_bytes().get(end) == Some(&close))?;
    Some((text.get(1..end)?, text.get(end + 1..)?))
}

/// Characters a logger's name is made of.
pub(super) fn is_identifier(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b':' | b'/' | b'$' | b'@'))
}

/// `mailer.smtp`, `my_app::db`
pub(super) fn is_dotted(word: &str) -> bool {
    is_identifier(word) && (word.contains("::") || word.contains('.')) && !word.ends_with(['.', ':'])
}

/// Dotted, in Pascal case, or with a line number.
fn is_logger(word: &str) -> bool {
    let pascal = || word.starts_with(|c: char| c.is_ascii_uppercase()) && word.bytes().any(|byte| byte.is_ascii_lowercase()) && !is_exception_name(word);
    is_dotted(word) || (is_identifier(word) && (pascal() || is_place(word)))
}

/// `Orders.java:10`, `handler:25`
fn is_place(word: &str) -> bool {
    word.rsplit_once(':').is_some_and(|(file, number)| !file.is_empty() && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loggers_are_found_in_every_form() {
        for (text, logger, message) in [
            ("[main] com.shop.Orders - saved", Some("com.shop.Orders"), "saved"),
            ("1 --- [nio-8080-exec-1] c.s.Orders               : saved", Some("c.s.Orders"), "saved"),
            ("[io.quarkus] (main) saved", Some("io.quarkus"), "saved"),
            ("com.shop.Orders (Orders.java:10) - saved", Some("com.shop.Orders"), "saved"),
            ("[main] Orders:25 - saved", Some("Orders:25"), "saved"),
            ("mailer.smtp: saved", Some("mailer.smtp"), "saved"),
            ("Shop.Orders|saved", Some("Shop.Orders"), "saved"),
            ("orders\torders/save.go:12\tsaved\t{\"a\": 1}", Some("orders"), "saved\t{\"a\": 1}"),
            ("orders/save.go:12\tsaved", None, "saved"),
            ("timeout: no answer", None, "timeout: no answer"),
            ("[orders] not saved", None, "[orders] not saved"),
            ("ValueError: bad", None, "ValueError: bad"),
            ("nothing - at all", None, "nothing - at all"),
            ("", None, ""),
        ] {
            let header = read(text);
            assert_eq!((header.logger, header.text), (logger, message), "{text}");
        }
    }

    #[test]
    fn the_lines_behind_the_first_stay_with_the_message() {
        assert_eq!(read("a.b: first\nsecond").text, "first\nsecond");
        assert_eq!(bracket("[é] x"), Some(("é", " x")));
        assert_eq!(bracket("[never"), None);
    }
}
