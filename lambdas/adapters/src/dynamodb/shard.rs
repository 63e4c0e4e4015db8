//! Shards: items with a part of an issue's counts.

use aws_sdk_dynamodb::types::TransactWriteItem;
use skywarden_core::{
    issue::{Shard, ShardWrite, StoredShard},
    port::PortResult,
};

use super::{
    IssueTable,
    item::{ITEM_FORMAT, Item, SHARD, document, number, read_document, seconds, shard_key, version, whole_number},
};

/// Attribute with the version of the issue that emptied the shard last.
const FOLDED: &str = "folded";

impl IssueTable {
    /// Puts a shard over the version that was read.
    pub(super) fn shard_put(&self, write: &ShardWrite) -> PortResult<TransactWriteItem> {
        self.put_over(item(write)?, Some(write.expected()).filter(|&version| version > 0))
    }
}

fn item(write: &ShardWrite) -> PortResult<Item> {
    let mut item = shard_key(write.fingerprint.as_str(), write.number);
    item.insert("format".to_owned(), number(ITEM_FORMAT));
    item.insert("version".to_owned(), number(write.shard.version));
    item.insert(FOLDED.to_owned(), number(write.shard.folded));
    // An item is put as a whole: whoever counts in a shard that was to expire takes that from it.
    if let Some(expires) = write.expires {
        item.insert("expires_at".to_owned(), seconds(expires));
    }
    if let Some(facts) = &write.shard.facts {
        item.insert("document".to_owned(), document(facts)?);
    }
    Ok(item)
}

/// Number and state of a shard for an erasure, which reads no facts: it has to go on where nobody can read them. `None`: the item is no shard.
pub(super) fn stored_shard(item: &Item) -> PortResult<Option<(u8, StoredShard)>> {
    let Some(number) = item.get("sk").and_then(|sk| sk.as_s().ok()).and_then(|sk| sk.strip_prefix(SHARD)?.parse().ok()) else { return Ok(None) };
    let erased = Shard { version: version(item)?, folded: whole_number(item, FOLDED)?.unwrap_or(0), facts: None }.is_erased();
    Ok(Some((number, StoredShard { version: version(item)?, erased: erased && !item.contains_key("document") })))
}

/// A shard as it is stored.
pub(super) fn read_shard(item: &Item) -> PortResult<Shard> {
    let facts = if item.contains_key("document") { Some(read_document(item)?) } else { None };
    Ok(Shard { version: version(item)?, folded: whole_number(item, FOLDED)?.unwrap_or(0), facts })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::Timestamp;
    use skywarden_core::{issue::Erasure, port::Failure};

    use super::*;
    use crate::dynamodb::item::text;

    #[test]
    fn a_shard_is_read_as_it_was_written() {
        let fingerprint = serde_json::from_str("\"00000000000000000000000000000001\"").unwrap();
        let write = ShardWrite { fingerprint, number: 7, shard: Shard { version: 3, folded: 2, facts: None }, expires: None };
        let mut stored = item(&write).unwrap();
        assert_eq!((&stored["pk"], &stored["sk"]), (&text("issue#00000000000000000000000000000001"), &text("shard#07")));
        assert_eq!(read_shard(&stored).unwrap(), write.shard);
        assert_eq!((stored_shard(&stored).unwrap(), stored.contains_key("expires_at")), (Some((7, StoredShard { version: 3, erased: false })), false));
        stored.insert(FOLDED.to_owned(), text("x"));
        assert_eq!(read_shard(&stored).unwrap_err().failure, Failure::Rejected);
    }

    #[test]
    fn an_erased_shard_expires_and_one_that_is_counted_in_does_not() {
        let erasure = Erasure::new(&serde_json::from_str("\"00000000000000000000000000000001\"").unwrap(), None, Timestamp::UNIX_EPOCH);
        let left = BTreeMap::from([(7, StoredShard { version: 4, erased: false })]);
        let write = erasure.emptied(&left).remove(7);
        let mut stored = item(&write).unwrap();
        assert_eq!((&stored["expires_at"], stored.contains_key("document")), (&number(86_400), false));
        assert!(read_shard(&stored).unwrap().is_erased());
        assert_eq!(stored_shard(&stored).unwrap(), Some((7, StoredShard { version: 5, erased: true })));
        let counted = ShardWrite { expires: None, shard: Shard { version: 6, ..write.shard.clone() }, ..write };
        assert!(!item(&counted).unwrap().contains_key("expires_at"));
        // Also of facts that nobody can read any more.
        stored.insert("document".to_owned(), text("{"));
        assert_eq!(stored_shard(&stored).unwrap(), Some((7, StoredShard { version: 5, erased: false })));
        assert_eq!(stored_shard(&crate::dynamodb::item::issue_key("00")).unwrap(), None);
    }
}
