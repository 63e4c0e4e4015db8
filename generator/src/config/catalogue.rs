//! The error taxonomy, read from `catalogue/errors.yaml`: what kinds of errors there are, how to tell them and what to do first.

use std::collections::BTreeMap;

use skywarden_core::{
    plan::{Retry, TaxonomyRule},
    severity::Severity,
};
use skywarden_document::{Node, Span, Spanned};

use crate::config::{
    code::Code,
    findings::{Finding, Findings},
    read::{self, Expected, Fields},
    yaml,
};

/// One rule with the evidence that shows what it is for.
#[derive(Clone, Debug)]
pub struct CatalogueRule {
    /// The rule.
    pub rule: TaxonomyRule,
    /// Evidence of an error the rule is for.
    pub example: Evidence,
    /// Evidence that looks alike and is something else.
    pub counterexample: Evidence,
}

/// What is known of an error; empty or absent parts are not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Error type.
    pub r#type: String,
    /// HTTP status of the record.
    pub status: Option<u16>,
    /// Message.
    pub message: String,
}

const RETRIES: [(&str, Retry); 3] = [("yes", Retry::Yes), ("no", Retry::No), ("maybe", Retry::Maybe)];

const SEVERITIES: [(&str, Severity); 4] =
    [("critical", Severity::Critical), ("error", Severity::Error), ("warning", Severity::Warning), ("info", Severity::Info)];

/// A text of any kind.
const TEXT: Expected = Expected { what: "a text", example: "first_step: look at the newest deployment" };

/// Reads the catalogue in `source`.
pub(crate) fn read(source: usize, path: &str, text: &str, findings: &mut Findings) -> Vec<CatalogueRule> {
    let Some(root) = yaml::parse(source, path, text, findings) else {
        return Vec::new();
    };
    let expected = Expected { what: "the error catalogue as a map", example: "rules: []" };
    let Some(mut fields) = Fields::open(&root, "the error catalogue", &expected, findings) else {
        return Vec::new();
    };
    let list = Expected { what: "a list of rules", example: "rules: [{ id: oom }]" };
    let mut ids: BTreeMap<String, Span> = BTreeMap::new();
    let mut rules = Vec::new();
    if let Some(node) = fields.require("rules", "rules: []", findings) {
        for (id, rule) in read::each(node, &list, findings, read_rule) {
            if let Some(first) = ids.get(&id.value) {
                let finding = Finding::error(Code::BadCatalogue, id.span, format!("two rules have the id `{}`", id.value));
                findings.push(finding.related(*first, "first rule").hint("ids are stored with issues: give each rule its own"));
            } else {
                ids.insert(id.value.clone(), id.span);
            }
            rules.push(rule);
        }
    }
    fields.finish(findings);
    rules
}

fn read_rule(node: &Node, findings: &mut Findings) -> Option<(Spanned<String>, CatalogueRule)> {
    let expected = Expected { what: "a rule as a map", example: "- { id: oom, category: oom }" };
    let mut fields = Fields::open(node, "a catalogue rule", &expected, findings)?;
    let id = fields.require("id", "id: oom", findings).and_then(|node| read::category(node, findings));
    let category = fields.require("category", "category: oom", findings).and_then(|node| read::category(node, findings));
    let severity = fields.require("severity", "severity: error", findings);
    let severity = severity.and_then(|node| read::word(node, &SEVERITIES, &Expected { what: "a severity", example: "severity: error" }, findings));
    let retry = fields.require("retry", "retry: no", findings);
    let retry = retry.and_then(|node| read::word(node, &RETRIES, &Expected { what: "an answer to whether a retry helps", example: "retry: no" }, findings));
    let first_step = fields.require("first_step", TEXT.example, findings).and_then(|node| read::text(node, &TEXT, findings));
    let mut texts = |key, findings: &mut Findings| match fields.take(key) {
        Some(node) => {
            let found = read::each(node, &Expected { what: "a list of texts", example: "types: [KeyError]" }, findings, |node, findings| {
                read::text(node, &TEXT, findings)
            });
            found.into_iter().map(|text| text.value).collect()
        }
        None => Vec::new(),
    };
    let types: Vec<String> = texts("types", findings);
    let text: Vec<String> = texts("text", findings);
    let codes = Expected { what: "a list of HTTP status codes", example: "status: [429]" };
    let status = fields.take("status").map(|node| read::each(node, &codes, findings, status)).unwrap_or_default();
    let example = fields.require("example", "example: { type: KeyError }", findings).and_then(|node| evidence(node, findings));
    let counterexample = fields.require("counterexample", "counterexample: { type: OSError }", findings).and_then(|node| evidence(node, findings));
    let span = fields.span();
    fields.finish(findings);
    if types.is_empty() && text.is_empty() && status.is_empty() {
        let finding = Finding::error(Code::BadCatalogue, span, "this rule matches nothing");
        findings.push(finding.hint("add `types`, `status` or `text`"));
    }
    let rule = TaxonomyRule {
        id: id.as_ref()?.value.clone(),
        category: category?.value,
        severity: severity?.value,
        retry: retry?.value,
        types,
        status,
        text,
        first_step: first_step?.value,
    };
    let rule = CatalogueRule { rule, example: example?, counterexample: counterexample? };
    Some((id?, rule))
}

fn status(node: &Node, findings: &mut Findings) -> Option<u16> {
    let expected = Expected { what: "an HTTP status code", example: "429" };
    read::count(node, 100..=599, &expected, findings).and_then(|status| u16::try_from(status.value).ok())
}

fn evidence(node: &Node, findings: &mut Findings) -> Option<Evidence> {
    let expected = Expected { what: "evidence as a map", example: "example: { type: KeyError, message: \"'id'\" }" };
    let mut fields = Fields::open(node, "an example", &expected, findings)?;
    let mut text = |key, findings: &mut Findings| {
        let text = fields.take(key).and_then(|node| read::text(node, &TEXT, findings));
        text.map(|text| text.value).unwrap_or_default()
    };
    let r#type = text("type", findings);
    let message = text("message", findings);
    let status = fields.take("status").and_then(|node| status(node, findings));
    fields.finish(findings);
    Some(Evidence { r#type, status, message })
}
