//! What can be set: in a file (TOML or YAML), in the environment, in code; each outweighs the one before it.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use skywarden_core::plan::Masking;

/// Everything that can be set, resolved: no setting has to be looked at again.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Who writes.
    pub service: Service,
    /// From which level on lines are written.
    pub levels: Levels,
    /// How lines look.
    pub format: Format,
    /// Names that other tools expect beside ours.
    pub profile: Profile,
    /// Whether lines name the place in the source they come from.
    pub location: bool,
    /// Bounds of a line.
    pub limits: Limits,
    /// What is masked; none switches masking off.
    pub masking: Option<Masking>,
    /// Where lines go, in the order they are written.
    pub outputs: Vec<OutputSettings>,
    /// Which of many like lines are written.
    pub sampling: Sampling,
    /// What is kept of a request's quiet lines, for the case that it fails.
    pub buffer: Option<Buffer>,
    /// What is told of requests.
    pub requests: Requests,
    /// Metrics in the embedded metric format.
    pub metrics: Metrics,
}

/// Who writes. An empty text stands for what is not known and is left out of lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// Service name.
    pub name: String,
    /// Environment.
    pub environment: String,
    /// Version.
    pub version: String,
}

/// A threshold for levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LevelFilter {
    /// Everything, `tracing`'s TRACE included, which is written as DEBUG.
    Trace,
    /// DEBUG and above.
    Debug,
    /// INFO and above.
    Info,
    /// WARNING and above.
    Warning,
    /// ERROR and above.
    Error,
    /// CRITICAL only.
    Critical,
    /// Nothing.
    Off,
}

/// From which level on lines are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Levels {
    /// For everything else.
    pub default: LevelFilter,
    /// By logger or target: the longest name counts that is the logger's or a parent of it (`a.b` and `a::b` are parents of `a.b.c` and `a::b::c`).
    pub targets: BTreeMap<String, LevelFilter>,
}

impl Levels {
    /// The threshold of a logger.
    pub fn filter_for(&self, logger: &str) -> LevelFilter {
        let parent = |name: &str| logger.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || rest.starts_with("::"));
        self.targets.iter().filter(|(name, _)| parent(name)).max_by_key(|(name, _)| name.len()).map_or(self.default, |(_, filter)| *filter)
    }
}

/// How lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    Json,
    /// For people, with colours where the output is a terminal.
    Pretty,
    /// [`Self::Pretty`] on a terminal, else [`Self::Json`].
    Auto,
}

/// Names that other tools expect beside ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Schema 1.0 alone.
    Standard,
    /// As Powertools for AWS Lambda writes them.
    Powertools,
    /// As Lambda's own JSON log format and `lambda_runtime` write them.
    Lambda,
    /// As OpenTelemetry's log data model names them.
    Otel,
}

/// Bounds of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most fields of the user's; what is over is counted in `dropped_fields`. Logs Insights finds at most 200 in a line.
    pub fields: usize,
    /// Longest text of one value, bytes; what is longer is cut and says so.
    pub value_bytes: usize,
    /// Longest line, bytes.
    pub line_bytes: usize,
    /// Most objects and lists inside each other.
    pub depth: usize,
}

/// One place where lines go.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputSettings {
    /// Where.
    pub to: Destination,
    /// Lines below this level do not go there.
    pub level: LevelFilter,
    /// How lines look there; none as everywhere.
    pub format: Option<Format>,
    /// Whether a thread of its own writes, so that a slow destination does not hold up the application; none writes in the call itself.
    pub background: Option<Background>,
}

/// A destination.
#[derive(Clone, Debug, PartialEq)]
pub enum Destination {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// A file that is rotated.
    File(RollingFile),
}

/// A file that is rotated.
#[derive(Clone, Debug, PartialEq)]
pub struct RollingFile {
    /// The file written to; rotated ones lie beside it.
    pub path: PathBuf,
    /// Largest size, bytes; none does not look at it.
    pub max_bytes: Option<u64>,
    /// How often a new file begins, in UTC; none does not look at the time.
    pub every: Option<Every>,
    /// Most rotated files kept.
    pub keep_files: Option<usize>,
    /// How long rotated files are kept.
    pub keep_for: Option<Duration>,
    /// Most bytes of rotated files together.
    pub keep_bytes: Option<u64>,
    /// Whether rotated files are compressed with gzip.
    pub compress: bool,
}

/// How often a new file begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// At each full minute.
    Minute,
    /// At each full hour.
    Hour,
    /// At midnight UTC.
    Day,
}

