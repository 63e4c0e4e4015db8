//! The alarm of a metric of the user's.

use skywarden_core::{plan::MetricKind, severity::Severity};
use skywarden_document::{Spanned, closest, shortened};

use super::{
    Project,
    advice::AlarmView,
    alarm::{MIN_REQUESTS as MIN_WHOLE, TEN_MINUTES, Watched, amount},
    metric::Metric,
};
use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        raw::{RawCommon, RawMetricAlarm, Threshold},
        read::{self, Window},
    },
    model::{Alarm, AlarmKind, AlarmTarget, Comparison, MetricPlan, MetricStatistic, MissingData, Signal},
};

/// The time an alarm looks at when it names none.
const DEFAULT_WINDOW: Window = Window { datapoints: 3, periods: 5, period_seconds: 60 };

/// What an alarm of a metric is among.
pub(super) struct Among<'a> {
    pub(super) service: &'a Watched<'a>,
    /// All metrics of the service.
    pub(super) metrics: &'a [MetricPlan],
    /// What holds for all alarms of the service.
    pub(super) common: RawCommon,
}

/// The alarm on `metric`, looking at `watched` (the metric itself, or its total when it has dimensions).
pub(super) fn alarm(
    raw: &RawMetricAlarm,
    metric: &Metric,
    watched: &str,
    among: &Among<'_>,
    project: &mut Project<'_>,
    findings: &mut Findings,
) -> Option<Alarm> {
    let service = among.service;
    let common = raw.common.or(&among.common);
    let (given, comparison, relation) = match (&raw.above, &raw.below) {
        (Some(above), _) => (above, Comparison::Above, "above"),
        (None, Some(below)) => (below, Comparison::Below, "below"),
        (None, None) => return None,
    };
    let share = match &raw.share_of {
        Some(of) => Some(share(of, raw, metric, watched, among, findings)?),
        None => None,
    };
    if let Some(least) = raw.min.as_ref().filter(|_| share.is_none()) {
        let finding = Finding::warning(Code::NoEffect, least.span, "`min` is of a share, and this alarm is on none");
        findings.push(finding.hint("name what it is a share of: `share_of: Requests`, or delete the line"));
    }
    let unit = if share.is_some() { "Percent" } else { &metric.unit };
    let threshold = threshold(given, unit, metric, findings)?;
    let statistic = raw.statistic.as_ref().map_or(metric.default_statistic(), |statistic| statistic.value.as_str());
    if let Some(typed) = &raw.statistic
        && metric.kind == MetricKind::Counter
        && read::is_percentile(statistic)
    {
        let message = format!("`{}` is a counter: its lines are added up, and there is no {statistic} of a sum", metric.name);
        findings.push(Finding::error(Code::BadStatistic, typed.span, message).hint("set `kind: distribution` on the metric, or use `Sum`"));
    }
    let default_window = if share.is_some() { TEN_MINUTES } else { DEFAULT_WINDOW };
    let window = common.window.as_ref().map_or(default_window, |window| window.value);
    // `above 5 for 5 minutes` of a sum is the sum over five minutes; of a percentile and of a share it is about having samples enough.
    let window = match statistic {
        _ if share.is_some() => window.in_five_minutes(),
        "Sum" | "SampleCount" => window.as_one_period(),
        percentile if read::is_percentile(percentile) => window.in_five_minutes(),
        _ => window,
    };
    // No orders at all is what a lower bound is for; no errors at all is not what an upper bound is for, and of nothing there is no share.
    let default_missing = if comparison == Comparison::Below && share.is_none() { MissingData::Breaching } else { MissingData::NotBreaching };
    let limit = amount(threshold, unit);
    let view = AlarmView {
        metric: &metric.name,
        statistic,
        whole: share.as_ref().map_or("", |(whole, _)| whole),
        relation,
        threshold: &limit,
        window: &window.words(),
        ..service.view(&project.name, &project.environment)
    };
    let advice = project.advice.text("metric", &view, findings);
    Some(Alarm {
        kind: AlarmKind::Metric(metric.name.clone()),
        name: project.names.alarm(Some(service.name), &metric.name),
        title: match &share {
            Some((whole, _)) => format!("{}: {} {relation} {limit} of {whole}", service.name, metric.name),
            None => format!("{}: {statistic} of {} {relation} {limit}", service.name, metric.name),
        },
        advice,
        severity: common.severity.as_ref().map_or(Severity::Warning, |severity| severity.value),
        signal: share.map_or_else(|| Signal::Metric(of_service(service, watched, statistic)), |(_, signal)| signal),
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

fn of_service(service: &Watched<'_>, name: &str, statistic: &str) -> MetricStatistic {
    MetricStatistic { namespace: service.namespace.to_owned(), name: name.to_owned(), dimensions: Vec::new(), statistic: statistic.to_owned() }
}

/// The share of one sum in another, with the name of the whole.
fn share(of: &Spanned<String>, raw: &RawMetricAlarm, metric: &Metric, watched: &str, among: &Among<'_>, findings: &mut Findings) -> Option<(String, Signal)> {
    let (service, metrics) = (among.service, among.metrics);
    let whole = metrics.iter().find(|whole| whole.name == of.value && whole.name != watched);
    let Some(whole) = whole else {
        let known = || metrics.iter().map(|whole| whole.name.as_str()).filter(|name| *name != watched);
        let hint = match closest(&of.value, known()) {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("metrics of this service: {}", known().collect::<Vec<_>>().join(", ")),
        };
        let message = format!("service `{}` has no metric `{}` of which `{}` could be a share", service.name, shortened(&of.value), metric.name);
        findings.push(Finding::error(Code::UnknownMetric, of.span, message).hint(hint));
        return None;
    };
    if !whole.dimensions.is_empty() {
        let message = format!("`{}` has dimensions, so there is no one number of which `{}` could be a share", whole.name, metric.name);
        findings.push(
            Finding::error(Code::NotApplicable, of.span, message).hint("name a metric without `by`; one with `by` and `alarm` has its total as `NAMEAll`"),
        );
        return None;
    }
    if let Some(statistic) = raw.statistic.as_ref().filter(|statistic| statistic.value != "Sum") {
        let message = format!("a share is of sums, and `{}` is none", shortened(&statistic.value));
        findings.push(Finding::error(Code::BadStatistic, statistic.span, message).hint("leave `statistic` out"));
        return None;
    }
    let signal = Signal::Percentage {
        part: of_service(service, watched, "Sum"),
        whole: of_service(service, &whole.name, "Sum"),
        min_whole: raw.min.as_ref().and_then(|least| u32::try_from(least.value).ok()).unwrap_or(MIN_WHOLE),
    };
    Some((whole.name.clone(), signal))
}

/// The threshold in that unit.
fn threshold(given: &Spanned<Threshold>, unit: &str, metric: &Metric, findings: &mut Findings) -> Option<f64> {
    let mut refuse = |message: String, hint: &str| {
        findings.push(Finding::error(Code::WrongType, given.span, message).hint(hint));
        None
    };
    match given.value {
        Threshold::Percent(percent) if unit == "Percent" => Some(percent),
        Threshold::Percent(_) => refuse(format!("`{}` is no share", metric.name), "write a plain number, or name what it is a share of: `share_of: Requests`"),
        _ if unit == "Percent" && metric.unit != "Percent" => refuse("the threshold of a share is a percentage".to_owned(), "for example `above: 5%`"),
        Threshold::Number(number) => Some(number),
        Threshold::Milliseconds(milliseconds) => {
            if let Some(seconds) = read::unit_seconds(&metric.unit) {
                return Some(milliseconds / 1_000.0 / seconds);
            }
            refuse(format!("`{}` is in {}, not in a unit of time", metric.name, metric.unit), "write a plain number, or set `unit: Milliseconds` on the metric")
        }
    }
}
