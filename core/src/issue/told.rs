//! What is told to people: one message about one or more issues, as it was decided and before it is written out.
//!
//! Every message says why it is sent, every issue in it why it stands there, and a digest what was held back.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Fingerprint, Transition};
use crate::severity::Severity;

/// What one line of a message says of an issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brief {
    /// Identity.
    pub fingerprint: Fingerprint,
    /// Type and masked message, one line.
    pub headline: String,
    /// Severity.
    pub severity: Severity,
    /// Occurrences so far.
    pub count: u64,
    /// Occurrences on an ordinary day, as far as its history tells; `None` when it is too young for that.
    pub usual_per_day: Option<u64>,
    /// First seen.
    pub first_seen: Timestamp,
    /// Last seen.
    pub last_seen: Timestamp,
    /// What to do first; may be empty.
    pub first_step: String,
}

/// An issue in a message, with what happened to it since people last heard of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// The issue.
    pub brief: Brief,
    /// What happened, at most one of each kind; empty when it only goes on happening.
    pub transitions: Vec<Transition>,
    /// How many notices this line stands for.
    pub notices: u64,
}

/// The issues of one service and category in a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Service.
    pub service: String,
    /// Category.
    pub category: String,
    /// The highest of its issues' severities.
    pub severity: Severity,
    /// Why it stands in this message.
    pub placing: Placing,
    /// Its issues, most urgent first.
    pub issues: Vec<Listed>,
}

/// Why a section stands in a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "placing", rename_all = "snake_case")]
pub enum Placing {
    /// It is critical.
    Critical,
    /// The first of its service and category.
    First {
        /// How long it waited for more, seconds.
        waited_seconds: u32,
    },
    /// It came after the first message of its service and category.
    Later {
        /// When that was.
        told_at: Timestamp,
    },
    /// The limit of messages held it back.
    Limited,
    /// Quiet hours held it back.
    Quiet,
    /// It still happens.
    Repeat {
        /// When it was last told.
        told_at: Timestamp,
        /// Occurrences since then.
        more: u64,
    },
}

/// Form of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// One issue.
    Alone,
    /// Several issues of one service and category.
    Group,
    /// Several services or categories, and what was held back.
    Digest,
}

/// Why a message is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Why {
    /// A critical error is told at once.
    Critical,
    /// More critical errors at once than messages are free: they share one.
    CriticalTogether {
        /// Services and categories.
        groups: usize,
        /// Messages that were free.
        free: u32,
    },
    /// The first of its service and category.
    First {
        /// How long it waited for more, seconds.
        waited_seconds: u32,
    },
    /// Told hours ago and still happening.
    Repeat {
        /// Policy's time, seconds.
        after_seconds: u32,
    },
    /// What came after the first messages, or over their limit, and what was held back.
    Digest {
        /// Shortest time between two, seconds.
        every_seconds: u32,
    },
}

/// Why notices are counted and not listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suppression {
    /// Network and throttling errors of a service in which something critical happens.
    Inhibited,
    /// More issues at once than a message lists.
    TooMany,
    /// Somebody ignores the issue.
    Ignored,
    /// A rule says `notify: never`.
    Rule,
    /// The policy does not tell this transition.
    Unwanted,
}

/// Notices that were counted and not listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppressed {
    /// Why.
    pub reason: Suppression,
    /// Service; empty for those of several services.
    pub service: String,
    /// How many.
    pub notices: u64,
}

/// One message to one route.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Identity: the same decision gives the same one.
    pub id: String,
    /// Route.
    pub route: String,
    /// Form.
    pub form: Form,
    /// When it was decided.
    pub at: Timestamp,
    /// The highest severity in it.
    pub severity: Severity,
    /// Why it is sent.
    pub why: Why,
    /// Its issues, most urgent first.
    pub sections: Vec<Section>,
    /// What was counted and not listed since the last digest; only a digest has some.
    pub suppressed: Vec<Suppressed>,
    /// Notices that wait for a later message, to be listed or counted there.
    pub waiting: u64,
    /// When the route's last message was decided.
    pub previous: Option<Timestamp>,
}

impl Told {
    /// Every issue in it, most urgent first.
    pub fn issues(&self) -> impl Iterator<Item = &Listed> {
        self.sections.iter().flat_map(|section| &section.issues)
    }

    /// How many notices its lines stand for.
    pub fn listed(&self) -> u64 {
        self.issues().map(|issue| issue.notices).sum()
    }

    /// How many notices it counts without listing them.
    pub fn suppressed(&self) -> u64 {
        self.suppressed.iter().map(|suppressed| suppressed.notices).sum()
    }
}

/// Seconds as a person says them.
pub fn seconds_in_words(seconds: u32) -> String {
    let (number, unit) = match seconds {
        s if s > 0 && s % 3600 == 0 => (s / 3600, "hour"),
        s if s > 0 && s % 60 == 0 => (s / 60, "minute"),
        s => (s, "second"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Critical => f.write_str("a critical error is told at once"),
            Self::CriticalTogether { groups, free } => {
                write!(f, "critical errors are told at once; {groups} kinds came together, and {free} messages were free under errors.notify.limit")
            }
            Self::First { waited_seconds } => {
                write!(f, "it is the first of its service and category; {} passed in which more of its kind could join it", seconds_in_words(*waited_seconds))
            }
            Self::Repeat { after_seconds } => write!(f, "it still happens {} after the last message", seconds_in_words(*after_seconds)),
            Self::Digest { every_seconds } => {
                write!(
                    f,
                    "it gathers what came after the first message of its kind, and what a limit or quiet hours held back; at most one every {}",
                    seconds_in_words(*every_seconds)
                )
            }
        }
    }
}

impl Placing {
    /// In words, to be put behind "here because".
    pub fn words(&self, clock: impl Fn(Timestamp) -> String) -> String {
        match self {
            Self::Critical => "it is critical".to_owned(),
            Self::First { waited_seconds } => format!("it is the first of its kind, gathered over {}", seconds_in_words(*waited_seconds)),
            Self::Later { told_at } => format!("its first message went out at {}", clock(*told_at)),
            Self::Limited => "the limit of messages held it back".to_owned(),
            Self::Quiet => "quiet hours held it back".to_owned(),
            Self::Repeat { told_at, more } => format!("it goes on: seen {more} more times since {}", clock(*told_at)),
        }
    }
}

impl Suppression {
    /// In words, to be put behind a number of notices.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Inhibited => "of network or throttling errors while something critical happens in the same service",
            Self::TooMany => "of less urgent issues, more than one message lists",
            Self::Ignored => "of issues that somebody ignores",
            Self::Rule => "of errors with the rule notify: never",
            Self::Unwanted => "of transitions that errors.notify switches off",
        }
    }
}

/// What happened, in one sentence.
impl fmt::Display for Transition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::New => f.write_str("it has not been seen before"),
            Self::Regressed => f.write_str("it had been resolved and is seen again"),
            Self::Escalating { count, minutes, limit } => {
                write!(f, "it was seen {count} times in {minutes} minutes; its own history allows {limit}")
            }
            Self::Resolved => f.write_str("somebody declared it resolved"),
            Self::Reached { step } => write!(f, "it has reached {step} occurrences, a step of errors.notify.at"),
        }
    }
}

impl Transition {
    /// The word for it in messages and attributes.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Regressed => "regressed",
            Self::Escalating { .. } => "escalating",
            Self::Resolved => "resolved",
            Self::Reached { .. } => "reached",
        }
    }
}
