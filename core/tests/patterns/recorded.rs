//! Every case collected: AWS's documentation and behaviour recorded on AWS.

use skywarden_core::pattern::{FilterPattern, MetricValue, cases};

#[test]
fn every_recorded_case_agrees() {
    let cases = cases::read(include_str!("../fixtures/filter-patterns.json")).unwrap();
    let known = ["native", "doc", "doc-pattern"];
    assert!(cases.iter().all(|case| known.contains(&case.evidence.as_deref().unwrap()) && (case.error.is_some() != case.matches.is_some())));
    assert!(cases.iter().any(|case| case.error.is_some()) && cases.iter().any(|case| case.extracted.is_some()));
    let mistakes: Vec<String> = cases.iter().filter_map(|case| Some(format!("{}: {case:?}", case.mismatch()?))).collect();
    assert!(mistakes.is_empty(), "{} of {} cases:\n{}", mistakes.len(), cases.len(), mistakes.join("\n"));
}

#[test]
fn a_pattern_displays_as_it_was_written() {
    for case in cases::read(include_str!("../fixtures/filter-patterns.json")).unwrap().iter().filter(|case| case.error.is_none()) {
        assert_eq!(FilterPattern::parse(&case.pattern).unwrap().to_string(), case.pattern);
    }
}

#[test]
fn patterns_can_be_shared_between_threads() {
    fn shareable<T: Clone + std::fmt::Debug + Send + Sync + 'static>(_: &T) {}
    shareable(&FilterPattern::parse("ERROR").unwrap());
    shareable(&MetricValue::parse("$.a").unwrap());
}
