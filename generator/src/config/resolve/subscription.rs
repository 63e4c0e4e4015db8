//! Which functions listen to a log group, and with which filter pattern.

use skywarden_cloudformation::limits::SUBSCRIPTION_FILTERS;
use skywarden_core::{pattern::FilterPattern, plan::LogFormat};

use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        raw::RawService,
    },
    model::{Delivery, Destination, MetricEngine, MetricPlan, Subscription, names::Function},
};

/// Lines of a structured log that may be errors: by level word, and what a runtime or platform writes around the structure. One false match
/// costs a little Lambda time; a missed line is a missed error.
const JSON_ERRORS: &str = r#"?ERROR ?CRITICAL ?"Task timed out" ?Traceback ?panicked ?Exception ?"Runtime." ?"signal: killed""#;

/// Who listens to a log group.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Listeners {
    /// Its subscription filters, in a fixed order.
    pub(super) subscriptions: Vec<Subscription>,
    /// Whether error-classifier does the work of metrics-extractor as well.
    pub(super) one_function: bool,
}

/// What is known of the service besides.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around<'a> {
    pub(super) format: &'a LogFormat,
    pub(super) delivery: &'a Delivery,
    /// Whether its log group is in another account than the project's.
    pub(super) is_elsewhere: bool,
}

/// Who listens to the log group of a service. The more filters there is room for the fewer lines each function gets: one for each function where there
/// can be, else one for both.
pub(super) fn listeners(raw: &RawService, metrics: &[MetricPlan], around: Around<'_>, findings: &mut Findings) -> Listeners {
    let Around { format, delivery, is_elsewhere } = around;
    let mut rules = metrics.iter().filter_map(|metric| match &metric.engine {
        MetricEngine::Extractor(rule) => Some(rule.pattern.as_str()),
        MetricEngine::Native(_) | MetricEngine::Emf => None,
    });
    let of_metrics = rules.next().map(|first| union(first, rules));
    let of_errors = match format {
        // An access line is no error itself; what stands between them may be one.
        LogFormat::Json | LogFormat::Access | LogFormat::Alb => JSON_ERRORS,
        // The lines of a trace after the first hold no word to look for.
        LogFormat::Text | LogFormat::Logfmt | LogFormat::Regex(_) => "",
    };
    // Words of which any is enough and conditions on JSON make no pattern together.
    let of_both = of_metrics.as_ref().map_or_else(|| of_errors.to_owned(), |of_metrics| union(of_metrics, [of_errors].into_iter()));
    let free = SUBSCRIPTION_FILTERS.saturating_sub(existing(raw));
    let function = |function, pattern: String| Subscription { destination: Destination::Function(function), pattern };
    let (subscriptions, one_function) = match (delivery.stream.is_some(), delivery.is_account_wide()) {
        // What the project's account listens to by itself is in that account alone.
        _ if is_elsewhere => (vec![Subscription { destination: Destination::CrossAccount, pattern: of_both }], false),
        // The account's own subscription puts every line into the stream, or gives it to error-classifier.
        (true, true) => (Vec::new(), false),
        (false, true) => match of_metrics {
            Some(pattern) if free > 0 => (vec![function(Function::MetricsExtractor, pattern)], false),
            Some(_) => (Vec::new(), true),
            None => (Vec::new(), false),
        },
        (true, false) => (vec![Subscription { destination: Destination::Stream, pattern: of_both }], false),
        (false, false) => match of_metrics {
            Some(pattern) if free >= SUBSCRIPTION_FILTERS => {
                (vec![function(Function::MetricsExtractor, pattern), function(Function::ErrorClassifier, of_errors.to_owned())], false)
            }
            Some(_) => (vec![function(Function::ErrorClassifier, of_both)], true),
            None => (vec![function(Function::ErrorClassifier, of_errors.to_owned())], false),
        },
    };
    if subscriptions.len() > free
        && let Some(existing) = &raw.existing_subscriptions
    {
        let message = format!("the log group of service `{}` has no subscription filter left of {SUBSCRIPTION_FILTERS}, and it needs one", raw.name.value);
        let hint = if is_elsewhere {
            "remove one of the existing subscription filters"
        } else {
            "remove one of the existing subscription filters, or listen to the whole account (`delivery: { account_wide: true }`)"
        };
        findings.push(Finding::error(Code::NoFreeSubscription, existing.span, message).hint(hint));
    }
    Listeners { subscriptions, one_function }
}

/// Subscription filters of others.
pub(super) fn existing(raw: &RawService) -> usize {
    raw.existing_subscriptions.as_ref().map_or(0, |existing| usize::try_from(existing.value).unwrap_or(SUBSCRIPTION_FILTERS))
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
