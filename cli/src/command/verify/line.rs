//! The line that is sent: an error that says what it is, in a form in which the service's own lines are read.

use jiff::Timestamp;
use serde_json::json;
use skywarden_core::{
    error::verdict::{Examined, Examiner, Verdict},
    pattern::FilterPattern,
    severity::Severity,
};
use skywarden_generator::model::{Model, Service, names::Function};

use crate::{args::VerifySeverity, terminal::Failed};

/// Error type of the line; `templates/catalogue/errors/verification.yaml` has the rule for it.
pub(super) const KIND: &str = "SkywardenVerification";

/// A line that will be seen.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) line: String,
    pub(super) fingerprint: String,
    pub(super) severity: Severity,
    /// Whether people are told of it.
    pub(super) notify: bool,
}

/// Writes the line so that the service's subscription filter delivers it and error-classifier reads it as an error of its kind. Both are tried here,
/// with the code the functions run.
pub(super) fn write(model: &Model, service: &Service, severity: VerifySeverity, person: &str, token: &str, at: Timestamp) -> Result<Written, Failed> {
    let examined = Examined {
        rules: &model.errors.rules,
        taxonomy: &model.taxonomy,
        masking: &model.masking,
        service: Some(&service.name),
        format: Some(&service.format),
    };
    let examiner = Examiner::new(examined).map_err(|error| Failed::Because(error.to_string()))?;
    let patterns = patterns(service)?;
    let mut forms = [as_json(service, severity, person, token, at), as_text(service, severity, person, token, at)];
    if !service.format.is_json() {
        forms.reverse();
    }
    for line in forms {
        let verdict = examiner.verdict(&line, false);
        if is_ours(&verdict) && patterns.iter().any(|pattern| pattern.matches(&line)) {
            let explained = examiner.explain(&line);
            let notify = explained.class.as_ref().is_none_or(|class| class.notify);
            let severity = verdict.severity.unwrap_or(Severity::Error);
            return Ok(Written { line, fingerprint: verdict.fingerprint, severity, notify });
        }
    }
    Err(Failed::with_hint(
        format!("no line can be made that service {} would be seen to fail with: its format is `{}`", service.name, service.format.as_str()),
        "verify another service with --service NAME",
    ))
}

fn is_ours(verdict: &Verdict) -> bool {
    verdict.is_error && verdict.kind.as_deref() == Some(KIND)
}

/// What error-classifier gets of the service's log.
fn patterns(service: &Service) -> Result<Vec<FilterPattern>, Failed> {
    let ours = service.subscriptions.iter().filter(|subscription| subscription.function == Function::ErrorClassifier);
    let patterns: Result<Vec<FilterPattern>, _> = ours.map(|subscription| FilterPattern::parse(&subscription.pattern)).collect();
    let patterns = patterns.map_err(|error| Failed::Because(error.to_string()))?;
    if patterns.is_empty() {
        return Err(Failed::with_hint(
            format!("the log of service {} is not read by error-classifier", service.name),
            "verify another service with --service NAME",
        ));
    }
    Ok(patterns)
}

/// What the line says. What differs from run to run stands in quotation marks, so that all runs are one issue.
fn message(service: &Service, person: &str, token: &str) -> String {
    let plain: String = person.chars().map(|c| if c.is_control() || matches!(c, '"' | '\\') { ' ' } else { c }).collect();
    format!("this is a test of the monitoring of {}, nothing is wrong: by=\"{plain}\" run=\"{token}\"", service.name)
}

const fn level(severity: VerifySeverity) -> &'static str {
    match severity {
        VerifySeverity::Error => "ERROR",
        VerifySeverity::Critical => "CRITICAL",
    }
}

fn as_json(service: &Service, severity: VerifySeverity, person: &str, token: &str, at: Timestamp) -> String {
    let message = message(service, person, token);
    json!({
        "timestamp": at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
        "level": level(severity),
        "message": message,
        "service": service.name,
        "logger": "skywarden.verify",
        "error": { "type": KIND, "message": message },
    })
    .to_string()
}

fn as_text(service: &Service, severity: VerifySeverity, person: &str, token: &str, at: Timestamp) -> String {
    let time = at.strftime("%Y-%m-%d %H:%M:%S,%3f");
    format!("{time} {} skywarden.verify {KIND}: {}", level(severity), message(service, person, token))
}
