//! One run: which parts, beside whom.

use std::path::Path;

use skywarden_bench::{
    machine::Machine,
    measure::{Candidate, Effort, interleaved},
};

use crate::{
    case::Case,
    goals, line,
    report::{Basis, FORMAT, Report, Row, Table},
    sink::Destination,
};

/// A part of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Section {
    /// Lines by `tracing`.
    TelemetryLine,
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

/// Lines of one run of a case: its clock is read once a run.
const LINES: usize = 1_000;

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
            report.tables.push(lines(&program, "a line, to nowhere", &line::CASES, Destination::Nowhere, effort)?);
            let some: Vec<Case> = line::CASES.into_iter().filter(|case| line::WITH_A_FILE.contains(&case.name)).collect();
            report.tables.push(lines(&program, "a line, to /dev/null", &some, Destination::DevNull, effort)?);
        }
        report.goals = goals::goals(&report);
        Ok(report)
    }
}

fn lines(program: &Path, title: &'static str, cases: &[Case], to: Destination, effort: Effort) -> anyhow::Result<Table> {
    let mut candidates: Vec<Box<dyn Candidate>> = Vec::new();
    let mut lengths = Vec::new();
    for case in cases {
        let running = case.start(program, to, LINES, case.name)?;
        lengths.push(running.line_bytes);
        candidates.push(Box::new(running.remote));
    }
    let rows = interleaved(&mut candidates, effort)?.into_iter().zip(lengths).map(|(cpu, line_bytes)| Row { cpu, line_bytes }).collect();
    Ok(Table { title, unit: "line", basis: Basis::Floor, rows })
}
