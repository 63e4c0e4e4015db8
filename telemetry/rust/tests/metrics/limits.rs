//! Each limit at its boundary, and what is done with what is over it.

use skywarden_core::metric::{MAX_MAGNITUDE, OTHER, emf::MAX_DOCUMENT_BYTES as MOST_A_READER_TAKES};
use skywarden_telemetry::{
    metrics::{
        Metrics, Reason,
        emf::{MAX_DOCUMENT_BYTES, MAX_METRICS, MAX_VALUES},
    },
    settings::Metrics as Settings,
};

use crate::{metrics, now, reading::read, settings};

/// What was told, and how many samples were lost, by reason.
type Told = (Vec<(Reason, String)>, Vec<(Reason, u64)>);

fn told(metrics: &Metrics) -> Told {
    (metrics.complaints().into_iter().map(|complaint| (complaint.reason, complaint.name)).collect(), metrics.drops())
}

fn one(reason: Reason, name: &str, times: u64) -> Told {
    (vec![(reason, name.to_owned())], vec![(reason, times)])
}

const _: () = assert!(MAX_DOCUMENT_BYTES < MOST_A_READER_TAKES);

#[test]
fn a_document_has_a_hundred_metrics() {
    for (count, documents) in [(MAX_METRICS, 1), (MAX_METRICS + 1, 2), (2 * MAX_METRICS, 2)] {
        let metrics = metrics();
        for number in 0..count {
            metrics.count(&format!("m{number}"), 1.0, &[("D", "d")]);
        }
        let read = read(&metrics.drain(now()));
        assert_eq!((read.documents, read.metrics.len()), (documents, count));
    }
}

#[test]
fn a_metric_has_a_hundred_values_a_document_and_the_rest_in_others() {
    for (values, documents) in [(MAX_VALUES, 1), (2 * MAX_VALUES, 2), (3 * MAX_VALUES, 3)] {
        let metrics = metrics();
        metrics.count("Orders", 1.0, &[]);
        metrics.record("Steady", "None", 1.0, &[]);
        // A tenth of a step a bin: too many different values to stay exact, each step with a bin of its own.
        for step in 0..i32::try_from(values).unwrap() - 2 {
            for value in [1.0, 1.01, 1.02] {
                metrics.record("Size", "Bytes", value * 1.1_f64.powi(step) * 1.001, &[]);
            }
        }
        let lines = metrics.drain(now());
        let read = read(&lines);
        assert_eq!(read.documents, documents, "{lines:?}");
        let size = read.get("Size{}");
        assert!(size.values.len().abs_diff(values) <= 2, "{}", size.values.len());
        assert_eq!(
            [size.count(), read.get("Orders{}").count(), read.get("Steady{}").count()],
            [3.0 * (f64::from(u32::try_from(values).unwrap()) - 2.0), 1.0, 1.0]
        );
    }
}

#[test]
fn thirty_dimensions_are_taken_and_one_more_is_told() {
    let names: Vec<String> = (0..31).map(|number| format!("d{number}")).collect();
    let dimensions: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "v")).collect();
    let metrics = metrics();
    metrics.count("m", 1.0, &dimensions[..30]);
    metrics.count("m", 1.0, &dimensions);
    metrics.count("m", 1.0, &dimensions);
    assert_eq!(read(&metrics.drain(now())).metrics.len(), 1);
    assert_eq!(told(&metrics), one(Reason::TooManyDimensions, "m", 2));
}

#[test]
fn the_longest_of_everything_fits_in_a_document() {
    let quotes = |length: usize| "\"".repeat(length);
    let names: Vec<String> = (10..40).map(|number| format!("{}{number}", quotes(248))).collect();
    let value = quotes(1_024);
    let dimensions: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), value.as_str())).collect();
    let metrics = metrics();
    for number in 100..250 {
        let name = format!("{}{number}", quotes(252));
        for turn in 0..120 {
            metrics.record(&name, "Gigabytes/Second", -1.234_567_890_123_456_7e100 * f64::from(turn * turn), &dimensions);
        }
    }
    let lines = metrics.drain(now());
    assert!(lines.iter().all(|line| line.len() <= MAX_DOCUMENT_BYTES) && lines.iter().any(|line| line.len() > MAX_DOCUMENT_BYTES / 2));
    let read = read(&lines);
    assert_eq!(read.metrics.len(), 150);
    assert!(read.metrics.values().all(|summary| summary.count() == 120.0));
    assert_eq!(told(&metrics), (vec![], vec![]));
}

