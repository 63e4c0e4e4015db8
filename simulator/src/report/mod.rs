//! What a replay found: metrics, alarms, issues and messages, as data and as text.

mod alarms;
mod document;
mod issues;
mod metrics;
pub mod table;
pub mod text;

pub use alarms::{AlarmReport, Change, Episode};
pub use document::{MessageReport, ProcessorReport, Report, SkippedReport};
pub use issues::IssueReport;
pub use metrics::MetricReport;
