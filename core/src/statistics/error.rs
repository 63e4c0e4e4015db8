//! Why a text is no statistic.

use thiserror::Error;

/// Why a text is no statistic, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{kind}")]
pub struct StatisticError {
    pub(super) kind: StatisticErrorKind,
    pub(super) offset: usize,
}

/// The ways a statistic's name can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum StatisticErrorKind {
    /// It begins like none.
    #[error("there is no such statistic")]
    Unknown,
    /// A word of CloudWatch in other letters.
    #[error("statistics are written with the letters CloudWatch uses")]
    Letters,
    /// Something other than a number, as `99` or `99.9`.
    #[error("a number is missing or not written as 99 or 99.9")]
    BadNumber,
    /// More than [`super::Statistic::MAX_DECIMALS`] decimals.
    #[error("a number has at most 10 decimals")]
    TooManyDecimals,
    /// A percentage above 100.
    #[error("a percentage is at most 100")]
    AboveHundred,
    /// No `:` between the brackets.
    #[error("a range has a colon between its ends")]
    NoColon,
    /// No closing bracket at the end.
    #[error("the bracket is not closed at the end")]
    Unclosed,
    /// Neither end is given.
    #[error("a range needs at least one end")]
    NoEnds,
    /// The lower end is not below the upper one.
    #[error("the lower end of a range is below its upper end")]
    Order,
    /// A percentage in a percentile rank.
    #[error("the ends of a percentile rank are values, not percentages")]
    PercentInRank,
}

impl StatisticError {
    /// What is wrong.
    pub const fn kind(&self) -> StatisticErrorKind {
        self.kind
    }

    /// Where, as a byte offset into the text.
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// What to do about it.
    pub const fn hint(&self) -> &'static str {
        match self.kind {
            StatisticErrorKind::Unknown => {
                "use SampleCount, Sum, Average, Minimum, Maximum, p99, tm99, wm99, tc99, ts99, TM(10%:90%) and its like, PR(:300) or IQM"
            }
            StatisticErrorKind::Letters => {
                "write SampleCount, Sum, Average, Minimum, Maximum, IQM; `p`, `tm`, `wm`, `tc`, `ts` before a number, `TM`, `WM`, `TC`, `TS`, `PR` before a range"
            }
            StatisticErrorKind::BadNumber => "write digits, and decimals after a point: p99, tm99.9, TM(0.5%:99.5%)",
            StatisticErrorKind::TooManyDecimals => "round it",
            StatisticErrorKind::AboveHundred => "write 0 to 100",
            StatisticErrorKind::NoColon => "write (low:high), (low:) or (:high)",
            StatisticErrorKind::Unclosed => "end it with `)`",
            StatisticErrorKind::NoEnds => "write (low:high), (low:) or (:high); over everything there is Average",
            StatisticErrorKind::Order => "swap the ends",
            StatisticErrorKind::PercentInRank => "write PR(low:high) without `%`; the value at a percentage is p99",
        }
    }
}
