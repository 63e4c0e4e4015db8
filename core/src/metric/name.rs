//! The metric names Skywarden itself gives, so that writer, extractor, alarm and widget cannot drift apart.

/// Metrics of a service, in the namespace `project/environment/service`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceMetric {
    /// Requests answered, one per canonical request line. Count.
    Requests,
    /// Requests answered with a status of 400 to 499. Count.
    ClientErrors,
    /// Requests answered with a status of 500 or above. Count.
    ServerErrors,
    /// Time to answer a request. Milliseconds.
    RequestDuration,
    /// Requests being answered, the most at the same time. Count.
    RequestsInFlight,
    /// Size of a request's body. Bytes.
    RequestBytes,
    /// Size of a response's body. Bytes.
    ResponseBytes,
    /// Starts of an execution environment. Count.
    ColdStarts,
    /// Log lines, by dimension `Level`. Count.
    LogEvents,
    /// Log lines that were lost before they could be written. Count.
    DroppedEvents,
    /// Log lines of level ERROR or CRITICAL, and platform failures. Count.
    ErrorLines,
}

impl ServiceMetric {
    /// Name in CloudWatch.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requests => "Requests",
            Self::ClientErrors => "ClientErrors",
            Self::ServerErrors => "ServerErrors",
            Self::RequestDuration => "RequestDuration",
            Self::RequestsInFlight => "RequestsInFlight",
            Self::RequestBytes => "RequestBytes",
            Self::ResponseBytes => "ResponseBytes",
            Self::ColdStarts => "ColdStarts",
            Self::LogEvents => "LogEvents",
            Self::DroppedEvents => "DroppedEvents",
            Self::ErrorLines => "ErrorLines",
        }
    }

    /// CloudWatch unit.
    pub const fn unit(self) -> &'static str {
        match self {
            Self::RequestDuration => "Milliseconds",
            Self::RequestBytes | Self::ResponseBytes => "Bytes",
            _ => "Count",
        }
    }
}

/// Metrics of the processors themselves, in the namespace `project/environment/skywarden`, dimension `Function`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProcessorMetric {
    /// Log events received.
    RecordsIn,
    /// Inputs that could not be read and were set aside.
    RecordsRejected,
    /// Log events that were not UTF-8 and were read with U+FFFD in place of what was not.
    RecordsRepaired,
    /// Reachability probes of CloudWatch Logs, which carry nothing.
    ControlMessages,
    /// Metric data points sent.
    MetricsOut,
    /// Metric samples dropped by a limit or as unusable.
    SamplesDropped,
    /// Dimension values over their limit, counted as `__other__`.
    DimensionsCapped,
    /// Issues seen for the first time.
    IssuesOpened,
    /// Error occurrences counted.
    Occurrences,
    /// Messages published.
    Notifications,
    /// Calls whose outcome is unknown and were retried once.
    Ambiguous,
    /// Effects written to the residue bucket.
    Residues,
    /// Batches that had been processed before.
    Duplicates,
}

impl ProcessorMetric {
    /// Name in CloudWatch.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RecordsIn => "RecordsIn",
            Self::RecordsRejected => "RecordsRejected",
            Self::RecordsRepaired => "RecordsRepaired",
            Self::ControlMessages => "ControlMessages",
            Self::MetricsOut => "MetricsOut",
            Self::SamplesDropped => "SamplesDropped",
            Self::DimensionsCapped => "DimensionsCapped",
            Self::IssuesOpened => "IssuesOpened",
            Self::Occurrences => "Occurrences",
            Self::Notifications => "Notifications",
            Self::Ambiguous => "Ambiguous",
            Self::Residues => "Residues",
            Self::Duplicates => "Duplicates",
        }
    }
}
