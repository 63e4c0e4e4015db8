//! Thresholds as typed in the unit of what they are compared with.

use skywarden_document::Spanned;

use crate::config::{
    code::Code,
    findings::{Finding, Findings},
    raw::Threshold,
    read,
};

/// What a threshold is compared with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measured<'a> {
    /// Name of the metric.
    pub(super) name: &'a str,
    /// Unit of the metric.
    pub(super) unit: &'a str,
    /// Whether it is a share of another number, in percent.
    pub(super) share: bool,
}

/// The threshold in that unit; reported when it cannot be.
pub(super) fn in_unit(given: &Spanned<Threshold>, measured: &Measured<'_>, findings: &mut Findings) -> Option<f64> {
    let Measured { name, unit, share } = *measured;
    let mut refuse = |message: String, hint: &str| {
        findings.push(Finding::error(Code::WrongType, given.span, message).hint(hint));
        None
    };
    match given.value {
        Threshold::Percent(percent) if share || unit == "Percent" => Some(percent),
        Threshold::Percent(_) => refuse(format!("`{name}` is no share"), "write a plain number, or name what it is a share of: `share_of: Requests`"),
        _ if share => refuse("the threshold of a share is a percentage".to_owned(), "for example `above: 5%`"),
        Threshold::Number(number) => Some(number),
        Threshold::Milliseconds(milliseconds) => {
            if let Some(value) = read::in_time_unit(milliseconds, unit) {
                return Some(value);
            }
            refuse(format!("`{name}` is in {unit}, not in a unit of time"), "write a plain number, or set `unit: Milliseconds` on the metric")
        }
    }
}
