//! Any pattern on any message: the pattern is the first line, the message the rest.
//!
//! Matching and extracting agree, what is extracted comes out of the message, a sample is a finite number, a mistake has its place in the
//! pattern, and what is said of a pattern stays within the quotas.
#![no_main]

use libfuzzer_sys::fuzz_target;
use skywarden_core::pattern::{FilterPattern, MetricValue};

fuzz_target!(|input: &str| {
    let (pattern, message) = input.split_once('\n').unwrap_or((input, ""));
    let parsed = match FilterPattern::parse(pattern) {
        Ok(parsed) => parsed,
        Err(error) => {
            assert!(pattern.is_char_boundary(error.offset()) && !error.hint().is_empty());
            return;
        }
    };
    let matches = parsed.matches(message);
    let extracted = parsed.extract(message);
    assert_eq!(matches, extracted.is_some());
    let fields = extracted.unwrap_or_default();
    for (reference, text) in &fields {
        assert!(message.contains(text.as_str()));
        let value = MetricValue::parse(reference);
        assert!(value.is_err() || value.is_ok_and(|value| value.check(&parsed).is_ok() && value.extract(&parsed, message).is_none_or(f64::is_finite)));
    }
    // White space around a pattern and a copy of it change nothing.
    let again = FilterPattern::parse(parsed.as_str());
    assert!(again.is_ok_and(|again| again.matches(message) == matches));
    let explanation = parsed.explain();
    assert!(explanation.quotas.characters.used <= explanation.quotas.characters.limit);
    assert!(explanation.quotas.regexes.used <= explanation.quotas.regexes.limit);
    assert!(explanation.quotas.wildcard_selectors.used <= explanation.quotas.wildcard_selectors.limit);
    assert!(!explanation.statement.text.is_empty());
});