/// Writing by a thread of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Background {
    /// Most bytes that wait. When they are full, lines below ERROR are dropped; ERROR and above wait [`Self::wait`] for room, then are dropped.
    pub buffer_bytes: usize,
    /// Longest wait of an ERROR line for room, and of a CRITICAL one until it is written.
    pub wait: Duration,
}

/// Which of many like lines are written. Lines of level ERROR and above are never left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampling {
    /// Of each level and message, so many are written in each [`Self::per`]; none writes all.
    pub first: Option<u64>,
    /// Then every so manyth; 0 none.
    pub then_every: u64,
    /// The time after which counting begins anew.
    pub per: Duration,
    /// Share of requests, 0 to 1, of which everything is written whatever its level.
    pub debug_requests: f64,
}

/// What is kept of a request's quiet lines, and written when it fails: an ERROR line, a status of 500 or above, or a slow answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Buffer {
    /// Lines from this level on are kept, up to the level that is written anyway.
    pub level: LevelFilter,
    /// Most bytes kept of one request; the oldest lines go first.
    pub bytes: usize,
    /// Answers slower than this write what was kept.
    pub slow: Duration,
}

/// What is told of requests.
#[derive(Clone, Debug, PartialEq)]
pub struct Requests {
    /// Whether each request has its canonical line.
    pub lines: bool,
    /// Paths without a line while they succeed; a `*` at the end stands for anything: `/health`, `/internal/*`.
    pub quiet_paths: Vec<String>,
    /// Answers slower than this are told as WARNING; none never.
    pub slow: Option<Duration>,
    /// Request headers told, lower case.
    pub request_headers: Vec<String>,
    /// Response headers told, lower case.
    pub response_headers: Vec<String>,
    /// Whether ids of incoming requests are taken over; off where clients cannot be trusted.
    pub accept_ids: bool,
    /// How many proxies in front of the service add to `X-Forwarded-For`; 0 takes the peer's address.
    pub trusted_proxies: usize,
    /// Whether the path is told beside the route.
    pub paths: bool,
    /// Most bytes of a request's and a response's body that are told; 0 none.
    pub body_bytes: usize,
}

/// Metrics in the embedded metric format.
#[derive(Clone, Debug, PartialEq)]
pub struct Metrics {
    /// Namespace; by default `project/environment/service`, as the generator has it.
    pub namespace: String,
    /// Whether requests, errors, durations, log events and the rest of the built-in metrics are written.
    pub builtin: bool,
    /// Whether the built-in request metrics are written by route as well.
    pub by_route: bool,
    /// How often what was gathered is written.
    pub interval: Duration,
    /// Most combinations of name and dimension values; what is over is counted as `__other__`.
    pub max_series: usize,
    /// Dimensions every metric has.
    pub dimensions: Vec<(String, String)>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            service: Service::default(),
            levels: Levels::default(),
            format: Format::Json,
            profile: Profile::Standard,
            location: false,
            limits: Limits::default(),
            masking: Some(Masking::default()),
            outputs: vec![OutputSettings { to: Destination::Stdout, level: LevelFilter::Trace, format: None, background: None }],
            sampling: Sampling::default(),
            buffer: None,
            requests: Requests::default(),
            metrics: Metrics::default(),
        }
    }
}

impl Default for Levels {
    fn default() -> Self {
        Self { default: LevelFilter::Info, targets: BTreeMap::new() }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { fields: 150, value_bytes: 32 * 1024, line_bytes: 256 * 1024, depth: 8 }
    }
}

impl Default for Background {
    fn default() -> Self {
        Self { buffer_bytes: 4 * 1024 * 1024, wait: Duration::from_millis(200) }
    }
}

impl Default for Sampling {
    fn default() -> Self {
        Self { first: None, then_every: 100, per: Duration::from_secs(1), debug_requests: 0.0 }
    }
}

impl Default for Buffer {
    fn default() -> Self {
        Self { level: LevelFilter::Debug, bytes: 20 * 1024, slow: Duration::from_secs(5) }
    }
}

impl Default for Requests {
    fn default() -> Self {
        Self {
            lines: true,
            quiet_paths: Vec::new(),
            slow: None,
            request_headers: Vec::new(),
            response_headers: Vec::new(),
            accept_ids: true,
            trusted_proxies: 0,
            paths: true,
            body_bytes: 0,
        }
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self { namespace: String::new(), builtin: false, by_route: false, interval: Duration::from_secs(60), max_series: 1_000, dimensions: Vec::new() }
    }
}
