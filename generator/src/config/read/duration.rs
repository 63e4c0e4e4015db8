//! Durations: a number and a unit, `30d`, `500ms`, `15 minutes`.

use skywarden_cloudformation::limits::{RETENTION_DAYS, SHORT_ALARM_WINDOW_SECONDS, STREAM_RETENTION_HOURS, WARM_UP_MINUTES};
use skywarden_document::{Node, Spanned, shortened};

use crate::config::{
    code::Code,
    findings::{Finding, Findings},
};

/// A unit of time in milliseconds, by any of its spellings.
fn unit_milliseconds(unit: &str) -> Option<f64> {
    Some(match unit {
        "ms" | "millisecond" | "milliseconds" => 1.0,
        "s" | "sec" | "second" | "seconds" => 1_000.0,
        "m" | "min" | "minute" | "minutes" => 60_000.0,
        "h" | "hour" | "hours" => 3_600_000.0,
        "d" | "day" | "days" => 86_400_000.0,
        "w" | "week" | "weeks" => 7.0 * 86_400_000.0,
        _ => return None,
    })
}

/// Milliseconds of a duration text; `None` when it is none or not positive.
pub(super) fn parse(text: &str) -> Option<f64> {
    let text = text.trim();
    let split = text.find(|character: char| !character.is_ascii_digit() && character != '.')?;
    let (number, unit) = text.split_at_checked(split)?;
    let number: f64 = number.parse().ok()?;
    let milliseconds = number * unit_milliseconds(unit.trim_start())?;
    (milliseconds > 0.0 && milliseconds.is_finite()).then_some(milliseconds)
}

/// A duration in milliseconds.
pub(crate) fn milliseconds(node: &Node, example: &str, findings: &mut Findings) -> Option<Spanned<f64>> {
    let value = node.scalar().and_then(parse);
    if value.is_none() {
        refuse(node, example, findings);
    }
    value.map(|value| Spanned::new(value, node.span))
}

/// A warm-up in minutes: whole ones, as many as an alarm takes.
pub(crate) fn warm_up(node: &Node, findings: &mut Findings) -> Option<Spanned<u32>> {
    minutes(node, "warm_up: 10 minutes", "an alarm cannot warm up for", WARM_UP_MINUTES, findings)
}

/// How long a deployment takes, in minutes: as many as an alarm on minutes looks back.
pub(crate) fn deploying(node: &Node, findings: &mut Findings) -> Option<Spanned<u32>> {
    let most = u32::try_from(SHORT_ALARM_WINDOW_SECONDS / 60).unwrap_or(u32::MAX);
    minutes(node, "deploying: 10 minutes", "an alarm cannot be held back for a deployment of", most, findings)
}

