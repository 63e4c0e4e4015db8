//! Times as people type and read them.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use crate::terminal::Failed;

/// Longest duration that can be typed: ten years.
const LONGEST: i64 = 10 * 366 * 86_400;

/// `90s`, `3m`, `24h`, `7d`, `2w`.
pub(crate) fn duration(text: &str) -> Option<SignedDuration> {
    let unit = text.chars().next_back()?;
    let number: i64 = text.strip_suffix(unit)?.parse().ok()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 7 * 86_400,
        _ => return None,
    };
    let seconds = number.checked_mul(seconds).filter(|seconds| (1..=LONGEST).contains(seconds))?;
    Some(SignedDuration::from_secs(seconds))
}

/// A time: RFC 3339, or the begin of a day in UTC.
fn absolute(text: &str) -> Option<Timestamp> {
    let midnight = |date: Date| date.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    text.parse().ok().or_else(|| text.parse().ok().and_then(midnight))
}

/// A time in the past: so long ago, or that time.
pub(crate) fn since(text: &str, now: Timestamp) -> Result<Timestamp, Failed> {
    let time = duration(text).and_then(|ago| now.checked_sub(ago).ok()).or_else(|| absolute(text));
    time.ok_or_else(|| no_time("--since", text))
}

/// A time to come: in so long, or that time.
pub(crate) fn until(text: &str, now: Timestamp) -> Result<Timestamp, Failed> {
    let time = duration(text).and_then(|ahead| now.checked_add(ahead).ok()).or_else(|| absolute(text)).ok_or_else(|| no_time("--until", text))?;
    if time > now { Ok(time) } else { Err(Failed::with_hint(format!("--until {text} is over already"), "give a time to come, such as 7d")) }
}

fn no_time(option: &str, text: &str) -> Failed {
    Failed::with_hint(format!("{option} {text}: this is no time"), "write 24h, 7d, a date (2026-12-24) or a time (2026-12-24T10:00:00Z)")
}

/// `3 min ago`, seen from a time.
pub(crate) fn ago(at: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(at).as_secs();
    match seconds {
        ..=-60 => format!("in {}", span(-seconds)),
        -59..=59 => "just now".to_owned(),
        _ => format!("{} ago", span(seconds)),
    }
}

/// A span in its largest unit, rounded down.
fn span(seconds: i64) -> String {
    match seconds {
        ..3_600 => format!("{} min", seconds / 60),
        3_600..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// `2026-11-26 09:32 UTC`.
pub(crate) fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn durations_have_one_unit_and_an_end() {
        assert_eq!(duration("90s"), Some(SignedDuration::from_secs(90)));
        assert_eq!(duration("2w"), Some(SignedDuration::from_hours(14 * 24)));
        for wrong in ["", "s", "0m", "-3d", "1.5h", "3x", "9999999999999d", "99999w", "3 d", "é"] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn times_are_said_from_now_or_as_they_are() {
        let now = at("2026-11-26T10:00:00Z");
        assert_eq!(since("24h", now).unwrap(), at("2026-11-25T10:00:00Z"));
        assert_eq!(since("2026-11-01", now).unwrap(), at("2026-11-01T00:00:00Z"));
        assert_eq!(until("2026-12-24T10:00:00+01:00", now).unwrap(), at("2026-12-24T09:00:00Z"));
        assert!(until("2026-11-26", now).is_err(), "over already");
        assert!(since("yesterday", now).is_err());
    }

    #[test]
    fn a_time_is_read_as_people_say_it() {
        let now = at("2026-11-26T10:00:00Z");
        let said = |text: &str| ago(at(text), now);
        assert_eq!(said("2026-11-26T09:59:01Z"), "just now");
        assert_eq!(said("2026-11-26T09:01:00Z"), "59 min ago");
        assert_eq!(said("2026-11-24T10:00:01Z"), "47 h ago");
        assert_eq!(said("2026-11-24T10:00:00Z"), "2 days ago");
        assert_eq!(said("2026-11-27T10:00:00Z"), "in 24 h");
    }
}
