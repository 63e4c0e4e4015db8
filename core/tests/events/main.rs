//! Every shape a function is invoked with, by samples in the form AWS sends them.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a broken sample must fail the test")]

use std::{collections::BTreeMap, fs, path::Path};

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use skywarden_core::{
    alarm::{AlarmNotice, AlarmState, QuerySource, Trigger},
    envelope::{Payload, inflate},
    event::{Event, EventError, LogDelivery},
    pipeline::Residue,
};

fn samples() -> BTreeMap<String, Value> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/events/samples");
    let files = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    files.map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap())).collect()
}

fn sample(name: &str) -> Event {
    Event::parse(samples().remove(name).unwrap_or_else(|| panic!("no sample {name}"))).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The one alarm of a sample.
fn alarm(name: &str) -> AlarmNotice {
    match sample(name) {
        Event::Alarms(mut alarms) if alarms.len() == 1 => alarms.remove(0).unwrap(),
        other => panic!("{name}: {other:?}"),
    }
}

/// Log groups of the batches of a sample; `None` for a probe, an error's code for what cannot be read.
fn log_groups(name: &str) -> Vec<Result<Option<String>, &'static str>> {
    let Event::Logs(delivery) = sample(name) else { panic!("{name} brings no logs") };
    let read = |sealed| {
        let mut inflated = inflate(sealed).map_err(|error| error.code())?;
        match Payload::parse(&mut inflated).map_err(|error| error.code())? {
            Payload::Data(batch) => {
                assert_eq!(batch.log_events.len(), 1);
                Ok(Some(batch.log_group.into_owned()))
            }
            Payload::Control => Ok(None),
        }
    };
    delivery.batches().into_iter().map(|(_, sealed)| read(sealed)).collect()
}

#[test]
fn log_batches_are_read_in_every_form() {
    let catalog = || Ok(Some("/ecs/shop-catalog".to_owned()));
    assert_eq!(log_groups("subscription"), [catalog()]);
    assert_eq!(log_groups("subscription-account-level"), [catalog()], "members that are not known are passed over");
    assert_eq!(log_groups("subscription-control"), [Ok(None)]);
    assert_eq!(log_groups("kinesis"), [catalog(), Err("batch-not-gzip")], "a record that cannot be read fails alone");
}

#[test]
fn a_stream_tells_its_sequence_numbers_and_a_queue_its_message_ids() {
    let Event::Logs(delivery @ LogDelivery::Stream(_)) = sample("kinesis") else { panic!("no stream") };
    let numbers: Vec<_> = delivery.batches().into_iter().map(|(number, _)| number.unwrap().to_owned()).collect();
    assert_eq!(numbers, ["49590338271490256608559692538361571095921575989136588898", "49590338271490256608559692540925702759324208523137515618"]);
    let Event::Queue(messages) = sample("queue") else { panic!("no queue") };
    let messages: Vec<_> = messages.iter().map(|message| (message.message_id.as_str(), message.body.as_str())).collect();
    assert_eq!(messages, [("059f36b4-87a3-44ab-83d2-661975830a7d", "issue-0123-new-1"), ("2e1424d4-f796-459a-8184-9c92662be6da", "issue-4567-regressed-3")]);
    assert_eq!(sample("tick"), Event::Tick);
}

#[test]
fn one_change_is_the_same_notice_whichever_way_it_comes() {
    for kind in ["metric", "math", "anomaly", "composite"] {
        let (sns, event) = (alarm(&format!("alarm-sns-{kind}")), alarm(&format!("alarm-eventbridge-{kind}")));
        assert_eq!(sns.state, AlarmState::Alarm);
        assert_eq!(sns.changed_at.to_string(), "2026-11-23T04:00:00.123Z", "to the millisecond, which is in the id of the message");
        assert_eq!((&sns.alarm, &sns.description, sns.state, sns.changed_at), (&event.alarm, &event.description, event.state, event.changed_at), "{kind}");
        assert_eq!(sns.children, event.children, "{kind}");
        let watched = |trigger: Option<&Trigger>| trigger.map(|trigger| trigger.queries.clone());
        assert_eq!(watched(sns.trigger.as_ref()), watched(event.trigger.as_ref()), "{kind}");
    }
    assert_eq!(alarm("alarm-action"), alarm("alarm-eventbridge-metric"));
}

#[test]
fn what_an_alarm_watches_is_kept() {
    let plain = alarm("alarm-eventbridge-metric").trigger.unwrap();
    let metric = plain.metric().unwrap();
    assert_eq!(
        (metric.namespace.as_str(), metric.name.as_str(), metric.statistic.as_str(), metric.period_seconds),
        ("AWS/EC2", "CPUUtilization", "Average", Some(300))
    );
    assert_eq!(metric.dimensions, [("InstanceId".to_owned(), "i-0123456789abcdef0".to_owned())]);
    assert_eq!((plain.threshold.unwrap().as_f64(), plain.datapoints.len()), (Some(50.0), 1));
    let math = alarm("alarm-sns-math").trigger.unwrap();
    assert_eq!((math.metric(), math.queries.len(), math.comparison.as_deref()), (None, 3, Some("GreaterThanThreshold")));
    let anomaly = alarm("alarm-sns-anomaly").trigger.unwrap();
    assert!(anomaly.threshold.is_none() && matches!(&anomaly.queries[1].source, QuerySource::Expression(band) if band.starts_with("ANOMALY_DETECTION_BAND")));
    assert_eq!((alarm("alarm-sns-composite").trigger, alarm("alarm-eventbridge-composite").trigger), (None, None));
    assert_eq!(alarm("alarm-sns-composite").children, ["shop-prod-cpu"]);
}

