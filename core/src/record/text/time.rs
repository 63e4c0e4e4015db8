//! Times as loggers write them.
//!
//! A time without a zone is taken for UTC, which is what Lambda, Fargate and most servers run in. A time without a year is not known until the
//! event's own time is. Digits are read here by position and only the calendar is jiff's, without allocating, so times are read with the line and not
//! on demand.

use jiff::{civil::DateTime, tz::Offset};

/// A time at the start of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stamp {
    /// What it says.
    pub(super) time: Time,
    /// Bytes it takes.
    pub(super) length: usize,
    /// Digits of its fraction of a second.
    pub(super) fraction_digits: usize,
    /// The fraction stands behind a comma, as Python and log4j write it.
    pub(super) comma: bool,
    /// It ends with `Z`.
    pub(super) zulu: bool,
}

/// What a time says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Time {
    /// Milliseconds since 1970.
    At(i64),
    /// All but the year.
    Yearless(Yearless),
    /// A time of day, or a date whose day and month cannot be told apart.
    Unknown,
}

/// A time without a year: `Nov 23 10:00:00`, `1123 10:00:00.000000`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Yearless {
    month: u32,
    day: u32,
    clock: Clock,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Clock {
    hour: u32,
    minute: u32,
    second: u32,
    nanosecond: u32,
}

impl Stamp {
    const fn new(time: Time, length: usize) -> Self {
        Self { time, length, fraction_digits: 0, comma: false, zulu: false }
    }

    /// Milliseconds since 1970, when the text alone says them.
    pub(super) const fn ms(&self) -> Option<i64> {
        match self.time {
            Time::At(ms) => Some(ms),
            Time::Yearless(_) | Time::Unknown => None,
        }
    }
}

impl Yearless {
    /// In the year that brings it nearest to a moment: a line of 31 December may be delivered on 1 January.
    pub(super) fn near(&self, event_ms: i64) -> Option<i64> {
        let event = jiff::Timestamp::from_millisecond(event_ms).ok()?;
        let year = i32::from(Offset::UTC.to_datetime(event).year());
        let candidates = (year - 1..=year + 1).filter_map(|year| milliseconds(u32::try_from(year).ok()?, self.month, self.day, self.clock, 0));
        candidates.min_by_key(|ms| ms.abs_diff(event_ms))
    }
}

/// The time a text begins with, when it ends where a word ends.
pub(super) fn prefix(text: &str) -> Option<Stamp> {
    let first = text.as_bytes().first()?;
    let stamp = if first.is_ascii_digit() {
        year_first(text).or_else(|| day_first(text)).or_else(|| epoch(text)).or_else(|| american(text)).or_else(|| time_of_day(text))
    } else if first.is_ascii_alphabetic() {
        month_first(text)
    } else {
        None
    }?;
    match text.as_bytes().get(stamp.length) {
        None | Some(b' ' | b'\t' | b'\n' | b'\r' | b']' | b')' | b'|' | b':' | b';' | b'"') => Some(stamp),
        Some(_) => None,
    }
}

/// A text that is one time and nothing else, as milliseconds since 1970.
pub(in crate::record) fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    prefix(text).filter(|stamp| stamp.length == text.len())?.ms()
}

/// glog's `1123 10:00:00.000000`.
pub(super) fn glog(text: &str) -> Option<(Yearless, usize)> {
    let mut cursor = Cursor::new(text);
    let (month, day) = (cursor.digits(2)?, cursor.digits(2)?);
    cursor.eat(b' ')?;
    let (clock, _) = cursor.clock()?;
    Some((Yearless { month, day, clock }, cursor.at))
}

/// `2026-11-23T10:00:00.123Z`, `2026-11-23 10:00:00,123 +0100`, `2026/11/23 10:00:00`, `2026-11-23 10:00:00 UTC`.
fn year_first(text: &str) -> Option<Stamp> {
    let mut cursor = Cursor::new(text);
    let year = cursor.digits(4)?;
    let separator = cursor.eat_any(b"-/.")?;
    let month = cursor.digits(2)?;
    cursor.eat(separator)?;
    let day = cursor.digits(2)?;
    cursor.eat_any(b"T t_")?;
    let (clock, fraction) = cursor.clock()?;
    let zone = cursor.zone();
    let time = milliseconds(year, month, day, clock, zone.unwrap_or(0)).map_or(Time::Unknown, Time::At);
    Some(Stamp {
        fraction_digits: fraction.digits,
        comma: fraction.comma,
        zulu: text.as_bytes().get(cursor.at - 1) == Some(&b'Z'),
        ..Stamp::new(time, cursor.at)
    })
}

