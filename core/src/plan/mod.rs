//! The plan: what the Lambda functions read at run time.
//!
//! `plan.json` lies beside `bootstrap` in each function's package. The generator writes it, the functions and the simulator read it; nothing
//! else is read at run time. The types here are plain data; the modules that act on them compile them first.

mod notify;
mod processing;
mod routes;
mod rules;
mod taxonomy;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use notify::{MessageLimit, NotifyPolicy, QuietHours};
pub use processing::Processing;
pub use routes::{AlarmInfo, Route, RouteTopic, TopicFormat};
pub use rules::{DimensionRule, MetricKind, MetricRule, MetricValueSource};
pub use taxonomy::{ErrorPolicy, GrpcStatus, NotifyChoice, PlatformSignal, Retry, TaxonomyRule, UserErrorRule, UserErrorWhen};

/// The newest plan format this version writes and reads. A plan of a newer format is refused.
pub const PLAN_FORMAT: u32 = 1;

/// Everything the functions need to know about one project and environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Format of this document, see [`PLAN_FORMAT`].
    pub format: u32,
    /// Version of Skywarden that wrote it.
    pub version: String,
    /// Project name from the config.
    pub project: String,
    /// Environment name from the config.
    pub environment: String,
    /// AWS Region for console links.
    pub region: String,
    /// The log groups watched, and the service each belongs to. Sorted by log group.
    pub sources: Vec<Source>,
    /// Metrics the metrics-extractor computes. Sorted by log group, then name.
    pub rules: Vec<MetricRule>,
    /// Error rules of the user and what to notify.
    pub errors: ErrorPolicy,
    /// Error taxonomy, in the order of the catalogue.
    pub taxonomy: Vec<TaxonomyRule>,
    /// Who hears of what.
    pub routes: Vec<Route>,
    /// What alarm-notifier adds to the alarms it relays. Sorted by alarm name.
    pub alarms: Vec<AlarmInfo>,
    /// Message templates (Tera) by name, the user's overrides included: `notify::TEMPLATE_NAMES`. A plan from before one of them means the
    /// built-in one.
    pub messages: BTreeMap<String, String>,
    /// What is masked besides the built-in rules.
    pub masking: Masking,
    /// How the processors work.
    #[serde(default, skip_serializing_if = "Processing::is_default")]
    pub processing: Processing,
}

/// One watched log group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Log group name.
    pub log_group: String,
    /// Service it belongs to.
    pub service: String,
    /// CloudWatch namespace of the service's own metrics, `project/environment/service`.
    pub namespace: String,
    /// How its lines are written.
    pub format: LogFormat,
    /// Console link to the service's dashboard; empty when there is none.
    pub dashboard: String,
    /// Where the runbook of the service is, as written in the config; empty when there is none.
    pub runbook: String,
    /// Logs Insights query of its latest error lines; empty in plans from before it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub query: String,
    /// Whether error-classifier computes its metrics as well: its log group has one subscription for both functions. Absent where each has its own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub one_function: bool,
    /// The account its log group and alarms are in, when it is another than the functions'; empty when it is the same.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub account: String,
}

/// How a service writes its log lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// Plain text, perhaps with stack traces over several events.
    Text,
    /// `key=value` pairs.
    Logfmt,
    /// Access lines of nginx or Apache.
    Access,
    /// Access lines of an Application Load Balancer.
    Alb,
    /// Text in a form of its own.
    Regex(LineRegex),
}

/// A form of lines, as a regular expression with named groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineRegex {
    /// The expression.
    pub pattern: String,
    /// Format of the group `timestamp`, as for strftime; absent for the usual forms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
}

impl LogFormat {
    /// What the config calls it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Text => "text",
            Self::Logfmt => "logfmt",
            Self::Access => "access",
            Self::Alb => "alb",
            Self::Regex(_) => "regex",
        }
    }

    /// Whether each line is a JSON object.
    pub const fn is_json(&self) -> bool {
        matches!(self, Self::Json)
    }
}

/// Masking beyond the built-in rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Masking {
    /// Extra key names whose values are masked, compared without case.
    pub keys: Vec<String>,
    /// Paths of keys whose values are masked: `user.card`, `**.ssn`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
    /// Patterns whose matches are masked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub patterns: Vec<MaskPattern>,
    /// Names of entities to mask that pass by default.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// Names of entities that pass.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<String>,
    /// Whether a mask says what it hides: `***email-address***`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub labels: bool,
}

