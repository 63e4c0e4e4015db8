//! The model: the resolved picture of what is to be watched.
//!
//! It speaks our words, not CloudFormation's. Everything is decided here: no `Option` is left that means "use the default". `emit` only
//! spells it as resources; names and logical ids come from [`names`].

mod alarm;
mod composite;
mod delivery;
mod log_query;
mod maintenance;
mod metric;
mod name_pattern;
pub mod names;
pub mod objective;
mod route;
mod service;

use skywarden_core::plan::{ErrorPolicy, Masking, Processing, TaxonomyRule};

pub use alarm::{Alarm, AlarmKind, AlarmTarget, Comparison, Condition, FewSamples, MetricStatistic, MissingData, NEVER_SECONDS, Side, Signal, amount};
pub use composite::{Composite, CompositeKind, Rule, Suppressor};
pub use delivery::{AccountWide, Delivery, Senders, Shards, Stream};
pub use log_query::LogQuery;
pub(crate) use maintenance::runs;
pub use maintenance::{Day, Maintenance, Opens};
pub use metric::{MetricEngine, MetricPlan, MetricValue, NativeFilter};
pub use name_pattern::{NamePattern, NamePiece};
pub use objective::{Burn, Counts, Goal, Indicator, Objective, Pair, Speed};
pub use route::{ChatChannel, Route, Target};
pub use service::{Destination, Encryption, LogGroup, Runtime, Service, Subscription};

use crate::model::names::Names;

/// One project in one environment.
#[derive(Clone, Debug)]
pub struct Model {
    /// Name strategy: every physical name and logical id.
    pub names: Names,
    /// Project name.
    pub project: String,
    /// Environment name.
    pub environment: String,
    /// Region, for console links in the plan and the simulator; the templates themselves are region-agnostic.
    pub region: String,
    /// Account it is deployed to; without one it is wherever the credentials of the deployment point.
    pub account: Option<String>,
    /// Owning team, a tag on every resource; empty when not given.
    pub owner: String,
    /// Lambda architecture, `arm64` or `x86_64`.
    pub architecture: Architecture,
    /// Retention in days of the log groups of Skywarden's own functions.
    pub retention_days: u32,
    /// Services, in the order of their names.
    pub services: Vec<Service>,
    /// Routes, in the order of the config.
    pub routes: Vec<Route>,
    /// Alarms of the project that belong to no service, in the order of their names.
    pub alarms: Vec<Alarm>,
    /// Alarms of Skywarden itself (dead letters, processor errors), in stable order.
    pub own_alarms: Vec<Alarm>,
    /// Errors: the user's rules and when to notify.
    pub errors: ErrorPolicy,
    /// Error taxonomy from the catalogue.
    pub taxonomy: Vec<TaxonomyRule>,
    /// Whether the overview dashboard is drawn.
    pub overview_dashboard: bool,
    /// What is masked besides the built-in rules.
    pub masking: Masking,
    /// Message templates by name, overrides applied.
    pub messages: std::collections::BTreeMap<String, String>,
    /// How the processors work.
    pub processing: Processing,
    /// How log lines reach them.
    pub delivery: Delivery,
}

impl Model {
    /// The services whose log groups, metrics and alarms are in the project's own account.
    pub fn own_services(&self) -> impl Iterator<Item = &Service> {
        self.services_in(None)
    }

    /// The services of an account; `None` is the project's own.
    pub fn services_in(&self, account: Option<&str>) -> impl Iterator<Item = &Service> {
        self.services.iter().filter(move |service| service.account.as_deref() == account)
    }

    /// Other accounts that services are in, sorted.
    pub fn other_accounts(&self) -> std::collections::BTreeSet<&str> {
        self.services.iter().filter_map(|service| service.account.as_deref()).collect()
    }
}

/// Lambda instruction set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Architecture {
    /// Graviton, the default.
    Arm64,
    /// Intel and AMD.
    X86_64,
}

impl Architecture {
    /// As the config and CloudFormation spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::X86_64 => "x86_64",
        }
    }
}
