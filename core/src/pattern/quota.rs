//! What `CloudWatch` Logs limits about filter patterns, and our own bounds on compiling them.

use super::FilterPattern;
use super::error::{PatternError, PatternErrorCode};

/// Longest pattern, in characters. Source: `AWS::Logs::MetricFilter` and API reference, `FilterPattern`, maximum 1024.
pub const MAX_PATTERN_CHARACTERS: usize = 1024;

/// Most regular expressions in one pattern. Source: API reference, `PutMetricFilter` and `PutSubscriptionFilter`, and the words of the
/// refusal observed for JSON ("per filter pattern"). The user guide names only JSON and space-delimited patterns; patterns of
/// terms are held to it as well, since a pattern refused here can be split, and one refused at deployment has cost a deployment.
pub const MAX_REGEXES_PER_PATTERN: usize = 2;

/// Most patterns with a regular expression in one log group. Source: user guide, filter pattern syntax for regular expressions.
/// The guide speaks of metric and subscription filters together; that they share the count was not observed.
pub const MAX_REGEX_PATTERNS_PER_LOG_GROUP: usize = 5;

/// Most wildcards (`.*`, `[*]`) in one property selector. Source: user guide, matching terms in JSON log events; observed.
pub const MAX_WILDCARDS_PER_SELECTOR: usize = 1;

/// Most selectors with a wildcard in one pattern; a selector used twice counts twice. Source: user guide, matching terms in JSON
/// log events; observed.
pub const MAX_WILDCARD_SELECTORS_PER_PATTERN: usize = 3;

/// Longest metric value, in characters. Source: `AWS::Logs::MetricFilter` `MetricTransformation`, `MetricValue`, maximum 100.
pub const MAX_METRIC_VALUE_CHARACTERS: usize = 100;

/// Largest compiled regular expression, in bytes. Ours: `%a{9999}{9999}%` is ten characters that could take gigabytes.
pub const MAX_REGEX_BYTES: usize = 1 << 20;

/// Whether filters with these patterns fit in one log group, as to [`MAX_REGEX_PATTERNS_PER_LOG_GROUP`].
pub fn fit_one_log_group<'p>(patterns: impl IntoIterator<Item = &'p FilterPattern>) -> bool {
    let with_regex = patterns.into_iter().filter(|pattern| pattern.regex_count() > 0).count();
    with_regex <= MAX_REGEX_PATTERNS_PER_LOG_GROUP
}

pub(super) fn check_length(pattern: &str) -> Result<(), PatternError> {
    match pattern.char_indices().nth(MAX_PATTERN_CHARACTERS) {
        None => Ok(()),
        Some((offset, _)) => Err(PatternError::new(
            PatternErrorCode::TooLong,
            offset,
            format!("a filter pattern has at most {MAX_PATTERN_CHARACTERS} characters"),
            "shorten it, or split it into two filters",
        )),
    }
}

pub(super) fn check_regexes(count: usize, offset: usize) -> Result<(), PatternError> {
    if count <= MAX_REGEXES_PER_PATTERN {
        return Ok(());
    }
    let error = PatternError::new(
        PatternErrorCode::TooManyRegexes,
        offset,
        format!("a filter pattern has at most {MAX_REGEXES_PER_PATTERN} regular expressions"),
        "join two of them with `|`, or write plain text",
    );
    Err(error.natively(format!("Your input has exceeded the maximum of {MAX_REGEXES_PER_PATTERN} regular expressions per filter pattern.")))
}

