//! Rates of data: a number and a unit a second, `5 MB/s`.

use skywarden_document::{Node, Spanned};

use crate::config::{
    code::Code,
    findings::{Finding, Findings},
};

/// Bytes of a unit. Rates of Kinesis are decimal.
fn unit_bytes(unit: &str) -> Option<f64> {
    Some(match unit {
        "B" => 1.0,
        "kB" | "KB" => 1e3,
        "MB" => 1e6,
        "GB" => 1e9,
        _ => return None,
    })
}

/// Bytes a second of a text, rounded up; `None` when it is no rate or not positive.
fn parse(text: &str) -> Option<u64> {
    let text = text.trim();
    let (number, unit) = text.split_at_checked(text.find(|c: char| !c.is_ascii_digit() && c != '.')?)?;
    let unit = unit.trim_start().strip_suffix("/s")?;
    let bytes = (number.parse::<f64>().ok()? * unit_bytes(unit)?).ceil();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, and far below 2^64")]
    (1.0..1e15).contains(&bytes).then_some(bytes as u64)
}

/// A rate in bytes a second.
pub(crate) fn byte_rate(node: &Node, findings: &mut Findings) -> Option<Spanned<u64>> {
    let rate = node.scalar().and_then(parse);
    if rate.is_none() {
        let message = format!("expected bytes a second, found {}", node.found());
        let hint = "write a number and a unit (kB/s, MB/s, GB/s), for example `expect: 5 MB/s`";
        findings.push(Finding::error(Code::BadRate, node.span, message).hint(hint));
    }
    rate.map(|rate| Spanned::new(rate, node.span))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_a_number_and_a_unit_a_second() {
        for (text, bytes) in [("5 MB/s", 5_000_000), ("1.5MB/s", 1_500_000), ("800 kB/s", 800_000), ("1 GB/s", 1_000_000_000), ("0.5 B/s", 1)] {
            assert_eq!(parse(text), Some(bytes), "{text}");
        }
        for text in ["", "5", "5 MB", "5 MB/h", "MB/s", "0 MB/s", "-1 MB/s", "5 Mb/s", "9999999 GB/s", "1..5 MB/s"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
