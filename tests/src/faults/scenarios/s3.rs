//! Faults of `PutObject`, which is called only when something else failed already: CloudWatch is down in all of these.

use std::time::Duration;

use crate::{
    fault::{Calls, Effect, Fault, Rule, Service},
    faults::scenario::{Keeps, Scale, Scenario},
};

fn beside(scale: Scale, fault: Fault) -> Vec<Rule> {
    vec![
        Rule::new(Service::CloudWatch, "PutMetricData", Calls::First(scale.of(16, 80)), Fault::Throttled),
        Rule::new(Service::S3, "PutObject", Calls::Spread { from: 1, step: 2, times: scale.of(2, 5) }, fault),
    ]
}

/// The scenarios.
pub(super) const SCENARIOS: [Scenario; 7] = [
    Scenario::new("s3-throttled", "PutObject is throttled now and then, while CloudWatch is down", |scale| beside(scale, Fault::Throttled))
        .brief()
        .keeps(Keeps::Anything),
    Scenario::new("s3-500-before", "PutObject fails with 500 and did nothing, while CloudWatch is down", |scale| {
        beside(scale, Fault::ServerError(Effect::Before))
    })
    .brief()
    .keeps(Keeps::Anything),
    Scenario::new("s3-500-after", "PutObject fails with 500 although it was done, while CloudWatch is down", |scale| {
        beside(scale, Fault::ServerError(Effect::After))
    })
    .brief()
    .keeps(Keeps::Anything),
    Scenario::new("s3-reset-before", "the connection is reset before PutObject arrived, while CloudWatch is down", |scale| {
        beside(scale, Fault::Reset(Effect::Before))
    })
    .brief()
    .keeps(Keeps::Anything),
    Scenario::new("s3-reset-after", "the connection is reset after PutObject was done, while CloudWatch is down", |scale| {
        beside(scale, Fault::Reset(Effect::After))
    })
    .brief()
    .keeps(Keeps::Anything),
    Scenario::new("s3-no-answer", "PutObject never answers, while CloudWatch is down", |scale| beside(scale, Fault::NoAnswer(Effect::Before)))
        .brief()
        .keeps(Keeps::Anything),
    Scenario::new("s3-slow", "PutObject answers after 1.5 s, while CloudWatch is down", |scale| beside(scale, Fault::Slow(Duration::from_millis(1_500))))
        .brief()
        .keeps(Keeps::Residues),
];
