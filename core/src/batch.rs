//! Identity of a delivered batch, the unit of idempotence.

use sha2::{Digest as _, Sha256};

use crate::envelope::LogBatch;

/// Hash of (owner, group, stream, sorted event ids): the same delivery repeated has the same id, whatever the order of its events.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BatchId(String);

impl BatchId {
    /// The id of a batch.
    pub fn of(batch: &LogBatch<'_>) -> Self {
        let mut ids: Vec<&str> = batch.log_events.iter().map(|event| event.id.as_ref()).collect();
        ids.sort_unstable();
        let mut hash = Sha256::new();
        for part in [batch.owner.as_ref(), batch.log_group.as_ref(), batch.log_stream.as_ref()].into_iter().chain(ids) {
            // Length first, so that moving a character from one part to the next gives another hash.
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
            hash.update(part.as_bytes());
        }
        let digest = hash.finalize();
        // Half of a SHA-256 is plenty to tell batches apart, and a shorter key.
        let half = digest.iter().take(16).fold(0_u128, |number, &byte| (number << 8) | u128::from(byte));
        Self(format!("{half:032x}"))
    }

    /// An id as it was written with [`Self::as_str`]; `None` for any other text.
    pub fn stored(text: &str) -> Option<Self> {
        let is_id = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        is_id.then(|| Self(text.to_owned()))
    }

    /// The id as 32 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::envelope::{Inflated, Payload};

    fn id(json: &str) -> BatchId {
        match Payload::parse(&mut Inflated::from(json)).unwrap() {
            Payload::Data(batch) => BatchId::of(&batch),
            Payload::Control => panic!("control"),
        }
    }

    #[test]
    fn order_does_not_matter_and_content_does() {
        let one = id(r#"{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logStream":"s","logEvents":[{"id":"a"},{"id":"b"}]}"#);
        let two = id(r#"{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logStream":"s","logEvents":[{"id":"b"},{"id":"a"}]}"#);
        let other = id(r#"{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"gs","logStream":"","logEvents":[{"id":"b"},{"id":"a"}]}"#);
        assert_eq!(one, two);
        assert_ne!(one, other);
        assert_eq!(BatchId::stored(one.as_str()), Some(one));
        assert_eq!((BatchId::stored("alarm-x"), BatchId::stored(&"A".repeat(32))), (None, None));
    }
}
