//! One file of the catalogue and its rules, as typed.

use skywarden_core::{
    plan::{GrpcStatus, PlatformSignal, Retry, TaxonomyRule},
    severity::Severity,
};
use skywarden_document::{Node, Spanned};

use super::{
    CatalogueRule, Evidence,
    evidence::{platform_word, read_list},
};
use crate::config::{
    Source,
    code::Code,
    findings::{Finding, Findings},
    raw::alarm::{SEVERITIES, SEVERITY},
    read::{self, Expected, Fields},
    yaml,
};

const RETRIES: [(&str, Retry); 3] = [("yes", Retry::Yes), ("no", Retry::No), ("maybe", Retry::Maybe)];
const RETRY: Expected = Expected { what: "an answer to whether a retry helps", example: "retry: no" };

/// The failures of the platform by their words.
pub(super) const PLATFORM: [(&str, PlatformSignal); 4] = {
    let [timed_out, out_of_memory, exited, init] = PlatformSignal::ALL;
    [(timed_out.as_str(), timed_out), (out_of_memory.as_str(), out_of_memory), (exited.as_str(), exited), (init.as_str(), init)]
};

/// A text of any kind.
pub(super) const TEXT: Expected = Expected { what: "a text", example: "first_step: Look at the newest deployment." };

/// One rule with the place of each of its parts.
#[derive(Debug)]
pub(super) struct TypedRule {
    pub(super) id: Spanned<String>,
    category: String,
    severity: Severity,
    retry: Retry,
    pub(super) refines: Vec<Spanned<String>>,
    pub(super) platform: Vec<Spanned<PlatformSignal>>,
    pub(super) types: Vec<Spanned<String>>,
    pub(super) broad_types: Vec<Spanned<String>>,
    pub(super) codes: Vec<Spanned<String>>,
    pub(super) sqlstate: Vec<Spanned<String>>,
    pub(super) grpc: Vec<Spanned<GrpcStatus>>,
    pub(super) status: Vec<Spanned<u16>>,
    pub(super) text: Vec<Spanned<String>>,
    first_step: String,
    pub(super) examples: Vec<Spanned<Evidence>>,
    pub(super) counterexamples: Vec<Spanned<Evidence>>,
}

/// What a file says of all its rules.
struct Defaults {
    category: Option<Spanned<String>>,
    severity: Option<Severity>,
    retry: Option<Retry>,
}

/// Reads one file.
pub(super) fn read_file(index: usize, source: &Source, rules: &mut Vec<TypedRule>, findings: &mut Findings) {
    let Some(root) = yaml::parse(index, &source.path, &source.text, yaml::File::Catalogue, findings) else { return };
    let expected = Expected { what: "a category of errors as a map", example: "category: oom" };
    let Some(mut fields) = Fields::open(&root, "a file of the error catalogue", &expected, findings) else { return };
    let defaults = Defaults {
        category: fields.require("category", "category: oom", findings).and_then(|node| read::category(node, findings)),
        severity: fields.require("severity", "severity: error", findings).and_then(|node| severity(node, findings)),
        retry: fields.require("retry", "retry: no", findings).and_then(|node| retry(node, findings)),
    };
    let list = Expected { what: "a list of rules", example: "rules: [{ id: oom }]" };
    if let Some(node) = fields.require("rules", "rules: []", findings) {
        rules.extend(read::each(node, &list, findings, |node, findings| read_rule(node, &defaults, findings)));
    }
    fields.finish(findings);
}

fn read_rule(node: &Node, defaults: &Defaults, findings: &mut Findings) -> Option<TypedRule> {
    let expected = Expected { what: "a rule as a map", example: "- { id: oom, types: [MemoryError] }" };
    let mut fields = Fields::open(node, "a catalogue rule", &expected, findings)?;
    let id = fields.require("id", "id: oom", findings).and_then(|node| read::category(node, findings));
    let severity = fields.take("severity").map_or(defaults.severity, |node| severity(node, findings));
    let retry = fields.take("retry").map_or(defaults.retry, |node| retry(node, findings));
    let first_step = fields.require("first_step", TEXT.example, findings).and_then(|node| read::text(node, &TEXT, findings));
    let refines = list(fields.take("refines"), "refines: [database]", findings, read::category);
    let platform = list(fields.take("platform"), "platform: [timed_out]", findings, |node, findings| read::word(node, &PLATFORM, &platform_word(), findings));
    let types = list(fields.take("types"), "types: [KeyError]", findings, kind);
    let broad_types = list(fields.take("broad_types"), "broad_types: [HTTPError]", findings, plain);
    let codes = list(fields.take("codes"), "codes: [ECONNRESET]", findings, plain);
    let sqlstate = list(fields.take("sqlstate"), "sqlstate: ['40P01', '08*']", findings, sqlstate);
    let grpc = list(fields.take("grpc"), "grpc: [UNAVAILABLE]", findings, grpc);
    let status = list(fields.take("status"), "status: [429]", findings, status);
    let text = list(fields.take("text"), "text: [Connection refused]", findings, plain);
    let examples = fields.require("examples", "examples: [{ type: KeyError }]", findings).map(|node| read_list(node, findings));
    let counterexamples = fields.require("counterexamples", "counterexamples: [{ type: OSError }]", findings).map(|node| read_list(node, findings));
    let signals = [types.len(), broad_types.len(), codes.len(), sqlstate.len(), text.len(), platform.len(), grpc.len(), status.len()];
    let keys = ["types", "broad_types", "codes", "sqlstate", "text", "platform", "grpc", "status"];
    let has_keys = keys.into_iter().any(|key| fields.take(key).is_some());
    if signals.iter().sum::<usize>() == 0 && !has_keys {
        let finding = Finding::error(Code::BadCatalogue, fields.span(), "this rule matches nothing");
        findings.push(finding.hint("add `types`, `codes`, `sqlstate`, `grpc`, `status` or `text`"));
    }
    fields.finish(findings);
    let id = id?;
    let category = defaults.category.as_ref()?.value.clone();
    let below = id.value.strip_prefix(&category).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    if !below {
        let message = format!("the rule `{}` is not of the category `{category}` of its file", id.value);
        findings.push(Finding::error(Code::BadCatalogue, id.span, message).hint(format!("call it `{category}`, or `{category}.` and a word of its own")));
    }
    Some(TypedRule {
        id,
        category,
        severity: severity?,
        retry: retry?,
        refines,
        platform,
        types,
        broad_types,
        codes,
        sqlstate,
        grpc,
        status,
        text,
        first_step: first_step?.value,
        examples: examples?,
        counterexamples: counterexamples?,
    })
}

