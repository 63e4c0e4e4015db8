//! Values of an expression, and operators over them.

use crate::math::{MathError, ast::Operator};

/// One value per period of the grid, `None` where there is no data.
pub type Points = Vec<Option<f64>>;

/// A value of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// One number.
    Scalar(f64),
    /// A time series.
    Series(Points),
    /// Several time series.
    Array(Vec<Points>),
}

impl Value {
    /// Applies a function to every number. What is not finite afterwards (a logarithm of zero) is dropped.
    pub(super) fn map(self, function: impl Fn(f64) -> f64 + Copy) -> Self {
        let points = |points: Points| points.into_iter().map(|point| point.map(function).filter(|value| value.is_finite())).collect();
        match self {
            Self::Scalar(value) => Self::Scalar(function(value)),
            Self::Series(series) => Self::Series(points(series)),
            Self::Array(array) => Self::Array(array.into_iter().map(points).collect()),
        }
    }

    /// Applies an operator. A period that only one side has counts as 0 on the other; a period that neither has stays empty; what is not
    /// finite (a division by zero) is dropped (user guide, "Metric math syntax and functions").
    pub(super) fn combine(self, operator: Operator, right: Self, column: usize) -> Result<Self, MathError> {
        Ok(match (self, right) {
            (Self::Scalar(left), Self::Scalar(right)) => Self::Scalar(operator.apply(left, right)),
            (Self::Series(left), Self::Scalar(right)) => Self::Series(with_scalar(&left, |left| operator.apply(left, right))),
            (Self::Scalar(left), Self::Series(right)) => Self::Series(with_scalar(&right, |right| operator.apply(left, right))),
            (Self::Series(left), Self::Series(right)) => Self::Series(both(operator, &left, &right)),
            (Self::Array(left), Self::Scalar(right)) => {
                Self::Array(left.iter().map(|series| with_scalar(series, |left| operator.apply(left, right))).collect())
            }
            (Self::Scalar(left), Self::Array(right)) => {
                Self::Array(right.iter().map(|series| with_scalar(series, |right| operator.apply(left, right))).collect())
            }
            (Self::Array(left), Self::Series(right)) => Self::Array(left.iter().map(|series| both(operator, series, &right)).collect()),
            (Self::Series(left), Self::Array(right)) => Self::Array(right.iter().map(|series| both(operator, &left, series)).collect()),
            (Self::Array(left), Self::Array(right)) => {
                if left.len() != right.len() {
                    let message = format!("the arrays have {} and {} members; both sides need the same number", left.len(), right.len());
                    return Err(MathError::new(column, message));
                }
                Self::Array(left.iter().zip(&right).map(|(left, right)| both(operator, left, right)).collect())
            }
        })
    }
}

fn with_scalar(points: &[Option<f64>], apply: impl Fn(f64) -> f64) -> Points {
    points.iter().map(|point| point.map(&apply).filter(|value| value.is_finite())).collect()
}

fn both(operator: Operator, left: &[Option<f64>], right: &[Option<f64>]) -> Points {
    let pairs = left.iter().zip(right);
    pairs
        .map(|(left, right)| {
            if left.is_none() && right.is_none() {
                return None;
            }
            Some(operator.apply(left.unwrap_or(0.0), right.unwrap_or(0.0))).filter(|value| value.is_finite())
        })
        .collect()
}
