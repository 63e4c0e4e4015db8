//! One round of deciding, step by step in the order of the rules.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use jiff::Timestamp;
use xxhash_rust::xxh3::xxh3_64;

use super::{
    Decision, FIRING_SECONDS, Held, HeldReason, INHIBITED_CATEGORIES, Input, Ledger, MAX_AT_ONCE, MAX_REMEMBERED, Occasion, Sending, Sighting, Silence,
    ledger::{Group, after, passed, rank},
};
use crate::{
    issue::{Brief, Form, Listed, Placing, Section, Suppression, Told, Transition, Why},
    severity::Severity,
};

/// Service and category.
type Key = (String, String);

struct Round<'a> {
    ledger: Ledger,
    route: &'a str,
    sending: &'a Sending,
    now: Timestamp,
    messages: Vec<Told>,
    held: Vec<Held>,
    /// Groups that do not wait.
    urgent: BTreeSet<Key>,
    /// Repetitions that do not go alone: a digest of this round takes them.
    repeats: Vec<Section>,
}

pub(super) fn run(ledger: Ledger, route: &str, input: &Input<'_>, now: Timestamp, sending: &Sending) -> Decision {
    let mut round = Round { ledger, route, sending, now, messages: Vec::new(), held: Vec::new(), urgent: BTreeSet::new(), repeats: Vec::new() };
    round.forget();
    let admitted = round.admit(input.occasions);
    round.inhibit();
    round.tell_critical();
    let repeats = round.repeats(input.sightings);
    round.tell_ordinary(repeats);
    round.tell_digest();
    round.explain(admitted);
    let next_due = round.next_due();
    round.ledger.next_due = next_due;
    let waiting = round.ledger.waiting() + round.ledger.counted();
    for message in &mut round.messages {
        message.waiting = waiting;
    }
    Decision { ledger: round.ledger, messages: round.messages, held: round.held, next_due }
}

