//! What is kept: found, selected, described.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{RECORD_PREFIX, Redrive};
use crate::{
    pipeline::{MARKER_LIFE, RESIDUE_PREFIX, Residue},
    port::{Clock, DeadLetters, FunctionInvoker, KeptObject, PortResult, ResidueArchive},
};

/// Most objects of one bucket that are looked at in one run; the next run sees the rest.
pub(super) const MAX_OBJECTS: usize = 100_000;

/// Of which bucket something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Undelivered effects, masked.
    Residue,
    /// Lambda's record of a failed invocation, with the raw event.
    FailedInvocation,
}

/// Something that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Of which bucket.
    pub kind: Kind,
    /// The object.
    pub object: KeptObject,
    /// The deployed function that is to replay it, where the key tells. Records of event source mappings tell it inside only.
    pub function: Option<String>,
}

/// What is to be replayed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only of this function, by its short or whole name.
    pub function: Option<String>,
    /// Only what was written at this time or later.
    pub since: Option<Timestamp>,
    /// At most so many, the oldest.
    pub limit: Option<usize>,
}

/// What an object holds, in words: no text of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// `metrics`, `issues`, `notice`, `failed invocation`, or why it cannot be read.
    pub what: String,
    /// Function that is to replay it, as deployed; empty when nothing tells.
    pub function: String,
    /// Why it was kept: the code of the last failure, or Lambda's condition.
    pub reason: String,
    /// How many effects it holds; 1 for a record.
    pub count: usize,
}

impl Kept {
    /// Whether the markers that make a repetition harmless may be gone.
    pub fn is_past_markers(&self, now: Timestamp) -> bool {
        self.age(now) > MARKER_LIFE
    }

    /// How long ago it was kept.
    pub fn age(&self, now: Timestamp) -> SignedDuration {
        now.duration_since(self.object.at)
    }

    /// What the object holds.
    pub fn describe(&self, body: &[u8]) -> Described {
        let function = self.function.clone().unwrap_or_default();
        let Ok(document) = serde_json::from_slice::<Value>(body) else {
            return Described { what: "no JSON".to_owned(), function, reason: String::new(), count: 0 };
        };
        match self.kind {
            Kind::Residue => match Residue::read(document) {
                Ok(residue) => Described { what: residue.effects.kind().to_owned(), function, reason: residue.reason, count: residue.effects.count() },
                Err(error) => Described { what: error.code().to_owned(), function, reason: String::new(), count: 0 },
            },
            Kind::FailedInvocation => {
                let condition = document.pointer("/requestContext/condition").and_then(Value::as_str).unwrap_or("").to_owned();
                let error = document.pointer("/responsePayload/errorType").and_then(Value::as_str).filter(|code| is_code(code));
                let reason = error.map_or(condition.clone(), |code| format!("{code} ({condition})"));
                let function = self.function.clone().or_else(|| function_of_record(&document)).unwrap_or_default();
                Described { what: "failed invocation".to_owned(), function, reason, count: 1 }
            }
        }
    }
}

/// A stable code of ours, or a name of Lambda's. Anything else could be text of a log.
fn is_code(text: &str) -> bool {
    text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
}

/// Name of the function a record is of.
pub(super) fn function_of_record(document: &Value) -> Option<String> {
    let arn = document.pointer("/requestContext/functionArn")?.as_str()?;
    // arn:partition:lambda:region:account:function:name[:qualifier]
    arn.split(':').nth(6).filter(|name| !name.is_empty()).map(str::to_owned)
}

impl<A: ResidueArchive, F: FunctionInvoker, D: DeadLetters, C: Clock> Redrive<'_, A, F, D, C> {
    /// Everything that is kept and selected, oldest first.
    ///
    /// # Errors
    /// A bucket cannot be listed.
    pub async fn find(&self, selection: &Selection) -> PortResult<Vec<Kept>> {
        let mut found = Vec::new();
        for (kind, prefix) in [(Kind::Residue, RESIDUE_PREFIX), (Kind::FailedInvocation, RECORD_PREFIX)] {
            for object in self.all(kind, prefix).await? {
                let function = self.function_of_key(kind, &object.key);
                found.push(Kept { kind, object, function });
            }
        }
        found.retain(|kept| selection.since.is_none_or(|since| kept.object.at >= since));
        if let Some(wanted) = &selection.function {
            let whole = format!("{}-{wanted}", self.prefix);
            found.retain(|kept| kept.function.as_ref().is_some_and(|function| function == wanted || *function == whole));
        }
        found.sort_by(|a, b| (a.object.at, &a.object.key).cmp(&(b.object.at, &b.object.key)));
        found.truncate(selection.limit.unwrap_or(usize::MAX));
        Ok(found)
    }

    /// What an object holds; `None`: it is gone.
    ///
    /// # Errors
    /// The object cannot be read.
    pub async fn look(&self, kept: &Kept) -> PortResult<Option<Described>> {
        Ok(self.archive(kept.kind).get(&kept.object.key).await?.map(|body| kept.describe(&body)))
    }

    /// The deployed function, from an object's key: `residue/SHORT/...` and `aws/lambda/async/NAME/...`.
    fn function_of_key(&self, kind: Kind, key: &str) -> Option<String> {
        match kind {
            Kind::Residue => Some(format!("{}-{}", self.prefix, key.strip_prefix(RESIDUE_PREFIX)?.split('/').next()?)),
            Kind::FailedInvocation => key.strip_prefix(RECORD_PREFIX)?.strip_prefix("async/")?.split('/').next().map(str::to_owned),
        }
    }
}
