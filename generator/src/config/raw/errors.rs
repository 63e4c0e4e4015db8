//! `errors:` as typed.

use skywarden_core::{plan::NotifyChoice, severity::Severity};
use skywarden_document::{Node, Spanned};

use crate::config::{
    code::Code,
    findings::{Finding, Findings},
    raw::{
        RawNotify,
        alarm::{SEVERITIES, SEVERITY},
    },
    read::{self, Expected, Fields},
};

/// The error section.
#[derive(Debug, Default)]
pub(crate) struct RawErrors {
    pub(crate) rules: Vec<RawErrorRule>,
    pub(crate) notify: RawNotify,
}

/// One rule.
#[derive(Debug)]
pub(crate) struct RawErrorRule {
    pub(crate) r#type: Option<Spanned<String>>,
    pub(crate) service: Option<Spanned<String>>,
    pub(crate) message: Option<Spanned<String>>,
    pub(crate) category: Option<Spanned<String>>,
    pub(crate) severity: Option<Spanned<Severity>>,
    pub(crate) notify: Option<Spanned<NotifyChoice>>,
}

const CHOICES: [(&str, NotifyChoice); 2] = [("never", NotifyChoice::Never), ("policy", NotifyChoice::Policy)];

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

impl RawErrorRule {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let expected = Expected { what: "a rule as a map", example: "- { when: { type: PaymentDeclined }, severity: info }" };
        let mut fields = Fields::open(node, "an error rule", &expected, findings)?;
        let mut rule = Self { r#type: None, service: None, message: None, category: None, severity: None, notify: None };
        if let Some(node) = fields.require("when", "when: { type: PaymentDeclined }", findings) {
            rule.read_when(node, findings);
        }
        let notify = Expected { what: "a choice of notification", example: "notify: never" };
        rule.category = fields.take("category").and_then(|node| read::category(node, findings));
        rule.severity = fields.take("severity").and_then(|node| read::word(node, &SEVERITIES, &SEVERITY, findings));
        rule.notify = fields.take("notify").and_then(|node| read::word(node, &CHOICES, &notify, findings));
        let changes = ["category", "severity", "notify"].into_iter().any(|key| fields.take(key).is_some());
        if !changes && !findings.is_incomplete() {
            let finding = Finding::error(Code::MissingKey, fields.span(), "an error rule says what matching errors are, and this one says nothing");
            findings.push(finding.hint("add `category`, `severity` or `notify: never`"));
        }
        fields.finish(findings);
        Some(rule)
    }

    fn read_when(&mut self, node: &Node, findings: &mut Findings) {
        let expected = Expected { what: "a condition as a map", example: "when: { type: PaymentDeclined }" };
        let Some(mut fields) = Fields::open(node, "`when`", &expected, findings) else {
            return;
        };
        let mut any = false;
        let mut text = |key, example, findings: &mut Findings| {
            let node = fields.take(key);
            any |= node.is_some();
            let expected = Expected { what: "a text", example };
            node.and_then(|node| read::text(node, &expected, findings))
        };
        self.r#type = text("type", "type: PaymentDeclined", findings);
        self.service = text("service", "service: checkout", findings);
        self.message = text("message", "message: 'card declined'", findings);
        if !any && !findings.is_incomplete() {
            let finding = Finding::error(Code::MissingKey, fields.span(), "a rule without a condition would match every error");
            findings.push(finding.hint("add `type`, `service` or `message`"));
        }
        fields.finish(findings);
    }
}
