//! Alarms: the model's words -> `AWS::CloudWatch::Alarm`.

use skywarden_cloudformation::{
    Expr, List, Resource, Tag,
    cloudwatch::{self, ComparisonOperator, Dimension, LowSamplePercentile, Metric, MetricDataQuery, MetricStat, TreatMissingData, WarmUpConfiguration},
    limits::ALARM_DESCRIPTION_CHARACTERS,
};

use crate::{
    emit::{
        drain::{self, Drain},
        ids, log_alarm,
    },
    model::{Alarm, AlarmKind, Comparison, Condition, Counts, FewSamples, MetricStatistic, MissingData, Side, Signal},
};

/// Ids of the queries of an alarm with metric math.
const RATE: &str = "rate";
const FILLED: &str = "filled";
const PART: &str = "part";
const WHOLE: &str = "whole";
const BAND: &str = "band";

/// Statistics an alarm takes as `Statistic`; any other is an `ExtendedStatistic` (`PutMetricAlarm`).
const PLAIN_STATISTICS: [&str; 5] = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"];

/// Logical id of an alarm in its stack.
pub(super) fn logical_id(kind: &AlarmKind) -> String {
    match kind {
        AlarmKind::ErrorRate => "AlarmErrorRate".to_owned(),
        AlarmKind::ErrorLines => "AlarmErrorLines".to_owned(),
        AlarmKind::Latency => "AlarmLatency".to_owned(),
        AlarmKind::NoLogs => "AlarmNoLogs".to_owned(),
        AlarmKind::DroppedEvents => "AlarmDroppedEvents".to_owned(),
        AlarmKind::Deploying => "AlarmDeploying".to_owned(),
        AlarmKind::DeadLetters => "AlarmDeadLetters".to_owned(),
        AlarmKind::Named(name) => ids::of_kebab("AlarmNamed", name),
        AlarmKind::Metric(metric) => ids::of_pascal("AlarmMetric", metric),
        AlarmKind::Burn { objective, window } => ids::of_kebab(&format!("AlarmBurn{}", window.replace('-', "")), objective),
        AlarmKind::StreamBehind(function) => ids::of_kebab("AlarmBehind", function),
        AlarmKind::StreamThrottled => "AlarmStreamThrottled".to_owned(),
        AlarmKind::ProcessorErrors(function) => ids::of_kebab("AlarmErrors", function),
    }
}

/// One alarm with its actions for ALARM and OK.
pub(super) fn resource(alarm: &Alarm, actions: &[Expr], tags: List<Tag>) -> Resource {
    if let (Signal::Query(query), Condition::Threshold { comparison, value }) = (&alarm.signal, alarm.condition) {
        return log_alarm::resource(alarm, query, (comparison, value), actions, tags);
    }
    let mut properties = cloudwatch::Alarm {
        alarm_name: Some(alarm.name.clone().into()),
        alarm_description: Some(description(alarm.silenced.as_deref(), &alarm.advice).into()),
        // Left out where it is the default.
        actions_enabled: alarm.silenced.is_some().then(|| false.into()),
        alarm_actions: actions.to_vec().into(),
        ok_actions: actions.to_vec().into(),
        evaluation_periods: Some(alarm.evaluation_periods.into()),
        datapoints_to_alarm: Some(alarm.datapoints_to_alarm.into()),
        treat_missing_data: Some(missing(alarm.missing).into()),
        warm_up_configuration: alarm.warm_up_minutes.map(|minutes| WarmUpConfiguration::new(minutes).into()),
        tags,
        ..cloudwatch::Alarm::default()
    };
    match alarm.condition {
        Condition::Threshold { comparison, value } => {
            properties.comparison_operator = Some(operator(comparison).into());
            properties.threshold = Some(value.into());
            look(&mut properties, alarm, comparison);
        }
        Condition::Unusual { side, width } => {
            properties.comparison_operator = Some(outside(side).into());
            properties.threshold_metric_id = Some(BAND.into());
            if let Signal::Metric(signal) = &alarm.signal {
                properties.metrics = band(signal, width, alarm.period_seconds);
            }
        }
    }
    Resource::new(properties)
}

