//! How many different users have met an issue, without knowing who they are.
//!
//! `HyperLogLog` with 1,024 registers (Flajolet et al. 2007), estimated by Ertl's improved formula (arXiv:1702.01284, section 4), which needs no
//! table of corrections and has no jump between small and large numbers. The standard error is 1.04 / sqrt(1024) = 3.25 %. A user id goes in as a
//! hash and cannot be read back; joining two is the maximum of each register, so neither order nor repetition matters.

use std::{collections::BTreeMap, fmt};

use base64_simd::STANDARD_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use xxhash_rust::xxh3::xxh3_64;

/// Bits of a hash that choose the register.
const INDEX_BITS: u32 = 10;

/// Registers.
pub const REGISTERS: u16 = 1 << INDEX_BITS;

/// Highest value of a register: the other 54 bits are all zero.
const MAX_RANK: u8 = 64 - 10 + 1;

/// Bytes of all registers, six bits each.
const DENSE_BYTES: usize = REGISTERS as usize * 6 / 8;

/// Approximate number of distinct users.
///
/// Stored as base64 behind one letter: `s`, two bytes for each register that is not zero (its number in ten bits, its value in six), or `d`, all
/// registers in six bits each, whichever is shorter.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Distinct(BTreeMap<u16, u8>);

impl Distinct {
    /// Counts one. Only a hash of the id is looked at and a part of the hash kept.
    pub fn add(&mut self, id: &str) {
        let hash = xxh3_64(id.as_bytes());
        let index = u16::try_from(hash >> (64 - INDEX_BITS)).unwrap_or(0);
        let rest = hash << INDEX_BITS;
        let rank = u8::try_from(rest.leading_zeros() + 1).unwrap_or(MAX_RANK).min(MAX_RANK);
        self.raise(index, rank);
    }

    /// Adds another's.
    pub fn join(&mut self, other: &Self) {
        for (&index, &rank) in &other.0 {
            self.raise(index, rank);
        }
    }

    fn raise(&mut self, index: u16, rank: u8) {
        let stored = self.0.entry(index).or_default();
        *stored = rank.max(*stored);
    }

    /// True when nobody was counted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The estimate, rounded.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an estimate of at least zero; a float beyond the range becomes its end")]
    pub fn estimate(&self) -> u64 {
        if self.0.is_empty() {
            return 0;
        }
        let mut zeros = f64::from(REGISTERS);
        let mut of_rank = [0.0_f64; MAX_RANK as usize + 1];
        for &rank in self.0.values() {
            if let Some(count) = of_rank.get_mut(usize::from(rank)) {
                *count += 1.0;
                zeros -= 1.0;
            }
        }
        let registers = f64::from(REGISTERS);
        let (last, inner) = of_rank.split_last().unwrap_or((&0.0, &[]));
        let mut sum = registers * tau(1.0 - last / registers);
        for count in inner.iter().skip(1).rev() {
            sum = 0.5 * (sum + count);
        }
        sum += registers * sigma(zeros / registers);
        (registers * registers / (2.0 * std::f64::consts::LN_2 * sum)).round() as u64
    }

    fn encode(&self) -> String {
        if self.0.len() * 2 < DENSE_BYTES {
            let bytes: Vec<u8> = self.0.iter().flat_map(|(&index, &rank)| ((index << 6) | u16::from(rank)).to_be_bytes()).collect();
            return format!("s{}", STANDARD_NO_PAD.encode_to_string(bytes));
        }
        let mut bytes = Vec::with_capacity(DENSE_BYTES);
        for first in (0..REGISTERS).step_by(4) {
            let packed = (first..first + 4).fold(0_u32, |packed, index| (packed << 6) | u32::from(self.0.get(&index).copied().unwrap_or(0)));
            bytes.extend(packed.to_be_bytes().into_iter().skip(1));
        }
        format!("d{}", STANDARD_NO_PAD.encode_to_string(bytes))
    }

