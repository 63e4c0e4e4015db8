//! Changes: read, apply, write under the version that was read, and again when somebody was faster.

use jiff::{SignedDuration, Timestamp};

use super::{
    PeopleError, everything,
    find::{deadline, one},
};
use crate::{
    issue::{Action, Committed, DeedKind, Erasure, Fingerprint, Ignore, Issue, IssueChange, IssueState, Until, Word, merge, unmerge},
    pipeline::{
        Tally,
        attempt::{Repeat, attempt, attempt_blindly, pause},
    },
    port::{Clock, IssueList, IssueStore, PortResult},
};

/// How often a change is read again and repeated.
const ROUNDS: usize = 10;

/// How often an erasure is: every count of a spread issue is in its way, and a storm is no reason to leave text where it is. Some ten seconds.
const ERASURE_ROUNDS: usize = 40;

/// One person at work on the issues of one table.
#[derive(Debug)]
pub struct Desk<'a, S, C> {
    /// The table.
    pub store: &'a S,
    /// Time.
    pub clock: &'a C,
    /// Who it is, as it is written down.
    pub person: &'a str,
    /// Whether the policy tells people that an issue was resolved.
    pub tells_resolved: bool,
}

/// What came of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The issue now.
    pub issue: Issue,
    /// False: it was so already, and nothing was written.
    pub written: bool,
    /// Whether people will be told.
    pub told: bool,
}

/// What came of an erasure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forgotten {
    /// The issues that were changed or taken out: the one, and those merged into it.
    pub issues: Vec<Fingerprint>,
    /// Notices that are on their way with the text in them.
    pub unsent: usize,
}

