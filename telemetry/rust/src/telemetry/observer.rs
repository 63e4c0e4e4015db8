//! The pipeline watches requests for its metrics.

use std::time::Duration;

use super::Telemetry;
use crate::request::{Facts, Observer};

impl Observer for Telemetry {
    fn begin(&self, cold_start: bool) {
        let requests = self.request_metrics();
        requests.enter();
        if cold_start {
            requests.cold_start();
        }
        if self.settings().metrics.builtin {
            self.start_flusher();
        }
    }

    fn end(&self, facts: &Facts) {
        let requests = self.request_metrics();
        let duration = Duration::try_from_secs_f64(facts.duration_ms / 1e3).unwrap_or_default();
        requests.end(facts.route.as_deref(), facts.status_code, duration, facts.request_bytes, facts.response_bytes);
        requests.leave();
    }
}
