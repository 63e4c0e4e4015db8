//! What a route remembers between decisions. Plain data, stored as one item per route; everything in it is bounded.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::bucket::{Bucket, Rate};
use crate::{
    issue::{Fingerprint, Listed, Suppressed, Suppression},
    severity::Severity,
};

/// Format of a stored ledger.
pub const LEDGER_FORMAT: u32 = 1;

/// Most services and categories remembered at a time. What is over is counted as [`Suppression::TooMany`].
pub const MAX_GROUPS: usize = 80;

/// Most issues that wait to be told, in all groups. The least urgent one over it is counted as [`Suppression::TooMany`].
pub const MAX_LISTED: usize = 50;

/// Most keys of occasions that are remembered, so that one delivered twice counts once. The oldest one over it is forgotten.
pub const MAX_SEEN: usize = 2_048;

/// Most issues of a group whose counts are remembered for the repetition.
pub const MAX_REMEMBERED: usize = 3;

/// Most services in which something critical is remembered; the one that is over first makes room.
pub const MAX_FIRING: usize = 40;

/// Most services that have a bucket; those beyond share the bucket of the route only.
pub const MAX_BUCKETS: usize = 80;

/// Most different counts (reason and service); those beyond go to the count of several services.
pub const MAX_COUNTS: usize = 40;

/// State of one route.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// Format, see [`LEDGER_FORMAT`].
    pub format: u32,
    /// Number of messages decided so far.
    pub(super) messages: u64,
    /// Services and categories, sorted.
    pub(super) groups: Vec<Group>,
    /// Hashes of the keys of recent occasions, oldest first.
    pub(super) seen: Vec<u64>,
    /// Tokens of the route.
    pub(super) route: Option<Bucket>,
    /// Tokens by service; one that is not here is full.
    pub(super) services: BTreeMap<String, Bucket>,
    /// Services in which something critical happens.
    pub(super) firing: BTreeMap<String, Firing>,
    /// Notices that are counted and not listed, until a digest says so.
    pub(super) counts: Vec<Suppressed>,
    /// When the oldest count that alone is worth a digest was made.
    pub(super) counted_since: Option<Timestamp>,
    /// When the last digest was decided.
    pub(super) last_digest: Option<Timestamp>,
    /// When the last message was decided.
    pub(super) last_message: Option<Timestamp>,
    /// When the next decision is due even if nothing happens.
    pub(super) next_due: Option<Timestamp>,
    /// How often a bound made it forget something that is not a notice: a key, an idle group, a service.
    pub(super) forgotten: u64,
}

/// One service and category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Group {
    pub(super) service: String,
    pub(super) category: String,
    /// Issues that wait to be told.
    pub(super) pending: Vec<Listed>,
    /// Since when the oldest of them waits.
    pub(super) pending_since: Timestamp,
    /// When it was last told.
    pub(super) told_at: Option<Timestamp>,
    /// Highest severity that was told.
    pub(super) told_severity: Severity,
    /// Counts of its most urgent issues when they were told.
    pub(super) told: BTreeMap<Fingerprint, u64>,
    /// The limit of messages holds it back: it goes into the next digest.
    pub(super) limited: bool,
    /// Quiet hours have held it back.
    pub(super) quieted: bool,
}

/// Something critical in a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Firing {
    /// Until when it counts as happening.
    pub(super) until: Timestamp,
    /// Which issue.
    pub(super) fingerprint: Fingerprint,
}

impl Ledger {
    /// Messages decided so far.
    pub const fn messages(&self) -> u64 {
        self.messages
    }

    /// When an issue was told last, as far as that is remembered.
    pub fn told_at(&self, fingerprint: &Fingerprint) -> Option<Timestamp> {
        self.groups.iter().filter(|group| group.told.contains_key(fingerprint)).filter_map(|group| group.told_at).max()
    }

