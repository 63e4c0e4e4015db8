//! Error taxonomy and error policy: how an error is classified and when people hear of it.

use serde::{Deserialize, Serialize};

use super::NotifyPolicy;
use crate::severity::Severity;

/// One rule of the taxonomy. A rule matches on any of its signals; structured evidence is looked at before text.
///
/// A rule whose id goes on from another's (`database.deadlock` from `database`), or that says so in `refines`, refines it: what the wider rule finds, weaker evidence for the finer
/// one decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxonomyRule {
    /// Stable id, stored with each issue.
    pub id: String,
    /// Category, for example `timeout.function`.
    pub category: String,
    /// Default severity.
    pub severity: Severity,
    /// Whether trying again can help.
    pub retry: Retry,
    /// Wider rules of other categories that this one refines as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refines: Vec<String>,
    /// What the Lambda platform reports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub platform: Vec<PlatformSignal>,
    /// Error types and the error names of AWS: the whole is compared and then its last segments (`a.b.KeyError`, `sqlx::Error`). A `*` at the
    /// end or the beginning stands for anything; `Type: words` asks for the words in the message as well.
    #[serde(default)]
    pub types: Vec<String>,
    /// Error types that say where an error comes from and not what it is: they decide when nothing else does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub broad_types: Vec<String>,
    /// Error codes that are no types: errno names, codes of drivers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<String>,
    /// SQLSTATE codes; a trailing `*` matches any ending, so that `08*` is a class.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sqlstate: Vec<String>,
    /// gRPC statuses by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grpc: Vec<GrpcStatus>,
    /// HTTP status codes, of the record or beside a word that says so in the message.
    #[serde(default)]
    pub status: Vec<u16>,
    /// Literal pieces of the message, compared without case, at the borders of words.
    #[serde(default)]
    pub text: Vec<String>,
    /// What to do first.
    pub first_step: String,
}

/// A failure of the Lambda platform, as a rule asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlatformSignal {
    /// The function ran into its time-out.
    TimedOut,
    /// The process ended, with no memory left to it.
    OutOfMemory,
    /// The process ended otherwise.
    Exited,
    /// It failed to start.
    Init,
}

impl PlatformSignal {
    /// Every failure.
    pub const ALL: [Self; 4] = [Self::TimedOut, Self::OutOfMemory, Self::Exited, Self::Init];

    /// The word in the catalogue and the plan.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TimedOut => "timed_out",
            Self::OutOfMemory => "out_of_memory",
            Self::Exited => "exited",
            Self::Init => "init",
        }
    }
}

/// A status of gRPC other than OK. Source: the status codes of gRPC, <https://grpc.io/docs/guides/status-codes/>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum GrpcStatus {
    /// 1
    Cancelled,
    /// 2
    Unknown,
    /// 3
    InvalidArgument,
    /// 4
    DeadlineExceeded,
    /// 5
    NotFound,
    /// 6
    AlreadyExists,
    /// 7
    PermissionDenied,
    /// 8
    ResourceExhausted,
    /// 9
    FailedPrecondition,
    /// 10
    Aborted,
    /// 11
    OutOfRange,
    /// 12
    Unimplemented,
    /// 13
    Internal,
    /// 14
    Unavailable,
    /// 15
    DataLoss,
    /// 16
    Unauthenticated,
}

impl GrpcStatus {
    /// Every status, in the order of the numbers from 1.
    pub const ALL: [Self; 16] = [
        Self::Cancelled,
        Self::Unknown,
        Self::InvalidArgument,
        Self::DeadlineExceeded,
        Self::NotFound,
        Self::AlreadyExists,
        Self::PermissionDenied,
        Self::ResourceExhausted,
        Self::FailedPrecondition,
        Self::Aborted,
        Self::OutOfRange,
        Self::Unimplemented,
        Self::Internal,
        Self::Unavailable,
        Self::DataLoss,
        Self::Unauthenticated,
    ];

