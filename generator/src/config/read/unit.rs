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

/// Seconds in one of a unit of time; `None` for every other unit.
pub(crate) fn unit_seconds(unit: &str) -> Option<f64> {
    match unit {
        "Seconds" => Some(1.0),
        "Milliseconds" => Some(0.001),
        "Microseconds" => Some(0.000_001),
        _ => None,
    }
}