    /// What an issue that waits to be told waits for; none when it does not wait.
    pub fn waits_for(&self, fingerprint: &Fingerprint) -> Option<&'static str> {
        let group = self.groups.iter().find(|group| group.pending.iter().any(|listed| listed.brief.fingerprint == *fingerprint))?;
        Some(if group.quieted {
            "quiet hours hold it back"
        } else if group.limited {
            "the limit of messages holds it back for the next digest"
        } else if group.told_at.is_some() {
            "its service and category was told lately, so it goes into the next digest"
        } else {
            "it waits for more of its kind"
        })
    }
}

impl Default for Ledger {
    fn default() -> Self {
        Self {
            format: LEDGER_FORMAT,
            messages: 0,
            groups: Vec::new(),
            seen: Vec::new(),
            route: None,
            services: BTreeMap::new(),
            firing: BTreeMap::new(),
            counts: Vec::new(),
            counted_since: None,
            last_digest: None,
            last_message: None,
            next_due: None,
            forgotten: 0,
        }
    }
}

impl Group {
    pub(super) const fn new(service: String, category: String, now: Timestamp) -> Self {
        Self {
            service,
            category,
            pending: Vec::new(),
            pending_since: now,
            told_at: None,
            told_severity: Severity::Info,
            told: BTreeMap::new(),
            limited: false,
            quieted: false,
        }
    }

    /// Highest severity among what waits.
    pub(super) fn severity(&self) -> Severity {
        self.pending.iter().map(|issue| issue.brief.severity).max().unwrap_or(self.told_severity)
    }

    /// Notices that wait.
    pub(super) fn waiting(&self) -> u64 {
        self.pending.iter().map(|issue| issue.notices).sum()
    }
}

impl Ledger {
    /// When the next decision is due even if nothing happens; `None`: not before the next occasion.
    pub const fn next_due(&self) -> Option<Timestamp> {
        self.next_due
    }

    /// Notices that wait to be listed in a message.
    pub fn waiting(&self) -> u64 {
        self.groups.iter().map(Group::waiting).sum()
    }

    /// Notices that are counted and wait for a digest that says so.
    pub fn counted(&self) -> u64 {
        self.counts.iter().map(|count| count.notices).sum()
    }

    /// How often a bound made it forget something that is not a notice: a key, an idle group, a service.
    pub const fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// Issues that were told and whose repetition is due: the decision wants to know how they are now.
    pub fn to_look_up(&self, repeat_seconds: u32, now: Timestamp) -> Vec<Fingerprint> {
        let due = self.groups.iter().filter(|group| group.told_at.is_some_and(|at| passed(at, repeat_seconds, now)));
        due.flat_map(|group| group.told.keys().cloned()).collect()
    }

    /// Notes an occasion's key; false when it was there.
    pub(super) fn see(&mut self, hash: u64) -> bool {
        if self.seen.contains(&hash) {
            return false;
        }
        if self.seen.len() >= MAX_SEEN {
            self.seen.remove(0);
            self.forgotten += 1;
        }
        self.seen.push(hash);
        true
    }

    /// Counts notices that are not listed.
    pub(super) fn count(&mut self, reason: Suppression, service: &str, notices: u64, now: Timestamp) {
        if matches!(reason, Suppression::Inhibited | Suppression::TooMany) {
            self.counted_since.get_or_insert(now);
        }
        let known = self.counts.iter().any(|count| count.reason == reason && count.service == service);
        // The last places are kept for the counts of several services, one for each reason.
        let service = if known || self.counts.len() < MAX_COUNTS - 5 { service } else { "" };
        if let Some(count) = self.counts.iter_mut().find(|count| count.reason == reason && count.service == service) {
            count.notices += notices;
        } else {
            self.counts.push(Suppressed { reason, service: service.to_owned(), notices });
        }
    }

