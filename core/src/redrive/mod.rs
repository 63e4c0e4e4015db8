//! Redrive: what was kept because it could not be delivered is found, shown, and handed to the deployed functions once more.
//!
//! Nothing is computed here. A residue goes to the function that wrote it, as an event of its own; Lambda's record of a failed invocation goes to the
//! function that failed, which opens it. So the deployed code, plan and role decide, and doing it twice, or two people at once, is as good as once.

mod kept;
mod letter;
mod replay;

use crate::port::{Clock, DeadLetters, FunctionInvoker, KeptObject, PortResult, ResidueArchive};

pub use kept::{Described, Kept, Kind, Selection};
pub use letter::{LetterCount, Strange};
pub use replay::{CONCURRENT_REPLAYS, MAX_PAYLOAD_BYTES, Outcome};

/// Where Lambda puts its records of invocations that failed.
pub const RECORD_PREFIX: &str = "aws/lambda/";

/// A bucket by its name.
#[derive(Debug)]
pub struct Bucket<'a, A> {
    /// Name, as a notification of the bucket spells it.
    pub name: &'a str,
    /// What is in it.
    pub archive: &'a A,
}

impl<A> Clone for Bucket<'_, A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A> Copy for Bucket<'_, A> {}

/// One project's redrive.
#[derive(Debug)]
pub struct Redrive<'a, A, F, D, C> {
    /// `project-environment`, with which the names of the functions begin.
    pub prefix: &'a str,
    /// The bucket of residues.
    pub residues: Bucket<'a, A>,
    /// The bucket of Lambda's own records.
    pub failed: Bucket<'a, A>,
    /// The deployed functions.
    pub functions: &'a F,
    /// The queue `dead-letters`.
    pub letters: &'a D,
    /// Time.
    pub clock: &'a C,
}

impl<A: ResidueArchive, F: FunctionInvoker, D: DeadLetters, C: Clock> Redrive<'_, A, F, D, C> {
    fn archive(&self, kind: Kind) -> &A {
        match kind {
            Kind::Residue => self.residues.archive,
            Kind::FailedInvocation => self.failed.archive,
        }
    }

    /// All objects under a prefix.
    async fn all(&self, kind: Kind, prefix: &str) -> PortResult<Vec<KeptObject>> {
        let mut objects = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let page = self.archive(kind).list(prefix, after.as_deref()).await?;
            objects.extend(page.objects);
            match page.next {
                Some(next) if objects.len() < kept::MAX_OBJECTS => after = Some(next),
                _ => return Ok(objects),
            }
        }
    }
}
