//! Recording into a series that is there allocates nothing.

use std::time::Duration;

use allocation_counter::measure;
use jiff::Timestamp;
use skywarden_core::schema::Level;
use skywarden_telemetry::{
    metrics::{Metrics, RequestMetrics},
    settings,
};

fn allocations(mut run: impl FnMut()) -> u64 {
    // The first time may make room.
    run();
    measure(run).count_total
}

fn settings() -> settings::Metrics {
    settings::Metrics { namespace: "n".to_owned(), builtin: true, by_route: true, ..settings::Metrics::default() }
}

#[test]
fn handles_allocate_nothing() {
    let metrics = Metrics::new(&settings());
    let (counter, gauge, timer) = (metrics.counter("Orders"), metrics.gauge("Queue", "Count"), metrics.timer("Work"));
    let distribution = metrics.distribution_by("Size", "Bytes", &[("Zone", "a")]);
    let work = || {
        for number in 0..1_000_u32 {
            counter.increment();
            counter.add_amount(0.5);
            gauge.up();
            gauge.set(3.0);
            distribution.record(f64::from(number));
            timer.start().stop();
            timer.record(Duration::from_millis(number.into()));
        }
    };
    assert_eq!(allocations(work), 0);
    assert!(measure(|| assert_eq!(metrics.drain(Timestamp::UNIX_EPOCH).len(), 2)).count_total > 0);
    assert_eq!(allocations(work), 0, "room stays when lines were written");
}

#[test]
fn names_allocate_nothing_once_they_are_known() {
    let metrics = Metrics::new(&settings());
    let by = [("Currency", "EUR"), ("Zone", "a")];
    let work = || {
        metrics.count("Orders", 1.0, &by);
        metrics.set("Queue", "Count", 1.0, &by);
        metrics.record("Size", "Bytes", 1.0, &by);
    };
    assert_eq!(allocations(work), 0);
}

#[test]
fn requests_allocate_nothing_once_their_route_is_known() {
    let settings = settings();
    let metrics = Metrics::new(&settings);
    let requests = RequestMetrics::new(&metrics, &settings);
    let work = || {
        let _in_flight = requests.begin();
        requests.end(Some("/orders/{id}"), Some(200), Duration::from_millis(3), Some(1), Some(2));
        requests.log_event(Level::Info);
    };
    assert_eq!(allocations(work), 0);
}

#[test]
fn what_is_over_a_limit_allocates_nothing_either() {
    let metrics = Metrics::new(&settings::Metrics { max_series: 1, ..settings() });
    metrics.count("Orders", 1.0, &[("Zone", "a")]);
    assert_eq!(allocations(|| metrics.count("Orders", 1.0, &[("Zone", "b")])), 0);
    assert_eq!(allocations(|| metrics.count(":", 1.0, &[])), 0);
    assert_eq!(allocations(|| metrics.record("Orders", "Bytes", f64::NAN, &[("Zone", "a")])), 0);
}
