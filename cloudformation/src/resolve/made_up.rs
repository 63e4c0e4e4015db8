//! Stable stand-ins for what `CloudFormation` and AWS make up at random.

/// Length of the random part of a generated name.
const SUFFIX: usize = 12;

/// A name of `CloudFormation`'s form, `<stack>-<logical id>-<12 characters>`, of at most `max` characters.
pub(super) fn name(stack: &str, logical_id: &str, max: usize) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut bits = hash(stack, logical_id, 0);
    let mut suffix = String::with_capacity(SUFFIX);
    for _ in 0..SUFFIX {
        suffix.push(char::from(ALPHABET[(bits & 31) as usize]));
        bits >>= 5;
    }
    let readable: String = format!("{stack}-{logical_id}").chars().take(max.saturating_sub(SUFFIX + 1)).collect();
    format!("{readable}-{suffix}")
}

/// An id of the form of a random UUID (version 4).
pub(super) fn uuid(stack: &str, logical_id: &str) -> String {
    let high = hash(stack, logical_id, 1);
    let low = hash(stack, logical_id, 2);
    format!("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff, high & 0xfff, 0x8000 | ((low >> 48) & 0x3fff), low & 0xffff_ffff_ffff)
}

/// FNV-1a, 64 bits: not for secrets, only to be the same on every machine.
fn hash(stack: &str, logical_id: &str, salt: u8) -> u64 {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let bytes = [salt].into_iter().chain(stack.bytes()).chain([0]).chain(logical_id.bytes());
    let mixed = bytes.fold(OFFSET, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME));
    // FNV's high bits move little for short input; one xor-shift round spreads them.
    (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_stable_bounded_and_its_own() {
        let generated = name("shop-shared", "Extractor", 64);
        assert!(generated.starts_with("shop-shared-Extractor-") && generated.len() == 34, "{generated}");
        assert_eq!(generated, name("shop-shared", "Extractor", 64));
        assert_ne!(generated, name("shop-shared", "Classifier", 64));
        assert_ne!(name("ab", "c", 64), name("a", "bc", 64));
        assert_eq!(name(&"s".repeat(128), "Extractor", 64).len(), 64);
    }

    #[test]
    fn an_id_has_the_form_of_a_uuid() {
        let id = uuid("shop-shared", "Key");
        let lengths: Vec<_> = id.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert_eq!(id.as_bytes()[14], b'4');
        assert!(b"89ab".contains(&id.as_bytes()[19]), "{id}");
    }
}
