//! `skywarden issues ignore`

use std::process::ExitCode;

use skywarden_core::{
    issue::{Action, Ignore},
    port::{Clock, IssueList, IssueStore},
};

use super::{
    change,
    place::{Place, Task},
};
use crate::{args::IssuesIgnoreArgs, moment, terminal::Failed};

pub(super) struct IgnoreTask<'a>(pub(super) &'a IssuesIgnoreArgs);

impl Task for IgnoreTask<'_> {
    async fn run<S: IssueStore + IssueList, C: Clock>(self, place: Place<'_, S, C>) -> Result<ExitCode, Failed> {
        let Self(args) = self;
        let ignore = match (&args.until, args.until_count, args.until_escalating) {
            (Some(until), ..) => Ignore::Until(moment::until(until, place.clock.now())?),
            (None, Some(more), _) => Ignore::More(more),
            (None, None, true) => Ignore::UntilEscalating,
            (None, None, false) => Ignore::Forever,
        };
        change::act(&place, &args.change, &args.issues, &Action::Ignore(ignore), "{said}").await
    }
}
