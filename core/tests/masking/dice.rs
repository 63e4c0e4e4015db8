//! Dice that always fall the same: the corpus is the same on every machine and every day.

/// `SplitMix64`, seeded.
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice of a seed.
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn whole(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    /// A length from `low` to `high`, both included.
    pub(crate) fn length(&mut self, low: usize, high: usize) -> usize {
        low + usize::try_from(self.next() % (high - low + 1) as u64).unwrap_or(0)
    }

    /// One of these.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.length(0, from.len() - 1)]
    }

    /// True once in `times`.
    pub(crate) fn once_in(&mut self, times: u64) -> bool {
        self.whole(1, times) == 1
    }

    /// Letters of an alphabet.
    pub(crate) fn letters(&mut self, alphabet: &str, length: usize) -> String {
        let alphabet: Vec<char> = alphabet.chars().collect();
        (0..length).map(|_| *self.pick(&alphabet)).collect()
    }

    /// Decimal digits, the first one not zero.
    pub(crate) fn digits(&mut self, length: usize) -> String {
        self.letters("123456789", 1) + &self.letters("0123456789", length - 1)
    }

    /// Lower-case hexadecimal digits.
    pub(crate) fn hex(&mut self, length: usize) -> String {
        self.letters("0123456789abcdef", length)
    }

    /// Letters and digits, at least one of each kind when there is room.
    pub(crate) fn mixed(&mut self, length: usize) -> String {
        let mut text = self.letters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", length.saturating_sub(3));
        text += &self.letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1);
        text += &self.letters("0123456789", 1);
        text + &self.letters("abcdefghijklmnopqrstuvwxyz", 1)
    }
}
