//! Filter patterns and JSON selectors, checked by the very parser that will run them.

use skywarden_core::{json::Selector, pattern::FilterPattern};
use skywarden_document::{Node, Span, Spanned, shortened};

use crate::config::{
    code::Code,
    findings::{Finding, Findings},
    read::{Expected, scalar},
};

/// A filter pattern, parsed.
pub(crate) fn filter_pattern(node: &Node, findings: &mut Findings) -> Option<Spanned<FilterPattern>> {
    let expected = Expected { what: "a filter pattern", example: "where: '{ $.event = \"order_placed\" }'" };
    let text = scalar::text(node, &expected, findings)?;
    match FilterPattern::parse(&text.value) {
        Ok(pattern) => Some(Spanned::new(pattern, text.span)),
        Err(error) => {
            let span = inside(&text, error.offset(), findings);
            findings.push(Finding::error(Code::BadPattern, span, error.to_string()).hint(error.hint()));
            None
        }
    }
}

/// A JSON selector that names exactly one value.
pub(crate) fn selector(node: &Node, findings: &mut Findings) -> Option<Spanned<Selector>> {
    let expected = Expected { what: "a JSON selector", example: "$.amount" };
    let text = scalar::text(node, &expected, findings)?;
    match Selector::parse(&text.value) {
        Ok(selector) if selector.has_wildcard() => {
            let message = format!("`{}` may find several values, one is needed here", shortened(&text.value));
            let finding = Finding::error(Code::BadSelector, text.span, message);
            findings.push(finding.hint("name the member or the index instead of `*`"));
            None
        }
        Ok(selector) => Some(Spanned::new(selector, text.span)),
        Err(error) => {
            let span = inside(&text, error.offset(), findings);
            let message = format!("`{}` is not a JSON selector: {error}", shortened(&text.value));
            findings.push(Finding::error(Code::BadSelector, span, message).hint(error.hint()));
            None
        }
    }
}

/// The place of a byte of the value in the file, when the file holds the value as it is: quotes are skipped, and with escapes or
/// folded lines in between the whole value is pointed at.
pub(super) fn inside(value: &Spanned<String>, offset: usize, findings: &Findings) -> Span {
    let whole = value.span;
    let text = findings.text(whole.source);
    let typed = text.get(whole.start..whole.end).unwrap_or_default();
    let Some(skipped) = typed.find(value.value.as_str()).filter(|skipped| *skipped <= 1) else {
        return whole;
    };
    let offset = offset.min(value.value.len());
    let length = value.value.get(offset..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    let start = whole.start + skipped + offset;
    Span::in_line(whole.source, text, start, start + length)
}
