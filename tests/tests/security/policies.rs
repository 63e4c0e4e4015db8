//! Policies that admit AWS services: of the key, the queue `dead-letters` and the topics. Each statement is taken away, and then turned to another
//! source; each time the delivery it is for must not arrive, and it must arrive again once the statement is back.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use skywarden_e2e::emulator::{ACCOUNT, REGION};

use crate::deployed::{DEAD_LETTERS, Deployed, PREFIX, bucket_name, queue_for_topics};

/// A delivery that arrives does so at once; this long is waited for one that must not.
const SILENCE: Duration = Duration::from_millis(1500);

/// Longest wait for one that must.
const PATIENCE: Duration = Duration::from_mins(1);

/// Queue that hears what the topic `fallback` publishes.
const LISTENER: &str = "guard-listener";

/// Version of SNS's API.
const SNS: &str = "2010-03-31";

/// An account that is none of ours.
const STRANGER: &str = "111122223333";

/// One delivery by an AWS service: makes it, and tells whether it arrived.
type Delivery = fn(&Deployed, Duration) -> bool;

/// The shared key admits the services that deliver, and the logs of the groups it encrypts.
pub(crate) fn of_the_key(deployed: &Deployed) {
    listen(deployed);
    let aliases = deployed.api.call("kms", "ListAliases", &json!({})).unwrap();
    let aliases = aliases["Aliases"].as_array().unwrap();
    let alias = aliases.iter().find(|alias| alias["AliasName"] == format!("alias/{PREFIX}-skywarden")).unwrap();
    let key = alias["TargetKeyId"].as_str().unwrap();
    let answer = deployed.api.call("kms", "GetKeyPolicy", &json!({"KeyId": key, "PolicyName": "default"})).unwrap();
    let policy: Value = serde_json::from_str(answer["Policy"].as_str().unwrap()).unwrap();
    let put = |policy: &Value| {
        let input = json!({"KeyId": key, "PolicyName": "default", "Policy": policy.to_string()});
        deployed.api.call("kms", "PutKeyPolicy", &input).unwrap();
    };
    let deliveries: [(&str, Delivery); 4] = [("LogGroups", log_group), ("Alarms", alarm), ("Buckets", object), ("Topics", undeliverable)];
    // Without the first nobody could change the key again; AWS refuses such a policy.
    each_is_needed(deployed, "the key", &policy, &["AccountAdministration"], &deliveries, put);
}

/// The queue `dead-letters` admits this project's topics and buckets, the topic `fallback` its alarms.
pub(crate) fn of_queues_and_topics(deployed: &Deployed) {
    let url = deployed.api.queue_url(DEAD_LETTERS);
    let answer = deployed.api.call("sqs", "GetQueueAttributes", &json!({"QueueUrl": url, "AttributeNames": ["Policy"]})).unwrap();
    let policy: Value = serde_json::from_str(answer["Attributes"]["Policy"].as_str().unwrap()).unwrap();
    let put = |policy: &Value| {
        let input = json!({"QueueUrl": url, "Attributes": {"Policy": policy.to_string()}});
        deployed.api.call("sqs", "SetQueueAttributes", &input).unwrap();
    };
    let deliveries: [(&str, Delivery); 2] = [("FromBuckets", object), ("FromTopics", undeliverable)];
    each_is_needed(deployed, "the queue dead-letters", &policy, &["RefuseClearText"], &deliveries, put);

    let topic = fallback();
    let answer = deployed.api.form("sns", SNS, "GetTopicAttributes", &[("TopicArn", &topic)]).unwrap();
    let text = answer.split_once("<key>Policy</key>").and_then(|(_, rest)| rest.split_once("<value>")?.1.split_once("</value>")).unwrap().0;
    let policy: Value = serde_json::from_str(&text.replace("&quot;", "\"").replace("&amp;", "&")).unwrap();
    let put = |policy: &Value| {
        let fields = [("TopicArn", topic.as_str()), ("AttributeName", "Policy"), ("AttributeValue", &policy.to_string())];
        deployed.api.form("sns", SNS, "SetTopicAttributes", &fields).unwrap();
    };
    let deliveries: [(&str, Delivery); 1] = [("FromAlarms", alarm)];
    each_is_needed(deployed, "the topic fallback", &policy, &["RefuseClearText"], &deliveries, put);
}

fn each_is_needed(deployed: &Deployed, whose: &str, policy: &Value, apart: &[&str], deliveries: &[(&str, Delivery)], put: impl Fn(&Value)) {
    let statements = policy["Statement"].as_array().unwrap();
    let sid = |statement: &Value| statement["Sid"].as_str().unwrap().to_owned();
    let tested: Vec<String> = statements.iter().map(sid).filter(|sid| !apart.contains(&sid.as_str())).collect();
    for statement in &tested {
        assert!(deliveries.iter().any(|(sid, _)| sid == statement), "{whose}: nothing here tests the statement {statement}");
    }
    for (wanted, arrives) in deliveries {
        let place = statements.iter().position(|statement| sid(statement) == *wanted).unwrap_or_else(|| panic!("{whose}: no {wanted} in {policy}"));
        assert!(arrives(deployed, PATIENCE), "{whose}: {wanted}, as deployed");
        let mut broken = policy.clone();
        broken["Statement"].as_array_mut().unwrap().remove(place);
        put(&broken);
        assert!(!arrives(deployed, SILENCE), "{whose}: arrives without {wanted}");
        for (what, stranger) in strangers(&statements[place]) {
            let mut turned = policy.clone();
            turned["Statement"][place] = stranger;
            put(&turned);
            assert!(!arrives(deployed, SILENCE), "{whose}: {wanted} for {what} alone, and it arrives");
        }
        put(policy);
        assert!(arrives(deployed, PATIENCE), "{whose}: {wanted}, put back");
        println!("{whose}: {wanted} is needed, and for its own source only");
    }
}