#[test]
fn values_cloudwatch_does_not_take_are_lost_and_told_once_a_name() {
    let metrics = metrics();
    let (counter, gauge, distribution) = (metrics.counter("Orders"), metrics.gauge("Queue", "Count"), metrics.distribution("Size", "Bytes"));
    let bad = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, MAX_MAGNITUDE * 1.01, -MAX_MAGNITUDE * 1.01];
    for value in bad {
        counter.add_amount(value);
        gauge.add(value);
        gauge.set(value);
        distribution.record(value);
        metrics.record("Size", "Bytes", value, &[]);
    }
    counter.add_amount(-1.0);
    assert!(metrics.drain(now()).is_empty());
    let (complaints, drops) = told(&metrics);
    let expected = [(Reason::OutOfRange, "Orders"), (Reason::OutOfRange, "Queue"), (Reason::OutOfRange, "Size"), (Reason::Negative, "Orders")];
    assert_eq!(complaints, expected.map(|(reason, name)| (reason, name.to_owned())));
    assert_eq!(drops, [(Reason::OutOfRange, 25), (Reason::Negative, 1)]);
    counter.add_amount(MAX_MAGNITUDE);
    counter.add_amount(MAX_MAGNITUDE);
    gauge.set(-MAX_MAGNITUDE);
    distribution.record(MAX_MAGNITUDE);
    let read = read(&metrics.drain(now()));
    assert_eq!([read.get("Orders{}").max(), read.get("Queue{}").max(), read.get("Size{}").max()], [MAX_MAGNITUDE, -MAX_MAGNITUDE, MAX_MAGNITUDE]);
}

#[test]
fn a_gauge_that_is_pushed_beyond_the_range_stays_readable() {
    let metrics = metrics();
    let gauge = metrics.gauge("Queue", "Count");
    for _ in 0..10 {
        gauge.add(MAX_MAGNITUDE);
    }
    assert_eq!(read(&metrics.drain(now())).get("Queue{}").max(), MAX_MAGNITUDE);
}

#[test]
fn hostile_names_are_lost_and_told() {
    let metrics = metrics();
    let long = "x".repeat(10_240);
    let bad = ["", " ", ":m", "_aws", "a\nb", "a\0", "\u{1f600}", "\u{202e}m", &long];
    for name in bad {
        metrics.count(name, 1.0, &[]);
        metrics.counter(name).increment();
        metrics.count("m", 1.0, &[(name, "v")]);
    }
    metrics.record("Time", "ms", 1.0, &[]);
    metrics.distribution("Time", "ms").record(1.0);
    metrics.count("m", 1.0, &[("m", "v")]);
    metrics.count("m", 1.0, &[("d", "1"), ("d", "2")]);
    assert!(metrics.drain(now()).is_empty());
    let count = bad.len() as u64;
    let (complaints, drops) = told(&metrics);
    assert_eq!(drops, [(Reason::Name, 2 * count), (Reason::Unit, 2), (Reason::DimensionName, count), (Reason::Clash, 2)]);
    assert_eq!(complaints.len() as u64, count + 3, "{complaints:?}");
}

#[test]
fn hostile_text_that_is_valid_is_written_so_that_it_reads_back() {
    let metrics = metrics();
    let name = r#"}],"_aws":{"\"#;
    metrics.count(name, 1.0, &[("\"d\\", "a\nb"), ("Empty", ""), ("Long", &"\u{e9}".repeat(10_240)), ("Tail", " \u{2028}x ")]);
    let read = read(&metrics.drain(now()));
    let long = "?".repeat(1_024);
    assert_eq!(read.sums(), [(&*format!("{name}{{\"d\\=a?b,Empty=__empty__,Long={long},Tail=x}}"), 1.0)]);
}

#[test]
fn values_that_are_one_when_cleaned_are_one_series() {
    let metrics = metrics();
    for value in ["a\u{e9}", "a\u{ea}", "a?", " a? "] {
        metrics.count("m", 1.0, &[("D", value)]);
    }
    assert_eq!(read(&metrics.drain(now())).sums(), [("m{D=a?}", 4.0)]);
}

