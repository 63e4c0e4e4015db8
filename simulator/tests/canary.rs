//! A secret is put into every field of every input, in every form that is masked, and looked for in everything that leaves.
//!
//! What is promised: text that came from a log event leaves masked. Names of AWS resources (log groups and streams, alarms) and CloudWatch's own
//! event ids are no text of a log event and pass as they are; so do the numbers by which a stream or a queue knows its records, in answers to Lambda and in
//! the functions' own logs. Of what else surrounds a batch or a message (account, filters, partition keys, attributes) nothing leaves at all.
#![expect(clippy::unwrap_used, reason = "a test says by a panic what went wrong")]

mod outputs;

use std::sync::Arc;

use futures::executor::block_on;
use jiff::Timestamp;
use serde_json::{Value, json};
use skywarden_core::{
    pipeline::{NotificationPorts, Tally},
    plan::{LineRegex, LogFormat},
};
use skywarden_simulator::{
    memory::{MemoryClock, MemoryHistory, MemoryIssues, MemoryPublisher, MemoryResidues},
    replay::SharedMetrics,
};

use crate::outputs::{Broken, Delivered, NOW_MS, Processors, outputs, plan, record};

/// Name of the form, the text that holds the secret, and what of it must be nowhere.
const CANARIES: [(&str, &str, &str); 10] = [
    ("key and value", "password=Zx7canaryQ9", "Zx7canaryQ9"),
    ("a JSON key", r#"{"authorization":"Zx7canaryQ9"}"#, "Zx7canaryQ9"),
    ("a bearer token", "Authorization: Bearer Zx7canaryQ9.Zx7canaryQ9", "Zx7canaryQ9"),
    ("an access key id", "AKIACANARYQ9ZX7PL4TK", "AKIACANARYQ9"),
    ("a secret access key", "aws_secret_access_key=Zx7canaryQ9/abcdEFGHijklMNOPqrstUV12", "Zx7canaryQ9"),
    ("a card number", "4111 1111 1111 1111", "1111 1111"),
    ("an e-mail address", "canary.person@hidden.example", "canary.person"),
    ("credentials in a URL", "postgres://admin:Zx7canaryQ9@db.internal/shop", "Zx7canaryQ9"),
    ("a key of the team's own", "customer_name=Zx7canaryQ9", "Zx7canaryQ9"),
    ("a token of a known kind", "ghp_Zx7canaryQ9Zx7canaryQ9Zx7canaryQ9abc", "Zx7canaryQ9"),
];

/// Every leak over all events, each named by place, form and output.
fn leaks(format: &LogFormat, places: impl Fn(&str) -> Vec<(String, Delivered)>) -> Vec<String> {
    let processors = Processors::new(&plan(format.clone()));
    let mut found = Vec::new();
    let mut left = 0;
    for (form, text, secret) in CANARIES {
        for (place, delivered) in places(text) {
            let out = outputs(&processors, &[delivered]);
            left += out.issues.len() + out.messages.len() + out.metrics.len();
            let leaked = out.texts.iter().filter(|(_, text)| text.contains(secret));
            found.extend(leaked.map(|(output, text)| {
                let at = text.find(secret).unwrap_or_default();
                let around: String = text.chars().skip(text[..at].chars().count().saturating_sub(40)).take(80).collect();
                format!("{form} in {place} is in {output}: …{around}…")
            }));
        }
    }
    assert!(left > 0, "nothing left at all, so nothing was looked at");
    found
}

/// Every path to a leaf of a document.
fn leaves(value: &Value, path: String, out: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| leaves(value, format!("{path}/{key}"), out)),
        Value::Array(values) => values.iter().enumerate().for_each(|(at, value)| leaves(value, format!("{path}/{at}"), out)),
        _ => out.push(path),
    }
}

