//! Who is subscribed to what.

use std::collections::BTreeSet;

use skywarden_cloudformation::{
    Expr,
    chatbot::{SlackChannel, TeamsChannel},
    iam::Role,
    sns::Subscription,
};

use crate::config::{ALL, DEPOT, emitted};

#[test]
fn every_subscription_has_a_place_for_what_cannot_be_delivered() {
    for config in ALL {
        let template = emitted(config).shared.template;
        for (id, subscription) in template.all::<Subscription>() {
            let redrive = subscription.redrive_policy.as_ref().unwrap_or_else(|| panic!("{id} has no redrive policy"));
            assert_eq!(redrive["deadLetterTargetArn"]["Fn::GetAtt"][0], "DeadLetters", "{id}");
        }
    }
}

#[test]
fn each_format_has_a_topic_and_each_receiver_the_protocol_of_its_kind() {
    let template = emitted(DEPOT).shared.template;
    let found: BTreeSet<(String, String)> = template
        .all::<Subscription>()
        .filter_map(|(_, subscription)| match &subscription.topic_arn {
            Expr::Ref(topic) if topic.starts_with("Route") => Some((topic.clone(), subscription.protocol.literal()?.to_string())),
            _ => None,
        })
        .collect();
    let pair = |topic: &str, protocol: &str| (topic.to_owned(), protocol.to_owned());
    assert_eq!(
        found,
        BTreeSet::from([pair("RouteOncallJson", "sqs"), pair("RouteOncallSms", "sms"), pair("RouteOncallText", "email"), pair("RouteTeamJson", "https"),])
    );
}

#[test]
fn a_channel_has_one_configuration_for_all_its_routes_and_may_do_nothing() {
    let template = emitted(DEPOT).shared.template;
    let slack: Vec<_> = template.all::<SlackChannel>().collect();
    let teams: Vec<_> = template.all::<TeamsChannel>().collect();
    assert_eq!((slack.len(), teams.len()), (1, 1));
    let topics = |topics: &[Expr]| -> Vec<Expr> { topics.to_vec() };
    assert_eq!(topics(slack[0].1.sns_topic_arns.items()), ["RouteOncallChat", "RouteTeamChat"].map(Expr::reference));
    assert_eq!(topics(teams[0].1.sns_topic_arns.items()), ["RouteTeamChat"].map(Expr::reference));
    let deny_all = Expr::sub("arn:${AWS::Partition}:iam::aws:policy/AWSDenyAll");
    for guardrails in [&slack[0].1.guardrail_policies, &teams[0].1.guardrail_policies] {
        assert_eq!(guardrails.items(), std::slice::from_ref(&deny_all));
    }
    let (_, role) = template.all::<Role>().find(|(id, _)| *id == "ChatRole").unwrap();
    assert!(role.policies.is_empty() && role.managed_policy_arns.is_empty());
    // A project without a channel has none of this.
    for config in ALL.into_iter().filter(|config| *config != DEPOT) {
        let template = emitted(config).shared.template;
        assert!(template.resources.iter().all(|(id, resource)| id != "ChatRole" && !resource.type_name().starts_with("AWS::Chatbot::")));
    }
}
