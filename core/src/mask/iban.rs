//! International bank account numbers: a country's length and the checksum of ISO 7064 (mod 97-10), as ISO 13616 has them.

use std::ops::Range;

use super::byte::{at, before, is_identifier, run, slice};

/// Country and length. Source: the SWIFT IBAN registry.
const LENGTHS: &[(&[u8; 2], usize)] = &[
    (b"AD", 24),
    (b"AE", 23),
    (b"AL", 28),
    (b"AT", 20),
    (b"AZ", 28),
    (b"BA", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BH", 22),
    (b"BI", 27),
    (b"BR", 29),
    (b"BY", 28),
    (b"CH", 21),
    (b"CR", 22),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DJ", 27),
    (b"DK", 18),
    (b"DO", 28),
    (b"EE", 20),
    (b"EG", 29),
    (b"ES", 24),
    (b"FI", 18),
    (b"FK", 18),
    (b"FO", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GE", 22),
    (b"GI", 23),
    (b"GL", 18),
    (b"GR", 27),
    (b"GT", 28),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IQ", 23),
    (b"IS", 26),
    (b"IT", 27),
    (b"JO", 30),
    (b"KW", 30),
    (b"KZ", 20),
    (b"LB", 28),
    (b"LC", 32),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"LY", 25),
    (b"MC", 27),
    (b"MD", 24),
    (b"ME", 22),
    (b"MK", 19),
    (b"MN", 20),
    (b"MR", 27),
    (b"MT", 31),
    (b"MU", 30),
    (b"NI", 28),
    (b"NL", 18),
    (b"NO", 15),
    (b"OM", 23),
    (b"PK", 24),
    (b"PL", 28),
    (b"PS", 29),
    (b"PT", 25),
    (b"QA", 29),
    (b"RO", 24),
    (b"RS", 22),
    (b"RU", 33),
    (b"SA", 24),
    (b"SC", 31),
    (b"SD", 18),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"SO", 23),
    (b"ST", 25),
    (b"SV", 28),
    (b"TL", 23),
    (b"TN", 24),
    (b"TR", 26),
    (b"UA", 29),
    (b"VA", 22),
    (b"VG", 24),
    (b"XK", 20),
    (b"YE", 30),
];

/// Longest account number, in letters and digits.
const LONGEST: usize = 34;

/// Whether two capitals and two digits stand at `start`.
pub(super) fn may_begin(text: &[u8], start: usize) -> bool {
    at(text, start).is_ascii_uppercase()
        && at(text, start + 1).is_ascii_uppercase()
        && at(text, start + 2).is_ascii_digit()
        && at(text, start + 3).is_ascii_digit()
}

/// The account number that begins at `start`, in one piece or in groups of four.
pub(super) fn find(text: &[u8], start: usize) -> Option<Range<usize>> {
    if !may_begin(text, start) || is_identifier(before(text, start)) {
        return None;
    }
    let country = slice(text, start..start + 2);
    let (_, length) = LENGTHS.iter().find(|(known, _)| known.as_slice() == country)?;
    let separator = Some(at(text, start + 4)).filter(|byte| matches!(byte, b' ' | b'-'));
    let mut letters = [0; LONGEST];
    let mut here = start;
    for (index, letter) in letters.iter_mut().take(*length).enumerate() {
        if index > 0
            && index.is_multiple_of(4)
            && let Some(separator) = separator
        {
            if at(text, here) != separator {
                return None;
            }
            here += 1;
        }
        let byte = at(text, here);
        if !byte.is_ascii_uppercase() && !byte.is_ascii_digit() {
            return None;
        }
        *letter = byte;
        here += 1;
    }
    let ends = !is_identifier(at(text, here)) && run(text, here, 2, |byte| byte == b'-' || byte.is_ascii_alphanumeric()) < here + 2;
    (ends && remainder(slice(&letters, 0..*length)) == 1).then_some(start..here)
}

/// The number, its first four places moved to the end and letters read as 10 to 35, modulo 97.
fn remainder(letters: &[u8]) -> u32 {
    let (head, tail) = letters.split_at(letters.len().min(4));
    tail.iter().chain(head).fold(0, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte.to_ascii_uppercase().wrapping_sub(b'A')) + 10) % 97,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<&str> {
        find(text.as_bytes(), 0).map(|range| &text[range])
    }

    #[test]
    fn examples_of_the_registry_are_found() {
        for text in
            ["DE89370400440532013000", "GB29 NWBK 6016 1331 9268 19", "NO9386011117947", "FR14-2004-1010-0505-0001-3M02-606", "MT84MALT011000012345MTLCAST001S"]
        {
            assert_eq!(found(text), Some(text));
            assert_eq!(found(&format!("{text}, then")), Some(text));
        }
    }

    #[test]
    fn a_wrong_checksum_country_or_length_is_none() {
        for text in [
            "DE89370400440532013001",
            "XX89370400440532013000",
            "DE8937040044053201300",
            "DE893704004405320130001",
            "DE89 3704 0044 0532 0130 0",
            "GB29NWBK6016133192681a",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
