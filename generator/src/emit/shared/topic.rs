//! Topics: `alarms` for what `CloudWatch` says, `fallback` for trouble with the notification path, and one per route and format for people.

use std::collections::BTreeSet;

use skywarden_cloudformation::{
    Expr, Resource, Template,
    iam::{PolicyDocument, Principal, Statement},
    sns,
};
use skywarden_core::plan::TopicFormat;

use super::{for_accounts, key, other_account::arns_with_this, refuse_clear_text};
use crate::{
    emit::{ids, project::Project},
    model::Model,
};

/// Logical id of the topic `alarms`.
pub(super) const ALARMS: &str = "AlarmsTopic";
/// Logical id of the topic `fallback`.
pub(super) const FALLBACK: &str = "FallbackTopic";

/// Adds every topic with its policy.
pub(super) fn add(template: &mut Template, project: &Project<'_>, model: &Model) {
    let names = project.names;
    // Alarms of services in other accounts act on `alarms` alone.
    for (id, word, others) in [(ALARMS, "alarms", model.other_accounts()), (FALLBACK, "fallback", BTreeSet::new())] {
        let alarms = arns_with_this(others.iter().copied(), "cloudwatch", &format!("alarm:{}*", names.alarm_prefix()));
        let publish = Statement::allow("sns:Publish", Expr::reference(id)).named("FromAlarms").to(Principal::service("cloudwatch.amazonaws.com"));
        add_topic(template, project, id, &names.shared(word), vec![for_accounts(publish.when("ArnLike", "aws:SourceArn", alarms), others)]);
    }
    for route in &model.routes {
        for format in route.formats() {
            let name = names.route_topic(&route.name, format.as_str());
            // alert-notifier publishes by the permission of its role: nothing is allowed here.
            add_topic(template, project, &logical_id(&route.name, format), &name, Vec::new());
        }
    }
}

/// Logical id of the topic of a route in one format.
pub(super) fn logical_id(route: &str, format: TopicFormat) -> String {
    let suffix = match format {
        TopicFormat::Text => "Text",
        TopicFormat::Sms => "Sms",
        TopicFormat::Chat => "Chat",
        TopicFormat::Json => "Json",
    };
    format!("{}{suffix}", ids::of_kebab("Route", route))
}

fn add_topic(template: &mut Template, project: &Project<'_>, id: &str, name: &str, mut statements: Vec<Statement>) {
    let topic = sns::Topic { topic_name: Some(name.into()), kms_master_key_id: Some(key::arn_of(key::KEY)), tags: project.tags(), ..sns::Topic::default() };
    template.add(id, Resource::new(topic));
    statements.push(refuse_clear_text("sns:Publish", vec![Expr::reference(id)]));
    let policy = sns::TopicPolicy::new(PolicyDocument::of(statements), vec![Expr::reference(id)]);
    template.add(format!("{id}Policy"), Resource::new(policy));
}
