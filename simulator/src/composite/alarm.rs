//! The state machine over the states of other alarms.

use super::CompositeConfig;
use crate::alarm::{AlarmState, Transition};

/// One composite alarm, its state and its history.
#[derive(Clone, Debug)]
pub struct CompositeAlarm {
    config: CompositeConfig,
    state: AlarmState,
    history: Vec<Change>,
}

/// A change of its state.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The change.
    pub transition: Transition,
    /// The alarms that made it, in the order of the rule; none when the alarm was only created.
    pub children: Vec<Child>,
}

/// An alarm of the rule that changed its own state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Child {
    /// ARN.
    pub arn: String,
    /// Its new state.
    pub state: AlarmState,
    /// When it changed, milliseconds since 1970.
    pub at_ms: i64,
}

impl CompositeAlarm {
    /// A new alarm: `INSUFFICIENT_DATA` until its first evaluation.
    pub const fn new(config: CompositeConfig) -> Self {
        Self { config, state: AlarmState::InsufficientData, history: Vec::new() }
    }

    /// What it is.
    pub const fn config(&self) -> &CompositeConfig {
        &self.config
    }

    /// Its state.
    pub const fn state(&self) -> AlarmState {
        self.state
    }

    /// Its changes of state so far, oldest first.
    pub fn history(&self) -> &[Change] {
        &self.history
    }

    /// Evaluates the rule. `changed`: what the alarms of the rule did since the last time. A change of state is returned and recorded.
    pub fn evaluate(&mut self, state_of: &dyn Fn(&str) -> AlarmState, changed: &dyn Fn(&str) -> Option<Child>, now_ms: i64) -> Option<&Change> {
        let state = if self.config.rule.holds(state_of) { AlarmState::Alarm } else { AlarmState::Ok };
        if state == self.state {
            return None;
        }
        let created = self.history.is_empty();
        let children: Vec<Child> = if created { Vec::new() } else { self.config.rule.alarms().into_iter().filter_map(changed).collect() };
        let reason = match children.first() {
            Some(child) => format!("{} transitioned to {} at {}", child.arn, child.state, moment(child.at_ms)),
            None => format!("{} was created and its alarm rule evaluates to {state}", self.config.arn),
        };
        let transition = Transition { at_ms: now_ms, from: self.state, to: state, reason };
        self.state = state;
        self.history.push(Change { transition, children });
        self.history.last()
    }
}

/// `Wednesday 10 November, 2021 02:45:55 UTC`, as CloudWatch writes it.
fn moment(milliseconds: i64) -> String {
    jiff::Timestamp::from_millisecond(milliseconds).map_or_else(|_| milliseconds.to_string(), |at| at.strftime("%A %d %B, %Y %H:%M:%S UTC").to_string())
}