impl<S, C> Desk<'_, S, C>
where
    S: IssueStore + IssueList,
    C: Clock,
{
    /// Resolves, ignores, reopens or assigns an issue.
    ///
    /// # Errors
    /// [`PeopleError`]: it is not there, has been merged, or the table failed.
    pub async fn act(&self, fingerprint: &Fingerprint, action: &Action) -> Result<Changed, PeopleError> {
        for round in 0..ROUNDS {
            let issue = self.read(fingerprint).await?;
            if let Some(into) = &issue.merged_into {
                return Err(PeopleError::Merged { issue: issue.fingerprint.clone(), into: into.clone() });
            }
            // A clock that goes a little before ours must not make this word the older one.
            let now = after(self.clock.now(), spoken(&issue, action));
            if is_so(&issue, action, now) {
                return Ok(Changed { issue, written: false, told: false });
            }
            let Some((acted, told)) = issue.act(action, self.person, now) else {
                return Ok(Changed { issue, written: false, told: false });
            };
            let entry = told.filter(|_| self.tells_resolved).map(|told| told.entry(&acted, now));
            let told = entry.is_some();
            let change = IssueChange { issue: acted.clone(), expected: Some(issue.version), entry };
            if self.write(&[change], round).await? {
                return Ok(Changed { issue: acted, written: true, told });
            }
        }
        Err(PeopleError::Busy { issue: fingerprint.clone() })
    }

    /// Merges an issue into another, which counts for both from now on. Gives the other.
    ///
    /// # Errors
    /// [`PeopleError`]: one is not there or has been merged before, they are the same, or the table failed.
    pub async fn merge(&self, fingerprint: &Fingerprint, into: &Fingerprint) -> Result<Issue, PeopleError> {
        for round in 0..ROUNDS {
            let (from, to) = (self.read(fingerprint).await?, self.read(into).await?);
            let now = self.clock.now();
            let mut merged = merge(&from, &to, now)?;
            merged.alias.done_by(self.person, DeedKind::Merged, now);
            merged.into.done_by(self.person, DeedKind::Joined, now);
            let changes = [
                IssueChange { issue: merged.alias, expected: Some(from.version), entry: None },
                IssueChange { issue: merged.into.clone(), expected: Some(to.version), entry: None },
            ];
            if self.write(&changes, round).await? {
                return Ok(merged.into);
            }
        }
        Err(PeopleError::Busy { issue: fingerprint.clone() })
    }

    /// Takes a merge back. Gives the issue that is one of its own again.
    ///
    /// # Errors
    /// [`PeopleError`]: it is not there or not merged, or the table failed.
    pub async fn unmerge(&self, fingerprint: &Fingerprint) -> Result<Issue, PeopleError> {
        for round in 0..ROUNDS {
            let alias = self.read(fingerprint).await?;
            let now = self.clock.now();
            let mut issue = unmerge(&alias, now).ok_or_else(|| PeopleError::NotMerged { issue: fingerprint.clone() })?;
            issue.done_by(self.person, DeedKind::Unmerged, now);
            if self.write(&[IssueChange { issue: issue.clone(), expected: Some(alias.version), entry: None }], round).await? {
                return Ok(issue);
            }
        }
        Err(PeopleError::Busy { issue: fingerprint.clone() })
    }

    /// Erases the log text of an issue and of those merged into it, see [`Issue::forget`].
    ///
    /// # Errors
    /// [`PeopleError`]: it is not there, or the table failed.
    pub async fn forget(&self, fingerprint: &Fingerprint) -> Result<Forgotten, PeopleError> {
        let mut forgotten = Forgotten { issues: Vec::new(), unsent: 0 };
        for each in self.with_aliases(fingerprint).await? {
            forgotten.unsent += self.unsent(&each).await?;
            if self.forget_one(&each).await? {
                forgotten.issues.push(each);
            }
        }
        Ok(forgotten)
    }

    async fn forget_one(&self, fingerprint: &Fingerprint) -> Result<bool, PeopleError> {
        for round in 0..ROUNDS {
            let issue = self.read(fingerprint).await?;
            if !issue.remembers() {
                return Ok(false);
            }
            let change = IssueChange { issue: issue.forget(self.person, self.clock.now()), expected: Some(issue.version), entry: None };
            if self.write(&[change], round).await? {
                return Ok(true);
            }
        }
        Err(PeopleError::Busy { issue: fingerprint.clone() })
    }

    /// Takes an issue out of the table, and those merged into it, see [`Erasure`]. Should it happen again, it is a new one. What is left of an issue that is
    /// not there any more goes as well.
    ///
    /// # Errors
    /// [`PeopleError`]: it is not there and nothing of it is left, or the table failed.
    pub async fn erase(&self, fingerprint: &Fingerprint) -> Result<Forgotten, PeopleError> {
        let mut forgotten = Forgotten { issues: Vec::new(), unsent: 0 };
        let wanted = match self.with_aliases(fingerprint).await {
            Err(PeopleError::Unknown { .. }) => vec![fingerprint.clone()],
            found => found?,
        };
        // The one they were merged into goes last: an alias without its issue would open it again.
        for each in wanted.into_iter().rev() {
            if self.erase_one(&each).await? {
                forgotten.issues.push(each);
            }
        }
        if forgotten.issues.is_empty() { Err(unknown(fingerprint)) } else { Ok(forgotten) }
    }

    /// False: there was nothing to erase.
    async fn erase_one(&self, fingerprint: &Fingerprint) -> Result<bool, PeopleError> {
        for round in 0..ERASURE_ROUNDS {
            let issue = one(self.store, self.clock, fingerprint).await?;
            let erasure = Erasure::new(fingerprint, issue.as_ref(), self.clock.now());
            let mut tally = Tally::default();
            let answer = attempt_blindly(self.clock, deadline(self.clock), Repeat::Harmless, &mut tally, || self.store.erase(&erasure)).await?;
            match answer.value {
                Committed::Done => return Ok(true),
                // What is not there any more may be gone by an attempt that nobody answered.
                Committed::Before => return Ok(answer.repeated_blindly || round > 0),
                Committed::Conflict => self.clock.sleep(pause(&self.seed(fingerprint), round)).await,
            }
        }
        Err(PeopleError::Busy { issue: fingerprint.clone() })
    }

    /// An issue and every one that was merged into it, through others or not; the issue first.
    async fn with_aliases(&self, fingerprint: &Fingerprint) -> Result<Vec<Fingerprint>, PeopleError> {
        let issue = self.read(fingerprint).await?;
        let mut found = vec![issue.fingerprint.clone()];
        if issue.alias_depth == 0 {
            return Ok(found);
        }
        let (all, _) = everything(self.store, self.clock).await?;
        let mut place = 0;
        while let Some(target) = found.get(place).cloned() {
            let aliases = all.iter().filter(|issue| issue.merged_into.as_ref() == Some(&target)).map(|issue| issue.fingerprint.clone());
            let new: Vec<Fingerprint> = aliases.filter(|alias| !found.contains(alias)).collect();
            found.extend(new);
            place += 1;
        }
        Ok(found)
    }

    async fn unsent(&self, fingerprint: &Fingerprint) -> PortResult<usize> {
        attempt(self.clock, deadline(self.clock), Repeat::Harmless, &mut Tally::default(), || self.store.unsent_notices(fingerprint)).await
    }

    async fn read(&self, fingerprint: &Fingerprint) -> Result<Issue, PeopleError> {
        let found = one(self.store, self.clock, fingerprint).await?;
        found.ok_or_else(|| unknown(fingerprint))
    }

    /// False: somebody was faster, and it has waited a little.
    async fn write(&self, changes: &[IssueChange], round: usize) -> PortResult<bool> {
        let answer = attempt(self.clock, deadline(self.clock), Repeat::Harmless, &mut Tally::default(), || self.store.change(changes)).await?;
        if answer != Committed::Conflict {
            return Ok(true);
        }
        let seed = changes.first().map(|change| self.seed(&change.issue.fingerprint)).unwrap_or_default();
        self.clock.sleep(pause(&seed, round)).await;
        Ok(false)
    }

    /// What differs between two who meet at one issue.
    fn seed(&self, fingerprint: &Fingerprint) -> String {
        format!("{}{fingerprint}{}", self.person, self.clock.now().as_millisecond())
    }
}

