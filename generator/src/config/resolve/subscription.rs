//! Which functions listen to a log group, and with which filter pattern.

use skywarden_cloudformation::limits::SUBSCRIPTION_FILTERS;
use skywarden_core::{pattern::FilterPattern, plan::LogFormat};

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
pub(super) fn subscriptions(format: &LogFormat, metrics: &[MetricPlan]) -> Vec<Subscription> {
    let mut rules = metrics.iter().filter_map(|metric| match &metric.engine {
        MetricEngine::Extractor(rule) => Some(rule.pattern.as_str()),
        MetricEngine::Native(_) | MetricEngine::Emf => None,
    });
    let mut subscriptions = Vec::new();
    if let Some(first) = rules.next() {
        subscriptions.push(Subscription { function: Function::MetricsExtractor, pattern: union(first, rules) });
    }
    let pattern = match format {
        // An access line is no error itself; what stands between them may be one.
        LogFormat::Json | LogFormat::Access | LogFormat::Alb => JSON_ERRORS,
        // The lines of a trace after the first hold no word to look for.
        LogFormat::Text | LogFormat::Logfmt | LogFormat::Regex(_) => "",
    };
    subscriptions.push(Subscription { function: Function::ErrorClassifier, pattern: pattern.to_owned() });
    subscriptions
}

/// A pattern that matches whatever one of these matches: fewer lines delivered are fewer to pay for. Only JSON patterns can be joined, and
/// only within the limits of one pattern; otherwise every line is delivered, which is never wrong.
fn union<'p>(first: &'p str, others: impl Iterator<Item = &'p str>) -> String {
    let mut patterns = vec![first];
    for pattern in others {
        if !patterns.contains(&pattern) {
            patterns.push(pattern);
        }
    }
    if let [only] = patterns[..] {
        return only.to_owned();
    }
    let inner = |pattern: &&str| pattern.trim().strip_prefix('{')?.strip_suffix('}').map(|inner| format!("({})", inner.trim()));
    let Some(conditions) = patterns.iter().map(inner).collect::<Option<Vec<_>>>() else { return String::new() };
    let joined = format!("{{ {} }}", conditions.join(" || "));
    if FilterPattern::parse(&joined).is_ok() { joined } else { String::new() }
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
    use skywarden_core::pattern::PatternKind;

    use super::*;

    #[test]
    fn patterns_are_joined_when_one_can_hold_them() {
        let joined = |patterns: &[&'static str]| union(patterns[0], patterns[1..].iter().copied());
        assert_eq!(joined(&["order"]), "order");
        assert_eq!(joined(&["order", "order"]), "order");
        assert_eq!(joined(&["{ $.a = 1 }", "{$.b = 2 || $.c = 3}"]), "{ ($.a = 1) || ($.b = 2 || $.c = 3) }");
        assert_eq!(joined(&["{ $.a = 1 }", "order"]), "");
        assert_eq!(joined(&["{ $.a = 1 }", ""]), "");
        // Three regular expressions are one more than a pattern may have.
        assert_eq!(joined(&["{ $.a = %x% }", "{ $.b = %x% }", "{ $.c = %x% }"]), "");
    }

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
