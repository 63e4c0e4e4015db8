//! The metric names Skywarden itself gives, so that writer, extractor, alarm and widget cannot drift apart.

/// Dimension of the request metrics that are written by route as well: the route template, never the path.
pub const ROUTE: &str = "Route";

/// Dimension of [`ServiceMetric::LogEvents`]: the level's word.
pub const LEVEL: &str = "Level";

/// Dimension of every [`ProcessorMetric`]: the function's short name.
pub const FUNCTION: &str = "Function";

/// An enum of metrics: for each its unit, the statistic it is usually read by, and what it measures, which is its documentation as well.
macro_rules! metrics {
    ($(#[$attribute:meta])* $name:ident, $count:literal: $($variant:ident $unit:literal $statistic:literal $description:literal)*) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = $description] $variant,)*
        }

        impl $name {
            /// Every metric, in the order of the documentation.
            pub const ALL: [Self; $count] = [$(Self::$variant,)*];

            /// Name in CloudWatch.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant),)* }
            }

            /// CloudWatch unit.
            pub const fn unit(self) -> &'static str {
                match self { $(Self::$variant => $unit,)* }
            }

            /// The statistic it is usually read by.
            pub const fn statistic(self) -> &'static str {
                match self { $(Self::$variant => $statistic,)* }
            }

            /// What it measures, in a sentence.
            pub const fn description(self) -> &'static str {
                match self { $(Self::$variant => $description,)* }
            }
        }
    };
}

metrics! {
    /// Metrics of a service, in the namespace `project/environment/service`.
    ServiceMetric, 11:
    Requests "Count" "Sum" "Requests answered, one per canonical request line."
    ClientErrors "Count" "Sum" "Requests answered with a status of 400 to 499."
    ServerErrors "Count" "Sum" "Requests answered with a status of 500 or above."
    RequestDuration "Milliseconds" "p99" "Time to answer a request."
    RequestsInFlight "Count" "Maximum" "Requests being answered, the most at the same time."
    RequestBytes "Bytes" "Sum" "Size of a request's body."
    ResponseBytes "Bytes" "Sum" "Size of a response's body."
    ColdStarts "Count" "Sum" "Starts of an execution environment."
    LogEvents "Count" "Sum" "Log lines written, by level."
    DroppedEvents "Count" "Sum" "Log lines that were lost before they could be written."
    ErrorLines "Count" "Sum" "Log lines of level ERROR or CRITICAL, and platform failures."
}

impl ServiceMetric {
    /// Whether an application with the telemetry library writes it by itself. It does not write [`Self::ErrorLines`]: the lines a runtime or the
    /// platform writes of a process that died are in no library's count.
    pub const fn is_of_library(self) -> bool {
        !matches!(self, Self::ErrorLines)
    }

    /// Whether it tells of requests, and so has a meaning only for a service that answers some.
    pub const fn is_of_requests(self) -> bool {
        matches!(
            self,
            Self::Requests
                | Self::ClientErrors
                | Self::ServerErrors
                | Self::RequestDuration
                | Self::RequestsInFlight
                | Self::RequestBytes
                | Self::ResponseBytes
        )
    }

    /// Whether it is written by [`ROUTE`] as well, when that is asked for. Of what is going on at the moment the route is not known yet.
    pub const fn is_by_route(self) -> bool {
        self.is_of_requests() && !matches!(self, Self::RequestsInFlight)
    }

    /// The dimension without which it is never written.
    pub const fn dimension(self) -> Option<&'static str> {
        match self {
            Self::LogEvents => Some(LEVEL),
            _ => None,
        }
    }
}

metrics! {
    /// Metrics of the processors themselves, in the namespace `project/environment/skywarden`, dimension [`FUNCTION`].
    ProcessorMetric, 16:
    RecordsIn "Count" "Sum" "Log events received."
    RecordsRejected "Count" "Sum" "Inputs that could not be read and were set aside."
    RecordsRepaired "Count" "Sum" "Log events that were not UTF-8 and were read with U+FFFD in place of what was not."
    ControlMessages "Count" "Sum" "Reachability probes of CloudWatch Logs, which carry nothing."
    MetricsOut "Count" "Sum" "Metric data points sent."
    SamplesDropped "Count" "Sum" "Metric samples dropped by a limit or as unusable."
    DimensionsCapped "Count" "Sum" "Dimension values over their limit, counted as `__other__`."
    IssuesOpened "Count" "Sum" "Issues seen for the first time."
    Occurrences "Count" "Sum" "Error occurrences counted."
    Notifications "Count" "Sum" "Messages published."
    NoticesSuppressed "Count" "Sum" "Notices of issues that a digest counts and does not list, by a bound or as noise, for each route."
    NoticesDelayed "Count" "Sum" "Notices of issues that the queue `alerts` did not take: the next tick sends them, up to a minute later."
    HistoryUnavailable "Count" "Sum" "Alarm messages sent without the metric's recent values, which could not be had in time."
    Ambiguous "Count" "Sum" "Effects that may have happened twice: PutMetricData and Publish without an answer, and batches another invocation had begun."
    Residues "Count" "Sum" "Effects written to the residue bucket."
    Duplicates "Count" "Sum" "Batches that had been processed before."
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{metric::unit, statistics::Statistic};

    #[test]
    fn units_and_statistics_are_cloudwatchs_and_names_are_unique() {
        let service = ServiceMetric::ALL.map(|metric| (metric.as_str(), metric.unit(), metric.statistic(), metric.description()));
        let processor = ProcessorMetric::ALL.map(|metric| (metric.as_str(), metric.unit(), metric.statistic(), metric.description()));
        for (name, unit_name, statistic, description) in service.into_iter().chain(processor) {
            assert_eq!(unit(unit_name), Some(unit_name), "{name}");
            assert!(statistic.parse::<Statistic>().is_ok(), "{name}");
            assert!(description.ends_with('.'), "{name}");
        }
        let names: std::collections::BTreeSet<_> = ServiceMetric::ALL.iter().map(|metric| metric.as_str()).collect();
        assert_eq!(names.len(), ServiceMetric::ALL.len());
    }
}
