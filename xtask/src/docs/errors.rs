//! The page of the error catalogue: every rule with what leads to it.

use std::fmt::Write as _;

use anyhow::Context as _;
use skywarden_core::plan::{GrpcStatus, PlatformSignal, Retry, TaxonomyRule};
use skywarden_generator::config::{CatalogueRule, Evidence, Templates, error_catalogue};

const INTRODUCTION: &str = "# Error rules

<!-- Written by `cargo xtask docs` from templates/catalogue/errors/. -->

The taxonomy of errors: what each rule is known by, how severe it is, whether a retry can help, and what to do first. How a rule is chosen, and how to
add rules of your own or replace these, stands in [Classification](../errors/classification.md).

A type is compared whole and by its last segments: `KeyError` is also `app.KeyError`. A `*` stands for anything; `Type: words` asks for the words in the
message as well. A text is compared without case, at the borders of words. A broad type counts only when nothing else is known.
";

/// The page.
pub(super) fn page() -> anyhow::Result<String> {
    let rules = error_catalogue(&Templates::builtin()).map_err(|broken| anyhow::anyhow!("{:?}", broken.diagnostics)).context("the error catalogue")?;
    let mut page = INTRODUCTION.to_owned();
    overview(&mut page, &rules);
    let mut category = "";
    for rule in &rules {
        if rule.rule.category != category {
            category = &rule.rule.category;
            let _ = write!(page, "\n## {category}\n");
        }
        section(&mut page, rule);
    }
    Ok(page)
}

fn overview(page: &mut String, rules: &[CatalogueRule]) {
    page.push_str("\n| rule | severity | retry |\n|---|---|---|\n");
    for rule in rules.iter().map(|rule| &rule.rule) {
        let _ = writeln!(page, "| [`{}`](#{}) | {} | {} |", rule.id, anchor(&rule.id), rule.severity, retry(rule.retry));
    }
}

fn section(page: &mut String, rule: &CatalogueRule) {
    let CatalogueRule { rule, examples, counterexamples } = rule;
    // A heading of its own name, so that a link to a rule stays when another one joins the category.
    let _ = write!(
        page,
        "\n<a id=\"{}\"></a>\n\n### `{}`\n\nSeverity {}, retry {}. {}\n\n",
        anchor(&rule.id),
        rule.id,
        rule.severity,
        retry(rule.retry),
        rule.first_step
    );
    for (name, values) in signals(rule) {
        if !values.is_empty() {
            let _ = writeln!(page, "* {name}: {}", values.iter().map(|value| code(value)).collect::<Vec<_>>().join(", "));
        }
    }
    for (name, list) in [("such as", examples), ("but not", counterexamples)] {
        let list: Vec<String> = list.iter().map(|evidence| code(&in_words(evidence))).collect();
        let _ = writeln!(page, "* {name}: {}", list.join("; "));
    }
}

fn signals(rule: &TaxonomyRule) -> [(&'static str, Vec<String>); 9] {
    [
        ("refines", rule.refines.clone()),
        ("platform failures", rule.platform.iter().copied().map(PlatformSignal::as_str).map(str::to_owned).collect()),
        ("types", rule.types.clone()),
        ("broad types", rule.broad_types.clone()),
        ("codes", rule.codes.clone()),
        ("SQLSTATE", rule.sqlstate.clone()),
        ("gRPC", rule.grpc.iter().copied().map(GrpcStatus::as_str).map(str::to_owned).collect()),
        ("HTTP", rule.status.iter().map(ToString::to_string).collect()),
        ("texts", rule.text.clone()),
    ]
}

fn in_words(evidence: &Evidence) -> String {
    let Evidence { r#type, message, code, status, platform } = evidence;
    let mut parts = Vec::new();
    parts.extend([r#type, message].into_iter().filter(|part| !part.is_empty()).map(|part| part.lines().next().unwrap_or("").to_owned()));
    let text = parts.join(": ");
    let mut parts: Vec<String> = (!text.is_empty()).then_some(text).into_iter().collect();
    parts.extend((!code.is_empty()).then(|| format!("code {code}")));
    parts.extend(status.map(|status| format!("status {status}")));
    parts.extend(platform.map(|platform| format!("platform failure {}", platform.as_str())));
    parts.join(", ")
}

/// Inline code that may hold backticks.
fn code(text: &str) -> String {
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

fn anchor(id: &str) -> String {
    format!("rule-{}", id.replace(['.', '_'], "-"))
}

const fn retry(retry: Retry) -> &'static str {
    match retry {
        Retry::Yes => "yes",
        Retry::No => "no",
        Retry::Maybe => "maybe",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_place_and_links_lead_somewhere() {
        let page = page().unwrap();
        for rule in error_catalogue(&Templates::builtin()).map_err(|broken| broken.diagnostics).unwrap() {
            let anchor = anchor(&rule.rule.id);
            assert_eq!(page.matches(&format!("<a id=\"{anchor}\">")).count(), 1, "{anchor}");
            assert_eq!(page.matches(&format!("(#{anchor})")).count(), 1, "{anchor}");
            assert!(page.contains(&rule.rule.first_step));
        }
        assert_eq!(code("a `b`"), "`` a `b` ``");
    }
}
