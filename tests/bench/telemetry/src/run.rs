//! One run: which parts, beside whom.

use std::path::Path;

use skywarden_bench::{
    machine::Machine,
    measure::{Candidate, Effort, interleaved},
};

use crate::{
    case::Case,
    goals, line,
    report::{Basis, FORMAT, Part, Report, Row, Table},
    sink::Destination,
    suite::Suite,
};

/// A part of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Section {
    /// Lines by `tracing`.
    TelemetryLine,
    /// Requests to axum.
    TelemetryAxum,
}

/// What to run.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Fewer turns, rougher numbers.
    #[arg(long)]
    pub quick: bool,
    /// Only this part; may be given again.
    #[arg(long = "only", value_name = "NAME")]
    pub only: Vec<Section>,
    /// The compiler, for the result.
    #[arg(long, value_name = "TEXT", default_value = "unknown")]
    pub compiler: String,
}

/// Lines of one run of a case: the clock is read once a run.
const LINES: usize = 1_000;

/// Requests of one run of a case.
const REQUESTS: usize = 200;

impl Options {
    fn asks_for(&self, section: Section) -> bool {
        self.only.is_empty() || self.only.contains(&section)
    }

    /// Measures what was asked for.
    ///
    /// # Errors
    /// A program fails, or writes a line that does not say what it must.
    pub fn run(&self) -> anyhow::Result<Report> {
        let effort = if self.quick { Effort::QUICK } else { Effort::FULL };
        let mut report = Report {
            format: FORMAT,
            machine: Machine::here(self.compiler.clone()),
            quick: self.quick,
            clock: "CPU time of the thread",
            tables: Vec::new(),
            left_out: Vec::new(),
            goals: Vec::new(),
        };
        let program = std::env::current_exe()?;
        if self.asks_for(Section::TelemetryLine) {
            let of = Of { part: Part::Lines, suite: Suite::Line, title: "a line, to nowhere", unit: "line", units: LINES, basis: Basis::Floor };
            report.tables.push(of.measured(&program, |_| true, Destination::Nowhere, effort)?);
            let of = Of { part: Part::LinesToFile, title: "a line, to /dev/null", ..of };
            report.tables.push(of.measured(&program, |case| line::WITH_A_FILE.contains(&case.name), Destination::DevNull, effort)?);
        }
        if self.asks_for(Section::TelemetryAxum) {
            let of = Of { part: Part::Axum, suite: Suite::Axum, title: "a request to axum", unit: "request", units: REQUESTS, basis: Basis::Bare };
            report.tables.push(of.measured(&program, |_| true, Destination::Nowhere, effort)?);
        }
        report.goals = goals::goals(&report);
        Ok(report)
    }
}

/// A table before it is measured.
#[derive(Clone, Copy)]
struct Of {
    part: Part,
    suite: Suite,
    title: &'static str,
    unit: &'static str,
    /// Units of one run.
    units: usize,
    basis: Basis,
}

impl Of {
    fn measured(self, program: &Path, chosen: impl Fn(&Case) -> bool, to: Destination, effort: Effort) -> anyhow::Result<Table> {
        let mut candidates: Vec<Box<dyn Candidate>> = Vec::new();
        let mut lengths = Vec::new();
        for case in self.suite.cases().iter().filter(|case| chosen(case)) {
            let running = case.start(program, self.suite, to, self.units)?;
            lengths.push(running.line_bytes);
            candidates.push(Box::new(running.remote));
        }
        let rows = interleaved(&mut candidates, effort)?.into_iter().zip(lengths).map(|(cpu, line_bytes)| Row { cpu, line_bytes }).collect();
        Ok(Table { part: self.part, title: self.title, unit: self.unit, basis: self.basis, rows })
    }
}
