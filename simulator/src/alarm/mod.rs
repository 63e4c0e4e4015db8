//! Alarm evaluation as CloudWatch does it.
//!
//! [`evaluate`] is the rule: M of N datapoints, four treatments of missing data, an evaluation range longer than N with the guard against a
//! premature alarm, and percentiles with too few samples. [`EvaluationSettings`] places the range in time, [`Alarm`] is the state machine
//! around both, and [`reason`] words the result as CloudWatch does.

mod config;
mod evaluate;
pub mod notification;
pub mod reason;
mod schedule;
mod signal;
mod state;

pub use config::{Actions, AlarmConfig, AlarmRule, Comparison, MissingData};
pub use evaluate::{Decision, evaluate};
pub use schedule::{EvaluationSettings, Window};
pub use signal::{MathQuery, MetricStat, Query, Signal};
pub use state::{Alarm, AlarmState, Transition};
