//! Batches that come as records of a Kinesis data stream: several in one invocation, whose failures are told one by one.

use crate::{
    fault::{Calls, Effect, Fault, Rule, Service},
    faults::{
        deployment::{CLASSIFIER, EXTRACTOR},
        scenario::{Course, Keeps, Scale, Scenario, Sees},
    },
};

/// An outage that uses up the time of the first invocations: each record is tried some six times in two seconds, and two of a shard are worked on at a time.
/// Nothing can be kept either: then a record is reported as failed.
fn outage(scale: Scale) -> Vec<Rule> {
    let calls = Calls::First(scale.of(40, 160));
    let no_residue = |function| Rule::new(Service::S3, "PutObject", calls, Fault::ServerError(Effect::Before)).of(function);
    vec![
        Rule::new(Service::CloudWatch, "PutMetricData", calls, Fault::Throttled),
        Rule::new(Service::DynamoDb, "TransactWriteItems", calls, Fault::Throttled).of(CLASSIFIER),
        no_residue(EXTRACTOR),
        no_residue(CLASSIFIER),
    ]
}

/// Nothing is allowed, which takes no time: some batches cannot open their marker, some open it and can neither send their metrics nor keep them.
fn denied(scale: Scale) -> Vec<Rule> {
    let some = Calls::First(scale.of(4, 20));
    vec![
        Rule::new(Service::DynamoDb, "PutItem", Calls::First(scale.of(2, 10)), Fault::Denied).of(EXTRACTOR),
        Rule::new(Service::CloudWatch, "PutMetricData", some, Fault::Denied),
        Rule::new(Service::S3, "PutObject", some, Fault::Denied).of(EXTRACTOR),
        Rule::new(Service::DynamoDb, "TransactWriteItems", some, Fault::Denied).of(CLASSIFIER),
        Rule::new(Service::S3, "PutObject", some, Fault::Denied).of(CLASSIFIER),
    ]
}

fn killed(scale: Scale) -> Vec<Rule> {
    let calls = Calls::Spread { from: 2, step: 3, times: scale.of(2, 8) };
    vec![Rule::new(Service::DynamoDb, "TransactWriteItems", calls, Fault::Kill(Effect::After)).of(CLASSIFIER)]
}

/// The scenarios.
pub(super) const SCENARIOS: [Scenario; 5] = [
    Scenario::course("kinesis", "batches come as records of a stream", Course::Stream { poison: false, sees: Sees::Nothing }),
    Scenario::new("kinesis-faults", "records of a stream, while CloudWatch, transactions and PutObject fail", outage)
        .by_stream(Sees::Reported)
        .brief()
        .metrics_twice_at_most(|scale| scale.of(4, 40)),
    Scenario::new("kinesis-denied", "records of a stream, while no call but reading is allowed, then it is again", denied).by_stream(Sees::Reported),
    Scenario::new("kinesis-killed", "error-classifier is killed after it has counted some of a stream's records", killed).by_stream(Sees::Failed),
    Scenario::course("kinesis-poison", "a record of a stream is no batch", Course::Stream { poison: true, sees: Sees::Reported }).keeps(Keeps::Failed),
];
