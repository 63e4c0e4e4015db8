//! What has been told of an issue, so that nothing is told twice.
//!
//! This is the one part of an issue that depends on when batches came: a step that was jumped over is never told, and an escalation is told when it is
//! seen. It only ever grows.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    Fingerprint, Issue,
    action::{Until, Word},
    escalation::{Escalation, WINDOW_MINUTES, escalation},
    outbox::{Notice, OutboxEntry, Transition},
};

/// An escalation that is found out later than this after the issue's latest occurrence is not told: what is over needs nobody at once.
pub const ESCALATION_NEWS: SignedDuration = SignedDuration::from_mins(30);

/// What has been told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announced {
    /// Occurrences up to which steps have been looked at.
    pub count: u64,
    /// The resolution whose regression was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regressed: Option<Timestamp>,
    /// When the escalation that was told last was still going on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalating: Option<Timestamp>,
    /// The "ignored until it escalates" that an escalation ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub woken: Option<Timestamp>,
}

/// Something to tell of an issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// Identity: the same transition of the same episode of an issue has the same id.
    pub id: String,
    /// What happened.
    pub transition: Transition,
}

impl Announcement {
    /// The announcement of a transition in an episode: the time of the resolution, the begin of the escalation, the step.
    pub(super) fn new(issue: &Fingerprint, transition: Transition, episode: impl std::fmt::Display) -> Self {
        let word = match transition {
            // An issue is new once.
            Transition::New => return Self { id: format!("{issue}-new"), transition },
            Transition::Regressed => "regressed",
            Transition::Escalating { .. } => "escalating",
            Transition::Resolved => "resolved",
            Transition::Reached { .. } => "reached",
        };
        Self { id: format!("{issue}-{word}-{episode}"), transition }
    }

    /// The entry of the outbox that tells it.
    pub fn entry(self, issue: &Issue, due: Timestamp) -> OutboxEntry {
        let mut issue = Box::new(issue.clone());
        issue.spread = None;
        let notice = Notice::Issue { transition: self.transition, issue };
        OutboxEntry { id: self.id, due, notice, published: Vec::new(), attempts: 0 }
    }
}

impl Issue {
    /// Decides what to tell after occurrences were counted, and remembers it. Of several things only the most important is told: regressed, new,
    /// escalating, a step. An escalation that had to stand back is told with the next batch if it still goes on; a step is not.
    pub(super) fn announce(&mut self, is_new: bool, steps: &[u64], as_of: Timestamp) -> Option<Announcement> {
        let before = self.announced.count;
        self.announced.count = before.max(self.facts.count);
        let moment = self.facts.last_seen.min(as_of);
        let is_news = as_of.duration_since(moment) <= ESCALATION_NEWS;
        let episode = if is_news { escalation(&self.facts, moment) } else { None };
        self.wake(episode);
        if self.silence(as_of).is_some() {
            return None;
        }
        let episode = episode.filter(|episode| !self.was_told(episode, moment));
        if let Some(at) = self.regressed_from().filter(|&at| self.announced.regressed < Some(at)) {
            self.announced.regressed = Some(at);
            return Some(Announcement::new(&self.fingerprint, Transition::Regressed, at.as_millisecond()));
        }
        if is_new {
            return Some(Announcement::new(&self.fingerprint, Transition::New, ""));
        }
        if let Some(Escalation { since, count, limit }) = episode {
            self.announced.escalating = self.announced.escalating.max(Some(moment));
            return Some(Announcement::new(&self.fingerprint, Transition::Escalating { count, minutes: WINDOW_MINUTES, limit }, since.as_second()));
        }
        let end_of_ignoring = match self.said.as_ref().map(|said| &said.word) {
            Some(Word::Ignored { until: Until::Count { count } }) => Some(*count),
            _ => None,
        };
        let step = steps.iter().copied().chain(end_of_ignoring).filter(|&step| before < step && step <= self.facts.count).max()?;
        Some(Announcement::new(&self.fingerprint, Transition::Reached { step }, step))
    }

    /// An escalation that began after the issue was ignored until one does ends the ignoring.
    fn wake(&mut self, episode: Option<Escalation>) {
        if let Some(said) = &self.said
            && said.word == (Word::Ignored { until: Until::Escalating })
            && episode.is_some_and(|episode| episode.since > said.at)
        {
            self.announced.woken = Some(said.at);
        }
    }

    /// Whether an episode is the one that was told, which then still goes on.
    fn was_told(&mut self, episode: &Escalation, moment: Timestamp) -> bool {
        let told = self.announced.escalating.is_some_and(|still| episode.since <= still);
        if told {
            self.announced.escalating = self.announced.escalating.max(Some(moment));
        }
        told
    }
}