/// The statement with each of its condition keys turned to somebody else.
fn strangers(statement: &Value) -> Vec<(String, Value)> {
    let mut turned = Vec::new();
    for (operator, keys) in statement["Condition"].as_object().unwrap() {
        for key in keys.as_object().unwrap().keys() {
            let other = match key.as_str() {
                "aws:SourceAccount" => STRANGER.to_owned(),
                "aws:SourceArn" => format!("arn:aws:s3:::{PREFIX}-other"),
                "kms:EncryptionContext:aws:logs:arn" => format!("arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/other"),
                other => panic!("no other value for {other} is known here"),
            };
            let mut stranger = statement.clone();
            stranger["Condition"][operator][key] = json!(other);
            turned.push((format!("{key} {other}"), stranger));
        }
    }
    assert!(!turned.is_empty(), "no condition: {statement}");
    turned
}

fn fallback() -> String {
    format!("arn:aws:sns:{REGION}:{ACCOUNT}:{PREFIX}-fallback")
}

/// Subscribes a queue to the topic `fallback`, and one that is not there, whose messages are dead letters.
fn listen(deployed: &Deployed) {
    queue_for_topics(deployed.api, LISTENER);
    let (topic, dead) = (fallback(), format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{DEAD_LETTERS}"));
    let listener = format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{LISTENER}");
    deployed.api.form("sns", SNS, "Subscribe", &[("TopicArn", &topic), ("Protocol", "sqs"), ("Endpoint", &listener)]).unwrap();
    let (gone, redrive) = (format!("{listener}-gone"), json!({"deadLetterTargetArn": dead}).to_string());
    let attribute = [("Attributes.entry.1.key", "RedrivePolicy"), ("Attributes.entry.1.value", redrive.as_str())];
    let fields = [[("TopicArn", topic.as_str()), ("Protocol", "sqs")], [("Endpoint", &gone), ("ReturnSubscriptionArn", "true")], attribute].concat();
    deployed.api.form("sns", SNS, "Subscribe", &fields).unwrap();
}

fn arrives_in(deployed: &Deployed, queue: &str, patience: Duration, text: &str) -> bool {
    let began = Instant::now();
    loop {
        if deployed.api.drain(queue).unwrap().iter().any(|body| body.contains(text)) {
            return true;
        }
        if began.elapsed() >= patience {
            return false;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// CloudWatch tells an encrypted topic of an alarm.
fn alarm(deployed: &Deployed, patience: Duration) -> bool {
    let alarms = deployed.api.call("monitoring", "DescribeAlarms", &json!({})).unwrap();
    let alarms = alarms["MetricAlarms"].as_array().unwrap();
    let acts_on_fallback = |alarm: &&Value| alarm["AlarmActions"].as_array().is_some_and(|actions| actions.iter().any(|action| *action == fallback()));
    let alarm = alarms.iter().find(acts_on_fallback).unwrap_or_else(|| panic!("no alarm acts on {}: {alarms:?}", fallback()));
    let reason = format!("probe {}", deployed.fresh());
    for state in ["INSUFFICIENT_DATA", "ALARM"] {
        let input = json!({"AlarmName": alarm["AlarmName"], "StateValue": state, "StateReason": reason});
        deployed.api.call("monitoring", "SetAlarmState", &input).unwrap();
    }
    arrives_in(deployed, LISTENER, patience, &format!("{reason}\\\""))
}

/// S3 tells the encrypted queue `dead-letters` of a new object.
fn object(deployed: &Deployed, patience: Duration) -> bool {
    let key = format!("probe-{}-end", deployed.fresh());
    let answer = deployed.api.send("s3", "PUT", &format!("/{}/{key}", bucket_name("residue")), "", b"{}").unwrap();
    assert!(answer.status < 300, "{}", answer.body);
    arrives_in(deployed, DEAD_LETTERS, patience, &key)
}

/// SNS puts what it cannot deliver into the encrypted queue `dead-letters`.
fn undeliverable(deployed: &Deployed, patience: Duration) -> bool {
    let text = format!("to nobody {} end", deployed.fresh());
    deployed.api.form("sns", SNS, "Publish", &[("TopicArn", &fallback()), ("Message", &text)]).unwrap();
    arrives_in(deployed, DEAD_LETTERS, patience, &text)
}

/// CloudWatch Logs makes an encrypted group again.
fn log_group(deployed: &Deployed, _patience: Duration) -> bool {
    let name = format!("/aws/lambda/{PREFIX}-metrics-extractor");
    let groups = deployed.api.call("logs", "DescribeLogGroups", &json!({"logGroupNamePrefix": format!("/aws/lambda/{PREFIX}-error-classifier")})).unwrap();
    let key = groups["logGroups"][0]["kmsKeyId"].clone();
    assert!(key.is_string(), "{groups}");
    // The group is gone when the last round made none.
    deployed.api.answer("logs", "DeleteLogGroup", &json!({"logGroupName": name})).unwrap();
    deployed.api.answer("logs", "CreateLogGroup", &json!({"logGroupName": name, "kmsKeyId": key})).unwrap().status < 300
}
