//! Requests: the middleware by the settings, and what it counts.

use std::time::Duration;

use super::Telemetry;
use crate::request::{Facts, Observer};

#[cfg(feature = "tower")]
impl Telemetry {
    /// The middleware, by the settings: lines, ids, metrics, buffering and sampling of requests. To be applied outermost.
    pub fn request_layer(&self) -> crate::tower::RequestLayer {
        let settings = self.settings();
        let layer = crate::tower::RequestLayer::new(settings.requests.clone())
            .buffer(settings.buffer.map_or(0, |buffer| buffer.bytes))
            .debug_share(settings.sampling.debug_requests)
            .ids(crate::request::ids::Source { now: self.0.clock, ..Default::default() });
        // Without metrics there is nothing to count.
        if settings.metrics.builtin { layer.observer(std::sync::Arc::new(self.clone())) } else { layer }
    }
}

impl Telemetry {
    /// Counts a start of a Lambda function's environment by an invocation that is no request; for those that are, [`Observer::begin`] does.
    pub fn count_cold_start(&self) {
        self.request_metrics().cold_start();
    }
}

impl Observer for Telemetry {
    fn begin(&self, cold_start: bool) {
        if !self.settings().metrics.builtin {
            return;
        }
        let requests = self.request_metrics();
        requests.enter();
        if cold_start {
            requests.cold_start();
        }
        self.start_flusher();
    }

    fn end(&self, facts: &Facts) {
        if !self.settings().metrics.builtin {
            return;
        }
        let requests = self.request_metrics();
        let duration = Duration::try_from_secs_f64(facts.duration_ms / 1e3).unwrap_or_default();
        requests.end(facts.route.as_deref(), facts.status_code, duration, facts.request_bytes, facts.response_bytes);
        requests.leave();
    }
}
