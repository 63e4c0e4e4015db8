//! Logical ids of resources named after something the user wrote.
//!
//! An id depends on its own words alone, never on a position or a neighbour, so that a growing config moves nothing.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::model::names::logical_id;

/// Longest part of a user's name kept in a logical id; `CloudFormation` allows 255 characters in all.
const READABLE_LIMIT: usize = 120;

/// Hexadecimal digits of the suffix that tells two names apart which read the same in Pascal case.
const SUFFIX_DIGITS: usize = 8;

/// A logical id of a fixed kind and a name in Pascal case: `Metric` and `OrderValue` give `MetricOrderValue`.
///
/// A name that Pascal case would change (`order-value`, `orderValue`, `Größe`) or that is long gets a suffix from its hash: without it two
/// different names could make one id.
pub(super) fn of_pascal(kind: &str, name: &str) -> String {
    let plain = name.starts_with(|first: char| first.is_ascii_uppercase()) && name.chars().all(|c| c.is_ascii_alphanumeric());
    of(kind, name, plain)
}

/// The same of a name in kebab case: `Route` and `warning-info` give `RouteWarningInfo`. Any other spelling gets the suffix.
pub(super) fn of_kebab(kind: &str, name: &str) -> String {
    // A part that starts with a digit would run into the one before it: `a-1` and `a1` both read `A1`.
    let plain = name
        .split('-')
        .all(|part| part.starts_with(|first: char| first.is_ascii_lowercase()) && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()));
    of(kind, name, plain)
}

fn of(kind: &str, name: &str, plain: bool) -> String {
    let mut readable = logical_id(&[name]);
    if plain && readable.len() <= READABLE_LIMIT {
        return format!("{kind}{readable}");
    }
    readable.truncate(READABLE_LIMIT);
    format!("{kind}{readable}{}", digest(name.as_bytes(), SUFFIX_DIGITS))
}

/// The first `digits` hexadecimal digits of the SHA-256 of some bytes.
pub(crate) fn digest(bytes: &[u8], digits: usize) -> String {
    let mut hex = hex(&Sha256::digest(bytes));
    hex.truncate(digits);
    hex
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_distinct(ids: &[String]) {
        let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len(), "{ids:?}");
    }

    #[test]
    fn a_well_spelled_name_is_kept_readable() {
        assert_eq!(of_pascal("Metric", "OrderValue"), "MetricOrderValue");
        assert_eq!(of_kebab("Route", "warning-info"), "RouteWarningInfo");
    }

    #[test]
    fn names_that_read_alike_get_different_ids() {
        assert_distinct(&["OrderValue", "orderValue", "order-value", "order_value", "order value"].map(|name| of_pascal("Metric", name)));
        assert_distinct(&["a-1b", "a1b", "a1-b", "a--1b", "A1b"].map(|name| of_kebab("Route", name)));
    }

    #[test]
    fn a_long_name_stays_inside_the_limit() {
        let id = of_pascal("AlarmMetric", &"x".repeat(255));
        assert!(id.len() <= 255 && id.bytes().all(|b| b.is_ascii_alphanumeric()), "{id}");
    }
}
