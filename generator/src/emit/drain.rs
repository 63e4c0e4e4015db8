//! The time until a queue is empty, as metric math.

use crate::model::{MetricStatistic, NEVER_SECONDS};

/// Ids of the queries.
pub(super) const SECONDS: &str = "seconds";
pub(super) const SHORTER: &str = "shorter";
pub(super) const DONE: &str = "done";
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

/// The seconds, over the queries [`VISIBLE`], [`DONE`] and [`SHORTER`].
///
/// A queue with no more messages than are done in a period keeps up, however many come: it is a busy one, and its messages wait for their turn. Every
/// period with a number of waiting messages has a value: CloudWatch drops a point that is divided by zero, and with it would go the worst that can be, a
/// queue that does not become shorter.
pub(super) fn seconds(period: u32) -> String {
    let turn = format!("{period} * {VISIBLE} / IF({DONE} > 0, {DONE}, 1)");
    let empty = format!("{period} * {VISIBLE} / IF({SHORTER} > 0, {SHORTER}, 1)");
    format!("IF({VISIBLE} > {DONE}, IF({SHORTER} > 0, {empty}, {NEVER_SECONDS}), {turn})")
}

/// How many messages are done in a period. `0 * visible`: also where nothing was done, and so there is no value.
pub(super) fn done() -> String {
    format!("0 * {VISIBLE} + FILL({DELETED}, 0)")
}

/// By how many messages it becomes shorter in a period.
pub(super) fn shorter() -> String {
    format!("{DONE} - FILL({SENT}, 0)")
}