/// `23/Nov/2026:10:00:00 +0000`, `23-Nov-2026 10:00:00.123 UTC`, `23 Nov 2026 10:00:00.123`.
fn day_first(text: &str) -> Option<Stamp> {
    let mut cursor = Cursor::new(text);
    let day = cursor.digits(2).or_else(|| cursor.digits(1))?;
    let separator = cursor.eat_any(b"/- ")?;
    let month = cursor.month()?;
    cursor.eat(separator)?;
    let year = cursor.digits(4)?;
    cursor.eat_any(b": ")?;
    let (clock, fraction) = cursor.clock()?;
    let zone = cursor.zone();
    let time = milliseconds(year, month, day, clock, zone.unwrap_or(0)).map_or(Time::Unknown, Time::At);
    Some(Stamp { fraction_digits: fraction.digits, comma: fraction.comma, ..Stamp::new(time, cursor.at) })
}

/// `Nov 23 10:00:00` (syslog), `Mon Nov 23 10:00:00.123456 2026` (ctime, Apache), `Nov 23, 2026 10:00:00 AM` (`java.util.logging`).
fn month_first(text: &str) -> Option<Stamp> {
    let mut cursor = Cursor::new(text);
    if cursor.weekday() {
        cursor.eat(b' ')?;
    }
    let month = cursor.month()?;
    cursor.eat(b' ')?;
    let day = cursor.day()?;
    if cursor.eat(b',').is_some() {
        cursor.eat(b' ')?;
        let year = cursor.digits(4)?;
        let _ = cursor.eat(b',');
        cursor.eat(b' ')?;
        let clock = cursor.half_day_clock()?;
        let time = milliseconds(year, month, day, clock, 0).map_or(Time::Unknown, Time::At);
        return Some(Stamp::new(time, cursor.at));
    }
    cursor.eat(b' ')?;
    let (clock, fraction) = cursor.clock()?;
    let before = cursor.at;
    let year = cursor.eat(b' ').and_then(|()| cursor.digits(4)).filter(|_| !cursor.peek().is_some_and(|byte| byte.is_ascii_alphanumeric()));
    let time = if let Some(year) = year {
        milliseconds(year, month, day, clock, 0).map_or(Time::Unknown, Time::At)
    } else {
        cursor.at = before;
        Time::Yearless(Yearless { month, day, clock })
    };
    Some(Stamp { fraction_digits: fraction.digits, comma: fraction.comma, ..Stamp::new(time, cursor.at) })
}

/// `11/23/2026, 10:00:00 AM`: whether the day or the month comes first, the line does not say.
fn american(text: &str) -> Option<Stamp> {
    let mut cursor = Cursor::new(text);
    for _ in 0..2 {
        cursor.digits(2).or_else(|| cursor.digits(1))?;
        cursor.eat(b'/')?;
    }
    cursor.digits(4)?;
    let _ = cursor.eat(b',');
    cursor.eat(b' ')?;
    if cursor.half_day_clock().is_none() {
        cursor.clock()?;
    }
    Some(Stamp::new(Time::Unknown, cursor.at))
}

/// `10:00:00.123`
fn time_of_day(text: &str) -> Option<Stamp> {
    let mut cursor = Cursor::new(text);
    let (_, fraction) = cursor.clock()?;
    Some(Stamp { fraction_digits: fraction.digits, comma: fraction.comma, ..Stamp::new(Time::Unknown, cursor.at) })
}

/// Seconds (10 digits, with or without a fraction), milli- (13), micro- (16) or nanoseconds (19) since 1970, between 2001 and 2100: a shorter
/// or longer number is no time.
fn epoch(text: &str) -> Option<Stamp> {
    const FIRST: i64 = 1_000_000_000;
    const LAST: i64 = 4_102_444_800;
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number: i64 = text.get(..digits)?.parse().ok()?;
    let mut length = digits;
    let mut ms = match digits {
        10 => number * 1_000,
        13 => number,
        16 => number / 1_000,
        19 => number / 1_000_000,
        _ => return None,
    };
    if digits == 10 && text.as_bytes().get(digits) == Some(&b'.') {
        let fraction = text.get(digits + 1..)?;
        let count = fraction.bytes().take_while(u8::is_ascii_digit).count();
        let nanoseconds = nanoseconds(fraction.get(..count)?)?;
        ms += i64::from(nanoseconds / 1_000_000);
        length += 1 + count;
    }
    (FIRST * 1_000..LAST * 1_000).contains(&ms).then(|| Stamp::new(Time::At(ms), length))
}

