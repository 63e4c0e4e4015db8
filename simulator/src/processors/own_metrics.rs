//! The processors' metrics of their own.

use skywarden_core::pipeline::Tally;

use crate::{
    processors::Role,
    replay::SharedMetrics,
    statistics::{MetricId, Resolution},
};

/// Puts what an invocation did into `project/environment/skywarden`, dimension `Function`, as the functions do.
pub(super) fn put(metrics: &SharedMetrics, namespace: &str, role: Role, tally: &Tally, now_ms: i64) {
    let mut store = metrics.lock();
    for (metric, count) in tally.iter() {
        let dimensions = vec![("Function".to_owned(), role.as_str().to_owned())];
        let handle = store.handle(&MetricId::new(namespace, metric.as_str(), dimensions));
        store.name_unit(handle, "Count");
        #[expect(clippy::cast_precision_loss, reason = "one invocation counts far less than 2^52")]
        let count = count as f64;
        store.add(handle, now_ms, Resolution::Minute, count, 1.0);
    }
}
