//! An alarm on any metric: with a threshold, as a share of a limit, as a share of another metric, or on what is unusual.

use skywarden_document::{Span, Spanned, shortened};

use super::{Around, Draft, Owner, finish};
use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        metric_catalogue::{Known, Looked, check},
        raw::{MetricName, RawNamedAlarm, Threshold},
        read::Window,
        resolve::{
            Project,
            advice::AlarmView,
            alarm::{FIFTEEN_MINUTES, MIN_REQUESTS, TEN_MINUTES},
            metric_alarm::{USUAL_WIDTH, check_few_samples, check_share_statistic, check_unusual_window},
            threshold::{Measured, in_unit},
        },
    },
    model::{Alarm, Comparison, Condition, MetricStatistic, MissingData, Side, Signal, amount},
};

pub(super) fn alarm(
    raw: &RawNamedAlarm,
    metric: &Spanned<MetricName>,
    owner: &Owner,
    around: &Around<'_>,
    project: &mut Project<'_>,
    findings: &mut Findings,
) -> Option<Alarm> {
    let dimensions = raw.of.as_ref().map(|of| of.value.clone()).unwrap_or_default();
    look(raw, metric, &dimensions, raw.of.as_ref().map(|of| of.span), "of", around, findings);
    check_settings(raw, findings);
    let known = around.metrics.metric(&metric.value.namespace, &metric.value.name);
    let whole = raw.share_of.as_ref().map(|whole| share(raw, whole, &dimensions, around, findings));
    let typed_unit = raw.unit.as_ref().map(|unit| unit.value.as_str());
    let unit_of_metric = typed_unit.or(known.map(|known| known.unit.as_str())).unwrap_or("None");
    let statistic = if whole.is_some() { Some("Sum") } else { statistic(raw, metric, known, findings) };
    let measured = Measured { name: &metric.value.name, unit: unit_of_metric, share: whole.is_some() };
    let condition = condition(raw, &measured, findings);
    // Only now: every mistake of the alarm is told at once.
    let (statistic, (condition, limit)) = (statistic?, condition?);
    let unit = if whole.is_some() { "Percent" } else { unit_of_metric };
    check_few_samples(&raw.common, if whole.is_some() { "a share" } else { statistic }, findings);
    let window = window(raw, owner, known, condition, statistic, whole.is_some(), findings);
    // No request at all is what a lower bound is for; no error at all is not what an upper bound is for, and of nothing there is no share.
    let too_few = matches!(condition, Condition::Threshold { comparison: Comparison::Below, .. } | Condition::Unusual { side: Side::Low, .. });
    let of = shortened(&dimensions.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(" "));
    let title = match &whole {
        Some(whole) => format!("{} {} {limit} of {}", metric.value.name, condition.relation(), whole.name),
        None => format!("{statistic} of {} {} {limit}", metric.value.name, condition.relation()),
    };
    let whole_name = whole.as_ref().map(|whole| whole.name.clone()).unwrap_or_default();
    let watched = MetricStatistic { dimensions, ..of_name(&metric.value, statistic) };
    let signal = match whole {
        Some(whole) => {
            Signal::Percentage { part: watched, whole, min_whole: raw.min.as_ref().and_then(|least| u32::try_from(least.value).ok()).unwrap_or(MIN_REQUESTS) }
        }
        None => Signal::Metric(watched),
    };
    let share = matches!(signal, Signal::Percentage { .. });
    let view = AlarmView { metric: &metric.value.name, statistic, whole: &whole_name, threshold: &limit, resource: &of, ..AlarmView::default() };
    let draft = Draft {
        template: "any_metric",
        title,
        view,
        signal,
        condition,
        unit: if statistic == "SampleCount" { "Count" } else { unit },
        window,
        missing: if too_few && !share { MissingData::Breaching } else { MissingData::NotBreaching },
        few_samples: owner.common.few_samples(statistic),
    };
    finish(raw, owner, draft, project, findings)
}

