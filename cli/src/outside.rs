//! The way to AWS, and what is said when it does not work.

use std::future::Future;

use skywarden_lambda_adapters::{SdkConfig, person_config};

use crate::terminal::{Failed, without_commands};

/// Runs something that talks to AWS.
pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failed::Because(format!("cannot start: {error}")))?;
    Ok(runtime.block_on(work))
}

/// The clients' configuration.
pub(crate) async fn config(region: &str) -> Result<SdkConfig, Failed> {
    person_config(region).await.map_err(|error| {
        Failed::with_hint(
            without_commands(&error.to_string()),
            "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; with IAM Identity Center run \
             `eval \"$(aws configure export-credentials --format env)\"` after `aws sso login`",
        )
    })
}
