//! Ids that come with a request, that are made for it, and that go on to other services.

use std::convert::Infallible;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body_util::{Empty, Full};
use jiff::Timestamp;
use proptest::prelude::*;
use skywarden_telemetry::{
    request::{self, ids::Source},
    settings::Requests,
    tower::RequestLayer,
};
use tower::{Layer as _, ServiceExt as _};

use super::{
    server::fresh_id,
    told::{self, Told},
};

/// One request with these headers: the headers of the response, and those a call to another service would have.
async fn through(settings: Requests, headers: HeaderMap) -> (HeaderMap, HeaderMap) {
    told::start();
    let service = RequestLayer::new(settings).layer(tower::service_fn(|_: Request<Empty<Bytes>>| async {
        let mut response = Response::new(Full::<Bytes>::default());
        response.extensions_mut().insert(request::headers());
        Ok::<_, Infallible>(response)
    }));
    let mut request = Request::new(Empty::new());
    *request.headers_mut() = headers;
    let (mut parts, _) = service.oneshot(request).await.unwrap().into_parts();
    (parts.headers, parts.extensions.remove().unwrap())
}

fn headers(headers: &[(&'static str, &str)]) -> HeaderMap {
    headers.iter().map(|(name, value)| (http::HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())).fold(
        HeaderMap::new(),
        |mut map, (name, value)| {
            map.append(name, value);
            map
        },
    )
}

fn id_of(response: &HeaderMap) -> String {
    response["x-request-id"].to_str().unwrap().to_owned()
}

fn context(line: &Told, name: &str) -> String {
    line.context.get(name).cloned().unwrap_or_default()
}

const TRACEPARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

#[tokio::test]
async fn ids_that_come_are_taken_over_told_and_handed_on() {
    let id = fresh_id("given");
    let xray = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0";
    let given = headers(&[
        ("x-request-id", &id),
        ("x-correlation-id", "order:7"),
        ("traceparent", TRACEPARENT),
        ("tracestate", "a=1"),
        ("tracestate", "b=2"),
        ("x-amzn-trace-id", xray),
    ]);
    let (response, onward) = through(Requests::default(), given).await;
    assert_eq!(id_of(&response), id);
    let line = told::only_line(&id);
    assert_eq!(context(&line, "correlation_id"), "order:7");
    assert_eq!(context(&line, "trace_id"), "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(context(&line, "trace_flags"), "01");
    assert_eq!(context(&line, "xray_trace_id"), "1-5759e988-bd862e3fe1be46a994272793");
    let span = context(&line, "span_id");
    assert!(span.len() == 16 && span != "b7ad6b7169203331" && span != "53995c3f42cd8ad8", "{span}");
    assert_eq!(onward["x-request-id"], id.as_str());
    assert_eq!(onward["x-correlation-id"], "order:7");
    assert_eq!(onward["traceparent"], format!("00-0af7651916cd43dd8448eb211c80319c-{span}-01").as_str());
    assert_eq!(onward["tracestate"], "a=1,b=2");
    assert_eq!(onward["x-amzn-trace-id"], format!("Root=1-5759e988-bd862e3fe1be46a994272793;Parent={span};Sampled=0").as_str());
}

#[tokio::test]
async fn ids_that_do_not_come_are_made() {
    let (response, onward) = through(Requests::default(), HeaderMap::new()).await;
    let id = id_of(&response);
    let line = told::only_line(&id);
    assert_eq!((id.len(), id.as_bytes()[14]), (36, b'7'), "{id}");
    let trace = context(&line, "trace_id");
    assert_eq!(context(&line, "xray_trace_id"), format!("1-{}-{}", &trace[..8], &trace[8..]));
    let seconds = i64::from_str_radix(&trace[..8], 16).unwrap();
    assert!((Timestamp::now().as_second() - seconds).abs() < 300, "X-Ray wants the time in front");
    assert!(!line.context.contains_key("correlation_id") && !line.context.contains_key("function_request_id") && !line.context.contains_key("cold_start"));
    assert!(!onward.contains_key("tracestate") && !onward.contains_key("x-correlation-id"));
    assert!(onward["traceparent"].to_str().unwrap().starts_with(&format!("00-{trace}-")));
}

#[tokio::test]
async fn malformed_ids_are_neither_taken_over_nor_echoed() {
    for bad in ["a b", "a;b=c", "<script>", "\u{e9}", &"x".repeat(129)] {
        let (response, onward) =
            through(Requests::default(), headers(&[("x-request-id", bad), ("x-correlation-id", bad), ("traceparent", bad), ("x-amzn-trace-id", bad)])).await;
        assert_eq!(id_of(&response).len(), 36, "{bad}");
        assert!(!onward.contains_key("x-correlation-id"), "{bad}");
        told::only_line(&id_of(&response));
    }
}

#[tokio::test]
async fn several_traceparents_contradict_each_other() {
    let (_, onward) = through(Requests::default(), headers(&[("traceparent", TRACEPARENT), ("traceparent", TRACEPARENT)])).await;
    assert!(!onward["traceparent"].to_str().unwrap().contains("0af7651916cd43dd8448eb211c80319c"));
}

#[tokio::test]
async fn clients_that_are_not_trusted_give_no_ids() {
    let id = fresh_id("untrusted");
    let given = headers(&[
        ("x-request-id", &id),
        ("x-correlation-id", "c"),
        ("traceparent", TRACEPARENT),
        ("x-amzn-trace-id", "Root=1-5759e988-bd862e3fe1be46a994272793"),
    ]);
    let (response, onward) = through(Requests { accept_ids: false, ..Requests::default() }, given).await;
    assert_ne!(id_of(&response), id);
    let line = told::only_line(&id_of(&response));
    assert!(
        !line.context["trace_id"].starts_with("0af76519")
            && !line.context["xray_trace_id"].starts_with("1-5759e988")
            && !onward.contains_key("x-correlation-id")
    );
}

#[tokio::test]
async fn an_id_the_service_sets_itself_stays() {
    told::start();
    let id = fresh_id("ours");
    let service = RequestLayer::new(Requests::default()).layer(tower::service_fn(|_: Request<Empty<Bytes>>| async {
        Ok::<_, Infallible>(Response::builder().header("x-request-id", "its-own").body(Full::<Bytes>::default()).unwrap())
    }));
    let response = service.oneshot(Request::builder().header("x-request-id", &id).body(Empty::new()).unwrap()).await.unwrap();
    assert_eq!(response.headers().get_all("x-request-id").iter().collect::<Vec<_>>(), ["its-own"]);
    told::only_line(&id);
}

#[tokio::test]
async fn the_source_of_ids_can_be_set() {
    told::start();
    let source = Source { now: || Timestamp::from_millisecond(0x017F_22E2_79B0).unwrap(), random: |_| 7 };
    let service = RequestLayer::new(Requests::default())
        .ids(source)
        .layer(tower::service_fn(|_: Request<Empty<Bytes>>| async { Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())) }));
    let response = service.oneshot(Request::new(Empty::new())).await.unwrap();
    assert_eq!(id_of(response.headers()), "017f22e2-79b0-7000-8000-000000000007");
}

proptest! {
    #[test]
    fn whatever_comes_the_answer_and_the_calls_have_well_formed_ids(values in proptest::collection::vec(proptest::collection::vec(b' '..=b'\xff', 0..150), 5)) {
        let mut given = HeaderMap::new();
        for (name, value) in ["x-request-id", "x-correlation-id", "traceparent", "tracestate", "x-amzn-trace-id"].into_iter().zip(&values) {
            if let Ok(value) = HeaderValue::from_bytes(value) {
                given.insert(name, value);
            }
        }
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (response, onward) = runtime.block_on(through(Requests::default(), given));
        let id = id_of(&response);
        prop_assert!(request::request_id::well_formed(id.as_bytes()).is_some());
        prop_assert_eq!(&onward["x-request-id"], id.as_str());
        prop_assert!(request::Traceparent::parse(onward["traceparent"].as_bytes()).is_some());
        prop_assert!(request::XrayHeader::parse(onward["x-amzn-trace-id"].as_bytes()).is_some());
    }
}