fn json_places(text: &str) -> Vec<(String, Delivered)> {
    let mut paths = Vec::new();
    leaves(&record(), String::new(), &mut paths);
    let mut places = Vec::new();
    for path in paths {
        for (how, value) in [("alone", text.to_owned()), ("in a sentence", format!("it says {text} and goes on"))] {
            let mut line = record();
            *line.pointer_mut(&path).unwrap() = json!(value);
            places.push((format!("{path} {how}"), Delivered::line(line.to_string())));
        }
    }
    for parent in ["", "/error", "/http", "/fields", "/fields/deep"] {
        let mut line = record();
        line.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(text.to_owned(), json!(1));
        places.push((format!("a key of {parent}/"), Delivered::line(line.to_string())));
    }
    let mut line = record();
    line["fields"]["password"] = json!(text);
    places.push(("the value of a secret key".to_owned(), Delivered::line(line.to_string())));
    places
}

#[test]
fn no_field_of_a_json_record_lets_a_secret_out() {
    let leaks = leaks(&LogFormat::Json, json_places);
    assert!(leaks.is_empty(), "{} leaks\n{}", leaks.len(), leaks.join("\n"));
}

/// Errors as each language and server writes them, with a place for the text.
const TEXTS: [(&str, &str); 14] = [
    ("a line", "ERROR it says {} and goes on"),
    (
        "a Python trace",
        "Traceback (most recent call last):\n  File \"/app/a.py\", line 3, in pay\n    raise ValueError(\"{}\")\nValueError: it says {} and goes on",
    ),
    (
        "a Java trace",
        "Exception in thread \"main\" java.lang.IllegalStateException: it says {} and goes on\n\tat com.shop.Pay.run(Pay.java:12)\nCaused by: java.io.IOException: {}\n\tat com.shop.Net.get(Net.java:7)",
    ),
    ("a JavaScript trace", "TypeError: it says {} and goes on\n    at pay (/app/pay.js:3:7)\n    at run (/app/run.js:9:1)"),
    ("a Go panic", "panic: it says {} and goes on\n\ngoroutine 1 [running]:\nmain.pay(0x1)\n\t/app/pay.go:12 +0x1d"),
    ("a Rust panic", "thread 'main' (7) panicked at src/pay.rs:3:5:\nit says {} and goes on\nnote: run with `RUST_BACKTRACE=1`"),
    (
        "a PHP error",
        "PHP Fatal error:  Uncaught RuntimeException: it says {} and goes on in /app/pay.php:12\nStack trace:\n#0 /app/run.php(3): pay('{}')\n#1 {main}",
    ),
    ("a Ruby error", "/app/pay.rb:3:in `pay': it says {} and goes on (RuntimeError)\n\tfrom /app/run.rb:9:in `<main>'"),
    (".NET", "Unhandled exception. System.InvalidOperationException: it says {} and goes on\n   at Shop.Pay.Run(String a) in /app/Pay.cs:line 12"),
    ("logfmt", "ts=2026-11-20T13:00:00Z level=error msg=\"it says {} and goes on\" kind=order customer_name=none"),
    ("a prefix", "2026-11-20 13:00:00,123 ERROR [shop.pay] it says {} and goes on"),
    ("syslog", "<11>1 2026-11-20T13:00:00Z host app 1 ID1 - ERROR it says {} and goes on"),
    ("an access line", "10.0.0.7 - - [20/Nov/2026:13:00:00 +0000] \"GET /pay?q={} HTTP/1.1\" 500 15 \"-\" \"curl {}\""),
    ("a Lambda timeout", "2026-11-20T13:00:00.000Z 8f5f6c1e-52b3-4e4c-9d0e-0a4b8f2f6f10 Task timed out after 3.00 seconds {}"),
];

#[test]
fn no_line_or_trace_of_any_language_lets_a_secret_out() {
    let places = |text: &str| TEXTS.iter().map(|(place, template)| ((*place).to_owned(), Delivered::line(template.replace("{}", text)))).collect();
    let regex = LogFormat::Regex(LineRegex { pattern: r"^(?<level>\w+) (?<message>it says (?<kind>.*) and goes on)$".to_owned(), time: None });
    for format in [LogFormat::Text, LogFormat::Logfmt, LogFormat::Access, regex] {
        let leaks = leaks(&format, places);
        assert!(leaks.is_empty(), "{format:?}: {} leaks\n{}", leaks.len(), leaks.join("\n"));
    }
}

