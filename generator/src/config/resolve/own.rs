//! Alarms about Skywarden itself: messages that nobody could process, functions that fail, and a stream that is not kept up with.

use skywarden_core::severity::Severity;

use super::{Project, advice::AlarmView};
use crate::{
    config::findings::Findings,
    model::{Alarm, AlarmKind, AlarmTarget, Comparison, Condition, FewSamples, MetricStatistic, MissingData, Signal, names::Function},
};

/// One look at five minutes: own trouble is rare, and every occurrence counts.
const PERIOD_SECONDS: u32 = 300;

/// How long a record may wait in the stream: a minute or two is a deployment, five are too few shards or a function that fails.
const BEHIND_MILLISECONDS: u32 = 300_000;

/// The alarms of the shared stack in a fixed order.
pub(super) fn alarms(project: &mut Project<'_>, findings: &mut Findings) -> Vec<Alarm> {
    let queue = project.names.shared("dead-letters");
    let mut alarms = vec![own_alarm(
        project,
        findings,
        Own {
            kind: AlarmKind::DeadLetters,
            template: "dead_letters",
            title: "skywarden: messages in the dead-letter queue".to_owned(),
            severity: Severity::Critical,
            metric: statistic("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", &queue, "Maximum"),
            resource: &queue,
            threshold: 0,
            unit: "Count",
            // What lies there may be the very message that would have told of it.
            target: AlarmTarget::Fallback,
        },
    )];
    for function in Function::ALL {
        let name = project.names.function(function);
        let own = Own {
            kind: AlarmKind::ProcessorErrors(function.as_str().to_owned()),
            template: "processor_errors",
            title: format!("skywarden: {} fails", function.as_str()),
            severity: Severity::Error,
            metric: statistic("AWS/Lambda", "Errors", "FunctionName", &name, "Sum"),
            resource: &name,
            threshold: 0,
            unit: "Count",
            // The notifier cannot be the one to say that it does not work.
            target: if function == Function::AlertNotifier { AlarmTarget::Fallback } else { AlarmTarget::Alarms },
        };
        alarms.push(own_alarm(project, findings, own));
    }
    if project.delivery.stream.is_some() {
        alarms.extend(of_stream(project, findings));
    }
    alarms
}

/// The alarms about the stream: lines wait for a function, or do not even get in.
fn of_stream(project: &mut Project<'_>, findings: &mut Findings) -> Vec<Alarm> {
    let mut alarms: Vec<Alarm> = [Function::MetricsExtractor, Function::ErrorClassifier]
        .into_iter()
        .map(|function| {
            let name = project.names.function(function);
            let own = Own {
                kind: AlarmKind::StreamBehind(function.as_str().to_owned()),
                template: "stream_behind",
                title: format!("skywarden: {} is behind the stream", function.as_str()),
                severity: Severity::Error,
                metric: statistic("AWS/Lambda", "IteratorAge", "FunctionName", &name, "Maximum"),
                resource: &name,
                threshold: BEHIND_MILLISECONDS,
                unit: "Milliseconds",
                target: AlarmTarget::Alarms,
            };
            own_alarm(project, findings, own)
        })
        .collect();
    let stream = project.names.stream();
    let own = Own {
        kind: AlarmKind::StreamThrottled,
        template: "stream_throttled",
        title: "skywarden: the stream takes no more".to_owned(),
        severity: Severity::Error,
        metric: statistic("AWS/Kinesis", "WriteProvisionedThroughputExceeded", "StreamName", &stream, "Sum"),
        resource: &stream,
        threshold: 0,
        unit: "Count",
        target: AlarmTarget::Alarms,
    };
    alarms.push(own_alarm(project, findings, own));
    alarms
}

/// What differs from one to the next.
struct Own<'a> {
    kind: AlarmKind,
    template: &'a str,
    title: String,
    severity: Severity,
    metric: MetricStatistic,
    resource: &'a str,
    /// What is above it is bad.
    threshold: u32,
    unit: &'a str,
    target: AlarmTarget,
}

fn own_alarm(project: &mut Project<'_>, findings: &mut Findings, own: Own<'_>) -> Alarm {
    let threshold = f64::from(own.threshold);
    let view = AlarmView {
        project: &project.name,
        environment: &project.environment,
        metric: &own.metric.name,
        statistic: &own.metric.statistic,
        relation: "above",
        threshold: &if own.threshold == 0 { "0".to_owned() } else { format!("{} minutes", own.threshold / 60_000) },
        window: "5 minutes",
        resource: own.resource,
        ..AlarmView::default()
    };
    let advice = project.advice.text(own.template, &view, findings);
    Alarm {
        name: project.names.alarm(None, &own.kind.called()),
        kind: own.kind,
        title: own.title,
        advice,
        severity: own.severity,
        signal: Signal::Metric(own.metric),
        condition: Condition::Threshold { comparison: Comparison::Above, value: threshold },
        unit: own.unit.to_owned(),
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
