//! A subscription filter: which events of which log groups go where.

use std::collections::BTreeSet;

use skywarden_core::pattern::FilterPattern;

/// One subscription filter, of a log group or of the account.
#[derive(Clone, Debug)]
pub struct SubscriptionFilter {
    /// Filter name, or the account policy's, which the function sees in each batch.
    pub name: String,
    /// Whose events.
    pub log_groups: LogGroups,
    /// Which events.
    pub pattern: FilterPattern,
    /// Where they go.
    pub destination: Destination,
}

/// The log groups a filter is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogGroups {
    /// One.
    One(String),
    /// Every one of the account but these.
    AllBut(BTreeSet<String>),
}

/// Where a filter's events go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// To the function of this name.
    Function(String),
    /// Into the stream with this ARN.
    Stream(String),
}
