//! Issues, batch markers, alarm states and the outbox in one DynamoDB table.
//!
//! Keys (`pk` / `sk`): `issue#FINGERPRINT` / `state` and, of an issue whose counts are spread, `shard#NN`; `batch#ID` / `PURPOSE`, `outbox#ID` / `entry`, `alarm#NAME` / `state`,
//! `route#NAME` / `ledger`. Index `due`
//! (`due_pk`, `due_at`) holds outbox entries that are not sent; the attributes go when the entry is sent, so the index stays small. Index `issues`
//! (`issue_pk`, `pk`) holds the keys of all issues. Every item
//! carries `format`. Shards of an issue that was erased stay for a day, emptied. Nothing relies on the time at which DynamoDB deletes an expired item.

mod alarm;
mod item;
mod ledger;
mod list;
mod load;
mod outbox;
mod shard;
mod store;
#[cfg(test)]
mod tests;

use aws_sdk_dynamodb::Client;

/// The issue table.
#[derive(Clone, Debug)]
pub struct IssueTable {
    client: Client,
    table: String,
}

impl IssueTable {
    /// A table over the SDK's client.
    pub fn new(config: &aws_config::SdkConfig, table: String) -> Self {
        Self { client: Client::new(config), table }
    }
}