/// Whole minutes, at most so many days of them. `refused`: the message before what was typed.
pub(crate) fn minutes(node: &Node, example: &str, refused: &str, most: u32, findings: &mut Findings) -> Option<Spanned<u32>> {
    let Some(milliseconds) = node.scalar().and_then(parse) else {
        refuse(node, example, findings);
        return None;
    };
    let minutes = milliseconds / 60_000.0;
    if minutes.fract() != 0.0 || !(1.0..=f64::from(most)).contains(&minutes) {
        let message = format!("{refused} {}", shortened(node.scalar().unwrap_or_default()));
        let longest = if most > 1_440 { format!("{} days", most / 1_440) } else { "a day".to_owned() };
        let hint = format!("write whole minutes, at least 1 and at most {longest}");
        findings.push(Finding::error(Code::OutOfRange, node.span, message).hint(hint));
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number within the bounds")]
    Some(Spanned::new(minutes as u32, node.span))
}

/// Days an objective may be over, each with its reason: whole weeks have the same weekdays in each, a month and a quarter are what agreements are written in.
const OBJECTIVE_DAYS: [u32; 4] = [7, 28, 30, 90];

/// Periods an objective may be judged by: those that the windows of its alarms are made of.
const OBJECTIVE_PERIODS: [(&str, u32); 6] = [("1m", 60), ("5m", 300), ("10m", 600), ("15m", 900), ("30m", 1_800), ("1h", 3_600)];

/// The days of an objective.
pub(crate) fn objective_window(node: &Node, findings: &mut Findings) -> Option<Spanned<u32>> {
    const DAY: f64 = 86_400_000.0;
    let Some(milliseconds) = node.scalar().and_then(parse) else {
        refuse(node, "window: 30d", findings);
        return None;
    };
    if let Some(days) = OBJECTIVE_DAYS.iter().find(|days| (f64::from(**days) - milliseconds / DAY).abs() < f64::EPSILON) {
        return Some(Spanned::new(*days, node.span));
    }
    let message = format!("an objective cannot be over {}", shortened(node.scalar().unwrap_or_default()));
    let hint = "choose `7d` or `28d` (whole weeks), `30d` or `90d`; they are always the last days, not those of the calendar";
    findings.push(Finding::error(Code::BadObjectiveWindow, node.span, message).hint(hint));
    None
}

/// The period of an objective in seconds.
pub(crate) fn objective_period(node: &Node, findings: &mut Findings) -> Option<Spanned<u32>> {
    let Some(milliseconds) = node.scalar().and_then(parse) else {
        refuse(node, "period: 1m", findings);
        return None;
    };
    if let Some((_, seconds)) = OBJECTIVE_PERIODS.iter().find(|(_, seconds)| (f64::from(*seconds) * 1_000.0 - milliseconds).abs() < f64::EPSILON) {
        return Some(Spanned::new(*seconds, node.span));
    }
    let message = format!("an objective cannot be judged by periods of {}", shortened(node.scalar().unwrap_or_default()));
    let allowed = OBJECTIVE_PERIODS.map(|(word, _)| format!("`{word}`")).join(", ");
    findings.push(Finding::error(Code::OutOfRange, node.span, message).hint(format!("allowed, since the windows of its alarms are made of them: {allowed}")));
    None
}

/// How long a stream keeps its records, in hours: whole ones, as many as Kinesis takes.
pub(crate) fn stream_retention(node: &Node, findings: &mut Findings) -> Option<Spanned<u32>> {
    let Some(milliseconds) = node.scalar().and_then(parse) else {
        refuse(node, "retention: 24h", findings);
        return None;
    };
    let hours = milliseconds / 3_600_000.0;
    let (least, most) = (*STREAM_RETENTION_HOURS.start(), *STREAM_RETENTION_HOURS.end());
    if hours.fract() != 0.0 || !(f64::from(least)..=f64::from(most)).contains(&hours) {
        let message = format!("a stream cannot keep its records for {}", shortened(node.scalar().unwrap_or_default()));
        findings.push(Finding::error(Code::OutOfRange, node.span, message).hint(format!("write whole hours from {least}h to {}d", most / 24)));
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number within the bounds")]
    Some(Spanned::new(hours as u32, node.span))
}

/// A retention in days, one of those `CloudWatch` Logs accepts.
pub(crate) fn retention(node: &Node, findings: &mut Findings) -> Option<Spanned<u32>> {
    const DAY: f64 = 86_400_000.0;
    let Some(milliseconds) = node.scalar().and_then(parse) else {
        refuse(node, "retention: 30d", findings);
        return None;
    };
    let found = RETENTION_DAYS.iter().find(|days| (f64::from(**days) - milliseconds / DAY).abs() < f64::EPSILON);
    if let Some(days) = found {
        return Some(Spanned::new(*days, node.span));
    }
    // The next longer one keeps at least what was asked for; beyond the longest there is only the longest.
    let nearest = RETENTION_DAYS.iter().find(|days| f64::from(**days) * DAY >= milliseconds).or(RETENTION_DAYS.last());
    let message = format!("CloudWatch Logs cannot keep logs for exactly {}", shortened(node.scalar().unwrap_or_default()));
    let mut finding = Finding::error(Code::BadRetention, node.span, message);
    if let Some(days) = nearest {
        let all: Vec<_> = RETENTION_DAYS.iter().map(ToString::to_string).collect();
        finding = finding.hint(format!("choose `{days}d`; allowed days: {}", all.join(", ")));
    }
    findings.push(finding);
    None
}

fn refuse(node: &Node, example: &str, findings: &mut Findings) {
    let message = format!("expected a duration, found {}", node.found());
    let hint = format!("write a number and a unit (ms, s, m, h, d), for example `{example}`");
    findings.push(Finding::error(Code::BadDuration, node.span, message).hint(hint));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::float_cmp, reason = "the values are exact in binary")]
    fn durations_take_any_common_spelling() {
        for (text, milliseconds) in [
            ("500ms", 500.0),
            ("10s", 10_000.0),
            ("1.5s", 1_500.0),
            ("5m", 300_000.0),
            ("15 minutes", 900_000.0),
            ("1 hour", 3_600_000.0),
            ("30d", 2_592_000_000.0),
        ] {
            assert_eq!(parse(text), Some(milliseconds), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in ["", "5", "m", "-5m", "0s", "5 parsecs", "1..5s", "5m3s", "é", "9e9d"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
