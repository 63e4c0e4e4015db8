//! Whatever is logged: one line, valid JSON, no key twice, within its bounds, masked, and read back by core.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use jiff::Timestamp;
use proptest::prelude::*;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use skywarden_core::{
    envelope::LogEvent,
    mask::Masker,
    plan::Masking,
    record::{Level, Record as Parsed},
    schema::Key,
};
use skywarden_telemetry::{
    Record, Sink, Telemetry,
    output::{Output, Urgency},
    record::{Failure, Parts},
    settings::{LevelFilter, Limits, Profile, Service, Settings},
};

#[derive(Clone, Debug, Default)]
struct Last(Arc<Mutex<String>>);

impl Output for Last {
    fn write(&self, lines: &[u8], _: Urgency) {
        *self.0.lock().unwrap() = String::from_utf8(lines.to_vec()).unwrap();
    }
    fn flush(&self, _: Duration) -> bool {
        true
    }
    fn lost(&self) -> u64 {
        0
    }
    fn after_fork(&self) {}
}

/// JSON in which no object has a key twice.
struct Strict {
    keys: Vec<String>,
}

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Strict;
            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("JSON")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Strict, A::Error> {
                let mut keys = Vec::new();
                while let Some((key, _)) = map.next_entry::<String, Strict>()? {
                    if keys.contains(&key) {
                        return Err(serde::de::Error::custom(format!("{key} is there twice")));
                    }
                    keys.push(key);
                }
                Ok(Strict { keys })
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Strict, A::Error> {
                while seq.next_element::<Strict>()?.is_some() {}
                Ok(Strict { keys: Vec::new() })
            }
            fn visit_unit<E>(self) -> Result<Strict, E> {
                Ok(Strict { keys: Vec::new() })
            }
            fn visit_bool<E>(self, _: bool) -> Result<Strict, E> {
                Ok(Strict { keys: Vec::new() })
            }
            fn visit_i64<E>(self, _: i64) -> Result<Strict, E> {
                Ok(Strict { keys: Vec::new() })
            }
            fn visit_u64<E>(self, _: u64) -> Result<Strict, E> {
                Ok(Strict { keys: Vec::new() })
            }
            fn visit_f64<E>(self, _: f64) -> Result<Strict, E> {
                Ok(Strict { keys: Vec::new() })
            }
            fn visit_str<E>(self, _: &str) -> Result<Strict, E> {
                Ok(Strict { keys: Vec::new() })
            }
        }
        deserializer.deserialize_any(Each)
    }
}

#[derive(Clone, Debug)]
enum Given {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    Json(serde_json::Value),
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec!["a", "b", "c", "level", "message", "fields", "timestamp", "request_id", "user_id", "trace_id", "password", "@x", "error"])
            .prop_map(str::to_owned),
        ".{0,6}",
        Just("n".repeat(300)),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,30}",
        "[ -~]{0,300}",
        Just("write to ann@example.com, card 4111 1111 1111 1111, password=hunter2, Bearer abc.def.ghi".to_owned()),
        Just(r#"{"password":"hunter2","to":["ann@example.com"]}"#.to_owned()),
        Just("x y ".repeat(3_000)),
    ]
}

fn given() -> impl Strategy<Value = Given> {
    let json = text().prop_map(|text| serde_json::json!({"a": [text, 1, {"secret": "s3cr3t-value", "deep": {"er": [[[[[[[[1]]]]]]]]}}]}));
    prop_oneof![
        Just(Given::Null),
        any::<bool>().prop_map(Given::Bool),
        any::<f64>().prop_map(Given::Number),
        text().prop_map(Given::Text),
        json.prop_map(Given::Json)
    ]
}

fn fields() -> impl Strategy<Value = Vec<(String, Given)>> {
    prop::collection::vec((name(), given()), 0..12)
}

fn write(value: &mut skywarden_telemetry::record::ValueWriter<'_>, given: &Given) {
    match given {
        Given::Null => value.null(),
        Given::Bool(flag) => value.bool(*flag),
        Given::Number(number) => value.f64(*number),
        Given::Text(text) => value.str(text),
        Given::Json(json) => value.json(json),
    }
}

