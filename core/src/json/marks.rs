//! The bytes that mean something inside a JSON string, found many at a time.
//!
//! Most of a log line is string contents, and most of its strings are short: looking for the end of each by itself costs more in mispredicted
//! branches than looking at every byte once.

/// Bytes looked at in one go.
pub(super) const BLOCK: usize = 64;

/// The bytes among the first [`BLOCK`] that end a run: quotes, backslashes and control characters, as bits from the lowest. Behind the end of the
/// bytes stands a mark.
#[inline]
pub(super) fn marks(bytes: &[u8]) -> u64 {
    let mut padded = [0; BLOCK];
    let block: &[u8; BLOCK] = if let Some(block) = bytes.first_chunk() {
        block
    } else {
        padded[..bytes.len()].copy_from_slice(bytes);
        &padded
    };
    // Written so that the compiler turns it into vector code.
    let mut flags = [0_u8; BLOCK];
    for (flag, &byte) in flags.iter_mut().zip(block) {
        *flag = u8::from(byte == b'"') | u8::from(byte == b'\\') | u8::from(byte < 0x20);
    }
    let mut marks = 0;
    let (words, _) = flags.as_chunks::<8>();
    for (number, &word) in words.iter().enumerate() {
        // Gathers the lowest bit of each of eight bytes in the highest byte.
        marks |= (u64::from_le_bytes(word).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * number);
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_special_byte_is_a_bit_at_every_place_and_others_are_not() {
        for special in [b'"', b'\\', 0, 0x1f, b'\n'] {
            for at in 0..BLOCK {
                let mut bytes = [b'!'; BLOCK + 5];
                bytes[at] = special;
                assert_eq!(marks(&bytes), 1 << at, "{special} at {at}");
            }
        }
        let others: Vec<u8> = (0x20..=0xFF).filter(|byte| !matches!(byte, b'"' | b'\\')).collect();
        for block in others.chunks_exact(BLOCK) {
            assert_eq!(marks(block), 0);
        }
    }

    #[test]
    fn the_end_is_a_mark() {
        for length in 0..BLOCK {
            assert_eq!(marks(&vec![b'x'; length]), u64::MAX << length);
        }
        assert_eq!(marks(&[b'x'; BLOCK]), 0);
    }
}