/// A pattern of the user's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaskPattern {
    /// Its name in counts and messages.
    pub name: String,
    /// Regular expression without look-around or back references. With a capture group, the first group is masked instead of the whole match.
    pub regex: String,
    /// What stands in place of what it finds; `***` when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mask: Option<String>,
}

/// Why a plan cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The text is not JSON of the plan's shape.
    #[error("plan.json is not readable at line {line}, column {column}: {reason}")]
    Unreadable {
        /// Line in the file, from 1.
        line: usize,
        /// Column in the line, from 1.
        column: usize,
        /// What the JSON reader said.
        reason: String,
    },
    /// Written by a newer version.
    #[error("plan.json has format {found}, this version reads up to {PLAN_FORMAT}; deploy the function and its plan from the same package")]
    TooNew {
        /// The format found.
        found: u32,
    },
    /// A part of the plan does not compile (pattern, selector, template).
    #[error("plan.json: {what}: {reason}")]
    Invalid {
        /// Which part.
        what: String,
        /// Why.
        reason: String,
    },
}

impl PlanError {
    /// Stable code for logs and alarms.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "plan-unreadable",
            Self::TooNew { .. } => "plan-too-new",
            Self::Invalid { .. } => "plan-invalid",
        }
    }
}

impl Plan {
    /// Reads a plan. The format is looked at before the rest, so that a newer plan is named as such.
    ///
    /// # Errors
    /// [`PlanError::Unreadable`] or [`PlanError::TooNew`].
    pub fn parse(text: &str) -> Result<Self, PlanError> {
        #[derive(Deserialize)]
        struct Head {
            format: u32,
        }
        let unreadable = |error: serde_json::Error| PlanError::Unreadable { line: error.line(), column: error.column(), reason: error.to_string() };
        let head: Head = serde_json::from_str(text).map_err(unreadable)?;
        if head.format > PLAN_FORMAT {
            return Err(PlanError::TooNew { found: head.format });
        }
        serde_json::from_str(text).map_err(unreadable)
    }

    /// The JSON text, indented, with a final line end; the same plan always gives the same bytes.
    pub fn to_json(&self) -> String {
        // Plain data with string keys always serialises.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The account a service is in when it is another than the functions'; else empty, as for what is no service.
    pub fn account_of(&self, service: &str) -> &str {
        self.sources.iter().find(|source| source.service == service).map_or("", |source| source.account.as_str())
    }

    /// Whether error-classifier computes the metrics of a log group as well.
    pub fn is_one_function(&self, log_group: &str) -> bool {
        self.source(log_group).is_some_and(|source| source.one_function)
    }

    /// The source a log group belongs to.
    pub fn source(&self, log_group: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.log_group == log_group)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_plan_is_refused_by_its_format_even_when_its_fields_are_unknown() {
        let error = Plan::parse(r#"{"format":99,"novelty":true}"#).unwrap_err();
        assert_eq!(error.code(), "plan-too-new");
    }

    #[test]
    fn formats_are_words_and_a_regex_is_a_map() {
        let regex = |time: Option<&str>| LogFormat::Regex(LineRegex { pattern: "(?<a>x)".to_owned(), time: time.map(str::to_owned) });
        for (format, json) in [
            (LogFormat::Json, r#""json""#),
            (LogFormat::Text, r#""text""#),
            (LogFormat::Alb, r#""alb""#),
            (regex(None), r#"{"regex":{"pattern":"(?<a>x)"}}"#),
            (regex(Some("%s")), r#"{"regex":{"pattern":"(?<a>x)","time":"%s"}}"#),
        ] {
            assert_eq!(serde_json::to_string(&format).unwrap(), json);
            assert_eq!(serde_json::from_str::<LogFormat>(json).unwrap(), format);
            assert!(json.contains(format.as_str()));
        }
        assert!(serde_json::from_str::<LogFormat>(r#"{"regex":{"pattern":"x","flags":"i"}}"#).is_err());
    }

    #[test]
    fn an_unreadable_plan_says_where() {
        let error = Plan::parse("{\n\"format\": 1,\n oops }").unwrap_err();
        assert!(error.to_string().contains("line 3"), "{error}");
    }
}