/// Account and filters are no text of a log event either, but nobody needs them.
#[test]
fn what_surrounds_the_events_of_a_batch_does_not_leave() {
    let places = |text: &str| {
        let line = Delivered::line(record().to_string());
        vec![
            ("the owner".to_owned(), Delivered { owner: text.to_owned(), ..line.clone() }),
            ("the name of the subscription filter".to_owned(), Delivered { filter: text.to_owned(), ..line }),
        ]
    };
    let leaks = leaks(&LogFormat::Json, places);
    assert!(leaks.is_empty(), "{} leaks\n{}", leaks.len(), leaks.join("\n"));
}

/// What a function takes out of an event, by the member: text of logs and of alarms, which the other tests follow; the ids by which a failure is reported;
/// and the ids of outbox entries.
const TAKEN: [&str; 10] = [
    "/awslogs/data",
    "/Records/*/kinesis/data",
    "/Records/*/kinesis/sequenceNumber",
    "/Records/*/messageId",
    "/Records/*/body",
    "/Records/*/Sns/Message",
    "/detail/",
    "/alarmData/",
    "/residue/",
    "/payload",
];

/// Whether a leaf is in [`TAKEN`]; an event in the record of a failed invocation is as good as the event.
fn is_taken(path: &str) -> bool {
    let path = path.strip_prefix("/requestPayload").unwrap_or(path);
    let parts: Vec<&str> = path.split('/').map(|part| if part.bytes().all(|byte| byte.is_ascii_digit()) && !part.is_empty() { "*" } else { part }).collect();
    let path = parts.join("/");
    TAKEN.iter().any(|taken| path == *taken || (taken.ends_with('/') && path.starts_with(taken)))
}

/// Partition keys, event ids, attributes, subjects, names of queues and streams: a secret in them is dropped with them, and the rest of the event is what it was.
#[test]
fn of_an_event_nothing_is_taken_but_what_is_needed() {
    use skywarden_core::event::Event;

    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/tests/events/samples");
    let mut passed_over = std::collections::BTreeSet::new();
    for file in std::fs::read_dir(directory).unwrap() {
        let sample: Value = serde_json::from_str(&std::fs::read_to_string(file.unwrap().path()).unwrap()).unwrap();
        let as_it_is = Event::parse(sample.clone()).unwrap();
        let mut paths = Vec::new();
        leaves(&sample, String::new(), &mut paths);
        for path in paths.into_iter().filter(|path| !is_taken(path)) {
            for (form, text, secret) in CANARIES {
                let mut event = sample.clone();
                *event.pointer_mut(&path).unwrap() = json!(text);
                match Event::parse(event) {
                    Ok(event) => assert_eq!(event, as_it_is, "{form} in {path}"),
                    Err(error) => assert!(!error.to_string().contains(secret), "{form} in {path}: {error}"),
                }
            }
            passed_over.insert(path);
        }
        // Members that are in no sample: attributes of messages.
        let attribute = json!({"password": {"stringValue": "Zx7canaryQ9", "dataType": "String", "Type": "String", "Value": "Zx7canaryQ9"}});
        for place in ["/Records/0/messageAttributes", "/Records/0/attributes", "/Records/0/Sns/MessageAttributes"] {
            let mut event = sample.clone();
            if let Some(attributes) = event.pointer_mut(place) {
                *attributes = attribute.clone();
                passed_over.insert(place.to_owned());
                assert_eq!(Event::parse(event).unwrap(), as_it_is, "{place}");
            }
        }
    }
    for path in [
        "/Records/0/eventID",
        "/Records/0/kinesis/partitionKey",
        "/Records/0/attributes/SenderId",
        "/Records/0/receiptHandle",
        "/Records/0/messageAttributes",
        "/Records/0/Sns/MessageAttributes",
        "/Records/0/Sns/Subject",
    ] {
        assert!(passed_over.contains(path), "{path} is in no sample: {passed_over:?}");
    }
}

