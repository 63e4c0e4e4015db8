//! `skywarden issues assign`

use std::process::ExitCode;

use skywarden_core::{
    issue::Action,
    port::{Clock, IssueList, IssueStore},
};

use super::{
    change,
    place::{Place, Task},
};
use crate::{
    args::IssuesAssignArgs,
    terminal::{Failed, without_commands},
};

pub(super) struct Assign<'a>(pub(super) &'a IssuesAssignArgs);

impl Task for Assign<'_> {
    async fn run<S: IssueStore + IssueList, C: Clock>(self, place: Place<'_, S, C>) -> Result<ExitCode, Failed> {
        let to = self.0.to.as_deref().unwrap_or("").trim().to_owned();
        let done = if to.is_empty() { "assigned to nobody".to_owned() } else { format!("assigned to {}", without_commands(&to)) };
        change::act(&place, &self.0.change, &self.0.issues, &Action::Assign { to }, &done).await
    }
}
