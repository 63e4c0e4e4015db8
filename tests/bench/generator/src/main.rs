//! The benchmark of the generator. `cargo xtask bench --only generator` builds and runs it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool for the terminal")]

mod child;
mod config;
mod contender;
mod content;
mod goals;
mod report;
mod run;

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::{Parser, Subcommand};

use crate::{contender::Contenders, run::Effort};

/// Measures the generator.
#[derive(Debug, Parser)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measure, print tables and write the result.
    Run {
        #[command(flatten)]
        contenders: Contenders,
        /// Fewer turns, rougher numbers.
        #[arg(long)]
        quick: bool,
        /// The tools, for the result.
        #[arg(long, value_name = "TEXT", default_value = "unknown")]
        tools: String,
        /// Where the result goes, as JSON.
        #[arg(long, value_name = "FILE")]
        result: PathBuf,
        /// Where the tables go, as Markdown.
        #[arg(long, value_name = "FILE")]
        page: PathBuf,
    },
    /// Let both do the smallest work, without measuring.
    Check {
        #[command(flatten)]
        contenders: Contenders,
    },
}

fn main() -> ExitCode {
    match run(Args::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Run { contenders, quick, tools, result, page } => {
            let effort = if quick { Effort::QUICK } else { Effort::FULL };
            let report = run::measure(&contenders, effort, quick, tools)?;
            fs::write(&result, serde_json::to_string_pretty(&report)? + "\n").with_context(|| format!("cannot write {}", result.display()))?;
            fs::write(&page, report.to_markdown()).with_context(|| format!("cannot write {}", page.display()))?;
            println!("\n{}\nwritten to {}", report.to_markdown(), result.display());
            Ok(())
        }
        Command::Check { contenders } => run::check(&contenders),
    }
}
