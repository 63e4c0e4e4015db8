//! Gzip for deliveries, with one compressor for all of them.
//!
//! A compressor holds some hundred kilobytes that are set up anew for each stream it begins; a replay makes thousands of small deliveries,
//! so it keeps one and resets it.

use flate2::{Compress, Compression, FlushCompress, Status};

/// Window of 32 KiB, the largest gzip has.
const WINDOW_BITS: u8 = 15;

/// A gzip compressor that is used again and again.
#[derive(Debug)]
pub(super) struct Packer(Compress);

impl Packer {
    pub(super) fn new() -> Self {
        Self(Compress::new_gzip(Compression::fast(), WINDOW_BITS))
    }

    /// One gzip member that holds the bytes.
    pub(super) fn pack(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.0.reset();
        let mut packed = Vec::with_capacity(bytes.len() / 2 + 64);
        loop {
            let read = usize::try_from(self.0.total_in()).unwrap_or(usize::MAX);
            let rest = bytes.get(read..).unwrap_or_default();
            match self.0.compress_vec(rest, &mut packed, FlushCompress::Finish) {
                Ok(Status::Ok | Status::BufError) => packed.reserve(packed.capacity().max(64)),
                // Compression itself has no way to fail; a member cut short would be noticed by whoever reads it.
                Ok(Status::StreamEnd) | Err(_) => return packed,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use skywarden_core::envelope::{Inflated, MAX_INFLATED_BYTES, inflate_bytes};

    use super::*;

    proptest! {
        #[test]
        fn every_member_of_a_packer_inflates_to_what_went_in(texts in prop::collection::vec(".{0,60}", 1..4), times in 1_usize..60) {
            let mut packer = Packer::new();
            for text in texts {
                let long = text.repeat(times);
                let packed = packer.pack(long.as_bytes());
                prop_assert_eq!(inflate_bytes(&packed, MAX_INFLATED_BYTES), Ok(Inflated::from(long.as_str())));
            }
        }
    }
}
