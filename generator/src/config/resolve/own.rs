//! Alarms about Skywarden itself: messages that nobody could process, and functions that fail.

use skywarden_core::severity::Severity;

use super::{Project, advice::AlarmView};
use crate::{
    config::findings::Findings,
    model::{Alarm, AlarmKind, AlarmTarget, Comparison, Condition, FewSamples, MetricStatistic, MissingData, Signal, names::Function},
};

/// One look at five minutes: own trouble is rare, and every occurrence counts.
const PERIOD_SECONDS: u32 = 300;

/// The alarms of the shared stack in a fixed order.
pub(super) fn alarms(project: &mut Project<'_>, findings: &mut Findings) -> Vec<Alarm> {
    let queue = project.names.shared("dead-letters");
    let mut alarms = vec![own_alarm(
        project,
        findings,
        Own {
            kind: AlarmKind::DeadLetters,
            what: "dead-letters",
            template: "dead_letters",
            title: "skywarden: messages in the dead-letter queue".to_owned(),
            severity: Severity::Critical,
            metric: statistic("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", &queue, "Maximum"),
            resource: &queue,
            // What lies there may be the very message that would have told of it.
            target: AlarmTarget::Fallback,
        },
    )];
    for function in Function::ALL {
        let name = project.names.function(function);
        let what = format!("{}-errors", function.as_str());
        let own = Own {
            kind: AlarmKind::ProcessorErrors(function.as_str().to_owned()),
            what: &what,
            template: "processor_errors",
            title: format!("skywarden: {} fails", function.as_str()),
            severity: Severity::Error,
            metric: statistic("AWS/Lambda", "Errors", "FunctionName", &name, "Sum"),
            resource: &name,
            // The notifier cannot be the one to say that it does not work.
            target: if function == Function::AlertNotifier { AlarmTarget::Fallback } else { AlarmTarget::Alarms },
        };
        alarms.push(own_alarm(project, findings, own));
    }
    alarms
}

/// What differs from one to the next.
struct Own<'a> {
    kind: AlarmKind,
    what: &'a str,
    template: &'a str,
    title: String,
    severity: Severity,
    metric: MetricStatistic,
    resource: &'a str,
    target: AlarmTarget,
}

fn own_alarm(project: &mut Project<'_>, findings: &mut Findings, own: Own<'_>) -> Alarm {
    let view = AlarmView {
        project: &project.name,
        environment: &project.environment,
        metric: &own.metric.name,
        statistic: &own.metric.statistic,
        relation: "above",
        threshold: "0",
        window: "5 minutes",
        resource: own.resource,
        ..AlarmView::default()
    };
    let advice = project.advice.text(own.template, &view, findings);
    Alarm {
        kind: own.kind,
        name: project.names.alarm(None, own.what),
        title: own.title,
        advice,
        severity: own.severity,
        signal: Signal::Metric(own.metric),
        condition: Condition::Threshold { comparison: Comparison::Above, value: 0.0 },
        unit: "Count".to_owned(),
        period_seconds: PERIOD_SECONDS,
        evaluation_periods: 1,
        datapoints_to_alarm: 1,
        missing: MissingData::NotBreaching,
        few_samples: FewSamples::Evaluate,
        target: own.target,
        warm_up_minutes: None,
        silenced: None,
    }
}

fn statistic(namespace: &str, name: &str, dimension: &str, value: &str, statistic: &str) -> MetricStatistic {
    MetricStatistic {
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        dimensions: vec![(dimension.to_owned(), value.to_owned())],
        statistic: statistic.to_owned(),
    }
}
