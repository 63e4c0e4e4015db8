//! Where the issues are: in the table of the deployed project, or in memory after a replay.

use std::{path::Path, process::ExitCode};

use jiff::Timestamp;
use skywarden_core::{
    pipeline::people::PeopleError,
    port::{Clock, IssueList, IssueStore},
};
use skywarden_generator::{emit, model::Model};
use skywarden_lambda_adapters::{SystemClock, dynamodb::IssueTable};
use skywarden_simulator::memory::MemoryClock;

use crate::{
    args::PlaceArgs,
    outside, project, replay,
    terminal::{Failed, warn, without_commands},
};

/// What a subcommand does with the issues, wherever they are.
pub(super) trait Task {
    /// Does it.
    async fn run<S, C>(self, desk: Place<'_, S, C>) -> Result<ExitCode, Failed>
    where
        S: IssueStore + IssueList,
        C: Clock;
}

/// The issues, and what is known around them.
pub(super) struct Place<'a, S, C> {
    pub(super) store: &'a S,
    pub(super) clock: &'a C,
    pub(super) model: &'a Model,
    pub(super) region: &'a str,
    /// The issues of a replay: nothing that is changed stays so.
    pub(super) replayed: bool,
}

/// Runs a task where the options say.
pub(super) fn run(args: &PlaceArgs, task: impl Task) -> Result<ExitCode, Failed> {
    // 1 is for what is not there; a config that cannot be read is a trouble of another kind.
    let mut model = match project::read(&args.config) {
        Err(Failed::Shown) => return Ok(ExitCode::from(2)),
        other => other?,
    };
    if let Some(region) = &args.region {
        model.region.clone_from(region);
    }
    match &args.logs {
        Some(logs) => replayed(&model, logs, task),
        None => deployed(&model, task),
    }
}

fn deployed(model: &Model, task: impl Task) -> Result<ExitCode, Failed> {
    outside::block_on(async {
        let config = outside::config(&model.region).await?;
        let store = IssueTable::new(&config, model.names.shared("issues"));
        task.run(Place { store: &store, clock: &SystemClock, model, region: &model.region, replayed: false }).await
    })?
}

fn replayed(model: &Model, logs: &Path, task: impl Task) -> Result<ExitCode, Failed> {
    let mut simulation = replay::deploy(model)?;
    let logs = if logs.is_dir() { replay::logs_of(logs, "name a file with one log event a line with --logs")? } else { vec![logs.to_owned()] };
    for log in &logs {
        replay::run(&mut simulation, log)?;
    }
    let progress = simulation.replay().progress();
    if simulation.processors().issues().is_empty() {
        let groups: Vec<&str> = model.services.iter().map(|service| service.log_group.name.as_str()).collect();
        warn(&format!("no error in {} events; of these log groups they would be seen: {}", progress.events, groups.join(", ")));
    }
    let end = Timestamp::from_millisecond(progress.now_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    let clock = MemoryClock::new(end);
    let place = Place { store: simulation.processors().table(), clock: &clock, model, region: &model.region, replayed: true };
    outside::block_on(task.run(place))?
}

impl<S, C> Place<'_, S, C> {
    /// Why nothing came of it, for the person.
    pub(super) fn failed(&self, error: &PeopleError) -> Failed {
        let hint = match error {
            PeopleError::Port(error) => return outside::failed(error, self.model, self.region),
            PeopleError::Unknown { alike, .. } if !alike.is_empty() => format!("did you mean {}?", alternatives(alike)),
            PeopleError::Unknown { .. } | PeopleError::NoFingerprint { .. } => "`skywarden issues list --state all` shows every issue".to_owned(),
            PeopleError::Ambiguous { candidates, .. } => format!("give more digits: {}", alternatives(candidates)),
            PeopleError::Merged { into, .. } => format!("name {} instead, or take the merge back with `skywarden issues unmerge`", into.short()),
            PeopleError::NotMerged { .. } => "`skywarden issues list --state all` shows which are merged".to_owned(),
            PeopleError::Merge(_) => "an issue that is not merged can be merged into another one that is not merged".to_owned(),
            PeopleError::Busy { .. } => "try again in a moment".to_owned(),
        };
        Failed::Refused(format!("{} ({})\nhint: {hint}", without_commands(&error.to_string()), error.code()))
    }

    /// The plan the functions have: for links.
    pub(super) fn plan(&self) -> skywarden_core::plan::Plan {
        emit::plan(self.model)
    }
}

fn alternatives(fingerprints: &[skywarden_core::issue::Fingerprint]) -> String {
    fingerprints.iter().map(skywarden_core::issue::Fingerprint::as_str).collect::<Vec<_>>().join(", ")
}
