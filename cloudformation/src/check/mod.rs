//! Whether AWS will accept a template: every quota of [`crate::limits`] and every dangling name, all
//! findings in one run.
//!
//! What an expression yields counts, not how it is written. An expression that depends on what is not
//! known (a parameter without default, another stack) is not measured.

mod alarm;
mod dashboard;
mod identity;
mod lambda;
mod log_alarm;
mod logs;
mod messaging;
mod mute_rule;
mod objective;
mod policy;
mod reference;
mod rule;
mod rule_elements;
mod scan;
mod whole;

pub use rule::{Rule, Violation};
pub use rule_elements::{Elements, count as count_elements};

use std::{borrow::Cow, ops::RangeInclusive};

use serde::Serialize;

use crate::{Environment, Expr, Properties, Resolver, Template, Value};

/// Stands for the region when measuring: as long as the longest there is.
const LONGEST_REGION: &str = "ap-southeast-1";

fn anywhere() -> Environment {
    Environment::new("123456789012", LONGEST_REGION, "stack")
}

impl Template {
    /// Every way in which AWS would refuse the template, in template order.
    ///
    /// Texts are measured as deployed to some twelve-digit account and the longest region name, in a
    /// stack named `stack`; [`Template::check_in`] measures for a known environment.
    pub fn check(&self) -> Vec<Violation> {
        self.check_in(&anywhere())
    }

    /// As [`Template::check`], measuring `text`: the template as it is written, for one who has that already.
    pub fn check_as(&self, text: &str) -> Vec<Violation> {
        self.checked(&anywhere(), Some(text))
    }

    /// As [`Template::check`], for one environment.
    pub fn check_in(&self, environment: &Environment) -> Vec<Violation> {
        self.checked(environment, self.to_json().ok().as_deref())
    }

    fn checked(&self, environment: &Environment, text: Option<&str>) -> Vec<Violation> {
        let mut checker = Checker { template: self, resolver: Resolver::new(self, environment), violations: Vec::new() };
        checker.whole(text);
        checker.references();
        checker.each_resource();
        checker.filters_per_group();
        checker.function_policies();
        checker.same_names();
        checker.violations
    }
}

/// Collects violations of one template.
struct Checker<'a> {
    template: &'a Template,
    resolver: Resolver<'a>,
    violations: Vec<Violation>,
}

impl<'a> Checker<'a> {
    fn each_resource(&mut self) {
        for (logical_id, resource) in &self.template.resources {
            let mut here = Here { checker: self, logical_id };
            match &resource.properties {
                Properties::Alarm(alarm) => here.alarm(alarm),
                Properties::CompositeAlarm(alarm) => here.composite_alarm(alarm),
                Properties::AlarmMuteRule(rule) => here.mute_rule(rule),
                Properties::LogAlarm(alarm) => here.log_alarm(alarm),
                Properties::Dashboard(dashboard) => here.dashboard(dashboard),
                Properties::LogGroup(group) => here.log_group(group),
                Properties::MetricFilter(filter) => here.metric_filter(filter),
                Properties::SubscriptionFilter(filter) => here.subscription_filter(filter),
                Properties::QueryDefinition(query) => here.query_definition(query),
                Properties::AccountPolicy(policy) => here.account_policy(policy),
                Properties::LogsDestination(destination) => here.destination(destination),
                Properties::Stream(stream) => here.stream(stream),
                Properties::Function(function) => here.function(function),
                Properties::ManagedPolicy(policy) => here.managed_policy(policy),
                Properties::Role(role) => here.role(role),
                Properties::Key(key) => here.key(key),
                Properties::BucketPolicy(policy) => here.bucket_policy(policy),
                Properties::Queue(queue) => here.queue(queue),
                Properties::Topic(topic) => here.topic(topic),
                Properties::SlackChannel(channel) => here.chat_channel(&channel.configuration_name),
                Properties::TeamsChannel(channel) => here.chat_channel(&channel.configuration_name),
                Properties::Schedule(schedule) => here.schedule(schedule),
                Properties::Parameter(parameter) => here.ssm_parameter(parameter),
                Properties::ServiceLevelObjective(objective) => here.objective(objective),
                Properties::Permission(_)
                | Properties::EventInvokeConfig(_)
                | Properties::EventSourceMapping(_)
                | Properties::Subscription(_)
                | Properties::TopicPolicy(_)
                | Properties::QueuePolicy(_)
                | Properties::Table(_)
                | Properties::Bucket(_)
                | Properties::Alias(_)
                | Properties::Other { .. } => {}
            }
        }
    }