fn unknown(fingerprint: &Fingerprint) -> PeopleError {
    PeopleError::Unknown { reference: fingerprint.as_str().to_owned(), alike: Vec::new() }
}

/// When the word that an action follows was said.
fn spoken(issue: &Issue, action: &Action) -> Option<Timestamp> {
    match action {
        Action::Assign { .. } => issue.assigned.as_ref().map(|assigned| assigned.at),
        _ => issue.said.as_ref().map(|said| said.at),
    }
}

fn after(now: Timestamp, word: Option<Timestamp>) -> Timestamp {
    let next = word.and_then(|at| at.checked_add(SignedDuration::from_millis(1)).ok());
    next.map_or(now, |next| next.max(now))
}

/// Whether an action would change nothing but the time and the name behind it.
fn is_so(issue: &Issue, action: &Action, now: Timestamp) -> bool {
    let word = issue.said.as_ref().map(|said| &said.word);
    match (action, word) {
        (Action::Assign { to }, _) => issue.assigned.as_ref().map_or("", |assigned| assigned.to.as_str()) == to,
        (Action::Reopen, None | Some(Word::Open)) => true,
        (Action::Resolve { in_version }, Some(Word::Resolved { in_version: said })) => issue.state_at(now) == IssueState::Resolved && in_version == said,
        (Action::Ignore(ignore), Some(Word::Ignored { until })) => {
            issue.state_at(now) == IssueState::Ignored
                && match (ignore, until) {
                    (Ignore::Forever, Until::Forever) | (Ignore::UntilEscalating, Until::Escalating) => true,
                    (Ignore::Until(time), Until::Time { time: said }) => time == said,
                    // So many more from now on is another number each time.
                    _ => false,
                }
        }
        _ => false,
    }
}
