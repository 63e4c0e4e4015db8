//! What is known of an issue from its occurrences alone.
//!
//! [`Facts::join`] is commutative and associative, and every field of the result depends only on the set of occurrences that went in: counts are sums,
//! times are minima and maxima, what is said of the latest occurrence is chosen by its time (and by its event id among those of one millisecond), and
//! every bound drops what it would drop in any other order as well. So late and out-of-order batches, and batches cut otherwise, give the same facts. A
//! batch that is delivered twice must be left out by whoever joins: the store does, by the batch's marker.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    distinct::Distinct,
    fit::fit,
    sample::Sample,
    series::Series,
    sustained::severity,
    versions::{MAX_VERSION, Versions},
};
use crate::{
    error::{classify::Class, fingerprint::Fingerprint},
    severity::Severity,
};

/// Most services counted apart in one issue: the first by name.
pub const MAX_SERVICES: usize = 20;

/// Most bytes of a service's name, as stored.
pub(super) const MAX_SERVICE: usize = 128;

/// Most bytes of an error type, as stored.
pub(super) const MAX_KIND: usize = 256;

/// Most bytes of a message template, as stored.
pub(super) const MAX_TEMPLATE: usize = 1024;

/// Most bytes of a category, and of a rule's id, as stored.
pub(super) const MAX_WORD: usize = 128;

/// Most bytes of what to do first, as stored.
pub(super) const MAX_FIRST_STEP: usize = 1024;

/// Most bytes of the evidence of a rule, as stored.
pub(super) const MAX_EVIDENCE: usize = 256;

/// Width of the finest counts, seconds.
pub(super) const RECENT_SECONDS: i64 = 300;

/// Counts by five minutes: the current window and the 24 hours before it.
pub type Recent = Series<RECENT_SECONDS, { 24 * 12 + 1 }>;

/// Counts by hour: the current hour and the eight days before it.
pub type Hours = Series<3600, { 8 * 24 + 1 }>;

/// Counts by day: today and the 90 days before.
pub type Days = Series<86_400, 91>;

/// What is known of an issue from its occurrences alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Error type of the latest occurrence; empty when unknown.
    pub kind: String,
    /// Message template of the latest occurrence.
    pub template: String,
    /// What related issues share; of the latest occurrence.
    pub coarse: Fingerprint,
    /// Category of the latest occurrence.
    pub category: String,
    /// Severity of the latest occurrence, as its rule says.
    pub rule_severity: Severity,
    /// Severity: the rule's, raised when throttling is sustained, see [`super::sustained`].
    pub severity: Severity,
    /// Rule that classified the latest occurrence.
    pub rule: String,
    /// What decided for that rule, masked.
    #[serde(default)]
    pub evidence: String,
    /// Whether transitions are told to people.
    pub notify: bool,
    /// What to do first.
    pub first_step: String,
    /// Version of the application in the latest occurrence; empty when unknown.
    pub app_version: String,
    /// Masked sample of the latest occurrence.
    pub sample: Sample,
    /// Masked sample of the earliest occurrence; absent when it is the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_sample: Option<Sample>,
    /// Version of the application in the earliest occurrence; empty when unknown.
    pub first_app_version: String,
    /// Occurrences so far.
    pub count: u64,
    /// Time of the earliest occurrence.
    pub first_seen: Timestamp,
    /// Time of the latest occurrence.
    pub last_seen: Timestamp,
    /// Occurrences by service, at most [`MAX_SERVICES`]; the rest is [`Facts::other_services`].
    pub services: BTreeMap<String, u64>,
    /// Occurrences by version.
    pub versions: Versions,
    /// Users who met it, about.
    #[serde(default, skip_serializing_if = "Distinct::is_empty")]
    pub users: Distinct,
    /// Occurrences by five minutes.
    pub recent: Recent,
    /// Occurrences by hour.
    pub hours: Hours,
    /// Occurrences by day.
    pub days: Days,
}

/// One occurrence, with all that may be kept of it.
#[derive(Clone, Debug)]
pub struct Occurrence<'a> {
    /// When it happened.
    pub at: Timestamp,
    /// Service.
    pub service: &'a str,
    /// Version of the application; empty when unknown.
    pub version: &'a str,
    /// Who asked; empty when unknown. Only a part of its hash is kept.
    pub user: &'a str,
    /// Error type; empty when unknown.
    pub kind: &'a str,
    /// Masked message template.
    pub template: &'a str,
    /// What related issues share.
    pub coarse: &'a Fingerprint,
    /// Classification.
    pub class: &'a Class,
    /// Masked sample.
    pub sample: Sample,
}

