//! Which issues there are, by the index `issues`; taking one out; looking at the outbox.
//!
//! The table also holds millions of batch markers, so nothing here scans it. The index has the keys of issues only, and an issue's keys never change:
//! counting writes nothing to it.

use aws_sdk_dynamodb::{
    operation::{delete_item::DeleteItemError, query::builders::QueryFluentBuilder},
    types::Select,
};
use skywarden_core::{
    issue::{Committed, Fingerprint},
    port::{EntryView, IssueList, OutboxView, PortResult},
};

use super::{
    IssueTable,
    item::{DUE_PARTITION, ISSUE_PARTITION, ISSUES_INDEX, Item, issue_key, number, outbox_key, text},
    outbox::{has_status, published},
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

    async fn erase(&self, fingerprint: &Fingerprint, expected: u64) -> PortResult<Committed> {
        let deleted = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(issue_key(fingerprint.as_str())))
            .condition_expression("version = :expected")
            .expression_attribute_values(":expected", number(expected))
            .send()
            .await;
        match deleted {
            Ok(_) => {}
            Err(error) if matches!(error.as_service_error(), Some(DeleteItemError::ConditionalCheckFailedException(_))) => return Ok(Committed::Conflict),
            Err(error) => return Err(port_error("dynamodb.DeleteItem", &error)),
        }
        let rest = self.keys_below(fingerprint).await?;
        let unsent = self.unsent_ids(fingerprint).await?;
        for key in rest.into_iter().chain(unsent.iter().map(|id| outbox_key(id))) {
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
    /// Keys of whatever is stored under an issue beside the issue itself.
    async fn keys_below(&self, fingerprint: &Fingerprint) -> PortResult<Vec<Item>> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(format!("{ISSUE}{fingerprint}")))
            .projection_expression("pk, sk")
            .consistent_read(true);
        every_item(query).await
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
