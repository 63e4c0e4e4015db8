//! What people say of an issue: resolved, ignored, open again, somebody's.
//!
//! The latest word holds, by the time it was said; of two at one time the greater in the order of [`Said`]. So it does not matter in which order words
//! and batches are written down.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Issue, announced::Announcement, fit::fit, outbox::Transition, state::IssueState, versions::MAX_VERSION};

/// Most bytes of a person's name, as stored.
pub const MAX_PERSON: usize = 128;

/// A word on an issue's state.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Said {
    /// When.
    pub at: Timestamp,
    /// Who; empty when unknown.
    pub by: String,
    /// What.
    #[serde(flatten)]
    pub word: Word,
}

/// What was said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "lowercase")]
pub enum Word {
    /// It is open again: whatever was said before does not hold.
    Open,
    /// Nobody wants to hear of it.
    Ignored {
        /// Until when.
        until: Until,
    },
    /// It is solved.
    Resolved {
        /// In this version and later ones; absent: everywhere, now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        in_version: Option<String>,
    },
}

/// When an issue is heard of again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "until", rename_all = "lowercase")]
pub enum Until {
    /// Never, unless somebody says so.
    Forever,
    /// From a time on.
    Time {
        /// That time.
        time: Timestamp,
    },
    /// When so many have been counted in all.
    Count {
        /// That number.
        count: u64,
    },
    /// When an escalation begins.
    Escalating,
}

/// Whose issue it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Assignment {
    /// When that was said.
    pub at: Timestamp,
    /// By whom; empty when unknown.
    pub by: String,
    /// Whose; empty: nobody's.
    pub to: String,
}

/// What a person does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Declares it solved, everywhere from now on or from a version on.
    Resolve {
        /// The first version that has the cure.
        in_version: Option<String>,
    },
    /// Does not want to hear of it.
    Ignore(Ignore),
    /// Takes resolved or ignored back.
    Reopen,
    /// Gives it to somebody; to nobody with an empty name.
    Assign {
        /// To whom.
        to: String,
    },
}

/// For how long an issue is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ignore {
    /// For ever.
    Forever,
    /// Until a time.
    Until(Timestamp),
    /// Until it was seen so many more times.
    More(u64),
    /// Until it escalates: an escalation that goes on already does not count.
    UntilEscalating,
}

impl Issue {
    /// What the issue is once a person has done something, and what there is to tell of it. The same action again, or an older one than what holds,
    /// gives `None`: there is nothing to write.
    ///
    /// `as_of` is the time of the action.
    pub fn act(&self, action: &Action, by: &str, as_of: Timestamp) -> Option<(Self, Option<Announcement>)> {
        let by = fit(by, MAX_PERSON);
        let mut issue = self.clone();
        let word = match action {
            Action::Assign { to } => {
                let assignment = Assignment { at: as_of, by, to: fit(to, MAX_PERSON) };
                return issue.assign(assignment).then(|| (issue.written(as_of), None));
            }
            Action::Reopen => Word::Open,
            Action::Resolve { in_version } => Word::Resolved { in_version: in_version.as_deref().map(|version| fit(version, MAX_VERSION)) },
            Action::Ignore(ignore) => Word::Ignored {
                until: match *ignore {
                    Ignore::Forever => Until::Forever,
                    Ignore::Until(time) => Until::Time { time },
                    Ignore::More(more) => Until::Count { count: self.facts.count.saturating_add(more) },
                    Ignore::UntilEscalating => Until::Escalating,
                },
            },
        };
        if self.silence(as_of).is_some() {
            // What was passed in silence is not told afterwards.
            issue.announced.count = issue.announced.count.max(issue.facts.count);
        }
        if !issue.say(Said { at: as_of, by, word }) {
            return None;
        }
        let issue = issue.written(as_of);
        let resolved = issue.state == IssueState::Resolved && self.state_at(as_of) != IssueState::Resolved;
        let told = resolved.then(|| Announcement::new(&issue.fingerprint, Transition::Resolved, as_of.as_millisecond()));
        Some((issue, told))
    }

    /// Notes a word, unless a later one holds. True when it holds now and did not before.
    pub(super) fn say(&mut self, said: Said) -> bool {
        let later = self.said.as_ref().is_none_or(|holds| *holds < said);
        if later {
            self.said = Some(said);
        }
        later
    }

    fn assign(&mut self, assignment: Assignment) -> bool {
        let later = self.assigned.as_ref().is_none_or(|holds| *holds < assignment);
        if later {
            self.assigned = Some(assignment);
        }
        later
    }

    /// One more write, at a time.
    pub(super) fn written(mut self, as_of: Timestamp) -> Self {
        self.version = self.version.saturating_add(1);
        self.state = self.state_at(as_of);
        self
    }
}
