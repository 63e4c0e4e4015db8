//! Metric math: the expressions of alarms and widgets.
//!
//! The language of the CloudWatch user guide ("Using math expressions with CloudWatch metrics"): arithmetic, comparison, `AND`, `OR`, and
//! the functions listed in [`Function`]. Values are scalars, time series over a common grid of periods, and arrays of series. What needs
//! other data than the metrics at hand (`SEARCH`, anomaly bands, service quotas) is refused by name.

mod ast;
mod error;
mod function;
mod grid;
mod lexer;
mod parse;
mod value;

pub use ast::Expression;
pub use error::MathError;
pub use function::Function;
pub use grid::Grid;
pub use value::{Points, Value};
