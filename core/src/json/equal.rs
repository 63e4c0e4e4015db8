//! Equality of short texts: field names and dimension values.

/// Equality without a call for the lengths field names have; for longer and for very short ones as `==`.
#[inline]
pub(crate) fn equal(one: &str, other: &str) -> bool {
    /// The first and the last bytes, which overlap or touch.
    fn ends<const N: usize>(bytes: &[u8]) -> Option<(&[u8; N], &[u8; N])> {
        Some((bytes.first_chunk()?, bytes.last_chunk()?))
    }
    let (one, other) = (one.as_bytes(), other.as_bytes());
    one.len() == other.len()
        && match one.len() {
            0 => true,
            1..=3 => one.iter().eq(other),
            4..=8 => ends::<4>(one) == ends(other),
            9..=16 => ends::<8>(one) == ends(other),
            _ => one == other,
        }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::equal;

    proptest! {
        #[test]
        fn is_equality(one in "[ab]{0,20}", other in "[ab]{0,20}", at in 0_usize..20) {
            prop_assert_eq!(equal(&one, &other), one == other);
            prop_assert!(equal(&one, &one.clone()));
            let mut changed = one.clone();
            if at < one.len() {
                changed.replace_range(at..=at, "c");
                prop_assert!(!equal(&one, &changed));
            }
        }
    }
}
