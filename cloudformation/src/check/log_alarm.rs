//! Quotas of log alarms.

use super::{Here, Rule};
use crate::cloudwatch::LogAlarm;
use crate::limits;

impl Here<'_, '_> {
    pub(super) fn log_alarm(&mut self, alarm: &LogAlarm) {
        self.characters(Rule::Name, "AlarmName", alarm.alarm_name.as_ref(), limits::ALARM_NAME_CHARACTERS);
        self.alarm_description(alarm.alarm_description.as_ref());
        self.actions([&alarm.alarm_actions, &alarm.ok_actions, &alarm.insufficient_data_actions]);
        self.at_most(Rule::Tags, "Tags", alarm.tags.iter().len(), "tags", limits::TAGS);
        self.warm_up(alarm.warm_up_configuration.as_ref());
        self.within(Rule::LogAlarm, "QueryResultsToEvaluate", Some(&alarm.query_results_to_evaluate), &(1..=limits::LOG_ALARM_RESULTS));
        if let (Some(needed), Some(evaluated)) = (self.number(Some(&alarm.query_results_to_alarm)), self.number(Some(&alarm.query_results_to_evaluate)))
            && (needed == 0 || needed > evaluated)
        {
            self.add(Rule::DatapointsToAlarm, format!("QueryResultsToAlarm is {needed}, use 1 to {evaluated} (QueryResultsToEvaluate)"));
        }
        let Some(query) = alarm.scheduled_query_configuration.literal() else { return };
        self.characters(Rule::Query, "QueryString", Some(&query.query_string), limits::QUERY_CHARACTERS);
        let most = limits::LOG_ALARM_AGGREGATION_CHARACTERS;
        self.characters(Rule::LogAlarm, "AggregationExpression", Some(&query.aggregation_expression), most);
        self.at_most(Rule::LogAlarm, "LogGroupIdentifiers", query.log_group_identifiers.iter().len(), "log groups", limits::LOG_ALARM_LOG_GROUPS);
        let Some(schedule) = query.schedule_configuration.literal() else { return };
        let look_back = &(1..=limits::LOG_ALARM_LOOK_BACK_SECONDS);
        self.within(Rule::LogAlarm, "StartTimeOffset", Some(&schedule.start_time_offset), look_back);
        if let (Some(end), Some(start)) = (self.number(schedule.end_time_offset.as_ref()), self.number(Some(&schedule.start_time_offset)))
            && end >= start
        {
            self.add(Rule::LogAlarm, format!("EndTimeOffset is {end}, use less than {start} (StartTimeOffset)"));
        }
    }
}
