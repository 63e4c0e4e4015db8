//! Units of metrics, as PutMetricData spells them.

/// Every unit (API reference of PutMetricData, `MetricDatum`, Unit).
pub const UNITS: [&str; 27] = [
    "Seconds",
    "Microseconds",
    "Milliseconds",
    "Bytes",
    "Kilobytes",
    "Megabytes",
    "Gigabytes",
    "Terabytes",
    "Bits",
    "Kilobits",
    "Megabits",
    "Gigabits",
    "Terabits",
    "Percent",
    "Count",
    "Bytes/Second",
    "Kilobytes/Second",
    "Megabytes/Second",
    "Gigabytes/Second",
    "Terabytes/Second",
    "Bits/Second",
    "Kilobits/Second",
    "Megabits/Second",
    "Gigabits/Second",
    "Terabits/Second",
    "Count/Second",
    "None",
];

/// The unit of this name, as it lives in [`UNITS`]; `None` for any other word.
pub fn unit(name: &str) -> Option<&'static str> {
    UNITS.into_iter().find(|unit| *unit == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_found_in_their_own_spelling_only() {
        for name in UNITS {
            assert_eq!(unit(name), Some(name));
        }
        for other in ["", "count", "Milliseconds ", "Bytes/second"] {
            assert_eq!(unit(other), None, "{other}");
        }
    }
}
