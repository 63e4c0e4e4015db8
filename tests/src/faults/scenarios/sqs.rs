//! Faults of `SendMessageBatch`, which only hurries what the tick finds anyway.

use std::time::Duration;

use crate::{
    fault::{Calls, Effect, Fault, Rule, Service},
    faults::scenario::{Scale, Scenario},
};

fn some(scale: Scale, fault: Fault) -> Vec<Rule> {
    vec![Rule::new(Service::Sqs, "SendMessageBatch", Calls::Spread { from: 1, step: 2, times: scale.of(3, 3) }, fault)]
}

/// The scenarios.
pub(super) const SCENARIOS: [Scenario; 10] = [
    Scenario::new("sqs-throttled", "SendMessageBatch is throttled now and then", |scale| some(scale, Fault::Throttled)),
    Scenario::new("sqs-500-before", "SendMessageBatch fails with 500 and did nothing", |scale| some(scale, Fault::ServerError(Effect::Before))),
    Scenario::new("sqs-500-after", "SendMessageBatch fails with 500 although it was done", |scale| some(scale, Fault::ServerError(Effect::After))),
    Scenario::new("sqs-reset-before", "the connection is reset before SendMessageBatch arrived", |scale| some(scale, Fault::Reset(Effect::Before))),
    Scenario::new("sqs-reset-after", "the connection is reset after SendMessageBatch was done", |scale| some(scale, Fault::Reset(Effect::After))),
    Scenario::new("sqs-no-answer-before", "SendMessageBatch never answers and did nothing", |_| {
        vec![Rule::new(Service::Sqs, "SendMessageBatch", Calls::Nth(1), Fault::NoAnswer(Effect::Before))]
    })
    .short(),
    Scenario::new("sqs-no-answer-after", "SendMessageBatch never answers although it was done", |_| {
        vec![Rule::new(Service::Sqs, "SendMessageBatch", Calls::Nth(1), Fault::NoAnswer(Effect::After))]
    })
    .short(),
    Scenario::new("sqs-slow", "SendMessageBatch answers after 1.5 s", |scale| some(scale, Fault::Slow(Duration::from_millis(1_500)))),
    Scenario::new("sqs-partial", "SendMessageBatch takes half of its entries", |scale| some(scale, Fault::Partial)),
    Scenario::new("sqs-down", "SendMessageBatch is throttled all the time", |_| {
        vec![Rule::new(Service::Sqs, "SendMessageBatch", Calls::All, Fault::Throttled)]
    })
    .brief(),
];
