//! The alarm of a metric of the user's.

use skywarden_cloudformation::limits::ANOMALY_PERIOD_SECONDS;
use skywarden_core::{plan::MetricKind, severity::Severity};
use skywarden_document::{Spanned, closest, shortened};

use super::{
    Project,
    advice::AlarmView,
    alarm::{FIFTEEN_MINUTES, MIN_REQUESTS as MIN_WHOLE, TEN_MINUTES, Watched},
    metric::Metric,
    threshold::{Measured, in_unit},
};
use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        raw::{RawCommon, RawMetricAlarm, Threshold},
        read::{self, Window},
    },
    model::{Alarm, AlarmKind, AlarmTarget, Comparison, Condition, MetricPlan, MetricStatistic, MissingData, Side, Signal, amount},
};

/// The time an alarm looks at when it names none.
const DEFAULT_WINDOW: Window = Window { datapoints: 3, periods: 5, period_seconds: 60 };

/// What was typed of when a period is bad.
enum Given<'a> {
    Threshold(Comparison, &'a Spanned<Threshold>),
    Unusual(Side),
}

/// Half width of the band of what is usual when none is said, standard deviations: the console's own.
pub(super) const USUAL_WIDTH: f64 = 2.0;

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
    let given = match (&raw.above, &raw.below, &raw.unusual) {
        (Some(above), ..) => Given::Threshold(Comparison::Above, above),
        (None, Some(below), _) => Given::Threshold(Comparison::Below, below),
        (None, None, Some(side)) => Given::Unusual(side.value),
        (None, None, None) => return None,
    };
    let unusual = matches!(given, Given::Unusual(_));
    check_settings(raw, findings);
    let share = match &raw.share_of {
        Some(of) => Some(share(of, raw, metric, watched, among, findings)?),
        None => None,
    };
    let unit = if share.is_some() { "Percent" } else { &metric.unit };
    let condition = match given {
        Given::Threshold(comparison, typed) => {
            Condition::Threshold { comparison, value: in_unit(typed, &Measured { name: &metric.name, unit: &metric.unit, share: share.is_some() }, findings)? }
        }
        Given::Unusual(side) => Condition::Unusual { side, width: raw.width.as_ref().map_or(USUAL_WIDTH, |width| width.value) },
    };
    let relation = condition.relation();
    let statistic = raw.statistic.as_ref().map_or(metric.default_statistic(), |statistic| statistic.value.as_str());
    if let Some(typed) = &raw.statistic
        && metric.kind == MetricKind::Counter
        && read::is_percentile(statistic)
    {
        let message = format!("`{}` is a counter: its lines are added up, and there is no {statistic} of a sum", metric.name);
        findings.push(Finding::error(Code::BadStatistic, typed.span, message).hint("set `kind: distribution` on the metric, or use `Sum`"));
    }
    check_few_samples(&raw.common, if share.is_some() { "a share" } else { statistic }, findings);
    let default_window = if share.is_some() {
        TEN_MINUTES
    } else if unusual {
        FIFTEEN_MINUTES
    } else {
        DEFAULT_WINDOW
    };
    let window = common.window.as_ref().map_or(default_window, |window| window.value);
    // `above 5 for 5 minutes` of a sum is the sum over five minutes; of a percentile and of a share it is about having samples enough.
    let window = match statistic {
        _ if share.is_some() || unusual => window.in_five_minutes(),
        "Sum" | "SampleCount" => window.as_one_period(),
        percentile if read::is_percentile(percentile) => window.in_five_minutes(),
        _ => window,
    };
    // No orders at all is what a lower bound is for; no errors at all is not what an upper bound is for, and of nothing there is no share.
    let too_few = matches!(condition, Condition::Threshold { comparison: Comparison::Below, .. } | Condition::Unusual { side: Side::Low, .. });
    let default_missing = if too_few && share.is_none() { MissingData::Breaching } else { MissingData::NotBreaching };
    if unusual {
        check_unusual_window(window, common.window.as_ref(), findings);
    }
    let limit = match condition {
        Condition::Threshold { value, .. } => amount(value, unit),
        Condition::Unusual { .. } => "what is usual".to_owned(),
    };
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
    let few_samples = common.few_samples(if share.is_some() { "Sum" } else { statistic });
    Some(Alarm {
        kind: AlarmKind::Metric(metric.name.clone()),
        name: project.names.alarm(Some(service.name), &metric.name),
        title: match &share {
            Some((whole, _)) => format!("{}: {} {relation} {limit} of {whole}", service.name, metric.name),
            None => format!("{}: {statistic} of {} {relation} {limit}", service.name, metric.name),
        },
        advice,
        severity: common.severity.as_ref().map_or(Severity::Warning, |severity| severity.value),
        signal: match share {
            Some((_, signal)) => signal,
            None => Signal::Metric(of_service(service, watched, statistic)),
        },
        condition,
        // A number of samples has no unit of the metric's.
        unit: if statistic == "SampleCount" { "Count" } else { unit }.to_owned(),
        period_seconds: window.period_seconds,
        evaluation_periods: window.periods,
        datapoints_to_alarm: window.datapoints,
        missing: raw.missing.as_ref().map_or(default_missing, |missing| missing.value),
        few_samples,
        target: AlarmTarget::Alarms,
        warm_up_minutes: common.warm_up_minutes(),
        silenced: common.silenced(),
    })
}

