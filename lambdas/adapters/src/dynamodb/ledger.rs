//! Batch markers for work that is not in the table itself.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use jiff::{SignedDuration, Timestamp};
use skywarden_core::{
    batch::BatchId,
    port::{BatchLedger, Opened, PortResult},
};

use super::{
    IssueTable,
    item::{ITEM_FORMAT, Item, key, millis, number, seconds, text},
};
use crate::failure::port_error;

/// An open marker that nobody closed may be forgotten after this.
const OPEN_MARKER_LIFE: SignedDuration = SignedDuration::from_hours(15 * 24);

fn marker_key(batch: &BatchId, purpose: &str) -> Item {
    key(format!("batch#{}", batch.as_str()), purpose)
}

impl BatchLedger for IssueTable {
    async fn open(&self, batch: &BatchId, purpose: &str, now: Timestamp, claim_until: Timestamp) -> PortResult<Opened> {
        let mut item = marker_key(batch, purpose);
        item.insert("format".to_owned(), number(ITEM_FORMAT));
        item.insert("status".to_owned(), text("open"));
        item.insert("claim_until".to_owned(), millis(claim_until));
        item.insert("expires_at".to_owned(), seconds(now.checked_add(OPEN_MARKER_LIFE).unwrap_or(Timestamp::MAX)));
        let fresh = self.put_marker(item.clone(), "attribute_not_exists(pk) OR #status = :released", &[(":released", text("released"))]).await?;
        let Some(old) = fresh else {
            return Ok(Opened::Fresh);
        };
        if old.get("status").and_then(|status| status.as_s().ok()).is_some_and(|status| status == "done") {
            return Ok(Opened::Done);
        }
        // Somebody began. When their claim has run out it is ours, unless a third is faster.
        let values = [(":open", text("open")), (":now", millis(now))];
        let taken = self.put_marker(item, "#status = :open AND claim_until < :now", &values).await?;
        Ok(if taken.is_none() { Opened::Abandoned } else { Opened::Busy })
    }

    async fn release(&self, batch: &BatchId, purpose: &str, expires: Timestamp) -> PortResult<()> {
        let mut item = marker_key(batch, purpose);
        item.insert("format".to_owned(), number(ITEM_FORMAT));
        item.insert("status".to_owned(), text("released"));
        item.insert("expires_at".to_owned(), seconds(expires));
        // Put and not deleted: the functions have no right to delete. When somebody else was faster it is theirs.
        self.put_marker(item, "#status = :open", &[(":open", text("open"))]).await.map(|_| ())
    }

    async fn close(&self, batch: &BatchId, purpose: &str, expires: Timestamp) -> PortResult<()> {
        let mut item = marker_key(batch, purpose);
        item.insert("format".to_owned(), number(ITEM_FORMAT));
        item.insert("status".to_owned(), text("done"));
        item.insert("expires_at".to_owned(), seconds(expires));
        self.client.put_item().table_name(&self.table).set_item(Some(item)).send().await.map(|_| ()).map_err(|error| port_error("dynamodb.PutItem", &error))
    }
}

impl IssueTable {
    /// Puts a marker under a condition. `None`: done. Else the item that was in the way.
    async fn put_marker(&self, item: Item, condition: &str, values: &[(&str, AttributeValue)]) -> PortResult<Option<Item>> {
        let mut request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression(condition)
            .expression_attribute_names("#status", "status")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        for (name, value) in values {
            request = request.expression_attribute_values(*name, value.clone());
        }
        match request.send().await {
            Ok(_) => Ok(None),
            Err(error) => match error.as_service_error() {
                Some(aws_sdk_dynamodb::operation::put_item::PutItemError::ConditionalCheckFailedException(failed)) => {
                    Ok(Some(failed.item().cloned().unwrap_or_default()))
                }
                _ => Err(port_error("dynamodb.PutItem", &error)),
            },
        }
    }
}