impl Facts {
    /// What one occurrence tells.
    pub fn of(occurrence: Occurrence<'_>) -> Self {
        let Occurrence { at, service, version, user, kind, template, coarse, class, sample } = occurrence;
        let version = fit(version, MAX_VERSION);
        let mut facts = Self {
            kind: fit(kind, MAX_KIND),
            template: fit(template, MAX_TEMPLATE),
            coarse: coarse.clone(),
            category: fit(&class.category, MAX_WORD),
            rule_severity: class.severity,
            severity: class.severity,
            rule: fit(&class.rule, MAX_WORD),
            evidence: fit(&class.evidence, MAX_EVIDENCE),
            notify: class.notify,
            first_step: fit(&class.first_step, MAX_FIRST_STEP),
            versions: Versions::of(&version, at, sample.of_version()),
            first_app_version: version.clone(),
            app_version: version,
            sample: sample.fitted(),
            first_sample: None,
            count: 1,
            first_seen: at,
            last_seen: at,
            services: BTreeMap::from([(fit(service, MAX_SERVICE), 1)]),
            users: Distinct::default(),
            recent: Recent::default(),
            hours: Hours::default(),
            days: Days::default(),
        };
        facts.count_user(user);
        facts.count_time(at);
        facts
    }

    /// Adds what is known from other occurrences.
    pub fn join(&mut self, other: &Self) {
        let first = self.first().min(other.first()).to_owned();
        if other.latest() > self.latest() {
            self.take_latest(other);
        }
        let (sample, version) = first;
        self.first_sample = (sample != self.sample).then_some(sample);
        self.first_app_version = version;
        self.count = self.count.saturating_add(other.count);
        self.first_seen = self.first_seen.min(other.first_seen);
        self.last_seen = self.last_seen.max(other.last_seen);
        for (service, &count) in &other.services {
            let stored = self.services.entry(service.clone()).or_default();
            *stored = stored.saturating_add(count);
        }
        while self.services.len() > MAX_SERVICES {
            self.services.pop_last();
        }
        self.versions.join(&other.versions);
        self.users.join(&other.users);
        self.recent.join(&other.recent);
        self.hours.join(&other.hours);
        self.days.join(&other.days);
        self.severity = severity(self);
    }

    /// Counts an occurrence of the same batch and service of which nothing else is wanted: it is neither the first nor the latest, nor the first of
    /// one of the versions that have a sample. [`Facts::settle`] must follow the last one.
    pub(super) fn count(&mut self, at: Timestamp, service: &str, version: &str, user: &str) {
        self.count = self.count.saturating_add(1);
        match self.services.get_mut(service) {
            Some(count) => *count = count.saturating_add(1),
            None => self.services.extend([(fit(service, MAX_SERVICE), 1)]),
        }
        self.versions.count(&fit(version, MAX_VERSION), at);
        self.count_user(user);
        self.count_time(at);
    }

    /// Ends counting: what is derived from the counts is computed once.
    pub(super) fn settle(&mut self) {
        self.severity = severity(self);
    }

    fn count_user(&mut self, user: &str) {
        if !user.is_empty() {
            self.users.add(user);
        }
    }

    fn count_time(&mut self, at: Timestamp) {
        self.recent.add(at, 1);
        self.hours.add(at, 1);
        self.days.add(at, 1);
    }

    /// The sample of the earliest occurrence.
    pub fn first_sample(&self) -> &Sample {
        self.first_sample.as_ref().unwrap_or(&self.sample)
    }

    /// Occurrences in services that are not counted apart.
    pub fn other_services(&self) -> u64 {
        self.services.values().fold(self.count, |rest, &count| rest.saturating_sub(count))
    }

    fn first(&self) -> First<'_> {
        First { at: self.first_seen, sample: self.first_sample(), version: &self.first_app_version }
    }

    /// By what the latest of two is chosen, and between two of one event id, which happens only where ids are made up, everything that comes with it.
    fn latest(&self) -> impl Ord + '_ {
        let words = [&self.kind, &self.template, &self.category, &self.rule, &self.evidence, &self.first_step, &self.app_version];
        (self.last_seen, &self.sample, words, &self.coarse, self.rule_severity, self.notify)
    }

    fn take_latest(&mut self, other: &Self) {
        self.kind.clone_from(&other.kind);
        self.template.clone_from(&other.template);
        self.coarse.clone_from(&other.coarse);
        self.category.clone_from(&other.category);
        self.rule_severity = other.rule_severity;
        self.rule.clone_from(&other.rule);
        self.evidence.clone_from(&other.evidence);
        self.notify = other.notify;
        self.first_step.clone_from(&other.first_step);
        self.app_version.clone_from(&other.app_version);
        self.sample.clone_from(&other.sample);
    }
}

/// By what the earliest of two is chosen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct First<'a> {
    at: Timestamp,
    sample: &'a Sample,
    version: &'a str,
}

impl First<'_> {
    fn to_owned(self) -> (Sample, String) {
        (self.sample.clone(), self.version.to_owned())
    }
}
