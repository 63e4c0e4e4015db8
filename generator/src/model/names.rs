//! Every physical name and logical id, in one place, so that they stay stable.
//!
//! Shared resources are found by name, never by export: a service stack can be written, deployed and deleted without touching another.

use sha2::{Digest as _, Sha256};

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
}

impl Names {
    /// Names for a project and environment.
    pub fn new(project: &str, environment: &str) -> Self {
        Self { prefix: format!("{project}-{environment}"), project: project.to_owned(), environment: environment.to_owned() }
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

    /// Lambda function name.
    pub fn function(&self, function: Function) -> String {
        self.shared(function.as_str())
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

    /// Alarm name: `project-environment-service-what`, or without a service for the project's own.
    pub fn alarm(&self, service: Option<&str>, what: &str) -> String {
        match service {
            Some(service) => format!("{}-{service}-{what}", self.prefix),
            None => self.shared(what),
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
}
