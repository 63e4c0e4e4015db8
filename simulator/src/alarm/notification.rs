//! The JSON document CloudWatch publishes to an alarm's SNS topics.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::{
    alarm::{AlarmConfig, MathQuery, MetricStat, Query, Signal, Transition},
    statistics::Statistic,
};

/// Where an alarm lives: what its messages say beside the alarm itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// AWS account, 12 digits.
    pub account: String,
    /// Region code, `eu-west-1`.
    pub region: String,
}

/// The message of a transition, as published to SNS.
pub fn message(config: &AlarmConfig, transition: &Transition, origin: &Origin) -> String {
    let description = if config.description.is_empty() { Value::Null } else { json!(config.description) };
    json!({
        "AlarmName": config.name,
        "AlarmDescription": description,
        "AWSAccountId": origin.account,
        "AlarmArn": config.arn,
        "NewStateValue": transition.to.as_str(),
        "NewStateReason": transition.reason,
        "StateChangeTime": time(transition.at_ms),
        "Region": region_name(&origin.region),
        "OldStateValue": transition.from.as_str(),
        "OKActions": config.actions.ok,
        "AlarmActions": config.actions.alarm,
        "InsufficientDataActions": config.actions.insufficient_data,
        "Trigger": trigger(config),
    })
    .to_string()
}

fn trigger(config: &AlarmConfig) -> Value {
    let rule = &config.rule;
    let mut trigger = Map::new();
    match &config.signal {
        Signal::Metric(stat) => {
            trigger.insert("MetricName".to_owned(), json!(stat.metric.name()));
            trigger.insert("Namespace".to_owned(), json!(stat.metric.namespace()));
            let (kind, name) = statistic(stat.statistic);
            trigger.insert("StatisticType".to_owned(), json!(kind));
            trigger.insert(kind.to_owned(), json!(name));
            trigger.insert("Unit".to_owned(), Value::Null);
            trigger.insert("Dimensions".to_owned(), dimensions(stat));
        }
        Signal::Math(queries) => {
            trigger.insert("Metrics".to_owned(), queries.iter().map(query).collect());
        }
    }
    trigger.insert("Period".to_owned(), json!(rule.period_seconds));
    trigger.insert("EvaluationPeriods".to_owned(), json!(rule.evaluation_periods));
    if let Some(datapoints) = rule.datapoints_to_alarm {
        trigger.insert("DatapointsToAlarm".to_owned(), json!(datapoints));
    }
    trigger.insert("ComparisonOperator".to_owned(), json!(rule.comparison.as_str()));
    trigger.insert("Threshold".to_owned(), json!(rule.threshold));
    trigger.insert("TreatMissingData".to_owned(), json!(rule.missing.as_str()));
    let low_samples = if rule.least_samples.is_some() { "ignore" } else { "" };
    trigger.insert("EvaluateLowSampleCountPercentile".to_owned(), json!(low_samples));
    Value::Object(trigger)
}

fn query(query: &MathQuery) -> Value {
    let mut entry = Map::new();
    entry.insert("Id".to_owned(), json!(query.id));
    if !query.label.is_empty() {
        entry.insert("Label".to_owned(), json!(query.label));
    }
    match &query.query {
        Query::Metric(stat) => {
            let metric = json!({
                "Dimensions": dimensions(stat),
                "MetricName": stat.metric.name(),
                "Namespace": stat.metric.namespace(),
            });
            entry.insert("MetricStat".to_owned(), json!({"Metric": metric, "Period": stat.period_seconds, "Stat": stat.statistic.to_string()}));
        }
        Query::Expression(expression) => {
            entry.insert("Expression".to_owned(), json!(expression.to_string()));
        }
    }
    entry.insert("ReturnData".to_owned(), json!(query.returns));
    Value::Object(entry)
}

fn dimensions(stat: &MetricStat) -> Value {
    stat.metric.dimensions().iter().map(|(name, value)| json!({"value": value, "name": name})).collect()
}

/// The key and the spelling of a statistic in messages, which differ from the API's.
fn statistic(statistic: Statistic) -> (&'static str, String) {
    match statistic {
        Statistic::SampleCount => ("Statistic", "SAMPLE_COUNT".to_owned()),
        plain if plain.is_plain() => ("Statistic", plain.to_string().to_uppercase()),
        extended => ("ExtendedStatistic", extended.to_string()),
    }
}

/// `2026-11-20T13:08:10.000+0000`.
pub(crate) fn time(milliseconds: i64) -> String {
    Timestamp::from_millisecond(milliseconds).map_or_else(|_| milliseconds.to_string(), |at| at.strftime("%Y-%m-%dT%H:%M:%S%.3f+0000").to_string())
}

/// The Region as messages name it; the code itself for Regions not listed here.
pub(crate) fn region_name(code: &str) -> &str {
    match code {
        "us-east-1" => "US East (N. Virginia)",
        "us-east-2" => "US East (Ohio)",
        "us-west-1" => "US West (N. California)",
        "us-west-2" => "US West (Oregon)",
        "ca-central-1" => "Canada (Central)",
        "eu-west-1" => "EU (Ireland)",
        "eu-west-2" => "EU (London)",
        "eu-west-3" => "EU (Paris)",
        "eu-central-1" => "EU (Frankfurt)",
        "eu-north-1" => "EU (Stockholm)",
        "ap-northeast-1" => "Asia Pacific (Tokyo)",
        "ap-northeast-2" => "Asia Pacific (Seoul)",
        "ap-south-1" => "Asia Pacific (Mumbai)",
        "ap-southeast-1" => "Asia Pacific (Singapore)",
        "ap-southeast-2" => "Asia Pacific (Sydney)",
        "sa-east-1" => "South America (Sao Paulo)",
        _ => code,
    }
}
