//! Ids on calls to other services.

use std::convert::Infallible;

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use skywarden_telemetry::{request::InCurrentRequest as _, tower::PropagateLayer};
use tower::{Layer as _, ServiceExt as _};

use super::{
    server::{Server, client, fetch, fresh_id, layered, request},
    told,
};

/// A service that calls another on behalf of its request, in a task of its own, by the means that the path says.
async fn front(back: String) -> Server {
    Server::start(layered(tower::service_fn(move |request: Request<Incoming>| {
        let back = back.clone();
        async move {
            let call = call(request.uri().path().to_owned(), back).in_current_request();
            let body = tokio::spawn(call).await.unwrap();
            Ok::<_, Infallible>(Response::new(Full::new(body)))
        }
    })))
    .await
}

async fn call(by: String, url: String) -> Bytes {
    match by.as_str() {
        "/tower" => {
            let call = Request::builder().uri(url).header("x-correlation-id", "mine").body(Full::<Bytes>::default()).unwrap();
            PropagateLayer.layer(client(false)).oneshot(call).await.unwrap().into_body().collect().await.unwrap().to_bytes()
        }
        #[cfg(feature = "reqwest")]
        "/reqwest" => {
            let call = reqwest::Client::new().get(url).build().unwrap();
            PropagateLayer.layer(reqwest::Client::new()).oneshot(call).await.unwrap().bytes().await.unwrap()
        }
        "/headers" => {
            let response = reqwest::Client::new().get(url).headers(skywarden_telemetry::request::headers()).send().await.unwrap();
            response.bytes().await.unwrap()
        }
        _ => panic!("no such means"),
    }
}

#[tokio::test]
async fn the_service_called_sees_the_ids_of_the_caller() {
    // The service called says the ids it was given back.
    let back = Server::start(layered(tower::service_fn(|request: Request<Incoming>| async move {
        let headers: HeaderMap = request.headers().clone();
        let value = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
        let told = ["x-request-id", "traceparent", "x-amzn-trace-id", "x-correlation-id"].map(value).join("\n");
        Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(told))))
    })))
    .await;
    let front = front(back.url("/")).await;
    let client = client(false);
    let means: &[&str] = if cfg!(feature = "reqwest") { &["/tower", "/headers", "/reqwest"] } else { &["/tower", "/headers"] };
    for by in means {
        let id = fresh_id("call");
        let answer = fetch(&client, request("GET", &front.url(by), &id)).await;
        let lines = told::lines_soon(&id, 2).await;
        let (of_back, of_front) = (&lines[0], &lines[1]);
        assert_eq!(of_back.context["trace_id"], of_front.context["trace_id"], "{by}: both belong to one trace");
        assert_ne!(of_back.context["span_id"], of_front.context["span_id"]);
        let (trace, span) = (&of_front.context["trace_id"], &of_front.context["span_id"]);
        let correlation = if *by == "/tower" { "mine" } else { "" };
        let expected = format!("{id}\n00-{trace}-{span}-01\nRoot={};Parent={span}\n{correlation}", of_front.context["xray_trace_id"]);
        assert_eq!(answer.body(), expected.as_bytes(), "{by}");
    }
    drop(client);
    front.stop().await;
    back.stop().await;
}
