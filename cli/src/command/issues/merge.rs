//! `skywarden issues merge`

use std::process::ExitCode;

use skywarden_core::{
    pipeline::people::resolve,
    port::{Clock, IssueList, IssueStore},
};

use super::{
    change,
    place::{Place, Task},
};
use crate::{args::IssuesMergeArgs, person, terminal::Failed};

pub(super) struct Merge<'a>(pub(super) &'a IssuesMergeArgs);

impl Task for Merge<'_> {
    async fn run<S: IssueStore + IssueList, C: Clock>(self, place: Place<'_, S, C>) -> Result<ExitCode, Failed> {
        let Self(args) = self;
        let person = person::name(args.change.person.as_deref());
        let desk = change::desk(&place, &person);
        let into = resolve(place.store, place.clock, &args.into).await.map_err(|error| place.failed(&error))?.fingerprint;
        change::each(&place, &args.change, &args.issues, "counts for it as well, {state}", async |reference| {
            let issue = resolve(place.store, place.clock, reference).await?;
            desk.merge(&issue.fingerprint, &into).await.map(change::written)
        })
        .await
    }
}
