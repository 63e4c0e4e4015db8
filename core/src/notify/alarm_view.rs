//! What the templates see of an alarm's change.

use jiff::SignedDuration;
use serde::Serialize;

use super::{
    amount::lasting,
    head::{Head, dashboard, links, query_around, utc},
    history::History,
};
use crate::{
    alarm::{AlarmNotice, AlarmState, MAX_CHILDREN, QuerySource, Trigger},
    console::Console,
    plan::{AlarmInfo, Plan},
    severity::Severity,
};

/// An alarm's change, for `alarm.txt` and for JSON.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AlarmView {
    /// What every message says.
    #[serde(flatten)]
    pub head: Head,
    /// Alarm name in CloudWatch.
    pub alarm: String,
    /// What it means and what to do first.
    pub advice: String,
    /// CloudWatch's reason.
    pub reason: String,
    /// The metric's recent values as a line of text; empty when they are not known.
    pub recent: String,
    /// The same for programs; absent when they are not known.
    pub history: Option<History>,
    /// CloudWatch unit of the values; empty when it has none.
    pub unit: String,
    /// Threshold; absent for a composite alarm and for a band.
    pub threshold: Option<f64>,
    /// Alarms that made a composite alarm change; empty for any other.
    pub children: Vec<String>,
    /// When the state changed, UTC.
    pub at: String,
}

impl AlarmView {
    /// The view of an alarm's change. Without the plan's knowledge of the alarm, and without a history, it is a readable message still.
    pub fn new(id: &str, notice: &AlarmNotice, info: Option<&AlarmInfo>, history: Option<&History>, plan: &Plan) -> Self {
        let firing = notice.state == AlarmState::Alarm;
        let console = Console::of_region(&plan.region);
        let trigger = notice.trigger.as_ref();
        let unit = unit(info, trigger);
        let threshold = trigger.and_then(|trigger| trigger.threshold.as_ref()).and_then(serde_json::Number::as_f64);
        let history = history.filter(|history| history.has_values()).cloned().or_else(|| trigger.and_then(History::told));
        let recent = history.as_ref().map(|history| history.line(&unit, threshold)).unwrap_or_default();
        let since = if firing { notice.changed_at } else { notice.fired_at.unwrap_or(notice.changed_at) };
        let state = if firing { "firing" } else { "resolved" };
        let parts = if trigger.is_none() { parts(notice) } else { Vec::new() };
        let mut head = Head::new("alarm", state, id, plan, info.map_or(Severity::Warning, |info| info.severity));
        head.name("", state, info.map_or_else(|| notice.alarm.clone(), |info| info.title.clone()));
        head.of(info.map_or("", |info| info.service.as_str()), plan);
        head.since = utc(since);
        if !firing && notice.fired_at.is_some() {
            head.lasted = lasting(notice.changed_at.duration_since(since));
        }
        head.how_bad.clone_from(&recent);
        if firing {
            head.first_step = info.map_or_else(|| notice.description.clone(), |info| info.advice.clone());
            let resolve = if parts.is_empty() {
                "it resolves by itself once the values are good again"
            } else {
                "it resolves by itself once all of its alarms are good again"
            };
            resolve.clone_into(&mut head.resolve);
            head.silence = format!("aws cloudwatch disable-alarm-actions --region {} --alarm-names {}", plan.region, quoted(&notice.alarm));
        }
        head.thread.clone_from(&notice.alarm);
        // As far back as the alarm looks: what it fired for lies there.
        let looked_at = trigger.and_then(|trigger| Some(trigger.period_seconds? * trigger.evaluation_periods?)).and_then(|seconds| i64::try_from(seconds).ok());
        let first = since.checked_sub(SignedDuration::from_secs(looked_at.unwrap_or(0))).unwrap_or(since);
        let (log_group, query) = info.map_or(("", ""), |info| (info.log_group.as_str(), info.query.as_str()));
        head.links = links([
            ("alarm", console.alarm(&notice.alarm)),
            ("part", parts.first().filter(|_| firing).map(|part| console.alarm(part)).unwrap_or_default()),
            ("dashboard", info.map(|info| dashboard(&info.dashboard, first, notice.changed_at)).unwrap_or_default()),
            ("logs", query_around(&console, first, notice.changed_at, log_group, query)),
            ("runbook", info.map(|info| info.runbook.clone()).unwrap_or_default()),
        ]);
        Self {
            alarm: notice.alarm.clone(),
            advice: info.map_or_else(|| notice.description.clone(), |info| info.advice.clone()),
            reason: notice.reason.clone(),
            recent,
            history,
            unit,
            threshold,
            children: parts.iter().map(|part| title(part, plan)).collect(),
            at: utc(notice.changed_at),
            head,
        }
    }
}

/// The plan knows the unit of its own alarms; one of somebody else's may name it.
fn unit(info: Option<&AlarmInfo>, trigger: Option<&Trigger>) -> String {
    let known = info.map(|info| info.unit.clone()).filter(|unit| !unit.is_empty());
    let named = || {
        trigger?.queries.iter().filter(|query| query.returns).find_map(|query| match &query.source {
            QuerySource::Metric(metric) => metric.unit.clone(),
            QuerySource::Expression(_) => None,
        })
    };
    known.or_else(named).unwrap_or_default()
}

/// Names of the alarms that made a composite alarm change: those the change tells, else those its reason names
/// (`arn:aws:cloudwatch:…:alarm:NAME transitioned to ALARM at …`).
fn parts(notice: &AlarmNotice) -> Vec<String> {
    if !notice.children.is_empty() {
        return notice.children.clone();
    }
    let state = if notice.state == AlarmState::Alarm { "ALARM" } else { "OK" };
    let changed = |rest: &str| rest.split_once(" transitioned to ").filter(|(_, after)| after.starts_with(state)).map(|(name, _)| name.to_owned());
    notice.reason.split(":alarm:").skip(1).filter_map(changed).take(MAX_CHILDREN).collect()
}

/// An alarm by its title, where the plan knows it.
fn title(name: &str, plan: &Plan) -> String {
    plan.alarms.iter().find(|info| info.name == name).map_or_else(|| name.to_owned(), |info| info.title.clone())
}

/// A name as a shell takes it: alarm names may hold any character.
fn quoted(name: &str) -> String {
    if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/' | b':')) {
        return name.to_owned();
    }
    format!("'{}'", name.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_that_went_the_other_way_is_no_part_of_it() {
        let part = |reason: &str| {
            let text =
                serde_json::json!({"AlarmName": "a", "NewStateValue": "ALARM", "StateChangeTime": "2026-11-23T04:00:00.123+0000", "NewStateReason": reason});
            parts(&AlarmNotice::parse(&text.to_string()).unwrap())
        };
        assert_eq!(part("arn:aws:cloudwatch:r:1:alarm:shop-x transitioned to ALARM at Monday"), ["shop-x"]);
        // It had held this one back.
        assert_eq!(part("arn:aws:cloudwatch:r:1:alarm:shop-x transitioned to OK at Monday"), Vec::<String>::new());
    }

    #[test]
    fn a_name_is_one_word_of_a_shell() {
        assert_eq!(quoted("shop-prod-checkout-latency"), "shop-prod-checkout-latency");
        assert_eq!(quoted("it's $(me)"), r"'it'\''s $(me)'");
        assert_eq!(quoted("-"), "-");
    }
}
