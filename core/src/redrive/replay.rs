//! Replaying: an object goes to its function, and is deleted when the function says that nothing of it is left to do.

use futures_util::{StreamExt as _, stream};
use serde_json::Value;

use super::{Kept, Kind, Redrive, kept::function_of_record};
use crate::{
    pipeline::Replayed,
    port::{Clock, DeadLetters, Failure, FunctionInvoker, Invoked, PortError, PortResult, ResidueArchive},
};

/// Objects that are replayed at a time: the functions have other work as well.
pub const CONCURRENT_REPLAYS: usize = 4;

/// Most bytes of a synchronous invocation (Lambda quotas: 6 MB).
pub const MAX_PAYLOAD_BYTES: usize = 6 * 1024 * 1024;

/// Codes after which no further object would fare better: the person has no right, or there is no such function.
const HOPELESS: [&str; 6] =
    ["AccessDenied", "AccessDeniedException", "ExpiredTokenException", "InvalidSignatureException", "ResourceNotFoundException", "UnrecognizedClientException"];

/// What became of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing of it is left to do, and it is deleted.
    Delivered {
        /// Effects that took place now; for a record 1.
        done: usize,
        /// Effects that had taken place before.
        known: usize,
    },
    /// It was gone: somebody else replayed it.
    Gone,
    /// It stays.
    Undelivered {
        /// Stable code, or the service's.
        code: String,
        /// What happened.
        message: String,
    },
}

impl Outcome {
    fn undelivered(code: &str, message: impl Into<String>) -> Self {
        Self::Undelivered { code: code.to_owned(), message: message.into() }
    }
}

impl<A: ResidueArchive, F: FunctionInvoker, D: DeadLetters, C: Clock> Redrive<'_, A, F, D, C> {
    /// Replays objects, oldest first and a few at a time, and tells of each as it is done.
    ///
    /// # Errors
    /// An error after which no further object would fare better; those that were told of are done.
    pub async fn replay(&self, found: &[Kept], told: &mut dyn FnMut(&Kept, &Outcome)) -> PortResult<()> {
        let mut outcomes = stream::iter(found).map(|kept| async move { (kept, self.one(kept).await) }).buffer_unordered(CONCURRENT_REPLAYS);
        let mut hopeless = None;
        while let Some((kept, outcome)) = outcomes.next().await {
            match outcome {
                Ok(outcome) => told(kept, &outcome),
                Err(error) if error.is_hopeless() => {
                    hopeless = Some(error);
                    break;
                }
                Err(error) => told(kept, &Outcome::undelivered(&error.code, error.to_string())),
            }
        }
        hopeless.map_or(Ok(()), Err)
    }

    async fn one(&self, kept: &Kept) -> PortResult<Outcome> {
        let archive = self.archive(kept.kind);
        let Some(body) = archive.get(&kept.object.key).await? else { return Ok(Outcome::Gone) };
        let Ok(document) = serde_json::from_slice::<Value>(&body) else {
            return Ok(Outcome::undelivered("object-unreadable", "the object is no JSON: nothing of ours wrote it; look at it and delete it by hand"));
        };
        let Some(function) = kept.function.clone().or_else(|| function_of_record(&document)) else {
            return Ok(Outcome::undelivered("function-unknown", "neither the key nor the record tells of which function it is"));
        };
        if !function.starts_with(&format!("{}-", self.prefix)) {
            return Ok(Outcome::undelivered("function-unknown", format!("{function} is no function of {}", self.prefix)));
        }
        let payload = match kept.kind {
            Kind::Residue => [br#"{"skywarden":"redrive","residue":"#.as_slice(), &body, b"}"].concat(),
            Kind::FailedInvocation => body,
        };
        if payload.len() > MAX_PAYLOAD_BYTES {
            return Ok(Outcome::undelivered("object-too-large", format!("{} bytes: a synchronous invocation takes {MAX_PAYLOAD_BYTES}", payload.len())));
        }
        let outcome = outcome(&self.functions.invoke(&function, &payload).await?);
        if matches!(outcome, Outcome::Delivered { .. })
            && let Err(error) = archive.delete(&kept.object).await
        {
            return Err(PortError { message: format!("{} (it was delivered; replaying it again changes nothing)", error.message), ..error });
        }
        Ok(outcome)
    }
}

/// What a function's answer means.
fn outcome(invoked: &Invoked) -> Outcome {
    let answer: Value = serde_json::from_slice(&invoked.payload).unwrap_or_default();
    let text = |key: &str| answer.get(key).and_then(Value::as_str).unwrap_or("").to_owned();
    if invoked.failed {
        let code = text("errorType");
        return Outcome::Undelivered { code: if code.is_empty() { "function-failed".to_owned() } else { code }, message: text("errorMessage") };
    }
    if let Some(replayed) = Replayed::of_answer(&answer) {
        return match replayed.failure {
            None => Outcome::Delivered { done: replayed.done, known: replayed.known },
            Some(failure) => Outcome::Undelivered { code: failure.code, message: failure.message },
        };
    }
    match answer.get("batchItemFailures").and_then(Value::as_array) {
        Some(failures) if failures.is_empty() => Outcome::Delivered { done: 1, known: 0 },
        Some(failures) => Outcome::undelivered("items-failed", format!("{} records or messages of the event failed again", failures.len())),
        None => Outcome::undelivered("answer-unknown", "the function's answer is none that is known; deploy the version of this program"),
    }
}

impl PortError {
    /// Whether whoever calls has no right to, or what is called does not exist.
    pub fn is_hopeless(&self) -> bool {
        self.failure == Failure::Rejected && HOPELESS.contains(&self.code.as_str())
    }
}
