//! Levels: by target, changed at run time, sampled.

use std::time::Duration;

use skywarden_telemetry::settings::{LevelFilter, Levels, Settings};
use tracing::{debug, info, warn};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::lines::{logged, telemetry};

#[test]
fn the_longest_target_counts() {
    let lines = logged(
        |settings| {
            settings.levels.targets.insert("orders".to_owned(), LevelFilter::Warning);
            settings.levels.targets.insert("orders::db".to_owned(), LevelFilter::Debug);
        },
        || {
            info!(target: "orders", "no");
            debug!(target: "orders::db::pool", "yes");
            info!(target: "orders::dbx", "no");
            info!(target: "other", "yes");
            debug!(target: "other", "no");
            warn!(target: "orders", "yes");
        },
    );
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines.iter().all(|line| line.contains("\"yes\"")));
}

#[test]
fn levels_change_at_run_time() {
    let (telemetry, lines) = telemetry(Settings::default());
    let subscriber = tracing_subscriber::registry().with(telemetry.layer());
    let log = || debug!("seen");
    tracing::subscriber::with_default(subscriber, || {
        log();
        telemetry.set_levels(Levels { default: LevelFilter::Debug, ..Levels::default() });
        log();
        telemetry.set_levels(Levels::default());
        log();
    });
    assert_eq!(lines.texts().len(), 1);
}

#[test]
fn of_many_like_lines_the_first_and_every_so_manyth_are_written() {
    let lines = logged(
        |settings| {
            settings.sampling.first = Some(2);
            settings.sampling.then_every = 5;
            settings.sampling.per = Duration::from_secs(1);
        },
        || {
            for round in 0..12 {
                info!(round, "like");
            }
            for _ in 0..3 {
                tracing::error!("never left out");
            }
        },
    );
    let sampled: Vec<_> = lines.iter().map(|line| line.contains("\"sampled\":true")).collect();
    assert_eq!(sampled, [false, false, true, true, false, false, false], "{lines:?}");
}

#[test]
fn another_layer_still_gets_what_ours_does_not_want() {
    #[derive(Clone, Default)]
    struct Count(std::sync::Arc<std::sync::atomic::AtomicUsize>);
    impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Count {
        fn on_event(&self, _: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
            self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
    }
    let (telemetry, lines) = telemetry(Settings::default());
    let count = Count::default();
    let subscriber = tracing_subscriber::registry().with(telemetry.layer()).with(count.clone());
    tracing::subscriber::with_default(subscriber, || {
        debug!("x");
        info!("y");
    });
    assert_eq!((lines.texts().len(), count.0.load(std::sync::atomic::Ordering::Relaxed)), (1, 2));
}
