//! `StateReason` texts in CloudWatch's wording, as observed in messages and alarm histories on AWS.

use jiff::Timestamp;

use crate::alarm::{AlarmRule, AlarmState, Comparison, MissingData, evaluate::Evidence};

/// Reason of an alarm that was never evaluated.
pub const INITIAL: &str = "Unchecked: Initial alarm creation";

/// The reason of a decision.
pub(super) fn of(state: AlarmState, evidence: &Evidence, rule: &AlarmRule) -> String {
    if state == AlarmState::InsufficientData {
        let unknown = rule.evaluation_periods;
        return format!("Insufficient Data: {unknown} {} {} unknown.", datapoints(unknown), was(unknown));
    }
    let missing = evidence.missing;
    let treated = match rule.missing {
        MissingData::Breaching if missing > 0 => Some("Breaching"),
        MissingData::NotBreaching if missing > 0 => Some("NonBreaching"),
        _ => None,
    };
    if let (true, Some(treated)) = (evidence.kept.is_empty(), treated) {
        let periods = if missing == 1 { "period" } else { "periods" };
        return format!(
            "Threshold Crossed: no datapoints were received for {missing} {periods} and {missing} missing {} {} treated as [{treated}].",
            datapoints(missing),
            was(missing),
        );
    }
    let mut text = crossed(state, evidence, rule);
    if let Some(treated) = treated {
        text.push_str(&format_missing(missing, treated));
    }
    if rule.datapoints_to_alarm.is_some() {
        text.push_str(&minimum(state, rule));
    }
    text.push('.');
    text
}

/// The datapoints that speak for the state, newest first, compared with the threshold.
fn crossed(state: AlarmState, evidence: &Evidence, rule: &AlarmRule) -> String {
    let breaching = state == AlarmState::Alarm;
    let wanted: Vec<_> = evidence.kept.iter().filter(|kept| kept.verdict == Some(breaching)).collect();
    // When missing data alone tips the scale, the datapoints of the other kind are what there is to show.
    let (shown, breaching) = if wanted.is_empty() { (evidence.kept.iter().collect(), !breaching) } else { (wanted, breaching) };
    let count = u32::try_from(shown.len()).unwrap_or(u32::MAX);
    let points: Vec<String> = shown.iter().map(|kept| format!("{} ({})", number(kept.point.value), time(kept.point.start))).collect();
    let of_how_many = if rule.datapoints_to_alarm.is_some() {
        format!("{count} out of the last {} datapoints", evidence.kept.len())
    } else {
        format!("{count} {}", datapoints(count))
    };
    format!(
        "Threshold Crossed: {of_how_many} [{}] {} {}{} the threshold ({})",
        points.join(", "),
        was(count),
        if breaching { "" } else { "not " },
        words(rule.comparison),
        number(rule.threshold),
    )
}

fn format_missing(missing: u32, treated: &str) -> String {
    format!(" and {missing} missing {} {} treated as [{treated}]", datapoints(missing), was(missing))
}

fn minimum(state: AlarmState, rule: &AlarmRule) -> String {
    let to_alarm = rule.datapoints_to_alarm();
    let (needed, change) =
        if state == AlarmState::Alarm { (to_alarm, "OK -> ALARM") } else { (rule.evaluation_periods.saturating_sub(to_alarm) + 1, "ALARM -> OK") };
    format!(" (minimum {needed} {} for {change} transition)", datapoints(needed))
}

const fn datapoints(count: u32) -> &'static str {
    if count == 1 { "datapoint" } else { "datapoints" }
}

const fn was(count: u32) -> &'static str {
    if count == 1 { "was" } else { "were" }
}

const fn words(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::GreaterThan => "greater than",
        Comparison::GreaterThanOrEqual => "greater than or equal to",
        Comparison::LessThan => "less than",
        Comparison::LessThanOrEqual => "less than or equal to",
    }
}

