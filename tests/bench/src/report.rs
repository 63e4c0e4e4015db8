//! The result: tables for a person, JSON for a machine.

use std::fmt::Write as _;

use serde::Serialize;
use skywarden_bench_machine::Machine;

use crate::{data::Batch, goals::Goal, grouping::GroupingRow, measure::Summary, memory::Memory};

/// Version of the JSON. Raised when a field changes its meaning or goes.
pub const FORMAT: u32 = 2;

/// Everything one run measured. Parts that were not asked for are empty.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// [`FORMAT`].
    pub format: u32,
    /// Where it was measured.
    pub machine: Machine,
    /// Whether the run was a quick one: fewer turns, rougher numbers.
    pub quick: bool,
    /// Clock of every time below.
    pub clock: &'static str,
    /// Pipelines, by batch size.
    pub pipelines: Vec<PipelineRow>,
    /// Stages of ours, nanoseconds per event.
    pub stages: Vec<StageRow>,
    /// Filter patterns; the unit is a message or, on a large text, a byte.
    pub filter: Vec<Summary>,
    /// Masking; the unit is a text.
    pub masking: Vec<Summary>,
    /// Templates and fingerprints.
    pub grouping: Vec<GroupingRow>,
    /// Memory.
    pub memory: Option<Memory>,
    /// The goals these numbers are held to.
    pub goals: Vec<Goal>,
}

/// One pipeline on one batch.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PipelineRow {
    /// Events of the batch.
    pub events: usize,
    /// CPU time per event.
    pub cpu: Summary,
    /// Events a second on one core, by the median.
    pub events_per_second: f64,
    /// Inflated megabytes a second on one core, by the median.
    pub mb_per_second: f64,
    /// Median over the floor's median.
    pub ratio_to_floor: f64,
}

/// One stage of ours.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StageRow {
    /// Events of the batch.
    pub events: usize,
    /// Name.
    pub name: String,
    /// CPU time per event, median, nanoseconds.
    pub median_ns: f64,
    /// Whether it was found by subtracting one median from another.
    pub derived: bool,
}

/// Rows of the pipelines measured on one batch; the first is the floor.
pub fn pipeline_rows(batch: &Batch, measured: Vec<Summary>) -> Vec<PipelineRow> {
    let floor = measured.first().map_or(f64::NAN, |summary| summary.median_ns);
    #[expect(clippy::cast_precision_loss, reason = "sizes of a batch")]
    let bytes_an_event = batch.inner.len() as f64 / batch.events as f64;
    let row = |cpu: Summary| PipelineRow {
        events: batch.events,
        events_per_second: 1e9 / cpu.median_ns,
        mb_per_second: bytes_an_event / cpu.median_ns * 1e3,
        ratio_to_floor: cpu.median_ns / floor,
        cpu,
    };
    measured.into_iter().map(row).collect()
}

