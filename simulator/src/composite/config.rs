//! What a composite alarm is.

use super::Rule;
use crate::alarm::Actions;

/// One composite alarm.
#[derive(Clone, Debug)]
pub struct CompositeConfig {
    /// Alarm name.
    pub name: String,
    /// ARN.
    pub arn: String,
    /// Description, empty when there is none.
    pub description: String,
    /// What happens on a change of state.
    pub actions: Actions,
    /// When it is in ALARM.
    pub rule: Rule,
    /// The same as it is written, for messages.
    pub rule_text: String,
    /// What holds its actions back.
    pub suppressor: Option<Suppressor>,
}

/// What holds the actions of a composite alarm back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressor {
    /// Name of the alarm that does so while it is in ALARM.
    pub alarm: String,
    /// Seconds to wait for it.
    pub wait_seconds: u32,
    /// Seconds to hold on after it.
    pub extension_seconds: u32,
}
