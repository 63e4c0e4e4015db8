//! What every stack of a project shares: names, tags, console links.
//!
//! A service's stack is made of this and the service alone; that no other service is in reach is what keeps its stack still when the
//! config grows.

use skywarden_cloudformation::{List, Parameter, Tag, assembly::Target};
use skywarden_core::console::Console;

use crate::model::{Model, names::Names};

/// The part of a model that all its stacks share.
#[derive(Clone, Debug)]
pub(super) struct Project<'a> {
    /// Name strategy.
    pub(super) names: &'a Names,
    /// Console links for templates.
    pub(super) console: Console,
    /// The account the shared stack is in, when the config names it.
    pub(super) account: Option<&'a str>,
    region: &'a str,
    name: &'a str,
    environment: &'a str,
    owner: &'a str,
}

impl<'a> Project<'a> {
    /// The shared part of a model.
    pub(super) fn of(model: &'a Model) -> Self {
        Self {
            names: &model.names,
            console: Console::substituted(&model.region),
            account: model.account.as_deref(),
            region: &model.region,
            name: &model.project,
            environment: &model.environment,
            owner: &model.owner,
        }
    }

    /// Where the stacks of an account go; `None` is the project's own.
    pub(super) fn target(&self, account: Option<&str>) -> Target {
        match account.or(self.account) {
            Some(account) => Target::Concrete { account_id: account.to_owned(), region: self.region.to_owned() },
            None => Target::Agnostic,
        }
    }

    /// The parameter by which a stack in another account knows the project's.
    pub(super) fn account_parameter(&self) -> Parameter {
        Parameter {
            description: Some("Account of the project: its stream takes the log lines, its topic what alarms say".to_owned()),
            ..Parameter::string(self.account.unwrap_or_default())
        }
    }

    /// `project environment`, for titles and descriptions.
    pub(super) fn title(&self) -> String {
        format!("{} {}", self.name, self.environment)
    }

    /// Folder of the saved queries: `project/environment`.
    pub(super) fn folder(&self) -> String {
        format!("{}/{}", self.name, self.environment)
    }

    /// The team that owns the project; empty when the config names none.
    pub(super) fn owner(&self) -> &str {
        self.owner
    }

    /// Tags of a shared resource. Without a version: it would change every resource on each upgrade.
    pub(super) fn tags(&self) -> List<Tag> {
        self.pairs(None).map(|(key, value)| Tag::new(key, value)).collect()
    }

    /// Tags of a resource of one service.
    pub(super) fn service_tags(&self, service: &str) -> List<Tag> {
        self.pairs(Some(service)).map(|(key, value)| Tag::new(key, value)).collect()
    }

    /// The tags of a shared resource as the object `AWS::SSM::Parameter` wants instead of a list.
    pub(super) fn tag_object(&self) -> serde_json::Value {
        self.pairs(None).map(|(key, value)| (key.to_owned(), serde_json::Value::from(value))).collect::<serde_json::Map<_, _>>().into()
    }

    /// The tags every resource of the project has.
    pub(super) fn tag_pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.pairs(None).filter(|(key, _)| *key != "owner")
    }

    fn pairs<'b>(&self, service: Option<&'b str>) -> impl Iterator<Item = (&'static str, &'b str)> + use<'a, 'b>
    where
        'a: 'b,
    {
        [
            ("project", Some(self.name)),
            ("environment", Some(self.environment)),
            ("owner", Some(self.owner).filter(|owner| !owner.is_empty())),
            ("service", service),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((key, value?)))
    }
}
