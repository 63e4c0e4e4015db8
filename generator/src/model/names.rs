//! Every physical name and logical id, in one place, so that they stay stable.
//!
//! Shared resources are found by name, never by export: a service stack can be written, deployed and deleted without touching another.

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

    /// Alarm name: `project-environment-service-what`, or without a service for the project's own.
    pub fn alarm(&self, service: Option<&str>, what: &str) -> String {
        match service {
            Some(service) => format!("{}-{service}-{what}", self.prefix),
            None => self.shared(what),
        }
    }

    /// Dashboard name of a service, or of the overview.
    pub fn dashboard(&self, service: Option<&str>) -> String {
        self.shared(service.unwrap_or("overview"))
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
