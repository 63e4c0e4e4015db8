//! Durations in text: `12ms`, `1.5s`, `850µs`, Go's `1m2.5s`.

/// Milliseconds of a duration with a unit; `None` for a bare number, whose unit nobody knows.
pub(in crate::record) fn milliseconds(text: &str) -> Option<f64> {
    let mut rest = text;
    let mut nanoseconds = 0.0;
    while !rest.is_empty() {
        let (number, after) = rest.split_at(rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?);
        let (unit, after) = after.split_at(after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len()));
        let factor = match unit {
            "ns" => 1.0,
            "us" | "µs" | "μs" => 1e3,
            "ms" => 1e6,
            "s" | "sec" => 1e9,
            "m" | "min" => 60e9,
            "h" => 3_600e9,
            _ => return None,
        };
        nanoseconds += number.parse::<f64>().ok()? * factor;
        rest = after;
    }
    (!text.is_empty()).then(|| nanoseconds / 1e6)
}

/// Milliseconds of seconds, to the nanosecond: 0.123 s is 123 ms and not 122.99999999999999.
pub(in crate::record) fn of_seconds(seconds: f64) -> f64 {
    (seconds * 1e9).round() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read_and_bare_numbers_are_not() {
        for (text, ms) in [("12ms", 12.0), ("1.5s", 1_500.0), ("850µs", 0.85), ("1m2.5s", 62_500.0), ("250ns", 0.000_25)] {
            assert_eq!(milliseconds(text), Some(ms), "{text}");
        }
        for text in ["", "12", "ms", "1.2.3s", "12 ms", "12parsecs", "-5ms"] {
            assert_eq!(milliseconds(text), None, "{text}");
        }
        assert!((of_seconds(0.123) - 123.0).abs() < f64::EPSILON);
    }
}
