//! Issues: load, and the atomic commit of marker, changes and outbox.

use aws_sdk_dynamodb::{
    operation::transact_write_items::TransactWriteItemsError,
    types::{AttributeValue, CancellationReason, KeysAndAttributes, Put, TransactWriteItem, Update},
};
use jiff::Timestamp;
use skywarden_core::{
    issue::{AlarmCommit, Claim, Commit, Committed, Fingerprint, Issue, IssueChange, OutboxEntry},
    port::{Failure, IssueStore, LedgerCommit, PortError, PortResult, StoredLedger},
};

use super::{
    IssueTable,
    item::{ITEM_FORMAT, Item, document, issue_key, key, ledger_key, millis, number, read_document, read_issue, seconds, text, version},
};
use crate::failure::port_error;

const TRANSACT: &str = "dynamodb.TransactWriteItems";

/// `BatchGetItem` takes at most 100 keys.
const MAX_GET_KEYS: usize = 100;

/// What a cancelled transaction says, by action.
enum Cancelled {
    /// The condition of the action at this place did not hold.
    At(usize),
    /// Another transaction was in the way, or the table throttled: nothing happened.
    Contended,
}

impl IssueStore for IssueTable {
    async fn load(&self, fingerprints: &[Fingerprint]) -> PortResult<Vec<Issue>> {
        let mut issues = Vec::with_capacity(fingerprints.len());
        for chunk in fingerprints.chunks(MAX_GET_KEYS) {
            let mut keys: Vec<Item> = chunk.iter().map(|fingerprint| issue_key(fingerprint.as_str())).collect();
            while !keys.is_empty() {
                keys = self.load_some(keys, &mut issues).await?;
            }
        }
        Ok(issues)
    }

    async fn commit(&self, commit: &Commit) -> PortResult<Committed> {
        let mut actions = vec![self.marker(commit)?];
        actions.extend(self.puts(&commit.changes)?);
        match self.transact(actions).await? {
            None => Ok(Committed::Done),
            Some(Cancelled::At(0)) => Ok(Committed::Before),
            Some(Cancelled::At(_) | Cancelled::Contended) => Ok(Committed::Conflict),
        }
    }

    async fn change(&self, changes: &[IssueChange]) -> PortResult<Committed> {
        let conflict = self.transact(self.puts(changes)?).await?.is_some();
        Ok(if conflict { Committed::Conflict } else { Committed::Done })
    }

    async fn commit_alarm(&self, commit: &AlarmCommit) -> PortResult<Committed> {
        let condition = if commit.firing { "attribute_not_exists(pk) OR changed_at < :at" } else { "firing = :true AND changed_at < :at" };
        let mut update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(key(format!("alarm#{}", commit.alarm), "state")))
            .update_expression("SET firing = :firing, changed_at = :at, #format = :format")
            .condition_expression(condition)
            // `format` is a reserved word of DynamoDB.
            .expression_attribute_names("#format", "format")
            .expression_attribute_values(":firing", AttributeValue::Bool(commit.firing))
            .expression_attribute_values(":at", millis(commit.changed_at))
            .expression_attribute_values(":format", number(ITEM_FORMAT));
        if !commit.firing {
            update = update.expression_attribute_values(":true", AttributeValue::Bool(true));
        }
        let update = update.build().map_err(|error| construction(&error))?;
        let actions = vec![TransactWriteItem::builder().update(update).build(), self.outbox_put(&commit.entry, Some("attribute_not_exists(pk)"))?];
        match self.transact(actions).await? {
            None => Ok(Committed::Done),
            Some(Cancelled::At(_)) => Ok(Committed::Before),
            Some(Cancelled::Contended) => Err(PortError {
                failure: Failure::Unavailable,
                operation: TRANSACT,
                code: "TransactionConflict".to_owned(),
                message: "another transaction was in the way".to_owned(),
            }),
        }
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
        let ledger = match commit.expected {
            None => self.put(item, Some("attribute_not_exists(pk)"), None),
            Some(version) => self.put(item, Some("version = :expected"), Some((":expected", number(version)))),
        };
        let mut actions = vec![ledger?];
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
    /// Loads some keys; gives back those DynamoDB did not get to.
    async fn load_some(&self, keys: Vec<Item>, issues: &mut Vec<Issue>) -> PortResult<Vec<Item>> {
        let asked = keys.len();
        let wanted = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build().map_err(|error| construction(&error))?;
        let mut answer =
            self.client.batch_get_item().request_items(&self.table, wanted).send().await.map_err(|error| port_error("dynamodb.BatchGetItem", &error))?;
        let found = answer.responses.as_mut().and_then(|tables| tables.remove(&self.table)).unwrap_or_default();
        for item in &found {
            issues.push(read_issue(item)?);
        }
        let left = answer.unprocessed_keys.and_then(|mut tables| tables.remove(&self.table)).map(|keys| keys.keys).unwrap_or_default();
        if left.len() == asked {
            return Err(PortError {
                failure: Failure::Unavailable,
                operation: "dynamodb.BatchGetItem",
                code: "unprocessed".to_owned(),
                message: "the table is throttled".to_owned(),
            });
        }
        Ok(left)
    }

    fn marker(&self, commit: &Commit) -> PortResult<TransactWriteItem> {
        let mut item = key(format!("batch#{}", commit.batch.as_str()), &format!("issues#{}", commit.part));
        item.insert("format".to_owned(), number(ITEM_FORMAT));
        item.insert("expires_at".to_owned(), seconds(commit.expires));
        self.put(item, Some("attribute_not_exists(pk)"), None)
    }

    /// The issues, then their outbox entries.
    fn puts(&self, changes: &[IssueChange]) -> PortResult<Vec<TransactWriteItem>> {
        let issues = changes.iter().map(|change| self.issue_put(change));
        let entries = changes.iter().filter_map(|change| change.entry.as_ref()).map(|entry| self.outbox_put(entry, None));
        issues.chain(entries).collect()
    }

    fn issue_put(&self, change: &IssueChange) -> PortResult<TransactWriteItem> {
        let mut item = issue_key(change.issue.fingerprint.as_str());
        item.insert("format".to_owned(), number(ITEM_FORMAT));
        item.insert("version".to_owned(), number(change.issue.version));
        item.insert("document".to_owned(), document(&change.issue)?);
        match change.expected {
            None => self.put(item, Some("attribute_not_exists(pk)"), None),
            Some(version) => self.put(item, Some("version = :expected"), Some((":expected", number(version)))),
        }
    }

    fn outbox_put(&self, entry: &OutboxEntry, condition: Option<&str>) -> PortResult<TransactWriteItem> {
        self.put(Self::outbox_item(entry)?, condition, None)
    }

    fn put(&self, item: Item, condition: Option<&str>, value: Option<(&str, AttributeValue)>) -> PortResult<TransactWriteItem> {
        let mut put = Put::builder().table_name(&self.table).set_item(Some(item)).set_condition_expression(condition.map(str::to_owned));
        if let Some((name, value)) = value {
            put = put.expression_attribute_values(name, value);
        }
        Ok(TransactWriteItem::builder().put(put.build().map_err(|error| construction(&error))?).build())
    }

    /// `None`: written.
    async fn transact(&self, actions: Vec<TransactWriteItem>) -> PortResult<Option<Cancelled>> {
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

fn construction(error: &dyn std::error::Error) -> PortError {
    PortError { failure: Failure::Rejected, operation: "dynamodb.request", code: "construction".to_owned(), message: error.to_string() }
}
