//! Percentages: `5%`, `0.5 %`.

use skywarden_document::{Node, Spanned, shortened};

use crate::config::{
    code::Code,
    findings::{Finding, Findings},
};

/// A percentage between 0 and 100, both excluded: a threshold of 0 % always breaches and one of 100 % never.
pub(crate) fn percentage(node: &Node, findings: &mut Findings) -> Option<Spanned<f64>> {
    if let Some(value) = node.scalar().and_then(parse) {
        return Some(Spanned::new(value, node.span));
    }
    let message = format!("expected a percentage above 0% and below 100%, found {}", node.found());
    let hint = match node.scalar().map(str::trim).filter(|text| text.parse::<f64>().is_ok_and(|value| value > 0.0 && value < 100.0)) {
        Some(number) => format!("write the percent sign: `{}%`", shortened(number)),
        None => "for example `5%`".to_owned(),
    };
    findings.push(Finding::error(Code::BadPercentage, node.span, message).hint(hint));
    None
}

fn parse(text: &str) -> Option<f64> {
    let number = text.trim().strip_suffix('%')?.trim_end();
    let plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let value: f64 = number.parse().ok()?;
    (plain && value > 0.0 && value < 100.0).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_has_a_sign_and_lies_between_the_ends() {
        assert_eq!(parse("5%"), Some(5.0));
        assert_eq!(parse("0.5 %"), Some(0.5));
        assert_eq!(parse("99.99%"), Some(99.99));
        for text in ["5", "0%", "100%", "-5%", "%", "five%", "1e1%", "5%%"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
