//! Repository automation: `cargo xtask test`, `cargo xtask bench`, `cargo xtask docs`, `cargo xtask faults`,
//! `cargo xtask fuzz`, `cargo xtask grouping`, `cargo xtask shop`, `cargo xtask tidy`, `cargo xtask wheel`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool for the terminal")]

mod bench;
mod deny;
mod docs;
mod faults;
mod fuzz;
mod grouping;
mod page;
mod shell;
mod shop;
mod steps;
mod templates;
mod tidy;
mod tools;
mod wheel;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

/// Repository automation.
#[derive(Debug, Parser)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run every check and test.
    Test {
        /// Run only the named steps, in the usual order (see `--list`).
        #[arg(long = "only", value_name = "STEP")]
        only: Vec<String>,
        /// List the steps and end.
        #[arg(long)]
        list: bool,
    },
    /// Measure the hot path beside the floor and other tools; CPU time, so that it may run beside other work.
    Bench(bench::Options),
    /// Write the pages and documents that are made from the code.
    Docs {
        /// Only look whether they are current.
        #[arg(long)]
        check: bool,
    },
    /// Run the built functions under faults: what they lose, and what they double.
    Faults(faults::Options),
    /// Fuzz the parsers of what comes from outside.
    Fuzz {
        /// How long each target runs.
        #[arg(long, default_value_t = 60)]
        seconds: u64,
        /// Targets; all when none is named.
        targets: Vec<String>,
    },
    /// Score how well templates group the messages of loghub-2k.
    Grouping(grouping::Options),
    /// Play the day of the example with its services, and write its logs.
    Shop {
        /// Only look whether the logs are what the services write.
        #[arg(long)]
        check: bool,
        /// Profile of cargo to build the Python package with.
        #[arg(long, default_value = wheel::USUAL_PROFILE)]
        profile: String,
    },
    /// Check the rules of the repository: who imports whom, file sizes, manifests.
    Tidy,
    /// Build the Python package into `target/wheels`.
    Wheel {
        /// Profile of cargo to build with.
        #[arg(long, default_value = wheel::USUAL_PROFILE)]
        profile: String,
    },
}

fn main() -> ExitCode {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let root = root.canonicalize().unwrap_or(root);
    let result = match Args::parse().command {
        Command::Test { list: true, .. } => {
            for step in steps::ALL {
                println!("{:<12} {}", step.name, step.what);
            }
            Ok(())
        }
        Command::Test { only, list: false } => steps::run(&root, &only),
        Command::Bench(options) => bench::run(&root, &options),
        Command::Docs { check } => docs::run(&root, check),
        Command::Faults(options) => faults::run(&root, &options),
        Command::Fuzz { seconds, targets } => fuzz::run(&root, &targets, seconds),
        Command::Grouping(options) => grouping::run(&options),
        Command::Shop { check, profile } => shop::play(&root, check, &profile),
        Command::Tidy => tidy::run(&root),
        Command::Wheel { profile } => wheel::build(&root, &profile).map(|wheel| println!("{}", wheel.display())),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
