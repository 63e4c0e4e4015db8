//! What the catalog asks of checkout: to forget a price it remembers.

use axum::{
    body::Body,
    http::{HeaderValue, Request, Uri, header::CONTENT_TYPE, uri::InvalidUri},
};
use http_body_util::BodyExt as _;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use skywarden_telemetry::tower::client::{Propagate, PropagateLayer};
use tower::{Layer as _, ServiceExt as _};

use crate::rehearsal::{clock, dice, door};

/// A client of checkout that hands the ids of the current request on.
#[derive(Clone, Debug)]
pub(crate) struct Checkout {
    client: Propagate<Client<HttpConnector, Body>>,
    hook: Uri,
}

impl Checkout {
    /// A client of checkout at that address.
    ///
    /// # Errors
    ///
    /// When the address is none.
    pub(crate) fn new(address: &str) -> Result<Self, InvalidUri> {
        let hook = format!("{}/hooks/prices", address.trim_end_matches('/')).parse()?;
        Ok(Self { client: PropagateLayer.layer(Client::builder(TokioExecutor::new()).build_http()), hook })
    }

    /// Tells checkout of a new price. That it cannot be told is no reason to refuse the price.
    pub(crate) async fn price_changed(&self, sku: u32, cents: u32) {
        let mut request = Request::post(self.hook.clone()).body(Body::from(serde_json::json!({"sku": sku, "cents": cents}).to_string())).unwrap_or_default();
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if clock::held() {
            // The clock travels with the request, and comes back with the answer.
            request.headers_mut().insert(door::NOW, HeaderValue::from(clock::micros()));
            if let Ok(seed) = HeaderValue::from_str(&dice::name()) {
                request.headers_mut().insert(door::SEED, seed);
            }
        }
        match self.client.clone().oneshot(request).await {
            Ok(response) => {
                if let Some(now) = response.headers().get(door::NOW).and_then(|now| now.to_str().ok()?.parse().ok()) {
                    clock::hold(now);
                }
                // Read to its end, so that the connection can be used again.
                let _ = response.into_body().collect().await;
            }
            Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, sku, "checkout cannot be told of a price"),
        }
    }
}
