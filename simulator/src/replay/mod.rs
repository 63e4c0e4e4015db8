//! A clock-driven replay of log events.
//!
//! For each event, in order: the log group's own metrics count it, metrics in embedded metric format and native metric filters put samples, and
//! subscription filters of its log group and of the account collect it into batches. As the clock passes, batches are delivered as CloudWatch Logs delivers
//! them, straight to a function or through a stream, alarms are evaluated once
//! a minute and their changes of state published as CloudWatch publishes them, unless a suppressor or a mute rule holds them back, and the one-minute schedule ticks. The same input gives
//! the same output: the only clock is the events'.

mod actions;
mod batch;
mod composites;
mod embedded;
mod engine;
mod event;
mod input;
mod metric_filter;
mod packer;
mod platform;
mod shared;
mod stream;
mod subscription;
mod timeline;

pub use batch::{BatchLimits, Delivery};
pub use engine::{AlarmMessage, Outcome, Progress, Replay, ReplayError, ReplaySettings, Subscriber};
pub use event::LogEvent;
pub use input::{InputError, LogEvents};
pub use metric_filter::{DimensionSource, MetricFilter, Sample};
pub use platform::{PlatformMetrics, Subjects};
pub use shared::SharedMetrics;
pub use stream::{Stream, StreamReader};
pub use subscription::{Destination, LogGroups, SubscriptionFilter};
