//! The benchmark of telemetry. `cargo xtask bench` builds and runs it.
#![expect(clippy::print_stderr, reason = "a tool for the terminal")]

use std::{
    fs,
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use skywarden_bench_telemetry::{load, python::Python, run::Options, sink::Destination, suite::Suite};

/// Measures the telemetry libraries.
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
        options: Options,
        /// Where the result goes, as JSON.
        #[arg(long, value_name = "FILE")]
        result: PathBuf,
    },
    /// Look at what every case of the Python side writes and answers, without measuring.
    Check {
        /// Python with the packages of `requirements.txt` and our own.
        #[arg(long, value_name = "FILE")]
        python: PathBuf,
        /// The Python side, `python/serve.py`.
        #[arg(long, value_name = "FILE")]
        serve: PathBuf,
    },
    /// Run a case when asked on standard input.
    Serve {
        /// Suite of the case.
        #[arg(long, value_name = "NAME")]
        suite: Suite,
        /// Name of the case.
        #[arg(long, value_name = "NAME")]
        case: String,
        /// Where its lines go.
        #[arg(long, value_name = "DESTINATION")]
        to: Destination,
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
            Ok(())
        }
        Command::Check { python, serve } => {
            load::check(&python, &serve.with_file_name(load::SERVED))?;
            Python { program: python, script: serve }.check()
        }
        Command::Serve { suite, case, to } => suite.named(&case)?.serve(to),
    }
}
