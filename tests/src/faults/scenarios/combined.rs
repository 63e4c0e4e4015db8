//! Log groups with room for one subscription: error-classifier computes metrics as well. Each half has its own marker and its own residues, and works beside the other.

use crate::{
    fault::{Calls, Effect, Fault, Rule, Service},
    faults::{
        deployment::CLASSIFIER,
        scenario::{Course, Keeps, Scale, Scenario},
    },
};

/// Metric data that killing error-classifier at each call can repeat, at most: the calls of both halves come in any order, so several of them may lie between
/// the metric data and the marker that says that it was sent.
const METRICS_TWICE: usize = 8;

const fn times(scale: Scale) -> usize {
    scale.of(2, 20)
}

/// PutMetricData was done, and its answer is an error.
fn ambiguous(scale: Scale) -> Vec<Rule> {
    vec![Rule::new(Service::CloudWatch, "PutMetricData", Calls::Spread { from: 2, step: 3, times: times(scale) }, Fault::ServerError(Effect::After))]
}

/// The half that writes metrics cannot, the other can.
fn no_metrics(scale: Scale) -> Vec<Rule> {
    vec![Rule::new(Service::CloudWatch, "PutMetricData", Calls::First(scale.of(16, 80)), Fault::Throttled)]
}

/// The half that writes issues cannot, the other can.
fn no_issues(scale: Scale) -> Vec<Rule> {
    vec![Rule::new(Service::DynamoDb, "TransactWriteItems", Calls::First(scale.of(24, 120)), Fault::Throttled).of(CLASSIFIER)]
}

/// Neither can, now and then, nor can what they leave behind be kept.
fn both(scale: Scale) -> Vec<Rule> {
    let some = |service, operation, fault| Rule::new(service, operation, Calls::Spread { from: 1, step: 2, times: scale.of(3, 20) }, fault).of(CLASSIFIER);
    vec![
        some(Service::CloudWatch, "PutMetricData", Fault::Denied),
        some(Service::DynamoDb, "TransactWriteItems", Fault::Denied),
        some(Service::S3, "PutObject", Fault::Denied),
    ]
}

const fn killed(effect: Effect) -> Course {
    Course::KilledAtEachCall(CLASSIFIER, effect)
}

/// The scenarios.
pub(super) const SCENARIOS: [Scenario; 8] = [
    Scenario::course("combined", "one function does the work of both", Course::Once).one_function(),
    Scenario::course("combined-duplicate", "one function for both, every batch and every alarm twice", Course::Again).one_function().counters(&[(
        CLASSIFIER,
        "Duplicates",
        8.0,
    )]),
    Scenario::new("combined-500-after", "one function for both, PutMetricData fails with 500 although it was done", ambiguous)
        .one_function()
        .metrics_twice(times)
        .keeps(Keeps::Anything),
    Scenario::new("combined-no-metrics", "one function for both, PutMetricData is throttled for longer than an invocation", no_metrics)
        .one_function()
        .brief()
        .keeps(Keeps::Residues),
    Scenario::new("combined-no-issues", "one function for both, transactions are throttled for longer than an invocation", no_issues)
        .one_function()
        .brief()
        .keeps(Keeps::Anything),
    Scenario::new("combined-denied", "one function for both, metrics, issues and residues are refused now and then", both)
        .one_function()
        .keeps(Keeps::Anything),
    Scenario::course("combined-kill-before", "one function for both is killed before each call it makes", killed(Effect::Before))
        .one_function()
        .metrics_twice_at_most(|_| METRICS_TWICE),
    Scenario::course("combined-kill-after", "one function for both is killed after each call it makes", killed(Effect::After))
        .one_function()
        .metrics_twice_at_most(|_| METRICS_TWICE),
];
