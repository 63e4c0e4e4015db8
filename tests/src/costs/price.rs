//! What a terabyte of log lines costs to process, reckoned from what was measured and from prices of AWS.
//!
//! Prices: us-east-1, on demand, November 2026, without free tiers, dollars.

use super::report::{FunctionCosts, Work};

/// A terabyte of log lines, bytes.
pub(super) const TERABYTE: f64 = 1e12;
/// CPU time is bought with memory: so many MB are one processor (Lambda, "Configure function memory").
const MB_OF_A_PROCESSOR: f64 = 1_769.0;
/// Memory of the functions the generator writes.
pub(super) const MEMORY_MB: u32 = 256;
/// A GB for a second, x86-64. Of arm64 it is $0.0000133334.
const GB_SECOND: f64 = 0.000_016_666_7;
/// An invocation.
const INVOCATION: f64 = 0.20e-6;
/// A request that writes metric data.
const PUT_METRIC_DATA: f64 = 0.01e-3;
/// The marker of a metrics batch, two writes; a batch with a known error. Both as `docs/src/concepts/delivery.md` has them, where a test checks them.
const METRICS_MARKER: f64 = 1.25e-6;
const KNOWN_ERROR: f64 = 10.25e-6;
/// A request to a queue.
const QUEUE: f64 = 0.40e-6;
/// Time a call keeps its function waiting, seconds: an assumption, see the page.
const CALL_SECONDS: f64 = 0.010;

/// What it costs to take the lines in at all: CloudWatch Logs, Standard class, for each GB.
pub(super) const INGESTION_A_GB: f64 = 0.50;

/// A Python forwarder whose full path was measured: CPU nanoseconds an event of 540 bytes.
pub(super) struct Forwarder {
    pub(super) what: &'static str,
    pub(super) nanoseconds: f64,
}

pub(super) const FORWARDERS: [Forwarder; 2] = [
    Forwarder { what: "a popular Python forwarder, nothing redacted", nanoseconds: 72_674.0 },
    Forwarder { what: "the same, IP and e-mail addresses redacted", nanoseconds: 170_482.0 },
];

/// Bytes of a line in that measurement.
pub(super) const LINE_BYTES: f64 = 540.0;

/// What a terabyte costs, dollars.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bill {
    /// Invocations, millions.
    pub(super) million_invocations: f64,
    /// CPU time, seconds.
    pub(super) cpu_seconds: f64,
    /// CPU time on Lambda.
    pub(super) compute: f64,
    /// Time on Lambda in which a call is waited for.
    pub(super) waiting: f64,
    /// Invocations of Lambda.
    pub(super) invocations: f64,
    /// Calls of the other services.
    pub(super) calls: f64,
}

impl Bill {
    /// Everything together.
    pub(super) fn total(&self) -> f64 {
        self.compute + self.waiting + self.invocations + self.calls
    }
}

/// CPU time in dollars: the same at any memory up to that of one processor.
pub(super) fn compute(cpu_seconds: f64) -> f64 {
    cpu_seconds * MB_OF_A_PROCESSOR / 1_024.0 * GB_SECOND
}

/// A terabyte in deliveries of one kind, through one function; none for a function that gets no log lines.
pub(super) fn terabyte(function: &FunctionCosts, work: &Work) -> Option<Bill> {
    if work.message_bytes == 0 {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "sizes and counts far below 2^52")]
    let (bytes, made) = (work.message_bytes as f64, work.calls.values().sum::<u64>() as f64);
    let invocations = TERABYTE / bytes;
    let cpu_seconds = invocations * work.cpu_ms / 1e3;
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    let times = |operation: &str, price: f64| work.calls.get(operation).map_or(0.0, |&made| made as f64 * price);
    let store = match function.function.as_str() {
        "metrics-extractor" => times("PutItem", METRICS_MARKER / 2.0),
        _ => times("TransactWriteItems", KNOWN_ERROR),
    };
    Some(Bill {
        million_invocations: invocations / 1e6,
        cpu_seconds,
        compute: compute(cpu_seconds),
        waiting: invocations * made * CALL_SECONDS * f64::from(MEMORY_MB) / 1_024.0 * GB_SECOND,
        invocations: invocations * INVOCATION,
        calls: invocations * (store + times("PutMetricData", PUT_METRIC_DATA) + times("SendMessageBatch", QUEUE)),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn function(name: &str, calls: &[(&str, u64)]) -> (FunctionCosts, Work) {
        let work = Work {
            name: "w",
            events: 1_000,
            payload_bytes: 1,
            message_bytes: 1_000_000,
            cpu_ms: 2.0,
            peak_mib: 1.0,
            calls: calls.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect::<BTreeMap<_, _>>(),
        };
        let costs = FunctionCosts {
            function: name.to_owned(),
            program_bytes: 1,
            package_bytes: 1,
            start_ms: 1.0,
            fastest_start_ms: 1.0,
            start_cpu_ms: 1.0,
            idle_mib: 1.0,
            work: Vec::new(),
        };
        (costs, work)
    }

    fn near(left: f64, right: f64) -> bool {
        (left - right).abs() < 1e-6
    }

    #[test]
    fn a_terabyte_is_reckoned_by_hand() {
        // A million deliveries of a megabyte, 2 ms each: 2,000 s of CPU time, 3,455.08 GB-seconds.
        let (costs, work) = function("metrics-extractor", &[("PutItem", 2), ("PutMetricData", 1)]);
        let bill = terabyte(&costs, &work).unwrap();
        assert!(near(bill.million_invocations, 1.0) && near(bill.cpu_seconds, 2_000.0));
        assert!(near(bill.compute, 2_000.0 * 1.727_539_062_5 * 0.000_016_666_7), "{bill:?}");
        assert!(near(bill.waiting, 1e6 * 0.03 * 0.25 * 0.000_016_666_7), "{bill:?}");
        assert!(near(bill.invocations, 0.2) && near(bill.calls, 1.25 + 10.0), "{bill:?}");
        assert!(near(bill.total(), bill.compute + bill.waiting + 0.2 + 11.25));
    }

    #[test]
    fn a_batch_of_errors_and_one_of_nothing() {
        let (costs, work) = function("error-classifier", &[("BatchGetItem", 1), ("SendMessageBatch", 1), ("TransactWriteItems", 1)]);
        assert!(near(terabyte(&costs, &work).unwrap().calls, 10.25 + 0.4));
        let (costs, work) = function("error-classifier", &[]);
        let bill = terabyte(&costs, &work).unwrap();
        assert!(near(bill.calls, 0.0) && near(bill.waiting, 0.0));
        let (costs, mut work) = function("alert-notifier", &[]);
        work.message_bytes = 0;
        assert_eq!(terabyte(&costs, &work), None);
    }
}
