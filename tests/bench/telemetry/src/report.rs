//! The result: tables for a person, JSON for a machine.

use std::fmt::Write as _;

use crate::load::Load;
use serde::Serialize;
use skywarden_bench::{
    goals::Goal,
    measure::Summary,
    report::{aligned, cells, whole},
};
use skywarden_bench_machine::Machine;

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
    /// What was measured, part by part.
    pub tables: Vec<Table>,
    /// Requests a second under uvicorn.
    pub load: Vec<Load>,
    /// What was left out, and why.
    pub left_out: Vec<String>,
    /// The goals these numbers are held to.
    pub goals: Vec<Goal>,
}

/// Rows measured together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Table {
    /// Which one it is.
    pub part: Part,
    /// What a row is about.
    pub title: &'static str,
    /// What one unit is.
    pub unit: &'static str,
    /// How rows are compared.
    pub basis: Basis,
    /// Rows.
    pub rows: Vec<Row>,
}

/// The tables there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Lines by `tracing`, without writing them.
    Lines,
    /// Lines by `tracing`, each with a system call.
    LinesToFile,
    /// Requests to axum.
    Axum,
    /// Lines by structlog.
    Structlog,
    /// Lines by Python's `logging`.
    Logging,
    /// Formatters of Python's `logging`.
    Formatters,
    /// Requests to FastAPI.
    Asgi,
}

/// How rows of a table are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// As multiples of the first.
    Floor,
    /// By what they add to the first.
    Bare,
}

/// One candidate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// CPU time per unit.
    pub cpu: Summary,
    /// Length of its line, bytes; zero when it writes none.
    pub line_bytes: usize,
}

impl Table {
    /// Median of a row, nanoseconds.
    pub fn median(&self, name: &str) -> Option<f64> {
        self.rows.iter().find(|row| row.cpu.name == name).map(|row| row.cpu.median_ns)
    }

    /// What a row adds to the first, nanoseconds.
    pub fn added(&self, name: &str) -> Option<f64> {
        Some(self.median(name)? - self.rows.first()?.cpu.median_ns)
    }

    fn cells(&self) -> Vec<Vec<String>> {
        let compared = match self.basis {
            Basis::Floor => "x floor",
            Basis::Bare => "added ns",
        };
        let mut rows = vec![cells(&[self.title, &format!("ns/{}", self.unit), "p25", "best", compared, "bytes"])];
        let first = self.rows.first().map_or(f64::NAN, |row| row.cpu.median_ns);
        rows.extend(self.rows.iter().map(|Row { cpu, line_bytes }| {
            let mut cells = vec![cpu.name.clone()];
            let small = cpu.median_ns < 20.0;
            cells.extend([cpu.median_ns, cpu.p25_ns, cpu.best_ns].map(|number| if small { format!("{number:.1}") } else { whole(number) }));
            cells.push(match self.basis {
                Basis::Floor => format!("{:.2}", cpu.median_ns / first),
                Basis::Bare => whole(cpu.median_ns - first),
            });
            cells.push(if *line_bytes == 0 { String::new() } else { line_bytes.to_string() });
            cells
        }));
        rows
    }
}

impl Report {
    /// The tables.
    pub fn to_text(&self) -> String {
        let mut text = format!("{}, {} cores, {}, {}\n", self.machine.cpu, self.machine.cores, self.machine.system, self.machine.tools);
        for table in self.tables.iter().filter(|table| !table.rows.is_empty()) {
            let _ = write!(text, "\n{}", aligned(&table.cells()));
        }
        if let Some(bare) = self.load.first() {
            let mut rows = vec![cells(&["requests to uvicorn by wrk, one process", "requests/s", "of bare", "p50 ms", "p99 ms"])];
            rows.extend(self.load.iter().map(|load| {
                let share = format!("{:.2}", load.requests_per_second / bare.requests_per_second);
                vec![load.name.clone(), whole(load.requests_per_second), share, format!("{:.2}", load.p50_ms), format!("{:.2}", load.p99_ms)]
            }));
            let _ = write!(text, "\n{}", aligned(&rows));
        }
        if !self.goals.is_empty() {
            let mut goals = vec![cells(&["", "goal", "measured", "wanted"])];
            goals.extend(self.goals.iter().map(|goal| {
                let met = if goal.met { "met" } else { "NOT MET" };
                vec![met.to_owned(), goal.name.clone(), format!("{:.2} {}", goal.measured, goal.unit), goal.goal.clone()]
            }));
            let _ = write!(text, "\n{}", aligned(&goals));
        }
        for what in &self.left_out {
            let _ = write!(text, "\nnot measured: {what}");
        }
        text
    }
}
