//! Occasions: what may be told, and what is known of an issue that was told before.

use jiff::Timestamp;

use crate::{
    issue::{Baseline, Brief, Issue, IssueState, Transition},
    plan::NotifyPolicy,
    severity::Severity,
};

/// Longest headline, characters.
const MAX_HEADLINE: usize = 160;

/// Longest first step, characters.
const MAX_FIRST_STEP: usize = 200;

/// Longest name of a service or category that is kept, characters.
const MAX_NAME: usize = 128;

/// An issue's history says what is usual when it has so many whole hours.
const OLD_ENOUGH_HOURS: u32 = 24;

/// Why an issue is never told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// Somebody ignores it.
    Ignored,
    /// A rule says `notify: never`.
    Rule,
}

/// A transition of an issue that may be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occasion {
    /// Id of the notice, that of its outbox entry: issue, transition and episode. The same one counts once.
    pub notice: String,
    /// The issue as of the transition.
    pub brief: Brief,
    /// Service with the most occurrences.
    pub service: String,
    /// Category.
    pub category: String,
    /// What happened.
    pub transition: Transition,
    /// When it happened.
    pub at: Timestamp,
    /// Why it is never told, if so.
    pub silence: Option<Silence>,
}

/// An issue that was told before, as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The issue.
    pub brief: Brief,
    /// Whether it may be told.
    pub silent: bool,
}

impl Occasion {
    /// The occasion of an issue's transition, by the id of its notice.
    pub fn of(notice: &str, transition: &Transition, issue: &Issue) -> Self {
        let service = issue.services.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0))).map_or("", |(name, _)| name.as_str());
        Self {
            notice: notice.to_owned(),
            brief: brief(issue),
            service: cut(service, MAX_NAME),
            category: cut(&issue.category, MAX_NAME),
            transition: transition.clone(),
            at: issue.last_seen,
            silence: silence(issue),
        }
    }

    /// Whether it is the bad news of something critical.
    pub(super) fn is_critical(&self) -> bool {
        self.brief.severity == Severity::Critical && self.transition != Transition::Resolved
    }

    /// Whether the policy tells transitions of this kind.
    pub(super) fn is_wanted(&self, policy: &NotifyPolicy) -> bool {
        match self.transition {
            Transition::New => policy.new,
            Transition::Regressed => policy.regressed,
            Transition::Escalating { .. } => policy.escalating,
            Transition::Resolved => policy.resolved,
            Transition::Reached { step } => policy.at.contains(&step),
        }
    }
}

impl Sighting {
    /// The sighting of an issue.
    pub fn of(issue: &Issue) -> Self {
        Self { brief: brief(issue), silent: silence(issue).is_some() || issue.state == IssueState::Resolved }
    }
}

fn silence(issue: &Issue) -> Option<Silence> {
    if issue.state == IssueState::Ignored {
        Some(Silence::Ignored)
    } else if issue.notify {
        None
    } else {
        Some(Silence::Rule)
    }
}

fn brief(issue: &Issue) -> Brief {
    let headline = if issue.kind.is_empty() { issue.template.clone() } else { format!("{}: {}", issue.kind, issue.template) };
    Brief {
        fingerprint: issue.fingerprint.clone(),
        headline: cut(&headline.split_whitespace().collect::<Vec<_>>().join(" "), MAX_HEADLINE),
        severity: issue.severity,
        count: issue.count,
        usual_per_day: usual_per_day(&issue.baseline(issue.last_seen)),
        first_seen: issue.first_seen,
        last_seen: issue.last_seen,
        first_step: cut(&issue.first_step, MAX_FIRST_STEP),
    }
}

/// The mean of its last days, once they are long enough to mean something.
fn usual_per_day(baseline: &Baseline) -> Option<u64> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a mean of counts is not negative, and one beyond every count is the highest")]
    (baseline.hours >= OLD_ENOUGH_HOURS).then(|| (baseline.per_hour * 24.0).round() as u64)
}

fn cut(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or("")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_headline_is_bounded_on_a_character() {
        assert_eq!(cut(&"é".repeat(200), MAX_HEADLINE).chars().count(), MAX_HEADLINE + 1);
        assert_eq!(cut("short", MAX_HEADLINE), "short");
    }

    #[test]
    fn what_is_usual_needs_a_day_of_history() {
        let of = |hours, per_hour| usual_per_day(&Baseline { hours, per_hour, deviation: 0.0, max_hour: 0, limit: None });
        assert_eq!(of(23, 4.0), None);
        assert_eq!(of(24, 0.52), Some(12));
        assert_eq!(of(168, f64::MAX), Some(u64::MAX));
    }
}
