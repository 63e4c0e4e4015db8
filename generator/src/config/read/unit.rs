//! Units of metrics, as `PutMetricData` spells them.

use skywarden_core::metric::UNITS;
use skywarden_document::{Node, Spanned, closest, shortened};

use crate::config::{
    code::Code,
    findings::{Finding, Findings},
    read::{Expected, scalar},
};

/// A unit.
pub(crate) fn unit(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    let expected = Expected { what: "a unit", example: "unit: Milliseconds" };
    let typed = scalar::text(node, &expected, findings)?;
    if UNITS.contains(&typed.value.as_str()) {
        return Some(typed);
    }
    let meant = match typed.value.as_str() {
        "ms" => Some("Milliseconds"),
        "s" | "sec" => Some("Seconds"),
        "us" | "µs" => Some("Microseconds"),
        "%" => Some("Percent"),
        "B" => Some("Bytes"),
        "KB" => Some("Kilobytes"),
        "MB" => Some("Megabytes"),
        "GB" => Some("Gigabytes"),
        other => closest(other, UNITS),
    };
    let message = format!("`{}` is not a unit of CloudWatch", shortened(&typed.value));
    let hint = match meant {
        Some(word) => format!("did you mean `{word}`?"),
        None => "allowed: Count, Percent, None, Seconds, Milliseconds, Microseconds, Bytes … Terabytes, Bits … Terabits, and these as `…/Second`".to_owned(),
    };
    findings.push(Finding::error(Code::BadUnit, node.span, message).hint(hint));
    None
}

/// Milliseconds in a unit of time; `None` for every other unit. Whole numbers stay whole: a thousandth of a millisecond is not exact in binary.
pub(crate) fn in_time_unit(milliseconds: f64, unit: &str) -> Option<f64> {
    match unit {
        "Seconds" => Some(milliseconds / 1_000.0),
        "Milliseconds" => Some(milliseconds),
        "Microseconds" => Some(milliseconds * 1_000.0),
        _ => None,
    }
}

/// Whether a unit is one of time.
pub(crate) fn is_time_unit(unit: &str) -> bool {
    in_time_unit(0.0, unit).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_stay_whole_in_every_unit() {
        for (milliseconds, unit, expected) in [(2.0, "Microseconds", 2_000.0), (1.5, "Milliseconds", 1.5), (600_000.0, "Seconds", 600.0)] {
            assert_eq!(in_time_unit(milliseconds, unit), Some(expected), "{unit}");
        }
        assert!(in_time_unit(1.0, "Bytes").is_none() && !is_time_unit("Count"));
    }
}
