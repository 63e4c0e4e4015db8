//! Durations: `200ms`, `5s`, `14d`, `1h30m`.

use std::time::Duration;

use skywarden_document::Spanned;

use super::{Field, Unreadable, decimal, scalar::wrong_type};
use crate::settings::{
    finding::Code,
    findings::{Findings, Mistake},
};

/// Units in nanoseconds, the longest first.
const UNITS: &[(&str, u128)] = &[
    ("w", 7 * 86_400_000_000_000),
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

/// Reads a duration: numbers with units, each unit shorter than the one before.
pub(in crate::settings) fn parse(text: &str) -> Result<Duration, Unreadable> {
    let mut rest = text.trim();
    let mut total: u128 = 0;
    let mut shortest = u128::MAX;
    loop {
        let mut used = 0;
        let unit = |rest: &str| {
            let spaces = rest.len() - rest.trim_start().len();
            let name = rest.trim_start().bytes().take_while(u8::is_ascii_alphabetic).count();
            let name = rest.get(spaces..spaces + name).unwrap_or_default();
            if rest.is_empty() {
                return Err(Unreadable::NoUnit);
            }
            let (_, nanoseconds) = UNITS.iter().find(|(unit, _)| *unit == name).ok_or(Unreadable::Unit)?;
            used = *nanoseconds;
            Ok((*nanoseconds, spaces + name.len()))
        };
        let (nanoseconds, behind) = decimal(rest, unit)?;
        if used >= shortest {
            return Err(Unreadable::Form);
        }
        shortest = used;
        total = total.checked_add(nanoseconds).ok_or(Unreadable::TooLarge)?;
        rest = behind.trim_start();
        if rest.is_empty() {
            break;
        }
    }
    let seconds = u64::try_from(total / 1_000_000_000).map_err(|_| Unreadable::TooLarge)?;
    let nanoseconds = u32::try_from(total % 1_000_000_000).map_err(|_| Unreadable::TooLarge)?;
    Ok(Duration::new(seconds, nanoseconds))
}

/// A duration as a person writes it.
pub(in crate::settings) fn duration_text(duration: Duration) -> String {
    let mut left = duration.as_nanos();
    let mut text = String::new();
    for (name, unit) in UNITS.iter().filter(|(name, _)| *name != "w") {
        if left >= *unit {
            text.push_str(&(left / unit).to_string());
            text.push_str(name);
            left %= unit;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

/// A duration.
pub(in crate::settings) fn duration(field: &Field<'_>, findings: &mut Findings) -> Option<Spanned<Duration>> {
    let Some(text) = field.node.number_or_text() else {
        wrong_type(field, findings);
        return None;
    };
    match parse(text) {
        Ok(duration) => Some(Spanned::new(duration, field.node.span)),
        Err(reason) => {
            let hint = match reason {
                Unreadable::Unit => "units: w, d, h, m, s, ms, us, ns".to_owned(),
                Unreadable::TooLarge => format!("give {}", field.key.kind),
                Unreadable::NoUnit | Unreadable::Form => format!("write a number and a unit, for example `{}`", field.example()),
            };
            findings.push(Mistake::error(Code::BadDuration, &field.path, field.node.span, format!("{} is no duration", field.node.found())).hint(hint));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn durations_are_read_exactly() {
        for (text, milliseconds) in [
            ("0s", 0),
            ("200ms", 200),
            ("5s", 5_000),
            (" 1.5 s ", 1_500),
            ("1h30m", 5_400_000),
            ("1h 30m", 5_400_000),
            ("14d", 14 * 86_400_000),
            ("1w1ms", 7 * 86_400_000 + 1),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
        assert_eq!(parse("1ns"), Ok(Duration::from_nanos(1)));
        assert_eq!(parse("18446744073709551615s"), Ok(Duration::from_secs(u64::MAX)));
    }

    #[test]
    fn what_is_no_duration_is_refused_with_its_reason() {
        for (text, reason) in [
            ("", Unreadable::Form),
            ("s", Unreadable::Form),
            ("-5s", Unreadable::Form),
            ("5", Unreadable::NoUnit),
            ("1h30", Unreadable::NoUnit),
            ("5 parsecs", Unreadable::Unit),
            ("5S", Unreadable::Unit),
            ("5mins", Unreadable::Unit),
            ("5s,", Unreadable::Form),
            ("30m1h", Unreadable::Form),
            ("1s1s", Unreadable::Form),
            ("1..5s", Unreadable::Form),
            ("5é", Unreadable::Unit),
            ("18446744073709551616s", Unreadable::TooLarge),
            ("18446744073709551615w", Unreadable::TooLarge),
            ("18446744073709551615s1000ms", Unreadable::TooLarge),
        ] {
            assert_eq!(parse(text), Err(reason), "{text}");
        }
    }

    #[test]
    fn durations_are_shown_by_their_parts() {
        assert_eq!(duration_text(Duration::ZERO), "0s");
        assert_eq!(duration_text(Duration::from_mins(90)), "1h30m");
        assert_eq!(duration_text(Duration::from_millis(200)), "200ms");
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(seconds: u64, nanoseconds in 0_u32..1_000_000_000) {
            let duration = Duration::new(seconds, nanoseconds);
            prop_assert_eq!(parse(&duration_text(duration)), Ok(duration));
        }

        #[test]
        fn no_text_panics(text in "[0-9wdhmsun. é]{0,30}") {
            let _ = parse(&text);
        }
    }
}