/// `in_selector` wildcards in the selector at `offset`; `in_pattern` selectors with a wildcard up to and with this one.
pub(super) fn check_wildcards(in_selector: usize, in_pattern: usize, offset: usize) -> Result<(), PatternError> {
    let code = PatternErrorCode::TooManyWildcards;
    if in_selector > MAX_WILDCARDS_PER_SELECTOR {
        let message = format!("a selector has at most {MAX_WILDCARDS_PER_SELECTOR} wildcard");
        let error = PatternError::new(code, offset, message, "name one of the levels");
        return Err(error.natively(format!(
            "Your filter pattern has a JSON path selector that exceeds the maximum of {MAX_WILDCARDS_PER_SELECTOR} wildcard \
             allowed per json selector."
        )));
    }
    if in_pattern > MAX_WILDCARD_SELECTORS_PER_PATTERN {
        let message = format!("a pattern has at most {MAX_WILDCARD_SELECTORS_PER_PATTERN} selectors with a wildcard");
        let error = PatternError::new(code, offset, message, "split the pattern into two filters");
        return Err(error.natively(format!(
            "Your input has exceeded the maximum of {MAX_WILDCARD_SELECTORS_PER_PATTERN} JSON wildcard selectors allowed per \
             filter pattern."
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(pattern: &str) -> Result<(), PatternErrorCode> {
        FilterPattern::parse(pattern).map(|_| ()).map_err(|error| error.code())
    }

    #[test]
    fn length_counts_characters() {
        let quoted = |characters: usize| format!("\"{}\"", "é".repeat(characters - 2));
        assert_eq!(code(&quoted(MAX_PATTERN_CHARACTERS)), Ok(()));
        assert_eq!(code(&quoted(MAX_PATTERN_CHARACTERS + 1)), Err(PatternErrorCode::TooLong));
    }

    #[test]
    fn two_regexes_pass_and_the_third_is_refused_in_cloudwatchs_words() {
        for two in ["{ $.a = %x% && $.b = %y% }", "[a=%x%, b=%y%]", "%x% -%y%"] {
            assert_eq!(code(two), Ok(()), "{two}");
        }
        for third in ["{ $.a = %x% && $.b = %y% || $.c != %z% }", "[a=%x%, b=%y% || b=%z%]", "%x% -%y% a %z%"] {
            let error = FilterPattern::parse(third).unwrap_err();
            assert_eq!(error.code(), PatternErrorCode::TooManyRegexes);
            assert_eq!(error.offset(), third.find("%z").unwrap());
            assert_eq!(error.native(), Some("Your input has exceeded the maximum of 2 regular expressions per filter pattern."));
        }
    }

    #[test]
    fn five_patterns_with_a_regex_fit_in_a_log_group() {
        let plain = FilterPattern::parse("ERROR").unwrap();
        let regex = FilterPattern::parse("%a%").unwrap();
        let mut patterns = vec![&plain, &regex, &regex, &regex, &regex, &regex, &plain];
        assert!(fit_one_log_group(patterns.clone()));
        patterns.push(&regex);
        assert!(!fit_one_log_group(patterns));
    }

    #[test]
    fn one_wildcard_a_selector_and_three_a_pattern() {
        assert_eq!(code("{ $.a[*].b = 1 && $.a[*].c = 1 && $.* = 1 }"), Ok(()));
        let four = FilterPattern::parse("{ $.a[*] = 1 && $.a[*] = 1 && $.* = 1 && $.b.* = 1 }").unwrap_err();
        assert_eq!(four.code(), PatternErrorCode::TooManyWildcards);
        assert_eq!(four.native(), Some("Your input has exceeded the maximum of 3 JSON wildcard selectors allowed per filter pattern."));
        let double = FilterPattern::parse("{ $.a[*].* = 1 }").unwrap_err();
        assert_eq!((double.code(), double.offset()), (PatternErrorCode::TooManyWildcards, 2));
        assert_eq!(double.native(), Some("Your filter pattern has a JSON path selector that exceeds the maximum of 1 wildcard allowed per json selector."));
    }

    #[test]
    fn parentheses_are_bounded_by_the_length_alone() {
        let nested = |depth: usize| format!("{{{}$.a=1{}}}", "(".repeat(depth), ")".repeat(depth));
        let most = (MAX_PATTERN_CHARACTERS - "{$.a=1}".len()) / 2;
        assert!(FilterPattern::parse(&nested(most)).unwrap().matches("{\"a\":1}"));
        assert_eq!(code(&nested(most + 1)), Err(PatternErrorCode::TooLong));
    }

    #[test]
    fn a_regex_that_would_not_fit_in_memory_is_refused() {
        assert_eq!(code("%[a-z]{100}%"), Ok(()));
        assert_eq!(code("%a{9999}{9999}%"), Err(PatternErrorCode::InvalidRegex));
    }
}
