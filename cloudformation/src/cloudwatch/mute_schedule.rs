//! The texts of a mute rule's schedule: when it opens, and for how long (docs: `API_Schedule` of `CloudWatch`).

use std::ops::RangeInclusive;

/// When a mute rule opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MuteExpression {
    /// `cron(Minutes Hours Day-of-month Month Day-of-week)`, again and again.
    Cron(Box<Cron>),
    /// `at(yyyy-MM-ddThh:mm)`, once.
    At(MuteMoment),
}

/// A minute of a calendar, in the time zone of the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MuteMoment {
    /// Year.
    pub year: u16,
    /// Month, from 1.
    pub month: u8,
    /// Day, from 1.
    pub day: u8,
    /// Hour.
    pub hour: u8,
    /// Minute.
    pub minute: u8,
    /// Day of the week, 0 for Sunday.
    pub weekday: u8,
}

/// The five fields of a cron expression, each as the values it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron {
    fields: [Vec<u8>; 5],
    /// Both days are restricted: either is enough, as in every cron.
    either_day: bool,
}

/// Name, values and words of each field of a cron expression.
const FIELDS: [(&str, RangeInclusive<u8>, &[&str]); 5] = [
    ("minute", 0..=59, &[]),
    ("hour", 0..=23, &[]),
    ("day of month", 1..=31, &[]),
    ("month", 1..=12, &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]),
    ("day of week", 0..=6, &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]),
];

impl MuteExpression {
    /// Reads an expression.
    ///
    /// # Errors
    /// What is wrong with it: lower-case, no full stop.
    pub fn parse(text: &str) -> Result<Self, String> {
        let inside = |name: &str| text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
        if let Some(fields) = inside("cron") {
            return Cron::parse(fields).map(|cron| Self::Cron(Box::new(cron)));
        }
        let moment = inside("at").ok_or_else(|| format!("`{text}` is neither cron(…) nor at(…)"))?;
        MuteMoment::parse(moment).map(Self::At).ok_or_else(|| format!("`{moment}` is no time, write yyyy-MM-ddThh:mm"))
    }

    /// Whether the rule opens in this minute.
    pub fn opens(&self, minute: MuteMoment) -> bool {
        match self {
            Self::Cron(cron) => cron.matches(minute),
            Self::At(moment) => *moment == minute,
        }
    }
}

impl MuteMoment {
    /// Reads `yyyy-MM-ddThh:mm`, with seconds or without; `None` when it is none or no day of the calendar.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, time) = text.split_once('T')?;
        let [year, month, day] = numbers::<3>(date, '-', [4, 2, 2])?;
        let time = time.strip_suffix(":00").filter(|time| time.len() == 5).unwrap_or(time);
        let [hour, minute] = numbers::<2>(time, ':', [2, 2])?;
        let small = |number: u16| u8::try_from(number).ok();
        Self::new(year, small(month)?, small(day)?, small(hour)?, small(minute)?)
    }

    /// A minute of the calendar; `None` when there is none.
    pub fn new(year: u16, month: u8, day: u8, hour: u8, minute: u8) -> Option<Self> {
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        if !(1..=days).contains(&day) || hour > 23 || minute > 59 || year < 1970 {
            return None;
        }
        Some(Self { year, month, day, hour, minute, weekday: weekday(year, month, day) })
    }
}

