//! What the message templates see: one flat struct each, everything computed, nothing to look up.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::told_view::usual;
use crate::{
    alarm::{AlarmNotice, AlarmState},
    console::Console,
    issue::{Issue, Listed, Told, Transition},
    plan::{AlarmInfo, Plan, Source},
    severity::Severity,
};

/// Format of the JSON messages.
pub(super) const MESSAGE_FORMAT: u32 = 1;

/// A named link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Name.
    pub name: String,
    /// Address.
    pub url: String,
}

/// An issue's transition, for `issue.txt` and for JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IssueView {
    /// Format of this document.
    pub format: u32,
    /// `issue`.
    pub kind: &'static str,
    /// Id of the notice, the same for every copy of one message.
    pub id: String,
    /// `new`, `regressed`, `escalating`, `resolved`, `reached` or `ongoing`.
    pub state: &'static str,
    /// One line: what happened.
    pub headline: String,
    /// What happened.
    pub why: String,
    /// The same for programs: `new`, `regressed`, `escalating`, `resolved`, `reached`; empty when it only goes on.
    pub transitions: Vec<&'static str>,
    /// How many notices this message stands for.
    pub notices: u64,
    /// Why this message is sent now.
    pub sent_because: String,
    /// What is usual for it, in words.
    pub usual: String,
    /// Notices that wait for the next digest.
    pub waiting: u64,
    /// Project.
    pub project: String,
    /// Environment.
    pub environment: String,
    /// Services it was seen in, most occurrences first.
    pub services: Vec<String>,
    /// Severity.
    pub severity: Severity,
    /// Category.
    pub category: String,
    /// Rule that said so.
    pub rule: String,
    /// Error type; may be empty.
    pub error_type: String,
    /// Masked message template.
    pub template: String,
    /// What to do first; may be empty.
    pub first_step: String,
    /// Occurrences so far.
    pub count: u64,
    /// First seen, UTC.
    pub first_seen: String,
    /// Last seen, UTC.
    pub last_seen: String,
    /// Version of the application; may be empty.
    pub version: String,
    /// Fingerprint.
    pub fingerprint: String,
    /// Masked sample message.
    pub sample: String,
    /// Masked sample stack; may be empty.
    pub stack: String,
    /// Request id of the sample; may be empty.
    pub request_id: String,
    /// Links.
    pub links: Vec<Link>,
}

/// An alarm's change, for `alarm.txt` and for JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AlarmView {
    /// Format of this document.
    pub format: u32,
    /// `alarm`.
    pub kind: &'static str,
    /// Id of the notice.
    pub id: String,
    /// `firing` or `resolved`.
    pub state: &'static str,
    /// One line: what happened.
    pub headline: String,
    /// Project.
    pub project: String,
    /// Environment.
    pub environment: String,
    /// Service; may be empty.
    pub service: String,
    /// Severity.
    pub severity: Severity,
    /// Alarm name in CloudWatch.
    pub alarm: String,
    /// What it means and what to do first.
    pub advice: String,
    /// CloudWatch's reason.
    pub reason: String,
    /// When the state changed, UTC.
    pub at: String,
    /// Links.
    pub links: Vec<Link>,
}

