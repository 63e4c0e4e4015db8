//! Issues: the atomic commit of marker, changes and outbox.

use aws_sdk_dynamodb::{
    operation::transact_write_items::TransactWriteItemsError,
    types::{AttributeValue, CancellationReason, Delete, Put, TransactWriteItem},
};
use jiff::Timestamp;
use skywarden_core::{
    issue::{AlarmCommit, Claim, Commit, Committed, Fingerprint, Issue, IssueChange, OutboxEntry},
    port::{Failure, IssueStore, LedgerCommit, PortError, PortResult, StoredLedger},
};

use super::{
    IssueTable,
    item::{ISSUE_PARTITION, ITEM_FORMAT, Item, document, issue_key, key, ledger_key, number, read_document, seconds, text, version},
};
use crate::failure::port_error;

pub(super) const TRANSACT: &str = "dynamodb.TransactWriteItems";

/// What a cancelled transaction says, by action.
pub(super) enum Cancelled {
    /// The condition of the action at this place did not hold.
    At(usize),
    /// Another transaction was in the way, or the table throttled: nothing happened.
    Contended,
}

impl IssueStore for IssueTable {
    async fn load(&self, fingerprints: &[Fingerprint]) -> PortResult<Vec<Issue>> {
        self.load_issues(fingerprints).await
    }

    async fn commit(&self, commit: &Commit) -> PortResult<Committed> {
        let mut actions = vec![self.marker(commit)?];
        for change in &commit.changes {
            actions.push(self.issue_put(&change.issue, change.expected)?);
            actions.extend(change.entry.as_ref().map(|entry| self.outbox_put(entry, None)).transpose()?);
        }
        for count in &commit.counts {
            actions.push(self.shard_put(count)?);
        }
        match self.transact(actions).await? {
            None => Ok(Committed::Done),
            Some(Cancelled::At(0)) => Ok(Committed::Before),
            Some(Cancelled::At(_) | Cancelled::Contended) => Ok(Committed::Conflict),
        }
    }

    async fn change(&self, changes: &[IssueChange]) -> PortResult<Committed> {
        let mut actions = Vec::new();
        for change in changes {
            let (issue, emptied) = change.folded();
            actions.push(self.issue_put(&issue, change.expected)?);
            actions.extend(change.entry.as_ref().map(|entry| self.outbox_put(entry, None)).transpose()?);
            for shard in &emptied {
                actions.push(self.shard_put(shard)?);
            }
        }
        let conflict = self.transact(actions).await?.is_some();
        Ok(if conflict { Committed::Conflict } else { Committed::Done })
    }

    async fn commit_alarm(&self, commit: &AlarmCommit) -> PortResult<Committed> {
        self.alarm_change(commit).await
    }

    async fn fires_since(&self, alarm: &str) -> PortResult<Option<Timestamp>> {
        self.alarm_fires_since(alarm).await
    }

    async fn claim(&self, id: &str, now: Timestamp, claim_until: Timestamp) -> PortResult<Claim> {
        self.claim_entry(id, now, claim_until).await
    }

    async fn mark_published(&self, id: &str, topic: &str) -> PortResult<()> {
        self.note_published(id, topic).await
    }

    async fn mark_sent(&self, id: &str, expires: Timestamp) -> PortResult<()> {
        self.note_sent(id, expires).await
    }

    async fn release(&self, entry: &OutboxEntry, due: Timestamp) -> PortResult<()> {
        self.release_entry(entry, due).await
    }

    async fn reopen(&self, entry: &OutboxEntry, now: Timestamp, claim_until: Timestamp) -> PortResult<Claim> {
        self.reopen_entry(entry, now, claim_until).await
    }

    async fn load_ledger(&self, route: &str) -> PortResult<Option<StoredLedger>> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(ledger_key(route)))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| port_error("dynamodb.GetItem", &error))?;
        let Some(item) = answer.item else { return Ok(None) };
        Ok(Some(StoredLedger { version: version(&item)?, ledger: read_document(&item)? }))
    }

    async fn commit_ledger(&self, commit: &LedgerCommit) -> PortResult<Committed> {
        let mut item = ledger_key(&commit.route);
        item.insert("format".to_owned(), number(ITEM_FORMAT));
        item.insert("version".to_owned(), number(commit.expected.unwrap_or(0) + 1));
        item.insert("document".to_owned(), document(&commit.ledger)?);
        let mut actions = vec![self.put_over(item, commit.expected)?];
        for entry in &commit.entries {
            actions.push(self.outbox_put(entry, None)?);
        }
        match self.transact(actions).await? {
            None => Ok(Committed::Done),
            Some(Cancelled::At(_) | Cancelled::Contended) => Ok(Committed::Conflict),
        }
    }

    async fn due(&self, now: Timestamp, limit: usize) -> PortResult<Vec<String>> {
        self.due_entries(now, limit).await
    }
}

