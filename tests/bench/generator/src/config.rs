//! The config `skywarden generate` is given.

use std::fmt::Write as _;

/// Alarms of each service: `error_rate`, `latency` and `no_logs`, which are there by default, and one of each of its two metrics.
pub(crate) const ALARMS_A_SERVICE: usize = 5;

/// The metrics of each service.
const METRICS: &str = r#"  - name: OrdersFailed
    from: SERVICE
    where: '{ $.fields.event = "order_failed" }'
    kind: counter
    alarm: { above: 5, for: 5 minutes, severity: error }
  - name: QueryTime
    from: SERVICE
    where: '{ $.fields.event = "query" }'
    value: $.fields.duration_ms
    unit: Milliseconds
    alarm: { above: 1s, statistic: p99, for: 15 minutes, severity: warning }
"#;

/// A config of so many Lambda functions.
pub(crate) fn config(services: usize) -> String {
    let mut text = "project: bench\nregion: eu-west-1\nservices:\n".to_owned();
    for number in 0..services {
        let _ = writeln!(text, "  {}: {{ runtime: lambda }}", name(number));
    }
    text.push_str("metrics:\n");
    for number in 0..services {
        text.push_str(&METRICS.replace("SERVICE", &name(number)));
    }
    text.push_str("routes:\n  - { email: team@example.com }\ndashboards: { overview: true }\n");
    text
}

/// Name of a service.
fn name(number: usize) -> String {
    format!("service-{number:04}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_has_two_metrics_of_its_own() {
        let text = config(3);
        assert_eq!(text.matches("runtime: lambda").count(), 3);
        for name in ["service-0000", "service-0001", "service-0002"] {
            assert_eq!(text.matches(&format!("from: {name}\n")).count(), 2, "{text}");
        }
    }
}