/// The body of a message of the queue `alerts` is the id of an outbox entry. Whatever else it is, it is the id of none, and is not repeated: neither when the
/// table knows none of them nor when it does not work.
#[test]
fn the_body_of_a_message_is_looked_up_and_not_repeated() {
    let processors = Processors::new(&plan(LogFormat::Json));
    let clock = Arc::new(MemoryClock::new(Timestamp::from_millisecond(NOW_MS).unwrap()));
    let deadline = Timestamp::from_millisecond(NOW_MS + 60_000).unwrap();
    for (form, text, secret) in CANARIES {
        let ids = [text.to_owned(), format!("issue-{text}-new-1"), format!("[\"{text}\"]")];
        let issues = MemoryIssues::new(Arc::clone(&clock));
        let (residues, publisher) = (MemoryResidues::new(Arc::clone(&clock)), MemoryPublisher::new(Arc::clone(&clock)));
        let history = MemoryHistory::new(SharedMetrics::default(), Arc::clone(&clock));
        let ports = NotificationPorts { store: &issues, publisher: &publisher, residue: &residues, history: &history, clock: &*clock };
        let failed = block_on(processors.notification.on_entries(&ids, &ports, deadline, &mut Tally::default()));
        assert_eq!(failed, [], "an entry that is not there is done");
        let ports = NotificationPorts { store: &Broken, publisher: &publisher, residue: &residues, history: &history, clock: &*clock };
        let failed = block_on(processors.notification.on_entries(&ids, &ports, deadline, &mut Tally::default()));
        assert_eq!(failed.len(), ids.len(), "without a table every entry fails");
        for (_, error) in failed {
            assert!(!format!("{error} {error:?}").contains(secret), "{form}: {error:?}");
        }
        assert_eq!((publisher.count(), residues.count(), issues.outbox().len()), (0, 0, 0), "{form}");
    }
}

/// The names AWS resources have are the team's own words: a link to a log group must lead to it.
#[test]
fn names_of_resources_pass_as_they_are() {
    let processors = Processors::new(&plan(LogFormat::Json));
    let event = Delivered { stream: "i-0123/password=stream".to_owned(), ..Delivered::line(record().to_string()) };
    let issue = outputs(&processors, &[event]).issues.remove(0);
    assert_eq!((issue.sample.log_group.as_str(), issue.sample.log_stream.as_str()), (outputs::GROUP, "i-0123/password=stream"));
}

/// An error that Lambda shows, and keeps with the raw event, says nothing of the event.
#[test]
fn errors_say_nothing_of_the_input() {
    use skywarden_core::{
        alarm::AlarmNotice,
        envelope::{Inflated, Payload, Sealed, inflate},
    };

    const SECRET: &str = "Zx7canaryQ9";
    let mut errors = Vec::new();
    for text in [SECRET.to_owned(), format!("{{\"messageType\":\"{SECRET}\"}}"), format!("{{\"{SECRET}\":"), format!("[\"{SECRET}\"]")] {
        errors.push(inflate(Sealed::Base64(&text)).unwrap_err().to_string());
        let mut inflated = Inflated::from(text.as_str());
        errors.push(Payload::parse(&mut inflated).unwrap_err().to_string());
        errors.push(AlarmNotice::parse(&text).unwrap_err().to_string());
    }
    for field in ["AlarmName", "NewStateValue", "NewStateReason", "StateChangeTime", "AlarmDescription"] {
        let mut alarm = json!({"AlarmName": "a", "NewStateValue": "OK", "NewStateReason": "r", "StateChangeTime": "2026-11-23T04:00:00.123+0000"});
        for wrong in [json!({"a": SECRET}), json!([SECRET]), json!(SECRET)] {
            alarm[field] = wrong;
            errors.extend(AlarmNotice::parse(&alarm.to_string()).err().map(|error| error.to_string()));
        }
    }
    assert!(errors.len() > 20, "{errors:?}");
    assert!(errors.iter().all(|error| !error.contains(SECRET)), "{errors:?}");
}
