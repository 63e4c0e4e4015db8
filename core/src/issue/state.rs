//! The state of an issue: a pure function of its facts, what people said of it, and the time.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    Issue,
    action::{Until, Word},
    escalation::escalation,
};

/// An issue is new for this long.
pub const NEW_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// An occurrence this soon after the issue was resolved is a late log line, not a regression.
pub const REGRESSION_GRACE: SignedDuration = SignedDuration::from_mins(5);

/// State of an issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IssueState {
    /// Seen for the first time less than seven days ago.
    New,
    /// Older than that, and neither of the others.
    Ongoing,
    /// It happens far more often than its own history allows.
    Escalating,
    /// Somebody declared it resolved, and it was seen again.
    Regressed,
    /// Somebody declared it resolved.
    Resolved,
    /// Nobody wants to hear of it.
    Ignored,
}

impl IssueState {
    /// The word in documents and reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Ongoing => "ongoing",
            Self::Escalating => "escalating",
            Self::Regressed => "regressed",
            Self::Resolved => "resolved",
            Self::Ignored => "ignored",
        }
    }
}

impl Issue {
    /// The state at a time. [`Issue::state`] is the one at the last write.
    pub fn state_at(&self, as_of: Timestamp) -> IssueState {
        if let Some(silent) = self.silence(as_of) {
            return silent;
        }
        if escalation(&self.facts, as_of).is_some() {
            IssueState::Escalating
        } else if self.regressed_from().is_some() {
            IssueState::Regressed
        } else if as_of.duration_since(self.facts.first_seen) < NEW_FOR {
            IssueState::New
        } else {
            IssueState::Ongoing
        }
    }

    /// Resolved or ignored, when it is.
    pub(super) fn silence(&self, as_of: Timestamp) -> Option<IssueState> {
        match &self.said.as_ref()?.word {
            Word::Resolved { .. } if self.regressed_from().is_none() => Some(IssueState::Resolved),
            Word::Ignored { until } if self.is_ignored(until, as_of) => Some(IssueState::Ignored),
            _ => None,
        }
    }

    /// The resolution that did not hold: when somebody said resolved, and an occurrence came later than that and the grace, in a version that is not
    /// known to be older than the one it was resolved in.
    pub fn regressed_from(&self) -> Option<Timestamp> {
        let said = self.said.as_ref()?;
        let Word::Resolved { in_version } = &said.word else {
            return None;
        };
        let after = said.at.checked_add(REGRESSION_GRACE).ok()?;
        self.facts.versions.seen_after(after, in_version.as_deref()).then_some(said.at)
    }

    fn is_ignored(&self, until: &Until, as_of: Timestamp) -> bool {
        match until {
            Until::Forever => true,
            Until::Time { time } => as_of < *time,
            Until::Count { count } => self.facts.count < *count,
            Until::Escalating => self.announced.woken.is_none() || self.announced.woken != self.said.as_ref().map(|said| said.at),
        }
    }
}
