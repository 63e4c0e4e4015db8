//! Payment card numbers: an issuer's first digits, the length that issuer uses, and the check digit of ISO/IEC 7812-1 annex B (Luhn).
//!
//! One number in ten passes the check digit alone, so lengths are narrow: sixteen digits, fifteen of American Express, fourteen of Diners Club,
//! more only for `UnionPay`, or where the groups show that a card is meant. Times since 1970 have no issuer until 2192.

use std::ops::Range;

use super::byte::{at, before, is_identifier, run, slice};

/// Fewest digits.
pub(super) const SHORTEST: usize = 14;

/// Most digits.
pub(super) const LONGEST: usize = 19;

/// How cards are grouped, by the lengths of the groups; the longest first.
const GROUPS: &[&[usize]] = &[&[4, 4, 4, 4, 3], &[4, 4, 4, 4], &[4, 6, 5], &[4, 6, 4], &[4, 4, 4, 3], &[4, 4, 4, 2]];

/// The card in the digits of `range`, which are a whole run.
pub(super) fn plain(text: &[u8], range: Range<usize>) -> Option<Range<usize>> {
    (stands_alone(text, &range) && is_number(slice(text, range.clone()))).then_some(range)
}

/// The card in groups that begins with the four digits at `start`.
pub(super) fn grouped(text: &[u8], start: usize) -> Option<Range<usize>> {
    let separator = at(text, start + 4);
    if !matches!(separator, b' ' | b'-') {
        return None;
    }
    GROUPS.iter().find_map(|groups| {
        let mut digits = [0; LONGEST];
        let mut count = 0;
        let mut here = start;
        for (index, length) in groups.iter().enumerate() {
            if index > 0 {
                here += 1;
                if at(text, here - 1) != separator {
                    return None;
                }
            }
            let end = run(text, here, length + 1, |byte| byte.is_ascii_digit());
            if end - here != *length {
                return None;
            }
            digits.get_mut(count..count + length)?.copy_from_slice(slice(text, here..end));
            count += length;
            here = end;
        }
        let range = start..here;
        (stands_alone(text, &range) && is_card(slice(&digits, 0..count), true)).then_some(range)
    })
}

/// Whether digits without separators are a card number.
pub(super) fn is_number(digits: &[u8]) -> bool {
    digits.iter().all(u8::is_ascii_digit) && is_card(digits, false)
}

/// Not a piece of a longer identifier or a fraction.
fn stands_alone(text: &[u8], range: &Range<usize>) -> bool {
    let next = at(text, range.end);
    let after = at(text, range.end + 1);
    let goes_on = match next {
        b'-' => after.is_ascii_alphanumeric(),
        b'.' | b':' => after.is_ascii_digit(),
        _ => is_identifier(next),
    };
    !goes_on && !matches!(before(text, range.start), b'$' | b'/' if at(text, range.end) == b'/')
}

fn is_card(digits: &[u8], grouped: bool) -> bool {
    issuer_fits(digits, grouped) && luhn(digits)
}

/// Source: the issuers' published ranges. Nineteen digits without groups are left out but for `UnionPay`: there they are ids.
fn issuer_fits(digits: &[u8], grouped: bool) -> bool {
    let number = |length: usize| digits.iter().take(length).fold(0_u32, |number, digit| number * 10 + u32::from(digit - b'0'));
    let length = digits.len();
    let (two, three, four) = (number(2), number(3), number(4));
    match two {
        34 | 37 => length == 15,
        30 => length == 14 && (three <= 305 || four == 3095),
        36 | 38 | 39 => length == 14,
        35 => length == 16 && (3528..=3589).contains(&four),
        40..=49 => length == 16 || grouped && length == 19,
        51..=55 | 65 => length == 16,
        22..=27 => length == 16 && ((2221..=2720).contains(&four) || (2200..=2204).contains(&four)),
        62 => (16..=19).contains(&length),
        60 => length == 16 && four == 6011,
        64 => length == 16 && three >= 644,
        50 | 56..=58 | 63 | 67 => length == 16 && matches!(four, 5018 | 5020 | 5038 | 5893 | 6304 | 6759 | 6761..=6763),
        _ => false,
    }
}

fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, u32::from(digit - b'0') * 2) {
            (0, doubled) => doubled / 2,
            (_, doubled) if doubled > 9 => doubled - 9,
            (_, doubled) => doubled,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_test_numbers_are_cards() {
        for number in [
            "4111111111111111",
            "5555555555554444",
            "2223003122003222",
            "378282246310005",
            "6011111111111117",
            "3530111333300000",
            "30569309025904",
            "36227206271667",
            "6205500000000000004",
        ] {
            assert!(is_number(number.as_bytes()), "{number}");
            assert_eq!(plain(number.as_bytes(), 0..number.len()), Some(0..number.len()));
        }
    }

    #[test]
    fn numbers_with_a_wrong_digit_issuer_or_length_are_none() {
        for number in [
            "4111111111111112",
            "1111111111111117",
            "41111111111111",
            "37828224631000",
            "1795402676000",
            "1795402676000000",
            "1795402676000000000",
            "1894567890123456789",
            "411111111111111x",
        ] {
            assert!(!is_number(number.as_bytes()), "{number}");
        }
    }

    #[test]
    fn groups_are_those_cards_are_printed_in() {
        for (text, length) in [("4111 1111 1111 1111", 19), ("4111-1111-1111-1111.", 19), ("3782 822463 10005 x", 17), ("4111 1111 1111 1111 123", 19)] {
            assert_eq!(grouped(text.as_bytes(), 0), Some(0..length), "{text}");
        }
        for text in ["4111 1111-1111 1111", "4111 1111 1111 1112", "4111 1111 1111 1111-a", "4111 1111 1111 11111", "4111.1111.1111.1111"] {
            assert_eq!(grouped(text.as_bytes(), 0), None, "{text}");
        }
    }
}
