//! The outbox: claim, note, release, sweep.

use aws_sdk_dynamodb::{operation::update_item::UpdateItemError, types::ReturnValue};
use jiff::Timestamp;
use skywarden_core::{
    issue::{Claim, OutboxEntry},
    port::PortResult,
};

use super::{
    IssueTable,
    item::{DUE_PARTITION, ITEM_FORMAT, Item, document, millis, number, outbox_key, read_document, seconds, sortable, text},
};
use crate::failure::port_error;

const UPDATE: &str = "dynamodb.UpdateItem";

/// Topics that have been noted beside an entry.
pub(super) fn published(item: &Item) -> Vec<String> {
    item.get("published").and_then(|set| set.as_ss().ok()).cloned().unwrap_or_default()
}

pub(super) fn has_status(item: &Item, wanted: &str) -> bool {
    item.get("status").and_then(|status| status.as_s().ok()).is_some_and(|status| status == wanted)
}

/// The entry of an item that was claimed, with the topics that have been noted beside it.
fn granted(item: &Item) -> PortResult<Claim> {
    let mut entry: OutboxEntry = read_document(item)?;
    // A set is never empty: without one, the topics are those the entry was written with.
    let topics = published(item);
    if !topics.is_empty() {
        entry.published = topics;
    }
    Ok(Claim::Granted(Box::new(entry)))
}

impl IssueTable {
    /// Claims an entry: pending, or claimed by somebody whose claim has run out.
    pub(super) async fn claim_entry(&self, id: &str, now: Timestamp, claim_until: Timestamp) -> PortResult<Claim> {
        let answer = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(outbox_key(id)))
            .update_expression("SET #status = :claimed, claim_until = :until")
            .condition_expression("attribute_exists(pk) AND (#status = :pending OR (#status = :claimed AND claim_until < :now))")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":claimed", text("claimed"))
            .expression_attribute_values(":pending", text("pending"))
            .expression_attribute_values(":until", millis(claim_until))
            .expression_attribute_values(":now", millis(now))
            .return_values(ReturnValue::AllNew)
            .send()
            .await;
        match answer {
            Ok(answer) => granted(&answer.attributes.unwrap_or_default()),
            Err(error) if matches!(error.as_service_error(), Some(UpdateItemError::ConditionalCheckFailedException(_))) => self.why_not(id).await,
            Err(error) => Err(port_error(UPDATE, &error)),
        }
    }

    /// Claims an entry whatever became of it, unless somebody holds it now, and writes it when it is there no more. It gets no place in the index: the
    /// residue keeps it until it is sent.
    pub(super) async fn reopen_entry(&self, entry: &OutboxEntry, now: Timestamp, claim_until: Timestamp) -> PortResult<Claim> {
        let answer = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(outbox_key(&entry.id)))
            .update_expression(
                "SET #status = :claimed, claim_until = :until, id = :id, #format = if_not_exists(#format, :format), document = if_not_exists(document, :document)",
            )
            .condition_expression("attribute_not_exists(pk) OR #status <> :claimed OR claim_until < :now")
            .expression_attribute_names("#status", "status")
            .expression_attribute_names("#format", "format")
            .expression_attribute_values(":claimed", text("claimed"))
            .expression_attribute_values(":until", millis(claim_until))
            .expression_attribute_values(":now", millis(now))
            .expression_attribute_values(":id", text(&entry.id))
            .expression_attribute_values(":format", number(ITEM_FORMAT))
            .expression_attribute_values(":document", document(entry)?)
            .return_values(ReturnValue::AllNew)
            .send()
            .await;
        match answer {
            Ok(answer) => granted(&answer.attributes.unwrap_or_default()),
            Err(error) if matches!(error.as_service_error(), Some(UpdateItemError::ConditionalCheckFailedException(_))) => Ok(Claim::Busy),
            Err(error) => Err(port_error(UPDATE, &error)),
        }
    }

    /// Sent (or never there), or held by somebody.
    async fn why_not(&self, id: &str) -> PortResult<Claim> {
        let item = self.progress(id).await?.unwrap_or_default();
        Ok(if has_status(&item, "claimed") { Claim::Busy } else { Claim::Done })
    }

    /// How far the sending of an entry is: its attributes `status` and `published`; `None`: there is no such entry.
    pub(super) async fn progress(&self, id: &str) -> PortResult<Option<Item>> {
        let request = self.client.get_item().table_name(&self.table).set_key(Some(outbox_key(id))).consistent_read(true);
        let answer = request.projection_expression("#status, published").expression_attribute_names("#status", "status").send().await;
        Ok(answer.map_err(|error| port_error("dynamodb.GetItem", &error))?.item)
    }

    pub(super) async fn note_published(&self, id: &str, topic: &str) -> PortResult<()> {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(outbox_key(id)))
            .update_expression("ADD published :topic")
            .expression_attribute_values(":topic", aws_sdk_dynamodb::types::AttributeValue::Ss(vec![topic.to_owned()]))
            .send()
            .await
            .map(|_| ())
            .map_err(|error| port_error(UPDATE, &error))
    }

    pub(super) async fn note_sent(&self, id: &str, expires: Timestamp) -> PortResult<()> {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(outbox_key(id)))
            // The document goes too: nobody reads it any more, and it holds a sample.
            .update_expression("SET #status = :sent, expires_at = :expires REMOVE due_pk, due_at, claim_until, document")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":sent", text("sent"))
            .expression_attribute_values(":expires", seconds(expires))
            .send()
            .await
            .map(|_| ())
            .map_err(|error| port_error(UPDATE, &error))
    }

    pub(super) async fn release_entry(&self, entry: &OutboxEntry, due: Timestamp) -> PortResult<()> {
        let mut entry = entry.clone();
        entry.due = due;
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(outbox_key(&entry.id)))
            .update_expression("SET #status = :pending, due_at = :due, document = :document REMOVE claim_until")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":pending", text("pending"))
            .expression_attribute_values(":due", sortable(due))
            .expression_attribute_values(":document", document(&entry)?)
            .send()
            .await
            .map(|_| ())
            .map_err(|error| port_error(UPDATE, &error))
    }

    pub(super) async fn due_entries(&self, now: Timestamp, limit: usize) -> PortResult<Vec<String>> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("due")
            .key_condition_expression("due_pk = :pk AND due_at <= :now")
            .expression_attribute_values(":pk", text(DUE_PARTITION))
            .expression_attribute_values(":now", sortable(now))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(|error| port_error("dynamodb.Query", &error))?;
        Ok(answer.items().iter().filter_map(|item| item.get("id")?.as_s().ok().cloned()).collect())
    }
}
