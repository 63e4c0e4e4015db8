//! Errors as answers.

use std::error::Error;

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use skywarden_telemetry::request::ErrorFacts;

/// An error on its way to the client, who sees its message, and to the line of the request, which tells of it.
#[derive(Debug)]
pub(crate) struct Failure {
    status: StatusCode,
    told: ErrorFacts,
}

impl Failure {
    /// An error that is answered with this status.
    pub(crate) fn new<E: Error + 'static>(status: StatusCode, error: &E) -> Self {
        Self { status, told: ErrorFacts::of(error) }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(serde_json::json!({"detail": self.told.message}))).into_response();
        response.extensions_mut().insert(self.told);
        response
    }
}
