//! What the templates see of a message about one issue.

use jiff::Timestamp;
use serde::Serialize;

use super::{
    amount::{lasting, several},
    head::{Head, Link, dashboard, links, query_around, utc},
};
use crate::{
    console::{Console, rule_anchor, section},
    issue::{Brief, Issue, Listed, REGRESSION_GRACE, Recent, Told, Transition, WINDOW_MINUTES},
    plan::{Plan, Source},
};

/// How long the command in a message silences an issue.
const SILENCE: &str = "24h";

/// An issue's transition, for `issue.txt` and for JSON.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IssueView {
    /// What every message says.
    #[serde(flatten)]
    pub head: Head,
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
    /// Services it was seen in, most occurrences first.
    pub services: Vec<String>,
    /// Rule that classified it.
    pub rule: String,
    /// Error type; may be empty.
    pub error_type: String,
    /// Masked message template.
    pub template: String,
    /// Occurrences so far.
    pub count: u64,
    /// Occurrences in the fifteen minutes before it was last seen.
    pub in_window: u64,
    /// Users who met it, about; 0 when nothing is known of them.
    pub users: u64,
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
}

impl IssueView {
    /// The view of a message about one issue.
    pub fn new(told: &Told, listed: &Listed, issue: &Issue, plan: &Plan) -> Self {
        let mut services: Vec<(&String, &u64)> = issue.services.iter().collect();
        services.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        let services: Vec<String> = services.into_iter().map(|(name, _)| name.clone()).collect();
        let transition = listed.transitions.first();
        let source = plan.source(&issue.sample.log_group);
        let state = transition.map_or("ongoing", Transition::as_str);
        let in_window = issue.in_window(issue.last_seen);
        let since = since(issue, transition);
        let mut head = Head::new("issue", state, &told.id, plan, issue.severity);
        let subject = if issue.kind.is_empty() { issue.template.clone() } else { format!("{}: {}", issue.kind, issue.template) };
        head.name(services.first().map_or(plan.project.as_str(), String::as_str), &what(transition, issue.count), subject);
        head.quotes_log = true;
        head.of(services.first().map_or("", String::as_str), plan);
        head.category.clone_from(&issue.category);
        head.since = utc(since);
        if state == "resolved" {
            head.lasted = lasting(issue.last_seen.duration_since(since));
        }
        head.how_bad = how_bad(issue, in_window, &listed.brief, state);
        head.first_step.clone_from(&issue.first_step);
        let commands = Commands::of(issue.fingerprint.as_str());
        head.show = commands.show;
        if state != "resolved" {
            head.resolve = commands.resolve;
            head.silence = commands.silence;
        }
        head.reference = format!("issue {}", issue.fingerprint.short());
        issue.fingerprint.as_str().clone_into(&mut head.thread);
        head.links = error_links(since, issue.last_seen, logs_link(plan, issue, source), source, &issue.rule);
        Self {
            head,
            why: happened(listed),
            transitions: listed.transitions.iter().map(Transition::as_str).collect(),
            notices: listed.notices,
            sent_because: told.why.to_string(),
            usual: usual(&listed.brief),
            waiting: told.waiting,
            services,
            rule: issue.rule.clone(),
            error_type: issue.kind.clone(),
            template: issue.template.clone(),
            count: issue.count,
            in_window,
            users: issue.users.estimate(),
            first_seen: utc(issue.first_seen),
            last_seen: utc(issue.last_seen),
            version: issue.app_version.clone(),
            fingerprint: issue.fingerprint.as_str().to_owned(),
            sample: issue.sample.message.clone(),
            stack: issue.sample.stack.clone(),
            request_id: issue.sample.request_id.clone(),
        }
    }
}

/// What a person types about an issue.
pub(super) struct Commands {
    pub(super) show: String,
    pub(super) resolve: String,
    pub(super) silence: String,
}

impl Commands {
    pub(super) fn of(fingerprint: &str) -> Self {
        Self {
            show: format!("skywarden issues show {fingerprint}"),
            resolve: format!("skywarden issues resolve {fingerprint}"),
            silence: format!("skywarden issues ignore {fingerprint} --until {SILENCE}"),
        }
    }
}

/// What happened to an issue, in few words. The first that happened to it is the news; the rest is in the reasons.
fn what(transition: Option<&Transition>, count: u64) -> String {
    match transition {
        None => "error goes on".to_owned(),
        Some(Transition::New) => "new error".to_owned(),
        Some(Transition::Regressed) => "error is back".to_owned(),
        Some(Transition::Escalating { .. }) => "error escalates".to_owned(),
        Some(Transition::Resolved) => "error is resolved".to_owned(),
        Some(Transition::Reached { .. }) => format!("error seen {count} times"),
    }
}

