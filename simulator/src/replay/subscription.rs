//! A subscription filter: which events of a log group a function gets.

use skywarden_core::pattern::FilterPattern;

/// One subscription filter.
#[derive(Clone, Debug)]
pub struct SubscriptionFilter {
    /// Filter name, which the function sees in each batch.
    pub name: String,
    /// Log group.
    pub log_group: String,
    /// Which events.
    pub pattern: FilterPattern,
    /// Name of the function that gets them.
    pub function: String,
}
