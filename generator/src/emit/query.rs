//! Logs Insights queries: saved ones, and those behind links and log widgets.
//!
//! A query is text in `CloudWatch`'s query language, one command a line. Names of log groups never enter the text; they travel beside it.

use skywarden_core::{metric::name::ServiceMetric, plan::LogFormat};

use crate::model::{Alarm, AlarmKind, CompositeKind, Indicator, Service, Signal};

/// One query people find under "Saved queries".
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SavedQuery {
    /// Last part of its logical id, Pascal case.
    pub(super) id: &'static str,
    /// Name in its folder.
    pub(super) title: &'static str,
    /// The query.
    pub(super) text: String,
}

/// Fields of a structured error line (schema 1.0).
const ERROR_FIELDS: &str = "fields @timestamp, level, message, error.type, error.message, request_id, trace_id";

/// Lines of a structured service that count as errors.
const STRUCTURED_ERRORS: &str = r#"filter level in ["ERROR", "CRITICAL"]"#;

/// Lines of a text service that count as errors.
const TEXT_ERRORS: &str = r"filter @message like /ERROR|CRITICAL|Task timed out/";

/// Lines of a logfmt service that count as errors.
const LOGFMT_ERRORS: &str = r#"filter @message like /(?i)\b(level|lvl|severity|at)="?(err|eror|crit|fatal|panic|alert|emerg)|Task timed out/"#;

/// Access lines of requests that failed on the server's side: the status stands behind the request.
const ACCESS_ERRORS: &str = r#"filter @message like /" 5\d\d /"#;

/// The same of a load balancer: status, target status, bytes received, bytes sent, request.
const ALB_ERRORS: &str = r#"filter @message like / 5\d\d (-|\d{3}) \d+ \d+ "/"#;

/// The latest error lines of a service.
pub(super) fn latest_errors(format: &LogFormat) -> String {
    let errors = match format {
        LogFormat::Json => return lines(&[ERROR_FIELDS, STRUCTURED_ERRORS, "sort @timestamp desc", "limit 100"]),
        LogFormat::Text | LogFormat::Regex(_) => TEXT_ERRORS,
        LogFormat::Logfmt => LOGFMT_ERRORS,
        LogFormat::Access => ACCESS_ERRORS,
        LogFormat::Alb => ALB_ERRORS,
    };
    lines(&["fields @timestamp, @message, @logStream", errors, "sort @timestamp desc", "limit 100"])
}

/// The lines behind an alarm of a service, for the link in its message.
pub(super) fn of_alarm(alarm: &Alarm, service: &Service) -> String {
    match &alarm.kind {
        AlarmKind::Latency if service.format.is_json() => slowest_requests(),
        // The last lines there were, and the lines a metric was counted from.
        AlarmKind::NoLogs | AlarmKind::DroppedEvents | AlarmKind::Deploying | AlarmKind::Metric(_) => latest_lines(),
        AlarmKind::Named(_) => match &alarm.signal {
            Signal::Query(query) => query.whole(),
            _ => latest_lines(),
        },
        _ => latest_errors(&service.format),
    }
}

/// The lines behind a composite alarm of a service.
pub(super) fn of_composite(kind: &CompositeKind, service: &Service) -> String {
    match kind {
        CompositeKind::Impact => latest_errors(&service.format),
        CompositeKind::FastBurn(objective) | CompositeKind::SlowBurn(objective) => of_objective(objective, service),
    }
}

/// The lines behind what was bad by an objective.
fn of_objective(name: &str, service: &Service) -> String {
    let objective = service.objectives.iter().find(|objective| objective.name == name);
    match objective.map(|objective| &objective.indicator) {
        Some(Indicator::Events { counted, .. }) if counted.name == ServiceMetric::RequestDuration.as_str() => slowest_requests(),
        Some(Indicator::Periods { .. }) => latest_lines(),
        _ => latest_errors(&service.format),
    }
}

/// The latest lines, whatever they say.
fn latest_lines() -> String {
    lines(&["fields @timestamp, @message, @logStream", "sort @timestamp desc", "limit 100"])
}

fn slowest_requests() -> String {
    lines(&[
        "fields @timestamp, http.method, http.route, http.status_code, http.duration_ms, request_id, trace_id",
        "filter ispresent(http.duration_ms)",
        "sort http.duration_ms desc",
        "limit 50",
    ])
}

/// The saved queries of one service, in a fixed order.
pub(super) fn of_service(service: &Service) -> Vec<SavedQuery> {
    let mut queries = vec![SavedQuery { id: "Errors", title: "errors", text: latest_errors(&service.format) }];
    if service.format.is_json() {
        queries.push(SavedQuery {
            id: "ErrorTypes",
            title: "errors by type",
            text: lines(&[
                "fields error.type, message",
                STRUCTURED_ERRORS,
                "stats count(*) as occurrences, max(@timestamp) as last_seen by error.type",
                "sort occurrences desc",
                "limit 50",
            ]),
        });
    }
    if service.http {
        queries.push(SavedQuery { id: "SlowestRequests", title: "slowest requests", text: slowest_requests() });
        queries.push(SavedQuery {
            id: "Routes",
            title: "requests by route",
            text: lines(&[
                "filter ispresent(http.status_code)",
                "stats count(*) as requests, sum(http.status_code >= 500) as failed, pct(http.duration_ms, 99) as p99_ms by http.method, http.route",
                "sort requests desc",
                "limit 50",
            ]),
        });
    }
    queries.push(SavedQuery {
        id: "Request",
        title: "one request (put its id in)",
        text: if service.format.is_json() {
            lines(&[
                "fields @timestamp, level, message, error.type, error.message, trace_id",
                r#"filter request_id = "REQUEST_ID" or correlation_id = "REQUEST_ID" or trace_id = "REQUEST_ID""#,
                "sort @timestamp asc",
                "limit 200",
            ])
        } else {
            lines(&["fields @timestamp, @message, @logStream", r#"filter @message like "REQUEST_ID""#, "sort @timestamp asc", "limit 200"])
        },
    });
    queries
}

/// The latest errors over several services of either format.
pub(super) fn project_errors() -> String {
    lines(&[
        "fields @timestamp, @log, level, message, error.type, @message",
        r#"filter level in ["ERROR", "CRITICAL"] or @message like /ERROR|CRITICAL|Task timed out/"#,
        "sort @timestamp desc",
        "limit 200",
    ])
}

/// What Skywarden's own functions complain of.
pub(super) fn own_errors() -> String {
    lines(&[
        "fields @timestamp, @log, level, message, error.type, error.message, @message",
        r#"filter level in ["WARNING", "ERROR", "CRITICAL"] or @message like /panicked|Task timed out|Runtime exited/"#,
        "sort @timestamp desc",
        "limit 200",
    ])
}

/// Issues by how often they were seen: error-classifier writes one `issue_occurrence` line per issue and batch.
pub(super) fn issues() -> String {
    lines(&[
        r#"filter message = "issue_occurrence""#,
        "stats sum(fields.count) as occurrences, max(@timestamp) as last_seen by fields.issue_service, fields.severity, fields.category, fields.template, fields.fingerprint",
        "sort occurrences desc",
        "limit 100",
    ])
}

/// The first command as it is, each further one behind a bar on a line of its own.
fn lines(commands: &[&str]) -> String {
    commands.join("\n| ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_command_stands_on_a_line_of_its_own() {
        let text = latest_errors(&LogFormat::Json);
        let lines: Vec<_> = text.lines().collect();
        assert!(lines[0].starts_with("fields "), "{text}");
        assert!(lines[1..].iter().all(|line| line.starts_with("| ")), "{text}");
    }
}
