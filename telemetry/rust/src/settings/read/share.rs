//! Shares: `1%`, or a number from 0 to 1.

use skywarden_document::Spanned;

use super::{Field, scalar::wrong_type};
use crate::settings::{
    finding::Code,
    findings::{Findings, Mistake},
};

/// The share of a text; none when it is none.
pub(in crate::settings) fn share_of(text: &str) -> Option<f64> {
    let text = text.trim();
    let (number, whole) = text.strip_suffix('%').map_or((text, 1.0), |number| (number.trim_end(), 100.0));
    let plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let number = number.parse::<f64>().ok().filter(|_| plain)?;
    let share = number / whole;
    (0.0..=1.0).contains(&share).then_some(share)
}

/// A share.
pub(in crate::settings) fn share(field: &Field<'_>, findings: &mut Findings) -> Option<Spanned<f64>> {
    let Some(text) = field.node.number_or_text() else {
        wrong_type(field, findings);
        return None;
    };
    let found = share_of(text);
    if found.is_none() {
        // `5` most likely is meant as a percentage.
        let percent = text.trim().parse::<u8>().ok().filter(|number| (2..=100).contains(number));
        let hint = percent.map_or_else(|| format!("for example `{}`", field.example()), |number| format!("a percentage is written `\"{number}%\"`"));
        let message = format!("{} is no share from 0 to 1", field.node.found());
        findings.push(Mistake::error(Code::BadShare, &field.path, field.node.span, message).hint(hint));
    }
    found.map(|value| Spanned::new(value, field.node.span))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_percentages_or_numbers_up_to_one() {
        for (text, share) in [("0", 0.0), ("1", 1.0), ("0.01", 0.01), ("1%", 0.01), ("100 %", 1.0), ("0%", 0.0), ("12.5%", 0.125)] {
            assert_eq!(share_of(text), Some(share), "{text}");
        }
        for text in ["", "%", "-1%", "101%", "1.1", "5", "inf", "nan", "1e-3", "1%%", "+1", "."] {
            assert_eq!(share_of(text), None, "{text}");
        }
    }
}
