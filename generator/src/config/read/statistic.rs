//! Statistics of an alarm, as `CloudWatch` spells them.

use skywarden_core::statistics::{Statistic, StatisticErrorKind};
use skywarden_document::{Node, Spanned, closest, shortened};

use crate::config::{
    code::Code,
    findings::{Finding, Findings},
    read::{Expected, scalar},
};

/// The five plain statistics. Source: `PutMetricAlarm`, Statistic.
const PLAIN: [&str; 5] = ["Average", "Maximum", "Minimum", "SampleCount", "Sum"];

/// A statistic an alarm can have: one of the plain ones, a percentile `p99.9`, a trimmed or winsorized one `tm90` or `TM(10%:90%)`, a percentile
/// rank `PR(:300)`, or `IQM`. Given back in the spelling of `CloudWatch`, the shortest where there are several.
pub(crate) fn statistic(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    let expected = Expected { what: "a statistic", example: "statistic: p99" };
    let typed = scalar::text(node, &expected, findings)?;
    let (message, hint) = match typed.value.parse::<Statistic>() {
        Ok(statistic) if statistic.fits_alarm() => return Some(Spanned { value: statistic.to_string(), ..typed }),
        Ok(_) => (
            format!("`{}` is a statistic of CloudWatch, but no alarm can have it", shortened(&typed.value)),
            "in an alarm, cut off by percentages from 10% to 90%, as in `TM(10%:90%)`, or at the top, as in `tm99`".to_owned(),
        ),
        Err(error) => {
            let hint = match (closest(&typed.value, PLAIN), error.kind()) {
                (Some(word), StatisticErrorKind::Unknown | StatisticErrorKind::Letters) => format!("did you mean `{word}`?"),
                (_, StatisticErrorKind::Unknown) => {
                    "allowed: `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount`, percentiles such as `p99`, and `tm90`, `IQM`".to_owned()
                }
                _ => format!("{error}; {}", error.hint()),
            };
            (format!("`{}` is not a statistic of CloudWatch", shortened(&typed.value)), hint)
        }
    };
    findings.push(Finding::error(Code::BadStatistic, node.span, message).hint(hint));
    None
}

/// Whether a statistic needs the single values, not only their sum and number.
pub(crate) fn is_percentile(statistic: &str) -> bool {
    !PLAIN.contains(&statistic)
}

/// Whether a statistic is a percentile `p99`, of which few samples may say too little.
pub(crate) fn is_quantile(statistic: &str) -> bool {
    statistic.strip_prefix('p').is_some_and(|percent| percent.starts_with(|first: char| first.is_ascii_digit()))
}
