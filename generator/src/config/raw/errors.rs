//! `errors:` as typed.

use skywarden_document::{Node, Spanned};

use crate::config::{
    findings::Findings,
    raw::RawErrorRule,
    read::{self, Expected, Fields},
};

/// The error section.
#[derive(Debug, Default)]
pub(crate) struct RawErrors {
    pub(crate) rules: Vec<RawErrorRule>,
    pub(crate) new: Option<Spanned<bool>>,
    pub(crate) regressed: Option<Spanned<bool>>,
    pub(crate) at: Option<Vec<Spanned<u64>>>,
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
            errors.read_notify(node, findings);
        }
        fields.finish(findings);
        errors
    }

    fn read_notify(&mut self, node: &Node, findings: &mut Findings) {
        let expected = Expected { what: "when to notify as a map", example: "notify: { new: true, regressed: true, at: [10, 100, 1000] }" };
        let Some(mut fields) = Fields::open(node, "`errors.notify`", &expected, findings) else {
            return;
        };
        let flag = Expected { what: "`true` or `false`", example: "new: true" };
        let counts = Expected { what: "a list of counts", example: "at: [10, 100, 1000]" };
        self.new = fields.take("new").and_then(|node| read::boolean(node, &flag, findings));
        self.regressed = fields.take("regressed").and_then(|node| read::boolean(node, &flag, findings));
        self.at = fields.take("at").map(|node| {
            // One occurrence is `new`; a count above a trillion is never reached.
            read::each(node, &counts, findings, |node, findings| read::count(node, 2..=1_000_000_000_000, &counts, findings))
        });
        fields.finish(findings);
    }
}