impl Round<'_> {
    /// Drops what no longer changes anything.
    fn forget(&mut self) {
        let (rate, now) = (self.sending.service, self.now);
        self.ledger.firing.retain(|_, firing| firing.until > now);
        self.ledger.services.retain(|_, bucket| bucket.available(rate, now) < rate.capacity);
    }

    /// Takes in the occasions: critical ones first, since they decide what is noise. Gives those that wait.
    fn admit<'o>(&mut self, occasions: &'o [Occasion]) -> Vec<(&'o Occasion, String)> {
        let mut ordered: Vec<(&Occasion, String)> = occasions.iter().map(|occasion| (occasion, occasion.notice.clone())).collect();
        ordered.sort_by(|a, b| (!a.0.is_critical(), a.0.at, &a.1).cmp(&(!b.0.is_critical(), b.0.at, &b.1)));
        let mut admitted = Vec::new();
        for (occasion, key) in ordered {
            if !self.ledger.see(xxh3_64(key.as_bytes())) {
                self.held.push(Held { key, reason: HeldReason::Duplicate });
                continue;
            }
            if occasion.transition == Transition::Resolved {
                // Also when nobody is to be told of it.
                self.ledger.firing.retain(|_, firing| firing.fingerprint != occasion.brief.fingerprint);
            }
            let suppression = match occasion.silence {
                Some(Silence::Ignored) => Some(Suppression::Ignored),
                Some(Silence::Rule) => Some(Suppression::Rule),
                None if !occasion.is_wanted(&self.sending.policy) => Some(Suppression::Unwanted),
                None => self.place(occasion),
            };
            match suppression {
                Some(reason) => {
                    self.ledger.count(reason, &occasion.service, 1, self.now);
                    self.held.push(Held { key, reason: HeldReason::Suppressed(reason) });
                }
                None => admitted.push((occasion, key)),
            }
        }
        admitted
    }

    /// Puts an occasion into its group. Gives why not, if not.
    fn place(&mut self, occasion: &Occasion) -> Option<Suppression> {
        let now = self.now;
        if occasion.is_critical() {
            self.ledger.fire(&occasion.service, &occasion.brief.fingerprint, after(now, FIRING_SECONDS));
        }
        let digest_seconds = self.sending.policy.digest_seconds;
        let Some(group) = self.ledger.group(&occasion.service, &occasion.category, now) else {
            return Some(Suppression::TooMany);
        };
        let told_lately = group.told_at.is_some_and(|at| !passed(at, digest_seconds, now));
        let grows = matches!(occasion.transition, Transition::Reached { .. });
        if occasion.is_critical() && !(grows && told_lately) {
            self.urgent.insert((occasion.service.clone(), occasion.category.clone()));
        }
        if group.pending.is_empty() {
            group.pending_since = now;
        }
        if let Some(issue) = group.pending.iter_mut().find(|issue| issue.brief.fingerprint == occasion.brief.fingerprint) {
            merge(issue, occasion);
        } else {
            group.pending.push(Listed { brief: occasion.brief.clone(), transitions: vec![occasion.transition.clone()], notices: 1 });
        }
        while let Some((service, issue)) = self.ledger.overflow() {
            self.ledger.count(Suppression::TooMany, &service, issue.notices, now);
        }
        None
    }

    /// Counts the noise that waits in services where something critical happens.
    fn inhibit(&mut self) {
        let firing: BTreeSet<String> = self.ledger.firing.keys().cloned().collect();
        let mut noise: BTreeMap<String, u64> = BTreeMap::new();
        for group in &mut self.ledger.groups {
            if !INHIBITED_CATEGORIES.contains(&group.category.as_str()) || !firing.contains(&group.service) {
                continue;
            }
            for issue in group.pending.extract_if(.., |issue| issue.brief.severity != Severity::Critical) {
                *noise.entry(group.service.clone()).or_default() += issue.notices;
            }
        }
        for (service, notices) in noise {
            self.ledger.count(Suppression::Inhibited, &service, notices, self.now);
        }
        // A group that was never told and has nothing to tell is no group.
        self.ledger.groups.retain(|group| group.told_at.is_some() || !group.pending.is_empty());
    }

    /// What is critical is told in the round in which it happens.
    fn tell_critical(&mut self) {
        let urgent: Vec<Section> = std::mem::take(&mut self.urgent).into_iter().filter_map(|key| self.section(&key, Placing::Critical)).collect();
        let free = self.ledger.route_tokens(self.sending.route, self.now);
        if urgent.is_empty() {
            return;
        }
        if free == 0 {
            self.limit(&urgent);
        } else if count(urgent.len()) <= free.min(MAX_AT_ONCE) {
            for section in by_urgency(urgent) {
                self.tell(vec![section], Why::Critical);
            }
        } else {
            let groups = urgent.len();
            self.tell(by_urgency(urgent), Why::CriticalTogether { groups, free: free.min(MAX_AT_ONCE) });
        }
    }

    /// Repetitions that are due: of issues seen within the last quarter of the time. A group that went silent is forgotten.
    fn repeats(&mut self, sightings: Option<&[Sighting]>) -> Vec<Section> {
        let Some(sightings) = sightings else { return Vec::new() };
        let mut due = Vec::new();
        let mut over: BTreeSet<Key> = BTreeSet::new();
        for group in &self.ledger.groups {
            let Some(told_at) = group.told_at else { continue };
            if !group.pending.is_empty() || !passed(told_at, self.sending.policy.repeat_seconds, self.now) {
                continue;
            }
            let known = sightings.iter().filter(|sighting| group.told.contains_key(&sighting.brief.fingerprint));
            let more = |brief: &Brief| brief.count.saturating_sub(group.told.get(&brief.fingerprint).copied().unwrap_or(brief.count));
            let going_on: Vec<&Brief> = known
                .filter(|sighting| !sighting.silent && sighting.brief.last_seen > told_at && more(&sighting.brief) > 0)
                .filter(|sighting| !passed(sighting.brief.last_seen, self.sending.policy.repeat_seconds / 4, self.now))
                .map(|sighting| &sighting.brief)
                .collect();
            let Some(severity) = going_on.iter().map(|brief| brief.severity).max() else {
                over.insert((group.service.clone(), group.category.clone()));
                continue;
            };
            if self.quiet_until(severity).is_some() {
                continue;
            }
            let more = going_on.iter().map(|brief| more(brief)).sum();
            due.push(Section {
                service: group.service.clone(),
                category: group.category.clone(),
                severity,
                placing: Placing::Repeat { told_at, more },
                issues: sorted(going_on.into_iter().map(|brief| Listed { brief: brief.clone(), transitions: Vec::new(), notices: 0 }).collect()),
            });
        }
        self.ledger.groups.retain(|group| !over.contains(&(group.service.clone(), group.category.clone())));
        due
    }

    /// First messages whose wait is over, and repetitions: one by one while there are tokens, else all in the digest.
    fn tell_ordinary(&mut self, repeats: Vec<Section>) {
        let wait = self.sending.policy.group_wait_seconds;
        for group in &mut self.ledger.groups {
            let quiet = self.sending.quiet.as_ref().and_then(|quiet| quiet.until(group.severity(), self.now));
            group.quieted |= quiet.is_some() && !group.pending.is_empty();
        }
        let ready: Vec<(Key, Placing)> = self
            .ledger
            .groups
            .iter()
            .filter(|group| group.told_at.is_none() && !group.limited && !group.pending.is_empty())
            .filter(|group| passed(group.pending_since, wait, self.now) && self.quiet_until(group.severity()).is_none())
            .map(|group| {
                let placing = if group.quieted { Placing::Quiet } else { Placing::First { waited_seconds: wait } };
                ((group.service.clone(), group.category.clone()), placing)
            })
            .collect();
        let firsts = ready.into_iter().filter_map(|(key, placing)| self.section(&key, placing));
        let due = by_urgency(firsts.collect::<Vec<_>>().into_iter().chain(repeats).collect());
        // The buckets of the services first: what does not fit there takes nothing of the route's.
        let mut left: BTreeMap<String, u32> = BTreeMap::new();
        let (fits, over): (Vec<Section>, Vec<Section>) = due.into_iter().partition(|section| {
            let tokens = left.entry(section.service.clone()).or_insert_with(|| self.ledger.service_tokens(&section.service, self.sending.service, self.now));
            let fits = *tokens > 0;
            *tokens = tokens.saturating_sub(1);
            fits
        });
        self.hold(over);
        // What people know already comes with the digest, unless it is critical.
        let (known, fits): (Vec<Section>, Vec<Section>) =
            fits.into_iter().partition(|section| matches!(section.placing, Placing::Repeat { .. }) && section.severity != Severity::Critical);
        self.hold(known);
        let free = self.ledger.route_tokens(self.sending.route, self.now).saturating_sub(self.sending.reserve);
        if count(fits.len()) > free.min(MAX_AT_ONCE) {
            self.hold(fits);
            return;
        }
        for section in fits {
            let why = match section.placing {
                Placing::Repeat { .. } => Why::Repeat { after_seconds: self.sending.policy.repeat_seconds },
                _ => Why::First { waited_seconds: wait },
            };
            self.tell(vec![section], why);
        }
    }

    fn hold(&mut self, sections: Vec<Section>) {
        let (repeats, firsts): (Vec<_>, Vec<_>) = sections.into_iter().partition(|section| matches!(section.placing, Placing::Repeat { .. }));
        self.repeats.extend(repeats);
        self.limit(&firsts);
    }

    fn limit(&mut self, sections: &[Section]) {
        for section in sections {
            if let Some(group) = self.ledger.group(&section.service, &section.category, self.now) {
                group.limited = true;
            }
        }
    }

    /// The digest, when there is something for it and the last one is long enough ago.
    fn tell_digest(&mut self) {
        let policy = &self.sending.policy;
        let (wait, every, now) = (policy.group_wait_seconds, policy.digest_seconds, self.now);
        if self.ledger.last_digest.is_some_and(|at| !passed(at, every, now)) {
            return;
        }
        let allowed = |group: &&Group| !group.pending.is_empty() && self.quiet_until(group.severity()).is_none();
        let ripe = |group: &Group| {
            let later = group.told_at.is_some_and(|at| passed(at, every, now) && passed(group.pending_since, wait, now));
            group.limited || later
        };
        let groups = || self.ledger.groups.iter().filter(allowed);
        if !groups().any(ripe) && self.repeats.is_empty() && !self.counts_are_due() {
            return;
        }
        // Once the limit is used up, what still gathers would only come over it as well.
        let limited = groups().any(|group| group.limited);
        let parts: Vec<(Key, Placing)> = groups()
            .filter(|group| limited || group.told_at.is_some())
            .map(|group| {
                let placing = match group.told_at {
                    _ if group.quieted => Placing::Quiet,
                    Some(told_at) if !group.limited => Placing::Later { told_at },
                    _ => Placing::Limited,
                };
                ((group.service.clone(), group.category.clone()), placing)
            })
            .collect();
        let mut sections: Vec<Section> = parts.into_iter().filter_map(|(key, placing)| self.section(&key, placing)).collect();
        sections.append(&mut self.repeats);
        self.ledger.last_digest = Some(now);
        self.tell(by_urgency(sections), Why::Digest { every_seconds: every });
    }

    /// Whether what is counted is worth a digest of its own: not while it is noise beside something critical, unless that goes on for long.
    fn counts_are_due(&self) -> bool {
        let Some(since) = self.ledger.counted_since else { return false };
        let policy = &self.sending.policy;
        let old = passed(since, policy.repeat_seconds, self.now);
        let calm = self.ledger.firing.is_empty() && passed(since, policy.digest_seconds, self.now);
        (old || calm) && self.quiet_until(Severity::Info).is_none()
    }

    /// What waits in a group, as it would stand in a message.
    fn section(&self, (service, category): &Key, placing: Placing) -> Option<Section> {
        let group = self.ledger.groups.iter().find(|group| group.service == *service && group.category == *category)?;
        if group.pending.is_empty() {
            return None;
        }
        let (service, category) = (service.clone(), category.clone());
        Some(Section { service, category, severity: group.severity(), placing, issues: sorted(group.pending.clone()) })
    }

    /// Decides one message and notes it.
    fn tell(&mut self, sections: Vec<Section>, why: Why) {
        let now = self.now;
        let digest = matches!(why, Why::Digest { .. });
        if !digest {
            let services: BTreeSet<&str> = sections.iter().map(|section| section.service.as_str()).collect();
            self.ledger.take_tokens(services.into_iter(), self.sending.route, self.sending.service, now);
        }
        for section in &sections {
            let Some(group) = self.ledger.group(&section.service, &section.category, now) else { continue };
            group.pending.clear();
            group.told_at = Some(now);
            group.told_severity = section.severity;
            group.limited = false;
            group.quieted = false;
            group.told = section.issues.iter().take(MAX_REMEMBERED).map(|issue| (issue.brief.fingerprint.clone(), issue.brief.count)).collect();
        }
        let suppressed = if digest {
            self.ledger.counted_since = None;
            let mut counts = std::mem::take(&mut self.ledger.counts);
            counts.sort_by(|a, b| (Reverse(a.notices), a.reason, &a.service).cmp(&(Reverse(b.notices), b.reason, &b.service)));
            counts
        } else {
            Vec::new()
        };
        self.ledger.messages += 1;
        let issues: usize = sections.iter().map(|section| section.issues.len()).sum();
        let form = match issues {
            _ if sections.len() != 1 || !suppressed.is_empty() => Form::Digest,
            1 => Form::Alone,
            _ => Form::Group,
        };
        let lead = sections.iter().flat_map(|section| &section.issues).next();
        let lead = lead.map_or_else(
            || "counts".to_owned(),
            |issue| format!("{}-{}", issue.brief.fingerprint.short(), issue.transitions.first().map_or("repeat", Transition::as_str)),
        );
        self.messages.push(Told {
            id: format!("told-{}-{lead}-{}", self.route, self.ledger.messages),
            route: self.route.to_owned(),
            form,
            at: now,
            severity: sections.iter().map(|section| section.severity).max().unwrap_or(Severity::Info),
            why,
            sections,
            suppressed,
            waiting: 0,
            previous: self.ledger.last_message.replace(now),
        });
    }

    /// Says of each occasion that is not sent why, and until when.
    fn explain(&mut self, admitted: Vec<(&Occasion, String)>) {
        for (occasion, key) in admitted {
            let group = self.ledger.groups.iter().find(|group| group.service == occasion.service && group.category == occasion.category);
            let waits = group.filter(|group| group.pending.iter().any(|issue| issue.brief.fingerprint == occasion.brief.fingerprint));
            let reason = if let Some(group) = waits {
                self.reason(group)
            } else if self.messages.iter().flat_map(Told::issues).any(|issue| issue.brief.fingerprint == occasion.brief.fingerprint) {
                continue;
            } else if INHIBITED_CATEGORIES.contains(&occasion.category.as_str()) && self.ledger.firing.contains_key(&occasion.service) {
                HeldReason::Suppressed(Suppression::Inhibited)
            } else {
                HeldReason::Suppressed(Suppression::TooMany)
            };
            self.held.push(Held { key, reason });
        }
    }

    fn reason(&self, group: &Group) -> HeldReason {
        let policy = &self.sending.policy;
        let until = self.due(group);
        if let Some(until) = self.quiet_until(group.severity()) {
            HeldReason::Quiet { until }
        } else if group.limited {
            HeldReason::Limited { messages: policy.limit.route, period_seconds: policy.limit.period_seconds, until }
        } else if let Some(told_at) = group.told_at {
            HeldReason::Digest { told_at, until }
        } else {
            HeldReason::Gathering { wait_seconds: policy.group_wait_seconds, until }
        }
    }

    /// When a group that waits will be looked at.
    fn due(&self, group: &Group) -> Timestamp {
        let policy = &self.sending.policy;
        let next_digest = self.ledger.last_digest.map_or(Timestamp::MIN, |at| after(at, policy.digest_seconds));
        let waited = after(group.pending_since, policy.group_wait_seconds);
        let due = match group.told_at {
            _ if group.limited => next_digest,
            None => waited,
            Some(told_at) => waited.max(next_digest).max(after(told_at, policy.digest_seconds)),
        };
        self.quiet_until(group.severity()).map_or(due, |until| due.max(until)).max(self.now)
    }

    fn next_due(&self) -> Option<Timestamp> {
        let policy = &self.sending.policy;
        let next_digest = self.ledger.last_digest.map_or(Timestamp::MIN, |at| after(at, policy.digest_seconds));
        let groups = self.ledger.groups.iter().map(|group| match group.told_at {
            Some(told_at) if group.pending.is_empty() => {
                let due = after(told_at, policy.repeat_seconds);
                // Over the limit: with the next digest.
                let due = if due <= self.now { due.max(next_digest) } else { due };
                self.quiet_until(group.told_severity).map_or(due, |until| due.max(until))
            }
            _ => self.due(group),
        });
        let counts = self.ledger.counted_since.map(|since| {
            let calm = self.ledger.firing.values().map(|firing| firing.until).max().unwrap_or(Timestamp::MIN);
            let due = after(since, policy.digest_seconds).max(calm).min(after(since, policy.repeat_seconds)).max(next_digest);
            self.quiet_until(Severity::Info).map_or(due, |until| due.max(until))
        });
        groups.chain(counts).min()
    }

    fn quiet_until(&self, severity: Severity) -> Option<Timestamp> {
        self.sending.quiet.as_ref().and_then(|quiet| quiet.until(severity, self.now))
    }
}

