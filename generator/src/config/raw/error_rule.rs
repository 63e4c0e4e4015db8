//! One of `errors.rules` as typed.

use skywarden_core::{error::classify::message_mistake, plan::NotifyChoice, severity::Severity};
use skywarden_document::{Node, Span, Spanned, shortened};

use crate::config::{
    code::Code,
    findings::{Finding, Findings},
    raw::alarm::{SEVERITIES, SEVERITY},
    read::{self, Expected, Fields},
};

/// One rule.
#[derive(Debug)]
pub(crate) struct RawErrorRule {
    pub(crate) span: Span,
    pub(crate) r#type: Option<Spanned<String>>,
    pub(crate) service: Option<Spanned<String>>,
    pub(crate) message: Option<Spanned<String>>,
    pub(crate) code: Option<Spanned<String>>,
    pub(crate) status: Vec<Spanned<u16>>,
    pub(crate) when_category: Option<Spanned<String>>,
    pub(crate) when_rule: Option<Spanned<String>>,
    pub(crate) category: Option<Spanned<String>>,
    pub(crate) severity: Option<Spanned<Severity>>,
    pub(crate) first_step: Option<Spanned<String>>,
    pub(crate) notify: Option<Spanned<NotifyChoice>>,
}

const CHOICES: [(&str, NotifyChoice); 2] = [("never", NotifyChoice::Never), ("policy", NotifyChoice::Policy)];

impl RawErrorRule {
    pub(super) fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let expected = Expected { what: "a rule as a map", example: "- { when: { type: PaymentDeclined }, severity: info }" };
        let mut fields = Fields::open(node, "an error rule", &expected, findings)?;
        let mut rule = Self {
            span: fields.span(),
            r#type: None,
            service: None,
            message: None,
            code: None,
            status: Vec::new(),
            when_category: None,
            when_rule: None,
            category: None,
            severity: None,
            first_step: None,
            notify: None,
        };
        if let Some(node) = fields.require("when", "when: { type: PaymentDeclined }", findings) {
            rule.read_when(node, findings);
        }
        let notify = Expected { what: "a choice of notification", example: "notify: never" };
        let step = Expected { what: "what to do first, as a text", example: "first_step: Call the bank." };
        rule.category = fields.take("category").and_then(|node| read::category(node, findings));
        rule.severity = fields.take("severity").and_then(|node| read::word(node, &SEVERITIES, &SEVERITY, findings));
        rule.first_step = fields.take("first_step").and_then(|node| read::text(node, &step, findings));
        rule.notify = fields.take("notify").and_then(|node| read::word(node, &CHOICES, &notify, findings));
        let changes = ["category", "severity", "first_step", "notify"].into_iter().any(|key| fields.take(key).is_some());
        if !changes && !findings.is_incomplete() {
            let finding = Finding::error(Code::MissingKey, fields.span(), "an error rule says what matching errors are, and this one says nothing");
            findings.push(finding.hint("add `category`, `severity`, `first_step` or `notify: never`"));
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
        self.message = text("message", "message: 'card declined'", findings).filter(|message| is_readable(message, findings));
        self.code = text("code", "code: insufficient_funds", findings);
        let name = |node: Option<&Node>, findings: &mut Findings| node.and_then(|node| read::category(node, findings));
        let (category, rule, status) = (fields.take("category"), fields.take("rule"), fields.take("status"));
        any |= category.is_some() || rule.is_some() || status.is_some();
        self.when_category = name(category, findings);
        self.when_rule = name(rule, findings);
        self.status = status.map(|node| read::one_or_many(node, findings, read_status)).unwrap_or_default();
        if !any && !findings.is_incomplete() {
            let finding = Finding::error(Code::MissingKey, fields.span(), "a rule without a condition would match every error");
            findings.push(finding.hint("add `type`, `service`, `message`, `code`, `status`, `category` or `rule`"));
        }
        fields.finish(findings);
    }
}

fn read_status(node: &Node, findings: &mut Findings) -> Option<Spanned<u16>> {
    let expected = Expected { what: "an HTTP status", example: "status: 429" };
    let status = read::count(node, 100..=599, &expected, findings)?;
    u16::try_from(status.value).ok().map(|value| Spanned::new(value, status.span))
}

/// Whether the message, when it is an expression between two `/`, compiles.
fn is_readable(message: &Spanned<String>, findings: &mut Findings) -> bool {
    let Some(mistake) = message_mistake(&message.value) else { return true };
    // The last line of the mistake names it; those before draw the expression.
    let reason = mistake.lines().last().unwrap_or_default().trim_start_matches("error: ");
    let text = format!("`{}` is not a regular expression: {reason}", shortened(&message.value));
    findings.push(
        Finding::error(Code::BadPattern, message.span, text).hint("put a `\\` before a sign that is meant itself, or leave out the `/` around a literal text"),
    );
    false
}
