//! Findings of validators that are meant to be: each stands at its resource, with the reason.

use serde_json::{Value, json};
use skywarden_cloudformation::Resource;

/// The same resource with checks of checkov that do not apply to it.
pub(super) fn waive<const N: usize>(mut resource: Resource, checks: [(&str, &str); N]) -> Resource {
    let skip: Vec<Value> = checks.iter().map(|(id, reason)| json!({ "id": id, "comment": reason })).collect();
    resource.metadata.insert("checkov".to_owned(), json!({ "skip": skip }));
    resource
}