impl IssueTable {
    fn marker(&self, commit: &Commit) -> PortResult<TransactWriteItem> {
        let mut item = key(format!("batch#{}", commit.batch.as_str()), &format!("issues#{}", commit.part));
        item.insert("format".to_owned(), number(ITEM_FORMAT));
        item.insert("expires_at".to_owned(), seconds(commit.expires));
        self.put(item, Some("attribute_not_exists(pk)"), None)
    }

    fn issue_put(&self, issue: &Issue, expected: Option<u64>) -> PortResult<TransactWriteItem> {
        let mut item = issue_key(issue.fingerprint.as_str());
        item.insert(ISSUE_PARTITION.to_owned(), text("issue"));
        item.insert("format".to_owned(), number(ITEM_FORMAT));
        item.insert("version".to_owned(), number(issue.version));
        item.insert("document".to_owned(), document(issue)?);
        self.put_over(item, expected)
    }

    /// Puts an item over the version that was read; `None`: over nothing.
    pub(super) fn put_over(&self, item: Item, expected: Option<u64>) -> PortResult<TransactWriteItem> {
        match expected {
            None => self.put(item, Some("attribute_not_exists(pk)"), None),
            Some(version) => self.put(item, Some("version = :expected"), Some((":expected", number(version)))),
        }
    }

    pub(super) fn outbox_put(&self, entry: &OutboxEntry, condition: Option<&str>) -> PortResult<TransactWriteItem> {
        self.put(Self::outbox_item(entry)?, condition, None)
    }

    fn put(&self, item: Item, condition: Option<&str>, value: Option<(&str, AttributeValue)>) -> PortResult<TransactWriteItem> {
        let mut put = Put::builder().table_name(&self.table).set_item(Some(item)).set_condition_expression(condition.map(str::to_owned));
        if let Some((name, value)) = value {
            put = put.expression_attribute_values(name, value);
        }
        Ok(TransactWriteItem::builder().put(put.build().map_err(|error| construction(&error))?).build())
    }

    /// Deletes an item of the version that was read; `None`: there must be none.
    pub(super) fn delete_under(&self, key: Item, expected: Option<u64>) -> PortResult<TransactWriteItem> {
        match expected {
            None => self.delete(key, Some("attribute_not_exists(pk)"), None),
            Some(version) => self.delete(key, Some("version = :expected"), Some((":expected", number(version)))),
        }
    }

    pub(super) fn delete(&self, key: Item, condition: Option<&str>, value: Option<(&str, AttributeValue)>) -> PortResult<TransactWriteItem> {
        let mut delete = Delete::builder().table_name(&self.table).set_key(Some(key)).set_condition_expression(condition.map(str::to_owned));
        if let Some((name, value)) = value {
            delete = delete.expression_attribute_values(name, value);
        }
        Ok(TransactWriteItem::builder().delete(delete.build().map_err(|error| construction(&error))?).build())
    }

    /// `None`: written.
    pub(super) async fn transact(&self, actions: Vec<TransactWriteItem>) -> PortResult<Option<Cancelled>> {
        let answer = self.client.transact_write_items().set_transact_items(Some(actions)).send().await;
        let Err(error) = answer else {
            return Ok(None);
        };
        match error.as_service_error() {
            Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                let reasons = cancelled.cancellation_reasons();
                let code = |reason: &CancellationReason| reason.code().unwrap_or("").to_owned();
                if let Some(place) = reasons.iter().position(|reason| code(reason) == "ConditionalCheckFailed") {
                    return Ok(Some(Cancelled::At(place)));
                }
                let passing = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];
                if reasons.iter().any(|reason| passing.contains(&code(reason).as_str())) {
                    return Ok(Some(Cancelled::Contended));
                }
                let mut error = port_error(TRANSACT, &error);
                error.failure = Failure::Rejected;
                Err(error)
            }
            Some(TransactWriteItemsError::TransactionInProgressException(_)) => Ok(Some(Cancelled::Contended)),
            _ => Err(port_error(TRANSACT, &error)),
        }
    }

    /// The item of a pending outbox entry.
    pub(super) fn outbox_item(entry: &OutboxEntry) -> PortResult<Item> {
        let mut item = super::item::outbox_key(&entry.id);
        item.insert("format".to_owned(), number(ITEM_FORMAT));
        item.insert("id".to_owned(), text(&entry.id));
        item.insert("status".to_owned(), text("pending"));
        item.insert("document".to_owned(), document(entry)?);
        item.insert("due_pk".to_owned(), text(super::item::DUE_PARTITION));
        item.insert("due_at".to_owned(), super::item::sortable(entry.due));
        Ok(item)
    }
}

pub(super) fn construction(error: &dyn std::error::Error) -> PortError {
    PortError { failure: Failure::Rejected, operation: "dynamodb.request", code: "construction".to_owned(), message: error.to_string() }
}
