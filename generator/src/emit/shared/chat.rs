//! Chat channels: one configuration of Amazon Q Developer in chat applications (formerly AWS Chatbot) a channel, for the chat topics of all routes that
//! name it.
//!
//! AWS subscribes a channel to its topics itself, with a subscription of its own that no template can give a redrive policy.

use std::collections::BTreeMap;

use skywarden_cloudformation::{
    Expr, Resource, Template,
    chatbot::{LoggingLevel, SlackChannel, TeamsChannel},
    iam::{PolicyDocument, Role},
};
use skywarden_core::plan::TopicFormat;

use super::{for_this_account, topic};
use crate::{
    emit::{ids, project::Project},
    model::{ChatChannel, Route, Target},
};

/// Logical id of the role of every channel.
const ROLE: &str = "ChatRole";

/// Hexadecimal digits that tell channels apart in logical ids and names.
const CHANNEL_DIGITS: usize = 8;

/// AWS's policy that denies everything. Without a guardrail a channel may do what `AdministratorAccess` allows (API reference, `GuardrailPolicies`), and
/// whoever is in the channel with it; messages need nothing.
const DENY_ALL: &str = "arn:${AWS::Partition}:iam::aws:policy/AWSDenyAll";

/// Adds a configuration for each channel some route names, and the role they share.
pub(super) fn add(template: &mut Template, project: &Project<'_>, routes: &[Route]) {
    let mut channels: BTreeMap<&ChatChannel, Vec<Expr>> = BTreeMap::new();
    for route in routes {
        for target in &route.targets {
            if let Target::Chat(channel) = target {
                channels.entry(channel).or_default().push(Expr::reference(topic::logical_id(&route.name, TopicFormat::Chat)));
            }
        }
    }
    if channels.is_empty() {
        return;
    }
    template.add(ROLE, role(project));
    for (channel, topics) in channels {
        let (id, resource) = configuration(project, channel, topics);
        template.add(id, resource);
    }
}

/// The role a channel's commands would run with: it may do nothing, and messages are delivered without it.
fn role(project: &Project<'_>) -> Resource {
    let trust = PolicyDocument::assumed_by("chatbot.amazonaws.com");
    let trust = PolicyDocument::of(trust.statement.iter().cloned().map(for_this_account).collect::<Vec<_>>());
    Resource::new(Role { tags: project.tags(), ..Role::new(trust) })
}

fn configuration(project: &Project<'_>, channel: &ChatChannel, topics: Vec<Expr>) -> (String, Resource) {
    let role = Expr::get_att(ROLE, "Arn");
    let guardrails = vec![Expr::sub(DENY_ALL)];
    match channel {
        ChatChannel::Slack { workspace, channel } => {
            let digits = ids::digest(format!("{workspace}/{channel}").as_bytes(), CHANNEL_DIGITS);
            let properties = SlackChannel {
                sns_topic_arns: topics.into(),
                guardrail_policies: guardrails.into(),
                logging_level: Some(LoggingLevel::Error.into()),
                user_role_required: Some(false.into()),
                tags: project.tags(),
                ..SlackChannel::new(project.names.shared(&format!("slack-{digits}")), workspace.clone(), channel.clone(), role)
            };
            (format!("ChatSlack{digits}"), Resource::new(properties))
        }
        ChatChannel::Teams { tenant, team, channel } => {
            let digits = ids::digest(format!("{tenant}/{team}/{channel}").as_bytes(), CHANNEL_DIGITS);
            let properties = TeamsChannel {
                sns_topic_arns: topics.into(),
                guardrail_policies: guardrails.into(),
                logging_level: Some(LoggingLevel::Error.into()),
                user_role_required: Some(false.into()),
                tags: project.tags(),
                ..TeamsChannel::new(project.names.shared(&format!("teams-{digits}")), tenant.clone(), team.clone(), channel.clone(), role)
            };
            (format!("ChatTeams{digits}"), Resource::new(properties))
        }
    }
}