/// Since when: an escalation since it began, what came back since it was seen again, everything else since it was first seen.
fn since(issue: &Issue, transition: Option<&Transition>) -> Timestamp {
    match transition {
        Some(Transition::Escalating { .. }) => issue.escalation(issue.last_seen).map_or(issue.first_seen, |escalation| escalation.since),
        _ => issue.regressed_from().map_or(issue.first_seen, |resolved| seen_again(issue, resolved)),
    }
}

/// The five minutes in which an issue was seen again after it had been resolved; what is older than the counts of five minutes, when it was last seen.
fn seen_again(issue: &Issue, resolved: Timestamp) -> Timestamp {
    let after = Recent::window(resolved.checked_add(REGRESSION_GRACE).unwrap_or(resolved));
    let windows = issue.recent.between(after, Recent::window(issue.last_seen));
    windows.map(|(window, _)| Recent::begin(window)).next().map_or(issue.last_seen, |start| start.min(issue.last_seen))
}

fn how_bad(issue: &Issue, in_window: u64, brief: &Brief, state: &str) -> String {
    if issue.count == 1 {
        return "seen once so far".to_owned();
    }
    let users = match issue.users.estimate() {
        0 => String::new(),
        users => format!(", about {}", several(users, "user")),
    };
    if state == "resolved" {
        return format!("seen {}{users}", several(issue.count, "time"));
    }
    let all = if issue.count == in_window { String::new() } else { format!(", {} in all", issue.count) };
    let usual = brief.usual_per_day.map_or_else(|| "nothing usual yet".to_owned(), |_| usual(brief));
    format!("{in_window} in {WINDOW_MINUTES} minutes, {usual}{all}{users}")
}

/// What an ordinary day of the issue looks like.
pub(super) fn usual(brief: &Brief) -> String {
    match brief.usual_per_day {
        None => "too young to say what is usual".to_owned(),
        Some(0) => "usually less than one a day".to_owned(),
        Some(day) if day < 48 => format!("usually {day} a day"),
        Some(day) => format!("usually {} an hour", day / 24),
    }
}

/// What happened to an issue since people last heard of it, in words.
pub(super) fn happened(listed: &Listed) -> String {
    let happened: Vec<String> = listed.transitions.iter().map(ToString::to_string).collect();
    if happened.is_empty() { "it still happens".to_owned() } else { happened.join("; ") }
}

/// Links for errors of a source: its lines, its dashboard at that time, and the runbook's section about the rule.
pub(super) fn error_links(first: Timestamp, last: Timestamp, logs: String, source: Option<&Source>, rule: &str) -> Vec<Link> {
    // An error that goes on for months is looked at where it was last seen.
    let first = first.max(last.checked_sub(jiff::SignedDuration::from_hours(6)).unwrap_or(first));
    let runbook = source.map(|source| if rule.is_empty() { source.runbook.clone() } else { section(&source.runbook, &rule_anchor(rule)) });
    links([
        ("logs", logs),
        ("dashboard", source.map(|source| dashboard(&source.dashboard, first, last)).unwrap_or_default()),
        ("runbook", runbook.unwrap_or_default()),
    ])
}

/// Lines that look like errors, for sources of plans that hold no query.
const ERROR_LINES: &str = "fields @timestamp, @message, @logStream\n| filter @message like /ERROR|CRITICAL|Traceback/\n| sort @timestamp desc\n| limit 100";

/// The prepared query of a source: its latest error lines.
pub(super) fn error_query(source: Option<&Source>) -> &str {
    source.map(|source| source.query.as_str()).filter(|query| !query.is_empty()).unwrap_or(ERROR_LINES)
}

/// The lines around the sample: of its request when there is one, else the errors of its group.
pub(super) fn logs_link(plan: &Plan, issue: &Issue, source: Option<&Source>) -> String {
    let sample = &issue.sample;
    // Only an id made of harmless characters goes into a query: log text must not become a part of its language.
    let plain_id = !sample.request_id.is_empty() && sample.request_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let of_request = || format!("fields @timestamp, @message, @logStream\n| filter @message like '{}'\n| sort @timestamp asc\n| limit 200", sample.request_id);
    let query = if plain_id { of_request() } else { error_query(source).to_owned() };
    query_around(&Console::of_region(&plan.region), issue.last_seen, issue.last_seen, &sample.log_group, &query)
}
