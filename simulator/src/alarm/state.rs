//! The state machine around the evaluations.

use std::fmt;

use crate::{
    alarm::{AlarmConfig, Decision, EvaluationSettings, evaluate, reason},
    math::MathError,
    statistics::MetricStore,
};

/// State of an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AlarmState {
    /// The rule is not met.
    Ok,
    /// The rule is met.
    Alarm,
    /// Not enough is known.
    InsufficientData,
}

impl AlarmState {
    /// The word in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Alarm => "ALARM",
            Self::InsufficientData => "INSUFFICIENT_DATA",
        }
    }
}

impl fmt::Display for AlarmState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// A change of state.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// From.
    pub from: AlarmState,
    /// To.
    pub to: AlarmState,
    /// Why, in CloudWatch's wording.
    pub reason: String,
}

/// One alarm, its state and its history.
#[derive(Clone, Debug)]
pub struct Alarm {
    config: AlarmConfig,
    state: AlarmState,
    reason: String,
    history: Vec<Transition>,
}

impl Alarm {
    /// A new alarm: `INSUFFICIENT_DATA` until its first evaluation.
    pub fn new(config: AlarmConfig) -> Self {
        Self { config, state: AlarmState::InsufficientData, reason: reason::INITIAL.to_owned(), history: Vec::new() }
    }

    /// What it is.
    pub const fn config(&self) -> &AlarmConfig {
        &self.config
    }

    /// Its state.
    pub const fn state(&self) -> AlarmState {
        self.state
    }

    /// Why it is in that state.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Its changes of state so far, oldest first.
    pub fn history(&self) -> &[Transition] {
        &self.history
    }

    /// Evaluates the alarm at `now_ms` (milliseconds since 1970) when its cadence falls on that second; a change of state is returned and
    /// recorded.
    ///
    /// # Errors
    /// A [`MathError`] when its expression cannot be computed.
    pub fn evaluate(&mut self, store: &MetricStore, settings: &EvaluationSettings, now_ms: i64) -> Result<Option<&Transition>, MathError> {
        let now = now_ms.div_euclid(1000);
        let cadence = EvaluationSettings::cadence(&self.config.rule);
        if (now - i64::from(settings.data_delay_seconds)).rem_euclid(cadence) != 0 {
            return Ok(None);
        }
        let window = settings.window(&self.config.rule, now);
        let range = self.config.signal.datapoints(store, window)?;
        Ok(self.apply(evaluate(&range, &self.config.rule), now_ms))
    }

    fn apply(&mut self, decision: Decision, now_ms: i64) -> Option<&Transition> {
        let Decision::Become { state, reason } = decision else {
            return None;
        };
        if state == self.state {
            return None;
        }
        self.history.push(Transition { at_ms: now_ms, from: self.state, to: state, reason: reason.clone() });
        self.state = state;
        self.reason = reason;
        self.history.last()
    }
}
