//! Social security numbers of the United States: `AAA-GG-SSSS`.

use std::ops::Range;

use super::byte::{at, before, is_called, slice};

/// The number whose first three digits stand at `start`. With blanks between its groups it must be called a social security number.
///
/// Source: Social Security Administration, number randomization: areas 000, 666 and 900 to 999, group 00 and serial 0000 are never given.
pub(super) fn find(text: &[u8], start: usize) -> Option<Range<usize>> {
    let separator = at(text, start + 3);
    let end = start + 11;
    if !matches!(separator, b'-' | b' ') || at(text, start + 6) != separator {
        return None;
    }
    let digits = |from: usize, to: usize| {
        let piece = slice(text, start + from..start + to);
        (piece.len() == to - from && piece.iter().all(u8::is_ascii_digit))
            .then(|| piece.iter().fold(0_u32, |number, digit| number * 10 + u32::from(digit - b'0')))
    };
    let (area, group, serial) = (digits(0, 3)?, digits(4, 6)?, digits(7, 11)?);
    let given = area != 0 && area != 666 && area < 900 && group != 0 && serial != 0;
    let next = at(text, end);
    let goes_on = next.is_ascii_alphanumeric() || next == b'_' || next == b'-' && at(text, end + 1).is_ascii_alphanumeric();
    (given && !goes_on && before(text, start) != b'-' && (separator == b'-' || is_called(text, start, &["ssn", "social security"]))).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_were_never_given_pass() {
        for text in ["123-45-6789", "899-01-0001 x", "123-45-6789."] {
            assert_eq!(find(text.as_bytes(), 0), Some(0..11), "{text}");
        }
        for text in [
            "000-45-6789",
            "666-45-6789",
            "900-45-6789",
            "123-00-6789",
            "123-45-0000",
            "123-45-67890",
            "123-45-6789-1",
            "123 45-6789",
            "123 45 6789",
            "123-4a-6789",
        ] {
            assert_eq!(find(text.as_bytes(), 0), None, "{text}");
        }
        assert_eq!(find(b"SSN: 123 45 6789", 5), Some(5..16));
    }
}
