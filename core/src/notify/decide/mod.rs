//! Deciding what to send: a pure function from (what is remembered, what happened, the time) to messages, each with its reason.
//!
//! One [`Ledger`] a route. The rules:
//!
//! 1. Only transitions are told (new, regressed, escalating, resolved if wished) and steps of the count; several steps of an issue that waits are
//!    one line with the highest.
//! 2. The first of a (service, category) waits [`NotifyPolicy::group_wait_seconds`] for more of its kind and is one message. What comes later goes
//!    into a digest, one at most every [`NotifyPolicy::digest_seconds`] for the whole route. What still happens [`NotifyPolicy::repeat_seconds`]
//!    after it was last told (it was seen within the last quarter of that time) is told again: in a digest, or alone when it is critical.
//! 3. What is critical does not wait: its message is decided with the occasion itself. Only growth of a critical issue whose group was told within
//!    the last digest interval joins the digest.
//! 4. A bucket of messages for the route and one for each service. Ordinary messages leave half of the route's bucket to critical ones. When more
//!    groups are due than messages are free, they share one digest; digests need no token, their interval is their limit.
//! 5. Network and throttling errors of a service are counted and not told for [`FIRING_SECONDS`] after something critical happened in it.
//! 6. Quiet hours hold back all but the severities they except; what was held is told when they end.
//! 7. What is ignored or has the rule `notify: never` is never told. It is counted in the next digest and makes none due.
//!
//! Nothing is lost and nothing is told twice: every occasion ends in one line of one message, or in one count of one digest. The function looks at
//! the time it is given only, so late ticks delay and change nothing else.

mod bucket;
mod ledger;
mod occasion;
mod quiet;
mod round;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod storm;
#[cfg(test)]
mod tests;

use std::fmt;

use jiff::Timestamp;

pub use ledger::{LEDGER_FORMAT, Ledger, MAX_BUCKETS, MAX_COUNTS, MAX_FIRING, MAX_GROUPS, MAX_LISTED, MAX_REMEMBERED, MAX_SEEN};
pub use occasion::{Occasion, Sighting, Silence};

use crate::{
    issue::{Suppression, Told, seconds_in_words},
    plan::{NotifyPolicy, PlanError},
};
use bucket::Rate;
use quiet::Quiet;

/// Categories that are noise while something critical happens in the same service.
pub const INHIBITED_CATEGORIES: [&str; 2] = ["network", "throttling"];

/// How long something critical counts as happening after its last transition, seconds.
pub const FIRING_SECONDS: u32 = 30 * 60;

/// Most messages of one kind (critical, ordinary) in one decision; with more groups due they share one.
pub const MAX_AT_ONCE: u32 = 3;

/// A compiled policy.
#[derive(Clone, Debug)]
pub struct Sending {
    policy: NotifyPolicy,
    quiet: Option<Quiet>,
    route: Rate,
    service: Rate,
    /// Tokens of a route that ordinary messages leave alone.
    reserve: u32,
}

/// What happened since the last decision.
#[derive(Clone, Copy, Debug, Default)]
pub struct Input<'a> {
    /// Transitions, in any order.
    pub occasions: &'a [Occasion],
    /// How the issues of [`Ledger::to_look_up`] are now; `None` when they were not looked up.
    pub sightings: Option<&'a [Sighting]>,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What to remember.
    pub ledger: Ledger,
    /// What to send, in this order.
    pub messages: Vec<Told>,
    /// Which of the occasions are not in these messages, and why.
    pub held: Vec<Held>,
    /// When to decide again even if nothing happens.
    pub next_due: Option<Timestamp>,
}

/// An occasion that is not sent now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// [`Occasion::notice`].
    pub key: String,
    /// Why.
    pub reason: HeldReason,
}

/// Why an occasion is not sent now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeldReason {
    /// The same occasion was there before.
    Duplicate,
    /// It waits for more of its service and category.
    Gathering {
        /// Policy's wait, seconds.
        wait_seconds: u32,
        /// Until when.
        until: Timestamp,
    },
    /// Its service and category was told; it goes into a digest.
    Digest {
        /// When it was told.
        told_at: Timestamp,
        /// Earliest time of the digest.
        until: Timestamp,
    },
    /// The limit of messages is used up; it goes into a digest.
    Limited {
        /// Messages in a row.
        messages: u32,
        /// Over which time they come back, seconds.
        period_seconds: u32,
        /// Earliest time of the digest.
        until: Timestamp,
    },
    /// Quiet hours.
    Quiet {
        /// Their end.
        until: Timestamp,
    },
    /// Counted and never listed.
    Suppressed(Suppression),
}

impl Sending {
    /// Compiles a policy.
    ///
    /// # Errors
    /// [`PlanError::Invalid`] when the quiet hours are none.
    pub fn new(policy: &NotifyPolicy) -> Result<Self, PlanError> {
        let route = Rate::new(policy.limit.route, policy.limit.period_seconds);
        Ok(Self {
            quiet: policy.quiet.as_ref().map(Quiet::new).transpose()?,
            route,
            service: Rate::new(policy.limit.service, policy.limit.period_seconds),
            reserve: route.capacity / 2,
            policy: policy.clone(),
        })
    }

    /// The policy it was made of.
    pub const fn policy(&self) -> &NotifyPolicy {
        &self.policy
    }
}

/// Decides what one route is sent now.
pub fn decide(ledger: Ledger, route: &str, input: &Input<'_>, now: Timestamp, sending: &Sending) -> Decision {
    round::run(ledger, route, input, now, sending)
}

impl fmt::Display for HeldReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate => f.write_str("the same transition was there before"),
            Self::Gathering { wait_seconds, until } => {
                write!(f, "the first of its service and category waits {} for more of its kind, until {until}", seconds_in_words(*wait_seconds))
            }
            Self::Digest { told_at, until } => write!(f, "its service and category was told at {told_at}: it goes into the digest, not before {until}"),
            Self::Limited { messages, period_seconds, until } => write!(
                f,
                "the limit of {messages} messages in a row, filled over {}, is used up: it goes into the digest, not before {until}",
                seconds_in_words(*period_seconds)
            ),
            Self::Quiet { until } => write!(f, "quiet hours hold until {until}"),
            Self::Suppressed(reason) => write!(f, "one {}: counted in the next digest", reason.words()),
        }
    }
}
