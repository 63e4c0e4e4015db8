//! The way to AWS, and what is said when it does not work.

use std::future::Future;

use skywarden_core::port::{Failure, PortError};
use skywarden_generator::model::Model;
use skywarden_lambda_adapters::{SdkConfig, person_config};

use crate::terminal::{Failed, without_commands};

/// Longest text of AWS that is repeated, characters.
const MAX_MESSAGE: usize = 300;

/// Runs something that talks to AWS.
pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failed::Because(format!("cannot start: {error}")))?;
    Ok(runtime.block_on(work))
}

/// The clients' configuration.
pub(crate) async fn config(region: &str) -> Result<SdkConfig, Failed> {
    person_config(region).await.map_err(|error| {
        let hint = match std::env::var("AWS_PROFILE") {
            Ok(profile) if !profile.is_empty() => format!(
                "they are looked for as AWS_PROFILE says: `{}` must be a profile of ~/.aws/config; with IAM Identity Center run `aws sso login` first",
                without_commands(&profile)
            ),
            _ => "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; with IAM Identity Center run `aws sso login` first".to_owned(),
        };
        Failed::with_hint(without_commands(&error.to_string()), &hint)
    })
}

/// A failed call, in words.
pub(crate) fn failed(error: &PortError, model: &Model, region: &str) -> Failed {
    let table = model.names.shared("issues");
    let stack = model.names.shared_stack();
    let said: String = without_commands(&error.message).chars().take(MAX_MESSAGE).collect();
    let is = |words: &[&str]| words.contains(&error.code.as_str());
    if is(&["ResourceNotFoundException"]) && error.operation.starts_with("dynamodb") {
        return Failed::with_hint(
            format!("there is no table {table} in {region}"),
            &format!("deploy the stack {stack} there first, or name the Region it is in with --region"),
        );
    }
    if is(&["ResourceNotFoundException"]) {
        return Failed::with_hint(format!("{}: {said}", error.operation), &format!("deploy the stacks of the services in {region} first, or give --region"));
    }
    if is(&["ValidationException"]) && said.contains("index") {
        return Failed::with_hint(format!("the table {table} has no index of issues"), &format!("deploy the stack {stack} of this version"));
    }
    if is(&["AccessDeniedException", "AccessDenied", "UnauthorizedOperation"]) {
        return Failed::with_hint(
            format!("access denied for {}: {said}", permission(error.operation)),
            &format!("attach the policy in the output IssuesPolicyArn of the stack {stack} to who runs this"),
        );
    }
    if is(&[
        "UnrecognizedClientException",
        "InvalidClientTokenId",
        "ExpiredTokenException",
        "ExpiredToken",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
    ]) {
        return Failed::with_hint(format!("AWS does not accept the credentials: {said}"), "log in again, and check the clock of this machine");
    }
    match error.failure {
        Failure::Unavailable if error.code == "no-connection" => {
            Failed::with_hint(format!("no connection to AWS in {region}: {said}"), "check the network, the Region, and AWS_ENDPOINT_URL if it is set")
        }
        Failure::Unavailable => Failed::with_hint(format!("AWS is busy ({}): {said}", error.code), "try again in a minute"),
        Failure::Ambiguous => Failed::with_hint(format!("no answer from AWS in {region} ({}): {said}", error.code), "look whether it happened, then try again"),
        Failure::Rejected => Failed::Because(format!("{} was refused ({}): {said}", permission(error.operation), without_commands(&error.code))),
    }
}

/// The permission a call needs.
fn permission(operation: &str) -> String {
    match operation {
        // A transaction needs the permissions of the actions in it.
        "dynamodb.TransactWriteItems" => "dynamodb:PutItem".to_owned(),
        other => other.replacen('.', ":", 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_needs_what_is_in_it() {
        assert_eq!(
            (permission("dynamodb.TransactWriteItems"), permission("logs.PutLogEvents")),
            ("dynamodb:PutItem".to_owned(), "logs:PutLogEvents".to_owned())
        );
    }
}
