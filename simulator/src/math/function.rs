//! The functions the simulator computes.

use crate::math::{
    MathError,
    value::{Points, Value},
};

/// A function of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// `ABS(x)`.
    Abs,
    /// `AVG(x)`: of a series a scalar, of an array a series (a missing member counts as 0).
    Avg,
    /// `CEIL(x)`.
    Ceil,
    /// `DATAPOINT_COUNT(x)`.
    DatapointCount,
    /// `DIFF(series)`: against the value before.
    Diff,
    /// `FILL(x, number | series | REPEAT | LINEAR)`.
    Fill,
    /// `FIRST(array)`.
    First,
    /// `FLOOR(x)`.
    Floor,
    /// `IF(condition, then[, else])`.
    If,
    /// `LAST(array)`.
    Last,
    /// `LOG(x)`, natural.
    Log,
    /// `LOG10(x)`.
    Log10,
    /// `MAX(x)`.
    Max,
    /// `METRICS(["part of an id"])`: every metric, without the expressions.
    Metrics,
    /// `MIN(x)`.
    Min,
    /// `PERIOD(metric)` in seconds.
    Period,
    /// `RATE(series)`: difference per second.
    Rate,
    /// `RUNNING_SUM(series)`.
    RunningSum,
    /// `SUM(x)`.
    Sum,
    /// `TIME_SERIES(scalar)`.
    TimeSeries,
}

/// Reduces the values present at one moment, or over one series.
fn reduce(function: Function, values: &[f64], members: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts of datapoints and members are far below 2^52")]
    let members = members as f64;
    match function {
        Function::Min => values.iter().copied().fold(f64::INFINITY, f64::min),
        Function::Max => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        Function::Avg => values.iter().sum::<f64>() / members,
        #[expect(clippy::cast_precision_loss, reason = "as above")]
        Function::DatapointCount => values.len() as f64,
        // Sum; the other functions are not reductions.
        _ => values.iter().sum(),
    }
}

impl Function {
    /// Every function, by name.
    pub const ALL: [Self; 20] = [
        Self::Abs,
        Self::Avg,
        Self::Ceil,
        Self::DatapointCount,
        Self::Diff,
        Self::Fill,
        Self::First,
        Self::Floor,
        Self::If,
        Self::Last,
        Self::Log,
        Self::Log10,
        Self::Max,
        Self::Metrics,
        Self::Min,
        Self::Period,
        Self::Rate,
        Self::RunningSum,
        Self::Sum,
        Self::TimeSeries,
    ];

    /// The name in the language.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Abs => "ABS",
            Self::Avg => "AVG",
            Self::Ceil => "CEIL",
            Self::DatapointCount => "DATAPOINT_COUNT",
            Self::Diff => "DIFF",
            Self::Fill => "FILL",
            Self::First => "FIRST",
            Self::Floor => "FLOOR",
            Self::If => "IF",
            Self::Last => "LAST",
            Self::Log => "LOG",
            Self::Log10 => "LOG10",
            Self::Max => "MAX",
            Self::Metrics => "METRICS",
            Self::Min => "MIN",
            Self::Period => "PERIOD",
            Self::Rate => "RATE",
            Self::RunningSum => "RUNNING_SUM",
            Self::Sum => "SUM",
            Self::TimeSeries => "TIME_SERIES",
        }
    }

    /// Reads the name back; names are upper-case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|function| function.as_str() == name)
    }

    /// Checks the number of arguments.
    pub(super) fn check_count(self, found: usize, column: usize) -> Result<(), MathError> {
        let (least, most) = match self {
            Self::Metrics => (0, 1),
            Self::Fill => (2, 2),
            Self::If => (2, 3),
            _ => (1, 1),
        };
        if (least..=most).contains(&found) {
            return Ok(());
        }
        let expected = match (least, most) {
            (1, 1) => "1 argument".to_owned(),
            (least, most) if least == most => format!("{least} arguments"),
            _ => format!("{least} to {most} arguments"),
        };
        Err(MathError::new(column, format!("{} takes {expected}, found {found}", self.as_str())))
    }

    /// The functions of one argument over numbers.
    pub(super) fn elementwise(self) -> Option<fn(f64) -> f64> {
        match self {
            Self::Abs => Some(f64::abs),
            Self::Ceil => Some(f64::ceil),
            Self::Floor => Some(f64::floor),
            Self::Log => Some(f64::ln),
            Self::Log10 => Some(f64::log10),
            _ => None,
        }
    }

    /// The functions that make one number of many.
    pub(super) const fn reduces(self) -> bool {
        matches!(self, Self::Avg | Self::DatapointCount | Self::Max | Self::Min | Self::Sum)
    }

    /// Reduces a series to a scalar, an array to a series. Members without data are left out, except that an average over an array counts
    /// them as 0 (observed; the user guide says so for AVG).
    pub(super) fn reduce(self, value: Value, column: usize) -> Result<Value, MathError> {
        match value {
            Value::Scalar(_) => Err(MathError::new(column, format!("{} needs a time series or an array of them, found a number", self.as_str()))),
            Value::Series(series) => {
                let values: Vec<f64> = series.into_iter().flatten().collect();
                Ok(Value::Scalar(reduce(self, &values, values.len())))
            }
            Value::Array(array) => {
                let length = array.first().map_or(0, Vec::len);
                let at = |index: usize| -> Option<f64> {
                    let values: Vec<f64> = array.iter().filter_map(|series| series.get(index).copied().flatten()).collect();
                    (!values.is_empty()).then(|| reduce(self, &values, array.len()))
                };
                Ok(Value::Series((0..length).map(at).collect()))
            }
        }
    }

    /// The functions over one series and the values before: `DIFF`, `RATE`, `RUNNING_SUM`.
    pub(super) fn over_time(self, series: &[Option<f64>], period: u32) -> Points {
        let mut before: Option<(usize, f64)> = None;
        let mut sum = 0.0;
        let mut result = Vec::with_capacity(series.len());
        for (index, point) in series.iter().enumerate() {
            let Some(value) = *point else {
                result.push(None);
                continue;
            };
            sum += value;
            let difference = before.map(|(at, last)| (value - last, index - at));
            result.push(match self {
                Self::RunningSum => Some(sum),
                Self::Diff => difference.map(|(difference, _)| difference),
                _ => difference.map(|(difference, periods)| {
                    #[expect(clippy::cast_precision_loss, reason = "a grid has far fewer than 2^52 periods")]
                    let seconds = periods as f64 * f64::from(period);
                    difference / seconds
                }),
            });
            before = Some((index, value));
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_are_sorted() {
        let names: Vec<&str> = Function::ALL.iter().map(|function| function.as_str()).collect();
        assert!(names.is_sorted());
        for function in Function::ALL {
            assert_eq!(Function::from_name(function.as_str()), Some(function));
        }
        assert_eq!(Function::from_name("sum"), None);
    }
}
