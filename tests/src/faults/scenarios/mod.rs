//! All scenarios, by what goes wrong.

mod cloudwatch;
mod combined;
mod delivery;
mod dynamodb;
mod input;
mod kill;
mod kinesis;
mod permission;
mod s3;
mod sns;
mod sqs;

use super::scenario::Scenario;

/// Every scenario, in the order of the table.
pub fn all() -> Vec<Scenario> {
    [
        &cloudwatch::SCENARIOS[..],
        &dynamodb::SCENARIOS,
        &sns::SCENARIOS,
        &s3::SCENARIOS,
        &sqs::SCENARIOS,
        &kill::SCENARIOS,
        &delivery::SCENARIOS,
        &kinesis::SCENARIOS,
        &combined::SCENARIOS,
        &input::SCENARIOS,
        &permission::SCENARIOS,
    ]
    .concat()
}
