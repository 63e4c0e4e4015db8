//! The life of an issue: a pure function from (what is stored, what was seen) to (what to store, what to tell).

use jiff::Timestamp;

use super::{Announcement, Facts, Fingerprint, Issue};

/// Counts occurrences of an issue. Gives the issue to store and what there is to tell, at most one thing.
///
/// `steps` are the numbers of occurrences that are told; a jump over several tells the highest. `as_of` is the current time. An issue that is merged
/// into another is not the place to count: see [`super::follow`].
pub fn apply(stored: Option<&Issue>, fingerprint: &Fingerprint, seen: &Facts, steps: &[u64], as_of: Timestamp) -> (Issue, Option<Announcement>) {
    let mut issue = match stored {
        None => Issue::open(fingerprint.clone(), seen.clone()),
        Some(stored) => {
            let mut issue = stored.clone();
            issue.facts.join(seen);
            issue
        }
    };
    let told = issue.announce(stored.is_none(), steps, as_of);
    // Last, since an escalation may just have ended the time for which it was ignored.
    (issue.written(as_of), told)
}
