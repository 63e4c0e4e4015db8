//! Where a metric's recent values are read.

use std::future::Future;

use super::PortResult;
use crate::{
    alarm::Trigger,
    notify::{History, HistoryWindow},
};

/// Where a metric's recent values are read, for what a message says beside the news itself.
pub trait MetricHistory: Sync {
    /// The values an alarm looks at, in the periods of a window. A message waits for it once, and for two seconds at most.
    fn recent(&self, trigger: &Trigger, window: &HistoryWindow) -> impl Future<Output = PortResult<History>> + Send;
}
