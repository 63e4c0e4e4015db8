//! Parts: what goes into a hash, named and in order, for the hash alone or for a person as well.

use serde::Serialize;
use smallvec::SmallVec;
use xxhash_rust::xxh3::xxh3_128;

use super::{Fingerprint, VERSION};

/// Room for the parts of a usual error without an allocation, bytes.
const USUAL_BYTES: usize = 1536;

/// One part of a fingerprint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// What it is: `type`, `code`, `frame`, `message`, `platform`, `service` or `fingerprint`.
    pub name: &'static str,
    /// Its value as it is hashed: names cleaned, variable parts of messages replaced.
    pub value: String,
}

/// Takes parts in order.
pub(super) trait Parts: Default {
    /// Takes one part; its value comes in pieces, which count as one text.
    fn push(&mut self, name: &'static str, pieces: &[&str]);

    /// The hash of the parts so far.
    fn finish(&self) -> Fingerprint;
}

/// The bytes that are hashed: the version, then for each part its name and its value, each behind its length.
pub(super) struct Hashed(SmallVec<[u8; USUAL_BYTES]>);

impl Default for Hashed {
    fn default() -> Self {
        let mut bytes = SmallVec::new();
        bytes.push(VERSION);
        Self(bytes)
    }
}

impl Parts for Hashed {
    fn push(&mut self, name: &'static str, pieces: &[&str]) {
        let length = pieces.iter().map(|piece| piece.len()).sum();
        for (length, pieces) in [(name.len(), [name].as_slice()), (length, pieces)] {
            // No part is near four gigabytes: messages and names are bounded before.
            self.0.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
            for piece in pieces {
                self.0.extend_from_slice(piece.as_bytes());
            }
        }
    }

    fn finish(&self) -> Fingerprint {
        Fingerprint::of(xxh3_128(&self.0))
    }
}

/// The same, and the parts kept to be shown.
#[derive(Default)]
pub(super) struct Kept {
    hashed: Hashed,
    pub(super) parts: Vec<Part>,
}

impl Parts for Kept {
    fn push(&mut self, name: &'static str, pieces: &[&str]) {
        self.hashed.push(name, pieces);
        self.parts.push(Part { name, value: pieces.concat() });
    }

    fn finish(&self) -> Fingerprint {
        self.hashed.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(parts: &[(&'static str, &[&str])]) -> Fingerprint {
        let mut hashed = Hashed::default();
        for (name, pieces) in parts {
            hashed.push(name, pieces);
        }
        hashed.finish()
    }

    #[test]
    fn where_a_part_ends_counts_and_where_a_piece_ends_does_not() {
        assert_eq!(hash(&[("frame", &["ab", "c"])]), hash(&[("frame", &["a", "bc"])]));
        assert_ne!(hash(&[("frame", &["ab"]), ("frame", &["c"])]), hash(&[("frame", &["a"]), ("frame", &["bc"])]));
        assert_ne!(hash(&[("frame", &["ab"])]), hash(&[("type", &["ab"])]));
        assert_ne!(hash(&[("frame", &["a"]), ("frame", &[])]), hash(&[("frame", &["a"])]));
    }

    #[test]
    fn keeping_the_parts_does_not_change_the_hash() {
        let mut kept = Kept::default();
        kept.push("type", &["KeyError"]);
        kept.push("frame", &["db", "|", "fetch"]);
        assert_eq!(kept.finish(), hash(&[("type", &["KeyError"]), ("frame", &["db|fetch"])]));
        let shown: Vec<_> = kept.parts.iter().map(|part| (part.name, part.value.as_str())).collect();
        assert_eq!(shown, [("type", "KeyError"), ("frame", "db|fetch")]);
    }
}
