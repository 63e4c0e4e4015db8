//! How good is told from bad.

use skywarden_core::{
    metric::name::ServiceMetric,
    pattern::FilterPattern,
    plan::{MetricKind, MetricValueSource},
    statistics::{Bound, Bounds, Statistic},
};
use skywarden_document::{Spanned, closest, shortened};

use super::Counted;
use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        raw::{RawEvents, RawIndicator, RawMetric, RawObjective, Threshold},
        read,
        resolve::{
            alarm::Watched,
            metric::Metric,
            service::Taken,
            threshold::{self, Measured},
        },
    },
    model::{Comparison, Counts, Indicator, MetricEngine, MetricPlan, MetricValue, amount, names::logical_id},
};

/// Period of an objective on a metric when none is said: the shortest that metrics of a log have.
const DEFAULT_PERIOD_SECONDS: u32 = 60;

/// The indicator, and what is good in words; `None` when something is wrong with it, which is reported.
pub(super) fn indicator(
    raw: &RawObjective,
    name: &str,
    service: &Watched<'_>,
    counted: &Counted<'_>,
    metrics: &mut Vec<MetricPlan>,
    taken: &mut Taken,
    findings: &mut Findings,
) -> Option<(Indicator, String)> {
    let events = |counted: (&str, &str), counts, whole: (&str, &str), min_events: &Option<Spanned<u64>>| Indicator::Events {
        counted: service.statistic(counted.0, counted.1),
        counts,
        whole: service.statistic(whole.0, whole.1),
        min_events: min_events.as_ref().and_then(|least| u32::try_from(least.value).ok()),
    };
    match &raw.indicator {
        RawIndicator::Availability { min_events } => {
            needs_requests(raw, name, service, findings)?;
            let (bad, whole) = (ServiceMetric::ServerErrors.as_str(), ServiceMetric::Requests.as_str());
            Some((events((bad, "Sum"), Counts::Bad, (whole, "Sum"), min_events), "of requests answered without a server error".to_owned()))
        }
        RawIndicator::Latency { below, min_events } => {
            needs_requests(raw, name, service, findings)?;
            let milliseconds = below.as_ref()?.value;
            let within = Statistic::TrimmedCount(Bounds { lower: None, upper: Some(Bound::Value(milliseconds)) }).to_string();
            let duration = ServiceMetric::RequestDuration.as_str();
            let good = format!("of requests answered within {}", amount(milliseconds, "Milliseconds"));
            Some((events((duration, &within), Counts::Good, (duration, "SampleCount"), min_events), good))
        }
        RawIndicator::Events(lines) => {
            let RawEvents { good, of, min_events } = &**lines;
            let stem = logical_id(&[name]);
            let names = [format!("{stem}Good"), format!("{stem}Total")];
            for (metric, pattern) in names.iter().zip([good, of]) {
                count(metric, pattern.as_ref()?, raw, counted, service, metrics, taken, findings)?;
            }
            let words = format!(
                "of the lines that match `{}` match `{}` too",
                shortened(&of.as_ref()?.value.to_string()),
                shortened(&good.as_ref()?.value.to_string())
            );
            Some((events((&names[0], "Sum"), Counts::Good, (&names[1], "Sum"), min_events), words))
        }
        RawIndicator::Periods { .. } => periods(raw, name, service, metrics, findings),
    }
}

fn needs_requests(raw: &RawObjective, name: &str, service: &Watched<'_>, findings: &mut Findings) -> Option<()> {
    if service.http {
        return Some(());
    }
    let message = format!("objective `{name}` needs request lines, and service `{}` writes none (`http: false`)", service.name);
    let finding = Finding::error(Code::NotApplicable, raw.span, message);
    findings.push(finding.hint("set `http: true` if its log has `http.status_code` and `http.duration_ms`, or count lines with `good` and `of`"));
    None
}

