//! The report as data.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use skywarden_core::plan::Plan;

use crate::{
    processors::{Processors, Role},
    replay::Replay,
    report::{AlarmReport, IssueReport, MetricReport, alarms::time, issues, metrics},
    template::Watched,
};

/// What a replay found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Project.
    pub project: String,
    /// Environment.
    pub environment: String,
    /// Time of the first event; absent when there was none.
    pub from: Option<Timestamp>,
    /// Where the clock stopped; absent when there was no event.
    pub until: Option<Timestamp>,
    /// Log events replayed.
    pub events: u64,
    /// Metrics, in the order of namespace, name and dimensions.
    pub metrics: Vec<MetricReport>,
    /// Alarms, in the order of the templates; composite alarms behind the others, those that others look at first.
    pub alarms: Vec<AlarmReport>,
    /// Issues, most frequent first.
    pub issues: Vec<IssueReport>,
    /// Messages to people, in order.
    pub messages: Vec<MessageReport>,
    /// What the processors did.
    pub processors: Vec<ProcessorReport>,
    /// Failed invocations by error code.
    pub failures: BTreeMap<String, u64>,
    /// Deliveries to functions that are not simulated, by function name.
    pub strangers: BTreeMap<String, u64>,
    /// Resources of the templates that are not simulated.
    pub skipped: Vec<SkippedReport>,
}

/// One message to people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MessageReport {
    /// When it was published.
    pub at: Timestamp,
    /// Topic.
    pub topic: String,
    /// Subject.
    pub subject: String,
    /// Body.
    pub body: String,
    /// Message attributes.
    pub attributes: BTreeMap<String, String>,
}

/// What one processor did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProcessorReport {
    /// Short name.
    pub function: String,
    /// Invocations.
    pub invocations: u64,
    /// Of these, failed.
    pub failed: u64,
    /// Its counters that are not zero, by name.
    pub counters: BTreeMap<String, u64>,
}

/// A resource that is not simulated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SkippedReport {
    /// Stack.
    pub stack: String,
    /// Logical id.
    pub logical_id: String,
    /// Why.
    pub reason: String,
}

impl Report {
    pub(crate) fn of(plan: &Plan, watched: &Watched, replay: &Replay, processors: &Processors) -> Self {
        let progress = replay.progress();
        let from = replay.start_ms().map(time);
        Self {
            project: plan.project.clone(),
            environment: plan.environment.clone(),
            from,
            until: from.map(|_| time(progress.now_ms)),
            events: progress.events,
            metrics: metrics::all(&replay.metrics().lock()),
            alarms: replay
                .alarms()
                .iter()
                .map(|alarm| AlarmReport::of(alarm, plan))
                .chain(replay.composites().iter().map(|alarm| AlarmReport::of_composite(alarm, plan)))
                .collect(),
            issues: issues::all(processors.issues(), time(progress.now_ms)),
            messages: messages(processors),
            processors: Role::ALL.into_iter().map(|role| processor(role, processors)).collect(),
            failures: processors.failures().iter().map(|(&code, &count)| (code.to_owned(), count)).collect(),
            strangers: processors.strangers().clone(),
            skipped: watched
                .skipped
                .iter()
                .map(|skipped| SkippedReport { stack: skipped.stack.clone(), logical_id: skipped.logical_id.clone(), reason: skipped.reason.clone() })
                .collect(),
        }
    }
}

fn messages(processors: &Processors) -> Vec<MessageReport> {
    processors
        .messages()
        .into_iter()
        .map(|published| MessageReport {
            at: published.at,
            topic: published.message.topic,
            subject: published.message.subject,
            body: published.message.body,
            attributes: published.message.attributes,
        })
        .collect()
}

fn processor(role: Role, processors: &Processors) -> ProcessorReport {
    let totals = processors.totals().get(&role).cloned().unwrap_or_default();
    ProcessorReport {
        function: role.to_string(),
        invocations: totals.invocations,
        failed: totals.failed,
        counters: totals.tally.iter().map(|(metric, count)| (metric.as_str().to_owned(), count)).collect(),
    }
}
