//! The stream between log groups and functions: who writes to it, and who reads it.

use skywarden_cloudformation::{
    Expr, Resource, Template,
    iam::Statement,
    kinesis::{self, StreamEncryption, StreamMode, StreamModeDetails},
    lambda::{Destination, EventSourceMapping, FailureDestinations, StartingPosition},
    ssm,
};

use super::{bucket, key, other_account, role};
use crate::{
    emit::project::Project,
    model::{Senders, Shards, Stream, names::Function},
};

/// Logical id of the stream.
pub(super) const STREAM: &str = "Stream";
/// Logical id of the role by which CloudWatch Logs writes to it.
pub(super) const WRITER_ROLE: &str = "StreamWriterRole";

/// Records handed to a function at once. Each is a whole batch of log lines: up to a megabyte, and an invocation takes six.
const RECORDS_PER_CALL: u32 = 20;

/// How long Lambda waits for a fuller batch, seconds: an alert may be that late.
const WINDOW_SECONDS: u32 = 5;

/// Attempts after the first, each a little later than the one before: some ten minutes in which whatever is wrong outside may pass. Until then the shard
/// stands still, so it is not for ever.
const RETRIES: u32 = 12;

/// Oldest record that is still tried, seconds: a day. The markers of batches live as long as anything can be delivered.
const RECORD_AGE_SECONDS: u32 = 86_400;

/// Adds the stream, its writer and its two readers.
pub(super) fn add(template: &mut Template, project: &Project<'_>, settings: Stream, senders: Option<&Senders>) {
    let (mode, shard_count) = match settings.shards {
        Shards::OnDemand => (StreamMode::OnDemand, None),
        Shards::Provisioned(shards) => (StreamMode::Provisioned, Some(shards.into())),
    };
    let stream = kinesis::Stream {
        name: Some(project.names.stream().into()),
        retention_period_hours: Some(settings.retention_hours.into()),
        shard_count,
        stream_mode_details: Some(StreamModeDetails::new(mode).into()),
        stream_encryption: Some(StreamEncryption::new("KMS", key::arn_of(key::KEY)).into()),
        tags: project.tags(),
        ..kinesis::Stream::default()
    };
    template.add(STREAM, Resource::new(stream));
    template.add(WRITER_ROLE, role::of_stream(project, senders));
    let parameter = ssm::Parameter {
        name: Some(project.names.stream_role_parameter().into()),
        description: Some("ARN of the role by which CloudWatch Logs writes to the stream, read by the stacks of the services".into()),
        tags: Some(project.tag_object()),
        ..ssm::Parameter::new(ssm::ParameterKind::String, Expr::get_att(WRITER_ROLE, "Arn"))
    };
    template.add("StreamWriterParameter", Resource::new(parameter));
    if let Some(senders) = senders {
        other_account::add_destination(template, project, senders);
    }
    for function in [Function::MetricsExtractor, Function::ErrorClassifier] {
        template.add(format!("StreamTo{}", function.logical()), Resource::new(reader(function)));
    }
}

fn reader(function: Function) -> EventSourceMapping {
    let on_failure = Destination::new(bucket::arn_of(bucket::Kind::FailedInvocations));
    EventSourceMapping {
        event_source_arn: Some(arn()),
        // What came before the function did is not lost.
        starting_position: Some(StartingPosition::TrimHorizon.into()),
        batch_size: Some(RECORDS_PER_CALL.into()),
        maximum_batching_window_in_seconds: Some(WINDOW_SECONDS.into()),
        function_response_types: vec!["ReportBatchItemFailures".into()].into(),
        bisect_batch_on_function_error: Some(true.into()),
        maximum_retry_attempts: Some(RETRIES.into()),
        maximum_record_age_in_seconds: Some(RECORD_AGE_SECONDS.into()),
        destination_config: Some(FailureDestinations { on_failure: Some(on_failure.into()), ..FailureDestinations::default() }.into()),
        ..EventSourceMapping::new(Expr::reference(function.logical()))
    }
}

/// Reading the stream: Lambda does it with the function's role.
pub(super) fn read() -> Statement {
    let actions = ["kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"];
    Statement::allow(actions, arn()).named("ReadStream")
}

/// Writing to it.
pub(super) fn write() -> Statement {
    Statement::allow("kinesis:PutRecord", arn()).named("WriteStream")
}

pub(super) fn arn() -> Expr {
    Expr::get_att(STREAM, "Arn")
}
