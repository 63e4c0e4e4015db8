//! When a maintenance window opens, and for how long: `Sun 02:00`, `Mon-Fri 22:00`, `2027-03-01 22:00`; `2 hours`.

use skywarden_cloudformation::{cloudwatch::MuteMoment, limits::MUTE_MINUTES};
use skywarden_document::{Node, Spanned, closest, shortened};

use super::{duration, quiet::minute};
use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
    },
    model::{Day, Opens},
};

/// Reads when a window opens.
pub(crate) fn opens(node: &Node, findings: &mut Findings) -> Option<Spanned<Opens>> {
    let problem = match parse(node.scalar().unwrap_or_default()) {
        Ok(opens) => return Some(Spanned::new(opens, node.span)),
        Err(problem) => problem,
    };
    let message = match node.scalar() {
        Some(text) => format!("`{}` does not say when a window opens: {problem}", shortened(text)),
        None => format!("expected when a window opens, found {}", node.found()),
    };
    findings.push(Finding::error(Code::BadMaintenance, node.span, message).hint("write `Sun 02:00`, `Mon-Fri 22:00`, `daily 02:00` or `2027-03-01 22:00`"));
    None
}

/// Reads for how long a window is open, in minutes.
pub(crate) fn maintenance_minutes(node: &Node, findings: &mut Findings) -> Option<Spanned<u32>> {
    let minutes = duration::milliseconds(node, "for: 2 hours", findings)?;
    let (least, most) = (MUTE_MINUTES.start(), MUTE_MINUTES.end());
    let whole = minutes.value / 60_000.0;
    if whole.fract() != 0.0 || !(f64::from(*least)..=f64::from(*most)).contains(&whole) {
        let message = format!("a window cannot be open for {}", shortened(node.scalar().unwrap_or_default()));
        let hint = format!("write whole minutes, hours or days, at most {} days", most / 1_440);
        findings.push(Finding::error(Code::BadMaintenance, node.span, message).hint(hint));
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number within the bounds")]
    Some(Spanned::new(whole as u32, node.span))
}

fn parse(text: &str) -> Result<Opens, String> {
    let text = text.trim();
    if text.starts_with(|first: char| first.is_ascii_digit()) && text.contains('-') {
        return once(text);
    }
    let (days, time) = text.rsplit_once(char::is_whitespace).ok_or("it needs a day and a time of day")?;
    let (hour, minute) = time_of_day(time)?;
    Ok(Opens::Weekly { days: self::days(days)?, hour, minute })
}

fn once(text: &str) -> Result<Opens, String> {
    let (date, time) = text.split_once([' ', 'T']).ok_or("a date needs a time of day, `2027-03-01 22:00`")?;
    let (hour, minute) = time_of_day(time.trim())?;
    let moment = MuteMoment::parse(&format!("{date}T{hour:02}:{minute:02}")).ok_or_else(|| format!("`{}` is no day of the calendar", shortened(date)))?;
    Ok(Opens::Once { year: moment.year, month: moment.month, day: moment.day, hour, minute })
}

fn time_of_day(text: &str) -> Result<(u8, u8), String> {
    let of_day = minute(text)?;
    if of_day == 0 && text.starts_with("24") {
        return Err("`24:00` is `00:00` of the next day".to_owned());
    }
    let part = |number: u16| u8::try_from(number).unwrap_or_default();
    Ok((part(of_day / 60), part(of_day % 60)))
}

/// `daily`, a day, a range of days, or several of them.
fn days(text: &str) -> Result<Vec<Day>, String> {
    let mut found = Vec::new();
    for word in text.split([' ', ',']).filter(|word| !word.is_empty() && *word != "and") {
        if word.eq_ignore_ascii_case("daily") {
            found.extend(Day::ALL);
        } else if let Some((first, last)) = word.split_once('-') {
            let (first, last) = (day(first)?, day(last)?);
            // A range may go over the end of the week: `Fri-Mon`.
            let from_first = Day::ALL.iter().cycle().skip_while(|day| **day != first);
            let before_last = from_first.clone().take_while(|day| **day != last);
            found.extend(before_last);
            found.push(last);
        } else {
            found.push(day(word)?);
        }
    }
    found.sort_unstable();
    found.dedup();
    if found.is_empty() { Err("it names no day".to_owned()) } else { Ok(found) }
}

fn day(word: &str) -> Result<Day, String> {
    let known = Day::ALL.into_iter().find(|day| word.eq_ignore_ascii_case(day.short()) || word.eq_ignore_ascii_case(day.as_str()));
    known.ok_or_else(|| match closest(word, Day::ALL.iter().map(|day| day.as_str()).chain(Day::ALL.iter().map(|day| day.short())).chain(["daily"])) {
        Some(near) => format!("there is no day `{}`, did you mean `{near}`?", shortened(word)),
        None => format!("`{}` is no day of the week", shortened(word)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weekly(days: &[Day], hour: u8, minute: u8) -> Opens {
        Opens::Weekly { days: days.to_vec(), hour, minute }
    }

    #[test]
    fn times_are_read_as_they_are_said() {
        assert_eq!(parse("Sun 02:00"), Ok(weekly(&[Day::Sunday], 2, 0)));
        assert_eq!(parse("daily 23:59"), Ok(weekly(&Day::ALL, 23, 59)));
        assert_eq!(parse("Mon-Fri 22:00"), Ok(weekly(&Day::ALL[1..6], 22, 0)));
        assert_eq!(parse("fri-monday 6:30"), Ok(weekly(&[Day::Sunday, Day::Monday, Day::Friday, Day::Saturday], 6, 30)));
        assert_eq!(parse("Sat and Sun, Sat 00:00"), Ok(weekly(&[Day::Sunday, Day::Saturday], 0, 0)));
        let once = Ok(Opens::Once { year: 2027, month: 3, day: 1, hour: 22, minute: 0 });
        assert_eq!((parse("2027-03-01 22:00"), parse("2027-03-01T22:00")), (once.clone(), once));
    }

    #[test]
    fn what_is_said_is_what_is_read_back() {
        for text in ["Sun 02:00", "daily 23:59", "Mon-Fri 22:00", "Sun,Wed,Sat 06:30", "2028-02-29 00:00"] {
            assert_eq!(parse(text).map(|opens| opens.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn what_is_no_time_is_refused_with_its_reason() {
        for (text, reason) in [
            ("", "needs a day and a time"),
            ("02:00", "needs a day and a time"),
            ("Sun", "needs a day and a time"),
            ("Sun 2am", "`2am` is no time of day"),
            ("Sun 24:00", "`00:00` of the next day"),
            ("Sum 02:00", "did you mean `Sun`"),
            ("sometimes 02:00", "`sometimes` is no day"),
            ("Mon-Xyz 02:00", "no day"),
            ("and 02:00", "names no day"),
            ("2027-02-29 22:00", "no day of the calendar"),
            ("2027-3-1 22:00", "no day of the calendar"),
            ("2027-03-01", "a date needs a time of day"),
        ] {
            let problem = parse(text).unwrap_err();
            assert!(problem.contains(reason), "{text}: {problem}");
        }
    }
}
