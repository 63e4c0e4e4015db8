//! The order of evidence, refinement, severity and the rules of the user.

use std::borrow::Cow;

use super::*;
use crate::{
    error::trace::Exception,
    plan::{GrpcStatus, PlatformSignal, UserErrorWhen},
    record::PlatformFailure,
};

pub(super) fn rule(id: &str) -> TaxonomyRule {
    TaxonomyRule {
        id: id.to_owned(),
        category: id.to_owned(),
        severity: Severity::Error,
        retry: Retry::No,
        refines: Vec::new(),
        platform: Vec::new(),
        types: Vec::new(),
        broad_types: Vec::new(),
        codes: Vec::new(),
        sqlstate: Vec::new(),
        grpc: Vec::new(),
        status: Vec::new(),
        text: Vec::new(),
        first_step: format!("look at {id}"),
    }
}

pub(super) fn fault<'f>(kind: &'f str, message: &'f str, status: Option<u16>) -> Fault<'f> {
    Fault { kind: Cow::Borrowed(kind), message: Cow::Borrowed(message), status, ..Fault::default() }
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|&word| word.to_owned()).collect()
}

fn taxonomy() -> Vec<TaxonomyRule> {
    let mut bug = rule("bug");
    bug.types = words(&["KeyError", "TypeError"]);
    let mut network = rule("network");
    network.types = words(&["TypeError: fetch failed", "ConnectionError"]);
    network.codes = words(&["ECONNREFUSED"]);
    network.text = words(&["socket hang up"]);
    let mut dns = rule("network.dns");
    dns.text = words(&["name resolution"]);
    let mut dependency = rule("dependency");
    dependency.types = words(&["ServiceUnavailable*"]);
    dependency.broad_types = words(&["HTTPError"]);
    dependency.status = vec![500, 502, 503];
    dependency.grpc = vec![GrpcStatus::Unavailable];
    dependency.text = words(&["circuit open"]);
    let mut missing = rule("not_found");
    missing.severity = Severity::Warning;
    missing.status = vec![404];
    missing.types = words(&["NoSuchKey"]);
    let mut database = rule("database");
    database.types = words(&["OperationalError"]);
    database.sqlstate = words(&["08*"]);
    let mut deadlock = rule("database.deadlock");
    deadlock.sqlstate = words(&["40P01"]);
    deadlock.text = words(&["deadlock detected"]);
    let mut duplicate = rule("conflict.duplicate");
    duplicate.refines = words(&["database"]);
    duplicate.text = words(&["duplicate key"]);
    let mut timeout = rule("timeout.function");
    timeout.severity = Severity::Critical;
    timeout.platform = vec![PlatformSignal::TimedOut];
    vec![bug, network, dns, dependency, missing, database, deadlock, duplicate, timeout]
}

fn classifier(users: &[UserErrorRule]) -> Classifier {
    Classifier::new(users, &taxonomy()).unwrap()
}

fn class_of(fault: &Fault<'_>) -> (String, String) {
    let class = classifier(&[]).classify(fault, "s");
    (class.rule, class.evidence)
}

fn exception<'e>(kind: &'e str, message: &'e str) -> Exception<'e> {
    Exception { kind: Cow::Borrowed(kind), message: Cow::Borrowed(message), ..Exception::default() }
}

#[test]
fn structure_weighs_more_than_text() {
    for (fault, rule, evidence) in [
        (fault("app.KeyError", "circuit open", Some(503)), "bug", "type app.KeyError"),
        (fault("Odd", "circuit open", Some(503)), "dependency", "status 503"),
        (fault("ServiceUnavailableError", "", None), "dependency", "type ServiceUnavailableError"),
        (fault("", "the circuit open", None), "dependency", "message contains \"circuit open\""),
        (fault("KeyError", "connect ECONNREFUSED 10.0.0.1:80", None), "network", "code ECONNREFUSED"),
        (fault("ClientError", "An error occurred (NoSuchKey) when calling the GetObject operation", Some(500)), "not_found", "code NoSuchKey"),
        (fault("Odd", "rpc error: code = Unavailable desc = circuit", None), "dependency", "gRPC status UNAVAILABLE"),
        (fault("Odd", "gave up after NoSuchKey, circuit open", None), "not_found", "message names NoSuchKey"),
        (fault("", "hm", None), "unknown", "no rule matched"),
    ] {
        assert_eq!(class_of(&fault), (rule.to_owned(), evidence.to_owned()));
    }
}

