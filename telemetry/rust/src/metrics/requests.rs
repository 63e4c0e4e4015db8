//! The metrics every service has, by the names alarms and dashboards know.

use std::{collections::HashMap, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use skywarden_core::{
    metric::{
        OTHER,
        name::{LEVEL, ROUTE, ServiceMetric},
    },
    schema::Level,
};

use super::{Counter, Distribution, Gauge, Metrics, timer::milliseconds};
use crate::settings;

/// Counts requests, and log lines by level. Does nothing unless the settings ask for the built-in metrics. Cheap to clone.
#[derive(Clone, Debug)]
pub struct RequestMetrics(Option<Arc<Builtin>>);

/// A request in flight; it is over when this is dropped.
#[derive(Debug)]
#[must_use = "the request is over when it is dropped"]
pub struct InFlight(Option<(Arc<Builtin>, u32)>);

#[derive(Debug)]
struct Builtin {
    metrics: Metrics,
    all: Exchanges,
    in_flight: Gauge,
    cold_starts: Counter,
    dropped: Counter,
    log_events: [Counter; 5],
    routes: Option<Routes>,
}

/// What is counted of requests, all or those of a route.
#[derive(Debug)]
struct Exchanges {
    requests: Counter,
    client_errors: Counter,
    server_errors: Counter,
    duration: Distribution,
    request_bytes: Distribution,
    response_bytes: Distribution,
}

/// Exchanges by route. Copied to add one, so that reading takes no lock.
#[derive(Debug)]
struct Routes {
    known: ArcSwap<HashMap<Box<str>, Arc<Exchanges>>>,
    most: usize,
}

impl RequestMetrics {
    /// Metrics as the settings ask for them.
    pub fn new(metrics: &Metrics, settings: &settings::Metrics) -> Self {
        let counter = |metric: ServiceMetric| metrics.counter(metric.as_str());
        let by_level = |level: Level| metrics.counter_by(ServiceMetric::LogEvents.as_str(), &[(LEVEL, level.as_str())]);
        Self(settings.builtin.then(|| {
            Arc::new(Builtin {
                metrics: metrics.clone(),
                all: Exchanges::new(metrics, &[]),
                in_flight: metrics.gauge(ServiceMetric::RequestsInFlight.as_str(), ServiceMetric::RequestsInFlight.unit()),
                cold_starts: counter(ServiceMetric::ColdStarts),
                dropped: counter(ServiceMetric::DroppedEvents),
                log_events: [Level::Debug, Level::Info, Level::Warning, Level::Error, Level::Critical].map(by_level),
                routes: settings.by_route.then(|| Routes { known: ArcSwap::default(), most: settings.max_series }),
            })
        }))
    }

    /// A request begins.
    pub fn begin(&self) -> InFlight {
        InFlight(self.0.as_ref().map(|builtin| {
            builtin.in_flight.up();
            (Arc::clone(builtin), builtin.metrics.forks())
        }))
    }

    /// A request begins whose end is told by [`Self::leave`].
    pub fn enter(&self) {
        if let Some(builtin) = &self.0 {
            builtin.in_flight.up();
        }
    }

    /// A request is over that began by [`Self::enter`].
    pub fn leave(&self) {
        if let Some(builtin) = &self.0 {
            builtin.in_flight.down_to_zero();
        }
    }

    /// A request has ended, in whatever way. `route` is the route's template, none when no route matched; `status` none when there was no answer; bytes
    /// are those of the bodies, none where they are not known. `ClientErrors` and `ServerErrors` have a zero for every other answer, so that an alarm
    /// on them sees data.
    pub fn end(&self, route: Option<&str>, status: Option<u16>, duration: Duration, request_bytes: Option<u64>, response_bytes: Option<u64>) {
        let Some(builtin) = &self.0 else { return };
        builtin.all.end(status, duration, request_bytes, response_bytes);
        // An alarm on lost lines sees data where there are requests.
        builtin.dropped.add(0);
        if let (Some(routes), Some(route)) = (&builtin.routes, route) {
            routes.of(route, &builtin.metrics).end(status, duration, request_bytes, response_bytes);
        }
    }

    /// A log line was written.
    pub fn log_event(&self, level: Level) {
        let Some(builtin) = &self.0 else { return };
        let [debug, info, warning, error, critical] = &builtin.log_events;
        let counter = match level {
            Level::Debug => debug,
            Level::Info => info,
            Level::Warning => warning,
            Level::Error => error,
            Level::Critical => critical,
        };
        counter.increment();
    }

    /// So many log lines were lost.
    pub fn dropped(&self, lines: u64) {
        if let Some(builtin) = &self.0 {
            builtin.dropped.add(lines);
        }
    }

    /// An execution environment has started.
    pub fn cold_start(&self) {
        if let Some(builtin) = &self.0 {
            builtin.cold_starts.increment();
        }
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        // A child process counts from zero: what was begun in the parent ends there.
        if let Some((builtin, forks)) = self.0.take()
            && builtin.metrics.forks() == forks
        {
            builtin.in_flight.down();
        }
    }
}

impl Exchanges {
    fn new(metrics: &Metrics, dimensions: &[(&str, &str)]) -> Self {
        let counter = |metric: ServiceMetric| metrics.counter_by(metric.as_str(), dimensions);
        let distribution = |metric: ServiceMetric| metrics.distribution_by(metric.as_str(), metric.unit(), dimensions);
        Self {
            requests: counter(ServiceMetric::Requests),
            client_errors: counter(ServiceMetric::ClientErrors),
            server_errors: counter(ServiceMetric::ServerErrors),
            duration: distribution(ServiceMetric::RequestDuration),
            request_bytes: distribution(ServiceMetric::RequestBytes),
            response_bytes: distribution(ServiceMetric::ResponseBytes),
        }
    }

    fn end(&self, status: Option<u16>, duration: Duration, request_bytes: Option<u64>, response_bytes: Option<u64>) {
        self.requests.increment();
        self.client_errors.add(u64::from(status.is_some_and(|status| (400..500).contains(&status))));
        self.server_errors.add(u64::from(status.is_some_and(|status| status >= 500)));
        self.duration.record(milliseconds(duration));
        for (distribution, bytes) in [(&self.request_bytes, request_bytes), (&self.response_bytes, response_bytes)] {
            if let Some(bytes) = bytes {
                #[expect(clippy::cast_precision_loss, reason = "a body of 2^53 bytes takes longer than the process lives")]
                distribution.record(bytes as f64);
            }
        }
    }
}

impl Routes {
    fn of(&self, route: &str, metrics: &Metrics) -> Arc<Exchanges> {
        let known = self.known.load();
        let route = if known.len() < self.most || known.contains_key(route) { route } else { OTHER };
        if let Some(exchanges) = known.get(route) {
            return Arc::clone(exchanges);
        }
        let new = Arc::new(Exchanges::new(metrics, &[(ROUTE, route)]));
        self.known.rcu(|known| {
            let mut next = HashMap::clone(known);
            next.insert(route.into(), Arc::clone(&new));
            next
        });
        new
    }
}
