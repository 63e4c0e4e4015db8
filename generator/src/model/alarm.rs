//! Alarms in our own words.

use skywarden_core::severity::Severity;

use crate::model::{Counts, LogQuery};

/// One alarm.
#[derive(Clone, Debug, PartialEq)]
pub struct Alarm {
    /// What it is about; with the service it makes the name and the logical id.
    pub kind: AlarmKind,
    /// CloudWatch alarm name.
    pub name: String,
    /// One line for people: `checkout: error rate above 5 %`.
    pub title: String,
    /// What it means, why it matters and what to do first; becomes the alarm's description and the message's advice.
    pub advice: String,
    /// Severity; picks the route.
    pub severity: Severity,
    /// What is compared.
    pub signal: Signal,
    /// When a period is bad.
    pub condition: Condition,
    /// CloudWatch unit of what is compared: `Percent`, `Milliseconds`; `None` when it has none.
    pub unit: String,
    /// Period in seconds.
    pub period_seconds: u32,
    /// N: how many periods are looked at.
    pub evaluation_periods: u32,
    /// M: how many of them must breach.
    pub datapoints_to_alarm: u32,
    /// What a period without data counts as.
    pub missing: MissingData,
    /// Whether a percentile of few samples counts.
    pub few_samples: FewSamples,
    /// Where its actions go.
    pub target: AlarmTarget,
    /// Minutes after its creation in which it tells nobody.
    pub warm_up_minutes: Option<u32>,
    /// Why it tells nobody at all.
    pub silenced: Option<String>,
}

/// A number with its unit as a person says it: `1500 ms`.
pub fn amount(number: f64, unit: &str) -> String {
    match unit {
        "Milliseconds" => format!("{number} ms"),
        "Microseconds" => format!("{number} µs"),
        "Seconds" => format!("{number} s"),
        "Percent" => format!("{number} %"),
        "Count" | "None" => number.to_string(),
        other => format!("{number} {other}"),
    }
}

/// What an alarm is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlarmKind {
    /// Share of requests that failed on the server's side.
    ErrorRate,
    /// Number of error lines of a text service.
    ErrorLines,
    /// 99th percentile of the request duration.
    Latency,
    /// No log line has arrived.
    NoLogs,
    /// The telemetry library lost log lines.
    DroppedEvents,
    /// A metric of the config's `metrics:` section, by name.
    Metric(String),
    /// The error budget of an objective is spent too fast, in one window.
    Burn {
        /// Name of the objective.
        objective: String,
        /// Name of the window: `1h`, or `1h-5m` of the short one beside it.
        window: String,
    },
    /// One of the config's `alarms:` section, by name.
    Named(String),
    /// Something lies in the dead-letter queue.
    DeadLetters,
    /// A deployment of the service goes on.
    Deploying,
    /// One of Skywarden's functions fails; the function's short name (`metrics-extractor`).
    ProcessorErrors(String),
    /// One of Skywarden's functions is behind what the stream holds; the function's short name.
    StreamBehind(String),
    /// The stream takes no more: it has too few shards.
    StreamThrottled,
}

impl AlarmKind {
    /// What it is called among the alarms of its service: the last part of its name by the usual pattern, `error-rate`.
    pub fn called(&self) -> String {
        match self {
            Self::ErrorRate => "error-rate".to_owned(),
            Self::ErrorLines => "error-lines".to_owned(),
            Self::Latency => "latency".to_owned(),
            Self::NoLogs => "no-logs".to_owned(),
            Self::DroppedEvents => "dropped-events".to_owned(),
            Self::Metric(name) | Self::Named(name) => name.clone(),
            Self::Burn { objective, window } => format!("{objective}-burn-{window}"),
            Self::DeadLetters => "dead-letters".to_owned(),
            Self::Deploying => "deploying".to_owned(),
            Self::StreamBehind(function) => format!("{function}-behind"),
            Self::StreamThrottled => "stream-throttled".to_owned(),
            Self::ProcessorErrors(function) => format!("{function}-errors"),
        }
    }

    /// Whether a person means it: by that, or by its key in the config (`error_rate`).
    pub fn is_called(&self, name: &str) -> bool {
        let called = self.called();
        called == name || (!matches!(self, Self::Metric(_) | Self::Named(_)) && called == name.replace('_', "-"))
    }
}

