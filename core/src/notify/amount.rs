//! Numbers as a person says them.

use jiff::SignedDuration;

/// A value with its unit: `9.2 %`, `1234 ms`, `3.4 GB`. The unit is one of CloudWatch's; an unknown one is written behind the number.
pub(super) fn amount(value: f64, unit: &str) -> String {
    match unit {
        "Percent" => format!("{} %", short(value)),
        "Milliseconds" => format!("{} ms", short(value)),
        "Microseconds" => format!("{} µs", short(value)),
        "Seconds" => format!("{} s", short(value)),
        "Bytes" => bytes(value),
        "" | "Count" | "None" => short(value),
        other => format!("{} {other}", short(value)),
    }
}

/// Three digits that matter, and never more than the number has.
fn short(value: f64) -> String {
    let size = value.abs();
    let text = if size >= 100.0 || value.fract() == 0.0 {
        format!("{value:.0}")
    } else if size >= 10.0 {
        format!("{value:.1}")
    } else if size >= 0.01 {
        format!("{value:.2}")
    } else {
        format!("{value:.2e}")
    };
    match text.split_once('.') {
        Some((whole, rest)) if !rest.contains('e') => {
            let rest = rest.trim_end_matches('0');
            if rest.is_empty() { whole.to_owned() } else { format!("{whole}.{rest}") }
        }
        _ => text,
    }
}

fn bytes(value: f64) -> String {
    let mut scaled = value;
    for unit in ["B", "KB", "MB", "GB"] {
        if scaled.abs() < 1000.0 {
            return format!("{} {unit}", short(scaled));
        }
        scaled /= 1000.0;
    }
    format!("{} TB", short(scaled))
}

/// A number with its noun: `1 issue`, `2 issues`.
pub(super) fn several(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// A length of time in its two largest units: `3 hours 5 minutes`.
pub(super) fn lasting(time: SignedDuration) -> String {
    let minutes = u64::try_from(time.as_mins()).unwrap_or(0);
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    let parts = match (days, hours, minutes) {
        (0, 0, 0) => return "less than a minute".to_owned(),
        (0, 0, minutes) => [several(minutes, "minute"), String::new()],
        (0, hours, 0) => [several(hours, "hour"), String::new()],
        (0, hours, minutes) => [several(hours, "hour"), several(minutes, "minute")],
        (days, 0, _) => [several(days, "day"), String::new()],
        (days, hours, _) => [several(days, "day"), several(hours, "hour")],
    };
    parts.join(" ").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_three_digits_that_matter_and_their_unit() {
        for (value, unit, expected) in [
            (9.236, "Percent", "9.24 %"),
            (9.0, "Percent", "9 %"),
            (0.0, "Percent", "0 %"),
            (1234.56, "Milliseconds", "1235 ms"),
            (42.57, "Milliseconds", "42.6 ms"),
            (0.5, "Seconds", "0.5 s"),
            (0.000_12, "None", "1.20e-4"),
            (3_420_000_000.0, "Bytes", "3.42 GB"),
            (12.0, "Bytes", "12 B"),
            (5e15, "Bytes", "5000 TB"),
            (17.0, "", "17"),
            (3.0, "Count/Second", "3 Count/Second"),
        ] {
            assert_eq!(amount(value, unit), expected);
        }
    }

    #[test]
    fn a_length_of_time_has_two_units_at_most() {
        for (minutes, expected) in [
            (-5, "less than a minute"),
            (0, "less than a minute"),
            (1, "1 minute"),
            (60, "1 hour"),
            (185, "3 hours 5 minutes"),
            (1440, "1 day"),
            (3 * 1440 + 65, "3 days 1 hour"),
        ] {
            assert_eq!(lasting(SignedDuration::from_mins(minutes)), expected);
        }
    }
}
