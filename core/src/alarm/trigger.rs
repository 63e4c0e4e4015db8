//! What an alarm watches, as the change of state told it: kept for what a message says beside the reason.
//!
//! An alarm's change is news whatever becomes of its details: a part in a form that is not known is left out and fails nothing.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use super::time;

/// Most queries kept of one alarm (an alarm holds at most 20, the limit of `PutMetricAlarm`'s `Metrics`).
pub const MAX_QUERIES: usize = 20;

/// Most datapoints kept of one change: more than a message can draw.
pub const MAX_DATAPOINTS: usize = 60;

/// What a metric or anomaly alarm watches. A composite alarm has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    /// The metric, or the queries of metric math. A band of anomaly detection is one of the queries (`ANOMALY_DETECTION_BAND(m1, 2)`).
    pub queries: Vec<TriggerQuery>,
    /// The API's operator, for example `GreaterThanThreshold`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<String>,
    /// Threshold; none where a band takes its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<Number>,
    /// Length of one period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_seconds: Option<u64>,
    /// Periods that are looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluation_periods: Option<u64>,
    /// Breaching periods that fire; absent: all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub datapoints_to_alarm: Option<u64>,
    /// Values the decision was made from, oldest first, where the change carries them (EventBridge does, SNS does not).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub datapoints: Vec<Datapoint>,
}

/// One query of an alarm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriggerQuery {
    /// Id inside the alarm; empty for an alarm on one plain metric.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// Label a person gave it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// What it yields.
    pub source: QuerySource,
    /// Whether the alarm looks at it.
    pub returns: bool,
}

/// Where a query's values come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuerySource {
    /// A metric.
    Metric(TriggerMetric),
    /// An expression over other queries, or a Metrics Insights query.
    Expression(String),
}

/// A metric with its statistic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriggerMetric {
    /// Namespace.
    pub namespace: String,
    /// Metric name.
    pub name: String,
    /// Dimensions by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dimensions: Vec<(String, String)>,
    /// Statistic as the API spells it: `Sum`, `p99`.
    pub statistic: String,
    /// Length of one period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_seconds: Option<u64>,
    /// Unit, where the alarm asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// One value an alarm was decided from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Datapoint {
    /// Start of its period, where it is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Value.
    pub value: Number,
}

impl Trigger {
    /// The metric of an alarm on one plain metric.
    pub fn metric(&self) -> Option<&TriggerMetric> {
        match &self.queries[..] {
            [TriggerQuery { source: QuerySource::Metric(metric), .. }] => Some(metric),
            _ => None,
        }
    }

    /// Reads `Trigger` of the JSON that CloudWatch publishes to SNS. `None`: there is nothing in it that is known.
    pub(super) fn of_sns(trigger: &Value) -> Option<Self> {
        let queries = match trigger.get("Metrics").and_then(Value::as_array) {
            Some(metrics) => metrics.iter().filter_map(sns_query).take(MAX_QUERIES).collect(),
            None => vec![plain_metric(trigger)?],
        };
        let read = Self {
            queries,
            comparison: string(trigger, "ComparisonOperator"),
            // CloudWatch writes 0.0 where a band takes the threshold's place.
            threshold: if trigger.get("ThresholdMetricId").is_some_and(Value::is_string) { None } else { number(trigger, "Threshold") },
            period_seconds: integer(trigger, "Period"),
            evaluation_periods: integer(trigger, "EvaluationPeriods"),
            datapoints_to_alarm: integer(trigger, "DatapointsToAlarm"),
            datapoints: Vec::new(),
        };
        (!read.queries.is_empty()).then_some(read)
    }

    /// Reads `configuration` and the text of `reasonData` of an EventBridge event. `None`: the alarm is composite, or nothing in it is known.
    pub(super) fn of_event(configuration: &Value, reason_data: Option<&str>) -> Option<Self> {
        let mut queries: Vec<TriggerQuery> = configuration.get("metrics")?.as_array()?.iter().filter_map(event_query).take(MAX_QUERIES).collect();
        if queries.is_empty() {
            return None;
        }
        if let [TriggerQuery { source: QuerySource::Metric(_), id, .. }] = &mut queries[..] {
            // Made up by CloudWatch for a plain metric.
            id.clear();
        }
        let data: Value = reason_data.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let first_period = queries.iter().find_map(|query| match &query.source {
            QuerySource::Metric(metric) => metric.period_seconds,
            QuerySource::Expression(_) => None,
        });
        Some(Self {
            queries,
            comparison: string(configuration, "comparisonOperator"),
            threshold: number(&data, "threshold").or_else(|| number(configuration, "threshold")),
            period_seconds: integer(&data, "period").or(first_period),
            evaluation_periods: integer(configuration, "evaluationPeriods"),
            datapoints_to_alarm: integer(configuration, "datapointsToAlarm"),
            datapoints: datapoints(&data),
        })
    }
}

