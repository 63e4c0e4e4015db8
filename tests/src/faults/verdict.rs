//! Holds what was found against what was expected.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    drive::Kept,
    expected::{Expected, MetricKey, Total},
    found::{Found, kind},
};
use crate::fault::{Call, Record, Service};

/// A metric whose samples are added up before they are sent: only its sum is kept.
const COUNTER: &str = "PaymentFailures";

/// How a scenario ended.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Log events given.
    pub events: u64,
    /// Samples in CloudWatch.
    pub samples: f64,
    /// Issues in the table.
    pub issues: usize,
    /// Occurrences they count.
    pub occurrences: u64,
    /// Messages that arrived, in JSON.
    pub messages: usize,
    /// What was kept.
    pub kept: Kept,
    /// What was done twice inside a documented window: calls of PutMetricData, and messages published.
    pub in_window: (usize, usize),
    /// What is missing.
    pub lost: Vec<String>,
    /// What is there too often, outside the windows.
    pub doubled: Vec<String>,
}

/// Judges.
pub fn judge(expected: &Expected, found: &Found, record: &Record, kept: Kept) -> Verdict {
    let mut verdict = Verdict { events: expected.events, kept, ..Verdict::default() };
    metrics(&mut verdict, expected, found, &record.unknown(Service::CloudWatch, "PutMetricData", "PutItem"));
    issues(&mut verdict, expected, found);
    messages(&mut verdict, expected, found, record.unknown_messages());
    verdict
}

fn metrics(verdict: &mut Verdict, expected: &Expected, found: &Found, repeated: &[Call]) {
    verdict.in_window.0 = repeated.len();
    let mut wanted: BTreeMap<MetricKey, Total> = expected.metrics.clone();
    for put in repeated.iter().flat_map(|call| &call.puts) {
        let total = wanted.entry(MetricKey { service: put.service().to_owned(), name: put.name.clone(), dimensions: put.dimensions.clone() }).or_default();
        total.samples += put.samples;
        total.sum += put.sum;
    }
    let nothing = Total::default();
    let keys = wanted.keys().chain(found.metrics.keys()).collect::<std::collections::BTreeSet<_>>();
    for key in keys {
        let (want, have) = (wanted.get(key).unwrap_or(&nothing), found.metrics.get(key).unwrap_or(&nothing));
        verdict.samples += if key.name == COUNTER { have.sum } else { have.samples };
        let samples = if key.name == COUNTER { 0.0 } else { have.samples - want.samples };
        let sum = have.sum - want.sum;
        let tolerance = 1e-9 * want.sum.abs().max(1.0);
        let difference = format!("{} {:?}: {samples:+} samples, {sum:+} in sum", key.name, key.dimensions);
        if samples < 0.0 || sum < -tolerance {
            verdict.lost.push(difference);
        } else if samples > 0.0 || sum > tolerance {
            verdict.doubled.push(difference);
        }
    }
}

fn issues(verdict: &mut Verdict, expected: &Expected, found: &Found) {
    for (kind, want) in &expected.issues {
        let (have, issues) = found.issues.get(kind).copied().unwrap_or_default();
        if have < *want {
            verdict.lost.push(format!("{kind}: {have} occurrences of {want}"));
        }
        if have > *want || issues > 1 {
            verdict.doubled.push(format!("{kind}: {have} occurrences for {want}, in {issues} issues"));
        }
    }
    for (kind, (have, issues)) in &found.issues {
        verdict.occurrences += have;
        verdict.issues += issues;
        if !expected.issues.contains_key(kind) {
            verdict.doubled.push(format!("{kind}: {have} occurrences of what is no error"));
        }
    }
}

fn messages(verdict: &mut Verdict, expected: &Expected, found: &Found, repeated: usize) {
    verdict.in_window.1 = repeated;
    verdict.messages = found.messages.len();
    // The same message again is inside the window or it is not; what is in it is then counted once.
    let mut distinct: BTreeMap<String, (usize, &Value)> = BTreeMap::new();
    for message in &found.messages {
        distinct.entry(identity(message)).or_insert((0, message)).0 += 1;
    }
    let again = found.messages.len() - distinct.len();
    let texts_again = found.texts.saturating_sub(distinct.len());
    if found.texts < distinct.len() {
        verdict.lost.push(format!("{} messages in text for {} in JSON", found.texts, distinct.len()));
    }
    if again + texts_again != repeated {
        let which: Vec<&String> = distinct.iter().filter(|(_, (times, _))| *times > 1).map(|(identity, _)| identity).collect();
        let line = format!("{} messages sent again, {} inside the window: {which:?}", again + texts_again, repeated);
        if again + texts_again > repeated { verdict.doubled.push(line) } else { verdict.lost.push(line) }
    }
    let mut told: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (_, message) in distinct.values() {
        for (what, transition) in lines(message) {
            *told.entry((what, transition)).or_default() += 1;
        }
    }
    let wanted = expected.issues.keys().map(|kind| (kind.clone(), "new".to_owned())).chain(expected.alarms.iter().cloned());
    for want in wanted {
        if !told.contains_key(&want) {
            verdict.lost.push(format!("nobody was told: {} {}", want.0, want.1));
        }
    }
    for ((what, transition), times) in told {
        if times > 1 {
            verdict.doubled.push(format!("told {times} times: {what} {transition}"));
        }
    }
}

/// Two messages with the same are one, sent twice.
fn identity(message: &Value) -> String {
    message["id"].as_str().map_or_else(|| message.to_string(), str::to_owned)
}

/// What a message tells: of each issue or alarm, which transitions.
fn lines(message: &Value) -> Vec<(String, String)> {
    if message["kind"] == "alarm" {
        let text = |field: &str| message[field].as_str().unwrap_or_default().to_owned();
        return vec![(text("alarm"), text("state"))];
    }
    let sections = message["sections"].as_array().into_iter().flatten();
    let listed = sections.flat_map(|section| section["issues"].as_array().into_iter().flatten());
    let alone = (message["kind"] == "issue").then_some(message);
    let transitions = |issue: &Value| -> Vec<(String, String)> {
        let kind = kind(issue);
        issue["transitions"].as_array().into_iter().flatten().filter_map(|one| Some((kind.clone(), one.as_str()?.to_owned()))).collect()
    };
    alone.into_iter().chain(listed).flat_map(transitions).collect()
}
