//! Reading the name of a statistic.

use super::{Bound, Bounds, Statistic, StatisticError, StatisticErrorKind as Kind};

/// Makes a statistic of its range.
type OfBounds = fn(Bounds) -> Statistic;

/// Statistics over a range: name before a range, name before a single percentage.
const RANGED: [(&str, &str, OfBounds); 4] =
    [("TM", "tm", Statistic::TrimmedMean), ("WM", "wm", Statistic::WinsorizedMean), ("TC", "tc", Statistic::TrimmedCount), ("TS", "ts", Statistic::TrimmedSum)];

/// Reads a whole name.
pub(super) fn parse(text: &str) -> Result<Statistic, StatisticError> {
    if let Some(word) = Statistic::WORDS.into_iter().find(|word| word.to_string() == text) {
        return Ok(word);
    }
    if let Some(number) = number_after(text, "p") {
        return Ok(Statistic::Percentile(percent(number, 1)?));
    }
    for (range, single, make) in RANGED {
        if let Some(number) = number_after(text, single) {
            return Ok(make(Bounds::up_to_percent(percent(number, single.len())?)));
        }
        if let Some(inside) = text.strip_prefix(range).and_then(|rest| rest.strip_prefix('(')) {
            return Ok(make(bounds(inside, range.len() + 1, true)?));
        }
    }
    match text.strip_prefix("PR(") {
        Some(inside) => Ok(Statistic::PercentileRank(bounds(inside, 3, false)?)),
        None => Err(StatisticError { kind: stranger(text), offset: 0 }),
    }
}

/// Why a text that begins like no statistic is none.
fn stranger(text: &str) -> Kind {
    let letters = |word: &str| text.eq_ignore_ascii_case(word);
    let words = Statistic::WORDS.iter().any(|word| letters(&word.to_string()));
    let beginning: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
    let begins = beginning.len() < text.len() && ["p", "tm", "wm", "tc", "ts", "pr"].iter().any(|name| name.eq_ignore_ascii_case(&beginning));
    if words || begins { Kind::Letters } else { Kind::Unknown }
}

/// What follows a lower-case name, when it begins like a number.
fn number_after<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.strip_prefix(name).filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '.' | '-' | '+')))
}

fn percent(text: &str, offset: usize) -> Result<f64, StatisticError> {
    let number = number(text, offset)?;
    if number > 100.0 { Err(StatisticError { kind: Kind::AboveHundred, offset }) } else { Ok(number) }
}

/// Digits, and after a point one to ten decimals.
fn number(text: &str, offset: usize) -> Result<f64, StatisticError> {
    let bad = StatisticError { kind: Kind::BadNumber, offset };
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(decimals) {
        return Err(bad);
    }
    if decimals.len() > Statistic::MAX_DECIMALS {
        return Err(StatisticError { kind: Kind::TooManyDecimals, offset });
    }
    text.parse().ok().filter(|number: &f64| number.is_finite()).ok_or(bad)
}

