//! Hexadecimal texts of fixed length, written without allocation.

use std::fmt;

/// An ASCII text of fixed length.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Text<const N: usize>([u8; N]);

impl<const N: usize> Text<N> {
    /// The last `N` hexadecimal digits of a number, lower case; `N` is 32 at most.
    #[inline]
    pub(super) fn hexadecimal(number: u128) -> Self {
        let mut text = Self([b'0'; N]);
        text.0.copy_from_slice(&digits(number)[32 - N..]);
        text
    }

    /// Dashes only, for [`Self::put`] to write between.
    pub(super) const fn dashes() -> Self {
        Self([b'-'; N])
    }

    /// Writes digits from the place `from` on.
    #[inline]
    pub(super) fn put(&mut self, from: usize, digits: &[u8]) {
        self.0[from..from + digits.len()].copy_from_slice(digits);
    }

    /// Writes a byte; no-one writes other than ASCII.
    pub(super) const fn set(&mut self, at: usize, byte: u8) {
        self.0[at] = byte;
    }

    /// The bytes of the text.
    pub const fn as_bytes(&self) -> &[u8; N] {
        &self.0
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// All digits of a number, eight by eight: of constant lengths, so that nothing of it is a loop or a call.
#[inline]
fn digits(number: u128) -> [u8; 32] {
    let mut digits = [0; 32];
    for (eight, shift) in digits.as_chunks_mut().0.iter_mut().zip([96, 64, 32, 0]) {
        #[expect(clippy::cast_possible_truncation, reason = "eight digits")]
        let part = (number >> shift) as u32;
        *eight = eight_digits(part);
    }
    digits
}

/// Eight hexadecimal digits, all at once: each half of a byte becomes a byte, and those above nine move on to the letters.
const fn eight_digits(number: u32) -> [u8; 8] {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let mut halves = number as u64;
    halves = (halves | halves << 16) & 0x0000_ffff_0000_ffff;
    halves = (halves | halves << 8) & 0x00ff_00ff_00ff_00ff;
    halves = (halves | halves << 4) & 0x0f0f_0f0f_0f0f_0f0f;
    let letters = (halves + ONES * 6) >> 4 & ONES;
    (halves + ONES * b'0' as u64 + letters * (b'a' - b'9' - 1) as u64).to_be_bytes()
}

impl Text<2> {
    /// W3C trace flags.
    pub fn flags(flags: u8) -> Self {
        Self::hexadecimal(u128::from(flags))
    }
}

impl<const N: usize> fmt::Display for Text<N> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl<const N: usize> fmt::Debug for Text<N> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), formatter)
    }
}

/// The number that exactly `digits` hexadecimal digits stand for, lower case ones only unless `any_case`.
pub(super) fn number(text: &[u8], digits: usize, any_case: bool) -> Option<u128> {
    if text.len() != digits || digits > 32 {
        return None;
    }
    text.iter().try_fold(0, |number: u128, byte| {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            b'A'..=b'F' if any_case => byte - b'A' + 10,
            _ => return None,
        };
        Some(number << 4 | u128::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_the_standard_library() {
        for number in [0, u128::MAX, 0x0123_4567_89ab_cdef_fedc_ba98_7654_3210, 1 << 127, 0xa0b0_c0d0] {
            let expected = format!("{number:032x}");
            assert_eq!(Text::<32>::hexadecimal(number).as_str(), expected);
            assert_eq!(Text::<16>::hexadecimal(number).as_str(), &expected[16..]);
            assert_eq!(Text::<2>::hexadecimal(number).as_str(), &expected[30..]);
            assert_eq!(Text::<0>::hexadecimal(number).as_str(), "");
            for count in 0..=32 {
                let mut text = Text::<34>::dashes();
                text.put(1, &expected.as_bytes()[32 - count..]);
                assert_eq!(text.as_str(), format!("-{}{}", &expected[32 - count..], "-".repeat(33 - count)));
            }
        }
    }

    #[test]
    fn numbers_are_padded_and_read_back() {
        assert_eq!(Text::<16>::hexadecimal(0xab).as_str(), "00000000000000ab");
        assert_eq!(Text::<4>::hexadecimal(0x1_2345).as_str(), "2345");
        assert_eq!(number(b"00ab", 4, false), Some(0xab));
        assert_eq!(number(b"00AB", 4, true), Some(0xab));
        for (text, digits) in [("00AB", 4), ("ab", 4), ("00ag", 4), ("", 2)] {
            assert_eq!(number(text.as_bytes(), digits, false), None, "{text}");
        }
    }
}
