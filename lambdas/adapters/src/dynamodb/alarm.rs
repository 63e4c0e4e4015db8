//! States of alarms: a change with what there is to tell of it, in whatever order changes arrive.

use aws_sdk_dynamodb::{
    operation::update_item::UpdateItemError,
    types::{AttributeValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update},
};
use jiff::Timestamp;
use skywarden_core::{
    issue::{AlarmCommit, Committed},
    port::{Failure, PortError, PortResult},
};

use super::{
    IssueTable,
    item::{ITEM_FORMAT, Item, key, millis, number},
    store::{Cancelled, TRANSACT, construction},
};
use crate::failure::port_error;

/// `format` is a reserved word of DynamoDB.
const SET: &str = "SET firing = :firing, changed_at = :at, #format = :format";

/// How often the beginning of an alarm may come in between while its end is written.
const ROUNDS: usize = 3;

fn alarm_key(alarm: &str) -> Item {
    key(format!("alarm#{alarm}"), "state")
}

fn fires(item: &Item) -> bool {
    item.get("firing").and_then(|value| value.as_bool().ok()) == Some(&true)
}

fn changed_at(item: &Item) -> Option<i64> {
    item.get("changed_at")?.as_n().ok()?.parse().ok()
}

impl IssueTable {
    /// Writes a change and its outbox entry. The end of what has not fired is noted without an entry, so that a beginning that arrives after it is known
    /// to be over.
    pub(super) async fn alarm_change(&self, commit: &AlarmCommit) -> PortResult<Committed> {
        for _ in 0..ROUNDS {
            if self.alarm_told(commit).await? {
                return Ok(Committed::Done);
            }
            if commit.firing || self.alarm_is_over(commit).await? {
                return Ok(Committed::Before);
            }
        }
        Err(in_the_way())
    }

    /// Writes a change that is to be told. `false`: it is not: older than what is stored, or the end of what does not fire.
    async fn alarm_told(&self, commit: &AlarmCommit) -> PortResult<bool> {
        let condition = if commit.firing { "attribute_not_exists(pk) OR changed_at < :at" } else { "firing = :true AND changed_at < :at" };
        let mut update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(alarm_key(&commit.alarm)))
            .update_expression(SET)
            .condition_expression(condition)
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
            None => Ok(true),
            Some(Cancelled::At(_)) => Ok(false),
            Some(Cancelled::Contended) => Err(in_the_way()),
        }
    }

    /// Notes the end of what does not fire. `false`: it fires by now, so that there is an end to tell.
    async fn alarm_is_over(&self, commit: &AlarmCommit) -> PortResult<bool> {
        let answer = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(alarm_key(&commit.alarm)))
            .update_expression(SET)
            .condition_expression("attribute_not_exists(pk) OR (firing = :firing AND changed_at < :at)")
            .expression_attribute_names("#format", "format")
            .expression_attribute_values(":firing", AttributeValue::Bool(false))
            .expression_attribute_values(":at", millis(commit.changed_at))
            .expression_attribute_values(":format", number(ITEM_FORMAT))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let Err(error) = answer else { return Ok(true) };
        match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(failed)) => {
                let old = failed.item().cloned().unwrap_or_default();
                Ok(!(fires(&old) && changed_at(&old).is_some_and(|at| at < commit.changed_at.as_millisecond())))
            }
            _ => Err(port_error("dynamodb.UpdateItem", &error)),
        }
    }

    /// Since when an alarm fires; `None`: it does not.
    pub(super) async fn alarm_fires_since(&self, alarm: &str) -> PortResult<Option<Timestamp>> {
        let request = self.client.get_item().table_name(&self.table).set_key(Some(alarm_key(alarm))).consistent_read(true);
        let item = request.send().await.map_err(|error| port_error("dynamodb.GetItem", &error))?.item.unwrap_or_default();
        Ok(changed_at(&item).filter(|_| fires(&item)).and_then(|milliseconds| Timestamp::from_millisecond(milliseconds).ok()))
    }
}

fn in_the_way() -> PortError {
    PortError {
        failure: Failure::Unavailable,
        operation: TRANSACT,
        code: "TransactionConflict".to_owned(),
        message: "another transaction was in the way".to_owned(),
    }
}
