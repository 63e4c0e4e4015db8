//! Each function does all that it may do: its work, its residue, its own log, and Lambda's record of an invocation that failed.

use serde_json::{Value, json};
use skywarden_e2e::emulator::{ACCOUNT, REGION};

use crate::{
    deployed::{Deployed, LOG_GROUP, PEOPLE, PREFIX, delivery},
    minimal::{Grant, Needed, Role, without},
};

/// An event that no function takes.
const UNREADABLE: &str = "unreadable";

/// Lines into metrics; the residue when CloudWatch takes none.
pub(crate) fn metrics_extractor(deployed: &Deployed) -> Vec<Needed> {
    const FUNCTION: &str = "metrics-extractor";
    let role = Role::find(deployed.api, "MetricsExtractorRole");
    role.each_is_needed(|granted| {
        let kind = deployed.fresh();
        let lines = [json!({"event": "done", "kind": kind})];
        logs_its_own(deployed, FUNCTION, || invoke(deployed, FUNCTION, &delivery(&lines)))?;
        let wanted = json!({"Namespace": "guard/prod/api", "MetricName": "Done", "Dimensions": [{"Name": "Kind", "Value": kind}]});
        let found = deployed.api.call("monitoring", "ListMetrics", &wanted).unwrap();
        ensure(found["Metrics"].as_array().is_some_and(|metrics| metrics.len() == 1), "the metric arrives")?;

        leaves_a_residue(deployed, &role, granted, FUNCTION, "Metrics", || {
            invoke(deployed, FUNCTION, &delivery(&[json!({"event": "done", "kind": deployed.fresh()})]))
        })?;
        keeps_what_fails(deployed, FUNCTION)
    })
}

/// Lines into issues and the queue `alerts`; the residue when the table is out of reach.
pub(crate) fn error_classifier(deployed: &Deployed) -> Vec<Needed> {
    const FUNCTION: &str = "error-classifier";
    let role = Role::find(deployed.api, "ErrorClassifierRole");
    let mapping = Mapping::take(deployed);
    let needed = role.each_is_needed(|granted| {
        // What an attempt that failed has left.
        deployed.api.drain(&format!("{PREFIX}-alerts")).unwrap();
        let error = fresh_error(deployed);
        logs_its_own(deployed, FUNCTION, || invoke(deployed, FUNCTION, &delivery(std::slice::from_ref(&error))))?;
        let told = deployed.api.drain(&format!("{PREFIX}-alerts")).unwrap();
        ensure(told.len() == 1, &format!("the queue `alerts` is told: {told:?}"))?;

        leaves_a_residue(deployed, &role, granted, FUNCTION, "Issues", || invoke(deployed, FUNCTION, &delivery(&[fresh_error(deployed)])))?;
        keeps_what_fails(deployed, FUNCTION)
    });
    mapping.put_back(deployed).unwrap();
    needed
}

/// Entries, alarms and the tick into messages; the residue when a topic refuses.
pub(crate) fn alert_notifier(deployed: &Deployed) -> Vec<Needed> {
    const FUNCTION: &str = "alert-notifier";
    // Nothing else may invoke it meanwhile.
    deployed.api.send("scheduler", "DELETE", &format!("/schedules/{PREFIX}-tick"), "", b"").unwrap().json().unwrap();
    let role = Role::find(deployed.api, "AlertNotifierRole");
    role.each_is_needed(|granted| {
        let mapping = Mapping::take(deployed);
        let result = alert_notifier_works(deployed, &role, granted, FUNCTION);
        // Lambda looks at the role when a mapping is made.
        let made = mapping.put_back(deployed);
        if made.is_err() {
            role.put(&role_with_queue(granted));
            mapping.put_back(deployed).unwrap();
        }
        result.and(made)
    })
}

/// Enough to have the mapping back for the next round.
fn role_with_queue(granted: &[Grant]) -> Vec<Grant> {
    let mut grants = granted.to_vec();
    grants.extend(["sqs:*", "kms:*"].map(Grant::anywhere));
    grants
}

fn alert_notifier_works(deployed: &Deployed, role: &Role, granted: &[Grant], function: &str) -> Result<(), String> {
    // The sweep of the outbox, and what waits in the ledgers.
    logs_its_own(deployed, function, || invoke(deployed, function, &json!({"skywarden": "tick"})))?;

    // A new issue, as the queue tells of it.
    deployed.api.drain(PEOPLE).unwrap();
    deployed.api.drain(&format!("{PREFIX}-alerts")).unwrap();
    let error = fresh_error(deployed);
    deployed.api.invoke(&format!("{PREFIX}-error-classifier"), &delivery(std::slice::from_ref(&error))).unwrap();
    let told = deployed.api.drain(&format!("{PREFIX}-alerts")).unwrap();
    let [body] = told.as_slice() else { panic!("{told:?}") };
    let ids: Vec<String> = serde_json::from_str(body).unwrap_or_else(|_| vec![body.clone()]);
    for id in &ids {
        let record = json!({"messageId": "m", "receiptHandle": "r", "body": id, "attributes": {}, "messageAttributes": {}, "eventSource": "aws:sqs"});
        let answer = invoke(deployed, function, &json!({"Records": [record]}))?;
        ensure(answer["batchItemFailures"].as_array().is_none_or(Vec::is_empty), "the entry is taken in")?;
    }
    let kind = error["error"]["type"].as_str().unwrap_or_default();
    let messages = deployed.api.drain(PEOPLE).unwrap();
    ensure(messages.iter().any(|message| message.contains(kind)), "people hear of the new issue")?;

    // An alarm's message shows the recent values of its metric.
    let earlier = jiff::Timestamp::now().as_second() - 90;
    let datum = json!({"MetricName": "Probes", "Timestamp": earlier, "Value": 8.0, "Unit": "None"});
    deployed.api.call("monitoring", "PutMetricData", &json!({"Namespace": PREFIX, "MetricData": [datum]})).unwrap();
    invoke(deployed, function, &alarm_event(&deployed.fresh()))?;
    let messages = deployed.api.drain(PEOPLE).unwrap();
    ensure(messages.iter().any(|message| message.contains("last 8")), "the alarm's message shows the values of its metric")?;

    leaves_a_residue(deployed, role, granted, function, "PublishToRoutes", || invoke(deployed, function, &alarm_event(&deployed.fresh())))?;
    keeps_what_fails(deployed, function)
}

