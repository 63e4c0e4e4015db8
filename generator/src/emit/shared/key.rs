//! Keys: one for everything masked, one for the only place that keeps raw text.

use skywarden_cloudformation::{
    Expr, List, Resource, Tag, Template,
    iam::{PolicyDocument, Principal, Statement},
    kms, ssm,
};

use super::{for_accounts, for_this_account};
use crate::{
    emit::{arn, project::Project},
    model::{Model, Service, names::Function},
};

/// Logical id of the shared key.
pub(super) const KEY: &str = "Key";

/// Logical id of the key of the bucket `failed-invocations`. Lambda's own record of a failed invocation holds the raw event, so reading it is a
/// permission of its own.
pub(super) const FAILED_INVOCATIONS_KEY: &str = "FailedInvocationsKey";

/// From this many encrypted log groups on, the key's policy admits every log group of the account instead of naming each: a key policy is at most
/// 32,768 bytes (KMS resource quotas) and an ARN here takes up to 600.
const NAMED_LOG_GROUPS: usize = 40;

/// Adds the keys, their aliases and the parameter by which a service's stack finds the shared key.
pub(super) fn add(template: &mut Template, project: &Project<'_>, model: &Model) {
    let names = project.names;
    let own = Function::ALL.map(|function| arn::log_group(&names.function_log_group(function)));
    let [alarms, buckets, topics] = delivering_services(model);
    let shared = [administration(), log_groups(own, model.own_services()), alarms, buckets, topics];
    let description = format!("Skywarden {}: logs, queues, topics, table and residues", project.title());
    template.add(KEY, key(description, shared, project.tags()).retained());
    add_ways(template, project);

    let description = format!("Skywarden {}: Lambda's records of failed invocations, which hold raw log text", project.title());
    template.add(FAILED_INVOCATIONS_KEY, key(description, [administration()], project.tags()).retained());
    template.add("FailedInvocationsKeyAlias", alias(&names.shared("failed-invocations"), FAILED_INVOCATIONS_KEY));
}

/// Adds the key of the log groups of services in another account, with what their stacks find it by.
pub(super) fn add_of_log_groups(template: &mut Template, project: &Project<'_>, services: &[&Service]) {
    let description = format!("Skywarden {}: logs of the services in this account", project.title());
    let statements = [administration(), log_groups([], services.iter().copied())];
    template.add(KEY, key(description, statements, project.tags()).retained());
    add_ways(template, project);
}

/// Adds the ways to the shared key: its alias for people, and the parameter by which a service's stack finds it.
fn add_ways(template: &mut Template, project: &Project<'_>) {
    let names = project.names;
    template.add("KeyAlias", alias(&names.shared("skywarden"), KEY));
    let parameter = ssm::Parameter {
        name: Some(names.key_parameter().into()),
        description: Some("ARN of the shared key, read by the stacks of the services".into()),
        tags: Some(project.tag_object()),
        ..ssm::Parameter::new(ssm::ParameterKind::String, arn_of(KEY))
    };
    template.add("KeyParameter", Resource::new(parameter));
}

/// ARN of a key of this stack.
pub(super) fn arn_of(key: &str) -> Expr {
    Expr::get_att(key, "Arn")
}

/// What a role needs to write to, and read from, resources encrypted with the shared key.
pub(super) fn use_of_shared() -> Statement {
    Statement::allow(["kms:Decrypt", "kms:GenerateDataKey"], arn_of(KEY)).named("UseKey")
}

/// What a role needs that only writes to a resource encrypted with the shared key.
pub(super) fn encrypt_with_shared() -> Statement {
    Statement::allow("kms:GenerateDataKey", arn_of(KEY)).named("EncryptWithKey")
}

fn key<const N: usize>(description: String, statements: [Statement; N], tags: List<Tag>) -> Resource {
    Resource::new(kms::Key {
        description: Some(description.into()),
        enable_key_rotation: Some(true.into()),
        key_policy: Some(PolicyDocument::of(statements).into()),
        tags,
        ..kms::Key::default()
    })
}

fn alias(name: &str, key: &str) -> Resource {
    Resource::new(kms::Alias::new(format!("alias/{name}"), Expr::reference(key)))
}

/// Hands the key over to the account's own IAM policies. Without it nobody could ever change the key again.
fn administration() -> Statement {
    Statement::allow("kms:*", "*").named("AccountAdministration").to(Principal::aws(Expr::sub(arn::account_root())))
}

/// `CloudWatch` Logs, only for the log groups it encrypts with this key. The encryption context names the group with its account, which is what
/// `aws:SourceAccount` is for other services.
fn log_groups<'a>(of_functions: impl IntoIterator<Item = String>, services: impl Iterator<Item = &'a Service>) -> Statement {
    let mut groups: Vec<String> = of_functions.into_iter().collect();
    let encrypted = services.map(|service| &service.log_group).filter(|group| group.has_project_key());
    groups.extend(encrypted.map(|group| arn::log_group(&group.name)));
    if groups.len() > NAMED_LOG_GROUPS {
        groups = vec![arn::every_log_group()];
    }
    let groups: Vec<_> = groups.into_iter().map(Expr::sub).collect();
    Statement::allow(["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"], "*")
        .named("LogGroups")
        .to(Principal::service(Expr::sub("logs.${AWS::Region}.${AWS::URLSuffix}")))
        .when("ArnLike", "kms:EncryptionContext:aws:logs:arn", groups)
}

/// The services that write to the encrypted topics and queues on their own: alarms to topics; buckets and topics to the queue `dead-letters`. One
/// statement each, so that each can be seen, and tested, alone.
///
/// The condition is the account. The queues' and topics' own policies name the sources as well (`aws:SourceArn`): both must admit a delivery.
fn delivering_services(model: &Model) -> [Statement; 3] {
    let deliver = |sid: &str, service: &str| Statement::allow(["kms:Decrypt", "kms:GenerateDataKey*"], "*").named(sid).to(Principal::service(service));
    [
        // Those of services in other accounts act on the topic here as well.
        for_accounts(deliver("Alarms", "cloudwatch.amazonaws.com"), model.other_accounts()),
        for_this_account(deliver("Buckets", "s3.amazonaws.com")),
        for_this_account(deliver("Topics", "sns.amazonaws.com")),
    ]
}
