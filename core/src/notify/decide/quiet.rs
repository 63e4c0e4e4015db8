//! Quiet hours in the local time of their zone, summer time included.

use jiff::{Span, Timestamp, civil::Time, tz::TimeZone};

use crate::{
    plan::{PlanError, QuietHours},
    severity::Severity,
};

/// Minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;

/// Compiled quiet hours.
#[derive(Clone, Debug)]
pub(super) struct Quiet {
    from: Time,
    until: Time,
    except: Vec<Severity>,
    zone: TimeZone,
}

impl Quiet {
    /// Compiles them.
    ///
    /// # Errors
    /// [`PlanError::Invalid`] for a minute that no day has, hours without an end or a rule that is none.
    pub(super) fn new(hours: &QuietHours) -> Result<Self, PlanError> {
        let invalid = |reason: String| PlanError::Invalid { what: "errors.notify.quiet".to_owned(), reason };
        let time = |minute: u16| {
            let (hour, rest) = (i8::try_from(minute / 60), i8::try_from(minute % 60));
            let (Ok(hour), Ok(rest), true) = (hour, rest, minute < DAY_MINUTES) else {
                return Err(invalid(format!("no day has a minute {minute}")));
            };
            Time::new(hour, rest, 0, 0).map_err(|error| invalid(error.to_string()))
        };
        if hours.from_minute == hours.until_minute {
            return Err(invalid("they begin and end at the same time: it would be quiet for ever".to_owned()));
        }
        let zone = TimeZone::posix(&hours.time_zone_rule).map_err(|error| invalid(format!("rule of the time zone {}: {error}", hours.time_zone)))?;
        Ok(Self { from: time(hours.from_minute)?, until: time(hours.until_minute)?, except: hours.except.clone(), zone })
    }

    /// When the quiet hours end for this severity, if they hold now.
    pub(super) fn until(&self, severity: Severity, now: Timestamp) -> Option<Timestamp> {
        if self.except.contains(&severity) {
            return None;
        }
        let local = now.to_zoned(self.zone.clone());
        let time = local.time();
        let over_midnight = self.until <= self.from;
        let (quiet, tomorrow) =
            if over_midnight { (time >= self.from || time < self.until, time >= self.from) } else { (time >= self.from && time < self.until, false) };
        if !quiet {
            return None;
        }
        let day = if tomorrow { local.date().checked_add(Span::new().days(1)).ok()? } else { local.date() };
        // An end inside the hour that summer time skips is the first moment after it.
        let end = day.to_datetime(self.until).to_zoned(self.zone.clone()).ok()?;
        Some(end.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BERLIN: &str = "CET-1CEST,M3.5.0,M10.5.0/3";

    fn quiet(from: u16, until: u16, rule: &str) -> Quiet {
        let hours = QuietHours {
            from_minute: from,
            until_minute: until,
            except: vec![Severity::Critical],
            time_zone: "Europe/Berlin".to_owned(),
            time_zone_rule: rule.to_owned(),
        };
        Quiet::new(&hours).unwrap()
    }

    fn end(quiet: &Quiet, now: &str) -> Option<String> {
        quiet.until(Severity::Error, now.parse().unwrap()).map(|at| at.to_string())
    }

    #[test]
    fn the_night_ends_in_the_morning_in_winter_and_in_summer() {
        let night = quiet(22 * 60, 7 * 60, BERLIN);
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(end(&night, "2026-11-20T20:59:59Z"), None);
        assert_eq!(end(&night, "2026-11-20T21:00:00Z"), text("2026-11-21T06:00:00Z"));
        assert_eq!(end(&night, "2026-11-21T05:59:59Z"), text("2026-11-21T06:00:00Z"));
        assert_eq!(end(&night, "2026-11-21T06:00:00Z"), None);
        assert_eq!(end(&night, "2026-07-01T20:00:00Z"), text("2026-07-02T05:00:00Z"));
        assert_eq!(end(&night, "2026-07-01T19:59:59Z"), None);
        assert_eq!(night.until(Severity::Critical, "2026-11-20T23:00:00Z".parse().unwrap()), None);
    }

    #[test]
    fn the_nights_on_which_the_clocks_change_end_at_seven_by_the_new_clock() {
        let night = quiet(22 * 60, 7 * 60, BERLIN);
        // 29 March 2026, one hour shorter; 25 October 2026, one hour longer.
        assert_eq!(end(&night, "2026-03-28T21:00:00Z"), Some("2026-03-29T05:00:00Z".to_owned()));
        assert_eq!(end(&night, "2026-10-24T20:00:00Z"), Some("2026-10-25T06:00:00Z".to_owned()));
        // An end inside the skipped hour: 02:30 does not exist on 29 March.
        let short = quiet(22 * 60, 2 * 60 + 30, BERLIN);
        assert_eq!(end(&short, "2026-03-28T23:00:00Z"), Some("2026-03-29T01:30:00Z".to_owned()));
    }

    #[test]
    fn hours_within_a_day_and_a_whole_day() {
        let noon = quiet(12 * 60, 13 * 60, "UTC0");
        assert_eq!(end(&noon, "2026-11-20T12:30:00Z"), Some("2026-11-20T13:00:00Z".to_owned()));
        assert_eq!(end(&noon, "2026-11-20T13:00:00Z"), None);
    }

    #[test]
    fn a_minute_or_a_rule_that_is_none_is_refused() {
        let mut hours = QuietHours { from_minute: 1440, until_minute: 0, except: vec![], time_zone: "x".to_owned(), time_zone_rule: "UTC0".to_owned() };
        assert!(Quiet::new(&hours).unwrap_err().to_string().contains("no day has a minute 1440"));
        hours.from_minute = 0;
        assert!(Quiet::new(&hours).unwrap_err().to_string().contains("quiet for ever"));
        hours.until_minute = 60;
        hours.time_zone_rule = "Europe/Berlin".to_owned();
        assert!(Quiet::new(&hours).unwrap_err().to_string().contains("rule of the time zone x"));
    }
}
