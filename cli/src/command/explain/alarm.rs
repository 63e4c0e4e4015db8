//! `skywarden explain alarm`

use std::process::ExitCode;

use skywarden_core::severity::Severity;
use skywarden_document::closest;
use skywarden_generator::{
    model::{
        Alarm, AlarmKind, AlarmTarget, Comparison, Composite, Condition, Counts, FewSamples, MetricStatistic, MissingData, Model, NEVER_SECONDS, Route, Rule,
        Service, Side, Signal, amount, objective::length,
    },
    price,
};

use super::Rows;
use crate::{
    args::ConfigArgs,
    known, project,
    terminal::{Failed, say},
};

/// When an alarm fires, and who hears of it. The name may be the whole one or its end: `latency` are those of all services.
pub(super) fn run(name: &str, config: &ConfigArgs) -> Result<ExitCode, Failed> {
    let model = project::read(config)?;
    let all = all(&model);
    let dashed = name.replace('_', "-");
    let is = |alarm: &str| ends(alarm).any(|end| end == name || end == dashed);
    let mut found = all.iter().filter(|(alarm, ..)| is(alarm.name()) || alarm.is_called(name)).peekable();
    if found.peek().is_none() {
        let names: Vec<&str> = all.iter().map(|(alarm, ..)| alarm.name()).collect();
        let meant = closest(name, names.iter().copied().flat_map(ends));
        let hint = known::hint_with(meant, "the alarms", &names);
        return Err(Failed::with_hint(format!("there is no alarm {name}"), &format!("{hint}; `skywarden explain service` lists those of a service")));
    }
    for (alarm, stack, service) in found {
        let text = match alarm {
            Any::Metric(alarm) => text(&model, alarm, stack, *service),
            Any::Composite(composite) => text_of_composite(&model, composite, stack, *service),
        };
        say(&text);
    }
    Ok(ExitCode::SUCCESS)
}

/// A name, and each part of it that begins with one of its words: what people may call it by, the longest first.
fn ends(name: &str) -> impl Iterator<Item = &str> {
    let words = name.char_indices().zip(name.chars().skip(1)).filter(|((_, before), first)| !before.is_alphanumeric() && first.is_alphanumeric());
    std::iter::once(name).chain(words.map(|((at, before), _)| &name[at + before.len_utf8()..]))
}

/// An alarm of either kind.
enum Any<'a> {
    Metric(&'a Alarm),
    Composite(&'a Composite),
}

impl Any<'_> {
    fn name(&self) -> &str {
        match self {
            Self::Metric(alarm) => &alarm.name,
            Self::Composite(composite) => &composite.name,
        }
    }

    /// Whether it is the one that is called so among those of its service, whatever pattern whole names are made by.
    fn is_called(&self, name: &str) -> bool {
        match self {
            Self::Metric(alarm) => alarm.kind.is_called(name),
            Self::Composite(composite) => composite.kind.called() == name,
        }
    }
}

/// Every alarm with the name of its stack, and its service.
fn all(model: &Model) -> Vec<(Any<'_>, String, Option<&Service>)> {
    let of_services = model.services.iter().flat_map(|service| {
        let alarms = service.alarms.iter().map(move |alarm| (Any::Metric(alarm), service.stack_of(alarm, &model.names), Some(service)));
        let composites = service.composites.iter().map(move |composite| (Any::Composite(composite), model.names.service_stack(&service.name), Some(service)));
        alarms.chain(composites)
    });
    of_services.chain(model.own_alarms.iter().chain(&model.alarms).map(|alarm| (Any::Metric(alarm), model.names.shared_stack(), None))).collect()
}

fn text_of_composite(model: &Model, composite: &Composite, stack: &str, service: Option<&Service>) -> String {
    let mut rows = Rows::new(&composite.name, &composite.title);
    rows.add("fires when", &rule(&composite.rule));
    if let Some(suppressor) = &composite.suppressor {
        let (alarm, wait, extension) = (&suppressor.alarm, suppressor.wait_seconds, suppressor.extension_seconds);
        rows.add("held back", &format!("while {alarm} is in ALARM, and {extension} s after it; a change waits {wait} s for it"));
        let feeding = service.into_iter().flat_map(|service| &service.alarms).find(|alarm| alarm.name == suppressor.alarm).and_then(fed_by);
        if let Some(feeding) = feeding {
            rows.add("fed by", &feeding);
        }
    }
    rows.add("severity", composite.severity.as_str());
    rows.add("told to", &told(model, composite.target, composite.severity, composite.silenced.as_deref()));
    add_windows(&mut rows, composite.target, service);
    rows.add("costs", &format!("{} a month ({}, {})", price::COMPOSITE_ALARM, price::REGION, price::AS_OF));
    rows.add("stack", stack);
    rows.0
}

/// A rule in words.
fn rule(rule: &Rule) -> String {
    let several = |rules: &[Rule], word: &str| -> String {
        let parts: Vec<String> = rules
            .iter()
            .map(
                |part| {
                    if matches!(part, Rule::Any(parts) | Rule::All(parts) if parts.len() > 1) { format!("({})", self::rule(part)) } else { self::rule(part) }
                },
            )
            .collect();
        parts.join(word)
    };
    match rule {
        Rule::Alarm(name) => format!("{name} fires"),
        Rule::Any(rules) => several(rules, " or "),
        Rule::All(rules) => several(rules, " and "),
        Rule::Not(rule) => match &**rule {
            Rule::Alarm(name) => format!("{name} does not fire"),
            other => format!("not ({})", self::rule(other)),
        },
    }
}

