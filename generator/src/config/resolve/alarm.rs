//! The alarms every service has, without a line of config: error rate, error lines, latency, silence, lost lines.

use skywarden_core::{metric::name::ServiceMetric, severity::Severity};

use super::{Project, advice::AlarmView};
use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        raw::{RawAlarm, RawAlarms, RawCommon, Silence, Toggle},
        read::{self, Window},
    },
    model::{Alarm, AlarmKind, AlarmTarget, Comparison, Condition, FewSamples, MetricStatistic, MissingData, Signal, amount},
};

/// Share of failed requests above which the error-rate alarm breaches, in percent.
const ERROR_RATE_PERCENT: f64 = 5.0;
/// Requests in a period below which a share says nothing.
pub(super) const MIN_REQUESTS: u32 = 20;
/// Error lines in the window above which the error-lines alarm breaches.
const ERROR_LINES: f64 = 5.0;
/// Lost log lines in the window above which the dropped-events alarm breaches.
const DROPPED_EVENTS: f64 = 0.0;
/// 99th percentile above which the latency alarm breaches, in milliseconds.
const LATENCY_MILLISECONDS: f64 = 1_000.0;

/// Two periods of five minutes: longer than a hiccup, and long enough that a small service has requests to judge by. In one-minute periods a
/// service with fewer than [`MIN_REQUESTS`] a minute could fail entirely without an alarm.
pub(super) const TEN_MINUTES: Window = Window { datapoints: 10, periods: 10, period_seconds: 60 };
const FIVE_MINUTES: Window = Window { datapoints: 5, periods: 5, period_seconds: 60 };
pub(super) const FIFTEEN_MINUTES: Window = Window { datapoints: 15, periods: 15, period_seconds: 60 };

/// A service as far as its alarms need it.
pub(super) struct Watched<'a> {
    pub(super) name: &'a str,
    pub(super) namespace: &'a str,
    pub(super) log_group: &'a str,
    pub(super) runbook: &'a str,
    pub(super) http: bool,
    pub(super) telemetry: bool,
}

impl<'a> Watched<'a> {
    /// The part of a template's view that says which service it is.
    pub(super) fn view(&self, project: &'a str, environment: &'a str) -> AlarmView<'a>
    where
        Self: 'a,
    {
        AlarmView { project, environment, service: self.name, log_group: self.log_group, runbook: self.runbook, ..AlarmView::default() }
    }

    fn metric(&self, metric: ServiceMetric, statistic: &str) -> MetricStatistic {
        self.statistic(metric.as_str(), statistic)
    }

    /// A statistic of one of its metrics.
    pub(super) fn statistic(&self, metric: &str, statistic: &str) -> MetricStatistic {
        MetricStatistic { namespace: self.namespace.to_owned(), name: metric.to_owned(), dimensions: Vec::new(), statistic: statistic.to_owned() }
    }
}

/// What differs from one built-in alarm to the next.
struct Draft<'a> {
    kind: AlarmKind,
    /// Name of the advice template.
    template: &'a str,
    /// The title behind the service's name.
    title: String,
    severity: Severity,
    signal: Signal,
    comparison: Comparison,
    threshold: f64,
    /// Unit of the threshold.
    unit: &'static str,
    /// Threshold as a person says it.
    limit: String,
    window: Window,
    missing: MissingData,
    common: RawCommon,
}

/// The built-in alarms of a service in a fixed order. `general`: what holds for all services.
pub(super) fn alarms(raw: &RawAlarms, general: &RawAlarms, service: &Watched<'_>, project: &mut Project<'_>, findings: &mut Findings) -> Vec<Alarm> {
    let chosen = |kind: fn(&RawAlarms) -> Option<&Toggle>, by_default| chosen(kind(raw), &raw.common, kind(general), &general.common, by_default);
    let drafts = [
        chosen(|alarms| alarms.error_rate.as_ref(), service.http).map(|raw| error_rate(raw, service)),
        // With request lines the error rate says it better; asked for, it is there for them as well.
        chosen(|alarms| alarms.error_lines.as_ref(), !service.http).map(|raw| error_lines(raw, service)),
        chosen(|alarms| alarms.latency.as_ref(), service.http).map(|raw| latency(raw, service)),
        chosen(|alarms| alarms.no_logs.as_ref(), true).map(|raw| no_logs(raw, service)),
        chosen(|alarms| alarms.dropped_events.as_ref(), service.telemetry).map(|raw| dropped_events(raw, service)),
    ];
    if !service.http {
        for (name, toggle) in [("error_rate", &raw.error_rate), ("latency", &raw.latency)] {
            if let Some(Toggle::On(_, span)) = toggle {
                let message = format!("alarm `{name}` needs request lines, and service `{}` writes none (`http: false`)", service.name);
                let finding = Finding::error(Code::NotApplicable, *span, message);
                findings.push(finding.hint("set `http: true` if its log has `http.status_code` and `http.duration_ms`, or use `error_lines`"));
            }
        }
    }
    if !service.telemetry
        && let Some(Toggle::On(_, span)) = &raw.dropped_events
    {
        let message = format!("alarm `dropped_events` needs the telemetry library, which alone counts lost lines, and service `{}` has none", service.name);
        findings.push(Finding::error(Code::NotApplicable, *span, message).hint("set `telemetry: true` if the service logs with the library"));
    }
    drafts.into_iter().flatten().map(|draft| finish(draft, service, project, findings)).collect()
}

