//! The goals the hot path is held to, beside what was measured. They are shown and never fail a run: a number depends on the machine.

use serde::Serialize;

use crate::{
    filter, grouping, masking,
    report::{PipelineRow, Report},
};

/// Most that ours may cost, as a multiple of the floor.
const MAX_RATIO: f64 = 1.5;

/// Most that an event may cost in one size of batch, as a multiple of its cost in another.
const MAX_SPREAD: f64 = 1.25;

/// Most that a batch of 6,000 events may add to the idle process, megabytes.
const MAX_GROWTH_MB: f64 = 30.0;

/// Most that a JSON pattern with two selectors may take on a message of 540 bytes, nanoseconds.
const MAX_JSON_NS: f64 = 600.0;

/// Least that a term pattern must read, gigabytes a second.
const MIN_TERM_GB: f64 = 2.0;

/// Most that masking a line of 343 bytes may take, nanoseconds.
const MAX_MASK_NS: f64 = 1_000.0;

/// Least messages a second on one core that must get a template and a hash.
const MIN_MESSAGES: f64 = 1_000_000.0;

/// Least lines a second on one core, with a stack of 20 frames, that must get a fingerprint.
const MIN_STACKS: f64 = 150_000.0;

/// A goal and what was measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Goal {
    /// What is measured.
    pub name: String,
    /// The goal in words.
    pub goal: String,
    /// What was measured, in the goal's unit.
    pub measured: f64,
    /// Unit of the goal.
    pub unit: &'static str,
    /// Whether it is met.
    pub met: bool,
}

/// The goals a report can say something about.
pub fn goals(report: &Report) -> Vec<Goal> {
    let mut goals = Vec::new();
    let mut ours: Vec<&PipelineRow> = report.pipelines.iter().filter(|row| row.cpu.name.starts_with("ours")).collect();
    ours.sort_by_key(|row| row.cpu.name.as_str());
    for row in &ours {
        goals.push(most(&format!("{}, {} events", row.cpu.name, row.events), row.ratio_to_floor, MAX_RATIO, "x floor"));
    }
    for rows in ours.chunk_by(|a, b| a.cpu.name == b.cpu.name) {
        let cost = || rows.iter().map(|row| row.cpu.median_ns);
        let spread = cost().fold(0.0, f64::max) / cost().fold(f64::INFINITY, f64::min);
        goals.push(most(&format!("{}, dearest batch size over cheapest", rows[0].cpu.name), spread, MAX_SPREAD, "x"));
    }
    for row in &report.filter {
        if row.name == filter::JSON_NAME {
            goals.push(most(&row.name, row.median_ns, MAX_JSON_NS, "ns"));
        } else if row.name == filter::TERM_NAME {
            // A unit is a byte: bytes a nanosecond are gigabytes a second.
            goals.push(least(&row.name, 1.0 / row.median_ns, MIN_TERM_GB, "GB/s"));
        }
    }
    for row in &report.masking {
        if row.name == masking::HEALTHY_NAME {
            goals.push(most(&row.name, row.median_ns, MAX_MASK_NS, "ns"));
        }
    }
    for row in &report.grouping {
        if row.cpu.name == grouping::TEMPLATE_NAME {
            goals.push(least(&row.cpu.name, row.per_second, MIN_MESSAGES, "messages/s"));
        } else if row.cpu.name == grouping::WHOLE_NAME {
            goals.push(least(&row.cpu.name, row.per_second, MIN_STACKS, "lines/s"));
        }
    }
    if let Some(memory) = &report.memory {
        #[expect(clippy::cast_precision_loss, reason = "megabytes of a process")]
        let growth = memory.growth_bytes() as f64 / 1e6;
        goals.push(most(&format!("memory over idle, {} events", memory.events), growth, MAX_GROWTH_MB, "MB"));
    }
    goals
}

/// A goal that is an upper bound.
pub fn most(name: &str, measured: f64, limit: f64, unit: &'static str) -> Goal {
    Goal { name: name.to_owned(), goal: format!("at most {} {unit}", short(limit)), measured, unit, met: measured <= limit }
}

/// A goal that is a lower bound.
pub fn least(name: &str, measured: f64, limit: f64, unit: &'static str) -> Goal {
    Goal { name: name.to_owned(), goal: format!("at least {} {unit}", short(limit)), measured, unit, met: measured >= limit }
}

/// A limit with at most two decimals.
fn short(limit: f64) -> f64 {
    (limit * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_met_at_its_limit_and_not_beyond() {
        assert!(most("a", 1.5, 1.5, "x").met && !most("a", 1.51, 1.5, "x").met);
        assert!(least("a", 2.0, 2.0, "GB/s").met && !least("a", 1.99, 2.0, "GB/s").met);
        assert!(!most("a", f64::NAN, 1.5, "x").met);
        assert_eq!(most("a", 0.3, 1.0 / 3.0, "x").goal, "at most 0.33 x");
    }
}
