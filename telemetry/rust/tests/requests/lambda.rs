//! Requests served by `lambda_http`.

use http::{Request, Response};
use lambda_http::{Body, Context, LambdaEvent, RequestExt as _, aws_lambda_events::apigw::ApiGatewayV2httpRequest, request::LambdaRequest, service_fn};
use skywarden_telemetry::{request::Outcome, settings::Requests, tower::RequestLayer};
use tower::{Layer as _, Service as _, ServiceBuilder, ServiceExt as _};

use super::told;

fn context(request_id: &str) -> Context {
    let mut context = Context::default();
    request_id.clone_into(&mut context.request_id);
    context.xray_trace_id = Some("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1".to_owned());
    context.tenant_id = Some("acme".to_owned());
    context
}

#[tokio::test]
async fn the_invocation_s_ids_are_told() {
    told::start();
    let layer = RequestLayer::new(Requests { accept_ids: false, ..Requests::default() });
    let service = layer.layer(tower::service_fn(|_: Request<Body>| async { Ok::<_, lambda_http::Error>(Response::new(Body::Text("hello".to_owned()))) }));
    let mut cold = Vec::new();
    for invocation in ["i-1", "i-2"] {
        let request = Request::new(Body::Text("{}".to_owned())).with_lambda_context(context(invocation));
        let (parts, body) = service.clone().oneshot(request).await.unwrap().into_parts();
        http_body_util::BodyExt::collect(body).await.unwrap();
        let line = told::only_line(parts.headers["x-request-id"].to_str().unwrap());
        assert_eq!(line.context["function_request_id"], invocation);
        assert_eq!(line.context["xray_trace_id"], "1-5759e988-bd862e3fe1be46a994272793", "Lambda's own word counts, though no header does");
        assert_eq!(line.context["tenant_id"], "acme");
        assert_eq!((line.facts().request_bytes, line.facts().response_bytes), (Some(2), Some(5)));
        cold.push(line.context["cold_start"].clone());
    }
    // Other tests of this process may have been first.
    assert_eq!(cold[1], "false");
}

#[tokio::test]
async fn an_invocation_that_is_dropped_has_no_client_who_went_away() {
    told::start();
    let service = RequestLayer::new(Requests::default())
        .layer(tower::service_fn(|_: Request<Body>| std::future::pending::<Result<Response<Body>, lambda_http::Error>>()));
    let id = super::server::fresh_id("dropped");
    let request = Request::builder().header("x-request-id", &id).body(Body::Empty).unwrap().with_lambda_context(context("i"));
    let mut service = service;
    drop(service.call(request));
    assert_eq!(told::only_line(&id).facts().outcome, Outcome::Cancelled);
}

async fn handler(request: lambda_http::Request) -> Result<Response<Body>, lambda_http::Error> {
    Ok(Response::new(Body::Text(request.uri().path().to_owned())))
}

#[tokio::test]
async fn it_fits_between_lambda_and_a_handler() {
    told::start();
    let service = ServiceBuilder::new().layer(RequestLayer::new(Requests::default())).service(service_fn(handler));
    let mut adapter = lambda_http::Adapter::from(service);
    let mut event = ApiGatewayV2httpRequest::default();
    event.raw_path = Some("/orders/7".to_owned());
    event.request_context.http.method = http::Method::GET;
    event.request_context.http.path = Some("/orders/7".to_owned());
    event.headers.insert("x-request-id", "lambda-1".parse().unwrap());
    let response = adapter.call(LambdaEvent::new(LambdaRequest::ApiGatewayV2(event), context("i-3"))).await.unwrap();
    let answer = serde_json::to_value(response).unwrap();
    assert_eq!((&answer["statusCode"], &answer["body"], &answer["headers"]["x-request-id"]), (&200.into(), &"/orders/7".into(), &"lambda-1".into()));
    let line = told::only_line("lambda-1");
    assert_eq!(
        (line.context["function_request_id"].as_str(), line.facts().path.as_deref(), line.facts().outcome),
        ("i-3", Some("/orders/7"), Outcome::Answered)
    );
}
