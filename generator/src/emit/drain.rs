//! The time until a queue is empty, as metric math.

use crate::model::{MetricStatistic, NEVER_SECONDS};

/// Ids of the queries.
pub(super) const SECONDS: &str = "seconds";
pub(super) const SHORTER: &str = "shorter";
pub(super) const VISIBLE: &str = "visible";
pub(super) const SENT: &str = "sent";
pub(super) const DELETED: &str = "deleted";

/// What it is computed from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drain<'a> {
    /// Messages that wait.
    pub(super) visible: &'a MetricStatistic,
    /// Messages that came.
    pub(super) sent: &'a MetricStatistic,
    /// Messages that are done.
    pub(super) deleted: &'a MetricStatistic,
}

/// The seconds, over the queries [`VISIBLE`] and [`SHORTER`].
///
/// Every period with a number of waiting messages has a value: CloudWatch drops a point that is divided by zero, and with it would go the worst that can be, a
/// queue that does not become shorter.
pub(super) fn seconds(period: u32) -> String {
    format!("IF({VISIBLE} > 0, IF({SHORTER} > 0, {period} * {VISIBLE} / IF({SHORTER} > 0, {SHORTER}, 1), {NEVER_SECONDS}), 0)")
}

/// By how many messages it became shorter in a period. `0 * visible`: also where nothing was sent and nothing done, and so neither has a value.
pub(super) fn shorter() -> String {
    format!("0 * {VISIBLE} + FILL({DELETED}, 0) - FILL({SENT}, 0)")
}
