//! `skywarden issues reopen`

use std::process::ExitCode;

use skywarden_core::{
    issue::Action,
    port::{Clock, IssueList, IssueStore},
};

use super::{
    change,
    place::{Place, Task},
};
use crate::{args::IssuesReopenArgs, terminal::Failed};

pub(super) struct Reopen<'a>(pub(super) &'a IssuesReopenArgs);

impl Task for Reopen<'_> {
    async fn run<S: IssueStore + IssueList, C: Clock>(self, place: Place<'_, S, C>) -> Result<ExitCode, Failed> {
        change::act(&place, &self.0.change, &self.0.issues, &Action::Reopen, "reopened, now {state}").await
    }
}