    /// Whether the resource is part of the stack; true when its condition cannot be known.
    fn exists(&self, logical_id: &str) -> bool {
        self.resolver.exists(logical_id).unwrap_or(true)
    }

    /// What an expression yields, when that is known.
    fn known<'e>(&self, logical_id: &str, expr: &'e Expr) -> Option<Cow<'e, str>> {
        match expr {
            Expr::Literal(text) => Some(Cow::Borrowed(text)),
            _ => self.resolver.at(logical_id, "").text(expr).ok().map(Cow::Owned),
        }
    }

    fn add(&mut self, logical_id: Option<&str>, rule: Rule, message: String) {
        self.violations.push(Violation { logical_id: logical_id.map(str::to_owned), rule, message });
    }

    /// The JSON of a policy with every expression replaced by what it yields.
    fn measured<T: Serialize>(&self, logical_id: &'a str, value: &T) -> Option<String> {
        let mut json = serde_json::to_value(value).ok()?;
        self.fill_in(logical_id, &mut json);
        serde_json::to_string(&json).ok()
    }

    fn fill_in(&self, logical_id: &'a str, json: &mut serde_json::Value) {
        if Expr::is_intrinsic(json) {
            let known = Expr::from_json(json.clone()).ok().and_then(|expr| self.resolver.at(logical_id, "").text(&expr).ok());
            if let Some(text) = known {
                *json = text.into();
            }
            return;
        }
        match json {
            serde_json::Value::Array(items) => items.iter_mut().for_each(|item| self.fill_in(logical_id, item)),
            serde_json::Value::Object(object) => {
                object.values_mut().for_each(|value| self.fill_in(logical_id, value));
            }
            _ => {}
        }
    }
}

/// A [`Checker`] at one resource.
struct Here<'c, 'a> {
    checker: &'c mut Checker<'a>,
    logical_id: &'a str,
}

impl Here<'_, '_> {
    fn add(&mut self, rule: Rule, message: String) {
        self.checker.add(Some(self.logical_id), rule, message);
    }

    fn known<'e>(&self, expr: &'e Expr) -> Option<Cow<'e, str>> {
        self.checker.known(self.logical_id, expr)
    }

    fn measured<T: Serialize>(&self, value: &T) -> Option<String> {
        self.checker.measured(self.logical_id, value)
    }

    /// What an optional expression yields, when it is there and known.
    fn known_option<'e>(&self, expr: Option<&'e Expr>) -> Option<Cow<'e, str>> {
        self.known(expr?)
    }

    /// A number that is written in the template or known.
    fn number(&self, value: Option<&Value<u32>>) -> Option<u32> {
        self.checker.resolver.at(self.logical_id, "").value(value?).ok()
    }

    fn at_most(&mut self, rule: Rule, property: &str, found: usize, unit: &str, most: usize) {
        if found > most {
            self.add(rule, format!("{property} has {found} {unit}, AWS allows {most}"));
        }
    }

    /// Counts characters of a text property.
    fn characters(&mut self, rule: Rule, property: &str, expr: Option<&Expr>, most: usize) {
        if let Some(text) = self.known_option(expr) {
            self.at_most(rule, property, text.chars().count(), "characters", most);
        }
    }

    fn within(&mut self, rule: Rule, property: &str, value: Option<&Value<u32>>, range: &RangeInclusive<u32>) {
        if let Some(found) = self.number(value).filter(|found| !range.contains(found)) {
            let (least, most) = (range.start(), range.end());
            self.add(rule, format!("{property} is {found}, use {least} to {most}"));
        }
    }
}