/// What it looks at.
fn look(properties: &mut cloudwatch::Alarm, alarm: &Alarm, comparison: Comparison) {
    match &alarm.signal {
        Signal::Metric(signal) => {
            watch(properties, signal, alarm.period_seconds);
            // Left out where it is the default: `ignore` keeps a p99 alarm as it is below a thousand samples a period, which is most services most of the time.
            if alarm.few_samples == FewSamples::Ignore {
                properties.evaluate_low_sample_count_percentile = Some(LowSamplePercentile::Ignore.into());
            }
        }
        Signal::Filled(signal) => properties.metrics = filled(signal, alarm.period_seconds),
        Signal::Percentage { part, whole, min_whole } => {
            // Where a share says nothing the value is one that is good.
            let good = if matches!(comparison, Comparison::Below | Comparison::AtMost) { 100 } else { 0 };
            properties.metrics = percentage(part, whole, &percentage_expression(*min_whole, good), alarm.period_seconds);
        }
        Signal::BadShare { counted, counts, whole, min_whole } => {
            let expression = format!("IF(FILL({WHOLE}, 0) >= {min_whole}, 100 * {} / {WHOLE}, 0)", bad(*counts, PART, WHOLE));
            properties.metrics = percentage(counted, whole, &expression, alarm.period_seconds);
        }
        Signal::Drain { visible, sent, deleted } => properties.metrics = drained(&Drain { visible, sent, deleted }, alarm.period_seconds),
        // Another kind of resource, of `log_alarm`.
        Signal::Query(_) => {}
    }
}

/// What the console shows: of a silenced alarm first of all why nobody hears it.
pub(super) fn description(silenced: Option<&str>, advice: &str) -> String {
    match silenced {
        Some(reason) => {
            let whole = format!("Silenced: {reason}\n{advice}");
            // The advice alone fits, which was checked where it was rendered.
            if whole.chars().count() <= ALARM_DESCRIPTION_CHARACTERS {
                whole
            } else {
                whole.chars().take(ALARM_DESCRIPTION_CHARACTERS - 1).chain(['…']).collect()
            }
        }
        None => advice.to_owned(),
    }
}

fn watch(properties: &mut cloudwatch::Alarm, signal: &MetricStatistic, period: u32) {
    properties.namespace = Some(signal.namespace.clone().into());
    properties.metric_name = Some(signal.name.clone().into());
    properties.dimensions = dimensions(signal);
    properties.period = Some(period.into());
    if PLAIN_STATISTICS.contains(&signal.statistic.as_str()) {
        properties.statistic = Some(signal.statistic.clone().into());
    } else {
        properties.extended_statistic = Some(signal.statistic.clone().into());
    }
}

/// The seconds until a queue is empty.
fn drained(drain: &Drain<'_>, period: u32) -> List<MetricDataQuery> {
    let math = |id: &str, expression: String, label: &str, returned: bool| MetricDataQuery {
        expression: Some(expression.into()),
        label: Some(label.into()),
        return_data: Some(returned.into()),
        ..MetricDataQuery::new(id)
    };
    vec![
        math(drain::SECONDS, drain::seconds(period), "seconds until it is empty", true),
        math(drain::SHORTER, drain::shorter(), "messages less", false),
        math(drain::DONE, drain::done(), "messages done", false),
        query(drain::VISIBLE, drain.visible, period),
        query(drain::SENT, drain.sent, period),
        query(drain::DELETED, drain.deleted, period),
    ]
    .into()
}

/// The statistic, with 0 for every period without data.
fn filled(signal: &MetricStatistic, period: u32) -> List<MetricDataQuery> {
    vec![
        MetricDataQuery {
            expression: Some(format!("FILL({WHOLE}, 0)").into()),
            label: Some(signal.name.clone().into()),
            return_data: Some(true.into()),
            ..MetricDataQuery::new(FILLED)
        },
        query(WHOLE, signal, period),
    ]
    .into()
}

