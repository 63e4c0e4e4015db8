//! Values of dimensions as CloudWatch takes them.

use std::borrow::Cow;

/// Stands for dimension values over a limit.
pub const OTHER: &str = "__other__";

/// Stands for a dimension value without a character, which CloudWatch does not take.
const EMPTY: &str = "__empty__";

/// Most characters of a dimension value (PutMetricData).
pub const MAX_DIMENSION_VALUE: usize = 1024;

/// CloudWatch takes printable ASCII without a leading colon; the rest of a text that comes from data is replaced, so that one odd value costs neither
/// the sample nor the request it is in.
pub fn clean_dimension(value: &str) -> Cow<'_, str> {
    let text = value.trim();
    if text.is_empty() {
        return Cow::Borrowed(EMPTY);
    }
    let printable = |byte: u8| (b' '..=b'~').contains(&byte);
    if text.len() <= MAX_DIMENSION_VALUE && !text.starts_with(':') && text.bytes().all(printable) {
        return Cow::Borrowed(text);
    }
    let replaced = |(at, c): (usize, char)| if (c == ':' && at == 0) || !(' '..='~').contains(&c) { '?' } else { c };
    Cow::Owned(text.chars().take(MAX_DIMENSION_VALUE).enumerate().map(replaced).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cloudwatch_takes_stays_as_it_is() {
        let longest = "~".repeat(MAX_DIMENSION_VALUE);
        for value in ["eu-west-1", "a:b", "/orders/{id}", " \"quoted\" ".trim(), &longest] {
            assert!(matches!(clean_dimension(value), Cow::Borrowed(kept) if kept == value), "{value}");
        }
    }

    #[test]
    fn the_rest_is_replaced() {
        for (value, expected) in
            [("", EMPTY), (" \t\u{a0}", EMPTY), ("\u{d6}sterreich", "?sterreich"), (":a", "?a"), ("a\nb\u{7f}", "a?b?"), (" padded ", "padded")]
        {
            assert_eq!(clean_dimension(value), expected, "{value:?}");
        }
        assert_eq!(clean_dimension(&"é".repeat(MAX_DIMENSION_VALUE + 1)), "?".repeat(MAX_DIMENSION_VALUE));
        assert_eq!(clean_dimension(&"x".repeat(MAX_DIMENSION_VALUE + 1)).len(), MAX_DIMENSION_VALUE);
    }
}
