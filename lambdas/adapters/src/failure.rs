//! From an SDK error to what became of the call.

use std::error::Error;

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use skywarden_core::port::{Failure, PortError};

/// Codes of a request that was turned away for now and did nothing.
const THROTTLED: [&str; 14] = [
    "BandwidthLimitExceeded",
    "KMSThrottlingException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "ServiceUnavailable",
    "SlowDown",
    "Throttled",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];

/// What became of a call.
pub(crate) fn port_error<E>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> PortError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let (failure, code) = match error {
        SdkError::ConstructionFailure(_) => (Failure::Rejected, "construction".to_owned()),
        // The request may have arrived.
        SdkError::TimeoutError(_) => (Failure::Ambiguous, "timeout".to_owned()),
        SdkError::DispatchFailure(failure) if failure.is_user() => (Failure::Rejected, "request".to_owned()),
        SdkError::DispatchFailure(failure) => {
            let refused = failure.as_connector_error().is_some_and(|error| never_connected(error));
            if refused { (Failure::Unavailable, "no-connection".to_owned()) } else { (Failure::Ambiguous, "connection".to_owned()) }
        }
        SdkError::ResponseError(_) => (Failure::Ambiguous, "response".to_owned()),
        SdkError::ServiceError(service) => {
            let status = service.raw().status().as_u16();
            let code = service.err().code().unwrap_or("unknown").to_owned();
            (by_status(status, &code), code)
        }
        _ => (Failure::Ambiguous, "unknown".to_owned()),
    };
    let message = match error {
        SdkError::ServiceError(service) => service.err().message().unwrap_or("no message").to_owned(),
        other => other.source().map_or_else(|| other.to_string(), ToString::to_string),
    };
    PortError { failure, operation, code, message }
}

fn by_status(status: u16, code: &str) -> Failure {
    match status {
        _ if THROTTLED.contains(&code) => Failure::Unavailable,
        429 | 503 => Failure::Unavailable,
        500.. => Failure::Ambiguous,
        _ => Failure::Rejected,
    }
}

/// Whether the connection was never made, so that nothing can have arrived.
fn never_connected(error: &(dyn Error + 'static)) -> bool {
    let mut current = Some(error);
    while let Some(error) = current {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            use std::io::ErrorKind::{AddrNotAvailable, ConnectionRefused, HostUnreachable, NetworkUnreachable};
            return matches!(io.kind(), ConnectionRefused | HostUnreachable | NetworkUnreachable | AddrNotAvailable);
        }
        current = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn throttles_did_not_happen_server_errors_may_have_and_the_rest_never_will() {
        assert_eq!(by_status(400, "ThrottlingException"), Failure::Unavailable);
        assert_eq!(by_status(503, "unknown"), Failure::Unavailable);
        assert_eq!(by_status(500, "InternalFailure"), Failure::Ambiguous);
        assert_eq!(by_status(400, "InvalidParameterValue"), Failure::Rejected);
        assert_eq!(by_status(403, "AccessDenied"), Failure::Rejected);
    }

    #[test]
    fn a_refused_connection_has_sent_nothing_and_a_reset_one_may_have() {
        assert!(never_connected(&std::io::Error::from(std::io::ErrorKind::ConnectionRefused)));
        assert!(!never_connected(&std::io::Error::from(std::io::ErrorKind::ConnectionReset)));
    }
}
