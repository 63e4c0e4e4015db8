//! What a line says, and when there is none.

use std::{
    convert::Infallible,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Empty, Full};
use skywarden_telemetry::{
    request::{self, Facts},
    settings::Requests,
    tower::RequestLayer,
};
use tower::{Layer as _, ServiceExt as _};
use tracing::{Level, Span};

use super::{server::fresh_id, told};

/// One request with these headers through this layer; the status is the path.
async fn through(layer: RequestLayer, path: &str, headers: &[(&str, &str)]) -> (String, Response<Bytes>) {
    told::start();
    let id = fresh_id("line");
    let service = layer.layer(tower::service_fn(|request: Request<Empty<Bytes>>| async move {
        let status = request.uri().path().rsplit('/').next().and_then(|status| status.parse::<StatusCode>().ok()).unwrap_or(StatusCode::OK);
        Span::current().record("user_id", "ann");
        Ok::<_, Infallible>(
            Response::builder().status(status).header("x-version", "7").header("set-cookie", "secret").body(Full::new(Bytes::from_static(b"ok"))).unwrap(),
        )
    }));
    let mut request = Request::builder().uri(path).header("x-request-id", &id);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (parts, body) = service.oneshot(request.body(Empty::new()).unwrap()).await.unwrap().into_parts();
    (id, Response::from_parts(parts, body.collect().await.unwrap().to_bytes()))
}