impl Report {
    /// The tables.
    pub fn to_text(&self) -> String {
        let mut text = format!("{}, {} cores, {}, {}\n", self.machine.cpu, self.machine.cores, self.machine.system, self.machine.tools);
        let mut table = |title: &str, rows: Vec<Vec<String>>| {
            if rows.len() > 1 {
                let _ = write!(text, "\n{title}\n{}", aligned(&rows));
            }
        };
        let mut pipelines = vec![cells(&["events", "pipeline", "ns/event", "p25", "best", "events/s/core", "MB/s", "x floor"])];
        pipelines.extend(self.pipelines.iter().map(|row| {
            let mut cells = vec![row.events.to_string(), row.cpu.name.clone()];
            cells.extend([row.cpu.median_ns, row.cpu.p25_ns, row.cpu.best_ns, row.events_per_second, row.mb_per_second].map(whole));
            cells.push(format!("{:.2}", row.ratio_to_floor));
            cells
        }));
        table("Payload to answer (CPU time of one thread, median)", pipelines);
        let mut stages = vec![cells(&["events", "stage of ours", "ns/event", ""])];
        stages.extend(self.stages.iter().map(|row| {
            let derived = if row.derived { "by subtraction" } else { "" };
            vec![row.events.to_string(), row.name.clone(), whole(row.median_ns), derived.to_owned()]
        }));
        table("Stages", stages);
        table("Filter patterns", summaries("pattern", &self.filter));
        table("Masking", summaries("text", &self.masking));
        let mut grouping = vec![cells(&["from message or line to hash", "ns", "p25", "best", "a second/core", "groups"])];
        grouping.extend(self.grouping.iter().map(|row| {
            let mut cells = vec![row.cpu.name.clone()];
            cells.extend([row.cpu.median_ns, row.cpu.p25_ns, row.cpu.best_ns, row.per_second].map(whole));
            cells.push(row.groups.to_string());
            cells
        }));
        table("Grouping", grouping);
        let mut memory = vec![cells(&["events", "memory", "MB"])];
        if let Some(measured) = &self.memory {
            #[expect(clippy::cast_precision_loss, reason = "megabytes of a process")]
            let row = |name: &str, bytes: usize| vec![measured.events.to_string(), name.to_owned(), format!("{:.1}", bytes as f64 / 1e6)];
            memory.extend([row("idle", measured.idle_bytes), row("peak", measured.peak_bytes), row("growth", measured.growth_bytes())]);
        }
        table("Memory", memory);
        let mut goals = vec![cells(&["", "goal", "measured", "wanted"])];
        goals.extend(self.goals.iter().map(|goal| {
            let met = if goal.met { "met" } else { "NOT MET" };
            vec![met.to_owned(), goal.name.clone(), format!("{:.2} {}", goal.measured, goal.unit), goal.goal.clone()]
        }));
        table("Goals", goals);
        text
    }
}

/// Rows of a table whose unit is a text, or, for large texts, a byte.
fn summaries(what: &str, measured: &[Summary]) -> Vec<Vec<String>> {
    let mut rows = vec![cells(&[what, "ns", "p25", "best", "GB/s"])];
    rows.extend(measured.iter().map(|row| {
        let mut cells = vec![row.name.clone()];
        if per_byte(row) {
            cells.extend(["", "", ""].map(str::to_owned));
            cells.push(format!("{:.2}", 1.0 / row.median_ns));
        } else {
            cells.extend([row.median_ns, row.p25_ns, row.best_ns].map(whole));
            cells.push(String::new());
        }
        cells
    }));
    rows
}

/// No run processes a million texts; those that count so many units count bytes.
const fn per_byte(row: &Summary) -> bool {
    row.units >= 1_000_000
}

/// A row of a table.
pub fn cells(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

/// A number without decimals.
pub fn whole(number: f64) -> String {
    format!("{number:.0}")
}

/// Columns side by side: texts to the left, numbers to the right.
pub fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let of = |row: &[String], column: usize| row.get(column).cloned().unwrap_or_default();
    let width: Vec<usize> = (0..columns).map(|column| rows.iter().map(|row| of(row, column).chars().count()).max().unwrap_or(0)).collect();
    let numeric = |column: usize| rows.iter().skip(1).all(|row| of(row, column).is_empty() || of(row, column).parse::<f64>().is_ok());
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> = (0..columns)
            .map(|column| {
                let (cell, width) = (of(row, column), width[column]);
                if numeric(column) { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
            })
            .collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(name: &str, median_ns: f64) -> Summary {
        Summary { name: name.to_owned(), units: 100, runs: 9, median_ns, p25_ns: median_ns, best_ns: median_ns }
    }

    #[test]
    fn the_first_pipeline_is_the_floor_of_the_others() {
        let batch = Batch { events: 100, payload: Vec::new(), base64: String::new(), inner: "x".repeat(70_000) };
        let rows = pipeline_rows(&batch, vec![summary("floor", 2_000.0), summary("ours", 3_000.0)]);
        let shown: Vec<String> =
            rows.iter().map(|row| format!("{} {:.2} {:.0} {:.0}", row.cpu.name, row.ratio_to_floor, row.events_per_second, row.mb_per_second)).collect();
        assert_eq!(shown, ["floor 1.00 500000 350", "ours 1.50 333333 233"]);
    }

    #[test]
    fn columns_of_numbers_stand_to_the_right() {
        let rows = [cells(&["name", "ns", "met"]), cells(&["a long one", "9", "yes"]), cells(&["b", "1234", "no"])];
        assert_eq!(aligned(&rows), "name          ns  met\na long one     9  yes\nb           1234  no\n");
    }
}
