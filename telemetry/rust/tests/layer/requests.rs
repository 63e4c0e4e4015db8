//! Requests in progress: what is kept back, and what is written of it.

use serde_json::{Value, json};
use skywarden_telemetry::{
    request::{Facts, Scope, handoff},
    settings::Buffer,
};
use tracing::{debug, error, error_span, info};

use crate::lines::logged;

fn request(scope: &Scope, work: impl FnOnce()) {
    let _entered = scope.enter();
    let span = error_span!(target: "skywarden::request", "request", request_id = "r1");
    span.in_scope(work);
}

fn end(status: u16, duration_ms: f64) {
    let facts = Facts { method: "GET".into(), status_code: Some(status), duration_ms, ..Facts::default() };
    handoff::with(facts, || info!(target: "skywarden::request", { http.method = "GET", http.status_code = status }, "request"));
}

fn messages(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| serde_json::from_str::<Value>(line).unwrap()["message"].as_str().unwrap().to_owned()).collect()
}

fn with_buffer(log: impl FnOnce(&Scope)) -> Vec<String> {
    let scope = Scope::new(Vec::new(), false, 2_000);
    logged(|settings| settings.buffer = Some(Buffer::default()), || log(&scope))
}

#[test]
fn the_end_of_a_request_is_told_once_with_all_facts() {
    let lines = logged(|_| {}, || request(&Scope::new(Vec::new(), false, 0), || end(200, 12.345_678)));
    let line: Value = serde_json::from_str(&lines[0]).unwrap();
    assert_eq!(line["http"], json!({"method": "GET", "status_code": 200, "duration_ms": 12.346}));
    assert_eq!((line.get("fields"), &line["request_id"]), (None, &json!("r1")));
}

#[test]
fn quiet_lines_are_written_when_the_request_fails_and_come_first() {
    let lines = with_buffer(|scope| {
        request(scope, || {
            debug!("one");
            info!("two");
            debug!("three");
            error!("failed");
            debug!("after");
            end(500, 1.0);
        });
    });
    assert_eq!(messages(&lines), ["two", "one", "three", "failed", "after", "request"]);
    assert!(lines[1].contains("\"buffered\":true") && lines[1].contains("\"request_id\":\"r1\"") && !lines[3].contains("buffered"), "{lines:?}");
}

#[test]
fn a_server_error_or_a_slow_answer_writes_them_and_success_does_not() {
    for (status, duration_ms, expected) in [(200, 1.0, 1), (404, 1.0, 1), (503, 1.0, 2), (200, 5_000.0, 2)] {
        let lines = with_buffer(|scope| {
            request(scope, || {
                debug!("quiet");
                end(status, duration_ms);
            });
        });
        assert_eq!(lines.len(), expected, "{status} {duration_ms}: {lines:?}");
    }
}

#[test]
fn what_had_no_room_is_counted() {
    let lines = with_buffer(|scope| {
        request(scope, || {
            for number in 0..50 {
                debug!(number, "quiet");
            }
            error!("failed");
        });
    });
    let told = lines.iter().find(|line| line.contains("buffered lines dropped")).unwrap();
    let dropped = serde_json::from_str::<Value>(told).unwrap()["fields"]["dropped"].as_u64().unwrap();
    assert_eq!(usize::try_from(dropped).unwrap() + lines.len() - 2, 50, "{lines:?}");
    assert!(lines[0].contains("\"number\":"), "the newest are kept");
}

#[test]
fn spans_of_a_request_made_on_other_threads_belong_to_it() {
    let lines = with_buffer(|scope| {
        request(scope, || {
            let span = tracing::Span::current();
            let dispatch = tracing::dispatcher::get_default(Clone::clone);
            std::thread::spawn(move || tracing::dispatcher::with_default(&dispatch, || span.in_scope(|| debug!("elsewhere")))).join().unwrap();
            error!("failed");
        });
    });
    assert_eq!(messages(&lines), ["elsewhere", "failed"]);
}

#[test]
fn of_a_chosen_request_everything_is_written() {
    let lines = logged(
        |settings| settings.sampling.debug_requests = 0.5,
        || {
            request(&Scope::new(Vec::new(), true, 0), || debug!("quiet"));
            request(&Scope::new(Vec::new(), false, 0), || debug!("not chosen"));
            debug!("no request");
        },
    );
    assert_eq!(messages(&lines), ["quiet"]);
    assert!(lines[0].contains("\"sampled\":true"));
}
