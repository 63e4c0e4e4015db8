//! Composite alarms as CloudWatch evaluates them.
//!
//! [`Rule`] is the language of their rules, [`CompositeAlarm`] the state machine over the states of other alarms, [`Suppression`] what holds their actions
//! back, and [`notification`] the message they publish. [`order`] finds rules that lead back to themselves, which CloudWatch stops evaluating.

mod alarm;
mod config;
pub mod notification;
pub mod order;
mod parse;
mod rule;
mod suppression;

pub use alarm::{Change, Child, CompositeAlarm};
pub use config::{CompositeConfig, Suppressor};
pub use parse::RuleError;
pub(crate) use parse::named;
pub use rule::{Least, Rule};
pub use suppression::Suppression;
