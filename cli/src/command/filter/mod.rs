//! `skywarden filter`

mod cases;
mod explain;
mod mistake;
mod test;

use std::process::ExitCode;

use crate::{
    args::{FilterArgs, FilterWhat},
    terminal::Failed,
};

/// Tries a filter pattern on lines, checks recorded cases, or puts a pattern in words.
pub(crate) fn run(args: &FilterArgs) -> Result<ExitCode, Failed> {
    match &args.what {
        FilterWhat::Test(args) => match &args.cases {
            Some(file) => cases::run(file),
            None => test::run(args),
        },
        FilterWhat::Explain(args) => explain::run(args),
    }
}