/// What is said of one alarm, the nearest first: of the alarm itself, of all alarms of the service, of this alarm of all services, of all alarms of
/// all services. `None`: it is off, or not there by default and nobody asked this service for it.
fn chosen(own: Option<&Toggle>, of_service: &RawCommon, general: Option<&Toggle>, of_all: &RawCommon, by_default: bool) -> Option<RawAlarm> {
    let (of_kind, kept) = match general {
        Some(Toggle::Off) => (RawAlarm::default(), false),
        Some(Toggle::On(raw, _)) => ((**raw).clone(), by_default),
        None => (RawAlarm::default(), by_default),
    };
    let nearest = match own {
        Some(Toggle::On(raw, _)) => (**raw).clone(),
        None if kept => RawAlarm::default(),
        Some(Toggle::Off) | None => return None,
    };
    let mut raw = nearest.or(of_service, &of_kind);
    raw.common = raw.common.or(of_all);
    Some(raw)
}

fn error_rate(raw: RawAlarm, service: &Watched<'_>) -> Draft<'static> {
    let percent = raw.above.map_or(ERROR_RATE_PERCENT, |above| above.value);
    let limit = amount(percent, "Percent");
    Draft {
        kind: AlarmKind::ErrorRate,
        template: "error_rate",
        title: format!("error rate above {limit}"),
        severity: raw.common.severity.as_ref().map_or(Severity::Critical, |severity| severity.value),
        signal: Signal::Percentage {
            part: service.metric(ServiceMetric::ServerErrors, "Sum"),
            whole: service.metric(ServiceMetric::Requests, "Sum"),
            min_whole: raw.min_requests.and_then(|requests| u32::try_from(requests.value).ok()).unwrap_or(MIN_REQUESTS),
        },
        comparison: Comparison::Above,
        threshold: percent,
        unit: "Percent",
        limit,
        window: raw.common.window.as_ref().map_or(TEN_MINUTES, |window| window.value).in_five_minutes(),
        missing: MissingData::NotBreaching,
        common: raw.common,
    }
}

fn error_lines(raw: RawAlarm, service: &Watched<'_>) -> Draft<'static> {
    let lines = raw.above.map_or(ERROR_LINES, |above| above.value);
    let window = raw.common.window.as_ref().map_or(FIVE_MINUTES, |window| window.value).as_one_period();
    let limit = amount(lines, "Count");
    Draft {
        kind: AlarmKind::ErrorLines,
        template: "error_lines",
        title: format!("more than {limit} error lines in {}", window.words()),
        severity: raw.common.severity.as_ref().map_or(Severity::Error, |severity| severity.value),
        signal: Signal::Metric(service.metric(ServiceMetric::ErrorLines, "Sum")),
        comparison: Comparison::Above,
        threshold: lines,
        unit: "Count",
        limit,
        window,
        missing: MissingData::NotBreaching,
        common: raw.common,
    }
}

fn latency(raw: RawAlarm, service: &Watched<'_>) -> Draft<'static> {
    let milliseconds = raw.above.map_or(LATENCY_MILLISECONDS, |above| above.value);
    let statistic = raw.statistic.map_or_else(|| "p99".to_owned(), |statistic| statistic.value);
    let limit = amount(milliseconds, "Milliseconds");
    Draft {
        kind: AlarmKind::Latency,
        template: "latency",
        title: format!("{statistic} latency above {limit}"),
        severity: raw.common.severity.as_ref().map_or(Severity::Warning, |severity| severity.value),
        signal: Signal::Metric(service.metric(ServiceMetric::RequestDuration, &statistic)),
        comparison: Comparison::Above,
        threshold: milliseconds,
        unit: if statistic == "SampleCount" { "Count" } else { "Milliseconds" },
        limit,
        window: raw.common.window.as_ref().map_or(FIFTEEN_MINUTES, |window| window.value).in_five_minutes(),
        missing: MissingData::NotBreaching,
        common: raw.common,
    }
}

fn no_logs(raw: RawAlarm, service: &Watched<'_>) -> Draft<'static> {
    let window = raw.common.window.as_ref().map_or(FIFTEEN_MINUTES, |window| window.value).in_five_minutes();
    Draft {
        kind: AlarmKind::NoLogs,
        template: "no_logs",
        title: format!("no log line for {}", window.words()),
        severity: raw.common.severity.as_ref().map_or(Severity::Error, |severity| severity.value),
        // CloudWatch Logs counts the events of a group itself, and sends nothing at all while there are none.
        signal: Signal::Filled(MetricStatistic {
            namespace: "AWS/Logs".to_owned(),
            name: "IncomingLogEvents".to_owned(),
            dimensions: vec![("LogGroupName".to_owned(), service.log_group.to_owned())],
            statistic: "Sum".to_owned(),
        }),
        comparison: Comparison::Below,
        threshold: 1.0,
        unit: "Count",
        limit: amount(1.0, "Count"),
        window,
        missing: MissingData::Breaching,
        common: raw.common,
    }
}

fn dropped_events(raw: RawAlarm, service: &Watched<'_>) -> Draft<'static> {
    let lines = raw.above.map_or(DROPPED_EVENTS, |above| above.value);
    let window = raw.common.window.as_ref().map_or(FIVE_MINUTES, |window| window.value).as_one_period();
    let limit = amount(lines, "Count");
    Draft {
        kind: AlarmKind::DroppedEvents,
        template: "dropped_events",
        title: format!("more than {limit} log lines lost in {}", window.words()),
        severity: raw.common.severity.as_ref().map_or(Severity::Warning, |severity| severity.value),
        signal: Signal::Metric(service.metric(ServiceMetric::DroppedEvents, "Sum")),
        comparison: Comparison::Above,
        threshold: lines,
        unit: "Count",
        limit,
        window,
        missing: MissingData::NotBreaching,
        common: raw.common,
    }
}

fn finish(draft: Draft<'_>, service: &Watched<'_>, project: &mut Project<'_>, findings: &mut Findings) -> Alarm {
    let (metric, statistic) = match &draft.signal {
        Signal::Metric(metric) | Signal::Filled(metric) => (metric.name.as_str(), metric.statistic.as_str()),
        Signal::Percentage { part, .. } | Signal::BadShare { counted: part, .. } => (part.name.as_str(), part.statistic.as_str()),
        // No built-in alarm looks at these.
        Signal::Drain { .. } | Signal::Query(_) => ("", ""),
    };
    let condition = Condition::Threshold { comparison: draft.comparison, value: draft.threshold };
    let view = AlarmView {
        metric,
        statistic,
        relation: condition.relation(),
        threshold: &draft.limit,
        window: &draft.window.words(),
        ..service.view(&project.name, &project.environment)
    };
    let advice = project.advice.text(draft.template, &view, findings);
    let few_samples = draft.common.few_samples(statistic);
    Alarm {
        name: project.names.alarm(Some(service.name), &draft.kind.called()),
        kind: draft.kind,
        title: format!("{}: {}", service.name, draft.title),
        advice,
        severity: draft.severity,
        signal: draft.signal,
        condition,
        unit: draft.unit.to_owned(),
        period_seconds: draft.window.period_seconds,
        evaluation_periods: draft.window.periods,
        datapoints_to_alarm: draft.window.datapoints,
        missing: draft.missing,
        few_samples,
        target: AlarmTarget::Alarms,
        warm_up_minutes: draft.common.warm_up_minutes(),
        silenced: draft.common.silenced(),
    }
}

impl RawCommon {
    /// Minutes in which it tells nobody after its creation.
    pub(super) fn warm_up_minutes(&self) -> Option<u32> {
        self.warm_up.as_ref().map(|minutes| minutes.value)
    }

    /// What this statistic does of few samples: only a percentile can be told.
    pub(super) fn few_samples(&self, statistic: &str) -> FewSamples {
        self.few_samples.as_ref().filter(|_| read::is_quantile(statistic)).map_or(FewSamples::Evaluate, |few| few.value)
    }

    /// Why it tells nobody.
    pub(super) fn silenced(&self) -> Option<String> {
        match &self.silenced.as_ref()?.value {
            Silence::Because(reason) => Some(reason.clone()),
            Silence::No => None,
        }
    }
}
