//! The service under the middleware, and how it is called.

use anyhow::Context as _;
use axum::{
    Router,
    body::Body,
    extract::Path,
    http::{HeaderMap, HeaderValue, Request, header},
    response::{IntoResponse, Response},
    routing::get,
};
use http_body_util::BodyExt as _;
use tower::{Service as _, ServiceExt};

use crate::case::Work;

/// A service with one route that answers with JSON of 91 bytes.
pub(super) fn router() -> Router {
    Router::new().route("/orders/{id}", get(order))
}

async fn order(Path(id): Path<u64>) -> Response {
    let body = format!(r#"{{"id":{id},"state":"placed","amount":129.95,"currency":"EUR","items":[1,2,3],"page":"next.."}}"#);
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// A request as a browser behind a proxy sends it, without ids.
fn request() -> Request<Body> {
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = axum::http::Uri::from_static("/orders/42?page=3");
    let headers: [(_, &'static str); 4] = [
        (header::HOST, "orders.example.com"),
        (header::USER_AGENT, "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"),
        (header::ACCEPT, "application/json"),
        (header::ACCEPT_ENCODING, "gzip, deflate, br, zstd"),
    ];
    request.headers_mut().extend(headers.map(|(name, value)| (name, HeaderValue::from_static(value))));
    request
}

/// Calls the service, reading each answer to its end, on a runtime of one thread. The first answer is looked at: `with_id` says whether it must carry
/// the id of the request.
pub(super) fn serve(router: Router, with_id: bool) -> anyhow::Result<Work> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let mut service = router;
    let (headers, body) = runtime.block_on(call(&mut service))?;
    anyhow::ensure!(body == 91, "the answer has {body} bytes");
    anyhow::ensure!(headers.contains_key("x-request-id") == with_id, "the answer's headers are {headers:?}");
    Ok(Box::new(move |count| {
        runtime.block_on(async {
            for _ in 0..count {
                call(&mut service).await?;
            }
            Ok(())
        })
    }))
}

async fn call(service: &mut Router) -> anyhow::Result<(HeaderMap, usize)> {
    let service = <Router as ServiceExt<Request<Body>>>::ready(service).await?;
    let (head, body) = service.call(request()).await?.into_parts();
    anyhow::ensure!(head.status.is_success(), "the answer is {}", head.status);
    let body = body.collect().await.context("the answer ends early")?.to_bytes();
    Ok((head.headers, body.len()))
}
