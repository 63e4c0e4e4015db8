//! A line allocates nothing once a thread has written one, masking or not.
#![cfg(feature = "layer")]
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use allocation_counter::measure;
use jiff::Timestamp;
use skywarden_telemetry::{
    Sink, Telemetry,
    output::{Output, Urgency},
    settings::{LevelFilter, Service, Settings},
};
use tracing::{debug, info, info_span, warn};
use tracing_subscriber::layer::SubscriberExt as _;

/// Counts lines and what they hold.
#[derive(Clone, Debug, Default)]
struct Count(Arc<AtomicUsize>);

impl Output for Count {
    fn write(&self, lines: &[u8], _: Urgency) {
        self.0.fetch_add(usize::from(lines.ends_with(b"}\n")), Relaxed);
    }
    fn flush(&self, _: Duration) -> bool {
        true
    }
    fn lost(&self) -> u64 {
        0
    }
    fn after_fork(&self) {}
}

/// Allocations of one run after two that fill what is kept, and the lines of that run.
fn allocations(change: impl FnOnce(&mut Settings), spans: impl FnOnce() -> Vec<tracing::span::EnteredSpan>, run: impl Fn()) -> (u64, usize) {
    let count = Count::default();
    let mut settings =
        Settings { service: Service { name: "orders".to_owned(), environment: "prod".to_owned(), version: "1.2.3".to_owned() }, ..Settings::default() };
    change(&mut settings);
    let sink = Sink { level: LevelFilter::Trace, pretty: None, output: Arc::new(count.clone()) };
    let telemetry = Telemetry::with_sinks(settings, vec![sink], Timestamp::now).unwrap();
    let subscriber = tracing_subscriber::registry().with(telemetry.bare_layer()).with(telemetry.filter());
    tracing::subscriber::with_default(subscriber, || {
        let _spans = spans();
        run();
        run();
        let before = count.0.load(Relaxed);
        // A change of the second has its time formatted anew, which allocates: it cannot happen in each of a few tries.
        let allocated = (0..5).map(|_| measure(&run).count_total).min().unwrap();
        (allocated, (count.0.load(Relaxed) - before) / 5)
    })
}

fn four_fields() -> Vec<tracing::span::EnteredSpan> {
    let span = info_span!(
        "request",
        request_id = "a78beb7e-0787-40de-af96-0063bc67ba94",
        trace_id = "6cace4d519d5269512e74f7bfab36728",
        user = "u-48213",
        tenant = "acme"
    );
    vec![span.entered()]
}

fn three_deep() -> Vec<tracing::span::EnteredSpan> {
    let mut spans = four_fields();
    spans.push(info_span!("checkout", basket = 17, tenant = "acme-gmbh").entered());
    spans.push(info_span!("payment", attempt = 1, provider = "bank").entered());
    spans
}

fn log() {
    info!(amount = 129.95, currency = "EUR", "order placed");
    warn!(stock = 3, "stock of {} is low: {:?}", "apples", Some(3));
}

#[test]
fn the_counter_counts_here() {
    assert_eq!(allocations(|_| {}, Vec::new, || drop(std::hint::black_box(Box::new(1)))), (1, 0));
    let secret = || info!(password = "hunter2", "signed in");
    assert!(allocations(|_| {}, four_fields, secret).0 > 0, "what is masked is written anew");
}

#[test]
fn a_line_in_a_span_with_four_fields_allocates_nothing() {
    assert_eq!(allocations(|_| {}, four_fields, log), (0, 2));
    assert_eq!(allocations(|settings| settings.masking = None, four_fields, log), (0, 2));
}

#[test]
fn nor_does_one_without_a_span_or_in_several() {
    assert_eq!(allocations(|_| {}, Vec::new, log), (0, 2));
    assert_eq!(allocations(|_| {}, three_deep, log), (0, 2));
}

#[test]
fn nor_one_that_is_not_wanted() {
    assert_eq!(allocations(|_| {}, four_fields, || debug!(amount = 129.95, "priced")), (0, 0));
    assert_eq!(allocations(|settings| settings.sampling.first = Some(0), four_fields, log), (0, 0));
}
