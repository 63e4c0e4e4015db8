//! The deployed functions, as whoever redrives sees them.

use std::time::Duration;

use aws_config::{SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_lambda::{Client, primitives::Blob};
use skywarden_core::port::{Failure, FunctionInvoker, Invoked, PortError, PortResult};

use crate::failure::port_error;

/// Time for one call: an invocation takes as long as the function may (60 s), and the way there and back.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(75);

/// The configuration for redrive: calls that take as long as a function, and the SDK's own retries, since everything redrive does may be done twice.
pub fn redrive_config(config: &SdkConfig) -> SdkConfig {
    let timeouts = config.timeout_config().map_or_else(TimeoutConfig::builder, TimeoutConfig::to_builder);
    config.to_builder().retry_config(RetryConfig::standard()).timeout_config(timeouts.operation_attempt_timeout(ATTEMPT_TIMEOUT).build()).build()
}

/// Functions by name.
#[derive(Clone, Debug)]
pub struct DeployedFunctions {
    client: Client,
}

/// Where a deployed function keeps what it cannot deliver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// Bucket of residues.
    pub residues: String,
    /// Bucket of Lambda's records of its failed invocations.
    pub failed_invocations: String,
}

impl DeployedFunctions {
    /// Functions over the SDK's client.
    pub fn new(config: &SdkConfig) -> Self {
        Self { client: Client::new(config) }
    }

    /// Asks Lambda how a function is deployed: account and Region are part of the buckets' names, and this is where they are in use.
    ///
    /// # Errors
    /// The function is not there, or not as our templates deploy it (code `not-ours`).
    pub async fn places(&self, function: &str) -> PortResult<Places> {
        const CONFIGURATION: &str = "lambda.GetFunctionConfiguration";
        const INVOKE_CONFIG: &str = "lambda.GetFunctionEventInvokeConfig";
        let answer = self.client.get_function_configuration().function_name(function).send().await.map_err(|error| port_error(CONFIGURATION, &error))?;
        let residues = answer.environment().and_then(|environment| environment.variables()).and_then(|variables| variables.get("SKYWARDEN_RESIDUE_BUCKET"));
        let residues = residues.cloned().ok_or_else(|| not_ours(CONFIGURATION, format!("{function} has no variable SKYWARDEN_RESIDUE_BUCKET")))?;
        let answer = self
            .client
            .get_function_event_invoke_config()
            .function_name(function)
            .qualifier("$LATEST")
            .send()
            .await
            .map_err(|error| port_error(INVOKE_CONFIG, &error))?;
        let destination = answer.destination_config().and_then(|config| config.on_failure()).and_then(|failure| failure.destination()).unwrap_or_default();
        // arn:partition:s3:::bucket
        let bucket = destination.split_once(":s3:::").map(|(_, bucket)| bucket.to_owned());
        let failed_invocations = bucket.ok_or_else(|| not_ours(INVOKE_CONFIG, format!("{function} has no bucket as its destination on failure")))?;
        Ok(Places { residues, failed_invocations })
    }
}

fn not_ours(operation: &'static str, message: String) -> PortError {
    PortError { failure: Failure::Rejected, operation, code: "not-ours".to_owned(), message }
}

impl FunctionInvoker for DeployedFunctions {
    async fn invoke(&self, function: &str, payload: &[u8]) -> PortResult<Invoked> {
        let answer =
            self.client.invoke().function_name(function).payload(Blob::new(payload)).send().await.map_err(|error| port_error("lambda.Invoke", &error))?;
        Ok(Invoked { failed: answer.function_error().is_some(), payload: answer.payload.map(Blob::into_inner).unwrap_or_default() })
    }
}