/// The range in `inside`, which is what follows the opening bracket, `offset` bytes into the whole.
fn bounds(inside: &str, offset: usize, percents: bool) -> Result<Bounds, StatisticError> {
    let fail = |kind, offset| StatisticError { kind, offset };
    let range = inside.strip_suffix(')').ok_or_else(|| fail(Kind::Unclosed, offset + inside.len()))?;
    let (lower, upper) = range.split_once(':').ok_or_else(|| fail(Kind::NoColon, offset))?;
    let end = |text: &str, offset: usize| -> Result<Option<Bound>, StatisticError> {
        match text.strip_suffix('%') {
            _ if text.is_empty() => Ok(None),
            Some(_) if !percents => Err(fail(Kind::PercentInRank, offset)),
            Some(number) => percent(number, offset).map(|percent| Some(Bound::Percent(percent))),
            None => number(text, offset).map(|value| Some(Bound::Value(value))),
        }
    };
    let bounds = Bounds { lower: end(lower, offset)?, upper: end(upper, offset + lower.len() + 1)? };
    let ordered = match (bounds.lower, bounds.upper) {
        (None, None) => return Err(fail(Kind::NoEnds, offset)),
        (Some(Bound::Percent(lower)), Some(Bound::Percent(upper))) | (Some(Bound::Value(lower)), Some(Bound::Value(upper))) => lower < upper,
        _ => true,
    };
    if ordered { Ok(bounds) } else { Err(fail(Kind::Order, offset)) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn error(text: &str) -> (Kind, usize) {
        let error = parse(text).unwrap_err();
        assert!(!error.hint().is_empty() && !error.to_string().ends_with('.'));
        (error.kind(), error.offset())
    }

    #[test]
    fn names_read_back_as_they_are_written() {
        for name in [
            "SampleCount",
            "Sum",
            "Average",
            "Minimum",
            "Maximum",
            "IQM",
            "p0",
            "p50",
            "p99.9",
            "p99.0123456789",
            "p100",
            "tm99",
            "wm98.5",
            "tc90",
            "ts90",
            "TM(2%:98%)",
            "TM(150:1000)",
            "TM(150:)",
            "TM(10%:)",
            "TM(:1000)",
            "TM(10%:1000)",
            "TM(100:99.5%)",
            "WM(10%:90%)",
            "WM(:0.5)",
            "TC(0.005:0.03)",
            "TS(80%:)",
            "PR(:300)",
            "PR(100:2000)",
            "PR(100:)",
            "PR(0:1.5)",
        ] {
            assert_eq!(parse(name).map(|statistic| statistic.to_string()).as_deref(), Ok(name));
        }
    }

    #[test]
    fn two_spellings_of_one_statistic_are_equal_and_the_short_one_is_printed() {
        assert_eq!(parse("TM(:99%)"), parse("tm99"));
        assert_eq!(parse("TC(:90.50%)").map(|statistic| statistic.to_string()).as_deref(), Ok("tc90.5"));
        assert_ne!(parse("TM(0%:99%)"), parse("tm99"));
    }

    #[test]
    fn mistakes_are_named_and_placed() {
        for text in ["", "median", "p", "tm", "TM", "TM99", "average of", "99", "PR:300"] {
            assert!(matches!(error(text), (Kind::Unknown | Kind::Letters, 0)), "{text}");
        }
        assert_eq!(error("median").0, Kind::Unknown);
        for text in ["sum", "AVERAGE", "iqm", "P99", "TM99", "tm(10%:90%)", "pr(:300)", "Tm90"] {
            assert_eq!(error(text), (Kind::Letters, 0), "{text}");
        }
        assert_eq!(error("p-1"), (Kind::BadNumber, 1));
        assert_eq!(error("p9e1"), (Kind::BadNumber, 1));
        assert_eq!(error("p99."), (Kind::BadNumber, 1));
        assert_eq!(error("tm.5"), (Kind::BadNumber, 2));
        assert_eq!(error("p99.01234567891"), (Kind::TooManyDecimals, 1));
        assert_eq!(error("p101"), (Kind::AboveHundred, 1));
        assert_eq!(error("TM(10%:100.1%)"), (Kind::AboveHundred, 7));
        assert_eq!(error("TM(10%;90%)"), (Kind::NoColon, 3));
        assert_eq!(error("TM(10%:90%"), (Kind::Unclosed, 10));
        assert_eq!(error("TM(10%:90%) "), (Kind::Unclosed, 12));
        assert_eq!(error("TM(:)"), (Kind::NoEnds, 3));
        assert_eq!(error("TM(90%:10%)"), (Kind::Order, 3));
        assert_eq!(error("TM(5:5)"), (Kind::Order, 3));
        assert_eq!(error("TM(a:5)"), (Kind::BadNumber, 3));
        assert_eq!(error("TM(1:2:3)"), (Kind::BadNumber, 5));
        assert_eq!(error("PR(-1:5)"), (Kind::BadNumber, 3));
        assert_eq!(error("PR(1%:5)"), (Kind::PercentInRank, 3));
        assert_eq!(error("PR(1:5%)"), (Kind::PercentInRank, 5));
    }

    proptest! {
        #[test]
        fn any_text_is_a_statistic_or_an_error_inside_it(text in "(p|tm|TM|PR|WM|ts)?\\(?[0-9.%:()]{0,12}.{0,2}") {
            match parse(&text) {
                Ok(statistic) => prop_assert_eq!(parse(&statistic.to_string()), Ok(statistic)),
                Err(error) => prop_assert!(error.offset() <= text.len()),
            }
        }
    }
}
