//! Lines of the Rust library, freshly written: every key of the schema, values of every kind, and what makes lines unusual.

use std::{error::Error, fmt, time::Duration};

use axum::{
    Json, Router,
    body::Body,
    http::{Request, StatusCode},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use http_body_util::BodyExt as _;
use serde_json::json;
use skywarden_core::plan::Masking;
use skywarden_telemetry::{
    Telemetry, critical,
    request::ErrorFacts,
    settings::{Buffer, LevelFilter, Limits, Profile, Requests, Sampling, Service, Settings},
};
use tower::ServiceExt as _;
use tracing::{debug, error, info, info_span, trace, warn};
use tracing_subscriber::layer::SubscriberExt as _;

/// The corpus in a profile.
pub(crate) fn lines(profile: Profile) -> Vec<String> {
    let usual = Settings {
        service: Service { name: "orders".to_owned(), environment: "prod".to_owned(), version: "1.2.3".to_owned() },
        profile,
        location: true,
        ..Settings::default()
    };
    let mut lines =
        written(Settings { levels: skywarden_telemetry::settings::Levels { default: LevelFilter::Trace, ..usual.levels.clone() }, ..usual.clone() }, || {
            levels();
            values();
            names();
            contexts();
            errors();
        });
    lines.extend(written(Settings { limits: Limits { fields: 3, value_bytes: 64, ..Limits::default() }, ..usual.clone() }, beyond_bounds));
    lines.extend(written(Settings { masking: Some(Masking::default()), ..usual.clone() }, secrets));
    lines.extend(written(Settings { sampling: Sampling { first: Some(1), then_every: 2, ..Sampling::default() }, ..usual.clone() }, || {
        (0..4).for_each(|_| info!("often"));
    }));
    lines.extend(written(Settings { service: Service::default(), location: false, ..usual.clone() }, || info!("nobody knows who")));
    lines.extend(requests(&usual));
    lines.extend(metrics(&usual));
    lines
}

fn written(settings: Settings, work: impl FnOnce()) -> Vec<String> {
    let (telemetry, capture) = Telemetry::capture(settings).unwrap();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(telemetry.layer()), work);
    assert!(telemetry.flush(Duration::from_secs(10)));
    capture.lines()
}

fn levels() {
    trace!("trace");
    debug!("debug");
    info!("info");
    warn!("warning");
    error!("error");
    critical!(code = 7, "critical");
}

fn values() {
    let wide = u128::MAX;
    info!(small = 0, negative = -1_i64, large = u64::MAX, wide, "whole numbers");
    info!(half = 0.5, tiny = f64::MIN_POSITIVE, huge = 1e300, whole = 3.0, negative_zero = -0.0, "numbers");
    info!(nan = f64::NAN, infinite = f64::INFINITY, "no numbers");
    info!(yes = true, no = false, nothing = None::<u64>, something = Some(1), "flags");
    info!(text = "čaj お茶 \u{202e}rtl\u{202c} 👩‍👩‍👧‍👦", quotes = r#"" \ / '"#, controls = "\0\u{1}\t\r\n\u{7f}\u{2028}", empty = "", "texts");
    info!(list = ?[1, 2], debug = ?Some("x"), display = %"y", "formatted");
    info!("a message\nof two lines with \"quotes\" and {{braces}}");
    info!("");
}

fn names() {
    info!(message_id = 1, timestamp = "mine", level = "mine", service = "mine", schema = "mine", fields = "mine", http = "mine", "names of the schema");
    info!("@type" = 1, "a.b" = 2, "with space" = 3, "ключ" = 4, r#type = 5, "fields.amount" = 6, "names that are special elsewhere");
    info!(same = 1, same = 2, "the same name twice");
}

fn contexts() {
    let request = info_span!(
        "request",
        request_id = "a78beb7e-0787-40de-af96-0063bc67ba94",
        correlation_id = "c-1",
        user_id = 42,
        tenant_id = "blue",
        trace_id = "0af7651916cd43dd8448eb211c80319c",
        span_id = "b7ad6b7169203331",
        trace_flags = "01",
        xray_trace_id = "1-5759e988-bd862e3fe1be46a994272793",
        function_request_id = "52fdfc07-2182-454f-963f-5f0f9a621d72",
        cold_start = true,
        order = 7,
    );
    request.in_scope(|| {
        info!(amount = 12.5, "in a span");
        info_span!("inner", order = 8, item = "tea").in_scope(|| info!(item = "coffee", "nearer wins"));
    });
}

/// An error with a cause.
#[derive(Debug)]
struct Refused {
    source: std::num::ParseIntError,
}

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("payment refused")
    }
}

impl Error for Refused {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.source)
    }
}

