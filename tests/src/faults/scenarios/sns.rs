//! Faults of Publish and `PublishBatch`, the one call of alert-notifier that cannot be repeated without doubling something.

use std::time::Duration;

use crate::{
    fault::{Calls, Effect, Fault, Rule, Service},
    faults::scenario::{Keeps, Scale, Scenario},
};

const fn few(_: Scale) -> usize {
    3
}

const fn one(_: Scale) -> usize {
    1
}

fn some(scale: Scale, fault: Fault) -> Vec<Rule> {
    vec![Rule::new(Service::Sns, "Publish", Calls::Spread { from: 2, step: 3, times: few(scale) }, fault)]
}

fn unanswered(scale: Scale, effect: Effect) -> Vec<Rule> {
    vec![Rule::new(Service::Sns, "Publish", Calls::Spread { from: 2, step: 3, times: one(scale) }, Fault::NoAnswer(effect))]
}

/// Several messages share a request when a tick finds them together: so the first messages wait for one, since alert-notifier is killed before it can publish
/// them.
fn batches(calls: Calls, fault: Fault) -> Vec<Rule> {
    vec![Rule::new(Service::Sns, "Publish", Calls::First(3), Fault::Kill(Effect::Before)), Rule::new(Service::Sns, "PublishBatch", calls, fault)]
}

/// The scenarios.
pub(super) const SCENARIOS: [Scenario; 12] = [
    Scenario::new("sns-throttled", "Publish is throttled now and then", |scale| some(scale, Fault::Throttled)),
    Scenario::new("sns-500-before", "Publish fails with 500 and did nothing", |scale| some(scale, Fault::ServerError(Effect::Before))),
    Scenario::new("sns-500-after", "Publish fails with 500 although it was done", |scale| some(scale, Fault::ServerError(Effect::After))).messages_twice(few),
    Scenario::new("sns-reset-before", "the connection is reset before Publish arrived", |scale| some(scale, Fault::Reset(Effect::Before))),
    Scenario::new("sns-reset-after", "the connection is reset after Publish was done", |scale| some(scale, Fault::Reset(Effect::After))).messages_twice(few),
    Scenario::new("sns-no-answer-before", "Publish never answers and did nothing", |scale| unanswered(scale, Effect::Before)).notifier_short(),
    Scenario::new("sns-no-answer-after", "Publish never answers although it was done", |scale| unanswered(scale, Effect::After))
        .notifier_short()
        .messages_twice(one),
    Scenario::new("sns-slow", "Publish answers after 1.5 s", |scale| some(scale, Fault::Slow(Duration::from_millis(1_500)))),
    Scenario::new("sns-partial", "a message reaches one of its two topics; the other is throttled", |_| {
        vec![Rule::new(Service::Sns, "Publish", Calls::Spread { from: 2, step: 2, times: 4 }, Fault::Throttled)]
    }),
    Scenario::new("sns-partial-entries", "PublishBatch takes half of its messages and fails with the rest", |_| batches(Calls::First(3), Fault::Partial))
        .notifier_long(),
    Scenario::new("sns-partial-refused", "PublishBatch takes half of its messages and refuses the rest for good", |_| {
        batches(Calls::First(1), Fault::PartlyRefused)
    })
    .notifier_long()
    .keeps(Keeps::Residues),
    Scenario::new("sns-down", "Publish is throttled for longer than an invocation", |_| {
        vec![Rule::new(Service::Sns, "Publish", Calls::First(30), Fault::Throttled)]
    })
    .notifier_short(),
];
