//! Verdicts and explanations of single events.

use super::*;
use crate::plan::{LineRegex, NotifyChoice, Retry, UserErrorWhen};

fn taxonomy() -> Vec<TaxonomyRule> {
    let rule = |id: &str, severity, types: &[&str], text: &[&str]| {
        let words = |list: &[&str]| list.iter().map(|&word| word.to_owned()).collect();
        TaxonomyRule {
            id: id.to_owned(),
            category: id.to_owned(),
            severity,
            retry: Retry::No,
            refines: Vec::new(),
            platform: Vec::new(),
            types: words(types),
            broad_types: Vec::new(),
            codes: Vec::new(),
            sqlstate: Vec::new(),
            grpc: Vec::new(),
            status: vec![],
            text: words(text),
            first_step: format!("Look at {id}."),
        }
    };
    vec![rule("bug", Severity::Error, &["KeyError"], &[]), rule("network", Severity::Error, &[], &["connection refused"])]
}

fn examiner(rules: &[UserErrorRule]) -> Examiner {
    let masking = Masking::default();
    Examiner::new(Examined { rules, taxonomy: &taxonomy(), masking: &masking, service: None, format: None }).unwrap()
}

const ERROR: &str = r#"{"level":"ERROR","service":"shop","message":"cannot pay","error":{"type":"KeyError","message":"'ann@example.com'"}}"#;

#[test]
fn an_error_has_everything_and_another_line_its_template_only() {
    let verdict = examiner(&[]).verdict(ERROR, false);
    assert!(verdict.is_error && verdict.fingerprint.len() == 32 && verdict.parts.is_none());
    assert_eq!((verdict.kind.as_deref(), verdict.category.as_deref(), verdict.rule.as_deref()), (Some("KeyError"), Some("bug"), Some("bug")));
    assert_eq!(verdict.severity, Some(Severity::Error));
    let other = examiner(&[]).verdict("served 17 orders", true);
    assert!(!other.is_error && other.fingerprint.len() == 32);
    assert_eq!((other.template.as_str(), other.kind, other.rule), ("served * orders", None, None));
    assert!(!other.parts.unwrap().is_empty());
    let alike = examiner(&[]).verdict("served 18 orders", false);
    assert_eq!(alike.fingerprint, other.fingerprint);
}

#[test]
fn an_event_with_carriage_returns_is_the_one_with_line_ends() {
    let trace = "2026-11-20 12:00:00,001 ERROR shop: no\nTraceback (most recent call last):\n  File \"/a/b.py\", line 3, in f\n    x\nKeyError: 'a'";
    let examiner = examiner(&[]);
    let verdict = examiner.verdict(trace, true);
    assert!(verdict.is_error);
    assert_eq!(verdict, examiner.verdict(&trace.replace('\n', "\r"), true));
    assert_eq!(verdict, examiner.verdict(&trace.replace('\n', "\r\n"), true));
}

#[test]
fn nothing_unmasked_is_said() {
    let examiner = examiner(&[]);
    let line = r#"{"level":"ERROR","message":"m","error":{"type":"KeyError","message":"password=hunter2 of ann@example.com"}}"#;
    let said = format!("{:?} {:?} {}", examiner.verdict(line, true), examiner.explain(line), examiner.explain(line).to_text());
    assert!(!said.contains("hunter2") && !said.contains("ann@"), "{said}");
}

#[test]
fn an_explanation_tells_rule_severity_and_what_lost() {
    let user = UserErrorRule {
        when: UserErrorWhen { service: Some("shop".to_owned()), ..UserErrorWhen::default() },
        category: Some("business".to_owned()),
        severity: None,
        first_step: None,
        notify: NotifyChoice::Never,
    };
    let line = r#"{"level":"ERROR","service":"shop","message":"m","will_retry":true,"error":{"type":"KeyError","message":"connection refused"}}"#;
    let explanation = examiner(&[user.clone(), user]).explain(line);
    let class = explanation.class.as_ref().unwrap();
    assert_eq!((class.rule.as_str(), class.taxonomy_rule.as_deref(), class.category.as_str()), ("user.1", Some("bug"), "business"));
    assert_eq!(class.evidence, ["type KeyError"]);
    assert_eq!(class.lost.iter().map(|lost| lost.rule.as_str()).collect::<Vec<_>>(), ["user.2", "network"]);
    let (text, grouping) = (explanation.to_text(), format!("\nfingerprint   {}\n", explanation.fingerprint));
    // What is grouped how is pinned where it is decided.
    let (reasons, parts) = text.split_once(&grouping).unwrap();
    assert!(parts.contains("type = KeyError") && parts.contains("\nrelated       ") && parts.contains("\ntemplate      connection refused\n"), "{parts}");
    insta::assert_snapshot!(reasons);
    let none = examiner(&[]).explain("finished with Error: 0").to_text();
    assert!(none.starts_with("no error      it has no level, reports no failure and holds no exception"), "{none}");
}

#[test]
fn a_form_of_ones_own_is_read() {
    let format = LogFormat::Regex(LineRegex { pattern: r"^<(?<level>\w+)> (?<message>.*)".to_owned(), time: None });
    let examined = Examined { rules: &[], taxonomy: &[], masking: &Masking::default(), service: Some("shop"), format: Some(&format) };
    let verdict = Examiner::new(examined).unwrap().verdict("<ERROR> no stock", false);
    assert_eq!((verdict.is_error, verdict.template.as_str(), verdict.rule.as_deref()), (true, "no stock", Some("unknown")));
    let broken = LogFormat::Regex(LineRegex { pattern: "(".to_owned(), time: None });
    assert_eq!(Examiner::new(Examined { format: Some(&broken), ..examined }).unwrap_err().code(), "plan-invalid");
}

#[test]
fn a_long_message_is_cut_in_an_explanation() {
    let line = format!("ERROR {}", "long ".repeat(MAX_SHOWN_BYTES));
    assert!(examiner(&[]).explain(&line).message.len() <= MAX_SHOWN_BYTES + " …".len());
}

#[test]
fn of_many_exceptions_the_innermost_are_shown() {
    let causes: Vec<String> = (0..2 * MAX_SHOWN_EXCEPTIONS).map(|number| format!("Caused by: a.E{number}: no\n\tat a.B.c(B.java:1)")).collect();
    let trace = format!("java.lang.Error: outer\n\tat a.B.c(B.java:1)\n{}", causes.join("\n"));
    let shown = examiner(&[]).explain(&format!("2026-11-20 12:00:00,001 ERROR shop: failed\n{trace}")).exceptions.len();
    assert!((1..=MAX_SHOWN_EXCEPTIONS).contains(&shown), "{shown}");
}