fn errors() {
    let refused = Refused { source: "x".parse::<u8>().unwrap_err() };
    error!(error = &refused as &dyn Error, order = 1, "with its causes");
    error!(error = "in words", "in words");
    error!(error.r#type = "KeyError", error.message = "'code'", error.stack = "File \"a.py\", line 1, in f\nKeyError", "by its parts");
    warn!(error = %refused, "as text");
}

fn beyond_bounds() {
    info!(a = 1, b = 2, c = 3, d = 4, e = 5, "too many fields");
    info!(text = "long ".repeat(200), "too long a value");
}

fn secrets() {
    info!(password = "hunter2", card = "4111 1111 1111 1111", "refund to 4111 1111 1111 1111 asked by anna@example.com");
    error!(error = "card 4111 1111 1111 1111 refused", authorization = "Bearer eyJhbGciOiJub25lIn0.e30.c2ln", "told");
}

/// A service whose requests end in every way.
fn requests(usual: &Settings) -> Vec<String> {
    let settings = Settings {
        buffer: Some(Buffer { bytes: 600, ..Buffer::default() }),
        requests: Requests {
            request_headers: vec!["x-client".to_owned()],
            response_headers: vec!["x-cache".to_owned()],
            trusted_proxies: 1,
            body_bytes: 64,
            ..Requests::default()
        },
        ..usual.clone()
    };
    let (telemetry, capture) = Telemetry::capture(settings).unwrap();
    let service = Router::new()
        .route("/orders/{id}", get(async || ([("x-cache", "hit"), ("content-type", "text/plain")], "an order")))
        .route("/orders", post(async |Json(order): Json<serde_json::Value>| Json(json!({"placed": order}))))
        .route("/quiet", get(async || StatusCode::NO_CONTENT))
        .route(
            "/fails",
            get(async || {
                (0..9).for_each(|number| debug!(number, "kept back"));
                let told = ErrorFacts { kind: "shop::Refused".to_owned(), message: "refused".to_owned(), stack: Some("Caused by: x".to_owned()) };
                let mut response = StatusCode::BAD_GATEWAY.into_response();
                response.extensions_mut().insert(told);
                response
            }),
        )
        .route("/panics", get(panics))
        .route("/never", get(async || std::future::pending::<Response>().await))
        .layer(telemetry.request_layer().count_request_bodies());
    let work = async {
        let ask = |request: axum::http::request::Builder, body: &'static str| {
            let service = service.clone();
            let request = request.header("x-client", "corpus/1").header("user-agent", "corpus").header("x-forwarded-for", "203.0.113.9").body(Body::from(body));
            async move { service.oneshot(request.unwrap()).await.unwrap().into_body().collect().await.ok() }
        };
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        ask(Request::get("/orders/42?token=secret").header("x-request-id", "r-1").header("traceparent", trace).header("x-correlation-id", "c-1"), "").await;
        ask(Request::get("/orders/43").header("x-amzn-trace-id", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"), "").await;
        ask(Request::post("/orders").header("content-type", "application/json"), r#"{"card":"4111 1111 1111 1111"}"#).await;
        ask(Request::post("/orders"), "no json").await;
        for path in ["/quiet", "/fails", "/panics", "/nowhere"] {
            ask(Request::get(path), "").await;
        }
        // The client goes away.
        let abandoned = tokio::time::timeout(Duration::from_millis(1), ask(Request::get("/never"), "")).await;
        assert!(abandoned.is_err());
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(telemetry.layer()), || runtime.block_on(work));
    assert!(telemetry.flush(Duration::from_secs(10)));
    capture.lines()
}

async fn panics() -> &'static str {
    panic!("a bug of the application");
}

fn metrics(usual: &Settings) -> Vec<String> {
    let namespace = "shop/prod/orders".to_owned();
    let metrics = skywarden_telemetry::settings::Metrics { namespace, builtin: true, by_route: true, ..Default::default() };
    let (telemetry, capture) = Telemetry::capture(Settings { metrics, ..usual.clone() }).unwrap();
    let service = Router::new().route("/orders/{id}", get(async || "an order")).layer(telemetry.request_layer());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(telemetry.layer()), || {
        let request = Request::get("/orders/1").body(Body::empty()).unwrap();
        runtime.block_on(async { service.oneshot(request).await.unwrap().into_body().collect().await.unwrap() });
    });
    let metrics = telemetry.metrics();
    metrics.counter("OrdersPlaced").add(3);
    metrics.counter_by("OrdersPlaced", &[("Currency", "EUR"), ("Country", "čaj")]).increment();
    metrics.gauge("QueueDepth", "Count").set(-2.5);
    for value in [0.5, 12.5, 12.5, 1e6] {
        metrics.distribution_by("OrderValue", "None", &[("Currency", "GBP")]).record(value);
    }
    metrics.timer("PaymentTime").record(Duration::from_micros(1_234_567));
    assert!(telemetry.flush(Duration::from_secs(10)));
    capture.lines()
}
