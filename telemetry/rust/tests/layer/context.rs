//! Spans: what lines stand in.

use serde_json::{Value, json};
use skywarden_telemetry::settings::Settings;
use tracing::{Instrument as _, field::Empty, info, info_span};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::lines::{logged, one, telemetry};

#[test]
fn the_nearest_wins_and_no_key_is_there_twice() {
    let lines = logged(
        |_| {},
        || {
            let _outer = info_span!("outer", request_id = "r1", a = 1, b = 1, user_id = "u1").entered();
            let _inner = info_span!("inner", b = 2, c = 2, user_id = "u2").entered();
            info!(c = 3, "m");
        },
    );
    let line: Value = serde_json::from_str(&lines[0]).unwrap();
    assert_eq!((&line["request_id"], &line["user_id"]), (&json!("r1"), &json!("u2")));
    assert_eq!(line["fields"], json!({"a": 1, "b": 2, "c": 3}));
    for key in ["\"a\"", "\"b\"", "\"c\"", "\"user_id\"", "\"fields\""] {
        assert_eq!(lines[0].matches(key).count(), 1, "{key} in {}", lines[0]);
    }
}

#[test]
fn what_is_recorded_later_is_there_for_children_made_before() {
    let line = one(|| {
        let outer = info_span!("outer", user_id = Empty, a = 1);
        let inner = info_span!(parent: &outer, "inner");
        outer.record("user_id", "u1");
        outer.record("a", 2);
        inner.in_scope(|| info!("m"));
    });
    assert_eq!((&line["user_id"], &line["fields"]), (&json!("u1"), &json!({"a": 2})));
}

#[test]
fn span_fields_are_masked() {
    let lines = logged(
        |_| {},
        || {
            let span = info_span!("s", password = "hunter2", note = Empty);
            span.record("note", "ann@example.com");
            span.in_scope(|| info!("m"));
        },
    );
    assert!(!lines[0].contains("hunter2") && !lines[0].contains("ann@"), "{}", lines[0]);
}

#[test]
fn a_span_below_the_level_is_not_made_and_info_spans_are_there_at_level_error() {
    use skywarden_telemetry::settings::LevelFilter;
    let lines = logged(
        |settings| settings.levels.default = LevelFilter::Error,
        || {
            let _outer = info_span!("outer", request_id = "r1").entered();
            let _inner = tracing::debug_span!("inner", noise = 1).entered();
            tracing::error!("m");
            info!("quiet");
        },
    );
    assert_eq!(lines.len(), 1);
    assert!(lines[0].contains("\"request_id\":\"r1\"") && !lines[0].contains("noise"), "{}", lines[0]);
}

#[test]
fn futures_keep_their_spans() {
    let lines = logged(
        |_| {},
        || {
            let work = |id: u64| async move { info!("in") }.instrument(info_span!("job", job = id));
            tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
                tokio::join!(work(1), work(2));
                info!("outside");
            });
        },
    );
    let jobs: Vec<_> = lines.iter().map(|line| serde_json::from_str::<Value>(line).unwrap()["fields"]["job"].clone()).collect();
    assert_eq!(jobs, [json!(1), json!(2), Value::Null]);
}

#[test]
fn two_layers_of_one_subscriber_do_not_see_each_other_s_spans() {
    let (masking, masked) = telemetry(Settings::default());
    let (open, unmasked) = telemetry(Settings { masking: None, ..Settings::default() });
    let subscriber = tracing_subscriber::registry().with(masking.layer()).with(open.layer());
    tracing::subscriber::with_default(subscriber, || {
        let span = tracing::info_span!("login", password = "hunter2");
        let _inside = span.enter();
        for _ in 0..2 {
            tracing::info!("tried");
        }
        span.record("password", "hunter3");
        tracing::info_span!("inner", n = 1).in_scope(|| tracing::info!("tried again"));
    });
    let masked = masked.texts();
    assert!(masked.len() == 3 && masked.iter().all(|line| line.contains(r#""password":"***""#)), "{masked:?}");
    let unmasked = unmasked.texts();
    assert!(unmasked[1].contains("hunter2") && unmasked[2].contains("hunter3"), "{unmasked:?}");
}
