//! The issue table: issues, batch markers and the outbox.

use skywarden_cloudformation::{
    Expr, Resource, Template,
    dynamodb::{
        AttributeDefinition, AttributeType, BillingMode, KeyElement, KeyType, PointInTimeRecovery, Projection, ProjectionType, SecondaryIndex, Table,
        TableEncryption, TimeToLive,
    },
};

use super::key;
use crate::emit::project::Project;

/// Logical id of the table.
pub(super) const ISSUES: &str = "Issues";

/// The index over outbox entries that are due, for the sweep.
pub(super) const DUE_INDEX: &str = "due";

/// The index over issues, for people who list them. It holds keys alone, and the keys of an issue never change: counting writes nothing to it.
pub(super) const ISSUES_INDEX: &str = "issues";

/// Adds the table. Its keys are what the store adapter reads and writes; another key means another table and a migration.
pub(super) fn add(template: &mut Template, project: &Project<'_>) {
    let attribute = |name: &str| AttributeDefinition::new(name, AttributeType::String);
    let keys = |partition: &str, sort: &str| vec![KeyElement::new(partition, KeyType::Hash), KeyElement::new(sort, KeyType::Range)];
    let everything = Projection { projection_type: Some(ProjectionType::All.into()), ..Projection::default() };
    let keys_only = Projection { projection_type: Some(ProjectionType::KeysOnly.into()), ..Projection::default() };
    let table = Table {
        table_name: Some(project.names.shared("issues").into()),
        attribute_definitions: ["pk", "sk", "due_pk", "due_at", "issue_pk"].map(attribute).into(),
        billing_mode: Some(BillingMode::PayPerRequest.into()),
        global_secondary_indexes: vec![
            SecondaryIndex::new(DUE_INDEX, keys("due_pk", "due_at"), everything),
            SecondaryIndex::new(ISSUES_INDEX, keys("issue_pk", "pk"), keys_only),
        ]
        .into(),
        time_to_live_specification: Some(TimeToLive { attribute_name: Some("expires_at".into()), ..TimeToLive::new(true) }.into()),
        point_in_time_recovery_specification: Some(PointInTimeRecovery::new(true).into()),
        sse_specification: Some(
            TableEncryption { sse_type: Some("KMS".into()), kms_master_key_id: Some(key::arn_of(key::KEY)), ..TableEncryption::new(true) }.into(),
        ),
        deletion_protection_enabled: Some(false.into()),
        tags: project.tags(),
        ..Table::new(keys("pk", "sk"))
    };
    template.add(ISSUES, Resource::new(table).retained());
}

/// ARN of the table.
pub(super) fn arn() -> Expr {
    Expr::get_att(ISSUES, "Arn")
}

/// ARN of the index of due entries.
pub(super) fn due_index_arn() -> Expr {
    Expr::sub(format!("${{{ISSUES}.Arn}}/index/{DUE_INDEX}"))
}

/// ARN of the index of issues.
pub(super) fn issues_index_arn() -> Expr {
    Expr::sub(format!("${{{ISSUES}.Arn}}/index/{ISSUES_INDEX}"))
}
