//! Service level objectives: what is good, whether its budget can be alarmed on, and the alarms.

mod burn;
mod check;
mod indicator;

use std::collections::BTreeMap;

use skywarden_core::{plan::LogFormat, severity::Severity};
use skywarden_document::{Span, shortened};

use super::{Project, alarm::Watched, service::Taken};
use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        raw::{RawIndicator, RawObjective, Told},
    },
    model::{Alarm, Burn, Composite, LogGroup, MetricPlan, Objective, Speed},
};

/// Days of an objective that says none.
const DEFAULT_WINDOW_DAYS: u32 = 30;
/// Somebody has to come.
const DEFAULT_FAST: Severity = Severity::Critical;
/// Somebody has to look into it.
const DEFAULT_SLOW: Severity = Severity::Warning;
/// Objectives of a service: ten resources each leave room in a stack of 500 for the filters and alarms of a hundred metrics, and nobody acts by more.
const MOST: usize = 20;

/// Where events are counted, and what holds for the alarms.
pub(super) struct Counted<'a> {
    pub(super) format: &'a LogFormat,
    pub(super) log_group: &'a LogGroup,
    /// Why all alarms of the service tell nobody.
    pub(super) silenced: Option<String>,
}

/// What objectives become.
#[derive(Default)]
pub(super) struct Burning {
    pub(super) objectives: Vec<Objective>,
    pub(super) alarms: Vec<Alarm>,
    pub(super) composites: Vec<Composite>,
}

/// The objectives of a service with their alarms; what they count is added to `metrics`.
pub(super) fn resolve(
    raws: &[RawObjective],
    service: &Watched<'_>,
    counted: &Counted<'_>,
    metrics: &mut Vec<MetricPlan>,
    taken: &mut Taken,
    project: &mut Project<'_>,
    findings: &mut Findings,
) -> Burning {
    let mut burning = Burning::default();
    let mut names: BTreeMap<String, Span> = BTreeMap::new();
    if let Some(raw) = raws.get(MOST) {
        let message = format!("service `{}` has {} objectives, its stack has room for {MOST}", service.name, raws.len());
        findings.push(Finding::error(Code::AwsLimit, raw.span, message).hint("keep those that somebody acts by; a stack has at most 500 resources"));
    }
    for raw in raws {
        let Some((name, place)) = name(raw) else { continue };
        if let Some(first) = names.get(&name) {
            let message = format!("service `{}` has an objective `{}` already", service.name, shortened(&name));
            let finding = Finding::error(Code::DuplicateObjective, place, message).related(*first, "first objective");
            findings.push(finding.hint("give one of them another `name`"));
            continue;
        }
        names.insert(name.clone(), place);
        let Some((indicator, good)) = indicator::indicator(raw, &name, service, counted, metrics, taken, findings) else { continue };
        let Some(target) = &raw.target else { continue };
        let mut objective = Objective {
            name,
            good,
            indicator,
            target: target.value,
            window_days: raw.window_days.as_ref().or(project.objectives.window_days.as_ref()).map_or(DEFAULT_WINDOW_DAYS, |days| days.value),
            burns: Vec::new(),
            application_signals: raw.application_signals.as_ref().is_some_and(|flag| flag.value),
        };
        let burn = raw.burn.or(&project.objectives.burn);
        let speeds = [(Speed::Fast, &burn.fast, DEFAULT_FAST), (Speed::Slow, &burn.slow, DEFAULT_SLOW)];
        let told = speeds.into_iter().filter_map(|(speed, told, default)| match told.as_ref().map(|told| told.value) {
            Some(Told::Off) => None,
            Some(Told::With(severity)) => Some((speed, severity)),
            None => Some((speed, default)),
        });
        objective.burns = told.map(|(speed, severity)| Burn { speed, severity, pairs: check::pairs(&objective, speed) }).collect();
        check::check(&objective, raw, target.span, findings);
        if let Some(flag) = raw.application_signals.as_ref().filter(|flag| flag.value) {
            check::application_signals(&objective, &project.names.objective(service.name, &objective.name), flag.span, findings);
        }
        burn::add(&mut burning, &objective, service, counted.silenced.as_deref(), project, findings);
        burning.objectives.push(objective);
    }
    burning
}

/// The name, given or by its kind, and where to point.
fn name(raw: &RawObjective) -> Option<(String, Span)> {
    let by_kind = match raw.indicator {
        RawIndicator::Availability { .. } => Some("availability"),
        RawIndicator::Latency { .. } => Some("latency"),
        RawIndicator::Events(_) | RawIndicator::Periods { .. } => None,
    };
    match (&raw.name, by_kind) {
        (Some(name), _) => Some((name.value.clone(), name.span)),
        (None, Some(name)) => Some((name.to_owned(), raw.span)),
        (None, None) => None,
    }
}
