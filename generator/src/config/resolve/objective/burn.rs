//! The alarms of an objective: one on each window, and a composite alarm for each speed.

use skywarden_core::severity::Severity;

use super::Burning;
use crate::{
    config::{
        findings::Findings,
        resolve::{Project, alarm::Watched},
    },
    model::{
        Alarm, AlarmKind, AlarmTarget, Burn, Comparison, Composite, CompositeKind, Condition, FewSamples, Indicator, MissingData, Objective, Pair, Rule,
        Signal, Speed, amount,
        objective::{Look, length},
    },
};

/// Adds them.
pub(super) fn add(
    burning: &mut Burning,
    objective: &Objective,
    service: &Watched<'_>,
    silenced: Option<&str>,
    project: &mut Project<'_>,
    findings: &mut Findings,
) {
    let window = length(objective.window_days * 1_440);
    let mut maker = Maker { objective, service, silenced, window: &window, target: &objective.target_words(), project, findings };
    let mut fast = None;
    for burn in &objective.burns {
        let mut pairs = Vec::new();
        for pair in &burn.pairs {
            let looks = pair.looks().map(|look| maker.part(*pair, look, burn.severity));
            pairs.push(Rule::All(looks.iter().map(|alarm| Rule::Alarm(alarm.name.clone())).collect()));
            burning.alarms.extend(looks);
        }
        // One objective tells once: while it is told of as fast, it is not told of as slow.
        let rule = match &fast {
            None => Rule::Any(pairs),
            Some(fast) => Rule::All(vec![Rule::Any(pairs), Rule::Not(Box::new(Rule::Alarm(String::clone(fast))))]),
        };
        let composite = maker.composite(burn, rule);
        if burn.speed == Speed::Fast {
            fast = Some(composite.name.clone());
        }
        burning.composites.push(composite);
    }
}

/// What all alarms of an objective have in common.
struct Maker<'a, 'p, 'f> {
    objective: &'a Objective,
    service: &'a Watched<'a>,
    silenced: Option<&'a str>,
    /// `30 days`.
    window: &'a str,
    /// `99.9 %`.
    target: &'a str,
    project: &'a mut Project<'p>,
    findings: &'a mut Findings<'f>,
}

impl Maker<'_, '_, '_> {
    fn advice(&mut self, template: &str, threshold: &str, window: &str, gone_in_minutes: u32) -> String {
        let view = super::super::advice::AlarmView {
            objective: &self.objective.name,
            good: &self.objective.good,
            target: self.target,
            slo_window: self.window,
            gone_in: &length(gone_in_minutes),
            threshold,
            window,
            ..self.service.view(&self.project.name, &self.project.environment)
        };
        self.project.advice.text(template, &view, self.findings)
    }

    /// The alarm on one window.
    fn part(&mut self, pair: Pair, look: Look, severity: Severity) -> Alarm {
        let objective = self.objective;
        let bad_percent = pair.bad_percent(objective.target, objective.window_days);
        let (signal, condition, unit, period_seconds, [datapoints, periods], too_much) = match &objective.indicator {
            // The period is the window, and slides with the minute: no other form of an alarm sums over so long a time.
            Indicator::Events { counted, counts, whole, .. } => {
                // A long window with few events has a guard: one failure among three requests at night is no third of the budget. The short window has none.
                // It only says whether it goes on, and the two fire together alone: with a guard of its own a service with a request a minute could fail
                // entirely without an alarm.
                let least = if look == pair.long { objective.least_events(pair).unwrap_or(1) } else { 1 };
                let signal = Signal::BadShare { counted: counted.clone(), counts: *counts, whole: whole.clone(), min_whole: least };
                let condition = Condition::Threshold { comparison: Comparison::Above, value: bad_percent };
                (signal, condition, "Percent".to_owned(), look.minutes * 60, [1, 1], format!("more than {} bad", amount(bad_percent, "Percent")))
            }
            Indicator::Periods { metric, bad, threshold, unit, period_seconds } => {
                let (datapoints, periods) = pair.datapoints(look, objective.target, objective.window_days, *period_seconds);
                let condition = Condition::Threshold { comparison: *bad, value: *threshold };
                let too_much = format!("{datapoints} or more of {periods} periods bad");
                (Signal::Metric(metric.clone()), condition, unit.clone(), *period_seconds, [datapoints, periods], too_much)
            }
        };
        let kind = AlarmKind::Burn { objective: objective.name.clone(), window: pair.name_of(look) };
        let advice = self.advice("slo_part", &too_much, &length(look.minutes), pair.exhausted_minutes(objective.window_days));
        Alarm {
            name: self.project.names.alarm(Some(self.service.name), &kind.called()),
            kind,
            title: format!("{}: {}: {too_much} in {}", self.service.name, objective.name, length(look.minutes)),
            advice,
            severity,
            signal,
            condition,
            unit,
            period_seconds,
            evaluation_periods: periods,
            datapoints_to_alarm: datapoints,
            // Nothing happened, so nothing was bad.
            missing: MissingData::NotBreaching,
            few_samples: FewSamples::Evaluate,
            target: AlarmTarget::Composite,
            warm_up_minutes: None,
            silenced: None,
        }
    }

    fn composite(&mut self, burn: &Burn, rule: Rule) -> Composite {
        let objective = self.objective;
        // The slowest of its rates: what any of its pairs says is at least this fast.
        let gone_in = burn.pairs.iter().map(|pair| pair.exhausted_minutes(objective.window_days)).max().unwrap_or(objective.window_days * 1_440);
        let (kind, template, how): (fn(String) -> CompositeKind, _, _) = match burn.speed {
            Speed::Fast => (CompositeKind::FastBurn, "slo_fast", "is burning fast"),
            Speed::Slow => (CompositeKind::SlowBurn, "slo_slow", "is burning slowly"),
        };
        let advice = self.advice(template, "", "", gone_in);
        let kind = kind(objective.name.clone());
        Composite {
            name: self.project.names.alarm(Some(self.service.name), &kind.called()),
            kind,
            title: format!("{}: the error budget of {} ({}) {how}", self.service.name, objective.name, self.target),
            advice,
            severity: burn.severity,
            rule,
            suppressor: None,
            target: AlarmTarget::Alarms,
            silenced: self.silenced.map(str::to_owned),
        }
    }
}
