//! What the templates of grouped messages and digests see.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;

use super::{
    amount::several,
    head::{Head, Link, query_around, utc},
    issue_view::{Commands, error_links, error_query, happened, usual},
};
use crate::{
    console::Console,
    issue::{Brief, Form, Issue, Listed, Section, Told, Transition},
    plan::{Plan, Source},
    severity::Severity,
};

/// A message about several issues, for `group.txt`, `digest.txt` and JSON.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ToldView {
    /// What every message says.
    #[serde(flatten)]
    pub head: Head,
    /// Why this message is sent.
    pub why: String,
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
    /// Issues that are in it and have no line here, where only so many lines fit.
    pub unlisted: usize,
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
    /// The account the links are of, when it is another than the functions'; absent when it is the same.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub account: String,
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
    /// Its first digits, by which people call it.
    pub short: String,
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

impl ToldView {
    /// The view of a message. `issues` are those of its issues that could be looked up, for the sample.
    pub fn new(told: &Told, issues: &[Issue], plan: &Plan) -> Self {
        let services: BTreeSet<&str> = told.sections.iter().map(|section| section.service.as_str()).collect();
        let states: BTreeSet<&str> = told.issues().flat_map(|issue| &issue.transitions).map(Transition::as_str).collect();
        let state = told.issues().flat_map(|issue| &issue.transitions).map(Transition::as_str).next().filter(|_| states.len() == 1);
        let lead = told.issues().next().and_then(|lead| issues.iter().find(|issue| issue.fingerprint == lead.brief.fingerprint));
        let digest = told.form == Form::Digest;
        let mut head = Head::new(if digest { "digest" } else { "group" }, state.unwrap_or("several"), &told.id, plan, told.severity);
        name(&mut head, told, services.len());
        if let [one] = told.sections.as_slice() {
            head.category.clone_from(&one.category);
            head.first_step = first_step(one);
        }
        if services.len() == 1 {
            head.of(services.first().copied().unwrap_or_default(), plan);
        }
        head.since = told.issues().map(|issue| issue.brief.first_seen).min().or(told.previous).map(utc).unwrap_or_default();
        let (count, issue_count) = (told.issues().map(|issue| issue.brief.count).sum::<u64>(), told.issues().count());
        head.how_bad = how_bad(told, issue_count, count);
        let commands = Commands::of("FINGERPRINT");
        if issue_count > 0 {
            head.show = commands.show;
            head.resolve = commands.resolve;
            head.silence = commands.silence;
        }
        if let Some(lead) = told.issues().next().filter(|_| !digest) {
            head.reference = format!("issue {}", lead.brief.fingerprint.short());
            lead.brief.fingerprint.as_str().clone_into(&mut head.thread);
        }
        let sections = sections(told, plan);
        head.links = sections.first().map(|section| section.links.clone()).filter(|_| services.len() == 1).unwrap_or_default();
        Self {
            head,
            why: told.why.to_string(),
            services: services.into_iter().map(str::to_owned).collect(),
            at: utc(told.at),
            previous: told.previous.map(utc).unwrap_or_default(),
            sections,
            issues: issue_count,
            unlisted: 0,
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
}

/// Where, what and to what. What is quoted from a log is marked as such.
fn name(head: &mut Head, told: &Told, services: usize) {
    let issues = u64::try_from(told.issues().count()).unwrap_or(u64::MAX);
    let services = u64::try_from(services).unwrap_or(u64::MAX);
    let lead = told.sections.first().zip(told.issues().next());
    match (told.form, lead) {
        (_, None) => head.name("", "digest", format!("{} suppressed", several(told.suppressed(), "notice"))),
        (Form::Digest, Some(_)) if issues != 1 || told.suppressed() > 0 => {
            let counted = if told.suppressed() > 0 { format!(", {} suppressed", several(told.suppressed(), "notice")) } else { String::new() };
            head.name("", "digest", format!("{} in {}{counted}", several(issues, "issue"), several(services, "service")));
        }
        (form, Some((section, lead))) => {
            head.quotes_log = true;
            let others = if issues > 1 { format!(" and {} more like it", issues - 1) } else { String::new() };
            let what = match (form, lead.transitions.first()) {
                (Form::Digest, _) => "digest".to_owned(),
                (_, None) => format!("still happening{others}"),
                (_, Some(transition)) => format!("{}{others}", in_few_words(transition)),
            };
            head.name(&section.service, &what, lead.brief.headline.clone());
        }
    }
}

/// What happened to the first of several.
const fn in_few_words(transition: &Transition) -> &'static str {
    match transition {
        Transition::New => "new error",
        Transition::Regressed => "error is back",
        Transition::Escalating { .. } => "error escalates",
        Transition::Resolved => "error is resolved",
        Transition::Reached { .. } => "error grows",
    }
}

fn how_bad(told: &Told, issues: usize, count: u64) -> String {
    match (issues, told.issues().next()) {
        (0, _) | (_, None) => String::new(),
        (1, Some(one)) => format!("seen {}, {}", several(count, "time"), usual(&one.brief)),
        (_, Some(_)) => format!("seen {} together", several(count, "time")),
    }
}

/// The sections; the first one of a service carries the links of all of that service's.
fn sections(told: &Told, plan: &Plan) -> Vec<SectionView> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    told.sections
        .iter()
        .map(|section| {
            let links = if seen.insert(&section.service) { service_links(told, &section.service, plan) } else { Vec::new() };
            SectionView::new(section, links, plan)
        })
        .collect()
}

/// The error lines of a service around the times its issues were last seen, its dashboard at that time, and its runbook.
fn service_links(told: &Told, service: &str, plan: &Plan) -> Vec<Link> {
    let Some(source) = plan.sources.iter().find(|source| source.service == service) else { return Vec::new() };
    let seen = || told.sections.iter().filter(|section| section.service == service).flat_map(|section| &section.issues).map(|issue| issue.brief.last_seen);
    let (Some(first), Some(last)) = (seen().min(), seen().max()) else { return Vec::new() };
    error_links(first, last, logs_link(plan, source, first, last), Some(source), "")
}

fn logs_link(plan: &Plan, source: &Source, first: Timestamp, last: Timestamp) -> String {
    query_around(&Console::of_region(&plan.region), first, last, &source.log_group, error_query(Some(source)))
}

fn first_step(section: &Section) -> String {
    section.issues.iter().map(|issue| issue.brief.first_step.clone()).find(|step| !step.is_empty()).unwrap_or_default()
}

impl SectionView {
    fn new(section: &Section, links: Vec<Link>, plan: &Plan) -> Self {
        Self {
            service: section.service.clone(),
            category: section.category.clone(),
            severity: section.severity,
            because: section.placing.words(utc),
            first_step: first_step(section),
            issues: section.issues.iter().map(LineView::new).collect(),
            account: plan.account_of(&section.service).to_owned(),
            links,
        }
    }
}

impl LineView {
    fn new(issue: &Listed) -> Self {
        let Brief { fingerprint, headline, severity, count, first_seen, last_seen, .. } = &issue.brief;
        Self {
            headline: headline.clone(),
            severity: *severity,
            transitions: issue.transitions.iter().map(Transition::as_str).collect(),
            notices: issue.notices,
            happened: happened(issue),
            count: *count,
            usual: usual(&issue.brief),
            first_seen: utc(*first_seen),
            last_seen: utc(*last_seen),
            fingerprint: fingerprint.as_str().to_owned(),
            short: fingerprint.short().to_owned(),
        }
    }
}