fn profile() -> impl Strategy<Value = Profile> {
    prop::sample::select(vec![Profile::Standard, Profile::Powertools, Profile::Lambda, Profile::Otel])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_is_logged(
        message in text(),
        own in fields(),
        spans in prop::collection::vec(fields(), 0..4),
        error in prop::option::of((text(), text(), prop::option::of(text()))),
        profile in profile(),
        most_fields in 0_usize..20,
        line_bytes in 4_096_usize..40_000,
        critical in any::<bool>(),
    ) {
        let settings = Settings {
            service: Service { name: "orders".to_owned(), environment: "prod".to_owned(), version: "1".to_owned() },
            limits: Limits { fields: most_fields, line_bytes, ..Limits::default() },
            profile,
            ..Settings::default()
        };
        let last = Last::default();
        let sink = Sink { level: LevelFilter::Trace, pretty: None, output: Arc::new(last.clone()) };
        let telemetry = Telemetry::with_sinks(settings, vec![sink], || Timestamp::UNIX_EPOCH).unwrap();
        let encoder = telemetry.encoder();
        let around: Vec<Parts> = spans
            .iter()
            .map(|fields| {
                let mut parts = Parts::new(encoder.limits());
                for (name, given) in fields {
                    parts.field(name, encoder.limits(), |value| write(value, given));
                }
                encoder.seal(&mut parts);
                parts
            })
            .collect();
        let around: Vec<&Parts> = around.iter().collect();
        let level = if critical { Level::Critical } else { Level::Info };
        telemetry.log(&Record { level, logger: "orders.api", place: None, at: None, message_key: 0 }, &around, None, |entry| {
            entry.message_text(&message);
            for (name, given) in &own {
                entry.field(name, |value| write(value, given));
            }
            if let Some((kind, message, stack)) = &error {
                let message: &dyn std::fmt::Display = message;
                entry.failure(&Failure { kind: Some(kind), message: Some(message), stack: stack.as_deref() });
            }
        });
        let line = last.0.lock().unwrap().clone();
        let line = line.strip_suffix('\n').unwrap();
        prop_assert!(!line.contains('\n'));
        let strict: Strict = serde_json::from_str(line).map_err(|error| TestCaseError::fail(format!("{error}: {line}")))?;
        // Context keys of the user's own are the only other thing at the top, and each is bounded by itself.
        let context: usize = own.iter().chain(spans.iter().flatten()).filter(|(name, _)| Key::context(name).is_some()).count();
        let aliases = if profile == Profile::Standard { 1 } else { 2 };
        prop_assert!(line.len() <= line_bytes * aliases + context * 16_384, "{}", line.len());
        if profile == Profile::Standard {
            let known: BTreeSet<&str> = Key::ALL.iter().map(|key| key.as_str()).collect();
            prop_assert!(strict.keys.iter().all(|key| known.contains(key.as_str())), "{:?}", strict.keys);
        }
        for secret in ["hunter2", "ann@example.com", "4111 1111 1111 1111", "s3cr3t-value"] {
            prop_assert!(!line.contains(secret), "{secret} in {line}");
        }
        let masker = Masker::new(&Masking::default()).unwrap();
        prop_assert_eq!(masker.mask(line), line);
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        let count = value["fields"].as_object().map_or(0, serde_json::Map::len);
        prop_assert!(count <= most_fields);
        let event = LogEvent { id: "1".into(), timestamp: 0, message: line.into() };
        let parsed = Parsed::parse(&event);
        prop_assert_eq!(parsed.fields.level, Some(level));
        prop_assert_eq!(parsed.fields.service.as_deref(), Some("orders"));
        prop_assert_eq!(parsed.fields.logger.as_deref(), Some("orders.api"));
        prop_assert_eq!(parsed.message(), value["message"].as_str().unwrap());
    }
}
