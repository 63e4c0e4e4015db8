//! What the middleware goes by.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use http::HeaderName;

use super::Framework;
use crate::{
    request::{Observer, TraceId, ids::Source},
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

    /// Whether a path has no line while it succeeds.
    pub(super) fn is_quiet(&self, path: &str) -> bool {
        self.settings.quiet_paths.iter().any(|quiet| quiet.strip_suffix('*').map_or(quiet == path, |start| path.starts_with(start)))
    }

    /// Whether everything of a request is written. Its trace decides, so that services with the same share choose the same requests.
    pub(super) fn debugs(&self, trace_id: TraceId) -> bool {
        // W3C Trace Context, level 2: the last 56 bits of a trace id are random.
        const RANDOM: u64 = (1 << 56) - 1;
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a share needs no more than the 53 bits of a double")]
        let point = (trace_id.bits() as u64 & RANDOM) as f64 / (RANDOM as f64 + 1.0);
        point < self.debug_share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_paths_are_whole_or_begin_so() {
        let config = Config::new(Requests { quiet_paths: vec!["/health".to_owned(), "/internal/*".to_owned()], ..Requests::default() });
        for (path, quiet) in [("/health", true), ("/healthy", false), ("/health/", false), ("/internal/", true), ("/internal/a/b", true), ("/internal", false)]
        {
            assert_eq!(config.is_quiet(path), quiet, "{path}");
        }
    }

    #[test]
    fn the_share_of_debugged_requests_is_kept() {
        let mut config = Config::new(Requests::default());
        let count = |config: &Config| (0..4_000).filter(|_| config.debugs(TraceId::new(crate::request::unique()).unwrap())).count();
        assert_eq!(count(&config), 0);
        config.debug_share = 1.0;
        assert_eq!(count(&config), 4_000);
        config.debug_share = 0.25;
        let some = count(&config);
        assert!((700..1_300).contains(&some), "{some} of 4,000");
    }
}
