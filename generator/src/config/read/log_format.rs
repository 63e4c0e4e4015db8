//! How a service writes its lines: a word, or a regular expression with named groups, checked by the very code that will run it.

use skywarden_core::{
    plan::{LineRegex, LogFormat},
    record::format::{FormatError, LineFormat},
};
use skywarden_document::{Node, Spanned, Value};

use crate::config::{
    code::Code,
    findings::{Finding, Findings},
    read::{Expected, Fields, pattern::inside, scalar},
};

const WORDS: [(&str, Word); 5] = [("json", Word::Json), ("text", Word::Text), ("logfmt", Word::Logfmt), ("access", Word::Access), ("alb", Word::Alb)];

#[derive(Clone, Copy)]
enum Word {
    Json,
    Text,
    Logfmt,
    Access,
    Alb,
}

/// `format: json`, or `format: { regex: '(?<level>\w+) (?<message>.*)', time: '%d/%b/%Y:%H:%M:%S %z' }`.
///
/// An expression with mistakes is reported and given back all the same: the service's lines are text of some form, and taking them for JSON
/// would only add mistakes that are none.
pub(crate) fn log_format(node: &Node, findings: &mut Findings) -> Option<Spanned<LogFormat>> {
    let expected = Expected { what: "a log format", example: "format: json" };
    if !matches!(node.value, Value::Map(_)) {
        let word = scalar::word(node, &WORDS, &expected, findings)?;
        let format = match word.value {
            Word::Json => LogFormat::Json,
            Word::Text => LogFormat::Text,
            Word::Logfmt => LogFormat::Logfmt,
            Word::Access => LogFormat::Access,
            Word::Alb => LogFormat::Alb,
        };
        return Some(Spanned::new(format, word.span));
    }
    let mut fields = Fields::open(node, "`format`", &expected, findings)?;
    let regex = fields.require("regex", "regex: '(?<level>\\w+) (?<message>.*)'", findings);
    let expression = Expected { what: "a regular expression", example: "regex: '(?<level>\\w+) (?<message>.*)'" };
    let strftime = Expected { what: "a time format", example: "time: '%d/%b/%Y:%H:%M:%S %z'" };
    let regex = regex.and_then(|node| scalar::text(node, &expression, findings));
    let time = fields.take("time").and_then(|node| scalar::text(node, &strftime, findings));
    fields.finish(findings);
    let regex = regex?;
    if let Err(errors) = LineFormat::compile(&regex.value, time.as_ref().map(|time| time.value.as_str())) {
        for error in errors {
            report(&error, &regex, time.as_ref(), findings);
        }
    }
    let format = LogFormat::Regex(LineRegex { pattern: regex.value, time: time.map(|time| time.value) });
    Some(Spanned::new(format, node.span))
}

fn report(error: &FormatError, regex: &Spanned<String>, time: Option<&Spanned<String>>, findings: &mut Findings) {
    let span = match (error.offset(), time) {
        (Some(offset), _) => inside(regex, offset, findings),
        (None, Some(time)) if error.is_about_time() => time.span,
        (None, _) => regex.span,
    };
    findings.push(Finding::error(Code::BadFormat, span, error.to_string()).hint(error.hint()));
}
