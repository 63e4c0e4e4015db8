//! Each way a request can be served, over HTTP/1 and HTTP/2: ids intact, one line, the right status, a sane duration, nothing left behind.

use std::{convert::Infallible, sync::Arc, time::Instant};

use axum::{
    Router,
    body::Body,
    extract::{MatchedPath, Path},
    http::StatusCode,
    routing::{get, post},
};
use http::Request;
use skywarden_telemetry::{
    request::{self, InCurrentRequest as _, in_current_request},
    settings::Requests,
    tower::{Framework, RequestLayer, RouteLayer},
};
use tokio::sync::Notify;
use tower::Layer as _;
use tracing::{Level, info};

use super::{
    scripted::{Scripted, Step},
    server::{Server, client, fetch, fresh_id, request},
    told,
};

struct Case {
    method: &'static str,
    path: &'static str,
    route: Option<&'static str>,
    status: u16,
    level: Level,
    error: Option<&'static str>,
}

const fn case(method: &'static str, path: &'static str, route: Option<&'static str>, status: u16, level: Level) -> Case {
    Case { method, path, route, status, level, error: None }
}

const CASES: [Case; 15] = [
    case("GET", "/sync", Some("/sync"), 200, Level::INFO),
    case("GET", "/async", Some("/async"), 200, Level::INFO),
    case("GET", "/task", Some("/task"), 200, Level::INFO),
    case("GET", "/pool", Some("/pool"), 200, Level::INFO),
    case("GET", "/stream", Some("/stream"), 200, Level::INFO),
    case("HEAD", "/stream", Some("/stream"), 200, Level::INFO),
    case("GET", "/nothing", Some("/nothing"), 204, Level::INFO),
    case("GET", "/unchanged", Some("/unchanged"), 304, Level::INFO),
    case("GET", "/orders/42", Some("/orders/{id}"), 200, Level::INFO),
    case("GET", "/api/deep/7?secret=1", Some("/api/deep/{id}"), 200, Level::INFO),
    case("GET", "/no/such/path", None, 404, Level::WARN),
    case("POST", "/sync", Some("/sync"), 405, Level::WARN),
    case("POST", "/unprocessable", Some("/unprocessable"), 422, Level::WARN),
    case("GET", "/fails", Some("/fails"), 500, Level::ERROR),
    Case { error: Some("panic"), ..case("GET", "/panic", Some("/panic"), 500, Level::ERROR) },
];

fn router() -> Router {
    let nested = Router::new().route("/deep/{id}", get(|Path(id): Path<u32>| async move { id.to_string() }));
    Router::new()
        .route("/sync", get(|| async { inside() }))
        .route(
            "/async",
            get(|| async {
                for _ in 0..3 {
                    tokio::task::yield_now().await;
                }
                inside()
            }),
        )
        .route("/task", get(|| async { tokio::spawn(async { inside() }.in_current_request()).await.unwrap() }))
        .route("/pool", get(|| async { tokio::task::spawn_blocking(in_current_request(inside)).await.unwrap() }))
        .route("/stream", get(|| async { Body::new(Scripted::new([Step::Data("one "), Step::Data("two "), Step::Data("three"), Step::Trailers])) }))
        .route("/nothing", get(|| async { StatusCode::NO_CONTENT }))
        .route("/unchanged", get(|| async { StatusCode::NOT_MODIFIED }))
        .route("/orders/{id}", get(|Path(id): Path<u32>| async move { id.to_string() }))
        .nest("/api", nested)
        .route("/unprocessable", post(|| async { (StatusCode::UNPROCESSABLE_ENTITY, "no amount") }))
        .route("/fails", get(|| async { (StatusCode::INTERNAL_SERVER_ERROR, inside()) }))
        .route("/panic", get(|| async { assert_eq!(inside(), "never", "the handler broke") }))
}

/// An event from wherever the work is done.
fn inside() -> &'static str {
    let id = request::current().and_then(|scope| scope.header("x-request-id").map(ToOwned::to_owned));
    info!(seen = id, "inside");
    "done"
}

fn framework() -> Framework {
    Framework { route: |extensions| extensions.get::<MatchedPath>().map(MatchedPath::as_str), ..Framework::none() }
}

/// The layer outermost, the routes said from inside.
async fn outermost() -> Server {
    let router = router().layer(RouteLayer::new(framework()));
    Server::start(RequestLayer::new(Requests::default()).framework(framework()).layer(router)).await
}

