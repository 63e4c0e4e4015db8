//! What the parts of a model cost in a month, by themselves: what is paid for though no line is written.
//!
//! List prices without free tiers, see [`REGION`] and [`AS_OF`]. What depends on how much is logged has a price a gigabyte and no sum.

use crate::model::{Alarm, Condition, MetricPlan, Service, Signal};

/// Region the prices are of.
pub const REGION: &str = "us-east-1";

/// When they were looked up.
pub const AS_OF: &str = "September 2026";

/// A metric that is not AWS's own, a month; prorated by the hours in which it has data. The first 10,000 of an account; further ones cost less.
/// Source: Price List `CW:MetricMonitorUsage`, retrieved 2026-09-06.
pub const CUSTOM_METRIC: Dollars = Dollars::cents(30);

/// A metric an alarm looks at, a month. Source: Price List `CW:AlarmMonitorUsage`, retrieved 2026-09-06.
pub const ALARM_METRIC: Dollars = Dollars::cents(10);

/// The same of an alarm with a period below a minute. Source: Price List `CW:HighResAlarmMonitorUsage`, retrieved 2026-09-06.
pub const HIGH_RESOLUTION_ALARM_METRIC: Dollars = Dollars::cents(30);

/// A composite alarm, a month. Source: Price List `CW:CompositeAlarmMonitorUsage`, retrieved 2026-09-06.
pub const COMPOSITE_ALARM: Dollars = Dollars::cents(50);

/// Metrics that anomaly detection adds to an alarm: both edges of its band. Source: CloudWatch User Guide, "Analyzing, optimizing, and reducing
/// CloudWatch costs".
pub const BAND_METRICS: u32 = 2;

/// A dashboard, a month. Source: CloudWatch pricing page, September 2026.
pub const DASHBOARD: Dollars = Dollars::cents(300);

/// Taking in a gigabyte of lines. Source: live pricing API `DataProcessing-Bytes`, 2026-08-09.
pub const INGESTION_GB: Dollars = Dollars::cents(50);

/// Keeping a gigabyte of them, compressed, for a month. Source: Price List `TimedStorage-ByteHrs`, retrieved 2026-09-06.
pub const STORAGE_GB: Dollars = Dollars::cents(3);

/// Periods below this many seconds are of high resolution.
const HIGH_RESOLUTION_BELOW: u32 = 60;

/// A sum of US dollars, to the cent: every price here is one of whole cents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dollars {
    cents: u64,
}

impl Dollars {
    /// From cents.
    pub const fn cents(cents: u64) -> Self {
        Self { cents }
    }

    /// So many times it.
    #[must_use]
    pub const fn times(self, count: u32) -> Self {
        Self { cents: self.cents * count as u64 }
    }
}

impl std::iter::Sum for Dollars {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        Self { cents: parts.map(|part| part.cents).sum() }
    }
}

impl std::fmt::Display for Dollars {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "${}.{:02}", self.cents / 100, self.cents % 100)
    }
}

/// What a metric costs a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricPrice {
    /// Exactly one metric for CloudWatch.
    One(Dollars),
    /// Each combination of dimension values is a metric, this much each. How many there are, the log says.
    Each(Dollars),
}

/// What a metric of a service costs.
pub fn of_metric(metric: &MetricPlan) -> MetricPrice {
    if metric.dimensions.is_empty() {
        return MetricPrice::One(CUSTOM_METRIC);
    }
    MetricPrice::Each(CUSTOM_METRIC)
}

/// What an alarm costs: by the metrics it looks at.
pub fn of_alarm(alarm: &Alarm) -> Dollars {
    let price = if alarm.period_seconds < HIGH_RESOLUTION_BELOW { HIGH_RESOLUTION_ALARM_METRIC } else { ALARM_METRIC };
    price.times(alarm_metrics(alarm))
}