/// Reports settings that mean nothing beside the others.
fn check_settings(raw: &RawMetricAlarm, findings: &mut Findings) {
    if let (Some(of), Some(_)) = (&raw.share_of, &raw.unusual) {
        let finding = Finding::error(Code::NotApplicable, of.span, "what is usual is known of a metric, not of a share");
        findings.push(finding.hint("write `above: 5%` beside `share_of`, or leave `share_of` out"));
    }
    if let Some(least) = raw.min.as_ref().filter(|_| raw.share_of.is_none()) {
        let finding = Finding::warning(Code::NoEffect, least.span, "`min` is of a share, and this alarm is on none");
        findings.push(finding.hint("name what it is a share of: `share_of: Requests`, or delete the line"));
    }
    if let Some(width) = raw.width.as_ref().filter(|_| raw.unusual.is_none()) {
        let finding = Finding::warning(Code::NoEffect, width.span, "`width` is of what is usual, and this alarm has a threshold");
        findings.push(finding.hint("write `unusual: high` in place of the threshold, or delete the line"));
    }
}

/// Reports a setting of percentiles on an alarm that has none.
pub(super) fn check_few_samples(common: &RawCommon, statistic: &str, findings: &mut Findings) {
    if let Some(few) = common.few_samples.as_ref().filter(|_| !read::is_quantile(statistic)) {
        let finding = Finding::warning(Code::NoEffect, few.span, format!("`few_samples` is of percentiles, and {statistic} is none"));
        findings.push(finding.hint("delete the line, or look at a percentile: `statistic: p99`"));
    }
}

/// Reports a window whose periods are longer than those of which anomaly detection knows what is usual.
pub(super) fn check_unusual_window(window: Window, typed: Option<&Spanned<Window>>, findings: &mut Findings) {
    if let Some(typed) = typed.filter(|_| window.period_seconds > ANOMALY_PERIOD_SECONDS) {
        let finding = Finding::error(Code::AwsLimit, typed.span, "what is usual is known for periods of at most an hour");
        findings.push(finding.hint("give `for` in minutes or hours"));
    }
}

/// Whether a share can have the statistic; reported when it cannot.
pub(super) fn check_share_statistic(typed: Option<&Spanned<String>>, findings: &mut Findings) -> bool {
    let Some(statistic) = typed.filter(|statistic| statistic.value != "Sum") else { return true };
    let message = format!("a share is of sums, and `{}` is none", shortened(&statistic.value));
    findings.push(Finding::error(Code::BadStatistic, statistic.span, message).hint("leave `statistic` out"));
    false
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
    if !check_share_statistic(raw.statistic.as_ref(), findings) {
        return None;
    }
    let signal = Signal::Percentage {
        part: of_service(service, watched, "Sum"),
        whole: of_service(service, &whole.name, "Sum"),
        min_whole: raw.min.as_ref().and_then(|least| u32::try_from(least.value).ok()).unwrap_or(MIN_WHOLE),
    };
    Some((whole.name.clone(), signal))
}
