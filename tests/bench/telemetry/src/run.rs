//! One run: which parts, beside whom.

use std::path::{Path, PathBuf};

use skywarden_bench::measure::{Candidate, Effort, interleaved};
use skywarden_bench_machine::Machine;

use crate::{
    case::{Case, Running},
    goals, line,
    load::{self, Rounds},
    python::{Python, PythonSuite},
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
    /// Lines and requests by Python.
    TelemetryPython,
    /// Requests a second under uvicorn.
    TelemetryLoad,
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
    /// Python with the packages of `requirements.txt` and our own; without it the Python side is left out.
    #[arg(long, value_name = "FILE", requires = "serve")]
    pub python: Option<PathBuf>,
    /// The Python side, `python/serve.py`.
    #[arg(long, value_name = "FILE")]
    pub serve: Option<PathBuf>,
}

/// Lines of one run of a case: the clock is read once a run.
const LINES: usize = 1_000;

/// Requests of one run of a case.
const REQUESTS: usize = 200;

/// Lines of one run of a case in Python.
const PYTHON_LINES: usize = 200;

/// Requests of one run of a case in Python.
const PYTHON_REQUESTS: usize = 20;

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
            load: Vec::new(),
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
        if let (true, Some(program), Some(script)) = (self.asks_for(Section::TelemetryPython), &self.python, &self.serve) {
            let python = Python { program: program.clone(), script: script.clone() };
            for (part, suite, title, unit, units, basis) in [
                (Part::Structlog, PythonSuite::Structlog, "a line by structlog", "line", PYTHON_LINES, Basis::Floor),
                (Part::Logging, PythonSuite::Logging, "a line by logging", "line", PYTHON_LINES, Basis::Bare),
                (Part::Formatters, PythonSuite::Formatters, "a record by a formatter", "record", PYTHON_LINES, Basis::Floor),
                (Part::Asgi, PythonSuite::Asgi, "a request to FastAPI", "request", PYTHON_REQUESTS, Basis::Bare),
            ] {
                let started = suite.cases().iter().map(|case| python.start(suite, case, units)).collect::<anyhow::Result<_>>()?;
                report.tables.push(Table { part, title, unit, basis, rows: rows(started, effort)? });
            }
        }
        if self.asks_for(Section::TelemetryLoad) {
            match (&self.python, &self.serve, load::find()) {
                (Some(python), Some(serve), Some(wrk)) => {
                    let rounds = if self.quick { Rounds { rounds: 1, seconds: 2 } } else { Rounds { rounds: 5, seconds: 4 } };
                    report.load = load::measure(&wrk, python, &serve.with_file_name(load::SERVED), rounds)?;
                }
                (Some(_), Some(_), None) => report.left_out.push(load::INSTALL.to_owned()),
                _ => {}
            }
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
        let cases = self.suite.cases().iter().filter(|case| chosen(case));
        let started = cases.map(|case| case.start(program, self.suite, to, self.units)).collect::<anyhow::Result<_>>()?;
        Ok(Table { part: self.part, title: self.title, unit: self.unit, basis: self.basis, rows: rows(started, effort)? })
    }
}

/// Measures what was started, turn by turn.
fn rows(started: Vec<Running>, effort: Effort) -> anyhow::Result<Vec<Row>> {
    let lengths: Vec<usize> = started.iter().map(|running| running.line_bytes).collect();
    let mut candidates: Vec<Box<dyn Candidate>> = started.into_iter().map(|running| Box::new(running.remote) as Box<dyn Candidate>).collect();
    Ok(interleaved(&mut candidates, effort)?.into_iter().zip(lengths).map(|(cpu, line_bytes)| Row { cpu, line_bytes }).collect())
}
