//! What can be wrong with a document.

use std::collections::BTreeMap;

/// A breach of the format, and with it what is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Violation {
    /// The document: longer than [`super::MAX_DOCUMENT_BYTES`].
    #[error("the line is longer than a log event")]
    TooLarge,
    /// The document: text around the object, several objects, or no JSON.
    #[error("the line is not exactly one JSON object")]
    NotOneObject,
    /// The document: `_aws` is no object.
    #[error("`_aws` is not an object")]
    NoMetadata,
    /// The document: `Timestamp` is missing or no whole number.
    #[error("`_aws.Timestamp` is not a whole number of milliseconds since 1970")]
    NoTimestamp,
    /// The document: `CloudWatchMetrics` is missing or no array.
    #[error("`_aws.CloudWatchMetrics` is not an array")]
    NoDirectives,
    /// The document: older than two weeks.
    #[error("`_aws.Timestamp` is more than two weeks old")]
    TooOld,
    /// The document: more than two hours ahead.
    #[error("`_aws.Timestamp` is more than two hours ahead")]
    TooNew,
    /// A directive: it is no object.
    #[error("a metric directive is not an object")]
    NotADirective,
    /// A directive: `Namespace` is missing, no string, empty or too long.
    #[error("`Namespace` is not a string of 1 to 1024 characters")]
    BadNamespace,
    /// A directive: its namespace belongs to AWS. Seen with PutMetricData; that it holds here as well is our choice.
    #[error("namespaces that begin with `AWS/` are reserved")]
    ReservedNamespace,
    /// A directive: `Dimensions` is missing, no array or empty.
    #[error("`Dimensions` is not an array of at least one dimension set")]
    NoDimensionSets,
    /// A directive: `Metrics` is missing or no array.
    #[error("`Metrics` is not an array")]
    NoMetrics,
    /// A directive: more than [`super::MAX_METRICS`] metrics.
    #[error("a directive has more than 100 metrics")]
    TooManyMetrics,
    /// A directive: the document has more than [`super::MAX_SAMPLES`] samples with it.
    #[error("the metrics times the dimension sets of the document are more than 10000")]
    TooManySamples,
    /// A dimension set: no array of strings of 1 to [`super::MAX_DIMENSION_NAME`] characters.
    #[error("a dimension set is not an array of names of 1 to 250 characters")]
    BadDimensionSet,
    /// A dimension set: more than [`crate::metric::MAX_DIMENSIONS`] names.
    #[error("a dimension set has more than 30 names")]
    TooManyDimensions,
    /// A dimension set: one of its names is no root member.
    #[error("a dimension is not a member of the root object")]
    NoDimensionTarget,
    /// A dimension set: the root member is no string, empty or too long.
    #[error("the value of a dimension is not a string of 1 to 1024 characters")]
    BadDimensionTarget,
    /// A metric: its definition is no object, or `Name` no string of 1 to [`super::MAX_TEXT`] characters.
    #[error("a metric has no `Name` of 1 to 1024 characters")]
    BadMetric,
    /// A metric: its name is no root member.
    #[error("a metric is not a member of the root object")]
    NoTarget,
    /// A metric: the root member is neither a number nor an array of at least one number nor an object with arrays `Values` and `Counts`.
    #[error("the value of a metric is neither a number nor an array of numbers, nor are they `Values` with `Counts`")]
    BadTarget,
    /// A metric: not as many `Counts` as `Values`, or one of them is no number of zero or more.
    #[error("`Counts` are not as many numbers of zero or more as there are `Values`")]
    BadCounts,
    /// A metric: more than [`super::MAX_TARGET_VALUES`] values.
    #[error("a metric has more than 100 values")]
    TooManyValues,
    /// A metric: a value beyond what CloudWatch takes.
    #[error("a value is beyond +-2^360")]
    OutOfRange,
    /// A metric: `Unit` is none of CloudWatch's.
    #[error("`Unit` is not a unit of CloudWatch")]
    UnknownUnit,
    /// A metric: `StorageResolution` is neither 1 nor 60.
    #[error("`StorageResolution` is neither 1 nor 60")]
    BadResolution,
}

/// Violations of a document, with how often each.
pub type Violations = BTreeMap<Violation, u64>;

impl Violation {
    /// Word for logs and counters.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::NotOneObject => "not_one_object",
            Self::NoMetadata => "no_metadata",
            Self::NoTimestamp => "no_timestamp",
            Self::NoDirectives => "no_directives",
            Self::TooOld => "too_old",
            Self::TooNew => "too_new",
            Self::NotADirective => "not_a_directive",
            Self::BadNamespace => "bad_namespace",
            Self::ReservedNamespace => "reserved_namespace",
            Self::NoDimensionSets => "no_dimension_sets",
            Self::NoMetrics => "no_metrics",
            Self::TooManyMetrics => "too_many_metrics",
            Self::TooManySamples => "too_many_samples",
            Self::BadDimensionSet => "bad_dimension_set",
            Self::TooManyDimensions => "too_many_dimensions",
            Self::NoDimensionTarget => "no_dimension_target",
            Self::BadDimensionTarget => "bad_dimension_target",
            Self::BadMetric => "bad_metric",
            Self::NoTarget => "no_target",
            Self::BadTarget => "bad_target",
            Self::BadCounts => "bad_counts",
            Self::TooManyValues => "too_many_values",
            Self::OutOfRange => "out_of_range",
            Self::UnknownUnit => "unknown_unit",
            Self::BadResolution => "bad_resolution",
        }
    }

    /// The metric in `AWS/Logs`, by `LogGroupName`, under which CloudWatch Logs counts it: `EMFParsingErrors` for a document that is not in the
    /// format, `EMFValidationErrors` for one whose contents break it. Where AWS draws the line exactly is not documented.
    pub const fn log_group_metric(self) -> &'static str {
        match self {
            Self::TooLarge | Self::NotOneObject | Self::NoMetadata | Self::NoTimestamp | Self::NoDirectives => "EMFParsingErrors",
            _ => "EMFValidationErrors",
        }
    }
}
