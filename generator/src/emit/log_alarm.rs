//! Alarms on queries of the log: the model's words -> `AWS::CloudWatch::LogAlarm`, and the role their queries run with.

use skywarden_cloudformation::{
    Expr, List, Pseudo, Resource, Tag, Template,
    cloudwatch::{self, ScheduleConfiguration, ScheduledQueryConfiguration, WarmUpConfiguration},
    iam::{InlinePolicy, PolicyDocument, Role, Statement},
};

use super::{alarm, arn, project::Project};
use crate::model::{Alarm, Comparison, LogQuery, Service};

/// Logical id of the role of all queries of a stack.
const ROLE: &str = "LogAlarmRole";

/// Seconds by which a query looks later than it runs: a line may come a little after the time it carries, and each run sees its time only once.
const LATE_SECONDS: u32 = 60;

/// One alarm with its actions for ALARM and OK.
pub(super) fn resource(alarm: &Alarm, query: &LogQuery, (comparison, threshold): (Comparison, f64), actions: &[Expr], tags: List<Tag>) -> Resource {
    let every = alarm.period_seconds;
    let schedule =
        ScheduleConfiguration { end_time_offset: Some(LATE_SECONDS.into()), ..ScheduleConfiguration::new(rate(every), every.saturating_add(LATE_SECONDS)) };
    let asked = ScheduledQueryConfiguration {
        log_group_identifiers: vec![query.log_group.clone().into()].into(),
        tags: tags.clone(),
        ..ScheduledQueryConfiguration::new(query.text.clone(), query.aggregation.clone(), Expr::get_att(ROLE, "Arn"), schedule)
    };
    Resource::new(cloudwatch::LogAlarm {
        alarm_name: Some(alarm.name.clone().into()),
        alarm_description: Some(alarm::description(alarm.silenced.as_deref(), &alarm.advice).into()),
        // Left out where it is the default.
        actions_enabled: alarm.silenced.is_some().then(|| false.into()),
        alarm_actions: actions.to_vec().into(),
        ok_actions: actions.to_vec().into(),
        treat_missing_data: Some(alarm::missing(alarm.missing).into()),
        warm_up_configuration: alarm.warm_up_minutes.map(|minutes| WarmUpConfiguration::new(minutes).into()),
        tags,
        ..cloudwatch::LogAlarm::new(asked, alarm::operator(comparison), threshold, alarm.evaluation_periods, alarm.datapoints_to_alarm)
    })
}

/// Adds the role of a stack that has a query: it may ask the one log group, and nothing else.
pub(super) fn add_role(template: &mut Template, project: &Project<'_>, service: &Service) {
    // Actions and resource as the CloudWatch user guide gives them (log alarms, scheduled query execution role).
    let actions = ["logs:StartQuery", "logs:StopQuery", "logs:GetQueryResults", "logs:DescribeLogGroups"];
    let group = Expr::sub(format!("{}:*", arn::log_group(&service.log_group.name)));
    let policy = PolicyDocument::of([Statement::allow(actions, group).named("AskTheLog")]);
    // The guide's trust has no condition, so the source may not be told at all; where it is told it has to be this account.
    let trust = PolicyDocument::assumed_by("logs.amazonaws.com");
    let of_this_account = |statement: &Statement| statement.clone().when("StringEqualsIfExists", "aws:SourceAccount", Expr::from(Pseudo::AccountId));
    let trust = PolicyDocument::of(trust.statement.iter().map(of_this_account).collect::<Vec<_>>());
    let role = Role { policies: vec![InlinePolicy::new("skywarden", policy)].into(), tags: project.service_tags(&service.name), ..Role::new(trust) };
    template.add(ROLE, Resource::new(role));
}

/// `rate(5 minutes)`.
fn rate(seconds: u32) -> String {
    let minutes = seconds / 60;
    let unit = if minutes == 1 { "minute" } else { "minutes" };
    format!("rate({minutes} {unit})")
}