fn of_name(metric: &MetricName, statistic: &str) -> MetricStatistic {
    MetricStatistic { namespace: metric.namespace.clone(), name: metric.name.clone(), dimensions: Vec::new(), statistic: statistic.to_owned() }
}

/// Reports what AWS never publishes so.
fn look(
    raw: &RawNamedAlarm,
    metric: &Spanned<MetricName>,
    dimensions: &[(String, String)],
    span: Option<Span>,
    key: &str,
    around: &Around<'_>,
    findings: &mut Findings,
) {
    let own = key == "of";
    let looked = Looked {
        namespace: &metric.value.namespace,
        name: &metric.value.name,
        span: metric.span,
        dimensions,
        dimensions_span: span.unwrap_or(metric.span),
        key,
        statistic: raw.statistic.as_ref().filter(|_| own).map(|statistic| (statistic.value.as_str(), statistic.span)),
        unit: raw.unit.as_ref().filter(|_| own).map(|unit| (unit.value.as_str(), unit.span)),
        region: around.region,
    };
    check(&looked, around.metrics, findings);
}

/// The whole of a share, by the same dimensions when none are named for it.
fn share(raw: &RawNamedAlarm, whole: &Spanned<MetricName>, of_part: &[(String, String)], around: &Around<'_>, findings: &mut Findings) -> MetricStatistic {
    let dimensions = raw.share_dimensions.as_ref().map_or(of_part, |dimensions| &dimensions.value);
    let span = raw.share_dimensions.as_ref().map(|dimensions| dimensions.span);
    look(raw, whole, dimensions, span, "share_dimensions", around, findings);
    check_share_statistic(raw.statistic.as_ref(), findings);
    MetricStatistic { dimensions: dimensions.to_vec(), ..of_name(&whole.value, "Sum") }
}

fn statistic<'a>(raw: &'a RawNamedAlarm, metric: &Spanned<MetricName>, known: Option<&'a Known>, findings: &mut Findings) -> Option<&'a str> {
    let statistic = raw.statistic.as_ref().map(|statistic| statistic.value.as_str()).or(known.map(|known| known.statistic.as_str()));
    if statistic.is_none() && !findings.is_incomplete() {
        let message = format!("which statistic of {} says something is not known, so the alarm needs `statistic`", shortened(&metric.value.name));
        let hint = "add `statistic: Sum` for what is counted, `Maximum` or `p99` for what is measured";
        findings.push(Finding::error(Code::MissingKey, raw.span, message).hint(hint));
    }
    statistic
}

/// Reports settings that mean nothing beside the others.
fn check_settings(raw: &RawNamedAlarm, findings: &mut Findings) {
    let mut error = |span: Span, message: &str, hint: &str| findings.push(Finding::error(Code::NotApplicable, span, message).hint(hint));
    if let (Some(of), Some(_)) = (&raw.share_of, &raw.unusual) {
        error(of.span, "what is usual is known of a metric, not of a share", "write `above: 5%` beside `share_of`, or leave `share_of` out");
    }
    if let (Some(limit), Some(_)) = (&raw.limit, &raw.share_of) {
        error(limit.span, "an alarm is on a share of `limit` or on one of `share_of`", "keep one of the two");
    }
    if let (Some(limit), Some(_)) = (&raw.limit, &raw.unusual) {
        error(limit.span, "`limit` is of a threshold, and `unusual` has none", "write `above: 80%` in place of `unusual`, or leave `limit` out");
    }
    let mut idle = |span: Span, message: &str, hint: &str| findings.push(Finding::warning(Code::NoEffect, span, message).hint(hint));
    if let Some(least) = raw.min.as_ref().filter(|_| raw.share_of.is_none()) {
        idle(
            least.span,
            "`min` is of a share, and this alarm is on none",
            "name what it is a share of: `share_of: AWS/Lambda Invocations`, or delete the line",
        );
    }
    if let Some(dimensions) = raw.share_dimensions.as_ref().filter(|_| raw.share_of.is_none()) {
        let hint = "name what it is a share of: `share_of: AWS/Lambda Invocations`, or delete the line";
        idle(dimensions.span, "`share_dimensions` are of a share, and this alarm is on none", hint);
    }
    if let Some(width) = raw.width.as_ref().filter(|_| raw.unusual.is_none()) {
        let hint = "write `unusual: high` in place of the threshold, or delete the line";
        idle(width.span, "`width` is of what is usual, and this alarm has a threshold", hint);
    }
}

