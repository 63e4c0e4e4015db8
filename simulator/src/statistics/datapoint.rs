//! One statistic of one period.

/// One statistic of one period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Datapoint {
    /// Start of the period, seconds since 1970.
    pub start: i64,
    /// The statistic's value.
    pub value: f64,
    /// How many samples the period has; infinite for the result of a metric-math expression, whose samples cannot be counted.
    pub samples: f64,
}