/// A number as Java prints a double, which is what the texts hold: `5.0`, `1.0E7`, `1.0E-4`.
fn number(value: f64) -> String {
    let size = value.abs();
    if value != 0.0 && !(1e-3..1e7).contains(&size) {
        let text = format!("{value:E}");
        return match text.split_once('E') {
            Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0E{exponent}"),
            _ => text,
        };
    }
    format!("{value:?}")
}

/// `20/11/26 13:05:00`, UTC.
fn time(second: i64) -> String {
    Timestamp::from_second(second).map_or_else(|_| second.to_string(), |at| at.strftime("%d/%m/%y %H:%M:%S").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        alarm::{Decision, evaluate},
        statistics::Datapoint,
    };

    /// 20 November 2026, 13:00 UTC.
    const AT: i64 = 1_795_179_600;

    fn reason(values: &[Option<f64>], to_alarm: Option<u32>, missing: MissingData) -> String {
        let rule = AlarmRule {
            comparison: Comparison::GreaterThan,
            threshold: 50.0,
            period_seconds: 60,
            evaluation_periods: 3,
            datapoints_to_alarm: to_alarm,
            missing,
            least_samples: None,
        };
        let range: Vec<_> = (0..).zip(values).map(|(index, value)| value.map(|value| Datapoint { start: AT + 60 * index, value, samples: 1.0 })).collect();
        match evaluate(&range, &rule) {
            Decision::Become { reason, .. } => reason,
            Decision::Retain => panic!("no decision"),
        }
    }

    #[test]
    fn wording_matches_what_aws_sends() {
        let missing = MissingData::Missing;
        assert_eq!(
            reason(&[Some(1.0), Some(70.25), Some(100.0)], Some(2), missing),
            "Threshold Crossed: 2 out of the last 3 datapoints [100.0 (20/11/26 13:02:00), 70.25 (20/11/26 13:01:00)] were greater than \
             the threshold (50.0) (minimum 2 datapoints for OK -> ALARM transition)."
        );
        assert_eq!(
            reason(&[Some(0.0), Some(70.0), Some(0.0)], Some(3), missing),
            "Threshold Crossed: 2 out of the last 3 datapoints [0.0 (20/11/26 13:02:00), 0.0 (20/11/26 13:00:00)] were not greater than \
             the threshold (50.0) (minimum 1 datapoint for ALARM -> OK transition)."
        );
        assert_eq!(
            reason(&[Some(60.0), Some(60.0), Some(60.0)], None, missing),
            "Threshold Crossed: 3 datapoints [60.0 (20/11/26 13:02:00), 60.0 (20/11/26 13:01:00), 60.0 (20/11/26 13:00:00)] were greater \
             than the threshold (50.0)."
        );
        assert_eq!(reason(&[None, None, None], Some(3), missing), "Insufficient Data: 3 datapoints were unknown.");
    }

    #[test]
    fn missing_data_is_named_by_its_treatment() {
        assert_eq!(
            reason(&[None, None, None], Some(3), MissingData::Breaching),
            "Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [Breaching]."
        );
        assert_eq!(
            reason(&[None, None, Some(60.0)], None, MissingData::Breaching),
            "Threshold Crossed: 1 datapoint [60.0 (20/11/26 13:02:00)] was greater than the threshold (50.0) and 2 missing datapoints were \
             treated as [Breaching]."
        );
        assert_eq!(
            reason(&[None, None, Some(60.0)], Some(2), MissingData::NotBreaching),
            "Threshold Crossed: 1 out of the last 1 datapoints [60.0 (20/11/26 13:02:00)] was greater than the threshold (50.0) and 2 \
             missing datapoints were treated as [NonBreaching] (minimum 2 datapoints for ALARM -> OK transition)."
        );
    }

    #[test]
    fn numbers_print_as_java_doubles() {
        let texts = [0.0, 5.0, 0.001, 0.000_1, 12_345_678.0, 10_000_000.0, -0.5].map(number);
        assert_eq!(texts, ["0.0", "5.0", "0.001", "1.0E-4", "1.2345678E7", "1.0E7", "-0.5"]);
    }
}
