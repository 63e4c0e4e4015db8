//! What is to happen to which calls.

use std::{fmt, sync::atomic::AtomicUsize, time::Duration};

use super::Service;

/// Whether a call takes effect before it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It never reaches the service.
    Before,
    /// The service does it, and its answer is lost.
    After,
}

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Turned away for now, with the code the service uses.
    Throttled,
    /// Status 500.
    ServerError(Effect),
    /// The connection is reset instead of an answer.
    Reset(Effect),
    /// No answer ever comes.
    NoAnswer(Effect),
    /// The answer comes so late.
    Slow(Duration),
    /// Success for the first half of the entries, failure for the rest: `SendMessageBatch`, `PublishBatch`, `BatchGetItem`.
    Partial,
    /// Success for the first half of the entries, a refusal for good of the rest: `SendMessageBatch`, `PublishBatch`.
    PartlyRefused,
    /// Not allowed.
    Denied,
    /// Refused because the function's clock is off.
    ClockRefused,
    /// The answer's `Date` is so many seconds off.
    DateOff(i32),
    /// The process that calls is ended.
    Kill(Effect),
}

impl Fault {
    /// Whether a call that was hit may have been done although the function was told otherwise.
    pub const fn effect(self) -> Option<Effect> {
        match self {
            Self::ServerError(effect) | Self::Reset(effect) | Self::NoAnswer(effect) | Self::Kill(effect) => Some(effect),
            Self::Slow(_) | Self::DateOff(_) | Self::Partial | Self::PartlyRefused => None,
            Self::Throttled | Self::Denied | Self::ClockRefused => Some(Effect::Before),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let when = |effect: &Effect| match effect {
            Effect::Before => "before it took effect",
            Effect::After => "after it took effect",
        };
        match self {
            Self::Throttled => formatter.write_str("throttled"),
            Self::ServerError(effect) => write!(formatter, "status 500 {}", when(effect)),
            Self::Reset(effect) => write!(formatter, "connection reset {}", when(effect)),
            Self::NoAnswer(effect) => write!(formatter, "no answer, {}", when(effect)),
            Self::Slow(by) => write!(formatter, "answered after {} ms", by.as_millis()),
            Self::Partial => formatter.write_str("half of its entries failed"),
            Self::PartlyRefused => formatter.write_str("half of its entries refused"),
            Self::Denied => formatter.write_str("access denied"),
            Self::ClockRefused => formatter.write_str("refused: clock skew"),
            Self::DateOff(by) => write!(formatter, "answered with a date {by} s off"),
            Self::Kill(effect) => write!(formatter, "process killed {}", when(effect)),
        }
    }
}

/// Which of the calls a rule is about are hit, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calls {
    /// All.
    All,
    /// This one.
    Nth(usize),
    /// The first so many.
    First(usize),
    /// So many, from one on, each so many calls after the one before.
    Spread {
        /// The first that is hit.
        from: usize,
        /// Distance.
        step: usize,
        /// How many are hit.
        times: usize,
    },
}

impl Calls {
    const fn hits(self, number: usize) -> bool {
        match self {
            Self::All => true,
            Self::Nth(nth) => number == nth,
            Self::First(times) => number <= times,
            Self::Spread { from, step, times } => number >= from && (number - from).is_multiple_of(step) && (number - from) / step < times,
        }
    }
}

/// A rule: calls of one kind, which of them, and what happens to them.
#[derive(Debug)]
pub struct Rule {
    /// Function that calls; any when not given.
    pub function: Option<&'static str>,
    /// Service; any when not given.
    pub service: Option<Service>,
    /// Operation; any when not given.
    pub operation: Option<&'static str>,
    /// Which of them.
    pub calls: Calls,
    /// What happens.
    pub fault: Fault,
    seen: AtomicUsize,
}

impl Rule {
    /// Some calls of one operation.
    pub const fn new(service: Service, operation: &'static str, calls: Calls, fault: Fault) -> Self {
        Self { function: None, service: Some(service), operation: Some(operation), calls, fault, seen: AtomicUsize::new(0) }
    }

    /// Some calls of one service, whatever operation.
    pub const fn service(service: Service, calls: Calls, fault: Fault) -> Self {
        Self { function: None, service: Some(service), operation: None, calls, fault, seen: AtomicUsize::new(0) }
    }

    /// Some of all calls of one function.
    pub const fn function(function: &'static str, calls: Calls, fault: Fault) -> Self {
        Self { function: Some(function), service: None, operation: None, calls, fault, seen: AtomicUsize::new(0) }
    }

    /// The same for calls of one function alone.
    #[must_use]
    pub const fn of(mut self, function: &'static str) -> Self {
        self.function = Some(function);
        self
    }

    /// Counts a call. Whether it is hit.
    pub(super) fn hits(&self, function: &str, service: Service, operation: &str) -> bool {
        let about = self.function.is_none_or(|name| name == function)
            && self.service.is_none_or(|name| name == service)
            && self.operation.is_none_or(|name| name == operation);
        about && self.calls.hits(self.seen.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1)
    }
}