/// Milliseconds since 1970; `None` for a day that is in no calendar.
fn milliseconds(year: u32, month: u32, day: u32, clock: Clock, offset_seconds: i32) -> Option<i64> {
    let small = |number: u32| i8::try_from(number).ok();
    let year = i16::try_from(year).ok()?;
    // A leap second is told as the second before it.
    let second = small(clock.second.min(59))?;
    let nanosecond = i32::try_from(clock.nanosecond).ok()?;
    let civil = DateTime::new(year, small(month)?, small(day)?, small(clock.hour)?, small(clock.minute)?, second, nanosecond).ok()?;
    let timestamp = Offset::from_seconds(offset_seconds).ok()?.to_timestamp(civil).ok()?;
    Some(timestamp.as_millisecond())
}

/// One to nine digits behind the point.
fn nanoseconds(digits: &str) -> Option<u32> {
    let count = u32::try_from(digits.len()).ok().filter(|count| (1..=9).contains(count))?;
    Some(digits.parse::<u32>().ok()? * 10_u32.pow(9 - count))
}

#[derive(Clone, Copy, Default)]
struct Fraction {
    digits: usize,
    comma: bool,
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        self.eat_any(&[byte]).map(|_| ())
    }

    fn eat_any(&mut self, bytes: &[u8]) -> Option<u8> {
        let found = self.peek().filter(|byte| bytes.contains(byte))?;
        self.at += 1;
        Some(found)
    }

    /// Exactly so many digits.
    fn digits(&mut self, count: usize) -> Option<u32> {
        let digits = self.text.as_bytes().get(self.at..self.at + count)?;
        let number = digits.iter().try_fold(0_u32, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0')))?;
        self.at += count;
        Some(number)
    }

    /// A day of the month, padded with a blank or a zero or not at all.
    fn day(&mut self) -> Option<u32> {
        let _ = self.eat(b' ');
        self.digits(2).or_else(|| self.digits(1))
    }

    /// `10:00:00`, `10:00:00.123`, `10:00:00,123`.
    fn clock(&mut self) -> Option<(Clock, Fraction)> {
        let hour = self.digits(2)?;
        self.eat(b':')?;
        let minute = self.digits(2)?;
        self.eat(b':')?;
        let second = self.digits(2)?;
        if hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let rest = self.text.get(self.at..)?;
        let count = rest.bytes().skip(1).take_while(u8::is_ascii_digit).count();
        let mut clock = Clock { hour, minute, second, nanosecond: 0 };
        let mut fraction = Fraction::default();
        if rest.starts_with(['.', ',']) && (1..=9).contains(&count) {
            clock.nanosecond = nanoseconds(rest.get(1..=count)?)?;
            fraction = Fraction { digits: count, comma: rest.starts_with(',') };
            self.at += 1 + count;
        }
        Some((clock, fraction))
    }

    /// `9:05:00 AM`; newer Java puts a narrow no-break space before AM.
    fn half_day_clock(&mut self) -> Option<Clock> {
        let start = self.at;
        let mut read = || {
            let hour = self.digits(2).or_else(|| self.digits(1)).filter(|hour| (1..=12).contains(hour))?;
            self.eat(b':')?;
            let minute = self.digits(2).filter(|minute| *minute < 60)?;
            self.eat(b':')?;
            let second = self.digits(2).filter(|second| *second <= 60)?;
            let rest = self.text.get(self.at..)?;
            let half = rest.strip_prefix(' ').or_else(|| rest.strip_prefix('\u{202f}'))?;
            let afternoon = half.starts_with("PM");
            if !afternoon && !half.starts_with("AM") {
                return None;
            }
            self.at += rest.len() - half.len() + 2;
            Some(Clock { hour: hour % 12 + if afternoon { 12 } else { 0 }, minute, second, nanosecond: 0 })
        };
        let clock = read();
        if clock.is_none() {
            self.at = start;
        }
        clock
    }

    fn month(&mut self) -> Option<u32> {
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let name = self.text.get(self.at..self.at + 3)?;
        let index = MONTHS.iter().position(|month| *month == name)?;
        self.at += 3;
        u32::try_from(index + 1).ok()
    }

    fn weekday(&mut self) -> bool {
        let known = self.text.get(self.at..self.at + 3).is_some_and(|name| ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].contains(&name));
        if known {
            self.at += 3;
        }
        known
    }

    /// `Z`, `+01:00`, ` +0100`, ` UTC`, ` GMT`, as seconds east of UTC; nothing is taken when there is none.
    fn zone(&mut self) -> Option<i32> {
        if self.eat_any(b"Zz").is_some() {
            return Some(0);
        }
        let start = self.at;
        let spaced = self.eat(b' ').is_some();
        let rest = self.text.get(self.at..).unwrap_or_default();
        if spaced && (rest.starts_with("UTC") || rest.starts_with("GMT")) && !rest.as_bytes().get(3).is_some_and(u8::is_ascii_alphanumeric) {
            self.at += 3;
            return Some(0);
        }
        let zone = self.offset();
        if zone.is_none() || self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric()) {
            self.at = start;
            return None;
        }
        zone
    }

    fn offset(&mut self) -> Option<i32> {
        let sign = if self.eat_any(b"+-")? == b'-' { -1 } else { 1 };
        let hours = self.digits(2).filter(|hours| *hours < 24)?;
        let _ = self.eat(b':');
        let minutes = self.digits(2).filter(|minutes| *minutes < 60)?;
        Some(sign * i32::try_from(hours * 3_600 + minutes * 60).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-23T10:00:00Z
    const TEN: i64 = 1_795_428_000_000;

    #[test]
    fn every_spelling_of_one_moment_is_read() {
        for text in [
            "2026-11-23T10:00:00Z",
            "2026-11-23T10:00:00.000000000Z",
            "2026-11-23T11:00:00+01:00",
            "2026-11-23 05:00:00 -0500",
            "2026-11-23 10:00:00,000",
            "2026/11/23 10:00:00",
            "2026-11-23 10:00:00 UTC",
            "2026-11-23 10:00:00.000 +00:00",
            "23/Nov/2026:10:00:00 +0000",
            "23-Nov-2026 10:00:00 UTC",
            "23 Nov 2026 10:00:00.000",
            "Mon Nov 23 10:00:00.000000 2026",
            "Nov 23, 2026 10:00:00 AM",
            "Nov 23, 2026, 10:00:00\u{202f}AM",
            "1795428000",
            "1795428000.000",
            "1795428000000",
            "1795428000000000",
            "1795428000000000000",
        ] {
            assert_eq!(parse(text), Some(TEN), "{text}");
        }
        assert_eq!(parse("2026-11-23T10:00:00,123456Z"), Some(TEN + 123));
        assert_eq!(parse("1795428000.5"), Some(TEN + 500));
        assert_eq!(parse("Nov 23, 2026 10:00:00 PM"), Some(TEN + 12 * 3_600_000));
    }

    #[test]
    fn what_is_no_time_is_not_read() {
        for text in [
            "",
            "2026-11-23",
            "2026-13-23T10:00:00Z",
            "2026-11-23T25:00:00Z",
            "23/Foo/2026:10:00:00",
            "12345",
            "0123456789",
            "9999999999",
            "é",
            "2026-11-23T10:00",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        for text in ["2026-11-23 10:00:00,12,foo", "2026-11-23T10:00:00x", "1795428000,5", "May be 10:00:00"] {
            assert_eq!(prefix(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_without_a_year_is_put_near_the_event() {
        let stamp = prefix("Dec 31 23:59:59 host").unwrap();
        assert_eq!((stamp.ms(), stamp.length), (None, 15));
        let Time::Yearless(yearless) = stamp.time else { panic!("{stamp:?}") };
        let new_year = parse("2027-01-01T00:00:05Z").unwrap();
        assert_eq!(yearless.near(new_year), Some(new_year - 6_000));
        assert_eq!(yearless.near(parse("2026-12-31T00:00:00Z").unwrap()), Some(new_year - 6_000));
        let (leap, _) = glog("0229 10:00:00.5").unwrap();
        assert_eq!(leap.near(parse("2028-03-01T00:00:00Z").unwrap()), parse("2028-02-29T10:00:00.5Z"));
        assert_eq!(leap.near(parse("2026-03-01T00:00:00Z").unwrap()), None);
    }

    #[test]
    fn only_the_time_is_taken_and_not_what_follows() {
        for (text, length) in [
            ("2026-11-23 10:00:00 - x", 19),
            ("2026-11-23 10:00:00 -05 x", 19),
            ("Nov  3 10:00:00 2026host", 15),
            ("10:00:00.123 [main]", 12),
            ("11/23/2026, 9:00:00 AM  x", 22),
        ] {
            assert_eq!(prefix(text).unwrap().length, length, "{text}");
        }
    }
}