#[test]
fn one_unreadable_alarm_does_not_hide_its_neighbours() {
    let Event::Alarms(alarms) = sample("alarm-sns-several") else { panic!("no alarms") };
    let names: Vec<_> = alarms.iter().map(|alarm| alarm.as_ref().ok().map(|alarm| alarm.alarm.as_str())).collect();
    assert_eq!(names, [Some("shop-prod-cpu"), None, Some("shop-prod-other")]);
}

#[test]
fn the_record_of_a_failed_invocation_is_the_event_inside_and_is_opened_once() {
    assert_eq!(sample("failed-subscription"), sample("subscription"));
    assert_eq!(sample("failed-alarm"), sample("alarm-sns-metric"));
    assert_eq!(sample("failed-kinesis"), sample("kinesis"));
    let once = samples().remove("failed-subscription").unwrap();
    let twice = json!({"requestContext": {}, "requestPayload": once});
    assert!(matches!(Event::parse(twice), Err(EventError::Unknown { .. })));
}

#[test]
fn a_residue_is_handed_on_to_be_read() {
    let Event::Residue(document) = sample("redrive") else { panic!("no residue") };
    assert_eq!(Residue::read(document).unwrap().reason, "Throttling");
}

#[test]
fn an_unknown_event_tells_its_shape_and_no_value() {
    let unknown = [
        (json!({"detail": {"name": "secret"}}), "{detail: {name: string}}"),
        (json!(null), "null"),
        (json!(["secret"]), "[string]"),
        (json!({"Records": []}), "{Records: []}"),
        (json!({"Records": [{"Sns": {"Subject": "secret"}}]}), "{Records: [{Sns: object}]}"),
        (json!({"Records": [{"kinesis": {"data": "secret"}}]}), "{Records: [{kinesis: object}]}"),
        (json!({"awslogs": {"data": 7}}), "{awslogs: {data: number}}"),
        (json!({"skywarden": "secret"}), "{skywarden: string}"),
        (json!({"skywarden": "redrive"}), "{skywarden: string}"),
        (json!({"detail-type": "Scheduled Event", "detail": {}}), "{detail: {}, detail-type: string}"),
        (json!({"requestContext": {}, "payload": "{secret"}), "{payload: string, requestContext: {}}"),
    ];
    for (event, shape) in unknown {
        let error = Event::parse(event).unwrap_err().to_string();
        assert!(error.contains(&format!("its shape: {shape})")) && !error.contains("secret"), "{error}");
    }
}

/// Any JSON, with the keys that mean something more often than chance.
fn any_json() -> impl Strategy<Value = Value> {
    const KEYS: [&str; 24] = [
        "Records",
        "kinesis",
        "sequenceNumber",
        "data",
        "Sns",
        "Message",
        "messageId",
        "body",
        "awslogs",
        "skywarden",
        "residue",
        "detail-type",
        "detail",
        "state",
        "timestamp",
        "value",
        "alarmName",
        "configuration",
        "metrics",
        "metricStat",
        "requestContext",
        "requestPayload",
        "payload",
        "reasonData",
    ];
    const WORDS: [&str; 8] = ["tick", "redrive", "CloudWatch Alarm State Change", "ALARM", "2026-11-23T04:00:00.123+0000", "{\"AlarmName\":", "é+0000", "{}"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(WORDS.as_slice()).prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        let key = prop_oneof![4 => prop::sample::select(KEYS.as_slice()).prop_map(str::to_owned), 1 => ".{0,60}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..6).prop_map(|members| Value::from(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// A sample in which one part is something else.
fn damaged(mut event: Value, path: &[prop::sample::Index], with: Value) -> Value {
    let mut place = &mut event;
    for step in path {
        let size = match &*place {
            Value::Array(list) => list.len(),
            Value::Object(map) => map.len(),
            _ => 0,
        };
        if size == 0 {
            break;
        }
        let at = step.index(size);
        place = match place {
            Value::Array(list) => &mut list[at],
            Value::Object(map) => map.values_mut().nth(at).unwrap(),
            _ => break,
        };
    }
    *place = with;
    event
}

/// Reads it to the end, as a function does.
fn read(event: Value) {
    match Event::parse(event) {
        Ok(Event::Logs(delivery)) => {
            for (_, sealed) in delivery.batches() {
                if let Ok(mut inflated) = inflate(sealed) {
                    let _ = Payload::parse(&mut inflated);
                }
            }
        }
        Ok(Event::Residue(document)) => {
            let _ = Residue::read(document);
        }
        Ok(_) => {}
        Err(error) => assert!(error.to_string().len() < 20_000),
    }
}

proptest! {
    #[test]
    fn no_json_makes_the_parser_panic(event in any_json()) {
        read(event);
    }

    #[test]
    fn no_damaged_event_does(
        which in any::<prop::sample::Index>(),
        path in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        with in any_json(),
    ) {
        let samples = samples();
        read(damaged(which.get(&samples.into_values().collect::<Vec<_>>()).clone(), &path, with));
    }
}
