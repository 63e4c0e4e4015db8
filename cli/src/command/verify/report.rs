//! What is said of a verification: each stage as it is reached, and at the end what to look at.

use std::fmt::Write as _;

use jiff::SignedDuration;
use serde::Serialize;
use skywarden_core::{
    console::Console,
    pipeline::verification::{Finding, Outcome, Probe, Stage, Verified},
};
use skywarden_generator::model::{Model, Service, names::Function};
use skywarden_simulator::report::table::clean;

use crate::{
    outside,
    terminal::{Failed, without_commands},
};

/// Width of the names in front.
const NAMES: usize = 11;

/// Format of the document.
const FORMAT: u32 = 1;

#[derive(Debug, Serialize)]
struct VerificationDocument {
    format: u32,
    project: String,
    environment: String,
    region: String,
    service: String,
    log_group: String,
    log_stream: String,
    /// The line's own word.
    token: String,
    sent_at: jiff::Timestamp,
    /// Whether it arrived everywhere it should.
    arrived: bool,
    fingerprint: String,
    stages: Vec<StageDocument>,
}

#[derive(Debug, Serialize)]
struct StageDocument {
    /// `log-group`, `metric`, `issue`, `notice` or `message`.
    stage: &'static str,
    /// `reached`, `skipped`, `missing` or `unknown`.
    outcome: &'static str,
    /// Milliseconds since the line was sent; null when it was not reached.
    after_ms: Option<i128>,
    /// What was seen, or why not.
    detail: String,
}

/// What is about to happen.
pub(super) fn opening(model: &Model, service: &Service, probe: &Probe) -> String {
    let who = if probe.person.is_empty() { String::new() } else { format!(" by {}", clean(&probe.person)) };
    format!(
        "{}/{} {}: sending a test{who} to {} in {}, run {}; it is followed for at most {} s",
        model.project,
        model.environment,
        service.name,
        probe.log_group,
        model.region,
        probe.token,
        probe.patience.as_secs()
    )
}

/// One stage.
pub(super) fn line(finding: &Finding) -> String {
    let name = finding.stage.as_str();
    match &finding.outcome {
        Outcome::Reached { after, seen } => format!("{:>7}  {name:<NAMES$}{}", seconds(*after), without_commands(seen)),
        Outcome::Skipped { why } => format!("{:>7}  {name:<NAMES$}nothing to expect: {}", "-", without_commands(why)),
        Outcome::Missing { known } => format!("{:>7}  {name:<NAMES$}not in time: {}", "MISSING", without_commands(known)),
        Outcome::Unknown { error } => format!("{:>7}  {name:<NAMES$}cannot be looked at: {}", "?", without_commands(&error.to_string())),
    }
}

fn seconds(after: SignedDuration) -> String {
    format!("{}.{} s", after.as_secs(), after.subsec_millis().abs() / 100)
}

/// The end: how it went, and what to look at when it did not go well.
pub(super) fn closing(model: &Model, service: &Service, verified: &Verified) -> String {
    if verified.is_whole() {
        let issue = verified.issue.as_ref().map_or("", |issue| issue.fingerprint.short());
        return format!("it arrived everywhere; the issue of the test, {issue}, is resolved again");
    }
    let mut text = "it did not arrive everywhere:\n".to_owned();
    for finding in &verified.findings {
        let hint = match &finding.outcome {
            Outcome::Reached { .. } | Outcome::Skipped { .. } => continue,
            // What comes after the first that is missing is missing for that reason.
            Outcome::Missing { known } if known.starts_with("without ") => continue,
            Outcome::Missing { .. } => look_at(finding.stage, model, service),
            Outcome::Unknown { error } => match outside::failed(error, model, &model.region) {
                Failed::Because(text) | Failed::Refused(text) => text.replace('\n', "; "),
                Failed::Shown => String::new(),
            },
        };
        let _ = writeln!(text, "  {}: {hint}", finding.stage.as_str());
    }
    text
}

/// What to look at when a line did not get somewhere.
fn look_at(stage: Stage, model: &Model, service: &Service) -> String {
    let console = Console::of_region(&model.region);
    let names = &model.names;
    let function = |function: Function| names.function(function);
    match stage {
        Stage::Stored => format!("look at the log group: {}", console.log_group(&service.log_group.name)),
        Stage::Metric => format!(
            "look whether the metric filter ErrorLines is on the log group {}: the stack {} makes it",
            service.log_group.name,
            names.service_stack(&service.name)
        ),
        Stage::Issue => format!(
            "look whether the log group is subscribed by {} (the stack {} does it), then at the function's errors and at the queue {}: {}",
            function(Function::ErrorClassifier),
            names.service_stack(&service.name),
            names.shared("dead-letters"),
            console.function(&function(Function::ErrorClassifier))
        ),
        Stage::Notice => format!(
            "look at the errors of {} and at the queue {}; its schedule takes up once a minute what the queue lost: {}",
            function(Function::AlertNotifier),
            names.shared("alerts"),
            console.function(&function(Function::AlertNotifier))
        ),
        Stage::Message => format!(
            "a message that waits comes later: `errors.notify` says how long (group_wait, digest, quiet hours, limit), and a longer --timeout follows it; else look at the errors of {}: {}",
            function(Function::AlertNotifier),
            console.function(&function(Function::AlertNotifier))
        ),
    }
}

/// The whole, for programs.
pub(super) fn json(model: &Model, service: &Service, probe: &Probe, verified: &Verified) -> Result<String, Failed> {
    let document = VerificationDocument {
        format: FORMAT,
        project: model.project.clone(),
        environment: model.environment.clone(),
        region: model.region.clone(),
        service: service.name.clone(),
        log_group: probe.log_group.clone(),
        log_stream: probe.stream.clone(),
        token: probe.token.clone(),
        sent_at: probe.at,
        arrived: verified.is_whole(),
        fingerprint: probe.fingerprint.as_str().to_owned(),
        stages: verified.findings.iter().map(stage).collect(),
    };
    serde_json::to_string_pretty(&document).map_err(|error| Failed::Because(error.to_string()))
}

fn stage(finding: &Finding) -> StageDocument {
    let (outcome, after_ms, detail) = match &finding.outcome {
        Outcome::Reached { after, seen } => ("reached", Some(after.as_millis()), seen.clone()),
        Outcome::Skipped { why } => ("skipped", None, why.clone()),
        Outcome::Missing { known } => ("missing", None, known.clone()),
        Outcome::Unknown { error } => ("unknown", None, error.to_string()),
    };
    StageDocument { stage: finding.stage.as_str(), outcome, after_ms, detail }
}
