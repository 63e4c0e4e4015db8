//! Secrets in log lines, and in what surrounds batches, records and messages, go through the deployed functions, and are in nothing they leave behind: table,
//! queues, messages, metrics, residues, their own logs. The one exception is Lambda's own record of a failed invocation, which holds the raw event.

use serde_json::{Value, json};

use crate::deployed::{Deployed, PEOPLE, PREFIX, bucket_name, delivery_of};

/// The texts, and what of them must be nowhere.
const CANARIES: [(&str, &str); 4] = [
    ("password=Zx7canaryQ9", "Zx7canaryQ9"),
    ("AKIACANARYQ9ZX7PL4TK", "AKIACANARYQ9"),
    ("canary.person@hidden.example", "canary.person"),
    ("4111 1111 1111 1111", "1111 1111"),
];

pub(crate) fn no_secret_leaves_the_functions(deployed: &Deployed) {
    let api = deployed.api;
    api.drain(PEOPLE).unwrap();
    let mut told = Vec::new();
    for (text, _) in CANARIES {
        let error = json!({
            "level": "ERROR", "message": text, "logger": text, "version": text, "request_id": text, "trace_id": text, "user_id": text,
            "error": {"type": format!("Secret{}Error", deployed.fresh()), "message": text, "stack": format!("Error: {text}\n    at pay (/app/pay.js:3:7)")},
            "fields": {"note": text, text: 1},
        });
        let named = json!({"level": "ERROR", "message": "m", "error": {"type": text, "message": "named by it"}});
        let lines = [error, named, json!({"event": "done", "kind": text})];
        for function in ["error-classifier", "metrics-extractor"] {
            api.invoke(&format!("{PREFIX}-{function}"), &delivery_of(text, text, &lines)).unwrap();
        }
        // The mapping is back: alert-notifier hears of it by the queue.
        let mut more = Vec::new();
        for _ in 0..150 {
            more.extend(api.drain(PEOPLE).unwrap());
            if more.iter().any(|message| message.contains("\"kind\":\"issue\"")) {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
        assert!(!more.is_empty(), "nobody heard of the issue with {text}");
        told.extend(more);
        surrounded(deployed, text, &lines);
        // What Lambda says of an event that no function takes.
        for function in ["error-classifier", "metrics-extractor", "alert-notifier"] {
            let refusal = api.invoke(&format!("{PREFIX}-{function}"), &json!({ text: text })).unwrap_err().to_string();
            assert!(refusal.contains("event-unknown"), "{refusal}");
            told.push(refusal);
        }
    }
    let mut places: Vec<(&str, String)> = told.into_iter().map(|message| ("a message or an error", message)).collect();
    let table = api.call("dynamodb", "Scan", &json!({"TableName": format!("{PREFIX}-issues")})).unwrap();
    assert!(table["Count"].as_u64().is_some_and(|count| count > 0));
    places.push(("the table", table.to_string()));
    let metrics = api.call("monitoring", "ListMetrics", &json!({"Namespace": "guard/prod/api"})).unwrap();
    assert!(metrics.to_string().contains("***"), "the dimension is masked: {metrics}");
    places.push(("the metrics", metrics.to_string()));
    for function in ["error-classifier", "metrics-extractor", "alert-notifier"] {
        let log = own_log(deployed, function);
        assert!(log.contains(function), "{function} has no log");
        places.push(("an own log", log));
    }
    for key in api.keys(&bucket_name("residue"), "").unwrap() {
        let body = api.send("s3", "GET", &format!("/{}/{key}", bucket_name("residue")), "", b"").unwrap().body;
        places.push(("a residue", format!("{key} {body}")));
    }
    for (place, text) in &places {
        for (form, secret) in CANARIES {
            let found = text.find(secret).map(|at| text[..at + secret.len()].chars().rev().take(120).collect::<Vec<_>>().into_iter().rev().collect::<String>());
            assert_eq!(found, None, "{form} is in {place}");
        }
    }
    println!("{} texts hold none of {} secrets", places.len(), CANARIES.len());
}

/// Records of a stream and messages of the queue with the text in every member that is nobody's name.
fn surrounded(deployed: &Deployed, text: &str, lines: &[Value]) {
    let data = delivery_of(text, text, lines)["awslogs"]["data"].take();
    let record = |number: &str, data: Value| {
        json!({
            "kinesis": {"kinesisSchemaVersion": text, "partitionKey": text, "sequenceNumber": number, "data": data, "approximateArrivalTimestamp": text},
            "eventSource": "aws:kinesis", "eventVersion": text, "eventID": text, "eventName": text, "invokeIdentityArn": text, "awsRegion": text,
            "eventSourceARN": text, text: text,
        })
    };
    // A record that is no batch is reported by its number, and nothing is said of what it holds.
    let records = json!({"Records": [record("4959001", data), record("4959002", text.into())]});
    for function in ["error-classifier", "metrics-extractor"] {
        let answer = deployed.api.invoke(&format!("{PREFIX}-{function}"), &records).unwrap();
        assert_eq!(answer, json!({"batchItemFailures": [{"itemIdentifier": "4959002"}]}), "{function}");
    }
    let attribute = json!({"stringValue": text, "dataType": "String"});
    let message = |body: String| {
        json!({
            "messageId": "m", "receiptHandle": text, "body": body, "attributes": {"SenderId": text}, "messageAttributes": {text: attribute, "other": attribute},
            "md5OfBody": text, "eventSource": "aws:sqs", "eventSourceARN": text, "awsRegion": text,
        })
    };
    let messages = json!({"Records": [message(text.to_owned()), message(format!("issue-{text}-new-1"))]});
    let answer = deployed.api.invoke(&format!("{PREFIX}-alert-notifier"), &messages).unwrap();
    assert_eq!(answer, json!({"batchItemFailures": []}), "ids of no entry are done");
}

/// Every line a function wrote.
fn own_log(deployed: &Deployed, function: &str) -> String {
    let group = format!("/aws/lambda/{PREFIX}-{function}");
    let mut lines = String::new();
    let mut input = json!({"logGroupName": group});
    loop {
        let answer = deployed.api.call("logs", "FilterLogEvents", &input).unwrap();
        for event in answer["events"].as_array().into_iter().flatten() {
            lines.push_str(event["message"].as_str().unwrap_or_default());
            lines.push('\n');
        }
        match answer.get("nextToken").filter(|token: &&Value| !token.is_null()) {
            Some(token) => input["nextToken"] = token.clone(),
            None => return lines,
        }
    }
}
