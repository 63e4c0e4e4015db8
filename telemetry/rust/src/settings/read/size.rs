//! Sizes: `50MB`, `4MiB`, or plain bytes.

use skywarden_document::{Spanned, Value};

use super::{
    Field, Unreadable, decimal,
    scalar::{parsed, wrong_type},
};
use crate::settings::{
    finding::Code,
    findings::{Findings, Mistake},
};

/// Units by their spelling in lower case; the first of each size is how it is shown.
const UNITS: &[(&str, u64)] = &[
    ("TiB", 1 << 40),
    ("TB", 1_000_000_000_000),
    ("GiB", 1 << 30),
    ("GB", 1_000_000_000),
    ("MiB", 1 << 20),
    ("MB", 1_000_000),
    ("KiB", 1 << 10),
    ("kB", 1_000),
    ("B", 1),
];

/// Bytes of a size text.
pub(in crate::settings) fn parse(text: &str) -> Result<u64, Unreadable> {
    let text = text.trim();
    let unit = |rest: &str| {
        let name = rest.trim_start();
        let found = UNITS.iter().find(|(unit, _)| unit.eq_ignore_ascii_case(name));
        match found {
            Some((_, bytes)) => Ok((u128::from(*bytes), rest.len())),
            None if rest.is_empty() && !text.contains('.') => Ok((1, 0)),
            None if rest.is_empty() => Err(Unreadable::NoUnit),
            None => Err(Unreadable::Unit),
        }
    };
    let (bytes, _) = decimal(text, unit)?;
    u64::try_from(bytes).map_err(|_| Unreadable::TooLarge)
}

/// A size as a person writes it, in the largest unit that fits without a fraction.
pub(in crate::settings) fn size_text(bytes: u64) -> String {
    let (name, unit) = UNITS.iter().find(|(_, unit)| bytes >= *unit && bytes.is_multiple_of(*unit)).unwrap_or(&("B", 1));
    format!("{}{name}", bytes / unit)
}

/// Bytes.
pub(in crate::settings) fn size(field: &Field<'_>, findings: &mut Findings) -> Option<Spanned<u64>> {
    if let Value::Number { lexeme, .. } = &field.node.value {
        return parsed(field, lexeme.parse().ok(), findings);
    }
    let Some(text) = field.node.text() else {
        wrong_type(field, findings);
        return None;
    };
    match parse(text) {
        Ok(bytes) => Some(Spanned::new(bytes, field.node.span)),
        Err(reason) => {
            let hint = match reason {
                Unreadable::Unit => "units: B, kB, MB, GB, TB (of 1000), KiB, MiB, GiB, TiB (of 1024)".to_owned(),
                Unreadable::TooLarge => format!("give {}", field.key.kind),
                Unreadable::Form | Unreadable::NoUnit => format!("write a number and a unit, for example `{}`", field.example()),
            };
            findings.push(Mistake::error(Code::BadSize, &field.path, field.node.span, format!("{} is no size", field.node.found())).hint(hint));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sizes_are_read_exactly() {
        for (text, bytes) in [
            ("0", 0),
            ("1024", 1_024),
            ("1024B", 1_024),
            ("50MB", 50_000_000),
            ("50 mb", 50_000_000),
            ("1KB", 1_000),
            ("4MiB", 4 << 20),
            (" 1.5KiB ", 1_536),
            ("0.1kB", 100),
            ("1.9999B", 1),
            ("1TiB", 1 << 40),
            ("18446744073709551615", u64::MAX),
            ("16777215TiB", 16_777_215 << 40),
        ] {
            assert_eq!(parse(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn what_is_no_size_is_refused_with_its_reason() {
        for (text, reason) in [
            ("", Unreadable::Form),
            ("MB", Unreadable::Form),
            ("-1MB", Unreadable::Form),
            (".5MB", Unreadable::Form),
            ("1.MB", Unreadable::Form),
            ("1e3", Unreadable::Unit),
            ("1.5", Unreadable::NoUnit),
            ("50M", Unreadable::Unit),
            ("50XB", Unreadable::Unit),
            ("5MBMB", Unreadable::Unit),
            ("٥MB", Unreadable::Form),
            ("0.1234567891GB", Unreadable::Form),
            ("18446744073709551616", Unreadable::TooLarge),
            ("16777216TiB", Unreadable::TooLarge),
            ("99999999999999999999999999999999999999999999GB", Unreadable::TooLarge),
        ] {
            assert_eq!(parse(text), Err(reason), "{text}");
        }
    }

    #[test]
    fn sizes_are_shown_in_the_largest_unit_that_fits() {
        let shown = [(0, "0B"), (1, "1B"), (1_024, "1KiB"), (1_500, "1500B"), (50_000_000, "50MB"), (4 << 20, "4MiB"), (1_024 << 40, "1024TiB")];
        for (bytes, text) in shown {
            assert_eq!(size_text(bytes), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(bytes: u64) {
            prop_assert_eq!(parse(&size_text(bytes)), Ok(bytes));
        }

        #[test]
        fn no_text_panics(text in ".{0,30}") {
            let _ = parse(&text);
        }
    }
}