/// An alarm on one metric, whose parts lie beside the threshold.
fn plain_metric(trigger: &Value) -> Option<TriggerQuery> {
    let metric = TriggerMetric {
        namespace: string(trigger, "Namespace")?,
        name: string(trigger, "MetricName")?,
        dimensions: dimensions(trigger.get("Dimensions")),
        statistic: string(trigger, "ExtendedStatistic").or_else(|| string(trigger, "Statistic").map(api_statistic)).unwrap_or_default(),
        period_seconds: integer(trigger, "Period"),
        unit: string(trigger, "Unit"),
    };
    Some(TriggerQuery { id: String::new(), label: String::new(), source: QuerySource::Metric(metric), returns: true })
}

fn sns_query(query: &Value) -> Option<TriggerQuery> {
    let source = if let Some(expression) = string(query, "Expression") {
        QuerySource::Expression(expression)
    } else {
        let stat = query.get("MetricStat")?;
        let metric = stat.get("Metric")?;
        QuerySource::Metric(TriggerMetric {
            namespace: string(metric, "Namespace")?,
            name: string(metric, "MetricName")?,
            dimensions: dimensions(metric.get("Dimensions")),
            statistic: string(stat, "Stat").unwrap_or_default(),
            period_seconds: integer(stat, "Period"),
            unit: string(stat, "Unit"),
        })
    };
    Some(TriggerQuery {
        id: string(query, "Id").unwrap_or_default(),
        label: string(query, "Label").unwrap_or_default(),
        source,
        returns: query.get("ReturnData").and_then(Value::as_bool).unwrap_or(true),
    })
}

fn event_query(query: &Value) -> Option<TriggerQuery> {
    let source = if let Some(expression) = string(query, "expression") {
        QuerySource::Expression(expression)
    } else {
        let stat = query.get("metricStat")?;
        let metric = stat.get("metric")?;
        QuerySource::Metric(TriggerMetric {
            namespace: string(metric, "namespace")?,
            name: string(metric, "name")?,
            dimensions: dimensions(metric.get("dimensions")),
            statistic: string(stat, "stat").unwrap_or_default(),
            period_seconds: integer(stat, "period"),
            unit: string(stat, "unit"),
        })
    };
    Some(TriggerQuery {
        id: string(query, "id").unwrap_or_default(),
        label: string(query, "label").unwrap_or_default(),
        source,
        returns: query.get("returnData").and_then(Value::as_bool).unwrap_or(true),
    })
}

/// SNS writes a list of `{"name", "value"}`, EventBridge an object.
fn dimensions(dimensions: Option<&Value>) -> Vec<(String, String)> {
    let mut read: Vec<(String, String)> = match dimensions {
        Some(Value::Array(list)) => list.iter().filter_map(|entry| Some((string(entry, "name")?, string(entry, "value")?))).collect(),
        Some(Value::Object(map)) => map.iter().filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect(),
        _ => Vec::new(),
    };
    read.sort();
    read
}

/// The values of `reasonData`. `evaluatedDatapoints` has times and begins with the newest; `recentDatapoints` is older, without times, oldest first.
fn datapoints(data: &Value) -> Vec<Datapoint> {
    let evaluated = data.get("evaluatedDatapoints").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut read: Vec<Datapoint> =
        evaluated.iter().filter_map(|point| Some(Datapoint { at: Some(time(point.get("timestamp")?.as_str()?)?), value: number(point, "value")? })).collect();
    if read.is_empty() {
        let recent = data.get("recentDatapoints").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        read = recent.iter().filter_map(|value| Some(Datapoint { at: None, value: value.as_number()?.clone() })).collect();
    }
    read.sort_by_key(|point| point.at);
    let surplus = read.len().saturating_sub(MAX_DATAPOINTS);
    read.split_off(surplus)
}

/// SNS shouts plain statistics.
fn api_statistic(statistic: String) -> String {
    match statistic.as_str() {
        "AVERAGE" => "Average".to_owned(),
        "MAXIMUM" => "Maximum".to_owned(),
        "MINIMUM" => "Minimum".to_owned(),
        "SAMPLE_COUNT" => "SampleCount".to_owned(),
        "SUM" => "Sum".to_owned(),
        _ => statistic,
    }
}