/// A counter of lines, by the engine that any metric of the config would get.
#[expect(clippy::too_many_arguments, reason = "a place in the config, the place of the metric and where it goes")]
fn count(
    name: &str,
    pattern: &Spanned<FilterPattern>,
    objective: &RawObjective,
    counted: &Counted<'_>,
    service: &Watched<'_>,
    metrics: &mut Vec<MetricPlan>,
    taken: &mut Taken,
    findings: &mut Findings,
) -> Option<()> {
    let raw = RawMetric {
        span: objective.span,
        name: Some(Spanned::new(name.to_owned(), pattern.span)),
        from: None,
        pattern: Some(pattern.clone()),
        value: None,
        unit: None,
        kind: None,
        by: Vec::new(),
        limit: None,
        resolution_seconds: None,
        alarm: None,
    };
    let metric = Metric::new(&raw, counted.format, findings)?;
    let place = objective.name.as_ref().map_or(objective.span, |name| name.span);
    if !taken.take(name, place, findings) {
        return None;
    }
    metrics.push(metric.plan(service.namespace, counted.log_group));
    Some(())
}

fn periods(raw: &RawObjective, name: &str, service: &Watched<'_>, metrics: &[MetricPlan], findings: &mut Findings) -> Option<(Indicator, String)> {
    let RawIndicator::Periods { metric, below, above, statistic, period_seconds } = &raw.indicator else { return None };
    let typed = metric.as_ref()?;
    let Some(metric) = metrics.iter().find(|metric| metric.name == typed.value) else {
        let known = || metrics.iter().map(|metric| metric.name.as_str());
        let hint = match closest(&typed.value, known()) {
            Some(metric) => format!("did you mean `{metric}`?"),
            None => format!("metrics of this service: {}", known().collect::<Vec<_>>().join(", ")),
        };
        let message = format!("service `{}` has no metric `{}` for objective `{name}` to look at", service.name, shortened(&typed.value));
        findings.push(Finding::error(Code::UnknownMetric, typed.span, message).hint(hint));
        return None;
    };
    if !metric.dimensions.is_empty() {
        let message = format!("`{}` has dimensions, so there is no one number for objective `{name}` to look at", metric.name);
        let hint = "name a metric without `by`; one with `by` and `alarm` has its total as `NAMEAll`";
        findings.push(Finding::error(Code::NotApplicable, typed.span, message).hint(hint));
        return None;
    }
    let counter = is_counter(metric);
    let chosen = statistic.as_ref().map_or_else(|| default_statistic(metric), |statistic| statistic.value.as_str());
    if let Some(typed) = statistic
        && counter
        && read::is_percentile(chosen)
    {
        let message = format!("`{}` is a counter: its lines are added up, and there is no {chosen} of a sum", metric.name);
        findings.push(Finding::error(Code::BadStatistic, typed.span, message).hint("use `Sum`"));
        return None;
    }
    // On the line itself is good, as `within 300 ms` has it.
    let (bad, limit): (_, &Spanned<Threshold>) = match (below, above) {
        (Some(below), None) => (Comparison::Above, below),
        (None, Some(above)) => (Comparison::Below, above),
        _ => return None,
    };
    let unit = if chosen == "SampleCount" { "Count" } else { metric.unit.as_str() };
    let threshold = threshold::in_unit(limit, &Measured { name: &metric.name, unit, share: false }, findings)?;
    let period_seconds = period_seconds.as_ref().map_or(DEFAULT_PERIOD_SECONDS, |period| period.value);
    let side = if bad == Comparison::Above { "at most" } else { "at least" };
    let good = format!(
        "of the periods of {} with a {chosen} of {} of {side} {}",
        crate::model::objective::length(period_seconds / 60),
        metric.name,
        amount(threshold, unit)
    );
    let indicator = Indicator::Periods { metric: service.statistic(&metric.name, chosen), bad, threshold, unit: unit.to_owned(), period_seconds };
    Some((indicator, good))
}

/// Whether each line counts the same.
fn is_counter(metric: &MetricPlan) -> bool {
    match &metric.engine {
        MetricEngine::Native(filter) => matches!(filter.value, MetricValue::Constant(_)),
        MetricEngine::Extractor(rule) => rule.kind == MetricKind::Counter && matches!(rule.value, MetricValueSource::Constant(_)),
        MetricEngine::Emf => metric.unit == "Count",
    }
}

/// As an alarm of the metric would have it.
fn default_statistic(metric: &MetricPlan) -> &'static str {
    if is_counter(metric) {
        "Sum"
    } else if read::is_time_unit(&metric.unit) {
        "p99"
    } else {
        "Average"
    }
}
