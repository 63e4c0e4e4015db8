//! `errors:` as typed.

use skywarden_document::Node;

use crate::config::{
    findings::Findings,
    raw::{RawErrorRule, RawNotify},
    read::{self, Expected, Fields},
};

/// The error section.
#[derive(Debug, Default)]
pub(crate) struct RawErrors {
    pub(crate) rules: Vec<RawErrorRule>,
    pub(crate) notify: RawNotify,
}

impl RawErrors {
    pub(super) fn read(node: &Node, findings: &mut Findings) -> Self {
        let expected = Expected { what: "the error settings as a map", example: "errors: { notify: { new: true } }" };
        let Some(mut fields) = Fields::open(node, "`errors`", &expected, findings) else {
            return Self::default();
        };
        let list = Expected { what: "a list of rules", example: "rules: [{ when: { type: PaymentDeclined }, severity: info }]" };
        let mut errors = Self::default();
        if let Some(node) = fields.take("rules") {
            errors.rules = read::each(node, &list, findings, RawErrorRule::read);
        }
        if let Some(node) = fields.take("notify") {
            errors.notify = RawNotify::read(node, findings);
        }
        fields.finish(findings);
        errors
    }
}
