//! The whole: templates, plan and log in, report out.

use skywarden_core::plan::{Plan, PlanError};

use crate::{
    alarm::notification::Origin,
    processors::Processors,
    replay::{InputError, LogEvent, Progress, Replay, ReplayError, ReplaySettings},
    report::Report,
    template::{StackTemplate, Watched, WatchedError},
};

/// Why a simulation cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum SimulationError {
    /// Templates that cannot be read.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Templates(Vec<WatchedError>),
    /// The plan does not compile.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// An alarm cannot be computed.
    #[error(transparent)]
    Replay(#[from] ReplayError),
}

/// A project as deployed, with nothing happening yet.
#[derive(Debug)]
pub struct Simulation {
    plan: Plan,
    watched: Watched,
    replay: Replay,
    processors: Processors,
}

impl Simulation {
    /// Deploys templates and plan to an account, in memory.
    ///
    /// # Errors
    /// [`SimulationError`].
    pub fn new<'a>(
        templates: impl IntoIterator<Item = StackTemplate<'a>>,
        plan: Plan,
        origin: Origin,
        settings: ReplaySettings,
    ) -> Result<Self, SimulationError> {
        let watched = Watched::read(templates, &origin).map_err(SimulationError::Templates)?;
        let replay = Replay::new(&watched, origin, settings)?;
        let processors = Processors::new(plan.clone(), &watched, replay.metrics())?;
        Ok(Self { plan, watched, replay, processors })
    }

    /// Replays a log, sorted by time, and runs the clock to its end.
    ///
    /// # Errors
    /// The first [`ReplayError`]; what was replayed until then stays and can be reported.
    pub fn run(&mut self, events: impl IntoIterator<Item = Result<LogEvent, InputError>>, progress: &mut dyn FnMut(Progress)) -> Result<(), ReplayError> {
        self.replay.run(events, &mut self.processors, progress)
    }

    /// What has happened so far.
    pub fn report(&self) -> Report {
        Report::of(&self.plan, &self.watched, &self.replay, &self.processors)
    }

    /// What the templates watch.
    pub const fn watched(&self) -> &Watched {
        &self.watched
    }

    /// The replay: metrics and alarms.
    pub const fn replay(&self) -> &Replay {
        &self.replay
    }

    /// The processors: issues and messages.
    pub const fn processors(&self) -> &Processors {
        &self.processors
    }
}
