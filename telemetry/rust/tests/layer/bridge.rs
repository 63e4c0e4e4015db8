//! Lines of the `log` crate, through `tracing-log`.

use std::time::Duration;

use serde_json::Value;
use skywarden_telemetry::settings::{LevelFilter, Settings};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::lines::{logged, telemetry};

/// Once a process.
fn bridge() {
    let _ = tracing_log::LogTracer::init();
}

fn parsed(lines: &[String]) -> Vec<Value> {
    lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_level_of_the_real_target_counts() {
    bridge();
    let lines = logged(
        |settings| {
            settings.levels.targets.insert("chatty".to_owned(), LevelFilter::Debug);
            settings.levels.targets.insert("noisy".to_owned(), LevelFilter::Error);
        },
        || {
            log::debug!(target: "chatty::db", "yes");
            log::debug!(target: "other", "no");
            log::warn!(target: "noisy", "no");
            log::error!(target: "noisy", "yes");
            log::info!(target: "other", "yes");
        },
    );
    let said: Vec<_> = parsed(&lines).iter().map(|line| (line["logger"].as_str().unwrap().to_owned(), line["message"].as_str().unwrap().to_owned())).collect();
    assert_eq!(said, ["chatty::db", "noisy", "other"].map(|logger| (logger.to_owned(), "yes".to_owned())));
    let (telemetry, lines) = telemetry(Settings::default());
    tracing::subscriber::with_default(tracing_subscriber::registry().with(telemetry.layer()), || {
        log::debug!(target: "a", "no");
        telemetry.set_levels("warning,a=debug".parse().unwrap());
        log::debug!(target: "a", "yes");
        log::info!(target: "b", "no");
    });
    assert_eq!(lines.texts().len(), 1, "{:?}", lines.texts());
}

#[test]
fn a_line_names_its_own_place_and_nothing_of_the_bridge() {
    bridge();
    let lines = logged(|settings| settings.location = true, || log::info!(target: "db", "connected"));
    let line = &parsed(&lines)[0];
    assert!(line["location"].as_str().unwrap().contains("bridge.rs:"), "{line}");
    assert!(line.get("fields").is_none(), "{line}");
}

#[test]
fn each_place_is_sampled_by_itself() {
    bridge();
    let lines = logged(
        |settings| {
            settings.sampling.first = Some(1);
            settings.sampling.then_every = 0;
            settings.sampling.per = Duration::from_hours(1);
        },
        || {
            for _ in 0..3 {
                log::info!(target: "db", "one");
                log::info!(target: "db", "two");
            }
        },
    );
    let said: Vec<_> = parsed(&lines).iter().map(|line| line["message"].clone()).collect();
    assert_eq!(said, ["one", "two"]);
}
