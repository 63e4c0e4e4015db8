//! The benchmark of the hot path. `cargo xtask bench` builds it, makes its data and runs it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool for the terminal")]

use std::{
    fs,
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use skywarden_bench::{
    memory::{self, Work},
    ours::Ours,
    run::Options,
    serve,
};

/// Measures the hot path.
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
        options: Box<Options>,
        /// Where the result goes, as JSON.
        #[arg(long, value_name = "FILE")]
        result: PathBuf,
    },
    /// Run ours when asked on standard input: how a build with another choice of features is measured.
    Serve {
        /// Directory of the generated batches.
        #[arg(long, value_name = "DIRECTORY")]
        data: PathBuf,
    },
    /// Print the peak memory of this process, bytes.
    Memory {
        /// What to do first.
        work: Work,
        /// Directory of the generated batches.
        #[arg(long, value_name = "DIRECTORY")]
        data: PathBuf,
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
        Command::Run { options, result } => {
            let report = options.run()?;
            fs::write(&result, serde_json::to_string_pretty(&report)? + "\n").with_context(|| format!("cannot write {}", result.display()))?;
            let shown = format!("{}\nwritten to {}\n", report.to_text(), result.display());
            match io::stdout().write_all(shown.as_bytes()) {
                // Who reads only the head of the tables has seen what they wanted.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
                written => written?,
            }
        }
        Command::Serve { data } => serve::serve(&data, |name, _| {
            anyhow::ensure!(name == "ours", "there is no pipeline {name} here");
            Ok(Box::new(Ours::new()?))
        })?,
        Command::Memory { work, data } => println!("{}", memory::own_peak(work, &data)?),
    }
    Ok(())
}