async fn facts(settings: Requests, path: &str, headers: &[(&str, &str)]) -> Facts {
    let (id, _) = through(RequestLayer::new(settings), path, headers).await;
    told::only_line(&id).facts().clone()
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[tokio::test]
async fn chosen_headers_are_told() {
    let settings = Requests {
        request_headers: ["accept", "authorization", "x-absent", "no name"].map(ToOwned::to_owned).to_vec(),
        response_headers: ["x-version", "set-cookie", "x-request-id"].map(ToOwned::to_owned).to_vec(),
        ..Requests::default()
    };
    let told = facts(settings, "/x", &[("accept", "a"), ("accept", "b"), ("authorization", "Bearer 1"), ("x-other", "1"), ("user-agent", "test/1")]).await;
    assert_eq!(told.request_headers, [pair("accept", "a, b"), pair("authorization", "***")]);
    assert_eq!(told.response_headers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["x-version", "set-cookie", "x-request-id"]);
    assert_eq!(told.response_headers[..2], [pair("x-version", "7"), pair("set-cookie", "***")]);
    assert_eq!(told.user_agent.as_deref(), Some("test/1"));
}

#[tokio::test]
async fn by_default_no_headers_and_no_bodies_are_told() {
    let told = facts(Requests::default(), "/x?token=1", &[("accept", "a"), ("content-type", "text/plain")]).await;
    assert!(told.request_headers.is_empty() && told.response_headers.is_empty() && told.request_body.is_none() && told.response_body.is_none());
    assert_eq!((told.path.as_deref(), told.client_ip, told.user_agent), (Some("/x"), None, None));
}

#[tokio::test]
async fn paths_can_be_kept_back() {
    assert_eq!(facts(Requests { paths: false, ..Requests::default() }, "/people/ann", &[]).await.path, None);
    let long = format!("/{}", "x".repeat(5_000));
    assert!(facts(Requests::default(), &long, &[]).await.path.unwrap().len() <= 1_024);
}

#[tokio::test]
async fn the_client_s_address_is_counted_from_the_right() {
    let forwarded = [("x-forwarded-for", "6.6.6.6, 203.0.113.7:55"), ("x-forwarded-for", "[2001:db8::1]:443")];
    for (trusted_proxies, expected) in [(0, None), (1, Some("2001:db8::1")), (2, Some("203.0.113.7")), (3, Some("6.6.6.6"))] {
        let told = facts(Requests { trusted_proxies, ..Requests::default() }, "/x", &forwarded).await;
        assert_eq!(told.client_ip.as_deref(), expected, "{trusted_proxies}");
    }
}

#[tokio::test]
async fn quiet_paths_have_a_line_only_when_something_is_wrong() {
    let layer = || RequestLayer::new(Requests { quiet_paths: vec!["/health*".to_owned()], ..Requests::default() });
    for (path, expected) in [("/health", 0), ("/health/204", 0), ("/health/302", 0), ("/health/404", 1), ("/health/503", 1), ("/other", 1)] {
        let (id, response) = through(layer(), path, &[]).await;
        assert_eq!(told::lines(&id).len(), expected, "{path}");
        assert_eq!(response.headers()["x-request-id"], id.as_str(), "{path}");
    }
}

#[tokio::test]
async fn lines_can_be_switched_off() {
    let (id, response) = through(RequestLayer::new(Requests { lines: false, ..Requests::default() }), "/x/500", &[]).await;
    assert!(told::lines(&id).is_empty());
    assert_eq!(response.headers()["x-request-id"], id.as_str());
}

/// A clock that goes on by 20 milliseconds each time it is looked at.
fn clock() -> Instant {
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    static LOOKS: AtomicU64 = AtomicU64::new(0);
    *START + Duration::from_millis(20) * u32::try_from(LOOKS.fetch_add(1, Ordering::Relaxed)).unwrap()
}

#[tokio::test]
async fn slow_answers_are_warnings_and_have_a_line_on_quiet_paths_too() {
    let settings = |slow| Requests { slow: Some(Duration::from_millis(slow)), quiet_paths: vec!["/x".to_owned()], ..Requests::default() };
    let (id, _) = through(RequestLayer::new(settings(19)).clock(clock), "/x", &[]).await;
    let line = told::only_line(&id);
    assert_eq!((line.level, line.facts().duration_ms), (Level::WARN, 20.0));
    let (id, _) = through(RequestLayer::new(settings(20)).clock(clock), "/x", &[]).await;
    assert!(told::lines(&id).is_empty());
}

#[tokio::test]
async fn a_handler_says_who_the_user_is() {
    let (id, _) = through(RequestLayer::new(Requests::default()), "/x", &[]).await;
    assert_eq!(told::only_line(&id).context["user_id"], "ann");
}

#[tokio::test]
async fn the_scope_has_its_buffer_and_says_whether_everything_is_written() {
    told::start();
    for (share, bytes) in [(0.0, 0), (1.0, 7)] {
        let layer = RequestLayer::new(Requests::default()).debug_share(share).buffer(bytes);
        let service = layer.layer(tower::service_fn(|_: Request<Empty<Bytes>>| async {
            let scope = request::current().unwrap();
            scope.keep(skywarden_telemetry::record::Level::Info, b"line\n");
            let kept: String = scope.take_kept().0.iter().map(|(_, line)| String::from_utf8_lossy(line).into_owned()).collect();
            Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(format!("{} {kept}", scope.everything())))))
        }));
        let body = service.oneshot(Request::new(Empty::new())).await.unwrap().into_body().collect().await.unwrap().to_bytes();
        assert_eq!(body, if bytes > 0 { "true line\n" } else { "false " });
    }
}

#[tokio::test]
async fn a_field_is_recorded_from_a_span_inside_of_the_request_until_it_is_over() {
    told::start();
    let id = fresh_id("record");
    let kept = std::sync::Arc::new(std::sync::Mutex::new(None));
    let keep = std::sync::Arc::clone(&kept);
    let service = RequestLayer::new(Requests::default()).layer(tower::service_fn(move |_: Request<Empty<Bytes>>| {
        let keep = std::sync::Arc::clone(&keep);
        let handler = async move {
            assert!(request::record("user_id", "ann") && request::record("tenant_id", 7));
            assert!(!request::record("no_such_field", "x"));
            *keep.lock().unwrap() = request::current();
            Ok::<_, Infallible>(Response::new(Full::new(Bytes::new())))
        };
        tracing::Instrument::instrument(handler, tracing::info_span!(target: "requests", "handler"))
    }));
    let request = Request::builder().uri("/x").header("x-request-id", &id).body(Empty::new()).unwrap();
    drop(service.oneshot(request).await.unwrap());
    let line = told::only_line(&id);
    assert_eq!((line.context["user_id"].as_str(), line.context["tenant_id"].as_str()), ("ann", "7"));
    assert!(!kept.lock().unwrap().take().unwrap().record("user_id", "late"), "the request is over");
    assert!(!request::record("user_id", "ann"), "outside of requests");
}
