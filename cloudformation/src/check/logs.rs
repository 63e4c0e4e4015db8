//! Quotas of log groups, their filters and saved queries.

use std::borrow::Cow;

use indexmap::IndexMap;

use super::{Checker, Here, Rule};
use crate::logs::{AccountPolicy, Destination, LogGroup, LogGroupClass, MetricFilter, QueryDefinition, SubscriptionFilter};
use crate::{Expr, limits};

/// Filters of one group: logical ids in template order.
#[derive(Default)]
struct Filters<'a> {
    metric: Vec<&'a str>,
    subscription: Vec<&'a str>,
}

impl Here<'_, '_> {
    pub(super) fn log_group(&mut self, group: &LogGroup) {
        let most = limits::LOG_GROUP_NAME_CHARACTERS;
        self.characters(Rule::Name, "LogGroupName", group.log_group_name.as_ref(), most);
        if let Some(days) = self.number(group.retention_in_days.as_ref())
            && !limits::RETENTION_DAYS.contains(&days)
        {
            let above = limits::RETENTION_DAYS.into_iter().find(|allowed| *allowed > days);
            let hint = above.unwrap_or(limits::RETENTION_DAYS[limits::RETENTION_DAYS.len() - 1]);
            self.add(Rule::Retention, format!("RetentionInDays is {days}, the nearest AWS offers is {hint}"));
        }
    }

    pub(super) fn metric_filter(&mut self, filter: &MetricFilter) {
        self.filter_pattern(&filter.filter_pattern);
        let transformations = filter.metric_transformations.items();
        if transformations.len() != limits::METRIC_TRANSFORMATIONS && !matches!(filter.metric_transformations, crate::List::Expr(_)) {
            let found = transformations.len();
            self.add(Rule::MetricTransformation, format!("the filter has {found} transformations, use exactly one"));
        }
        for transformation in transformations {
            let dimensions = transformation.dimensions.iter().len();
            self.at_most(Rule::Dimensions, "Dimensions", dimensions, "dimensions", limits::FILTER_DIMENSIONS);
            if dimensions > 0 && transformation.default_value.is_some() {
                let message = "DefaultValue does not go together with Dimensions, leave one out".to_owned();
                self.add(Rule::MetricTransformation, message);
            }
            let most = limits::METRIC_VALUE_CHARACTERS;
            self.characters(Rule::MetricTransformation, "MetricValue", Some(&transformation.metric_value), most);
        }
    }

    pub(super) fn subscription_filter(&mut self, filter: &SubscriptionFilter) {
        self.filter_pattern(&filter.filter_pattern);
    }

    pub(super) fn account_policy(&mut self, policy: &AccountPolicy) {
        self.characters(Rule::Name, "PolicyName", Some(&policy.policy_name), limits::ACCOUNT_POLICY_NAME_CHARACTERS);
        self.characters(Rule::AccountPolicy, "PolicyDocument", Some(&policy.policy_document), limits::ACCOUNT_POLICY_CHARACTERS);
        if let Some(criteria) = self.known_option(policy.selection_criteria.as_ref()) {
            self.at_most(Rule::AccountPolicy, "SelectionCriteria", criteria.len(), "bytes", limits::ACCOUNT_POLICY_SELECTION_BYTES);
        }
    }

    pub(super) fn destination(&mut self, destination: &Destination) {
        self.characters(Rule::Name, "DestinationName", Some(&destination.destination_name), limits::DESTINATION_NAME_CHARACTERS);
        if let Some(policy) = self.known_option(destination.destination_policy.as_ref()) {
            self.at_most(Rule::DestinationPolicy, "DestinationPolicy", policy.len(), "bytes", limits::DESTINATION_POLICY_BYTES);
        }
    }

    fn filter_pattern(&mut self, pattern: &Expr) {
        let most = limits::FILTER_PATTERN_CHARACTERS;
        self.characters(Rule::FilterPattern, "FilterPattern", Some(pattern), most);
    }

    pub(super) fn query_definition(&mut self, query: &QueryDefinition) {
        self.characters(Rule::Query, "QueryString", Some(&query.query_string), limits::QUERY_CHARACTERS);
    }
}

impl<'a> Checker<'a> {
    pub(super) fn filters_per_group(&mut self) {
        let template = self.template;
        let mut groups: IndexMap<String, Filters<'a>> = IndexMap::new();
        for (logical_id, filter) in template.all::<MetricFilter>() {
            if let Some(group) = self.group_of(logical_id, &filter.log_group_name) {
                groups.entry(group).or_default().metric.push(logical_id);
            }
        }
        for (logical_id, filter) in template.all::<SubscriptionFilter>() {
            if let Some(group) = self.group_of(logical_id, &filter.log_group_name) {
                groups.entry(group).or_default().subscription.push(logical_id);
            }
        }
        for (group, filters) in &groups {
            self.too_many(Rule::MetricFilters, group, &filters.metric, "metric filters", limits::METRIC_FILTERS);
            self.too_many(Rule::SubscriptionFilters, group, &filters.subscription, "subscription filters", limits::SUBSCRIPTION_FILTERS);
        }
        for (logical_id, group) in template.all::<LogGroup>() {
            let class = group.log_group_class.as_ref().and_then(crate::Value::known);
            if class.is_none_or(|class| class == LogGroupClass::Standard) {
                continue;
            }
            let Ok(name) = self.resolver.physical_name(logical_id) else {
                continue;
            };
            if let Some(filters) = groups.get(&name) {
                for filter in filters.metric.iter().chain(&filters.subscription) {
                    let message = format!("`{logical_id}` is not of class STANDARD and takes no filters");
                    self.add(Some(filter), Rule::LogGroupClass, message);
                }
            }
        }
    }

    /// The group a filter is on, when the filter exists: its name or, unknown, the expression itself.
    fn group_of(&self, logical_id: &str, group: &Expr) -> Option<String> {
        self.exists(logical_id).then(|| self.known(logical_id, group).map(Cow::into_owned).or_else(|| serde_json::to_string(group).ok())).flatten()
    }

    fn too_many(&mut self, rule: Rule, group: &str, filters: &[&str], what: &str, most: usize) {
        if let Some(first_too_many) = filters.get(most) {
            let found = filters.len();
            let message = format!("log group `{group}` has {found} {what} in this template, AWS allows {most}");
            self.add(Some(first_too_many), rule, message);
        }
    }
}