#[test]
fn the_platform_goes_before_everything() {
    let mut fault = fault("KeyError", "NoSuchKey", Some(404));
    fault.platform = Some(PlatformFailure::TimedOut);
    assert_eq!(class_of(&fault), ("timeout.function".to_owned(), "platform event timed_out".to_owned()));
}

#[test]
fn the_innermost_exception_goes_before_the_status_and_the_status_before_those_around() {
    let mut fault = fault("ServiceUnavailableError", "giving up", Some(404));
    fault.exceptions = vec![exception("Odd", "x"), exception("ServiceUnavailableError", "giving up")];
    assert_eq!(class_of(&fault).1, "status 404");
    fault.status = None;
    assert_eq!(class_of(&fault).1, "type ServiceUnavailableError");
    fault.status = Some(404);
    fault.exceptions[0] = exception("KeyError", "x");
    assert_eq!(class_of(&fault).1, "type KeyError");
}

#[test]
fn the_code_of_the_record_is_an_sqlstate_a_name_or_a_status() {
    let with = |code: &'static str| Fault { code: Some(Cow::Borrowed(code)), ..fault("Odd", "m", None) };
    assert_eq!(class_of(&with("40P01")).1, "SQLSTATE 40P01");
    assert_eq!(class_of(&with("08006")).0, "database");
    assert_eq!(class_of(&with("ECONNREFUSED")).1, "code ECONNREFUSED");
    assert_eq!(class_of(&with("UNAVAILABLE")).1, "gRPC status UNAVAILABLE");
    assert_eq!(class_of(&with("503")).1, "status 503");
    assert_eq!(class_of(&with("14")).0, "unknown", "a bare number is no gRPC status");
}

#[test]
fn a_wide_rule_is_refined_by_weaker_evidence_and_only_below_itself() {
    let (rule, evidence) = class_of(&fault("django.db.OperationalError", "deadlock detected, socket hang up", None));
    assert_eq!((rule.as_str(), evidence.as_str()), ("database.deadlock", "type django.db.OperationalError, message contains \"deadlock detected\""));
    assert_eq!(class_of(&fault("OperationalError", "socket hang up", None)).0, "database");
    assert_eq!(class_of(&fault("OperationalError", "duplicate key", None)).0, "conflict.duplicate", "it says that it refines");
    assert_eq!(class_of(&fault("ConnectionError", "Temporary failure in name resolution", None)).0, "network.dns");
}

#[test]
fn a_type_with_words_goes_before_the_type_alone() {
    assert_eq!(class_of(&fault("TypeError", "fetch failed", None)).0, "network");
    assert_eq!(class_of(&fault("TypeError", "x is not a function", None)).0, "bug");
}

#[test]
fn a_broad_type_and_a_rust_path_decide_only_alone() {
    assert_eq!(class_of(&fault("requests.exceptions.HTTPError", "404 Client Error: Not Found for url", None)).1, "message states status 404");
    assert_eq!(class_of(&fault("requests.exceptions.HTTPError", "no", None)).1, "type requests.exceptions.HTTPError");
    assert_eq!(class_of(&fault("shop::KeyError", "circuit open", None)).0, "dependency");
    assert_eq!(class_of(&fault("shop::KeyError", "x", None)).0, "bug");
}

#[test]
fn severity_is_the_higher_of_default_and_level() {
    let rules = classifier(&[]);
    let severity = |level, kind: &str| rules.classify(&Fault { level, ..fault(kind, "", None) }, "s").severity;
    assert_eq!(severity(Level::Error, "NoSuchKey"), Severity::Error);
    assert_eq!(severity(Level::Warning, "NoSuchKey"), Severity::Warning);
    assert_eq!(severity(Level::Info, "KeyError"), Severity::Error);
    assert_eq!(severity(Level::Critical, "NoSuchKey"), Severity::Critical);
    assert_eq!(severity(Level::Info, "Odd"), Severity::Info);
    let assumed = |kind: &str| rules.decide(&Fault { level_assumed: true, ..fault(kind, "", None) }, "s");
    assert_eq!((assumed("NoSuchKey").class.severity, assumed("NoSuchKey").by_level), (Severity::Warning, None), "a level nobody stated raises nothing");
    assert_eq!(assumed("Odd").class.severity, Severity::Error);
}

