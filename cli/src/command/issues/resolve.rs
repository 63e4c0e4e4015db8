//! `skywarden issues resolve`

use std::process::ExitCode;

use skywarden_core::{
    issue::Action,
    port::{Clock, IssueList, IssueStore},
};

use super::{
    change,
    place::{Place, Task},
};
use crate::{args::IssuesResolveArgs, terminal::Failed};

pub(super) struct Resolve<'a>(pub(super) &'a IssuesResolveArgs);

impl Task for Resolve<'_> {
    async fn run<S: IssueStore + IssueList, C: Clock>(self, place: Place<'_, S, C>) -> Result<ExitCode, Failed> {
        let Self(args) = self;
        change::act(&place, &args.change, &args.issues, &Action::Resolve { in_version: args.in_version.clone() }, "{said}").await
    }
}
