//! Texts with `*` in them, matched as `CloudWatch` matches them.

/// A text in which each `*` stands for any run of characters.
///
/// Not the usual meaning: `CloudWatch` never backtracks. What precedes the first `*` must start the text, each later part is looked
/// for once and its first occurrence taken, and the last part must end the text *there*. So `*111` does not match `111.111`, and
/// `1*3` does match `123`. No other rule is known that explains everything observed on `CloudWatch`.
#[derive(Clone, Debug)]
pub(super) struct Wildcard {
    first: String,
    /// Parts after each `*`; empty when there is none.
    later: Vec<String>,
}

impl Wildcard {
    /// From the parts between the `*`s, at least one.
    pub(super) fn from_parts(first: String, later: Vec<String>) -> Self {
        Self { first, later }
    }

    /// From unescaped text.
    pub(super) fn new(text: &str) -> Self {
        let mut parts = text.split('*').map(str::to_owned);
        Self { first: parts.next().unwrap_or_default(), later: parts.collect() }
    }

    /// What precedes the first `*`.
    pub(super) fn first(&self) -> &str {
        &self.first
    }

    /// What follows each `*`, in order.
    pub(super) fn later(&self) -> &[String] {
        &self.later
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        let Some((last, middle)) = self.later.split_last() else {
            return text == self.first;
        };
        // `*` alone is what most conditions that ask for a field write.
        if last.is_empty() && middle.is_empty() && self.first.is_empty() {
            return true;
        }
        let Some(mut rest) = text.strip_prefix(&*self.first) else {
            return false;
        };
        for part in middle {
            let Some((_, after)) = rest.split_once(&**part) else {
                return false;
            };
            rest = after;
        }
        // An empty last part is a trailing `*`, which takes everything.
        last.is_empty() || rest.split_once(&**last).is_some_and(|(_, after)| after.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        Wildcard::new(pattern).matches(text)
    }

    #[test]
    fn agrees_with_what_was_observed() {
        let ip = "111.111.111.111";
        assert!(!matches("111*111", ip));
        assert!(!matches("*111.111.111", ip));
        assert!(matches("*.111.111.111", ip));
        assert!(matches("1*3", "123"));
    }

    #[test]
    fn prefixes_suffixes_and_middles() {
        assert!(matches("*", "") && matches("*", "x") && matches("**", "x"));
        assert!(matches("Al*", "Alpha") && matches("Al*", "Al") && !matches("Al*", "xAlpha"));
        assert!(matches("*.html*", "GET /index.html HTTP/1.0"));
        assert!(matches("a*c*e", "abcde") && !matches("a*e*c", "abcde"));
        assert!(matches("", "") && !matches("", "x"));
        assert!(!matches("aba*aba", "aba"), "parts do not overlap");
        assert!(!matches("a?c", "abc"), "`?` is a character like others");
    }

    proptest! {
        #[test]
        fn never_matches_what_a_regular_expression_would_not(pattern in "[ab*]{0,6}", text in "[ab]{0,8}") {
            let regex = format!("^{}$", pattern.replace('*', ".*"));
            if matches(&pattern, &text) {
                prop_assert!(::regex::Regex::new(&regex).unwrap().is_match(&text));
            }
        }
    }
}
