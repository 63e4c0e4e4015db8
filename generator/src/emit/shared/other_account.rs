//! Other accounts: what is in them beside the stacks of their services, and how the shared stack names them.
//!
//! Their log groups deliver into the stream by a destination, their alarms act on the topic `alarms`. Topic, key and role admit an account by its number, which is in a
//! parameter of its own.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use skywarden_cloudformation::{Expr, OneOrMany, Output, Parameter, Pseudo, Resource, Template, logs};

use super::{key, people, stream};
use crate::{
    emit::{Stack, arn, project::Project, template},
    model::{Model, Senders, Service},
};

/// Logical id of the destination.
pub(super) const DESTINATION: &str = "DestinationOfOtherAccounts";

/// What a sender may do with the destination: subscribe a log group to it, or a whole account.
const SUBSCRIBE: [&str; 2] = ["logs:PutSubscriptionFilter", "logs:PutAccountPolicy"];

/// Most senders that a role's trust policy names: it has at most 2,048 characters (IAM quotas), and an account takes some sixty in the longest partition.
const NAMED_SENDERS: usize = 25;

/// The accounts that the trust policy of the stream's role names; none when there are too many.
pub(super) fn named(senders: &Senders) -> Option<&[String]> {
    Some(senders.accounts.as_slice()).filter(|accounts| accounts.len() <= NAMED_SENDERS)
}

/// Adds a parameter for every account that a policy names.
pub(super) fn add_parameters(template: &mut Template, model: &Model) {
    let senders = model.delivery.senders.as_ref().and_then(named).unwrap_or_default();
    let accounts: BTreeSet<&str> = senders.iter().map(String::as_str).chain(model.other_accounts()).collect();
    for account in accounts {
        let parameter =
            Parameter { description: Some("Another account of the project, or one that delivers log lines to it".to_owned()), ..Parameter::string(account) };
        template.parameters.insert(parameter_id(account), parameter);
    }
}

fn parameter_id(account: &str) -> String {
    format!("Account{account}")
}

/// This account and others, for a condition on `aws:SourceAccount`.
pub(super) fn with_this<'a>(others: impl IntoIterator<Item = &'a str>) -> OneOrMany<Expr> {
    let others = others.into_iter().map(|account| Expr::reference(parameter_id(account)));
    bare_if_alone(std::iter::once(Expr::from(Pseudo::AccountId)).chain(others).collect())
}

/// ARNs of a resource of this account and of others, for a condition on `aws:SourceArn`.
pub(super) fn arns_with_this<'a>(others: impl IntoIterator<Item = &'a str>, service: &str, resource: &str) -> OneOrMany<Expr> {
    let accounts = std::iter::once("AWS::AccountId".to_owned()).chain(others.into_iter().map(parameter_id));
    bare_if_alone(accounts.map(|account| Expr::sub(arn::in_account(service, &format!("${{{account}}}"), resource))).collect())
}

fn bare_if_alone(mut values: Vec<Expr>) -> OneOrMany<Expr> {
    match values.pop() {
        Some(only) if values.is_empty() => only.into(),
        last => values.into_iter().chain(last).collect::<Vec<_>>().into(),
    }
}

/// Adds the destination by which other accounts deliver into the stream.
pub(super) fn add_destination(template: &mut Template, project: &Project<'_>, senders: &Senders) {
    let name = project.names.destination();
    let itself = arn::destination(&name);
    let mut statements = Vec::new();
    if !senders.accounts.is_empty() {
        // By number: there may be more of them than a template has parameters.
        statements.push(json!({ "Sid": "Accounts", "Effect": "Allow", "Principal": { "AWS": senders.accounts }, "Action": SUBSCRIBE, "Resource": itself }));
    }
    if let Some(organization) = &senders.organization {
        let inside = json!({ "StringEquals": { "aws:PrincipalOrgID": [organization] } });
        statements.push(json!({ "Sid": "Organization", "Effect": "Allow", "Principal": "*", "Action": SUBSCRIBE, "Resource": itself, "Condition": inside }));
    }
    let policy = json!({ "Version": "2012-10-17", "Statement": statements });
    let destination = logs::Destination {
        // A text, and not an object as other policies are.
        destination_policy: Some(Expr::sub(policy.to_string())),
        tags: project.tags(),
        ..logs::Destination::new(name, Expr::get_att(stream::WRITER_ROLE, "Arn"), stream::arn())
    };
    template.add(DESTINATION, Resource::new(destination));
}

/// The stack of another account that services are in: the key of their log groups, and what people there may do.
pub(in crate::emit) fn stack(project: &Project<'_>, model: &Model, name: String, account: &str) -> Stack {
    let names = project.names;
    let services: Vec<&Service> = model.services_in(Some(account)).collect();
    let mut template = template(format!("Skywarden for {}: what its services in account {account} share.", project.title()));
    let encrypted = services.iter().filter(|service| service.log_group.has_project_key());
    let before: Vec<String> = encrypted.map(|service| names.service_stack(&service.name)).collect();
    let mut metadata = json!({ "Account": account });
    if !before.is_empty() {
        metadata["DeployBefore"] = before.into();
        metadata["Reason"] = "the log groups of these services are encrypted with the key here".into();
        key::add_of_log_groups(&mut template, project, &services);
        template
            .outputs
            .insert("KeyArn".to_owned(), Output { description: Some("Key of the services' log groups".to_owned()), ..Output::new(key::arn_of(key::KEY)) });
    }
    template.metadata.insert("Skywarden".to_owned(), metadata);
    people::add_of_account(&mut template, project, &services);
    Stack { name, target: project.target(Some(account)), template, after: Vec::new(), programs: BTreeMap::new() }
}
