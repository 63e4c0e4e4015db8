//! Every physical name and logical id, in one place, so that they stay stable.
//!
//! Shared resources are found by name, never by export: a service stack can be written, deployed and deleted without touching another.

use sha2::{Digest as _, Sha256};

use crate::model::{NamePattern, NamePiece};

/// The three functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Function {
    /// Log lines to metrics.
    MetricsExtractor,
    /// Log lines to issues.
    ErrorClassifier,
    /// Issues and alarms to messages.
    AlertNotifier,
}

impl Function {
    /// All of them, in a fixed order.
    pub const ALL: [Self; 3] = [Self::MetricsExtractor, Self::ErrorClassifier, Self::AlertNotifier];

    /// Short name: the binary's, and the last part of the function's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MetricsExtractor => "metrics-extractor",
            Self::ErrorClassifier => "error-classifier",
            Self::AlertNotifier => "alert-notifier",
        }
    }

    /// The same in Pascal case, for logical ids.
    pub const fn logical(self) -> &'static str {
        match self {
            Self::MetricsExtractor => "MetricsExtractor",
            Self::ErrorClassifier => "ErrorClassifier",
            Self::AlertNotifier => "AlertNotifier",
        }
    }
}

/// Names of one project in one environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    prefix: String,
    project: String,
    environment: String,
    alarms: NamePattern,
}

impl Names {
    /// Names for a project and environment.
    pub fn new(project: &str, environment: &str) -> Self {
        Self { prefix: format!("{project}-{environment}"), project: project.to_owned(), environment: environment.to_owned(), alarms: NamePattern::default() }
    }

    /// The same with alarms named by a pattern.
    #[must_use]
    pub fn with_alarms(self, alarms: NamePattern) -> Self {
        Self { alarms, ..self }
    }

    /// `project-environment`, the prefix of every physical name.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Any resource of the shared stack: `project-environment-what`.
    pub fn shared(&self, what: &str) -> String {
        format!("{}-{what}", self.prefix)
    }

    /// Stack of the shared resources.
    pub fn shared_stack(&self) -> String {
        self.shared("skywarden")
    }

    /// Stack of one service.
    pub fn service_stack(&self, service: &str) -> String {
        format!("{}-service-{service}", self.prefix)
    }

    /// One of the stacks of a service's alarms, when they have stacks of their own.
    pub fn alarm_stack(&self, service: &str, number: u32) -> String {
        format!("{}-alarms-{service}-{number}", self.prefix)
    }

    /// An objective of Application Signals. Its name takes letters, digits, spaces and `- _ .` alone, so the pattern of alarms does not hold for it.
    pub fn objective(&self, service: &str, objective: &str) -> String {
        format!("{}-{service}-{objective}", self.prefix)
    }

    /// Lambda function name.
    pub fn function(&self, function: Function) -> String {
        self.shared(function.as_str())
    }

    /// Log group of a function.
    pub fn function_log_group(&self, function: Function) -> String {
        format!("/aws/lambda/{}", self.function(function))
    }

    /// Stream between log groups and functions.
    pub fn stream(&self) -> String {
        self.shared("logs")
    }

    /// Destination by which log groups of other accounts deliver into the stream.
    pub fn destination(&self) -> String {
        self.shared("logs")
    }

    /// Stack of what the services of another account share there.
    pub fn account_stack(&self, account: &str) -> String {
        self.shared(&format!("account-{account}"))
    }

    /// SSM parameter that holds the ARN of the role by which CloudWatch Logs writes to the stream; a service stack reads it by this name.
    pub fn stream_role_parameter(&self) -> String {
        format!("/skywarden/{}/{}/stream-role-arn", self.project, self.environment)
    }

    /// Topic of a route in one format.
    pub fn route_topic(&self, route: &str, format: &str) -> String {
        format!("{}-route-{route}-{format}", self.prefix)
    }

    /// Namespace of one service's metrics; `skywarden` for the processors' own.
    pub fn namespace(&self, service: &str) -> String {
        format!("{}/{}/{service}", self.project, self.environment)
    }

    /// SSM parameter that holds the ARN of the shared key; a service stack reads it by this name.
    pub fn key_parameter(&self) -> String {
        format!("/skywarden/{}/{}/key-arn", self.project, self.environment)
    }

    /// SSM parameter with the configuration of the agent that sends a service's log.
    pub fn agent_parameter(&self, service: &str) -> String {
        format!("/skywarden/{}/{}/agent/{service}", self.project, self.environment)
    }

    /// Alarm name by the pattern; without one `project-environment-service-what`, or without a service for the project's own `project-environment-what`.
    pub fn alarm(&self, service: Option<&str>, what: &str) -> String {
        self.alarms.fill(|piece| self.fixed(piece).or_else(|| varying(piece, service, Some(what))).unwrap_or_default())
    }

    /// What to search for to find the alarms of a service, or of the whole project.
    pub fn alarm_search(&self, service: Option<&str>) -> String {
        self.alarms.common(service.unwrap_or_default(), |piece| self.fixed(piece).or_else(|| varying(piece, service, None)))
    }