fn string(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

fn number(value: &Value, key: &str) -> Option<Number> {
    value.get(key)?.as_number().cloned()
}

fn integer(value: &Value, key: &str) -> Option<u64> {
    value.get(key)?.as_u64()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_alarm_told_by_sns_and_by_eventbridge_watches_the_same_metric() {
        let sns = Trigger::of_sns(&json!({
            "MetricName": "CPUUtilization", "Namespace": "AWS/EC2", "StatisticType": "Statistic", "Statistic": "AVERAGE", "Unit": null,
            "Dimensions": [{"value": "i-1", "name": "InstanceId"}], "Period": 300, "EvaluationPeriods": 1, "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": 50.0, "TreatMissingData": "- TreatMissingData:                    missing", "EvaluateLowSampleCountPercentile": ""
        }))
        .unwrap();
        let event = Trigger::of_event(
            &json!({"description": "d", "metrics": [{"id": "30b6c6b2-a864-43a2-4877-c09a1afc3b87", "returnData": true, "metricStat": {
                "metric": {"dimensions": {"InstanceId": "i-1"}, "name": "CPUUtilization", "namespace": "AWS/EC2"}, "period": 300, "stat": "Average"}}]}),
            Some(
                r#"{"version":"1.0","period":300,"recentDatapoints":[98.5,99.5],"threshold":50.0,"evaluatedDatapoints":[
                {"timestamp":"2019-10-02T16:59:00.000+0000","sampleCount":1.0,"value":99.5},{"timestamp":"2019-10-02T16:54:00.000+0000","value":98.5},
                {"timestamp":"2019-10-02T16:49:00.000+0000"}]}"#,
            ),
        )
        .unwrap();
        assert_eq!(sns.metric(), event.metric());
        assert_eq!((sns.queries, sns.threshold, sns.period_seconds), (event.queries.clone(), event.threshold.clone(), event.period_seconds));
        let values: Vec<_> = event.datapoints.iter().map(|point| (point.at.unwrap().to_string(), point.value.as_f64().unwrap())).collect();
        assert_eq!(values, [("2019-10-02T16:54:00Z".to_owned(), 98.5), ("2019-10-02T16:59:00Z".to_owned(), 99.5)]);
    }

    #[test]
    fn a_band_of_anomaly_detection_is_a_query_and_no_threshold() {
        let trigger = Trigger::of_sns(&json!({
            "Period": 300, "EvaluationPeriods": 3, "DatapointsToAlarm": 2, "ComparisonOperator": "GreaterThanUpperThreshold", "Threshold": 0.0,
            "ThresholdMetricId": "ad1", "Metrics": [
                {"Id": "m1", "ReturnData": true, "MetricStat": {"Metric": {"Dimensions": [{"value": "db", "name": "DBInstanceIdentifier"}],
                    "MetricName": "CPUUtilization", "Namespace": "AWS/RDS"}, "Period": 300, "Stat": "Average"}},
                {"Expression": "ANOMALY_DETECTION_BAND(m1, 12)", "Id": "ad1", "Label": "CPUUtilization (expected)", "ReturnData": true}]
        }))
        .unwrap();
        assert_eq!((trigger.threshold, trigger.queries.len(), trigger.datapoints_to_alarm), (None, 2, Some(2)));
        assert_eq!(trigger.queries[1].source, QuerySource::Expression("ANOMALY_DETECTION_BAND(m1, 12)".to_owned()));
    }

    #[test]
    fn what_is_kept_is_bounded_and_a_strange_form_is_left_out() {
        let point = |minute: usize| json!(minute);
        let data = json!({"recentDatapoints": (0..100).map(point).collect::<Vec<_>>()}).to_string();
        let query = json!({"id": "e", "expression": "m1*2"});
        let trigger = Trigger::of_event(&json!({"metrics": vec![query; 50]}), Some(&data)).unwrap();
        assert_eq!((trigger.queries.len(), trigger.datapoints.len()), (MAX_QUERIES, MAX_DATAPOINTS));
        assert_eq!(trigger.datapoints.last().unwrap().value.as_u64(), Some(99));
        for strange in [json!(null), json!({}), json!({"Metrics": [1]}), json!({"metrics": "x"}), json!([1])] {
            assert_eq!((Trigger::of_sns(&strange), Trigger::of_event(&strange, Some("{"))), (None, None));
        }
    }
}
