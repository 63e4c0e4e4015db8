//! Which issues there are, by the index `issues`; taking one out; looking at the outbox.
//!
//! The table also holds millions of batch markers, so nothing here scans it. The index has the keys of issues only, and an issue's keys never change:
//! counting writes nothing to it.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::{operation::query::builders::QueryFluentBuilder, types::Select};
use skywarden_core::{
    issue::{Committed, Erasure, Fingerprint, MAX_TRANSACTION_ACTIONS, StoredShard},
    port::{EntryView, IssueList, OutboxView, PortResult},
};

use super::{
    IssueTable,
    item::{DUE_PARTITION, ISSUE_PARTITION, ISSUES_INDEX, Item, SHARD, issue_key, outbox_key, text},
    outbox::{has_status, published},
    shard::stored_shard,
};
use crate::failure::port_error;

const QUERY: &str = "dynamodb.Query";

/// How the partition key of every issue begins.
const ISSUE: &str = "issue#";

impl IssueList for IssueTable {
    async fn fingerprints(&self, prefix: &str, after: Option<&Fingerprint>, limit: usize) -> PortResult<Vec<Fingerprint>> {
        let mut found = Vec::new();
        let mut start = after.map(|after| {
            let mut key = issue_key(after.as_str());
            key.insert(ISSUE_PARTITION.to_owned(), text("issue"));
            key
        });
        loop {
            let left = i32::try_from(limit.saturating_sub(found.len())).unwrap_or(i32::MAX);
            let answer = self
                .client
                .query()
                .table_name(&self.table)
                .index_name(ISSUES_INDEX)
                .key_condition_expression("issue_pk = :issue AND begins_with(pk, :prefix)")
                .expression_attribute_values(":issue", text("issue"))
                .expression_attribute_values(":prefix", text(format!("{ISSUE}{prefix}")))
                .set_exclusive_start_key(start.take())
                .limit(left.max(1))
                .send()
                .await
                .map_err(|error| port_error(QUERY, &error))?;
            found.extend(answer.items().iter().filter_map(|item| Fingerprint::parse(item.get("pk")?.as_s().ok()?.strip_prefix(ISSUE)?)));
            match answer.last_evaluated_key {
                Some(key) if found.len() < limit => start = Some(key),
                _ => return Ok(found),
            }
        }
    }

    async fn erase(&self, erasure: &Erasure) -> PortResult<Committed> {
        // Before the transaction: what an issue that begins after it has to tell stays.
        let unsent = self.unsent_ids(&erasure.fingerprint).await?;
        let emptied = erasure.emptied(&self.shards_below(&erasure.fingerprint).await?);
        if erasure.expected.is_none() && emptied.is_empty() && unsent.is_empty() {
            return Ok(Committed::Before);
        }
        let mut actions = vec![self.delete_under(issue_key(erasure.fingerprint.as_str()), erasure.expected)?];
        for shard in &emptied {
            actions.push(self.shard_put(shard)?);
        }
        let (within, beyond) = unsent.split_at(unsent.len().min(MAX_TRANSACTION_ACTIONS.saturating_sub(actions.len())));
        for id in within {
            actions.push(self.delete(outbox_key(id), None, None)?);
        }
        if self.transact(actions).await?.is_some() {
            return Ok(Committed::Conflict);
        }
        for id in beyond {
            let key = outbox_key(id);
            self.client.delete_item().table_name(&self.table).set_key(Some(key)).send().await.map_err(|error| port_error("dynamodb.DeleteItem", &error))?;
        }
        Ok(Committed::Done)
    }

    async fn unsent_notices(&self, fingerprint: &Fingerprint) -> PortResult<usize> {
        Ok(self.unsent_ids(fingerprint).await?.len())
    }
}

impl OutboxView for IssueTable {
    async fn entry(&self, id: &str) -> PortResult<Option<EntryView>> {
        Ok(self.progress(id).await?.map(|item| {
            let mut published = published(&item);
            published.sort();
            EntryView { sent: has_status(&item, "sent"), published }
        }))
    }
}

impl IssueTable {
    /// The shards that are stored under an issue, spread or not.
    async fn shards_below(&self, fingerprint: &Fingerprint) -> PortResult<BTreeMap<u8, StoredShard>> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND begins_with(sk, :shard)")
            .expression_attribute_values(":pk", text(format!("{ISSUE}{fingerprint}")))
            .expression_attribute_values(":shard", text(SHARD))
            .consistent_read(true);
        every_item(query).await?.iter().filter_map(|item| stored_shard(item).transpose()).collect()
    }

    /// Ids of an issue's entries that are not sent, by the index `due`.
    async fn unsent_ids(&self, fingerprint: &Fingerprint) -> PortResult<Vec<String>> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("due")
            .key_condition_expression("due_pk = :pk")
            .filter_expression("begins_with(id, :issue)")
            .expression_attribute_values(":pk", text(DUE_PARTITION))
            .expression_attribute_values(":issue", text(format!("{fingerprint}-")))
            .projection_expression("id")
            .select(Select::SpecificAttributes);
        Ok(every_item(query).await?.iter().filter_map(|item| item.get("id")?.as_s().ok().cloned()).collect())
    }
}

/// The items of all pages of a query.
async fn every_item(query: QueryFluentBuilder) -> PortResult<Vec<Item>> {
    query.into_paginator().items().send().try_collect().await.map_err(|error| port_error(QUERY, &error))
}