    /// The group of a service and category, made when there is room; idle groups make room, the one told longest ago first.
    pub(super) fn group(&mut self, service: &str, category: &str, now: Timestamp) -> Option<&mut Group> {
        let find = |groups: &[Group]| groups.binary_search_by(|group| (group.service.as_str(), group.category.as_str()).cmp(&(service, category)));
        if find(&self.groups).is_err() {
            if self.groups.len() >= MAX_GROUPS {
                let idle = self.groups.iter().enumerate().filter(|(_, group)| group.pending.is_empty());
                let (oldest, _) = idle.min_by_key(|(place, group)| (group.told_at, *place))?;
                self.groups.remove(oldest);
                self.forgotten += 1;
            }
            let place = find(&self.groups).unwrap_or_else(|place| place);
            self.groups.insert(place, Group::new(service.to_owned(), category.to_owned(), now));
        }
        let place = find(&self.groups).ok()?;
        self.groups.get_mut(place)
    }

    /// Takes out the least urgent of the issues that wait when there are more than [`MAX_LISTED`].
    pub(super) fn overflow(&mut self) -> Option<(String, Listed)> {
        if self.groups.iter().map(|group| group.pending.len()).sum::<usize>() <= MAX_LISTED {
            return None;
        }
        let all = self.groups.iter().enumerate().flat_map(|(group, of)| of.pending.iter().enumerate().map(move |(place, issue)| (group, place, issue)));
        let (group, place, _) = all.min_by(|a, b| rank(a.2).cmp(&rank(b.2)))?;
        let group = self.groups.get_mut(group)?;
        let issue = group.pending.remove(place);
        Some((group.service.clone(), issue))
    }

    /// Remembers that something critical happens in a service.
    pub(super) fn fire(&mut self, service: &str, fingerprint: &Fingerprint, until: Timestamp) {
        if let Some(firing) = self.firing.get_mut(service) {
            firing.until = firing.until.max(until);
            firing.fingerprint.clone_from(fingerprint);
            return;
        }
        if self.firing.len() >= MAX_FIRING {
            let first = self.firing.iter().min_by_key(|(_, firing)| firing.until).map(|(service, _)| service.clone());
            first.map(|service| self.firing.remove(&service));
            self.forgotten += 1;
        }
        self.firing.insert(service.to_owned(), Firing { until, fingerprint: fingerprint.clone() });
    }

    /// Tokens of the route.
    pub(super) fn route_tokens(&self, rate: Rate, now: Timestamp) -> u32 {
        self.route.as_ref().map_or(rate.capacity, |bucket| bucket.available(rate, now))
    }

    /// Tokens of a service.
    pub(super) fn service_tokens(&self, service: &str, rate: Rate, now: Timestamp) -> u32 {
        self.services.get(service).map_or(rate.capacity, |bucket| bucket.available(rate, now))
    }

    /// Takes a token of the route, and one of each service the message is about.
    pub(super) fn take_tokens<'a>(&mut self, services: impl Iterator<Item = &'a str>, route: Rate, service: Rate, now: Timestamp) {
        self.route.get_or_insert_with(|| Bucket::full(route, now)).take(route, now);
        for name in services {
            if let Some(bucket) = self.services.get_mut(name) {
                bucket.take(service, now);
            } else if self.services.len() < MAX_BUCKETS {
                let mut bucket = Bucket::full(service, now);
                bucket.take(service, now);
                self.services.insert(name.to_owned(), bucket);
            } else {
                self.forgotten += 1;
            }
        }
    }
}

/// Most urgent last. The fingerprint only makes the order whole.
pub(super) fn rank(issue: &Listed) -> (Severity, u64, &Fingerprint) {
    (issue.brief.severity, issue.brief.count, &issue.brief.fingerprint)
}

/// Whether so many seconds have passed.
pub(super) fn passed(since: Timestamp, seconds: u32, now: Timestamp) -> bool {
    now >= after(since, seconds)
}

/// The time so many seconds later.
pub(super) fn after(since: Timestamp, seconds: u32) -> Timestamp {
    since.checked_add(jiff::SignedDuration::from_secs(i64::from(seconds))).unwrap_or(Timestamp::MAX)
}
