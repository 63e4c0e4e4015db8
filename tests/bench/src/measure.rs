//! Measuring: CPU time of the thread, several candidates turn by turn, quantiles of what was seen.
//!
//! CPU time and not wall time, since the machine may be shared; turn by turn, so that what slows the machine for a while slows all alike.

use std::hint::black_box;

use rustix::time::{ClockId, clock_gettime};
use serde::Serialize;

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Turns of each candidate, after one that only warms up.
    pub turns: usize,
    /// CPU time of one turn in nanoseconds: a candidate is run again within its turn until this is used up.
    pub turn_ns: f64,
}

impl Effort {
    /// What the published numbers come from.
    pub const FULL: Self = Self { turns: 40, turn_ns: 10e6 };
    /// To see that all works and roughly how fast.
    pub const QUICK: Self = Self { turns: 7, turn_ns: 2e6 };
}

/// Most runs within one turn.
const MAX_RUNS: f64 = 1_000.0;

/// Something to measure.
pub trait Candidate {
    /// Name in the report.
    fn name(&self) -> &str;

    /// How many units (events, messages) one run processes.
    fn units(&self) -> usize;

    /// Runs it so many times and gives the CPU time of each, nanoseconds.
    ///
    /// # Errors
    /// A run fails.
    fn run(&mut self, times: usize) -> anyhow::Result<Vec<f64>>;
}

/// A candidate of this process: a function whose result is thrown away.
#[expect(missing_debug_implementations, reason = "closures have none")]
pub struct Local<'a> {
    name: String,
    units: usize,
    work: Box<dyn FnMut() -> anyhow::Result<usize> + 'a>,
}

impl<'a> Local<'a> {
    /// A candidate that processes `units` units each time `work` runs.
    pub fn new(name: impl Into<String>, units: usize, work: impl FnMut() -> anyhow::Result<usize> + 'a) -> Self {
        Self { name: name.into(), units, work: Box::new(work) }
    }
}

impl Candidate for Local<'_> {
    fn name(&self) -> &str {
        &self.name
    }

    fn units(&self) -> usize {
        self.units
    }

    fn run(&mut self, times: usize) -> anyhow::Result<Vec<f64>> {
        timed(times, || {
            (self.work)().map(|result| {
                black_box(result);
            })
        })
    }
}

/// Runs `work` so many times and gives the CPU time of each, nanoseconds.
///
/// # Errors
/// As `work`.
pub fn timed(times: usize, mut work: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<Vec<f64>> {
    let mut seen = Vec::with_capacity(times);
    for _ in 0..times {
        let began = thread_cpu_ns();
        work()?;
        seen.push(thread_cpu_ns() - began);
    }
    Ok(seen)
}

/// CPU time this thread has used, nanoseconds. As a float: exact to the nanosecond for the first hundred days.
#[expect(clippy::cast_precision_loss, reason = "exact to the nanosecond for the first hundred days")]
fn thread_cpu_ns() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    (time.tv_sec * 1_000_000_000 + time.tv_nsec) as f64
}

/// Nanoseconds of CPU per unit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// Name of the candidate.
    pub name: String,
    /// Units of one run.
    pub units: usize,
    /// Runs seen.
    pub runs: usize,
    /// Half of the runs took at most this.
    pub median_ns: f64,
    /// A quarter of the runs took at most this.
    pub p25_ns: f64,
    /// The fastest run.
    pub best_ns: f64,
}

/// Measures candidates turn by turn.
///
/// # Errors
/// A run fails.
pub fn interleaved(candidates: &mut [Box<dyn Candidate + '_>], effort: Effort) -> anyhow::Result<Vec<Summary>> {
    let mut runs_a_turn = Vec::with_capacity(candidates.len());
    for candidate in candidates.iter_mut() {
        candidate.run(1)?;
        let warm = quantile(&mut candidate.run(3)?, 0.5);
        runs_a_turn.push(runs_within(effort.turn_ns, warm));
    }
    let mut seen: Vec<Vec<f64>> = vec![Vec::new(); candidates.len()];
    for _ in 0..effort.turns {
        for ((candidate, &runs), seen) in candidates.iter_mut().zip(&runs_a_turn).zip(&mut seen) {
            seen.extend(candidate.run(runs)?);
        }
    }
    Ok(candidates.iter().zip(seen).map(|(candidate, seen)| summary(candidate.name(), candidate.units(), seen)).collect())
}

/// How many runs of a length fit into a turn; at least one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded just before")]
fn runs_within(turn_ns: f64, run_ns: f64) -> usize {
    // f64::max takes the number when the other side is not one.
    (turn_ns / run_ns).clamp(1.0, MAX_RUNS).max(1.0) as usize
}

#[expect(clippy::cast_precision_loss, reason = "counts of events are far below 2^52")]
fn summary(name: &str, units: usize, mut seen: Vec<f64>) -> Summary {
    let mut per_unit = |share: f64| quantile(&mut seen, share) / units as f64;
    let (median_ns, p25_ns, best_ns) = (per_unit(0.5), per_unit(0.25), per_unit(0.0));
    Summary { name: name.to_owned(), units, runs: seen.len(), median_ns, p25_ns, best_ns }
}

/// The smallest value that this share of all values does not exceed; NaN when there are none.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "an index of a short list")]
fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let rank = (share * values.len() as f64).ceil() as usize;
    values.get(rank.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_were_seen() {
        let mut values = [4.0, 1.0, 3.0, 2.0, 5.0];
        assert_eq!([0.0, 0.25, 0.5, 1.0].map(|share| quantile(&mut values, share).to_bits()), [1.0, 2.0, 3.0, 5.0].map(f64::to_bits));
        assert!(quantile(&mut [], 0.5).is_nan());
    }

    #[test]
    fn a_turn_holds_at_least_one_run_and_not_too_many() {
        assert_eq!([runs_within(100.0, 30.0), runs_within(100.0, 1e9), runs_within(1e9, 0.0), runs_within(100.0, f64::NAN)], [3, 1, 1_000, 1]);
    }

    #[test]
    fn candidates_take_turns_and_all_their_runs_count() {
        struct Fixed(&'static str, f64, usize);
        impl Candidate for Fixed {
            fn name(&self) -> &str {
                self.0
            }
            fn units(&self) -> usize {
                10
            }
            fn run(&mut self, times: usize) -> anyhow::Result<Vec<f64>> {
                self.2 += times;
                Ok(vec![self.1; times])
            }
        }
        let mut candidates: [Box<dyn Candidate>; 2] = [Box::new(Fixed("quick", 100.0, 0)), Box::new(Fixed("slow", 5_000.0, 0))];
        let summaries = interleaved(&mut candidates, Effort { turns: 3, turn_ns: 400.0 }).unwrap();
        let shown: Vec<_> = summaries.iter().map(|summary| (summary.name.as_str(), summary.runs, summary.median_ns.to_bits())).collect();
        assert_eq!(shown, [("quick", 12, 10.0_f64.to_bits()), ("slow", 3, 500.0_f64.to_bits())]);
    }
}
