//! Faults of PutMetricData, the one call of metrics-extractor that cannot be repeated without doubling something.

use std::time::Duration;

use crate::{
    fault::{Calls, Effect, Fault, Rule, Service},
    faults::scenario::{Keeps, Scale, Scenario},
};

/// Some calls, apart from each other.
fn some(scale: Scale, fault: Fault) -> Vec<Rule> {
    let calls = Calls::Spread { from: 2, step: 3, times: times(scale) };
    vec![Rule::new(Service::CloudWatch, "PutMetricData", calls, fault)]
}

const fn times(scale: Scale) -> usize {
    scale.of(2, 20)
}

/// Each takes an invocation to its deadline.
const fn few(scale: Scale) -> usize {
    scale.of(1, 4)
}

fn unanswered(scale: Scale, effect: Effect) -> Vec<Rule> {
    let calls = Calls::Spread { from: 2, step: 3, times: few(scale) };
    vec![Rule::new(Service::CloudWatch, "PutMetricData", calls, Fault::NoAnswer(effect))]
}

fn down(scale: Scale, fault: Fault) -> Vec<Rule> {
    vec![Rule::new(Service::CloudWatch, "PutMetricData", Calls::First(scale.of(16, 80)), fault)]
}

/// The scenarios.
pub(super) const SCENARIOS: [Scenario; 10] = [
    Scenario::new("cloudwatch-throttled", "PutMetricData is throttled now and then", |scale| some(scale, Fault::Throttled)),
    Scenario::new("cloudwatch-500-before", "PutMetricData fails with 500 and did nothing", |scale| some(scale, Fault::ServerError(Effect::Before)))
        .counters(&[("metrics-extractor", "Ambiguous", 2.0)]),
    Scenario::new("cloudwatch-500-after", "PutMetricData fails with 500 although it was done", |scale| some(scale, Fault::ServerError(Effect::After)))
        .metrics_twice(times)
        .keeps(Keeps::Anything),
    Scenario::new("cloudwatch-reset-before", "the connection is reset before PutMetricData arrived", |scale| some(scale, Fault::Reset(Effect::Before)))
        .counters(&[("metrics-extractor", "Ambiguous", 2.0)]),
    Scenario::new("cloudwatch-reset-after", "the connection is reset after PutMetricData was done", |scale| some(scale, Fault::Reset(Effect::After)))
        .metrics_twice(times)
        .keeps(Keeps::Anything),
    Scenario::new("cloudwatch-no-answer-before", "PutMetricData never answers and did nothing", |scale| unanswered(scale, Effect::Before)).short(),
    Scenario::new("cloudwatch-no-answer-after", "PutMetricData never answers although it was done", |scale| unanswered(scale, Effect::After))
        .short()
        .metrics_twice(few),
    Scenario::new("cloudwatch-slow", "PutMetricData answers after 1.5 s", |scale| some(scale, Fault::Slow(Duration::from_millis(1_500)))),
    Scenario::new("cloudwatch-down", "PutMetricData is throttled for longer than an invocation", |scale| down(scale, Fault::Throttled))
        .brief()
        .keeps(Keeps::Residues),
    Scenario::new("cloudwatch-500-down", "PutMetricData fails with 500, again and again, and does nothing", |scale| {
        down(scale, Fault::ServerError(Effect::Before))
    })
    .brief()
    .keeps(Keeps::Residues),
];
