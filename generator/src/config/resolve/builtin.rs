//! The metrics every service has, without a line of config.

use skywarden_core::{metric::name::ServiceMetric, plan::LogFormat};

use crate::model::{MetricEngine, MetricPlan, MetricValue, NativeFilter};

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

/// Built-in metrics in a fixed order; all of them native and without dimensions.
pub(super) fn metrics(namespace: &str, format: &LogFormat, http: bool) -> Vec<MetricPlan> {
    let one = MetricValue::Constant(1.0);
    let mut metrics = Vec::new();
    if http {
        let duration = MetricValue::Selector(DURATION.to_owned());
        metrics.push(metric(namespace, ServiceMetric::Requests, REQUEST, one.clone(), None, "requests answered"));
        let failed = "requests answered with a status of 500 or above";
        metrics.push(metric(namespace, ServiceMetric::ServerErrors, SERVER_ERROR, one.clone(), Some(0.0), failed));
        metrics.push(metric(namespace, ServiceMetric::RequestDuration, REQUEST, duration, None, "time to answer a request"));
    }
    let pattern = match format {
        LogFormat::Json => JSON_ERROR,
        LogFormat::Text | LogFormat::Regex(_) => TEXT_ERROR,
        LogFormat::Logfmt => LOGFMT_ERROR,
        LogFormat::Access => ACCESS_ERROR,
        LogFormat::Alb => ALB_ERROR,
    };
    metrics.push(metric(namespace, ServiceMetric::ErrorLines, pattern, one, Some(0.0), "log lines that report an error"));
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
        reason: "a metric filter can express it, and no function has to run for it".to_owned(),
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
        let names: Vec<_> = metrics("n", &LogFormat::Json, true).into_iter().map(|metric| (metric.name, metric.unit)).collect();
        let known = [ServiceMetric::Requests, ServiceMetric::ServerErrors, ServiceMetric::RequestDuration, ServiceMetric::ErrorLines];
        assert_eq!(names, known.map(|metric| (metric.as_str().to_owned(), metric.unit().to_owned())));
    }
}