/// When a period is bad, and the threshold as a person says it.
fn condition(raw: &RawNamedAlarm, measured: &Measured<'_>, findings: &mut Findings) -> Option<(Condition, String)> {
    let (comparison, typed) = match (&raw.above, &raw.below, &raw.unusual) {
        (Some(above), ..) => (Comparison::Above, above),
        (None, Some(below), _) => (Comparison::Below, below),
        (None, None, unusual) => {
            let side = unusual.as_ref()?.value;
            let width = raw.width.as_ref().map_or(USUAL_WIDTH, |width| width.value);
            return Some((Condition::Unusual { side, width }, "what is usual".to_owned()));
        }
    };
    let unit = if measured.share { "Percent" } else { measured.unit };
    let Some(limit) = raw.limit.as_ref().filter(|_| !measured.share) else {
        let value = in_unit(typed, measured, findings)?;
        return Some((Condition::Threshold { comparison, value }, amount(value, unit)));
    };
    let Threshold::Percent(percent) = typed.value else {
        let finding = Finding::error(Code::WrongType, typed.span, "beside `limit` the threshold is a share of it, and that is a percentage");
        findings.push(finding.hint("for example `above: 80%`"));
        return None;
    };
    if matches!(limit.value, Threshold::Percent(_)) && measured.unit != "Percent" {
        let finding = Finding::error(Code::WrongType, limit.span, format!("the limit of `{}` is in {}, not a percentage", measured.name, measured.unit));
        findings.push(finding.hint("for example `limit: 10s`, and the share of it as `above: 80%`"));
        return None;
    }
    let most = in_unit(limit, measured, findings)?;
    // A share of a limit is a threshold: nothing has to be computed, and it costs no more than one.
    let value = most * percent / 100.0;
    Some((Condition::Threshold { comparison, value }, format!("{} of {}", amount(percent, "Percent"), amount(most, unit))))
}

/// The time it looks at.
fn window(raw: &RawNamedAlarm, owner: &Owner, known: Option<&Known>, condition: Condition, statistic: &str, share: bool, findings: &mut Findings) -> Window {
    let unusual = matches!(condition, Condition::Unusual { .. });
    if let Some(every) = known.and_then(|known| known.every_seconds) {
        // What is said of all alarms is said of those that have a value each minute.
        let one = Window { datapoints: 1, periods: 1, period_seconds: every };
        let Some(typed) = &raw.common.window else { return one };
        let one_period = if typed.value.period_seconds < every { typed.value.as_one_period() } else { typed.value };
        if one_period.period_seconds < every {
            let finding =
                Finding::error(Code::BadWindow, typed.span, format!("AWS sends this metric once in {}, and the alarm looks for it more often", one.words()));
            findings.push(finding.hint(format!("leave `for` out, or write at least `{}`", one.words())));
        }
        return one_period;
    }
    let default = if share { TEN_MINUTES } else { FIFTEEN_MINUTES };
    let typed = owner.common.window.as_ref();
    let window = typed.map_or(default, |window| window.value);
    let window = match statistic {
        _ if share || unusual => window.in_five_minutes(),
        // `above 5 for 15 minutes` of a sum is the sum over fifteen minutes.
        "Sum" | "SampleCount" => window.as_one_period(),
        _ => window.in_five_minutes(),
    };
    if unusual {
        check_unusual_window(window, typed, findings);
    }
    window
}
