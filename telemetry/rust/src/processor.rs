//! Logging of Skywarden's own functions: start, and the closing line with the invocation's own metrics.

use std::{io::Write as _, process::ExitCode};

use jiff::Timestamp;
use skywarden_core::{mask::Masker, pipeline::Tally, plan::Plan};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::{Layer as _, layer::SubscriberExt as _};

use crate::{
    layer::{JsonLayer, Service, level_filter},
    metrics::emf::{Metric, documents},
};

/// Starts logging to standard output, once a process; a second call changes nothing.
pub fn start(service: Service, masker: Masker, level: Option<&str>, clock: fn() -> Timestamp) {
    let (filter, unknown) = level_filter(level);
    let layer = JsonLayer::new(service, std::io::stdout(), masker, clock);
    let subscriber = tracing_subscriber::registry().with(
        layer
            .with_filter(filter)
            .with_filter(tracing_subscriber::filter::filter_fn(|metadata| *metadata.level() <= LevelFilter::WARN || is_own(metadata.target()))),
    );
    if tracing::subscriber::set_global_default(subscriber).is_ok()
        && let Some(word) = unknown
    {
        tracing::warn!(level = word, "SKYWARDEN_LOG is no level: INFO is used");
    }
}

/// Libraries are heard from WARN on; what they say below may hold what they work on.
fn is_own(target: &str) -> bool {
    ["skywarden", "metrics_extractor", "error_classifier", "alert_notifier"].iter().any(|own| target.starts_with(own))
}

/// Says why the process cannot work, in a line of our schema, and gives the exit code. Logging may not have started yet.
pub fn refuse_to_start(function: &str, code: &str, message: &str) -> ExitCode {
    let line =
        serde_json::json!({"level": "CRITICAL", "message": "the function cannot start", "service": function, "error": {"type": code, "message": message}});
    // Nothing is left to tell if even this cannot be written.
    let _ = writeln!(std::io::stdout(), "{line}");
    ExitCode::FAILURE
}

/// Closes one invocation: a log line, and its counters as metrics with dimension `Function` in the project's own namespace.
pub fn finish(plan: &Plan, function: &str, tally: &Tally, failed: Option<(&str, &str)>, at: Timestamp) {
    match failed {
        None => tracing::debug!("invocation done"),
        Some((code, message)) => tracing::error!(error = message, error_type = code, "invocation failed"),
    }
    for (reason, count) in &tally.drops {
        tracing::warn!(reason = reason.as_str(), count, "samples dropped");
    }
    let metrics: Vec<Metric<'_>> = tally
        .iter()
        .map(|(metric, count)| {
            #[expect(clippy::cast_precision_loss, reason = "a count of one invocation is far below 2^53")]
            let value = count as f64;
            Metric { name: metric.as_str(), unit: "Count", value }
        })
        .collect();
    let namespace = format!("{}/{}/skywarden", plan.project, plan.environment);
    for document in documents(&namespace, &[("Function", function)], &metrics, at) {
        // As with the log itself: nowhere else to say that it failed.
        let _ = writeln!(std::io::stdout(), "{document}");
    }
}
