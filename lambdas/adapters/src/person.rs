//! The SDK's configuration for a person at a terminal.

use std::{error::Error, time::Duration};

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_credential_types::provider::ProvideCredentials as _;

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

/// The SDK's configuration for a Region: credentials from the environment or the profile, as the AWS CLI finds them (keys, roles, a program, IAM Identity
/// Center); the endpoint from `AWS_ENDPOINT_URL` when it is set; no retries of the SDK's own.
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
        Err(error) => Err(NoCredentials { reason: reason(&error) }),
    }
}

/// The SDK's reasons, from the outermost to the cause, without those that only say that there are more.
fn reason(error: &dyn Error) -> String {
    let mut told: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        // After the first line of a chain of providers follows every place that was looked at.
        let line = text.lines().next().unwrap_or_default().trim_end_matches(" Attempted:").trim_end_matches('.');
        if !line.starts_with("an error occurred while loading") && told.last().is_none_or(|last| last != line) {
            told.push(line.to_owned());
        }
        next = error.source();
    }
    if told.is_empty() { "they could not be loaded".to_owned() } else { told.join(": ") }
}
