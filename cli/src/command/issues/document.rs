//! Issues as documents for programs, and the words both forms share.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use skywarden_core::{
    issue::{Fingerprint, Issue, Sample, Series, Until, Word},
    notify::Link,
    severity::Severity,
};
use skywarden_simulator::report::table::{clean, cut};

use crate::moment::minute;

/// Hours whose counts are shown.
pub(super) const SHOWN_HOURS: i64 = 24;

/// Days whose counts are shown.
pub(super) const SHOWN_DAYS: i64 = 30;

/// What a list says of an issue.
#[derive(Clone, Debug, Serialize)]
pub(super) struct IssueSummary {
    fingerprint: Fingerprint,
    /// State now.
    state: &'static str,
    severity: Severity,
    category: String,
    /// Error type; empty when unknown.
    #[serde(rename = "type")]
    kind: String,
    /// Masked message template.
    template: String,
    /// Occurrences by service.
    services: BTreeMap<String, u64>,
    /// Occurrences.
    count: u64,
    /// Of these, in the current hour and the 23 before it.
    count_24h: u64,
    /// Users who met it, about; zero when no line names one.
    users: u64,
    first_seen: Timestamp,
    last_seen: Timestamp,
    /// Whose it is; empty: nobody's.
    assigned: String,
    /// Whether people are told of it.
    notify: bool,
    /// The issue that counts for it; null when it counts itself.
    merged_into: Option<Fingerprint>,
}

/// All that is known of an issue.
#[derive(Clone, Debug, Serialize)]
pub(super) struct IssueDocument {
    /// Format of this document.
    format: u32,
    project: String,
    environment: String,
    /// When this was so.
    as_of: Timestamp,
    #[serde(flatten)]
    summary: IssueSummary,
    /// Identity that related issues share.
    coarse: Fingerprint,
    /// Rule that classified it, and what decided for that rule.
    rule: String,
    evidence: String,
    first_step: String,
    /// The last word on its state; null when nobody said anything.
    said: Option<SaidDocument>,
    /// Who said whose it is, and when; null when nobody did.
    assignment: Option<By>,
    /// The last merge or erasure; null when there was none.
    deed: Option<DeedDocument>,
    /// The newest first.
    versions: Vec<VersionDocument>,
    first_version: String,
    last_version: String,
    baseline: BaselineDocument,
    /// Counts by hour, the oldest first; hours without an occurrence included.
    hours: Vec<Count>,
    /// Counts by day.
    days: Vec<Count>,
    /// The latest and the first occurrence, masked; null when erased.
    samples: Samples,
    links: Vec<LinkDocument>,
    related: Vec<Related>,
}

#[derive(Clone, Debug, Serialize)]
struct SaidDocument {
    at: Timestamp,
    by: String,
    /// `open`, `ignored` or `resolved`.
    word: &'static str,
    /// In words: until when it is ignored, or in which version it is resolved; empty for neither.
    detail: String,
}

#[derive(Clone, Debug, Serialize)]
struct By {
    at: Timestamp,
    by: String,
}