/// A time that people and programs read alike: RFC 3339, whole seconds, UTC.
pub(super) fn utc(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn link(name: &str, url: String) -> Option<Link> {
    (!url.is_empty()).then(|| Link { name: name.to_owned(), url })
}

impl IssueView {
    /// The view of a message about one issue.
    pub fn new(told: &Told, listed: &Listed, issue: &Issue, plan: &Plan) -> Self {
        let mut services: Vec<(&String, &u64)> = issue.services.iter().collect();
        services.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        let services: Vec<String> = services.into_iter().map(|(name, _)| name.clone()).collect();
        let subject = if issue.kind.is_empty() { issue.template.clone() } else { format!("{}: {}", issue.kind, issue.template) };
        let place = services.first().map_or(plan.project.as_str(), String::as_str);
        // The first that happened to it is the news; the rest is in the reasons.
        let transition = listed.transitions.first();
        let verb = match transition {
            None => "error goes on".to_owned(),
            Some(Transition::New) => "new error".to_owned(),
            Some(Transition::Regressed) => "error is back".to_owned(),
            Some(Transition::Escalating { .. }) => "error escalates".to_owned(),
            Some(Transition::Resolved) => "error is resolved".to_owned(),
            Some(Transition::Reached { .. }) => format!("error seen {} times", issue.count),
        };
        let source = plan.source(&issue.sample.log_group);
        let console = Console::of_region(&plan.region);
        Self {
            format: MESSAGE_FORMAT,
            kind: "issue",
            id: told.id.clone(),
            state: transition.map_or("ongoing", Transition::as_str),
            headline: format!("{place}: {verb}: {subject}"),
            why: happened(listed),
            transitions: listed.transitions.iter().map(Transition::as_str).collect(),
            notices: listed.notices,
            sent_because: told.why.to_string(),
            usual: usual(&listed.brief),
            waiting: told.waiting,
            project: plan.project.clone(),
            environment: plan.environment.clone(),
            services,
            severity: issue.severity,
            category: issue.category.clone(),
            rule: issue.rule.clone(),
            error_type: issue.kind.clone(),
            template: issue.template.clone(),
            first_step: issue.first_step.clone(),
            count: issue.count,
            first_seen: utc(issue.first_seen),
            last_seen: utc(issue.last_seen),
            version: issue.app_version.clone(),
            fingerprint: issue.fingerprint.as_str().to_owned(),
            sample: issue.sample.message.clone(),
            stack: issue.sample.stack.clone(),
            request_id: issue.sample.request_id.clone(),
            links: error_links(logs_link(&console, issue), source),
        }
    }
}

/// What happened to an issue since people last heard of it, in words.
pub(super) fn happened(listed: &Listed) -> String {
    let happened: Vec<String> = listed.transitions.iter().map(ToString::to_string).collect();
    if happened.is_empty() { "it still happens".to_owned() } else { happened.join("; ") }
}

/// Links for errors of a source: its lines, dashboard and runbook.
pub(super) fn error_links(logs: String, source: Option<&Source>) -> Vec<Link> {
    let of = |address: fn(&Source) -> &String| source.map(|source| address(source).clone()).unwrap_or_default();
    let links = [link("logs", logs), link("dashboard", of(|source| &source.dashboard)), link("runbook", of(|source| &source.runbook))];
    links.into_iter().flatten().collect()
}

/// Lines that look like errors, for people who look around.
pub(super) const ERROR_LINES: &str = "@message like /ERROR|CRITICAL|Traceback/";

/// The lines of a log group that pass a filter, from some minutes before the first time to some minutes after the last.
pub(super) fn lines_around(console: &Console, first: Timestamp, last: Timestamp, log_group: &str, filter: &str) -> String {
    const AROUND: SignedDuration = SignedDuration::from_mins(5);
    let (Ok(from), Ok(until)) = (first.checked_sub(AROUND), last.checked_add(AROUND)) else {
        return String::new();
    };
    let query = format!("fields @timestamp, @message, @logStream\n| filter {filter}\n| sort @timestamp desc\n| limit 100");
    console.insights_between(from, until, &[log_group], &query)
}

/// The lines around the sample: of its request when there is one, else the errors of its group.
pub(super) fn logs_link(console: &Console, issue: &Issue) -> String {
    let sample = &issue.sample;
    // Only an id made of harmless characters goes into a query: log text must not become a part of its language.
    let plain_id = !sample.request_id.is_empty() && sample.request_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let filter = if plain_id { format!("@message like '{}'", sample.request_id) } else { ERROR_LINES.to_owned() };
    lines_around(console, issue.last_seen, issue.last_seen, &sample.log_group, &filter)
}

impl AlarmView {
    /// The view of an alarm's change. `None` of the plan's knowledge still gives a readable message.
    pub fn new(id: &str, notice: &AlarmNotice, info: Option<&AlarmInfo>, plan: &Plan) -> Self {
        let firing = notice.state == AlarmState::Alarm;
        let title = info.map_or(notice.alarm.as_str(), |info| info.title.as_str());
        let console = Console::of_region(&plan.region);
        Self {
            format: MESSAGE_FORMAT,
            kind: "alarm",
            id: id.to_owned(),
            state: if firing { "firing" } else { "resolved" },
            headline: format!("{}: {title}", if firing { "firing" } else { "resolved" }),
            project: plan.project.clone(),
            environment: plan.environment.clone(),
            service: info.map(|info| info.service.clone()).unwrap_or_default(),
            severity: info.map_or(Severity::Warning, |info| info.severity),
            alarm: notice.alarm.clone(),
            advice: info.map_or_else(|| notice.description.clone(), |info| info.advice.clone()),
            reason: notice.reason.clone(),
            at: utc(notice.changed_at),
            links: [
                link("alarm", console.alarm(&notice.alarm)),
                link("dashboard", info.map(|info| info.dashboard.clone()).unwrap_or_default()),
                link("runbook", info.map(|info| info.runbook.clone()).unwrap_or_default()),
            ]
            .into_iter()
            .flatten()
            .collect(),
        }
    }
}
