//! `skywarden issues unmerge`

use std::process::ExitCode;

use skywarden_core::{
    pipeline::people::resolve,
    port::{Clock, IssueList, IssueStore},
};

use super::{
    change,
    place::{Place, Task},
};
use crate::{args::IssuesUnmergeArgs, person, terminal::Failed};

pub(super) struct Unmerge<'a>(pub(super) &'a IssuesUnmergeArgs);

impl Task for Unmerge<'_> {
    async fn run<S: IssueStore + IssueList, C: Clock>(self, place: Place<'_, S, C>) -> Result<ExitCode, Failed> {
        let Self(args) = self;
        let person = person::name(args.change.person.as_deref());
        let desk = change::desk(&place, &person);
        change::each(&place, &args.change, &args.issues, "an issue of its own again, {state}", async |reference| {
            let issue = resolve(place.store, place.clock, reference).await?;
            desk.unmerge(&issue.fingerprint).await.map(change::written)
        })
        .await
    }
}
