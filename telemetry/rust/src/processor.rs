//! Logging of Skywarden's own functions: start, and the closing line with the invocation's own metrics.

use std::{io::Write as _, process::ExitCode};

use jiff::Timestamp;
use skywarden_core::{pipeline::Tally, plan::Plan, schema::Level};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::{
    layer::report_panics,
    metrics::emf::{Metric, documents},
    settings::{LevelFilter, Levels, Service, Settings},
    telemetry::{StartError, Telemetry, level_filter},
};

/// Our own crates: libraries are heard from WARNING on, since what they say below may hold what they work on.
const OWN: [&str; 5] = ["skywarden", "skywarden_core", "metrics_extractor", "error_classifier", "alert_notifier"];

/// Where the Lambda runtime tells of a handler's errors and panics a second time, as debug dumps: [`finish`] and the panic hook have told of them.
const TOLD_TWICE: &str = "lambda_runtime::layers::panic";

fn levels(own: LevelFilter) -> Levels {
    let own = OWN.into_iter().map(|target| (target.to_owned(), own));
    Levels { default: LevelFilter::Warning, targets: own.chain([(TOLD_TWICE.to_owned(), LevelFilter::Off)]).collect() }
}

/// Starts logging to standard output and has panics reported, once a process; a second call changes nothing. `level` is the word of `SKYWARDEN_LOG`.
///
/// # Errors
/// [`StartError`] when standard output cannot be used, or a masking rule cannot be.
pub fn start(function: &str, plan: &Plan, level: Option<&str>, clock: fn() -> Timestamp) -> Result<(), StartError> {
    let word = level.filter(|word| !word.is_empty());
    let known = word.and_then(Level::from_word);
    let own = known.map_or(LevelFilter::Info, level_filter);
    let settings = Settings {
        service: Service { name: function.to_owned(), environment: plan.environment.clone(), version: plan.version.clone() },
        levels: levels(own),
        masking: Some(plan.masking.clone()),
        ..Settings::default()
    };
    let telemetry = Telemetry::start_at(settings, clock)?;
    let subscriber = tracing_subscriber::registry().with(telemetry.bare_layer()).with(telemetry.filter());
    if tracing::subscriber::set_global_default(subscriber).is_ok() {
        report_panics();
        if let Some(word) = word
            && known.is_none()
        {
            tracing::warn!(target: "skywarden", level = word, "SKYWARDEN_LOG is no level: INFO is used");
        }
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handlers_error_is_told_once() {
        let levels = levels(LevelFilter::Info);
        assert_eq!(levels.filter_for("lambda_runtime::layers::panic"), LevelFilter::Off);
        assert_eq!(levels.filter_for("lambda_runtime::layers::api_client"), LevelFilter::Warning);
        assert_eq!(levels.filter_for("error_classifier"), LevelFilter::Info);
    }
}
