//! The subscription of every log group of the account: an account policy, of which a Region has one.

use serde_json::json;
use skywarden_cloudformation::{
    Expr, Resource, Template,
    logs::{AccountPolicy, AccountPolicyType},
};

use super::stream;
use crate::{
    emit::project::Project,
    model::{AccountWide, names::Function},
};

/// Adds the policy: every line, to the stream or straight to error-classifier.
pub(super) fn add(template: &mut Template, project: &Project<'_>, wide: &AccountWide, to_stream: bool) {
    let classifier = Function::ErrorClassifier.logical();
    let arn = |id: &str| format!("${{{id}.Arn}}");
    // Of log groups nobody has told of it is not known how they write: only the empty pattern finds every error.
    let document = if to_stream {
        json!({ "DestinationArn": arn(stream::STREAM), "RoleArn": arn(stream::WRITER_ROLE), "FilterPattern": "", "Distribution": "Random" })
    } else {
        json!({ "DestinationArn": arn(classifier), "FilterPattern": "", "Distribution": "Random" })
    };
    let policy = AccountPolicy {
        scope: Some("ALL".into()),
        selection_criteria: Some(wide.criteria(project.names).into()),
        ..AccountPolicy::new(project.names.shared("every-log-group"), AccountPolicyType::SubscriptionFilter, Expr::sub(document.to_string()))
    };
    let resource = Resource::new(policy);
    // CloudWatch Logs tries the destination when the policy is made.
    template.add("EveryLogGroup", if to_stream { resource } else { resource.after(format!("{classifier}FromLogs")) });
}