fn text(model: &Model, alarm: &Alarm, stack: &str, service: Option<&Service>) -> String {
    let mut rows = Rows::new(&alarm.name, &alarm.title);
    rows.add("looks at", &signal(&alarm.signal));
    if let Some(feeding) = fed_by(alarm) {
        rows.add("fed by", &feeding);
    }
    if !matches!(alarm.unit.as_str(), "None" | "") {
        rows.add("unit", &alarm.unit);
    }
    rows.add("fires when", &condition(alarm));
    rows.add("no data", missing(alarm.missing));
    if alarm.few_samples == FewSamples::Ignore {
        rows.add("few samples", "a period with fewer than ten samples beyond the percentile decides nothing");
    }
    rows.add("severity", alarm.severity.as_str());
    if alarm.kind == AlarmKind::Deploying {
        rows.add("told to", "nobody: while it is in ALARM the impact alarm tells nobody either");
    } else {
        rows.add("told to", &told(model, alarm.target, alarm.severity, alarm.silenced.as_deref()));
    }
    let over = model.services.iter().flat_map(|service| &service.composites).filter(|composite| composite.rule.alarms().contains(&alarm.name.as_str()));
    let over: Vec<&str> = over.map(|composite| composite.name.as_str()).collect();
    if !over.is_empty() {
        rows.add("part of", &over.join(", "));
    }
    add_windows(&mut rows, alarm.target, service);
    if let Some(minutes) = alarm.warm_up_minutes {
        rows.add("warms up", &format!("tells nobody in the first {minutes} minutes after its creation"));
    }
    rows.add("costs", &cost(alarm));
    rows.add("stack", stack);
    rows.0
}

/// What puts the metric of an alarm that nothing of Skywarden's feeds.
fn fed_by(alarm: &Alarm) -> Option<String> {
    match &alarm.signal {
        Signal::Metric(metric) if alarm.kind == AlarmKind::Deploying => Some(format!(
            "your deployment pipeline, before it deploys: aws cloudwatch put-metric-data --namespace {} --metric-name {} --value 1",
            metric.namespace, metric.name
        )),
        _ => None,
    }
}

/// The maintenance windows in which an alarm tells nobody.
fn add_windows(rows: &mut Rows, target: AlarmTarget, service: Option<&Service>) {
    if target == AlarmTarget::Composite {
        return;
    }
    for window in service.into_iter().flat_map(|service| &service.maintenance) {
        rows.add("muted", &format!("{} ({}) for {}, maintenance {}", window.opens, window.zone, length(window.minutes), window.name));
    }
}

/// What it costs a month.
fn cost(alarm: &Alarm) -> String {
    let metrics = match price::alarm_metrics(alarm) {
        1 => "one metric".to_owned(),
        several if matches!(alarm.condition, Condition::Unusual { .. }) => format!("{several} metrics, {} of them the band", price::BAND_METRICS),
        several => format!("{several} metrics"),
    };
    format!("{} a month, for {metrics} ({}, {})", price::of_alarm(alarm), price::REGION, price::AS_OF)
}

fn signal(signal: &Signal) -> String {
    match signal {
        Signal::Metric(metric) => statistic(metric),
        Signal::Filled(metric) => format!("{}, 0 where there is none", statistic(metric)),
        Signal::Percentage { part, whole, min_whole } => {
            format!("{} in percent of {}; nothing is said where that is below {min_whole}", statistic(part), statistic(whole))
        }
        Signal::BadShare { counted, counts, whole, min_whole } => {
            let counts = match counts {
                Counts::Bad => "bad",
                Counts::Good => "good",
            };
            let guard = if *min_whole > 1 { format!("; 0 where those are fewer than {min_whole}") } else { "; 0 where there are none".to_owned() };
            format!("the share that is bad: {} are {counts}, of {}{guard}", statistic(counted), statistic(whole))
        }
        Signal::Drain { visible, sent, deleted } => format!(
            "{} divided by how much more is done than comes ({} less {}): \
             the time until the queue is empty, {NEVER_SECONDS} s when it does not become shorter. \
             While no more wait than are done in a period it keeps up, and only those count",
            statistic(visible),
            statistic(deleted),
            statistic(sent)
        ),
        Signal::Query(query) => format!("{} of a query of {}: {}", query.aggregation, query.log_group, query.text.replace('\n', " ")),
    }
}

pub(super) fn statistic(metric: &MetricStatistic) -> String {
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
            format!("{relation} {}", amount(value, &alarm.unit))
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
    let length = if minutes == 1 { "a minute".to_owned() } else { length(minutes) };
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

pub(super) fn told(model: &Model, target: AlarmTarget, severity: Severity, silenced: Option<&str>) -> String {
    if let Some(reason) = silenced {
        return format!("nobody, it is silenced: {reason}");
    }
    let routes =
        |carries: &dyn Fn(&Route) -> bool| -> Vec<&str> { model.routes.iter().filter(|route| carries(route)).map(|route| route.name.as_str()).collect() };
    match target {
        AlarmTarget::Fallback => format!("the fallback topic, past alert-notifier: the mail addresses of {}", routes(&|route| route.fallback).join(", ")),
        AlarmTarget::Alarms => {
            let routes = routes(&|route| route.severities.contains(&severity));
            if routes.is_empty() { "nobody: no route carries this severity".to_owned() } else { format!("the routes {}", routes.join(", ")) }
        }
        AlarmTarget::Composite => "nobody: the composite alarm over it tells".to_owned(),
    }
}
