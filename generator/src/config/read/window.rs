//! The time an alarm looks at: `15 minutes`, or `3 of 5 minutes`.

use skywarden_cloudformation::limits::{ALARM_WINDOW_SECONDS, LONG_PERIOD_SECONDS, SHORT_ALARM_WINDOW_SECONDS};
use skywarden_document::{Node, Spanned, shortened};

use crate::config::{
    code::Code,
    findings::{Finding, Findings},
    read::duration,
};

/// N periods, of which M must breach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// M.
    pub(crate) datapoints: u32,
    /// N.
    pub(crate) periods: u32,
    /// Period in seconds.
    pub(crate) period_seconds: u32,
}

impl Window {
    /// All of it in seconds.
    pub(crate) const fn seconds(self) -> u32 {
        self.periods * self.period_seconds
    }

    /// One period of the whole length when all of it must breach: for sums, where `5 minutes` means the sum over five minutes.
    pub(crate) const fn as_one_period(self) -> Self {
        if self.datapoints == self.periods { Self { datapoints: 1, periods: 1, period_seconds: self.seconds() } } else { self }
    }

    /// Five-minute periods when all of it must breach and it divides: for silence, where minutes would only cost evaluations, and for shares and
    /// percentiles, which need more samples than a minute of a small service has.
    pub(crate) const fn in_five_minutes(self) -> Self {
        if self.datapoints == self.periods && self.period_seconds == 60 && self.periods.is_multiple_of(5) {
            Self { datapoints: self.periods / 5, periods: self.periods / 5, period_seconds: 300 }
        } else {
            self
        }
    }

    /// As a person says it: `3 of 5 minutes`, `15 minutes`.
    pub(crate) fn words(self) -> String {
        if self.datapoints == self.periods {
            return amount(self.seconds());
        }
        match self.period_seconds {
            60 => format!("{} of {} minutes", self.datapoints, self.periods),
            3_600 => format!("{} of {} hours", self.datapoints, self.periods),
            86_400 => format!("{} of {} days", self.datapoints, self.periods),
            seconds => format!("{} of {} periods of {}", self.datapoints, self.periods, amount(seconds)),
        }
    }
}

fn amount(seconds: u32) -> String {
    let (number, unit) = match seconds {
        s if s % 86_400 == 0 => (s / 86_400, "day"),
        s if s % 3_600 == 0 => (s / 3_600, "hour"),
        s if s % 60 == 0 => (s / 60, "minute"),
        s => (s, "second"),
    };
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{plural}")
}

/// Reads a window.
pub(crate) fn window(node: &Node, findings: &mut Findings) -> Option<Spanned<Window>> {
    let problem = match parse(node.scalar().unwrap_or_default()) {
        Ok(window) => return Some(Spanned::new(window, node.span)),
        Err(problem) => problem,
    };
    let message = if let Some(text) = node.scalar() {
        format!("`{}` is no time an alarm can look at: {problem}", shortened(text))
    } else {
        format!("expected a time an alarm can look at, found {}", node.found())
    };
    let hint = "write `15 minutes`, or `3 of 5 minutes` when some of the minutes may be fine";
    findings.push(Finding::error(Code::BadWindow, node.span, message).hint(hint));
    None
}

fn parse(text: &str) -> Result<Window, &'static str> {
    const SHAPE: &str = "it is neither a duration nor `M of N minutes`";
    let words: Vec<&str> = text.split_whitespace().collect();
    let window = if let [datapoints, "of", periods, unit] = words.as_slice() {
        Window {
            datapoints: datapoints.parse().map_err(|_| SHAPE)?,
            periods: periods.parse().map_err(|_| SHAPE)?,
            period_seconds: match *unit {
                "minutes" | "minute" | "min" | "m" => 60,
                "hours" | "hour" | "h" => 3_600,
                "days" | "day" | "d" => 86_400,
                "seconds" | "second" | "s" => return Err("alarms look at whole minutes"),
                _ => return Err(SHAPE),
            },
        }
    } else {
        let minutes = duration::parse(text).ok_or(SHAPE)? / 60_000.0;
        if minutes.fract() != 0.0 {
            return Err("alarms look at whole minutes");
        }
        // Longer than every limit below, and far from the end of the type.
        if minutes > 100_000.0 {
            return Err("an alarm looks back at most 7 days");
        }
        whole_minutes(minutes, text)
    };
    if window.datapoints == 0 || window.datapoints > window.periods {
        return Err("in `M of N` M is at least 1 and at most N");
    }
    let seconds = window.periods.checked_mul(window.period_seconds).ok_or("an alarm looks back at most 7 days")?;
    if u64::from(seconds) > ALARM_WINDOW_SECONDS {
        return Err("an alarm looks back at most 7 days");
    }
    if window.period_seconds < LONG_PERIOD_SECONDS && u64::from(seconds) > SHORT_ALARM_WINDOW_SECONDS {
        return Err("an alarm looks back at most 1 day unless it is given in hours or days");
    }
    Ok(window)
}

/// The unit that was typed is the period: an hour given as `1 hour` is one value, as `60 minutes` sixty.
fn whole_minutes(minutes: f64, text: &str) -> Window {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number between 1 and 100,000")]
    let minutes = minutes as u32;
    let unit = text.trim_start_matches(|character: char| character.is_ascii_digit() || character == '.').trim_start();
    let unit_minutes = match unit.chars().next() {
        Some('h') if minutes.is_multiple_of(60) => 60,
        Some('d' | 'w') if minutes.is_multiple_of(1_440) => 1_440,
        _ => 1,
    };
    let periods = minutes / unit_minutes;
    Window { datapoints: periods, periods, period_seconds: unit_minutes * 60 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(datapoints: u32, periods: u32, period_seconds: u32) -> Window {
        Window { datapoints, periods, period_seconds }
    }

    #[test]
    fn windows_are_read_as_they_are_said() {
        assert_eq!(parse("3 of 5 minutes"), Ok(window(3, 5, 60)));
        assert_eq!(parse("15 minutes"), Ok(window(15, 15, 60)));
        assert_eq!(parse("5m"), Ok(window(5, 5, 60)));
        assert_eq!(parse("1 hour"), Ok(window(1, 1, 3_600)));
        assert_eq!(parse("1.5h"), Ok(window(90, 90, 60)));
        assert_eq!(parse("2 of 3 hours"), Ok(window(2, 3, 3_600)));
        assert_eq!(parse("7d"), Ok(window(7, 7, 86_400)));
    }

    #[test]
    fn limits_hold_at_their_boundaries() {
        assert!(parse("1440 minutes").is_ok());
        assert!(parse("1441 minutes").is_err());
        assert!(parse("1440 of 1440 minutes").is_ok());
        assert!(parse("1 of 1441 minutes").is_err());
        assert!(parse("168 hours").is_ok());
        assert!(parse("169 hours").is_err());
        assert!(parse("8d").is_err());
        assert!(parse("1 of 4294967295 days").is_err());
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for text in ["", "soon", "5", "0 of 5 minutes", "6 of 5 minutes", "3 of minutes", "30 seconds", "90s", "3 of 5 seconds", "-1 of 5 minutes"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn words_say_what_was_meant() {
        assert_eq!(window(3, 5, 60).words(), "3 of 5 minutes");
        assert_eq!(window(15, 15, 60).in_five_minutes(), window(3, 3, 300));
        assert_eq!(window(3, 3, 300).words(), "15 minutes");
        assert_eq!(window(5, 5, 60).as_one_period(), window(1, 1, 300));
        assert_eq!(window(1, 1, 3_600).words(), "1 hour");
    }
}