    /// What the names of all alarms of the project begin with; empty when the pattern begins with what differs.
    pub fn alarm_prefix(&self) -> String {
        self.alarms.beginning(|piece| self.fixed(piece))
    }

    /// What stands for a placeholder in all names.
    fn fixed(&self, piece: &NamePiece) -> Option<&str> {
        match piece {
            NamePiece::Project => Some(&self.project),
            NamePiece::Environment => Some(&self.environment),
            NamePiece::Text(_) | NamePiece::Service | NamePiece::Alarm => None,
        }
    }

    /// Mute rule of a service for a maintenance window. No name of either has a `_`, so that two of them never meet.
    pub fn mute_rule(&self, service: &str, window: &str) -> String {
        format!("{}-{service}_{window}", self.prefix)
    }

    /// Dashboard name of a service, or of the overview.
    pub fn dashboard(&self, service: Option<&str>) -> String {
        self.shared(service.unwrap_or("overview"))
    }
}

/// The number of an alarm's stack among so many; 0 when there are none. Rendezvous hashing: the highest of the hashes of its name with each number, so that with a
/// stack more only those alarms move that go there.
pub fn stack_of_alarm(alarm: &str, stacks: u32) -> u32 {
    (1..=stacks).max_by_key(|number| Sha256::digest(format!("{number} {alarm}"))).unwrap_or_default()
}

/// What stands for a placeholder that differs from alarm to alarm.
fn varying<'a>(piece: &NamePiece, service: Option<&'a str>, alarm: Option<&'a str>) -> Option<&'a str> {
    match piece {
        NamePiece::Service => service,
        NamePiece::Alarm => alarm,
        NamePiece::Text(_) | NamePiece::Project | NamePiece::Environment => None,
    }
}

/// A logical id from words: Pascal case, letters and digits only (`no-logs` and `OrderValue` give `NoLogsOrderValue`).
pub fn logical_id(words: &[&str]) -> String {
    let mut id = String::new();
    for word in words {
        for part in word.split(|c: char| !c.is_ascii_alphanumeric()) {
            let mut letters = part.chars();
            if let Some(first) = letters.next() {
                id.push(first.to_ascii_uppercase());
                id.push_str(letters.as_str());
            }
        }
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_more_moves_alarms_to_it_and_to_no_other() {
        let names: Vec<String> = (0..1000).map(|number| format!("shop-prod-api-Metric{number}")).collect();
        for stacks in 1..8 {
            let after = names.iter().map(|name| (stack_of_alarm(name, stacks), stack_of_alarm(name, stacks + 1)));
            let moved: Vec<u32> = after.filter(|(before, after)| before != after).map(|(_, after)| after).collect();
            assert!(moved.iter().all(|to| *to == stacks + 1));
            let fair = 1000 / (stacks as usize + 1);
            assert!(moved.len() > fair / 2 && moved.len() < fair * 2, "{} of 1000 to the {stacks} there were", moved.len());
        }
        assert_eq!(stack_of_alarm("shop-prod-api-Metric1", 0), 0);
    }

    fn text(text: &str) -> NamePiece {
        NamePiece::Text(text.to_owned())
    }

    fn names(pieces: Vec<NamePiece>) -> Names {
        Names::new("shop", "prod").with_alarms(NamePattern::new(pieces))
    }

    #[test]
    fn without_a_pattern_names_are_joined_by_dashes() {
        let names = Names::new("shop", "prod");
        assert_eq!(names.alarm(Some("checkout"), "latency"), "shop-prod-checkout-latency");
        assert_eq!(names.alarm(None, "dead-letters"), "shop-prod-dead-letters");
        assert_eq!((names.alarm_search(Some("checkout")).as_str(), names.alarm_search(None).as_str()), ("shop-prod-checkout-", "shop-prod-"));
        assert_eq!(names.alarm_prefix(), "shop-prod-");
    }

    #[test]
    fn an_empty_placeholder_goes_with_the_text_before_it_and_the_first_one_with_the_text_behind() {
        let last = names(vec![text("acme "), NamePiece::Environment, text("/"), NamePiece::Alarm, text(" @ "), NamePiece::Service]);
        assert_eq!(last.alarm(Some("checkout"), "latency"), "acme prod/latency @ checkout");
        assert_eq!(last.alarm(None, "dead-letters"), "acme prod/dead-letters");
        let first = names(vec![text("x:"), NamePiece::Service, text(": "), NamePiece::Alarm, text(" | "), NamePiece::Project, text(" end")]);
        assert_eq!(first.alarm(Some("checkout"), "latency"), "x:checkout: latency | shop end");
        assert_eq!(first.alarm(None, "dead-letters"), "x:dead-letters | shop end");
    }

    #[test]
    fn alarms_are_found_by_what_their_names_share() {
        let pieces = vec![NamePiece::Service, text(": "), NamePiece::Alarm, text(" | "), NamePiece::Project, text("-"), NamePiece::Environment];
        let names = names(pieces);
        assert_eq!(names.alarm_search(None), " | shop-prod");
        assert_eq!(names.alarm_search(Some("checkout")), "checkout: ");
        assert_eq!(names.alarm_prefix(), "");
    }
}