/// `100 * part / whole`, and a good value where the whole is too small to say anything. A period without any failure has no part at all, which counts as
/// 0; a period without the whole stays without a value, so that the alarm's missing-data treatment decides.
fn percentage(part: &MetricStatistic, whole: &MetricStatistic, expression: &str, period: u32) -> List<MetricDataQuery> {
    vec![
        MetricDataQuery { expression: Some(expression.into()), label: Some("percent".into()), return_data: Some(true.into()), ..MetricDataQuery::new(RATE) },
        query(PART, part, period),
        query(WHOLE, whole, period),
    ]
    .into()
}

/// The metric math of a number of bad events, over queries with these ids.
pub(super) fn bad(counts: Counts, counted: &str, whole: &str) -> String {
    match counts {
        Counts::Bad => format!("FILL({counted}, 0)"),
        Counts::Good => format!("({whole} - FILL({counted}, 0))"),
    }
}

/// The metric math of a percentage, over queries named `part` and `whole`; `good` where there is too little of the whole.
fn percentage_expression(min_whole: u32, good: u8) -> String {
    format!("IF({WHOLE} >= {min_whole}, 100 * FILL({PART}, 0) / {WHOLE}, {good})")
}

/// A statistic of a metric as a query that returns no data.
pub(super) fn query(id: &str, signal: &MetricStatistic, period: u32) -> MetricDataQuery {
    let metric = Metric::of(signal.namespace.clone(), signal.name.clone(), dimensions(signal));
    MetricDataQuery {
        metric_stat: Some(MetricStat::new(metric, period, signal.statistic.clone()).into()),
        return_data: Some(false.into()),
        ..MetricDataQuery::new(id)
    }
}

fn dimensions(signal: &MetricStatistic) -> List<Dimension> {
    signal.dimensions.iter().map(|(name, value)| Dimension::new(name.clone(), value.clone())).collect()
}

/// The metric, and the band that anomaly detection expects it in: both return data.
fn band(signal: &MetricStatistic, width: f64, period: u32) -> List<MetricDataQuery> {
    vec![
        MetricDataQuery {
            expression: Some(format!("ANOMALY_DETECTION_BAND({WHOLE}, {width})").into()),
            label: Some(format!("{} as usual", signal.name).into()),
            return_data: Some(true.into()),
            ..MetricDataQuery::new(BAND)
        },
        MetricDataQuery { return_data: Some(true.into()), ..query(WHOLE, signal, period) },
    ]
    .into()
}

const fn outside(side: Side) -> ComparisonOperator {
    match side {
        Side::High => ComparisonOperator::GreaterThanUpperThreshold,
        Side::Low => ComparisonOperator::LessThanLowerThreshold,
        Side::Either => ComparisonOperator::LessThanLowerOrGreaterThanUpperThreshold,
    }
}

pub(super) const fn operator(comparison: Comparison) -> ComparisonOperator {
    match comparison {
        Comparison::Above => ComparisonOperator::GreaterThanThreshold,
        Comparison::AtLeast => ComparisonOperator::GreaterThanOrEqualToThreshold,
        Comparison::Below => ComparisonOperator::LessThanThreshold,
        Comparison::AtMost => ComparisonOperator::LessThanOrEqualToThreshold,
    }
}

pub(super) const fn missing(missing: MissingData) -> TreatMissingData {
    match missing {
        MissingData::Breaching => TreatMissingData::Breaching,
        MissingData::NotBreaching => TreatMissingData::NotBreaching,
        MissingData::Ignore => TreatMissingData::Ignore,
        MissingData::Missing => TreatMissingData::Missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn silenced(reason: &str, advice: usize) -> String {
        description(Some(reason), &"a".repeat(advice))
    }

    #[test]
    fn the_reason_of_a_silenced_alarm_comes_first_and_the_whole_fits() {
        assert_eq!(silenced("INC-12", 3), "Silenced: INC-12\naaa");
        let head = "Silenced: INC-12\n".len();
        assert!(silenced("INC-12", ALARM_DESCRIPTION_CHARACTERS - head).ends_with("aa"));
        let cut = silenced("INC-12", ALARM_DESCRIPTION_CHARACTERS - head + 1);
        assert!(cut.chars().count() == ALARM_DESCRIPTION_CHARACTERS && cut.ends_with("a…"));
    }
}
