//! From what a person types to the issue, and every issue there is.

use jiff::{SignedDuration, Timestamp};

use super::{MAX_LISTED, PeopleError};
use crate::{
    issue::{Fingerprint, Issue},
    pipeline::{
        Tally,
        attempt::{Repeat, attempt},
        later,
    },
    port::{Clock, IssueList, IssueStore, PortResult},
};

/// Fewest digits of a fingerprint that are looked for.
pub const MIN_DIGITS: usize = 4;

/// Issues named when several begin alike, or none does.
const MAX_NAMED: usize = 5;

/// Fingerprints of one page.
const PAGE: usize = 500;

/// A person waits no longer than this for one answer, a few seconds less when nothing answers at all.
const PATIENCE: SignedDuration = SignedDuration::from_secs(15);

/// Until when a person waits.
pub(super) fn deadline<C: Clock>(clock: &C) -> Timestamp {
    later(clock.now(), PATIENCE)
}

/// The issue a person means: its fingerprint, or the first digits of it.
///
/// # Errors
/// [`PeopleError`]: there is none, or there are several.
pub async fn resolve<S, C>(store: &S, clock: &C, reference: &str) -> Result<Issue, PeopleError>
where
    S: IssueStore + IssueList,
    C: Clock,
{
    let digits = reference.trim().to_ascii_lowercase();
    if !(MIN_DIGITS..=32).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(PeopleError::NoFingerprint { reference: reference.to_owned() });
    }
    if let Some(fingerprint) = Fingerprint::parse(&digits) {
        if let Some(issue) = one(store, clock, &fingerprint).await? {
            return Ok(issue);
        }
    } else {
        let candidates = begin_with(store, clock, &digits, MAX_NAMED).await?;
        match candidates.as_slice() {
            [] => {}
            [fingerprint] => {
                if let Some(issue) = one(store, clock, fingerprint).await? {
                    return Ok(issue);
                }
            }
            _ => return Err(PeopleError::Ambiguous { reference: digits, candidates }),
        }
    }
    let alike = alike(store, clock, &digits).await?;
    Err(PeopleError::Unknown { reference: digits, alike })
}

/// Issues that share the first digits: the more of them the better.
async fn alike<S: IssueList, C: Clock>(store: &S, clock: &C, digits: &str) -> PortResult<Vec<Fingerprint>> {
    for length in [8, 6, MIN_DIGITS] {
        if let Some(prefix) = digits.get(..length.min(digits.len())) {
            let found = begin_with(store, clock, prefix, MAX_NAMED).await?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
    }
    Ok(Vec::new())
}

async fn begin_with<S: IssueList, C: Clock>(store: &S, clock: &C, prefix: &str, limit: usize) -> PortResult<Vec<Fingerprint>> {
    attempt(clock, deadline(clock), Repeat::Harmless, &mut Tally::default(), || store.fingerprints(prefix, None, limit)).await
}

/// The issue of a fingerprint, merged or not.
pub(super) async fn one<S: IssueStore, C: Clock>(store: &S, clock: &C, fingerprint: &Fingerprint) -> PortResult<Option<Issue>> {
    let wanted = [fingerprint.clone()];
    Ok(attempt(clock, deadline(clock), Repeat::Harmless, &mut Tally::default(), || store.load(&wanted)).await?.pop())
}

/// Every issue, merged ones included, in the order of the fingerprints: at most [`MAX_LISTED`]. True: there are more.
///
/// # Errors
/// The table cannot be read.
pub async fn everything<S, C>(store: &S, clock: &C) -> Result<(Vec<Issue>, bool), PeopleError>
where
    S: IssueStore + IssueList,
    C: Clock,
{
    let mut issues: Vec<Issue> = Vec::new();
    let mut after: Option<Fingerprint> = None;
    loop {
        let page = attempt(clock, deadline(clock), Repeat::Harmless, &mut Tally::default(), || store.fingerprints("", after.as_ref(), PAGE)).await?;
        if !page.is_empty() {
            issues.extend(attempt(clock, deadline(clock), Repeat::Harmless, &mut Tally::default(), || store.load(&page)).await?);
        }
        let is_last = page.len() < PAGE;
        after = page.into_iter().next_back().or(after);
        if is_last || issues.len() >= MAX_LISTED {
            issues.sort_by(|left, right| left.fingerprint.cmp(&right.fingerprint));
            let more = !is_last || issues.len() > MAX_LISTED;
            issues.truncate(MAX_LISTED);
            return Ok((issues, more));
        }
    }
}
