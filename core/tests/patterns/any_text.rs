//! No text, as a pattern, a selector, a value or a message, makes anything panic.

use proptest::prelude::*;
use skywarden_core::{
    json::Selector,
    pattern::{FilterPattern, MetricValue},
};

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
                let explanation = parsed.explain();
                prop_assert!(!explanation.statement.text.is_empty());
                prop_assert!(explanation.quotas.characters.used <= explanation.quotas.characters.limit);
                prop_assert!(explanation.quotas.regexes.used <= explanation.quotas.regexes.limit);
                prop_assert!(explanation.quotas.wildcard_selectors.used <= explanation.quotas.wildcard_selectors.limit);
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
}