/// Sakamoto's method: 0 for Sunday.
fn weekday(year: u16, month: u8, day: u8) -> u8 {
    const OFFSETS: [u16; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
    let year = if month < 3 { year - 1 } else { year };
    let offset = OFFSETS.get(usize::from(month) - 1).copied().unwrap_or_default();
    let day = (year + year / 4 - year / 100 + year / 400 + offset + u16::from(day)) % 7;
    u8::try_from(day).unwrap_or_default()
}

/// The parts of a text, each of so many digits.
fn numbers<const N: usize>(text: &str, between: char, digits: [usize; N]) -> Option<[u16; N]> {
    let mut found = [0; N];
    let mut parts = text.split(between);
    for (number, digits) in found.iter_mut().zip(digits) {
        let part = parts.next()?;
        if part.len() != digits || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(found)
}

impl Cron {
    fn parse(text: &str) -> Result<Self, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [minute, hour, day, month, weekday] = words.as_slice() else {
            return Err(format!("a cron expression has five fields, `{text}` has {}", words.len()));
        };
        let mut fields = <[Vec<u8>; 5]>::default();
        for ((values, word), (name, range, names)) in fields.iter_mut().zip([minute, hour, day, month, weekday]).zip(FIELDS) {
            *values = field(word, &range, names).ok_or_else(|| format!("`{word}` is no {name} of a cron expression"))?;
        }
        Ok(Self { fields, either_day: *day != "*" && *weekday != "*" })
    }

    fn matches(&self, at: MuteMoment) -> bool {
        let [minutes, hours, days, months, weekdays] = &self.fields;
        let (day, weekday) = (days.contains(&at.day), weekdays.contains(&at.weekday));
        let on_day = if self.either_day { day || weekday } else { day && weekday };
        minutes.contains(&at.minute) && hours.contains(&at.hour) && months.contains(&at.month) && on_day
    }
}

/// The values of one field: `*`, values, ranges, and lists of them.
fn field(text: &str, range: &RangeInclusive<u8>, names: &[&str]) -> Option<Vec<u8>> {
    if text == "*" {
        return Some(range.clone().collect());
    }
    let value = |word: &str| -> Option<u8> {
        if let Some(place) = names.iter().position(|name| name.eq_ignore_ascii_case(word)) {
            return Some(range.start() + u8::try_from(place).ok()?);
        }
        let digits = !word.is_empty() && word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.then(|| word.parse::<u8>().ok()).flatten()?;
        // 7 is Sunday as well.
        let number = if number == 7 && *range.end() == 6 { 0 } else { number };
        range.contains(&number).then_some(number)
    };
    let mut values = Vec::new();
    for item in text.split(',') {
        match item.split_once('-') {
            Some((first, last)) => {
                let (first, last) = (value(first)?, value(last)?);
                if first > last {
                    return None;
                }
                values.extend(first..=last);
            }
            None => values.push(value(item)?),
        }
    }
    Some(values)
}

/// Minutes of an ISO 8601 duration of weeks, days, hours and minutes: `P2DT12H`; `None` when it is none.
pub fn mute_minutes(text: &str) -> Option<u32> {
    let (days, time) = match text.strip_prefix('P')?.split_once('T') {
        // A `T` with nothing behind it.
        Some((_, "")) => return None,
        Some((days, time)) => (days, time),
        None => (text.strip_prefix('P')?, ""),
    };
    if days.is_empty() && time.is_empty() {
        return None;
    }
    let weeks_and_days = parts(days, &[('W', 10_080), ('D', 1_440)])?;
    weeks_and_days.checked_add(parts(time, &[('H', 60), ('M', 1)])?)
}

/// A sum of numbers with units, each unit at most once and in this order.
fn parts(text: &str, units: &[(char, u32)]) -> Option<u32> {
    let mut rest = text;
    let mut sum = 0_u32;
    for (unit, minutes) in units {
        let Some((number, after)) = rest.split_once(*unit) else { continue };
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        sum = sum.checked_add(number.parse::<u32>().ok()?.checked_mul(*minutes)?)?;
        rest = after;
    }
    rest.is_empty().then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> MuteMoment {
        MuteMoment::parse(text).unwrap()
    }

    fn opens(expression: &str, at: &str) -> bool {
        MuteExpression::parse(expression).unwrap().opens(moment(at))
    }

    #[test]
    fn a_schedule_opens_when_its_fields_say_so() {
        // 2026-11-29 is a Sunday.
        assert!(opens("cron(0 2 * * SUN)", "2026-11-29T02:00"));
        assert!(!opens("cron(0 2 * * SUN)", "2026-11-29T02:01") && !opens("cron(0 2 * * SUN)", "2026-11-30T02:00"));
        assert!(opens("cron(30 22 * * MON-FRI)", "2026-11-27T22:30") && !opens("cron(30 22 * * MON-FRI)", "2026-11-28T22:30"));
        assert!(opens("cron(0 1 1 jan,7 *)", "2026-07-01T01:00") && !opens("cron(0 1 1 1,7 *)", "2026-08-01T01:00"));
        assert!(opens("cron(0 0 1 * 7)", "2026-11-29T00:00") && opens("cron(0 0 1 * 7)", "2026-12-01T00:00"), "either day is enough");
        assert!(opens("at(2027-03-01T22:00)", "2027-03-01T22:00") && !opens("at(2027-03-01T22:00)", "2028-03-01T22:00"));
    }

    #[test]
    fn what_is_no_schedule_is_refused_with_its_reason() {
        for (text, reason) in [
            ("rate(5 minutes)", "neither cron"),
            ("cron(0 2 * * ? *)", "has 6"),
            ("cron(60 2 * * *)", "`60` is no minute"),
            ("cron(0 2 0 * *)", "`0` is no day of month"),
            ("cron(0 2 * * FRI-MON)", "`FRI-MON` is no day of week"),
            ("cron(0 2 * * +1)", "`+1` is no day of week"),
            ("at(2027-02-29T22:00)", "`2027-02-29T22:00` is no time"),
            ("at(2027-02-28 22:00)", "is no time"),
            ("at(2027-2-28T22:00)", "is no time"),
        ] {
            let problem = MuteExpression::parse(text).unwrap_err();
            assert!(problem.contains(reason), "{text}: {problem}");
        }
    }

    #[test]
    fn days_of_the_week_are_those_of_the_calendar() {
        for (date, weekday) in [("1970-01-01", 4), ("2000-02-29", 2), ("2026-11-26", 4), ("2027-03-01", 1), ("2100-03-01", 1)] {
            assert_eq!(moment(&format!("{date}T00:00:00")).weekday, weekday, "{date}");
        }
    }

    #[test]
    fn durations_are_read_in_minutes() {
        for (text, minutes) in [("PT1M", 1), ("PT2H", 120), ("P2DT12H", 3_600), ("P15D", 21_600), ("P1W", 10_080), ("PT90M", 90), ("P1DT1H1M", 1_501)] {
            assert_eq!(mute_minutes(text), Some(minutes), "{text}");
        }
        for text in ["", "P", "PT", "P1DT", "2H", "PT2", "PTH", "PT-2H", "PT1M2H", "P2H", "PT1D", "PT1.5H", "PT99999999999M", "P4000000D"] {
            assert_eq!(mute_minutes(text), None, "{text}");
        }
    }
}