#[test]
fn a_failure_that_will_be_retried_is_at_most_a_warning() {
    let rules = classifier(&[]);
    let retried = |level, kind: &str| rules.decide(&Fault { will_retry: true, level, ..fault(kind, "", None) }, "s");
    let decision = retried(Level::Error, "KeyError");
    assert_eq!(
        (decision.class.severity, decision.default, decision.by_level, decision.held_by_retry),
        (Severity::Warning, Some(Severity::Error), Some(Severity::Error), true)
    );
    let decision = retried(Level::Info, "Odd");
    assert_eq!((decision.class.severity, decision.held_by_retry), (Severity::Info, false), "a retry raises nothing");
}

fn user(when: UserErrorWhen) -> UserErrorRule {
    UserErrorRule { when, category: None, severity: None, first_step: None, notify: NotifyChoice::Policy }
}

#[test]
fn a_rule_of_the_user_wins_and_can_silence() {
    let rules = classifier(&[UserErrorRule {
        category: Some("business".to_owned()),
        severity: Some(Severity::Info),
        first_step: Some("nothing".to_owned()),
        notify: NotifyChoice::Never,
        ..user(UserErrorWhen { r#type: Some("KeyError".to_owned()), ..UserErrorWhen::default() })
    }]);
    let class = rules.classify(&fault("app.KeyError", "", None), "s");
    assert_eq!((class.category.as_str(), class.severity, class.notify), ("business", Severity::Info, false));
    assert_eq!((class.rule.as_str(), class.first_step.as_str()), ("user.1", "nothing"));
    assert_eq!(class.evidence, "a rule of the config, over type app.KeyError");
}

#[test]
fn every_condition_of_a_user_must_hold() {
    let text = |text: &str| Some(text.to_owned());
    let full = UserErrorWhen {
        r#type: text("*Error"),
        service: text("shop*"),
        message: text("/refused .*:5432/"),
        code: text("ECONN*"),
        status: vec![503],
        category: text("network"),
        rule: text("network"),
    };
    let message = "connect ECONNREFUSED, refused 10.0.0.1:5432";
    let matches = |when: &UserErrorWhen| classifier(&[user(when.clone())]).classify(&fault("OsError", message, Some(503)), "shop-api").rule == "user.1";
    assert!(matches(&full));
    for broken in [
        UserErrorWhen { r#type: text("*Exception"), ..full.clone() },
        UserErrorWhen { service: text("shop"), ..full.clone() },
        UserErrorWhen { message: text("/refused$/"), ..full.clone() },
        UserErrorWhen { message: text("Refused"), ..full.clone() },
        UserErrorWhen { code: text("ETIMEDOUT"), ..full.clone() },
        UserErrorWhen { status: vec![502], ..full.clone() },
        UserErrorWhen { category: text("net"), ..full.clone() },
        UserErrorWhen { rule: text("network.dns"), ..full.clone() },
    ] {
        assert!(!matches(&broken), "{broken:?}");
    }
}

#[test]
fn a_broken_expression_in_a_plan_is_refused() {
    let rules = [user(UserErrorWhen { message: Some("/(/".to_owned()), ..UserErrorWhen::default() })];
    let error = Classifier::new(&rules, &[]).unwrap_err();
    assert_eq!(error.code(), "plan-invalid");
    assert!(error.to_string().contains("error rule 1"), "{error}");
}

#[test]
fn a_decision_names_what_lost() {
    let all = UserErrorWhen { r#type: Some("*".to_owned()), ..UserErrorWhen::default() };
    let rules = classifier(&[user(all.clone()), user(all)]);
    let decision = rules.decide(&fault("KeyError", "circuit open, socket hang up", Some(503)), "s");
    let lost: Vec<_> = decision.lost.iter().map(|lost| format!("{}: {}", lost.rule, in_words(&lost.evidence))).collect();
    assert_eq!(lost, ["user.2: ", "dependency: status 503, message contains \"circuit open\"", "network: message contains \"socket hang up\""]);
    assert_eq!((decision.user, decision.taxonomy.unwrap().rule.as_str()), (Some(1), "bug"));
}
