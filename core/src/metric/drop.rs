//! Samples that could not be used, by reason.

use std::collections::BTreeMap;

/// Why a sample was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DropReason {
    /// The line matches and has no number where the value should be.
    NoValue,
    /// NaN, infinite, or beyond what CloudWatch takes.
    OutOfRange,
    /// Older than two weeks.
    TooOld,
    /// More than two hours ahead.
    TooNew,
    /// A dimension is missing in the line: the sample would land on another metric.
    NoDimension,
}

impl DropReason {
    /// Word for logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoValue => "no_value",
            Self::OutOfRange => "out_of_range",
            Self::TooOld => "too_old",
            Self::TooNew => "too_new",
            Self::NoDimension => "no_dimension",
        }
    }
}

/// Dropped samples by reason.
pub type Drops = BTreeMap<DropReason, u64>;
