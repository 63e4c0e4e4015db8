//! Repeatable random numbers: `SplitMix64`, so that the corpus is the same on every machine and with every version of a library.

/// A source of numbers that its seed alone decides.
pub(crate) struct Random(u64);

impl Random {
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

    /// A number from `first` to `last`, both included.
    pub(crate) fn between(&mut self, first: u64, last: u64) -> u64 {
        first + self.next() % (last - first + 1)
    }

    /// A place in something of this length, which is not zero.
    fn place(&mut self, length: usize) -> usize {
        usize::try_from(self.between(0, u64::try_from(length - 1).unwrap())).unwrap()
    }

    /// One of a list.
    pub(crate) fn pick<'l, T: ?Sized>(&mut self, list: &[&'l T]) -> &'l T {
        list[self.place(list.len())]
    }

    /// `length` letters of an ASCII alphabet.
    pub(crate) fn letters(&mut self, alphabet: &str, length: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..length).map(|_| letters[self.place(letters.len())]).collect()
    }

    /// `length` decimal digits, the first of them not zero.
    pub(crate) fn digits(&mut self, length: usize) -> String {
        self.letters("123456789", 1) + &self.letters("0123456789", length - 1)
    }

    /// `length` lower-case hexadecimal digits.
    pub(crate) fn hex(&mut self, length: usize) -> String {
        self.letters("0123456789abcdef", length)
    }
}