/// Metrics an alarm is charged for.
pub fn alarm_metrics(alarm: &Alarm) -> u32 {
    let referenced = match alarm.signal {
        Signal::Metric(_) | Signal::Filled(_) => 1,
        Signal::Percentage { .. } | Signal::BadShare { .. } => 2,
        Signal::Drain { .. } => 3,
        // Paid by what its queries scan.
        Signal::Query(_) => 0,
    };
    match alarm.condition {
        Condition::Threshold { .. } => referenced,
        Condition::Unusual { .. } => referenced + BAND_METRICS,
    }
}

/// What a service costs by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServicePrice {
    /// Its metrics without dimensions.
    pub metrics: Dollars,
    /// How many have dimensions: what these cost depends on the values in the log.
    pub by_dimension: usize,
    /// Its alarms.
    pub alarms: Dollars,
    /// Its composite alarms.
    pub composites: Dollars,
    /// Its dashboard.
    pub dashboard: Dollars,
}

impl ServicePrice {
    /// All that is known.
    pub fn total(&self) -> Dollars {
        [self.metrics, self.alarms, self.composites, self.dashboard].into_iter().sum()
    }
}

/// What a service costs by itself.
pub fn of_service(service: &Service) -> ServicePrice {
    let prices: Vec<MetricPrice> = service.metrics.iter().map(of_metric).collect();
    ServicePrice {
        metrics: prices.iter().filter_map(|price| if let MetricPrice::One(price) = price { Some(*price) } else { None }).sum(),
        by_dimension: prices.iter().filter(|price| matches!(price, MetricPrice::Each(_))).count(),
        alarms: service.alarms.iter().map(of_alarm).sum(),
        composites: service.composites.iter().map(|_| COMPOSITE_ALARM).sum(),
        dashboard: DASHBOARD,
    }
}

#[cfg(test)]
mod tests {
    use skywarden_core::severity::Severity;

    use super::*;
    use crate::model::{AlarmKind, AlarmTarget, Comparison, FewSamples, MetricStatistic, MissingData, Side};

    fn alarm(signal: Signal, condition: Condition, period_seconds: u32) -> Alarm {
        let text = String::new;
        Alarm {
            kind: AlarmKind::NoLogs,
            name: text(),
            title: text(),
            advice: text(),
            severity: Severity::Error,
            signal,
            condition,
            unit: text(),
            period_seconds,
            evaluation_periods: 1,
            datapoints_to_alarm: 1,
            missing: MissingData::Missing,
            few_samples: FewSamples::Evaluate,
            target: AlarmTarget::Alarms,
            warm_up_minutes: None,
            silenced: None,
        }
    }

    #[test]
    fn an_alarm_is_paid_by_what_it_looks_at() {
        let metric = || MetricStatistic { namespace: "n".to_owned(), name: "m".to_owned(), dimensions: Vec::new(), statistic: "Sum".to_owned() };
        let above = Condition::Threshold { comparison: Comparison::Above, value: 1.0 };
        let unusual = Condition::Unusual { side: Side::High, width: 2.0 };
        let share = Signal::Percentage { part: metric(), whole: metric(), min_whole: 1 };
        for (signal, condition, period, cents) in [
            (Signal::Metric(metric()), above, 60, 10),
            (Signal::Filled(metric()), above, 300, 10),
            (Signal::Metric(metric()), above, 10, 30),
            (share.clone(), above, 60, 20),
            (Signal::Metric(metric()), unusual, 60, 30),
            (Signal::Metric(metric()), unusual, 30, 90),
            (share, above, 20, 60),
        ] {
            assert_eq!(of_alarm(&alarm(signal, condition, period)), Dollars::cents(cents));
        }
    }

    #[test]
    fn sums_are_told_in_dollars() {
        let sum: Dollars = [Dollars::cents(30).times(3), Dollars::cents(305)].into_iter().sum();
        assert_eq!((sum.to_string(), Dollars::cents(5).to_string()), ("$3.95".to_owned(), "$0.05".to_owned()));
    }
}
