//! What the templates of grouped messages and digests see.

use std::collections::BTreeSet;

use serde::Serialize;

use super::view::{ERROR_LINES, Link, MESSAGE_FORMAT, error_links, happened, lines_around, utc};
use crate::{
    console::Console,
    issue::{Brief, Form, Issue, Listed, Section, Told, Transition},
    plan::{Plan, Source},
    severity::Severity,
};

/// A message about several issues, for `group.txt`, `digest.txt` and JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ToldView {
    /// Format of this document.
    pub format: u32,
    /// `group` or `digest`.
    pub kind: &'static str,
    /// Id of the message, the same for every copy of it.
    pub id: String,
    /// What happened when it is the same for all of them, else `several`.
    pub state: &'static str,
    /// One line: what happened.
    pub headline: String,
    /// Why this message is sent.
    pub why: String,
    /// Project.
    pub project: String,
    /// Environment.
    pub environment: String,
    /// Highest severity in it.
    pub severity: Severity,
    /// Category when there is one only, else empty.
    pub category: String,
    /// Services, each once.
    pub services: Vec<String>,
    /// When it was decided, UTC.
    pub at: String,
    /// When the route's last message was decided, UTC; empty for the first.
    pub previous: String,
    /// Its issues by service and category.
    pub sections: Vec<SectionView>,
    /// Number of issues in it.
    pub issues: usize,
    /// Notices its lines stand for.
    pub listed: u64,
    /// Notices counted and not listed.
    pub suppressed: u64,
    /// Of these, how many for which reason.
    pub held_back: Vec<HeldBackView>,
    /// Notices that wait for a later message.
    pub waiting: u64,
    /// Masked sample message of the first issue; a digest has none.
    pub sample: String,
    /// Masked sample stack of it; may be empty.
    pub stack: String,
}

/// One service and category of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SectionView {
    /// Service.
    pub service: String,
    /// Category.
    pub category: String,
    /// Severity.
    pub severity: Severity,
    /// Why it stands here.
    pub because: String,
    /// What to do first; may be empty.
    pub first_step: String,
    /// Issues, most urgent first.
    pub issues: Vec<LineView>,
    /// Links of the service, in its first section.
    pub links: Vec<Link>,
}

/// One issue of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LineView {
    /// Type and masked message.
    pub headline: String,
    /// Severity.
    pub severity: Severity,
    /// What happened, in words.
    pub happened: String,
    /// The same for programs: `new`, `regressed`, `escalating`, `resolved`, `reached`; empty when it only goes on.
    pub transitions: Vec<&'static str>,
    /// How many notices this line stands for.
    pub notices: u64,
    /// Occurrences so far.
    pub count: u64,
    /// What is usual, in words.
    pub usual: String,
    /// First seen, UTC.
    pub first_seen: String,
    /// Last seen, UTC.
    pub last_seen: String,
    /// Fingerprint.
    pub fingerprint: String,
}

/// Notices that were counted and not listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeldBackView {
    /// How many.
    pub notices: u64,
    /// Why, in words.
    pub reason: String,
    /// Service; empty for several.
    pub service: String,
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

impl ToldView {
    /// The view of a message. `issues` are those of its issues that could be looked up, for the sample.
    pub fn new(told: &Told, issues: &[Issue], plan: &Plan) -> Self {
        let services: BTreeSet<&str> = told.sections.iter().map(|section| section.service.as_str()).collect();
        let category = match told.sections.as_slice() {
            [one] => one.category.clone(),
            _ => String::new(),
        };
        let states: BTreeSet<&str> = told.issues().flat_map(|issue| &issue.transitions).map(Transition::as_str).collect();
        let state = told.issues().flat_map(|issue| &issue.transitions).map(Transition::as_str).next().filter(|_| states.len() == 1);
        let lead = told.issues().next().and_then(|lead| issues.iter().find(|issue| issue.fingerprint == lead.brief.fingerprint));
        Self {
            format: MESSAGE_FORMAT,
            kind: if told.form == Form::Digest { "digest" } else { "group" },
            id: told.id.clone(),
            state: state.unwrap_or("several"),
            headline: headline(told, services.len()),
            why: told.why.to_string(),
            project: plan.project.clone(),
            environment: plan.environment.clone(),
            severity: told.severity,
            category,
            services: services.into_iter().map(str::to_owned).collect(),
            at: utc(told.at),
            previous: told.previous.map(utc).unwrap_or_default(),
            sections: sections(told, plan),
            issues: told.issues().count(),
            listed: told.listed(),
            suppressed: told.suppressed(),
            held_back: told
                .suppressed
                .iter()
                .map(|held| HeldBackView { notices: held.notices, reason: held.reason.words().to_owned(), service: held.service.clone() })
                .collect(),
            waiting: told.waiting,
            sample: lead.map(|issue| issue.sample.message.clone()).unwrap_or_default(),
            stack: lead.map(|issue| issue.sample.stack.clone()).unwrap_or_default(),
        }
    }

