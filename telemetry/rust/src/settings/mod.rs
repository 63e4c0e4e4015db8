//! What can be set: in a file (TOML or YAML), in the environment, in code; each outweighs the one before it.
//!
//! The way of a value: text -> `parse` (a tree that remembers places) -> `raw` (what one layer says, checked value by value) -> the layers laid over each
//! other -> `resolve` (what is meant: defaults filled in, settings checked against each other). No step stops at the first mistake. Variables of the
//! environment and maps of code become the same tree. `catalogue` is the one definition of every key.

mod buffer;
mod builder;
mod catalogue;
mod environment;
mod fallback;
mod file;
mod finding;
mod findings;
mod format;
mod levels;
mod limits;
mod metrics;
mod output;
mod parse;
mod raw;
mod read;
mod requests;
mod resolve;
mod sampling;
mod service;
mod source;
mod variables;

pub use buffer::Buffer;
pub use builder::{Reading, SettingsBuilder, SettingsError};
pub use catalogue::{KEYS, Key, Kind, OTHER_VARIABLES, OtherVariable, SECTIONS, Section};
pub use environment::Environment;
pub use file::MAX_FILE_BYTES;
pub use finding::{Code, Excerpt, Finding, Grade, Place};
pub use format::{Format, Profile};
pub use levels::{LevelFilter, LevelMistake, Levels, LevelsError, MAX_TARGET_BYTES, MAX_TARGETS};
pub use limits::Limits;
pub use metrics::Metrics;
pub use output::{Background, Destination, Every, OutputSettings, RollingFile};
pub use requests::Requests;
pub use sampling::Sampling;
pub use service::Service;

pub use skywarden_core::plan::{MaskPattern, Masking};

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

/// What is used without a word from anybody, with one difference to [`Settings::builder`]: lines are written in the call itself, as tests and short programs
/// want it.
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
