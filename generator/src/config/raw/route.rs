//! `routes:` as typed.

use skywarden_core::severity::Severity;
use skywarden_document::{Node, Span, Spanned};

use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        raw::alarm::{SEVERITIES, SEVERITY},
        read::{self, Expected, Fields},
    },
    model::Target,
};

/// One route.
#[derive(Debug)]
pub(crate) struct RawRoute {
    pub(crate) span: Span,
    pub(crate) name: Option<Spanned<String>>,
    /// `None` when not given: then it carries every severity.
    pub(crate) severities: Option<Vec<Spanned<Severity>>>,
    /// Whether every severity could be read.
    pub(crate) severities_sound: bool,
    /// Whether a mail address was given, readable or not.
    pub(crate) has_email: bool,
    /// Receivers in the order of the file.
    pub(crate) targets: Vec<Spanned<Target>>,
    pub(crate) fallback: Option<Spanned<bool>>,
}

/// Every route; one that is no map is reported and left out.
pub(super) fn routes(node: &Node, findings: &mut Findings) -> Vec<RawRoute> {
    let expected = Expected { what: "a list of routes", example: "routes: [{ severity: critical, email: oncall@example.com }]" };
    read::each(node, &expected, findings, RawRoute::read)
}

impl RawRoute {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let expected = Expected { what: "a route as a map", example: "- { severity: critical, email: oncall@example.com }" };
        let mut fields = Fields::open(node, "a route", &expected, findings)?;
        let flag = Expected { what: "`true` or `false`", example: "fallback: true" };
        let name = fields.take("name").and_then(|node| read::route_name(node, findings));
        let before = findings.len();
        let severities =
            fields.take("severity").map(|node| read::one_or_many(node, findings, |node, findings| read::word(node, &SEVERITIES, &SEVERITY, findings)));
        let severities_sound = findings.len() == before;
        let has_email = fields.take("email").is_some();
        let mut targets = Vec::new();
        let mut any = false;
        for (key, read) in RECEIVERS {
            if let Some(node) = fields.take(key) {
                any = true;
                targets.extend(read::one_or_many(node, findings, read));
            }
        }
        targets.sort_by_key(|target| target.span);
        let fallback = fields.take("fallback").and_then(|node| read::boolean(node, &flag, findings));
        let span = fields.span();
        if !any && !findings.is_incomplete() {
            let finding = Finding::error(Code::MissingKey, span, "a route needs somebody to send to");
            findings.push(finding.hint("add `email`, `sms`, `chat`, `sqs` or `webhook`"));
        }
        fields.finish(findings);
        Some(Self { span, name, severities, severities_sound, has_email, targets, fallback })
    }
}

type Reader = fn(&Node, &mut Findings) -> Option<Spanned<Target>>;

/// The keys under which a route names receivers.
const RECEIVERS: [(&str, Reader); 5] = [
    ("email", |node, findings| Some(read::email(node, findings)?.map(Target::Email))),
    ("sms", |node, findings| Some(read::phone(node, findings)?.map(Target::Phone))),
    ("chat", |node, findings| Some(read::chat(node, findings)?.map(Target::Chat))),
    ("sqs", |node, findings| Some(read::queue(node, findings)?.map(Target::Queue))),
    ("webhook", |node, findings| Some(read::webhook(node, findings)?.map(Target::Webhook))),
];
