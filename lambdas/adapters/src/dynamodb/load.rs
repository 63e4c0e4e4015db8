//! Issues as they are stored, with the shards of those whose counts are spread.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::KeysAndAttributes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use skywarden_core::{
    issue::{Fingerprint, Issue, Shard},
    port::{Failure, PortError, PortResult},
};

use super::{
    IssueTable,
    item::{Item, issue_key, malformed, read_issue, shard_key},
    shard::read_shard,
    store::construction,
};
use crate::failure::port_error;

const GET: &str = "dynamodb.BatchGetItem";

/// `BatchGetItem` takes at most 100 keys.
const MAX_GET_KEYS: usize = 100;

/// Requests on their way at the same time.
const REQUESTS_AT_ONCE: usize = 4;

/// How often an issue is read again when it is folded while it is read.
const MAX_READS: usize = 8;

impl IssueTable {
    /// The issues that exist among these, each with all its counts.
    pub(super) async fn load_issues(&self, fingerprints: &[Fingerprint]) -> PortResult<Vec<Issue>> {
        let mut issues = Vec::with_capacity(fingerprints.len());
        let mut wanted = fingerprints.to_vec();
        for _ in 0..MAX_READS {
            if wanted.is_empty() {
                return Ok(issues);
            }
            let items = self.get(wanted.iter().map(|fingerprint| issue_key(fingerprint.as_str())).collect()).await?;
            let read = items.iter().map(read_issue).collect::<PortResult<Vec<Issue>>>()?;
            let (spread, whole): (Vec<Issue>, Vec<Issue>) = read.into_iter().partition(|issue| issue.shards > 0);
            issues.extend(whole);
            // After the issue: a shard that was emptied in between says so.
            let keys = spread.iter().flat_map(|issue| (0..issue.shards).map(|number| shard_key(issue.fingerprint.as_str(), number)));
            let mut shards = shards(&self.get(keys.collect()).await?)?;
            let read: Vec<(Issue, Vec<Shard>)> = spread.into_iter().map(|issue| with_shards(issue, &mut shards)).collect();
            // An erasure leaves no version by which to know whether the issue was there before it or after it; one that is still there was after it.
            let doubtful = read.iter().filter(|(_, shards)| shards.iter().any(Shard::is_erased));
            let again = self.get(doubtful.map(|(issue, _)| issue_key(issue.fingerprint.as_str())).collect()).await?;
            let again = again.iter().map(read_issue).collect::<PortResult<Vec<Issue>>>()?;
            wanted.clear();
            for (issue, shards) in read {
                let fingerprint = issue.fingerprint.clone();
                let is_there = !shards.iter().any(Shard::is_erased) || again.contains(&issue);
                match issue.gather(shards).filter(|_| is_there) {
                    Some(issue) => issues.push(issue),
                    None => wanted.push(fingerprint),
                }
            }
        }
        if wanted.is_empty() { Ok(issues) } else { Err(unavailable("folded", "an issue was folded again and again while it was read")) }
    }

    /// The items that exist among these keys, in any order.
    async fn get(&self, mut keys: Vec<Item>) -> PortResult<Vec<Item>> {
        let mut found = Vec::with_capacity(keys.len());
        while !keys.is_empty() {
            let asked = keys.len();
            let chunks: Vec<Vec<Item>> = keys.chunks(MAX_GET_KEYS).map(<[Item]>::to_vec).collect();
            let answers: Vec<(Vec<Item>, Vec<Item>)> =
                stream::iter(chunks).map(|keys| self.get_some(keys)).buffer_unordered(REQUESTS_AT_ONCE).try_collect().await?;
            keys = Vec::new();
            for (items, left) in answers {
                found.extend(items);
                keys.extend(left);
            }
            if keys.len() == asked {
                return Err(unavailable("unprocessed", "the table is throttled"));
            }
        }
        Ok(found)
    }

    /// One request: what it found, and the keys DynamoDB did not get to.
    async fn get_some(&self, keys: Vec<Item>) -> PortResult<(Vec<Item>, Vec<Item>)> {
        let wanted = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build().map_err(|error| construction(&error))?;
        let answer = self.client.batch_get_item().request_items(&self.table, wanted).send().await;
        let mut answer = answer.map_err(|error| port_error(GET, &error))?;
        let found = answer.responses.as_mut().and_then(|tables| tables.remove(&self.table)).unwrap_or_default();
        let left = answer.unprocessed_keys.and_then(|mut tables| tables.remove(&self.table)).map(|keys| keys.keys).unwrap_or_default();
        Ok((found, left))
    }
}

/// An issue with its shards in the order of their numbers, taken out of those that were read.
fn with_shards(issue: Issue, read: &mut BTreeMap<(String, String), Shard>) -> (Issue, Vec<Shard>) {
    let shards = (0..issue.shards).map(|number| read.remove(&place(&shard_key(issue.fingerprint.as_str(), number))).unwrap_or_default()).collect();
    (issue, shards)
}

/// Shards by their keys.
fn shards(items: &[Item]) -> PortResult<BTreeMap<(String, String), Shard>> {
    items.iter().map(|item| if item.contains_key("pk") { Ok((place(item), read_shard(item)?)) } else { Err(malformed("an item has no key")) }).collect()
}

/// The key of an item.
fn place(item: &HashMap<String, aws_sdk_dynamodb::types::AttributeValue>) -> (String, String) {
    let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default();
    (text("pk"), text("sk"))
}

fn unavailable(code: &str, message: &str) -> PortError {
    PortError { failure: Failure::Unavailable, operation: GET, code: code.to_owned(), message: message.to_owned() }
}