    /// The name in the specification.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cancelled => "CANCELLED",
            Self::Unknown => "UNKNOWN",
            Self::InvalidArgument => "INVALID_ARGUMENT",
            Self::DeadlineExceeded => "DEADLINE_EXCEEDED",
            Self::NotFound => "NOT_FOUND",
            Self::AlreadyExists => "ALREADY_EXISTS",
            Self::PermissionDenied => "PERMISSION_DENIED",
            Self::ResourceExhausted => "RESOURCE_EXHAUSTED",
            Self::FailedPrecondition => "FAILED_PRECONDITION",
            Self::Aborted => "ABORTED",
            Self::OutOfRange => "OUT_OF_RANGE",
            Self::Unimplemented => "UNIMPLEMENTED",
            Self::Internal => "INTERNAL",
            Self::Unavailable => "UNAVAILABLE",
            Self::DataLoss => "DATA_LOSS",
            Self::Unauthenticated => "UNAUTHENTICATED",
        }
    }

    /// Reads a number.
    pub fn from_number(number: u32) -> Option<Self> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        Self::ALL.get(index).copied()
    }

    /// Reads a name as any client library writes it: `UNAVAILABLE`, `Unavailable`, `DeadlineExceeded`, `StatusCode.NOT_FOUND`, `Canceled`.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.rsplit(['.', ':']).next().unwrap_or(name);
        let letters = |text: &str| text.bytes().filter(|byte| *byte != b'_').map(|byte| byte.to_ascii_uppercase()).collect::<Vec<_>>();
        // Nothing longer is a status: the rest need not be looked at.
        if name.len() > 20 {
            return None;
        }
        let written = letters(name);
        Self::ALL.into_iter().find(|status| letters(status.as_str()) == written).or_else(|| (written == b"CANCELED").then_some(Self::Cancelled))
    }
}

/// Whether an operation that failed this way is worth retrying.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Retry {
    /// A retry can succeed.
    Yes,
    /// A retry fails again.
    No,
    /// It depends on the operation.
    Maybe,
}

/// The user's error section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorPolicy {
    /// The user's rules, first match wins, before the taxonomy.
    pub rules: Vec<UserErrorRule>,
    /// When to send.
    pub notify: NotifyPolicy,
}

/// One rule of the user's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserErrorRule {
    /// What it applies to; every given field must match.
    pub when: UserErrorWhen,
    /// Category to use instead of the taxonomy's.
    pub category: Option<String>,
    /// Severity to use instead, whatever the level.
    pub severity: Option<Severity>,
    /// What to do first, instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_step: Option<String>,
    /// Whether to notify.
    pub notify: NotifyChoice,
}

/// Conditions of a user's rule: all that are given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserErrorWhen {
    /// Error type of any exception of the chain, whole or its last segments; a `*` stands for anything.
    pub r#type: Option<String>,
    /// Service name; a `*` stands for anything.
    pub service: Option<String>,
    /// Literal piece of a message, compared with case; a regular expression between two `/`.
    pub message: Option<String>,
    /// Error code; a `*` stands for anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// One of these HTTP statuses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub status: Vec<u16>,
    /// Category the taxonomy gives, or one above it: `auth` for `auth.authn`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Rule of the taxonomy, or one above it: `database` for `database.deadlock`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
}

/// Whether errors that match a rule are told to people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NotifyChoice {
    /// As the policy says.
    #[default]
    Policy,
    /// Recorded as an issue, never sent.
    Never,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grpc_statuses_are_read_by_number_and_by_every_spelling() {
        for (number, status) in GrpcStatus::ALL.into_iter().enumerate() {
            assert_eq!(GrpcStatus::from_number(u32::try_from(number).unwrap() + 1), Some(status));
            assert_eq!(GrpcStatus::from_name(status.as_str()), Some(status));
            assert_eq!(serde_json::to_string(&status).unwrap(), format!("\"{}\"", status.as_str()));
        }
        for (name, status) in [
            ("StatusCode.UNAVAILABLE", Some(GrpcStatus::Unavailable)),
            ("DeadlineExceeded", Some(GrpcStatus::DeadlineExceeded)),
            ("codes.Canceled", Some(GrpcStatus::Cancelled)),
            ("OK", None),
            ("UnavailableException", None),
            ("", None),
        ] {
            assert_eq!(GrpcStatus::from_name(name), status, "{name}");
        }
        assert_eq!((GrpcStatus::from_number(0), GrpcStatus::from_number(17)), (None, None));
    }

    #[test]
    fn a_rule_of_the_first_plans_is_still_read() {
        let rule = r#"{"id":"bug","category":"bug","severity":"error","retry":"no","types":["KeyError"],"status":[],"text":[],"first_step":"look"}"#;
        let rule: TaxonomyRule = serde_json::from_str(rule).unwrap();
        assert_eq!((rule.types.as_slice(), rule.platform.len()), (&["KeyError".to_owned()][..], 0));
        let user = r#"{"when":{"type":"A","service":null,"message":null},"category":null,"severity":"info","notify":"never"}"#;
        let user: UserErrorRule = serde_json::from_str(user).unwrap();
        assert_eq!((user.when.r#type.as_deref(), user.first_step), (Some("A"), None));
    }

    #[test]
    fn words_of_platform_failures_are_those_of_the_plan() {
        for signal in PlatformSignal::ALL {
            assert_eq!(serde_json::to_string(&signal).unwrap(), format!("\"{}\"", signal.as_str()));
        }
    }
}
