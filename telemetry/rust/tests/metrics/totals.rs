//! What is recorded arrives: sums, counts and extremes as they were, percentiles within a bin, whatever threads do.

use std::thread;

use proptest::prelude::*;
use skywarden_core::statistics::{Histogram, percentile};

use crate::{metrics, now, reading::read};

#[test]
fn nothing_gathered_is_no_line() {
    let metrics = metrics();
    let (counter, gauge) = (metrics.counter("Orders"), metrics.gauge("Queue", "Count"));
    let _distribution = metrics.distribution("Amount", "None");
    assert!(metrics.drain(now()).is_empty());
    counter.increment();
    gauge.up();
    assert_eq!(read(&metrics.drain(now())).sums(), [("Orders{}", 1.0), ("Queue{}", 1.0)]);
    gauge.down();
    assert_eq!(read(&metrics.drain(now())).sums(), [("Queue{}", 1.0)], "it stood at one");
    assert!(metrics.drain(now()).is_empty());
}

#[test]
fn series_of_the_same_dimensions_are_one_document_in_a_fixed_order() {
    let lines = |names: [&str; 3]| {
        let metrics = metrics();
        for name in names {
            metrics.count(name, 1.0, &[]);
            metrics.count(name, 2.0, &[("Zone", "b"), ("Currency", "EUR")]);
            metrics.count(name, 3.0, &[("Currency", "EUR"), ("Zone", "a")]);
        }
        metrics.drain(now())
    };
    let all = lines(["A", "B", "C"]);
    assert_eq!(all, lines(["C", "A", "B"]));
    assert_eq!(all.len(), 3);
    assert!(all[0].contains(r#""Dimensions":[[]]"#) && all[1].contains(r#""Zone":"a","A":3,"B":3,"C":3}"#), "{all:?}");
}

#[test]
fn handles_and_names_lead_to_the_same_series() {
    let metrics = metrics();
    let by = [("Currency", "EUR"), ("Zone", "a")];
    metrics.counter_by("Orders", &by).add(2);
    metrics.counter_by("Orders", &[("Zone", "a"), ("Currency", "EUR")]).add_amount(0.5);
    metrics.count("Orders", 4.0, &by);
    metrics.distribution_by("Amount", "None", &by).record(1.5);
    metrics.record("Amount", "None", 2.5, &by);
    metrics.gauge_by("Queue", "Count", &by).set(3.0);
    metrics.set("Queue", "Count", 2.0, &by);
    metrics.clone().count("Orders", 1.0, &by);
    let read = read(&metrics.drain(now()));
    let named = |name: &str| format!("{name}{{Currency=EUR,Zone=a}}");
    assert_eq!(read.sums(), [(&*named("Amount"), 4.0), (&*named("Orders"), 7.5), (&*named("Queue"), 3.0)]);
    assert_eq!((read.documents, read.get(&named("Amount")).unit, read.get(&named("Orders")).unit), (1, "None", "Count"));
}

#[test]
fn timers_record_when_they_end_and_not_when_they_are_discarded() {
    let metrics = metrics();
    let timer = metrics.timer("Work");
    let told = timer.start().stop();
    drop(timer.start());
    timer.start().discard();
    timer.record(std::time::Duration::from_millis(1_500));
    let read = read(&metrics.drain(now()));
    let work = read.get("Work{}");
    assert_eq!((work.unit, work.count()), ("Milliseconds", 3.0));
    assert!(work.max() >= 1_500.0 && work.sum() >= 1_500.0 + told.as_secs_f64() * 1e3);
    let panicked = thread::spawn(move || {
        let _running = timer.start();
        panic!("the work fails");
    });
    assert!(panicked.join().is_err());
    assert_eq!(super::reading::read(&metrics.drain(now())).get("Work{}").count(), 1.0);
}

#[test]
fn no_sample_is_lost_or_doubled_while_others_are_written() {
    const THREADS: u64 = 8;
    const EACH: u64 = 20_000;
    let metrics = metrics();
    let (counter, gauge, distribution) = (metrics.counter("Handle"), metrics.gauge("Level", "Count"), metrics.distribution("Size", "Bytes"));
    let mut lines = Vec::new();
    thread::scope(|scope| {
        let recording: Vec<_> = (0..THREADS)
            .map(|number| {
                let (metrics, counter, gauge, distribution) = (&metrics, &counter, &gauge, &distribution);
                scope.spawn(move || {
                    let own = number.to_string();
                    for turn in 0..EACH {
                        counter.increment();
                        gauge.up();
                        #[expect(clippy::cast_precision_loss, reason = "small")]
                        distribution.record((turn % 1_000) as f64);
                        if turn % 10 == 0 {
                            metrics.count("Name", 1.0, &[("Thread", &own)]);
                            metrics.count("Amount", 0.5, &[]);
                        }
                        gauge.down();
                    }
                })
            })
            .collect();
        while !recording.iter().all(thread::ScopedJoinHandle::is_finished) {
            lines.extend(metrics.drain(now()));
        }
    });
    lines.extend(metrics.drain(now()));
    assert_eq!(metrics.drain(now()), Vec::<String>::new(), "the level is back at zero");
    let read = read(&lines);
    #[expect(clippy::cast_precision_loss, reason = "small")]
    let all = (THREADS * EACH) as f64;
    assert_eq!([read.get("Handle{}").sum(), read.get("Size{}").count(), read.get("Amount{}").sum()], [all, all, all / 20.0]);
    let size = read.get("Size{}");
    assert_eq!((size.min(), size.max()), (0.0, 999.0));
    assert!((size.sum() - all * 499.5).abs() < 1e-3, "{}", size.sum());
    assert!((1.0..=8.0).contains(&read.get("Level{}").max()));
    for number in 0..THREADS {
        #[expect(clippy::cast_precision_loss, reason = "small")]
        let own = (EACH / 10) as f64;
        assert_eq!(read.get(&format!("Name{{Thread={number}}}")).sum(), own);
    }
}

#[test]
fn a_child_process_begins_with_nothing_and_its_handles_stay_good() {
    let metrics = metrics();
    let (counter, gauge, timer) = (metrics.counter("Orders"), metrics.gauge("Queue", "Count"), metrics.timer("Work"));
    counter.add(5);
    gauge.set(7.0);
    timer.record(std::time::Duration::from_secs(1));
    metrics.count("Orders", -1.0, &[]);
    metrics.after_fork();
    assert!(metrics.drain(now()).is_empty() && metrics.drops().is_empty() && metrics.complaints().is_empty());
    counter.increment();
    gauge.up();
    timer.record(std::time::Duration::from_secs(2));
    assert_eq!(read(&metrics.drain(now())).sums(), [("Orders{}", 1.0), ("Queue{}", 1.0), ("Work{}", 2_000.0)]);
}

proptest! {
    #[test]
    fn counters_sum_exactly(steps in prop::collection::vec(0_u32..1_000_000, 0..50)) {
        let metrics = metrics();
        let counter = metrics.counter("Orders");
        for &step in &steps {
            counter.add(u64::from(step));
        }
        let sum: u64 = steps.iter().map(|&step| u64::from(step)).sum();
        let read = read(&metrics.drain(now()));
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let expected = sum as f64;
        prop_assert_eq!(read.metrics.get("Orders{}").map_or(0.0, super::reading::Summary::sum), expected);
    }

    #[test]
    fn a_distribution_has_the_statistics_of_its_samples(
        exponents in prop::collection::vec(-3.0_f64..6.0, 1..1_500),
        repeats in 1_usize..4,
        percents in prop::collection::vec(0.0_f64..=100.0, 4),
    ) {
        let metrics = metrics();
        let distribution = metrics.distribution("Size", "Bytes");
        let mut raw = Histogram::default();
        let mut sorted = Vec::new();
        for value in exponents.iter().map(|&exponent| 10.0_f64.powf(exponent)) {
            for _ in 0..repeats {
                distribution.record(value);
                raw.add(value, 1.0);
                sorted.push(value);
            }
        }
        sorted.sort_by(f64::total_cmp);
        let read = read(&metrics.drain(now()));
        let size = read.get("Size{}");
        #[expect(clippy::cast_precision_loss, reason = "small")]
        let count = sorted.len() as f64;
        prop_assert_eq!([size.count(), size.min(), size.max()], [count, sorted[0], sorted[sorted.len() - 1]]);
        prop_assert!((size.sum() / sorted.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        let mut told = Histogram::default();
        for seen in &size.values {
            told.add(seen.value, seen.count);
        }
        for percent in percents {
            // What CloudWatch makes of the folded samples and of the samples differs by a bin at most, where a mean rounds over a bound.
            let (one, other) = (percentile(&told, percent).unwrap(), percentile(&raw, percent).unwrap());
            prop_assert!((one / other).max(other / one) <= 1.1 + 1e-9, "p{percent}: {one} {other}");
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and the number of samples")]
            let rank = ((percent / 100.0 * count).ceil().max(1.0)) as usize;
            let exact = sorted[rank - 1];
            let expanded = size.values.iter().scan(0.0, |sum, seen| { *sum += seen.count; Some((*sum, seen.value)) });
            #[expect(clippy::cast_precision_loss, reason = "small")]
            let near = expanded.into_iter().find(|(sum, _)| *sum >= rank as f64).unwrap().1;
            prop_assert!((near / exact).max(exact / near) <= 1.1 + 1e-9, "rank {rank}: {near} {exact}");
        }
    }
}
