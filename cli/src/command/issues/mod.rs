//! `skywarden issues`

mod assign;
mod change;
mod document;
mod forget;
mod ignore;
mod list;
mod merge;
mod place;
mod reopen;
mod resolve;
mod show;
mod sparkline;
mod unmerge;

use std::process::ExitCode;

use crate::{
    args::{IssuesArgs, IssuesWhat},
    terminal::Failed,
};

/// Looks at issues, or changes them.
pub(crate) fn run(args: &IssuesArgs) -> Result<ExitCode, Failed> {
    match &args.what {
        IssuesWhat::List(args) => place::run(&args.place, list::List(args)),
        IssuesWhat::Show(args) => place::run(&args.place, show::Show(args)),
        IssuesWhat::Resolve(args) => place::run(&args.change.place, resolve::Resolve(args)),
        IssuesWhat::Ignore(args) => place::run(&args.change.place, ignore::IgnoreTask(args)),
        IssuesWhat::Reopen(args) => place::run(&args.change.place, reopen::Reopen(args)),
        IssuesWhat::Assign(args) => place::run(&args.change.place, assign::Assign(args)),
        IssuesWhat::Merge(args) => place::run(&args.change.place, merge::Merge(args)),
        IssuesWhat::Unmerge(args) => place::run(&args.change.place, unmerge::Unmerge(args)),
        IssuesWhat::Forget(args) => place::run(&args.change.place, forget::Forget(args)),
    }
}
