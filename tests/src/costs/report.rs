//! What was measured, as a document and as a table.

use std::{collections::BTreeMap, fmt::Write as _};

use serde::Serialize;

/// Everything that was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Costs {
    /// The functions.
    pub functions: Vec<FunctionCosts>,
}

/// One function.
#[derive(Clone, Debug, Serialize)]
pub struct FunctionCosts {
    /// Name.
    pub function: String,
    /// Size of the program, bytes.
    pub program_bytes: u64,
    /// Size of the package, program and plan, deflated as `zip -9` does, bytes.
    pub package_bytes: u64,
    /// From the start of the process to its first poll, milliseconds: median of all starts.
    pub start_ms: f64,
    /// The same, the fastest.
    pub fastest_start_ms: f64,
    /// CPU time until then, milliseconds: median.
    pub start_cpu_ms: f64,
    /// Most memory until then, MiB.
    pub idle_mib: f64,
    /// What it was given.
    pub work: Vec<Work>,
}

/// One kind of event.
#[derive(Clone, Debug, Serialize)]
pub struct Work {
    /// What it is.
    pub name: &'static str,
    /// Log events in it; for alert-notifier none.
    pub events: usize,
    /// Bytes of the invocation's payload.
    pub payload_bytes: usize,
    /// Bytes of the log lines in it.
    pub message_bytes: usize,
    /// CPU time of one invocation, milliseconds: median.
    pub cpu_ms: f64,
    /// Most memory the process ever held after it, MiB.
    pub peak_mib: f64,
    /// Calls to AWS of one invocation, by operation.
    pub calls: BTreeMap<String, u64>,
}

/// A bound and whether it holds.
struct Goal {
    what: String,
    measured: f64,
    unit: &'static str,
    below: f64,
}

/// Time from the start to the first poll (milliseconds).
pub(super) const START_MS: f64 = 25.0;
/// Memory of a process that was given a payload of 1 MB (MiB).
pub(super) const PEAK_MIB: f64 = 40.0;
/// Size of a package (MB).
pub(super) const PACKAGE_MB: f64 = 6.0;

impl FunctionCosts {
    /// Most memory of all, MiB.
    pub(super) fn peak_mib(&self) -> f64 {
        self.work.iter().map(|work| work.peak_mib).fold(self.idle_mib, f64::max)
    }

    /// Size of the package, MB.
    pub(super) fn package_mb(&self) -> f64 {
        megabytes(self.package_bytes)
    }
}

impl Work {
    /// CPU time of one event; empty when there is none.
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    pub(super) fn cpu_an_event(&self) -> String {
        if self.events == 0 { String::new() } else { format!("{:.0} ns", self.cpu_ms * 1e6 / self.events as f64) }
    }

    /// Calls in words.
    pub(super) fn calls_told(&self) -> String {
        let calls: Vec<String> = self.calls.iter().map(|(operation, count)| format!("{count} {operation}")).collect();
        if calls.is_empty() { "no call".to_owned() } else { calls.join(", ") }
    }
}

impl Costs {
    /// A table for the terminal.
    pub fn table(&self) -> String {
        let mut text = String::new();
        for function in &self.functions {
            // Writing to a string does not fail.
            let _ = writeln!(
                text,
                "{}: start {:.1} ms (fastest {:.1}, CPU {:.1}), idle {:.1} MiB, program {:.2} MB, package {:.2} MB",
                function.function,
                function.start_ms,
                function.fastest_start_ms,
                function.start_cpu_ms,
                function.idle_mib,
                megabytes(function.program_bytes),
                megabytes(function.package_bytes)
            );
            for work in &function.work {
                let calls = work.calls_told();
                let _ = writeln!(
                    text,
                    "  {:<34} {:>6} events {:>9} B payload {:>9} B lines  {:>8.2} ms CPU {:>7} {:>6.1} MiB  {calls}",
                    work.name,
                    work.events,
                    work.payload_bytes,
                    work.message_bytes,
                    work.cpu_ms,
                    work.cpu_an_event(),
                    work.peak_mib
                );
            }
        }
        for goal in self.goals() {
            let verdict = if goal.measured < goal.below { "met" } else { "NOT MET" };
            let _ = writeln!(text, "{}: {:.1} {}, wanted below {:.0}: {verdict}", goal.what, goal.measured, goal.unit, goal.below);
        }
        text
    }

    fn goals(&self) -> Vec<Goal> {
        let of = |function: &FunctionCosts| {
            [
                Goal { what: format!("{}, start", function.function), measured: function.start_ms, unit: "ms", below: START_MS },
                Goal { what: format!("{}, peak memory", function.function), measured: function.peak_mib(), unit: "MiB", below: PEAK_MIB },
                Goal { what: format!("{}, package", function.function), measured: function.package_mb(), unit: "MB", below: PACKAGE_MB },
            ]
        };
        self.functions.iter().flat_map(of).collect()
    }
}

#[expect(clippy::cast_precision_loss, reason = "sizes of files")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
