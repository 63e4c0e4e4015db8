//! Writing one line into a log group, and finding it there.

use std::future::Future;

use jiff::Timestamp;

use super::PortResult;

/// One line of our own in a service's log group, as `skywarden verify` puts it there.
pub trait LogProbe: Sync {
    /// Writes a line into a stream of a log group, which is made when it is not there.
    fn write(&self, group: &str, stream: &str, at: Timestamp, line: &str) -> impl Future<Output = PortResult<()>> + Send;
    /// Whether the stream shows a line of this time that holds this word.
    fn is_stored(&self, group: &str, stream: &str, at: Timestamp, word: &str) -> impl Future<Output = PortResult<bool>> + Send;
    /// Where the subscription filters of a log group deliver to, as ARNs.
    fn subscribers(&self, group: &str) -> impl Future<Output = PortResult<Vec<String>>> + Send;
}
