//! Memory: how much the process grows over an idle one while it processes a large batch.
//!
//! Each figure is the peak of a fresh process (`VmHWM`), so that nothing of the benchmark itself is in it. The growth holds the payload, as it
//! does in a function.

use std::{fs, path::Path, process::Command};

use anyhow::Context as _;
use serde::Serialize;

use crate::{answer, data::Batch, data::MEMORY_SIZE, ours::Ours, pipeline::Pipeline as _, truth};

/// Fresh processes of each kind; the largest peak counts.
const PROCESSES: usize = 3;

/// What a fresh process does before it says its peak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Work {
    /// Compiles the rules, as a function that waits for its first batch.
    Idle,
    /// Also reads and processes the batch.
    Batch,
}

/// Peak memory, idle and at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Memory {
    /// Events of the batch.
    pub events: usize,
    /// Size of the payload as received, bytes.
    pub payload_bytes: usize,
    /// Size of the message inside, bytes.
    pub inflated_bytes: usize,
    /// Peak of an idle process, bytes.
    pub idle_bytes: usize,
    /// Peak of a process that has processed the batch, bytes.
    pub peak_bytes: usize,
}

impl Memory {
    /// What processing adds, bytes.
    pub const fn growth_bytes(&self) -> usize {
        self.peak_bytes.saturating_sub(self.idle_bytes)
    }
}

/// Measures both kinds of process, started from this program.
///
/// # Errors
/// A process fails, or the answer on this batch is wrong.
pub fn measure(directory: &Path) -> anyhow::Result<Memory> {
    let batch = Batch::read(directory, MEMORY_SIZE)?;
    let mut ours = Ours::new()?;
    ours.process(&batch.payload)?;
    answer::check("ours", &ours.answer(), &truth::metrics(&batch)?)?;
    let largest = |work: &str| -> anyhow::Result<usize> {
        let peaks = (0..PROCESSES).map(|_| peak(directory, work)).collect::<anyhow::Result<Vec<_>>>()?;
        peaks.into_iter().max().context("no process was measured")
    };
    Ok(Memory {
        events: batch.events,
        payload_bytes: batch.payload.len(),
        inflated_bytes: batch.inner.len(),
        idle_bytes: largest("idle")?,
        peak_bytes: largest("batch")?,
    })
}

fn peak(directory: &Path, work: &str) -> anyhow::Result<usize> {
    let mut command = Command::new(std::env::current_exe()?);
    let output = command.arg("memory").arg(work).arg("--data").arg(directory).output()?;
    anyhow::ensure!(output.status.success(), "the {work} process failed: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// What the fresh process does: gives its own peak, bytes.
///
/// # Errors
/// The batch cannot be processed, or the system does not tell the peak.
pub fn own_peak(work: Work, directory: &Path) -> anyhow::Result<usize> {
    let mut ours = Ours::new()?;
    if work == Work::Batch {
        // Only the payload: the rest of a `Batch` is no part of what a function holds.
        let payload = fs::read(directory.join(format!("batch_{MEMORY_SIZE}.json")))?;
        ours.process(&payload)?;
    }
    let status = fs::read_to_string("/proc/self/status").context("this system does not tell a process its peak memory")?;
    peak_of(&status).context("this system does not tell a process its peak memory")
}

/// `VmHWM` of a `/proc/…/status`, bytes.
fn peak_of(status: &str) -> Option<usize> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_read_in_bytes() {
        assert_eq!(peak_of("Name:\tbench\nVmPeak:\t 9 kB\nVmHWM:\t  5124 kB\nVmRSS:\t 1 kB\n"), Some(5_246_976));
        assert_eq!(peak_of("Name:\tbench\n"), None);
    }
}
