//! What is said when AWS does not let `redrive` do its work.

use skywarden_core::port::{Failure, PortError};
use skywarden_generator::model::Model;

use crate::terminal::{Failed, without_commands};

/// Longest text of AWS that is repeated, characters.
const MAX_MESSAGE: usize = 300;

/// Where the trouble is.
#[derive(Debug)]
pub(super) struct Trouble<'a> {
    pub(super) model: &'a Model,
    pub(super) region: &'a str,
}

impl Trouble<'_> {
    /// A failed call, in words.
    pub(super) fn failed(&self, error: &PortError) -> Failed {
        let (stack, region) = (self.model.names.shared_stack(), self.region);
        let said: String = without_commands(&error.message).chars().take(MAX_MESSAGE).collect();
        let call = error.operation;
        match error.code.as_str() {
            "ResourceNotFoundException" | "NoSuchBucket" | "AWS.SimpleQueueService.NonExistentQueue" | "QueueDoesNotExist" | "not-ours" => Failed::with_hint(
                format!("{} is not deployed in {region} ({call}: {said})", self.model.names.prefix()),
                &format!("deploy the stack {stack} there first, or name the Region it is in with --region"),
            ),
            "AccessDenied" | "AccessDeniedException" | "AccessDeniedFault" | "KMS.AccessDeniedException" => Failed::with_hint(
                format!("access denied for {}: {said}", permission(call)),
                &format!("attach the policy in the output RedrivePolicyArn of the stack {stack} to who runs this"),
            ),
            "UnrecognizedClientException"
            | "InvalidClientTokenId"
            | "InvalidAccessKeyId"
            | "ExpiredToken"
            | "ExpiredTokenException"
            | "InvalidSignatureException"
            | "SignatureDoesNotMatch" => {
                Failed::with_hint(format!("AWS does not accept the credentials: {said}"), "log in again, and check the clock of this machine")
            }
            "no-connection" => {
                Failed::with_hint(format!("no connection to AWS in {region}: {said}"), "check the network, the Region, and AWS_ENDPOINT_URL if it is set")
            }
            code => match error.failure {
                Failure::Rejected => Failed::Because(format!("{call} was refused ({}): {said}", without_commands(code))),
                Failure::Unavailable | Failure::Ambiguous => Failed::with_hint(
                    format!("{call} did not succeed ({}): {said}", without_commands(code)),
                    "run it again: what was delivered is not delivered twice",
                ),
            },
        }
    }
}

/// The permission a call needs.
fn permission(operation: &str) -> String {
    match operation {
        "lambda.Invoke" => "lambda:InvokeFunction".to_owned(),
        "s3.ListObjectsV2" => "s3:ListBucket".to_owned(),
        other => other.replacen('.', ":", 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_said_as_the_permission_it_needs() {
        let said = ["lambda.Invoke", "s3.ListObjectsV2", "s3.DeleteObject"].map(permission);
        assert_eq!(said, ["lambda:InvokeFunction", "s3:ListBucket", "s3:DeleteObject"]);
    }
}