#[test]
fn a_name_has_one_kind_and_one_unit() {
    let metrics = metrics();
    metrics.count("m", 1.0, &[]);
    metrics.record("m", "Count", 2.0, &[]);
    metrics.gauge("m", "Count").set(3.0);
    metrics.record("Time", "Milliseconds", 1.0, &[]);
    metrics.record("Time", "Seconds", 1.0, &[]);
    metrics.record("Time", "Seconds", 7.0, &[("Route", "/")]);
    assert_eq!(read(&metrics.drain(now())).sums(), [("Time{Route=/}", 7.0), ("Time{}", 1.0), ("m{}", 1.0)]);
    let (complaints, drops) = told(&metrics);
    assert_eq!(complaints, [(Reason::Kind, "Time".to_owned()), (Reason::Kind, "m".to_owned())]);
    assert_eq!(drops, [(Reason::Kind, 3)]);
}

#[test]
fn series_over_the_limit_are_counted_as_other() {
    let metrics = Metrics::new(&Settings { max_series: 3, ..settings() });
    for user in ["a", "b", "c", "d", "e", "a"] {
        metrics.count("Orders", 1.0, &[("User", user), ("Zone", "z")]);
    }
    let handle = metrics.counter_by("Orders", &[("User", "f"), ("Zone", "z")]);
    handle.add(10);
    let named = |user: &str, zone: &str| format!("Orders{{User={user},Zone={zone}}}");
    let read = read(&metrics.drain(now()));
    let expected = [(named(OTHER, OTHER), 12.0), (named("a", "z"), 2.0), (named("b", "z"), 1.0), (named("c", "z"), 1.0)];
    assert_eq!(read.sums(), expected.each_ref().map(|(name, sum)| (name.as_str(), *sum)));
    assert_eq!(told(&metrics), one(Reason::Capped, "Orders", 3));
    metrics.record("Orders", "Bytes", 1.0, &[("User", "g"), ("Zone", "z")]);
    assert_eq!(told(&metrics).0, [(Reason::Kind, "Orders".to_owned())]);
}

#[test]
fn names_without_end_are_bounded_too() {
    let metrics = Metrics::new(&Settings { max_series: 10, ..settings() });
    for number in 0..500 {
        metrics.count(&format!("m{number}"), 1.0, &[]);
        metrics.count(&format!("n{number}"), 1.0, &[("D", "d")]);
    }
    let read = read(&metrics.drain(now()));
    assert_eq!(read.metrics.len(), 110);
    let drops = metrics.drops();
    assert!(matches!(drops[..], [(Reason::Capped, capped), (Reason::NoRoom, lost)] if capped < 110 && lost == 890), "{drops:?}");
    assert!(metrics.complaints().len() <= 200);
    metrics.count("m1", 1.0, &[]);
    assert_eq!(super::reading::read(&metrics.drain(now())).sums(), [("m1{}", 1.0)], "what has room keeps it");
}

#[test]
fn dimensions_of_all_metrics_are_on_all_and_yield_to_own() {
    let dimensions = [("Service", "api"), ("Version", "1"), ("_aws", "x")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let metrics = Metrics::new(&Settings { dimensions: dimensions.into(), ..settings() });
    metrics.count("m", 1.0, &[]);
    metrics.count("m", 2.0, &[("Version", "2")]);
    // The same as the first, given in another way: one name cannot be twice in a document.
    metrics.count("m", 4.0, &[("Version", "1")]);
    metrics.count("Service", 1.0, &[]);
    let read = read(&metrics.drain(now()));
    assert_eq!(read.sums(), [("m{Service=api,Version=1}", 5.0), ("m{Service=api,Version=2}", 2.0)]);
    assert_eq!(told(&metrics).0, [(Reason::Setting, "_aws".to_owned()), (Reason::Clash, "Service".to_owned())]);
}

#[test]
fn without_a_namespace_nothing_is_written_and_it_is_told_once() {
    for namespace in ["", "AWS/Lambda", "a\nb", &"x".repeat(256)] {
        let metrics = Metrics::new(&Settings { namespace: namespace.to_owned(), ..settings() });
        assert!(metrics.complaints().is_empty(), "nobody has missed anything yet");
        let counter = metrics.counter("m");
        counter.increment();
        metrics.count("m", 1.0, &[]);
        metrics.record("Size", "Bytes", 1.0, &[]);
        assert!(metrics.drain(now()).is_empty());
        let (complaints, drops) = told(&metrics);
        assert_eq!((complaints.len(), complaints[0].0, drops), (1, Reason::Namespace, vec![(Reason::Namespace, 3)]));
    }
}
