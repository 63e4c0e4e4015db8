//! Settings from the function's environment, and the SDK's configuration.

use std::time::Duration;

use aws_config::{BehaviorVersion, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_smithy_http_client::{Builder, tls};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

/// A setting that is missing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the environment variable {name} is not set; deploy the function from the generated template")]
pub struct SettingError {
    name: &'static str,
}

/// A required setting.
///
/// # Errors
/// [`SettingError`] when it is absent, empty or not UTF-8.
pub fn setting(name: &'static str) -> Result<String, SettingError> {
    std::env::var(name).ok().filter(|value| !value.is_empty()).ok_or(SettingError { name })
}

/// Time for one connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// Time for one attempt; well inside the function's time-out, so that a slow answer still leaves time for the residue.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(8);

/// The client of every call.
pub(crate) fn https_client() -> SharedHttpClient {
    Builder::new().tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring)).build_https()
}

/// The SDK's configuration: credentials and Region from the environment, no retries, short time-outs.
pub async fn sdk_config() -> SdkConfig {
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(https_client())
        .retry_config(RetryConfig::disabled())
        .timeout_config(TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).operation_attempt_timeout(ATTEMPT_TIMEOUT).build())
        .load()
        .await
}
