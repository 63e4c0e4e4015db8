//! Targets of objectives: `99.9%`.

use skywarden_document::{Node, Spanned, shortened};

use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
    },
    model::Goal,
};

/// Decimals of a percent that a target may have: below one in a million there is no budget to speak of.
const DECIMALS: usize = 4;

/// Why a text is no target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refused {
    NoPercentage,
    Nothing,
    Everything,
    TooFine,
}

/// A target; kept exactly, as a share of a million.
pub(crate) fn target(node: &Node, findings: &mut Findings) -> Option<Spanned<Goal>> {
    let refused = match node.scalar().map_or(Err(Refused::NoPercentage), parse) {
        Ok(target) => return Some(Spanned::new(target, node.span)),
        Err(refused) => refused,
    };
    let (message, hint) = match refused {
        Refused::NoPercentage => {
            let number = node.scalar().map(str::trim).filter(|text| parse(&format!("{text}%")).is_ok());
            let hint = number.map_or_else(|| "for example `99.9%`".to_owned(), |number| format!("write the percent sign: `{}%`", shortened(number)));
            (format!("expected a target as a percentage, found {}", node.found()), hint)
        }
        Refused::Nothing => ("a target of 0% is met by a service that is always down".to_owned(), "write the share that is to be good: `99.9%`".to_owned()),
        Refused::Everything => (
            "a target of 100% or more leaves no error budget: the first failure would break it for the whole window".to_owned(),
            "write what its users can live with, for example `99.9%`".to_owned(),
        ),
        Refused::TooFine => (
            format!("a target has at most {DECIMALS} decimals: an error budget below one in a million cannot be told from none"),
            "for example `99.999%`".to_owned(),
        ),
    };
    findings.push(Finding::error(Code::BadTarget, node.span, message).hint(hint));
    None
}

fn parse(text: &str) -> Result<Goal, Refused> {
    let number = text.trim().strip_suffix('%').ok_or(Refused::NoPercentage)?.trim_end();
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(decimals) {
        return Err(Refused::NoPercentage);
    }
    let decimals = decimals.trim_end_matches('0');
    // What does not fit is far above 100.
    let percent: u32 = whole.parse().unwrap_or(u32::MAX);
    if percent >= 100 {
        return Err(Refused::Everything);
    }
    if decimals.len() > DECIMALS {
        return Err(Refused::TooFine);
    }
    let parts = percent * 10_000 + format!("{decimals:0<DECIMALS$}").parse::<u32>().unwrap_or_default();
    Goal::of_million(parts).ok_or(Refused::Nothing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_kept_to_the_millionth() {
        let parts = |text| parse(text).map(Goal::budget_of_million);
        assert_eq!(parts("99.9%"), Ok(1_000));
        assert_eq!(parts("99.95 %"), Ok(500));
        assert_eq!(parts("99.9999%"), Ok(1));
        assert_eq!(parts("99.900000%"), Ok(1_000));
        assert_eq!(parts("0.0001%"), Ok(999_999));
        assert_eq!(parts("095%"), Ok(50_000));
    }

    #[test]
    fn what_leaves_no_budget_or_is_no_percentage_is_refused() {
        for text in ["99.9", "%", "five%", "-1%", "1e1%", "99.%", ".5%", "99.9%%", "1.2.3%"] {
            assert_eq!(parse(text), Err(Refused::NoPercentage), "{text}");
        }
        assert_eq!([parse("0%"), parse("0.0000%")], [Err(Refused::Nothing); 2]);
        assert_eq!([parse("100%"), parse("100.5%"), parse("99999999999999999999%")], [Err(Refused::Everything); 3]);
        assert_eq!(parse("99.99999%"), Err(Refused::TooFine));
    }
}
