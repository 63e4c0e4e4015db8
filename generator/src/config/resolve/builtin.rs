//! The metrics every service has, without a line of config.

use skywarden_core::{
    metric::name::ServiceMetric,
    plan::{DimensionRule, LogFormat},
    schema::Level,
};

use crate::model::{MetricEngine, MetricPlan, MetricValue, NativeFilter, Runtime};

/// A canonical request line.
const REQUEST: &str = "{ $.http.status_code = * }";
/// A request that failed on the server's side.
const SERVER_ERROR: &str = "{ $.http.status_code >= 500 }";
/// Where a request line says how long it took.
const DURATION: &str = "$.http.duration_ms";
/// An error line of a structured log. Lambda's own lines are text between them and match no JSON pattern.
const JSON_ERROR: &str = r#"{ $.level = "ERROR" || $.level = "CRITICAL" }"#;
/// An error line of a text log.
const TEXT_ERROR: &str = r#"?ERROR ?CRITICAL ?"Task timed out""#;
/// An error line of a logfmt log, by the levels of logrus, slog, zap, go-kit and Heroku.
const LOGFMT_ERROR: &str = r#"?"level=error" ?"level=ERROR" ?"level=fatal" ?"level=FATAL" ?"level=panic" ?"level=crit" ?"lvl=eror" ?"lvl=error" ?"lvl=crit" ?"at=error" ?"Task timed out""#;
/// An access line has no level: an answer with a status of 500 or above stands for it.
const ACCESS_ERROR: &str = "[remote_addr, ident, remote_user, time_local, request, status = 5*, ...]";
/// The same of a load balancer.
const ALB_ERROR: &str = "[type, time, elb, client, target, request_time, target_time, response_time, status = 5*, ...]";

/// A service as far as its built-in metrics need it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind<'a> {
    /// Where it runs.
    pub(super) runtime: Runtime,
    /// How it writes its log.
    pub(super) format: &'a LogFormat,
    /// Whether it answers requests.
    pub(super) http: bool,
    /// Whether the telemetry library writes its metrics.
    pub(super) telemetry: bool,
}

/// Built-in metrics in a fixed order. Without the telemetry library all of them are native; with it only [`ServiceMetric::ErrorLines`] is.
pub(super) fn metrics(namespace: &str, kind: Kind<'_>) -> Vec<MetricPlan> {
    let mut metrics = if kind.telemetry { of_library(namespace, kind) } else { of_requests(namespace, kind.http) };
    let pattern = match kind.format {
        LogFormat::Json => JSON_ERROR,
        LogFormat::Text | LogFormat::Regex(_) => TEXT_ERROR,
        LogFormat::Logfmt => LOGFMT_ERROR,
        LogFormat::Access => ACCESS_ERROR,
        LogFormat::Alb => ALB_ERROR,
    };
    let errors = "log lines that report an error";
    metrics.push(MetricPlan {
        reason: if kind.telemetry { ERROR_LINES_REASON.to_owned() } else { NATIVE_REASON.to_owned() },
        ..metric(namespace, ServiceMetric::ErrorLines, pattern, MetricValue::Constant(1.0), Some(0.0), errors)
    });
    metrics
}

const NATIVE_REASON: &str = "a metric filter can express it, and no function has to run for it";

const ERROR_LINES_REASON: &str = "the lines a runtime or the platform writes of a process that died are in no library's count, so a metric filter counts";

const EMF_REASON: &str = "the service says `telemetry: true`: the telemetry library writes it, and a metric filter would count everything a second time";

/// What the telemetry library writes of this service.
fn of_library(namespace: &str, kind: Kind<'_>) -> Vec<MetricPlan> {
    let written = |metric: &ServiceMetric| match metric {
        ServiceMetric::ColdStarts => kind.runtime == Runtime::Lambda,
        metric => metric.is_of_library() && (kind.http || !metric.is_of_requests()),
    };
    let plan = |metric: ServiceMetric| MetricPlan {
        name: metric.as_str().to_owned(),
        namespace: namespace.to_owned(),
        unit: metric.unit().to_owned(),
        description: phrase(metric.description()),
        dimensions: metric.dimension().map(level).into_iter().collect(),
        engine: MetricEngine::Emf,
        reason: EMF_REASON.to_owned(),
        custom: false,
    };
    ServiceMetric::ALL.into_iter().filter(written).map(plan).collect()
}

