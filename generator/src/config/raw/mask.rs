//! `mask:` as typed.

use skywarden_core::{
    mask::{Entity, MAX_NAMES, MAX_PATTERNS},
    plan::MaskPattern,
};
use skywarden_document::{Node, Span, Spanned, Value};

use crate::config::{
    code::Code,
    findings::{Finding, Findings},
    read::{self, Expected, Fields},
};

/// What is masked besides the built-in rules.
#[derive(Debug, Default)]
pub(crate) struct RawMasking {
    /// Where it is; none when the config says nothing of it.
    pub(crate) span: Option<Span>,
    pub(crate) keys: Vec<Spanned<String>>,
    pub(crate) paths: Vec<Spanned<String>>,
    /// Each with the place of its name.
    pub(crate) patterns: Vec<Spanned<MaskPattern>>,
    pub(crate) also: Vec<Spanned<Entity>>,
    pub(crate) allow: Vec<Spanned<Entity>>,
    pub(crate) labels: Option<Spanned<bool>>,
}

impl RawMasking {
    pub(super) fn read(node: &Node, findings: &mut Findings) -> Self {
        let expected = Expected { what: "what to mask as a map", example: "mask: { keys: [card_number] }" };
        let Some(mut fields) = Fields::open(node, "`mask`", &expected, findings) else {
            return Self::default();
        };
        let keys = Expected { what: "a list of key names", example: "keys: [card_number]" };
        let paths = Expected { what: "a list of paths", example: "paths: [user.card, '**.ssn']" };
        let patterns = Expected { what: "a list of patterns", example: "patterns: [{ name: customer-number, regex: 'CUST-[0-9]{8}' }]" };
        let also = Expected { what: "a list of kinds of data", example: "also: [ip-address]" };
        let allow = Expected { what: "a list of kinds of data", example: "allow: [phone-number]" };
        let flag = Expected { what: "`true` or `false`", example: "labels: true" };
        let masking = Self {
            span: Some(fields.span()),
            keys: fields.take("keys").map(|node| at_most(MAX_NAMES, node, &keys, findings, read::mask_key)).unwrap_or_default(),
            paths: fields.take("paths").map(|node| at_most(MAX_NAMES, node, &paths, findings, read::mask_path)).unwrap_or_default(),
            patterns: fields.take("patterns").map(|node| at_most(MAX_PATTERNS, node, &patterns, findings, read::mask_pattern)).unwrap_or_default(),
            also: fields.take("also").map(|node| read::each(node, &also, findings, read::entity)).unwrap_or_default(),
            allow: fields.take("allow").map(|node| read::each(node, &allow, findings, read::entity)).unwrap_or_default(),
            labels: fields.take("labels").and_then(|node| read::boolean(node, &flag, findings)),
        };
        fields.finish(findings);
        masking
    }
}

/// The items of a list as far as it may be long. What is behind is reported once and not read: compiling is what the bound is to save.
fn at_most<T>(most: usize, node: &Node, expected: &Expected, findings: &mut Findings, mut read: impl FnMut(&Node, &mut Findings) -> Option<T>) -> Vec<T> {
    let Value::List(items) = &node.value else {
        return read::each(node, expected, findings, read);
    };
    if let Some(first) = items.get(most) {
        let message = format!("this list has {} items, masking takes at most {most}", items.len());
        findings.push(Finding::error(Code::BadMasking, first.span, message).label("the first too many").hint("join several into one, or drop some"));
    }
    items.iter().take(most).filter_map(|item| read(item, findings)).collect()
}
