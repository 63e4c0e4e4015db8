//! When people hear of issues, how often, and when they are left alone.

use serde::{Deserialize, Serialize};

use crate::severity::Severity;

/// Transitions and counts at which an issue is told to people, and how much they are told at a time.
///
/// A plan that lacks one of the later fields means its default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "one switch a transition, as the config has them")]
pub struct NotifyPolicy {
    /// On a new issue.
    pub new: bool,
    /// When a resolved issue is seen again.
    pub regressed: bool,
    /// When an issue is seen far more often than its own history allows.
    #[serde(default = "yes")]
    pub escalating: bool,
    /// When somebody resolved an issue.
    #[serde(default)]
    pub resolved: bool,
    /// When the number of occurrences passes one of these; a jump over several sends only the highest. Ascending.
    pub at: Vec<u64>,
    /// How long the first message of a (service, category) waits for more of its kind, seconds.
    #[serde(default = "group_wait")]
    pub group_wait_seconds: u32,
    /// Shortest time between two digests of a route, seconds.
    #[serde(default = "digest")]
    pub digest_seconds: u32,
    /// After this long an issue that still happens is told again, seconds.
    #[serde(default = "repeat")]
    pub repeat_seconds: u32,
    /// Most messages beside digests.
    #[serde(default)]
    pub limit: MessageLimit,
    /// When nobody is to be woken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet: Option<QuietHours>,
}

/// A token bucket for a route and one for each service in it: so many messages in a row, and as many again over each period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageLimit {
    /// Messages to one route.
    pub route: u32,
    /// Messages about one service to one route.
    pub service: u32,
    /// Time in which an empty bucket fills, seconds.
    pub period_seconds: u32,
}

/// Hours in which only the most urgent is sent. What is held back is told when they end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// First quiet minute of the local day.
    pub from_minute: u16,
    /// First minute after; earlier than `from_minute` when the hours go over midnight.
    pub until_minute: u16,
    /// Severities that are sent all the same.
    pub except: Vec<Severity>,
    /// Name of the time zone, for people: `Europe/Berlin`.
    pub time_zone: String,
    /// Its rule in the form of POSIX: `CET-1CEST,M3.5.0,M10.5.0/3`. The functions carry no time zone database.
    pub time_zone_rule: String,
}

const fn yes() -> bool {
    true
}

const fn group_wait() -> u32 {
    30
}

const fn digest() -> u32 {
    5 * 60
}

const fn repeat() -> u32 {
    4 * 3600
}

impl Default for MessageLimit {
    fn default() -> Self {
        Self { route: 6, service: 3, period_seconds: 15 * 60 }
    }
}

impl Default for NotifyPolicy {
    fn default() -> Self {
        Self {
            new: true,
            regressed: true,
            escalating: yes(),
            resolved: false,
            at: vec![10, 100, 1_000, 10_000],
            group_wait_seconds: group_wait(),
            digest_seconds: digest(),
            repeat_seconds: repeat(),
            limit: MessageLimit::default(),
            quiet: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_of_an_older_plan_means_the_defaults() {
        let old: NotifyPolicy = serde_json::from_str(r#"{"new":true,"regressed":true,"at":[10,100,1000,10000]}"#).unwrap();
        assert_eq!(old, NotifyPolicy::default());
        assert!(serde_json::from_str::<NotifyPolicy>(r#"{"new":true,"regressed":true,"at":[],"silent":true}"#).is_err());
    }
}
