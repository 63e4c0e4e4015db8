//! `skywarden explain alarm`

use std::process::ExitCode;

use skywarden_generator::model::{Alarm, AlarmTarget, Comparison, Condition, MetricStatistic, MissingData, Model, Route, Side, Signal};

use super::Rows;
use crate::{
    args::ConfigArgs,
    project,
    terminal::{Failed, say},
};

/// When an alarm fires, and who hears of it. The name may be the whole one or its end: `latency` are those of all services.
pub(super) fn run(name: &str, config: &ConfigArgs) -> Result<ExitCode, Failed> {
    let model = project::read(config)?;
    let all: Vec<(&Alarm, String)> = model
        .services
        .iter()
        .flat_map(|service| service.alarms.iter().map(|alarm| (alarm, model.names.service_stack(&service.name))))
        .chain(model.own_alarms.iter().map(|alarm| (alarm, model.names.shared_stack())))
        .collect();
    let end = format!("-{}", name.replace('_', "-"));
    let is = |alarm: &Alarm| alarm.name == name || alarm.name.ends_with(&end) || alarm.name.ends_with(&format!("-{name}"));
    let mut found = all.iter().filter(|(alarm, _)| is(alarm)).peekable();
    if found.peek().is_none() {
        let names: Vec<&str> = all.iter().map(|(alarm, _)| alarm.name.as_str()).collect();
        return Err(Failed::with_hint(format!("there is no alarm {name}"), &format!("the alarms are: {}", names.join(", "))));
    }
    for (alarm, stack) in found {
        say(&text(&model, alarm, stack));
    }
    Ok(ExitCode::SUCCESS)
}

fn text(model: &Model, alarm: &Alarm, stack: &str) -> String {
    let mut rows = Rows::new(&alarm.name, &alarm.title);
    rows.add("looks at", &signal(&alarm.signal));
    rows.add("fires when", &condition(alarm));
    rows.add("no data", missing(alarm.missing));
    rows.add("severity", alarm.severity.as_str());
    match &alarm.silenced {
        Some(reason) => rows.add("told to", &format!("nobody, it is silenced: {reason}")),
        None => rows.add("told to", &told(model, alarm)),
    }
    if let Some(minutes) = alarm.warm_up_minutes {
        rows.add("warms up", &format!("tells nobody in the first {minutes} minutes after its creation"));
    }
    rows.add("stack", stack);
    rows.0
}

fn signal(signal: &Signal) -> String {
    match signal {
        Signal::Metric(metric) => statistic(metric),
        Signal::Filled(metric) => format!("{}, 0 where there is none", statistic(metric)),
        Signal::Percentage { part, whole, min_whole } => {
            format!("{} in percent of {}; nothing is said where that is below {min_whole}", statistic(part), statistic(whole))
        }
    }
}

fn statistic(metric: &MetricStatistic) -> String {
    let dimensions: Vec<String> = metric.dimensions.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let dimensions = if dimensions.is_empty() { String::new() } else { format!(" {{{}}}", dimensions.join(", ")) };
    format!("{} of {} {}{dimensions}", metric.statistic, metric.namespace, metric.name)
}

fn condition(alarm: &Alarm) -> String {
    let bad = match alarm.condition {
        Condition::Threshold { comparison, value } => {
            let relation = match comparison {
                Comparison::Above => "above",
                Comparison::AtLeast => "at or above",
                Comparison::Below => "below",
                Comparison::AtMost => "at or below",
            };
            format!("{relation} {value}")
        }
        Condition::Unusual { side, width } => {
            let relation = match side {
                Side::High => "above",
                Side::Low => "below",
                Side::Either => "above or below",
            };
            format!("{relation} what is usual by more than {width} standard deviations")
        }
    };
    let (periods, minutes) = (alarm.evaluation_periods, alarm.period_seconds / 60);
    let length = if minutes == 1 { "a minute".to_owned() } else { format!("{minutes} minutes") };
    let window = match (alarm.datapoints_to_alarm, periods) {
        (1, 1) => format!("in a period of {length}"),
        (datapoints, periods) if datapoints == periods => format!("in {periods} periods of {length} one after the other"),
        (datapoints, periods) => format!("in {datapoints} of {periods} periods of {length}"),
    };
    format!("it is {bad} {window}")
}

const fn missing(missing: MissingData) -> &'static str {
    match missing {
        MissingData::Breaching => "a period without data counts as bad",
        MissingData::NotBreaching => "a period without data counts as good",
        MissingData::Ignore => "without data it stays as it is",
        MissingData::Missing => "without data it says so (INSUFFICIENT_DATA)",
    }
}

fn told(model: &Model, alarm: &Alarm) -> String {
    let routes = |carries: fn(&Route, &Alarm) -> bool| -> Vec<&str> {
        model.routes.iter().filter(|route| carries(route, alarm)).map(|route| route.name.as_str()).collect()
    };
    match alarm.target {
        AlarmTarget::Fallback => {
            let fallback = routes(|route, _| route.fallback);
            format!("the fallback topic, past alert-notifier: the mail addresses of {}", fallback.join(", "))
        }
        AlarmTarget::Alarms => {
            let routes = routes(|route, alarm| route.severities.contains(&alarm.severity));
            if routes.is_empty() { "nobody: no route carries this severity".to_owned() } else { format!("the routes {}", routes.join(", ")) }
        }
    }
}
