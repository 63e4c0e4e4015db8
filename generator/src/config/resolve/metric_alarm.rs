//! The alarm of a metric of the user's.

use skywarden_core::{plan::MetricKind, severity::Severity};
use skywarden_document::Spanned;

use super::{
    Project,
    advice::AlarmView,
    alarm::{Watched, amount},
    metric::Metric,
};
use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        raw::{RawCommon, RawMetricAlarm, Threshold},
        read::{self, Window},
    },
    model::{Alarm, AlarmKind, AlarmTarget, Comparison, MetricStatistic, MissingData, Signal},
};

/// The time an alarm looks at when it names none.
const DEFAULT_WINDOW: Window = Window { datapoints: 3, periods: 5, period_seconds: 60 };

/// The alarm on `metric`, looking at `watched` (the metric itself, or its total when it has dimensions). `general`: what holds for all alarms of the
/// service.
pub(super) fn alarm(
    raw: &RawMetricAlarm,
    metric: &Metric,
    watched: &str,
    general: &RawCommon,
    service: &Watched<'_>,
    project: &mut Project<'_>,
    findings: &mut Findings,
) -> Option<Alarm> {
    let common = raw.common.or(general);
    let (given, comparison, relation) = match (&raw.above, &raw.below) {
        (Some(above), _) => (above, Comparison::Above, "above"),
        (None, Some(below)) => (below, Comparison::Below, "below"),
        (None, None) => return None,
    };
    let threshold = threshold(given, metric, findings)?;
    let statistic = raw.statistic.as_ref().map_or(metric.default_statistic(), |statistic| statistic.value.as_str());
    if let Some(typed) = &raw.statistic
        && metric.kind == MetricKind::Counter
        && read::is_percentile(statistic)
    {
        let message = format!("`{}` is a counter: its lines are added up, and there is no {statistic} of a sum", metric.name);
        findings.push(Finding::error(Code::BadStatistic, typed.span, message).hint("set `kind: distribution` on the metric, or use `Sum`"));
    }
    let window = common.window.as_ref().map_or(DEFAULT_WINDOW, |window| window.value);
    // `above 5 for 5 minutes` of a sum is the sum over five minutes; of a percentile it is about having samples enough.
    let window = match statistic {
        "Sum" | "SampleCount" => window.as_one_period(),
        percentile if read::is_percentile(percentile) => window.in_five_minutes(),
        _ => window,
    };
    // No orders at all is what a lower bound is for; no errors at all is not what an upper bound is for.
    let default_missing = if comparison == Comparison::Below { MissingData::Breaching } else { MissingData::NotBreaching };
    let limit = amount(threshold, &metric.unit);
    let view = AlarmView {
        metric: &metric.name,
        statistic,
        relation,
        threshold: &limit,
        window: &window.words(),
        ..service.view(&project.name, &project.environment)
    };
    let advice = project.advice.text("metric", &view, findings);
    Some(Alarm {
        kind: AlarmKind::Metric(metric.name.clone()),
        name: project.names.alarm(Some(service.name), &metric.name),
        title: format!("{}: {statistic} of {} {relation} {limit}", service.name, metric.name),
        advice,
        severity: common.severity.as_ref().map_or(Severity::Warning, |severity| severity.value),
        signal: Signal::Metric(MetricStatistic {
            namespace: service.namespace.to_owned(),
            name: watched.to_owned(),
            dimensions: Vec::new(),
            statistic: statistic.to_owned(),
        }),
        comparison,
        threshold,
        period_seconds: window.period_seconds,
        evaluation_periods: window.periods,
        datapoints_to_alarm: window.datapoints,
        missing: raw.missing.as_ref().map_or(default_missing, |missing| missing.value),
        target: AlarmTarget::Alarms,
        warm_up_minutes: common.warm_up_minutes(),
        silenced: common.silenced(),
    })
}

/// The threshold in the metric's unit.
fn threshold(given: &Spanned<Threshold>, metric: &Metric, findings: &mut Findings) -> Option<f64> {
    match given.value {
        Threshold::Number(number) => Some(number),
        Threshold::Milliseconds(milliseconds) => {
            if let Some(seconds) = read::unit_seconds(&metric.unit) {
                return Some(milliseconds / 1_000.0 / seconds);
            }
            let message = format!("`{}` is in {}, not in a unit of time", metric.name, metric.unit);
            let hint = "write a plain number, or set `unit: Milliseconds` on the metric";
            findings.push(Finding::error(Code::WrongType, given.span, message).hint(hint));
            None
        }
    }
}
