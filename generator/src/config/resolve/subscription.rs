//! Which functions listen to a log group, and with which filter pattern.

use skywarden_cloudformation::limits::SUBSCRIPTION_FILTERS;
use skywarden_core::plan::LogFormat;

use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        raw::RawService,
    },
    model::{MetricEngine, MetricPlan, Subscription, names::Function},
};

/// Lines of a structured log that may be errors: by level word, and what a runtime or platform writes around the structure. One false match
/// costs a little Lambda time; a missed line is a missed error.
const JSON_ERRORS: &str = r#"?ERROR ?CRITICAL ?"Task timed out" ?Traceback ?panicked ?Exception ?"Runtime." ?"signal: killed""#;

/// The subscriptions of a service in a fixed order.
pub(super) fn subscriptions(format: LogFormat, metrics: &[MetricPlan]) -> Vec<Subscription> {
    let mut rules = metrics.iter().filter_map(|metric| match &metric.engine {
        MetricEngine::Extractor(rule) => Some(rule.pattern.as_str()),
        MetricEngine::Native(_) => None,
    });
    let mut subscriptions = Vec::new();
    if let Some(first) = rules.next() {
        // One rule: deliver what it needs. Several: their union has no pattern, so deliver everything.
        let pattern = if rules.next().is_none() { first } else { "" };
        subscriptions.push(Subscription {
            function: Function::MetricsExtractor,
            pattern: pattern.to_owned(),
        });
    }
    let pattern = match format {
        LogFormat::Json => JSON_ERRORS,
        // The lines of a trace after the first hold no word to look for.
        LogFormat::Text => "",
    };
    subscriptions.push(Subscription {
        function: Function::ErrorClassifier,
        pattern: pattern.to_owned(),
    });
    subscriptions
}

/// Reports when the log group has not enough free subscription filters.
pub(super) fn check_slots(raw: &RawService, subscriptions: &[Subscription], findings: &mut Findings) {
    let Some(existing) = &raw.existing_subscriptions else { return };
    let free = SUBSCRIPTION_FILTERS.saturating_sub(usize::try_from(existing.value).unwrap_or(SUBSCRIPTION_FILTERS));
    if subscriptions.len() <= free {
        return;
    }
    let needed: Vec<_> = subscriptions.iter().map(|subscription| subscription.function.as_str()).collect();
    let message = format!(
        "service `{}` needs {} subscription filters ({}), and its log group has {free} left of {SUBSCRIPTION_FILTERS}",
        raw.name.value,
        needed.len(),
        needed.join(", ")
    );
    let hint = if free == 0 {
        "remove one of the existing subscription filters from the log group"
    } else {
        "make its metrics native (drop `limit`, at most three dimensions, `resolution: 1m`), or remove the existing subscription filter"
    };
    findings.push(Finding::error(Code::NoFreeSubscription, existing.span, message).hint(hint));
}

#[cfg(test)]
mod tests {
    use skywarden_core::pattern::{FilterPattern, PatternKind};

    use super::*;

    #[test]
    fn the_error_pattern_is_legal_and_finds_what_it_names() {
        let pattern = FilterPattern::parse(JSON_ERRORS).unwrap();
        assert_eq!(pattern.kind(), PatternKind::Terms);
        for line in [
            r#"{"level":"ERROR"}"#,
            "2026-11-20T00:00:00Z 1 Task timed out after 3.00 seconds",
            "thread 'main' panicked at src/main.rs:1",
            "RequestId: 1 Error: Runtime.ExitError",
        ] {
            assert!(pattern.matches(line), "{line}");
        }
        assert!(!pattern.matches(r#"{"level":"INFO","message":"ok"}"#));
    }
}
