//! What every request of a rehearsal passes on its way in and out: it brings the time and the chance, and is counted.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use serde_json::json;

use super::{clock, dice, facts};
use crate::feed;

/// What time it is, microseconds since 1970.
pub(crate) const NOW: HeaderName = HeaderName::from_static("x-shop-now");
/// What the request's chance follows from.
pub(crate) const SEED: HeaderName = HeaderName::from_static("x-shop-seed");

/// Most bytes of an answer.
const MOST: usize = 1024 * 1024;

/// Stands around the service and its middleware. Without the header `x-shop-now` a request goes through untouched.
///
/// In a rehearsal the door also begins the service's job, which by hand begins by itself: `POST /rehearsal/jobs/feed`. And it holds the answer back
/// until it is complete, so that no two requests ever share the clock.
pub(crate) async fn door(request: Request, next: Next) -> Response {
    let Some(now) = text(request.headers(), &NOW).and_then(|now| now.parse().ok()) else {
        dice::throw(&clock::micros().to_string());
        return next.run(request).await;
    };
    clock::hold(now);
    let seed = text(request.headers(), &SEED).unwrap_or_default();
    dice::throw(&format!("{seed}/catalog"));
    if request.uri().path() == "/rehearsal/jobs/feed" {
        feed::import().await;
        return StatusCode::NO_CONTENT.into_response();
    }
    let request_id = text(request.headers(), &HeaderName::from_static("x-request-id")).unwrap_or_default().to_owned();
    let (mut head, body) = next.run(request).await.into_parts();
    // The line of the request is told at the end of its body.
    let body = to_bytes(body, MOST).await.unwrap_or_default();
    let ended = clock::micros();
    facts::note(&json!({
        "fact": "request", "at": ended, "service": "catalog", "began": now, "status": head.status.as_u16(), "request_id": request_id,
    }));
    head.headers.insert(NOW, HeaderValue::from(ended));
    Response::from_parts(head, Body::from(body))
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
