//! Faults of DynamoDB, in which markers, issues, ledgers and the outbox are. Every operation the functions use is hit.

use std::time::Duration;

use crate::{
    fault::{Calls, Effect, Fault, Rule, Service},
    faults::scenario::{Keeps, Scale, Scenario},
};

const OPERATIONS: [&str; 6] = ["BatchGetItem", "GetItem", "PutItem", "Query", "TransactWriteItems", "UpdateItem"];

/// Some calls of each operation, apart from each other.
fn some(scale: Scale, fault: Fault) -> Vec<Rule> {
    let calls = |operation| match operation {
        // Once a tick.
        "Query" => Calls::First(1),
        // Only where another was faster, and for each decision.
        "GetItem" => Calls::Spread { from: 1, step: 3, times: 2 },
        "UpdateItem" => Calls::Spread { from: 2, step: 5, times: scale.of(3, 6) },
        _ => Calls::Spread { from: 2, step: 4, times: scale.of(3, 20) },
    };
    OPERATIONS.map(|operation| Rule::new(Service::DynamoDb, operation, calls(operation), fault)).into()
}

/// Each takes an invocation to its deadline. Of markers and claims the first is hit, before anything is sent: what happens when a call that notes what was
/// sent does not come through is what the scenarios that kill a function show.
fn unanswered(scale: Scale, effect: Effect) -> Vec<Rule> {
    let calls = |operation| match operation {
        "PutItem" | "UpdateItem" => Calls::First(1),
        _ => Calls::Spread { from: 2, step: 6, times: scale.of(1, 3) },
    };
    ["BatchGetItem", "PutItem", "TransactWriteItems", "UpdateItem"]
        .map(|operation| Rule::new(Service::DynamoDb, operation, calls(operation), Fault::NoAnswer(effect)))
        .into()
}

fn down(scale: Scale, fault: Fault) -> Vec<Rule> {
    vec![Rule::service(Service::DynamoDb, Calls::First(scale.of(60, 250)), fault)]
}

/// The scenarios.
pub(super) const SCENARIOS: [Scenario; 10] = [
    Scenario::new("dynamodb-throttled", "every operation of DynamoDB is throttled now and then", |scale| some(scale, Fault::Throttled)),
    Scenario::new("dynamodb-500-before", "DynamoDB fails with 500 and did nothing", |scale| some(scale, Fault::ServerError(Effect::Before))),
    Scenario::new("dynamodb-500-after", "DynamoDB fails with 500 although it was done", |scale| some(scale, Fault::ServerError(Effect::After))),
    Scenario::new("dynamodb-reset-before", "the connection is reset before DynamoDB was asked", |scale| some(scale, Fault::Reset(Effect::Before))),
    Scenario::new("dynamodb-reset-after", "the connection is reset after DynamoDB has done it", |scale| some(scale, Fault::Reset(Effect::After))),
    Scenario::new("dynamodb-no-answer-before", "DynamoDB never answers and did nothing", |scale| unanswered(scale, Effect::Before))
        .short()
        .notifier_short()
        .keeps(Keeps::Anything),
    Scenario::new("dynamodb-no-answer-after", "DynamoDB never answers although it was done", |scale| unanswered(scale, Effect::After))
        .short()
        .notifier_short()
        .keeps(Keeps::Anything),
    Scenario::new("dynamodb-slow", "DynamoDB answers after 700 ms", |scale| some(scale, Fault::Slow(Duration::from_millis(700)))),
    Scenario::new("dynamodb-partial", "BatchGetItem leaves half of the keys unread", |scale| {
        vec![Rule::new(Service::DynamoDb, "BatchGetItem", Calls::Spread { from: 1, step: 2, times: scale.of(5, 40) }, Fault::Partial)]
    }),
    Scenario::new("dynamodb-down", "DynamoDB is throttled for longer than an invocation", |scale| down(scale, Fault::Throttled))
        .brief()
        .keeps(Keeps::Something),
];