    fn decode(text: &str) -> Option<Self> {
        let mut distinct = Self::default();
        let mut set = |index: u16, rank: u16| -> Option<()> {
            let rank = u8::try_from(rank).ok().filter(|&rank| rank <= MAX_RANK)?;
            if rank > 0 {
                distinct.raise(index, rank);
            }
            Some(())
        };
        if let Some(sparse) = text.strip_prefix('s') {
            let bytes = STANDARD_NO_PAD.decode_to_vec(sparse.as_bytes()).ok()?;
            let (pairs, rest) = bytes.as_chunks::<2>();
            if !rest.is_empty() {
                return None;
            }
            for pair in pairs {
                let packed = u16::from_be_bytes(*pair);
                set(packed >> 6, packed & 0x3f)?;
            }
        } else {
            let bytes = STANDARD_NO_PAD.decode_to_vec(text.strip_prefix('d')?.as_bytes()).ok().filter(|bytes| bytes.len() == DENSE_BYTES)?;
            for (&[a, b, c], first) in bytes.as_chunks::<3>().0.iter().zip((0..REGISTERS).step_by(4)) {
                let packed = u32::from_be_bytes([0, a, b, c]);
                for (index, shift) in (first..).zip([18, 12, 6, 0]) {
                    set(index, u16::try_from(packed >> shift & 0x3f).unwrap_or(0))?;
                }
            }
        }
        Some(distinct)
    }
}

/// Corrects for registers that are still zero. The arithmetic is exact in every step but the additions, which end when they no longer change.
fn sigma(share: f64) -> f64 {
    let (mut x, mut y, mut sum) = (share, 1.0, share);
    if share >= 1.0 {
        return f64::INFINITY;
    }
    loop {
        x *= x;
        let next = sum + x * y;
        if next <= sum {
            return sum;
        }
        sum = next;
        y += y;
    }
}

/// Corrects for registers that have reached their highest value.
fn tau(share: f64) -> f64 {
    let (mut x, mut y, mut sum) = (share, 1.0, 1.0 - share);
    if share <= 0.0 || share >= 1.0 {
        return 0.0;
    }
    loop {
        x = x.sqrt();
        y *= 0.5;
        let next = sum - (1.0 - x) * (1.0 - x) * y;
        if next >= sum {
            return sum / 3.0;
        }
        sum = next;
    }
}

impl fmt::Debug for Distinct {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Distinct(about {}, {})", self.estimate(), self.encode())
    }
}

impl Serialize for Distinct {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.encode())
    }
}

impl<'de> Deserialize<'de> for Distinct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::decode(&text).ok_or_else(|| D::Error::custom("not the registers of a count of distinct users"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(ids: impl IntoIterator<Item = u64>) -> Distinct {
        let mut distinct = Distinct::default();
        for id in ids {
            distinct.add(&format!("user-{id}"));
        }
        distinct
    }

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "numbers far below 2^52")]
    fn the_error_is_that_of_the_method_over_five_orders_of_magnitude() {
        for size in [10_u64, 100, 1_000, 10_000, 100_000] {
            let rounds = if size > 10_000 { 10 } else { 40 };
            let squares: f64 = (0..rounds)
                .map(|round| {
                    let from = round * 1_000_000;
                    let estimate = of(from..from + size).estimate();
                    let error = (estimate as f64 - size as f64) / size as f64;
                    assert!(error.abs() < 0.15, "{size}: {estimate}");
                    error * error
                })
                .sum();
            let standard = (squares / rounds as f64).sqrt();
            assert!(standard < 0.05, "{size}: {standard}");
        }
    }

    #[test]
    fn few_are_counted_to_the_last_one() {
        assert_eq!(Distinct::default().estimate(), 0);
        for size in 1..=20 {
            assert_eq!(of(0..size).estimate(), size);
        }
    }

    #[test]
    fn a_full_one_takes_a_kilobyte_and_no_raw_id_is_in_it() {
        let full = serde_json::to_string(&of(0..100_000)).unwrap();
        assert_eq!(full.len(), 3 + DENSE_BYTES / 3 * 4);
        let mut one = Distinct::default();
        one.add("ann@example.com");
        let json = serde_json::to_string(&one).unwrap();
        assert_eq!(json.len(), 6);
        assert!(!json.contains("ann"));
    }

    #[test]
    fn a_damaged_text_is_refused() {
        for text in ["\"\"", "\"x\"", "\"sA\"", "\"d\"", "\"sAAAA\"", "\"dAAAA\"", "\"s%\""] {
            assert!(serde_json::from_str::<Distinct>(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn joining_is_counting_together_whatever_the_order(left in prop::collection::vec(0_u64..500, 0..600), right in prop::collection::vec(0_u64..500, 0..600)) {
            let whole = of(left.iter().chain(&right).copied());
            let mut joined = of(right);
            let left = of(left);
            joined.join(&left);
            joined.join(&left);
            prop_assert_eq!(&joined, &whole);
            let json = serde_json::to_string(&whole).unwrap();
            prop_assert_eq!(serde_json::from_str::<Distinct>(&json).unwrap(), whole);
        }
    }
}