/// The dimension of metrics by level: a member at the root of the library's own line.
fn level(name: &str) -> DimensionRule {
    DimensionRule { name: name.to_owned(), selector: format!("$.{name}"), limit: u32::try_from(Level::ALL.len()).unwrap_or(u32::MAX) }
}

/// A sentence as the part of one.
fn phrase(sentence: &str) -> String {
    let mut letters = sentence.trim_end_matches('.').chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// What metric filters find in request lines.
fn of_requests(namespace: &str, http: bool) -> Vec<MetricPlan> {
    let one = MetricValue::Constant(1.0);
    let mut metrics = Vec::new();
    if http {
        let duration = MetricValue::Selector(DURATION.to_owned());
        metrics.push(metric(namespace, ServiceMetric::Requests, REQUEST, one.clone(), None, "requests answered"));
        let failed = "requests answered with a status of 500 or above";
        metrics.push(metric(namespace, ServiceMetric::ServerErrors, SERVER_ERROR, one, Some(0.0), failed));
        metrics.push(metric(namespace, ServiceMetric::RequestDuration, REQUEST, duration, None, "time to answer a request"));
    }
    metrics
}

fn metric(namespace: &str, name: ServiceMetric, pattern: &str, value: MetricValue, default_value: Option<f64>, description: &str) -> MetricPlan {
    MetricPlan {
        name: name.as_str().to_owned(),
        namespace: namespace.to_owned(),
        unit: name.unit().to_owned(),
        description: description.to_owned(),
        dimensions: Vec::new(),
        engine: MetricEngine::Native(NativeFilter { pattern: pattern.to_owned(), value, default_value }),
        reason: NATIVE_REASON.to_owned(),
        custom: false,
    }
}

#[cfg(test)]
mod tests {
    use skywarden_core::pattern::FilterPattern;

    use super::*;

    #[test]
    fn patterns_match_the_lines_they_are_for() {
        let matches = |pattern: &str, line: &str| FilterPattern::parse(pattern).unwrap().matches(line);
        assert!(matches(REQUEST, r#"{"http":{"status_code":200}}"#) && !matches(REQUEST, r#"{"message":"x"}"#));
        assert!(matches(SERVER_ERROR, r#"{"http":{"status_code":500}}"#) && !matches(SERVER_ERROR, r#"{"http":{"status_code":499}}"#));
        assert!(matches(JSON_ERROR, r#"{"level":"CRITICAL"}"#) && !matches(JSON_ERROR, r#"{"level":"WARNING"}"#));
        assert!(matches(TEXT_ERROR, "Task timed out after 3.00 seconds") && !matches(TEXT_ERROR, "0 errors"));
    }

    #[test]
    fn names_and_units_come_from_the_shared_list() {
        let kind = Kind { runtime: Runtime::Ecs, format: &LogFormat::Json, http: true, telemetry: false };
        let names: Vec<_> = metrics("n", kind).into_iter().map(|metric| (metric.name, metric.unit)).collect();
        let known = [ServiceMetric::Requests, ServiceMetric::ServerErrors, ServiceMetric::RequestDuration, ServiceMetric::ErrorLines];
        assert_eq!(names, known.map(|metric| (metric.as_str().to_owned(), metric.unit().to_owned())));
    }

    #[test]
    fn the_library_writes_what_the_service_has() {
        let names = |runtime, http| -> Vec<String> {
            let found = metrics("n", Kind { runtime, format: &LogFormat::Json, http, telemetry: true });
            assert!(found.iter().all(|metric| (metric.engine == MetricEngine::Emf) == (metric.name != "ErrorLines")));
            found.into_iter().map(|metric| metric.name).collect()
        };
        let all: Vec<_> = ServiceMetric::ALL.iter().map(|metric| metric.as_str()).collect();
        assert_eq!(names(Runtime::Lambda, true), all);
        assert_eq!(names(Runtime::Ecs, true), all.iter().copied().filter(|name| *name != "ColdStarts").collect::<Vec<_>>());
        assert_eq!(names(Runtime::Lambda, false), ["ColdStarts", "LogEvents", "DroppedEvents", "ErrorLines"]);
        assert_eq!(names(Runtime::External, false), ["LogEvents", "DroppedEvents", "ErrorLines"]);
    }

    #[test]
    fn a_sentence_becomes_a_phrase() {
        assert_eq!((phrase("Log lines written, by level.").as_str(), phrase("").as_str()), ("log lines written, by level", ""));
    }
}