impl TypedRule {
    /// The rule as the plan has it.
    pub(super) fn taxonomy(&self) -> TaxonomyRule {
        fn values<T: Clone>(list: &[Spanned<T>]) -> Vec<T> {
            list.iter().map(|item| item.value.clone()).collect()
        }
        TaxonomyRule {
            id: self.id.value.clone(),
            category: self.category.clone(),
            severity: self.severity,
            retry: self.retry,
            refines: values(&self.refines),
            platform: values(&self.platform),
            types: values(&self.types),
            broad_types: values(&self.broad_types),
            codes: values(&self.codes),
            sqlstate: values(&self.sqlstate),
            grpc: values(&self.grpc),
            status: values(&self.status),
            text: values(&self.text),
            first_step: self.first_step.clone(),
        }
    }

    /// The rule without places.
    pub(super) fn into_rule(self) -> CatalogueRule {
        let rule = self.taxonomy();
        let values = |list: Vec<Spanned<Evidence>>| list.into_iter().map(|item| item.value).collect();
        CatalogueRule { rule, examples: values(self.examples), counterexamples: values(self.counterexamples) }
    }
}

fn list<T>(
    node: Option<&Node>,
    example: &'static str,
    findings: &mut Findings,
    read: impl FnMut(&Node, &mut Findings) -> Option<Spanned<T>>,
) -> Vec<Spanned<T>> {
    node.map(|node| read::each(node, &Expected { what: "a list", example }, findings, read)).unwrap_or_default()
}

fn severity(node: &Node, findings: &mut Findings) -> Option<Severity> {
    read::word(node, &SEVERITIES, &SEVERITY, findings).map(|word| word.value)
}

fn retry(node: &Node, findings: &mut Findings) -> Option<Retry> {
    read::word(node, &RETRIES, &RETRY, findings).map(|word| word.value)
}

fn plain(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    read::text(node, &TEXT, findings)
}

/// A type: at most one `*`, at an end, and none beside words of the message.
fn kind(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    let text = plain(node, findings)?;
    let name = text.value.split_once(": ").map_or(text.value.as_str(), |(name, _)| name);
    let stars = name.matches('*').count();
    let at_an_end = name.starts_with('*') || name.ends_with('*');
    let pair = name.len() < text.value.len();
    if stars == 0 || (stars == 1 && at_an_end && !pair && name.len() > 1) {
        return Some(text);
    }
    let message = format!("`{}` is not a type that can be looked for", skywarden_document::shortened(&text.value));
    let hint = "write a name, a name with one `*` at its end or beginning, or `Name: words of the message`";
    findings.push(Finding::error(Code::BadCatalogue, text.span, message).hint(hint));
    None
}

/// `40P01`, `08*`
fn sqlstate(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    let text = read::text(node, &Expected { what: "an SQLSTATE code", example: "sqlstate: ['40P01', '08*']" }, findings)?;
    let code = text.value.strip_suffix('*').unwrap_or(&text.value);
    let length = if code.len() == text.value.len() { 5..=5 } else { 2..=4 };
    if length.contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()) {
        return Some(text);
    }
    let message = format!("`{}` is not an SQLSTATE code", skywarden_document::shortened(&text.value));
    findings.push(Finding::error(Code::BadCatalogue, text.span, message).hint("five capitals and digits, or two to four and a `*`: `40P01`, `08*`"));
    None
}

fn grpc(node: &Node, findings: &mut Findings) -> Option<Spanned<GrpcStatus>> {
    let words: Vec<_> = GrpcStatus::ALL.iter().map(|status| (status.as_str(), *status)).collect();
    read::word(node, &words, &Expected { what: "a status of gRPC", example: "grpc: [UNAVAILABLE]" }, findings)
}

/// An HTTP status of an error.
pub(super) fn status(node: &Node, findings: &mut Findings) -> Option<Spanned<u16>> {
    let expected = Expected { what: "an HTTP status code", example: "429" };
    let status = read::count(node, 400..=599, &expected, findings)?;
    u16::try_from(status.value).ok().map(|value| Spanned::new(value, status.span))
}
