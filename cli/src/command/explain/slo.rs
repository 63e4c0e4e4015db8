//! `skywarden explain slo`

use std::process::ExitCode;

use skywarden_generator::{
    model::{AlarmKind, AlarmTarget, Burn, Comparison, CompositeKind, Counts, Indicator, Model, Objective, Pair, Service, Speed, amount, objective::length},
    price::{self, Dollars},
};

use super::{
    Rows,
    alarm::{statistic, told},
};
use crate::{
    args::ConfigArgs,
    known, project,
    terminal::{Failed, say},
};

/// What an objective allows and what is told of it.
pub(super) fn run(name: &str, config: &ConfigArgs) -> Result<ExitCode, Failed> {
    let model = project::read(config)?;
    let all = || model.services.iter().flat_map(|service| service.objectives.iter().map(move |objective| (service, objective)));
    let mut found = all().filter(|(_, objective)| objective.name == name).peekable();
    if found.peek().is_none() {
        let mut names: Vec<&str> = all().map(|(_, objective)| objective.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let hint = if names.is_empty() {
            "the config has none: `slo: [{ availability: 99.9% }]` on a service is one".to_owned()
        } else {
            known::hint(name, "the objectives", &names)
        };
        return Err(Failed::with_hint(format!("there is no objective {name}"), &hint));
    }
    for (service, objective) in found {
        say(&text(&model, service, objective));
    }
    Ok(ExitCode::SUCCESS)
}

fn text(model: &Model, service: &Service, objective: &Objective) -> String {
    let window = length(objective.window_days * 1_440);
    let what = format!("{} {}, over {window}", objective.target_words(), objective.good);
    let mut rows = Rows::new(&format!("{} of {}", objective.name, service.name), &what);
    rows.add("looks at", &looks_at(&objective.indicator));
    rows.add("budget", &budget(objective, &window));
    for burn in &objective.burns {
        rows.add(burn.speed.as_str(), &format!("{}: {}", burn.severity, told_of(model, service, objective, burn)));
        for pair in &burn.pairs {
            rows.add("", &windows(objective, *pair));
        }
    }
    // Of the fastest alone: while it tells, the slow one does not.
    if let Some(minutes) = objective.burns.first().and_then(|burn| burn.pairs.iter().map(|pair| objective.detection_minutes(*pair)).min()) {
        rows.add("outage", &format!("a total one is told of after {}, and the minute or two until CloudWatch has the data", length(minutes)));
    }
    if let Indicator::Periods { period_seconds, .. } = objective.indicator
        && period_seconds < 3_600
        && !objective.burns.is_empty()
    {
        rows.add("not seen", "3 days with 6 hours: an alarm looks back a day at most when its period is below an hour");
    }
    if objective.burns.is_empty() {
        rows.add("told to", "nobody: it is on the dashboards alone");
    }
    rows.add("costs", &costs(service, objective));
    if objective.application_signals {
        rows.add("and", "an objective of Application Signals, which AWS bills apart");
    }
    rows.add("dashboard", &model.names.dashboard(Some(&service.name)));
    rows.add("stack", &model.names.service_stack(&service.name));
    rows.0
}

fn looks_at(indicator: &Indicator) -> String {
    match indicator {
        Indicator::Events { counted, counts, whole, .. } => {
            let counts = match counts {
                Counts::Bad => "bad",
                Counts::Good => "good",
            };
            format!("{} as {counts}, {} as all", statistic(counted), statistic(whole))
        }
        Indicator::Periods { metric, bad, threshold, unit, period_seconds } => {
            let side = if *bad == Comparison::Above { "above" } else { "below" };
            let limit = amount(*threshold, unit);
            format!("{} every {}; it is bad {side} {limit}, and good where there is no data", statistic(metric), length(period_seconds / 60))
        }
    }
}

fn budget(objective: &Objective, window: &str) -> String {
    let million = u64::from(objective.target.budget_of_million());
    let percent = objective.target.budget_percent();
    // Tenths of a minute: a total outage of so long spends it, if requests come evenly.
    let tenths = u64::from(objective.window_days) * 1_440 * million / 100_000;
    match &objective.indicator {
        Indicator::Events { .. } => {
            format!("{percent} % may be bad: 1 of {} events, or {}.{} minutes of a total outage in {window}", 1_000_000 / million, tenths / 10, tenths % 10)
        }
        Indicator::Periods { period_seconds, .. } => {
            let periods = u64::from(objective.window_days) * 86_400 / u64::from(*period_seconds);
            format!("{percent} % may be bad: {} of the {periods} periods in {window}", periods * million / 1_000_000)
        }
    }
}

fn windows(objective: &Objective, pair: Pair) -> String {
    let days = objective.window_days;
    let bad = match &objective.indicator {
        Indicator::Events { .. } => {
            let percent = pair.bad_percent(objective.target, days);
            let least = objective.least_events(pair).unwrap_or_default();
            format!("more than {percent} % bad in both, of at least {least} events in {}", length(pair.long.minutes))
        }
        Indicator::Periods { period_seconds, .. } => {
            let counts = pair.looks().map(|look| pair.datapoints(look, objective.target, days, *period_seconds));
            let [long, short] = counts.map(|(bad, periods)| format!("{bad} of {periods}"));
            format!("{long} periods bad, and {short}")
        }
    };
    format!(
        "{} with {}: {bad}; burn rate {}, at which the budget is gone in {}",
        length(pair.long.minutes),
        length(pair.short.minutes),
        pair.burn_rate(days),
        length(pair.exhausted_minutes(days))
    )
}

fn told_of(model: &Model, service: &Service, objective: &Objective, burn: &Burn) -> String {
    let composite = service.composites.iter().find(|composite| match burn.speed {
        Speed::Fast => composite.kind == CompositeKind::FastBurn(objective.name.clone()),
        Speed::Slow => composite.kind == CompositeKind::SlowBurn(objective.name.clone()),
    });
    let silenced = composite.and_then(|composite| composite.silenced.as_deref());
    let name = composite.map_or("", |composite| composite.name.as_str());
    format!("{name}, told to {}", told(model, AlarmTarget::Alarms, burn.severity, silenced))
}

fn costs(service: &Service, objective: &Objective) -> String {
    let of_objective = |kind: &AlarmKind| matches!(kind, AlarmKind::Burn { objective: name, .. } if *name == objective.name);
    let metrics: u32 = service.alarms.iter().filter(|alarm| of_objective(&alarm.kind)).map(price::alarm_metrics).sum();
    let composites = count(objective.burns.len());
    // Counters of its own; built-in metrics are there anyway.
    let counters = match &objective.indicator {
        Indicator::Events { counted, whole, .. } => {
            count(service.metrics.iter().filter(|metric| metric.custom && [&counted.name, &whole.name].contains(&&metric.name)).count())
        }
        Indicator::Periods { .. } => 0,
    };
    let parts = [
        (metrics, "metric of an alarm", "metrics of alarms", price::ALARM_METRIC),
        (composites, "composite alarm", "composite alarms", price::COMPOSITE_ALARM),
        (counters, "counter", "counters", price::CUSTOM_METRIC),
    ];
    let total: Dollars = parts.iter().map(|(number, _, _, price)| price.times(*number)).sum();
    if total == Dollars::default() {
        return "nothing: it has no alarms, and its metrics are there anyway".to_owned();
    }
    let parts = parts.into_iter().filter(|(number, ..)| *number > 0);
    let parts: Vec<String> = parts.map(|(number, one, many, price)| format!("{number} {} at {}", if number == 1 { one } else { many }, price)).collect();
    format!("{total} a month in {}: {}", price::REGION, parts.join(", "))
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
