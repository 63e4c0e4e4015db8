//! Models for the tests, from config text.

use std::{collections::BTreeMap, fmt::Write as _};

use skywarden_core::plan::Plan;
use skywarden_generator::{
    artifacts::{Files, package, render},
    config::{Diagnostic, Inputs, Source, Templates, load},
    emit::{Stack, plan, stacks},
    model::{Model, names::Function},
};

/// The example, as a whole.
pub(crate) const SHOP: &str = include_str!("../fixtures/shop/skywarden.yaml");

/// An existing group, a key of the team's own.
pub(crate) const LEDGER: &str = include_str!("../fixtures/own_key_and_existing_group/skywarden.yaml");

/// The smallest useful file.
pub(crate) const TINY: &str = include_str!("../fixtures/five_lines/skywarden.yaml");

/// Services that write the built-in metrics themselves.
pub(crate) const MARKET: &str = include_str!("../fixtures/telemetry/skywarden.yaml");

/// Routes to every kind of receiver.
pub(crate) const DEPOT: &str = include_str!("../fixtures/every_receiver/skywarden.yaml");

/// Objectives of every kind.
pub(crate) const BUDGETS: &str = include_str!("../fixtures/objectives/skywarden.yaml");

/// A log group with room for one subscription.
pub(crate) const KIOSK: &str = include_str!("../fixtures/one_slot/skywarden.yaml");

/// A stream between log groups and functions.
pub(crate) const STREAM: &str = include_str!("../fixtures/kinesis/skywarden.yaml");

/// The whole account.
pub(crate) const HARBOUR: &str = include_str!("../fixtures/account_wide/skywarden.yaml");

/// Services in three accounts.
pub(crate) const CHAIN: &str = include_str!("../fixtures/accounts/skywarden.yaml");

/// All of them.
pub(crate) const ALL: [&str; 10] = [SHOP, LEDGER, TINY, MARKET, DEPOT, BUDGETS, KIOSK, STREAM, HARBOUR, CHAIN];

pub(crate) fn model(text: &str) -> Model {
    let configs = [Source { path: "skywarden.yaml".to_owned(), text: text.to_owned() }];
    let loaded = load(Inputs { configs: &configs, templates: &Templates::builtin() });
    loaded.model.unwrap_or_else(|| panic!("{text}\n{:#?}", loaded.diagnostics))
}

/// All that a config becomes.
#[derive(Debug)]
pub(crate) struct Assembly {
    pub(crate) model: Model,
    /// The stack of what all services share.
    pub(crate) shared: Stack,
    /// The others.
    pub(crate) services: Vec<Stack>,
    pub(crate) plan: Plan,
}

impl Assembly {
    /// Every stack, the shared one first.
    pub(crate) fn stacks(&self) -> impl Iterator<Item = &Stack> {
        std::iter::once(&self.shared).chain(&self.services)
    }

    /// The committed rendering.
    pub(crate) fn files(&self) -> Files {
        render(&self.model).unwrap().files
    }

    /// Every limit of AWS that a stack exceeds.
    pub(crate) fn refusals(&self) -> Vec<Diagnostic> {
        render(&self.model).unwrap().refusals
    }

    /// The deployable copy.
    pub(crate) fn package(&self, programs: BTreeMap<Function, Vec<u8>>) -> Files {
        package(&self.model, programs).unwrap()
    }
}

pub(crate) fn emitted(text: &str) -> Assembly {
    let model = model(text);
    let mut services: Vec<_> = stacks(&model).collect();
    let shared = services.remove(0);
    Assembly { shared, services, plan: plan(&model), model }
}

/// A config with these services. What a service is like follows from its number alone.
pub(crate) fn with_services(numbers: &[u16]) -> String {
    let mut text = "project: grow\nroutes: [{ severity: [critical, error, warning, info], email: a@example.com }]\nservices:\n".to_owned();
    for number in numbers {
        let runtime = ["lambda", "ecs", "ec2", "apprunner", "external"][usize::from(number % 5)];
        let format = if number % 3 == 0 { "text" } else { "json" };
        let encryption = if number % 4 == 0 { "customer" } else { "aws" };
        let objectives = if number % 6 == 1 { ", slo: [{ availability: 99.9% }]" } else { "" };
        let _ = writeln!(text, "  svc-{number}: {{ runtime: {runtime}, format: {format}, encryption: {encryption}{objectives} }}");
    }
    let metrics: Vec<_> = numbers.iter().filter(|number| *number % 3 == 1).collect();
    if !metrics.is_empty() {
        text.push_str("metrics:\n");
        for number in metrics {
            let _ = writeln!(
                text,
                "  - {{ name: Done, from: svc-{number}, where: '{{ $.event = \"done\" }}', by: {{ Kind: $.kind }}, limit: 10, alarm: {{ above: 5, for: 3 of 5 minutes }} }}"
            );
        }
    }
    text
}
