//! The SDK's configuration for a person at a terminal.

use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_dynamodb::config::ProvideCredentials as _;

use crate::setting::https_client;

/// Time for one connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Time for one attempt: a laptop is farther away than a function.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(15);

/// No credentials were found, or they could not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are no AWS credentials: {reason}")]
pub struct NoCredentials {
    reason: String,
}

/// The SDK's configuration for a Region: credentials from the environment or the profile, as the AWS CLI finds them; the endpoint from
/// `AWS_ENDPOINT_URL` when it is set; no retries of the SDK's own.
///
/// # Errors
/// [`NoCredentials`], before anything is called with none.
pub async fn person_config(region: &str) -> Result<SdkConfig, NoCredentials> {
    let config = aws_config::defaults(BehaviorVersion::latest())
        .http_client(https_client())
        .region(Region::new(region.to_owned()))
        .retry_config(RetryConfig::disabled())
        .timeout_config(TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).operation_attempt_timeout(ATTEMPT_TIMEOUT).build())
        .load()
        .await;
    let provider = config.credentials_provider().ok_or_else(|| NoCredentials { reason: "no provider is configured".to_owned() })?;
    match provider.provide_credentials().await {
        Ok(_) => Ok(config),
        Err(error) => {
            let reason = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            // What follows is a list of every place that was looked at, in the SDK's own words.
            let first = reason.lines().next().unwrap_or_default();
            Err(NoCredentials { reason: first.trim_end_matches(" Attempted:").trim_end_matches('.').to_owned() })
        }
    }
}