    /// A sample with every field filled.
    pub fn sample() -> Self {
        let text = str::to_owned;
        let line = LineView {
            headline: text("KeyError: '*'"),
            severity: Severity::Error,
            happened: text("it has not been seen before"),
            transitions: vec!["new"],
            notices: 2,
            count: 12,
            usual: text("usually 3 a day"),
            first_seen: text("2026-11-23T04:00:00Z"),
            last_seen: text("2026-11-23T04:05:00Z"),
            fingerprint: text("00000000000000000000000000000000"),
        };
        Self {
            format: MESSAGE_FORMAT,
            kind: "digest",
            id: text("sample"),
            state: "several",
            headline: text("digest: 1 issue in 1 service, 3 notices held back"),
            why: text("it gathers what came after the first message of its kind"),
            project: text("shop"),
            environment: text("prod"),
            severity: Severity::Error,
            category: text("bug"),
            services: vec![text("checkout")],
            at: text("2026-11-23T04:05:30Z"),
            previous: text("2026-11-23T04:00:30Z"),
            sections: vec![SectionView {
                service: text("checkout"),
                category: text("bug"),
                severity: Severity::Error,
                because: text("its first message went out at 2026-11-23T04:00:30Z"),
                first_step: text("look at what was deployed last"),
                issues: vec![line],
                links: vec![Link { name: text("dashboard"), url: text("https://example.com/dashboard") }],
            }],
            issues: 1,
            listed: 2,
            suppressed: 3,
            held_back: vec![HeldBackView { notices: 3, reason: text("of issues that somebody ignores"), service: text("checkout") }],
            waiting: 1,
            sample: text("'discount_code'"),
            stack: text("Traceback (most recent call last):"),
        }
    }
}

fn headline(told: &Told, services: usize) -> String {
    let issues = told.issues().count();
    let several = |number: usize, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
    let held = match told.suppressed() {
        0 => String::new(),
        notices => format!(", {notices} suppressed"),
    };
    match (told.form, told.sections.first(), told.issues().next()) {
        (_, _, None) => format!("digest: {} suppressed", told.suppressed()),
        (Form::Digest, Some(section), Some(lead)) if issues == 1 => format!("digest: {}: {}{held}", section.service, lead.brief.headline),
        (Form::Digest, ..) => format!("digest: {} in {}{held}", several(issues, "issue"), several(services, "service")),
        (_, Some(section), Some(lead)) => {
            let others = if issues > 1 { format!(" and {} more", issues - 1) } else { String::new() };
            let verb = if lead.transitions.is_empty() { "still happening: " } else { "" };
            format!("{}: {verb}{}{others} ({})", section.service, lead.brief.headline, section.category)
        }
        (_, None, Some(lead)) => lead.brief.headline.clone(),
    }
}

/// The sections; the first one of a service carries the links of all of that service's.
fn sections(told: &Told, plan: &Plan) -> Vec<SectionView> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    told.sections
        .iter()
        .map(|section| {
            let links = if seen.insert(&section.service) { links(told, &section.service, plan) } else { Vec::new() };
            SectionView::new(section, links)
        })
        .collect()
}

fn links(told: &Told, service: &str, plan: &Plan) -> Vec<Link> {
    let Some(source) = plan.sources.iter().find(|source| source.service == service) else { return Vec::new() };
    error_links(logs_link(&Console::of_region(&plan.region), told, source), Some(source))
}

impl SectionView {
    fn new(section: &Section, links: Vec<Link>) -> Self {
        Self {
            service: section.service.clone(),
            category: section.category.clone(),
            severity: section.severity,
            because: section.placing.words(utc),
            first_step: section.issues.iter().map(|issue| issue.brief.first_step.clone()).find(|step| !step.is_empty()).unwrap_or_default(),
            issues: section.issues.iter().map(LineView::new).collect(),
            links,
        }
    }
}

/// The error lines of the service around the times its issues were last seen.
fn logs_link(console: &Console, told: &Told, source: &Source) -> String {
    let sections = || told.sections.iter().filter(|section| section.service == source.service);
    let seen = || sections().flat_map(|section| &section.issues).map(|issue| issue.brief.last_seen);
    let (Some(first), Some(last)) = (seen().min(), seen().max()) else { return String::new() };
    lines_around(console, first, last, &source.log_group, ERROR_LINES)
}

impl LineView {
    fn new(issue: &Listed) -> Self {
        Self {
            headline: issue.brief.headline.clone(),
            severity: issue.brief.severity,
            transitions: issue.transitions.iter().map(Transition::as_str).collect(),
            notices: issue.notices,
            happened: happened(issue),
            count: issue.brief.count,
            usual: usual(&issue.brief),
            first_seen: utc(issue.brief.first_seen),
            last_seen: utc(issue.brief.last_seen),
            fingerprint: issue.brief.fingerprint.as_str().to_owned(),
        }
    }
}
