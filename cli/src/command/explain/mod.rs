//! `skywarden explain`

mod alarm;
mod error;
mod metric;
mod service;
mod slo;

use std::{fmt::Write as _, process::ExitCode};

use crate::{
    args::{ExplainArgs, ExplainWhat},
    terminal::Failed,
};

/// Says how something is done and why.
pub(crate) fn run(args: &ExplainArgs) -> Result<ExitCode, Failed> {
    match &args.what {
        ExplainWhat::Alarm { name, config } => alarm::run(name, config),
        ExplainWhat::Metric { name, config } => metric::run(name, config),
        ExplainWhat::Slo { name, config } => slo::run(name, config),
        ExplainWhat::Service { name, config } => service::run(name, config),
        ExplainWhat::Error(args) => error::run(args),
    }
}

/// Rows of a name and what is said of it, under a title.
struct Rows(String);

impl Rows {
    fn new(title: &str, what: &str) -> Self {
        Self(format!("{title}\n  {what}\n"))
    }

    fn add(&mut self, name: &str, value: &str) {
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "  {name:<12}{value}");
    }
}
