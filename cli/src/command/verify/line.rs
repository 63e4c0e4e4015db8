//! The line that is sent: an error that says what it is, in a form in which the service's own lines are read.

use jiff::Timestamp;
use serde_json::json;
use skywarden_core::{
    error::verdict::{Examined, Examiner, Verdict},
    metric::name::ServiceMetric,
    pattern::FilterPattern,
    severity::Severity,
};
use skywarden_generator::model::{Destination, MetricEngine, MetricPlan, Model, Service, names::Function};

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
    let rules = Examined {
        rules: &model.errors.rules,
        taxonomy: &model.taxonomy,
        masking: &model.masking,
        service: Some(&service.name),
        format: Some(&service.format),
    };
    let examiner = Examiner::new(rules).map_err(|error| Failed::Because(error.to_string()))?;
    let patterns = patterns(model, service)?;
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

/// The metric that counts the line among the error lines, when one does: in an access log they are requests that failed.
pub(super) fn counting_metric<'s>(service: &'s Service, line: &str) -> Option<&'s MetricPlan> {
    service.metrics.iter().find(|metric| {
        let MetricEngine::Native(filter) = &metric.engine else { return false };
        let is_plain = metric.name == ServiceMetric::ErrorLines.as_str() && metric.dimensions.is_empty();
        is_plain && FilterPattern::parse(&filter.pattern).is_ok_and(|pattern| pattern.matches(line))
    })
}

/// What error-classifier gets of the service's log: by its own subscription, through the stream, or with every line of the account.
fn patterns(model: &Model, service: &Service) -> Result<Vec<FilterPattern>, Failed> {
    let delivers =
        |destination: Destination| matches!(destination, Destination::Function(Function::ErrorClassifier) | Destination::Stream | Destination::CrossAccount);
    let ours = service.subscriptions.iter().filter(|subscription| delivers(subscription.destination));
    let whole_account = model.delivery.is_account_wide().then_some("");
    ours.map(|subscription| subscription.pattern.as_str())
        .chain(whole_account)
        .map(|pattern| FilterPattern::parse(pattern).map_err(|error| Failed::Because(error.to_string())))
        .collect()
}

/// What the line says. What differs from run to run stands in quotation marks, so that all runs are one issue.
fn message(service: &Service, person: &str, token: &str) -> String {
    let plain: String = person.chars().map(|c| if c.is_control() || matches!(c, '"' | '\\') { ' ' } else { c }).collect();
    let who = if plain.trim().is_empty() { "somebody" } else { plain.trim() };
    format!("this is a test of the monitoring of {}, nothing is wrong: by=\"{who}\" run=\"{token}\"", service.name)
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

#[cfg(test)]
mod tests {
    use skywarden_generator::config::{Inputs, Source, Templates, load};

    use super::*;

    fn model(services: &str, rules: &str) -> Model {
        let text = format!("project: shop\nservices: {{ {services} }}\nroutes: [{{ email: a@example.com }}]\nerrors: {{ rules: [{rules}] }}\n");
        let loaded = load(Inputs { configs: &[Source { path: "skywarden.yaml".to_owned(), text }], templates: &Templates::builtin() });
        assert_eq!(loaded.diagnostics.len(), 0, "{:?}", loaded.diagnostics);
        loaded.model.unwrap()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_795_176_000 + second).unwrap()
    }

    fn lines(model: &Model, severity: VerifySeverity) -> Vec<Written> {
        let people = [("Ann Smith", "5d0a17c2", 0), ("o'neill-3 \"Bob\" \u{1b}[31m", "00000000", 77), ("", "ffffffff", 90_000)];
        people.iter().map(|(person, token, second)| write(model, &model.services[0], severity, person, token, at(*second)).unwrap()).collect()
    }

    #[test]
    fn every_run_of_a_service_is_one_issue_of_the_level_that_was_asked_for() {
        for service in [
            "checkout: { runtime: lambda }",
            "checkout: { runtime: ecs, format: text }",
            "checkout: { runtime: ec2, format: logfmt }",
            "checkout: { runtime: ecs, format: { regex: '^%%(?<level>[A-Z]+)%% (?<message>.*)' } }",
        ] {
            let model = model(service, "");
            let written = lines(&model, VerifySeverity::Error);
            assert!(written.iter().all(|one| one.severity == Severity::Error && one.notify), "{service}: {written:?}");
            assert!(written.iter().all(|one| one.fingerprint == written[0].fingerprint), "{service}: {written:?}");
            assert!(written.iter().all(|one| !one.line.contains('\u{1b}') && !one.line.contains('\n')), "{service}: {written:?}");
            assert!(written[0].line.contains("a test of the monitoring of checkout") && written[0].line.contains("5d0a17c2"), "{service}: {written:?}");
            assert!(lines(&model, VerifySeverity::Critical).iter().all(|one| one.severity == Severity::Critical), "{service}");
        }
    }

    #[test]
    fn the_line_is_delivered_by_every_way_of_delivery() {
        for delivery in ["kinesis", "{ account_wide: true }", "{ through: kinesis, account_wide: true }"] {
            let text = format!("project: shop\ndelivery: {delivery}\nservices: {{ a: {{ runtime: lambda }} }}\nroutes: [{{ email: a@example.com }}]\n");
            let loaded = load(Inputs { configs: &[Source { path: "skywarden.yaml".to_owned(), text }], templates: &Templates::builtin() });
            assert_eq!(lines(&loaded.model.unwrap(), VerifySeverity::Error).len(), 3, "{delivery}");
        }
    }

    #[test]
    fn another_service_is_another_issue() {
        let of = |service: &str| lines(&model(service, ""), VerifySeverity::Error)[0].fingerprint.clone();
        assert_ne!(of("checkout: { runtime: lambda }"), of("catalog: { runtime: lambda }"));
    }

    #[test]
    fn a_rule_of_the_config_that_never_notifies_is_seen() {
        let model = model("checkout: { runtime: lambda }", "{ when: { type: SkywardenVerification }, severity: info, notify: never }");
        assert!(lines(&model, VerifySeverity::Error).iter().all(|one| !one.notify && one.severity == Severity::Info));
    }

    #[test]
    fn a_line_that_the_metric_filter_does_not_count_has_no_metric_to_wait_for() {
        for (format, counted) in [("json", true), ("text", true), ("access", false), ("alb", false)] {
            let model = model(&format!("web: {{ runtime: ec2, format: {format} }}"), "");
            let written = &lines(&model, VerifySeverity::Error)[0];
            assert_eq!(counting_metric(&model.services[0], &written.line).is_some(), counted, "{format}: {}", written.line);
        }
    }
}
