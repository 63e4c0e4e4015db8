//! What the middleware goes by.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use http::HeaderName;

use super::Framework;
use crate::{
    request::{Observer, ids::Source},
    settings::Requests,
};

/// What the middleware goes by.
#[derive(Clone, Debug)]
pub(super) struct Config {
    pub(super) settings: Requests,
    pub(super) request_headers: Vec<HeaderName>,
    pub(super) response_headers: Vec<HeaderName>,
    /// Most bytes kept of a request's quiet lines.
    pub(super) buffer_bytes: usize,
    /// Share of requests of which everything is written.
    pub(super) debug_share: f64,
    pub(super) deadline: Option<Duration>,
    pub(super) framework: Framework,
    pub(super) observer: Option<Arc<dyn Observer>>,
    pub(super) ids: Source,
    pub(super) clock: fn() -> Instant,
}

impl Config {
    pub(super) fn new(settings: Requests) -> Self {
        // What is no header name is the name of no header that could be told.
        let names = |names: &[String]| names.iter().filter_map(|name| HeaderName::from_bytes(name.as_bytes()).ok()).collect();
        Self {
            request_headers: names(&settings.request_headers),
            response_headers: names(&settings.response_headers),
            settings,
            buffer_bytes: 0,
            debug_share: 0.0,
            deadline: None,
            framework: Framework::default(),
            observer: None,
            ids: Source::default(),
            clock: Instant::now,
        }
    }
}
