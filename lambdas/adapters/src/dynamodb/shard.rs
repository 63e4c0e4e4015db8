//! Shards: items with a part of an issue's counts.

use aws_sdk_dynamodb::types::TransactWriteItem;
use skywarden_core::{
    issue::{Shard, ShardWrite},
    port::PortResult,
};

use super::{
    IssueTable,
    item::{ITEM_FORMAT, Item, document, number, read_document, shard_key, version, whole_number},
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
    if let Some(facts) = &write.shard.facts {
        item.insert("document".to_owned(), document(facts)?);
    }
    Ok(item)
}

/// A shard as it is stored.
pub(super) fn read_shard(item: &Item) -> PortResult<Shard> {
    let facts = if item.contains_key("document") { Some(read_document(item)?) } else { None };
    Ok(Shard { version: version(item)?, folded: whole_number(item, FOLDED)?.unwrap_or(0), facts })
}

#[cfg(test)]
mod tests {
    use skywarden_core::port::Failure;

    use super::*;
    use crate::dynamodb::item::text;

    #[test]
    fn a_shard_is_read_as_it_was_written() {
        let fingerprint = serde_json::from_str("\"00000000000000000000000000000001\"").unwrap();
        let write = ShardWrite { fingerprint, number: 7, shard: Shard { version: 3, folded: 2, facts: None } };
        let mut stored = item(&write).unwrap();
        assert_eq!((&stored["pk"], &stored["sk"]), (&text("issue#00000000000000000000000000000001"), &text("shard#07")));
        assert_eq!(read_shard(&stored).unwrap(), write.shard);
        stored.insert(FOLDED.to_owned(), text("x"));
        assert_eq!(read_shard(&stored).unwrap_err().failure, Failure::Rejected);
    }
}
