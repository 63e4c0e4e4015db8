//! Quotas of alarms and composite alarms.

use super::rule_elements::count;
use super::{Here, Rule};
use crate::cloudwatch::{Alarm, CompositeAlarm, WarmUpConfiguration};
use crate::{Expr, List, Value, limits};

impl Here<'_, '_> {
    pub(super) fn alarm(&mut self, alarm: &Alarm) {
        self.characters(Rule::Name, "AlarmName", alarm.alarm_name.as_ref(), limits::ALARM_NAME_CHARACTERS);
        self.alarm_description(alarm.alarm_description.as_ref());
        self.actions([&alarm.alarm_actions, &alarm.ok_actions, &alarm.insufficient_data_actions]);
        self.at_most(Rule::Tags, "Tags", alarm.tags.iter().len(), "tags", limits::TAGS);
        self.at_most(Rule::Dimensions, "Dimensions", alarm.dimensions.iter().len(), "dimensions", limits::DIMENSIONS);
        self.alarm_math(alarm);
        self.alarm_periods(alarm);
        self.warm_up(alarm.warm_up_configuration.as_ref());
    }

    pub(super) fn warm_up(&mut self, warm_up: Option<&Value<WarmUpConfiguration>>) {
        let warm_up = warm_up.and_then(|warm_up| warm_up.literal());
        if let Some(minutes) = self.number(warm_up.map(|warm_up| &warm_up.warm_up_period_duration_in_minutes))
            && !(1..=limits::WARM_UP_MINUTES).contains(&minutes)
        {
            let message = format!("the alarm warms up for {minutes} minutes, AWS allows 1 to {}", limits::WARM_UP_MINUTES);
            self.add(Rule::AlarmWindow, message);
        }
    }

    pub(super) fn composite_alarm(&mut self, alarm: &CompositeAlarm) {
        self.characters(Rule::Name, "AlarmName", alarm.alarm_name.as_ref(), limits::ALARM_NAME_CHARACTERS);
        self.alarm_description(alarm.alarm_description.as_ref());
        self.actions([&alarm.alarm_actions, &alarm.ok_actions, &alarm.insufficient_data_actions]);
        self.at_most(Rule::Tags, "Tags", alarm.tags.iter().len(), "tags", limits::TAGS);
        if let Some(rule) = self.known(&alarm.alarm_rule) {
            let characters = rule.chars().count();
            self.at_most(Rule::AlarmRule, "AlarmRule", characters, "characters", limits::ALARM_RULE_CHARACTERS);
            let found = count(&rule);
            self.at_most(Rule::AlarmRule, "AlarmRule", found.children, "alarms", limits::ALARM_RULE_CHILDREN);
            self.at_most(Rule::AlarmRule, "AlarmRule", found.elements, "elements", limits::ALARM_RULE_ELEMENTS);
        }
    }

    pub(super) fn alarm_description(&mut self, description: Option<&Expr>) {
        let most = limits::ALARM_DESCRIPTION_CHARACTERS;
        self.characters(Rule::AlarmDescription, "AlarmDescription", description, most);
    }

    pub(super) fn actions(&mut self, states: [&List<Expr>; 3]) {
        let properties = ["AlarmActions", "OKActions", "InsufficientDataActions"];
        for (property, actions) in properties.into_iter().zip(states) {
            self.at_most(Rule::AlarmActions, property, actions.iter().len(), "actions", limits::ALARM_ACTIONS);
        }
    }

    fn alarm_math(&mut self, alarm: &Alarm) {
        if alarm.metrics.items().is_empty() {
            return;
        }
        let metrics = alarm.metrics.iter().filter(|query| query.metric_stat.is_some()).count();
        self.at_most(Rule::AlarmMetrics, "Metrics", metrics, "metrics", limits::ALARM_METRICS);
        let returned = |value: &Option<Value<bool>>| value.as_ref().is_none_or(|flag| flag.known() != Some(false));
        let returning = alarm.metrics.iter().filter(|query| returned(&query.return_data)).count();
        // An anomaly alarm compares two returned queries: the metric and the band it names.
        let due = if alarm.threshold_metric_id.is_some() { 2 } else { 1 };
        if returning != due {
            let message = format!("{returning} queries of Metrics return data, let {due} do so");
            self.add(Rule::AlarmMetrics, message);
        }
        for query in &alarm.metrics {
            let Some(Value::Literal(stat)) = &query.metric_stat else {
                continue;
            };
            if let Value::Literal(metric) = &stat.metric {
                let found = metric.dimensions.iter().len();
                self.at_most(Rule::Dimensions, "Dimensions", found, "dimensions", limits::DIMENSIONS);
            }
        }
    }

    fn alarm_periods(&mut self, alarm: &Alarm) {
        let stats = alarm.metrics.iter().filter_map(|query| query.metric_stat.as_ref()?.literal());
        let inner = stats.map(|stat| Some(&stat.period));
        let outer = alarm.metrics.iter().map(|query| query.period.as_ref());
        let periods: Vec<u32> = std::iter::once(alarm.period.as_ref()).chain(inner).chain(outer).filter_map(|period| self.number(period)).collect();
        for period in &periods {
            let regular = *period > 0 && period.is_multiple_of(60);
            if !regular && !limits::HIGH_RESOLUTION_PERIODS.contains(period) {
                let message = format!("the period is {period} seconds, use 10, 20, 30 or a multiple of 60");
                self.add(Rule::AlarmPeriod, message);
            }
        }
        let Some(evaluated) = self.number(alarm.evaluation_periods.as_ref()) else {
            return;
        };
        if let Some(needed) = self.number(alarm.datapoints_to_alarm.as_ref())
            && (needed == 0 || needed > evaluated)
        {
            let message = format!("DatapointsToAlarm is {needed}, use 1 to {evaluated} (EvaluationPeriods)");
            self.add(Rule::DatapointsToAlarm, message);
        }
        // Metric math aligns to the longest period of its inputs.
        let Some(period) = periods.into_iter().max() else {
            return;
        };
        let window = u64::from(period) * u64::from(evaluated);
        let most = if period < limits::LONG_PERIOD_SECONDS { limits::SHORT_ALARM_WINDOW_SECONDS } else { limits::ALARM_WINDOW_SECONDS };
        if window > most {
            let message = format!("the alarm looks back {window} seconds ({evaluated} periods of {period}), AWS allows {most}");
            self.add(Rule::AlarmWindow, message);
        }
    }
}
