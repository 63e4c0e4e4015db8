//! Statistics of an alarm, as `CloudWatch` spells them.

use crate::config::{
    code::Code,
    findings::{Finding, Findings},
    read::{Expected, scalar, suggestion::closest},
    source::Spanned,
    tree::{Node, shortened},
};

/// The five plain statistics. Source: `PutMetricAlarm`, Statistic.
const PLAIN: [&str; 5] = ["Average", "Maximum", "Minimum", "SampleCount", "Sum"];
/// Most decimals of a percentile. Source: `CloudWatch`, Statistics definitions (eleven are refused).
const MAX_DECIMALS: usize = 10;

/// A statistic: one of the plain ones, a percentile `p99.9`, a trimmed statistic `tm90`, or `IQM`.
pub(crate) fn statistic(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    let expected = Expected { what: "a statistic", example: "statistic: p99" };
    let typed = scalar::text(node, &expected, findings)?;
    if is_statistic(&typed.value) {
        return Some(typed);
    }
    let hint = match closest(&typed.value, PLAIN) {
        Some(word) => format!("did you mean `{word}`?"),
        None => "allowed: `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount`, percentiles such as `p99`, and `tm90`, `IQM`".to_owned(),
    };
    let message = format!("`{}` is not a statistic of CloudWatch", shortened(&typed.value));
    findings.push(Finding::error(Code::BadStatistic, node.span, message).hint(hint));
    None
}

/// Whether a statistic needs the single values, not only their sum and number.
pub(crate) fn is_percentile(statistic: &str) -> bool {
    !PLAIN.contains(&statistic)
}

fn is_statistic(text: &str) -> bool {
    if PLAIN.contains(&text) || text == "IQM" {
        return true;
    }
    let number = ["p", "tm", "wm", "tc", "ts"].iter().find_map(|kind| text.strip_prefix(kind));
    let Some(number) = number.filter(|number| number.starts_with(|first: char| first.is_ascii_digit())) else {
        return false;
    };
    let decimals = number.split_once('.').map_or("0", |(_, decimals)| decimals);
    let plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    plain && !decimals.is_empty() && decimals.len() <= MAX_DECIMALS && number.parse::<f64>().is_ok_and(|value| value <= 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_are_those_of_cloudwatch() {
        for text in ["Sum", "p0", "p90", "p99.9", "p100", "p99.0123456789", "tm90", "IQM"] {
            assert!(is_statistic(text), "{text}");
        }
        for text in ["sum", "p", "p101", "p99.", "p.9", "p-1", "p1e1", "p99.01234567891", "median", "P99"] {
            assert!(!is_statistic(text), "{text}");
        }
    }
}
