//! Model -> `CloudFormation` templates and plan.
//!
//! One shared stack and one stack per service. Nothing here decides what to watch: the model has done that. Nothing here writes files either: that
//! is [`crate::artifacts`].

mod alarm;
mod arn;
mod composite;
mod dashboard;
mod drain;
mod ids;
mod log_alarm;
mod objective;
mod plan;
mod project;
mod query;
mod service;
mod shared;
mod waiver;

use std::collections::BTreeMap;

use skywarden_cloudformation::{Template, assembly::Target, template::FORMAT_VERSION};
use skywarden_core::plan::Plan;

pub(crate) use ids::{digest, hex};
pub use plan::plan;

use crate::model::{Model, names::Function};
use project::Project;

/// Everything a model becomes, before it has paths and bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Assembly {
    /// The stack of what all services share; deployed first.
    pub shared: Stack,
    /// One stack per service, those of its alarms when they have their own, one per other account, and those of the overview's further pages; in the order of
    /// their names.
    pub services: Vec<Stack>,
    /// What the functions read at run time.
    pub plan: Plan,
}

/// One stack.
#[derive(Clone, Debug, PartialEq)]
pub struct Stack {
    /// Stack name, also the stem of its files.
    pub name: String,
    /// Where it goes.
    pub target: Target,
    /// Its template; the `Code` of each function in [`Stack::programs`] is an empty place that the renderings fill in.
    pub template: Template,
    /// Names of the stacks of other services and of its account that are deployed before it; the shared one is before all.
    pub after: Vec<String>,
    /// Which program each function resource runs, by logical id.
    pub programs: BTreeMap<String, Function>,
}

impl Assembly {
    /// Every stack, the shared one first.
    pub fn stacks(&self) -> impl Iterator<Item = &Stack> {
        std::iter::once(&self.shared).chain(&self.services)
    }
}

/// A template without resources.
fn template(description: String) -> Template {
    Template { format_version: Some(FORMAT_VERSION.to_owned()), description: Some(description), ..Template::default() }
}

/// The assembly of a model. The same model gives the same assembly; a service's stack depends on that service and the project's names alone.
pub fn assembly(model: &Model) -> Assembly {
    let project = Project::of(model);
    let mut services: Vec<_> = model.services.iter().flat_map(|each| service::stacks(&project, each)).collect();
    services.extend(shared::overviews(&project, model));
    services.extend(shared::of_other_accounts(&project, model));
    services.sort_by(|a, b| a.name.cmp(&b.name));
    Assembly { shared: shared::stack(&project, model), services, plan: plan::plan(model) }
}
