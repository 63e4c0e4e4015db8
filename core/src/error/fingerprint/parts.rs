//! Parts: what goes into a hash, named and in order, for the hash alone or for a person as well.

use serde::Serialize;
use xxhash_rust::xxh3::xxh3_128;

use super::{Fingerprint, VERSION};

/// Room for the parts of a usual error, bytes.
const USUAL_BYTES: usize = 512;

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Type = 1,
    Code,
    Frame,
    Message,
    Platform,
    Service,
    Fingerprint,
}

impl Name {
    /// What it is called when it is shown.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Code => "code",
            Self::Frame => "frame",
            Self::Message => "message",
            Self::Platform => "platform",
            Self::Service => "service",
            Self::Fingerprint => "fingerprint",
        }
    }
}

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
    fn push(&mut self, name: Name, pieces: &[&str]);

    /// The hash of the parts so far.
    fn finish(&self) -> Fingerprint;
}

/// The bytes that are hashed: the version, then for each part its name as a number, the length of its value, and the value.
pub(super) struct Hashed(Vec<u8>);

impl Default for Hashed {
    fn default() -> Self {
        let mut bytes = Vec::with_capacity(USUAL_BYTES);
        bytes.push(VERSION);
        Self(bytes)
    }
}

impl Parts for Hashed {
    #[inline]
    fn push(&mut self, name: Name, pieces: &[&str]) {
        let length = pieces.iter().map(|piece| piece.len()).sum::<usize>();
        // No part is near four gigabytes: messages and names are bounded before.
        let [a, b, c, d] = u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
        self.0.reserve(length + 5);
        self.0.extend_from_slice(&[name as u8, a, b, c, d]);
        for piece in pieces {
            self.0.extend_from_slice(piece.as_bytes());
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
    fn push(&mut self, name: Name, pieces: &[&str]) {
        self.hashed.push(name, pieces);
        self.parts.push(Part { name: name.as_str(), value: pieces.concat() });
    }

    fn finish(&self) -> Fingerprint {
        self.hashed.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(parts: &[(Name, &[&str])]) -> Fingerprint {
        let mut hashed = Hashed::default();
        for (name, pieces) in parts {
            hashed.push(*name, pieces);
        }
        hashed.finish()
    }

    #[test]
    fn where_a_part_ends_counts_and_where_a_piece_ends_does_not() {
        assert_eq!(hash(&[(Name::Frame, &["ab", "c"])]), hash(&[(Name::Frame, &["a", "bc"])]));
        assert_ne!(hash(&[(Name::Frame, &["ab"]), (Name::Frame, &["c"])]), hash(&[(Name::Frame, &["a"]), (Name::Frame, &["bc"])]));
        assert_ne!(hash(&[(Name::Frame, &["ab"])]), hash(&[(Name::Type, &["ab"])]));
        assert_ne!(hash(&[(Name::Frame, &["a"]), (Name::Frame, &[])]), hash(&[(Name::Frame, &["a"])]));
    }

    #[test]
    fn keeping_the_parts_does_not_change_the_hash() {
        let mut kept = Kept::default();
        kept.push(Name::Type, &["KeyError"]);
        kept.push(Name::Frame, &["db", "|", "fetch"]);
        assert_eq!(kept.finish(), hash(&[(Name::Type, &["KeyError"]), (Name::Frame, &["db|fetch"])]));
        let shown: Vec<_> = kept.parts.iter().map(|part| (part.name, part.value.as_str())).collect();
        assert_eq!(shown, [("type", "KeyError"), ("frame", "db|fetch")]);
    }
}