/// One more notice of an issue that waits: the newest facts, the highest severity, each kind of transition once, the highest step.
fn merge(issue: &mut Listed, occasion: &Occasion) {
    issue.notices += 1;
    let severity = issue.brief.severity.max(occasion.brief.severity);
    if occasion.brief.count >= issue.brief.count {
        let first_seen = issue.brief.first_seen.min(occasion.brief.first_seen);
        issue.brief = Brief { first_seen, ..occasion.brief.clone() };
    }
    issue.brief.severity = severity;
    match issue.transitions.iter_mut().find(|known| known.as_str() == occasion.transition.as_str()) {
        None => issue.transitions.push(occasion.transition.clone()),
        Some(Transition::Reached { step }) => {
            if let Transition::Reached { step: reached } = occasion.transition {
                *step = reached.max(*step);
            }
        }
        Some(known) => *known = occasion.transition.clone(),
    }
}

fn sorted(mut issues: Vec<Listed>) -> Vec<Listed> {
    issues.sort_by(|a, b| rank(b).cmp(&rank(a)));
    issues
}

/// Most urgent first, then the one with most occurrences.
fn by_urgency(mut sections: Vec<Section>) -> Vec<Section> {
    let occurrences = |section: &Section| section.issues.iter().map(|issue| issue.brief.count).max();
    sections.sort_by(|a, b| (b.severity, occurrences(b), &a.service, &a.category).cmp(&(a.severity, occurrences(a), &b.service, &b.category)));
    sections
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