/// An error of a type that was never seen.
fn fresh_error(deployed: &Deployed) -> Value {
    let kind = format!("Probe{}Error", deployed.fresh());
    json!({"level": "ERROR", "message": "it broke", "error": {"type": kind, "message": "it broke"}})
}

fn alarm_event(name: &str) -> Value {
    let message = json!({
        "AlarmName": format!("{PREFIX}-{name}"), "AlarmDescription": "d", "NewStateValue": "ALARM", "NewStateReason": "r", "OldStateValue": "OK",
        "StateChangeTime": jiff::Timestamp::now().to_string(),
        "Trigger": {"MetricName": "Probes", "Namespace": PREFIX, "StatisticType": "Statistic", "Statistic": "MAXIMUM", "Dimensions": [], "Period": 60,
            "EvaluationPeriods": 1, "ComparisonOperator": "GreaterThanThreshold", "Threshold": 5.0},
    });
    json!({"Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": "a", "Sns": {
        "Type": "Notification", "MessageId": "1", "TopicArn": "t", "Subject": "s", "Message": message.to_string(), "Timestamp": "2026-11-23T04:00:00.000Z",
        "SignatureVersion": "1", "Signature": "x", "SigningCertUrl": "u", "UnsubscribeUrl": "u", "MessageAttributes": {},
    }}]})
}

fn ensure(holds: bool, what: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(format!("not so: {what}")) }
}

fn invoke(deployed: &Deployed, function: &str, event: &Value) -> Result<Value, String> {
    deployed.api.invoke(&format!("{PREFIX}-{function}"), event).map_err(|error| format!("{error:#}"))
}

/// The work leaves nothing undelivered, and lines in the function's own log group.
fn logs_its_own(deployed: &Deployed, function: &str, work: impl FnOnce() -> Result<Value, String>) -> Result<(), String> {
    let (streams, residues) = (deployed.streams(function), deployed.objects("residue", &format!("residue/{function}/")));
    work()?;
    ensure(deployed.objects("residue", &format!("residue/{function}/")) == residues, "nothing is left undelivered")?;
    ensure(deployed.streams(function) > streams, "its own log is written")
}

/// Without `sid` the work cannot be done, and what is left of it is kept.
fn leaves_a_residue(
    deployed: &Deployed,
    role: &Role,
    granted: &[Grant],
    function: &str,
    sid: &str,
    work: impl FnOnce() -> Result<Value, String>,
) -> Result<(), String> {
    let prefix = format!("residue/{function}/");
    let residues = deployed.objects("residue", &prefix);
    role.put(&without(granted, &[sid]));
    let done = work();
    role.put(granted);
    done?;
    ensure(deployed.objects("residue", &prefix) > residues, "what cannot be delivered is kept")
}

/// An event that fails three times ends in the bucket for failed invocations.
fn keeps_what_fails(deployed: &Deployed, function: &str) -> Result<(), String> {
    let name = format!("{PREFIX}-{function}");
    let prefix = format!("aws/lambda/async/{name}/");
    let records = deployed.objects("failed-invocations", &prefix);
    let lost = format!("the record of a failed invocation of {name} is lost");
    let before = deployed.said(&lost);
    deployed.api.invoke_later(&name, &json!({ UNREADABLE: LOG_GROUP })).unwrap();
    deployed.unless_lost("the record of a failed invocation", &lost, before, || deployed.objects("failed-invocations", &prefix) > records)
}

/// The event source mapping of the queue `alerts`, taken away.
struct Mapping {
    definition: Value,
}

impl Mapping {
    fn take(deployed: &Deployed) -> Self {
        let list = deployed.api.send("lambda", "GET", "/2015-03-31/event-source-mappings/", "", b"").unwrap().json().unwrap();
        let mapping = list["EventSourceMappings"].as_array().unwrap().first().unwrap_or_else(|| panic!("no mapping: {list}")).clone();
        let id = mapping["UUID"].as_str().unwrap();
        deployed.api.send("lambda", "DELETE", &format!("/2015-03-31/event-source-mappings/{id}"), "", b"").unwrap().json().unwrap();
        let definition = json!({
            "EventSourceArn": format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{PREFIX}-alerts"),
            "FunctionName": format!("{PREFIX}-alert-notifier"),
            "BatchSize": mapping["BatchSize"],
            "FunctionResponseTypes": mapping["FunctionResponseTypes"],
        });
        Self { definition }
    }

    fn put_back(&self, deployed: &Deployed) -> Result<(), String> {
        let body = self.definition.to_string();
        let answer = deployed.api.send("lambda", "POST", "/2015-03-31/event-source-mappings/", "Content-Type: application/json\r\n", body.as_bytes()).unwrap();
        if answer.status < 300 { Ok(()) } else { Err(format!("the queue is not read: {}", answer.body)) }
    }
}