#[derive(Clone, Debug, Serialize)]
struct DeedDocument {
    at: Timestamp,
    by: String,
    /// `merged`, `joined`, `unmerged` or `forgotten`.
    what: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct VersionDocument {
    version: String,
    count: u64,
    first_seen: Timestamp,
    last_seen: Timestamp,
}

#[derive(Clone, Debug, Serialize)]
struct BaselineDocument {
    /// Whole hours its history has, at most 168.
    hours: u32,
    per_hour: f64,
    deviation: f64,
    max_hour: u64,
    /// Occurrences in 15 minutes above which it escalates; null while it has no history.
    limit: Option<u64>,
    /// Occurrences in the last 15 minutes.
    now: u64,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Count {
    at: Timestamp,
    count: u64,
}

#[derive(Clone, Debug, Serialize)]
struct Samples {
    latest: Option<Sample>,
    first: Option<Sample>,
}

#[derive(Clone, Debug, Serialize)]
struct LinkDocument {
    name: String,
    url: String,
}

/// An issue of the same coarse identity.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Related {
    pub(super) fingerprint: Fingerprint,
    pub(super) state: &'static str,
    pub(super) count: u64,
    pub(super) headline: String,
}

impl IssueSummary {
    pub(super) fn of(issue: &Issue, as_of: Timestamp) -> Self {
        Self {
            fingerprint: issue.fingerprint.clone(),
            state: state(issue, as_of),
            severity: issue.severity,
            category: issue.category.clone(),
            kind: issue.kind.clone(),
            template: issue.template.clone(),
            services: issue.services.clone(),
            count: issue.count,
            count_24h: counts(&issue.hours, SHOWN_HOURS, as_of).iter().map(|(_, count)| count).sum(),
            users: issue.users.estimate(),
            first_seen: issue.first_seen,
            last_seen: issue.last_seen,
            assigned: assigned(issue).to_owned(),
            notify: issue.notify,
            merged_into: issue.merged_into.clone(),
        }
    }
}

impl IssueDocument {
    pub(super) fn of(issue: &Issue, project: &str, environment: &str, links: &[Link], related: Vec<Related>, as_of: Timestamp) -> Self {
        let baseline = issue.baseline(as_of);
        let count = |(at, count): (Timestamp, u64)| Count { at, count };
        Self {
            format: 1,
            project: project.to_owned(),
            environment: environment.to_owned(),
            as_of,
            summary: IssueSummary::of(issue, as_of),
            coarse: issue.coarse.clone(),
            rule: issue.rule.clone(),
            evidence: issue.evidence.clone(),
            first_step: issue.first_step.clone(),
            said: issue.said.as_ref().map(|said| SaidDocument {
                at: said.at,
                by: said.by.clone(),
                word: match &said.word {
                    Word::Open => "open",
                    Word::Ignored { .. } => "ignored",
                    Word::Resolved { .. } => "resolved",
                },
                detail: detail(issue, &said.word),
            }),
            assignment: issue.assigned.as_ref().map(|assigned| By { at: assigned.at, by: assigned.by.clone() }),
            deed: issue.deed.as_ref().map(|deed| DeedDocument { at: deed.at, by: deed.by.clone(), what: deed.what.as_str() }),
            versions: issue
                .versions
                .seen()
                .iter()
                .map(|seen| VersionDocument { version: seen.version.clone(), count: seen.count, first_seen: seen.first_seen, last_seen: seen.last_seen })
                .collect(),
            first_version: issue.first_app_version.clone(),
            last_version: issue.app_version.clone(),
            baseline: BaselineDocument {
                hours: baseline.hours,
                per_hour: baseline.per_hour,
                deviation: baseline.deviation,
                max_hour: baseline.max_hour,
                limit: baseline.limit,
                now: issue.in_window(as_of),
            },
            hours: counts(&issue.hours, SHOWN_HOURS, as_of).into_iter().map(count).collect(),
            days: counts(&issue.days, SHOWN_DAYS, as_of).into_iter().map(count).collect(),
            samples: Samples { latest: kept(&issue.sample), first: kept(issue.first_sample()) },
            links: links.iter().map(|link| LinkDocument { name: link.name.clone(), url: link.url.clone() }).collect(),
            related,
        }
    }
}

/// The sample, unless it was erased.
pub(super) fn kept(sample: &Sample) -> Option<Sample> {
    (*sample != Sample::default()).then(|| sample.clone())
}

/// The state, or that it counts nothing any more.
pub(super) fn state(issue: &Issue, as_of: Timestamp) -> &'static str {
    if issue.merged_into.is_some() { "merged" } else { issue.state_at(as_of).as_str() }
}

/// Whose it is; empty: nobody's.
pub(super) fn assigned(issue: &Issue) -> &str {
    issue.assigned.as_ref().map_or("", |assigned| &assigned.to)
}

/// Counts of the newest windows, the oldest first, empty ones included.
pub(super) fn counts<const SECONDS: i64, const KEEP: i64>(series: &Series<SECONDS, KEEP>, windows: i64, as_of: Timestamp) -> Vec<(Timestamp, u64)> {
    let newest = Series::<SECONDS, KEEP>::window(as_of);
    (newest - windows + 1..=newest).map(|window| (Series::<SECONDS, KEEP>::begin(window), series.get(window))).collect()
}

/// Type and template on one line, harmless for a terminal.
pub(super) fn headline(issue: &Issue, width: usize) -> String {
    let text = if issue.kind.is_empty() { issue.template.clone() } else { format!("{}: {}", issue.kind, issue.template) };
    let words = clean(&text).split_whitespace().collect::<Vec<_>>().join(" ");
    cut(&words, width)
}

/// The last word on the state, in words.
pub(super) fn said(issue: &Issue) -> Option<String> {
    let said = issue.said.as_ref()?;
    let detail = detail(issue, &said.word);
    let word = match &said.word {
        Word::Open => "reopened",
        Word::Ignored { .. } => "ignored",
        Word::Resolved { .. } => "resolved",
    };
    Some([word, &detail].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "))
}

fn detail(issue: &Issue, word: &Word) -> String {
    match word {
        Word::Open | Word::Resolved { in_version: None } => String::new(),
        Word::Resolved { in_version: Some(version) } => format!("in {}", clean(version)),
        Word::Ignored { until: Until::Forever } => "until somebody says otherwise".to_owned(),
        Word::Ignored { until: Until::Time { time } } => format!("until {}", minute(*time)),
        Word::Ignored { until: Until::Count { count } } => format!("until it was seen {count} times ({} so far)", issue.count),
        Word::Ignored { until: Until::Escalating } => "until it escalates".to_owned(),
    }
}
