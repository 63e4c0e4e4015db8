//! Filter patterns against every case collected: AWS's documentation and behaviour recorded on AWS.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::Deserialize;
use skywarden_core::json::Selector;
use skywarden_core::pattern::{FilterPattern, MetricValue};

/// One row of `fixtures/filter-patterns.json`.
#[derive(Debug, Deserialize)]
struct Case {
    pattern: String,
    message: Option<String>,
    matches: Option<bool>,
    /// The exception `CloudWatch` answers with when it refuses the pattern.
    error: Option<String>,
    extracted: Option<BTreeMap<String, String>>,
    /// `native`, `doc`, or `doc-pattern` for a documented pattern with a message of our own.
    evidence: String,
}

impl Case {
    /// What is wrong with our answer, if anything.
    fn mistake(&self) -> Option<String> {
        let parsed = FilterPattern::parse(&self.pattern);
        if self.error.is_some() {
            return parsed.is_ok().then(|| "accepted".into());
        }
        let pattern = match parsed {
            Ok(pattern) => pattern,
            Err(error) => return Some(format!("refused: {error} at {}", error.offset())),
        };
        let message = self.message.as_deref()?;
        if pattern.to_string() != self.pattern {
            return Some(format!("displays as {pattern}"));
        }
        if Some(pattern.matches(message)) != self.matches {
            return Some(format!("matches: {}", pattern.matches(message)));
        }
        let extracted = pattern.extract(message).map(|fields| fields.into_iter().collect::<BTreeMap<_, _>>());
        if extracted.is_some() != pattern.matches(message) {
            return Some("matching and extracting disagree".into());
        }
        (self.extracted.is_some() && extracted != self.extracted).then(|| format!("extracted {extracted:?}"))
    }
}

#[test]
fn every_recorded_case_agrees() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("fixtures/filter-patterns.json")).unwrap();
    let known = ["native", "doc", "doc-pattern"];
    assert!(cases.iter().all(|case| known.contains(&case.evidence.as_str()) && (case.error.is_some() != case.matches.is_some())));
    assert!(cases.iter().any(|case| case.error.is_some()) && cases.iter().any(|case| case.extracted.is_some()));
    let mistakes: Vec<String> = cases.iter().filter_map(|case| Some(format!("{}: {case:?}", case.mistake()?))).collect();
    assert!(mistakes.is_empty(), "{} of {} cases:\n{}", mistakes.len(), cases.len(), mistakes.join("\n"));
}

#[test]
fn patterns_can_be_shared_between_threads() {
    fn shareable<T: Clone + std::fmt::Debug + Send + Sync + 'static>(_: &T) {}
    shareable(&FilterPattern::parse("ERROR").unwrap());
    shareable(&MetricValue::parse("$.a").unwrap());
}

/// Texts that come close to being patterns: the characters that mean something, in any order.
fn almost_pattern() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z0-9]{1,3}",
        "[\\[\\]{}()%\"'\\\\*.,$?|&=!<>+ \t-]{1,4}",
        prop::sample::select(vec!["$.a", "$.a[*]", " IS NULL", " NOT EXISTS", "...", "%a{2,}%", "[^a-z]", "&&", "||", "é", "\\x41"]).prop_map(str::to_owned),
    ];
    let bare = prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat());
    (prop::sample::select(vec![("", ""), ("{", "}"), ("[", "]"), ("%", "%"), ("\"", "\"")]), bare)
        .prop_map(|((open, close), bare)| format!("{open}{bare}{close}"))
}

fn any_message() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[a-z0-9\"\\[\\] {}:,]{0,30}", r#"\{"a":(1|"x"|null|\[1,null\]|\{"b":2\})\}"#]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_text_makes_parsing_or_matching_panic(
        pattern in prop_oneof![almost_pattern(), any::<String>()],
        value in prop_oneof!["\\$[.a-z0-9*\\[\\]]{0,8}", any::<String>()],
        message in any_message(),
    ) {
        let value = MetricValue::parse(&value);
        match FilterPattern::parse(&pattern) {
            Ok(parsed) => {
                prop_assert_eq!(parsed.extract(&message).is_some(), parsed.matches(&message));
                if let Ok(value) = value {
                    let sample = value.extract(&parsed, &message);
                    prop_assert!(sample.is_none_or(f64::is_finite));
                    prop_assert!(sample.is_none() || parsed.matches(&message));
                }
            }
            Err(error) => {
                prop_assert!(error.offset() <= pattern.len() && pattern.is_char_boundary(error.offset()), "{} in {:?}", error.offset(), pattern);
                prop_assert!(!error.hint().is_empty());
            }
        }
    }

    #[test]
    fn no_text_makes_a_selector_panic(selector in prop_oneof!["\\$\\.[a*.\\['\\]0]{0,10}", any::<String>()], message in any_message()) {
        match Selector::parse(&selector) {
            Ok(parsed) => {
                prop_assert_eq!(parsed.to_string(), selector);
                if parsed.find(&message).is_some() {
                    prop_assert!(serde_json::from_str::<serde::de::IgnoredAny>(&message).is_ok());
                }
            }
            Err(error) => prop_assert!(selector.is_char_boundary(error.offset())),
        }
    }

    /// Between conditions, `&&`, `||` and parentheses are those of logic.
    #[test]
    fn json_expressions_agree_with_logic(a in any::<bool>(), b in any::<bool>(), c in any::<bool>()) {
        let message = format!(r#"{{"a":{a},"b":{b},"c":{c}}}"#);
        let holds = |pattern: &str| FilterPattern::parse(pattern).unwrap().matches(&message);
        prop_assert_eq!(holds("{ $.a IS TRUE || $.b IS TRUE && $.c IS TRUE }"), a || b && c);
        prop_assert_eq!(holds("{ ($.a IS TRUE || $.b IS TRUE) && $.c IS TRUE }"), (a || b) && c);
        prop_assert_eq!(holds("{ $.a IS FALSE && ($.b IS FALSE || $.c IS FALSE) }"), !a && (!b || !c));
    }
}
