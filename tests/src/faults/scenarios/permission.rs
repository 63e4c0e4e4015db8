//! Calls that are not allowed, and clocks that are wrong.

use crate::{
    fault::{Calls, Fault, Rule, Service},
    faults::scenario::{Keeps, Scale, Scenario},
};

fn first(scale: Scale, service: Service, fault: Fault) -> Vec<Rule> {
    let calls = match service {
        Service::Sns => Calls::First(4),
        Service::Sqs => Calls::All,
        _ => Calls::First(scale.of(8, 40)),
    };
    vec![Rule::service(service, calls, fault)]
}

/// The scenarios.
pub(super) const SCENARIOS: [Scenario; 9] = [
    Scenario::new("cloudwatch-denied", "PutMetricData is not allowed, then it is again", |scale| first(scale, Service::CloudWatch, Fault::Denied))
        .keeps(Keeps::Residues),
    Scenario::new("dynamodb-denied", "DynamoDB is not allowed, then it is again", |scale| first(scale, Service::DynamoDb, Fault::Denied))
        .keeps(Keeps::Anything),
    Scenario::new("sns-denied", "Publish is not allowed, then it is again", |scale| first(scale, Service::Sns, Fault::Denied)).keeps(Keeps::Residues),
    Scenario::new("sqs-denied", "SendMessageBatch is not allowed", |scale| first(scale, Service::Sqs, Fault::Denied)),
    Scenario::new("s3-denied", "PutObject is not allowed, while CloudWatch is not either", |scale| {
        let mut rules = first(scale, Service::CloudWatch, Fault::Denied);
        rules.push(Rule::service(Service::S3, Calls::All, Fault::Denied));
        rules
    })
    .keeps(Keeps::Anything),
    Scenario::new("clock-refused", "AWS refuses calls because the host's clock is wrong, then it is right again", |scale| {
        [Service::CloudWatch, Service::DynamoDb].into_iter().flat_map(|service| first(scale, service, Fault::ClockRefused)).collect()
    })
    .keeps(Keeps::Anything),
    Scenario::new("clock-dates", "every answer's date is ten minutes ahead", |_| {
        [Service::CloudWatch, Service::DynamoDb, Service::Sns, Service::Sqs].map(|service| Rule::service(service, Calls::All, Fault::DateOff(600))).into()
    }),
    Scenario::new("clock-behind", "the clock of alert-notifier's hosts is ten minutes behind", |_| Vec::new()).notifier_clock(-600),
    Scenario::new("clock-ahead", "the clock of alert-notifier's hosts is ten minutes ahead", |_| Vec::new()).notifier_clock(600),
];
