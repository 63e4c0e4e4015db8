//! Who is subscribed to which topic.

use skywarden_cloudformation::{
    Expr, Parameter, Resource, Template,
    lambda::Permission,
    sns::{Protocol, Subscription},
};

use super::{queue, topic};
use crate::{
    emit::{arn, ids},
    model::{Route, Target, names::Function},
};

/// Hexadecimal digits that tell the receivers of one topic apart in their logical ids: an id must not move when a receiver before it goes.
const RECEIVER_DIGITS: usize = 8;

/// Adds every subscription: alert-notifier to `alarms`, the fallback route's mail addresses to `fallback`, each route's receivers to its topics.
pub(super) fn add(template: &mut Template, routes: &[Route]) {
    let notifier = Function::AlertNotifier.logical();
    template.add("AlarmsToNotifier", subscription(topic::ALARMS, Protocol::Lambda, Expr::get_att(notifier, "Arn"), false));
    let permission = Permission { source_arn: Some(Expr::reference(topic::ALARMS)), ..Permission::invoke(Expr::reference(notifier), "sns.amazonaws.com") };
    template.add("AlertNotifierFromAlarms", Resource::new(permission));

    for route in routes {
        for target in &route.targets {
            let id = topic::logical_id(&route.name, target.format());
            add_receiver(template, &id, target);
            if route.fallback && matches!(target, Target::Email(_)) {
                add_receiver(template, topic::FALLBACK, target);
            }
        }
    }
}

fn add_receiver(template: &mut Template, topic: &str, target: &Target) {
    let (word, receiver, resource) = match target {
        Target::Email(address) => ("Email", address, subscription(topic, Protocol::Email, address.clone().into(), false)),
        Target::Phone(number) => ("Phone", number, subscription(topic, Protocol::Sms, number.clone().into(), false)),
        Target::Queue(queue) => ("Queue", queue, subscription(topic, Protocol::Sqs, queue_arn(template, queue), true)),
        Target::Webhook(reference) => ("Webhook", reference, subscription(topic, Protocol::Https, dynamic_reference(reference), true)),
        // A channel names its topics itself; see the module on chats.
        Target::Chat(_) => return,
    };
    template.add(format!("{topic}{word}{}", ids::digest(receiver.as_bytes(), RECEIVER_DIGITS)), resource);
}

/// A subscription whose undeliverable messages go to `dead-letters`. SNS takes a redrive policy for every protocol, mail included.
fn subscription(topic: &str, protocol: Protocol, endpoint: Expr, raw: bool) -> Resource {
    Resource::new(Subscription {
        endpoint: Some(endpoint),
        raw_message_delivery: raw.then(|| true.into()),
        redrive_policy: Some(queue::redrive_of_subscription()),
        ..Subscription::new(Expr::reference(topic), protocol)
    })
    .after(queue::DEAD_LETTERS_POLICY)
}

/// A queue by name lies in this account and Region. An ARN comes through a parameter: one with an account number does not belong into a resource.
fn queue_arn(template: &mut Template, queue: &str) -> Expr {
    if !queue.starts_with("arn:") {
        return Expr::sub(arn::queue(queue));
    }
    let id = format!("QueueArn{}", ids::digest(queue.as_bytes(), RECEIVER_DIGITS));
    let parameter =
        Parameter { description: Some("ARN of a queue that receives messages; its policy must admit the topic".to_owned()), ..Parameter::string(queue) };
    template.parameters.insert(id.clone(), parameter);
    Expr::reference(id)
}

/// `ssm:/path` and `secretsmanager:id` as `CloudFormation`'s dynamic references, so that the address is in no template.
fn dynamic_reference(reference: &str) -> Expr {
    format!("{{{{resolve:{reference}}}}}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_is_a_dynamic_reference() {
        assert_eq!(dynamic_reference("ssm:/shop/webhook-url"), Expr::from("{{resolve:ssm:/shop/webhook-url}}"));
        assert_eq!(dynamic_reference("secretsmanager:shop/hook"), Expr::from("{{resolve:secretsmanager:shop/hook}}"));
    }

    #[test]
    fn a_queue_may_be_named_or_given_by_arn() {
        let mut template = Template::default();
        assert_eq!(queue_arn(&mut template, "ops"), Expr::sub("arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:ops"));
        assert!(template.parameters.is_empty());

        let arn = "arn:aws:sqs:eu-west-1:111122223333:ops";
        let Expr::Ref(parameter) = queue_arn(&mut template, arn) else {
            panic!("not a reference");
        };
        assert_eq!(template.parameters[&parameter].default, Some(arn.into()));
    }
}
