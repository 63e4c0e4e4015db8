//! Items: keys, attributes and documents.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use skywarden_core::{
    issue::Issue,
    port::{Failure, PortError, PortResult},
};

/// Format of the items.
pub(super) const ITEM_FORMAT: u32 = 1;

/// Value of the index's partition key.
pub(super) const DUE_PARTITION: &str = "outbox";

/// Attribute by which an issue is in the index of issues: the index's partition key, with one value for all of them.
pub(super) const ISSUE_PARTITION: &str = "issue_pk";

/// Name of that index; its sort key is the table's partition key.
pub(super) const ISSUES_INDEX: &str = "issues";

/// How the sort key of every shard begins.
pub(super) const SHARD: &str = "shard#";

pub(super) type Item = HashMap<String, AttributeValue>;

pub(super) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub(super) fn number(value: impl Into<i128>) -> AttributeValue {
    AttributeValue::N(value.into().to_string())
}

/// Milliseconds, so that times compare as numbers.
pub(super) fn millis(at: Timestamp) -> AttributeValue {
    number(at.as_millisecond())
}

/// Seconds since 1970, as DynamoDB's time to live wants them.
pub(super) fn seconds(at: Timestamp) -> AttributeValue {
    number(at.as_second())
}

/// A time that sorts as text, for the index.
pub(super) fn sortable(at: Timestamp) -> AttributeValue {
    text(at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string())
}

pub(super) fn key(pk: impl Into<String>, sk: &str) -> Item {
    HashMap::from([("pk".to_owned(), text(pk)), ("sk".to_owned(), text(sk))])
}

pub(super) fn issue_key(fingerprint: &str) -> Item {
    key(format!("issue#{fingerprint}"), "state")
}

pub(super) fn shard_key(fingerprint: &str, number: u8) -> Item {
    key(format!("issue#{fingerprint}"), &format!("{SHARD}{number:02}"))
}

pub(super) fn outbox_key(id: &str) -> Item {
    key(format!("outbox#{id}"), "entry")
}

pub(super) fn ledger_key(route: &str) -> Item {
    key(format!("route#{route}"), "ledger")
}

/// Number of writes of an item.
pub(super) fn version(item: &Item) -> PortResult<u64> {
    whole_number(item, "version")?.ok_or_else(|| malformed("an item has no version"))
}

/// An attribute that holds a whole number, if the item has it.
pub(super) fn whole_number(item: &Item, attribute: &str) -> PortResult<Option<u64>> {
    let Some(value) = item.get(attribute) else { return Ok(None) };
    let number = value.as_n().ok().and_then(|text| text.parse().ok());
    number.map(Some).ok_or_else(|| malformed(&format!("an item's {attribute} is no whole number")))
}

/// The document of an item: JSON text in one attribute, so that its shape is serde's and not DynamoDB's.
pub(super) fn document<T: Serialize>(value: &T) -> PortResult<AttributeValue> {
    serde_json::to_string(value).map(AttributeValue::S).map_err(|error| malformed(&error.to_string()))
}

pub(super) fn read_document<T: DeserializeOwned>(item: &Item) -> PortResult<T> {
    serde_json::from_str(stored_text(item)?).map_err(|error| malformed(&error.to_string()))
}

/// An issue. One of another format is refused by name.
pub(super) fn read_issue(item: &Item) -> PortResult<Issue> {
    Issue::parse(stored_text(item)?).map_err(|error| PortError { code: error.code().to_owned(), ..malformed(&error.to_string()) })
}

fn stored_text(item: &Item) -> PortResult<&str> {
    item.get("document").and_then(|value| value.as_s().ok()).map(String::as_str).ok_or_else(|| malformed("an item has no document"))
}

pub(super) fn malformed(message: &str) -> PortError {
    PortError { failure: Failure::Rejected, operation: "dynamodb.item", code: "malformed-item".to_owned(), message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issue_of_another_format_is_refused_by_name() {
        let item = |document: &str| Item::from([("document".to_owned(), text(document))]);
        let refused = read_issue(&item(r#"{"format":1,"state":"open"}"#)).unwrap_err();
        assert_eq!((refused.failure, refused.code.as_str()), (Failure::Rejected, "issue-format"));
        assert_eq!(read_issue(&item("{")).unwrap_err().code, "issue-unreadable");
        assert_eq!(read_issue(&Item::new()).unwrap_err().code, "malformed-item");
    }
}