/// What an alarm looks at.
#[derive(Clone, Debug, PartialEq)]
pub enum Signal {
    /// One statistic of one metric.
    Metric(MetricStatistic),
    /// One statistic of one metric, 0 in a period without data. For silence: an alarm looks further back than its own periods, so that with
    /// missing data alone old good points would keep it quiet long after the last line.
    Filled(MetricStatistic),
    /// `100 * part / whole`, and a value that is good (0, or 100 for an alarm on too little) in a period with fewer than `min_whole` of the whole: a guard
    /// against one failure among two requests.
    Percentage {
        /// The part.
        part: MetricStatistic,
        /// The whole.
        whole: MetricStatistic,
        /// Least number of the whole for which a share means something.
        min_whole: u32,
    },
    /// Share of bad events in percent, in every period: 0 in one with fewer than `min_whole` events, or with none. Filled like [`Signal::Filled`]: in a
    /// period without requests nothing is spent, and what was spent before must not count for it.
    BadShare {
        /// The sum that is known beside the whole.
        counted: MetricStatistic,
        /// What it counts.
        counts: Counts,
        /// Sum of all events.
        whole: MetricStatistic,
        /// Fewest events for which a share means something.
        min_whole: u32,
    },
    /// Seconds until a queue is empty at the rate at which it became shorter in the period, [`NEVER_SECONDS`] when it did not. Where no more wait than were
    /// done in the period, the seconds until all that wait have had their turn: 0 when it is empty.
    Drain {
        /// Messages that wait, the most in the period.
        visible: MetricStatistic,
        /// Messages that came.
        sent: MetricStatistic,
        /// Messages that are done.
        deleted: MetricStatistic,
    },
    /// What a query of the log gives each time it runs; the period is the time between two runs.
    Query(LogQuery),
}

/// How long a queue that does not become shorter takes to be empty: a year, so that it is above every threshold and still a number.
pub const NEVER_SECONDS: u32 = 31_536_000;

/// One statistic of one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricStatistic {
    /// Namespace.
    pub namespace: String,
    /// Metric name.
    pub name: String,
    /// Dimensions, in order.
    pub dimensions: Vec<(String, String)>,
    /// `Sum`, `p99`, `Maximum` … as CloudWatch spells it.
    pub statistic: String,
}

/// When a period is bad.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Condition {
    /// The value on the wrong side of a threshold.
    Threshold {
        /// How they are compared.
        comparison: Comparison,
        /// The threshold, in the signal's unit.
        value: f64,
    },
    /// The value outside of the band in which CloudWatch's anomaly detection expects it: of [`Signal::Metric`] alone.
    Unusual {
        /// The side that is bad.
        side: Side,
        /// Half width of the band, standard deviations.
        width: f64,
    },
}

impl Condition {
    /// The word between what is looked at and its threshold.
    pub const fn relation(self) -> &'static str {
        match self {
            Self::Threshold { comparison: Comparison::Above | Comparison::AtLeast, .. } | Self::Unusual { side: Side::High, .. } => "above",
            Self::Threshold { comparison: Comparison::Below | Comparison::AtMost, .. } | Self::Unusual { side: Side::Low, .. } => "below",
            Self::Unusual { side: Side::Either, .. } => "outside of",
        }
    }
}

/// A side of what is usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Above it.
    High,
    /// Below it.
    Low,
    /// Both.
    Either,
}

/// How the value is compared with the threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Above the threshold breaches.
    Above,
    /// At or above it breaches.
    AtLeast,
    /// Below it breaches.
    Below,
    /// At or below it breaches.
    AtMost,
}

/// What a period without data counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingData {
    /// As breaching.
    Breaching,
    /// As not breaching.
    NotBreaching,
    /// The alarm keeps its state.
    Ignore,
    /// The alarm goes to `INSUFFICIENT_DATA`.
    Missing,
}

/// Whether a percentile of so few samples counts that one more could change it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FewSamples {
    /// It counts as any other value.
    #[default]
    Evaluate,
    /// It decides nothing: the alarm keeps its state.
    Ignore,
}

/// Where an alarm's actions go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlarmTarget {
    /// Topic `alarms`, read by alert-notifier.
    Alarms,
    /// Straight to the fallback topic: for what would break alert-notifier itself.
    Fallback,
    /// Nowhere: it is there for a composite alarm, which tells for all of its parts.
    Composite,
}
