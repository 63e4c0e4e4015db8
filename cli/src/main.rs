//! The `skywarden` command.

mod args;
mod command;
mod examination;
mod known;
mod lines;
mod moment;
mod outside;
mod person;
mod project;
mod replay;
mod terminal;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Args, Command};

fn main() -> ExitCode {
    let args = Args::parse();
    let result = match args.command {
        Command::Generate(args) => command::generate::run(&args),
        Command::Package(args) => command::package::run(&args),
        Command::Explain(args) => command::explain::run(&args),
        Command::Filter(args) => command::filter::run(&args),
        Command::Redact(args) => command::redact::run(&args),
        Command::Fingerprint(args) => command::fingerprint::run(&args),
        Command::Redrive(args) => command::redrive::run(&args),
        Command::Issues(args) => command::issues::run(&args),
        Command::Verify(args) => command::verify::run(&args),
        Command::Demo(args) => command::demo::run(&args),
    };
    match result.and_then(|code| terminal::unwritten().map_or(Ok(code), Err)) {
        Ok(code) => code,
        Err(failed) => {
            terminal::complain(&failed);
            ExitCode::from(failed.exit_code())
        }
    }
}
