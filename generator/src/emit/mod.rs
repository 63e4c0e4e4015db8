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

pub(crate) use ids::{digest, hex};
pub use plan::plan;

use crate::model::{Model, Service, names::Function};
use project::Project;

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

/// A template without resources.
fn template(description: String) -> Template {
    Template { format_version: Some(FORMAT_VERSION.to_owned()), description: Some(description), ..Template::default() }
}

/// What a stack is of.
enum Part<'m> {
    /// What all services share.
    Shared,
    /// A further page of the overview.
    Overview(usize),
    /// Alarms of a service, when they have stacks of their own: those of one number.
    Alarms(&'m Service, u32),
    /// All else of a service.
    Service(&'m Service),
    /// What the services of another account share there.
    OtherAccount(&'m str),
}

/// The stacks of a model. The shared one, which is deployed first; then one per service, those of its alarms when they have their own, one per other account, and
/// those of the overview's further pages, in the order of their names. Each is made when it is asked for: whoever needs one after the other never holds all of them.
///
/// The same model gives the same stacks; a service's stack depends on that service and the project's names alone.
pub fn stacks(model: &Model) -> impl Iterator<Item = Stack> {
    let project = Project::of(model);
    let mut parts: Vec<(String, Part<'_>)> = shared::overview_pages(model).map(|page| (shared::overview_name(&project, page), Part::Overview(page))).collect();
    for service in &model.services {
        parts
            .extend(service::alarm_stacks(service).into_iter().map(|number| (project.names.alarm_stack(&service.name, number), Part::Alarms(service, number))));
        parts.push((project.names.service_stack(&service.name), Part::Service(service)));
    }
    parts.extend(model.other_accounts().into_iter().map(|account| (project.names.account_stack(account), Part::OtherAccount(account))));
    parts.sort_by(|(a, _), (b, _)| a.cmp(b));
    parts.insert(0, (project.names.shared_stack(), Part::Shared));
    parts.into_iter().map(move |(name, part)| match part {
        Part::Shared => shared::stack(&project, model, name),
        Part::Overview(page) => shared::overview(&project, model, name, page),
        Part::Alarms(service, number) => service::alarm_stack(&project, service, name, number),
        Part::Service(service) => service::stack(&project, service, name),
        Part::OtherAccount(account) => shared::of_other_account(&project, model, name, account),
    })
}