async fn check(server: Server, http2: bool) {
    let client = client(http2);
    // Twice, so that each kind of request has each other before it on one connection.
    for case in CASES.iter().chain(CASES.iter().rev()) {
        let (method, path) = (case.method, case.path);
        let id = fresh_id("matrix");
        let began = Instant::now();
        let response = fetch(&client, request(method, &server.url(path), &id)).await;
        let line = told::line_soon(&id).await;
        let lasted = began.elapsed();

        assert_eq!(response.status(), case.status, "{method} {path}");
        assert_eq!(response.headers()["x-request-id"], id.as_str(), "{method} {path}");
        assert_eq!(line.level, case.level, "{method} {path}");
        let facts = line.facts();
        assert_eq!(facts.method, method);
        assert_eq!(facts.path.as_deref(), path.split('?').next(), "the path without the query");
        assert_eq!(facts.route.as_deref(), case.route, "{method} {path}");
        assert_eq!(facts.status_code, Some(case.status));
        assert_eq!(facts.outcome.as_str(), None, "{method} {path}");
        assert_eq!(facts.error.as_ref().map(|error| error.kind.as_str()), case.error, "{method} {path}");
        assert_eq!(facts.request_bytes, Some(0));
        assert_eq!(facts.response_bytes, Some(response.body().len() as u64), "{method} {path}");
        assert!(facts.duration_ms > 0.0 && facts.duration_ms <= lasted.as_secs_f64() * 1e3, "{method} {path}: {} of {lasted:?}", facts.duration_ms);
        assert_eq!(facts.client_ip.as_deref(), Some("127.0.0.1"));
        for told in told::events(&id).into_iter().chain([line.clone()]) {
            assert_eq!(told.context["trace_id"], line.context["trace_id"], "{method} {path}");
            assert_eq!(told.scope.as_deref(), Some(id.as_str()), "{method} {path}: {told:?}");
            assert_eq!(told.scope_of_span.as_deref(), Some(id.as_str()), "the scope is entered when the span begins");
            if let Some(seen) = told.fields.get("seen") {
                assert_eq!(seen, &id, "{method} {path}");
            }
        }
        if !case.path.starts_with("/stream") {
            let inside = told::events(&id).iter().filter(|told| told.message() == "inside").count();
            let expected = usize::from(["/sync", "/async", "/task", "/pool", "/fails", "/panic"].contains(&path) && case.status != 405);
            assert_eq!(inside, expected, "{method} {path}");
        }
        told::only_line(&id);
    }
    drop(client);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn http_1_outermost() {
    check(outermost().await, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn http_2_outermost() {
    check(outermost().await, true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn inside_axum() {
    let layer = RequestLayer::new(Requests::default()).framework(framework());
    check(Server::start(router().layer(layer)).await, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn applied_twice() {
    let layer = RequestLayer::new(Requests::default()).framework(framework());
    check(Server::start(layer.clone().layer(router().layer(layer))).await, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counting_request_bodies() {
    let layer = RequestLayer::new(Requests::default()).framework(framework()).count_request_bodies();
    check(Server::start(router().layer(layer)).await, false).await;
}

#[tokio::test]
async fn a_task_that_outlives_its_request_keeps_its_ids() {
    // Go on, and done.
    let signals = Arc::new((Notify::new(), Notify::new()));
    let of_task = Arc::clone(&signals);
    let router = Router::new().route(
        "/x",
        get(move || {
            let signals = Arc::clone(&of_task);
            let task = async move {
                signals.0.notified().await;
                inside();
                signals.1.notify_one();
            };
            async move { drop(tokio::spawn(task.in_current_request())) }
        }),
    );
    let server = Server::start(RequestLayer::new(Requests::default()).layer(router)).await;
    let (first, second) = (fresh_id("outlived"), fresh_id("outlived"));
    let client = client(false);
    fetch(&client, request("GET", &server.url("/x"), &first)).await;
    let line = told::line_soon(&first).await;
    fetch(&client, request("GET", &server.url("/none"), &second)).await;
    assert!(told::events(&first).is_empty());
    signals.0.notify_one();
    signals.1.notified().await;
    let events = told::events(&first);
    assert_eq!((events.len(), &events[0].fields["seen"], &events[0].context["trace_id"]), (1, &first, &line.context["trace_id"]));
    assert!(told::events(&second).is_empty());
    drop(client);
    server.stop().await;
    told::only_line(&first);
}

#[tokio::test]
async fn a_request_made_within_a_request_is_one_of_its_own() {
    use tower::ServiceExt as _;
    told::start();
    let (outer, inner) = (fresh_id("outer"), fresh_id("inner"));
    let layer = RequestLayer::new(Requests::default());
    let asked = inner.clone();
    let within = layer.layer(tower::service_fn(|_: Request<Body>| async { Ok::<_, Infallible>(http::Response::new(Body::from(inside()))) }));
    let around = layer.layer(tower::service_fn(move |_: Request<Body>| {
        let (within, request) = (within.clone(), Request::builder().header("x-request-id", &asked).body(Body::empty()).unwrap());
        async move {
            let answer = within.oneshot(request).await.unwrap();
            axum::body::to_bytes(Body::new(answer.into_body()), 100).await.unwrap();
            inside();
            Ok::<_, Infallible>(http::Response::new(Body::empty()))
        }
    }));
    around.oneshot(Request::builder().header("x-request-id", &outer).body(Body::empty()).unwrap()).await.unwrap();
    for id in [&outer, &inner] {
        told::only_line(id);
        assert_eq!(told::events(id).iter().map(|told| told.fields["seen"].as_str()).collect::<Vec<_>>(), [id]);
    }
}
