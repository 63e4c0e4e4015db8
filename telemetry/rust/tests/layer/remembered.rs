//! Lines one after the other: what a thread remembers of the spans around its last line is never another's, and never old.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use skywarden_telemetry::settings::Settings;
use tracing::{Span, field::Empty, info, info_span, subscriber::with_default};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::lines::{logged, telemetry};

fn parsed(lines: &[String]) -> Vec<Value> {
    lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_line_in_the_same_spans_is_the_same_line() {
    let lines = logged(
        |_| {},
        || {
            let _outer = info_span!("outer", request_id = "r1", a = 1, b = 1).entered();
            let _empty = info_span!("empty").entered();
            let _middle = info_span!("middle", user_id = "u1", b = 2, c = 2).entered();
            let _inner = info_span!("inner", user_id = "u2", c = 3).entered();
            for _ in 0..4 {
                info!(d = 4, a = 5, "m");
            }
        },
    );
    let first: Value = serde_json::from_str(&lines[0]).unwrap();
    assert_eq!((&first["request_id"], &first["user_id"], &first["fields"]), (&json!("r1"), &json!("u2"), &json!({"a": 5, "b": 2, "c": 3, "d": 4})));
    assert!(lines.iter().all(|line| *line == lines[0]), "{lines:#?}");
}

#[test]
fn bounds_count_alike_for_every_line() {
    let lines = logged(
        |settings| settings.limits.fields = 3,
        || {
            let _outer = info_span!("outer", a = 1, b = 1, c = 1, d = 1).entered();
            let _inner = info_span!("inner", e = 1, f = 1).entered();
            for _ in 0..3 {
                info!(g = 1, "m");
            }
        },
    );
    assert!(lines[0].contains("\"dropped_fields\":4"), "{}", lines[0]);
    assert!(lines.iter().all(|line| *line == lines[0]), "{lines:#?}");
}

#[test]
fn what_is_recorded_between_two_lines_is_in_the_second() {
    let lines = logged(
        |_| {},
        || {
            let outer = info_span!("outer", user_id = Empty, a = 1).entered();
            let inner = info_span!("inner", b = Empty).entered();
            info!("m");
            info!("m");
            inner.record("b", 1);
            info!("m");
            outer.record("user_id", "u1");
            info!("m");
            let outside = inner.exit();
            outside.record("b", 2);
            let _inner = outside.entered();
            info!("m");
        },
    );
    let said: Vec<_> = parsed(&lines).into_iter().map(|line| (line["fields"].clone(), line["user_id"].clone())).collect();
    let expected = [
        (json!({"a": 1}), Value::Null),
        (json!({"a": 1}), Value::Null),
        (json!({"a": 1, "b": 1}), Value::Null),
        (json!({"a": 1, "b": 1}), json!("u1")),
        (json!({"a": 1, "b": 2}), json!("u1")),
    ];
    assert_eq!(said, expected);
}

#[test]
fn a_line_says_what_it_is_told_to_stand_in() {
    let lines = logged(
        |_| {},
        || {
            let other = info_span!(parent: None, "other", a = "other");
            let _here = info_span!("here", a = "here").entered();
            info!("m");
            info!(parent: None, "m");
            info!("m");
            info!(parent: &other, "m");
            info!("m");
        },
    );
    let said: Vec<_> = parsed(&lines).into_iter().map(|line| line["fields"]["a"].clone()).collect();
    assert_eq!(said, [json!("here"), Value::Null, json!("here"), json!("other"), json!("here")]);
}

#[test]
fn a_span_with_the_id_of_one_that_is_over_is_another() {
    let lines = logged(
        |_| {},
        || {
            for number in 0..40_000 {
                let _span = info_span!("job", number).entered();
                if number % 100 == 0 {
                    info!("m");
                }
            }
        },
    );
    let said: Vec<_> = parsed(&lines).into_iter().map(|line| line["fields"]["number"].as_u64().unwrap()).collect();
    assert_eq!(said, (0..400).map(|number| number * 100).collect::<Vec<_>>());
}

#[test]
fn subscribers_that_share_outputs_do_not_share_spans() {
    let (telemetry, lines) = telemetry(Settings::default());
    let [first, second] = [(); 2].map(|()| tracing::Dispatch::new(tracing_subscriber::registry().with(telemetry.layer())));
    let in_first = tracing::dispatcher::with_default(&first, || info_span!("job", job = "first").entered());
    let in_second = tracing::dispatcher::with_default(&second, || info_span!("job", job = "second").entered());
    assert_eq!(in_first.id(), in_second.id(), "each registry counts for itself");
    for dispatch in [&first, &second, &first] {
        tracing::dispatcher::with_default(dispatch, || info!("m"));
    }
    let said: Vec<_> = parsed(&lines.texts()).into_iter().map(|line| line["fields"]["job"].clone()).collect();
    assert_eq!(said, [json!("first"), json!("second"), json!("first")]);
}

#[test]
fn two_layers_of_one_subscriber_both_write() {
    let ((one, first), (two, second)) = (telemetry(Settings::default()), telemetry(Settings::default()));
    with_default(tracing_subscriber::registry().with(one.layer()).with(two.layer()), || {
        let span = info_span!("job", job = 1, later = Empty).entered();
        info!("m");
        span.record("later", 2);
        info!("m");
    });
    assert_eq!(first.texts(), second.texts());
    assert!(first.texts()[1].contains(r#""fields":{"later":2,"job":1}"#), "{:?}", first.texts());
}

/// Something done with spans.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Opens a span in the current one and enters it.
    Open,
    /// Leaves the current span, which is then over unless it is kept.
    Close { keep: bool },
    /// Enters a kept span again.
    Reenter(usize),
    /// Sets a field of an open span.
    Record { span: usize, field: usize },
    /// Logs some lines.
    Log(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => Just(Step::Open),
        2 => any::<bool>().prop_map(|keep| Step::Close { keep }),
        1 => (0_usize..4).prop_map(Step::Reenter),
        2 => (0_usize..4, 0_usize..3).prop_map(|(span, field)| Step::Record { span, field }),
        4 => (1_usize..4).prop_map(Step::Log),
    ]
}

/// A span as the test knows it.
struct Known {
    span: Span,
    fields: BTreeMap<String, Value>,
    /// The spans it was opened in, the innermost first.
    outer: Vec<usize>,
}

const FIELDS: [&str; 3] = ["a", "b", "c"];

/// Does the steps, and gives for each line the fields it must have.
fn perform(steps: &[Step]) -> Vec<BTreeMap<String, Value>> {
    let (mut spans, mut entered, mut kept, mut expected) = (Vec::<Known>::new(), Vec::<usize>::new(), Vec::<usize>::new(), Vec::new());
    for (number, step) in steps.iter().enumerate() {
        match *step {
            Step::Open => {
                let outer = entered.last().map(|at| std::iter::once(*at).chain(spans[*at].outer.clone()).collect()).unwrap_or_default();
                let span = info_span!("span", number, a = Empty, b = Empty, c = Empty);
                span.with_subscriber(|(id, dispatch)| dispatch.enter(id));
                entered.push(spans.len());
                spans.push(Known { span, fields: BTreeMap::from([("number".to_owned(), json!(number))]), outer });
            }
            Step::Close { keep } => {
                if let Some(at) = entered.pop() {
                    spans[at].span.with_subscriber(|(id, dispatch)| dispatch.exit(id));
                    if keep {
                        kept.push(at);
                    } else if !entered.contains(&at) {
                        spans[at].span = Span::none();
                    }
                }
            }
            Step::Reenter(which) => {
                if let Some(&at) = kept.get(which).filter(|at| !entered.contains(at) && !spans[**at].span.is_none()) {
                    spans[at].span.with_subscriber(|(id, dispatch)| dispatch.enter(id));
                    entered.push(at);
                }
            }
            Step::Record { span, field } => {
                if let Some(&at) = entered.iter().rev().nth(span) {
                    spans[at].span.record(FIELDS[field], number);
                    spans[at].fields.insert(FIELDS[field].to_owned(), json!(number));
                }
            }
            Step::Log(lines) => {
                let mut fields = BTreeMap::new();
                if let Some(&at) = entered.last() {
                    for at in std::iter::once(at).chain(spans[at].outer.clone()) {
                        for (name, value) in &spans[at].fields {
                            fields.entry(name.clone()).or_insert_with(|| value.clone());
                        }
                    }
                }
                for _ in 0..lines {
                    info!("m");
                    expected.push(fields.clone());
                }
            }
        }
    }
    while let Some(at) = entered.pop() {
        spans[at].span.with_subscriber(|(id, dispatch)| dispatch.exit(id));
    }
    expected
}

proptest! {
    #[test]
    fn whatever_is_done_with_spans_a_line_says_what_its_spans_say(steps in proptest::collection::vec(step(), 0..60)) {
        let mut expected = Vec::new();
        let lines = logged(|_| {}, || expected = perform(&steps));
        let said: Vec<BTreeMap<String, Value>> =
            parsed(&lines).into_iter().map(|line| line["fields"].as_object().map(|fields| fields.clone().into_iter().collect()).unwrap_or_default()).collect();
        prop_assert_eq!(said, expected);
    }
}
